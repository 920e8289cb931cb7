"""What rules, comments and tests say about docs/kms.md: the section is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kmsdns.rules.catalogue import RULES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/kms.md").read_text()
SECTIONS = set(re.findall(r"^##+ (\d+(?:\.\d+)?) ", PAGE, re.MULTILINE))
ROWS = 39
NUMBERS = r"\d+(?:\.\d+)?(?: \([\d, ]+\))?"
CITED = re.compile(rf"docs/kms\.md ({NUMBERS}(?:(?:,| to| and) {NUMBERS})*)")
FILES = [
    path for folder in ("kmsdns", "tests") for path in (ROOT / folder).rglob("*.py") if path.name != Path(__file__).name
]


def sections(cited: str) -> list[str]:
    """The sections of a citation; the numbers in brackets are rows of a table."""
    return re.findall(r"\d+(?:\.\d+)?", re.sub(r"\([\d, ]+\)", "", cited))


@pytest.mark.parametrize(
    "path", [path for path in FILES if "docs/kms.md" in path.read_text()], ids=lambda path: path.name
)
def test_every_section_that_is_cited_is_there(path: Path) -> None:
    text = path.read_text()
    cited = CITED.findall(text)
    assert len(cited) == text.count("docs/kms.md"), "each mention names a section"
    for each in cited:
        assert set(sections(each)) <= SECTIONS, each


def test_rules_cite_it_in_a_form_that_is_understood() -> None:
    cited = [rule.reference for rule in RULES if "kms.md" in rule.reference]
    assert len(cited) > 30
    for reference in cited:
        match = CITED.search(reference)
        assert match is not None, reference
        assert not re.search(r"\d", reference[match.end() :].partition("RFC")[0]), reference


def test_every_row_of_the_table_is_told_once() -> None:
    table = PAGE.partition("### 6.5")[2].partition("## 7")[0]
    rows: list[int] = []
    for cell in re.findall(r"^\| ([\d, to]+) \|", table, re.MULTILINE):
        for part in cell.split(", "):
            first, _, last = part.partition(" to ")
            rows += range(int(first), int(last or first) + 1)
    assert sorted(rows) == list(range(1, ROWS + 1))


def test_every_source_is_used_and_every_number_has_one() -> None:
    body, _, listed = PAGE.partition("## Sources")
    cited = {number for group in re.findall(r"\[(\d+(?:, \d+)*)\]", body) for number in group.split(", ")}
    assert cited == set(re.findall(r"^(\d+)\. ", listed, re.MULTILINE))
