"""Answers to messages: dnslib reads and writes them, zone.authority says what to answer. Octets in, octets out.

What a query gets: silence when it is shorter than a header or itself a response (two servers could go on forever);
NOTIMP for an opcode other than QUERY; FORMERR when it cannot be read or has not exactly one question; BADVERS for EDNS
above version 0 (RFC 6891 6.1.3); REFUSED for other classes than IN and for zone transfers; else what the zones hold.
"""

from __future__ import annotations

import socket
from itertools import groupby

import dnslib
from dnslib.buffer import BufferError as Malformed
from dnslib.label import DNSBuffer, DNSLabel

from kmsdns.core.messages import Question
from kmsdns.core.names import from_labels, to_labels
from kmsdns.core.records import RDTYPES, Opaque, Soa, Srv, rdtype_number, rdtype_text
from kmsdns.core.value import Value
from kmsdns.zone.authority import respond_from

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from kmsdns.core.records import Record
    from kmsdns.zone.zone import Zone

UDP_LIMIT = 1232  # octets: what passes every path unfragmented (DNS flag day 2020)
TCP_LIMIT = 65_535
CACHE_ROOM = 32 * 1024 * 1024  # octets of finished answers kept

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
            return Prepared(tail=bare(query, NOTIMP))
        question, opt = _read(header, buffer)
    except (dnslib.DNSError, Malformed):
        return Prepared(tail=bare(query, FORMERR))
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


def bare(query: bytes, rcode: int) -> bytes:
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
