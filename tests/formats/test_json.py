"""json: a fix has there what the text report shows below it, and what a program needs to make it."""

from __future__ import annotations

import json

from kmsdns.formats.fixes.commands import by_machine
from kmsdns.formats.json import finding_v1
from kmsdns.formats.jsontext import document
from kmsdns.model.findings import Action, Do, Finding, Fix, Rewrite, Severity
from kmsdns.model.records import Location
from tests.formats.fixes.reports import RETIRED, action, finding

SKU = "d450596f-894d-49e0-966a-fd39ed4c4c64"


def fix_of(found: Finding) -> dict[str, object]:
    return json.loads(document(finding_v1(found), indent=2))["fix"]


def test_actions_come_with_their_commands_in_order() -> None:
    fix = fix_of(RETIRED.findings[0])
    assert [(each["on"], each["do"], each["commands"]) for each in fix["actions"]] == [
        ("kms-old.contoso.com.", "stop publishing", ["slmgr /cdns", "Restart-Service -Name sppsvc"]),
        ("client", "flush the DNS client's cache", ["ipconfig /flushdns"]),
        ("client", "forget the cached host", ["slmgr /ckms", "cscript ospp.vbs /remhst"]),
    ]
    assert [each["op"] for each in fix["changes"]] == ["delete"]
    assert fix["rewrites"] == []


def test_nothing_that_the_text_shows_is_missing() -> None:
    for found in RETIRED.findings:
        if found.fix is not None:
            told = {command for each in fix_of(found)["actions"] for command in each["commands"]}
            assert told >= {command for _machines, typed in by_machine(found.fix) for command in typed}


def test_what_an_action_is_about() -> None:
    found = finding("KMS101", action(Do.SET_MANUAL_HOST, value="kms01.contoso.com:1689", product="windows", sku=SKU))
    assert fix_of(found)["actions"] == [
        {
            "on": "client",
            "do": "set the manual host",
            "value": "kms01.contoso.com:1689",
            "product": "windows",
            "sku": SKU,
            "commands": [f"slmgr /skms kms01.contoso.com:1689 {SKU}"],
        }
    ]


def test_a_value_that_is_fit_for_no_command_gives_none() -> None:
    (told,) = fix_of(finding("KMS101", action(Do.SET_MANUAL_HOST, value="a; del *")))["actions"]
    assert (told["value"], told["commands"]) == ("a; del *", [])


def test_what_is_to_be_written_into_a_file_is_there_too() -> None:
    at = Location(path="a.zone", line=3, column=1, end_line=3, end_column=1)
    fix = Fix(summary="s", rewrites=(Rewrite(location=at, text="www "),), actions=(Action(do=Do.PUBLISH, on="host"),))
    found = Finding(code="ZF008", slug="x", severity=Severity.NOTE, subject="s", message="m", fix=fix)
    where = {"path": "a.zone", "line": 3, "column": 1, "end_line": 3, "end_column": 1}
    assert fix_of(found)["rewrites"] == [{"location": where, "text": "www "}]
    assert fix_of(found)["actions"][0]["commands"] == ["slmgr /sdns"]
