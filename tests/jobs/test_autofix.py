"""Fixes made in zone files: only what they are about changes, each is tried, and once is enough."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kmsdns.jobs.autofix import Autofixed, mend
from kmsdns.jobs.document import Document
from kmsdns.jobs.validate import validate
from kmsdns.model.findings import Change, Finding, Fix, Rewrite, Safety, Severity
from kmsdns.model.names import fold
from kmsdns.model.records import Location, Record, Soa, Srv
from kmsdns.model.report import Report
from kmsdns.rules.catalogue import RULES
from kmsdns.rules.choice import select
from kmsdns.sessions.validate import OF_A_ZONE
from kmsdns.zone import load
from tests.amount import examples

FIXTURES = sorted((Path(__file__).parents[2] / "fixtures" / "rules").glob("*/bad.zone"))
ON = select([rule for rule in RULES if OF_A_ZONE.issuperset(rule.needs)])
NOW = 1_795_500_000.0  # 2026-11-24
HEAD = """\
$ORIGIN contoso.com.
$TTL 3600
@  SOA ns1 hostmaster 7 7200 3600 1209600 3600
   NS  ns1
   NS  ns2
ns1 A  192.0.2.53
ns2 A  198.51.100.53
"""


def document(text: str | bytes) -> Document:
    octets = text.encode() if isinstance(text, str) else text

    def read(data: bytes):
        return load(data, "contoso.com.", path="x.zone")

    return Document(path="x.zone", octets=octets, zone=read(octets), read=read)


def judge(documents) -> Report:
    return validate([(each.path, each.zone) for each in documents], ON)


def mended(text: str | bytes, *, unsafe: bool = False, now: float | None = None) -> Autofixed:
    return mend([document(text)], judge, unsafe=unsafe, now=now)


def text_of(result: Autofixed) -> str:
    return result.documents[0].octets.decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("kms A 192.0.2.1 ; one\nkms A 192.0.2.1 ; two\n", "kms A 192.0.2.1 ; one\n"),
        (
            "kms 60 A 192.0.2.1\nkms A 192.0.2.1\n    AAAA 2001:db8::1\n",
            "kms 60 A 192.0.2.1\n    AAAA 2001:db8::1\n",
        ),
        ("_x._tcp SRV 1 2 3 . ; none\n", "_x._tcp SRV 0 0 0 . ; none\n"),
        (
            "_x._tcp\t60 IN SRV ( 0 ; p\n 5 ; w\n 80 ns1 )\n",
            "_x._tcp\t60 IN SRV ( 0 ; p\n 0 ; w\n 80 ns1 )\n",
        ),
        ("kms A 192.0.2.1 ; end", "kms A 192.0.2.1 ; end\n"),
        ("kms\u00a0A\u200b 192.0.2.1\n", "kms A 192.0.2.1\n"),
        ("t TXT \u201cv=spf1 -all\u201d ; \u201ckept\u201d\n", 't TXT "v=spf1 -all" ; \u201ckept\u201d\n'),
        ("$ORIGIN eu.contoso.com.\n  A 192.0.2.9\n", "$ORIGIN eu.contoso.com.\nns2.contoso.com.  A 192.0.2.9\n"),
        ("kms A 192.0.2.1 ; kmsdns: ignore SRV404\n", "kms A 192.0.2.1\n"),
        (
            "kms A 192.0.2.1 ; why ; kmsdns: ignore RR002, srv404 for now\nkms A 192.0.2.1\n",
            "kms A 192.0.2.1 ; why\n",
        ),
        ("; kmsdns: ignore-file weight-without-choice\nkms A 192.0.2.1\n", "kms A 192.0.2.1\n"),
        ("_x._tcp SRV 0 5 80 ns1 ; kmsdns: ignore SRV4\n", "_x._tcp SRV 0 5 80 ns1 ; kmsdns: ignore SRV4\n"),
    ],
)
def test_what_is_safe_is_mended_and_nothing_else_changes(before: str, after: str) -> None:
    for newline in ("\n", "\r\n"):
        result = mended((HEAD + before).replace("\n", newline))
        assert text_of(result) == (HEAD + after).replace("\n", newline)
        assert result.notices == ()


def test_a_default_ttl_changes_no_ttl_that_was_known() -> None:
    head = "; a comment\n@ SOA ns1 hostmaster 7 7200 3600 1209600 900\n NS ns1\n NS ns2\nns1 60 A 192.0.2.53\n"
    result = mended(head + "ns2 A 198.51.100.53\n")
    assert text_of(result).startswith("; a comment\n$TTL 900\n@ SOA")
    ttls = {(each.owner, each.rdtype): each.ttl for each in result.documents[0].zone.records}
    assert ttls["contoso.com.", "NS"] == 900
    assert ttls["ns2.contoso.com.", "A"] == 60, "as it was"
    assert [each for each in result.report.findings if each.code in ("ZF006", "ZF007")] == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("_x._tcp SRV 0 0 80 ns1.contoso.com ; dot\n", "_x._tcp SRV 0 0 80 ns1.contoso.com. ; dot\n"),
        ("a CNAME ns1\n_x._tcp SRV 0 0 80 a\n", "a CNAME ns1\n_x._tcp SRV 0 0 80 ns1\n"),
        (
            "_tcp._x SRV 0 0 80 ns1\n        TXT why\n",
            "_x._tcp SRV 0 0 80 ns1\n_tcp._x.contoso.com.        TXT why\n",
        ),
        (
            "_tcp._x SRV 0 1 80 ns1\n        SRV 0 1 80 ns2\nn TXT x\n",
            "_x._tcp SRV 0 1 80 ns1\n        SRV 0 1 80 ns2\nn TXT x\n",
        ),
    ],
)
def test_what_is_unsafe_waits_to_be_asked_for(before: str, after: str) -> None:
    assert text_of(mended(HEAD + before)) == HEAD + before
    assert text_of(mended(HEAD + before, unsafe=True)) == HEAD + after


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.parent.name)
def test_fixes_of_each_rule_leave_nothing_worse(path: Path) -> None:
    before = document(path.read_bytes())
    found = Counter(each.code for each in judge([before]).findings)
    for unsafe in (False, True):
        result = mend([before], judge, unsafe=unsafe, now=NOW)
        left = Counter(each.code for each in result.report.findings)
        assert not left - found, "no code is told more often"
        again = mend(result.documents, judge, unsafe=unsafe, now=NOW + 1e6)
        assert (again.documents[0].octets, again.made) == (result.documents[0].octets, 0)
        assert again.notices == result.notices
    assert "is not fixed: it is about" not in " ".join(result.notices)


LINES = st.sampled_from(
    [
        "kms A 192.0.2.1", "kms A 192.0.2.1 ; again", "kms 60 A 192.0.2.1", "    AAAA 2001:db8::1", "\tTXT \"a;b\"",
        "_x._tcp SRV 0 5 80 kms", "      60 SRV 0 5 80 kms.contoso.com", "_tcp._x SRV 0 0 80 alias", "alias CNAME kms",
        "_y._udp SRV 1 2 3 .", "$TTL 5", "$TTL 3600", "$ORIGIN eu.contoso.com.", "$ORIGIN contoso.com.",
        "w\u00a0A 192.0.2.8", "t TXT \u201cx\u201d", "_z._tcp SRV ( 0 7", "  80 ns1 )", "bad LINE",
        "$GENERATE 1-2 h$ A 192.0.2.$",
        "kms A 192.0.2.1 ; kmsdns: ignore RR002", "_x._tcp SRV 0 5 80 kms ; kmsdns: ignore SRV404, SRV999", "; text",
        "@ 3600 IN SOA ns1 hostmaster 2026010101 2h 1h 2w 1h", "  NS ns1", "ns1 A 192.0.2.53", "",
        "192.0.2.1 A 192.0.2.1",
    ]
)  # fmt: skip


@settings(max_examples=examples(120))
@given(st.lists(LINES, max_size=14), st.booleans(), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_fixing_twice_is_fixing_once(lines: list[str], unsafe: bool, newline: str, is_ended: bool) -> None:
    text = newline.join(lines) + (newline if is_ended else "")
    before = document(text)
    once = mend([before], judge, unsafe=unsafe, now=NOW)
    twice = mend(once.documents, judge, unsafe=unsafe, now=NOW + 1e6)
    assert twice.documents[0].octets == once.documents[0].octets
    found = Counter(each.code for each in judge([before]).findings)
    assert not Counter(each.code for each in once.report.findings) - found
    if not once.made:
        assert once.documents[0].octets == before.octets
    old, new = before.zone.records, once.documents[0].zone.records
    if unsafe:  # which removes the "." beside real targets, besides
        marks = {_meant(each) for each in old if each.rdtype == "SRV" and each.rdata.is_no_service}
        assert {_meant(each) for each in old} - marks <= {_meant(each) for each in new}, "no record is lost"
    else:
        assert {_data(each) for each in old} == {_data(each) for each in new}, "no record is lost or made"


def _data(record: Record) -> tuple[str, str, str]:
    """What a safe fix leaves alone: all but TTLs, weights without a choice, serials, and quotes in texts."""
    value = "" if record.rdtype == "TXT" else record.rdata
    if isinstance(value, Srv):
        value = value.target
    elif isinstance(value, Soa):
        value = value.mname
    return fold(record.owner), record.rdtype, str(value)


def _meant(record: Record) -> tuple[str, str, str]:
    """What an unsafe fix leaves alone: the owner's labels in their order, the target with its dot, no alias as one."""
    owner, rdtype, value = _data(record)
    if rdtype == "SRV":
        owner = owner.replace("_tcp._x.", "_x._tcp.")
        value = "kms.contoso.com." if value.startswith("kms.contoso.com.") else value
        value = "kms." + value.removeprefix("alias.") if value.startswith("alias.") else value
    return owner, rdtype, value


def faulty(fix: Fix):
    """A judge that finds the one mistake, with the given fix, until ns9 is there."""

    def judged(documents) -> Report:
        report = judge(documents)
        if any(record.owner == "ns9.contoso.com." for record in documents[0].zone.records):
            return report
        finding = Finding(
            code="ZZ001",
            slug="zz",
            severity=Severity.ERROR,
            subject="x",
            message="m",
            location=Location(path="x.zone", line=6, column=1, end_line=6, end_column=4),
            fix=fix,
        )
        return report.replace(findings=(*report.findings, finding))

    return judged


A_53 = Change(op="delete", name="ns1.contoso.com.", ttl=3600, rdtype="A", rdata="192.0.2.53")
ELSEWHERE = Location(path="y.zone", line=1, column=1, end_line=1, end_column=1)
AT = Location(path="x.zone", line=6, column=1, end_line=6, end_column=4)


@pytest.mark.parametrize(
    ("fix", "why"),
    [
        (Fix(summary="s", safety=Safety.SAFE), "says no change"),
        (Fix(summary="s", safety=Safety.SAFE, changes=(A_53.replace(op="add"),)), "would bring RR002"),
        (Fix(summary="s", safety=Safety.SAFE, changes=(A_53.replace(rdata="192.0.2.54"),)), "there is no record"),
        (Fix(summary="s", safety=Safety.SAFE, changes=(A_53, A_53.replace(op="add", rdata="x y"))), "cannot be read"),
        (Fix(summary="s", safety=Safety.SAFE, changes=(A_53, A_53.replace(op="add", ttl=60))), "would stay"),
        (Fix(summary="s", safety=Safety.SAFE, rewrites=(Rewrite(location=AT, text="("),)), "would "),
        (Fix(summary="s", safety=Safety.SAFE, rewrites=(Rewrite(location=ELSEWHERE, text=""),)), "not stand"),
    ],
)  # fmt: skip
def test_a_fix_that_does_harm_is_not_made_and_is_told(fix: Fix, why: str) -> None:
    result = mend([document(HEAD)], faulty(fix), now=NOW)
    assert (text_of(result), result.made) == (HEAD, 0)
    (notice,) = result.notices
    assert notice.startswith("x.zone:6: ZZ001 is not fixed: ")
    assert why in notice


def test_harm_among_many_good_fixes_spoils_none_of_them() -> None:
    many = "".join(f"h{n} A 192.0.2.{n}\nh{n} A 192.0.2.{n}\n" for n in range(1, 60))
    bad = Fix(summary="s", safety=Safety.SAFE, changes=(A_53,))
    result = mend([document(HEAD + many)], faulty(bad))
    assert result.made == 59
    assert text_of(result) == HEAD + "".join(f"h{n} A 192.0.2.{n}\n" for n in range(1, 60))
    assert len(result.notices) == 1


def test_a_record_is_added_behind_those_of_its_owner() -> None:
    add = Change(op="add", name="ns1.contoso.com.", ttl=60, rdtype="AAAA", rdata="2001:db8::53")
    new = Change(op="add", name="ns9.contoso.com.", ttl=60, rdtype="A", rdata="192.0.2.9")
    fix = Fix(summary="s", safety=Safety.SAFE, changes=(add, new))
    result = mend([document(HEAD)], faulty(fix))
    lines = text_of(result).splitlines()
    assert lines[6:8] == ["ns1.contoso.com. 60 IN AAAA 2001:db8::53", "ns9.contoso.com. 60 IN A 192.0.2.9"]
    assert len(lines) == len(HEAD.splitlines()) + 2


@pytest.mark.parametrize(
    ("serial", "wanted"),
    [(7, 8), (2026010101, 2026112401), (2026112405, 2026112406), (1_700_000_000, 1_795_500_000), (2**32 - 1, 1)],
)
def test_the_serial_goes_up_as_its_own_kind_does(serial: int, wanted: int) -> None:
    text = HEAD.replace(" 7 7200", f" {serial} 7200 ( )") + "kms A 192.0.2.1\nkms A 192.0.2.1\n"
    assert text_of(mended(text, now=NOW)) == (HEAD.replace(" 7 7200", f" {wanted} 7200 ( )") + "kms A 192.0.2.1\n")
    assert f" {serial} 7200" in text_of(mended(text)), "no clock, no serial"


def test_other_encodings_stay_what_they_are() -> None:
    text = HEAD + "kms A 192.0.2.1 ; \u00e9\nkms A 192.0.2.1\n"
    for encoding in ("utf-16", "latin-1"):
        result = mended(text.encode(encoding))
        assert result.documents[0].octets.decode(encoding) == HEAD + "kms A 192.0.2.1 ; \u00e9\n"
