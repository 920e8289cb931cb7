"""Which queries can be answered from a table: plain questions, told by their octets alone.

A plain query has one question whose name holds no octet 0 and is not compressed, and besides it nothing but perhaps an
OPT record at its end. Its answer depends on the question, whatever the case of its letters, and on its variant: RD,
whether there is an OPT, DO, and how large the answer may be.
"""

from __future__ import annotations

from struct import Struct

from kmsdns.core.names import MAX_LABEL, MAX_NAME, from_labels
from kmsdns.core.records import rdtype_text
from kmsdns.net.compiled import Writer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kmsdns.core.records import Record
    from kmsdns.net.compiled import CompiledZone

    Sections = tuple[Sequence[Record], Sequence[Record], Sequence[Record]]
    Decision = tuple[int, bool, Sections]  # response code, AA

UDP_LIMIT = 1232  # octets: what passes every path unfragmented (DNS flag day 2020)
TCP_LIMIT = 65_535
OPT_SIZE = 11

MAX_VARIANTS = 4096  # kept; some clients put something new into each OPT

RD, EDNS, DO = 1, 2, 4
"""Flags in the first octet of a variant; the other two are the limit."""

_ENTRY_ROOM = 192  # octets that Python needs besides the octets of a question and its answer
_HEAD = Struct("!HHHHH").pack  # of an answer: all of its header but the id
_PLAIN_TYPES = {b"\0\x21\0\1": "SRV", b"\0\1\0\1": "A"}  # of those that plain knows, by type and class
_DOTTED = bytes([0x2E if octet <= 0x20 else octet for octet in range(256)])
_VISIBLE = bytes(range(0x21, 256))
_TYPE_CLASS = Struct("!HH").unpack_from
_VARIANT = Struct("!BH").pack
_OPT = Struct("!BHHBBHH").unpack_from  # owner, type, size, extended RCODE, version, flags, RDLENGTH
_OPTION = Struct("!HH").unpack_from

OPTS = tuple([b"\0\0\x29" + UDP_LIMIT.to_bytes(2, "big") + b"\0\0" + do + b"\0\0\0" for do in (b"\0", b"\x80")])
"""The OPT record of an answer, without DO and with it (RFC 3225 3: the bit comes back)."""


class ReadyAnswers:
    """The answers to plain queries so far. When they take more than room octets they are forgotten, and made anew.

    decide tells what to answer to a name in lower case, type and class; build gives a whole answer, cut if need be,
    but for its id.
    """

    def __init__(
        self,
        zones: list[CompiledZone],
        room: int,
        decide: Callable[[str, int, int], Decision],
        build: Callable[[bytes, str], bytes],
    ) -> None:
        self._zones, self._decide, self._build = zones, decide, build
        self._room = self._left = room
        self.variants: dict[str, dict[bytes, bytes]] = {"udp": {}, "tcp": {}}
        self.answers: dict[str, dict[bytes, bytes]] = {"udp": {}, "tcp": {}}

    def make(self, query: bytes, end: int, transport: str) -> bytes | None:
        """The ready answer to a query whose question would end at end.

        None when it is no plain one, or a DNAME is in the answer: the CNAME made from that is spelled as asked.
        """
        if not 17 <= end <= len(query):
            return None
        variant = variant_in(self.variants[transport], query[2:12], query[end:], transport)
        if variant is None:
            return None
        name = query[12 : end - 4].lower()
        key = name + query[end - 4 : end] + variant
        answers = self.answers[transport]
        ready = answers.get(key)
        if ready is None:
            ready = self._plain(name, key[-7:-3], variant) or self._any(query, end, transport, name, variant)
            if ready is None:
                return None
            self._left -= len(key) + len(ready) + _ENTRY_ROOM
            if self._left < 0:
                self._left = self._room
                for kept in self.answers.values():
                    kept.clear()
            answers[key] = ready
        return ready

    def _plain(self, name: bytes, rest: bytes, variant: bytes) -> bytes | None:
        """A ready answer as CompiledZone.plain has it, None when it has none."""
        rdtype = _PLAIN_TYPES.get(rest)
        if rdtype is None or b"." in name or b"\\" in name:
            return None
        dotted = name.translate(_DOTTED)
        if bytes(map(len, dotted.split(b".")[1:])) != name.translate(None, _VISIBLE):
            return None  # a label of more than 32 octets, or one with unusual octets
        asked = dotted[1:].decode("latin-1")
        for zone in self._zones:
            if zone.covers(asked):
                found = zone.plain(asked, name, rdtype)
                if found is None:
                    return None
                octets, additional = found
                opt = OPTS[variant[0] >= DO] if variant[0] & EDNS else b""
                if 12 + len(name) + 4 + len(octets) + len(opt) > variant[1] << 8 | variant[2]:
                    return None
                head = _HEAD(0x8400 | (variant[0] & RD) << 8, 1, 1, 0, additional + bool(opt))
                return head + octets + opt
        return None

    def _any(self, query: bytes, end: int, transport: str, name: bytes, variant: bytes) -> bytes | None:
        labels = labels_of(name)
        if labels is None:
            return None
        asked = text_of(labels)
        qtype, qclass = _TYPE_CLASS(query, end - 4)
        decision = self._direct(asked, qtype, qclass) or self._decide(asked, qtype, qclass)
        if any(record.rdtype == "DNAME" for record in decision[2][0]):
            return None
        ready = _written(name + query[end - 4 : end], asked, variant, decision)
        if ready is None:
            tail = self._build(query, transport)
            ready = tail[:10] + tail[end - 2 :]
        return ready

    def _direct(self, asked: str, qtype: int, qclass: int) -> Decision | None:
        """As decide, for questions whose answers simply stand in a zone. None when they don't."""
        for zone in self._zones:
            if zone.covers(asked):
                found = zone.direct(asked, rdtype_text(qtype)) if qclass == 1 else None
                return None if found is None else (0, True, (found[0], (), found[1]))
        return None


def _written(question: bytes, asked: str, variant: bytes, decision: Decision) -> bytes | None:
    """A ready answer, None when it does not fit."""
    rcode, aa, sections = decision
    writer = Writer(question, asked)
    for records in sections:
        for record in records:
            writer.record(record)
    opt = OPTS[bool(variant[0] & DO)] if variant[0] & EDNS else b""
    if writer.size + len(opt) > variant[1] << 8 | variant[2]:
        return None
    answer, authority, additional = [len(records) for records in sections]
    flags = 0x8000 | aa << 10 | (variant[0] & RD) << 8 | rcode
    return _HEAD(flags, 1, answer, authority, additional + bool(opt)) + writer.octets + opt


def limit_of(transport: str, offered: int | None) -> int:
    """How many octets an answer may have; offered is what the OPT of the query says, None without one."""
    if transport != "udp":
        return TCP_LIMIT
    return 512 if offered is None else min(max(512, offered), UDP_LIMIT)  # RFC 6891 6.2.3, 6.2.5


def variant_of(head: bytes, rest: bytes, transport: str) -> bytes | None:
    """The variant of a query, from its octets 2 to 11 and those behind its question. None when it is no plain one."""
    if head[0] & 0xF8 or head[2:8] != b"\0\1\0\0\0\0" or head[8]:
        return None
    flags = head[0] & RD
    if not head[9]:
        return _VARIANT(flags, limit_of(transport, None))
    if head[9] > 1 or len(rest) < OPT_SIZE:
        return None
    owner, rdtype, size, _, version, bits, length = _OPT(rest)
    end = OPT_SIZE + length
    if owner or rdtype != 41 or version or end > len(rest):
        return None
    at = OPT_SIZE
    while at < end:
        if at + 4 > end:
            return None
        at += 4 + _OPTION(rest, at)[1]
    if at > end:
        return None
    return _VARIANT(flags | EDNS | (DO if bits & 0x8000 else 0), limit_of(transport, size))


def variant_in(variants: dict[bytes, bytes], head: bytes, rest: bytes, transport: str) -> bytes | None:
    """As variant_of, which is asked only for what variants doesn't have yet."""
    variant = variants.get(head + rest)
    if variant is None:
        variant = variant_of(head, rest, transport)
        if variant is not None:
            if len(variants) >= MAX_VARIANTS:
                variants.clear()
            variants[head + rest] = variant
    return variant


def labels_of(name: bytes) -> list[bytes] | None:
    """The labels of a name in wire form, None when it is not exactly one, uncompressed."""
    labels, at, last = [], 0, len(name) - 1
    if last >= MAX_NAME:
        return None
    while at < last:
        length = name[at]
        at += 1 + length
        if not 0 < length <= MAX_LABEL or at > last:
            return None
        labels.append(name[at - length : at])
    return labels


def text_of(labels: list[bytes]) -> str:
    """As names.from_labels, faster where no octet has to be escaped."""
    joined = b".".join(labels)
    if joined.translate(None, b"-._").isalnum() and joined.count(b".") == len(labels) - 1:
        return joined.decode("ascii") + "."
    return from_labels(labels)
