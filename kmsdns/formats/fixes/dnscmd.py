"""dnscmd: a batch file for the DNS server of older Windows."""

from __future__ import annotations

from kmsdns.formats.fixes.checks import fields
from kmsdns.formats.fixes.script import Tool
from kmsdns.formats.fixes.work import ZONE
from kmsdns.model.findings import Change
from kmsdns.model.names import fold
from kmsdns.zone.writer import relative


def _change(change: Change, zone: str) -> list[str]:
    data = fields(change)
    assert data is not None
    where = f'"{zone.removesuffix(".")}" "{relative(fold(change.name), zone)}"'
    what = " ".join([change.rdtype, *[quote(each) for each in data]])
    if change.op == "delete":
        return [f"dnscmd /RecordDelete {where} {what} /f"]
    ttl = f"{change.ttl} " if change.ttl is not None else ""
    return [f"dnscmd /RecordAdd {where} {ttl}{what} || exit /b 1"]


def quote(text: str) -> str:
    """In double quotes, unless it is a number; what checks let through holds nothing that cmd expands inside them."""
    return text if text.isdigit() else f'"{text}"'


TOOL = Tool(
    name="dnscmd",
    mark="rem",
    first=("@echo off",),
    intro=(
        "A batch file, for the zone's DNS server itself; from elsewhere, put the server's name behind dnscmd.",
        "When adding fails, the script ends before it removes anything.",
    ),
    reaches=(ZONE,),
    change=_change,
    is_batch=True,
)
