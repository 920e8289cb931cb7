"""gitlab: a Code Quality report for GitLab, which compares it with that of the target branch by fingerprint."""

from __future__ import annotations

from kmsdns.formats.jsontext import document
from kmsdns.formats.pipelines.common import fingerprints, path_of, said, slashed
from kmsdns.model.findings import Severity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.formats import Style
    from kmsdns.model.report import Report

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTE: "info"}


def render(report: Report, _style: Style) -> str:
    """See the module's docstring. GitLab wants a place of everything: without a file it is the subject, line 1."""
    found = []
    for finding, fingerprint in zip(report.findings, fingerprints(report), strict=True):
        path, at = path_of(report, finding), finding.location
        found.append(
            {
                "description": f"{finding.code}: {said(finding)}",
                "check_name": f"{finding.code} {finding.slug}",
                "fingerprint": fingerprint,
                "severity": _SEVERITIES[finding.severity],
                "location": {
                    "path": slashed(finding.subject if path is None else path),
                    "lines": {"begin": at.line if at else 1, "end": at.end_line if at else 1},
                },
            }
        )
    return document(found, indent=2) + "\n"
