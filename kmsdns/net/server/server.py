"""The listeners of the bundled server: UDP and TCP on one port of several addresses, in one loop of one thread.

They know nothing of messages but their length: net.server.responder reads, answers and writes those. Where the system
has the calls for it, datagrams are taken and sent many at a time (net.server.mmsg); the connections are in
net.server.streams.
"""

from __future__ import annotations

import os
import selectors
import socket
import sys
import time
from collections import deque
from contextlib import suppress
from functools import partial
from itertools import chain

from kmsdns.errors import KmsdnsError
from kmsdns.model.messages import Server
from kmsdns.model.value import Value
from kmsdns.net.server import mmsg
from kmsdns.net.server.datagrams import Datagrams
from kmsdns.net.server.faults.executor import FaultExecutor
from kmsdns.net.server.faults.injector import FaultInjector
from kmsdns.net.server.faults.steps import ReplyStep
from kmsdns.net.server.ports import bind, check_address
from kmsdns.net.server.responder import SERVFAIL, Responder, bare, describe
from kmsdns.net.server.streams import Streams

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from kmsdns.net.server.faults.steps import Step
    from kmsdns.net.server.faults.table import Tally
    from kmsdns.net.server.streams import Answer, Client
    from kmsdns.zone.zone import Zone

    Entry = tuple[bytes | mmsg.Seen, str, Client, float, int]
    """Of the log: one message and its client or many, the transport, the time, how many were queries."""

IDLE_LIMIT = 10.0  # seconds a connection may go without a whole query or an octet of answer leaving
MAX_CONNECTIONS = 1024
DRAIN = 64  # datagrams taken per wake, so that neither transport starves the other
TURNS = 4  # batches of datagrams taken per wake
LOG_LENGTH = 65_536  # the latest queries of the log; the counts go on
MAX_WARNINGS = 100
PARENT_CHECK = 1.0  # seconds between two looks at who the parent is, where the system doesn't tell by itself
DEFAULT_ADDRESSES = ("127.0.0.1", "::1")

_AXFR, _IXFR = b"\0\xfc\0\1", b"\0\xfb\0\1"  # type and class of a question for one


class Query(Value):
    """One query that was seen."""

    name: str  # as it was asked, "" when it could not be read
    rdtype: str
    transport: str  # "udp" or "tcp"
    client: str  # "127.0.0.1:40000"
    id: int
    when: float  # seconds since 1970, UTC


class Counts(Value):
    """How often what happened since the server was made."""

    udp: int  # queries
    tcp: int
    dropped: int  # messages that were no query
    connections: int  # over TCP, in all


class ZoneServer:
    """Serves zones over UDP and TCP, on one port of several addresses. The constructor does no I/O.

    addresses are numeric; without any it is 127.0.0.1 and, where the machine has it, ::1. Those that aren't loopback
    raise KmsdnsError unless allow_remote is set. Port 0 is a free one, the same for all. max_queries ends serve after
    so many queries. on_query is called with each Query, by the thread that serves, before its answer leaves. faults are
    specifications as net.server.faults.table has them, KmsdnsError when one isn't; those of fault.test.
    (net.server.faults.names) are there without. minimal_any answers ANY as RFC 8482 4.2 says. parent is the process id
    of the parent, for a server that
    must not outlive it: serve ends when another process, or none, has become the parent.
    """

    def __init__(
        self,
        zones: Sequence[Zone],
        addresses: Sequence[str] | None = None,
        port: int = 0,
        max_queries: int | None = None,
        *,
        allow_remote: bool = False,
        faults: Sequence[str] = (),
        on_query: Callable[[Query], None] | None = None,
        idle_limit: float = IDLE_LIMIT,
        max_connections: int = MAX_CONNECTIONS,
        minimal_any: bool = False,
        parent: int | None = None,
    ) -> None:
        for address in addresses or ():
            check_address(address, allow_remote)
        self.warnings: list[str] = []
        self._wanted = tuple(addresses or DEFAULT_ADDRESSES)
        self._may_lack = () if addresses else DEFAULT_ADDRESSES[1:]
        self._wanted_port = port
        self._bound: tuple[Server, ...] = ()
        self._max_queries, self._on_query = max_queries, on_query
        self._mischief = FaultInjector(faults, self._wanted)
        self._mischief.beside(zones)
        self._responder = Responder(zones, minimal_any=minimal_any)
        self._log: deque[Entry] = deque()
        self._logged = self._udp = self._tcp = self._dropped = 0
        self._stopping = self._spent = False
        self._parent, self._looks_for_parent = parent, False
        self._selector: selectors.BaseSelector | None = None
        self._bell: socket.socket | None = None
        self._idle_limit = idle_limit
        self._streams = Streams(self._answer_stream, idle_limit, max_connections)
        self._executor = FaultExecutor(wake=self._streams.wake, drop=self._streams.close, end=self._streams.end)
        self._streams.executor = self._executor

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where it is served, as "127.0.0.1:5353" and "[::1]:5353"; () before start."""
        return tuple([str(server) for server in self._bound])

    @property
    def port(self) -> int:
        """The one port number of all addresses and both transports; 0 before start when none was asked for."""
        return self._bound[0].port if self._bound else self._wanted_port

    @property
    def queries(self) -> tuple[Query, ...]:
        """The latest queries (LOG_LENGTH of them), oldest first."""
        found = [query for entry in self._log.copy() for query in _queries(entry)]
        return tuple(found[-LOG_LENGTH:])

    @property
    def counts(self) -> Counts:
        """All that was seen so far."""
        return Counts(udp=self._udp, tcp=self._tcp, dropped=self._dropped, connections=self._streams.accepted)

    @property
    def faults(self) -> tuple[Tally, ...]:
        """What each fault that was asked for has counted since the server was made, in their order."""
        return self._mischief.tallies

    def reload(self, zones: Sequence[Zone]) -> None:
        """Answers from these zones from the next query on. Safe from any thread."""
        self._mischief.beside(zones)
        self._responder.reload(zones)

    def start(self) -> None:
        """Binds every address. KmsdnsError, with nothing bound, when one cannot be."""
        if self._selector is not None:
            raise KmsdnsError("this server has been started already")
        ports, self._bound, self.warnings = bind(self._wanted, self._may_lack, self._wanted_port)
        self._selector = self._streams.selector = selectors.DefaultSelector()
        bell, self._bell = socket.socketpair()
        for sock in (*ports, bell):
            sock.setblocking(False)
            ready = partial(self._rung if sock is bell else self._streams.accept, sock)
            if sock.type == socket.SOCK_DGRAM:
                datagrams = Datagrams(sock)
                ready = partial(self._datagrams, datagrams)
                if mmsg.available() and not self._mischief.always:
                    ready = partial(self._batches, datagrams, mmsg.Batch(sock, datagrams.is_told))
            self._selector.register(sock, selectors.EVENT_READ, ready)
        self._bell.setblocking(False)
        self._watch_parent(self._selector)
        self._executor.open(ports, self._selector)
        for transport in self._mischief.closed_from_the_start:
            self._executor.close_port(transport)

    def serve(self, stop_after: float | None = None) -> None:
        """Answers in the calling thread until stop, max_queries, or stop_after seconds; closes everything then."""
        selector = self._selector
        if selector is None:
            raise KmsdnsError("this server has not been started")
        end = None if stop_after is None else time.monotonic() + stop_after
        try:
            while not self._stopping:
                now = time.monotonic()
                idle = self._streams.close_idle(now)
                waits = [idle, self._executor.timers.wait(now), None if end is None else end - now]
                if self._looks_for_parent:
                    if os.getppid() != self._parent:
                        break
                    waits.append(PARENT_CHECK)
                wait = min([seconds for seconds in waits if seconds is not None], default=None)
                if end is not None and end <= now:
                    break
                for key, mask in selector.select(wait):
                    key.data(mask)
                self._executor.timers.run()
            self._executor.finish(self._idle_limit, lambda: self._spent)
            self._streams.flush(1.0 if self._spent else 0.02)
        finally:
            self.close()

    def stop(self) -> None:
        """Makes serve return at once, be it called later. Safe from any thread and from a signal handler."""
        self._stopping = self._streams.stopping = True
        self._spent = False
        if self._bell is not None:
            with suppress(OSError):  # full: it rings already; closed: serve has returned
                self._bell.send(b"\0")

    def close(self) -> None:
        """Closes what start opened, when serve is never called. Not while another thread is in serve: see stop."""
        selector, self._selector = self._selector, None
        if selector is None:
            return
        for key in list(selector.get_map().values()):
            if isinstance(key.fileobj, int):
                os.close(key.fileobj)  # the parent's
            else:
                key.fileobj.close()  # type: ignore[attr-defined]  # a socket
        selector.close()
        self._streams.close_all()
        self._stopping = self._spent = False
        assert self._bell is not None
        self._bell.close()

    def _watch_parent(self, selector: selectors.BaseSelector) -> None:
        """Sees to it that the end of the parent is noticed."""
        self._looks_for_parent = self._parent is not None
        if self._parent is None:
            return
        if sys.platform == "win32":  # there a process keeps the id of its parent
            self._looks_for_parent = False
            self.warnings.append("the end of the parent process goes unnoticed on this system")
        with suppress(AttributeError, OSError):  # Linux has it
            descriptor = os.pidfd_open(self._parent)
            selector.register(descriptor, selectors.EVENT_READ, lambda _mask: self.stop())
            self._looks_for_parent = os.getppid() != self._parent  # when the id is another's by now

    def _rung(self, bell: socket.socket, _mask: int) -> None:
        bell.recv(DRAIN)

    def _batches(self, port: Datagrams, batch: mmsg.Batch, _mask: int) -> None:
        """Answers the datagrams that wait at one socket, many at a time."""
        make = partial(self._make, port, batch)
        for _ in range(TURNS):
            most = mmsg.SIZE
            if self._max_queries is not None:
                most = min(most, self._max_queries - self._udp - self._tcp)
            count = batch.receive(most) if not self._stopping else 0
            if not count:
                return
            ready = self._responder.ready("udp")
            answered, dropped, seen = batch.answer(count, ready.whole, ready.quick, make)
            self._dropped += dropped
            if answered:
                self._note((seen, "udp", (), time.time(), answered))
                batch.send()
                if self._executor.held:
                    self._executor.overtaken()
            if count < most:
                return

    def _make(self, port: Datagrams, batch: mmsg.Batch, slot: int, query: bytes) -> bytes | None:
        """The answer but for its id to a datagram that no ready one is for; b"" when it has been seen to."""
        if self._mischief.responder(query) is None:
            try:
                return self._responder.make(query, "udp")
            except Exception as error:
                self._warn(query, error)
                return bare(query, SERVFAIL)
        client = batch.client(slot)
        answer = self._answer(query, "udp", client)
        steps = (ReplyStep(message=answer),) if isinstance(answer, bytes) else answer or ()
        self._executor.datagrams(steps, port, client, ())  # no name is a fault where a socket is bound to all addresses
        return b""

    def _datagrams(self, port: Datagrams, _mask: int) -> None:
        for _ in range(DRAIN):
            if self._stopping:
                return
            try:
                query, client, way = port.receive()
            except OSError:  # none left, or what an earlier answer came to
                return
            answer = self._answer(query, "udp", client)
            if isinstance(answer, tuple):
                self._executor.datagrams(answer, port, client, way)
            elif answer is not None:
                with suppress(OSError):  # lost, as any datagram may be
                    port.send(answer, client, way)
                if self._executor.held:
                    self._executor.overtaken()

    def _answer(self, query: bytes, transport: str, client: Client) -> bytes | tuple[Step, ...] | None:
        """The answer to one message, or what faults make of it, after it has been counted and logged."""
        responder = self._mischief.responder(query) or self._responder
        answer = self._respond(responder.respond, query, transport)
        if answer is None:
            self._dropped += 1
            return None
        self._note((query, transport, client, time.time(), 1))
        if responder is self._responder and not self._mischief.always:
            return answer
        return self._steps(responder, query, answer, transport, client)

    def _steps(
        self, responder: Responder, query: bytes, answer: bytes, transport: str, client: Client
    ) -> bytes | tuple[Step, ...]:
        asked, ask = describe(query) or ("", ""), partial(responder.respond, transport=transport)
        return self._mischief.steps(query, answer, asked, transport, client[0], ask)

    def _answer_stream(self, query: bytes, client: Client) -> Answer:
        """As _answer, for a message from a connection, which may be answered with several."""
        if _AXFR not in query and _IXFR not in query:
            return self._answer(query, "tcp", client)
        try:
            messages = self._responder.transfer(query)
        except Exception as error:
            self._warn(query, error)
            messages = None
        if messages is None:
            return self._answer(query, "tcp", client)
        self._note((query, "tcp", client, time.time(), 1))
        messages = self._guarded(query, messages)
        if not self._mischief.always:
            return messages
        first = next(messages)  # what a fault makes of it is all there is then
        steps = self._steps(self._responder, query, first, "tcp", client)
        return steps if isinstance(steps, tuple) else chain((first,), messages)

    def _guarded(self, query: bytes, messages: Iterator[bytes]) -> Iterator[bytes]:
        try:
            yield from messages
        except Exception as error:
            self._warn(query, error)
            raise ConnectionAbortedError from None  # half a zone: the client has to notice

    def _respond(self, respond: Callable[[bytes, str], bytes | None], query: bytes, transport: str) -> bytes | None:
        try:
            return respond(query, transport)
        except Exception as error:
            self._warn(query, error)
            return query[:2] + bare(query, SERVFAIL)

    def _warn(self, query: bytes, error: Exception) -> None:
        """A defect here, or in zone.authority, is no reason to end, nor to fall silent."""
        if len(self.warnings) < MAX_WARNINGS:
            self.warnings.append(f"answered SERVFAIL to {query[:512].hex()}: {error!r}")

    def _note(self, entry: Entry) -> None:
        """Counts and logs queries that are about to be answered."""
        count = entry[-1]
        if entry[1] == "udp":
            self._udp += count
        else:
            self._tcp += count
        log = self._log
        log.append(entry)
        self._logged += count
        while self._logged - log[0][-1] >= LOG_LENGTH:
            self._logged -= log.popleft()[-1]
        if self._on_query is not None:
            for query in _queries(entry):
                self._on_query(query)
        if self._udp + self._tcp == self._max_queries:
            self._stopping = self._spent = self._streams.stopping = True


def _queries(entry: Entry) -> Iterator[Query]:
    """What an entry of the log holds."""
    messages, transport, client, when, _ = entry
    for message, sender in mmsg.clients(messages) if isinstance(messages, tuple) else [(messages, client)]:
        asked = describe(message)
        if asked is not None:
            where = str(Server(address=sender[0], port=sender[1]))
            number = int.from_bytes(message[:2], "big")
            yield Query(name=asked[0], rdtype=asked[1], transport=transport, client=where, id=number, when=when)
