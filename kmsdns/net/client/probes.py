"""Probes: does an endpoint answer? PROBERS says what is done once a TCP connection stands.

`probe` and `aprobe` carry out what net.client.happy_eyeballs decides: it says which address is connected to when, and
what counts.
"""

from __future__ import annotations

import errno
import time

from kmsdns.kms import rpcbind
from kmsdns.model.messages import ProbeOutcome
from kmsdns.net.client.happy_eyeballs import MAX_REPLY, STAGGER, Prober, Races

TYPE_CHECKING = False
if TYPE_CHECKING:
    import asyncio
    import selectors
    import socket
    from collections.abc import Sequence

    from kmsdns.model.messages import Probe, ProbeResult
    from kmsdns.net.client.happy_eyeballs import ConnectAddress

PROBERS: dict[str, Prober] = {
    "tcp": Prober(judge=lambda _received, _over: ProbeOutcome.OPEN),  # the connection itself is the answer
    # A bind for the KMS interface, the one thing that is ever sent: no operation is called.
    "rpc": Prober(hello=rpcbind.encode_bind(), judge=rpcbind.judge, ended=ProbeOutcome.NO_RPC),
}
"""The kinds of probe, by the word that asks for them."""

_OUTCOMES = {errno.ECONNREFUSED: ProbeOutcome.CLOSED, errno.ETIMEDOUT: ProbeOutcome.TIMEOUT}
_BROKEN = (errno.ECONNRESET, errno.ECONNABORTED, errno.EPIPE, errno.ENOTCONN)
"""What only a connection that stood can end with; the last when it was reset before it could be looked at."""


def outcome_of(code: int | None) -> ProbeOutcome:
    """What the errno of a connection that never stood means; unreachable (no route, no family) unless it says more."""
    return _OUTCOMES.get(code or 0, ProbeOutcome.UNREACHABLE)


def probe(
    probes: Sequence[Probe],
    *,
    timeout: float,
    deadline: float | None = None,
    stagger: float = STAGGER,
    local: bool = True,
) -> list[ProbeResult]:
    """Tries all probes at the same time and returns their results in the same order; blocks until the last is known.

    local allows loopback addresses. All in seconds: timeout per address, stagger between two addresses of a probe,
    deadline from the call until whatever is still open counts as a timeout. An endpoint that does not answer is a
    result, never an exception; ValueError as Races says.
    """
    import selectors

    end = None if deadline is None else time.monotonic() + deadline
    races = Races(probes, PROBERS, timeout=timeout, deadline=end, stagger=stagger, local=local)
    with selectors.DefaultSelector() as selector:
        connections = _Connections(races, selector)
        try:
            while True:
                given_up, connects = races.tick(time.monotonic())
                for ticket in given_up:
                    connections.drop(ticket)
                for connect in connects:
                    connections.start(connect)
                if races.done:
                    return races.results()
                for key, _ in selector.select(_wait(races)):
                    connections.proceed(key.data)
        finally:
            connections.close()


class _Connections:
    """The sockets of probes under a selector. What becomes of a connection is told to the races."""

    def __init__(self, races: Races, selector: selectors.BaseSelector) -> None:
        self._races, self._selector = races, selector
        self._sockets: dict[int, socket.socket] = {}
        self._standing: set[int] = set()

    def start(self, connect: ConnectAddress) -> None:
        """Begins to connect."""
        import selectors

        try:
            self._sockets[connect.ticket] = opened = _open(connect)
            self._selector.register(opened, selectors.EVENT_WRITE, connect.ticket)
            code = opened.connect_ex((connect.address, connect.port))
            if code not in (0, errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EINTR):
                raise OSError(code, "")
        except OSError as error:
            _tell(self._races, connect.ticket, error)

    def proceed(self, ticket: int) -> None:
        """The selector saw that a connection stands, has something to read, or failed."""
        try:
            if ticket in self._standing:
                self._races.received(ticket, self._sockets[ticket].recv(MAX_REPLY), time.monotonic())
            else:
                self._greet(ticket, self._sockets[ticket])
        except BlockingIOError:  # the selector was mistaken
            return
        except OSError as error:
            _tell(self._races, ticket, error)

    def _greet(self, ticket: int, opened: socket.socket) -> None:
        import selectors

        _check(opened)
        self._standing.add(ticket)
        hello = self._races.connected(ticket, time.monotonic())
        if hello:
            opened.sendall(hello)  # a few octets into an empty buffer: this does not block
        self._selector.modify(opened, selectors.EVENT_READ, ticket)

    def drop(self, ticket: int) -> None:
        """Closes a connection that is given up."""
        dropped = self._sockets.pop(ticket, None)
        if dropped is not None:
            if dropped in self._selector.get_map():
                self._selector.unregister(dropped)
            dropped.close()

    def close(self) -> None:
        """Closes all that are left."""
        for left in self._sockets.values():
            left.close()


async def aprobe(
    probes: Sequence[Probe],
    *,
    timeout: float,
    deadline: float | None = None,
    stagger: float = STAGGER,
    local: bool = True,
) -> list[ProbeResult]:
    """As `probe`, under asyncio. Cancelled, it closes every connection before it ends."""
    import asyncio

    end = None if deadline is None else time.monotonic() + deadline
    races = Races(probes, PROBERS, timeout=timeout, deadline=end, stagger=stagger, local=local)
    tasks: dict[int, asyncio.Task[None]] = {}
    over: list[asyncio.Task[None]] = []
    try:
        while True:
            given_up, connects = races.tick(time.monotonic())
            for ticket in given_up:
                tasks[ticket].cancel()
                over.append(tasks.pop(ticket))
            for connect in connects:
                tasks[connect.ticket] = asyncio.create_task(_fly(races, connect))
            if races.done:
                return races.results()
            ended, _ = await asyncio.wait(tasks.values(), timeout=_wait(races), return_when=asyncio.FIRST_COMPLETED)
            for task in ended:
                task.result()  # an error in a prober is not to be lost
    finally:
        for task in tasks.values():
            task.cancel()
        await asyncio.gather(*over, *tasks.values(), return_exceptions=True)


async def _fly(races: Races, connect: ConnectAddress) -> None:
    """One connection under asyncio, from its socket to its fate."""
    import asyncio

    loop, ticket = asyncio.get_running_loop(), connect.ticket
    opened = None
    try:
        opened = _open(connect)
        await loop.sock_connect(opened, (connect.address, connect.port))
        _check(opened)
        hello = races.connected(ticket, time.monotonic())
        if hello:
            await loop.sock_sendall(opened, hello)
        while races.flying(ticket):
            races.received(ticket, await loop.sock_recv(opened, MAX_REPLY), time.monotonic())
    except OSError as error:
        _tell(races, ticket, error)
    finally:
        if opened is not None:
            opened.close()


def _tell(races: Races, ticket: int, error: OSError) -> None:
    """What the error means for the connection."""
    if error.errno in _BROKEN:
        races.broke(ticket, time.monotonic())
    else:
        races.failed(ticket, outcome_of(error.errno), time.monotonic())


def _wait(races: Races) -> float | None:
    """Seconds until the next tick; select() with a time in the past would wait for ever on some systems."""
    due = races.wake_at()
    return None if due is None else max(0.0, due - time.monotonic())


def _open(connect: ConnectAddress) -> socket.socket:
    import socket

    family = socket.AF_INET6 if ":" in connect.address else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setblocking(False)
    return opened


def _check(opened: socket.socket) -> None:
    """Raises OSError when the connection failed, or met itself: a local port without listener can be its own source."""
    import socket

    code = opened.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if not code and opened.getsockname() == opened.getpeername():
        code = errno.ECONNREFUSED
    if code:
        raise OSError(code, "")
