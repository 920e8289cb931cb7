"""An answer taken apart far enough to be falsified, and put together again. Octets in, octets out.

Not a codec: it reads what this server wrote itself, and writes what a correct one never would. Records lose their
compression on the way, but for owners that equal the question's; Parts.fit keeps the result within what the client
takes, as a correct server does.
"""

from __future__ import annotations

from struct import Struct, error

from kmsdns.model.records import RDTYPES
from kmsdns.model.value import Value
from kmsdns.net.server.response_cache import limit_of

QR, OPCODE, AA, TC, RD = 0x8000, 0x7800, 0x0400, 0x0200, 0x0100
IN = 1

_HEADER = Struct("!6H")
_QUESTION = Struct("!2H")
_FIXED = Struct("!HHIH")
_OPT = RDTYPES["OPT"]
_BEFORE_NAMES = {  # octets in front of the names in the rdata of each type, and how many names there are
    RDTYPES["NS"]: (0, 1), RDTYPES["CNAME"]: (0, 1), RDTYPES["PTR"]: (0, 1), RDTYPES["DNAME"]: (0, 1),
    RDTYPES["SOA"]: (0, 2), RDTYPES["MX"]: (2, 1), RDTYPES["SRV"]: (6, 1),
}  # fmt: skip


class Unreadable(ValueError):
    """There is no message to be changed: what an earlier fault left is none."""


class Rr(Value):
    """A record: its owner in wire form (or, when it is a lie, whatever octets stand there), its rdata uncompressed."""

    owner: bytes
    rtype: int
    rdata: bytes
    ttl: int = 60  # seconds
    rclass: int = IN
    lie: int | None = None  # what RDLENGTH says, None for the truth

    def pack(self, asked: bytes) -> bytes:
        """The record's octets; an owner that equals the name asked for becomes a pointer to it."""
        owner = b"\xc0\x0c" if asked and self.owner.lower() == asked.lower() else self.owner
        length = len(self.rdata) if self.lie is None else self.lie
        return owner + _FIXED.pack(self.rtype, self.rclass, self.ttl, length) + self.rdata


class Parts(Value):
    """A message. The name asked for is b"" when there is no question."""

    id: int
    flags: int
    asked: bytes  # in wire form
    qtype: int
    qclass: int
    answer: tuple[Rr, ...] = ()
    authority: tuple[Rr, ...] = ()
    additional: tuple[Rr, ...] = ()
    opt: bytes | None = None  # the OPT record as it stands

    def bare(self, rcode: int, flags: int = 0) -> Parts:
        """Without records, but for OPT: of the flags only opcode and RD stay."""
        kept = QR | self.flags & (OPCODE | RD) | flags
        return self.replace(flags=kept | rcode, answer=(), authority=(), additional=())

    def pack(self) -> bytes:
        """The message."""
        asked = self.asked + _QUESTION.pack(self.qtype, self.qclass) if self.asked else b""
        counts = (len(self.answer), len(self.authority), len(self.additional) + (self.opt is not None))
        head = _HEADER.pack(self.id, self.flags, bool(asked), *counts)
        records = [rr.pack(self.asked) for rr in (*self.answer, *self.authority, *self.additional)]
        return head + asked + b"".join(records) + (self.opt or b"")

    def fit(self, limit: int) -> bytes:
        """The message in at most so many octets: without additional records, else truncated (RFC 2181 9)."""
        for parts in (self, self.replace(additional=()), self.bare(self.flags & 15, self.flags & AA | TC)):
            data = parts.pack()
            if len(data) <= limit:
                break
        return data


def read(message: bytes) -> Parts:
    """The parts of an answer. Raises Unreadable."""
    try:
        return _read(message)
    except (error, IndexError):
        raise Unreadable(f"no message: {message[:32].hex()}") from None


def udp_limit(query: bytes) -> int:
    """The octets an answer over UDP may have: what the query's OPT offers, within bounds."""
    try:
        opt = read(query).opt
    except Unreadable:
        opt = None
    return limit_of("udp", None if opt is None else int.from_bytes(opt[3:5], "big"))


def _read(message: bytes) -> Parts:
    id_, flags, questions, *counts = _HEADER.unpack_from(message)
    asked, qtype, qclass, at = b"", 0, 0, _HEADER.size
    if questions:
        asked, at = _name(message, at)
        qtype, qclass = _QUESTION.unpack_from(message, at)
        at += _QUESTION.size
    sections: list[tuple[Rr, ...]] = []
    opt = None
    for count in counts:
        records = []
        for _ in range(count):
            start = at
            owner, at = _name(message, at)
            rtype, rclass, ttl, length = _FIXED.unpack_from(message, at)
            at += _FIXED.size
            if at + length > len(message):
                raise IndexError
            if rtype == _OPT:
                opt = message[start : at + length]
            else:
                rdata = _rdata(message, rtype, at, length)
                records.append(Rr(owner=owner, rtype=rtype, rclass=rclass, ttl=ttl, rdata=rdata))
            at += length
        sections.append(tuple(records))
    answer, authority, additional = sections
    return Parts(
        id=id_,
        flags=flags,
        asked=asked,
        qtype=qtype,
        qclass=qclass,
        answer=answer,
        authority=authority,
        additional=additional,
        opt=opt,
    )


def _name(message: bytes, at: int) -> tuple[bytes, int]:
    """The name at an offset, uncompressed in wire form, and the offset behind it."""
    name, after, barrier = b"", 0, at
    while message[at]:
        if message[at] >= 0xC0:
            pointer = (message[at] & 0x3F) << 8 | message[at + 1]
            after = after or at + 2
            if pointer >= barrier:
                raise IndexError
            at = barrier = pointer
        else:
            end = at + 1 + message[at]
            if message[at] > 63 or end > len(message):
                raise IndexError
            name += message[at:end]
            at = end
    return name + b"\0", after or at + 1


def _rdata(message: bytes, rtype: int, at: int, length: int) -> bytes:
    """Rdata with its names uncompressed."""
    end = at + length
    if rtype not in _BEFORE_NAMES or not length:
        return message[at:end]
    before, names = _BEFORE_NAMES[rtype]
    data, at = message[at : at + before], at + before
    for _ in range(names):
        name, at = _name(message, at)
        data += name
    return data + message[at:end]
