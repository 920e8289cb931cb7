"""Completion of commands, options, choices and files in PowerShell 5 and later, which click has no words for."""

from __future__ import annotations

import os
from typing import Any, ClassVar

from click.shell_completion import ShellComplete

_SOURCE = """\
Register-ArgumentCompleter -Native -CommandName %(prog_name)s -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = foreach ($element in $commandAst.CommandElements) {
        if ($element.Extent.EndOffset -lt $cursorPosition) { $element.ToString().Trim('"', "'") }
    }
    $env:COMP_WORDS = $words -join "`n"
    $env:COMP_CWORD = $wordToComplete
    $env:%(complete_var)s = 'powershell_complete'
    try {
        & %(prog_name)s | ForEach-Object {
            $kind, $value, $help = $_ -split "`t", 3
            if ($kind -eq 'plain') {
                [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $help)
            }
        }
    }
    finally {
        Remove-Item -Path 'Env:COMP_WORDS', 'Env:COMP_CWORD', 'Env:%(complete_var)s' -ErrorAction Ignore
    }
}
"""


class PowerShellComplete(ShellComplete):
    """Words come a line each, and go back as kind, value and what it is for. PowerShell knows of files by itself."""

    name: ClassVar[str] = "powershell"
    source_template: ClassVar[str] = _SOURCE

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words in front of the one at the cursor, and that one; PowerShell has no variable that is empty."""
        return os.environ.get("COMP_WORDS", "").split("\n")[1:], os.environ.get("COMP_CWORD", "")

    def format_completion(self, item: Any) -> str:
        """A tool tip may not be empty."""
        help_text = " ".join((item.help or item.value).split())
        return f"{item.type}\t{item.value}\t{help_text}"
