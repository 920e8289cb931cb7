"""Answers a plan's batches until it returns: run() blocks, arun() awaits. Where the replies come from is the source's.

A source has answer(batch) and, for arun, aanswer(batch): Live asks the network, net.client.recording replays a
recording.
"""

from __future__ import annotations

from time import monotonic

from kmsdns.model.messages import Directed, Probe, Question, Transfer, Transferred

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Protocol, TypeVar

    from kmsdns.model.messages import Ask, Reply
    from kmsdns.model.plan import Plan
    from kmsdns.net.client.stub import Stub

    T = TypeVar("T")

    class ReplySource(Protocol):
        """Answers batches, blocking."""

        def answer(self, batch: Sequence[Ask]) -> list[Reply]: ...

    class AsyncSource(Protocol):
        """Answers batches, awaited."""

        async def aanswer(self, batch: Sequence[Ask]) -> list[Reply]: ...


def run(plan: Plan[T], source: ReplySource) -> T:
    """Drives a plan to its end and returns its result."""
    try:
        batch = next(plan)
        while True:
            batch = plan.send(source.answer(batch))
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]  # StopIteration is not generic


async def arun(plan: Plan[T], source: AsyncSource) -> T:
    """As run, for an event loop."""
    try:
        batch = next(plan)
        while True:
            batch = plan.send(await source.aanswer(batch))
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]  # StopIteration is not generic


class Live:
    """The source that asks the network: questions through a stub resolver, probes through net.client.probes.

    keyfile: the path of the key for zone transfers (TSIG).
    """

    def __init__(
        self, stub: Stub, *, probe_timeout: float = 2.0, probe_local: bool = True, keyfile: str | None = None
    ) -> None:
        self._stub = stub
        self._probe_timeout = probe_timeout  # seconds for one address
        self._keyfile = keyfile
        self._probe_local = probe_local  # loopback addresses too: what a stranger's DNS says may point at this machine

    def answer(self, batch: Sequence[Ask]) -> list[Reply]:
        """One reply for each ask, in order; all of a batch run at the same time."""
        questions, probes, transfers = _sorted_out(batch)
        replies: dict[Ask, Reply] = dict(zip(questions, self._stub.ask(questions), strict=True))
        replies.update({each: self._transfer(each) for each in transfers})
        if probes:
            from kmsdns.net.client.probes import probe

            results = probe(probes, **self._patience())
            replies.update(zip(probes, results, strict=True))
        return [replies[ask] for ask in batch]

    async def aanswer(self, batch: Sequence[Ask]) -> list[Reply]:
        """As answer, for an event loop."""
        questions, probes, transfers = _sorted_out(batch)
        replies: dict[Ask, Reply] = dict(zip(questions, await self._stub.aask(questions), strict=True))
        if transfers:
            from asyncio import to_thread

            replies.update({each: await to_thread(self._transfer, each) for each in transfers})
        if probes:
            from kmsdns.net.client.probes import aprobe

            results = await aprobe(probes, **self._patience())
            replies.update(zip(probes, results, strict=True))
        return [replies[ask] for ask in batch]

    def close(self) -> None:
        """Closes what answer left open for the next batch."""
        self._stub.close()

    async def aclose(self) -> None:
        """As close, after aanswer."""
        await self._stub.aclose()

    def _patience(self) -> dict[str, Any]:
        deadline = self._stub.deadline
        left = None if deadline is None else max(0.0, deadline - monotonic())
        return {"timeout": self._probe_timeout, "deadline": left, "local": self._probe_local}

    def _transfer(self, asked: Transfer) -> Transferred:
        from kmsdns.net.client.transfer import transferred

        deadline = self._stub.deadline
        left = None if deadline is None else max(0.0, deadline - monotonic())
        return transferred(asked, self._keyfile, self._stub.settings.timeout, left)


def _sorted_out(batch: Sequence[Ask]) -> tuple[list[Question | Directed], list[Probe], list[Transfer]]:
    """A batch's questions, its probes and its transfers, each once."""
    unique = dict.fromkeys(batch)
    return (
        [ask for ask in unique if isinstance(ask, Question | Directed)],
        [ask for ask in unique if isinstance(ask, Probe)],
        [ask for ask in unique if isinstance(ask, Transfer)],
    )
