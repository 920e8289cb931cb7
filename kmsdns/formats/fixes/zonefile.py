"""zone: records as lines of a zone file. What is to be removed is shown as the line to remove, commented out."""

from __future__ import annotations

from kmsdns.formats.fixes.script import Tool
from kmsdns.formats.fixes.work import ZONE
from kmsdns.model.findings import Change


def _change(change: Change, _zone: str) -> list[str]:
    return [change.line if change.op == "add" else f"; {change.line}"]


TOOL = Tool(
    name="zone",
    mark=";",
    intro=("Lines to put into the zone file; a line commented out is one to remove from it. Raise the SOA's serial.",),
    reaches=(ZONE,),
    change=_change,
)
