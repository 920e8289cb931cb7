"""Every scenario end to end: its zones on the bundled server, its listeners, and a diagnosis of its client."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest

import kmsdns
from kmsdns.formats import FORMATS, render
from kmsdns.formats.glyphs import GLYPHS
from kmsdns.kms.diagnosis import would_show
from kmsdns.model.findings import Severity
from kmsdns.model.report import Status
from kmsdns.net.files.evidence import gather
from kmsdns.net.scenario import ScenarioRun, evidence_paths, probe_of, read_scenario

FOLDER = Path("fixtures/scenarios")
NAMES = sorted(path.stem for path in FOLDER.glob("*.toml"))
ROWS = 39


def diagnosed(name: str) -> tuple[object, kmsdns.model.report.Report]:
    scenario = read_scenario(name)
    spec = scenario.client
    with ScenarioRun(scenario) as stage:
        report = kmsdns.diagnose(
            scenario.domain,
            config=stage.config,
            evidence=gather(evidence_paths(scenario)),
            servers=[stage.address],
            probe=probe_of(scenario),
            known_hosts=spec.known_hosts if spec else (),
            machines=spec.machines if spec else None,
            profile=scenario.profile,
            timeout=0.5,
        )
    return scenario, report


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_is_diagnosed_as_it_says(name: str) -> None:
    scenario, report = diagnosed(name)
    codes = sorted({each.code for each in report.findings if each.severity is not Severity.NOTE})
    used = report.clients[0].found.used if report.clients[0].found else None
    told = (codes, would_show(report.clients[0]), None if used is None else str(used))
    assert told == (sorted(scenario.expect.codes), scenario.expect.would_show, scenario.expect.used)
    assert render("text", report)[0] == GLYPHS[report.status]
    worst = min((each.severity.rank for each in report.findings if not each.is_open), default=Severity.NOTE.rank)
    assert report.status is not Status.PASSES or worst > Severity.ERROR.rank, "no tick above an error"
    for form in FORMATS:
        assert render(form, report) or form in ("short", "jsonl", "github", "azure")
    ElementTree.fromstring(render("html", report))  # the page is well-formed XML, too


def test_every_row_of_the_table_of_failures_has_its_scenario() -> None:
    rows = {tomllib.loads(path.read_text())["row"] for path in FOLDER.glob("*.toml")}
    assert rows == set(range(1, ROWS + 1))


def test_the_page_of_scenarios_is_up_to_date() -> None:
    made = subprocess.run([sys.executable, "docs/scenarios.py"], capture_output=True, text=True, check=True).stdout
    assert Path("docs/scenarios.md").read_text() == made, "python docs/scenarios.py > docs/scenarios.md"
