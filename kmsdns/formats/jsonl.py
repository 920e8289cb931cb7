"""jsonl: for logs and streams. A finding a line, as schema version 1 has it, with the job in front."""

from __future__ import annotations

from kmsdns.formats.json import document, finding_v1

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.formats import Style
    from kmsdns.model.report import Report


def render(report: Report, _style: Style) -> str:
    """See the module's docstring."""
    from msgspec.structs import asdict

    return "".join(
        [document({"job": report.job, **asdict(finding_v1(each))}, indent=-1) + "\n" for each in report.findings]
    )
