"""nagios: a line for Nagios, Icinga and those that run their plugins, with performance data, and a few lines below it.

By the Monitoring Plugins' development guidelines. The state is the report's status: OK when it passes, UNKNOWN when it
could not tell, else CRITICAL for an error or a client that fails, and WARNING for a warning or a note that --fail-on
counts. The exit status tells the state too (cli.reporting).
"""

from __future__ import annotations

from collections import Counter
from enum import IntEnum

from kmsdns.expectations.values import CheckOutcome
from kmsdns.formats.terminal.short import line
from kmsdns.formats.words import count
from kmsdns.model.findings import Severity
from kmsdns.model.report import Fate, Status
from kmsdns.model.safe import defused, inert, safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kmsdns.formats import Style
    from kmsdns.model.findings import Finding
    from kmsdns.model.report import Report

MOST = 8000
"""Octets in all: Nagios reads 8 KiB. Of the findings that find no room below the first line their number is told."""

MOST_OF_FIGURES = 4000
"""Octets of performance data about single checks or endpoints; with more of it there are sums alone."""

LONGEST = 200
"""Characters of a finding in a line, and of what the first line quotes."""


class PluginState(IntEnum):
    """The states of a service, by their exit status."""

    OK = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3


def state(report: Report) -> PluginState:
    """What the report comes to, for a monitoring system: its status, where a failure without an error is a warning."""
    if report.status is not Status.FAILS:
        return PluginState.OK if report.status is Status.PASSES else PluginState.UNKNOWN
    is_error = any(each.severity is Severity.ERROR and not each.is_open for each in report.counted)
    return PluginState.CRITICAL if is_error or report.fate is Fate.FAILS else PluginState.WARNING


def render(report: Report, _style: Style) -> str:
    """See the module's docstring."""
    head = f"KMSDNS {state(report).name} - {_summary(report)}"
    figures = " ".join(_figures(report))
    findings = [each for each in report.findings if each.severity is not Severity.NOTE]
    lines = [f"{head} | {figures}"]
    room = MOST - _size(lines[0])
    for told, each in enumerate(findings):
        below = _text(line(each))
        room -= _size(below)
        if room < 0:
            lines.append(f"and {count(len(findings) - told, 'finding')} more")
            break
        lines.append(below)
    return defused("\n".join(lines) + "\n")


def unknown(sentence: str) -> str:
    """The line of a plugin that could not do its work."""
    first, *rest = sentence.split("\n")
    return defused("\n".join([f"KMSDNS {PluginState.UNKNOWN.name} - {_text(first)}", *map(_text, rest)]) + "\n")


def _summary(report: Report) -> str:
    """What was looked at, and the first of the worst findings."""
    what = _looked_at(report)
    serious = sorted(
        [each for each in report.findings if each.severity is not Severity.NOTE], key=lambda each: each.severity.rank
    )
    if not serious:
        return what
    more = f" (and {len(serious) - 1} more)" if len(serious) > 1 else ""
    return f"{what}: {_told(serious[0])}{more}"


def _told(finding: Finding) -> str:
    return _text(f"{finding.code} {finding.message}")


def _looked_at(report: Report) -> str:
    if report.job == "validate":
        return f"{count(len(report.files), 'zone file')}, {_counts(report)}"
    if report.job == "diagnose":
        return f"diagnosis with {_counts(report)}"
    if report.job == "check":
        return _checks(report)
    services = report.services
    return f"{count(len(report.endpoints), 'endpoint')} of {count(len(services), 'service')}"


def _checks(report: Report) -> str:
    """3 of 4 checks hold, 1 of them fails as expected, 1 could not be asked."""
    outcomes = Counter([each.outcome for each in report.checks])
    known, silent = outcomes[CheckOutcome.EXPECTED_FAILURE], outcomes[CheckOutcome.NO_ANSWER]
    parts = [f"{outcomes[CheckOutcome.PASSED] + known} of {count(len(report.checks), 'check')} passed"]
    if known:
        parts[0] += f" ({count(known, 'expected failure')})"
    if silent:
        parts.append(f"{silent} could not be asked")
    return ", ".join(parts)


def _counts(report: Report) -> str:
    return ", ".join([count(report.count(each), each.value) for each in (Severity.ERROR, Severity.WARNING)])


def _figures(report: Report) -> Iterator[str]:
    """The performance data, each 'label'=value[unit];[warn];[crit];[min];[max]."""
    yield _figure("errors", report.count(Severity.ERROR), crit="0", low="0")
    yield _figure("warnings", report.count(Severity.WARNING), warn="0", low="0")
    yield _figure("time", report.elapsed, "s", low="0")
    if report.job == "check":
        outcomes = Counter([each.outcome for each in report.checks])
        most = str(len(report.checks))
        yield _figure("passed", sum(each.passed is True for each in report.checks), low="0", high=most)
        yield _figure("failed", outcomes[CheckOutcome.FAILED], crit="0", low="0", high=most)
        yield _figure("unanswered", outcomes[CheckOutcome.NO_ANSWER], low="0", high=most)
        answered = [each for each in report.checks if each.passed is not None]
        yield from _unless_many(
            [(f"{each.name} [{each.vantage}]", f"{each.elapsed:.6f}", "s", "0", "") for each in answered]
        )
    endpoints = [(service.service, endpoint) for service in report.services for endpoint in service.endpoints]
    yield from _unless_many(
        [
            (f"share {service} {endpoint}", f"{100 * float(endpoint.share):.2f}", "%", "0", "100")
            for service, endpoint in endpoints
            if endpoint.share is not None
        ]
    )


def _unless_many(figures: Iterable[tuple[str, str, str, str, str]]) -> list[str]:
    names: dict[str, int] = {}
    lines = []
    for label, value, unit, low, high in figures:
        own = _label(label)
        names[own] = names.get(own, 0) + 1
        apart = f"{own} ({names[own]})" if names[own] > 1 else own
        lines.append(_figure(apart, value, unit, low=low, high=high))
    return lines if sum(map(_size, lines)) <= MOST_OF_FIGURES else []


def _figure(
    label: str, value: float | str, unit: str = "", *, warn: str = "", crit: str = "", low: str = "", high: str = ""
) -> str:
    """One figure; its label has been through _label, where it came from outside."""
    number = value if isinstance(value, str) else f"{value:.6f}".rstrip("0").rstrip(".")
    return f"'{label}'={number}{unit};{warn};{crit};{low};{high}".rstrip(";")


def _label(text: str) -> str:
    """A label holds neither an equals sign nor a quote, nor what begins such data: they become underscores."""
    return inert(safe(text)).translate(_FORBIDDEN)


_FORBIDDEN = str.maketrans(dict.fromkeys("='|", "_"))


def _size(text: str) -> int:
    """Octets of a line."""
    return len(text.encode()) + 1


def _text(text: str) -> str:
    """A text in one line; a vertical bar would begin performance data, so a broken one takes its place."""
    told = inert(safe(text)).replace("|", "\N{BROKEN BAR}")
    return told if len(told) <= LONGEST else told[: LONGEST - 3] + "..."
