"""What a report comes to, in one sentence behind a glyph: the report's status in every format that a person reads."""

from __future__ import annotations

from kmsdns.formats.words import count, wrapped
from kmsdns.model.findings import Severity
from kmsdns.model.report import Fate, Status
from kmsdns.model.safe import safe
from kmsdns.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.formats import Style
    from kmsdns.model.report import Discovered, Report

GLYPHS = {Status.PASSES: "✓", Status.FAILS: "✗", Status.UNKNOWN: "?"}
PLAIN_GLYPHS = {Status.PASSES: "ok:", Status.FAILS: "fails:", Status.UNKNOWN: "unknown:"}
"""For a terminal that can't show the others."""

_COLORS = {Status.PASSES: "32", Status.FAILS: "31"}


class Sentence(Value):
    """What a report comes to."""

    status: Status  # the report's own: every output derives from it
    head: str
    cause: str = ""  # the finding that explains it, empty where the head says all
    fix: str = ""  # what mends that


def headline(said: Sentence, style: Style) -> list[str]:
    """The glyph and the sentence, as the first or last lines of a report in text."""
    mark = glyph(said.status, style)
    lines = wrapped(safe(said.head), f"{mark} ", " " * (len(mark) + 1))
    return [_colored(line, said.status, style) for line in lines]


def marked(line: str, status: Status, style: Style) -> str:
    """A last line with the glyph in front."""
    return _colored(f"{glyph(status, style)} {line}", status, style)


def glyph(status: Status, style: Style) -> str:
    """What stands for a status."""
    return (GLYPHS if style.unicode else PLAIN_GLYPHS)[status]


def _colored(line: str, status: Status, style: Style) -> str:
    return f"\x1b[1;{_COLORS[status]}m{line}\x1b[0m" if style.color and status in _COLORS else line


def conclusion(report: Report) -> Sentence:
    """The report in one sentence, whichever the job."""
    if report.clients:
        from kmsdns.formats.verdict import sentence

        return sentence(report)
    if report.job == "validate":
        return _validated(report)
    if report.job == "check":
        return _checked(report)
    if len(report.services) == 1:
        return Sentence(status=report.status, head=_found(report.services[0]))
    good = sum(service.fate is Fate.THROUGH or _is_content(service) for service in report.services)
    number = count(len(report.services), "service")
    return Sentence(status=report.status, head=f"Of {number}, {good} can be found by a client.")


def _validated(report: Report) -> Sentence:
    where = "the zone file" if len(report.files) == 1 else count(len(report.files), "zone file")
    told = [count(report.count(each), each.value) for each in Severity if report.count(each)]
    head = f"{' and '.join(told)} in {where}." if told else f"Nothing to complain about in {where}."
    return Sentence(status=report.status, head=head)


def _checked(report: Report) -> Sentence:
    from kmsdns.formats.terminal.checks import sums

    heads = {
        Status.PASSES: "All is as expected",
        Status.FAILS: "Not all is as expected",
        Status.UNKNOWN: "Could not tell",
    }
    return Sentence(status=report.status, head=f"{heads[report.status]}: {sums(report)}.")


def _is_content(service: Discovered) -> bool:
    """Nobody was to be contacted, and an endpoint has an address."""
    return not service.unprobed and any(each.addresses and each.probe is None for each in service.endpoints)


def _found(service: Discovered) -> str:
    """What a client finds."""
    name, number = service.service, count(len(service.endpoints), "endpoint")
    if service.used is not None:
        return f"A client would use {service.used}."
    if service.unprobed:
        return f"Could not tell whether {number} of {name} can be used: {service.unprobed}."
    if _is_content(service):
        which = "whether it answers" if len(service.endpoints) == 1 else "which of them answer"
        return f"{name} leads to {number}; --probe tells {which}."
    unknown = [each.target for each in service.endpoints if each.addresses is None and each.probe is None]
    if unknown:
        return f"Could not tell: the address of {unknown[0]} could not be asked."
    if service.is_silent:
        return f"Could not tell: no usable answer to {name} SRV ({service.outcome})."
    if any(each.probe and each.addresses for each in service.endpoints):
        return f"A client would fail: no endpoint of {name} can be used."
    why = "no target has an address" if service.endpoints else f"{name} SRV: {service.outcome}"
    return f"A client would find no host: {why}."
