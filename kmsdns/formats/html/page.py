"""html: one self-contained page for a person, with figures. It fetches nothing and runs nothing, and says so itself.

Names and texts come from the DNS, which may be anybody's: each passes model.safe and is escaped, and the page's own
Content-Security-Policy forbids whatever would be loaded or run. Characters outside ASCII are written as references, so
that the page is the same in whichever encoding it is kept. Style is for terminals: the page has all there is to tell.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from kmsdns import __version__
from kmsdns.formats import outline
from kmsdns.formats.conclusion import conclusion
from kmsdns.formats.glyphs import GLYPHS
from kmsdns.formats.html import drawing
from kmsdns.formats.html.bars import Chart, shares_chart, times_chart
from kmsdns.formats.html.flow import BAD, IDLE, MARKS, OK, PART, STATE_WORDS, UNKNOWN, Flow, flow
from kmsdns.formats.html.timeline import times_table, waves
from kmsdns.formats.outline import Table
from kmsdns.formats.terminal.places import quotes
from kmsdns.formats.words import beside
from kmsdns.model.findings import Severity
from kmsdns.model.report import Status
from kmsdns.model.safe import safe
from kmsdns.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kmsdns.formats import Style
    from kmsdns.formats.outline import Cell
    from kmsdns.kms.diagnosis import Observed
    from kmsdns.model.report import Discovered, Report

_STATES = {Status.PASSES: OK, Status.FAILS: BAD, Status.UNKNOWN: UNKNOWN}
_TIME_WORDS = {
    OK: "answered",
    BAD: "failed",
    UNKNOWN: "nothing was heard",
    PART: "some failed",
    IDLE: "no address of that family",
}
_FEW = 5
"""Zones whose names stand at the top of the page."""

_LONG = 48
"""Characters of a cell that stay on one line."""

_SEVERITY_MARKS = {Severity.ERROR: "✗", Severity.WARNING: "!", Severity.NOTE: "i"}


class LegendLine(Value):
    """A kind of line in the figure, and what it means."""

    classes: str
    width: float
    text: str


class ServicePage(Value):
    """What the page shows of one service."""

    title: str
    name: str
    unicode: str
    notices: tuple[str, ...]
    wide: drawing.Drawing
    narrow: drawing.Drawing
    states: tuple[str, ...]
    legend: tuple[LegendLine, ...]
    endpoints: Table
    shares: Chart | None
    shares_table: Table
    times: Chart | None
    times_table: Table
    time_states: tuple[str, ...]


class ClientPage(Value):
    """What the page shows of one client."""

    product: str
    steps: Table
    settings: Table


def render(report: Report, _style: Style) -> str:
    """See the module's docstring."""
    environment = _environment()
    assert environment.loader is not None
    # The browser takes its hash after every line break has become LF, however this file was checked out.
    css = "\n".join(environment.loader.get_source(environment, "report.css")[0].splitlines())
    said = conclusion(report)
    page = environment.get_template("report.html").render(
        report=report,
        version=__version__,
        verdict=said,
        verdict_state=_STATES[said.status],
        verdict_mark=GLYPHS[said.status],
        subject=", ".join(dict.fromkeys([*[each.service for each in report.services], *_origins(report)])),
        counts=[(severity, report.count(severity)) for severity in Severity],
        effort=outline.effort(report),
        files=outline.files_table(report),
        checks=outline.checks_table(report),
        services=_services(report),
        clients=[_client(client) for client in report.clients],
        directory=outline.directory_table(report.clients[0]) if report.clients else None,  # of the domain
        licences=outline.licences_table(report.clients[0]) if report.clients else None,  # of the machine
        contradictions=outline.contradictions_table(report),
        skipped=outline.skipped_table(report),
        style=Markup(css),  # noqa: S704  # the package's own
        style_hash=f"sha256-{b64encode(sha256(css.encode()).digest()).decode()}",
        marks=MARKS,
        severity_marks=_SEVERITY_MARKS,
        state_words=STATE_WORDS,
        time_words=_TIME_WORDS,
        classes=_classes,
        lines=_lines,
        quotes=lambda finding: quotes(finding, report.sources),
        shows=outline.shows,
        changes=outline.changes,
        actions=outline.actions,
        more=outline.more,
    )
    page = page.replace("##", "&#35;#")  # no order to a pipeline that shows the page in its log
    return page.encode("ascii", "xmlcharrefreplace").decode("ascii")


def _origins(report: Report) -> list[str]:
    """The zones that were read, when they are few."""
    return [file.origin or file.path for file in report.files] if len(report.files) <= _FEW else []


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("kmsdns.formats.html"),
        autoescape=True,
        finalize=_finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )


def _finalize(value: object) -> object:
    """Text from outside made safe; what a macro made holds only such text."""
    return safe(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _lines(cell: Cell) -> tuple[str, ...]:
    return (cell,) if isinstance(cell, str) else cell


def _classes(table: Table, column: int, cell: Cell) -> str:
    """How a cell is set: a figure, a name, a text too long for one line."""
    head = table.heads[column]
    is_long = max(map(len, _lines(cell))) > _LONG
    there = {"right": head in table.right, "name": head in table.names, "long": is_long}
    return " ".join([name for name, applies in there.items() if applies])


def _services(report: Report) -> list[ServicePage]:
    pages: list[ServicePage] = []
    offered: set[str] = set()
    if report.clients:
        for client in report.clients:
            who = "This client" if client.facts else "A client"
            product = f"({client.config.product.value.capitalize()})" if client.is_kms else ""
            if client.found is not None:
                pages.append(_service(client.found, "The way to", who, product))
            if client.published is not None and client.published.service not in offered:
                offered.add(client.published.service)
                pages.append(_service(client.published, "What the DNS offers at", "Others", "(by DNS)"))
    else:
        pages += [_service(service, "The way to", "A client", "") for service in report.services]
    return pages


def _service(found: Discovered, title: str, client: str, way: str) -> ServicePage:
    shown = flow(found, client, way)
    times = times_chart(waves(found), found.service)
    return ServicePage(
        title=title,
        name=found.service,
        unicode=beside(found.service).strip(" ()"),
        notices=found.notices,
        wide=drawing.wide(shown),
        narrow=drawing.narrow(shown),
        states=_states(shown),
        legend=_legend(shown),
        endpoints=outline.endpoints_table(found),
        shares=shares_chart(found),
        shares_table=outline.shares_table(found),
        times=times,
        times_table=times_table(found),
        time_states=_in_order(bar.state for bar in times.bars) if times else (),
    )


def _client(client: Observed) -> ClientPage:
    return ClientPage(
        product=client.config.product.value.capitalize(),
        steps=outline.steps_table(client),
        settings=outline.settings_table(client),
    )


def _states(shown: Flow) -> tuple[str, ...]:
    cards = [*shown.names, *[card for each in shown.branches for card in (each.card, *each.addresses)]]
    return _in_order(card.state for card in cards)


def _in_order(states: Iterable[str]) -> tuple[str, ...]:
    """Each state once, in the order of a legend."""
    there = set(states)
    return tuple([state for state in MARKS if state in there])


def _legend(shown: Flow) -> tuple[LegendLine, ...]:
    lines = []
    if shown.is_rated:
        lines.append(LegendLine(classes=" flow", width=8, text="width: the exact share of first tries"))
    if any(branch.is_backup for branch in shown.branches):
        lines.append(LegendLine(classes=" backup", width=1.5, text="backup: a higher priority value"))
    return tuple(lines)
