"""A stub resolver: the sockets around core.exchange, for a whole batch of questions at once, blocking or async.

Each try has a UDP socket of its own, so that the kernel chooses a fresh source port. On Linux it is not connected: it
hears replies from elsewhere too, which the exchange rejects and writes down, and with IP_RECVERR ICMP errors as well.
On other systems it is connected, since only so it hears of ICMP errors; replies from elsewhere are not heard at all.
Long: the two loops, blocking and async, do the same and are read side by side.
"""

from __future__ import annotations

import errno
import os
import selectors
import socket
import sys
from time import monotonic

from kmsdns.core.edns_support import EdnsSupport
from kmsdns.core.exchange import Exchange
from kmsdns.core.flight import Close, Connect, Request, Send
from kmsdns.core.messages import Directed

TYPE_CHECKING = False
if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from kmsdns.core.comparison import Comparison
    from kmsdns.core.cookies import Cookie
    from kmsdns.core.flight import Settings
    from kmsdns.core.messages import Question, Response, Server
    from kmsdns.net.secure import Secure

    Unasked = Callable[[Question, Response], Response]

MAX_AT_ONCE = 200
"""Questions of a batch that are under way at the same time; a socket each, and sometimes two.

Where every server is asked, each of them counts."""

_UNREACHABLE = frozenset(
    {errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EACCES, errno.EPERM, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}
    | {errno.EINVAL}  # how Linux reports a blackhole route
)
_UNDER_WAY = frozenset({0, errno.EINPROGRESS, errno.EWOULDBLOCK})  # what a non-blocking connect may report
_LARGEST = 65535

HEARS_ALL = sys.platform == "linux"
"""Whether an unconnected UDP socket hears of ICMP errors."""

_RECVERR = {socket.AF_INET: 11, socket.AF_INET6: 25}  # IP_RECVERR and IPV6_RECVERR of Linux, which socket doesn't name


def system_below(n: int) -> int:
    """The operating system's dice: a uniform integer in 0..n-1, for n up to 2**32 (rejection, so exact)."""
    while True:
        drawn = int.from_bytes(os.urandom(4), "big")
        if drawn < 2**32 - 2**32 % n:
            return drawn % n


class Stub:
    """Asks servers. deadline, on time.monotonic's clock, bounds everything asked through it; None means no bound.

    secure has the connections to encrypted servers, for runs that ask any; close and aclose close them.
    """

    def __init__(
        self,
        servers: Sequence[Server],
        settings: Settings,
        *,
        deadline: float | None = None,
        secure: Secure | None = None,
    ) -> None:
        self.servers = tuple(servers)
        self.settings = settings
        self.deadline = deadline
        self._at_once = max(1, MAX_AT_ONCE // (len(self.servers) if settings.all_servers else 1))
        self._secure = secure
        self._round_trips: dict[Server, float] = {}
        self._cookies: dict[Server, Cookie] = {}
        self._edns = EdnsSupport()

    def ask(self, questions: Sequence[Question | Directed]) -> list[Response]:
        """One response for each question, in order. Never raises for what a server or the network does.

        One that is put to a server is put to that one alone, whether it is among the stub's own or not.
        """
        if self._secure is not None:
            return self._secure.block(self.aask(questions))
        return settle([[self.exchange(question) for question in questions]], self._at_once)

    async def aask(self, questions: Sequence[Question | Directed]) -> list[Response]:
        """As ask, for an event loop; a question that is cancelled closes its sockets."""
        if not questions:
            return []
        import asyncio

        turn = asyncio.Semaphore(self._at_once)

        async def one(question: Question | Directed) -> Response:
            async with turn:
                return await ask_one(self.exchange(question), self._secure)

        return list(await asyncio.gather(*[one(question) for question in questions]))

    def close(self) -> None:
        """Closes the connections that ask made and kept."""
        if self._secure is not None:
            self._secure.close()

    async def aclose(self) -> None:
        """Closes the connections that aask made and kept; in the same event loop."""
        if self._secure is not None:
            await self._secure.aclose()

    def exchange(self, question: Question | Directed) -> Exchange | Comparison:
        """A look-up that has not begun."""
        kind: type[Exchange | Comparison] = Exchange
        servers, settings = self.servers, self.settings
        if isinstance(question, Directed):
            servers = (question.server,)
            recursion, unchecked = question.recursion_desired, question.checking_disabled
            question, settings = (
                question.question,
                settings.replace(recursion_desired=recursion, checking_disabled=unchecked),
            )
        elif settings.all_servers:
            from kmsdns.core.comparison import Comparison

            kind = Comparison
        return kind(
            question,
            servers,
            settings,
            below=system_below,
            deadline=self.deadline,
            round_trips=self._round_trips,
            cookies=self._cookies,
            edns=self._edns,
        )


def settle(
    groups: Sequence[Sequence[Exchange | Comparison]], at_once: int, unasked: Unasked | None = None
) -> list[Response]:
    """The responses of look-ups, in order, group after group; at_once is how many of each group are under way.

    Each group has servers of its own, so that one which doesn't answer holds up nobody else. unasked: what becomes of a
    group's other questions when the first ones come to nothing before anything was heard.
    """
    with selectors.DefaultSelector() as selector:
        queues = [_Queue(group) for group in groups]
        running: dict[_Lookup, None] = {}
        try:
            while running or any(queue.waiting for queue in queues):
                for queue in queues:
                    for exchange in queue.due(at_once, unasked):
                        lookup = _Lookup(exchange)
                        running[lookup] = None
                        exchange.start(monotonic())
                        lookup.obey(selector)
                if running:
                    _turn(selector, running)
        finally:
            for lookup in running:
                lookup.close()
    return [_response(exchange) for group in groups for exchange in group]


class _Queue:
    """The look-ups of one group: those that wait, and those under way."""

    def __init__(self, every: Sequence[Exchange | Comparison]) -> None:
        self.waiting = list(every[::-1])
        self._under_way: dict[Exchange | Comparison, None] = {}
        self._is_heard = False  # anything came back, be it a refusal

    def due(self, at_once: int, unasked: Unasked | None) -> Iterator[Exchange | Comparison]:
        """Those to be started now, so that so many are under way."""
        if not self.waiting:
            return
        for exchange in list(self._under_way):
            response = exchange.response
            if response is None:
                continue
            del self._under_way[exchange]
            self._is_heard = self._is_heard or response.outcome not in ("timeout", "unreachable")
            while unasked and self.waiting and not self._is_heard:
                given_up = self.waiting.pop()
                given_up.response = unasked(given_up.question, response)
        while self.waiting and len(self._under_way) < at_once:
            exchange = self.waiting.pop()
            self._under_way[exchange] = None
            yield exchange


def _response(exchange: Exchange | Comparison) -> Response:
    assert exchange.response is not None
    return exchange.response


class _Lookup:
    """An exchange and the sockets of its tries, for the blocking loop."""

    def __init__(self, exchange: Exchange | Comparison) -> None:
        self.exchange = exchange
        self.sockets: dict[int, socket.socket] = {}
        self.unsent: dict[int, bytes] = {}  # what a TCP connection still has to send

    def obey(self, selector: selectors.BaseSelector) -> None:
        """Carries out the exchange's commands, and those that carrying them out leads to."""
        while commands := self.exchange.commands():
            for command in commands:
                if isinstance(command, Close):
                    self._drop(command.key, selector)
                    continue
                assert not isinstance(command, Request)  # Stub.ask leaves those to an event loop
                is_stream = isinstance(command, Connect)
                try:
                    self.sockets[command.key] = opened = new_socket(command)
                    if is_stream or not HEARS_ALL:
                        failure = opened.connect_ex(place(command.server))
                        if failure not in _UNDER_WAY:
                            raise OSError(failure, os.strerror(failure))
                    selector.register(
                        opened, selectors.EVENT_WRITE if is_stream else selectors.EVENT_READ, (self, command.key)
                    )
                    if is_stream:
                        self.unsent[command.key] = command.data
                    elif HEARS_ALL:
                        opened.sendto(command.data, place(command.server))
                    else:
                        opened.send(command.data)
                except OSError as error:
                    self.exchange.error(command.key, reason_of(error, is_stream), monotonic())

    def ready(self, key: int, selector: selectors.BaseSelector) -> None:
        """The socket of this try can be read from or, while something is unsent, written to."""
        opened = self.sockets[key]
        is_stream = opened.type == socket.SOCK_STREAM
        try:
            if key in self.unsent:
                self._write(key, opened, selector)
            else:
                data, source = opened.recvfrom(_LARGEST)
                feed(self.exchange, key, data, None if is_stream else source)
        except BlockingIOError:
            return
        except OSError as error:
            self.exchange.error(key, reason_of(error, is_stream), monotonic())
        self.obey(selector)

    def _write(self, key: int, opened: socket.socket, selector: selectors.BaseSelector) -> None:
        failure = opened.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if failure:
            raise OSError(failure, os.strerror(failure))
        rest = self.unsent[key][opened.send(self.unsent[key]) :]
        if rest:
            self.unsent[key] = rest
        else:
            del self.unsent[key]
            selector.modify(opened, selectors.EVENT_READ, (self, key))

    def _drop(self, key: int, selector: selectors.BaseSelector) -> None:
        opened = self.sockets.pop(key, None)
        self.unsent.pop(key, None)
        if opened is not None:
            if opened in selector.get_map():
                selector.unregister(opened)
            opened.close()

    def close(self) -> None:
        """Closes what is open; for the way out when something went wrong."""
        for opened in self.sockets.values():
            opened.close()


def _turn(selector: selectors.BaseSelector, running: dict[_Lookup, None]) -> None:
    """Waits for the next packet or the next thing to be done, and does it."""
    now = monotonic()
    # One that failed as it was sent has its response by now, and nothing would wake it.
    wake = min(lookup.exchange.wake if lookup.exchange.response is None else now for lookup in running)
    for ready, _events in selector.select(max(0.0, wake - now) if wake != float("inf") else None):
        lookup, key = ready.data
        if key in lookup.sockets:
            lookup.ready(key, selector)
    now = monotonic()
    for lookup in list(running):
        if lookup.exchange.wake <= now:
            lookup.exchange.tick(now)
            lookup.obey(selector)
        if lookup.exchange.response is not None:
            lookup.obey(selector)
            del running[lookup]


def new_socket(command: Send | Connect) -> socket.socket:
    """A non-blocking socket of the kind and family that the command needs."""
    family = socket.AF_INET6 if ":" in command.server.address else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM if isinstance(command, Connect) else socket.SOCK_DGRAM)
    opened.setblocking(False)
    if HEARS_ALL and not isinstance(command, Connect):
        level = socket.IPPROTO_IPV6 if family == socket.AF_INET6 else socket.IPPROTO_IP
        opened.setsockopt(level, _RECVERR[family], 1)
    return opened


def place(server: Server) -> tuple[str, int] | tuple[str, int, int, int]:
    """A server's address as sockets take it. OSError when it names a zone (RFC 4007 11) that this machine hasn't."""
    address, percent, zone = server.address.partition("%")
    if not percent:
        return address, server.port
    return address, server.port, 0, int(zone) if zone.isdecimal() else socket.if_nametoindex(zone)


def written(source: tuple[Any, ...]) -> str:
    """Where a datagram came from, as a Server writes it: an address of a zone keeps the zone out of its number."""
    address, port, scope = source[0], source[1], source[3] if len(source) > 3 else 0
    if scope and "%" not in address:
        address += f"%{socket.if_indextoname(scope)}"
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def feed(exchange: Exchange | Comparison, key: int, data: bytes, source: tuple[Any, ...] | None) -> None:
    """Hands what a socket received to its exchange; source is where a datagram came from, None for a stream."""
    now = monotonic()
    if source is not None:
        exchange.datagram(key, data, written(source), now)
    elif data:
        exchange.stream(key, data, now)
    else:
        exchange.eof(key, now)


def reason_of(error: OSError, is_stream: bool) -> str:
    """The trace's word for what a socket reported."""
    if error.errno in _UNREACHABLE:
        return "host-unreachable"
    if isinstance(error, ConnectionRefusedError):
        return "tcp-refused" if is_stream else "port-unreachable"
    if isinstance(error, ConnectionResetError) and not is_stream:
        return "port-unreachable"  # how Windows reports it
    if error.errno == errno.ETIMEDOUT:
        return "tcp-timeout"
    return "tcp-reset" if is_stream else "host-unreachable"


async def ask_one(exchange: Exchange | Comparison, secure: Secure | None) -> Response:
    """One exchange in an event loop: a task for each open socket, and this one for the clock."""
    import asyncio

    tasks: dict[int, asyncio.Task[None]] = {}
    news = asyncio.Event()
    exchange.start(monotonic())
    try:
        while exchange.response is None:
            for command in exchange.commands():
                if isinstance(command, Close):
                    if command.key in tasks:
                        tasks[command.key].cancel()
                elif isinstance(command, Request):
                    assert secure is not None
                    tasks[command.key] = asyncio.create_task(secure.carry(exchange, command, news))
                else:
                    tasks[command.key] = asyncio.create_task(_carry(exchange, command, news))
            wake = exchange.wake
            try:
                async with asyncio.timeout(None if wake == float("inf") else max(0.0, wake - monotonic())):
                    await news.wait()
            except TimeoutError:
                exchange.tick(monotonic())
            news.clear()
    finally:
        for task in tasks.values():
            task.cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)
    return exchange.response


async def _carry(exchange: Exchange | Comparison, command: Send | Connect, news: asyncio.Event) -> None:
    """Sends one try's question and feeds what comes back to the exchange, until the socket ends or is cancelled."""
    import asyncio

    loop = asyncio.get_running_loop()
    is_stream = isinstance(command, Connect)
    try:
        with new_socket(command) as opened:
            if is_stream or not HEARS_ALL:
                await loop.sock_connect(opened, place(command.server))
                await loop.sock_sendall(opened, command.data)
            else:
                await loop.sock_sendto(opened, command.data, place(command.server))
            while True:
                if is_stream:
                    feed(exchange, command.key, data := await loop.sock_recv(opened, _LARGEST), None)
                else:
                    data, source = await loop.sock_recvfrom(opened, _LARGEST)
                    feed(exchange, command.key, data, source)
                news.set()
                if is_stream and not data:
                    return
                await asyncio.sleep(0)  # in a flood the next packet is always there, and nobody else would get a turn
    except OSError as error:
        exchange.error(command.key, reason_of(error, is_stream), monotonic())
        news.set()
