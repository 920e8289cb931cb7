"""The source of checks: each question goes to the servers that it is for, those of all vantages at the same time.

Servers that are started for the run are here too, and end with it.
"""

from __future__ import annotations

import asyncio
import time
from time import monotonic

from kmsdns.errors import KmsdnsError
from kmsdns.expectations.values import At, Pause, Resumed, ZoneTransfer, ZoneTransferred
from kmsdns.model.messages import Directed, Outcome, Probe, Response
from kmsdns.net.client.async_stub import ask_one, together
from kmsdns.net.client.connections import Pipes
from kmsdns.net.client.sockets import at_once
from kmsdns.net.client.stub import MAX_AT_ONCE, Stub, settle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Protocol

    from kmsdns.lookup.attempt import LookupSettings
    from kmsdns.lookup.comparison import Comparison
    from kmsdns.lookup.exchange import Exchange
    from kmsdns.model.messages import ProbeResult, Question, Server
    from kmsdns.net.client.secure import Secure

    Servers = tuple[Server, ...]

    class Served(Protocol):
        """A server that runs for as long as the source does."""

        def stop(self) -> None:
            """Stops answering."""


_LEAST = 8  # of one server


class Vantages:
    """A source, for net.client.drive.run and arun. deadline: seconds for each round of questions; wait: for more
    rounds."""

    def __init__(
        self,
        settings: LookupSettings,
        *,
        deadline: float | None,
        wait: float = 0.0,
        probe_local: bool = True,
        secure: Secure | None = None,
        served: Sequence[Served] = (),
    ) -> None:
        self._settings, self._deadline = settings, deadline
        self._until = monotonic() + wait
        self._probe_local, self._secure, self._served = probe_local, secure, tuple(served)
        self._stubs: dict[tuple[Servers, bool], Stub] = {}
        self._pipes = Pipes()
        self._round_ends: float | None = None
        self._begin()

    def _begin(self) -> None:
        """A round: everything gets another chance, and as much time as the first."""
        self._round_ends = None if self._deadline is None else monotonic() + self._deadline
        self._stubs.clear()

    def answer(self, batch: Sequence[Any]) -> list[Any]:
        """One reply for each ask, in order; all questions and probes of a batch run at the same time."""
        if self._secure is not None:
            return self._secure.block(self.aanswer(batch))
        groups = self._groups(batch)
        exchanges = [[self._exchange(ask) for ask in asks] for asks in groups.values()]
        told = settle(exchanges, self._at_once(groups), self._pipes, unasked)
        replies: dict[Any, Any] = dict(zip([ask for asks in groups.values() for ask in asks], told, strict=True))
        probes = [ask for ask in batch if isinstance(ask, Probe)]
        if probes:
            from kmsdns.net.client.probes import probe

            replies.update(zip(probes, probe(probes, **self._patience()), strict=True))
        for ask in batch:
            if isinstance(ask, ZoneTransfer):
                replies[ask] = transferred(ask, self._settings.timeout)
            elif isinstance(ask, Pause):
                seconds = self._pause(ask)
                time.sleep(seconds)
                replies[ask] = self._resumed(ask, seconds)
        return [replies[ask] for ask in batch]

    async def aanswer(self, batch: Sequence[Any]) -> list[Any]:
        """As answer, for an event loop."""
        groups = self._groups(batch)
        turns = {servers: asyncio.Semaphore(self._at_once(groups)) for servers in groups}
        heard: set[Servers] = set()
        dead: dict[Servers, Response] = {}

        async def one(ask: At | Directed) -> Response:
            servers = _asked(ask)
            async with turns[servers]:
                if servers in dead:
                    return unasked(ask.question, dead[servers])
                found = await ask_one(self._exchange(ask), self._secure, self._pipes)
                if found.outcome not in (Outcome.TIMEOUT, Outcome.UNREACHABLE):
                    heard.add(servers)
                elif servers not in heard:
                    dead[servers] = found
                return found

        async def reply(ask: Any) -> Any:
            if isinstance(ask, At | Directed):
                return await one(ask)
            if isinstance(ask, ZoneTransfer):
                return await asyncio.to_thread(transferred, ask, self._settings.timeout)
            assert isinstance(ask, Pause)
            seconds = self._pause(ask)
            await asyncio.sleep(seconds)
            return self._resumed(ask, seconds)

        probes = [ask for ask in batch if isinstance(ask, Probe)]
        others = [ask for ask in batch if not isinstance(ask, Probe)]
        replies: dict[Any, Any] = dict(zip(others, await together([reply(ask) for ask in others]), strict=True))
        if probes:
            from kmsdns.net.client.probes import aprobe

            found: list[ProbeResult] = await aprobe(probes, **self._patience())
            replies.update(zip(probes, found, strict=True))
        return [replies[ask] for ask in batch]

    def close(self) -> None:
        """Closes the connections, and stops the servers that were started for the run."""
        self._pipes.close()
        if self._secure is not None:
            self._secure.close()
        for each in self._served:
            each.stop()

    async def aclose(self) -> None:
        """Closes what belongs to the event loop."""
        if self._secure is not None:
            await self._secure.aclose()

    def _groups(self, batch: Sequence[Any]) -> dict[Servers, list[At | Directed]]:
        groups: dict[Servers, list[At | Directed]] = {}
        for ask in batch:
            if isinstance(ask, At | Directed):
                groups.setdefault(_asked(ask), []).append(ask)
        return groups

    def _at_once(self, groups: dict[Servers, list[At | Directed]]) -> int:
        """Questions of one group."""
        most = max(_LEAST, MAX_AT_ONCE // max(1, len(groups)))
        questions = sum([min(most, len(asks)) for asks in groups.values()])
        return at_once(questions, [len(servers) for servers in groups], self._settings.retries, most)

    def _exchange(self, ask: At | Directed) -> Exchange | Comparison:
        """The look-up of an ask, which has not begun."""
        servers, authentic = _asked(ask), isinstance(ask, At) and ask.authentic_data
        stub = self._stubs.get((servers, authentic))
        if stub is None:
            settings = self._settings.replace(authentic_data=authentic)
            stub = Stub(servers, settings, deadline=self._round_ends, secure=self._secure)
            self._stubs[servers, authentic] = stub
        return stub.exchange(ask.question if isinstance(ask, At) else ask)

    def _patience(self) -> dict[str, Any]:
        left = None if self._round_ends is None else max(0.0, self._round_ends - monotonic())
        return {"timeout": self._settings.timeout, "deadline": left, "local": self._probe_local}

    def _pause(self, ask: Pause) -> float:
        """Seconds to wait; 0 when there is no time for a further round."""
        return max(0.0, min(ask.seconds, self._until - monotonic()))

    def _resumed(self, ask: Pause, seconds: float) -> Resumed:
        if seconds or not ask.seconds:
            self._begin()
        return Resumed(left=seconds)


def _asked(ask: At | Directed) -> Servers:
    return ask.servers if isinstance(ask, At) else (ask.server,)


def unasked(question: Question, like: Response) -> Response:
    """How a question ends that isn't asked, since its server did not answer another one."""
    return Response(question=question, outcome=like.outcome, reason=like.reason)


def transferred(ask: ZoneTransfer, timeout: float) -> ZoneTransferred:
    """A zone from the first of the servers that transfers it; timeout: seconds for the connection and each message."""
    from kmsdns.net.client.transfer import transfer

    servers = [str(server) for server in ask.servers if server.transport is None]
    if not servers:
        return ZoneTransferred(records=None, reason="a zone is transferred over TCP only, and the server is encrypted")
    try:
        zone = transfer(ask.zone, servers, None, timeout)
    except KmsdnsError as error:
        return ZoneTransferred(
            records=None, reason=str(error).partition(", or give a key")[0]
        )  # checks have none to give
    return ZoneTransferred(records=zone.zone.records)
