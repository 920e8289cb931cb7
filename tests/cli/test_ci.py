"""In people's tools: what docs/ci.md and the files for GitHub and pre-commit say is run in a repository of its own."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from kmsdns.cli import run
from kmsdns.cli.watching import Board
from kmsdns.formats import FORMATS
from kmsdns.testing import DnsServer
from tests.formats import readers

ROOT = Path(__file__).parent.parent.parent
CI = (ROOT / "docs/ci.md").read_text()
BLOCKS = [(language, block) for language, block in re.findall(r"```(\w+)\n(.*?)```", CI, re.DOTALL)]
COMMANDS = re.findall(r"kmsdns validate [^'\n]*", "".join(block for _language, block in BLOCKS))
CHECKS = re.findall(r"kmsdns check [^'\n]*", "".join(block for _language, block in BLOCKS))
SAMPLE = ROOT / "fixtures/sample-repository"
ZONE = """$ORIGIN contoso.com.
$TTL 1h
@ IN SOA ns1 hostmaster 1 1h 15m 30d 1h
@ IN NS ns1
ns1 A 192.0.2.53
_vlmcs._tcp SRV 0 0 1688 kms01
kms01 A 192.0.2.300
"""
LINE = 7
"""Where the mistake is."""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a broken zone."""
    (tmp_path / "zones").mkdir()
    (tmp_path / "zones/contoso.zone").write_text(ZONE)
    if shutil.which("git"):
        subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    return tmp_path


def ran(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A command of the documentation, with this interpreter's kmsdns."""
    words = shlex.split(command)
    assert words[0] == "kmsdns"
    return subprocess.run([sys.executable, "-m", *words], cwd=folder, capture_output=True, text=True)


def steps(document: object) -> Iterator[str]:
    """Every script in a pipeline's definition."""
    if isinstance(document, dict):
        for key, value in document.items():
            if key in ("run", "script") and isinstance(value, str):
                yield value
            elif key == "script":
                yield from value
            else:
                yield from steps(value)
    elif isinstance(document, list):
        for each in document:
            yield from steps(each)


def test_every_pipeline_is_yaml_and_names_what_there_is() -> None:
    scripts = [step for language, block in BLOCKS if language == "yaml" for step in steps(yaml.safe_load(block))]
    written = [each for each in COMMANDS if "sarif" not in each]
    assert [step for step in scripts if step.startswith("kmsdns validate ")] == written
    assert [step for step in scripts if step.startswith("kmsdns check ")] == CHECKS[:3]
    assert (len(COMMANDS), len(CHECKS)) == (4, 8)
    for name in re.findall(r"^\| (`.*?`) \|", CI[CI.index("## Everything else") :], re.MULTILINE):
        assert {each.strip("` ") for each in name.split(",")} <= set(FORMATS)
    for target in re.findall(r"\]\(([^)#]+)\)", CI):
        assert (ROOT / "docs" / target).exists(), target


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_of_the_documentation(command: str, repository: Path) -> None:
    done = ran(command, repository)
    assert done.returncode == (0 if "--exit-zero" in command else 1), done.stderr
    assert "Traceback" not in done.stderr
    errors = 0
    if "-f github" in command:
        (place,) = [told for name, told, _said in readers.github(done.stdout) if told["title"] == "ZF001 syntax-error"]
        assert (place["file"], place["line"], place["col"]) == ("zones/contoso.zone", str(LINE), "9")
        errors += 1
    if "-f azure" in command:
        (place,) = [told for told, _said in readers.azure(done.stdout) if told["code"] == "ZF001"]
        assert (place["sourcepath"], place["linenumber"]) == ("zones/contoso.zone", str(LINE))
        errors += 1
    if "gitlab=" in command:
        told = json.loads((repository / "kmsdns.json").read_text())
        assert {"path": "zones/contoso.zone", "lines": {"begin": LINE, "end": LINE}} in [
            each["location"] for each in told
        ]
        errors += 1
    if "junit=" in command:
        (suite,) = readers.junit((repository / "kmsdns.xml").read_text())
        assert suite.attrib["name"] == "zones/contoso.zone"
        errors += 1
    if "sarif=" in command:
        run = readers.sarif((repository / "kmsdns.sarif").read_text())
        lines = [
            each["locations"][0]["physicalLocation"].get("region", {}).get("startLine")
            for each in run["results"]
            if each["ruleId"] == "ZF001"
        ]
        assert lines == [LINE]
        errors += 1
    assert errors


@pytest.fixture
def run_here(
    sample: tuple[Path, DnsServer], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[str], tuple[int, str]]:
    """A command in the sample repository: its exit status, and its standard output."""
    monkeypatch.chdir(sample[0])

    def run_it(command: str) -> tuple[int, str]:
        status = run(shlex.split(command)[1:])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return status, out

    return run_it


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[tuple[Path, DnsServer]]:
    """The sample repository, and the server that its live vantage is."""
    copy = tmp_path / "sample"
    shutil.copytree(SAMPLE, copy)
    with DnsServer(SAMPLE / "zones/contoso.zone") as server:
        spec = copy / "contoso.kmsdns.toml"
        spec.write_text(spec.read_text().replace("192.0.2.53", server.address))
        yield copy, server


def in_the_sample(command: str) -> str:
    """A command of the documentation with its paths led to the sample repository, and no time to wait."""
    command = re.sub(r"(/etc/kmsdns/|/var/lib/node_exporter/textfile/)", "", command)
    command = command.replace("$ARG1$", "contoso.kmsdns.toml")
    return re.sub(r"--wait \S+", "", command)


@pytest.mark.parametrize("command", [each for each in CHECKS if "--watch" not in each])
def test_the_checks_of_the_documentation(command: str, run_here, sample: tuple[Path, DnsServer]) -> None:
    folder, server = sample
    command = in_the_sample(command)
    as_plugin, exits_zero = "-f nagios" in command, "--exit-zero" in command
    assert run_here(command)[0] == 0
    server.reload((SAMPLE / "zones/contoso.zone").read_text().replace("            IN SRV  0 50 1688 kms02\n", ""))
    status, out = run_here(command)
    assert status == (0 if exits_zero else 2 if as_plugin else 1)
    if "-f github" in command:
        assert [told["file"] for name, told, _said in readers.github(out) if name == "error"] == ["contoso.kmsdns.toml"]
    if "-f azure" in command:
        assert [told["sourcepath"] for told, _said in readers.azure(out)] == ["contoso.kmsdns.toml"]
    if "-f short" in command:
        assert [each["code"] for each in matched(out)] == ["EXP101"]
    if as_plugin:
        assert readers.nagios(out)[0] == "CRITICAL"
    if "junit=" in command:
        root = readers.junit((folder / "checks.xml").read_text())
        assert sum(int(suite.attrib["failures"]) for suite in root) == 1
    if "prometheus" in command:
        told = readers.prometheus((folder / "kmsdns.prom").read_text())["kmsdns_check_passed"]
        assert sorted(told.values()) == [0, 1, 1, 1]
    server.stop()
    assert run_here(command)[0] == 3, "what can't be asked is neither"


def test_the_gauges_of_the_documentation_are_those_there_are(run_here, sample: tuple[Path, DnsServer]) -> None:
    text = run_here("kmsdns check contoso.kmsdns.toml -f prometheus")[1]
    text += run_here(f"kmsdns discover contoso.com -s {sample[1].address} -f prometheus")[1]
    there = set(re.findall(r"^# TYPE (\w+) ", text, re.MULTILINE))
    there |= {each.name for each in Board(lambda: 0.0).families()} | {
        "kmsdns_last_good_round_age_seconds",
        "kmsdns_last_round_age_seconds",
    }
    named = set(re.findall(r"kmsdns_[a-z_]+[a-z]", CI)) - {"kmsdns_spec", "kmsdns_service", "kmsdns_endpoint"}
    assert named <= there, "in the table, the alerts and the text"
    of_jobs = ("kmsdns_service_", "kmsdns_endpoint_", "kmsdns_run_")
    assert not [each for each in there - named if not each.startswith(of_jobs)]


def matched(text: str) -> list[dict[str, str]]:
    """What the problem matcher makes of each line."""
    (matcher,) = json.loads((ROOT / ".github/kmsdns-matcher.json").read_text())["problemMatcher"]
    (pattern,) = matcher["pattern"]
    groups = {name: group for name, group in pattern.items() if name != "regexp"}
    found = [re.search(pattern["regexp"], line) for line in text.splitlines()]
    return [{name: match[group] for name, group in groups.items()} for match in found if match]


def test_the_matcher_reads_the_lines_of_short(repository: Path) -> None:
    told = [
        each for each in matched(ran("kmsdns validate zones -f short", repository).stdout) if each["code"] == "ZF001"
    ]
    assert told == [
        {
            "file": "zones/contoso.zone",
            "line": str(LINE),
            "column": "9",
            "code": "ZF001",
            "severity": "error",
            "message": "an IPv4 address is expected here, not '192.0.2.300' (RFC 1035 3.4.1)",
        }
    ]
    odd = matched("a:1:b c.zone:12:3: SRV402 warning: x: y:1:2: z")
    assert [(each["file"], each["line"], each["message"]) for each in odd] == [("a:1:b c.zone", "12", "x: y:1:2: z")]
    assert matched("kms01.contoso.com.:1688: SRV402 warning: x") == [], "what has no line is none of a matcher's"


def failing_step(script: str, folder: Path, environment: dict[str, str], tools: Path) -> list[str]:
    """What a step of the action prints, line by line, run as a runner does with kmsdns on the PATH. It has to fail."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("this machine has no bash")
    tools.mkdir()
    (tools / "kmsdns").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m kmsdns "$@"\n')
    (tools / "kmsdns").chmod(0o755)
    done = subprocess.run(
        [bash, "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env=os.environ | environment | {"PATH": f"{tools}:{os.environ['PATH']}", "GITHUB_ACTION_PATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1, done.stderr
    return done.stdout.splitlines()


def test_the_action_hands_on_what_it_is_given(repository: Path) -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    assert action["runs"]["using"] == "composite"
    (step,) = [each for each in action["runs"]["steps"] if each.get("name") == "kmsdns validate"]
    given = {
        "checks": "",
        "check-args": "",
        "paths": "zones\n\nzones/a $(touch owned) b.zone\n",
        "args": "--ignore=SRV\n",
        "sarif": "kmsdns.sarif",
        "fail-on": action["inputs"]["fail-on"]["default"],
    }
    assert set(given) == set(action["inputs"])
    environment = {
        name: given[match[1]]
        for name, value in step["env"].items()
        if (match := re.fullmatch(r"\$\{\{ inputs\.([a-z-]+) \}\}", value))
    }
    assert len(environment) == 4
    assert "${{" not in step["run"], "what callers give never becomes part of the script"
    (repository / "zones/a $(touch owned) b.zone").write_text(ZONE)
    first, *lines = failing_step(step["run"], repository, environment, repository / "tools")
    assert Path(first.removeprefix("::add-matcher::")).exists()
    files = {each["file"] for each in matched("\n".join(lines)) if each["code"] == "ZF001"}
    assert files == {"zones/contoso.zone", "zones/a $(touch owned) b.zone"}
    assert not (repository / "owned").exists()
    assert not any(re.search(r": SRV\d+ ", each) for each in lines), "the option was handed on"
    assert readers.sarif((repository / "kmsdns.sarif").read_text())["results"]
    upload = action["runs"]["steps"][-1]
    assert upload["with"]["sarif_file"] == "${{ inputs.sarif }}"


def test_the_action_checks_too(sample: tuple[Path, DnsServer], tmp_path: Path) -> None:
    folder, server = sample
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    (step,) = [each for each in action["runs"]["steps"] if each.get("name") == "kmsdns check"]
    given = {
        "checks": "contoso.kmsdns.toml\n\n$(touch owned).kmsdns.toml\n",
        "check-args": "--retries=0\n",
        "fail-on": "error",
    }
    environment = {name: given[value[len("${{ inputs.") : -len(" }}")]] for name, value in step["env"].items()}
    assert "${{" not in step["run"], "what callers give never becomes part of the script"
    spec = (folder / "contoso.kmsdns.toml").read_text()
    (folder / "$(touch owned).kmsdns.toml").write_text(spec.replace("count = 2", "count = 3"))
    first, *lines = failing_step(step["run"], folder, environment, tmp_path / "tools")
    assert first.startswith("::add-matcher::")
    assert [(each["file"], each["code"]) for each in matched("\n".join(lines))] == [
        ("$(touch owned).kmsdns.toml", "EXP101")
    ]
    assert not (folder / "owned").exists()
    assert len(server.queries) == 1, "the same question of two specs is one"


def test_the_hooks_of_pre_commit(repository: Path) -> None:
    hooks = {each["id"]: each for each in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    assert set(hooks) == {"kmsdns-zone", "kmsdns-zone-fix", "kmsdns-check"}
    assert {hook["language"] for hook in hooks.values()} == {"python"}
    specs = re.compile(hooks["kmsdns-check"]["files"])
    for path, is_ours in (
        ("dns/a.kmsdns.toml", True),
        ("a.kmsdns.yml", True),
        ("kmsdns.toml", False),
        ("a.toml", False),
    ):
        assert bool(specs.search(path)) is is_ours
    assert ran(f"{hooks['kmsdns-check']['entry']} zones/contoso.zone", repository).returncode == 2
    for hook in (hooks["kmsdns-zone"], hooks["kmsdns-zone-fix"]):
        for path, is_ours in (("zones/a.zone", True), ("x.db", True), ("db.py", False), ("zone.txt", False)):
            assert bool(re.search(hook["files"], path)) is is_ours
    assert ran(f"{hooks['kmsdns-zone']['entry']} zones/contoso.zone", repository).returncode == 1
    (repository / "zones/contoso.zone").write_text(ZONE.replace(".300", ".30"))
    assert ran(f"{hooks['kmsdns-zone']['entry']} --select ZF zones/contoso.zone", repository).returncode == 0
    assert hooks["kmsdns-zone-fix"]["entry"] == f"{hooks['kmsdns-zone']['entry']} --fix"
    assert ran(f"{hooks['kmsdns-zone-fix']['entry']} zones/contoso.zone", repository).returncode == 0
