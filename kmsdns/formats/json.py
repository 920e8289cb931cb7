"""json: for programs. Schema version 1 in types of its own, so that the internals can change and the format does not.

One object. Names end with a dot and are lower case; unknown is null, never a guess; times are seconds.
"""

from __future__ import annotations

from kmsdns import __version__
from kmsdns.formats.jsontext import document
from kmsdns.model.findings import Severity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kmsdns.formats import Style
    from kmsdns.formats import schema as v1
    from kmsdns.kms.diagnosis import Observed
    from kmsdns.kms.evidence.facts import Licence
    from kmsdns.kms.steps import Step
    from kmsdns.model.findings import Finding, Fix
    from kmsdns.model.messages import ProbeResult, Response, Try
    from kmsdns.model.records import Location
    from kmsdns.model.report import Discovered, Endpoint, Report

SCHEMA_VERSION = 1


def render(report: Report, _style: Style) -> str:
    """See the module's docstring; indented, for the person who looks at it after all."""
    return document(to_v1(report), indent=2) + "\n"


def to_v1(report: Report) -> v1.ReportV1:
    """The report in the types of schema version 1."""
    found: v1.ReportV1 = {
        "schema_version": SCHEMA_VERSION,
        "kmsdns_version": __version__,
        "job": report.job,
        "started": report.started,
        "elapsed_s": _seconds(report.elapsed),
        "verdict": report.verdict.value,
        "summary": {
            "error": report.count(Severity.ERROR),
            "warning": report.count(Severity.WARNING),
            "note": report.count(Severity.NOTE),
            "suppressed": report.suppressed,
        },
        "findings": [finding_v1(finding) for finding in report.findings],
        "skipped": [{"code": each.code, "reason": each.reason} for each in report.skipped],
        "notices": list(report.notices),
    }
    found["result"] = _RESULTS[report.job](report)  # type: ignore[typeddict-unknown-key]  # its type is the job's own
    return found


def _discovered(report: Report) -> v1.DiscoverResult:
    return {
        "services": [_service(service) for service in report.services],
        "trace": [_entry(each) for each in report.trace],
        "contradictions": _contradictions(report),
    }


def _diagnosed(report: Report) -> v1.DiagnoseResult:
    from kmsdns.kms.diagnosis import would_show
    from kmsdns.kms.steps import directory_steps, steps

    observed = report.clients[0]
    used = observed.found.used if observed.found is not None else None
    return {
        "services": [_service(service) for service in report.services],
        "trace": [_entry(each) for each in report.trace],
        "contradictions": _contradictions(report),
        "chain": [_step(each) for each in steps(observed)],
        "directory": [_step(each) for each in directory_steps(observed)],
        "client": _client(observed),
        "would_show": would_show(observed),
        "used": None if used is None else str(used),
    }


def _step(each: Step) -> v1.StepV1:
    return {
        "step": each.step,  # type: ignore[typeddict-item]
        "asked": each.asked,
        "outcome": each.outcome,
        "elapsed_s": None if each.elapsed is None else _seconds(each.elapsed),
    }


def _contradictions(report: Report) -> list[v1.ContradictionV1]:
    return [_contradiction(each) for each in report.responses if each.is_contradicted]


def _contradiction(response: Response) -> v1.ContradictionV1:
    return {
        "question": f"{response.question.name.lower()} {response.question.rdtype}",
        "used": response.server,
        "used_transport": response.transport,
        "said": [
            {
                "server": each.server,
                "transport": each.transport,
                "outcome": each.outcome,
                "records": list(each.rdatas),
                "second": each.is_second,
            }
            for each in response.said
        ],
    }


def _validated(report: Report) -> v1.ValidateResult:
    return {
        "files": [
            {"path": each.path, "origin": each.origin, "records": each.records, "serial": each.serial}
            for each in report.files
        ]
    }


def _checked(report: Report) -> v1.CheckJobResult:
    return {
        "checks": [
            {
                "name": each.name,
                "passed": each.passed,
                "vantage": each.vantage,
                "elapsed_s": _seconds(each.elapsed),
                "outcome": each.outcome.value,
                "location": _location(each.location),
            }
            for each in report.checks
        ]
    }


_RESULTS: dict[str, Any] = {
    "discover": _discovered,
    "diagnose": _diagnosed,
    "validate": _validated,
    "check": _checked,
}


def _client(observed: Observed) -> v1.ClientV1:
    config, facts = observed.config, observed.facts
    suffixes = None if config.suffixes is None else [suffix.name for suffix in config.suffixes]
    dns_servers = None if config.dns_servers is None else list(config.dns_servers)
    evidence = list(dict.fromkeys(path for path, _kind in facts.kinds))
    if not observed.is_kms:
        return {
            "suffixes": suffixes,
            "domain_joined": config.domain_joined,
            "dns_servers": dns_servers,
            "evidence": evidence,
        }
    manual, cached = config.manual, config.cached
    port = f":{manual.port}" if manual is not None and manual.port else ""
    host = facts.hosts[-1] if facts.hosts else None
    return {
        "product": config.product.value,
        "activation_type": config.activation_type,  # type: ignore[typeddict-item]
        "manual": None if manual is None else manual.name + port,
        "manual_level": manual.level.value if manual is not None and manual.is_level_known else None,
        "lookup_domain": config.lookup_domain,
        "suffixes": suffixes,
        "caching": config.caching,
        "cached": None if cached is None else f"{cached.target}:{cached.port}",
        "domain_joined": config.domain_joined,
        "honours_weights": config.honours_weights,
        "dns_servers": dns_servers,
        "evidence": evidence,
        "licences": [_licence(licence) for licence in facts.licences],
        "host": None
        if host is None
        else {"current_count": host.current_count, "port": host.port, "publishing": host.publishing},
    }


def _licence(licence: Licence) -> v1.LicenceV1:
    return {
        "name": licence.name,
        "sku": licence.sku,
        "channel": licence.channel,
        "status": None if licence.state is None else str(licence.state),
        "minutes_left": licence.minutes_left,
        "error": licence.error,
        "manual": licence.manual,
        "cached": licence.cached,
        "caching": licence.caching,
    }


def _service(service: Discovered) -> v1.ServiceV1:
    return {
        "service": service.service,
        "outcome": str(service.outcome),  # type: ignore[typeddict-item]  # a StrEnum member or "unavailable"
        "source": service.source,  # type: ignore[typeddict-item]
        "queried": list(service.queried),
        "ttl": service.ttl,
        "endpoints": [_endpoint(endpoint) for endpoint in service.endpoints],
        "notices": list(service.notices),
    }


def _endpoint(endpoint: Endpoint) -> v1.EndpointV1:
    return {
        "target": endpoint.target,
        "port": endpoint.port,
        "priority": endpoint.priority,
        "weight": endpoint.weight,
        "share": None if endpoint.share is None else float(endpoint.share),
        "addresses": None if endpoint.addresses is None else list(endpoint.addresses),
        "addresses_from": endpoint.addresses_from,  # type: ignore[typeddict-item]
        "probe": _probe(endpoint.probe) if endpoint.probe else None,
    }


def _probe(result: ProbeResult) -> v1.ProbeV1:
    return {
        "kind": result.probe.kind,  # type: ignore[typeddict-item]  # a key of PROBERS; a test compares
        "outcome": result.outcome.value,
        "elapsed_s": None if result.elapsed is None else _seconds(result.elapsed),
        "address": result.address,
        "attempts": [
            {
                "address": each.address,
                "outcome": each.outcome.value,  # type: ignore[typeddict-item]  # there was an address
                "connected": each.connected,
                "elapsed_s": None if each.elapsed is None else _seconds(each.elapsed),
            }
            for each in result.attempts
        ],
    }


def _entry(each: Try) -> v1.TraceEntry:
    return {
        "question": f"{each.question.name.lower()} {each.question.rdtype}",
        "server": each.server,
        "transport": each.transport,
        "outcome": each.outcome,
        "elapsed_s": _seconds(each.elapsed),
        "rcode": each.rcode,
        "flags": list(each.flags),
        "ede": each.ede,
        "rejected": [
            {"reason": r.reason, "source": r.source, "size": r.size, "detail": r.detail} for r in each.rejected
        ],
        "more_rejected": each.more_rejected,
        "warnings": list(each.warnings),
        "detail": each.detail,
        "edns": each.edns or None,
    }


def finding_v1(finding: Finding) -> v1.FindingV1:
    """A finding in the types of schema version 1."""
    place, fix = finding.location, finding.fix
    return {
        "code": finding.code,
        "slug": finding.slug,
        "severity": finding.severity.value,
        "subject": finding.subject,
        "message": finding.message,
        "hresult": finding.hresult,
        "location": _location(place) if place else None,
        "related": [{"location": _location(each.location), "message": each.message} for each in finding.related],
        "evidence": [{"kind": each.kind.value, "text": each.text, "source": each.source} for each in finding.evidence],
        "reference": finding.reference,
        "fix": _fix(fix) if fix else None,
    }


def _fix(fix: Fix) -> v1.FixV1:
    return {
        "summary": fix.summary,
        "safety": fix.safety.value,
        "changes": [
            {"op": each.op, "name": each.name, "ttl": each.ttl, "type": each.rdtype, "rdata": each.rdata}  # type: ignore[typeddict-item]
            for each in fix.changes
        ],
        "rewrites": [{"location": _location(each.location), "text": each.text} for each in fix.rewrites],
        "actions": _actions(fix),
    }


def _actions(fix: Fix) -> list[v1.ActionV1]:
    """What is to be done on machines, with the commands that do it."""
    if not fix.actions:
        return []
    from kmsdns.formats.fixes.commands import commands

    return [
        {
            "on": each.on,
            "do": each.do.value,
            "value": each.value or None,
            "product": each.product,  # type: ignore[typeddict-item]
            "sku": each.sku,
            "commands": commands(each),
        }
        for each in fix.actions
    ]


def _seconds(value: float) -> float:
    return round(value, 6)


def _location(place: Location) -> v1.LocationV1:
    return {
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
    }
