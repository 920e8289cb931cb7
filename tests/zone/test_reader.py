"""The reader by hand: each rule of RFC 1035 5.1 on a line or two, and each finding where it belongs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kmsdns.errors import InvalidName
from kmsdns.model.records import Opaque, Soa, Srv
from kmsdns.zone import load
from kmsdns.zone.zone import Inheritance

SOA = "@ 3600 IN SOA ns1 root 1 2h 15m 2w 10m\n"


def read(text: str | bytes, **options):
    return load(text, "example.com", **options)


def rows(text: str, **options) -> list[tuple[str, int, str, str]]:
    zone = read("$TTL 60\n" + SOA + text, **options)
    assert zone.findings == ()
    return [(r.owner, r.ttl, r.rdtype, str(r.rdata)) for r in zone.records[1:]]


def complaints(text: str, **options) -> list[tuple[str, int, int, int]]:
    """Code, line (1 is the first of text), column and end column."""
    zone = read(SOA + text, **options)
    return [
        (f.code, f.location.line - 1, f.location.column, f.location.end_column) for f in zone.findings if f.location
    ]


@pytest.mark.parametrize(
    ("line", "row"),
    [
        ("www A 192.0.2.1", ("www.example.com.", 60, "A", "192.0.2.1")),
        ("www.example.com. 1h A 192.0.2.1", ("www.example.com.", 3600, "A", "192.0.2.1")),
        ("WWW in 1h30m a 192.0.2.1", ("WWW.example.com.", 5400, "A", "192.0.2.1")),
        ("www 1w2d3h4m5s IN A 192.0.2.1", ("www.example.com.", 788645, "A", "192.0.2.1")),
        ("www CLASS1 TYPE1 192.0.2.1", ("www.example.com.", 60, "A", "192.0.2.1")),
        ("IN 5 IN A 192.0.2.1", ("IN.example.com.", 5, "A", "192.0.2.1")),
        ("@ AAAA 2001:DB8:0::0001", ("example.com.", 60, "AAAA", "2001:db8::1")),
        ("@ NS ns1", ("example.com.", 60, "NS", "ns1.example.com.")),
        ("@ NS ns1.example.net.", ("example.com.", 60, "NS", "ns1.example.net.")),
        ("www CNAME @", ("www.example.com.", 60, "CNAME", "example.com.")),
        ("d DNAME .", ("d.example.com.", 60, "DNAME", ".")),
        ("1 PTR host", ("1.example.com.", 60, "PTR", "host.example.com.")),
        ("a\\.b A 192.0.2.1", ("a\\.b.example.com.", 60, "A", "192.0.2.1")),
        ("\\097\\032b A 192.0.2.1", ("a\\032b.example.com.", 60, "A", "192.0.2.1")),
        ("*.x A 192.0.2.1", ("*.x.example.com.", 60, "A", "192.0.2.1")),
        ("a@b A 192.0.2.1", ("a\\@b.example.com.", 60, "A", "192.0.2.1")),
        ("\\@ A 192.0.2.1", ("\\@.example.com.", 60, "A", "192.0.2.1")),
        ("x A ( 192.0.2.1\n)", ("x.example.com.", 60, "A", "192.0.2.1")),
        (
            "_vlmcs._tcp SRV 0 0 1688 kms",
            ("_vlmcs._tcp.example.com.", 60, "SRV", "0 0 1688 kms.example.com."),
        ),
        ("_x._tcp SRV 65535 65535 65535 .", ("_x._tcp.example.com.", 60, "SRV", "65535 65535 65535 .")),
        ("@ MX 10 mail", ("example.com.", 60, "MX", "\\# 20 000a046d61696c076578616d706c6503636f6d00")),
        ('@ TXT "a;b" c', ("example.com.", 60, "TXT", "\\# 6 03613b620163")),
        ('@ TXT "\u00e9"', ("example.com.", 60, "TXT", "\\# 3 02c3a9")),
        ("@ TYPE65280 \\# 3 01 0203", ("example.com.", 60, "TYPE65280", "\\# 3 010203")),
        ("@ TYPE65280 \\# 0", ("example.com.", 60, "TYPE65280", "\\# 0")),
        ("@ A \\# 4 c0000201", ("example.com.", 60, "A", "192.0.2.1")),
        ("@ AAAA \\# 16 20010db8000000000000000000000001", ("example.com.", 60, "AAAA", "2001:db8::1")),
        ("@ SRV \\# 7 00000000000000", ("example.com.", 60, "SRV", "0 0 0 .")),
        ("@ NS \\# 3 016100", ("example.com.", 60, "NS", "a.")),
        (
            "@ CAA 0 issue ca.example.net",
            ("example.com.", 60, "CAA", "\\# 21 0005697373756563612e6578616d706c652e6e6574"),
        ),
        ('@ HTTPS 1 . alpn="h2,h3"', ("example.com.", 60, "HTTPS", "\\# 13 00010000010006026832026833")),
        ("@ HINFO a b", ("example.com.", 60, "HINFO", "\\# 4 01610162")),
        ("@ MINFO a. b.", ("example.com.", 60, "MINFO", "\\# 6 016100016200")),
    ],
)
def test_a_record(line, row):
    assert rows(line + "\n") == [row]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"),
        ("1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"),
        ("0:0:1::", "0:0:1::"), ("1:0:0:2:3:0:0:4", "1::2:3:0:0:4"), ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
        ("::FFFF:c000:201", "::ffff:192.0.2.1"), ("64:ff9b::192.0.2.1", "64:ff9b::c000:201"),
        ("::192.0.2.1", "::192.0.2.1"),
        ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
    ],
)  # fmt: skip
def test_ipv6_is_written_as_rfc_5952_says(text, expected):
    assert rows(f"h AAAA {text}\n")[0][3] == expected


@pytest.mark.parametrize(
    "text",
    ["", ":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "1::2::3", "12345::", "::1.2.3", "::g",
     "::%eth0", "1.2.3.4", "::1.2.3.4:5", "::\u0661"],
)  # fmt: skip
def test_what_is_no_ipv6_address(text):
    assert [code for code, *_ in complaints(f"h AAAA {text}\n")] in (["ZF001"], ["ZF001", "ZN007"])


@pytest.mark.parametrize("text", ["1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.4.", ".1.2.3.4", "1..2.3", "a"])
def test_what_is_no_ipv4_address(text):
    assert complaints(f"h A {text}\n") == [("ZF001", 1, 5, 5 + len(text))]


def test_soa():
    zone = read("$TTL 1\n@ SOA ns1 admin@example.com. ( 4294967295 2h 15m 2w\n 10m )\n")
    assert zone.soa == Soa(
        mname="ns1.example.com.", rname="admin\\@example.com.", serial=4294967295, refresh=7200, retry=900,
        expire=1209600, minimum=600,
    )  # fmt: skip
    assert zone.soa_record is zone.records[0]


def test_owners_are_inherited():
    found = rows("a A 192.0.2.1\n A 192.0.2.2\n\n\t; nothing\n\tTXT x\nb A 192.0.2.3\n 5 AAAA ::1\n")
    assert [row[0] for row in found] == ["a.example.com."] * 3 + ["b.example.com."] * 2


def test_an_inherited_owner_outlives_origin():
    zone = read(SOA + "a A 192.0.2.1\n$ORIGIN sub\n A 192.0.2.2\nb A 192.0.2.3\n")
    assert [record.owner for record in zone.records[1:]] == ["a.example.com.", "a.example.com.", "b.sub.example.com."]
    assert zone.manners[2] & Inheritance.OWNER_INHERITED
    assert zone.manners[2] & Inheritance.AFTER_ORIGIN
    assert not zone.manners[3] & Inheritance.AFTER_ORIGIN


def test_ttls():
    zone = read(
        "@ SOA ns root 1 2 3 4 77\n NS ns\na 5 A 192.0.2.1\nb A 192.0.2.2\n$TTL 9\nc A 192.0.2.3\nd 1 A 192.0.2.4\n"
    )
    assert [record.ttl for record in zone.records] == [77, 77, 5, 5, 9, 1]
    assert list(zone.manners) == [
        Inheritance.TTL_MINIMUM,
        Inheritance.OWNER_INHERITED | Inheritance.TTL_PREVIOUS,
        0,
        Inheritance.TTL_PREVIOUS,
        Inheritance.TTL_DEFAULT,
        0,
    ]
    assert zone.findings == ()


def test_no_ttl_at_all_is_told_once():
    zone = load("a A 192.0.2.1\nb A 192.0.2.2\n", "example.com")
    assert [finding.code for finding in zone.findings] == ["ZD001", "ZF006"]
    assert [record.ttl for record in zone.records] == [0, 0]


@pytest.mark.parametrize(
    ("text", "argument", "origin", "owners"),
    [
        ("$ORIGIN example.com.\n" + SOA, None, "example.com.", ["example.com."]),
        ("$ORIGIN com.\nexample 1 SOA a b 1 2 3 4 5\n", None, "example.com.", ["example.com."]),
        ("example.com. 1 SOA a. b. 1 2 3 4 5\n", None, "example.com.", ["example.com."]),
        (SOA, "Example.com", "Example.com.", ["Example.com."]),
        ("$ORIGIN com.\nexample 1 SOA a b 1 2 3 4 5\n", "EXAMPLE.com.", "EXAMPLE.com.", ["example.com."]),
        ("@ 1 SOA a b 1 2 3 4 5\nx NS a\n", ".", ".", [".", "x."]),
    ],
)
def test_origin(text, argument, origin, owners):
    zone = load(text, argument)
    assert (zone.origin, [record.owner for record in zone.records], zone.findings) == (origin, owners, ())
    assert zone.soa is not None


def test_no_origin_is_told_once():
    zone = load("a 1 A 192.0.2.1\nb 1 A 192.0.2.2\n")
    assert zone.origin is None
    assert [(finding.code, finding.location and finding.location.line) for finding in zone.findings] == [
        ("ZF001", 1),
    ]


def test_an_origin_that_is_no_name_is_the_callers_mistake():
    with pytest.raises(InvalidName):
        load("", "a..b")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a A\n", ("ZF001", 1, 3, 4)),
        ("a\n", ("ZF001", 1, 1, 2)),
        ("a 60 IN\n", ("ZF001", 1, 6, 8)),
        ("a A 192.0.2.1 192.0.2.2\n", ("ZF001", 1, 15, 24)),
        ("a 1x A 192.0.2.1\n", ("ZF001", 1, 3, 5)),
        ("a -1 A 192.0.2.1\n", ("ZF016", 1, 3, 5)),
        ("a 4294967296 A 192.0.2.1\n", ("ZF016", 1, 3, 13)),
        ("a " + "9" * 5000 + "w A 192.0.2.1\n", ("ZF016", 1, 3, 5004)),
        ("a NS (\n", ("ZF002", 1, 6, 7)),
        ("a NS b )\n", ("ZF002", 1, 8, 9)),
        ('a TXT "b\n', ("ZF003", 1, 7, 8)),
        ("$TLL 5\n", ("ZF004", 1, 1, 5)),
        ("$INCLUDE x\n", ("ZF005", 1, 10, 11)),
        ("$TTL\n", ("ZF001", 1, 1, 5)),
        ("$TTL 5 6\n", ("ZF001", 1, 8, 9)),
        ("$TTL x\n", ("ZF001", 1, 6, 7)),
        (" $TTL 5\n", ("ZF001", 1, 2, 6)),
        ("$ORIGIN a..b\n", ("ZN003", 1, 9, 13)),
        ("a CH A 192.0.2.1\n", ("ZF011", 1, 3, 5)),
        ("example.net. A 192.0.2.1\n", ("ZF012", 1, 1, 25)),
        ("a\\.example.com. A 192.0.2.1\n", ("ZF012", 1, 1, 28)),
        ("a\xa0A 192.0.2.1\n", ("ZF013", 1, 2, 3)),
        ("a [AGE:3606218] 60 A 192.0.2.1\n", ("ZF014", 1, 1, 31)),
        ("a ALIAS b\n", ("ZF015", 1, 3, 8)),
        ("a ANY b\n", ("ZF015", 1, 3, 6)),
        ("a TYPE250 \\# 0\n", ("ZF015", 1, 3, 10)),
        ("a TYPE65536 \\# 0\n", ("ZF015", 1, 3, 12)),
        ("a +++ b\n", ("ZF001", 1, 3, 6)),
        ("a MX 65536 b\n", ("ZF016", 1, 6, 11)),
        ("a MX x b\n", ("ZF001", 1, 6, 7)),
        ("a SOA b c 4294967296 1 1 1 1\n", ("ZF016", 1, 11, 21)),
        ("a SOA b c 1 1 1 1\n", ("ZF001", 1, 3, 6)),
        ("a NS " + "b" * 64 + "\n", ("ZN001", 1, 6, 70)),
        ("a NS " + "b." * 128 + "\n", ("ZN002", 1, 6, 262)),
        ("a NS b..c\n", ("ZN003", 1, 6, 10)),
        (".a NS b\n", ("ZN003", 1, 1, 3)),
        ("a NS b\\1\n", ("ZF001", 1, 6, 9)),
        ("a NS b\\\n", ("ZF001", 1, 6, 8)),
        ('a NS "b"\n', ("ZF001", 1, 6, 9)),
        ("a NS b\u00e9\n", ("ZN007", 1, 6, 8)),
        ("b\u00e9 NS a\n", ("ZN007", 1, 1, 3)),
        ("a SRV 0 0 1688\n", ("SRV201", 1, 11, 15)),
        ("a SRV 0 0 1688 b c\n", ("SRV201", 1, 18, 19)),
        ("a SRV\n", ("SRV201", 1, 3, 6)),
        ("a SRV 70000 0 1688 b\n", ("SRV202", 1, 7, 12)),
        ("a SRV 0 70000 1688 b\n", ("SRV202", 1, 9, 14)),
        ("a SRV 0 0 -1 b\n", ("SRV202", 1, 11, 13)),
        ("a SRV x 0 1688 b\n", ("ZF001", 1, 7, 8)),
        ("a HINFO c " + "b" * 256 + "\n", ("ZF001", 1, 11, 267)),
        ("a TXT \\256\n", ("ZF001", 1, 7, 11)),
        ("a TXT\n", ("ZF001", 1, 3, 6)),
        ("a A \\# 4 c00002\n", ("ZF001", 1, 8, 9)),
        ("a A \\# 3 c00002\n", ("ZF001", 1, 8, 9)),
        ("a A \\# x\n", ("ZF001", 1, 8, 9)),
        ("a A \\#\n", ("ZF001", 1, 3, 4)),
        ("a NS \\# 2 c00c\n", ("ZF001", 1, 9, 10)),
        ("a TYPE65280 \\# 2 0102 z\n", ("ZF001", 1, 3, 12)),
        ("a TYPE65280 x\n", ("ZF001", 1, 3, 12)),
        ("a CAA\n", ("ZF001", 1, 3, 6)),
    ],
)  # fmt: skip
def test_one_finding_per_mistake(text, expected):
    assert complaints(text + "ok A 192.0.2.9\n") == [expected]
    records = read(SOA + text + "ok A 192.0.2.9\n").records
    assert str(records[-1].rdata) == "192.0.2.9", "reading goes on after the mistake"


def test_the_sentence_names_the_missing_field():
    def sentence(text):
        return read(SOA + f"a SRV {text}\n").findings[0].message

    assert sentence("0 0 1688").startswith("target is missing")
    assert sentence("0 0 kms").startswith("port is missing")
    assert sentence("0 0").startswith("port and target are missing")
    assert "'extra' is one field too many" in sentence("0 0 1688 kms extra")


def test_a_forgotten_parenthesis_is_one_finding():
    zone = load(
        "$ORIGIN example.com.\n$TTL 1h\n@ SOA ns root ( 1 ; serial\n  2h\n  15m 2w ; more\n  10m\n"
        "  NS ns\nns A 192.0.2.1\n"
    )
    assert [(f.code, f.location.line, f.location.column) for f in zone.findings if f.code != "ZD001"] == [
        ("ZF002", 3, 15)
    ]
    assert [str(record) for record in zone.records] == [
        "example.com. 3600 IN NS ns.example.com.", "ns.example.com. 3600 IN A 192.0.2.1",
    ]  # fmt: skip


def test_what_inherits_from_an_unreadable_owner_is_not_given_another():
    assert complaints("a A 192.0.2.1\nb..c A 192.0.2.2\n A 192.0.2.3\nd A 192.0.2.4\n") == [
        ("ZN003", 2, 1, 5),
        ("ZF001", 3, 2, 13),
    ]


def test_an_owner_is_wanted_on_the_first_line():
    (finding,) = read(" A 192.0.2.1\n" + SOA).findings
    assert (finding.code, finding.location.column) == ("ZF001", 2)


def test_a_ttl_above_the_limit_is_kept_for_the_rules():
    assert rows("a 4294967295 A 192.0.2.1\n")[0][1] == 4294967295


def test_windows_ages_are_told_once():
    zone = read(SOA + "a [AGE:3606218] 60 A 192.0.2.1\nb [Aging:1] 60 A 192.0.2.2\n")
    assert [finding.code for finding in zone.findings] == ["ZF014"]
    assert len(zone.records) == 3


def test_locations_span_the_record():
    zone = read("$TTL 1\n@ SOA ns root ( 1 2\n  3 4 5 ) ; end\n  NS ns ; x\n", path="x.zone")
    spans = [(at.line, at.column, at.end_line, at.end_column) for at in [record.location for record in zone.records]]
    assert spans == [(2, 1, 3, 10), (4, 3, 4, 8)]
    assert zone.records[0].location.path == "x.zone"


def test_the_words_of_a_record_can_be_had_again():
    zone = read(SOA + "x TXT a\n_vlmcs._tcp 60 ( IN SRV 0 0 ; why\n 1688 kms ) ; end\n", path="x.zone")
    words = zone.tokens(zone.records[2])
    assert [word.text for word in words] == ["_vlmcs._tcp", "60", "IN", "SRV", "0", "0", "1688", "kms"]
    assert (words[-1].line, words[-1].column) == (4, 7)
    assert zone.tokens(zone.records[2].replace(location=None)) == []


def test_line_ends_of_all_systems():
    text = "$TTL 1\n" + SOA + "a A 192.0.2.1\nb A 192.0.2.2\n"
    records = [str(record) for record in read(text).records]
    for end in ("\r\n", "\r"):
        zone = read(text.replace("\n", end))
        assert ([str(record) for record in zone.records], zone.findings) == (records, ())


def test_bytes_are_read_as_utf_8_or_as_what_they_are():
    assert read(SOA.encode() + 'a TXT "é"'.encode()).records[1].rdata == Opaque(data=b"\x02\xc3\xa9")
    assert read(SOA.encode() + b'a TXT "\xe9"').records[1].rdata == Opaque(data=b"\x01\xe9")
    assert read(("\ufeff" + SOA).encode()).findings[0].code == "ZF013"
    assert read(SOA.encode("utf-16")).soa is not None


def test_includes():
    files = {
        "a": b"x A 192.0.2.1\n$ORIGIN deep\n$TTL 9\ny A 192.0.2.2\n",
        "b": b"z A 192.0.2.3\n$INCLUDE b\n",
        "bad": b"a A x\n",
    }

    def read_file(path):
        if path not in files:
            raise FileNotFoundError(2, "No such file or directory")
        return files[path]

    text = (
        "$TTL 5\n"
        + SOA
        + "o A 192.0.2.9\n$INCLUDE a sub\n A 192.0.2.8\nw A 192.0.2.4\n$INCLUDE b\n$INCLUDE gone\n$INCLUDE bad\n"
    )
    zone = read(text, path="main", read=read_file)
    assert [(record.owner, record.ttl, record.location.path) for record in zone.records[1:]] == [
        ("o.example.com.", 5, "main"),
        ("x.sub.example.com.", 5, "a"),
        ("y.deep.sub.example.com.", 9, "a"),
        ("o.example.com.", 5, "main"),
        ("w.example.com.", 5, "main"),
        ("z.example.com.", 5, "b"),
    ]
    assert [(f.code, f.location.path, f.location.line) for f in zone.findings] == [
        ("ZF005", "b", 2), ("ZF005", "main", 8), ("ZF001", "bad", 1),
    ]  # fmt: skip


def test_includes_have_a_depth():
    zone = read(SOA + "$INCLUDE 1\n", read=lambda path: f"$INCLUDE {int(path) + 1}\nx{path} A 192.0.2.1\n".encode())
    assert [finding.code for finding in zone.findings] == ["ZF005"]
    assert len(zone.records) == 9


def test_findings_come_in_the_order_of_the_file():
    zone = read("example.net. 1 A 192.0.2.1\na A x\n" + SOA + "b A y\nexample.org. A 192.0.2.1\n")
    assert [finding.location.line for finding in zone.findings] == [1, 2, 4, 5]


def test_the_srv_of_the_rfc_stays_itself():
    zone = load("$ORIGIN example.com.\n@ SOA a b 1 3600 3600 604800 86400\n*._tcp SRV 0 0 0 .\n")
    assert zone.records[1].rdata == Srv(priority=0, weight=0, port=0, target=".")
    assert zone.findings == ()


def test_ordinary_zones_need_no_dnspython():
    script = (
        "import sys; from kmsdns.zone import load, respond\n"
        "zone = load('$TTL 1\\n@ SOA a b 1 2 3 4 5\\n NS a\\n MX 1 a\\n TXT x\\na A 192.0.2.1\\n', 'example.com')\n"
        "assert respond(zone, 'a.example.com', 'A').answer and not zone.findings\n"
        "sys.exit('dns' in sys.modules or 'typing' in sys.modules)"
    )
    assert (
        subprocess.run([sys.executable, "-S", "-c", script], cwd=Path(__file__).parents[2], check=False).returncode == 0
    )
