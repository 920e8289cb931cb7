"""A new rule is one function and two fixtures: one is added to a copy of the package, and seen everywhere."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import kmsdns

PACKAGE = Path(kmsdns.__file__).parent
ROOT = PACKAGE.parent
NAME = "SRV299-port-of-a-test"

FUNCTION = '''
"""A rule that somebody adds."""

from __future__ import annotations

from kmsdns.model.findings import Fix, Safety, Severity, TextEdit
from kmsdns.rules.rule import Needs, FindingDraft, rule
from kmsdns.rules.srv.entries import PORT, place


@rule(
    "SRV299",
    "port-of-a-test",
    Severity.WARNING,
    "RFC 6335 6",
    needs=(Needs.ZONE,),
    safety=Safety.SAFE,
    causes=("RR003",),
    per_service=False,
    edit=TextEdit.LINE,
)
def port_of_a_test(case):
    """The port is 7777, which is used in tests.

    Why: Somebody forgot it there.
    Fix: Remove the record.
    Example: Not 7777, but
        _vlmcs._tcp  IN  SRV  0 0 1688 kms01.contoso.com.
    """
    for found in case.sets:
        for each in found.entries:
            if each.srv.port == 7777:
                yield FindingDraft(
                    subject=found.owner,
                    message=f"the port of {each.srv.target} is 7777, that of a test",
                    location=place(found, each, PORT),
                    fix=Fix(summary="remove the record", safety=Safety.SAFE),
                )
'''

GOOD = """\
$ORIGIN contoso.com.
$TTL 3600
@          IN SOA ns1 hostmaster 2026010100 7200 3600 1209600 3600
           IN NS  ns1
           IN NS  ns2
ns1        IN A   192.0.2.53
ns2        IN A   198.51.100.53
_sip._tcp  IN SRV 0 0 5060 ns1
"""
LINE = "_sip._tcp  IN SRV 1 0 7777 ns2\n"
EXPECTED = "bad.zone:9:23: SRV299 warning: the port of ns2.contoso.com. is 7777, that of a test\n"

SEEN = """
import json
from kmsdns.jobs.explain import explain
from kmsdns.rules.case import Case
from kmsdns.rules.catalogue import RULES
from kmsdns.rules.choice import run, select, skipped
from kmsdns.rules.zone.view import Zones, ZoneView
from kmsdns.zone import load
chosen = select(RULES, ("SRV299",))
beside = select(RULES, ("SRV299", "RR003"))
def told(text):
    return [each.code for each in run(beside, Case(zones=Zones([ZoneView(load(text), "bad.zone")], ())))]
bad = open("bad.zone").read()
print(json.dumps({
    "select": [[rule.code for rule in select(RULES, (word,))] for word in ("srv299", "port-of-a-test", "SRV29")],
    "ignored": "SRV299" in [rule.code for rule in select(RULES, (), (), ("SRV29",))],
    "run": told(bad),
    "run beside its cause": told(bad.replace("  IN SRV 1", "  3000000000 IN SRV 1")),
    "skipped": [[each.code, each.reason] for each in skipped(chosen, Case())],
    "explain": [explain(word).title for word in ("SRV299", "port-of-a-test")],
}))
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package with the rule in it, its fixtures, and the tests that every rule has to pass."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(PACKAGE, folder / "kmsdns", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "kmsdns/rules/srv/new.py").write_text(FUNCTION)
    catalogue = folder / "kmsdns/rules/srv/catalogue.py"
    text = catalogue.read_text()
    text = text.replace("RULES = (\n", "RULES = (\n    new.port_of_a_test,\n", 1)
    catalogue.write_text(text.replace("kmsdns.rules.srv import ", "kmsdns.rules.srv import new, ", 1))
    fixtures = folder / "fixtures/rules"
    (fixtures / NAME).mkdir(parents=True)
    (fixtures / NAME / "good.zone").write_text(GOOD)
    (fixtures / NAME / "bad.zone").write_text(GOOD + LINE)
    (fixtures / NAME / "expected.txt").write_text(EXPECTED)
    for other in (ROOT / "fixtures/rules").iterdir():
        shutil.copytree(other, fixtures / other.name)
    for name in ("test_fixtures.py", "test_catalogue.py", "test_manual.py", "test_one_place.py"):
        (folder / "tests/rules").mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "tests/rules" / name, folder / "tests/rules" / name)
    (folder / "docs").mkdir()
    shutil.copy(ROOT / "docs/rules.py", folder / "docs/rules.py")
    return folder


def python(copy: Path, *arguments: str, status: int = 0) -> str:
    """What Python prints with the copy as its kmsdns, in the folder of the new rule's fixtures."""
    done = subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        cwd=copy / "fixtures/rules" / NAME,
        env={**os.environ, "PYTHONPATH": str(copy)},
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def test_it_is_chosen_judges_gives_way_to_its_cause_and_is_skipped(copy: Path) -> None:
    assert json.loads(python(copy, "-c", SEEN)) == {
        "select": [["SRV299"], ["SRV299"], ["SRV299"]],
        "ignored": False,
        "run": ["SRV299"],
        "run beside its cause": ["RR003"],
        "skipped": [["SRV299", "no zone file"]],
        "explain": ["port-of-a-test", "port-of-a-test"],
    }


def test_the_command_line_tells_it_explains_it_and_makes_its_fix(copy: Path, tmp_path: Path) -> None:
    validate = ("-m", "kmsdns", "validate", "--no-config")
    assert python(copy, *validate, "-f", "short", "bad.zone") == EXPECTED
    assert python(copy, *validate, "-f", "short", "good.zone") == ""
    assert python(copy, *validate, "-f", "short", "--ignore", "SRV299", "bad.zone") == ""
    assert python(copy, *validate, "-f", "short", "--service", "sip", "bad.zone") == "", (
        "it is not for one service alone"
    )
    page = python(copy, "-m", "kmsdns", "explain", "SRV299")
    assert "The port is 7777, which is used in tests." in page
    assert "SRV299" in python(copy, "-m", "kmsdns", "explain", "--list")
    sarif = json.loads(python(copy, *validate, "-f", "sarif", "bad.zone"))
    (rule,) = sarif["runs"][0]["tool"]["driver"]["rules"]
    assert (rule["id"], rule["name"]) == ("SRV299", "port-of-a-test")
    assert rule["fullDescription"]["text"].endswith("Somebody forgot it there.")
    zone = tmp_path / "contoso.com.zone"
    zone.write_text(GOOD + LINE)
    python(copy, *validate, "--fix", "--no-serial", str(zone))
    assert zone.read_text() == GOOD


def test_it_is_in_the_documentation(copy: Path) -> None:
    page = python(copy, str(copy / "docs/rules.py"))
    assert (
        "| [SRV299](#SRV299) | `port-of-a-test` | warning | The port is 7777, which is used in tests. | safe |" in page
    )
    assert '<a id="SRV299"></a>' in page


def test_the_tests_of_every_rule_take_it(copy: Path) -> None:
    chosen = (
        "-k",
        "SRV299 or family or catalogue or every_rule_that or every_rule_of or causes or elsewhere or foreign",
    )
    plain = ("-c", os.devnull, "--rootdir", str(copy), "-p", "no:cacheprovider", "--import-mode=importlib")
    told = python(copy, "-m", "pytest", "-q", *plain, *chosen, str(copy / "tests/rules"))
    assert " passed" in told
    assert "failed" not in told


@pytest.mark.parametrize("lost", ["good.zone", "bad.zone"])
def test_without_one_of_its_fixtures_they_fail(copy: Path, lost: str) -> None:
    fixture = copy / "fixtures/rules" / NAME / lost
    text = fixture.read_text()
    fixture.unlink()
    try:
        plain = ("-c", os.devnull, "--rootdir", str(copy), "-p", "no:cacheprovider", "--import-mode=importlib")
        told = python(
            copy, "-m", "pytest", "-q", *plain, "-k", "SRV299", str(copy / "tests/rules/test_fixtures.py"), status=1
        )
        assert "1 failed" in told
    finally:
        fixture.write_text(text)
