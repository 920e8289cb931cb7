"""Where steps are carried out: for a server's sockets, by its loop, with timers where something has to wait.

Over TCP the answers of one connection leave in the order of their queries, so one that is late holds up those behind
it, and the queries that follow aren't read before; only a reply that is to be overtaken (ReplyStep.later) steps aside.
"""

from __future__ import annotations

import socket
import struct
import sys
from collections import deque
from contextlib import suppress
from functools import partial
from heapq import heappop, heappush
from time import monotonic

from kmsdns.net.server.faults.steps import ClosePort, ReplyStep, Wait, frame, script

TYPE_CHECKING = False
if TYPE_CHECKING:
    import selectors
    from collections.abc import Callable, Sequence
    from typing import Any, Protocol

    from kmsdns.net.server.datagrams import Client, Datagrams, Way
    from kmsdns.net.server.faults.steps import Step

    class ExecutorConnection(Protocol):
        """What the executor needs to know of a TCP connection."""

        sock: socket.socket
        inbox: bytearray
        outbox: bytearray
        ended: bool
        act: Act | None


_NO_LINGER = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


class Timers:
    """Calls that are due later."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._made = 0

    def add(self, seconds: float, call: Callable[[], None]) -> None:
        """Calls that after so many seconds; calls of the same moment in the order they were made."""
        self._made += 1
        heappush(self._heap, (monotonic() + seconds, self._made, call))

    def wait(self, now: float) -> float | None:
        """Seconds until the next call is due, None when there is none."""
        return max(self._heap[0][0] - now, 0.0) if self._heap else None

    def clear(self) -> None:
        """Forgets all of them."""
        self._heap.clear()

    def run(self) -> None:
        """Makes the calls that are due."""
        now = monotonic()
        while self._heap and self._heap[0][0] <= now:
            heappop(self._heap)[2]()


class Act:
    """What is still to be done on one TCP connection."""

    def __init__(self) -> None:
        self.script: deque[bytes | Step] = deque()
        self.waiting = False  # for a timer
        self.held = b""  # a reply that waits to be overtaken
        self.overtaken = False


class FaultExecutor:
    """Carries out steps. wake goes on with a connection, drop closes one, end ends them all when their port closes."""

    def __init__(self, *, wake: Callable[[Any], None], drop: Callable[[Any], None], end: Callable[[], None]) -> None:
        self.timers = Timers()
        self.held: list[Callable[[], None]] = []  # datagrams that wait to be overtaken
        self._wake, self._drop, self._end = wake, drop, end
        self._ports: tuple[socket.socket, ...] = ()
        self._selector: selectors.BaseSelector | None = None

    def open(self, ports: Sequence[socket.socket], selector: selectors.BaseSelector) -> None:
        """Begins anew: with the sockets of the server's ports, which are in the selector."""
        self._ports, self._selector = tuple(ports), selector
        self.timers.clear()
        self.held.clear()

    def close_port(self, transport: str | None) -> None:
        """Does what ClosePort says."""
        kinds = {"udp": socket.SOCK_DGRAM, "tcp": socket.SOCK_STREAM}
        for sock in self._leave(None if transport is None else kinds[transport]):
            sock.close()
        if transport != "udp":
            self._end()

    def finish(self, seconds: float, is_wanted: Callable[[], bool]) -> None:
        """Carries out what was put off, within so many seconds in all and as long as it is wanted. Asks no port."""
        selector, end = self._selector, monotonic() + seconds
        assert selector is not None
        ports = self._leave(None)
        while is_wanted() and (wait := self.timers.wait(now := monotonic())) is not None and now + wait <= end:
            for key, mask in selector.select(wait):
                key.data(mask)
            self.timers.run()
        for sock in ports:
            sock.close()

    def datagrams(self, steps: tuple[Step, ...], port: Datagrams, client: Client, way: Way) -> None:
        """Steps in answer to a datagram, whose answer has to take this way."""
        seconds = 0.0
        for step in steps:
            if isinstance(step, Wait):
                seconds += step.seconds
            elif isinstance(step, ReplyStep):
                self._at(seconds, partial(self._deliver, step, partial(_send, step, port, client, way)))
            elif isinstance(step, ClosePort):
                self._at(seconds, partial(self.close_port, step.transport))

    def overtaken(self) -> None:
        """Another datagram has left: those that waited for it follow."""
        held, self.held = self.held, []
        for send in held:
            send()

    def queue(self, connection: ExecutorConnection, steps: tuple[Step, ...]) -> None:
        """Steps in answer to a query over TCP; play carries them out."""
        act = connection.act = connection.act or Act()
        act.script.extend(script(steps))

    def play(self, connection: ExecutorConnection) -> None:
        """Goes on until something has to wait, or all is done. What is to be sent is in the outbox then."""
        act = connection.act
        if act is None:
            return
        while act.script and not act.waiting:
            line = act.script.popleft()
            if isinstance(line, bytes):
                connection.outbox += line
                act.overtaken = True
            elif isinstance(line, ReplyStep):
                self._hold(connection, act, line)
            elif isinstance(line, Wait):
                self._wait(connection, act, line.seconds)
            elif isinstance(line, ClosePort):
                self.close_port(line.transport)
            elif line.reset:
                connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)  # close resets
                self._drop(connection)
                return
            else:
                act.script.clear()
                connection.inbox.clear()
                connection.ended = act.overtaken = True
        if act.held and act.overtaken and not act.waiting:
            connection.outbox += act.held
            act.held = b""
        if not (act.waiting or act.held):
            connection.act = None

    def _leave(self, kind: socket.SocketKind | None) -> list[socket.socket]:
        """Takes open ports, of one kind or all, out of the selector."""
        assert self._selector is not None
        left = [sock for sock in self._ports if sock.type == (kind or sock.type) and sock.fileno() >= 0]
        for sock in left:
            self._selector.unregister(sock)
        return left

    def _at(self, seconds: float, call: Callable[[], None]) -> None:
        if seconds:
            self.timers.add(seconds, call)
        else:
            call()

    def _deliver(self, reply: ReplyStep, send: Callable[[], None]) -> None:
        if reply.later and not self.held:
            self.held.append(send)
            self.timers.add(reply.later, partial(self._lapse, send))
        else:
            send()
            self.overtaken()

    def _lapse(self, send: Callable[[], None]) -> None:
        if send in self.held:
            self.overtaken()

    def _hold(self, connection: ExecutorConnection, act: Act, reply: ReplyStep) -> None:
        data = frame(reply)
        if act.held:
            connection.outbox += data
            act.overtaken = True
            return

        def lapse() -> None:
            if act.held is data:
                act.overtaken = True
                self._wake(connection)

        act.held, act.overtaken = data, False
        self.timers.add(reply.later, lapse)

    def _wait(self, connection: ExecutorConnection, act: Act, seconds: float) -> None:
        def go_on() -> None:
            act.waiting = False
            self._wake(connection)

        if seconds:
            act.waiting = True
            self.timers.add(seconds, go_on)


def _send(reply: ReplyStep, port: Datagrams, client: Client, way: Way) -> None:
    with suppress(OSError):  # lost, as any datagram may be; or the port is closed
        (port.send_from_another_port if reply.elsewhere else port.send)(reply.message, client, way)
