"""Which queries can be answered from a table: plain questions, told by their octets alone.

A plain query has one question whose name holds no octet 0 and is not compressed, and besides it nothing but perhaps an
OPT record at its end. Its answer depends on the question, whatever the case of its letters, and on its variant: RD,
whether there is an OPT, DO, and how large the answer may be.
"""

from __future__ import annotations

from struct import Struct

from kmsdns.model.names import MAX_LABEL, MAX_NAME, from_labels
from kmsdns.model.records import RDTYPES, rdtype_text
from kmsdns.net.server.packed_zone import Writer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kmsdns.model.records import Record
    from kmsdns.net.server.packed_zone import CompiledZone, Form

    Variant = tuple[bytes, int, bytes, int]
    """What tells it from others; of its answers the flags but for AA, the OPT record or b"", and the most octets."""
    Order = tuple[str, Form, int]
    """The type that is asked for, and what the variant says of the answer."""
    Sections = tuple[Sequence[Record], Sequence[Record], Sequence[Record]]
    Decision = tuple[int, bool, Sections]  # response code, AA

UDP_LIMIT = 1232  # octets: what passes every path unfragmented (DNS flag day 2020)
TCP_LIMIT = 65_535
OPT_SIZE = 11

MAX_VARIANTS = 4096  # kept; some clients put something new into each OPT
MAX_SHAPES = 65_536

MAX_WHOLE = 256  # octets that a query whose answer is kept whole stays below: net.server.mmsg finds no longer one

_ENTRY_ROOM = 192  # octets that Python needs besides the octets of a question and its answer
_HEAD = Struct("!HHHHH").pack  # of an answer: all of its header but the id
_TYPE_CLASS = Struct("!HH").unpack_from
_VARIANT = Struct("!HH").pack
_OPT = Struct("!BHHBBHH").unpack_from  # owner, type, size, extended RCODE, version, flags, RDLENGTH
_OPTION = Struct("!HH").unpack_from

SHORT = ("A", "PTR", "TXT", "AAAA", "SRV", "SVCB", "HTTPS")
"""The types that CompiledZone.short is asked for: none that stands for others, or that belongs to two zones."""

_SHORT = {bytes((0, RDTYPES[rdtype], 0, 1)): rdtype for rdtype in SHORT}  # by type and class

_ORDINARY = b"abcdefghijklmnopqrstuvwxyz0123456789-_"
_SHAPE = bytes([octet if octet <= 0x20 else 0x21 if octet in _ORDINARY else 0xFF for octet in range(256)])
_DOTTED = bytes([0x2E if octet <= 0x20 else octet for octet in range(256)])

QR, AA, RD = 0x8000, 0x0400, 0x0100

OPTS = tuple([b"\0\0\x29" + UDP_LIMIT.to_bytes(2, "big") + b"\0\0" + do + b"\0\0\0" for do in (b"\0", b"\x80")])
"""The OPT record of an answer, without DO and with it (RFC 3225 3: the bit comes back)."""


class ResponseCache:
    """The answers to plain queries over one transport so far. Beyond room octets they are forgotten, and made anew.

    decide tells what to answer to a name in lower case, type and class; build gives a whole answer, cut if need be.
    No answer here has the first two octets, the id, which are the query's.
    """

    def __init__(
        self,
        zones: list[CompiledZone],
        transport: str,
        room: int,
        decide: Callable[[str, int, int], Decision],
        build: Callable[[bytes, str], bytes],
    ) -> None:
        self._zones, self._transport, self._decide, self._build = zones, transport, decide, build
        self._room = self._left = room
        self.whole: dict[bytes, bytes] = {}
        """Answers by all of the query but its id, when that is in lower case and has no EDNS option: most are."""
        self.parts: dict[bytes, bytes] = {}
        """Answers but for their question, by question and variant, to the other queries."""
        self.variants: dict[bytes, Variant] = {}
        self._orders: dict[bytes, Order] = {}
        self._shapes: set[bytes] = set()

    def quick(self, rest: bytes) -> bytes | None:
        """The answer to a query, here without its id, that isn't in whole, if CompiledZone.short has it."""
        end = -4 if rest[9:10] == b"\0" else -4 - OPT_SIZE
        order = self._orders.get(rest[:10] + rest[end:])
        if order is None or len(rest) >= MAX_WHOLE - 2:
            return None
        rdtype, form, limit = order
        name = rest[10:end]
        if name.translate(_SHAPE) not in self._shapes:
            return None
        asked = name.translate(_DOTTED).decode("ascii")[1:]
        for zone in self._zones:
            if asked.endswith(zone.below) or asked == zone.origin:
                answer = zone.short(asked, rest[10 : end + 4 or None], rdtype, form)
                if answer is None or len(answer) + 2 > limit:
                    return None
                self._left -= len(rest) + len(answer) + _ENTRY_ROOM
                if self._left < 0:
                    self._forget()
                self.whole[rest] = answer
                return answer
        return None

    def make(self, query: bytes) -> bytes | None:
        """The answer to a query for which there is none in whole.

        None when it is no plain one, or a DNAME is in the answer: the CNAME made from that is spelled as asked.
        """
        end = query.find(b"\0", 12) + 5
        if not 17 <= end <= len(query):
            return None
        rest = query[2:12] + query[end:]
        variant = self.variants.get(rest) or self._variant(rest)
        if variant is None:
            return None
        asked = query[12:end]
        name, kind = asked[:-4].lower(), asked[-4:]
        key = name + kind + variant[0]
        is_whole = asked.startswith(name) and len(query) <= end + OPT_SIZE and len(query) < MAX_WHOLE
        if is_whole and self._learns(name, kind, rest, variant):
            answer = self.quick(query[2:])
            if answer is not None:
                return answer
        ready = None if is_whole else self.parts.get(key)
        if ready is None:
            ready = self._any(query, end, name, variant)
            if ready is None:
                return None
            if is_whole:
                self._keep(self.whole, query[2:], ready[:10] + asked + ready[10:])
            else:
                self._keep(self.parts, key, ready)
        return ready[:10] + asked + ready[10:]

    def _keep(self, table: dict[bytes, bytes], key: bytes, answer: bytes) -> None:
        self._left -= len(key) + len(answer) + _ENTRY_ROOM
        if self._left < 0:
            self._forget()
        table[key] = answer

    def _forget(self) -> None:
        self._left = self._room
        self.whole.clear()
        self.parts.clear()

    def _learns(self, name: bytes, kind: bytes, rest: bytes, variant: Variant) -> bool:
        """Sees to it that quick knows what comes with a name, and the shape of it. False if it did, or can't."""
        rdtype, order = _SHORT.get(kind), rest[:10] + kind + rest[10:]
        shape = name.translate(_SHAPE)
        if rdtype is None or not _is_ordinary(shape) or (order in self._orders and shape in self._shapes):
            return False
        if len(self._orders) >= MAX_VARIANTS:
            self._orders.clear()
        if len(self._shapes) >= MAX_SHAPES:
            self._shapes.clear()
        _, flags, opt, limit = variant
        self._orders[order] = rdtype, (flags | AA, opt, bool(opt)), limit
        self._shapes.add(shape)
        return True

    def _variant(self, rest: bytes) -> Variant | None:
        """As variant_of, which is asked only for what the table doesn't have yet."""
        variant = variant_of(rest, self._transport)
        if variant is not None:
            if len(self.variants) >= MAX_VARIANTS:
                self.variants.clear()
            self.variants[rest] = variant
        return variant

    def _any(self, query: bytes, end: int, name: bytes, variant: Variant) -> bytes | None:
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
            tail = self._build(query, self._transport)
            ready = tail[:10] + tail[end - 2 :]
        return ready

    def _direct(self, asked: str, qtype: int, qclass: int) -> Decision | None:
        """As decide, for questions whose answers simply stand in a zone. None when they don't."""
        for zone in self._zones:
            if zone.covers(asked):
                found = zone.direct(asked, rdtype_text(qtype)) if qclass == 1 else None
                return None if found is None else (0, True, (found[0], (), found[1]))
        return None


def _written(question: bytes, asked: str, variant: Variant, decision: Decision) -> bytes | None:
    """A ready answer, None when it does not fit."""
    rcode, aa, sections = decision
    writer = Writer(question, asked)
    for records in sections:
        for record in records:
            writer.record(record)
    _, flags, opt, limit = variant
    if writer.size + len(opt) > limit:
        return None
    answer, authority, additional = [len(records) for records in sections]
    return _HEAD(flags | AA * aa | rcode, 1, answer, authority, additional + bool(opt)) + writer.octets + opt


def _is_ordinary(shape: bytes) -> bool:
    """Whether the labels of a name have none but ordinary octets, and not more than 32; told by its shape."""
    labels = labels_of(shape)
    return bool(labels) and b"\xff" not in shape and not any(label.translate(None, b"!") for label in labels or ())


def limit_of(transport: str, offered: int | None) -> int:
    """How many octets an answer may have; offered is what the OPT of the query says, None without one."""
    if transport != "udp":
        return TCP_LIMIT
    return 512 if offered is None else min(max(512, offered), UDP_LIMIT)  # RFC 6891 6.2.3, 6.2.5


def variant_of(rest: bytes, transport: str) -> Variant | None:
    """The variant of a query, from its octets but the id and the question. None when it is no plain one."""
    if rest[0] & 0xF8 or rest[2:8] != b"\0\1\0\0\0\0" or rest[8]:
        return None
    flags, opt, offered = QR | (rest[0] << 8 & RD), b"", None
    if rest[9]:
        if rest[9] > 1 or len(rest) < 10 + OPT_SIZE:
            return None
        owner, rdtype, offered, _, version, bits, length = _OPT(rest, 10)
        at = 10 + OPT_SIZE
        end = at + length
        if owner or rdtype != 41 or version or end > len(rest):
            return None
        while at < end:
            if at + 4 > end:
                return None
            at += 4 + _OPTION(rest, at)[1]
        if at > end:
            return None
        opt = OPTS[bits >> 15]
    limit = limit_of(transport, offered)
    return _VARIANT(flags, limit) + opt, flags, opt, limit


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
