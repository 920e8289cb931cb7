"""kmsdns collect: prints the script that gathers a Windows client's evidence."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Any

from kmsdns.cli.output import put, write_file
from kmsdns.cli.statuses import CLEAN

if TYPE_CHECKING:
    from collections.abc import Mapping


def run(values: Mapping[str, Any]) -> int:
    """Puts it out; evidence.bundle reads what it gathers."""
    script = (resources.files("kmsdns.kms") / "collect.ps1").read_text("ascii")
    if values["output"] is None:
        put(script)
    else:
        write_file(values["output"], script)
    return CLEAN
