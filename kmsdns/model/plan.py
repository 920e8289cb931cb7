"""Plans: jobs that ask and never answer. A plan yields a batch of questions and probes, and is sent their replies.

    def job() -> Plan[int]:
        (first,) = yield [Question(name="a.example.", rdtype="A")]
        replies = yield [Question(name="b.example.", rdtype=t) for t in ("A", "AAAA")]
        return len(replies)

Whoever drives the plan (net.client.drive) decides where the replies come from.
"""

from __future__ import annotations

from kmsdns.model.messages import ProbeResult, Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from typing import Any, TypeVar

    from kmsdns.model.messages import Ask, Reply

    T = TypeVar("T")
    Plan = Generator[Sequence[Ask], Sequence[Reply], T]


def together(plans: Sequence[Plan[T]]) -> Plan[list[T]]:
    """Runs plans in lock-step: one batch holds what all of them ask next, and what two of them ask is asked once.

    Returns their results in the order given.
    """
    results: dict[int, Any] = {}
    waiting: dict[int, Sequence[Ask]] = {}

    def advance(index: int, replies: Sequence[Reply] | None) -> None:
        try:
            waiting[index] = next(plans[index]) if replies is None else plans[index].send(replies)
        except StopIteration as end:
            results[index] = end.value

    for index in range(len(plans)):
        advance(index, None)
    while waiting:
        asked, waiting = waiting, {}
        batch = list(dict.fromkeys(ask for asks in asked.values() for ask in asks))
        replies = dict(zip(batch, (yield batch), strict=True))
        for index, asks in asked.items():
            advance(index, [replies[ask] for ask in asks])
    return [results[index] for index in range(len(plans))]


def responses(replies: Sequence[Reply]) -> list[Response]:
    """The replies of a batch that held questions only. TypeError when one of them answers a probe."""
    return [_expect(reply, Response) for reply in replies]


def probe_results(replies: Sequence[Reply]) -> list[ProbeResult]:
    """The replies of a batch that held probes only. TypeError when one of them answers a question."""
    return [_expect(reply, ProbeResult) for reply in replies]


def _expect(reply: Reply, kind: type[T]) -> T:
    if not isinstance(reply, kind):
        raise TypeError(f"expected a {kind.__name__} in this place of the batch, got {reply!r}")
    return reply
