"""nsupdate: dynamic updates (RFC 2136), one for each zone, so that all of it is done or nothing."""

from __future__ import annotations

from kmsdns.formats.fixes.checks import address_and_port
from kmsdns.formats.fixes.script import Tool
from kmsdns.formats.fixes.work import ZONE, FixBlock
from kmsdns.model.findings import Change

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.model.report import Report

DEFAULT_TTL = 3600
"""Seconds, of a record whose TTL nobody says: nsupdate needs one."""


def _change(change: Change, _zone: str) -> list[str]:
    if change.op == "delete":
        return [f"update delete {change.name} IN {change.rdtype} {change.rdata}"]
    ttl = DEFAULT_TTL if change.ttl is None else change.ttl
    return [f"update add {change.name} {ttl} IN {change.rdtype} {change.rdata}"]


def _around(block: FixBlock, report: Report) -> tuple[list[str], list[str]]:
    return [_server(block, report), f"zone {block.where}"], ["send"]


def _server(block: FixBlock, report: Report) -> str:
    """The server that spoke for the zone; without one nsupdate looks for the primary itself."""
    names = {change.name for change in block.changes}
    said = [response for service in report.services for response in service.snapshot.srv]
    spoke = [
        response.server
        for response in said
        if response.transport in ("udp", "tcp")  # nsupdate speaks to no other port
        and response.server is not None
        and response.question.name in names
        and "aa" in response.flags
    ]
    for server in spoke:
        address = address_and_port(server)
        if address is not None:
            return "server " + " ".join(address)
    return "; server ns1.example  (by default the primary that the zone's SOA names)"


TOOL = Tool(
    name="nsupdate",
    mark=";",
    intro=(
        "To run: nsupdate FILE; with a key nsupdate -k KEYFILE FILE, or with Kerberos nsupdate -g FILE.",
        "A server named below is the one that answered with authority: where it is a secondary, name the primary.",
    ),
    reaches=(ZONE,),
    change=_change,
    around=_around,
)
