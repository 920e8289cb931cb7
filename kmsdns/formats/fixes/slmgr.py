"""slmgr: a batch file for the client, with the settings of Windows itself."""

from __future__ import annotations

from kmsdns.formats.fixes import commands
from kmsdns.formats.fixes.script import Tool
from kmsdns.formats.fixes.work import CLIENT
from kmsdns.model.findings import Action, Do

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_SLMGR = 'cscript //nologo "%SystemRoot%\\System32\\slmgr.vbs"'
_RESTART = ["net stop sppsvc", "net start sppsvc"]


def _action(action: Action) -> list[str]:
    return [call(_SLMGR, each) for each in commands.slmgr(action)] or in_any_shell(action)


def call(script: str, arguments: Sequence[str]) -> str:
    """A line that runs a script; what checks let through holds nothing that cmd expands inside double quotes."""
    return " ".join([script, *[each if each.startswith("/") else f'"{each}"' for each in arguments]])


def in_any_shell(action: Action) -> list[str]:
    """What neither script is needed for."""
    if action.do is Do.RESTART_SERVICE:
        return _RESTART
    return [commands.ANY_SHELL[action.do]] if action.do in commands.ANY_SHELL else []


TOOL = Tool(
    name="slmgr",
    mark="rem",
    first=("@echo off",),
    intro=("A batch file, for the client itself, run as administrator. --fix-as ospp has the settings of Office.",),
    reaches=(CLIENT,),
    action=_action,
    is_batch=True,
)
