"""docs/architecture.md keeps its word: the paths exist, the picture has the layers that the linter checks."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = ("docs/architecture.md", "CONTRIBUTING.md", "SECURITY.md")
TEXT = (ROOT / "docs/architecture.md").read_text()
FOLDERS = r"kmsdns|docs|tests|fixtures|benchmarks|zonefiles|\.ci|\.github"
PATH = re.compile(rf"`((?:{FOLDERS})/[^\s`]*|[\w.-]+\.(?:toml|md|yaml))`")


def layers() -> list[list[str]]:
    """Each layer's names, from the top, as import-linter has them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (found,) = [contract["layers"] for contract in contracts if contract["type"] == "layers"]
    return [re.findall(r"\w+", layer) for layer in found]


@pytest.mark.parametrize("page", PAGES)
def test_every_path_named_exists(page: str) -> None:
    named = PATH.findall((ROOT / page).read_text())
    assert named
    produced = {"kmsdns.toml", "contoso.kmsdns.toml"}  # a user's own
    missing = [path for path in named if path not in produced and not (ROOT / path).exists()]
    assert not missing


def test_the_picture_has_the_layers_that_are_checked() -> None:
    picture = TEXT.split("```")[1]
    rows = [re.split(r"\s{3,}", line.strip("│┌┐└┘├┤ "))[0] for line in picture.splitlines() if "│ " in line]
    drawn = [re.findall(r"\w+", row) for row in (re.sub(r"^[│\s]+", "", row) for row in rows)]
    known = layers()
    order = [row for row in drawn if row in known]
    assert order == known


def test_every_folder_of_the_package_has_its_place() -> None:
    folders = {path.name for path in (ROOT / "kmsdns").iterdir() if (path / "__init__.py").exists()}
    assert folders <= {name for layer in layers() for name in layer}


def test_each_of_ten_questions_has_one_path() -> None:
    table = TEXT.partition("## Ten questions of a newcomer")[2]
    rows = re.findall(r"^\| (.+\?) \| (.+) \|$", table, re.MULTILINE)
    assert len(rows) == 10
    for question, answer in rows:
        assert len(PATH.findall(answer)) == 1, question
        assert (ROOT / answer.strip("`")).is_file(), question
