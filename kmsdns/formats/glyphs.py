"""The glyph of a report's status, the sentence behind it, and how both look on a line."""

from __future__ import annotations

from kmsdns.formats.words import wrapped
from kmsdns.model.report import Status
from kmsdns.model.safe import safe
from kmsdns.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.formats import Style

GLYPHS = {Status.PASSES: "✓", Status.FAILS: "✗", Status.UNKNOWN: "?"}
PLAIN_GLYPHS = {Status.PASSES: "ok:", Status.FAILS: "fails:", Status.UNKNOWN: "unknown:"}
"""For a terminal that can't show the others."""

_COLORS = {Status.PASSES: "32", Status.FAILS: "31"}


class Sentence(Value):
    """What a report comes to."""

    status: Status  # the report's own: every output derives from it
    head: str
    cause: str = ""  # the finding that explains it, empty where the head says all
    fix: str = ""  # what mends that


def headline(said: Sentence, style: Style) -> list[str]:
    """The glyph and the sentence, as the first or last lines of a report in text."""
    mark = glyph(said.status, style)
    lines = wrapped(safe(said.head), f"{mark} ", " " * (len(mark) + 1))
    return [_colored(line, said.status, style) for line in lines]


def marked(line: str, status: Status, style: Style) -> str:
    """A last line with the glyph in front."""
    return _colored(f"{glyph(status, style)} {line}", status, style)


def glyph(status: Status, style: Style) -> str:
    """What stands for a status."""
    return (GLYPHS if style.unicode else PLAIN_GLYPHS)[status]


def _colored(line: str, status: Status, style: Style) -> str:
    return f"\x1b[1;{_COLORS[status]}m{line}\x1b[0m" if style.color and status in _COLORS else line
