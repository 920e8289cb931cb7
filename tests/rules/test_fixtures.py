"""fixtures/rules: each rule fires on its bad zone exactly as expected.txt says, and no rule fires on any good zone.

A folder is called CODE-slug. expected.txt is what `kmsdns validate -f short bad.zone` prints in that folder; where a
bad zone can't avoid another code, it says so too. options.toml, where it is there, holds keyword arguments of
jobs.validate.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from kmsdns.formats import Style
from kmsdns.formats.terminal.short import render
from kmsdns.jobs.validate import validate
from kmsdns.model.names import from_text
from kmsdns.model.report import Report
from kmsdns.net.files.gathering import gather
from kmsdns.rules.catalogue import RULES
from kmsdns.rules.choice import select
from kmsdns.rules.zone.house_rules import HouseRules
from kmsdns.sessions.validate import OF_A_ZONE

FOLDER = Path(__file__).parents[2] / "fixtures" / "rules"
FIXTURES = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())
BY_NAME = {f"{rule.code}-{rule.slug}": rule for rule in RULES}
WITHOUT = ("POL105",)
"""Rules that options.toml can't configure: tests/rules/test_policy.py shows them at work."""


def judged(name: str, file: str) -> Report:
    """The report on a file of the working folder, by every rule that is on, and the fixture's own."""
    options = Path("options.toml")
    given = tomllib.loads(options.read_text()) if options.exists() else {}
    if "policy" in given:
        values = {key: tuple(value) if isinstance(value, list) else value for key, value in given["policy"].items()}
        given["policy"] = HouseRules(**values)
    if "suffixes" in given:
        given["suffixes"] = [from_text(suffix) for suffix in given["suffixes"]]
    if "view" in given:
        given["is_public"] = given.pop("view") == "public"
    chosen = select([rule for rule in RULES if OF_A_ZONE.issuperset(rule.needs)], (), (name.partition("-")[0],))
    read = [(each.path, each.zone) for each in gather([file], include_root=".")]
    return validate(read, chosen, **given)


@pytest.mark.parametrize("name", FIXTURES)
def test_a_rule_fires_on_its_bad_zone(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER / name)
    report = judged(name, "bad.zone")
    assert render(report, Style()) == Path("expected.txt").read_text()
    own = [finding for finding in report.findings if finding.code == BY_NAME[name].code]
    assert own, "the fixture shows its own rule at work"
    assert all(finding.slug == BY_NAME[name].slug for finding in own)
    assert all(finding.location is not None for finding in own), "a rule of zones says where"


@pytest.mark.parametrize("name", FIXTURES)
def test_no_rule_fires_on_a_good_zone(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER / name)
    assert render(judged(name, "good.zone"), Style()) == ""


def test_every_rule_that_a_zone_file_can_meet_has_fixtures() -> None:
    wanted = {name for name, rule in BY_NAME.items() if OF_A_ZONE.issuperset(rule.needs)}
    assert {name for name in wanted - set(FIXTURES) if not name.startswith(WITHOUT)} == set()
    assert set(FIXTURES) <= wanted
