"""junit: a test report as Jenkins, GitLab and Azure read it. validate: a suite a file; check: a suite a spec, and in it
a test for each check at each vantage; other jobs: one suite.

A finding is a test that failed, because these show of a test one message and one text: so each has its own, and the
number of failures is that of the findings. It is called by its code and subject, which stay when lines move. Findings
that count fail (--fail-on), those about what could not be asked are errors, and the others stand in the suite's output.
A suite with neither has one test, which ends as the report does. Attributes and their order are those that both the
Ant schema and the Jenkins schema allow.
"""

from __future__ import annotations

from xml.etree import ElementTree as Xml

from kmsdns.formats import PLAIN
from kmsdns.formats.pipelines.common import by_file
from kmsdns.formats.terminal.places import finding_lines
from kmsdns.model.report import Status
from kmsdns.model.safe import defused, safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kmsdns.expectations.values import CheckResult
    from kmsdns.formats import Style
    from kmsdns.model.findings import Finding, Skipped
    from kmsdns.model.report import Report

_ENDS = {Status.PASSES: "", Status.FAILS: "failure", Status.UNKNOWN: "error"}
_WITHOUT_FINDINGS = {
    Status.PASSES: ("nothing that counts", ""),
    Status.FAILS: ("a client gets through", "no client gets through"),
    Status.UNKNOWN: ("could not tell", "something that counts could not be asked"),
}
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def render(report: Report, _style: Style) -> str:
    """See the module's docstring. What is outside ASCII is written as a reference: the same in every encoding."""
    root = Xml.Element("testsuites")
    if report.job == "validate":
        for path, findings in by_file(report).items():
            root.append(_suite(report, safe(path), len(root), findings))
    elif report.job == "check":
        from kmsdns.formats.terminal.checks import by_spec

        for path, results in by_spec(report).items():
            root.append(_checks(report, safe(path), len(root), results))
    else:
        root.append(_suite(report, f"kmsdns {report.job}", 0, report.findings, report.skipped, report.status))
    Xml.indent(root)
    text: str = Xml.tostring(root, encoding="us-ascii").decode("ascii")
    return _HEAD + text.replace("##", "&#35;#") + "\n"


def _suite(
    report: Report,
    name: str,
    number: int,
    findings: Sequence[Finding],
    skipped: Sequence[Skipped] = (),
    status: Status = Status.PASSES,
) -> Xml.Element:
    """A suite. status: how it ends where no finding counts."""
    counted = [each for each in findings if each.severity.rank <= report.fail_on.rank]
    kinds = ["error" if each.is_open else "failure" for each in counted] or [_ENDS[status]]
    failures, errors = kinds.count("failure"), kinds.count("error")
    suite = _head(report, name, number, len(kinds) + len(skipped), failures, errors, len(skipped))
    names: dict[str, int] = {}
    for finding, kind in zip(counted, kinds, strict=False):
        case = f"{finding.code} {safe(finding.subject)}"
        names[case] = names.get(case, 0) + 1
        case += f" ({names[case]})" if names[case] > 1 else ""
        told = Xml.SubElement(
            _case(suite, name, case), kind, type=finding.severity.value, message=safe(finding.message)
        )
        told.text = _text(report, [finding])
    if not counted:
        title, why = _WITHOUT_FINDINGS[status]
        whole = _case(suite, name, title)
        if kinds[0]:
            Xml.SubElement(whole, kinds[0], type=report.verdict.value, message=why)
    for each in skipped:
        Xml.SubElement(_case(suite, name, each.code), "skipped", message=safe(each.reason))
    others = [each for each in findings if each not in counted]
    Xml.SubElement(suite, "system-out").text = _text(report, others)
    Xml.SubElement(suite, "system-err")
    return suite


def _head(report: Report, name: str, number: int, tests: int, failures: int, errors: int, skipped: int) -> Xml.Element:
    suite = Xml.Element(
        "testsuite",
        name=name,
        package=f"kmsdns.{report.job}",
        id=str(number),
        timestamp=report.started.rstrip("Z") or "1970-01-01T00:00:00",
        hostname="localhost",  # the schema wants one; a report doesn't know where it was made
        tests=str(tests),
        failures=str(failures),
        errors=str(errors),
        skipped=str(skipped),
        time=f"{report.elapsed:.3f}",
    )
    Xml.SubElement(suite, "properties")
    return suite


def _checks(report: Report, name: str, number: int, results: Sequence[CheckResult]) -> Xml.Element:
    """A spec: those that passed are told too, and a failure that was expected counts as skipped."""
    from kmsdns.formats.terminal.checks import case_name, headline

    outcomes = [each.outcome.value for each in results]
    failures, errors = outcomes.count("failed"), outcomes.count("no-answer")
    suite = _head(report, name, number, len(results), failures, errors, outcomes.count("expected-failure"))
    kinds = {"failed": "failure", "no-answer": "error", "expected-failure": "skipped"}
    for result in results:
        case = _case(suite, name, case_name(result), result.elapsed)
        kind = kinds.get(result.outcome.value)
        if kind == "skipped":
            Xml.SubElement(case, kind, message=headline(result))
        elif kind is not None:
            codes = " ".join(dict.fromkeys(each.code for each in result.findings))
            told = Xml.SubElement(case, kind, type=codes or result.outcome.value, message=headline(result))
            told.text = _text(report, result.findings)
    Xml.SubElement(suite, "system-out")
    Xml.SubElement(suite, "system-err")
    return suite


def _case(suite: Xml.Element, suite_name: str, name: str, seconds: float = 0) -> Xml.Element:
    return Xml.SubElement(suite, "testcase", classname=suite_name, name=name, time=f"{seconds:.6f}" if seconds else "0")


def _text(report: Report, findings: Sequence[Finding]) -> str:
    blocks = ["\n".join(finding_lines(each, report.sources, PLAIN)) for each in findings]
    return defused("\n\n".join(blocks))
