"""The exact commands below a fix: slmgr for Windows, ospp.vbs for Office, PowerShell on a host."""

from __future__ import annotations

import pytest

from kmsdns.formats import render
from kmsdns.formats.fixes.commands import by_machine, commands, folded
from kmsdns.formats.fixes.work import ORDER
from kmsdns.formats.outline import actions
from kmsdns.model.findings import Do, Fix
from tests.formats.fixes.reports import action, change, finding, report

SKU = "d450596f-894d-49e0-966a-fd39ed4c4c64"
VALUES = {
    Do.SET_MANUAL_HOST: "kms01.contoso.com.:1688",
    Do.SET_LOOKUP_DOMAIN: "contoso.com.",
    Do.SET_ACTIVATION_TYPE: "0",
}
RESTART = "Restart-Service -Name sppsvc"


@pytest.mark.parametrize(
    ("do", "windows", "office"),
    [
        (Do.CLEAR_MANUAL_HOST, "slmgr /ckms", ["/remhst"]),
        (Do.SET_MANUAL_HOST, "slmgr /skms kms01.contoso.com:1688", ["/sethst:kms01.contoso.com", "/setprt:1688"]),
        (Do.CLEAR_LOOKUP_DOMAIN, "slmgr /ckms-domain", ["/ckms-domain"]),
        (Do.SET_LOOKUP_DOMAIN, "slmgr /skms-domain contoso.com", ["/skms-domain:contoso.com"]),
        (Do.SWITCH_CACHING_OFF, "slmgr /ckhc", ["/cachst:FALSE"]),
        (Do.SWITCH_CACHING_ON, "slmgr /skhc", ["/cachst:TRUE"]),
        (Do.FORGET_CACHED_HOST, "slmgr /ckms", ["/remhst"]),
        (Do.SET_ACTIVATION_TYPE, "slmgr /act-type 0", ["/actype:0"]),
    ],
)
def test_a_client(do: Do, windows: str, office: list[str]) -> None:
    value, of_office = VALUES.get(do, ""), [f"cscript ospp.vbs {each}" for each in office]
    assert commands(action(do, value=value)) == [windows, *of_office]
    assert commands(action(do, value=value, product="windows")) == [windows]
    assert commands(action(do, value=value, product="office")) == of_office
    takes_sku = do not in (Do.SWITCH_CACHING_OFF, Do.SWITCH_CACHING_ON)
    assert commands(action(do, value=value, product="windows", sku=SKU)) == [windows + f" {SKU}" * takes_sku]


def test_a_host_and_any_machine() -> None:
    assert commands(action(Do.STOP_PUBLISHING, "kms.test.")) == ["slmgr /cdns", RESTART]
    assert commands(action(Do.PUBLISH, "host")) == ["slmgr /sdns"]
    assert commands(action(Do.RESTART_SERVICE, "host")) == [RESTART]
    assert commands(action(Do.OPEN_FIREWALL, "host"))[0].startswith("Set-NetFirewallRule -Name SPPSVC-In-TCP ")
    assert commands(action(Do.FLUSH_DNS)) == ["ipconfig /flushdns"]
    assert commands(action(Do.SYNC_CLOCK)) == ["w32tm /resync"]


def test_everything_there_is_to_do_has_a_command_and_a_place_in_the_order() -> None:
    assert set(ORDER) == set(Do)
    for do in Do:
        assert commands(action(do, value=VALUES.get(do, ""))), do


def test_an_address_with_colons_is_for_slmgr_alone() -> None:
    assert commands(action(Do.SET_MANUAL_HOST, value="[2001:db8::5]:1688")) == ["slmgr /skms [2001:db8::5]:1688"]


@pytest.mark.parametrize("value", ["a b:1", "x; rm -rf /", "$(x)", "%PATH%", "a\nb", ""])
def test_a_value_that_is_not_fit_gives_none(value: str) -> None:
    assert commands(action(Do.SET_MANUAL_HOST, value=value)) == []


def test_machines_with_the_same_commands_are_told_together() -> None:
    fix = Fix(
        summary="as said: slmgr /ckms-domain",
        actions=(
            action(Do.STOP_PUBLISHING, "a.test."),
            action(Do.CLEAR_MANUAL_HOST, product="windows"),
            action(Do.STOP_PUBLISHING, "b.test."),
            action(Do.CLEAR_LOOKUP_DOMAIN, product="windows"),
        ),
    )
    assert by_machine(fix) == [("a.test, b.test", ["slmgr /cdns", RESTART]), ("the client", ["slmgr /ckms"])]


def test_a_long_command_is_broken_as_powershell_reads_it() -> None:
    (firewall,) = commands(action(Do.OPEN_FIREWALL, "host"))
    assert folded(firewall, 66) == [
        "Set-NetFirewallRule -Name SPPSVC-In-TCP -Profile Domain,Private `",
        "  -Enabled True",
    ]
    assert folded(firewall, 100) == [firewall]
    assert folded("slmgr /skms " + "x" * 90, 66) == ["slmgr /skms " + "x" * 90]


def test_the_text_report_shows_them_below_the_fix() -> None:
    made = report(
        finding("A", action(Do.OPEN_FIREWALL, "kms01.test."), action(Do.FLUSH_DNS), change("delete")),
        finding("B", change("add")),
    )
    assert render("text", made) == (
        """\
error[A] A is wrong
  fix       mend A
            on kms01.test, as administrator:
              Set-NetFirewallRule -Name SPPSVC-In-TCP -Profile Domain,Private `
                -Enabled True
            on the client, as administrator:
              ipconfig /flushdns
  more      kmsdns explain A

error[B] B is wrong
  fix       mend B
  more      kmsdns explain B
"""
    )


def test_the_reports_for_readers_elsewhere_show_them_too() -> None:
    made = report(finding("A", action(Do.STOP_PUBLISHING, "kms01.test."), action(Do.SET_LOOKUP_DOMAIN, value="x y")))
    assert actions(made.findings[0].fix) == (
        f"on kms01.test: stop publishing: slmgr /cdns; {RESTART}",
        "on the client: set the lookup domain to x y",
    )
