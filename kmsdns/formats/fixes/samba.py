"""samba-tool: a shell script for the DNS of a Samba directory domain."""

from __future__ import annotations

from kmsdns.formats.fixes.checks import fields
from kmsdns.formats.fixes.script import Tool
from kmsdns.formats.fixes.work import ZONE, Work
from kmsdns.model.findings import Change
from kmsdns.model.names import fold
from kmsdns.zone.writer import relative

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.model.report import Report


def _change(change: Change, zone: str) -> list[str]:
    data = fields(change)
    assert data is not None
    if change.rdtype == "SRV":
        priority, weight, port, target = data
        data = (target.removesuffix(".") or ".", port, priority, weight)  # its own order
    shown = " ".join(data).removesuffix(".") if change.rdtype == "CNAME" else " ".join(data)
    where = f"{quote(zone.removesuffix('.'))} {quote(relative(fold(change.name), zone))}"
    deed = "add" if change.op == "add" else "delete"
    return [f'samba-tool dns {deed} "$server" {where} {change.rdtype} {quote(shown)}']


def quote(text: str) -> str:
    """A string in single quotes, as a POSIX shell reads it."""
    return "'" + text.replace("'", "'\\''") + "'"


def _head(work: Work, _report: Report) -> list[str]:
    if not any(block.kind == ZONE for block in work.blocks):
        return []
    return ["", "set -e", "server=${1:?name the DNS server, such as dc01.contoso.com}"]


TOOL = Tool(
    name="samba-tool",
    mark="#",
    first=("#!/bin/sh",),
    intro=(
        "To run: sh FILE dc01.contoso.com, with a Kerberos ticket of somebody who may change the zone.",
        "When adding fails, the script ends before it removes anything. samba-tool takes no TTL: it sets its own.",
    ),
    reaches=(ZONE,),
    change=_change,
    head=_head,
)
