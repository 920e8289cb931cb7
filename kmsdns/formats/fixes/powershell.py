"""powershell: the DnsServer cmdlets, and what is done on hosts and on the client through PowerShell remoting."""

from __future__ import annotations

from kmsdns.formats.fixes import commands
from kmsdns.formats.fixes.checks import fields
from kmsdns.formats.fixes.script import Tool
from kmsdns.formats.fixes.work import CLIENT, HOST, ZONE, FixBlock, Work
from kmsdns.model.findings import Action, Change, Do
from kmsdns.model.names import fold
from kmsdns.zone.writer import relative

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kmsdns.model.report import Report

_DAY = 86400
_INDENT = "    "
_SLMGR = '"$env:SystemRoot\\System32\\slmgr.vbs"'
_OSPP = '"$env:ProgramFiles\\Microsoft Office\\Office16\\ospp.vbs"'
_PARAMETERS = {"client": "$Client", "host": "$KmsHost"}
_OWN = {
    **commands.POWERSHELL,
    Do.FLUSH_DNS: "Clear-DnsClientCache",
    Do.SYNC_CLOCK: "w32tm.exe /resync",
}
_ADDED = {"A": ("-A", "-IPv4Address"), "AAAA": ("-AAAA", "-IPv6Address"), "CNAME": ("-CName", "-HostNameAlias")}


def quote(text: str) -> str:
    """A string in single quotes, in which nothing is expanded and only the quote itself means anything."""
    return "'" + text.replace("'", "''") + "'"


def _time_span(seconds: int) -> str:
    """1.00:00:00 for a day, as .NET reads it."""
    days, rest = divmod(seconds, _DAY)
    clock = f"{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"
    return f"{days}.{clock}" if days else clock


def _change(change: Change, zone: str) -> list[str]:
    data = fields(change)
    assert data is not None
    where = f"-ComputerName $DnsServer -ZoneName {quote(zone.removesuffix('.'))}"
    name = f"-Name {quote(relative(fold(change.name), zone))}"
    if change.op == "delete":
        listed = ",".join(quote(each) for each in data)
        of = change.rdtype.capitalize() if change.rdtype == "SRV" else change.rdtype
        return [f"Remove-DnsServerResourceRecord {where} -RRType {of} {name} -RecordData {listed}"]
    if change.rdtype == "SRV":
        priority, weight, port, target = data
        what = f"-Srv -DomainName {quote(target)} -Priority {priority} -Weight {weight} -Port {port}"
    else:
        kind, option = _ADDED[change.rdtype]
        what = f"{kind} {option} {quote(data[0])}"
    ttl = f" -TimeToLive {quote(_time_span(change.ttl))}" if change.ttl is not None else ""
    return [f"Add-DnsServerResourceRecord {where} {name} {what}{ttl} -ErrorAction Stop"]


def _action(action: Action) -> list[str]:
    made = [_script(_SLMGR, each) for each in commands.slmgr(action)]
    if action.on == "client":
        made += [_script(_OSPP, each) for each in commands.ospp(action)]
    made += [_OWN[action.do]] if action.do in _OWN else []
    made += [_OWN[Do.RESTART_SERVICE]] if action.do in commands.RESTARTED_AFTER else []
    return made


def _script(path: str, arguments: Sequence[str]) -> str:
    return " ".join(["cscript.exe //nologo", path, *[quote(each) for each in arguments]])


def _around(block: FixBlock, _report: Report) -> tuple[list[str], list[str]]:
    if block.kind == ZONE:
        return [], []
    name = _PARAMETERS.get(block.where) or quote(block.where.removesuffix("."))
    return [f"Invoke-Command -ComputerName {name} -ScriptBlock {{"], ["}"]


def _head(work: Work, _report: Report) -> list[str]:
    """The parameters, which PowerShell asks for when they are not given."""
    wanted = [name for on, name in _PARAMETERS.items() if any(block.where == on for block in work.blocks)]
    listed = [f"{_INDENT}[Parameter(Mandatory = $true)] [string] {name}" for name in wanted]
    if any(block.kind == ZONE for block in work.blocks):
        listed.append(f"{_INDENT}[string] $DnsServer = $env:COMPUTERNAME")
    return ["", "param(", *[line + "," for line in listed[:-1]], listed[-1], ")"] if listed else []


TOOL = Tool(
    name="powershell",
    mark="#",
    intro=(
        "Machines are reached by PowerShell remoting; without it, run what stands between the braces on each of them.",
        "A host that is switched off publishes nothing: leave its block out.",
        "Removing asks for confirmation. When adding fails, the script ends before it removes anything in the zone.",
    ),
    reaches=(HOST, ZONE, CLIENT),
    change=_change,
    action=_action,
    head=_head,
    around=_around,
    indent=_INDENT,
)
