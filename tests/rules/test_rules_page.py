"""docs/rules.md: what its script makes of the catalogue now, whole, with links that lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from kmsdns.rules.catalogue import RULES

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"


def test_the_page_is_what_the_script_writes() -> None:
    made = subprocess.run(
        [sys.executable, "docs/rules.py"], capture_output=True, text=True, check=True, cwd=PAGE.parents[1]
    )
    assert PAGE.read_text() == made.stdout, "python docs/rules.py > docs/rules.md"


def test_every_rule_is_there_and_every_link_leads_somewhere() -> None:
    text = PAGE.read_text()
    assert re.findall(r'^<a id="(\w+)"></a>$', text, re.MULTILINE) == [rule.code for rule in RULES]
    heads = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    anchors = {re.sub(r"[^a-z0-9 -]", "", head.lower()).replace(" ", "-") for head in heads}
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= anchors | {rule.code for rule in RULES}
