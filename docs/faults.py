"""Writes the two tables of docs/faults.md, each between its marks.

    python docs/faults.py          the faults of the bundled server, from kmsdns.net.server.faults.table.FAULTS
    make faults                    that, and how look-ups fare under faults: measured, over real sockets, in a minute

The second table is docs/beside.py's: every row of tests/lookup/test_fault_table.py, played to kmsdns and to the
programs and libraries that are there.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from kmsdns.net.server.faults.table import FAULTS, Fault

MANUAL = Path(__file__).with_name("faults.md")
LIST = ("<!-- faults: written by docs/faults.py -->\n", "<!-- end of faults -->\n")
BESIDE = ("<!-- look-ups: measured by docs/faults.py -->\n", "<!-- end of look-ups -->\n")


def row(fault: Fault) -> str:
    """One line of the list."""
    takes = ", ".join(f"`{each.key}={each.default}`" for each in fault.parameters)
    over = "" if len(fault.over) == 2 else fault.over[0].upper()
    sees = fault.sees
    for each in fault.parameters:
        sees = re.sub(rf"\b{each.key}\b", f"`{each.key}`", sees, count=1)
    return f"| `{fault.name}` | {sees} | {takes} | {over} |\n"


def table() -> str:
    """The list of faults in Markdown."""
    head = "| name | what a client sees | parameters, with their defaults | only over |\n|---|---|---|---|\n"
    return head + "".join(map(row, FAULTS.values()))


def placed(manual: str, marks: tuple[str, str], text: str) -> str:
    """The manual with this text between these marks."""
    before, _, rest = manual.partition(marks[0])
    return before + marks[0] + "\n" + text + "\n" + marks[1] + rest.partition(marks[1])[2]


def written(manual: str) -> str:
    """The manual with the list of now."""
    return placed(manual, LIST, table())


if __name__ == "__main__":
    manual = written(MANUAL.read_text(encoding="utf-8"))
    if sys.argv[1:] == ["measure"]:
        sys.path[:0] = [str(MANUAL.parents[1]), str(MANUAL.parent)]
        from beside import measured

        manual = placed(manual, BESIDE, measured())
    MANUAL.write_text(manual, encoding="utf-8")
