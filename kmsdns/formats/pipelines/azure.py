"""azure: issues for Azure Pipelines, a logging command a finding; a note is a line of the log without a command.

The escapes are those of Azure's own task library: %, CR and LF in what is said, and ; and ] in properties too. The
agent looks for a command in the whole line and takes the first, which is ours; notes hold none.
"""

from __future__ import annotations

from kmsdns.formats.pipelines.common import path_of, said, slashed
from kmsdns.formats.terminal.short import line
from kmsdns.model.findings import Severity
from kmsdns.model.safe import defused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.formats import Style
    from kmsdns.model.findings import Finding
    from kmsdns.model.report import Report


def render(report: Report, _style: Style) -> str:
    """See the module's docstring."""
    return "".join([f"{_issue(report, finding)}\n" for finding in report.findings])


def _issue(report: Report, finding: Finding) -> str:
    if finding.severity is Severity.NOTE:
        return defused(line(finding))
    path, at = path_of(report, finding), finding.location
    properties: dict[str, object] = {"type": finding.severity.value}
    if path is not None:
        properties["sourcepath"] = slashed(path)
    if at is not None:
        properties |= {"linenumber": at.line, "columnnumber": at.column}
    properties["code"] = finding.code
    told = ";".join([f"{name}={_property(str(value))}" for name, value in properties.items()])
    return f"##vso[task.logissue {told}]{_data(said(finding))}"


def _data(text: str) -> str:
    return text.replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(";", "%3B").replace("]", "%5D")
