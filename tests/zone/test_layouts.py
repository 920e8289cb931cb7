"""Rdata of the less common types: as dnspython encodes it, as octets, and what is wrong with it, field by field."""

from __future__ import annotations

import dns.rdata
import dns.rdataclass
import dns.rdatatype
import pytest

from kmsdns.model.records import Opaque
from kmsdns.zone import layouts, load, rdata

HEAD = "$ORIGIN example.com.\n$TTL 60\n@ SOA ns root 1 2 3 4 5\n"
SAMPLES = """
AFSDB 1 db | RT 10 relay | KX 10 kx | RP admin info.example.net. | HINFO "a b" c | MX 10 mail | MX 0 .
NAPTR 100 50 "s" "z3950+I2L+I2C" "" _z3950._tcp | NAPTR 1 2 "" "" "!^.*$!sip:a@b!" .
CERT PKIX 1 RSASHA256 AQIDBA== | CERT 65534 1 8 AQID BA== | KEY 256 3 5 AQID | DNSKEY 257 3 13 AQIDBAUG
CDNSKEY 0 3 0 AA== | DS 60485 5 1 2BB183AF5F22588179A53B0A 98631FAD1A292118 | CDS 0 0 0 00 | SSHFP 4 0 00ff
RRSIG A 5 3 86400 20030322173103 20030220173103 2642 example.com. AQID | RRSIG SRV 13 2 60 1 0 1 . AQID
NSEC host A MX RRSIG NSEC TYPE1234 | NSEC . | NSEC3PARAM 1 0 12 aabbccdd | NSEC3PARAM 1 0 0 -
NSEC3 1 1 12 aabbccdd 2vptu5timamqttgl4luu9kg21e0aor3s A RRSIG | NSEC3 1 0 0 - 2t7b4g4vsa5smi47k61mv5bv1a22bojr
TLSA 3 1 0 00ff | SMIMEA 3 1 0 00 ff | OPENPGPKEY AQID | CSYNC 66 3 A NS AAAA | DHCID AAIBY2/AuCccgoJbsaxcQc9TUapptP69
ZONEMD 2018031500 1 1 FEBE3D4CE2EC2FFA4BA99D46CD69D6D29711E55217057BEE7EB1A7B641A47BA7FED2DD5B97AE499FAFA4F22C6BD647DE
LOC 42 21 54 N 71 06 18 W -24m 30m | LOC 1 N 1 E 0 | LOC 52 14 05.5 S 00 08 50.25 E 10.25m 2m 3m 4m
APL 1:192.168.32.0/21 !1:192.168.38.0/28 2:FF00:0:0:0:0:0:0:0/8 | IPSECKEY 10 1 2 192.0.2.38 AQID
IPSECKEY 10 3 2 gw AQID | IPSECKEY 10 2 2 2001:db8::1 AQID | IPSECKEY 10 0 2 . AQID | EUI48 00-00-5e-00-53-2a
EUI64 00-00-5e-ef-10-00-00-2a | NID 10 0014:4fff:ff20:ee64 | L32 10 10.1.2.0 | L64 10 2001:0db8:1140:1000 | LP 10 l64
URI 10 1 "ftp://ftp1.example.com/public" | CAA 0 issue "ca.example.net; account=230123" | DSYNC CDS NOTIFY 53 x
TXT a "b c" \\255 | SPF "v=spf1" | RESINFO qnamemin | WALLET a b | AVC x | NINFO y
SVCB 16 foo alpn=h2,h3-19 mandatory=ipv4hint,alpn ipv4hint=192.0.2.1 | SVCB 0 x. | HTTPS 1 . port=8443 ipv6hint=::1
HTTPS 1 . alpn="h2,h3" no-default-alpn key667="a\\210b" | SVCB 1 . ohttp dohpath=/q{?dns}
"""
CASES = [line.strip() for part in SAMPLES.strip().split("\n") for line in part.split("|")]


def read(text):
    zone = load(f"{HEAD}x {text}\n")
    assert zone.findings == ()
    return zone.records[1]


@pytest.mark.parametrize("text", CASES)
def test_as_dnspython_has_it(text):
    record = read(text)
    word, _, rest = text.partition(" ")
    origin = dns.name.from_text("example.com.")
    kind = dns.rdatatype.from_text(word)
    theirs = dns.rdata.from_text(dns.rdataclass.IN, kind, rest, origin, relativize=False)
    assert record.rdata == Opaque(data=theirs.to_wire())


@pytest.mark.parametrize("text", CASES)
def test_as_octets(text):
    record = read(text)
    word = text.partition(" ")[0]
    assert read(f"{word} {record.rdata}").rdata == record.rdata
    assert read(f"TYPE{layouts.NUMBERS[word]} {record.rdata}").rdata == record.rdata
    data = record.rdata.data
    layout = layouts.layout(record.rdtype)
    if layout is not None:
        for size in range(len(data)):  # however it is cut, it is not taken for more than it is
            try:
                layouts.check(data[:size], layout)
            except ValueError:
                continue
            assert size > 0 or word in ("APL", "DELEG", "DELEGPARAM")


@pytest.mark.parametrize("text", [case for case in CASES if not case.startswith(("DSYNC", "WALLET", "AVC", "NINFO"))])
def test_shown_and_read_again(text):
    record = read(text)
    again = read(f"{text.partition(' ')[0]} {rdata.present(record.rdtype, record.rdata)}")
    assert again.rdata == record.rdata


@pytest.mark.parametrize(
    ("text", "column", "says"),
    [
        ("AFSDB 1", 9, "a domain name is missing"),
        ("AFSDB x y", 9, "the subtype is expected"),
        ("AFSDB 1 y z", 13, "'z' is one field too many"),
        ("AFSDB 65536 y", 9, "out of range"),
        ("AFSDB 1 a..b", 11, "empty label"),
        ("DS 1 8 2 0g", 12, "two hexadecimal digits"),
        ("DS 1 8 2 00", 12, "a digest of type 2 has 32 octets, and here are 1"),
        ("DNSKEY 1 3 NOPE AQID", 14, "the algorithm is expected"),
        ("DNSKEY 1 3 8 AQI", 16, "base64"),
        ("RRSIG NOPE 1 1 1 1 1 1 . AQID", 9, "a record type is expected"),
        ("RRSIG \u0661 1 1 1 1 1 1 . AQID", 9, "a record type is expected"),
        ("RRSIG A 8 1 60 20261301000000 1 1 . AQID", 18, "YYYYMMDDHHmmSS"),
        ("RRSIG A 8 1 60 99991201000000 1 1 . AQID", 18, "out of range"),
        ("NSEC3 1 0 0 0 aaaa", 15, "the salt"),
        ("NSEC3 1 0 0 - 1", 17, "base32"),
        ("LOC 91 N 0 E 0", 7, "out of range"),
        ("LOC 1 N 181 E 0", 11, "out of range"),
        ("LOC 1 1 60 N 0 E 0", 11, "seconds below 60"),
        ("LOC 1 1 1 1 N 0 E 0", 13, "N or S"),
        ("LOC 1 N 1 E x", 15, "metres"),
        ("LOC 1 N 1 E 0 90000001", 17, "out of range"),
        ("APL 3:a/1", 7, "a prefix"),
        ("APL 1:192.0.2.1/33", 7, "out of range"),
        ("APL 1:192.0.2/3", 7, "an IPv4 address"),
        ("IPSECKEY 1 0 1 x AQID", 18, "a dot"),
        ("EUI48 00-00", 9, "RFC 7043"),
        ("NID 1 0:0:0:0", 9, "RFC 6742"),
        ("CAA 0 is-sue x", 9, "a tag"),
        ("HINFO \\256 x", 9, "is no octet"),
        ("SVCB 1 . alpn", 12, "alpn takes a value"),
        ("SVCB 1 . port=1 port=2", 19, "is here twice"),
        ("SVCB 1 . bogus", 12, "a parameter"),
        ("SVCB 1 . key65536", 12, "a parameter"),
        ("SVCB 1 . ohttp=1", 12, "takes no value"),
        ("SVCB 1 . alpn=a,,b", 12, "an empty item"),
        ("SVCB 1 . alpn=a\\\\b", 12, "a backslash stands before"),
        ("SVCB 1 . mandatory=port", 12, "mandatory lists other parameters"),
        ('SVCB 1 . alpn= "h2"', 12, "alpn takes a value"),
        ('SVCB 1 . port=1 ipv4hint="1.2.3"', 19, "an IPv4 address"),
        ("SVCB 1 . alpn=" + "a" * 256, 12, "255 is the most"),
        ("DHCID \\# 0", 12, "no DHCID rdata"),
        ("SVCB \\# 3 0000c0", 11, "no SVCB rdata"),
        ("NSEC \\# 4 00000000", 11, "no NSEC rdata"),
        ("APL \\# 3 000101", 10, "no APL rdata"),
        ("IPSECKEY \\# 3 000400", 15, "no IPSECKEY rdata"),
        ("HTTPS \\# 8 0001 00 0001 0009 00", 12, "no HTTPS rdata"),
    ],
)
def test_what_is_wrong_is_told_where_it_is(text, column, says):
    (finding,) = load(f"{HEAD}x {text}\n").findings
    assert finding.location is not None
    assert (finding.location.line, finding.location.column) == (4, column)
    assert says in finding.message


def test_parameters_that_generate_makes():
    zone = load(HEAD + '$GENERATE 1-2 h$ HTTPS 1 . alpn="h$"\n')
    assert [str(record.rdata) for record in zone.records[1:]] == [
        "\\# 10 000100000100030268" + digit for digit in ("31", "32")
    ]


def test_a_long_text_goes_on_in_the_next_string():
    record = read('TXT "' + "a" * 300 + '"')
    assert record.rdata == Opaque(data=b"\xff" + b"a" * 255 + b"\x2d" + b"a" * 45)


def test_alias_is_read_and_told():
    zone = load(HEAD + "x ALIAS y\nz ALIAS y\nz TYPE65401 y\n")
    assert [(f.code, f.location.line, f.location.column) for f in zone.findings] == [("ZF015", 4, 3), ("ZF015", 5, 3)]
    assert [record.rdtype for record in zone.records[1:]] == ["TYPE65401"] * 3
