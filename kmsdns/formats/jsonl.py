"""jsonl: for logs and streams. A finding a line, as schema version 1 has it, with the job in front."""

from __future__ import annotations

from kmsdns.formats.json import finding_v1
from kmsdns.formats.jsontext import document

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.formats import Style
    from kmsdns.model.report import Report


def render(report: Report, _style: Style) -> str:
    """See the module's docstring."""
    return "".join([document({"job": report.job, **finding_v1(each)}, indent=-1) + "\n" for each in report.findings])
