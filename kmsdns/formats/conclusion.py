"""What a report comes to, in one sentence behind a glyph: the report's status in every format that a person reads."""

from __future__ import annotations

from kmsdns.formats.glyphs import Sentence
from kmsdns.formats.words import count
from kmsdns.model.findings import Severity
from kmsdns.model.report import Fate, Status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.model.report import Discovered, Report


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
