"""What the repository runs by itself: the workflow, the hooks for commits, the tests for every system."""

from __future__ import annotations

import ast
import re
import shlex
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PORTABLE = (ROOT / ".ci/portable").read_text().split()
POSIX = {"fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "tests.peers"}
"""What modules of portable tests can't import."""


def imported(path: Path) -> set[str]:
    """The modules that a file imports, wherever it does."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            found.add(node.module)
    return found


def test_the_portable_tests_need_no_particular_system() -> None:
    folders = [line for line in PORTABLE if not line.startswith("--")]
    ignored = [line.removeprefix("--ignore=") for line in PORTABLE if line.startswith("--")]
    assert all((ROOT / path).exists() for path in (*folders, *ignored))
    modules = {path for folder in folders for path in (ROOT / folder).rglob("*.py")}
    modules -= {ROOT / path for path in ignored}
    assert len(modules) > 80
    found = {path.name: sorted(imported(path) & POSIX) for path in modules if imported(path) & POSIX}
    assert not found


def test_the_workflows_pin_actions_and_need_no_secret() -> None:
    yaml = pytest.importorskip("yaml")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for path in (ROOT / ".github").rglob("*.yml"):
        text = path.read_text()
        yaml.safe_load(text)
        assert all(re.fullmatch(r"[\w-]+/[\w/-]+@v\d+", action) for action in re.findall(r"uses: (\S+)", text))
        assert "secrets." not in text
    workflow = yaml.safe_load((ROOT / ".github/workflows/tests.yml").read_text())
    assert workflow["permissions"] == {"contents": "read"}
    jobs = workflow["jobs"]
    assert {"run": ".ci/run"} in jobs["linux"]["steps"]
    assert any("@.ci/portable" in step.get("run", "") for step in jobs["portable"]["steps"])
    versions = [job["strategy"]["matrix"]["python"] for job in jobs.values()]
    assert versions == [["3.11", "3.12", "3.13", "3.14"]] * 2
    assert project["requires-python"] == f">={versions[0][0]}"


def test_the_hooks_for_commits_are_those_of_make_check() -> None:
    yaml = pytest.importorskip("yaml")
    (local,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    makefile = (ROOT / "Makefile").read_text()
    for hook in local["hooks"]:
        tool, *arguments = shlex.split(hook["entry"])
        command = " ".join([f"$(BIN)/{tool.removeprefix('.venv/bin/')}", *arguments[:1]])
        assert command.removesuffix(" --force-exclude") in makefile
    assert len(local["hooks"]) == 4
