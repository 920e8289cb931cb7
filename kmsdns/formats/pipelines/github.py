"""github: annotations for GitHub Actions, a workflow command a finding.

The escapes are those of GitHub's own toolkit: %, CR and LF in what is said, and : and , in properties too. A line
begins with :: on purpose; nothing from outside can begin one, for safe() leaves no line end.
"""

from __future__ import annotations

from kmsdns.formats.pipelines.common import path_of, said, slashed
from kmsdns.model.findings import Severity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.formats import Style
    from kmsdns.model.findings import Finding
    from kmsdns.model.report import Report

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(report: Report, _style: Style) -> str:
    """See the module's docstring."""
    return "".join([f"{_annotation(report, finding)}\n" for finding in report.findings])


def _annotation(report: Report, finding: Finding) -> str:
    path, at = path_of(report, finding), finding.location
    properties: dict[str, object] = {}
    if path is not None:
        properties["file"] = slashed(path)
    if at is not None:
        properties |= {"line": at.line, "col": at.column, "endLine": at.end_line, "endColumn": at.end_column}
        if at.end_line != at.line:  # columns are for annotations of one line
            del properties["col"], properties["endColumn"]
    properties["title"] = f"{finding.code} {finding.slug}"
    told = ",".join([f"{name}={_property(str(value))}" for name, value in properties.items()])
    return f"::{_COMMANDS[finding.severity]} {told}::{_data(said(finding))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
