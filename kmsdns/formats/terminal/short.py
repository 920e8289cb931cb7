"""short: for pipes. discover: target:port a line, in processing order; else path:line:col: CODE severity: message."""

from __future__ import annotations

from kmsdns.model.safe import defused, safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.formats import Style
    from kmsdns.model.findings import Finding
    from kmsdns.model.report import Report


def render(report: Report, _style: Style) -> str:
    """See the module's docstring."""
    if report.job == "discover":
        return defused("".join([f"{safe(str(endpoint))}\n" for endpoint in report.endpoints]))
    return defused("".join([f"{line(finding)}\n" for finding in report.findings]))


def line(finding: Finding) -> str:
    """A finding in one line."""
    return safe(f"{finding.location or finding.subject}: {finding.code} {finding.severity}: {finding.message}")
