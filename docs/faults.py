"""Writes the table of the faults into docs/faults.md, between its two marks, from kmsdns.net.faults.FAULTS."""

from __future__ import annotations

import re
from pathlib import Path

from kmsdns.net.faults import FAULTS, Fault

MANUAL = Path(__file__).with_name("faults.md")
BEGIN, END = "<!-- faults: written by docs/faults.py -->\n", "<!-- end of faults -->\n"


def row(fault: Fault) -> str:
    """One line of the table."""
    takes = ", ".join(f"`{each.key}={each.default}`" for each in fault.parameters)
    over = "" if len(fault.over) == 2 else fault.over[0].upper()
    sees = fault.sees
    for each in fault.parameters:
        sees = re.sub(rf"\b{each.key}\b", f"`{each.key}`", sees, count=1)
    return f"| `{fault.name}` | {sees} | {takes} | {over} |\n"


def table() -> str:
    """The table in Markdown."""
    head = "| name | what a client sees | parameters, with their defaults | only over |\n|---|---|---|---|\n"
    return head + "".join(map(row, FAULTS.values()))


def written(manual: str) -> str:
    """The manual with the table of now."""
    before, _, rest = manual.partition(BEGIN)
    after = rest.partition(END)[2]
    return before + BEGIN + "\n" + table() + "\n" + END + after


if __name__ == "__main__":
    MANUAL.write_text(written(MANUAL.read_text(encoding="utf-8")), encoding="utf-8")
