"""What the faults do, each a pure function of a query, a correct answer and parameters: steps come out.

A fault that changes the message takes it apart (net.server.faults.parts) and keeps what it doesn't change; one that
finds no message any more, because an earlier fault spoiled it, leaves things as they are. Records that are made up
point to names under kms.fault.test (see net.server.faults.names) and have a TTL of 60 seconds.
"""

from __future__ import annotations

import struct

from kmsdns.model.names import to_wire
from kmsdns.model.records import RDTYPES
from kmsdns.net.server.faults.parts import AA, TC, Rr, Unreadable, read, udp_limit
from kmsdns.net.server.faults.steps import ClosePort, CloseStep, FaultCase, ReplyStep, Step, Wait, frame
from kmsdns.net.server.response_cache import TCP_LIMIT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kmsdns.net.server.faults.parts import Parts

    Function = Callable[[FaultCase, ReplyStep], tuple[Step, ...]]

NOERROR, FORMERR, NXDOMAIN = 0, 1, 3
CHAOS = 3  # the class
FAMILY = "kms.fault.test."  # made-up names are below it, and have addresses when they are asked for

_A, _NS, _CNAME, _SOA, _TXT, _AAAA, _SRV = (RDTYPES[word] for word in "A NS CNAME SOA TXT AAAA SRV".split())
_HEADER_SIZE = 12
_OVERRUN = 63  # octets that the label of label_overrun promises
_HAVING = b"only-so-much-follows"


def message(change: Callable[[FaultCase, Parts], Parts]) -> Function:
    """A fault that changes the parts of a message; the result is what the client takes, or truncated."""

    def fault(case: FaultCase, reply: ReplyStep) -> tuple[Step, ...]:
        try:
            parts = read(reply.message)
        except Unreadable:
            return (reply,)
        changed = change(case, parts)
        if changed == parts:
            return (reply,)
        return (reply.replace(message=changed.fit(_limit(case))),)

    return fault


def _limit(case: FaultCase) -> int:
    return udp_limit(case.query) if case.transport == "udp" else TCP_LIMIT


def octets(change: Callable[[FaultCase, bytes], bytes]) -> Function:
    """A fault that changes the octets of a message, whatever they are."""

    def fault(case: FaultCase, reply: ReplyStep) -> tuple[Step, ...]:
        return (reply.replace(message=change(case, reply.message)),)

    return fault


def rcode(number: int) -> Function:
    """A fault that answers with a response code and nothing else."""
    return message(lambda _case, parts: parts.bare(number))


# Whether, when and from where the answer comes


def drop(_case: FaultCase, _reply: ReplyStep) -> tuple[Step, ...]:
    """Silence."""
    return ()


def flap(case: FaultCase, reply: ReplyStep) -> tuple[Step, ...]:
    """n queries are answered, then n are not, and so on."""
    return () if (case.number - 1) // case.n % 2 else (reply,)


def delay(case: FaultCase, reply: ReplyStep) -> tuple[Step, ...]:
    """The answer after ms milliseconds."""
    return (Wait(seconds=case.ms / 1000), reply)


def duplicate(case: FaultCase, reply: ReplyStep) -> tuple[Step, ...]:
    """The answer n times."""
    return (reply,) * case.n


def reorder(case: FaultCase, reply: ReplyStep) -> tuple[Step, ...]:
    """Of every two answers the first leaves behind the second, or after ms milliseconds when no second comes."""
    return (reply.replace(later=case.ms / 1000) if case.number % 2 else reply,)


def wrong_address(_case: FaultCase, reply: ReplyStep) -> tuple[Step, ...]:
    """The answer from another socket."""
    return (reply.replace(elsewhere=True),)


def close_port(case: FaultCase, reply: ReplyStep) -> tuple[Step, ...]:
    """The port closes: behind the last answer that is let through (number 0), or instead of the first one."""
    closing = ClosePort(transport=case.only)
    return (closing,) if case.number else (reply, closing)


# Other answers than the correct one


def _soa(case: FaultCase, parts: Parts) -> Rr:
    """What proves a denial: the answer's own SOA, the zone's, or one made up for the domain above the name."""
    own = [rr for rr in parts.authority if rr.rtype == _SOA]
    if own:
        return own[0]
    if case.soa is not None:
        return Rr(owner=case.soa_owner, rtype=_SOA, ttl=case.soa_ttl, rdata=case.soa)
    name = owner = parts.asked or b"\0"
    while owner[1:2] == b"_":
        owner = owner[owner[0] + 1 :]
    if owner == name and len(name) > 1:
        owner = name[name[0] + 1 :]
    host = to_wire(FAMILY)
    return Rr(owner=owner, rtype=_SOA, rdata=host + host + struct.pack("!5I", 1, 7200, 900, 1209600, 60))


def _denial(number: int) -> Callable[[FaultCase, Parts], Parts]:
    def deny(case: FaultCase, parts: Parts) -> Parts:
        return parts.bare(number, AA).replace(authority=(_soa(case, parts),))

    return deny


nxdomain = message(_denial(NXDOMAIN))
nodata = message(_denial(NOERROR))


def truncated(_case: FaultCase, parts: Parts) -> Parts:
    """TC set, and no records."""
    return parts.bare(parts.flags & 15, parts.flags & AA | TC)


def no_edns(_case: FaultCase, parts: Parts) -> Parts:
    """FORMERR without OPT when the query had one: the server is older than EDNS."""
    return parts if parts.opt is None else parts.bare(FORMERR).replace(opt=None)


def edns_badvers(_case: FaultCase, parts: Parts) -> Parts:
    """BADVERS, 16, whose upper bits stand in OPT (RFC 6891 6.1.3), when the query had an OPT."""
    if parts.opt is None:
        return parts
    return parts.bare(NOERROR).replace(opt=parts.opt[:5] + b"\1" + parts.opt[6:])


def lame(_case: FaultCase, parts: Parts) -> Parts:
    """A referral to the root, without authority."""
    return parts.bare(NOERROR).replace(authority=(Rr(owner=b"\0", rtype=_NS, rdata=to_wire(FAMILY)),))


def stale_serial(case: FaultCase, parts: Parts) -> Parts:
    """SOA serials lowered by n (RFC 1982: modulo 2**32)."""

    def older(rr: Rr) -> Rr:
        if rr.rtype != _SOA:
            return rr
        serial = (int.from_bytes(rr.rdata[-20:-16], "big") - case.n) % 2**32
        return rr.replace(rdata=rr.rdata[:-20] + serial.to_bytes(4, "big") + rr.rdata[-16:])

    return parts.replace(answer=tuple(map(older, parts.answer)), authority=tuple(map(older, parts.authority)))


def cname_loop(_case: FaultCase, parts: Parts) -> Parts:
    """An alias, and from there one back."""
    if not parts.asked:
        return parts
    other = to_wire("loop." + FAMILY)
    there = Rr(owner=parts.asked, rtype=_CNAME, rdata=other)
    back = Rr(owner=other, rtype=_CNAME, rdata=parts.asked)
    return parts.bare(NOERROR, AA).replace(answer=(there, back))


def cname_chain(case: FaultCase, parts: Parts) -> Parts:
    """n aliases in front of what is there."""
    if not parts.asked:
        return parts
    owners = [parts.asked, *[to_wire(f"c{number}.{FAMILY}") for number in range(1, case.n + 1)]]
    chain = [Rr(owner=owners[at], rtype=_CNAME, rdata=owners[at + 1]) for at in range(case.n)]
    asked = parts.asked.lower()
    moved = [rr.replace(owner=owners[-1]) if rr.owner.lower() == asked else rr for rr in parts.answer]
    return parts.replace(answer=(*chain, *moved))


def huge(case: FaultCase, parts: Parts) -> Parts:
    """n records of the type asked for, as far as a message can hold them."""
    answer, room = [], TCP_LIMIT - len(parts.bare(0).pack())
    for number in range(case.n):
        rdata = _made_up(parts.qtype, number)
        if rdata is None:
            return parts
        room -= len(rdata) + 12  # a pointer to the owner, and what has a fixed size
        if room < 0:
            break
        answer.append(Rr(owner=parts.asked, rtype=parts.qtype, rdata=rdata))
        if TCP_LIMIT - room > _limit(case):
            break  # so much is truncated anyway
    return parts.bare(NOERROR, AA).replace(answer=tuple(answer))


def _made_up(rtype: int, number: int) -> bytes | None:
    """Some rdata, another for each number; None for types that aren't made up here."""
    if rtype == _SRV:
        return struct.pack("!3H", 0, 0, 1688) + to_wire(f"h{number}.{FAMILY}")
    if rtype == _A:
        return struct.pack("!I", 0x7F010000 + number)  # 127.1.0.0 and up
    if rtype == _AAAA:
        return struct.pack("!I8xI", 0x20010DB8, number)
    if rtype == _TXT:
        text = b"%d" % number
        return bytes((len(text),)) + text
    return None


def wrong_type(_case: FaultCase, parts: Parts) -> Parts:
    """One record of another type than was asked for."""
    if not parts.asked:
        return parts
    other = (_A, b"\x7f\0\0\1") if parts.qtype == _TXT else (_TXT, b"\x0awrong type")
    return parts.bare(NOERROR, AA).replace(answer=(Rr(owner=parts.asked, rtype=other[0], rdata=other[1]),))


def wrong_class(_case: FaultCase, parts: Parts) -> Parts:
    """The records of the answer in class CH, not IN."""
    parts = _with_answer(parts)
    return parts.replace(answer=tuple([rr.replace(rclass=CHAOS) for rr in parts.answer]))


def no_question(_case: FaultCase, parts: Parts) -> Parts:
    """The records without the question."""
    return parts.replace(asked=b"")


# Messages that are none, or not the ones waited for


def wrong_id(_case: FaultCase, data: bytes) -> bytes:
    """The next id."""
    return ((int.from_bytes(data[:2], "big") + 1) % 65536).to_bytes(2, "big") + data[2:]


def wrong_question(_case: FaultCase, data: bytes) -> bytes:
    """The question, and all that points to it, with the last octet of its first label another one."""
    if not _has_question(data):
        return data
    first = data[_HEADER_SIZE]
    if not first:  # the root: another type instead
        return data[:14] + bytes((data[14] ^ 1,)) + data[15:]
    at = _HEADER_SIZE + first
    return data[:at] + (b"y" if data[at : at + 1] in b"xX" else b"x") + data[at + 1 :]


def case_flip(_case: FaultCase, data: bytes) -> bytes:
    """Capitals for small letters in the question, and small letters for capitals."""
    if not _has_question(data):
        return data
    end = data.index(b"\0", _HEADER_SIZE)
    return data[:_HEADER_SIZE] + data[_HEADER_SIZE:end].swapcase() + data[end:]


def garbage(case: FaultCase, data: bytes) -> bytes:
    """The right id, and after it no message."""
    return data[:2] + b"\xff" * (case.size - 2)


def short(case: FaultCase, data: bytes) -> bytes:
    """The first octets, fewer than a header has."""
    return data[: case.size]


def trailing_bytes(case: FaultCase, data: bytes) -> bytes:
    """Octets behind the end of the message."""
    return data + bytes(case.size)


def _has_question(data: bytes) -> bool:
    return len(data) > _HEADER_SIZE + 4 and data[4:6] == b"\0\1"


def _with_answer(parts: Parts) -> Parts:
    """With a record in the answer section to be spoiled, made up when there is none."""
    if parts.answer:
        return parts
    rdata = _made_up(parts.qtype, 0) or b"\0"
    return parts.replace(answer=(Rr(owner=parts.asked or b"\0", rtype=parts.qtype, rdata=rdata),))


def _first_answer(change: Callable[[FaultCase, Parts, int], Rr]) -> Callable[[FaultCase, Parts], Parts]:
    """Changes the first record of the answer section; change is told at which offset it stands."""

    def spoil(case: FaultCase, parts: Parts) -> Parts:
        parts = _with_answer(parts)
        start = _HEADER_SIZE + (len(parts.asked) + 4 if parts.asked else 0)
        return parts.replace(answer=(change(case, parts, start), *parts.answer[1:]))

    return spoil


bad_compression_loop = _first_answer(lambda _, parts, at: parts.answer[0].replace(owner=_pointer(at)))
bad_compression_forward = _first_answer(
    # The name it leads to is there: the target of an SRV record stands 18 octets on, other rdata 12.
    lambda _, parts, at: parts.answer[0].replace(owner=_pointer(at + (18 if parts.answer[0].rtype == _SRV else 12)))
)
bad_rdlength = _first_answer(
    lambda case, parts, _: parts.answer[0].replace(lie=min(len(parts.answer[0].rdata) + case.size, 65535))
)


def label_overrun(_case: FaultCase, parts: Parts) -> Parts:
    """The message ends within the owner of its only record, whose label promises more octets than there are."""
    lie = Rr(owner=bytes((_OVERRUN,)) + _HAVING, rtype=0, rdata=b"")
    return parts.bare(NOERROR, AA).replace(answer=(lie,), opt=None)


def _pointer(at: int) -> bytes:
    return (0xC000 | at).to_bytes(2, "big")


# What only TCP can do


def empty_tcp(_case: FaultCase, reply: ReplyStep) -> tuple[Step, ...]:
    """A length field of 0 and no message."""
    return (reply.replace(message=b"", length=0),)


def tcp_close(case: FaultCase, reply: ReplyStep) -> tuple[Step, ...]:
    """So many octets of the answer, its length field included, and the end of the connection."""
    sent = (reply.replace(limit=case.size),) if case.size else ()
    return (*sent, CloseStep())


def tcp_reset(_case: FaultCase, _reply: ReplyStep) -> tuple[Step, ...]:
    """A reset instead of an answer."""
    return (CloseStep(reset=True),)


def tcp_slow(case: FaultCase, reply: ReplyStep) -> tuple[Step, ...]:
    """So many octets in a second: twenty times a second some of them, or one at a time when they are fewer."""
    size = max(1, case.size // 20)
    return (reply.replace(first=0, piece=size, pause=size / case.size),)


def tcp_split(case: FaultCase, reply: ReplyStep) -> tuple[Step, ...]:
    """n writes, the first of one octet: half the length field. ms milliseconds between them."""
    size = -(-(len(frame(reply)) - 1) // (case.n - 1))
    return (reply.replace(first=1, piece=max(size, 1), pause=case.ms / 1000),)


def tcp_length_lie(case: FaultCase, reply: ReplyStep) -> tuple[Step, ...]:
    """A length field of so many octets more than follow; the connection stays open."""
    return (reply.replace(length=min(len(reply.message) + case.size, TCP_LIMIT)),)
