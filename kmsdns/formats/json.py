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
    from typing import Any

    from kmsdns.core.messages import ProbeResult, Try
    from kmsdns.core.report import Discovered, Endpoint, Report
    from kmsdns.formats import Style
    from kmsdns.kms.diagnosis import Observed
    from kmsdns.kms.evidence.facts import Licence

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


class Attempt(msgspec.Struct, frozen=True):
    address: str
    outcome: Literal["open", "not-the-service", "no-rpc", "closed", "timeout", "unreachable"]
    connected: bool
    elapsed_s: float


class Probe(msgspec.Struct, frozen=True):
    kind: Literal["tcp", "rpc"]
    outcome: Literal["open", "not-the-service", "no-rpc", "closed", "timeout", "unreachable", "no-address"]
    elapsed_s: float
    address: str | None
    attempts: list[Attempt]


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


class DiscoverResult(msgspec.Struct, frozen=True):
    services: list[Service]
    trace: list[TraceEntry]


class StepV1(msgspec.Struct, frozen=True):
    step: Literal["manual", "cache", "lookup-domain", "suffix", "srv", "address", "probe"]
    asked: str
    outcome: str
    elapsed_s: float | None


class LicenceV1(msgspec.Struct, frozen=True):
    name: str
    sku: str | None
    channel: str | None
    status: str | None
    minutes_left: int | None
    error: str | None
    manual: str | None
    cached: str | None
    caching: bool | None


class HostV1(msgspec.Struct, frozen=True):
    current_count: int | None
    port: int | None
    publishing: bool | None


class ClientV1(msgspec.Struct, frozen=True):
    product: Literal["windows", "office"]
    activation_type: Literal["all", "ad", "kms", "token"]
    manual: str | None
    manual_level: Literal["sku", "app", "global"] | None
    lookup_domain: str | None
    suffixes: list[str] | None
    caching: bool | None
    cached: str | None
    domain_joined: bool | None
    honours_weights: bool
    dns_servers: list[str] | None
    evidence: list[str]
    licences: list[LicenceV1]
    host: HostV1 | None


class DiagnoseResult(msgspec.Struct, frozen=True):
    services: list[Service]
    trace: list[TraceEntry]
    chain: list[StepV1]
    client: ClientV1
    would_show: str | None
    used: str | None


class ReportV1(msgspec.Struct, frozen=True):
    """What every job's report has; the result, which comes last, is the job's own."""

    schema_version: int
    kmsdns_version: str
    job: str
    started: str
    elapsed_s: float
    verdict: Literal["clean", "findings", "inconclusive"]
    summary: Summary
    findings: list[Finding]
    skipped: list[Skipped]
    notices: list[str]


class DiscoverReport(ReportV1, frozen=True):
    result: DiscoverResult


class DiagnoseReport(ReportV1, frozen=True):
    result: DiagnoseResult


REPORTS = {"discover": DiscoverReport, "diagnose": DiagnoseReport}
"""The type of each job's report."""


def render(report: Report, _style: Style) -> str:
    """See the module's docstring; indented, for the person who looks at it after all."""
    return msgspec.json.format(msgspec.json.encode(to_v1(report)), indent=2).decode() + "\n"


def schema() -> bytes:
    """The JSON Schema of version 1, as docs/schema holds it."""
    shapes, components = msgspec.json.schema_components(list(REPORTS.values()), ref_template="#/$defs/{name}")
    for job, shape in zip(REPORTS, shapes, strict=True):
        components[shape["$ref"].rpartition("/")[2]]["properties"]["job"] = {"const": job}
    document = {"$schema": "https://json-schema.org/draft/2020-12/schema", "oneOf": list(shapes), "$defs": components}
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def to_v1(report: Report) -> ReportV1:
    """The report in the types of schema version 1."""
    counts = {severity.value: report.count(severity) for severity in core_findings.Severity}
    result = _diagnosed(report) if report.clients else _discovered(report)
    report_type: Any = REPORTS[report.job]
    found: ReportV1 = report_type(
        schema_version=SCHEMA_VERSION,
        kmsdns_version=__version__,
        job=report.job,
        started=report.started,
        elapsed_s=_seconds(report.elapsed),
        verdict=report.verdict.value,
        summary=Summary(**counts, suppressed=report.suppressed),
        findings=[_finding(finding) for finding in report.findings],
        skipped=[Skipped(code=each.code, reason=each.reason) for each in report.skipped],
        notices=list(report.notices),
        result=result,
    )
    return found


def _discovered(report: Report) -> DiscoverResult:
    return DiscoverResult(
        services=[_service(service) for service in report.services], trace=[_entry(each) for each in report.trace]
    )


def _diagnosed(report: Report) -> DiagnoseResult:
    from kmsdns.kms.diagnosis import would_show
    from kmsdns.kms.steps import steps

    observed = report.clients[0]
    used = observed.found.used if observed.found is not None else None
    return DiagnoseResult(
        services=[_service(service) for service in report.services],
        trace=[_entry(each) for each in report.trace],
        chain=[
            StepV1(
                step=each.step,  # type: ignore[arg-type]
                asked=each.asked,
                outcome=each.outcome,
                elapsed_s=None if each.elapsed is None else _seconds(each.elapsed),
            )
            for each in steps(observed)
        ],
        client=_client(observed),
        would_show=would_show(observed),
        used=None if used is None else str(used),
    )


def _client(observed: Observed) -> ClientV1:
    config, facts = observed.config, observed.facts
    manual, cached = config.manual, config.cached
    port = f":{manual.port}" if manual is not None and manual.port else ""
    host = facts.hosts[-1] if facts.hosts else None
    return ClientV1(
        product=config.product.value,
        activation_type=config.activation_type,  # type: ignore[arg-type]
        manual=None if manual is None else manual.name + port,
        manual_level=None if manual is None else manual.level.value,
        lookup_domain=config.lookup_domain,
        suffixes=None if config.suffixes is None else [suffix.name for suffix in config.suffixes],
        caching=config.caching,
        cached=None if cached is None else f"{cached.target}:{cached.port}",
        domain_joined=config.domain_joined,
        honours_weights=config.honours_weights,
        dns_servers=None if config.dns_servers is None else list(config.dns_servers),
        evidence=list(dict.fromkeys(path for path, _kind in facts.kinds)),
        licences=[_licence(licence) for licence in facts.licences],
        host=None if host is None else HostV1(host.current_count, host.port, host.publishing),
    )


def _licence(licence: Licence) -> LicenceV1:
    return LicenceV1(
        name=licence.name,
        sku=licence.sku,
        channel=licence.channel,
        status=None if licence.state is None else str(licence.state),
        minutes_left=licence.minutes_left,
        error=licence.error,
        manual=licence.manual,
        cached=licence.cached,
        caching=licence.caching,
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
    return EndpointV1(
        target=endpoint.target,
        port=endpoint.port,
        priority=endpoint.priority,
        weight=endpoint.weight,
        share=None if endpoint.share is None else float(endpoint.share),
        addresses=list(endpoint.addresses),
        probe=_probe(endpoint.probe) if endpoint.probe else None,
    )


def _probe(result: ProbeResult) -> Probe:
    return Probe(
        kind=result.probe.kind,  # type: ignore[arg-type]  # a key of PROBERS; a test compares
        outcome=result.outcome.value,
        elapsed_s=_seconds(result.elapsed),
        address=result.address,
        attempts=[
            Attempt(
                address=each.address,
                outcome=each.outcome.value,  # type: ignore[arg-type]  # there was an address
                connected=each.connected,
                elapsed_s=_seconds(each.elapsed),
            )
            for each in result.attempts
        ],
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
