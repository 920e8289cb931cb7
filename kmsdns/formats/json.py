"""json: for programs. Schema version 1 in types of its own, so that the internals can change and the format does not.

One object. Names end with a dot and are lower case; unknown is null, never a guess; times are seconds.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from kmsdns import __version__
from kmsdns.core import findings as core_findings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.core.messages import Try
    from kmsdns.core.report import Discovered, Endpoint, Report
    from kmsdns.formats import Style

SCHEMA_VERSION = 1


class Location(msgspec.Struct, frozen=True):
    path: str
    line: int
    column: int
    end_line: int
    end_column: int


class Evidence(msgspec.Struct, frozen=True):
    kind: Literal["record", "response", "probe", "client"]
    text: str
    source: str


class Change(msgspec.Struct, frozen=True):
    op: Literal["add", "delete"]
    name: str
    ttl: int | None
    type: str
    rdata: str


class Fix(msgspec.Struct, frozen=True):
    summary: str
    safety: Literal["safe", "unsafe", "advice"]
    changes: list[Change]


class Finding(msgspec.Struct, frozen=True):
    code: str
    slug: str
    severity: Literal["error", "warning", "note"]
    subject: str
    message: str
    hresult: str | None
    location: Location | None
    evidence: list[Evidence]
    reference: str
    fix: Fix | None


class Skipped(msgspec.Struct, frozen=True):
    code: str
    reason: str


class Summary(msgspec.Struct, frozen=True):
    error: int
    warning: int
    note: int
    suppressed: int


class Probe(msgspec.Struct, frozen=True):
    outcome: Literal["open", "closed", "timeout", "unreachable", "no-address"]
    elapsed_s: float
    address: str | None


class EndpointV1(msgspec.Struct, frozen=True):
    target: str
    port: int
    priority: int | None
    weight: int | None
    share: float | None
    addresses: list[str]
    probe: Probe | None


class Service(msgspec.Struct, frozen=True):
    service: str
    outcome: Literal[
        "answer", "nodata", "nxdomain", "servfail", "refused", "timeout", "unreachable", "malformed", "unavailable"
    ]
    source: Literal["dns", "cache", "manual"]
    queried: list[str]
    ttl: int | None
    endpoints: list[EndpointV1]
    notices: list[str]


class Rejected(msgspec.Struct, frozen=True):
    reason: str
    source: str
    size: int


class TraceEntry(msgspec.Struct, frozen=True):
    question: str
    server: str
    transport: str
    outcome: str
    elapsed_s: float
    rcode: str | None
    flags: list[str]
    ede: str | None
    rejected: list[Rejected]
    warnings: list[str]
    detail: str | None


class DiscoverResult(msgspec.Struct, frozen=True):
    services: list[Service]
    trace: list[TraceEntry]


class ReportV1(msgspec.Struct, frozen=True):
    schema_version: int
    kmsdns_version: str
    job: Literal["discover"]
    started: str
    elapsed_s: float
    verdict: Literal["clean", "findings", "inconclusive"]
    summary: Summary
    findings: list[Finding]
    skipped: list[Skipped]
    notices: list[str]
    result: DiscoverResult


def render(report: Report, _style: Style) -> str:
    """See the module's docstring; indented, for the person who looks at it after all."""
    return msgspec.json.format(msgspec.json.encode(to_v1(report)), indent=2).decode() + "\n"


def schema() -> bytes:
    """The JSON Schema of version 1, as docs/schema holds it."""
    return msgspec.json.format(msgspec.json.encode(msgspec.json.schema(ReportV1)), indent=2) + b"\n"


def to_v1(report: Report) -> ReportV1:
    """The report in the types of schema version 1."""
    counts = {severity.value: report.count(severity) for severity in core_findings.Severity}
    return ReportV1(
        schema_version=SCHEMA_VERSION,
        kmsdns_version=__version__,
        job="discover",
        started=report.started,
        elapsed_s=_seconds(report.elapsed),
        verdict=report.verdict.value,
        summary=Summary(**counts, suppressed=report.suppressed),
        findings=[_finding(finding) for finding in report.findings],
        skipped=[Skipped(code=each.code, reason=each.reason) for each in report.skipped],
        notices=list(report.notices),
        result=DiscoverResult(
            services=[_service(service) for service in report.services], trace=[_entry(each) for each in report.trace]
        ),
    )


def _service(service: Discovered) -> Service:
    return Service(
        service=service.service,
        outcome=str(service.outcome),  # type: ignore[arg-type]  # a StrEnum member or "unavailable"
        source=service.source,  # type: ignore[arg-type]
        queried=list(service.queried),
        ttl=service.ttl,
        endpoints=[_endpoint(endpoint) for endpoint in service.endpoints],
        notices=list(service.notices),
    )


def _endpoint(endpoint: Endpoint) -> EndpointV1:
    probe = endpoint.probe
    return EndpointV1(
        target=endpoint.target,
        port=endpoint.port,
        priority=endpoint.priority,
        weight=endpoint.weight,
        share=None if endpoint.share is None else float(endpoint.share),
        addresses=list(endpoint.addresses),
        probe=Probe(outcome=probe.outcome.value, elapsed_s=_seconds(probe.elapsed), address=probe.address)
        if probe
        else None,
    )


def _entry(each: Try) -> TraceEntry:
    return TraceEntry(
        question=f"{each.question.name.lower()} {each.question.rdtype}",
        server=each.server,
        transport=each.transport,
        outcome=each.outcome,
        elapsed_s=_seconds(each.elapsed),
        rcode=each.rcode,
        flags=list(each.flags),
        ede=each.ede,
        rejected=[Rejected(reason=r.reason, source=r.source, size=r.size) for r in each.rejected],
        warnings=list(each.warnings),
        detail=each.detail,
    )


def _finding(finding: core_findings.Finding) -> Finding:
    place, fix = finding.location, finding.fix
    return Finding(
        code=finding.code,
        slug=finding.slug,
        severity=finding.severity.value,
        subject=finding.subject,
        message=finding.message,
        hresult=finding.hresult,
        location=Location(place.path, place.line, place.column, place.end_line, place.end_column) if place else None,
        evidence=[Evidence(kind=each.kind.value, text=each.text, source=each.source) for each in finding.evidence],
        reference=finding.reference,
        fix=Fix(
            summary=fix.summary,
            safety=fix.safety.value,
            changes=[
                Change(op=each.op, name=each.name, ttl=each.ttl, type=each.rdtype, rdata=each.rdata)  # type: ignore[arg-type]
                for each in fix.changes
            ],
        )
        if fix
        else None,
    )


def _seconds(value: float) -> float:
    return round(value, 6)
