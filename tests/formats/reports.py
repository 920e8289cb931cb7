"""Reports by hand: one service with as many targets as one likes, whatever their names, answers and findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kmsdns.jobs.discover import fate_of, worst
from kmsdns.jobs.validate import validate
from kmsdns.kms.config import ClientConfig
from kmsdns.kms.diagnosis import Observed, fate
from kmsdns.kms.evidence.facts import Facts, HostState, Licence, ManualHost, Source, Suffix
from kmsdns.kms.licence import LicenceState
from kmsdns.model.findings import Action, Change, Do, Evidence, EvidenceKind, Finding, Fix, Related, Severity, Skipped
from kmsdns.model.messages import (
    Outcome,
    Probe,
    ProbeAttempt,
    ProbeOutcome,
    ProbeResult,
    Question,
    Rejected,
    Response,
    Try,
)
from kmsdns.model.names import service_name
from kmsdns.model.records import Location, Record, Srv
from kmsdns.model.report import Discovered, Endpoint, Report, ZoneFile
from kmsdns.model.snapshot import CachedHost, Snapshot
from kmsdns.rules.catalogue import RULES
from kmsdns.selection.ordering import share_terms
from kmsdns.zone import load

if TYPE_CHECKING:
    from collections.abc import Sequence

OWNER = "_vlmcs._tcp.contoso.com."
SERVER = "127.0.0.1:5353"
WEIGHTED = tuple(
    [
        Srv(priority=priority, weight=weight, port=1688, target=f"{name}.contoso.com.")
        for priority, weight, name in ((0, 60, "kms01"), (0, 20, "kms02"), (0, 20, "kms03"), (10, 0, "kms-dr"))
    ]
)
OPEN, CLOSED = ProbeOutcome.OPEN, ProbeOutcome.CLOSED


def response(name: str, rdtype: str, outcome: Outcome = Outcome.ANSWER, **fields: object) -> Response:
    question = Question(name=name, rdtype=rdtype)
    one = Try(question=question, server=SERVER, transport="udp", outcome=str(outcome), elapsed=0.0004, flags=("aa",))
    values = {"reason": str(outcome), "server": SERVER, "elapsed": 0.0004, "tries": (one,), **fields}
    return Response(question=question, outcome=outcome, **values)


def found(
    srvs: Sequence[Srv] = WEIGHTED,
    outcomes: Sequence[ProbeOutcome] | None = (OPEN,),
    owner: str = OWNER,
    addresses: Sequence[str] | None = None,
) -> Discovered:
    """A service with those records; the outcomes are those of its targets in turn, or the targets were not probed."""
    endpoints, asked, probes = [], [], []
    for index, (srv, terms) in enumerate(zip(srvs, share_terms(srvs), strict=True)):
        own = tuple(addresses) if addresses is not None else (f"192.0.2.{index % 250 + 1}",)
        records = tuple([Record(owner=srv.target, ttl=60, rdtype="A", rdata=each) for each in own])
        asked.append(response(srv.target, "A", Outcome.ANSWER if own else Outcome.NXDOMAIN, answer=records))
        probe = None
        if outcomes is not None and own:
            outcome = outcomes[index % len(outcomes)]
            attempts = tuple([ProbeAttempt(address=each, outcome=outcome, elapsed=0.0002) for each in own])
            probe = ProbeResult(
                probe=Probe(kind="tcp", target=srv.target, port=srv.port, addresses=own),
                outcome=outcome,
                address=own[0] if outcome is OPEN else None,
                elapsed=0.0002,
                attempts=attempts,
            )
            probes.append(probe)
        endpoints.append(
            Endpoint(
                target=srv.target,
                port=srv.port,
                priority=srv.priority,
                weight=srv.weight,
                share_terms=terms,
                addresses=own,
                probe=probe,
            )
        )
    records = tuple([Record(owner=owner, ttl=3600, rdtype="SRV", rdata=srv) for srv in srvs])
    asked_srv = response(owner, "SRV", Outcome.ANSWER if srvs else Outcome.NXDOMAIN, answer=records, ttl=3600)
    return Discovered(
        service=owner,
        outcome=str(asked_srv.outcome),
        source="dns",
        queried=(owner,),
        ttl=3600,
        endpoints=tuple(endpoints),
        notices=(),
        snapshot=Snapshot(
            service=service_name("contoso.com", "_vlmcs", "_tcp"),
            srv=(asked_srv,),
            addresses=tuple(asked),
            probes=tuple(probes),
        ),
    )


def silent() -> Discovered:
    """A service that nobody answered for."""
    question = Question(name=OWNER, rdtype="SRV")
    tries = [Try(question=question, server=SERVER, transport="udp", outcome="timeout", elapsed=2.0) for _ in range(3)]
    nothing = response(OWNER, "SRV", Outcome.TIMEOUT, server=None, elapsed=6.0, tries=tuple(tries))
    empty = found(())
    return empty.replace(outcome="timeout", ttl=None, snapshot=empty.snapshot.replace(srv=(nothing,)))


STARTED = "2026-01-31T12:00:00Z"


def discovery(*services: Discovered, **fields: object) -> Report:
    known = {"elapsed": 0.0123, "started": STARTED, "fate": worst([fate_of(service) for service in services])}
    return Report(**{"job": "discover", "services": services, **known, **fields})


def diagnosis(service: Discovered | None, config: ClientConfig | None = None, **fields: object) -> Report:
    """A diagnosis of a client whose way that is; fields are the observation's and the report's."""
    of_report = {name: fields.pop(name) for name in list(fields) if name in Report.__match_args__}
    known = config or ClientConfig(suffixes=(Suffix(name="contoso.com."),))
    observed = Observed(**{"config": known, "facts": Facts(), "found": service, **fields})
    services = () if service is None else (service,)
    report = discovery(*services, clients=(observed,), **of_report).replace(job="diagnose")
    return report if "fate" in of_report else report.replace(fate=fate(observed))


def every_code_point() -> Report:
    """A diagnosis whose evidence holds each code point of the planes that are in use, and the last ones of all."""
    points = "".join(map(chr, (*range(0x20000), *range(0xE0000, 0xE0200), *range(0x10FF00, 0x110000))))
    pieces = [points[at : at + 4096] for at in range(0, len(points), 4096)]
    evidence = tuple([Evidence(kind=EvidenceKind.RECORD, text=piece, source="x") for piece in pieces])
    finding = Finding(
        code="X", slug="x", severity=Severity.NOTE, subject="x", message="x", evidence=evidence, reference="x"
    )
    return diagnosis(found(()), findings=(finding,))


FIVE = """$ORIGIN contoso.com.
$TTL 1h
@ IN SOA ns1 hostmaster 2026010101 1h 15m 30d 1h
@ IN NS ns1
ns1 A 192.0.2.53
_vlmcs._tcp SRV 0 0 1688 kms01
_vlmcs._tcp SRV 0 0 1688 kms01
_ldap._tcp SRV 0 0 389 nowhere
kms01 A 192.0.2.11
kms02 A 192.0.2.300
\tAAAA 2001:db8::g
"""
"""A zone file with mistakes of both severities, on lines 7, 8, 10 and 11."""

_OF_FIVE = ("RR002", "SRV303", "ZF001")


def validated(**texts: str) -> Report:
    """What zone files with these contents, in a folder called zones, are judged to be by a few rules."""
    zones = [(f"zones/{name}.zone", load(text, path=f"zones/{name}.zone")) for name, text in texts.items()]
    rules = [rule for rule in RULES if rule.code in _OF_FIVE]
    return validate(zones, rules).replace(started="2026-01-31T12:00:00Z", elapsed=0.0123)


def saying_of_files(text: str) -> Report:
    """A validation in which everything that can come from outside is that text; a note, a warning and an error."""
    at = Location(path=text, line=2, column=3, end_line=2, end_column=9)
    elsewhere = at.replace(path=f"{text}x")
    finding = (
        saying(text)
        .findings[0]
        .replace(
            location=at,
            related=(Related(location=at.replace(line=1), message=text), Related(location=elsewhere, message=text)),
        )
    )
    return Report(
        job="validate",
        files=(
            ZoneFile(path=text, origin=text, records=1, serial=None),
            ZoneFile(path="y", origin="y.", records=1, serial=1),
        ),
        sources={text: f"{text}\n{text}{text}\n".replace("\r", "")},
        findings=(
            finding,
            finding.replace(severity=Severity.WARNING, location=at.replace(end_line=4, end_column=1)),
            finding.replace(severity=Severity.NOTE, location=None, related=(), code="ZZ1"),
        ),
        skipped=(Skipped(code="KMS101", reason=text),),
        notices=(text,),
        started="2026-01-31T12:00:00Z",
    )


def saying(text: str) -> Report:
    """A diagnosis in which everything that can come from outside is that text."""
    target = Srv(priority=0, weight=0, port=1688, target=text)
    service = found((target, *WEIGHTED), owner=text, addresses=(text, "192.0.2.1"))
    rejected = (Rejected(reason="id-mismatch", source=text, size=61),)
    odd = service.snapshot.srv[0].tries[0].replace(server=text, rejected=rejected, ede=text, outcome=text)
    srv = service.snapshot.srv[0].replace(tries=(odd, odd), server=text, reason=text)
    cached = CachedHost(target=text, port=1, addresses=(), when=text)
    service = service.replace(notices=(text,), snapshot=service.snapshot.replace(srv=(srv,), cached=cached))
    source = Source(path=text, line=1, text=text)
    licence = Licence(source=source, name=text, state=LicenceState.NOTIFICATION, error=text, channel=text, manual=text)
    facts = Facts(kinds=((text, text),), licences=(licence,), hosts=(HostState(source=source, current_count=1),))
    config = ClientConfig(
        manual=ManualHost(source=source, name=f"a:b:{text}", port=text),  # malformed, whatever the text is
        refused=text,
        lookup_domain=text,
        suffixes=(Suffix(name=text),),
        cached=cached,
        dns_servers=(text,),
    )
    finding = Finding(
        code="NET106",
        slug="no-host-answers",
        severity=Severity.ERROR,
        subject=text,
        message=text,
        reference=text,
        evidence=(Evidence(kind=EvidenceKind.RECORD, text=text, source=text),),
        fix=Fix(
            summary=text,
            changes=(Change(op="add", name=text, ttl=60, rdtype="SRV", rdata=text),),
            actions=(Action(do=Do.SET_MANUAL_HOST, on=text, value=text, product=text),),
        ),
        hresult="0xC004F074",
    )
    return diagnosis(
        service,
        config,
        facts=facts,
        published=service,
        findings=(finding,),
        skipped=(Skipped(code="KMS101", reason=text),),
        notices=(text,),
    )
