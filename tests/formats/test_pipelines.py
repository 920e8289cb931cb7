"""The formats for build pipelines, read back as pipelines read them: whatever they hold, nothing gets out of it."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from kmsdns.formats import FORMATS, render
from kmsdns.formats.pipelines.common import fingerprints, path_of
from kmsdns.model.findings import Severity
from kmsdns.model.report import Report
from kmsdns.model.safe import inert, safe
from tests.formats import readers
from tests.formats.reports import (
    FIVE,
    diagnosis,
    discovery,
    every_code_point,
    found,
    saying,
    saying_of_files,
    silent,
    validated,
)

HOSTILE = (
    "plain.zone",
    "a b,c:d;e]f[g%h%25%0A%3A%AZP25",
    "a\n::error::b\r\n##vso[task.complete]",
    "::error file=x::y",
    "##vso[task.setvariable variable=PATH]x ##[error]x ##teamcity[x]",
    "x ##vso[task.complete]",
    "\u202egnp\u2066\u200b\u2028\x85\ufeff\x0b\x0c",
    "\x00\x07\x1b[31m\x9b\t\x7f",
    "\ufffe\uffff\U0001fffe\ufdd0\ud800\udfff",
    "\udcff\udc80",
    "]]>&lt;<failure>&#60;--><!--",
    "'\"`\\ \\# # SKIP x # TODO",
    "- [x](http://evil.example/) ![y](z) {0} {{1}}",
    "=1+1",
    "@x",
    "\t=1",
    "bücher.例え",
    "../a/./b",
    "/absolute/a.zone",
    "C:\\zones\\a.zone",
    "...",
    "---",
    " x ",
    "x" * 300,
)
CLEAN = "$ORIGIN a.test.\n@ 60 SOA a b 1 2 3 4 5\n@ 60 NS a\na 60 A 192.0.2.1\n"
MACHINES = [name for name in FORMATS if name not in ("text", "markdown", "html")]
COMMAND = re.compile(r"^\s*(::|##)|##(vso|teamcity)?\[", re.MULTILINE)
READERS: dict[str, Callable[[str], object]] = {
    "json": json.loads,
    "jsonl": lambda text: [json.loads(line) for line in text.split("\n")[:-1]],
    "csv": lambda text: list(csv.reader(io.StringIO(text, newline=""), strict=True)),
    "junit": readers.junit,
    "sarif": readers.sarif,
    "github": readers.github,
    "gitlab": json.loads,
    "azure": readers.azure,
    "tap": readers.tap,
    "short": str.splitlines,
    "nagios": readers.nagios,
    "prometheus": readers.prometheus,
}
texts = pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))


def harmless(name: str, text: str) -> bool:
    """Nothing that a terminal or a pipeline would act upon, but what the format is made of."""
    ends = "\r\n" if name == "csv" else "\n"
    orders = [] if name in ("github", "azure") else COMMAND.findall(text)
    return not orders and all(line.isprintable() for line in text.split(ends))


@pytest.mark.parametrize("name", MACHINES)
@texts
def test_whatever_they_hold_they_are_read_back(text: str, name: str) -> None:
    for report in (saying_of_files(text), saying(text), saying(text).replace(job="discover")):
        made = render(name, report)
        assert READERS[name](made) is not None
        assert harmless(name, made)


@pytest.mark.parametrize("name", MACHINES)
def test_no_code_point_breaks_them(name: str) -> None:
    points = every_code_point().findings[0].evidence
    one = saying("x").findings[0]
    findings = [one.replace(subject=each.text, message=each.text, severity=Severity.ERROR) for each in points]
    for report in (every_code_point(), diagnosis(found(()), findings=tuple(findings))):
        made = render(name, report)
        assert READERS[name](made) is not None
        assert harmless(name, made)
    if name in ("json", "jsonl"):
        told = json.loads(render("json", every_code_point()))["findings"][0]["evidence"]
        for read, each in zip(told, points, strict=True):
            # JSON can't tell two surrogates, which are no text, from the character that they stand for
            assert read["text"] == each.text.replace("\udbff\udc00", "\U0010fc00"), "as it came"


@texts
def test_githubs_commands_say_what_the_report_says(text: str) -> None:
    one, broken, note = readers.github(render("github", saying_of_files(text)))
    path = one[1]["file"]
    place = {"file": path, "line": "2", "col": "3", "endLine": "2", "endColumn": "9", "title": "NET106 no-host-answers"}
    assert one == ("error", place, inert(safe(text)))
    assert broken[:2] == (
        "warning",
        {"file": path, "line": "2", "endLine": "4", "title": "NET106 no-host-answers"},
    ), "columns are for annotations of one line"
    assert (note[0], note[1]["title"]) == ("notice", "ZZ1 no-host-answers")
    assert inert(safe(text)) in path or "/" in text or text == "C:\\zones\\a.zone"


@texts
def test_azures_commands_say_what_the_report_says(text: str) -> None:
    made = render("azure", saying_of_files(text))
    assert len(made.splitlines()) == 3, "a note is a line too, and no issue"
    one, broken = readers.azure(made)
    assert {**one[0], "sourcepath": ""} == {
        "type": "error",
        "sourcepath": "",
        "linenumber": "2",
        "columnnumber": "3",
        "code": "NET106",
    }
    assert one[1] == inert(safe(text))
    assert broken[0]["type"] == "warning"
    assert one[0]["sourcepath"] == readers.github(render("github", saying_of_files(text)))[0][1]["file"]


def test_a_finding_without_a_place_has_no_file() -> None:
    report = saying("x.")
    assert render("github", report) == "::error title=NET106 no-host-answers::x.\n"
    assert render("azure", report) == "##vso[task.logissue type=error;code=NET106]x.\n"
    (told,) = json.loads(render("gitlab", report))
    assert told["location"] == {"path": "x.", "lines": {"begin": 1, "end": 1}}, "GitLab wants one of everything"


def test_a_name_leads_to_the_file_that_has_it() -> None:
    report = validated(
        contoso=FIVE, corp="$ORIGIN corp.contoso.com.\n@ 60 SOA a b 1 2 3 4 5\n@ 60 NS a\na 60 A 192.0.2.1\n"
    )
    one = saying("x").findings[0]
    for subject, path in (
        ("a.contoso.com.:1688", "zones/contoso.zone"),
        ("CONTOSO.com.", "zones/contoso.zone"),
        ("a.corp.contoso.com.", "zones/corp.zone"),
        ("a.example.", None),
        ("contoso.com", None),
    ):
        assert path_of(report, one.replace(subject=subject)) == path
    assert path_of(report.replace(files=report.files[:1]), one) == "zones/contoso.zone"


def test_gitlabs_report_and_its_fingerprints() -> None:
    report = validated(contoso=FIVE)
    told = json.loads(render("gitlab", report))
    assert len({each["fingerprint"] for each in told}) == len(told) == len(report.findings) > 3
    assert {each["severity"] for each in told} <= {"info", "minor", "major", "critical", "blocker"}
    by_check = {each["check_name"]: each for each in told}
    assert by_check["RR002 duplicate-record"]["location"] == {
        "path": "zones/contoso.zone",
        "lines": {"begin": 7, "end": 7},
    }
    assert by_check["RR002 duplicate-record"]["severity"] == "minor"
    assert by_check["ZF001 syntax-error"]["severity"] == "major"
    moved = validated(contoso=f"; a comment\n\n{FIVE}")
    assert [each.location for each in moved.findings] != [each.location for each in report.findings]
    assert fingerprints(moved) == fingerprints(report), "they stay when lines move"
    assert fingerprints(validated(other=FIVE)) != fingerprints(report)
    twice = report.replace(findings=report.findings * 2)
    assert len(set(fingerprints(twice))) == 2 * len(report.findings)


def test_jsonl_and_json_tell_the_same() -> None:
    for report in (validated(contoso=FIVE), saying("a.example."), discovery(silent())):
        lines = READERS["jsonl"](render("jsonl", report))
        assert isinstance(lines, list)
        told = json.loads(render("json", report))["findings"]
        assert lines == [{"job": report.job, **each} for each in told]


def test_csv_of_findings_and_of_endpoints() -> None:
    rows = list(csv.DictReader(io.StringIO(render("csv", validated(contoso=FIVE)), newline="")))
    assert list(rows[0]) == ["path", "line", "column", "code", "slug", "severity", "subject", "message", "fix"]
    (twice,) = [row for row in rows if row["code"] == "RR002"]
    assert (twice["path"], twice["line"], twice["column"], twice["fix"]) == (
        "zones/contoso.zone",
        "7",
        "1",
        "remove this line",
    )
    assert render("csv", discovery(found())).startswith("service,outcome,")
    for text in HOSTILE:
        for row in csv.reader(io.StringIO(render("csv", saying_of_files(text)), newline="")):
            assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)


def test_tap_has_a_test_for_each_file_or_rule() -> None:
    bad, good = readers.tap(render("tap", validated(contoso=FIVE, a=CLEAN)))
    assert (bad[0], bad[1]) == (False, "zones/contoso.zone")
    assert {"code": "RR002", "at": "zones/contoso.zone:7:1"}.items() <= bad[3][0].items()
    assert good == (True, "zones/a.zone", "", [])
    points = readers.tap(render("tap", saying("x # y \\")))
    assert [point[:3] for point in points] == [
        (False, "NET106 no-host-answers", ""),
        (True, "KMS101", "SKIP x \\# y \\\\"),
    ]
    (nothing,) = readers.tap(render("tap", discovery(found())))
    assert nothing == (True, "discover: nothing that counts", "", [])
    (open_,) = readers.tap(render("tap", discovery(found(), inconclusive=True)))
    assert open_[0] is False, "inconclusive is not clean"
    note = saying("x").findings[0].replace(severity=Severity.NOTE)
    assert [point[0] for point in readers.tap(render("tap", discovery(found(), findings=(note,))))] == [True, True]


def test_junit_has_a_suite_for_each_file_and_a_case_for_each_failure() -> None:
    report = validated(contoso=FIVE, a=CLEAN).replace(fail_on=Severity.WARNING)
    bad, good = readers.junit(render("junit", report))
    assert [suite.attrib["name"] for suite in (bad, good)] == ["zones/contoso.zone", "zones/a.zone"]
    failures = {case.attrib["name"]: case.find("failure") for case in bad.findall("testcase")}
    twice = failures["RR002 _vlmcs._tcp.contoso.com."]
    assert twice is not None
    assert twice.attrib["type"] == "warning"
    assert "7 | _vlmcs._tcp SRV 0 0 1688 kms01" in (twice.text or "")
    (passed,) = good.findall("testcase")
    assert (passed.attrib["name"], list(passed)) == ("nothing that counts", [])
    assert bad.attrib["timestamp"] == "2026-01-31T12:00:00"
    errors, _ = readers.junit(render("junit", report.replace(fail_on=Severity.ERROR)))
    assert "RR002 _vlmcs._tcp.contoso.com." not in {case.attrib["name"] for case in errors.findall("testcase")}
    assert "7 | _vlmcs._tcp SRV 0 0 1688 kms01" in (errors.findtext("system-out") or ""), "told all the same"


def test_junit_of_other_jobs() -> None:
    (suite,) = readers.junit(render("junit", saying("x.")))
    assert suite.attrib["name"] == "kmsdns diagnose"
    assert [case.attrib["name"] for case in suite.findall("testcase")] == ["NET106 x.", "KMS101"]
    (open_,) = readers.junit(render("junit", discovery(found(), inconclusive=True)))
    assert open_.find("testcase/error") is not None, "inconclusive is not clean"
    note = saying("x").findings[0].replace(severity=Severity.NOTE, message="worth knowing")
    (noted,) = readers.junit(render("junit", discovery(found(), findings=(note, note))))
    assert noted.attrib["failures"] == "0"
    assert "worth knowing" in (noted.findtext("system-out") or "")
    error = note.replace(severity=Severity.ERROR)
    (twice,) = readers.junit(render("junit", discovery(found(), findings=(error, error))))
    assert [case.attrib["name"] for case in twice.findall("testcase")] == ["NET106 x", "NET106 x (2)"]


def test_a_report_made_nowhere_is_written_all_the_same() -> None:
    for name in MACHINES:
        READERS[name](render(name, Report(job="validate")))
    assert readers.junit(render("junit", Report(job="diagnose")))[0].attrib["timestamp"].startswith("1970")


def test_the_module_of_a_format_says_what_it_is_for() -> None:
    for name, module in FORMATS.items():
        path = Path(module.replace(".", "/")).with_suffix(".py")
        assert path.read_text().startswith(('"""' + name, 'r"""' + name))
