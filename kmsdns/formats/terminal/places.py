"""Findings in zone files as text: the place, the line with a caret under what is meant, and the fix."""

from __future__ import annotations

from functools import lru_cache

from kmsdns.formats.glyphs import marked
from kmsdns.formats.words import count, elapsed, wrapped
from kmsdns.model.findings import Safety, Severity
from kmsdns.model.safe import safe
from kmsdns.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from kmsdns.formats import Style
    from kmsdns.model.findings import Finding, Related
    from kmsdns.model.records import Location
    from kmsdns.model.report import Report

WIDTH = 100
"""Columns of a zone file's line that are shown around what is meant."""

_COLORS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.NOTE: "36"}


class Quote(Value):
    """A line of a zone file, in three parts, with what is said of the middle one. All of it is safe to print."""

    number: int
    before: str
    meant: str
    after: str
    says: str
    is_primary: bool
    path: str  # where it stands, when that is not the finding's own file


def quotes(finding: Finding, sources: Mapping[str, str]) -> list[Quote]:
    """The lines that a finding is about, its own place first; those whose text isn't known are left out."""
    own = finding.location
    places = [(own, "")] if own else []
    places += [(related.location, related.message) for related in finding.related]
    return [
        _quote(place, says, sources[place.path], own)
        for place, says in places
        if place.path in sources and (says or place is own)
    ]


def quoted_lines(finding: Finding, sources: Mapping[str, str]) -> list[str]:
    """The lines that a finding is about, each above a line with marks under what is meant."""
    found = quotes(finding, sources)
    width = _width(finding)
    lines = [f"{' ' * width} |"] if found else []
    for each in found:
        under = " " * len(each.before) + ("^" if each.is_primary else "-") * max(1, len(each.meant))
        beside = (f" {each.says}" if each.says else "") + (f" ({each.path})" if each.path else "")
        lines.append(f"{each.number:>{width}} | {each.before}{each.meant}{each.after}".rstrip())
        lines.append(f"{' ' * width} | {under}{beside}")
    return lines


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
    lines += quoted_lines(finding, sources)
    margin = " " * _width(finding)
    notes = [f"{each.location.path}:{each.location.line}: {each.message}" for each in _unread(finding, sources)]
    notes.append(finding.reference and f"clause: {finding.reference}")
    if finding.fix is not None:
        safety = "" if finding.fix.safety is Safety.ADVICE else f" ({finding.fix.safety})"
        notes.insert(-1, f"fix{safety}: {finding.fix.summary}")
    for note in filter(None, notes):
        lines += wrapped(safe(note), f"{margin} = ", f"{margin}   ")
    return lines


def _unread(finding: Finding, sources: Mapping[str, str]) -> list[Related]:
    return [each for each in finding.related if each.location.path not in sources]


def _width(finding: Finding) -> int:
    """Columns for the numbers of lines."""
    places = [finding.location, *[related.location for related in finding.related]]
    return max((len(str(place.line)) for place in places if place), default=1)


def _quote(place: Location, says: str, source: str, own: Location | None) -> Quote:
    """The line of a place; of a long line the part around what is meant."""
    lines = _lines(source)
    line = lines[place.line - 1].rstrip("\r") if place.line <= len(lines) else ""
    last = place.end_column - 1 if place.end_line == place.line else len(line)
    begin = max(0, place.column - 1 - WIDTH // 2) if len(line) > WIDTH else 0
    part = line[begin : begin + WIDTH]
    before, meant = part[: max(0, place.column - 1 - begin)], part[max(0, place.column - 1 - begin) : last - begin]
    return Quote(
        number=place.line,
        before=safe(before.expandtabs(8)),
        meant=safe(meant.expandtabs(8)),
        after=safe(part[len(before) + len(meant) :].expandtabs(8)),
        says=safe(says),
        is_primary=place is own,
        path=safe(place.path) if own and place.path != own.path else "",
    )


@lru_cache(maxsize=8)
def _lines(source: str) -> list[str]:
    """The lines of a text. Kept, as a file of many lines may have many findings."""
    return source.split("\n")


def last_line(report: Report, style: Style) -> list[str]:
    """How many findings in how many files, and what it took."""
    found = [count(report.count(severity), severity.value) for severity in Severity if report.count(severity)]
    records = sum(file.records for file in report.files)
    concerned = len({finding.location.path for finding in report.findings if finding.location})
    number = count(len(report.files), "file")
    where = f"in {concerned} of {number}" if found else f"in {number}"
    what = ", ".join(found) or "nothing to complain about"
    text = f"{what} {where} ({count(records, 'record')}, {elapsed(report.elapsed)})"
    fixable = sum(finding.fix is not None and finding.fix.safety is not Safety.ADVICE for finding in report.findings)
    return [marked(text + (f"; {fixable} can be fixed" if fixable else ""), report.status, style)]
