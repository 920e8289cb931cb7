"""What a person is told of several servers: where they disagree, which say nothing at all, which were not asked."""

from __future__ import annotations

from kmsdns.model.messages import CONCLUSIVE, named
from kmsdns.model.names import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kmsdns.model.messages import Response


MAX_NAMED = 8
"""Servers that a sentence names; of more it says how many they are."""


def disagreements(responses: Sequence[Response]) -> Iterator[str]:
    """A sentence for each question that is answered in two ways, one for each server that never answers, and one for
    each question that came to nothing before every server had its turn."""
    for response in responses:
        if response.unasked:
            yield _unasked(response)
        if response.is_contradicted:
            yield _disagreement(response)
    compared = [response.said for response in responses if response.said]
    for server in dict.fromkeys(each.by for said in compared for each in said):
        outcomes = [each.outcome for said in compared for each in said if each.by == server]
        if not any(outcome in CONCLUSIVE for outcome in outcomes):
            what = ", ".join(dict.fromkeys(outcomes))
            yield f"{server} can't be compared: it answers no question ({what})"


def _unasked(response: Response) -> str:
    """Which servers might have known."""
    named, more = response.unasked[:MAX_NAMED], len(response.unasked) - MAX_NAMED
    servers = ", ".join(named) + (f" and {more} more" if more > 0 else "")
    question = f"{fold(response.question.name)} {response.question.rdtype}"
    return f"the look-up of {question} ended after {len(response.tries)} tries, and did not get to ask {servers}"


def _disagreement(response: Response) -> str:
    """Who disagrees, and which reply is used."""
    question = f"{fold(response.question.name)} {response.question.rdtype}"
    first = {(each.outcome, each.rdatas) for each in response.said if not each.is_second and each.outcome in CONCLUSIVE}
    twofold = list(dict.fromkeys(each.by for each in response.said if each.is_second))
    sentences = [f"the servers disagree on {question}"] if len(first) > 1 else []
    sentences += [f"{server} gives two different replies to {question}" for server in twofold]
    if response.server is None:
        return "; ".join(sentences)
    used = named(response.server, response.transport)
    return "; ".join(sentences) + f": used is what {used} says{' first' if used in twofold else ''}"
