"""What a person is told when all servers were asked: who says what where they disagree, and who says nothing at all."""

from __future__ import annotations

from kmsdns.core.messages import Outcome
from kmsdns.core.names import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kmsdns.core.messages import Response, Said


def disagreements(responses: Sequence[Response]) -> Iterator[str]:
    """A sentence for each question that is answered in two ways, and one for each server that never answers."""
    for response in responses:
        if response.is_contradicted:
            yield _sentence(response)
    compared = [response.said for response in responses if response.said]
    for server in dict.fromkeys(each.server for said in compared for each in said):
        outcomes = [each.outcome for said in compared for each in said if each.server == server]
        if not any(outcome in (Outcome.ANSWER, Outcome.NODATA, Outcome.NXDOMAIN) for outcome in outcomes):
            what = ", ".join(dict.fromkeys(outcomes))
            yield f"{server} has nothing to compare: it answered none of {len(compared)} questions ({what})"


def _sentence(response: Response) -> str:
    """Who says what, servers that say the same together, and which of it is used."""
    groups: dict[str, list[str]] = {}
    for each in response.said:
        if not each.is_second:
            seconds = [other for other in response.said if other.is_second and other.server == each.server]
            groups.setdefault(_words(each, seconds), []).append(each.server)
    parts = []
    for words, servers in groups.items():
        verb = "say" if len(servers) > 1 else "says"
        parts.append(f"{' and '.join(servers)} {verb} {words}")
    question = f"{fold(response.question.name)} {response.question.rdtype}"
    used = f" (used is what {response.server} says first)" if response.server else ""
    return f"contradicting replies to {question}: {'; '.join(parts)}{used}"


def _words(first: Said, seconds: Sequence[Said]) -> str:
    """What a server says: "nxdomain", or "nxdomain and right after it 0 0 1688 kms1.contoso.com."."""
    return " and right after it ".join(dict.fromkeys(str(each) for each in (first, *seconds)))
