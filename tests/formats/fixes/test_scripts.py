"""Scripts as people and shells read them; and whatever comes from outside, it never becomes a command."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kmsdns.formats.fixes import TOOLS, render
from kmsdns.model.findings import Do, Severity
from kmsdns.model.report import Report
from kmsdns.zone.reader import load
from tests.formats.fixes.reports import OLD, OWNER, RETIRED, action, change, finding, report
from tests.powershell import errors

NAME = r"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_.])?"
SRV = rf"\d+ \d+ \d+ ({NAME}|\.)"
PS = r"('[A-Za-z0-9_.:/@-]+'|\d+)"
PS_SCRIPT = r'"\$env:(SystemRoot\\System32\\slmgr|ProgramFiles\\Microsoft Office\\Office16\\ospp)\.vbs"'
BATCH = r"@echo off|rem( .*)?|ipconfig /flushdns|w32tm /resync|net (stop|start) sppsvc"
VALUE = r'("[A-Za-z0-9_.:-]+"|"\[[0-9a-f:]+\](:\d+)?")'
LINES = {
    "zone": rf";.*|{NAME} (\d+ )?IN SRV {SRV}",
    "nsupdate": rf";.*|server [0-9a-f.:]+ \d+|zone {NAME}|send|update add {NAME} \d+ IN SRV {SRV}"
    rf"|update delete {NAME} IN SRV {SRV}",
    "powershell": r" *#.*|param\(|\)|}"
    r"|    (\[Parameter\(Mandatory = \$true\)\] )?\[string\] \$\w+( = \$env:COMPUTERNAME)?,?"
    rf"|Invoke-Command -ComputerName ({PS}|\$Client|\$KmsHost) -ScriptBlock {{|    Clear-DnsClientCache"
    rf"|    cscript\.exe //nologo {PS_SCRIPT}( {PS}| '\[[0-9a-f:]+\](:\d+)?')+|    Restart-Service -Name sppsvc"
    r"|    Set-NetFirewallRule -Name SPPSVC-In-TCP -Profile Domain,Private -Enabled True|    w32tm\.exe /resync"
    rf"|Add-DnsServerResourceRecord -ComputerName \$DnsServer( -[A-Za-z]+( {PS})?)+ -ErrorAction Stop"
    rf"|Remove-DnsServerResourceRecord -ComputerName \$DnsServer -ZoneName {PS} -RRType Srv -Name {PS} "
    rf"-RecordData {PS},{PS},{PS},{PS}",
    "dnscmd": rf"{BATCH}|dnscmd /RecordAdd {VALUE} {VALUE} (\d+ )?SRV \d+ \d+ \d+ {VALUE} \|\| exit /b 1"
    rf"|dnscmd /RecordDelete {VALUE} {VALUE} SRV \d+ \d+ \d+ {VALUE} /f",
    "samba-tool": r"#.*|set -e|server=\$\{1:\?name the DNS server, such as dc01\.contoso\.com\}"
    rf"|samba-tool dns (add|delete) \"\$server\" '{NAME}' '({NAME}|@)' SRV '({NAME}|\.) \d+ \d+ \d+'",
    "slmgr": rf'{BATCH}|cscript //nologo "%SystemRoot%\\System32\\slmgr\.vbs" /[a-z-]+( {VALUE})*',
    "ospp": rf'{BATCH}|cscript //nologo "%ProgramFiles%\\Microsoft Office\\Office16\\ospp\.vbs" '
    rf"/[A-Za-z-]+(:{NAME})?",
}
"""Every line that a script may hold: its own few commands, with nothing but names, addresses and numbers in them."""

HOSTILE = (
    '"; rm -rf ~', "'; rm -rf ~ #", "$(touch x)", "`touch x`", "a\nsend\nupdate delete contoso.com.", "a\r\ndel *",
    "%PATH%", "a & del *", "a | x", "a^", "}; Remove-Item x; {", "\u2019; x #", "x\u2028y", "a\x1b[31m", "#> x <#",
    "a b", "-rf", "\\010send", "a;b", "@(x)", "${IFS}", "a\x00b", "caf\u00e9", "x" * 300, "a\u202eb", "!x!", "<x", "*",
    "..", "%~",
)  # fmt: skip
tools = pytest.mark.parametrize("tool", TOOLS)


def strange(tool: str, script: str) -> list[str]:
    """The lines of a script that are none of its own."""
    assert script.endswith("\n")
    assert script.isascii()
    lines = script[:-1].split("\n")
    return [line for line in lines if line and not re.fullmatch(LINES[tool], line, re.ASCII)]


def everywhere(text: str) -> Report:
    """A report with a text in every place where one may come from outside."""
    host = [action(do, text) for do in (Do.STOP_PUBLISHING, Do.OPEN_FIREWALL)]
    client = [action(do, value=text) for do in (Do.SET_MANUAL_HOST, Do.SET_LOOKUP_DOMAIN, Do.SET_ACTIVATION_TYPE)]
    client += [action(Do.CLEAR_MANUAL_HOST, sku=text), action(Do.SET_MANUAL_HOST, value=f"{text}:1688")]
    changes = [
        change(op, **fields)
        for op in ("add", "delete")
        for fields in (
            {"name": f"{text}.contoso.com.", "rdata": f"0 0 {'1' if op == 'add' else '2'} a."},
            {"name": f"_vlmcs._tcp.{text}"},
            {"rdata": f"0 0 {'1' if op == 'add' else '2'} {text}."},
            {"rdata": f"0 {text} 1688 {op}."},
            {"rdata": f"x{text}", "rdtype": "A", "name": op},
            {"rdtype": text},
        )
    ]
    return report(
        finding("A", *host, *client, *changes, message=text),
        finding("B", *client, severity=Severity.NOTE, message=f"x {text} y"),
        finding("C", fix=None, message=text),
        notices=(text,),
    )


@tools
def test_an_ordinary_script_holds_only_its_own_lines(tool: str) -> None:
    assert strange(tool, render(tool, RETIRED)) == []
    assert not strange(tool, render(tool, report()))


@tools
@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_from_outside_becomes_a_command(tool: str, text: str) -> None:
    script = render(tool, everywhere(text))
    assert strange(tool, script) == []
    if tool == "powershell":
        assert errors(script) == []


@given(st.text(), st.sampled_from(sorted(TOOLS)))
@example("0", "dnscmd")  # a name that is a number
def test_nor_does_any_other_text(text: str, tool: str) -> None:
    assert strange(tool, render(tool, everywhere(text))) == []


@pytest.mark.parametrize("text", HOSTILE[:12])
def test_what_is_refused_is_told(text: str) -> None:
    script = render("nsupdate", report(finding("A", change("delete", f"0 0 1688 {text}."))))
    assert "; A: delete " in script
    assert "not written here, do it by hand" in script
    assert "\nupdate" not in script
    assert "\nsend" not in script


@tools
def test_a_removal_without_record_data_is_a_mistake_in_the_code(tool: str) -> None:
    with pytest.raises(ValueError, match="without record data"):
        render(tool, report(finding("A", change("delete", ""))))


@tools
def test_what_it_was_made_from_and_what_no_script_can_mend_is_said(tool: str) -> None:
    script = render(tool, RETIRED.replace(started="2026-01-31T12:00:00Z"))
    flat = " ".join(re.sub(r"(?m)^(;|#|rem) *", "", script).split())
    assert "diagnose, 2026-01-31T12:00:00Z. Nothing of it was run. Review it line by line" in flat
    assert "NET103 (error): NET103 is wrong fix: mend NET103" in flat
    assert "KMS132 (error): KMS132 is wrong no fix is known" in flat
    nothing = render(tool, report(finding("LIV003")))
    assert "no fix that a script can make: mend LIV003" in nothing
    assert "None of these findings has a fix that a script can make." in nothing
    assert "There is no finding, so there is nothing to do." in render(tool, report())


def test_a_zone_file_can_be_read_again() -> None:
    script = render("zone", RETIRED)
    zone = load("contoso.com. 60 IN SOA a. b. 1 2 3 4 5\n" + script, "contoso.com.")
    assert [str(record) for record in zone.records if record.rdtype == "SRV"] == [
        f"{OWNER} 3600 IN SRV 0 5 1688 kms02.contoso.com."
    ]
    assert f"; {OWNER} 3600 IN SRV {OLD}" in script.splitlines(), "the line to remove, as it stands there"


def test_powershell_asks_for_the_machines_it_is_not_told() -> None:
    host = report(finding("A", action(Do.PUBLISH, "host")))
    assert "[Parameter(Mandatory = $true)] [string] $KmsHost\n" in render("powershell", host)
    assert "Invoke-Command -ComputerName $KmsHost -ScriptBlock {" in render("powershell", host)
    script = render("powershell", RETIRED)
    assert errors(script) == []
    assert "Invoke-Command -ComputerName 'kms-old.contoso.com' -ScriptBlock {" in script
    removal = (
        "Remove-DnsServerResourceRecord -ComputerName $DnsServer -ZoneName 'contoso.com' -RRType Srv "
        "-Name '_vlmcs._tcp' -RecordData '0','0','1688','kms-old.contoso.com.'"
    )
    assert removal in script.splitlines()


def test_what_only_notes_ask_for_is_commented_out() -> None:
    script = render("powershell", report(finding("A", action(Do.SWITCH_CACHING_OFF), severity=Severity.NOTE)))
    assert "worth considering, so it is commented out" in script
    assert [line for line in script.splitlines() if line and not line.lstrip().startswith("#")] == [
        "param(", "    [Parameter(Mandatory = $true)] [string] $Client", ")",
    ]  # fmt: skip


def test_other_types_and_a_ttl_that_nobody_says() -> None:
    changes = (
        change("add", "192.0.2.1", name="kms01.contoso.com.", rdtype="A", ttl=90061),
        change("add", "2001:db8::1", name="contoso.com.", rdtype="AAAA", ttl=None),
        change("delete", "kms02.contoso.com.", name="kms.contoso.com.", rdtype="CNAME"),
    )
    made = report(finding("A", *changes))
    powershell = render("powershell", made)
    assert errors(re.sub("IPv[46]", "IP", powershell)) == [], "the grammar knows no digits in a parameter's name"
    assert "-Name 'kms01' -A -IPv4Address '192.0.2.1' -TimeToLive '1.01:01:01' -ErrorAction Stop\n" in powershell
    assert "-ZoneName 'com' -Name 'contoso' -AAAA -IPv6Address '2001:db8::1' -ErrorAction Stop\n" in powershell
    assert "-RRType CNAME -Name 'kms' -RecordData 'kms02.contoso.com.'\n" in powershell
    assert "update add contoso.com. 3600 IN AAAA 2001:db8::1\n" in render("nsupdate", made)
    assert 'dnscmd /RecordAdd "contoso.com" "kms01" 90061 A "192.0.2.1" || exit /b 1\n' in render("dnscmd", made)
    assert "samba-tool dns delete \"$server\" 'contoso.com' 'kms' CNAME 'kms02.contoso.com'\n" in render(
        "samba-tool", made
    )


def test_a_shell_hands_samba_tool_what_the_fix_says(tmp_path: Path) -> None:
    shell = shutil.which("sh")
    if shell is None:
        pytest.skip("sh is not installed")
    (tmp_path / "samba-tool").write_text('#!/bin/sh\nfor word; do echo "[$word]"; done >> said\n')
    (tmp_path / "samba-tool").chmod(0o755)
    hostile = finding(
        "Z", *[change("add", f"0 0 1688 {text}.") for text in HOSTILE], message="$(touch made) `touch made`"
    )
    (tmp_path / "script").write_text(render("samba-tool", report(*RETIRED.findings, hostile)))
    path = f"{tmp_path}:{os.environ['PATH']}"
    run = subprocess.run([shell, "script"], cwd=tmp_path, env={"PATH": path}, capture_output=True, text=True)
    assert run.returncode != 0
    assert "name the DNS server" in run.stderr
    subprocess.run([shell, "script", "dc01.test"], cwd=tmp_path, env={"PATH": path}, check=True)
    before = ["[dns]", "[{}]", "[dc01.test]", "[contoso.com]", "[_vlmcs._tcp]", "[SRV]"]
    expected = []
    for deed, data in (
        ("add", "kms02.contoso.com 1688 0 5"),
        ("delete", "kms-old.contoso.com 1688 0 0"),
        ("delete", "kms.contoso.com 1688 0 5"),
    ):
        expected += [*[each.format(deed) for each in before], f"[{data}]"]
    assert (tmp_path / "said").read_text().splitlines() == expected
    assert sorted(path.name for path in tmp_path.iterdir()) == ["said", "samba-tool", "script"]
