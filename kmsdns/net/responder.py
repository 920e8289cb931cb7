"""Answers to messages: dnslib reads and writes them, zone.authority says what to answer. Octets in, octets out.

What a query gets: silence when it is shorter than a header or itself a response (two servers could go on forever);
NOTIMP for an opcode other than QUERY; FORMERR when it cannot be read or has not exactly one question; BADVERS for EDNS
above version 0 (RFC 6891 6.1.3); REFUSED for other classes than IN and for zone transfers outside net.transfer; else
what the zones hold.

An answer is made once for each question and whatever else of a query it depends on (net.ready): of later ones only
the id and the question, with its own upper and lower case, are put in. Most are packed by net.compiled, which writes
what dnslib would; dnslib itself takes those that have to be cut, and all that is not an ordinary question.
"""

from __future__ import annotations

import socket
from functools import partial
from itertools import groupby

import dnslib
from dnslib.buffer import BufferError as Malformed
from dnslib.label import DNSBuffer, DNSLabel

from kmsdns.core.messages import Question
from kmsdns.core.names import fold, from_labels, to_labels
from kmsdns.core.records import RDTYPES, Opaque, Record, Soa, Srv, rdtype_number, rdtype_text
from kmsdns.core.value import Value
from kmsdns.net.compiled import compile_zones
from kmsdns.net.ready import OPT_SIZE, OPTS, UDP_LIMIT, ReadyAnswers, labels_of, limit_of, text_of, variant_of
from kmsdns.net.transfer import messages
from kmsdns.zone.authority import respond_from

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from kmsdns.net.ready import Decision, Sections
    from kmsdns.zone.zone import Zone

CACHE_ROOM = 96 * 1024 * 1024  # octets of ready answers kept
MINIMAL_ANY_TTL = 3600  # seconds

IN = 1
NOERROR, FORMERR, SERVFAIL, NOTIMP, REFUSED, BADVERS = 0, 1, 2, 4, 5, 16
AXFR, IXFR, SOA, OPT = RDTYPES["AXFR"], RDTYPES["IXFR"], RDTYPES["SOA"], RDTYPES["OPT"]
TRANSFERS = (AXFR, IXFR)
SIGNATURES = (RDTYPES["TSIG"], 24)  # SIG(0), RFC 2931; neither is checked

_EMPTY: Sections = ((), (), ())


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
        """Appends a name. It points to one before it whatever the case of either (RFC 4343 4.1)."""
        labels = name.label
        folded = tuple([label.lower() for label in labels])
        for index, label in enumerate(labels):
            rest = folded[index:]
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
    """Answers messages from zones: octets in, octets out. No I/O. reload may be called from any thread.

    With minimal_any a question for ANY gets an HINFO instead of all there is (RFC 8482 4.2).
    """

    def __init__(self, zones: Sequence[Zone], *, minimal_any: bool = False) -> None:
        self._minimal_any = minimal_any
        self.reload(zones)

    def reload(self, zones: Sequence[Zone]) -> None:
        """Answers from these zones from the next query on."""
        # One assignment: a query in progress goes on with the zones, and into the table, it began with.
        self._loaded = _Loaded(tuple(zones), self._minimal_any)

    def ready(self, transport: str) -> dict[bytes, bytes]:
        """Answers that are ready, by the query; neither with its id. For what isn't among them there is make."""
        return self._loaded.ready[transport].whole

    def quick(self, query: bytes, transport: str) -> bytes | None:
        """As make, for most of what a zone has and hasn't; None when it takes longer. Never for a name outside."""
        return self._loaded.ready[transport].quick(query)

    def respond(self, query: bytes, transport: str) -> bytes | None:
        """The answer to a message that came over "udp" or "tcp", None when it deserves none.

        One message: transfer has the answers that take several.
        """
        answer = self._loaded.ready[transport].whole.get(query[2:]) or self.make(query, transport)
        return None if answer is None else query[:2] + answer

    def make(self, query: bytes, transport: str) -> bytes | None:
        """As respond, for what isn't ready; and without the id."""
        if len(query) < 12 or query[2] & 0x80:
            return None
        loaded = self._loaded
        ready = loaded.ready[transport]
        return ready.quick(query) or ready.make(query) or build(loaded, query, transport).tail

    def prepare(self, query: bytes, transport: str) -> Prepared | None:
        """As respond, and with what was asked."""
        answer = self.respond(query, transport)
        if answer is None:
            return None
        name, rdtype = describe(query) or ("", "")
        return Prepared(tail=answer[2:], name=name, rdtype=rdtype)

    def transfer(self, query: bytes) -> Iterator[bytes] | None:
        """The messages that answer a zone transfer over TCP. None when the query is for none, or is refused one."""
        loaded = self._loaded
        if len(query) < 17 or query[2] & 0xF8:
            return None
        buffer = Buffer(query)
        try:
            header = dnslib.DNSHeader.parse(buffer)
            question, opt, serial = _read(header, buffer)
        except (dnslib.DNSError, Malformed):
            return None
        zone = loaded.origins.get(fold(from_labels(question.qname.label)))
        wanted = question.qtype == AXFR or (question.qtype == IXFR and serial is not None)
        if not wanted or question.qclass != IN or zone is None or zone.soa_record is None or (opt and opt.edns_ver):
            return None
        end = 12 + sum([len(label) + 1 for label in question.qname.label]) + 5
        octets = b"" if opt is None else OPTS[bool(opt.edns_do)]
        return messages(zone, query[:2], query[12:end], octets, header.rd, serial)


class _Loaded:
    """Zones, and the answers made from them so far."""

    def __init__(self, zones: tuple[Zone, ...], minimal_any: bool) -> None:
        self.zones, self.minimal_any = zones, minimal_any
        compiled = compile_zones(zones)
        self.origins = {zone.origin: zone for zone in reversed(compiled)}  # of two alike, the first
        self.ready = {
            transport: ReadyAnswers(
                compiled, transport, CACHE_ROOM, partial(decide, self), lambda query, by: build(self, query, by).tail
            )
            for transport in ("udp", "tcp")
        }


def decide(loaded: _Loaded, name: str, qtype: int, qclass: int) -> Decision:
    """The response code, whether with authority, and the sections of the answer to a question."""
    if qclass != IN or qtype in TRANSFERS:
        return REFUSED, False, _EMPTY
    rdtype = rdtype_text(qtype)
    reply = respond_from(loaded.zones, Question(name=name, rdtype=rdtype))
    rcode = getattr(dnslib.RCODE, reply.rcode)
    answer = reply.answer_records
    if loaded.minimal_any and rdtype == "ANY" and answer and reply.aa:
        aliases = [record for record in answer if record.rdtype in ("CNAME", "DNAME")]
        hinfo = Opaque(data=b"\x07RFC8482\0")
        minimal = Record(owner=answer[0].owner, ttl=MINIMAL_ANY_TTL, rdtype="TYPE13", rdata=hinfo)
        return rcode, True, (aliases or (minimal,), (), ())
    return rcode, reply.aa, (answer, reply.authority_records, reply.additional_records)


def build(loaded: _Loaded, query: bytes, transport: str) -> Prepared:
    """The answer to a query, read and written by dnslib."""
    buffer = Buffer(query)
    try:
        header = dnslib.DNSHeader.parse(buffer)
        if header.opcode:
            return Prepared(tail=bare(query, NOTIMP))
        question, opt, serial = _read(header, buffer)
    except (dnslib.DNSError, Malformed):
        return Prepared(tail=bare(query, FORMERR))
    name, rdtype = from_labels(question.qname.label), rdtype_text(question.qtype)
    limit = limit_of(transport, opt.edns_len if opt else None)
    rcode, aa, sections = REFUSED, False, _EMPTY
    if opt and opt.edns_ver:
        rcode = BADVERS
    elif serial is not None and question.qtype == IXFR and question.qclass == IN and fold(name) in loaded.origins:
        soa = loaded.origins[fold(name)].soa_record
        if soa is not None:  # which says to come over TCP when it is news (RFC 1995 2)
            rcode, aa, sections = NOERROR, True, ((soa,), (), ())
    else:
        rcode, aa, sections = decide(loaded, name, question.qtype, question.qclass)
    header = dnslib.DNSHeader(id=0, bitmap=0, qr=1, aa=aa, rd=header.rd, rcode=rcode & 15, q=1)
    if opt:
        flags = "do" if opt.edns_do else ""  # RFC 3225 3: the bit comes back
        opt = dnslib.EDNS0(ext_rcode=rcode >> 4, flags=flags, udp_len=UDP_LIMIT)
    return Prepared(tail=_write(header, question, sections, opt, limit), name=name, rdtype=rdtype)


def describe(query: bytes) -> tuple[str, str] | None:
    """Name and type that a message asks for; both "" when it can't be read. None when it is no query."""
    if len(query) < 12 or query[2] & 0x80:
        return None
    end = query.find(b"\0", 12) + 5
    if 17 <= end <= len(query) and variant_of(query[2:12] + query[end:], "udp") is not None:
        labels = labels_of(query[12 : end - 4])
        if labels is not None:
            return text_of(labels), rdtype_text(query[end - 4] << 8 | query[end - 3])
    buffer = Buffer(query)
    try:
        header = dnslib.DNSHeader.parse(buffer)
        question = None if header.opcode else _read(header, buffer)[0]
    except (dnslib.DNSError, Malformed):
        question = None
    return ("", "") if question is None else (from_labels(question.qname.label), rdtype_text(question.qtype))


def bare(query: bytes, rcode: int) -> bytes:
    """An answer of a header alone, without its id: opcode and RD are the query's."""
    return bytes((0x80 | query[2] & 0x79, rcode)) + bytes(8)


def _read(header: Any, buffer: Buffer) -> tuple[Any, Any, int | None]:
    """The question, the OPT record and the client's serial of a query (RFC 1995 3), None where there is none.

    Octets behind the message are ignored, as other servers do.
    """
    if header.q != 1:
        raise Malformed(f"{header.q} questions")
    question, opt, serial = dnslib.DNSQuestion.parse(buffer), None, None
    if header.a or (header.auth and question.qtype not in TRANSFERS):
        raise Malformed("a query that brings answers")
    for _ in range(header.auth):
        record = ReceivedRR.parse(buffer)
        if record.rtype == SOA:
            inner = Buffer(buffer.data[: buffer.offset])
            inner.offset = buffer.offset - len(record.rdata.data)
            inner.decode_name()
            inner.decode_name()
            serial = inner.unpack("!IIIII")[0]
    for _ in range(header.ar):
        record = ReceivedRR.parse(buffer)
        if record.rtype == OPT:
            if opt or record.rname.label:
                raise Malformed("two OPT, or one that is not at the root")  # RFC 6891 6.1.1
            opt = record
        elif record.rtype not in SIGNATURES:
            raise Malformed("a query that brings records")
    return question, opt, serial


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
