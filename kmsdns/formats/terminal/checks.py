"""The results of checks: as a table of checks and vantages for a person, and spec by spec for test reports."""

from __future__ import annotations

from tabulate import tabulate

from kmsdns.expectations.values import CheckOutcome
from kmsdns.formats.glyphs import marked
from kmsdns.formats.terminal.places import finding_lines
from kmsdns.formats.words import count, elapsed, wrapped
from kmsdns.model.safe import safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.expectations.values import CheckResult
    from kmsdns.formats import Style
    from kmsdns.model.report import Report

WORDS = {
    CheckOutcome.PASSED: "pass",
    CheckOutcome.FAILED: "FAIL",
    CheckOutcome.EXPECTED_FAILURE: "xfail",
    CheckOutcome.NO_ANSWER: "no answer",
}
_COLORS = {
    CheckOutcome.PASSED: "32",
    CheckOutcome.FAILED: "1;31",
    CheckOutcome.EXPECTED_FAILURE: "36",
    CheckOutcome.NO_ANSWER: "33",
}
_TOLD = {
    CheckOutcome.PASSED: "passed",
    CheckOutcome.FAILED: "failed",
    CheckOutcome.EXPECTED_FAILURE: "failed as expected",
    CheckOutcome.NO_ANSWER: "without an answer",
}

WIDE = 7
"""Vantages that stand beside each other; more of them go below each other."""


def grid(report: Report) -> tuple[list[str], list[list[CheckResult | str | None]]]:
    """The heads of a table, and its rows: the name of a check, and its result at each vantage, None where not asked.

    A row is one check of one spec; of many vantages there is a row each.
    """
    vantages = list(dict.fromkeys(each.vantage for each in report.checks))
    if len(vantages) > WIDE:
        return ["check", "vantage", "result"], [[each.name, each.vantage, each] for each in report.checks]
    rows: dict[tuple[object, str], dict[str, CheckResult]] = {}
    for each in report.checks:
        rows.setdefault((each.location, each.name), {})[each.vantage] = each
    return (
        ["check", *vantages],
        [[name, *[results.get(vantage) for vantage in vantages]] for (_place, name), results in rows.items()],
    )


def cell(result: CheckResult | str | None) -> str:
    """What a table says of a result."""
    if result is None:
        return ""
    return result if isinstance(result, str) else WORDS[result.outcome]


def blocks(report: Report, style: Style) -> list[list[str]]:
    """The table, the findings at their lines with what was seen, and what it all came to."""
    heads, rows = grid(report)
    shown = [[_colored(each, style) for each in row] for row in rows]
    found = [] if style.quiet else [tabulate(shown, [safe(head) for head in heads], "simple", disable_numparse=True)]
    told = [block.split("\n") for block in found]
    for finding in report.findings:
        lines = finding_lines(finding, report.sources, style)
        if not style.quiet:
            margin = " " * len(str(finding.location.line if finding.location else 1))
            for each in finding.evidence:
                lines += wrapped(safe(f"{each.source}: {each.text}"), f"{margin} = seen: ", f"{margin}   ")
        told.append(lines)
    return told


def last_line(report: Report, style: Style) -> list[str]:
    """How many checks ended how, and what it took."""
    return [marked(f"{sums(report)} · {effort(report)}", report.status, style)]


def sums(report: Report) -> str:
    """12 passed, 1 failed, 2 without an answer."""
    outcomes = [each.outcome for each in report.checks]
    return ", ".join([f"{outcomes.count(each)} {_TOLD[each]}" for each in CheckOutcome if each in outcomes])


def effort(report: Report) -> str:
    """9 look-ups in 11 ms."""
    return f"{count(len(report.responses), 'look-up')} in {elapsed(report.elapsed)}"


def by_spec(report: Report) -> dict[str, list[CheckResult]]:
    """The results of each spec, in its order."""
    found: dict[str, list[CheckResult]] = {}
    for each in report.checks:
        found.setdefault(each.location.path, []).append(each)
    return found


def case_name(result: CheckResult) -> str:
    """A check at a vantage, as test reports call it; it stays when lines move."""
    return f"{safe(result.name)} [{safe(result.vantage)}]"


def headline(result: CheckResult) -> str:
    """What is wrong, in a sentence, and how much more there is."""
    if not result.findings:
        return _TOLD[result.outcome]
    more = f" (and {len(result.findings) - 1} more)" if len(result.findings) > 1 else ""
    return f"{safe(result.findings[0].message)}{more}"


def _colored(result: CheckResult | str | None, style: Style) -> str:
    text = safe(cell(result))
    if style.color and result is not None and not isinstance(result, str):
        return f"\x1b[{_COLORS[result.outcome]}m{text}\x1b[0m"
    return text
