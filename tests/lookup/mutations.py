"""Mutated messages: a deterministic stream of octets that are almost DNS, made from real messages.

mutant(seed, index) is always the same octets, so a failure is repeated by its two numbers.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

import dns.edns
import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rrset
import dns.update


class Raw(NamedTuple):
    """Where a record stands in a message: offsets, and the fields between owner and rdata."""

    section: int  # 0 answer, 1 authority, 2 additional
    start: int
    fixed: int  # offset of TYPE
    rdtype: int
    rdclass: int
    ttl: int
    rdata: int  # offset
    length: int


def skip_name(data: bytes, at: int) -> int:
    """The offset behind a name, which is not looked into. IndexError at the end of data."""
    while True:
        octet = data[at]
        if octet >= 0xC0:
            return at + 2
        at += octet + 1
        if octet == 0:
            return at


def layout(data: bytes) -> Iterator[Raw]:
    """The records of a message as far as they can be told apart; quietly ends where they can't."""
    try:
        _, _, qdcount, *counts = struct.unpack_from("!6H", data)
        at = 12
        for _ in range(qdcount):
            at = skip_name(data, at) + 4
        for section, count in enumerate(counts):
            for _ in range(count):
                start, fixed = at, skip_name(data, at)
                rdtype, rdclass, ttl, length = struct.unpack_from("!HHIH", data, fixed)
                yield Raw(section, start, fixed, rdtype, rdclass, ttl, fixed + 10, length)
                at = fixed + 10 + length
    except (IndexError, struct.error):
        return


def _message(
    name: str,
    rdtype: str,
    *records: str,
    flags: str = "QR RD RA",
    rcode: str = "NOERROR",
    edns: bool = True,
    do: bool = False,
    options: tuple[dns.edns.Option, ...] = (),
    rdclass: str = "IN",
) -> bytes:
    """A message. Each record is a line, led by the section it belongs to: "answer a.test. 60 IN A 192.0.2.1"."""
    message = dns.message.make_query(name, rdtype, rdclass, use_edns=False, id=0x1234)
    message.flags = dns.flags.from_text(flags)
    if edns:
        message.use_edns(0, dns.flags.DO if do else 0, 1232, options=list(options))
    message.set_rcode(dns.rcode.from_text(rcode))
    for line in records:
        section, owner, ttl, cls, kind, rdata = line.split(" ", 5)
        # One RRset a record: dnspython shuffles the records of an RRset.
        getattr(message, section).append(dns.rrset.from_text(owner, int(ttl), cls, kind, rdata))
    return message.to_wire(max_size=65535)


def _append(message: bytes, record: bytes, count_at: int) -> bytes:
    """The message with a record's octets behind it, and one of its counts raised."""
    (count,) = struct.unpack_from("!H", message, count_at)
    return message[:count_at] + struct.pack("!H", count + 1) + message[count_at + 2 :] + record


_SRV = "_vlmcs._tcp.contoso.com."
_SOA = "contoso.com. 3600 IN SOA ns1.contoso.com. hostmaster.contoso.com. 2026010101 7200 900 1209600 300"
_SIGNATURE = "13 2 3600 20260201000000 20260101000000 4242 contoso.com. c2lnbmF0dXJl"


def _update(*types: str) -> bytes:
    """An UPDATE that adds a record of SRV, and has some said of records of these types: nothing is there, all goes."""
    update = dns.update.UpdateMessage("contoso.com.", id=0x1234)
    for rdtype in types:
        update.absent("kms.contoso.com.", rdtype)
        update.delete("old.contoso.com.", rdtype)
    update.delete(_SRV, "SRV", "0 0 1688 old.contoso.com.")
    update.add(_SRV, 60, "SRV", "0 0 1688 kms.contoso.com.")
    return update.to_wire()


def _chain() -> bytes:
    """Each of 17 owners is a pointer to the one before: the last takes 16, the most there may be."""
    fixed = struct.pack("!HHIH4B", 1, 1, 60, 4, 192, 0, 2, 1)
    message, at = struct.pack("!6H", 0x1234, 0x8180, 0, 17, 0, 0) + b"\3kms\4test\0" + fixed, 12
    for _ in range(16):
        message, at = message + struct.pack("!H", 0xC000 | at) + fixed, len(message)
    return message


@cache
def corpus() -> tuple[bytes, ...]:
    """Messages as they come, and as they seldom do: what the mutants are made from."""
    ede = dns.edns.EDEOption(dns.edns.EDECode.PROHIBITED, "not from here")
    cyrillic = dns.edns.EDEOption(dns.edns.EDECode.OTHER, "\u0441\u0442\u043e\u043f")
    compressed_target = struct.pack("!HHIHHHHH", 33, 1, 60, 8, 0, 0, 1688, 0xC018)  # "contoso.com." of the question
    compressed_dname = struct.pack("!HHIHH", 39, 1, 60, 2, 0xC018)
    tsig = bytes.fromhex("036b657900 00fa00ff00000000 0019 03616c6700 000065000000 012c 0004 01020304 1234 0000 0000")
    return (
        _message(_SRV, "SRV", flags="RD"),
        _message(
            _SRV,
            "SRV",
            *[f"answer {_SRV} 3600 IN SRV 0 {n} 1688 kms0{n}.contoso.com." for n in (1, 2)],
            *[f"additional kms0{n}.contoso.com. 3600 IN A 192.0.2.{n}" for n in (1, 2)],
            "additional kms01.contoso.com. 3600 IN AAAA 2001:db8::1",
            flags="QR AA RD",
        ),
        _append(_message(_SRV, "SRV", edns=False), b"\xc0\x0c" + compressed_target, 6),
        _append(_message(_SRV, "SRV", edns=False), b"\4kms2\xc0\x18" + compressed_dname, 6),
        _message(
            _SRV,
            "SRV",
            f"answer {_SRV} 60 IN CNAME srv.kms.test.",
            "answer srv.kms.test. 60 IN CNAME other.kms.test.",
            "answer other.kms.test. 60 IN SRV 10 0 1688 kms.test.",
        ),
        _message(_SRV, "SRV", f"authority {_SOA}", rcode="NXDOMAIN", options=(ede,)),
        _message(_SRV, "SRV", f"authority {_SOA}", flags="QR AA", edns=False),
        _message(
            _SRV,
            "SRV",
            "authority contoso.com. 3600 IN NS ns1.contoso.com.",
            "authority contoso.com. 3600 IN NS ns.example.",
            "additional ns1.contoso.com. 3600 IN A 192.0.2.53",
            "additional ns1.contoso.com. 3600 IN AAAA 2001:db8:53::",
            flags="QR",
        ),
        _message(
            "contoso.com.",
            "ANY",
            "answer contoso.com. 300 IN MX 10 mx.contoso.com.",
            'answer contoso.com. 300 IN TXT "v=spf1 -all" "x"',
            'answer contoso.com. 300 IN CAA 0 issue "ca.test"',
            'answer contoso.com. 300 IN NAPTR 10 20 "s" "SIP+D2U" "" _sip._udp.contoso.com.',
            "answer contoso.com. 300 IN HTTPS 1 . alpn=h2 ipv4hint=192.0.2.1",
        ),
        _message(
            _SRV,
            "SRV",
            f"answer {_SRV} 3600 IN SRV 0 0 1688 kms.contoso.com.",
            f"answer {_SRV} 3600 IN RRSIG SRV {_SIGNATURE}",
            "authority contoso.com. 3600 IN NSEC _vlmcs._tcp.contoso.com. A NS SOA SRV RRSIG NSEC",
            "authority contoso.com. 3600 IN DS 4242 13 2 " + "ab" * 32,
            flags="QR RD RA AD",
            do=True,
        ),
        _message(
            "kms.old.test.",
            "A",
            "answer old.test. 60 IN DNAME new.test.",
            "answer kms.old.test. 60 IN CNAME kms.new.test.",
            "answer kms.new.test. 60 IN A 198.51.100.7",
        ),
        _message("version.bind.", "TXT", 'answer version.bind. 0 CH TXT "none of it"', rdclass="CH", edns=False),
        _message(
            r"\000\255\.\".te\032st.",
            "SRV",
            r"answer \000\255\.\".te\032st. 4294967295 IN SRV 65535 65535 65535 \001\200.te\032st.",
            r"additional \001\200.te\032st. 60 IN A 203.0.113.9",
        ),
        _message("7.2.0.192.in-addr.arpa.", "PTR", "answer 7.2.0.192.in-addr.arpa. 60 IN PTR kms.contoso.com."),
        _message(
            _SRV,
            "SRV",
            f"answer {_SRV} 60 IN SRV 0 0 0 .",
            options=(
                dns.edns.NSIDOption(b"ns1"),
                dns.edns.ECSOption("192.0.2.0", 24, 24),
                dns.edns.CookieOption(b"01234567", b"89abcdef"),
                ede,
                dns.edns.GenericOption(dns.edns.OptionType.PADDING, b"\0" * 9),
            ),
        ),
        _message(_SRV, "SRV", flags="QR TC RD RA"),
        _message(_SRV, "SRV", flags="QR", rcode="BADVERS", options=(cyrillic,)),
        _append(_message(_SRV, "SRV", f"answer {_SRV} 60 IN SRV 0 0 1688 kms.test."), tsig, 10),
        _message("kms.test.", "A", *[f"answer kms.test. 60 IN A 192.0.2.{n}" for n in range(1, 30)], edns=False),
        _chain(),
        _update("A", "SRV"),
        _update("CNAME", "NS"),
    )


def _somewhere(data: bytearray, dice: random.Random) -> int:
    """An offset, behind the header nine times of ten."""
    low = 12 if len(data) > 12 and dice.random() < 0.9 else 0
    return dice.randrange(low, len(data)) if len(data) > low else 0


def _record(data: bytearray, dice: random.Random) -> Raw | None:
    records = list(layout(bytes(data)))
    return dice.choice(records) if records else None


def flip_bit(data: bytearray, dice: random.Random) -> None:
    if data:
        data[_somewhere(data, dice)] ^= 1 << dice.randrange(8)


def set_octet(data: bytearray, dice: random.Random) -> None:
    if data:
        data[_somewhere(data, dice)] = dice.choice((0, 1, 0x3F, 0x40, 0x7F, 0x80, 0xC0, 0xFF, dice.randrange(256)))


def truncate(data: bytearray, dice: random.Random) -> None:
    del data[_somewhere(data, dice) :]


def insert(data: bytearray, dice: random.Random) -> None:
    at = _somewhere(data, dice)
    data[at:at] = dice.randbytes(dice.randrange(1, 5))


def delete(data: bytearray, dice: random.Random) -> None:
    at = _somewhere(data, dice)
    del data[at : at + dice.randrange(1, 5)]


def append(data: bytearray, dice: random.Random) -> None:
    data += dice.randbytes(dice.randrange(1, 16))


def splice_pointer(data: bytearray, dice: random.Random) -> None:
    """Two octets become a pointer, wherever; half of the time it leads to close by."""
    at = _somewhere(data, dice)
    if at + 2 <= len(data):
        target = at + dice.randrange(-24, 8) if dice.random() < 0.5 else dice.randrange(len(data) + 16)
        struct.pack_into("!H", data, at, 0xC000 | max(target, 0) & 0x3FFF)


def point_name(data: bytearray, dice: random.Random) -> None:
    """An owner that is a pointer already, or the end of rdata, leads elsewhere."""
    record = _record(data, dice)
    if record is not None:
        at = record.start if dice.random() < 0.5 else record.rdata + record.length - 2
        if 12 <= at <= len(data) - 2:
            struct.pack_into("!H", data, at, 0xC000 | dice.randrange(record.start + 2))


def set_flags(data: bytearray, dice: random.Random) -> None:
    """Any flags, opcode and RCODE; UPDATE, which reads sections in a way of its own, more often than by chance."""
    if len(data) >= 12:
        flags = dice.randrange(65536)
        if dice.random() < 0.2:
            flags = flags & 0x87FF | dns.opcode.UPDATE << 11
        struct.pack_into("!H", data, 2, flags)


def lie_count(data: bytearray, dice: random.Random) -> None:
    if len(data) >= 12:
        at = dice.choice((4, 6, 8, 10))
        (count,) = struct.unpack_from("!H", data, at)
        count = dice.choice((count + 1, count - 1, 0, count * 2, dice.randrange(65536)))
        struct.pack_into("!H", data, at, count & 0xFFFF)


def shift_sections(data: bytearray, dice: random.Random) -> None:
    """A record moves to the neighbouring section, the total stays."""
    if len(data) >= 12:
        first, second = dice.choice(((6, 8), (8, 6), (8, 10), (10, 8), (6, 10), (10, 6)))
        (less,), (more,) = struct.unpack_from("!H", data, first), struct.unpack_from("!H", data, second)
        if less:
            struct.pack_into("!H", data, first, less - 1)
            struct.pack_into("!H", data, second, (more + 1) & 0xFFFF)


def lie_rdlength(data: bytearray, dice: random.Random) -> None:
    record = _record(data, dice)
    if record is not None:
        length = record.length + dice.choice((-2, -1, 1, 2, -record.length, dice.randrange(300)))
        struct.pack_into("!H", data, record.rdata - 2, length & 0xFFFF)


def swap_rdlengths(data: bytearray, dice: random.Random) -> None:
    one, other = _record(data, dice), _record(data, dice)
    if one is not None and other is not None:
        struct.pack_into("!H", data, one.rdata - 2, other.length)
        struct.pack_into("!H", data, other.rdata - 2, one.length)


def resize_rdata(data: bytearray, dice: random.Random) -> None:
    """Octets are added to or taken from the end of rdata, and RDLENGTH tells so."""
    record = _record(data, dice)
    if record is not None and record.rdata + record.length <= len(data):
        end, delta = record.rdata + record.length, dice.choice((-2, -1, 1, 2))
        if delta > 0 and record.length + delta < 65536:
            data[end:end] = dice.randbytes(delta)
        elif -delta <= record.length:
            del data[end + delta : end]
        else:
            return
        struct.pack_into("!H", data, record.rdata - 2, record.length + delta)


def retype(data: bytearray, dice: random.Random) -> None:
    record = _record(data, dice)
    if record is not None:
        known = (1, 2, 5, 6, 12, 16, 28, 33, 39, 41, 250, 255, 65280)
        struct.pack_into("!H", data, record.fixed, dice.choice(known))


def reclass(data: bytearray, dice: random.Random) -> None:
    record = _record(data, dice)
    if record is not None:
        struct.pack_into("!H", data, record.fixed + 2, dice.choice((0, 1, 3, 4, 254, 255, 4096)))


def raise_ttl(data: bytearray, dice: random.Random) -> None:
    record = _record(data, dice)
    if record is not None:
        struct.pack_into("!I", data, record.fixed + 4, dice.choice((0, 2**31 - 1, 2**31, 2**32 - 1)))


def repeat_record(data: bytearray, dice: random.Random) -> None:
    """The last record of the message once more, and counted; it may have its owner from the one before."""
    records = list(layout(bytes(data)))
    if records:
        last = records[-1]
        owner = (
            data[last.start : last.fixed] if dice.random() < 0.5 else struct.pack("!H", 0xC000 | last.start & 0x3FFF)
        )
        (count,) = struct.unpack_from("!H", data, 10)
        struct.pack_into("!H", data, 10, (count + 1) & 0xFFFF)
        data += owner + data[last.fixed : last.rdata + last.length]


MUTATIONS: tuple[Callable[[bytearray, random.Random], None], ...] = (
    flip_bit, flip_bit, set_octet, truncate, insert, delete, append, splice_pointer, splice_pointer, point_name,
    point_name, set_flags, lie_count, shift_sections, lie_rdlength, swap_rdlengths, resize_rdata, retype, reclass,
    raise_ttl, repeat_record,
)  # fmt: skip


def mutant(seed: int, index: int) -> bytes:
    """One message of the corpus, in turn, after one to three mutations."""
    dice = random.Random(f"{seed}/{index}")
    messages = corpus()
    data = bytearray(messages[index % len(messages)])
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        dice.choice(MUTATIONS)(data, dice)
    return bytes(data)
