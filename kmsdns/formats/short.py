"""short: for pipes. discover: target:port a line, in processing order."""

from __future__ import annotations

from kmsdns.core.safe import defused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.core.report import Report
    from kmsdns.formats import Style


def render(report: Report, _style: Style) -> str:
    """See the module's docstring."""
    return defused("".join([f"{endpoint}\n" for endpoint in report.endpoints]))
