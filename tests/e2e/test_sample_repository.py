"""The sample repository as its own pipelines run it: the wheel in a clean environment, each step's files and status."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from kmsdns.testing import DnsServer
from tests.formats import readers

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "fixtures/sample-repository"


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the programs of an environment are that holds nothing but the built wheel, what it needs, and pytest."""
    folder = tmp_path_factory.mktemp("clean")
    pip = [sys.executable, "-m", "pip", "--quiet", "--no-input", "--disable-pip-version-check"]
    _made([*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)], "built")
    (wheel,) = folder.glob("*.whl")
    _made([sys.executable, "-m", "venv", "--without-pip", str(folder / "venv")], "given an environment")
    found = folder / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
    retries = ["--retries=0", "--timeout=5"]
    target = ["--python", str(found / "python")]
    _made([*pip, *target, "install", *retries, "--no-compile", str(wheel), "pytest"], "installed")
    return found


def _made(command: list[str], what: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["nothing was said"]
        pytest.skip(f"the wheel could not be {what} here: {said[-1]}")


@pytest.fixture
def server() -> Iterator[DnsServer]:
    """What the world asks."""
    with DnsServer(SAMPLE / "zones/contoso.zone") as running:
        yield running


@pytest.fixture
def repository(tmp_path: Path, server: DnsServer) -> Path:
    """A copy, whose live vantage is that server."""
    copy = tmp_path / "dns"
    shutil.copytree(SAMPLE, copy)
    spec = copy / "contoso.kmsdns.toml"
    assert 'auth = "192.0.2.53"' in spec.read_text()
    spec.write_text(spec.read_text().replace("192.0.2.53", server.address))
    return copy


def steps(path: Path, job: str) -> list[str]:
    """The commands of a job, but for the installation."""
    document = yaml.safe_load(path.read_text())
    found = document.get("jobs", document)[job]
    scripts = found["script"] if "script" in found else [each["run"] for each in found["steps"] if "run" in each]
    assert scripts[0].startswith("pip install ")
    return list(scripts[1:])


def ran(programs: Path, repository: Path, command: str) -> subprocess.CompletedProcess[str]:
    """A step, with nothing of this project's own surroundings."""
    program, *arguments = shlex.split(command)
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST", "KMSDNS_"))
    }
    done = subprocess.run(
        [str(programs / program), *arguments],
        cwd=repository,
        capture_output=True,
        text=True,
        env={**environment, "PATH": str(programs), "PYTHONNOUSERSITE": "1"},
    )
    assert "Traceback" not in done.stdout + done.stderr
    return done


def statuses(programs: Path, repository: Path, pipeline: str, job: str) -> list[int]:
    return [ran(programs, repository, command).returncode for command in steps(repository / pipeline, job)]


GITHUB, GITLAB = ".github/workflows/dns.yml", ".gitlab-ci.yml"


def test_all_is_well(programs: Path, repository: Path, server: DnsServer) -> None:
    assert statuses(programs, repository, GITHUB, "zones") == [0, 0]
    assert not server.queries, "what is in the repository is tested without the network"
    assert readers.sarif((repository / "zones.sarif").read_text())["results"] == []
    (suite,) = ElementTree.parse(repository / "pytest.xml").getroot()
    counts = [suite.get(name) for name in ("tests", "failures", "errors", "skipped")]
    assert counts == ["3", "0", "0", "1"], "the xfail is a skipped test"
    assert statuses(programs, repository, GITHUB, "live") == [0]
    assert len(server.queries) == 1
    assert statuses(programs, repository, GITLAB, "dns") == [0, 0]
    assert json.loads((repository / "zones.json").read_text()) == []


def test_a_broken_zone_fails_where_it_should(programs: Path, repository: Path, server: DnsServer) -> None:
    zone = repository / "zones/contoso.zone"
    whole = zone.read_text()
    zone.write_text(whole.replace("0 50 1688 kms02", "0 10 1688 kms02"))
    assert statuses(programs, repository, GITHUB, "zones") == [0, 1], "a valid zone, that is not as expected"
    (suite,) = ElementTree.parse(repository / "pytest.xml").getroot()
    ((name, failure),) = [(each.get("name"), each[0].text) for each in suite if each.find("failure") is not None]
    assert name == "KMS hosts share the load [test]"
    assert re.search(r"contoso\.kmsdns\.toml:\d+:\d+: error\[EXP103\] .*0 10 1688 kms02", failure)

    zone.write_text(whole.replace("192.0.2.12", "192.0.2.300"))
    assert statuses(programs, repository, GITLAB, "dns")[0] == 1
    line = 1 + whole[: whole.index("192.0.2.12")].count("\n")
    (told,) = [each for each in json.loads((repository / "zones.json").read_text()) if "ZF001" in each["check_name"]]
    assert told["location"] == {"path": "zones/contoso.zone", "lines": {"begin": line, "end": line}}
    (live,) = steps(repository / GITHUB, "live")
    assert ran(programs, repository, live).returncode == 2, "a vantage that can't be served is a mistake in the input"
    zone.write_text(whole)

    server.reload(whole.replace("            IN SRV  0 50 1688 kms02\n", ""))
    done = ran(programs, repository, live)
    assert done.returncode == 1
    assert "EXP101" in done.stdout
    server.stop()
    done = ran(programs, repository, f"{live} -f junit=checks.xml")
    assert done.returncode == 3, "who can't be asked has not failed"
    readers.junit((repository / "checks.xml").read_text())
