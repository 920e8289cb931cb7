"""Records to text and back: the identity, for every kind of rdata; and what the text looks like."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kmsdns.errors import InvalidName
from kmsdns.model import names
from kmsdns.model.records import Opaque, Record, Soa, Srv, rdtype_text
from kmsdns.zone import load
from kmsdns.zone.layouts import NUMBERS
from kmsdns.zone.writer import line, relative, write
from tests.amount import examples
from tests.zone.test_layouts import CASES, HEAD

ORIGIN = "example.com."
LABELS = st.one_of(st.sampled_from([b"www", b"_tcp", b"*", b"@", b"a.b", b"$TTL", b"IN", b"60", b"A", b"[AGE:1]"]),
                   st.binary(min_size=1, max_size=12))  # fmt: skip
BELOW = st.lists(LABELS, max_size=4).map(names.from_labels)
NAMES = st.tuples(st.lists(LABELS, max_size=4), st.sampled_from(["", "example.com.", "Example.com.", "com."])).map(
    lambda parts: "".join([names.present_label(label) + "." for label in parts[0]]) + parts[1] or "."
)
OWNERS = st.lists(LABELS, max_size=4).map(
    lambda labels: "".join([names.present_label(label) + "." for label in labels]) + ORIGIN
)
U16, U32 = st.integers(0, 65535), st.integers(0, 2**32 - 1)
STRINGS = st.lists(st.binary(max_size=255), min_size=1, max_size=3)
SEEN = [load(f"{HEAD}x {text}\n").records[1] for text in CASES]
RDATAS = st.one_of(
    st.ip_addresses(v=4).map(lambda address: ("A", str(address))),
    st.binary(min_size=16, max_size=16).map(
        lambda data: ("AAAA", load(f"x 1 AAAA \\# 16 {data.hex()}\n", ".").records[0].rdata)
    ),
    st.tuples(st.sampled_from(["NS", "CNAME", "DNAME", "PTR"]), NAMES),
    st.builds(Srv, priority=U16, weight=U16, port=U16, target=NAMES).map(lambda srv: ("SRV", srv)),
    st.builds(
        Soa, mname=NAMES, rname=NAMES, serial=U32, refresh=U32, retry=U32, expire=U32, minimum=U32
    ).map(lambda soa: ("SOA", soa)),
    st.tuples(U16, NAMES).map(lambda mx: ("MX", Opaque(data=mx[0].to_bytes(2, "big") + names.to_wire(mx[1])))),
    st.tuples(st.sampled_from(["TXT", "SPF", "RESINFO"]), STRINGS).map(
        lambda txt: (txt[0], Opaque(data=b"".join([bytes((len(string),)) + string for string in txt[1]])))
    ),
    st.tuples(st.integers(65280, 65400).map(lambda number: f"TYPE{number}"), st.binary(max_size=40).map(
        lambda data: Opaque(data=data)
    )),
    st.sampled_from([(record.rdtype, record.rdata) for record in SEEN]),
)  # fmt: skip
RECORDS = st.builds(
    lambda owner, ttl, rdata: Record(owner=owner, ttl=ttl, rdtype=rdata[0], rdata=rdata[1]),
    OWNERS, st.integers(0, 2**32 - 1), RDATAS,
)  # fmt: skip


def plain(records):
    return [record.replace(location=None) for record in records]


@given(st.lists(RECORDS, max_size=6), st.sampled_from([None, ORIGIN, "com.", ".", "sub.example.com."]))
@settings(max_examples=examples(600))
def test_reading_what_was_written_gives_the_same_records(records, origin):
    # An SOA that stands at both ends is a transfer's, and read once.
    assume(len(records) < 2 or records[0].rdtype != "SOA" or records[0] != records[-1])
    text = write(records, origin)
    zone = load(text, ORIGIN)
    assert plain(zone.records) == records
    assert {finding.code for finding in zone.findings} <= {"ZD001"}
    assert text.isascii()
    assert text.replace("\n", "").isprintable()
    assert write(zone.records, origin) == text


@given(RECORDS)
def test_a_line_needs_no_origin(record):
    assert plain(load(line(record) + "\n").records) == [record]


def test_each_type_with_a_mnemonic_is_written_with_it():
    for word in set(NUMBERS) - {"ALIAS"}:
        record = Record(owner="x.", ttl=1, rdtype=rdtype_text(NUMBERS[word]), rdata=Opaque(data=b"\xff"))
        assert line(record).startswith(f"x. 1 IN {word} ")
    assert line(record.replace(rdtype="TYPE65401")) == "x. 1 IN TYPE65401 \\# 1 ff"
    assert line(record.replace(rdtype="HIP")) == "x. 1 IN TYPE55 \\# 1 ff", "a word that only dnspython reads"


def test_the_layout():
    text = (
        "@ 3600 SOA ns1 root 1 2h 15m 2w 10m\n NS ns1\n 60 TXT \"a b\" c\n_vlmcs._tcp SRV 0 0 1688 kms\n"
        "KMS AAAA 2001:DB8::1\n" + "x" * 50 + " MX 0 mail.example.net.\nother.example.com. CNAME .\n"
    )  # fmt: skip
    zone = load(text, ORIGIN)
    assert write(zone.records, "example.com") == (
        "$ORIGIN example.com.\n"
        "@           3600 IN SOA   ns1 root 1 7200 900 1209600 600\n"
        "@           3600 IN NS    ns1\n"
        '@             60 IN TXT   "a b" "c"\n'
        "_vlmcs._tcp   60 IN SRV   0 0 1688 kms\n"
        "KMS           60 IN AAAA  2001:db8::1\n"
        + "x" * 50 + "   60 IN MX    0 mail.example.net.\n"
        "other         60 IN CNAME .\n"
    )  # fmt: skip
    assert write([]) == ""
    assert write(zone.records[:1]).startswith("example.com. 3600 IN SOA ns1.example.com. root.example.com. 1 ")


@pytest.mark.parametrize(
    ("name", "origin", "expected"),
    [
        ("example.com.", "example.com.", "@"),
        ("a.example.com.", "example.com.", "a"),
        ("a.Example.com.", "example.com.", "a.Example.com."),
        ("a.example.com.", None, "a.example.com."),
        ("aexample.com.", "example.com.", "aexample.com."),
        ("a\\.example.com.", "example.com.", "a\\.example.com."),
        ("a.b.", ".", "a.b"),
        (".", ".", "@"),
        (".", "com.", "."),
        ("com.", "example.com.", "com."),
    ],
)
def test_relative_names(name, origin, expected):
    assert relative(name, origin) == expected


def test_an_origin_that_is_no_name_is_the_callers_mistake():
    with pytest.raises(InvalidName):
        write([], "a..b")
