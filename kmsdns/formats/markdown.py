"""markdown: for issue trackers. Whatever came from outside is escaped, and stays text in its place."""

from __future__ import annotations

import re

from kmsdns import __version__
from kmsdns.formats import outline
from kmsdns.formats.conclusion import conclusion
from kmsdns.formats.glyphs import glyph
from kmsdns.formats.html.timeline import times_table
from kmsdns.formats.terminal.places import quoted_lines
from kmsdns.formats.verdict import counts
from kmsdns.model.safe import inert, safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kmsdns.formats import Style
    from kmsdns.formats.outline import Cell, Table
    from kmsdns.model.findings import Finding, Fix
    from kmsdns.model.report import Report

_NOT_CODE = frozenset("`|\\")
"""What a code span in a table can't hold in every reader."""

_SPECIAL = re.compile(r"[\\`*_\[\]<>|~#&$]")
_LINKED = re.compile(r"(?<=@)|(?<=://)|(?<=www)(?=\.)|(?<=\\#)")
"""Behind these a tracker makes links of what follows: to a person, an address, an issue."""


def render(report: Report, style: Style) -> str:
    """See the module's docstring. quiet: the verdict and the findings' sentences alone; verbose: every try too."""
    blocks = [*_head(report, style)]
    if not style.quiet:
        blocks += _section(outline.files_table(report))
        blocks += _section(outline.checks_table(report))
        for client in report.clients:
            blocks += _section(outline.steps_table(client), f" ({client.config.product.value})")
        for client in report.clients[:1]:
            blocks += _section(outline.directory_table(client))
        for service in report.services:
            blocks += _section(outline.endpoints_table(service), f": {_code(service.service)}")
            blocks += _notices(service.notices)
        blocks += _section(outline.contradictions_table(report))
    if report.findings:
        blocks.append("### Findings")
        blocks += [block for finding in report.findings for block in _finding(report, finding, style)]
    if not style.quiet:
        for client in report.clients[:1]:  # the licences are the machine's
            blocks += _section(outline.licences_table(client))
        for client in report.clients:
            blocks += _section(outline.settings_table(client), f" ({client.config.product.value})")
        blocks += _section(outline.skipped_table(report))
    if style.verbose:
        for service in report.services:
            blocks += _section(times_table(service), f": {_code(service.service)}")
    blocks += _notices(report.notices)
    return "\n\n".join(blocks) + "\n"


def _head(report: Report, style: Style) -> list[str]:
    said = conclusion(report)
    suppressed = f", {report.suppressed} suppressed" if report.suppressed else ""
    when = f" · {_prose(report.started)}" if report.started else ""
    lines = [f"## {glyph(said.status, style)} {_prose(said.head)}"]
    lines += [f"**Cause:** {_prose(said.cause)}"] if said.cause else []
    lines += [f"**Fix:** {_prose(said.fix)}"] if said.fix else []
    made = f"kmsdns {report.job} {__version__}{when}"
    return [*lines, f"{counts(report)}{suppressed} · {outline.effort(report)} · {made}"]


def _notices(notices: Iterable[str]) -> list[str]:
    return [f"**Notice:** {_prose(notice)}" for notice in notices]


def _section(table: Table, behind: str = "") -> list[str]:
    """A heading and the table; nothing for an empty one."""
    if not table.rows:
        return []
    ruler = ["---:" if head in table.right else "---" for head in table.heads]
    rows = [
        [_cell(cell, _code if head in table.names else _prose) for cell, head in zip(row, table.heads, strict=True)]
        for row in table.rows
    ]
    lines = [f"| {' | '.join(row)} |" for row in ([_prose(head) for head in table.heads], ruler, *rows)]
    return [f"### {table.title}{behind}", "\n".join(lines)]


def _cell(cell: Cell, write: Callable[[str], str]) -> str:
    return write(cell) if isinstance(cell, str) else "<br>".join([write(line) for line in cell])


def _finding(report: Report, finding: Finding, style: Style) -> list[str]:
    blocks = [f"#### {finding.severity} {finding.code}: {_prose(finding.message)}"]
    if style.quiet:
        return blocks
    where = str(finding.location or finding.subject)
    shows = outline.shows(finding)
    lines = [f"- **where:** {_code(where)}"] if where else []
    quoted = quoted_lines(finding, report.sources)
    if quoted:
        lines += ["", *[f"  {line}" for line in _fenced("text", quoted).split("\n")], ""]
    if finding.evidence:
        lines.append("- **evidence:**")
        lines += [f"  - {each.kind}: {_code(each.text)} (from {_code(each.source)})" for each in finding.evidence]
    lines += [f"- **shows:** {_prose(shows)}"] if shows else []
    lines += _fix(finding.fix) if finding.fix else []
    lines += [f"- **clause:** {_prose(finding.reference)}"] if finding.reference else []
    return [*blocks, "\n".join(lines), _fenced("console", (f"$ {line}" for line in outline.more(finding)))]


def _fix(fix: Fix) -> list[str]:
    lines = [f"- **fix:** {_prose(fix.summary)}"]
    if fix.changes:
        lines += ["", *[f"  {line}" for line in _fenced("diff", outline.changes(fix)).split("\n")], ""]
    return lines + [f"  {number}. {_prose(line)}" for number, line in enumerate(outline.actions(fix), start=1)]


def _fenced(language: str, lines: Iterable[str]) -> str:
    """Lines as they stand. Each begins with a mark of ours, so none can end the block."""
    return "\n".join([f"```{language}", *[inert(safe(line)) for line in lines], "```"])


def _code(text: str) -> str:
    """A name as code, where nothing in it could end the code or the cell, or be an order; escaped otherwise."""
    shown = safe(text)
    plain = not shown.strip() or shown != shown.strip() or not _NOT_CODE.isdisjoint(shown) or "##" in shown
    return _prose(text) if plain else f"`{shown}`"


def _prose(text: str) -> str:
    """Text that stays text: nothing in it is markup, and nothing becomes a link."""
    return _LINKED.sub("<!-- -->", _SPECIAL.sub(lambda found: f"\\{found[0]}", safe(text)))
