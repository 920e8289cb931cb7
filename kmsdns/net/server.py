"""An authoritative DNS server: dnslib messages, UDP and TCP listeners around zone.authority, one loop in one thread.

zone.authority says what to answer; the Responder here reads and writes the messages, and the ZoneServer moves them.
What a query gets: silence when it is shorter than a header or itself a response (two servers could go on forever);
NOTIMP for an opcode other than QUERY; FORMERR when it cannot be read or has not exactly one question; BADVERS for EDNS
above version 0 (RFC 6891 6.1.3); REFUSED for other classes than IN and for zone transfers; else what the zones hold.

Longer than other files: it has two halves, all that is known of dnslib down to the Responder, and from Query on the
sockets, which know nothing of it.
"""

from __future__ import annotations

import errno
import selectors
import socket
import sys
import time
from contextlib import suppress
from functools import partial
from ipaddress import ip_address
from itertools import groupby

import dnslib
from dnslib.buffer import BufferError as Malformed
from dnslib.label import DNSBuffer, DNSLabel

from kmsdns.core.messages import Question, Server
from kmsdns.core.names import from_labels, to_labels
from kmsdns.core.records import RDTYPES, Opaque, Soa, Srv, rdtype_number, rdtype_text
from kmsdns.core.value import Value
from kmsdns.errors import InvalidServer, KmsdnsError
from kmsdns.zone.authority import respond_from

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from kmsdns.core.records import Record
    from kmsdns.zone.zone import Zone

UDP_LIMIT = 1232  # octets: what passes every path unfragmented (DNS flag day 2020)
TCP_LIMIT = 65_535
IDLE_LIMIT = 10.0  # seconds a connection may go without a whole query or an octet of answer leaving
MAX_CONNECTIONS = 1024
DRAIN = 64  # datagrams or connections taken per wake, so that neither transport starves the other
BACKPRESSURE = 256 * 1024  # octets of unsent answers at which a connection's further queries have to wait
CACHE_ROOM = 32 * 1024 * 1024  # octets of finished answers kept
LOG_LENGTH = 65_536  # the latest queries of the log; the counts go on
MAX_WARNINGS = 100
PORT_TRIES = 64
DEFAULT_ADDRESSES = ("127.0.0.1", "::1")

IN = 1
NOERROR, FORMERR, SERVFAIL, NOTIMP, REFUSED, BADVERS = 0, 1, 2, 4, 5, 16
TRANSFERS = (RDTYPES["AXFR"], RDTYPES["IXFR"])
SIGNATURES = (RDTYPES["TSIG"], 24)  # SIG(0), RFC 2931; neither is checked
OPT = RDTYPES["OPT"]
OPT_SIZE = 11


class Buffer(DNSBuffer):  # type: ignore[misc]  # dnslib is untyped
    """dnslib's buffer with names as RFC 1035 4.1.4 has them: any octets, their limits kept, pointers of 14 bits."""

    data: bytearray
    offset: int
    names: dict[tuple[bytes, ...], int]

    def decode_name(self, last: int = -1) -> Any:
        """The name at the offset, which moves behind it. Malformed when it breaks RFC 1035 or points forwards."""
        data, labels, size, at, after = self.data, [], 1, self.offset, last
        barrier = at
        while True:
            length = data[at] if at < len(data) else 0x40
            if length >= 0xC0 and at + 1 < len(data):
                pointer = (length & 0x3F) << 8 | data[at + 1]
                if not 12 <= pointer < barrier:  # each hop goes strictly backwards, so there is an end to them
                    raise Malformed(f"pointer to {pointer} at {at}")
                after = at + 2 if after < 0 else after
                at = barrier = pointer
                continue
            size += length + 1
            if length > 63 or size > 256 or at + length >= len(data):
                raise Malformed(f"no label at {at}")
            at += 1
            if not length:
                break
            labels.append(bytes(data[at : at + length]))
            at += length
        self.offset = at if after < 0 else after
        return DNSLabel(labels)

    def encode_name(self, name: Any) -> None:
        """Appends a name, compressed against those before it with their case kept (RFC 4343 4.1)."""
        labels = name.label
        for index, label in enumerate(labels):
            rest = labels[index:]
            pointer = self.names.get(rest)
            if pointer is not None:
                self.pack("!H", 0xC000 | pointer)
                return
            if self.offset < 0x4000:  # what a pointer can say
                self.names[rest] = self.offset
            self.append(bytes((len(label),)) + label)
        self.append(b"\0")


class ReceivedRR(dnslib.RR):  # type: ignore[misc]  # dnslib is untyped
    """A record of a query: its rdata stays within its length, and may be empty."""

    @classmethod
    def parse(cls, buffer: Any) -> Any:
        """The record at the buffer's offset. Malformed when it is cut short or an EDNS option overruns the record."""
        owner = buffer.decode_name()
        rtype, rclass, ttl, length = buffer.unpack("!HHIH")
        data = buffer.get(length)
        if rtype != OPT:
            return cls(owner, rtype, rclass, ttl, dnslib.RD(data))
        options, inner = [], dnslib.buffer.Buffer(data)
        while inner.remaining():
            code, size = inner.unpack("!HH")
            options.append(dnslib.EDNSOption(code, inner.get(size)))
        return cls(owner, rtype, rclass, ttl, options)


class DNAME(dnslib.CNAME):  # type: ignore[misc]  # dnslib is untyped
    """A DNAME, whose target is not compressed (RFC 6672 2.5)."""

    def pack(self, buffer: Any) -> None:
        """Appends the rdata."""
        buffer.encode_name_nocompress(self.label)


NAMED = {"NS": dnslib.NS, "CNAME": dnslib.CNAME, "PTR": dnslib.PTR, "DNAME": DNAME}


def _rr(record: Record) -> Any:
    """A record of ours as one of dnslib's."""
    rdata, rd = record.rdata, None
    if isinstance(rdata, Srv):
        rd = dnslib.SRV(rdata.priority, rdata.weight, rdata.port, _label(rdata.target))
    elif isinstance(rdata, Soa):
        times = (rdata.serial, rdata.refresh, rdata.retry, rdata.expire, rdata.minimum)
        rd = dnslib.SOA(_label(rdata.mname), _label(rdata.rname), times)
    elif isinstance(rdata, Opaque):
        rd = dnslib.RD(rdata.data)
    elif record.rdtype == "A":
        rd = dnslib.A(tuple(socket.inet_pton(socket.AF_INET, rdata)))
    elif record.rdtype == "AAAA":
        rd = dnslib.AAAA(tuple(socket.inet_pton(socket.AF_INET6, rdata)))
    else:
        rd = NAMED[record.rdtype](_label(rdata))
    return dnslib.RR(_label(record.owner), rdtype_number(record.rdtype), IN, record.ttl, rd)


def _label(name: str) -> Any:
    return DNSLabel(to_labels(name))


class Prepared(Value):
    """An answer but for its first two octets, the id, which are the query's; and what was asked."""

    tail: bytes
    name: str = ""  # "" when the query could not be read
    rdtype: str = ""


class Responder:
    """Answers messages from zones: octets in, octets out. No I/O. reload may be called from any thread."""

    def __init__(self, zones: Sequence[Zone]) -> None:
        self.reload(zones)

    def reload(self, zones: Sequence[Zone]) -> None:
        """Answers from these zones from the next query on."""
        # One assignment: a query in progress goes on with the zones, and into the cache, it began with.
        self._loaded = _Loaded(tuple(zones))

    def respond(self, query: bytes, transport: str) -> bytes | None:
        """The answer to a message that came over "udp" or "tcp", None when it deserves none."""
        prepared = self.prepare(query, transport)
        return None if prepared is None else query[:2] + prepared.tail

    def prepare(self, query: bytes, transport: str) -> Prepared | None:
        """As respond. Whatever the id, equal queries have equal answers, so those are kept."""
        loaded = self._loaded
        cache, key = loaded.answers[transport], query[2:]
        prepared = cache.get(key)
        if prepared is None:
            if len(query) < 12 or query[2] & 0x80:
                return None
            prepared = _prepare(loaded.zones, query, UDP_LIMIT if transport == "udp" else TCP_LIMIT)
            loaded.room -= len(key) + len(prepared.tail) + 256
            if loaded.room < 0:
                loaded.room = CACHE_ROOM
                for answers in loaded.answers.values():
                    answers.clear()
            cache[key] = prepared
        return prepared


class _Loaded:
    """Zones, and the answers made from them so far."""

    def __init__(self, zones: tuple[Zone, ...]) -> None:
        self.zones = zones
        self.answers: dict[str, dict[bytes, Prepared]] = {"udp": {}, "tcp": {}}
        self.room = CACHE_ROOM


def _prepare(zones: tuple[Zone, ...], query: bytes, limit: int) -> Prepared:
    buffer = Buffer(query)
    try:
        header = dnslib.DNSHeader.parse(buffer)
        if header.opcode:
            return Prepared(tail=_bare(query, NOTIMP))
        question, opt = _read(header, buffer)
    except (dnslib.DNSError, Malformed):
        return Prepared(tail=_bare(query, FORMERR))
    name, rdtype = from_labels(question.qname.label), rdtype_text(question.qtype)
    if limit == UDP_LIMIT:
        limit = min(max(512, opt.edns_len), UDP_LIMIT) if opt else 512  # RFC 6891 6.2.3, 6.2.5
    rcode, aa = REFUSED, False
    sections: tuple[Sequence[Record], ...] = ()
    if opt and opt.edns_ver:
        rcode = BADVERS
    elif question.qclass == IN and question.qtype not in TRANSFERS:
        reply = respond_from(zones, Question(name=name, rdtype=rdtype))
        rcode, aa = getattr(dnslib.RCODE, reply.rcode), reply.aa
        sections = (reply.answer_records, reply.authority_records, reply.additional_records)
    header = dnslib.DNSHeader(id=0, bitmap=0, qr=1, aa=aa, rd=header.rd, rcode=rcode & 15, q=1)
    if opt:
        flags = "do" if opt.edns_do else ""  # RFC 3225 3: the bit comes back
        opt = dnslib.EDNS0(ext_rcode=rcode >> 4, flags=flags, udp_len=UDP_LIMIT)
    return Prepared(tail=_write(header, question, sections, opt, limit), name=name, rdtype=rdtype)


def _bare(query: bytes, rcode: int) -> bytes:
    """An answer of a header alone, without its id: opcode and RD are the query's."""
    return bytes((0x80 | query[2] & 0x79, rcode)) + bytes(8)


def _read(header: Any, buffer: Buffer) -> tuple[Any, Any]:
    """The question and the OPT record of a query, None for the latter when there is none.

    Octets behind the message are ignored, as other servers do.
    """
    if header.q != 1:
        raise Malformed(f"{header.q} questions")
    question, opt = dnslib.DNSQuestion.parse(buffer), None
    if header.a or (header.auth and question.qtype not in TRANSFERS):
        raise Malformed("a query that brings answers")
    for _ in range(header.auth):  # what an IXFR has (RFC 1995 3)
        ReceivedRR.parse(buffer)
    for _ in range(header.ar):
        record = ReceivedRR.parse(buffer)
        if record.rtype == OPT:
            if opt or record.rname.label:
                raise Malformed("two OPT, or one that is not at the root")  # RFC 6891 6.1.1
            opt = record
        elif record.rtype not in SIGNATURES:
            raise Malformed("a query that brings records")
    return question, opt


def _write(header: Any, question: Any, sections: Sequence[Sequence[Record]], opt: Any, limit: int) -> bytes:
    """The message without its id. RRsets go in whole, and TC says when one that matters does not fit (RFC 2181 9).

    The additional section doesn't, but for the glue of a referral (RFC 9471 3.1).
    """
    buffer = Buffer()
    header.pack(buffer)
    question.pack(buffer)
    counts, start = [0, 0, 0], buffer.offset
    for section, rrset in _rrsets(sections):
        mark = buffer.offset
        for record in rrset:
            _rr(record).pack(buffer)
            if buffer.offset > limit - (OPT_SIZE if opt else 0):
                break
        else:
            counts[section] += len(rrset)
            continue
        if section < 2:
            header.tc, counts, mark = 1, [0, 0, 0], start
        elif any(record.rdtype == "NS" for record in sections[1]):
            header.tc = 1
        del buffer.data[mark:]
        buffer.offset = mark
        break
    if opt:
        opt.pack(buffer)
        counts[2] += 1
    buffer.update(2, "!HHHHH", header.bitmap, 1, *counts)
    return bytes(buffer.data[2:])


def _rrsets(sections: Iterable[Sequence[Record]]) -> Iterable[tuple[int, list[Record]]]:
    for section, records in enumerate(sections):
        for _, rrset in groupby(records, lambda record: (record.owner, record.rdtype)):
            yield section, list(rrset)


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


class ZoneServer:
    """Serves zones over UDP and TCP, on one port of several addresses. The constructor does no I/O.

    addresses are numeric; without any it is 127.0.0.1 and, where the machine has it, ::1. Those that aren't loopback
    raise KmsdnsError unless allow_remote is set. Port 0 is a free one, the same for all. max_queries ends serve after
    so many queries. on_query is called with each Query, by the thread that serves, before its answer leaves.
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
        if faults:
            raise KmsdnsError(f"this release has no faults yet, {faults[0]!r} among them: serve without")
        for address in addresses or ():
            _check_address(address, allow_remote)
        self.warnings: list[str] = []
        self._wanted = tuple(addresses or DEFAULT_ADDRESSES)
        self._may_lack = () if addresses else DEFAULT_ADDRESSES[1:]
        self._wanted_port = port
        self._bound: tuple[Server, ...] = ()
        self._max_queries, self._on_query = max_queries, on_query
        self._idle_limit, self._max_connections = idle_limit, max_connections
        self._responder = Responder(zones)
        self._log: list[tuple[Prepared, str, tuple[Any, ...], bytes, float]] = []
        self._udp = self._tcp = self._dropped = self._accepted = 0
        self._stopping = self._spent = False
        self._selector: selectors.BaseSelector | None = None
        self._bell: socket.socket | None = None
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

    def reload(self, zones: Sequence[Zone]) -> None:
        """Answers from these zones from the next query on. Safe from any thread."""
        self._responder.reload(zones)

    def start(self) -> None:
        """Binds every address. KmsdnsError, with nothing bound, when one cannot be."""
        if self._selector is not None:
            raise KmsdnsError("this server has been started already")
        tries = 1 if self._wanted_port else PORT_TRIES
        while True:
            tries -= 1
            try:
                bound = self._bind()
                break
            except OSError as error:
                if not tries or error.errno not in (errno.EADDRINUSE, errno.EACCES):
                    where = ", ".join(self._wanted)
                    raise KmsdnsError(
                        f"port {self._wanted_port} of {where} cannot be served on: {error.strerror or error}"
                    ) from None
        self._selector = selectors.DefaultSelector()
        bell, self._bell = socket.socketpair()
        for sock, ready in [*bound, (bell, self._rung)]:
            sock.setblocking(False)
            self._selector.register(sock, selectors.EVENT_READ, partial(ready, sock))
        self._bell.setblocking(False)

    def serve(self, stop_after: float | None = None) -> None:
        """Answers in the calling thread until stop, max_queries, or stop_after seconds; closes everything then."""
        selector = self._selector
        if selector is None:
            raise KmsdnsError("this server has not been started")
        end = None if stop_after is None else time.monotonic() + stop_after
        try:
            while not self._stopping:
                now = time.monotonic()
                waits = [self._close_idle(now), None if end is None else end - now]
                wait = min([seconds for seconds in waits if seconds is not None], default=None)
                if end is not None and end <= now:
                    break
                for key, mask in selector.select(wait):
                    key.data(mask)
            self._flush(1.0 if self._spent else 0.02)
        finally:
            self.close()

    def stop(self) -> None:
        """Makes serve return at once, be it called later. Safe from any thread and from a signal handler."""
        self._stopping = True
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
        self._stopping = self._spent = False
        self._connections.clear()
        assert self._bell is not None
        self._bell.close()

    def _bind(self) -> list[tuple[socket.socket, Callable[[socket.socket, int], None]]]:
        """Sockets for every address; OSError, with none left open, when one cannot be had."""
        opened: list[tuple[socket.socket, Callable[[socket.socket, int], None]]] = []
        port, self.warnings = self._wanted_port, []
        bound: list[Server] = []
        try:
            for address in self._wanted:
                try:
                    for kind, ready in ((socket.SOCK_DGRAM, self._datagrams), (socket.SOCK_STREAM, self._connect)):
                        sock = _socket(address, port, kind)
                        opened.append((sock, ready))
                        port = sock.getsockname()[1]
                except OSError as error:
                    if address not in self._may_lack or error.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                        raise
                    self.warnings.append(f"not served on {address}: {error.strerror}")
                else:
                    bound.append(Server(address=address, port=port))
        except OSError:
            for sock, _ in opened:
                sock.close()
            raise
        self._bound = tuple(bound)
        return opened

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
            if answer is not None:
                with suppress(OSError):  # lost, as any datagram may be
                    sock.sendto(answer, client)

    def _answer(self, query: bytes, transport: str, client: tuple[Any, ...]) -> bytes | None:
        """The answer to one message, after it has been counted and logged. Faults will change it here."""
        try:
            prepared = self._responder.prepare(query, transport)
        except Exception as error:  # a defect here, or in zone.authority, is no reason to fall silent
            if len(self.warnings) < MAX_WARNINGS:
                self.warnings.append(f"answered SERVFAIL to {query[:512].hex()}: {error!r}")
            prepared = Prepared(tail=_bare(query, SERVFAIL))
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
        return query[:2] + prepared.tail

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
            while not self._stopping and len(outbox) < BACKPRESSURE and len(inbox) >= 2:
                size = inbox[0] << 8 | inbox[1]
                if len(inbox) < 2 + size:
                    break
                answer = self._answer(bytes(inbox[2 : 2 + size]), "tcp", connection.client)
                del inbox[: 2 + size]
                self._touch(connection)
                if answer is not None:
                    outbox += len(answer).to_bytes(2, "big") + answer
            if not outbox:
                break
            try:
                del outbox[: connection.sock.send(outbox)]
            except BlockingIOError:
                break
            self._touch(connection)
        if connection.ended and not outbox:
            self._close(connection)
            return
        reads = not connection.ended and len(outbox) < BACKPRESSURE
        interest = (selectors.EVENT_READ if reads else 0) | (selectors.EVENT_WRITE if outbox else 0)
        if interest != connection.interest:
            assert self._selector is not None
            connection.interest = interest
            self._selector.modify(connection.sock, interest, self._selector.get_key(connection.sock).data)

    def _touch(self, connection: _Connection) -> None:
        connection.touched = time.monotonic()
        self._connections.pop(connection, None)
        self._connections[connection] = None

    def _close(self, connection: _Connection) -> None:
        assert self._selector is not None
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
            self._close(oldest)
        return None

    def _flush(self, seconds: float) -> None:
        """Sends what connections still wait for, within so many seconds in all."""
        end = time.monotonic() + seconds
        for connection in self._connections:
            with suppress(OSError):
                connection.sock.settimeout(max(end - time.monotonic(), 0.001))
                connection.sock.sendall(connection.outbox)
                connection.sock.shutdown(socket.SHUT_WR)


def _check_address(address: str, allow_remote: bool) -> None:
    try:
        is_loopback = ip_address(address).is_loopback
    except ValueError:
        raise InvalidServer(f"{address!r} is no address to serve on: write it like 127.0.0.1 or ::1") from None
    if not (is_loopback or allow_remote):
        raise KmsdnsError(f"{address} is within reach of other machines: that has to be allowed (--allow-remote)")


def _socket(address: str, port: int, kind: int) -> socket.socket:
    """A bound socket, which listens when its kind is a stream's."""
    family, _, _, _, where = socket.getaddrinfo(address, port, type=kind, flags=socket.AI_NUMERICHOST)[0]
    sock = socket.socket(family, kind)
    try:
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if kind == socket.SOCK_DGRAM:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)  # room for a burst while one is answered
        elif sys.platform != "win32":  # where it would let two servers share a port
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(where)
        if kind == socket.SOCK_STREAM:
            sock.listen(MAX_CONNECTIONS)
    except OSError:
        sock.close()
        raise
    return sock


def _query(prepared: Prepared, transport: str, client: tuple[Any, ...], id_: bytes, when: float) -> Query:
    where = str(Server(address=client[0], port=client[1]))
    number = int.from_bytes(id_, "big")
    return Query(name=prepared.name, rdtype=prepared.rdtype, transport=transport, client=where, id=number, when=when)
