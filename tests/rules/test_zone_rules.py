"""Rules of zone files together: one finding for one cause, where it is told, and how badly."""

from __future__ import annotations

import pytest

from kmsdns.jobs.validate import validate
from kmsdns.model.findings import Finding, Safety, Severity
from kmsdns.rules.catalogue import RULES
from kmsdns.rules.choice import select
from kmsdns.sessions.validate import OF_A_ZONE
from kmsdns.zone import load

HEAD = """\
$ORIGIN contoso.com.
$TTL 3600
@ IN SOA ns1 hostmaster 2026010100 7200 3600 1209600 3600
@ IN NS ns1
@ IN NS ns2
ns1 IN A 192.0.2.53
ns2 IN A 198.51.100.53
"""
CHOSEN = select([rule for rule in RULES if OF_A_ZONE.issuperset(rule.needs)])


def findings(lines: str, head: str = HEAD) -> tuple[Finding, ...]:
    return validate([("z", load(head + lines, path="z"))], CHOSEN).findings


def told(lines: str, head: str = HEAD) -> list[str]:
    return [finding.code for finding in findings(lines, head)]


SRV = "_vlmcs._tcp IN SRV 0 0 1688 kms01\n"


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        (SRV, ["SRV303"]),
        (SRV + "kms01 IN A 192.0.2.256\n", ["ZF001"]),
        (SRV + "kms01 IN AAAAA 2001:db8::1\n", ["ZF015"]),
        (SRV + "kms01.contoso.com IN A 192.0.2.11\n", ["ZN004"]),
        (SRV + "kms01.contoso.com.contoso.com. IN A 192.0.2.11\n", ["SRV303", "ZN004"]),
        (SRV + "kms01 IN\u00a0TXT x\n", ["SRV304", "ZF013"]),
        (SRV + "kms02.contoso.com IN A 192.0.2.11\n", ["SRV303", "ZN004"]),
        ("www IN CNAME web.contoso.com\n", ["ZN005"]),
        ("www IN CNAME web.example.net\n", ["ZN005"]),
        ("@ IN MX 10 mail.contoso.com\n", ["ZN005"]),
        ("@ IN MX 10 mail\nmail.contoso.com IN A 192.0.2.25\n", ["ZN004"]),
        ("@ IN MX 10 192.0.2.25\n", ["RR010"]),
        ("@ IN MX 10 mail\nmail IN CNAME gone\n", ["RR011", "RR008"]),
        ("eu IN NS ns.eu\nns.eu.contoso.com IN A 192.0.2.54\n", ["ZN004"]),
        ("* IN A 192.0.2.80\na.eu IN A 192.0.2.81\nwww IN CNAME b.eu\n", ["ZN011"]),
        ("* IN A 192.0.2.80\nwww IN CNAME b.eu\n", []),
        ("a IN CNAME b\nb IN CNAME a\n", ["RR006"]),
        ("old IN DNAME fabrikam.com.\nx.old IN NS ns1\n", ["ZD009"]),
        ("eu IN NS ns1\nold.eu IN DNAME x.\nx.old.eu IN A 192.0.2.1\n", ["ZD008", "ZD008"]),
    ],
)
def test_one_finding_for_one_cause(lines: str, codes: list[str]) -> None:
    assert sorted(told(lines)) == sorted(codes)


@pytest.mark.parametrize(
    "lines",
    [
        "contoso.com._report._dmarc IN TXT x\n",  # RFC 7489 7.1
        "@ IN MX 0 .\n",  # RFC 7505
        "*._tcp IN SRV 0 0 0 .\n",  # RFC 2782
        "gc._msdcs IN A 192.0.2.10\n",
        "a\\.b IN TXT x\nx IN CNAME a\\.b\n",
        "kms IN TYPE65280 \\# 2 abcd\n",
        "$GENERATE 1-3 kms$ A 192.0.2.$\n",
        "sub IN NS ns1.sub\nns1.sub IN A 192.0.2.54\nsub2 IN NS ns1.sub\n",
        "sub IN NS ns1\nsub IN DS 12345 13 2 " + "ab" * 32 + "\n",
        "www IN CNAME www.example.net.\n",
        "www IN CNAME x.sub\nsub IN NS ns1\n",
        "www IN CNAME ns1\nwww IN RRSIG CNAME 13 3 60 20300101000000 20260101000000 1 contoso.com. abcd\n",
    ],
)
def test_what_is_right_is_silent(lines: str) -> None:
    assert told(lines) == []


def test_a_name_that_has_its_final_dot_is_a_warning() -> None:
    (written,) = findings("kms01.contoso.com.contoso.com. IN A 192.0.2.11\n")
    (relative,) = findings("kms01.contoso.com IN A 192.0.2.11\n")
    assert (written.code, written.severity) == (relative.code, Severity.WARNING) == ("ZN004", Severity.WARNING)
    assert relative.severity is Severity.ERROR
    (guessed,) = findings("@ IN MX 10 mail.example.net\n")
    assert (guessed.code, guessed.severity) == ("ZN005", Severity.WARNING)


def test_below_the_root_nothing_is_a_forgotten_dot() -> None:
    head = "$ORIGIN .\n$TTL 60\n@ SOA a.test. b.test. 1 7200 3600 1209600 3600\n@ NS a.test.\n@ NS b.test.\n"
    assert "ZN005" not in told("test NS ns.example.net\n", head)


def test_an_origin_without_its_dot_is_told_once_at_the_directive() -> None:
    found = findings("$ORIGIN eu.contoso.com ; forgotten\na IN A 192.0.2.1\nb IN A 192.0.2.2\n")
    (finding,) = [each for each in found if each.code == "ZN004"]
    assert finding.location is not None
    assert (finding.location.line, finding.location.column, finding.location.end_column) == (8, 9, 23)
    assert finding.related[0].location.line == 9


def test_a_ttl_directive_that_is_too_large_is_told_once() -> None:
    found = findings("$TTL 4000000000\na IN A 192.0.2.1\nb 3000000000 IN A 192.0.2.2\n")
    assert [(each.code, each.location and each.location.line) for each in found] == [("RR003", 8), ("RR003", 10)]


def test_changes_of_a_fix() -> None:
    (finding,) = findings("kms01.contoso.com 60 IN A 192.0.2.11\n")
    assert finding.fix is not None
    assert finding.fix.safety is Safety.UNSAFE
    assert [(each.op, each.name, each.ttl, each.rdata) for each in finding.fix.changes] == [
        ("delete", "kms01.contoso.com.contoso.com.", 60, "192.0.2.11"),
        ("add", "kms01.contoso.com.", 60, "192.0.2.11"),
    ]
    (finding,) = findings("@ IN MX 10 mail\nmail IN CNAME ns1\n")
    assert finding.fix is not None
    assert [(each.op, each.rdata) for each in finding.fix.changes] == [
        ("delete", "10 mail.contoso.com."),
        ("add", "10 ns1.contoso.com."),
    ]


def test_the_ttl_that_differs_is_pointed_at() -> None:
    (finding,) = findings("$GENERATE 1-2 k 60 A 192.0.2.$\nk 70 IN A 192.0.2.3\n")
    assert finding.code == "RR001"
    assert finding.location is not None
    assert (finding.location.line, finding.location.column) == (9, 3)
    assert (finding.related[0].location.line, finding.related[0].location.column) == (8, 17)


@pytest.mark.parametrize(
    ("before", "serial", "is_told"),
    [(1, 2, False), (2, 2, True), (2, 1, True), (2**32 - 1, 0, False), (0, 2**31, True), (5, 2**31 + 4, False)],
)
def test_serials_count_as_rfc_1982_says(before: int, serial: int, is_told: bool) -> None:
    zone = load(HEAD.replace("2026010100", str(serial)), path="z")
    report = validate([("z", zone)], CHOSEN, base={"contoso.com.": before, "fabrikam.com.": 9})
    assert [finding.code for finding in report.findings] == (["ZD006"] if is_told else [])
    assert validate([("z", zone)], CHOSEN).findings == ()


@pytest.mark.parametrize(
    ("rname", "meant"),
    [
        ("admin@contoso.com.", "admin.contoso.com."),
        ("admin@contoso.com", "admin.contoso.com."),
        ("host.master@example.net", "host\\.master.example.net."),
        ("host\\.master@contoso.com.", "host\\.master.contoso.com."),
        ("admin@eu", "admin.eu.contoso.com."),
    ],
)
def test_a_mail_address_becomes_a_name(rname: str, meant: str) -> None:
    (finding,) = findings("", HEAD.replace("hostmaster", rname))
    assert (finding.code, finding.fix and finding.fix.summary) == ("ZD004", f"write {meant}")


def test_public_zones_and_special_names() -> None:
    def codes(text: str, is_public: bool | None) -> list[str]:
        return [each.code for each in validate([("z", load(text))], CHOSEN, is_public=is_public).findings]

    local = HEAD.replace("contoso.com", "contoso.local")
    assert codes(local, True) == ["ZN010"]
    assert codes(local, None) == codes(local, False) == []
