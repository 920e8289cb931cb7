"""The listeners of the bundled server: UDP and TCP on one port of several addresses, in one loop of one thread.

They know nothing of messages but their length: net.responder reads, answers and writes those.
"""

from __future__ import annotations

import errno
import selectors
import socket
import time
from contextlib import suppress
from functools import partial

from kmsdns.core.messages import Server
from kmsdns.core.value import Value
from kmsdns.errors import KmsdnsError
from kmsdns.net.mischief import Mischief
from kmsdns.net.ports import bind, check_address
from kmsdns.net.responder import SERVFAIL, TCP_LIMIT, Prepared, Responder, bare
from kmsdns.net.stage import Stage
from kmsdns.net.steps import Reply

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from kmsdns.net.faults import Tally
    from kmsdns.net.stage import Act
    from kmsdns.net.steps import Step
    from kmsdns.zone.zone import Zone

IDLE_LIMIT = 10.0  # seconds a connection may go without a whole query or an octet of answer leaving
MAX_CONNECTIONS = 1024
DRAIN = 64  # datagrams or connections taken per wake, so that neither transport starves the other
BACKPRESSURE = 256 * 1024  # octets of unsent answers at which a connection's further queries have to wait
LOG_LENGTH = 65_536  # the latest queries of the log; the counts go on
MAX_WARNINGS = 100
DEFAULT_ADDRESSES = ("127.0.0.1", "::1")


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


class _Connection:
    """A TCP connection: what came and isn't answered yet, and what is answered and hasn't left yet."""

    def __init__(self, sock: socket.socket, client: tuple[Any, ...]) -> None:
        self.sock, self.client = sock, client
        self.inbox, self.outbox = bytearray(), bytearray()
        self.ended = False  # the client sends no more, and may still be reading
        self.interest = selectors.EVENT_READ
        self.touched = 0.0  # time.monotonic() at the last progress
        self.act: Act | None = None  # what faults still have to do here


class ZoneServer:
    """Serves zones over UDP and TCP, on one port of several addresses. The constructor does no I/O.

    addresses are numeric; without any it is 127.0.0.1 and, where the machine has it, ::1. Those that aren't loopback
    raise KmsdnsError unless allow_remote is set. Port 0 is a free one, the same for all. max_queries ends serve after
    so many queries. on_query is called with each Query, by the thread that serves, before its answer leaves. faults are
    specifications as net.faults has them, KmsdnsError when one isn't; those of fault.test. (net.faultnames) are there
    without.
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
    ) -> None:
        for address in addresses or ():
            check_address(address, allow_remote)
        self.warnings: list[str] = []
        self._wanted = tuple(addresses or DEFAULT_ADDRESSES)
        self._may_lack = () if addresses else DEFAULT_ADDRESSES[1:]
        self._wanted_port = port
        self._bound: tuple[Server, ...] = ()
        self._max_queries, self._on_query = max_queries, on_query
        self._idle_limit, self._max_connections = idle_limit, max_connections
        self._mischief = Mischief(faults, self._wanted)
        self._mischief.beside(zones)
        self._responder = Responder(zones)
        self._log: list[tuple[Prepared, str, tuple[Any, ...], bytes, float]] = []
        self._udp = self._tcp = self._dropped = self._accepted = 0
        self._stopping = self._spent = False
        self._selector: selectors.BaseSelector | None = None
        self._bell: socket.socket | None = None
        self._stage = Stage(wake=self._wake, drop=self._close, end=self._end)
        self._connections: dict[_Connection, None] = {}  # longest without progress first

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
        return tuple([_query(*entry) for entry in self._log[-LOG_LENGTH:]])

    @property
    def counts(self) -> Counts:
        """All that was seen so far."""
        return Counts(udp=self._udp, tcp=self._tcp, dropped=self._dropped, connections=self._accepted)

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
        self._selector = selectors.DefaultSelector()
        bell, self._bell = socket.socketpair()
        for sock in (*ports, bell):
            ready = self._datagrams if sock.type == socket.SOCK_DGRAM else self._connect
            sock.setblocking(False)
            self._selector.register(sock, selectors.EVENT_READ, partial(self._rung if sock is bell else ready, sock))
        self._bell.setblocking(False)
        self._stage.open(ports, self._selector)
        for transport in self._mischief.closed_from_the_start:
            self._stage.close_port(transport)

    def serve(self, stop_after: float | None = None) -> None:
        """Answers in the calling thread until stop, max_queries, or stop_after seconds; closes everything then."""
        selector = self._selector
        if selector is None:
            raise KmsdnsError("this server has not been started")
        end = None if stop_after is None else time.monotonic() + stop_after
        try:
            while not self._stopping:
                now = time.monotonic()
                waits = [self._close_idle(now), self._stage.timers.wait(now), None if end is None else end - now]
                wait = min([seconds for seconds in waits if seconds is not None], default=None)
                if end is not None and end <= now:
                    break
                for key, mask in selector.select(wait):
                    key.data(mask)
                self._stage.timers.run()
            self._stage.finish(self._idle_limit, lambda: self._spent)
            self._flush(1.0 if self._spent else 0.02)
        finally:
            self.close()

    def stop(self) -> None:
        """Makes serve return at once, be it called later. Safe from any thread and from a signal handler."""
        self._stopping, self._spent = True, False
        if self._bell is not None:
            with suppress(OSError):  # full: it rings already; closed: serve has returned
                self._bell.send(b"\0")

    def close(self) -> None:
        """Closes what start opened, when serve is never called. Not while another thread is in serve: see stop."""
        selector, self._selector = self._selector, None
        if selector is None:
            return
        for key in list(selector.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]  # sockets, all of them
        selector.close()
        for connection in self._connections:
            connection.sock.close()  # those that only wait aren't in the selector
        self._stopping = self._spent = False
        self._connections.clear()
        assert self._bell is not None
        self._bell.close()

    def _rung(self, bell: socket.socket, _mask: int) -> None:
        bell.recv(DRAIN)

    def _datagrams(self, sock: socket.socket, _mask: int) -> None:
        for _ in range(DRAIN):
            if self._stopping:
                return
            try:
                query, client = sock.recvfrom(TCP_LIMIT)
            except OSError:  # none left, or what an earlier answer came to
                return
            answer = self._answer(query, "udp", client)
            if isinstance(answer, tuple):
                self._stage.datagrams(answer, sock, client)
            elif answer is not None:
                with suppress(OSError):  # lost, as any datagram may be
                    sock.sendto(answer, client)
                if self._stage.held:
                    self._stage.overtaken()

    def _answer(self, query: bytes, transport: str, client: tuple[Any, ...]) -> bytes | tuple[Step, ...] | None:
        """The answer to one message, or what faults make of it, after it has been counted and logged."""
        responder = self._mischief.responder(query) or self._responder
        try:
            prepared = responder.prepare(query, transport)
        except Exception as error:  # a defect here, or in zone.authority, is no reason to fall silent
            if len(self.warnings) < MAX_WARNINGS:
                self.warnings.append(f"answered SERVFAIL to {query[:512].hex()}: {error!r}")
            prepared = Prepared(tail=bare(query, SERVFAIL))
        if prepared is None:
            self._dropped += 1
            return None
        if transport == "udp":
            self._udp += 1
        else:
            self._tcp += 1
        entry = (prepared, transport, client, query[:2], time.time())
        self._log.append(entry)
        if len(self._log) >= 2 * LOG_LENGTH:
            del self._log[:LOG_LENGTH]
        if self._on_query is not None:
            self._on_query(_query(*entry))
        if self._udp + self._tcp == self._max_queries:
            self._stopping = self._spent = True
        answer = query[:2] + prepared.tail
        if responder is self._responder and not self._mischief.always:
            return answer
        asked, ask = (prepared.name, prepared.rdtype), partial(responder.respond, transport=transport)
        return self._mischief.steps(query, answer, asked, transport, client[0], ask)

    def _connect(self, listener: socket.socket, _mask: int) -> None:
        assert self._selector is not None
        for _ in range(DRAIN):
            try:
                sock, client = listener.accept()
            except OSError as error:
                if error.errno not in (errno.EMFILE, errno.ENFILE) or not self._connections:
                    return
                self._close(next(iter(self._connections)))  # make room, or the loop would spin
                continue
            self._accepted += 1
            if len(self._connections) >= self._max_connections:
                self._close(next(iter(self._connections)))
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = _Connection(sock, client)
            self._touch(connection)
            self._selector.register(sock, connection.interest, partial(self._stream, connection))

    def _stream(self, connection: _Connection, mask: int) -> None:
        if connection not in self._connections:
            return  # closed to make room by an event of the same wake
        try:
            if mask & selectors.EVENT_READ:
                received = connection.sock.recv(TCP_LIMIT + 2)
                connection.inbox += received
                connection.ended = not received
            self._advance(connection)
        except BlockingIOError:
            pass
        except OSError:
            self._close(connection)

    def _advance(self, connection: _Connection) -> None:
        """Answers the queries that are there whole, and sends, until one of the two has to wait (RFC 7766 6.2.1)."""
        inbox, outbox = connection.inbox, connection.outbox
        while True:
            self._stage.play(connection)
            while not self._stopping and _is_ready(connection) and len(inbox) >= 2:
                size = inbox[0] << 8 | inbox[1]
                if len(inbox) < 2 + size:
                    break
                answer = self._answer(bytes(inbox[2 : 2 + size]), "tcp", connection.client)
                del inbox[: 2 + size]
                self._touch(connection)
                if isinstance(answer, bytes) and connection.act is None:
                    outbox += len(answer).to_bytes(2, "big") + answer
                elif answer is not None:
                    self._stage.queue(connection, (Reply(message=answer),) if isinstance(answer, bytes) else answer)
                    self._stage.play(connection)
            if connection not in self._connections:
                return  # a fault has reset it
            if not outbox:
                break
            try:
                del outbox[: connection.sock.send(outbox)]
            except BlockingIOError:
                break
            self._touch(connection)
        if connection.ended and not outbox and connection.act is None:
            self._close(connection)
            return
        reads = not connection.ended and max(len(inbox), len(outbox)) < BACKPRESSURE
        interest = (selectors.EVENT_READ if reads else 0) | (selectors.EVENT_WRITE if outbox else 0)
        if interest != connection.interest:
            self._watch(connection, interest)

    def _watch(self, connection: _Connection, interest: int) -> None:
        selector = self._selector
        assert selector is not None
        if not interest:  # until a timer goes on with it
            selector.unregister(connection.sock)
        elif not connection.interest:
            selector.register(connection.sock, interest, partial(self._stream, connection))
        else:
            selector.modify(connection.sock, interest, selector.get_key(connection.sock).data)
        connection.interest = interest

    def _wake(self, connection: _Connection) -> None:
        if connection in self._connections:
            self._touch(connection)
            self._stream(connection, 0)

    def _end(self) -> None:
        """Ends the connections once all that was answered has left."""
        for connection in self._connections:
            connection.inbox.clear()
            connection.ended = True
            self._stage.timers.add(0, partial(self._wake, connection))

    def _touch(self, connection: _Connection) -> None:
        connection.touched = time.monotonic()
        self._connections.pop(connection, None)
        self._connections[connection] = None

    def _close(self, connection: _Connection) -> None:
        assert self._selector is not None
        if connection.interest:
            self._selector.unregister(connection.sock)
        connection.sock.close()
        del self._connections[connection]

    def _close_idle(self, now: float) -> float | None:
        """Closes the connections past their limit; seconds until the next one is, None when there is none."""
        while self._connections:
            oldest = next(iter(self._connections))
            left = oldest.touched + self._idle_limit - now
            if left > 0:
                return left
            if oldest.act is None:
                self._close(oldest)
            else:
                self._touch(oldest)  # it is for a fault that it waits
        return None

    def _flush(self, seconds: float) -> None:
        """Sends what connections still wait for, within so many seconds in all."""
        end = time.monotonic() + seconds
        for connection in self._connections:
            with suppress(OSError):
                connection.sock.settimeout(max(end - time.monotonic(), 0.001))
                connection.sock.sendall(connection.outbox)
                connection.sock.shutdown(socket.SHUT_WR)


def _is_ready(connection: _Connection) -> bool:
    """Whether a connection's next query may be answered now."""
    return len(connection.outbox) < BACKPRESSURE and not (connection.act and connection.act.waiting)


def _query(prepared: Prepared, transport: str, client: tuple[Any, ...], id_: bytes, when: float) -> Query:
    where = str(Server(address=client[0], port=client[1]))
    number = int.from_bytes(id_, "big")
    return Query(name=prepared.name, rdtype=prepared.rdtype, transport=transport, client=where, id=number, when=when)
