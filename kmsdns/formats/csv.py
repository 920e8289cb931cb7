"""csv: for spreadsheets (RFC 4180). discover: an endpoint a line; other jobs: a finding. Nothing is calculated."""

from __future__ import annotations

import csv
import io

from kmsdns.model.safe import defused, safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kmsdns.formats import Style
    from kmsdns.model.report import Report

    Row = tuple[object, ...]

HEAD = tuple("service outcome source ttl try target port priority weight share addresses probe".split())
FINDING_HEAD = tuple("path line column code slug severity subject message fix".split())
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def render(report: Report, _style: Style) -> str:
    """See the module's docstring. A cell that a spreadsheet would calculate begins with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in _endpoints(report) if report.job == "discover" else _findings(report):
        writer.writerow([_cell(each) for each in row])
    return defused(out.getvalue())


def _endpoints(report: Report) -> Iterator[Row]:
    """A service without an endpoint has a line too, with its outcome."""
    yield HEAD
    for service in report.services:
        about = (service.service, service.outcome, service.source, service.ttl)
        rows: list[Row] = [
            (
                place,
                endpoint.target,
                endpoint.port,
                endpoint.priority,
                endpoint.weight,
                None if endpoint.share is None else float(endpoint.share),
                "unknown" if endpoint.addresses is None else " ".join(endpoint.addresses),
                endpoint.probe.outcome if endpoint.probe else None,
            )
            for place, endpoint in enumerate(service.endpoints, start=1)
        ]
        for row in rows or [(None,) * (len(HEAD) - len(about))]:
            yield (*about, *row)


def _findings(report: Report) -> Iterator[Row]:
    yield FINDING_HEAD
    for each in report.findings:
        at = each.location
        place: Row = (at.path, at.line, at.column) if at else (None, None, None)
        fix = each.fix.summary if each.fix else None
        yield (*place, each.code, each.slug, each.severity.value, each.subject, each.message, fix)


def _cell(value: object) -> object:
    if isinstance(value, str):
        return f"'{safe(value)}" if value.startswith(_FORMULA) else safe(value)
    return value
