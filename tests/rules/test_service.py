"""One service's records picked out of a zone are judged as they are in the whole of it."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.zones import zone as active_directory
from kmsdns.jobs.validate import only_about, validate
from kmsdns.model.report import Report
from kmsdns.zone import Zone, load
from kmsdns.zone.columns import Unusual
from kmsdns.zone.service_extract import pick
from tests.rules.test_screen import BUSY, CHOSEN, ROOT
from tests.zone.test_plain import ZONES

RULES = tuple([rule for rule in CHOSEN if rule.per_service])
EXAMPLES = int(os.environ.get("KMSDNS_TEST_EXAMPLES", "400"))
KMS, LDAP = "_vlmcs._tcp", "_ldap._tcp"


def judged(zone: Zone, service: str) -> Report:
    return only_about(validate([("z", zone)], RULES), [zone], service)


def same(text: str | bytes, service: str = KMS, origin: str | None = None) -> bool:
    """Whether the records could be picked; it must come to the same report."""
    try:
        part = pick(text, service, origin, path="z")
    except Unusual:
        return False
    whole, picked = judged(load(text, origin, path="z"), service), judged(part, service)
    assert [*map(str, picked.findings)] == [*map(str, whole.findings)]
    assert picked.replace(sources={}) == whole.replace(sources={})
    return True


def test_on_every_corpus(corpora: Path):
    paths = [path for path in corpora.rglob("*") if path.suffix in (".in", ".zone", ".txt", ".yaml")]
    assert len(paths) > 100
    for path in paths:
        for service in (KMS, LDAP, "_sip._tcp", "_http._tcp"):
            same(path.read_bytes(), service)


def test_on_the_fixtures_of_all_rules_and_the_bundled_zones():
    paths = [*(ROOT / "fixtures/rules").rglob("*.zone"), *(ROOT / "zonefiles").rglob("*.zone")]
    assert len(paths) > 150
    assert sum([same(path.read_bytes()) for path in paths]) > 60


@given(st.one_of(BUSY, BUSY, BUSY, ZONES), st.sampled_from([KMS, LDAP]), st.sampled_from([None, "corp.test"]))
@settings(max_examples=EXAMPLES, deadline=None)
def test_on_made_up_zones(text, service, origin):
    same(text, service, origin)


@pytest.mark.parametrize("seed", range(4))
def test_on_a_zone_of_an_active_directory_with_mistakes(seed):
    dice = random.Random(seed)
    lines = "".join(active_directory(1500, seed)).splitlines(keepends=True)
    assert same("".join(lines), KMS)
    assert same("".join(lines), LDAP)
    for _ in range(40):
        at = dice.randrange(9, len(lines))
        other = lines[dice.randrange(9, len(lines))]
        lines[at] = dice.choice(
            [lines[at] + other, other, lines[at].upper(), lines[at].replace(" 100 ", " 1 "),
             lines[at].replace("A 10.", "A 127."), lines[at].replace("600", "700"),
             lines[at].replace("alias0", "dc0"), lines[at].replace("host", "dc")]
        )  # fmt: skip
    same("".join(lines), KMS)
    same("".join(lines), LDAP)
