"""The codec by hand: what is read, what is refused and why (the seven classes of RFC 9267), and what is sent.

Long: every refusal has its message, octet by octet.
"""

from __future__ import annotations

import pickle
import socket
import struct
import sys
import time
from typing import Any

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import dnslib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kmsdns.errors import KmsdnsError
from kmsdns.lookup import wire
from kmsdns.lookup.edns import EDE_CODES
from kmsdns.lookup.wire import Ede, Edns, Message, QuestionEntry, WireError
from kmsdns.model import names
from kmsdns.model.messages import REASONS, Question
from kmsdns.model.records import COMPRESSIBLE, RDTYPES, Opaque, Record, Soa, Srv

OWNER = "_vlmcs._tcp.contoso.com."
START = 12  # of what follows the header


def header(qd: int = 0, an: int = 0, ns: int = 0, ar: int = 0, flags: int = 0x8000) -> bytes:
    return struct.pack("!6H", 0x1234, flags, qd, an, ns, ar)


def rr(rdtype: str | int, rdata: bytes, owner: bytes = b"\0", rdclass: int = 1, ttl: int = 60, lie: int = 0) -> bytes:
    """A record in wire form; lie is added to its RDLENGTH."""
    number = RDTYPES[rdtype] if isinstance(rdtype, str) else rdtype
    return owner + struct.pack("!HHIH", number, rdclass, ttl, len(rdata) + lie) + rdata


def pointer(target: int) -> bytes:
    return struct.pack("!H", 0xC000 | target)


def ask(name: bytes) -> bytes:
    """A message whose one question has this name, at octet 12."""
    return header(qd=1) + name + b"\0\x21\0\1"


def opt(rdata: bytes = b"", owner: bytes = b"\0", size: int = 1232, ttl: int = 0) -> bytes:
    return rr("OPT", rdata, owner=owner, rdclass=size, ttl=ttl)


def option(code: int, data: bytes) -> bytes:
    return struct.pack("!HH", code, len(data)) + data


def block_and_owner(block: bytes) -> bytes:
    """A message with opaque rdata at octet 23, and behind it a record whose owner is a pointer to there."""
    return header(an=2) + rr(65280, block) + rr("A", b"\0" * 4, owner=pointer(23))


def peer_accepts(data: bytes) -> bool:
    """Whether dnspython agrees to a message."""
    try:
        dns.message.from_wire(data, one_rr_per_rrset=True)
    except dns.exception.DNSException:
        return False
    return True


def reason_for(data: bytes) -> str | None:
    """Why a message is refused, None when it isn't. Any other exception than WireError comes through."""
    try:
        assert isinstance(wire.decode(data), Message)
    except WireError as error:
        return error.reason
    return None


def refusal(data: bytes) -> WireError:
    with pytest.raises(WireError) as caught:
        wire.decode(data)
    assert caught.value.reason in REASONS
    assert 0 <= caught.value.offset <= len(data)
    return caught.value


def one(data: bytes) -> Record:
    (record,) = wire.decode(header(an=1) + data).answer
    return record


# What is read


def test_a_typical_answer() -> None:
    target = names.to_wire("kms01.contoso.com.")
    data = (
        header(qd=1, an=1, ar=3, flags=0x8580)
        + names.to_wire(OWNER)
        + b"\0\x21\0\1"
        + rr("SRV", struct.pack("!HHH", 10, 60, 1688) + target, owner=pointer(12), ttl=3600)
        + rr("A", bytes([192, 0, 2, 1]), owner=pointer(12 + 29 + 12 + 6))
        + rr("AAAA", bytes.fromhex("20010db8000000000000000000000001"), owner=pointer(12 + 29 + 12 + 6))
        + opt(ttl=0x8000)
    )
    assert wire.decode(data) == Message(
        id=0x1234,
        flags=0x8580,
        rcode=0,
        questions=(QuestionEntry(name=OWNER, rdtype="SRV", rdclass="IN"),),
        answer=(
            Record(
                owner=OWNER,
                ttl=3600,
                rdtype="SRV",
                rdata=Srv(priority=10, weight=60, port=1688, target="kms01.contoso.com."),
            ),
        ),
        authority=(),
        additional=(
            Record(owner="kms01.contoso.com.", ttl=60, rdtype="A", rdata="192.0.2.1"),
            Record(owner="kms01.contoso.com.", ttl=60, rdtype="AAAA", rdata="2001:db8::1"),
        ),
        edns=Edns(size=1232, version=0, do=True, options=(), ede=()),
        warnings=(),
    )


def test_records_are_as_good_as_those_made_with_keywords() -> None:
    record = one(rr("SRV", struct.pack("!HHH", 1, 2, 3) + b"\0"))
    again = Record(owner=".", ttl=60, rdtype="SRV", rdata=Srv(priority=1, weight=2, port=3, target="."))
    assert record == again
    assert hash(record) == hash(again)
    assert repr(record) == repr(again)
    assert pickle.loads(pickle.dumps(record)) == again
    assert record.replace(ttl=1).ttl == 1
    with pytest.raises(AttributeError):
        record.ttl = 2  # type: ignore[misc]


@pytest.mark.parametrize("mnemonic", ["NS", "CNAME", "PTR", "DNAME"])
def test_names_as_rdata_in_any_class(mnemonic: str) -> None:
    assert one(rr(mnemonic, b"\3kms\4test\0", rdclass=3)) == Record(
        owner=".", ttl=60, rdtype=mnemonic, rdata="kms.test.", rdclass="CH"
    )


def test_soa() -> None:
    rdata = b"\3ns1\0\4root\xc0\x17" + struct.pack("!5I", 2026010101, 7200, 900, 1209600, 300)
    assert one(rr("SOA", rdata)).rdata == Soa(
        mname="ns1.", rname="root.ns1.", serial=2026010101, refresh=7200, retry=900, expire=1209600, minimum=300
    )


@pytest.mark.parametrize(
    ("rdtype", "rdclass", "rdata"),
    [
        ("TXT", 1, b"\4none"),
        ("MX", 1, b"\0\x0a\4mail\0"),
        (65280, 1, b"\xff\0"),
        ("NAPTR", 1, b""),
        ("A", 3, b"\0\1\2"),
        ("AAAA", 3, b""),
        ("SRV", 255, b""),
        ("TSIG", 255, b"anything"),
    ],
)
def test_other_rdata_stays_opaque(rdtype: str | int, rdclass: int, rdata: bytes) -> None:
    record = one(rr(rdtype, rdata, rdclass=rdclass))
    assert record.rdata == Opaque(data=rdata)
    assert record.rdtype == (rdtype if isinstance(rdtype, str) else f"TYPE{rdtype}")


def test_the_name_in_an_mx_record_is_expanded() -> None:
    record = one(rr("MX", b"\0\x0a\xc0\x0c"))
    assert record.rdata == Opaque(data=b"\0\x0a\0")


@pytest.mark.parametrize(
    ("rdtype", "rdata", "whole"),
    [
        ("MB", b"\xc0\x0c", b"\0"),
        ("MINFO", b"\1a\xc0\x0c\xc0\x0c", b"\1a\0\0"),
        ("RP", b"\xc0\x0c\1b\xc0\x0c", b"\0\1b\0"),
        ("AFSDB", b"\0\1\1a\xc0\x0c", b"\0\1\1a\0"),
        ("PX", b"\0\1\1a\0\xc0\x0c", b"\0\1\1a\0\0"),
        ("RP", b"\xc0\x0c", b"\xc0\x0c"),  # one name is missing: the octets as they came
        ("RT", b"\0\1\xff", b"\0\1\xff"),
        ("KX", b"\0\1\xc0\x0c", b"\0\1\xc0\x0c"),  # no sender may compress it (RFC 2230 3.1)
    ],
)
def test_names_in_types_that_may_be_compressed_are_expanded(rdtype: str, rdata: bytes, whole: bytes) -> None:
    assert one(rr(rdtype, rdata)).rdata == Opaque(data=whole)


@pytest.mark.parametrize(
    ("number", "text"), [(1, "IN"), (3, "CH"), (4, "HS"), (254, "NONE"), (255, "ANY"), (2, "CLASS2"), (0, "CLASS0")]
)
def test_classes(number: int, text: str) -> None:
    assert wire.decode(header(qd=1) + b"\0\xff\0" + struct.pack("!H", number)).questions == (
        QuestionEntry(name=".", rdtype="TYPE65280", rdclass=text),
    )
    assert one(rr("NS", b"\0", rdclass=number)).rdclass == text


def test_flags() -> None:
    message = wire.decode(header(flags=0xFFF1))
    assert message.qr
    assert message.opcode == 15
    assert [message.aa, message.tc, message.rd, message.ra, message.ad, message.cd] == [True] * 6
    assert message.flag_words == ("aa", "tc", "rd", "ra", "ad", "cd")
    message = wire.decode(header(flags=0x0000))
    assert not message.qr
    assert message.opcode == 0
    assert [message.aa, message.tc, message.rd, message.ra, message.ad, message.cd] == [False] * 6
    assert message.flag_words == ()
    for word, bit in {"aa": 10, "tc": 9, "rd": 8, "ra": 7, "ad": 5, "cd": 4}.items():
        message = wire.decode(header(flags=1 << bit))
        assert message.flag_words == (word,)
        assert getattr(message, word)


def test_response_codes() -> None:
    for number, text in wire.RCODES.items():
        if number < 16:
            assert wire.decode(header(flags=number)).rcode_text == text
        else:
            data = header(ar=1, flags=number & 15) + opt(ttl=number >> 4 << 24)
            assert wire.decode(data).rcode_text == text
        assert dns.rcode.to_text(dns.rcode.Rcode(number)) == text
    assert wire.decode(header(flags=11)).rcode_text == "DSOTYPENI"
    assert wire.decode(header(flags=12)).rcode_text == "RCODE12"


def test_an_extended_response_code_is_put_together() -> None:
    message = wire.decode(header(ar=1, flags=0x8005) + opt(ttl=0xFF01 << 16))
    assert message.rcode == 0xFF5
    assert message.rcode_text == "RCODE4085"
    assert message.edns is not None
    assert message.edns.version == 1


def test_bytearray_and_memoryview() -> None:
    data = header(an=1) + rr("TXT", b"\1x")
    for other in (bytearray(data), memoryview(data)):
        record = wire.decode(other).answer[0]  # type: ignore[arg-type]
        assert record == wire.decode(data).answer[0]
        assert type(record.rdata.data) is bytes  # type: ignore[union-attr]


def test_an_error_speaks_in_a_sentence_and_can_be_pickled() -> None:
    error = refusal(b"")
    assert isinstance(error, KmsdnsError)
    assert (
        str(error)
        == "0 octets are no DNS message, whose header alone has 12 (RFC 1035 4.1.1), at octet 0 of the message"
    )
    again = pickle.loads(pickle.dumps(error))
    assert (again.reason, again.offset, str(again)) == (error.reason, error.offset, str(error))


# Addresses


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("::", "::"),
        ("::1", "::1"),
        ("1::", "1::"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),  # a single group of zeros stays
        ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),  # the first of two equal runs
        ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),  # the longest run
        ("10:0:0:100:1000:a0:b00:c", "10::100:1000:a0:b00:c"),  # only leading zeros go
        ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
        ("::192.0.2.1", "::192.0.2.1"),
        ("fe80::ffff:0:0:1", "fe80::ffff:0:0:1"),
    ],
)
def test_ipv6(address: str, text: str) -> None:
    assert one(rr("AAAA", socket.inet_pton(socket.AF_INET6, address))).rdata == text


@given(st.lists(st.sampled_from([0, 0, 0, 1, 0xA0, 0x100, 0xFFFF]), min_size=8, max_size=8))
@settings(max_examples=500)
def test_ipv6_is_written_as_inet_ntop_writes_it(groups: list[int]) -> None:
    packed = struct.pack("!8H", *groups)
    assert one(rr("AAAA", packed)).rdata == socket.inet_ntop(socket.AF_INET6, packed)


# Names


def test_names_keep_any_octet() -> None:
    label = bytes(range(63))
    name = wire.decode(ask(bytes([63]) + label + b"\4a.b\xff\0")).questions[0].name
    assert names.to_labels(name) == (label, b"a.b\xff")
    assert name.endswith(r"\;.a\.b\255.") is False
    assert name.endswith(r".a\.b\255.")


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (b"\0", "."),
        (b"\1a\0", "a."),
        (b"\1.\0", r"\.."),
        (b"\3a.b\1c\0", r"a\.b.c."),
        (b"\1\x01\1a\0", r"\001.a."),
        (b"\x04\x01a\x01b\0", r"\001a\001b."),  # a label's octets look like labels
        (b"\1 \1\x7f\1\xff\0", r"\032.\127.\255."),
        (b'\7"();\\@$\0', r"\"\(\)\;\\\@\$."),
        (b"\x20" + b"a" * 32 + b"\0", "a" * 32 + "."),
        (b"\x21" + b"a" * 33 + b"\1b\0", "a" * 33 + ".b."),
        (b"\1b\x3f" + b"a" * 63 + b"\0", "b." + "a" * 63 + "."),
        (b"\1b\x21" + b"a" * 32 + b"\xff\0", "b." + "a" * 32 + r"\255."),
        (b"\1b\x2e" + b"a" * 45 + b".\0", "b." + "a" * 45 + r"\.."),
        (b"\3KMS\4Test\0", "KMS.Test."),
    ],
)
def test_names_print_in_presentation_form(octets: bytes, text: str) -> None:
    assert wire.decode(ask(octets)).questions[0].name == text


@given(st.lists(st.binary(min_size=1, max_size=63), max_size=3))
def test_any_name_comes_back(labels: list[bytes]) -> None:
    text = names.from_labels(labels)
    assert wire.decode(ask(names.to_wire(text))).questions[0].name == text


def test_compression() -> None:
    data = header(qd=1, an=2) + b"\3kms\4test\0\0\1\0\1"
    data += rr("CNAME", b"\3new" + pointer(16), owner=pointer(12))
    at = len(data)
    data += rr("A", b"\x7f\0\0\1", owner=pointer(at - 6))
    assert [(r.owner, r.rdata) for r in wire.decode(data).answer] == [
        ("kms.test.", "new.test."),
        ("new.test.", "127.0.0.1"),
    ]


def test_a_pointer_to_the_root() -> None:
    data = header(qd=1, an=2) + b"\0\0\2\0\1" + rr("NS", b"\1a" + pointer(12)) + rr("NS", pointer(12))
    assert [r.rdata for r in wire.decode(data).answer] == ["a.", "."]


def test_a_name_of_255_octets_and_one_of_256() -> None:
    longest = (b"\x3f" + b"a" * 63) * 3 + b"\x3d" + b"a" * 61 + b"\0"
    assert len(longest) == 255
    assert len(wire.decode(ask(longest)).questions[0].name) == 254
    too_long = (b"\x3f" + b"a" * 63) * 3 + b"\x3e" + b"a" * 62 + b"\0"
    error = refusal(ask(too_long))
    assert (error.reason, error.offset) == ("malformed-name", START)


def test_a_name_is_as_long_as_its_parts() -> None:
    """RFC 9267 4: the length is that of the whole name, wherever its labels stand."""
    tail = (b"\x3f" + b"a" * 63) * 3 + b"\0"  # 193 octets
    for room, accepted in ((61, True), (62, False)):
        data = (
            header(qd=1, an=1)
            + tail
            + b"\0\x21\0\1"
            + rr("A", b"\0" * 4, owner=bytes([room]) + b"b" * room + pointer(12))
        )
        if accepted:
            assert len(names.to_wire(wire.decode(data).answer[0].owner)) == 255
        else:
            assert refusal(data).reason == "malformed-name"
        assert peer_accepts(data) is accepted


def chain(hops: int) -> bytes:
    """A question whose name takes that many pointers, each in front of the next."""
    links, at = b"\0", 23  # behind the header and the fixed fields of a record
    for _ in range(hops - 1):
        links += pointer(at)
        at = 23 + len(links) - 2
    return header(an=2) + rr(65280, links) + rr("A", b"\0" * 4, owner=pointer(at))


def test_sixteen_hops_and_seventeen() -> None:
    assert wire.decode(chain(16)).answer[1].owner == "."
    assert refusal(chain(17)).reason == "malformed-pointer"
    assert peer_accepts(chain(16))
    assert not peer_accepts(chain(17))


def test_hops_count_whatever_was_known_before() -> None:
    """A known name saves time, not hops: each record's owner points to the one before."""
    for hops, accepted in ((16, True), (17, False)):
        data = header(an=hops + 1) + rr("A", b"\0" * 4, owner=b"\1a\0")
        at = 12
        for _ in range(hops):
            owner, at = pointer(at), len(data)
            data += rr("A", b"\0" * 4, owner=owner)
        if accepted:
            assert {record.owner for record in wire.decode(data).answer} == {"a."}
        else:
            assert refusal(data).reason == "malformed-pointer"
        assert peer_accepts(data) is accepted


# What is refused. RFC 9267 1: a pointer out of bounds; 2: loops; 3: not strictly backwards; 4: lengths of labels and
# names; 5: names without an end; 6: RDLENGTH; 7: counts.


@pytest.mark.parametrize(
    ("why", "data", "reason", "offset"),
    [
        ("empty", b"", "short", 0),
        ("one octet too few for a header", header()[:11], "short", 11),
        ("1: a pointer past the end", ask(pointer(0x3FFF)), "malformed-pointer", START),
        ("1: to the end", ask(pointer(18)), "malformed-pointer", START),
        ("1: a pointer cut in half", header(qd=1) + b"\3abc\xc0", "malformed-pointer", START + 4),
        ("2: to itself", ask(pointer(12)), "malformed-pointer", START),
        ("2: to the start of its own name", ask(b"\1a" + pointer(12)), "malformed-pointer", START + 2),
        ("2: a loop of two", block_and_owner(pointer(25) + pointer(23)), "malformed-pointer", 23),
        ("3: forward", ask(pointer(14) + b"\0"), "malformed-pointer", START),
        ("3: into the middle of itself", ask(b"\1a" + pointer(13)), "malformed-pointer", START + 2),
        ("3: backward, then forward", block_and_owner(pointer(26) + b"\0\0"), "malformed-pointer", 23),
        ("3: backward, and over itself again", block_and_owner(b"\5"), "malformed-pointer", 24),
        ("3: backward, and over itself again to the end", block_and_owner(b"\x3f"), "malformed-label", 23),
        ("4: label type 01", ask(b"\x40" + b"a" * 64 + b"\0"), "malformed-label", START),
        ("4: label type 10", ask(b"\1a\x80\0"), "malformed-label", START + 2),
        ("4: a label past the end", header(qd=1) + b"\x3fabcdef", "malformed-label", START),
        ("4: a label one octet past the end", header(qd=1) + b"\1a\4abc", "malformed-label", START),
        ("4: 128 labels", ask(b"\1a" * 128 + b"\0"), "malformed-name", START),
        ("5: no root at the end", header(qd=1) + b"\1a\3abc", "malformed-name", START),
        ("5: nor in an owner", header(an=1) + b"\x0b" + b"a" * 11, "malformed-name", START),
        ("6: rdata past the end", header(an=1) + rr(65280, b"abc", lie=1), "malformed-rdata", START + 11),
        ("6: all of it", header(an=1) + rr("A", b"", lie=4), "malformed-rdata", START + 11),
        ("6: 65535", header(an=1) + rr("SRV", b"\0" * 7, lie=65528), "malformed-rdata", START + 11),
        ("7: no question", header(qd=1), "malformed-count", 4),
        ("7: no record", header(an=1), "malformed-count", 4),
        ("7: 65535 of each", header(65535, 65535, 65535, 65535) + b"\0" * 1000, "malformed-count", 4),
        ("7: one answer too many", header(an=2) + rr("A", b"1234"), "malformed-count", 4),
        ("7: one octet too few", header(an=2) + rr("TXT", b"x" * 10), "malformed-count", 4),
        ("7: enough for all, had not one taken more", header(an=2) + rr("TXT", b"x" * 11), "malformed-count", 34),
        ("7: one octet too few for a question", header(qd=1) + b"\0\0\1\0", "malformed-count", 4),
        ("7: found out late", header(an=2) + rr("TXT", b"x" * 20), "malformed-count", 43),
        ("7: one question too many", header(qd=2) + b"\4abcd\0\0\1\0\1", "malformed-count", 22),
        ("7: a question cut", header(qd=1) + b"\4abcd\0\0\1\0", "malformed-count", 18),
        ("7: a record cut in its fixed fields", header(an=1) + b"\4abcd\0\0\1\0\1\0\0", "malformed-count", 18),
        ("7: truncation is no excuse", header(an=2, flags=0x8200) + rr("TXT", b"x" * 20), "malformed-count", 43),
        ("65536 octets", header() + b"\0" * 65524, "malformed-count", 65535),
    ],
)  # fmt: skip
def test_refusals(why: str, data: bytes, reason: str, offset: int) -> None:
    error = refusal(data)
    assert (error.reason, error.offset) == (reason, offset), why


def test_the_longest_message() -> None:
    assert wire.decode(header() + b"\0" * 65523).warnings == ("trailing-bytes",)


KNOWN = {
    "A": b"\x7f\0\0\1",
    "AAAA": b"\0" * 15 + b"\1",
    "SRV": struct.pack("!HHH", 0, 0, 1688) + b"\3kms\4test\0",
    "NS": b"\3kms\4test\0",
    "CNAME": b"\3kms\4test\0",
    "PTR": b"\3kms\4test\0",
    "DNAME": b"\3kms\4test\0",
    "SOA": b"\3kms\4test\0" * 2 + struct.pack("!5I", 1, 2, 3, 4, 5),
}


@pytest.mark.parametrize("mnemonic", KNOWN)
def test_rdlength_off_by_one(mnemonic: str) -> None:
    """RFC 9267 6, both ways, whether a record follows or not."""
    rdata = KNOWN[mnemonic]
    assert one(rr(mnemonic, rdata)).rdtype == mnemonic
    behind = rr("A", b"\x7f\0\0\1")
    for data in (
        header(an=1) + rr(mnemonic, rdata, lie=-1),
        header(an=1) + rr(mnemonic, rdata, lie=1),
        header(an=1) + rr(mnemonic, rdata, lie=1) + b"\0",
        header(an=1) + rr(mnemonic, rdata + b"\0"),
        header(an=1) + rr(mnemonic, rdata[:-1]) + b"\0",
        header(an=2) + rr(mnemonic, rdata, lie=-1) + behind,
        header(an=2) + rr(mnemonic, rdata, lie=1) + behind,
    ):
        error = refusal(data)
        assert (error.reason, error.offset) == ("malformed-rdata", START + 11)


@pytest.mark.parametrize("mnemonic", KNOWN)
def test_rdata_of_no_octets(mnemonic: str) -> None:
    for data in (header(an=1) + rr(mnemonic, b""), header(an=2) + rr(mnemonic, b"") + rr("NS", b"\0")):
        assert refusal(data).reason == "malformed-rdata"


@pytest.mark.parametrize("mnemonic", KNOWN)
def test_rdata_of_any_length(mnemonic: str) -> None:
    """No prefix of rdata passes for rdata, whatever follows it."""
    for length in range(len(KNOWN[mnemonic])):
        data = header(an=2) + rr(mnemonic, KNOWN[mnemonic][:length]) + rr("A", b"\x7f\0\0\1")
        assert refusal(data).reason.startswith("malformed-")


def test_rdata_that_ends_before_its_target() -> None:
    assert refusal(header(an=1) + rr("SRV", b"\0" * 6)).reason == "malformed-rdata"
    assert refusal(header(an=2) + rr("SRV", b"\0" * 6) + rr("NS", b"\0")).reason == "malformed-rdata"


def test_soa_with_one_name() -> None:
    assert refusal(header(an=1) + rr("SOA", b"\0" * 21)).reason == "malformed-rdata"
    assert one(rr("SOA", b"\0" * 22)).rdtype == "SOA"


def test_rdata_may_not_borrow_from_what_follows() -> None:
    """The target's label would end in the next record."""
    data = header(an=2) + rr("SRV", b"\0\0\0\0\0\0\5a") + rr("A", b"1234", owner=b"\0")
    assert refusal(data).reason.startswith("malformed-")


# What is tolerated, with a warning


def test_trailing_bytes() -> None:
    assert wire.decode(header(an=1) + rr("A", b"1234") + b"\0").warnings == ("trailing-bytes",)


def test_a_compressed_target() -> None:
    data = header(qd=1, an=2) + b"\4test\0\0\x21\0\1"
    data += rr("SRV", b"\0" * 6 + b"\3kms" + pointer(12)) + rr("SRV", b"\0" * 6 + pointer(12))
    message = wire.decode(data)
    assert message.warnings == ("target-compressed",)
    assert [r.rdata.target for r in message.answer if isinstance(r.rdata, Srv)] == ["kms.test.", "test."]


def test_ttl_out_of_range() -> None:
    message = wire.decode(header(an=3) + b"".join(rr("A", b"1234", ttl=t) for t in (2**31 - 1, 2**31, 2**32 - 1)))
    assert [r.ttl for r in message.answer] == [2**31 - 1, 0, 0]
    assert message.warnings == ("ttl-out-of-range",)
    assert wire.decode(header(an=1) + rr(65280, b"", ttl=2**31)).answer[0].ttl == 0
    assert wire.decode(header(ar=1) + opt(ttl=2**32 - 1)).warnings == ()


def test_all_warnings() -> None:
    data = header(qd=1, an=1) + b"\0\0\x21\0\1" + rr("SRV", b"\0" * 6 + pointer(12), ttl=2**31) + b"x"
    assert sorted(wire.decode(data).warnings) == ["target-compressed", "trailing-bytes", "ttl-out-of-range"]
    assert REASONS.issuperset(wire.decode(data).warnings)


# EDNS


@pytest.mark.parametrize(
    ("why", "data"),
    [
        ("two", header(ar=2) + opt() + opt()),
        ("in the answer", header(an=1) + opt()),
        ("in the authority", header(ns=1) + opt()),
        ("not at the root", header(ar=1) + opt(owner=b"\1a\0")),
        ("an option's head cut", header(ar=1) + opt(b"\0\3\0")),
        ("an option past the end of OPT", header(ar=1) + opt(b"\0\3\0\2a")),
        ("though not of the message", header(ar=2) + opt(b"\0\3\0\2a") + rr("A", b"1234")),
        ("a second option cut", header(ar=1) + opt(option(3, b"a") + b"\0")),
        ("an error without its code", header(ar=1) + opt(option(15, b"\0"))),
        ("nor anything", header(ar=1) + opt(option(15, b""))),
    ],
)
def test_bad_opt(why: str, data: bytes) -> None:
    assert refusal(data).reason == "malformed-opt", why


def test_opt_past_the_end() -> None:
    assert refusal(header(ar=1) + rr("OPT", b"", rdclass=1232, lie=4)).reason == "malformed-rdata"


def test_opt_at_a_pointer_to_the_root_and_among_records() -> None:
    data = header(qd=1, ar=2) + b"\0\0\1\0\1" + opt(owner=pointer(12), size=65535) + rr("A", b"1234")
    message = wire.decode(data)
    assert message.edns == Edns(size=65535, version=0, do=False, options=(), ede=())
    assert [r.rdtype for r in message.additional] == ["A"]


def test_options_and_extended_errors() -> None:
    rdata = option(3, b"ns1") + option(15, b"\0\x12no entry") + option(65001, b"") + option(15, b"\xc0\0")
    edns = wire.decode(header(ar=1) + opt(rdata)).edns
    assert edns is not None
    assert edns.options == ((3, b"ns1"), (15, b"\0\x12no entry"), (65001, b""), (15, b"\xc0\0"))
    assert edns.ede == (Ede(code=18, text="no entry"), Ede(code=49152, text=""))
    assert [str(ede) for ede in edns.ede] == ["18 (Prohibited): no entry", "49152"]
    assert str(Ede(code=0, text="")) == "0 (Other)"
    assert str(Ede(code=999, text="x")) == "999: x"


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (b"plain", "plain"),
        ("\u0441\u0442\u043e\u043f \u2603".encode(), "\u0441\u0442\u043e\u043f \u2603"),
        (b"ends in NUL\0", "ends in NUL"),
        (b"NUL\0inside", r"NUL\x00inside"),
        (b"\x1b[31mred\r\n::error::", r"\x1b[31mred\r\n::error::"),
        ("\u009b\u202e\u200b\u2028\ufeff\u00a0".encode(), r"\x9b\u202e\u200b\u2028\ufeff\xa0"),
        (b"bad \xff\xfe", r"bad \xff\xfe"),
        (b"surrogate \xed\xa0\x80", r"surrogate \xed\xa0\x80"),
        ("\U000e0001".encode(), r"\U000e0001"),
    ],
)
def test_the_text_of_an_extended_error_is_fit_for_a_terminal(octets: bytes, text: str) -> None:
    edns = wire.decode(header(ar=1) + opt(option(15, b"\0\0" + octets))).edns
    assert edns is not None
    assert edns.ede == (Ede(code=0, text=text),)
    assert text.isprintable()


def test_the_codes_of_extended_errors() -> None:
    """Spelled here as in the registry; dnspython's constants are the same words."""
    for code, text in enumerate(EDE_CODES):
        if code in {int(known) for known in dns.edns.EDECode}:
            words = dns.edns.EDECode(code).name.replace("_", " ").lower()
            assert text.lower().replace(" ", "") == words.replace(" ", ""), code


# Attacks on the CPU: no message takes 0.3 s, and the ones that would are refused.


LIMIT = 0.3 if "coverage" not in sys.modules else 3.0  # seconds of CPU; lines that are counted take longer


def seconds(data: bytes) -> float:
    taken = []
    for _ in range(2):
        start = time.process_time()
        assert reason_for(data) in (None, "malformed-pointer")
        taken.append(time.process_time() - start)
    return min(taken)


def pointed_at(block: bytes) -> bytes:
    """A message full of records whose owners and rdata point to every octet of a block, which stands in front."""
    data = bytearray(rr(65280, block))
    count, targets = 1, iter(range(23, 23 + len(block)))
    while START + len(data) + 14 <= 65535 and (owner := next(targets, None)) and (target := next(targets, None)):
        data += rr("NS", pointer(target), owner=pointer(owner))
        count += 1
    return header(an=count) + data


def test_one_long_name_pointed_at_by_thousands() -> None:
    question = b"\1a" * 126 + b"\0\0\x21\0\1"
    count = (65535 - START - len(question)) // 14
    data = header(qd=1, an=count) + question + rr("NS", pointer(12), owner=pointer(12)) * count
    assert seconds(data) < LIMIT
    assert {record.rdata for record in wire.decode(data).answer} == {"a." * 126}


@pytest.mark.parametrize("rdtype", COMPRESSIBLE)
def test_long_names_written_whole_by_thousands(rdtype: str) -> None:
    fixed, names = COMPRESSIBLE[rdtype]
    question = b"\1a" * 125 + b"\0\0\x21\0\1"
    data, count = bytearray(), 0
    while START + len(question) + len(data) < 65000:  # each name once in a while, at one of all the places there are
        told = [bytes((1, 48 + count % 10)) + pointer(12 + 2 * (1 + count // 10 % 120)) for _ in range(names)]
        data += rr(rdtype, bytes(fixed) + b"".join(told), owner=pointer(12))
        count += 1
    assert seconds(header(qd=1, an=count) + question + data) < LIMIT


@pytest.mark.parametrize("octet", [1, 2, 7, 15, 31])
def test_a_name_at_every_octet(octet: int) -> None:
    unit = bytes([octet]) * (octet + 1) * (240 // (octet + 1)) + b"\0" * (octet + 1)
    data = pointed_at(unit * (16000 // len(unit)))
    assert len(data) > 60000
    assert seconds(data) < LIMIT


def test_names_that_lead_through_too_many_labels_are_refused() -> None:
    unit = b"\1" * 250 + b"\0\0"
    assert refusal(pointed_at(unit * 64)).reason == "malformed-pointer"


@pytest.mark.parametrize(("rdtype", "size"), [("A", 4), ("AAAA", 16), ("SRV", 7), ("TXT", 0)])
def test_thousands_of_records(rdtype: str, size: int) -> None:
    count = (65535 - START) // (11 + size)
    assert seconds(header(an=count) + rr(rdtype, b"\0" * size) * count) < LIMIT


def test_thousands_of_questions_and_options() -> None:
    assert seconds(header(qd=13104) + b"\0\0\1\0\1" * 13104) < LIMIT
    assert seconds(header(ar=1) + opt(option(15, b"\0\0") * 10900)) < LIMIT
    assert seconds(header(ar=1) + opt(option(15, b"\0\0" + b"\x1b" * 65000))) < LIMIT


# Whatever comes


@given(st.binary(max_size=600))
@settings(max_examples=500)
def test_any_octets_are_a_message_or_refused(data: bytes) -> None:
    assert reason_for(data) in {None, *REASONS}


@given(st.lists(st.integers(0, 3), min_size=4, max_size=4), st.binary(min_size=20, max_size=200))
@settings(max_examples=500)
def test_nor_does_it_matter_behind_a_sensible_header(counts: list[int], data: bytes) -> None:
    data = header(*counts) + data
    reason = reason_for(data)
    assert reason in {None, *REASONS}
    if reason is None:
        message = wire.decode(data)
        assert len(message.questions) == counts[0]
        assert len(message.answer) == counts[1]
        assert len(message.authority) == counts[2]
        assert len(message.additional) == counts[3] - (message.edns is not None)
        for record in (*message.answer, *message.authority, *message.additional):
            assert len(names.to_wire(record.owner)) <= 255
            assert str(record).isprintable()


# What is sent


@pytest.mark.parametrize(
    ("options", "flags"),
    [
        ({}, dns.flags.RD),
        ({"recursion_desired": False}, 0),
        ({"checking_disabled": True}, dns.flags.RD | dns.flags.CD),
        ({"authentic_data": True}, dns.flags.RD | dns.flags.AD),
        ({"edns_size": None}, dns.flags.RD),
        ({"edns_size": 4096, "edns_options": ((3, b""), (10, b"01234567"), (65001, b"x" * 300))}, dns.flags.RD),
    ],
)
@pytest.mark.parametrize(
    ("name", "rdtype"),
    [(OWNER, "SRV"), (".", "NS"), (r"a\.b\000\127.test.", "AAAA"), ("x.test.", "TYPE65280"), ("x.test.", "HINFO")],
)
def test_what_is_sent_is_understood(name: str, rdtype: str, options: dict[str, Any], flags: int) -> None:
    data = wire.encode(Question(name=name, rdtype=rdtype), 0xBEEF, **options)
    size = options.get("edns_size", 1232)

    peer = dns.message.from_wire(data)
    assert (peer.id, int(peer.flags)) == (0xBEEF, flags)
    assert [(q.name.to_text(), q.rdtype, q.rdclass) for q in peer.question] == [
        (name, dns.rdatatype.from_text(rdtype), 1)
    ]
    assert (peer.edns, peer.payload) == ((-1, 0) if size is None else (0, size))
    assert [(int(o.otype), o.to_wire()) for o in peer.options] == list(options.get("edns_options", ()))

    other = dnslib.DNSRecord.parse(data)
    assert (other.header.id, other.header.qr, other.header.rd) == (0xBEEF, 0, bool(flags & dns.flags.RD))
    assert other.q.qname.label == names.to_labels(name)
    assert (other.q.qtype, other.q.qclass) == (dns.rdatatype.from_text(rdtype), 1)
    assert [extra.edns_len for extra in other.ar] == ([] if size is None else [size])

    mine = wire.decode(data)
    assert (mine.id, mine.flags, mine.warnings) == (0xBEEF, flags, ())
    assert mine.questions[0].name == name
    assert (mine.edns and mine.edns.options) == (None if size is None else options.get("edns_options", ()))


@given(
    st.lists(st.binary(min_size=1, max_size=63), max_size=3), st.integers(0, 65535), st.sampled_from(sorted(RDTYPES))
)
def test_a_question_comes_back(labels: list[bytes], number: int, rdtype: str) -> None:
    question = Question(name=names.from_labels(labels), rdtype=rdtype)
    data = wire.encode(question, number)
    assert dns.message.from_wire(data).question[0].name.to_text() == question.name
    message = wire.decode(data)
    assert message.id == number
    assert message.questions == (QuestionEntry(name=question.name, rdtype=rdtype, rdclass="IN"),)


@pytest.mark.parametrize(
    ("rdtype", "number", "options"),
    [
        ("NO-SUCH-TYPE", 1, {}),
        ("SRV", -1, {}),
        ("SRV", 65536, {}),
        ("SRV", 1, {"edns_size": 65536}),
        ("SRV", 1, {"edns_size": -1}),
        ("SRV", 1, {"edns_size": None, "edns_options": ((3, b""),)}),
        ("SRV", 1, {"edns_options": ((65536, b""),)}),
        ("SRV", 1, {"edns_options": ((3, b"x" * 65532),)}),
        ("SRV", 1, {"edns_options": ((3, b"x" * 40000), (4, b"x" * 40000))}),
    ],
)
def test_what_does_not_fit_is_not_sent(rdtype: str, number: int, options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        wire.encode(Question(name=OWNER, rdtype=rdtype), number, **options)


def test_a_response_from_each_peer_is_understood() -> None:
    query = wire.encode(Question(name=OWNER, rdtype="SRV"), 7)
    response = dns.message.make_response(dns.message.from_wire(query))
    response.answer.append(dns.rrset.from_text(OWNER, 60, "IN", "SRV", "1 2 3 kms.test."))
    record = Record(owner=OWNER, ttl=60, rdtype="SRV", rdata=Srv(priority=1, weight=2, port=3, target="kms.test."))
    assert wire.decode(response.to_wire()).answer == (record,)

    reply = dnslib.DNSRecord.parse(query).reply()
    reply.add_answer(dnslib.RR(OWNER, dnslib.QTYPE.SRV, ttl=60, rdata=dnslib.SRV(1, 2, 3, "kms.test.")))
    message = wire.decode(reply.pack())
    assert message.answer == (record,)
    assert message.id == 7
