"""A stub resolver: the sockets around lookup.exchange, for a whole batch of questions at once, blocking or async.

Each try over UDP has a socket of its own, so that the kernel chooses a fresh source port; those over TCP share
connections (net.client.connections). net.client.async_stub is the same for event loops: the two do the same and are
read side by side.
"""

from __future__ import annotations

import os
import selectors
import socket
from time import monotonic

from kmsdns.lookup.attempt import CloseSocket, Connect, Request
from kmsdns.lookup.edns_support import EdnsSupport
from kmsdns.lookup.exchange import Exchange
from kmsdns.model.messages import Directed
from kmsdns.net.client.connections import Pipe, PipedQuestion, Pipes
from kmsdns.net.client.sockets import (
    HEARS_ALL,
    LARGEST,
    UNDER_WAY,
    at_once,
    new_selector,
    new_socket,
    place,
    reason_of,
    source_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from kmsdns.lookup.attempt import LookupSettings, Send
    from kmsdns.lookup.comparison import Comparison
    from kmsdns.lookup.cookies import Cookie
    from kmsdns.model.messages import Question, Response, Server
    from kmsdns.net.client.secure import Secure

    Unasked = Callable[[Question, Response], Response]

MAX_AT_ONCE = 200
"""Questions of a batch that are under way at the same time, where there is room for their sockets.

Where every server is asked, each of them counts."""


def system_randbelow(n: int) -> int:
    """The operating system's dice: a uniform integer in 0..n-1, for n up to 2**32 (rejection, so exact)."""
    while True:
        drawn = int.from_bytes(os.urandom(4), "big")
        if drawn < 2**32 - 2**32 % n:
            return drawn % n


class Stub:
    """Asks servers. deadline, on time.monotonic's clock, bounds everything asked through it; None means no bound.

    secure has the connections to encrypted servers, for runs that ask any, pipes those over TCP, where others share
    them; close and aclose close them.
    """

    def __init__(
        self,
        servers: Sequence[Server],
        settings: LookupSettings,
        *,
        deadline: float | None = None,
        secure: Secure | None = None,
        pipes: Pipes | None = None,
    ) -> None:
        self.servers = tuple(servers)
        self.settings = settings
        self.deadline = deadline
        self._most = max(1, MAX_AT_ONCE // (len(self.servers) if settings.all_servers else 1))
        self._secure = secure
        self._pipes = Pipes() if pipes is None else pipes
        self._round_trips: dict[Server, float] = {}
        self._cookies: dict[Server, Cookie] = {}
        self._edns = EdnsSupport()

    def ask(self, questions: Sequence[Question | Directed]) -> list[Response]:
        """One response for each question, in order. Never raises for what a server or the network does.

        One that is put to a server is put to that one alone, whether it is among the stub's own or not.
        """
        if self._secure is not None:
            return self._secure.block(self.aask(questions))
        return settle([[self.exchange(question) for question in questions]], self._at_once(questions), self._pipes)

    async def aask(self, questions: Sequence[Question | Directed]) -> list[Response]:
        """As ask, for an event loop; a question that is cancelled closes its sockets."""
        if not questions:
            return []
        import asyncio

        from kmsdns.net.client.async_stub import ask_one, together

        turn = asyncio.Semaphore(self._at_once(questions))

        async def one(question: Question | Directed) -> Response:
            async with turn:
                return await ask_one(self.exchange(question), self._secure, self._pipes)

        return await together([one(question) for question in questions])

    def close(self) -> None:
        """Closes the connections that ask made and kept."""
        self._pipes.close()
        if self._secure is not None:
            self._secure.close()

    async def aclose(self) -> None:
        """Closes the connections that aask made and kept; in the same event loop."""
        self._pipes.close()
        if self._secure is not None:
            await self._secure.aclose()

    def _at_once(self, questions: Sequence[Question | Directed]) -> int:
        return at_once(len(questions), (len(self.servers),), self.settings.retries, self._most)

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
            from kmsdns.lookup.comparison import Comparison

            kind = Comparison
        return kind(
            question,
            servers,
            settings,
            randbelow=system_randbelow,
            deadline=self.deadline,
            round_trips=self._round_trips,
            cookies=self._cookies,
            edns=self._edns,
        )


def settle(
    groups: Sequence[Sequence[Exchange | Comparison]], at_once: int, pipes: Pipes, unasked: Unasked | None = None
) -> list[Response]:
    """The responses of look-ups, in order, group after group; at_once is how many of each group are under way.

    Each group has servers of its own, so that one which doesn't answer holds up nobody else. unasked: what becomes of a
    group's other questions when the first ones come to nothing before anything was heard.
    """
    with new_selector() as selector:
        queues = [_Queue(group) for group in groups]
        loop = _Loop(selector, pipes)
        try:
            while loop.running or any(queue.waiting for queue in queues):
                for queue in queues:
                    for exchange in queue.due(at_once, unasked):
                        loop.start(exchange)
                if loop.running:
                    loop.turn()
        finally:
            loop.close()
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
    """An exchange, the sockets of its tries, and its questions on connections that it shares."""

    def __init__(self, exchange: Exchange | Comparison) -> None:
        self.exchange = exchange
        self.sockets: dict[int, socket.socket] = {}
        self.asked: dict[int, PipedQuestion] = {}


class _Loop:
    """The blocking loop: what is under way, and what the selector waits for."""

    def __init__(self, selector: selectors.BaseSelector, pipes: Pipes) -> None:
        self.running: dict[_Lookup, None] = {}
        self._selector, self._pipes = selector, pipes
        self._told: dict[_Lookup, None] = {}  # over a connection, and what they want done now isn't done yet

    def start(self, exchange: Exchange | Comparison) -> None:
        """Begins a look-up."""
        lookup = _Lookup(exchange)
        self.running[lookup] = None
        exchange.start(monotonic())
        self._obey(lookup)
        self._tend()

    def turn(self) -> None:
        """Waits for the next packet or the next thing to be done, and does it."""
        now = monotonic()
        # One that failed as it was sent has its response by now, and nothing would wake it.
        wakes = [lookup.exchange.wake if lookup.exchange.response is None else now for lookup in self.running]
        wake = min(*wakes, self._pipes.wake)
        for ready, mask in self._selector.select(max(0.0, wake - now) if wake != float("inf") else None):
            if isinstance(ready.data, Pipe):
                self._carry(ready.data, mask)
            else:
                lookup, command = ready.data
                if command.key in lookup.sockets:
                    self._receive(lookup, command)
        now = monotonic()
        self._pipes.tick(now)
        self._tend()
        for lookup in list(self.running):
            if lookup.exchange.wake <= now:
                lookup.exchange.tick(now)
                self._obey(lookup)
            if lookup.exchange.response is not None:
                self._obey(lookup)
                del self.running[lookup]
        self._tend()

    def close(self) -> None:
        """Closes the sockets of what is under way; for the way out when something went wrong."""
        for lookup in self.running:
            for opened in lookup.sockets.values():
                opened.close()
            for asked in lookup.asked.values():
                self._pipes.give_up(asked)
        if self.running:
            self._pipes.close()

    def _obey(self, lookup: _Lookup) -> None:
        """Carries out the exchange's commands, and those that carrying them out leads to."""
        while commands := lookup.exchange.commands():
            for command in commands:
                if isinstance(command, CloseSocket):
                    self._drop(lookup, command.key)
                elif isinstance(command, Connect):
                    asked = PipedQuestion(lookup.exchange, command, lambda: self._told.setdefault(lookup))
                    lookup.asked[command.key] = asked
                    self._pipes.ask(asked, monotonic())
                else:
                    assert not isinstance(command, Request)  # Stub.ask leaves those to an event loop
                    self._send(lookup, command)

    def _send(self, lookup: _Lookup, command: Send) -> None:
        try:
            lookup.sockets[command.key] = opened = new_socket(command.server, socket.SOCK_DGRAM)
            if not HEARS_ALL:
                opened.connect(place(command.server))
            self._selector.register(opened, selectors.EVENT_READ, (lookup, command))
            if HEARS_ALL:
                opened.sendto(command.data, place(command.server))
            else:
                opened.send(command.data)
        except OSError as error:
            lookup.exchange.error(command.key, reason_of(error, is_stream=False), monotonic())

    def _receive(self, lookup: _Lookup, command: Send) -> None:
        """The socket of this try can be read from."""
        try:
            data, source = lookup.sockets[command.key].recvfrom(LARGEST)
            lookup.exchange.datagram(command.key, data, source_of(command.server, source), monotonic())
        except BlockingIOError:
            return
        except OSError as error:
            lookup.exchange.error(command.key, reason_of(error, is_stream=False), monotonic())
        self._obey(lookup)

    def _drop(self, lookup: _Lookup, key: int) -> None:
        opened = lookup.sockets.pop(key, None)
        if opened is not None:
            if opened in self._selector.get_map():
                self._selector.unregister(opened)
            opened.close()
        asked = lookup.asked.pop(key, None)
        if asked is not None:
            self._pipes.give_up(asked)

    def _tend(self) -> None:
        """Does what connections need, and what those who were told of them want, until there is nothing more."""
        while True:
            for pipe in self._pipes.touched():
                self._serve(pipe)
            if not self._told:
                return
            self._obey(self._told.popitem()[0])

    def _serve(self, pipe: Pipe) -> None:
        """Opens a connection, closes it, or watches what it waits for."""
        opened = pipe.sock
        if pipe.is_over:
            if opened is not None:
                if opened in self._selector.get_map():
                    self._selector.unregister(opened)
                opened.close()
            return
        if opened is None:
            try:
                pipe.sock = opened = new_socket(pipe.server, socket.SOCK_STREAM)
                failure = opened.connect_ex(place(pipe.server))
                if failure not in UNDER_WAY:
                    raise OSError(failure, os.strerror(failure))
            except OSError as error:
                self._pipes.failed(pipe, reason_of(error, is_stream=True), monotonic())
                return
        waits = selectors.EVENT_WRITE if pipe.unsent or not pipe.stands else 0
        if opened not in self._selector.get_map():
            self._selector.register(opened, selectors.EVENT_READ | waits, pipe)
        else:
            self._selector.modify(opened, selectors.EVENT_READ | waits, pipe)

    def _carry(self, pipe: Pipe, mask: int) -> None:
        """The connection can be read from, or written to."""
        opened = pipe.sock
        if pipe.is_over or opened is None:
            return
        try:
            if not pipe.stands:
                failure = opened.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                if failure:
                    raise OSError(failure, os.strerror(failure))
                self._pipes.connected(pipe, monotonic())
            if mask & selectors.EVENT_WRITE and pipe.unsent:
                del pipe.unsent[: opened.send(pipe.unsent)]
                self._serve(pipe)
            if mask & selectors.EVENT_READ:
                self._pipes.received(pipe, opened.recv(LARGEST), monotonic())
        except BlockingIOError:
            return
        except OSError as error:
            self._pipes.failed(pipe, reason_of(error, is_stream=True), monotonic())
