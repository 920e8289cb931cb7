"""Fixes as scripts: a report goes in, a script that a person reviews comes out; nothing is ever run.

Each tool is a module with a TOOL and a line in the one table. What is to be done, and in which order, is worked out
once (work); how a script looks is the same for all (script); a tool says only how its own commands are written. Nothing
from outside reaches a command before checks has found it fit, and a comment holds no character that could end it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.model.report import Report

TOOLS = {
    "zone": "kmsdns.formats.fixes.zonefile",
    "nsupdate": "kmsdns.formats.fixes.nsupdate",
    "powershell": "kmsdns.formats.fixes.powershell",
    "dnscmd": "kmsdns.formats.fixes.dnscmd",
    "samba-tool": "kmsdns.formats.fixes.samba",
    "slmgr": "kmsdns.formats.fixes.slmgr",
    "ospp": "kmsdns.formats.fixes.ospp",
}
"""The module of each tool; it has a TOOL."""


def render(tool: str, report: Report) -> str:
    """The fixes of a report's findings as a script for that tool, in ASCII. KeyError when there is no such tool."""
    from importlib import import_module

    from kmsdns.formats.fixes.script import write

    return write(report, import_module(TOOLS[tool]).TOOL)
