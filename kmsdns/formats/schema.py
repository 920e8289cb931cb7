"""The types of JSON schema version 1, in order from the small to the whole report; docs/schema is made of them.

Names end with a dot and are lower case; unknown is null, never a guess; times are seconds.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

SCHEMA_VERSION = 1


class Location(msgspec.Struct, frozen=True):
    path: str
    line: int
    column: int
    end_line: int
    end_column: int


class Related(msgspec.Struct, frozen=True):
    location: Location
    message: str


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


class Rewrite(msgspec.Struct, frozen=True):
    location: Location
    text: str


class Action(msgspec.Struct, frozen=True):
    on: str
    do: str
    value: str | None
    product: Literal["windows", "office"] | None
    sku: str | None
    commands: list[str]


class Fix(msgspec.Struct, frozen=True):
    summary: str
    safety: Literal["safe", "unsafe", "advice"]
    changes: list[Change]
    rewrites: list[Rewrite]
    actions: list[Action]


class Finding(msgspec.Struct, frozen=True):
    code: str
    slug: str
    severity: Literal["error", "warning", "note"]
    subject: str
    message: str
    hresult: str | None
    location: Location | None
    related: list[Related]
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
    elapsed_s: float | None


class Probe(msgspec.Struct, frozen=True):
    kind: Literal["tcp", "rpc"]
    outcome: Literal["open", "not-the-service", "no-rpc", "closed", "timeout", "unreachable", "no-address"]
    elapsed_s: float | None
    address: str | None
    attempts: list[Attempt]


class EndpointV1(msgspec.Struct, frozen=True):
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
    detail: str | None


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
    more_rejected: int
    warnings: list[str]
    detail: str | None
    edns: Annotated[
        int | None,
        msgspec.Meta(
            description="octets that the question offered to take (RFC 6891); null: without EDNS, or nobody knows"
        ),
    ]


class Said(msgspec.Struct, frozen=True):
    server: str
    transport: str | None
    outcome: str
    records: list[str]
    second: bool


class Contradiction(msgspec.Struct, frozen=True):
    question: str
    used: str | None
    used_transport: str | None
    said: list[Said]


class DiscoverResult(msgspec.Struct, frozen=True):
    services: list[Service]
    trace: list[TraceEntry]
    contradictions: list[Contradiction]


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


class ClientV1(msgspec.Struct, frozen=True, kw_only=True):
    """What is about KMS is left out where another service is diagnosed."""

    product: Literal["windows", "office"] | msgspec.UnsetType = msgspec.UNSET
    activation_type: Literal["all", "ad", "kms", "token"] | msgspec.UnsetType = msgspec.UNSET
    manual: str | msgspec.UnsetType | None = msgspec.UNSET
    manual_level: Literal["sku", "app", "global"] | msgspec.UnsetType | None = msgspec.UNSET
    lookup_domain: str | msgspec.UnsetType | None = msgspec.UNSET
    suffixes: list[str] | None
    caching: bool | msgspec.UnsetType | None = msgspec.UNSET
    cached: str | msgspec.UnsetType | None = msgspec.UNSET
    domain_joined: bool | None
    honours_weights: bool | msgspec.UnsetType = msgspec.UNSET
    dns_servers: list[str] | None
    evidence: list[str]
    licences: list[LicenceV1] | msgspec.UnsetType = msgspec.UNSET
    host: HostV1 | msgspec.UnsetType | None = msgspec.UNSET


class DiagnoseResult(msgspec.Struct, frozen=True):
    services: list[Service]
    trace: list[TraceEntry]
    contradictions: list[Contradiction]
    chain: list[StepV1]
    directory: list[StepV1]
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


class ZoneFileV1(msgspec.Struct, frozen=True):
    path: str
    origin: str | None
    records: int
    serial: int | None


class ValidateResult(msgspec.Struct, frozen=True):
    files: list[ZoneFileV1]


class CheckV1(msgspec.Struct, frozen=True):
    name: str
    passed: bool | None  # null: it could not be asked
    vantage: str
    elapsed_s: float
    outcome: Literal["passed", "failed", "expected-failure", "no-answer"]
    location: Location


class CheckJobResult(msgspec.Struct, frozen=True):
    checks: list[CheckV1]


class ValidateReport(ReportV1, frozen=True):
    result: ValidateResult


class DiscoverReport(ReportV1, frozen=True):
    result: DiscoverResult


class DiagnoseReport(ReportV1, frozen=True):
    result: DiagnoseResult


class CheckReport(ReportV1, frozen=True):
    result: CheckJobResult


REPORTS = {
    "discover": DiscoverReport,
    "diagnose": DiagnoseReport,
    "validate": ValidateReport,
    "check": CheckReport,
}
"""The type of each job's report."""
