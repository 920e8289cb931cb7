"""ospp: a batch file for the client, with the settings of Office."""

from __future__ import annotations

from kmsdns.formats.fixes import commands
from kmsdns.formats.fixes.script import Tool
from kmsdns.formats.fixes.slmgr import call, in_any_shell
from kmsdns.formats.fixes.work import CLIENT
from kmsdns.model.findings import Action

_OSPP = 'cscript //nologo "%ProgramFiles%\\Microsoft Office\\Office16\\ospp.vbs"'


def _action(action: Action) -> list[str]:
    return [call(_OSPP, each) for each in commands.ospp(action)] or in_any_shell(action)


TOOL = Tool(
    name="ospp",
    mark="rem",
    first=("@echo off",),
    intro=(
        "A batch file, for the client itself, run as administrator. --fix-as slmgr has the settings of Windows.",
        "32-bit Office on 64-bit Windows has its folder under ProgramFiles(x86). Each line is for all of Office.",
    ),
    reaches=(CLIENT,),
    action=_action,
    is_batch=True,
)
