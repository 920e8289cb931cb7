"""What Windows exports: dnscmd's zone files and listings, and the list of DNS Manager; told once each."""

from __future__ import annotations

import pytest

from kmsdns.zone import load

EXPORT = """\
;
;  Database file contoso.com.dns for Default zone scope in zone contoso.com.
;      Zone version:  4711
;

@                       IN  SOA dc1.contoso.com. hostmaster.contoso.com. (
                        \t4711         ; serial number
                        \t900          ; refresh
                        \t600          ; retry
                        \t86400        ; expire
                        \t3600       ) ; default TTL

;
;  Zone NS records
;

@                       NS\tdc1.contoso.com.

;
;  Zone records
;

@                       [AGE:3606218]\t600\tA\t192.0.2.10
_vlmcs._tcp             [AGE:3606218]\t3600\tSRV\t0 0 1688\tkms01.contoso.com.
                        SRV\t0 0 1688\tkms02.contoso.com.
kms01                   [AGE:3606219]\tA\t192.0.2.11
"""
LISTING = """\
Returned records:
@ [Aging:3606218] 600 A\t192.0.2.10
\t\t 3600 NS\tdc1.contoso.com.
\t\t 3600 SOA\tdc1.contoso.com. hostmaster.contoso.com. 4711 900 600 86400 3600
_vlmcs._tcp [Aging:3606218] 3600 SRV\t0 0 1688 kms01.contoso.com.

Command completed successfully.
"""
TABLE = """\
Name\tType\tData\tTimestamp
_msdcs\t\t\t
(same as parent folder)\tStart of Authority (SOA)\t[4711], dc1.contoso.com., hostmaster.contoso.com.\tstatic
(same as parent folder)\tName Server (NS)\tdc1.contoso.com.\tstatic
(same as parent folder)\tMail Exchanger (MX)\t[10]  mail.contoso.com.\tstatic
(same as parent folder)\tText (TXT)\tv=spf1 "x" -all\tstatic
kms01\tHost (A)\t192.0.2.11\t11/24/2026 4:00:00 AM
kms01\tIPv6 Host (AAAA)\t2001:0db8:0000:0000:0000:0000:0000:0001\tstatic
_vlmcs._tcp\tService Location (SRV)\t[0][100][1688] kms01.contoso.com.\t11/24/2026 4:00:00 AM
kms\tAlias (CNAME)\tkms01.contoso.com.\tstatic
"""


def codes(zone):
    return [(finding.code, finding.location.line) for finding in zone.findings]


def test_a_zone_export_needs_no_origin():
    zone = load(EXPORT)
    assert zone.origin == "contoso.com."
    assert codes(zone) == [("ZF014", 23)]
    assert [str(record) for record in zone.records[2:]] == [
        "contoso.com. 600 IN A 192.0.2.10",
        "_vlmcs._tcp.contoso.com. 3600 IN SRV 0 0 1688 kms01.contoso.com.",
        "_vlmcs._tcp.contoso.com. 3600 IN SRV 0 0 1688 kms02.contoso.com.",
        "kms01.contoso.com. 3600 IN A 192.0.2.11",
    ]


@pytest.mark.parametrize(
    ("comment", "origin"),
    [
        ("for contoso.com zone.", "contoso.com."),
        ("for Default zone scope in zone contoso.com.", "contoso.com."),
        ("for 2.0.192.in-addr.arpa zone.", "2.0.192.in-addr.arpa."),
        ("for a..b zone.", None),
        ("", None),
    ],
)
def test_the_zone_that_the_comment_names(comment, origin):
    assert load(f";\n;  Database file x.dns {comment}\n;\n").origin is None
    assert load(f";\n;  Database file x.dns {comment}\n;\n@ 1 SOA a. b. 1 2 3 4 5\n").origin == origin


def test_what_the_caller_says_comes_first():
    assert load(EXPORT, "example.net").origin == "example.net."


def test_a_listing_of_dnscmd():
    zone = load(LISTING, "contoso.com")
    assert codes(zone) == [("ZF014", 1)]
    assert [record.rdtype for record in zone.records] == ["A", "NS", "SOA", "SRV"]
    assert zone.soa is not None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_list_of_dns_manager(encoding, end):
    zone = load(TABLE.replace("\n", end).encode(encoding), "contoso.com")
    assert codes(zone) == [("ZF014", 1)]
    assert [str(record) for record in zone.records if record.rdtype not in ("MX", "TXT")] == [
        "contoso.com. 3600 IN SOA dc1.contoso.com. hostmaster.contoso.com. 4711 900 600 86400 3600",
        "contoso.com. 3600 IN NS dc1.contoso.com.",
        "kms01.contoso.com. 3600 IN A 192.0.2.11",
        "kms01.contoso.com. 3600 IN AAAA 2001:db8::1",
        "_vlmcs._tcp.contoso.com. 3600 IN SRV 0 100 1688 kms01.contoso.com.",
        "kms.contoso.com. 3600 IN CNAME kms01.contoso.com.",
    ]
    assert [record.rdata.data for record in zone.records if record.rdtype in ("MX", "TXT")] == [
        b"\x00\x0a\x04mail\x07contoso\x03com\x00", b'\x0fv=spf1 "x" -all',
    ]  # fmt: skip
    location = zone.records[4].location
    assert (location.line, location.column, location.end_line) == (7, 1, 7)
    assert zone.tokens(zone.records[4])


def test_what_is_wrong_in_a_list_is_told_in_its_cell():
    zone = load(TABLE + "bad\tHost (A)\t192.0.2.300\tstatic\nworse\tIrgendwas (FOO)\tx\tstatic\n", "contoso.com")
    found = [(f.code, f.location.line, f.location.column, f.location.end_column) for f in zone.findings[1:]]
    assert found == [("ZF001", 11, 14, 25), ("ZF015", 12, 7, 22)]


@pytest.mark.parametrize(
    "text",
    ["www\tIN\tA\t192.0.2.1\nb\tTXT (x\tA)\t1\n", "a\tA\t192.0.2.1\nb\tX (A)\tc\n", "a\tb\nx\tHost (A)\t1\n",
     "", "\t\t\t\n", "a\tb\tc\n"],
)  # fmt: skip
def test_what_is_no_list(text):
    assert "ZF014" not in [finding.code for finding in load(text, "example.com").findings]
