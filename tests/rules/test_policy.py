"""House rules: silent until a policy gives them values; the formatter's one, which no fixture can configure."""

from __future__ import annotations

from kmsdns.jobs.validate import validate
from kmsdns.rules.choice import select
from kmsdns.rules.zone.catalogue import HOUSE
from kmsdns.rules.zone.house_rules import HouseRules
from kmsdns.zone import load

ZONE = """\
$ORIGIN contoso.com.
@ 3600 IN SOA ns1 hostmaster 2026010100 7200 3600 1209600 3600
*._tcp 1 IN SRV 0 9 1 kms01
  1 IN SRV 0 9 2 kms02
"""


def codes(text: str, house: HouseRules | None) -> list[tuple[str, int]]:
    report = validate([("house.zone", load(text, path="house.zone"))], select(HOUSE, ("POL",)), policy=house)
    return [(each.code, each.location.line) for each in report.findings if each.location is not None]


def test_without_a_policy_nothing_is_said() -> None:
    assert codes(ZONE, None) == codes(ZONE, HouseRules()) == []


def test_values_of_a_policy_count() -> None:
    assert codes(ZONE, HouseRules(ttl_max=60)) == [("POL101", 2)]
    assert codes(ZONE, HouseRules(ttl_min=2)) == [("POL101", 3)]
    assert codes(ZONE, HouseRules(services=())) == [("POL102", 3)]
    assert codes(ZONE, HouseRules(target_suffixes=())) == [("POL103", 3), ("POL103", 4)]
    assert codes(ZONE, HouseRules(minimum_targets=3)) == [("POL104", 3)]
    assert codes(ZONE, HouseRules(no_wildcard_srv=True)) == [("POL107", 3)]
    assert codes(ZONE, HouseRules(weights_sum=18)) == []
    assert codes(ZONE, HouseRules(weights_sum=0)) == [("POL108", 3)]


def test_a_layout_is_the_formatters() -> None:
    assert codes(ZONE, HouseRules(layout=lambda text: text)) == []
    assert codes(ZONE, HouseRules(layout=lambda text: text.replace("  1", "\t1"))) == [("POL105", 4)]
    assert codes(ZONE, HouseRules(layout=lambda text: text + "; the end\n")) == [("POL105", 5)]
    assert codes(ZONE, HouseRules(layout=lambda text: text.partition("\n  1")[0])) == [("POL105", 3)]


def test_a_comment_stands_on_the_line_or_alone_above_it() -> None:
    required = HouseRules(comment_required=True)
    assert codes(ZONE, required) == [("POL106", 3), ("POL106", 4)]
    assert codes(ZONE.replace("kms01\n", "kms01 ; why\n"), required) == [("POL106", 4)]
    assert codes(ZONE.replace("*._tcp", "; why\n*._tcp"), required) == [("POL106", 5)]
    quoted = ZONE + 'text 1 IN TXT "; no comment"\n_x._tcp 1 IN SRV 0 0 1 kms01\n'
    assert ("POL106", 6) in codes(quoted, required)
