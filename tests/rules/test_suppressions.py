"""Comments that hide findings: which they hide, and which are told to hide nothing."""

from __future__ import annotations

from collections.abc import Sequence

from kmsdns.jobs.validate import validate
from kmsdns.rules.catalogue import RULES
from kmsdns.rules.choice import select
from kmsdns.sessions.validate import OF_A_ZONE
from kmsdns.zone import load

ZONE = """\
$ORIGIN contoso.com.
$TTL 3600
@ IN SOA ns1 hostmaster 2026010100 7200 3600 1209600 3600
  IN NS  ns1
  IN NS  ns2
ns1 IN A 192.0.2.53
ns2 IN A 192.0.2.54
"""
OF_ZONES = [rule for rule in RULES if OF_A_ZONE.issuperset(rule.needs)]


def told(lines: str, chosen: Sequence[str] = ()) -> tuple[list[str], int]:
    """The codes found, with the text at their place, and how many are hidden."""
    text = ZONE + lines
    report = validate([("z", load(text, path="z"))], select(OF_ZONES, chosen))
    places = [(each.code, each.location) for each in report.findings]
    written = text.split("\n")
    shown = [f"{code} {written[at.line - 1][at.column - 1 :].split()[0]}" for code, at in places if at is not None]
    return shown, report.suppressed


def test_a_comment_hides_what_is_on_its_record() -> None:
    assert told("_x._tcp SRV 0 0 1 gone ; kmsdns: ignore SRV303\n") == ([], 1)
    assert told("_x._tcp SRV ( 0 0\n 1 gone ) ; kmsdns:ignore srv303\n") == ([], 1)
    assert told("; kmsdns: ignore-file SRV303\n_x._tcp SRV 0 0 1 gone\n_y._tcp SRV 0 0 1 gone\n") == ([], 2)


def test_a_comment_that_hides_nothing_is_told() -> None:
    assert told("_x._tcp SRV 0 0 1 ns1 ; kmsdns: ignore SRV303\n") == (["SUP001 SRV303"], 0)
    assert told("_x._tcp SRV 0 0 1 gone ; kmsdns: ignore SRV301, SRV303\n") == (["SUP001 SRV301,"], 1)
    assert told("; kmsdns: ignore SRV303\n_x._tcp SRV 0 0 1 gone\n") == (["SUP001 SRV303", "SRV303 gone"], 0)
    assert told("; kmsdns: ignore-file SRV303\n") == (["SUP001 SRV303"], 0)


def test_a_code_that_is_no_rules_is_told() -> None:
    assert told("_x._tcp SRV 0 0 1 gone ; kmsdns: ignore SRV3O3\n") == (["SRV303 gone", "SUP001 SRV3O3"], 0)


def test_what_was_not_judged_may_be_needed() -> None:
    line = "_x._tcp SRV 0 0 1 ns1 ; kmsdns: ignore SRV303,LIV001,SRV312\n"
    assert told(line) == (["SUP001 SRV303,LIV001,SRV312"], 0)
    assert told(line, ["SRV304", "SUP"]) == ([], 0)
    assert told(line, ["SRV303"]) == ([], 0)


def test_the_rule_can_be_hidden_as_others_can() -> None:
    assert told("_x._tcp SRV 0 0 1 ns1 ; kmsdns: ignore SRV303,SUP001\n") == ([], 1)
