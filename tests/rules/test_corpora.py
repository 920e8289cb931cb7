"""Zones that nobody here wrote: what the rules must not say of those that are right, and must of those that are not."""

from __future__ import annotations

import tarfile
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from kmsdns.jobs.validate import validate
from kmsdns.model.findings import Severity
from kmsdns.model.report import Report
from kmsdns.rules.catalogue import RULES
from kmsdns.rules.choice import select
from kmsdns.sessions.validate import OF_A_ZONE
from kmsdns.zone import Zone, load

CHOSEN = select([rule for rule in RULES if OF_A_ZONE.issuperset(rule.needs)])
SAMPLE = 2000
ZONEFILES = Path(__file__).parents[2] / "zonefiles"

# What four zone checkers found in the invalid zones of Ferret, by folder: the codes of which each zone has one.
FERRET_INVALID = {
    "FalseCond_2": {"ZD001"},
    "FalseCond_3": {"ZF012"},
    "FalseCond_4": {"RR004", "RR005"},
    "FalseCond_5": {"RR005"},
    "FalseCond_6": {"ZD008"},
    "FalseCond_7": {"RR009", "ZD009"},
    "FalseCond_8": {"ZD008"},
}


def judged(zone: Zone) -> Report:
    return validate([("z", zone)], CHOSEN)


def wrong_text_or_names(report: Report) -> list[str]:
    return [
        f"{finding.code} {finding.location} {finding.message}"
        for finding in report.findings
        if finding.code[:2] in ("ZF", "ZN") and finding.severity is Severity.ERROR
    ]


def test_the_example_of_rfc_2782_is_clean_but_for_notes(corpora: Path) -> None:
    report = judged(load((corpora / "rfc/rfc2782-example.zone").read_bytes()))
    assert [finding.code for finding in report.findings if finding.severity is not Severity.NOTE] == []
    assert [finding.code for finding in report.findings if finding.code[:2] in ("ZF", "ZN", "RR", "ZD")] == ["ZF006"]


def test_the_examples_of_rfc_1034_and_other_zones_that_are_read(corpora: Path) -> None:
    folder = corpora / "nlnetlabs-domain/test-data"
    paths = [*folder.rglob("*.zone"), *folder.rglob("*.txt"), *ZONEFILES.rglob("*.zone")]
    assert len(paths) > 12
    for path in paths:
        report = judged(load(path.read_bytes(), path=path.name))
        assert wrong_text_or_names(report) == []
        if path.name.startswith("rfc1034"):
            assert [each for each in report.findings if each.severity is not Severity.NOTE] == []


def test_no_error_of_text_or_names_in_what_the_knot_scanner_accepts(corpora: Path) -> None:
    for path in sorted((corpora / "knot-zscanner/data").glob("*.in")):
        zone = load(path.read_bytes(), ".", path=path.name)
        read = {f"{each.code} {each.location} {each.message}" for each in zone.findings}
        assert set(wrong_text_or_names(judged(zone))) <= read, "what the reader refuses is tested in tests/zone"


@pytest.fixture(scope="module")
def ferret(corpora: Path) -> dict[str, list[bytes]]:
    """The zones by folder, those that are valid under "", a sample of them."""
    archive = corpora / "ferret.tar.xz"
    if not archive.is_file():
        pytest.skip(f"{archive} is not there")
    found: dict[str, list[bytes]] = defaultdict(list)
    with tarfile.open(archive) as tar:
        for member in tar:
            folder, _, name = member.name.removeprefix("./").rpartition("/")
            if member.isfile() and folder.endswith("/ZoneFiles"):
                kind = folder.split("/")[1] if folder.startswith("Invalid") else ""
                file = tar.extractfile(member)
                assert file is not None
                if kind or int(name.partition(".")[0]) <= SAMPLE:
                    found[kind].append(file.read())
    return found


def test_no_error_of_text_or_names_in_the_valid_zones_of_ferret(ferret: dict[str, list[bytes]]) -> None:
    assert len(ferret[""]) > SAMPLE * 9 // 10
    for text in ferret[""]:
        assert wrong_text_or_names(judged(load(text))) == []


@pytest.mark.parametrize("folder", FERRET_INVALID)
def test_the_invalid_zones_of_ferret(ferret: dict[str, list[bytes]], folder: str) -> None:
    assert len(ferret[folder]) == 100
    missed = Counter(
        bool(FERRET_INVALID[folder] & {finding.code for finding in judged(load(text)).findings})
        for text in ferret[folder]
    )
    assert missed[False] == 0
