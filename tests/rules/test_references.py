"""Rules cite sections of docs/kms.md: each of them is there."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path("docs/kms.md").read_text()
SECTIONS = {match.group(1) for match in re.finditer(r"^#+ (\d+(?:\.\d+)?) ", PAGE, re.MULTILINE)}


def test_every_section_cited_exists() -> None:
    cited: dict[str, set[str]] = {}
    for path in Path("kmsdns").rglob("*.py"):
        for found in re.findall(r"docs/kms\.md ((?:\d+(?:\.\d+)?(?: \([\d, ]+\))?(?:, )?)+)", path.read_text()):
            for section in re.findall(r"\d+(?:\.\d+)?", re.sub(r"\([^)]*\)", "", found)):
                cited.setdefault(section, set()).add(str(path))
    assert cited, "nothing cites it: the expression is wrong"
    assert {section: paths for section, paths in cited.items() if section not in SECTIONS} == {}
