"""The codec: DNS messages to and from octets (RFC 1035 4), as strict as a resolver that trusts nobody.

What discovery reads is taken apart (SRV, A, AAAA, CNAME, DNAME, NS, PTR, SOA, OPT); other rdata stays Opaque: exactly
its octets, in which compressed names are not expanded, but for those of records.COMPRESSIBLE. A refusal is a
WireError and says why. Its reasons:

    short              fewer octets than a header has
    malformed-count    a section promises more than there is; also more octets than a message may have (65535)
    malformed-label    a label of an unknown type, or one that runs past the end
    malformed-pointer  one that does not lead strictly backwards, is cut off, is the 17th in a row, or belongs to a
                       message whose names lead back and forth so much that only an attack explains it
    malformed-name     more than 255 octets, or no end
    malformed-rdata    rdata past the end, or not exactly as long as RDLENGTH says
    malformed-opt      a second OPT, one outside the additional section, one not at the root, options cut off
"""

from __future__ import annotations

from struct import Struct

from kmsdns.lookup.compression import MAX_HOPS, Names
from kmsdns.lookup.compression import WireError as WireError
from kmsdns.lookup.edns import Ede as Ede
from kmsdns.lookup.edns import Edns as Edns
from kmsdns.lookup.edns import edns
from kmsdns.model.arguments import octets, require
from kmsdns.model.names import ROOT, to_wire
from kmsdns.model.records import COMPRESSIBLE, MAX_TTL, Opaque, Record, Soa, Srv, rdtype_number, rdtype_text
from kmsdns.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kmsdns.model.messages import Question
    from kmsdns.model.records import Rdata

MAX_MESSAGE = 65535

OPCODES = {0: "QUERY", 1: "IQUERY", 2: "STATUS", 4: "NOTIFY", 5: "UPDATE", 6: "DSO"}

AA, TC, RD, RA, AD, CD = 0x0400, 0x0200, 0x0100, 0x0080, 0x0020, 0x0010
_FLAG_WORDS = (("aa", AA), ("tc", TC), ("rd", RD), ("ra", RA), ("ad", AD), ("cd", CD))

RCODES = {
    0: "NOERROR", 1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED", 6: "YXDOMAIN", 7: "YXRRSET",
    8: "NXRRSET", 9: "NOTAUTH", 10: "NOTZONE", 11: "DSOTYPENI", 16: "BADVERS", 17: "BADKEY", 18: "BADTIME",
    19: "BADMODE", 20: "BADNAME", 21: "BADALG", 22: "BADTRUNC", 23: "BADCOOKIE",
}  # fmt: skip

_CLASSES = {1: "IN", 3: "CH", 4: "HS", 254: "NONE", 255: "ANY"}
_NAMED = {2: "NS", 5: "CNAME", 12: "PTR", 39: "DNAME"}  # in any class, the rdata is one name
_SOA, _MX, _OPT, _IN = 6, 15, 41, 1
_A_IN, _AAAA_IN, _SRV_IN = 1 << 16 | _IN, 28 << 16 | _IN, 33 << 16 | _IN  # TYPE and CLASS read as one number

_HEADER = Struct("!6H")
_QUESTION = Struct("!HH")
_FIXED = Struct("!IIH")  # TYPE and CLASS, TTL, RDLENGTH
_read_header = _HEADER.unpack_from
_read_question = _QUESTION.unpack_from
_read_fixed = _FIXED.unpack_from
_read_srv = Struct("!3H").unpack_from
_read_quad = Struct("!4B").unpack_from
_read_times = Struct("!5I").unpack_from

_QUAD = "%d.%d.%d.%d"
_ZERO_RUNS = [":0" * length + ":" for length in range(8, 1, -1)]


def _setters(cls: type[Value]) -> list[Callable[[object, object], None]]:
    """What fills the fields of a value one by one.

    A message is mostly records, and one filled so is there in half the time of a call with keywords.
    """
    return [getattr(cls, field).__set__ for field in cls.__match_args__]


_set_owner, _set_ttl, _set_rdtype, _set_rdata, _set_rdclass, _set_location = _setters(Record)
_set_priority, _set_weight, _set_port, _set_target = _setters(Srv)


class Asked(Value):
    """An entry of the question section."""

    name: str
    rdtype: str  # mnemonic, "SRV" or "TYPE65280"
    rdclass: str  # "IN" or "CLASS32"


class Message(Value):
    """A message taken apart. OPT is no record of its additional section: edns holds it, and rcode its share."""

    id: int
    flags: int  # the 16 bits behind the ID
    rcode: int  # 12 bits when there is an OPT (RFC 6891 6.1.3)
    questions: tuple[Asked, ...]
    answer: tuple[Record, ...]
    authority: tuple[Record, ...]
    additional: tuple[Record, ...]
    edns: Edns | None
    warnings: tuple[str, ...]  # trailing-bytes, target-compressed, ttl-out-of-range: tolerated, and not as it should be

    @property
    def qr(self) -> bool:
        """The message is a response."""
        return self.flags >= 0x8000

    @property
    def opcode(self) -> int:
        """0 for QUERY."""
        return self.flags >> 11 & 0xF

    @property
    def aa(self) -> bool:
        """The server is authoritative for the name asked for."""
        return bool(self.flags & AA)

    @property
    def tc(self) -> bool:
        """The message was truncated: ask again over TCP."""
        return bool(self.flags & TC)

    @property
    def rd(self) -> bool:
        """Recursion was desired."""
        return bool(self.flags & RD)

    @property
    def ra(self) -> bool:
        """The server offers recursion."""
        return bool(self.flags & RA)

    @property
    def ad(self) -> bool:
        """The server vouches for its data (RFC 4035 3.2.3)."""
        return bool(self.flags & AD)

    @property
    def cd(self) -> bool:
        """The server was told not to validate (RFC 4035 3.2.2)."""
        return bool(self.flags & CD)

    @property
    def flag_words(self) -> tuple[str, ...]:
        """Those of aa, tc, rd, ra, ad, cd that are set, in this order."""
        return tuple([word for word, bit in _FLAG_WORDS if self.flags & bit])

    @property
    def rcode_text(self) -> str:
        """The response code by its name, or RCODE12."""
        return RCODES.get(self.rcode) or f"RCODE{self.rcode}"


def encode(
    question: Question,
    id: int,
    *,
    edns_size: int | None = 1232,
    recursion_desired: bool = True,
    checking_disabled: bool = False,
    authentic_data: bool = False,
    edns_options: tuple[tuple[int, bytes], ...] = (),
) -> bytes:
    """A query. id: 0 to 65535; edns_size: octets of UDP payload offered in OPT, None to send no OPT.

    ValueError for an RR type that is none, a number that doesn't fit its field, or options without an OPT.
    """
    if not 0 <= id <= 0xFFFF or not 0 <= (edns_size or 0) <= 0xFFFF:
        raise ValueError(f"ID {id} and EDNS size {edns_size} must fit 16 bits")
    flags = (RD if recursion_desired else 0) | (CD if checking_disabled else 0)
    flags |= AD if authentic_data else 0  # asks to be told whether the answer is validated (RFC 6840 5.7)
    asked = to_wire(question.name) + _QUESTION.pack(rdtype_number(question.rdtype), _IN)
    if edns_size is None:
        if edns_options:
            raise ValueError("EDNS options need an OPT to stand in: give edns_size")
        return _HEADER.pack(id, flags, 1, 0, 0, 0) + asked
    rdata = bytearray()
    for code, data in edns_options:
        if not 0 <= code <= 0xFFFF or len(rdata) + 4 + len(data) > 0xFFFF:
            raise ValueError(f"EDNS option {code} with {len(data)} octets does not fit")
        rdata += _QUESTION.pack(code, len(data)) + data
    opt = b"\0" + _FIXED.pack(_OPT << 16 | edns_size, 0, len(rdata))
    return _HEADER.pack(id, flags, 1, 0, 0, 1) + asked + opt + rdata


def decode(data: bytes) -> Message:
    """The message these octets are. Raises WireError, for whatever octets, and nothing else.

    InvalidArgument for what is neither bytes nor like them.
    """
    if type(data) is not bytes:
        data = require(octets, data, "decode(data)")
    if type(data) is not bytes:
        data = bytes(data)  # a bytearray or memoryview, whose slices would be no bytes
    size = len(data)
    if size < 12:
        raise WireError("short", size, f"{size} octets are no DNS message, whose header alone has 12 (RFC 1035 4.1.1)")
    if size > MAX_MESSAGE:
        raise WireError("malformed-count", MAX_MESSAGE, f"{size} octets are more than a DNS message may have")
    id, flags, qdcount, ancount, nscount, arcount = _read_header(data)
    # An empty question takes 5 octets and an empty record 11: lies are refused before any work is done for them.
    if 12 + 5 * qdcount + 11 * (ancount + nscount + arcount) > size:
        counts = f"QDCOUNT {qdcount}, ANCOUNT {ancount}, NSCOUNT {nscount} and ARCOUNT {arcount}"
        raise WireError("malformed-count", 4, f"{size} octets cannot hold {counts}")
    reader = _Reader(data)
    questions = reader.questions(qdcount)
    answer = reader.section(ancount)
    authority = reader.section(nscount)
    additional = reader.section(arcount, may_hold_opt=True)
    if reader.at < size:
        reader.warn("trailing-bytes")
    return Message(
        id=id,
        flags=flags,
        rcode=reader.extended_rcode << 4 | flags & 0xF,
        questions=questions,
        answer=answer,
        authority=authority,
        additional=additional,
        edns=reader.edns,
        warnings=reader.warnings,
    )


class _Reader:
    """One message being read from front to back."""

    __slots__ = ("at", "data", "edns", "extended_rcode", "names", "warnings", "whole")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 12
        self.names = Names(data)
        self.edns: Edns | None = None
        self.extended_rcode = 0
        self.warnings: tuple[str, ...] = ()
        self.whole: dict[str, bytes] = {}  # names that were written whole: a message may have one thousands of times

    def warn(self, word: str) -> None:
        if word not in self.warnings:
            self.warnings += (word,)

    def questions(self, count: int) -> tuple[Asked, ...]:
        """The question section."""
        data, at, questions = self.data, self.at, []
        for _ in range(count):
            if at + 5 > len(data):
                raise WireError("malformed-count", at, "the message ends before its questions do")
            name, at, *_ = self.names.read(at)
            if at + 4 > len(data):
                raise WireError("malformed-count", at, "the message ends inside a question")
            rdtype, rdclass = _read_question(data, at)
            questions.append(Asked(name=name, rdtype=rdtype_text(rdtype), rdclass=_class_text(rdclass)))
            at += 4
        self.at = at
        return tuple(questions)

    def section(self, count: int, may_hold_opt: bool = False) -> tuple[Record, ...]:
        """A section of records, without OPT."""
        data, at, read_name, known, new = self.data, self.at, self.names.read, self.names.known, object.__new__
        size, records = len(data), []
        for index in range(count):
            start = at
            if at + 11 > size:
                raise WireError("malformed-count", at, f"a section announces {count} records and holds {index}")
            # Most owners are but a pointer to a name read before, and what was read before starts before.
            if data[at] >= 0xC0 and (read := known.get((data[at] & 0x3F) << 8 | data[at + 1])) and read[3] < MAX_HOPS:
                owner = read[0]
                at += 2
            elif not data[at]:
                owner = ROOT
                at += 1
            else:
                owner, at, _, _ = read_name(at)
            if at + 10 > size:
                raise WireError("malformed-count", at, "the message ends inside a record")
            kind, ttl, length = _read_fixed(data, at)
            at += 10
            end = at + length
            if end > size:
                raise WireError("malformed-rdata", at, f"RDLENGTH announces {length} octets and {size - at} are left")
            rdclass = "IN"
            rdata: Rdata
            if kind == _A_IN and length == 4:
                rdtype = "A"
                rdata = _QUAD % _read_quad(data, at)
            elif kind == _SRV_IN and length >= 7:
                priority, weight, port = _read_srv(data, at)
                target, behind, _, hops = read_name(at + 6)
                if behind != end:
                    raise _bad_rdata("SRV", at, length, behind - at)
                if hops:  # a sender must not (RFC 2782), a receiver has to understand it all the same
                    self.warn("target-compressed")
                rdtype = "SRV"
                rdata = new(Srv)
                _set_priority(rdata, priority)
                _set_weight(rdata, weight)
                _set_port(rdata, port)
                _set_target(rdata, target)
            elif kind == _AAAA_IN and length == 16:
                rdtype = "AAAA"
                rdata = _ipv6(data, at)
            elif kind >> 16 == _OPT:
                if not may_hold_opt or owner != ROOT or self.edns is not None:
                    raise _bad_opt(start, may_hold_opt, owner)
                try:
                    self.edns = edns(kind & 0xFFFF, ttl, data[at:end])
                except ValueError as error:
                    raise WireError("malformed-opt", at, str(error)) from None
                self.extended_rcode = ttl >> 24
                at = end
                continue
            else:
                rdtype = rdtype_text(kind >> 16)
                rdata = self.rdata(kind, rdtype, at, end)
                rdclass = _class_text(kind & 0xFFFF)
            if ttl > MAX_TTL:
                self.warn("ttl-out-of-range")
                ttl = 0  # RFC 2181 8
            record = new(Record)
            _set_owner(record, owner)
            _set_ttl(record, ttl)
            _set_rdtype(record, rdtype)
            _set_rdata(record, rdata)
            _set_rdclass(record, rdclass)
            _set_location(record, None)
            records.append(record)
            at = end
        self.at = at
        return tuple(records)

    def rdata(self, kind: int, mnemonic: str, at: int, end: int) -> Rdata:
        """Rdata of the types that mean the same in any class, or Opaque (RFC 1035 3.3, RFC 6672 2.1, RFC 3597 3)."""
        data, read_name, number = self.data, self.names.read, kind >> 16
        if number in _NAMED and at < end:
            name, behind, _, _ = read_name(at)
            if behind == end:
                return name
        elif number == _SOA and at + 22 <= end:
            mname, behind, _, _ = read_name(at)
            rname, behind, _, _ = read_name(behind)
            if behind + 20 == end:
                fields = (mname, rname, *_read_times(data, behind))
                return Soa(**dict(zip(Soa.__match_args__, fields, strict=True)))
        elif mnemonic in COMPRESSIBLE:
            try:
                octets = self.expanded(*COMPRESSIBLE[mnemonic], at, end)
            except WireError:
                if number == _MX:
                    raise
                octets = None
            if octets is not None or number != _MX:  # of the rarer types nobody here needs a name
                return Opaque(data=data[at:end] if octets is None else octets)
        elif number not in _NAMED and number != _SOA and kind not in (_SRV_IN, _A_IN, _AAAA_IN):
            return Opaque(data=data[at:end])
        raise _bad_rdata(mnemonic, at, end - at)

    def expanded(self, fixed: int, count: int, at: int, end: int) -> bytes | None:
        """Rdata of so many octets and names, with the names whole; None when they don't end where it does."""
        told, at = [self.data[at : at + fixed]], at + fixed
        for _ in range(count):
            if at >= end:
                return None
            name, at, _, _ = self.names.read(at)
            if name not in self.whole:
                self.whole[name] = to_wire(name)
            told.append(self.whole[name])
        return b"".join(told) if at == end else None


def _bad_rdata(mnemonic: str, at: int, length: int, found: int | None = None) -> WireError:
    long = "" if found is None else f" of {found} octets"
    return WireError("malformed-rdata", at, f"RDLENGTH {length} does not fit {mnemonic} rdata{long}")


def _bad_opt(at: int, may_be_there: bool, owner: str) -> WireError:
    where = "outside the additional section" if not may_be_there else "at a name that is not the root"
    why = f"OPT {where}" if not may_be_there or owner != ROOT else "a second OPT"
    return WireError("malformed-opt", at, f"{why} (RFC 6891 6.1.1)")


def _class_text(number: int) -> str:
    return _CLASSES.get(number) or f"CLASS{number}"


def _ipv6(data: bytes, at: int) -> str:
    """The address at an offset as RFC 5952 writes it: the first of the longest runs of zeros left out.

    An address that embeds one of IPv4 ends in its four numbers, as inet_ntop writes it (RFC 5952 5).
    """
    text = f":{data[at : at + 16].hex(':', 2)}:"
    text = text.replace(":0", ":").replace(":0", ":").replace(":0", ":")  # a group keeps one digit of 0000
    for run in _ZERO_RUNS:
        head, found, tail = text.partition(run)
        if found:
            break
    else:
        return text[1:-1]
    if not head and (len(run) == 13 or (len(run) == 11 and tail.startswith("ffff:"))):
        return f"::{'ffff:' if len(run) == 11 else ''}{_QUAD % _read_quad(data, at + 12)}"
    return f"{head[1:]}::{tail[:-1]}"
