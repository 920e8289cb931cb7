"""What a person is told when all servers were asked: where they disagree, and which of them say nothing at all."""

from __future__ import annotations

from kmsdns.core.messages import Outcome, named
from kmsdns.core.names import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kmsdns.core.messages import Response

_KNOWING = (Outcome.ANSWER, Outcome.NODATA, Outcome.NXDOMAIN)


def disagreements(responses: Sequence[Response]) -> Iterator[str]:
    """A sentence for each question that is answered in two ways, and one for each server that never answers."""
    for response in responses:
        if response.is_contradicted:
            yield _disagreement(response)
    compared = [response.said for response in responses if response.said]
    for server in dict.fromkeys(each.by for said in compared for each in said):
        outcomes = [each.outcome for said in compared for each in said if each.by == server]
        if not any(outcome in _KNOWING for outcome in outcomes):
            what = ", ".join(dict.fromkeys(outcomes))
            yield f"{server} can't be compared: it answers no question ({what})"


def _disagreement(response: Response) -> str:
    """Who disagrees, and which reply is used."""
    question = f"{fold(response.question.name)} {response.question.rdtype}"
    first = {(each.outcome, each.rdatas) for each in response.said if not each.is_second and each.outcome in _KNOWING}
    twofold = list(dict.fromkeys(each.by for each in response.said if each.is_second))
    sentences = [f"the servers disagree on {question}"] if len(first) > 1 else []
    sentences += [f"{server} gives two different replies to {question}" for server in twofold]
    if response.server is None:
        return "; ".join(sentences)
    used = named(response.server, response.transport)
    return "; ".join(sentences) + f": used is what {used} says{' first' if used in twofold else ''}"
