"""kmsdns diagnose --fix-as: the script instead of the report, the exit status as usual."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kmsdns.cli import run
from kmsdns.formats.fixes import TOOLS
from tests.formats.fixes.test_scripts import strange

SCENARIOS = {  # and the status of a diagnosis
    "decommissioned-host": 1,
    "one-of-several-dead": 0,
    "host-key-on-a-client": 1,
    "manual-host-dead": 1,
    "target-doubled": 1,
    "no-suffix": 1,
    "healthy": 0,
}
OWNER = "_vlmcs._tcp.contoso.com."
pytestmark = pytest.mark.usefixtures("alone")


def script(capsys: pytest.CaptureFixture[str], scenario: str, tool: str, *more: str) -> tuple[int, list[str]]:
    """The exit status, and the lines that are no comments; every line is one of the tool's own."""
    status = run(["diagnose", "--scenario", scenario, "--fix-as", tool, "--no-config", *more])
    out, err = capsys.readouterr()
    assert err == ""
    assert strange(tool, out) == []
    return status, [line for line in out.splitlines() if line and not line.lstrip().startswith(("#", ";", "rem"))]


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_tool_for_every_scenario(scenario: str, tool: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert script(capsys, scenario, tool)[0] == SCENARIOS[scenario]


def test_what_the_scripts_do(capsys: pytest.CaptureFixture[str]) -> None:
    slmgr, ospp = 'cscript //nologo "%SystemRoot%\\System32\\slmgr.vbs"', "Microsoft Office\\Office16\\ospp.vbs"
    assert script(capsys, "target-doubled", "zone")[1] == [f"{OWNER} 3600 IN SRV 0 0 1688 kms01.contoso.com."]
    assert script(capsys, "target-doubled", "nsupdate")[1][1:] == [
        "zone contoso.com.",
        f"update add {OWNER} 3600 IN SRV 0 0 1688 kms01.contoso.com.",
        f"update delete {OWNER} IN SRV 0 0 1688 kms01.contoso.com.contoso.com.",
        "send",
    ]
    assert script(capsys, "manual-host-dead", "slmgr")[1] == ["@echo off", f"{slmgr} /ckms"]
    assert script(capsys, "no-suffix", "slmgr")[1] == ["@echo off", f'{slmgr} /skms-domain "contoso.com"']
    assert f'{ospp}" /skms-domain:contoso.com' in script(capsys, "no-suffix", "ospp")[1][1]
    assert script(capsys, "decommissioned-host", "powershell")[1] == [
        "Invoke-Command -ComputerName 'kms-old.contoso.com' -ScriptBlock {",
        "    Set-NetFirewallRule -Name SPPSVC-In-TCP -Profile Domain,Private -Enabled True",
        "    Restart-Service -Name sppsvc",
        "}",
    ]
    assert script(capsys, "host-key-on-a-client", "dnscmd")[1] == [
        "@echo off",
        'dnscmd /RecordDelete "contoso.com" "_vlmcs._tcp" SRV 10 0 1688 "pc042.contoso.com." /f',
    ]
    assert script(capsys, "healthy", "powershell")[1] == []


def test_it_goes_where_the_report_would_and_reports_to_their_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made, told = tmp_path / "fix.ps1", tmp_path / "report.json"
    ask = ["diagnose", "--scenario", "target-doubled", "--fix-as", "powershell", "--no-config"]
    assert (run([*ask, "-o", str(made), "-f", f"json={told}"]), capsys.readouterr()) == (1, ("", ""))
    assert "Remove-DnsServerResourceRecord" in made.read_text("ascii")
    assert json.loads(told.read_text())["findings"][0]["code"] == "SRV306"


def test_a_tool_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diagnose", "contoso.com", "--fix-as", "telnet"]) == 2
    assert "nsupdate" in capsys.readouterr().err
