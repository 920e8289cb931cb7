"""discover: where a client would find a service, in the order it would try, with the exact chance of each host.

The client's own steps: the cached host first and without the DNS; else SRV at each name in turn until one has it; the
targets' addresses in one batch; RFC 2782's order; and, when asked to, whether each endpoint answers.
"""

from __future__ import annotations

from kmsdns.core.messages import Outcome, Probe, ProbeOutcome, Question
from kmsdns.core.names import fold
from kmsdns.core.ordering import processing_order, share_terms
from kmsdns.core.plan import probe_results, responses, together
from kmsdns.core.records import Srv
from kmsdns.core.report import Discovered, Endpoint, Report
from kmsdns.core.snapshot import Case, Snapshot
from kmsdns.core.value import Value
from kmsdns.rules.catalogue import run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kmsdns.core.messages import ProbeResult, Response
    from kmsdns.core.names import ServiceName
    from kmsdns.core.plan import Plan
    from kmsdns.core.snapshot import CachedHost
    from kmsdns.rules.rule import Rule

UNAVAILABLE = "unavailable"
"""The outcome of a lone target "."; the DNS itself knows no such word."""

MAX_TARGETS = 256
"""Targets of one service that are resolved and probed; an RRset with more is an attack or a mistake."""


class Wishes(Value):
    """How to discover."""

    below: Callable[[int], int]  # the dice
    rules: tuple[Rule, ...]
    rdtypes: tuple[str, ...] = ("A", "AAAA")  # the address families wanted
    glue: bool = True  # addresses that come with the SRV records needn't be asked for
    probe: str | None = None  # the kind of probe
    fallback_port: int | None = None  # without SRV records use the domain's own addresses, at this port
    cached: Mapping[str, CachedHost] = {}  # by owner name, folded


def discover(clients: Sequence[Sequence[ServiceName]], wishes: Wishes) -> Plan[Report]:
    """Each client is the names that one client asks in turn; all clients are served in lock-step."""
    services = yield from together([_discover_one(names, wishes) for names in clients])
    case = Case(snapshots=tuple([service.snapshot for service in services]))
    findings = run(wishes.rules, case)
    inconclusive = any(_is_unknown(service) for service in services)
    return Report(job="discover", services=tuple(services), findings=findings, inconclusive=inconclusive)


def _is_unknown(service: Discovered) -> bool:
    """No server said anything about the service, or about the address of any of its targets."""
    silent = (Outcome.TIMEOUT, Outcome.UNREACHABLE)
    if service.outcome in silent:
        return True
    asked = service.snapshot.addresses
    found = any(endpoint.addresses for endpoint in service.endpoints)
    return bool(asked) and not found and all(response.outcome in silent for response in asked)


def _discover_one(names: Sequence[ServiceName], wishes: Wishes) -> Plan[Discovered]:
    snapshot = Snapshot(service=names[0])
    if wishes.probe:
        for name in names:
            cached = wishes.cached.get(fold(name.owner))
            if cached:
                found, snapshot = yield from _contact_cached(snapshot.replace(service=name, cached=cached), wishes)
                if found:
                    return found
                break
    srv: list[Response] = []
    for name in names:
        srv += responses((yield [Question(name=name.owner, rdtype="SRV")]))
        if srv[-1].outcome is Outcome.ANSWER:
            snapshot = snapshot.replace(service=name)
            break
    return (yield from _with_answer(snapshot.replace(srv=tuple(srv)), wishes))


def _contact_cached(snapshot: Snapshot, wishes: Wishes) -> Plan[tuple[Discovered | None, Snapshot]]:
    """The host that answered last, without a DNS question when its address is known."""
    cached = snapshot.cached
    assert cached is not None
    assert wishes.probe is not None
    addresses = cached.addresses
    asked: list[Response] = []
    if not addresses:
        asked = responses((yield [Question(name=cached.target, rdtype=rdtype) for rdtype in wishes.rdtypes]))
        addresses = tuple([address for response in asked for address in response.addresses])
    (result,) = probe_results((yield [_probe(wishes.probe, cached.target, cached.port, addresses)]))
    snapshot = snapshot.replace(addresses=tuple(asked), probes=(result,))
    if result.outcome is not ProbeOutcome.OPEN:
        return None, snapshot
    endpoint = Endpoint(
        target=cached.target,
        port=cached.port,
        priority=None,
        weight=None,
        share_terms=None,
        addresses=addresses,
        probe=result,
    )
    found = Discovered(
        service=fold(snapshot.service.owner),
        outcome=Outcome.ANSWER,
        source="cache",
        queried=(),
        ttl=None,
        endpoints=(endpoint,),
        notices=(),
        snapshot=snapshot,
        cached=cached,
    )
    return found, snapshot


def _with_answer(snapshot: Snapshot, wishes: Wishes) -> Plan[Discovered]:
    """What the SRV answers come to: endpoints with their addresses, in order."""
    answer = snapshot.srv[-1]
    first = answer if answer.outcome is Outcome.ANSWER else snapshot.srv[0]
    notices: list[str] = []
    outcome: str = first.outcome
    endpoints: list[Endpoint] = []
    if first.outcome is Outcome.ANSWER:
        if all(srv.is_no_service for srv in first.srvs):
            outcome = UNAVAILABLE
        elif any(srv.is_no_service for srv in first.srvs):
            notices.append('a target "." stands beside others and is skipped: alone it would mean "no such service"')
        endpoints = _endpoints(first.srvs, wishes)
    elif wishes.fallback_port is not None and first.outcome.is_conclusive:
        domain = snapshot.service.domain
        endpoints = [_bare_endpoint(domain, wishes.fallback_port)]
        notices.append(f"no SRV record: fell back to {endpoints[0]}, the addresses of the domain itself")
    if len(endpoints) > MAX_TARGETS:
        notices.append(f"{len(endpoints)} targets: only the first {MAX_TARGETS} in order are used")
        endpoints = endpoints[:MAX_TARGETS]
    endpoints, asked = yield from _resolve(endpoints, answer, wishes)
    notices += _remarks(endpoints, asked)
    if any(response.said for response in snapshot.srv):
        from kmsdns.jobs.disagreements import disagreements

        notices += disagreements([*snapshot.srv, *asked])
    if not first.srvs:
        endpoints = [endpoint for endpoint in endpoints if endpoint.addresses]
    if wishes.probe and endpoints:
        endpoints = yield from _probed(endpoints, wishes.probe)
    return Discovered(
        service=fold(snapshot.service.owner),
        outcome=outcome,
        source="dns",
        queried=tuple([fold(response.question.name) for response in snapshot.srv]),
        ttl=first.ttl,
        endpoints=tuple(endpoints),
        notices=tuple(notices),
        snapshot=snapshot.replace(
            addresses=snapshot.addresses + tuple(asked),
            probes=snapshot.probes + tuple([each.probe for each in endpoints if each.probe]),
            has_fallback=not first.srvs and bool(endpoints),
        ),
    )


def _endpoints(srvs: Sequence[Srv], wishes: Wishes) -> list[Endpoint]:
    terms = dict(zip(srvs, share_terms(srvs), strict=True))
    return [
        Endpoint(
            target=fold(srv.target),
            port=srv.port,
            priority=srv.priority,
            weight=srv.weight,
            share_terms=terms[srv],
            addresses=(),
        )
        for srv in processing_order(srvs, below=wishes.below)
    ]


def _bare_endpoint(domain: str, port: int) -> Endpoint:
    return Endpoint(target=fold(domain), port=port, priority=None, weight=None, share_terms=None, addresses=())


def _resolve(
    endpoints: Sequence[Endpoint], answer: Response, wishes: Wishes
) -> Plan[tuple[list[Endpoint], list[Response]]]:
    """Addresses from the answer's additional section where the targets stand there, all others asked in one batch."""
    targets = list(dict.fromkeys(endpoint.target for endpoint in endpoints))
    found: dict[tuple[str, str], list[str]] = {}
    for record in answer.additional if wishes.glue else ():
        key = (fold(record.owner), record.rdtype)
        if key[0] in targets and record.rdtype in wishes.rdtypes:
            found.setdefault(key, []).append(str(record.rdata))
    missing = [(target, rdtype) for target in targets for rdtype in wishes.rdtypes if (target, rdtype) not in found]
    asked: list[Response] = []
    if missing:
        asked = responses((yield [Question(name=target, rdtype=rdtype) for target, rdtype in missing]))
        found.update({key: list(response.addresses) for key, response in zip(missing, asked, strict=True)})

    def addresses(target: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each for rdtype in wishes.rdtypes for each in found[target, rdtype]))

    return [endpoint.replace(addresses=addresses(endpoint.target)) for endpoint in endpoints], asked


def _remarks(endpoints: Sequence[Endpoint], asked: Sequence[Response]) -> list[str]:
    """What a client puts up with in the targets."""
    aliases = dict.fromkeys(
        f"the target {fold(response.question.name)} is an alias of {fold(response.canonical)}: a target must not be one"
        " (RFC 2782)"
        for response in asked
        if response.aliases
    )
    lost = dict.fromkeys(
        f"the target {endpoint.target} has no address: a client passes over it"
        for endpoint in endpoints
        if not endpoint.addresses
    )
    return [*aliases, *lost]


def _probed(endpoints: Sequence[Endpoint], kind: str) -> Plan[list[Endpoint]]:
    probes = [_probe(kind, each.target, each.port, each.addresses) for each in endpoints]
    unique = list(dict.fromkeys(probes))
    results: dict[Probe, ProbeResult] = dict(zip(unique, probe_results((yield unique)), strict=True))
    return [endpoint.replace(probe=results[probe]) for endpoint, probe in zip(endpoints, probes, strict=True)]


def _probe(kind: str, target: str, port: int, addresses: tuple[str, ...]) -> Probe:
    return Probe(kind=kind, target=target, port=port, addresses=addresses)
