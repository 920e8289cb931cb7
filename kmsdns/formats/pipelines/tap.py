"""tap: the Test Anything Protocol, version 14. A test is: validate, a file; check, a check at a vantage; else a rule.

A test fails by a finding that counts (--fail-on); below it stand its findings, as YAML that is JSON too. Where no
finding tells how the report ends, a test in front does.
"""

from __future__ import annotations

import json

from kmsdns.formats.pipelines.common import by_file
from kmsdns.model.report import Status
from kmsdns.model.safe import inert, safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kmsdns.formats import Style
    from kmsdns.model.findings import Finding
    from kmsdns.model.report import Report


_ENDS = {
    Status.PASSES: "{job}: nothing that counts",
    Status.FAILS: "{job}: no client gets through",
    Status.UNKNOWN: "could not tell: something that counts could not be asked",
}


def render(report: Report, _style: Style) -> str:
    """See the module's docstring."""
    points = {"validate": _files, "check": _checks}.get(report.job, _rules)(report)
    lines = ["TAP version 14", f"1..{len(points)}"]
    for number, (passed, text, findings) in enumerate(points, start=1):
        lines.append(f"{'ok' if passed else 'not ok'} {number} - {text}")
        if findings:
            lines += ["  ---", "  findings:", *[line for each in findings for line in _entry(each)], "  ..."]
    return "\n".join(lines) + "\n"


def _files(report: Report) -> list[tuple[bool, str, Sequence[Finding]]]:
    found = by_file(report)
    return [(_passes(report, findings), _text(name), findings) for name, findings in found.items()]


def _checks(report: Report) -> list[tuple[bool, str, Sequence[Finding]]]:
    """A failure that is expected is a test to do (TAP 14, TODO); what could not be asked is not ok."""
    from kmsdns.formats.terminal.checks import case_name

    points: list[tuple[bool, str, Sequence[Finding]]] = []
    for result in report.checks:
        outcome = result.outcome.value
        todo = " # TODO failed as expected" if outcome == "expected-failure" else ""
        why = " (could not be asked)" if outcome == "no-answer" else ""
        points.append((outcome == "passed", _text(case_name(result)) + why + todo, result.findings))
    return points


def _rules(report: Report) -> list[tuple[bool, str, Sequence[Finding]]]:
    of_rule: dict[str, list[Finding]] = {}
    for finding in report.findings:
        of_rule.setdefault(f"{finding.code} {finding.slug}", []).append(finding)
    points: list[tuple[bool, str, Sequence[Finding]]] = [
        (_passes(report, findings), _text(name), findings) for name, findings in of_rule.items()
    ]
    if all(passed for passed, _name, _findings in points):
        points.insert(0, (report.status is Status.PASSES, _ENDS[report.status].format(job=report.job), ()))
    return points + [(True, f"{each.code} # SKIP {_text(each.reason)}", ()) for each in report.skipped]


def _passes(report: Report, findings: Sequence[Finding]) -> bool:
    return all(finding.severity.rank > report.fail_on.rank for finding in findings)


def _entry(finding: Finding) -> list[str]:
    """A finding as an entry of a YAML sequence; each value is a JSON string, which YAML takes too."""
    told = {
        "at": str(finding.location or finding.subject),
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        **({"fix": finding.fix.summary} if finding.fix is not None else {}),
    }
    lines = [f"{key}: {json.dumps(inert(safe(text)), ensure_ascii=False)}" for key, text in told.items()]
    return [f"    {'- ' if not place else '  '}{line}" for place, line in enumerate(lines)]


def _text(text: str) -> str:
    """A description: a number sign begins a directive, a backslash takes that meaning away (TAP 14, Escaping)."""
    return inert(safe(text)).replace("\\", "\\\\").replace("#", "\\#")
