"""Answers to messages: dnslib reads and writes them, zone.authority says what to answer. Octets in, octets out.

What a query gets: silence when it is shorter than a header or itself a response (two servers could go on forever);
NOTIMP for an opcode other than QUERY, as what is behind the header is its own affair; FORMERR when it cannot be read or
has not exactly one question; NOTAUTH when it is signed with TSIG, as no key is known here (RFC 8945 5.2.1); BADVERS for
EDNS above version 0 (RFC 6891 6.1.3); REFUSED for other classes than IN and ANY, and for zone transfers outside
net.server.transfer; else what the zones hold.

An answer is made once for each question and whatever else of a query it depends on (net.server.response_cache): of
later ones only the id and the question, with its own upper and lower case, are put in. Most are packed by
net.server.packed_zone, which writes what dnslib would; dnslib itself takes those that have to be cut, and all that is
not an ordinary question.
"""

from __future__ import annotations

import socket
from functools import partial
from itertools import groupby

import dnslib
from dnslib.label import DNSLabel

from kmsdns.model.messages import Question
from kmsdns.model.names import fold, from_labels, to_labels
from kmsdns.model.records import Opaque, Record, Soa, Srv, rdtype_number, rdtype_text
from kmsdns.model.value import Value
from kmsdns.net.server.packed_zone import pack_zones
from kmsdns.net.server.received import ANY_CLASS, AXFR, IXFR, TRANSFERS, Buffer, read
from kmsdns.net.server.response_cache import (
    OPT_SIZE,
    OPTS,
    UDP_LIMIT,
    ResponseCache,
    labels_of,
    limit_of,
    text_of,
    variant_of,
)
from kmsdns.net.server.transfer import messages
from kmsdns.zone.authority import respond_from

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from kmsdns.net.server.response_cache import Decision, Sections
    from kmsdns.zone.zone import Zone

CACHE_ROOM = 96 * 1024 * 1024  # octets of ready answers kept for each transport
MINIMAL_ANY_TTL = 3600  # seconds

IN = 1
NOERROR, FORMERR, SERVFAIL, NOTIMP, REFUSED, NOTAUTH, BADVERS = 0, 1, 2, 4, 5, 9, 16

_EMPTY: Sections = ((), (), ())


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

    def ready(self, transport: str) -> ResponseCache:
        """The answers that are ready, in its whole, and its quick way to more. For all else there is make.

        Neither has anything for a name outside the zones.
        """
        return self._loaded.ready[transport]

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
        return ready.quick(query[2:]) or ready.make(query) or build(loaded, query, transport).tail

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
        asked = None if len(query) < 17 or query[2] & 0x80 else read(query)
        if asked is None or asked.tsig is not None or (asked.opt and asked.opt.edns_ver):
            return None
        question = asked.question
        zone = loaded.origins.get(fold(from_labels(question.qname.label)))
        wanted = question.qtype == AXFR or (question.qtype == IXFR and asked.serial is not None)
        if not wanted or question.qclass != IN or zone is None or zone.soa_record is None:
            return None
        end = 12 + sum([len(label) + 1 for label in question.qname.label]) + 5
        octets = b"" if asked.opt is None else OPTS[bool(asked.opt.edns_do)]
        return messages(zone, query[:2], query[12:end], octets, asked.header.rd, asked.serial)


class _Loaded:
    """Zones, and the answers made from them so far."""

    def __init__(self, zones: tuple[Zone, ...], minimal_any: bool) -> None:
        self.zones, self.minimal_any = zones, minimal_any
        compiled = pack_zones(zones)
        self.origins = {zone.origin: zone for zone in reversed(compiled)}  # of two alike, the first
        self.ready = {
            transport: ResponseCache(
                compiled, transport, CACHE_ROOM, partial(decide, self), lambda query, by: build(self, query, by).tail
            )
            for transport in ("udp", "tcp")
        }


def decide(loaded: _Loaded, name: str, qtype: int, qclass: int) -> Decision:
    """The response code, whether with authority, and the sections of the answer to a question."""
    if qclass not in (IN, ANY_CLASS) or qtype in TRANSFERS:
        return REFUSED, False, _EMPTY
    rdtype = rdtype_text(qtype)
    reply = respond_from(loaded.zones, Question(name=name, rdtype=rdtype))
    rcode = getattr(dnslib.RCODE, reply.rcode)
    answer, authority = reply.answer_records, reply.authority_records
    if loaded.minimal_any and rdtype == "ANY" and answer and reply.aa:
        aliases = [record for record in answer if record.rdtype in ("CNAME", "DNAME")]
        hinfo = Opaque(data=b"\x07RFC8482\0")
        minimal = Record(owner=answer[0].owner, ttl=MINIMAL_ANY_TTL, rdtype="HINFO", rdata=hinfo)
        return rcode, qclass == IN, (aliases or (minimal,), (), ())
    if qclass == ANY_CLASS:  # never with authority: other classes may have more (RFC 1034 3.7.1)
        # and so nothing is there to keep a denial by, which only those in authority give (RFC 2308 3)
        return rcode, False, (answer, [each for each in authority if each.rdtype != "SOA"], reply.additional_records)
    return rcode, reply.aa, (answer, authority, reply.additional_records)


def build(loaded: _Loaded, query: bytes, transport: str) -> Prepared:
    """The answer to a query, read and written by dnslib."""
    if query[2] & 0x78:
        return Prepared(tail=bare(query, NOTIMP))
    asked = read(query)
    if asked is None:
        return Prepared(tail=bare(query, FORMERR))
    question, opt = asked.question, asked.opt
    name, rdtype = from_labels(question.qname.label), rdtype_text(question.qtype)
    limit = limit_of(transport, opt.edns_len if opt else None)
    rcode, aa, sections = REFUSED, False, _EMPTY
    if asked.tsig is not None:
        rcode = NOTAUTH
    elif opt and opt.edns_ver:
        rcode = BADVERS
    elif asked.serial is not None and question.qtype == IXFR and question.qclass == IN and fold(name) in loaded.origins:
        soa = loaded.origins[fold(name)].soa_record
        if soa is not None:  # which says to come over TCP when it is news (RFC 1995 2)
            rcode, aa, sections = NOERROR, True, ((soa,), (), ())
    else:
        rcode, aa, sections = decide(loaded, name, question.qtype, question.qclass)
    header = dnslib.DNSHeader(id=0, bitmap=0, qr=1, aa=aa, rd=asked.header.rd, rcode=rcode & 15, q=1)
    if opt:
        flags = "do" if opt.edns_do else ""  # RFC 3225 3: the bit comes back
        opt = dnslib.EDNS0(ext_rcode=rcode >> 4, flags=flags, udp_len=UDP_LIMIT)
    if asked.tsig is not None:
        tail = _unsigned(header, question, opt, asked.tsig, limit)
    else:
        tail = _write(header, question, sections, opt, limit)
    return Prepared(tail=tail, name=name, rdtype=rdtype)


def describe(query: bytes) -> tuple[str, str] | None:
    """Name and type that a message asks for; both "" when it can't be read. None when it is no query."""
    if len(query) < 12 or query[2] & 0x80:
        return None
    end = query.find(b"\0", 12) + 5
    if 17 <= end <= len(query) and variant_of(query[2:12] + query[end:], "udp") is not None:
        labels = labels_of(query[12 : end - 4])
        if labels is not None:
            return text_of(labels), rdtype_text(query[end - 4] << 8 | query[end - 3])
    asked = read(query)
    if asked is None:
        return "", ""
    return from_labels(asked.question.qname.label), rdtype_text(asked.question.qtype)


def bare(query: bytes, rcode: int) -> bytes:
    """An answer of a header alone, without its id: opcode and RD are the query's."""
    return bytes((0x80 | query[2] & 0x79, rcode)) + bytes(8)


def _unsigned(header: Any, question: Any, opt: Any, tsig: Any, limit: int) -> bytes:
    """A message without its id that ends in a TSIG record. Long names may leave no room for the question, or it."""
    message = b""
    for is_asked, is_signed in ((1, 1), (0, 1), (0, 0)):
        buffer = Buffer()
        header.q, header.ar = is_asked, bool(opt) + is_signed
        for part, is_in in ((header, 1), (question, is_asked), (opt, bool(opt)), (tsig, is_signed)):
            if is_in:
                part.pack(buffer)
        message = bytes(buffer.data[2:])
        if buffer.offset <= limit:
            break
    return message


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
