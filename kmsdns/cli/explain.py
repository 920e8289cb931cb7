"""kmsdns explain: codes in, their manual pages out."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

from kmsdns.cli.output import destinations, put, wants_color, write_file
from kmsdns.cli.statuses import CLEAN
from kmsdns.errors import KmsdnsError
from kmsdns.formats.terminal.manual import render
from kmsdns.jobs.explain import everything, explain

if TYPE_CHECKING:
    from collections.abc import Mapping

_NARROWEST, _WIDEST = 40, 100
"""Columns: below, words don't fit; above, lines are hard to read."""


def run(values: Mapping[str, Any]) -> int:
    """Writes the pages, or the list of all, in every format asked for."""
    formats = destinations(values)
    if bool(values["codes"]) is values["list"]:
        raise KmsdnsError("give codes to explain, such as 0xC004F074, LIV001 or 12288, or --list to see what there is")
    pages = everything() if values["list"] else tuple(dict.fromkeys(explain(word) for word in values["codes"]))
    color = wants_color(values["color"], dict(os.environ))
    width = max(_NARROWEST, min(shutil.get_terminal_size().columns, _WIDEST))
    for name, path in formats:
        if path is None:
            put(render(name, pages, is_list=values["list"], color=color, width=width))
        else:
            write_file(path, render(name, pages, is_list=values["list"], width=width))
    return CLEAN
