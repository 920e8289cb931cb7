"""The wheel: what is installed has all that its commands need, wherever they are run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCENARIOS = ROOT / "fixtures/scenarios"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for PYTHONPATH, with the wheel unpacked in it as an installer does."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*build, "--wheel-dir", str(folder), str(ROOT)], check=True, capture_output=True, timeout=300)
    (wheel,) = folder.glob("kmsdns-*.whl")
    with zipfile.ZipFile(wheel) as file:
        file.extractall(folder / "site")
    return folder / "site"


def ran(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command line of what was installed, in a folder that has nothing to do with the project."""
    (site.parent / "elsewhere").mkdir(exist_ok=True)
    environment = {**os.environ, "PYTHONPATH": str(site)}
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        cwd=site.parent / "elsewhere",
        env=environment,
        timeout=120,
    )


def test_the_wheel_is_what_runs(site: Path) -> None:
    where = ran(site, "-c", "import kmsdns; print(kmsdns.__file__)").stdout
    assert Path(where).is_relative_to(site)


def test_the_wheel_has_every_scenario_with_its_evidence(site: Path) -> None:
    wanted = {path.relative_to(SCENARIOS): path.read_bytes() for path in SCENARIOS.rglob("*") if path.is_file()}
    inside = site / "kmsdns/scenarios"
    assert {path.relative_to(inside): path.read_bytes() for path in inside.rglob("*") if path.is_file()} == wanted
    program = (
        "from pathlib import Path; from kmsdns.net import scenario;"
        "read = [scenario.read_scenario(path.stem) for path in scenario.homes()[1].glob('*.toml')];"
        "print(len(read), all(Path(each).is_file() for one in read for each in scenario.evidence_paths(one)),"
        " sum(len(scenario.zones(one)) for one in read) > 50)"
    )
    done = ran(site, "-c", program)
    assert done.stdout.split() == [str(len(list(SCENARIOS.glob("*.toml")))), "True", "True"], done.stderr


def test_the_wheel_has_the_tables_of_data(site: Path) -> None:
    tables = {
        path.name: path.read_bytes() for path in (ROOT / "kmsdns/data").iterdir() if path.suffix in (".csv", ".toml")
    }
    inside = (path for path in (site / "kmsdns/data").iterdir() if path.suffix != ".py")
    assert {path.name: path.read_bytes() for path in inside if path.is_file()} == tables
    assert "The count reported by the KMS is insufficient" in ran(site, "-m", "kmsdns", "explain", "0xC004F038").stdout


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("name", ["one-of-several-dead", "stale-on-the-client"])  # a network; evidence
def test_a_scenario_by_its_name_is_diagnosed_from_anywhere(site: Path, name: str) -> None:
    done = ran(site, "-m", "kmsdns", "diagnose", "--scenario", name, "--json", "--no-config")
    assert done.returncode in (0, 1), done.stderr
    told = {each["code"] for each in json.loads(done.stdout)["findings"] if each["severity"] != "note"}
    expected = tomllib.loads((SCENARIOS / f"{name}.toml").read_text())["expect"]["codes"]
    assert told == set(expected)


@pytest.mark.usefixtures("alone")
def test_a_scenario_by_its_name_is_served_from_anywhere(site: Path) -> None:
    served = ("serve", "--scenario", "one-of-several-dead", "--port=0", "--max-seconds=0.2", "--no-config")
    done = ran(site, "-m", "kmsdns", *served)
    assert (done.returncode, done.stdout.startswith("ready 127.0.0.1:")) == (0, True), done.stderr


def test_a_name_that_is_near_is_told_from_anywhere(site: Path) -> None:
    done = ran(site, "-m", "kmsdns", "diagnose", "--scenario", "one-of-several-deaf")
    assert (done.returncode, "did you mean one-of-several-dead?" in done.stderr) == (2, True)


def test_a_checkout_installed_editable_has_them_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kmsdns.net.scenario import find_scenario

    monkeypatch.chdir(tmp_path)
    assert find_scenario("one-of-several-dead").is_file()
