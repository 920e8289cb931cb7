"""Findings in zone files as text: the place, the line with a caret under what is meant, and the fix."""

from __future__ import annotations

from kmsdns.core.findings import Safety, Severity
from kmsdns.core.safe import safe
from kmsdns.formats.words import count, elapsed, wrapped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from kmsdns.core.findings import Finding
    from kmsdns.core.records import Location
    from kmsdns.core.report import Report
    from kmsdns.formats import Style

WIDTH = 100
"""Columns of a zone file's line that are shown around what is meant."""

_COLORS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.NOTE: "36"}


def finding_lines(finding: Finding, sources: Mapping[str, str], style: Style) -> list[str]:
    """A finding with the lines it is about."""
    at = finding.location
    where = f"{safe(at.path)}:{at.line}:{at.column}: " if at else f"{safe(finding.subject)}: "
    head = f"{finding.severity}[{finding.code}]"
    if style.color:
        where, head = f"\x1b[1m{where}\x1b[0m", f"\x1b[1;{_COLORS[finding.severity]}m{head}\x1b[0m"
    lines = [f"{where}{head} {safe(finding.message)}"]
    if style.quiet:
        return lines
    places = [(at, "", "^")] if at else []
    places += [(related.location, related.message, "-") for related in finding.related]
    width = max((len(str(place.line)) for place, _text, _mark in places), default=1)
    if places:
        lines.append(f"{' ' * width} |")
    for place, text, mark in places:
        lines += _quoted(place, text, mark, width, sources, at.path if at else "")
    notes = [finding.reference and f"clause: {finding.reference}"]
    if finding.fix is not None:
        safety = "" if finding.fix.safety is Safety.ADVICE else f" ({finding.fix.safety})"
        notes.insert(0, f"fix{safety}: {finding.fix.summary}")
    for note in filter(None, notes):
        lines += wrapped(safe(note), f"{' ' * width} = ", f"{' ' * width}   ")
    return lines


def _quoted(place: Location, text: str, mark: str, width: int, sources: Mapping[str, str], path: str) -> list[str]:
    """The line of a place, and below it what is meant; of a long line the part around it."""
    source = sources.get(place.path)
    if source is None:
        return [f"{' ' * width} = {safe(place.path)}:{place.line}: {safe(text)}"] if text else []
    line = _line(source, place.line)
    last = place.end_column - 1 if place.end_line == place.line else len(line)
    begin = max(0, place.column - 1 - WIDTH // 2) if len(line) > WIDTH else 0
    part = line[begin : begin + WIDTH]
    before, meant = part[: max(0, place.column - 1 - begin)], part[max(0, place.column - 1 - begin) : last - begin]
    shown = safe(before.expandtabs(8)), safe(meant.expandtabs(8)), safe(part[len(before) + len(meant) :].expandtabs(8))
    other = f" ({safe(place.path)})" if path and place.path != path else ""
    under = " " * len(shown[0]) + mark * max(1, len(shown[1]))
    return [
        f"{place.line:>{width}} | {''.join(shown)}".rstrip(),
        f"{' ' * width} | {under}{' ' + safe(text) if text else ''}{other}",
    ]


def _line(source: str, number: int) -> str:
    """A line of a text by its number, from 1; without its end."""
    start = 0
    for _ in range(number - 1):
        start = source.find("\n", start) + 1
        if not start:
            return ""
    end = source.find("\n", start)
    return source[start : len(source) if end < 0 else end].rstrip("\r")


def last_line(report: Report) -> list[str]:
    """How many findings in how many files, and what it took."""
    found = [count(report.count(severity), severity.value) for severity in Severity if report.count(severity)]
    records = sum(file.records for file in report.files)
    concerned = len({finding.location.path for finding in report.findings if finding.location})
    number = count(len(report.files), "file")
    where = f"in {concerned} of {number}" if found else f"in {number}"
    what = ", ".join(found) or "nothing to complain about"
    text = f"{what} {where} ({count(records, 'record')}, {elapsed(report.elapsed)})"
    fixable = sum(finding.fix is not None and finding.fix.safety is not Safety.ADVICE for finding in report.findings)
    return [text + (f"; {fixable} can be fixed" if fixable else "")]
