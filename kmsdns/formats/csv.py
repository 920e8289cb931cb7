"""csv: for spreadsheets (RFC 4180). discover: an endpoint a line; a cell that would be calculated is defused."""

from __future__ import annotations

import csv
import io

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.core.report import Report
    from kmsdns.formats import Style

HEAD = tuple("service outcome source ttl try target port priority weight share addresses probe".split())
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def render(report: Report, _style: Style) -> str:
    """See the module's docstring. A service without an endpoint has a line too, with its outcome."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEAD)
    for service in report.services:
        about = (service.service, service.outcome, service.source, service.ttl)
        rows: list[tuple[object, ...]] = [
            (
                place,
                endpoint.target,
                endpoint.port,
                endpoint.priority,
                endpoint.weight,
                None if endpoint.share is None else float(endpoint.share),
                " ".join(endpoint.addresses),
                endpoint.probe.outcome if endpoint.probe else None,
            )
            for place, endpoint in enumerate(service.endpoints, start=1)
        ]
        for row in rows or [(None,) * (len(HEAD) - len(about))]:
            writer.writerow([_cell(each) for each in (*about, *row)])
    return out.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return value
