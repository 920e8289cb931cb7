"""The types of JSON schema version 1, from the small to the whole report; docs/schema is made of them.

Names end with a dot and are lower case; unknown is null, never a guess; times are seconds.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired, TypedDict

import msgspec

from kmsdns.formats.jsontext import document


class LocationV1(TypedDict):
    path: str
    line: int
    column: int
    end_line: int
    end_column: int


class RelatedV1(TypedDict):
    location: LocationV1
    message: str


class EvidenceV1(TypedDict):
    kind: Literal["record", "response", "probe", "client"]
    text: str
    source: str


class ChangeV1(TypedDict):
    op: Literal["add", "delete"]
    name: str
    ttl: int | None
    type: str
    rdata: str


class RewriteV1(TypedDict):
    location: LocationV1
    text: str


class ActionV1(TypedDict):
    on: str
    do: str
    value: str | None
    product: Literal["windows", "office"] | None
    sku: str | None
    commands: list[str]


class FixV1(TypedDict):
    summary: str
    safety: Literal["safe", "unsafe", "advice"]
    changes: list[ChangeV1]
    rewrites: list[RewriteV1]
    actions: list[ActionV1]


class FindingV1(TypedDict):
    code: str
    slug: str
    severity: Literal["error", "warning", "note"]
    subject: str
    message: str
    hresult: str | None
    location: LocationV1 | None
    related: list[RelatedV1]
    evidence: list[EvidenceV1]
    reference: str
    fix: FixV1 | None


class SkippedV1(TypedDict):
    code: str
    reason: str


class Summary(TypedDict):
    error: int
    warning: int
    note: int
    suppressed: int


class AttemptV1(TypedDict):
    address: str
    outcome: Literal["open", "not-the-service", "no-rpc", "closed", "timeout", "unreachable"]
    connected: bool
    elapsed_s: float | None


class ProbeV1(TypedDict):
    kind: Literal["tcp", "rpc"]
    outcome: Literal["open", "not-the-service", "no-rpc", "closed", "timeout", "unreachable", "no-address"]
    elapsed_s: float | None
    address: str | None
    attempts: list[AttemptV1]


class EndpointV1(TypedDict):
    target: str
    port: int
    priority: int | None
    weight: int | None
    share: float | None
    addresses: list[str] | None
    addresses_from: Annotated[
        Literal["additional", "answer", "literal", "cache"] | None,
        msgspec.Meta(description="additional: one at least came along with the SRV records; null: there are none"),
    ]
    probe: ProbeV1 | None


class ServiceV1(TypedDict):
    service: str
    outcome: Literal[
        "answer", "nodata", "nxdomain", "servfail", "refused", "timeout", "unreachable", "malformed", "unavailable"
    ]
    source: Literal["dns", "cache", "manual"]
    queried: list[str]
    ttl: int | None
    endpoints: list[EndpointV1]
    notices: list[str]


class RejectedV1(TypedDict):
    reason: str
    source: str
    size: int
    detail: str | None


class TraceEntry(TypedDict):
    question: str
    server: str
    transport: str
    outcome: str
    elapsed_s: float
    rcode: str | None
    flags: list[str]
    ede: str | None
    rejected: list[RejectedV1]
    more_rejected: int
    warnings: list[str]
    detail: str | None
    edns: Annotated[
        int | None,
        msgspec.Meta(
            description="octets that the question offered to take (RFC 6891); null: without EDNS, or nobody knows"
        ),
    ]


class SaidV1(TypedDict):
    server: str
    transport: str | None
    outcome: str
    records: list[str]
    second: bool


class ContradictionV1(TypedDict):
    question: str
    used: str | None
    used_transport: str | None
    said: list[SaidV1]


class DiscoverResult(TypedDict):
    services: list[ServiceV1]
    trace: list[TraceEntry]
    contradictions: list[ContradictionV1]


class StepV1(TypedDict):
    step: Literal["manual", "cache", "lookup-domain", "suffix", "srv", "address", "probe"]
    asked: str
    outcome: str
    elapsed_s: float | None


class LicenceV1(TypedDict):
    name: str
    sku: str | None
    channel: str | None
    status: str | None
    minutes_left: int | None
    error: str | None
    manual: str | None
    cached: str | None
    caching: bool | None


class HostV1(TypedDict):
    current_count: int | None
    port: int | None
    publishing: bool | None


class ClientV1(TypedDict):
    """What is about KMS is left out where another service is diagnosed."""

    product: NotRequired[Literal["windows", "office"]]
    activation_type: NotRequired[Literal["all", "ad", "kms", "token"]]
    manual: NotRequired[str | None]
    manual_level: NotRequired[Literal["sku", "app", "global"] | None]
    lookup_domain: NotRequired[str | None]
    suffixes: list[str] | None
    caching: NotRequired[bool | None]
    cached: NotRequired[str | None]
    domain_joined: bool | None
    honours_weights: NotRequired[bool]
    dns_servers: list[str] | None
    evidence: list[str]
    licences: NotRequired[list[LicenceV1]]
    host: NotRequired[HostV1 | None]


class DiagnoseResult(TypedDict):
    services: list[ServiceV1]
    trace: list[TraceEntry]
    contradictions: list[ContradictionV1]
    chain: list[StepV1]
    directory: list[StepV1]
    client: ClientV1
    would_show: str | None
    used: str | None


class ReportV1(TypedDict):
    """What every job's report has; the result, which comes last, is the job's own."""

    schema_version: int
    kmsdns_version: str
    job: str
    started: str
    elapsed_s: float
    verdict: Literal["clean", "findings", "inconclusive"]
    summary: Summary
    findings: list[FindingV1]
    skipped: list[SkippedV1]
    notices: list[str]


class ZoneFileV1(TypedDict):
    path: str
    origin: str | None
    records: int
    serial: int | None


class ValidateResult(TypedDict):
    files: list[ZoneFileV1]


class CheckV1(TypedDict):
    name: str
    passed: bool | None  # null: it could not be asked
    vantage: str
    elapsed_s: float
    outcome: Literal["passed", "failed", "expected-failure", "no-answer"]
    location: LocationV1


class CheckJobResult(TypedDict):
    checks: list[CheckV1]


class ValidateReport(ReportV1):
    result: ValidateResult


class DiscoverReport(ReportV1):
    result: DiscoverResult


class DiagnoseReport(ReportV1):
    result: DiagnoseResult


class CheckReport(ReportV1):
    result: CheckJobResult


REPORTS = {
    "discover": DiscoverReport,
    "diagnose": DiagnoseReport,
    "validate": ValidateReport,
    "check": CheckReport,
}
"""The type of each job's report."""


def schema() -> bytes:
    """The JSON Schema of version 1, as docs/schema holds it."""
    shapes, components = msgspec.json.schema_components(list(REPORTS.values()), ref_template="#/$defs/{name}")
    for name, component in components.items():
        fields = globals()[name].__annotations__  # msgspec sorts the keys of a TypedDict: here they stand as written
        component["properties"] = {field: component["properties"][field] for field in fields}
        component["required"] = [field for field in fields if field in component["required"]]
    for job, shape in zip(REPORTS, shapes, strict=True):
        components[shape["$ref"].rpartition("/")[2]]["properties"]["job"] = {"const": job}
    found: dict[str, Any] = {}
    for shape in shapes:
        _gather(shape, components, found)
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "oneOf": list(shapes), "$defs": found}
    return document(whole, indent=2).encode() + b"\n"


def _gather(part: Any, components: dict[str, Any], found: dict[str, Any]) -> None:
    """The components that a part of the schema refers to, in the order met."""
    if isinstance(part, list):
        for each in part:
            _gather(each, components, found)
    if isinstance(part, dict):
        name = part.get("$ref", "").rpartition("/")[2]
        if name and name not in found:
            found[name] = components[name]
            _gather(components[name], components, found)
        for each in part.values():
            _gather(each, components, found)
