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
from kmsdns.lookup.rdata import A_IN, AAAA_IN, QUAD, SRV_IN, RdataReader, bad_rdata, ipv6, read_quad
from kmsdns.model.arguments import octets, require
from kmsdns.model.names import ROOT, to_wire
from kmsdns.model.records import MAX_TTL, Record, Srv, rdtype_number, rdtype_text
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
_OPT, _IN = 41, 1

_HEADER = Struct("!6H")
_QUESTION = Struct("!HH")
_FIXED = Struct("!IIH")  # TYPE and CLASS, TTL, RDLENGTH
_read_header = _HEADER.unpack_from
_read_question = _QUESTION.unpack_from
_read_fixed = _FIXED.unpack_from
_read_srv = Struct("!3H").unpack_from


def _setters(cls: type[Value]) -> list[Callable[[object, object], None]]:
    """What fills the fields of a value one by one.

    A message is mostly records, and one filled so is there in half the time of a call with keywords.
    """
    return [getattr(cls, field).__set__ for field in cls.__match_args__]


_set_owner, _set_ttl, _set_rdtype, _set_rdata, _set_rdclass, _set_location = _setters(Record)
_set_priority, _set_weight, _set_port, _set_target = _setters(Srv)


class QuestionEntry(Value):
    """An entry of the question section."""

    name: str
    rdtype: str  # mnemonic, "SRV" or "TYPE65280"
    rdclass: str  # "IN" or "CLASS32"


class Message(Value):
    """A message taken apart. OPT is no record of its additional section: edns holds it, and rcode its share."""

    id: int
    flags: int  # the 16 bits behind the ID
    rcode: int  # 12 bits when there is an OPT (RFC 6891 6.1.3)
    questions: tuple[QuestionEntry, ...]
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


class _Reader(RdataReader):
    """One message being read from front to back."""

    __slots__ = ("at", "edns", "extended_rcode", "padded", "warnings")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.padded = data + bytes(10)  # a fixed part that is cut off is read all the same, and ends beyond the message
        self.at = 12
        self.names = Names(data)
        self.edns: Edns | None = None
        self.extended_rcode = 0
        self.warnings: tuple[str, ...] = ()
        self.whole: dict[str, bytes] = {}  # names that were written whole: a message may have one thousands of times

    def warn(self, word: str) -> None:
        if word not in self.warnings:
            self.warnings += (word,)

    def questions(self, count: int) -> tuple[QuestionEntry, ...]:
        """The question section."""
        data, at, questions = self.data, self.at, []
        for _ in range(count):
            if at + 5 > len(data):
                raise WireError("malformed-count", at, "the message ends before its questions do")
            name, at, *_ = self.names.read(at)
            if at + 4 > len(data):
                raise WireError("malformed-count", at, "the message ends inside a question")
            rdtype, rdclass = _read_question(data, at)
            questions.append(QuestionEntry(name=name, rdtype=rdtype_text(rdtype), rdclass=_class_text(rdclass)))
            at += 4
        self.at = at
        return tuple(questions)

    def section(self, count: int, may_hold_opt: bool = False) -> tuple[Record, ...]:
        """A section of records, without OPT."""
        data, at, read_name, known, new = self.data, self.at, self.names.read, self.names.known, object.__new__
        size, padded, records = len(data), self.padded, []
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
            kind, ttl, length = _read_fixed(padded, at)
            at += 10
            end = at + length
            if end > size:
                raise _past_the_end(at, length, size)
            rdclass = "IN"
            rdata: Rdata
            # What discovery asks for is read right here, since most records are such: each call would show.
            if kind == A_IN and length == 4:
                rdtype = "A"
                rdata = QUAD % read_quad(data, at)
            elif kind == SRV_IN and length >= 7:
                priority, weight, port = _read_srv(data, at)
                target, behind, _, hops = read_name(at + 6)
                if behind != end or hops:
                    self.odd_target(at, length, behind - at)
                rdtype = "SRV"
                rdata = new(Srv)  # frozen, so filled through its slots: see _setters
                _set_priority(rdata, priority)
                _set_weight(rdata, weight)
                _set_port(rdata, port)
                _set_target(rdata, target)
            elif kind == AAAA_IN and length == 16:
                rdtype = "AAAA"
                rdata = ipv6(data, at)
            elif kind >> 16 == _OPT:
                self.opt(start, owner, may_hold_opt, kind & 0xFFFF, ttl, at, end)
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

    def odd_target(self, at: int, length: int, found: int) -> None:
        """SRV rdata that doesn't end where its target does, or whose target is compressed."""
        if found != length:
            raise bad_rdata("SRV", at, length, found)
        self.warn("target-compressed")  # a sender must not (RFC 2782), a receiver has to understand it all the same

    def opt(self, start: int, owner: str, may_be_there: bool, size: int, ttl: int, at: int, end: int) -> None:
        """The OPT record: its class is a size, its TTL flags and a part of the RCODE (RFC 6891 6.1)."""
        if not may_be_there or owner != ROOT or self.edns is not None:
            where = "outside the additional section" if not may_be_there else "at a name that is not the root"
            why = f"OPT {where}" if not may_be_there or owner != ROOT else "a second OPT"
            raise WireError("malformed-opt", start, f"{why} (RFC 6891 6.1.1)")
        try:
            self.edns = edns(size, ttl, self.data[at:end])
        except ValueError as error:
            raise WireError("malformed-opt", at, str(error)) from None
        self.extended_rcode = ttl >> 24


def _past_the_end(at: int, length: int, size: int) -> WireError:
    if at > size:
        return WireError("malformed-count", at - 10, "the message ends inside a record")
    return WireError("malformed-rdata", at, f"RDLENGTH announces {length} octets and {size - at} are left")


def _class_text(number: int) -> str:
    return _CLASSES.get(number) or f"CLASS{number}"
