"""json: for programs. Schema version 1 in types of its own, so that the internals can change and the format does not.

One object. Names end with a dot and are lower case; unknown is null, never a guess; times are seconds.
"""

from __future__ import annotations

import msgspec

from kmsdns import __version__
from kmsdns.formats import schema as v1
from kmsdns.model import findings as core_findings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kmsdns.formats import Style
    from kmsdns.kms.diagnosis import Observed
    from kmsdns.kms.evidence.facts import Licence
    from kmsdns.kms.steps import Step
    from kmsdns.model.messages import ProbeResult, Response, Try
    from kmsdns.model.records import Location
    from kmsdns.model.report import Discovered, Endpoint, Report


def render(report: Report, _style: Style) -> str:
    """See the module's docstring; indented, for the person who looks at it after all."""
    return document(to_v1(report), indent=2) + "\n"


def document(value: object, *, indent: int) -> str:
    """A value as JSON; a negative indent keeps it in one line.

    What a terminal or a pipeline would act upon is written as \\uXXXX: it means the same, and stays as it came.
    """
    try:
        text = msgspec.json.format(msgspec.json.encode(value), indent=indent).decode()
    except UnicodeEncodeError:  # a file name that is no text
        import json

        text = json.dumps(msgspec.to_builtins(value), indent=indent if indent >= 0 else None)
    if "##" in text:
        text = text.replace("##", "\\u0023#")
    if text.isascii() and "\x7f" not in text:
        return text
    return "\n".join([line if line.isprintable() else _escaped(line) for line in text.split("\n")])


def _escaped(line: str) -> str:
    escaped = []
    for c in line:
        units = b"" if c.isprintable() else c.encode("utf-16-be", "surrogatepass")
        escaped.append("".join([f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2)]) or c)
    return "".join(escaped)


def schema() -> bytes:
    """The JSON Schema of version 1, as docs/schema holds it."""
    shapes, components = msgspec.json.schema_components(list(v1.REPORTS.values()), ref_template="#/$defs/{name}")
    for job, shape in zip(v1.REPORTS, shapes, strict=True):
        components[shape["$ref"].rpartition("/")[2]]["properties"]["job"] = {"const": job}
    document = {"$schema": "https://json-schema.org/draft/2020-12/schema", "oneOf": list(shapes), "$defs": components}
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def to_v1(report: Report) -> v1.ReportV1:
    """The report in the types of schema version 1."""
    counts = {severity.value: report.count(severity) for severity in core_findings.Severity}
    result = _RESULTS[report.job](report)
    report_type: Any = v1.REPORTS[report.job]
    found: v1.ReportV1 = report_type(
        schema_version=v1.SCHEMA_VERSION,
        kmsdns_version=__version__,
        job=report.job,
        started=report.started,
        elapsed_s=_seconds(report.elapsed),
        verdict=report.verdict.value,
        summary=v1.Summary(**counts, suppressed=report.suppressed),
        findings=[finding_v1(finding) for finding in report.findings],
        skipped=[v1.Skipped(code=each.code, reason=each.reason) for each in report.skipped],
        notices=list(report.notices),
        result=result,
    )
    return found


def _discovered(report: Report) -> v1.DiscoverResult:
    return v1.DiscoverResult(
        services=[_service(service) for service in report.services],
        trace=[_entry(each) for each in report.trace],
        contradictions=_contradictions(report),
    )


def _diagnosed(report: Report) -> v1.DiagnoseResult:
    from kmsdns.kms.diagnosis import would_show
    from kmsdns.kms.steps import directory_steps, steps

    observed = report.clients[0]
    used = observed.found.used if observed.found is not None else None
    return v1.DiagnoseResult(
        services=[_service(service) for service in report.services],
        trace=[_entry(each) for each in report.trace],
        contradictions=_contradictions(report),
        chain=[_step(each) for each in steps(observed)],
        directory=[_step(each) for each in directory_steps(observed)],
        client=_client(observed),
        would_show=would_show(observed),
        used=None if used is None else str(used),
    )


def _step(each: Step) -> v1.StepV1:
    return v1.StepV1(
        step=each.step,  # type: ignore[arg-type]
        asked=each.asked,
        outcome=each.outcome,
        elapsed_s=None if each.elapsed is None else _seconds(each.elapsed),
    )


def _contradictions(report: Report) -> list[v1.Contradiction]:
    return [_contradiction(each) for each in report.responses if each.is_contradicted]


def _contradiction(response: Response) -> v1.Contradiction:
    return v1.Contradiction(
        question=f"{response.question.name.lower()} {response.question.rdtype}",
        used=response.server,
        used_transport=response.transport,
        said=[
            v1.Said(
                server=each.server,
                transport=each.transport,
                outcome=each.outcome,
                records=list(each.rdatas),
                second=each.is_second,
            )
            for each in response.said
        ],
    )


def _validated(report: Report) -> v1.ValidateResult:
    return v1.ValidateResult(
        files=[v1.ZoneFileV1(each.path, each.origin, each.records, each.serial) for each in report.files]
    )


def _checked(report: Report) -> v1.CheckJobResult:
    return v1.CheckJobResult(
        checks=[
            v1.CheckV1(
                name=each.name,
                passed=each.passed,
                vantage=each.vantage,
                elapsed_s=_seconds(each.elapsed),
                outcome=each.outcome.value,
                location=_location(each.location),
            )
            for each in report.checks
        ]
    )


_RESULTS: dict[str, Any] = {
    "discover": _discovered,
    "diagnose": _diagnosed,
    "validate": _validated,
    "check": _checked,
}


def _client(observed: Observed) -> v1.ClientV1:
    config, facts = observed.config, observed.facts
    plain = v1.ClientV1(
        suffixes=None if config.suffixes is None else [suffix.name for suffix in config.suffixes],
        domain_joined=config.domain_joined,
        dns_servers=None if config.dns_servers is None else list(config.dns_servers),
        evidence=list(dict.fromkeys(path for path, _kind in facts.kinds)),
    )
    if not observed.is_kms:
        return plain
    manual, cached = config.manual, config.cached
    port = f":{manual.port}" if manual is not None and manual.port else ""
    host = facts.hosts[-1] if facts.hosts else None
    return msgspec.structs.replace(
        plain,
        product=config.product.value,
        activation_type=config.activation_type,
        manual=None if manual is None else manual.name + port,
        manual_level=manual.level.value if manual is not None and manual.is_level_known else None,
        lookup_domain=config.lookup_domain,
        caching=config.caching,
        cached=None if cached is None else f"{cached.target}:{cached.port}",
        honours_weights=config.honours_weights,
        licences=[_licence(licence) for licence in facts.licences],
        host=None if host is None else v1.HostV1(host.current_count, host.port, host.publishing),
    )


def _licence(licence: Licence) -> v1.LicenceV1:
    return v1.LicenceV1(
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


def _service(service: Discovered) -> v1.Service:
    return v1.Service(
        service=service.service,
        outcome=str(service.outcome),  # type: ignore[arg-type]  # a StrEnum member or "unavailable"
        source=service.source,  # type: ignore[arg-type]
        queried=list(service.queried),
        ttl=service.ttl,
        endpoints=[_endpoint(endpoint) for endpoint in service.endpoints],
        notices=list(service.notices),
    )


def _endpoint(endpoint: Endpoint) -> v1.EndpointV1:
    return v1.EndpointV1(
        target=endpoint.target,
        port=endpoint.port,
        priority=endpoint.priority,
        weight=endpoint.weight,
        share=None if endpoint.share is None else float(endpoint.share),
        addresses=None if endpoint.addresses is None else list(endpoint.addresses),
        addresses_from=endpoint.addresses_from,  # type: ignore[arg-type]
        probe=_probe(endpoint.probe) if endpoint.probe else None,
    )


def _probe(result: ProbeResult) -> v1.Probe:
    return v1.Probe(
        kind=result.probe.kind,  # type: ignore[arg-type]  # a key of PROBERS; a test compares
        outcome=result.outcome.value,
        elapsed_s=None if result.elapsed is None else _seconds(result.elapsed),
        address=result.address,
        attempts=[
            v1.Attempt(
                address=each.address,
                outcome=each.outcome.value,  # type: ignore[arg-type]  # there was an address
                connected=each.connected,
                elapsed_s=None if each.elapsed is None else _seconds(each.elapsed),
            )
            for each in result.attempts
        ],
    )


def _entry(each: Try) -> v1.TraceEntry:
    return v1.TraceEntry(
        question=f"{each.question.name.lower()} {each.question.rdtype}",
        server=each.server,
        transport=each.transport,
        outcome=each.outcome,
        elapsed_s=_seconds(each.elapsed),
        rcode=each.rcode,
        flags=list(each.flags),
        ede=each.ede,
        rejected=[v1.Rejected(reason=r.reason, source=r.source, size=r.size, detail=r.detail) for r in each.rejected],
        more_rejected=each.more_rejected,
        warnings=list(each.warnings),
        detail=each.detail,
        edns=each.edns or None,
    )


def finding_v1(finding: core_findings.Finding) -> v1.Finding:
    """A finding in the types of schema version 1."""
    place, fix = finding.location, finding.fix
    return v1.Finding(
        code=finding.code,
        slug=finding.slug,
        severity=finding.severity.value,
        subject=finding.subject,
        message=finding.message,
        hresult=finding.hresult,
        location=_location(place) if place else None,
        related=[v1.Related(_location(each.location), each.message) for each in finding.related],
        evidence=[v1.Evidence(kind=each.kind.value, text=each.text, source=each.source) for each in finding.evidence],
        reference=finding.reference,
        fix=_fix(fix) if fix else None,
    )


def _fix(fix: core_findings.Fix) -> v1.Fix:
    return v1.Fix(
        summary=fix.summary,
        safety=fix.safety.value,
        changes=[
            v1.Change(op=each.op, name=each.name, ttl=each.ttl, type=each.rdtype, rdata=each.rdata)  # type: ignore[arg-type]
            for each in fix.changes
        ],
        rewrites=[v1.Rewrite(location=_location(each.location), text=each.text) for each in fix.rewrites],
        actions=_actions(fix),
    )


def _actions(fix: core_findings.Fix) -> list[v1.Action]:
    """What is to be done on machines, with the commands that do it."""
    if not fix.actions:
        return []
    from kmsdns.formats.fixes.commands import commands

    return [
        v1.Action(
            on=each.on,
            do=each.do.value,
            value=each.value or None,
            product=each.product,  # type: ignore[arg-type]
            sku=each.sku,
            commands=commands(each),
        )
        for each in fix.actions
    ]


def _seconds(value: float) -> float:
    return round(value, 6)


def _location(place: Location) -> v1.Location:
    return v1.Location(place.path, place.line, place.column, place.end_line, place.end_column)
