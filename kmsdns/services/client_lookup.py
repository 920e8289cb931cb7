"""The way a client takes to a host, as a plan: the manual host and nothing else; else the cached host, without the DNS;
else SRV at each name in turn until one has it, the targets' addresses in one batch, RFC 2782's order, and contact.

Discovery, diagnosis and simulation walk this same way, for any service; what a KMS client is set up with becomes a
Client in kms.config. Each endpoint is contacted, not only the first that answers: a person wants to see all of them.
"""

from __future__ import annotations

from kmsdns.lookup.glue import glue
from kmsdns.model.messages import Outcome, Probe, Question, told_addresses
from kmsdns.model.names import ROOT, address_of, fold, parent
from kmsdns.model.plan import probe_results, responses
from kmsdns.model.report import Discovered, Endpoint
from kmsdns.model.snapshot import Snapshot
from kmsdns.model.value import Value
from kmsdns.selection.ordering import processing_order, share_terms

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kmsdns.model.messages import ProbeResult, Response
    from kmsdns.model.names import ServiceName
    from kmsdns.model.plan import Plan
    from kmsdns.model.records import Srv
    from kmsdns.model.snapshot import CachedHost

UNAVAILABLE = "unavailable"
"""The outcome of a lone target "."; the DNS itself knows no such word."""

MAX_TARGETS = 256
"""Targets of one service that are resolved and probed; an RRset with more is an attack or a mistake."""


class ResolutionPath(Value):
    """What decides which way a client takes."""

    names: tuple[ServiceName, ...]  # asked in turn; at least one, for the way needs a name even where nobody asks it
    manual: tuple[str, int] | None = None  # target and port, and there is no way past it (docs/kms.md 1.1)
    cached: tuple[ServiceName, CachedHost] | None = None  # contacted first, without a question


class LookupOptions(Value):
    """How to go that way."""

    randbelow: Callable[[int], int]  # the dice
    rdtypes: tuple[str, ...] = ("A", "AAAA")  # the address families wanted
    glue: bool = True  # addresses that come with the SRV records needn't be asked for, where lookup.glue believes them
    probe: str | None = None  # the kind of probe
    thorough: bool = False  # probe every address, not only until one answers
    fallback_port: int | None = None  # without SRV records use the domain's own addresses, at this port
    honours_weights: bool = True  # False: a client that picks among all records alike (docs/kms.md 1.4)


def client_lookup(client: ResolutionPath, wishes: LookupOptions) -> Plan[Discovered]:
    """What becomes of a client. It is never asked more than its way needs."""
    snapshot = Snapshot(service=client.names[0])
    if client.manual is not None:
        return (yield from _contact_manual(snapshot, client.manual, wishes))
    if client.cached is not None and wishes.probe:
        name, host = client.cached
        found, snapshot = yield from _contact_cached(snapshot.replace(service=name, cached=host), wishes)
        if found:
            return found
    return (yield from look_up(client.names, snapshot, wishes))


def contact_cached(client: ResolutionPath, wishes: LookupOptions) -> Plan[Discovered | None]:
    """The cached host alone, of a client that has one: None when it doesn't answer."""
    assert client.cached is not None
    name, host = client.cached
    found, _snapshot = yield from _contact_cached(Snapshot(service=name, cached=host), wishes)
    return found


def look_up(names: Sequence[ServiceName], snapshot: Snapshot, wishes: LookupOptions) -> Plan[Discovered]:
    """The part of the way that leads through the DNS; the snapshot holds what was learnt before."""
    srv: list[Response] = []
    for name in names:
        srv += responses((yield [Question(name=name.owner, rdtype="SRV")]))
        if srv[-1].outcome is Outcome.ANSWER:
            snapshot = snapshot.replace(service=name)
            break
    return (yield from _with_answer(snapshot.replace(srv=tuple(srv)), wishes))


def _contact_manual(snapshot: Snapshot, manual: tuple[str, int], wishes: LookupOptions) -> Plan[Discovered]:
    """The host set by hand: its addresses, unless it is one, and contact."""
    target, port = manual
    addresses, asked = yield from _addresses(target, (), wishes)
    result: ProbeResult | None = None
    if wishes.probe and addresses is not None:
        (result,) = probe_results((yield [_probe(target, port, addresses, wishes)]))
    return Discovered(
        service=fold(snapshot.service.owner),
        outcome=Outcome.ANSWER,
        source="manual",
        queried=(),
        ttl=None,
        endpoints=(_known_endpoint(target, port, addresses, result, asked),),
        notices=(),
        snapshot=snapshot.replace(addresses=asked, probes=() if result is None else (result,)),
    )


def _contact_cached(snapshot: Snapshot, wishes: LookupOptions) -> Plan[tuple[Discovered | None, Snapshot]]:
    """The host that answered last, without a DNS question when an address of a wanted family is known."""
    cached = snapshot.cached
    assert cached is not None
    addresses, asked = yield from _addresses(cached.target, cached.addresses, wishes)
    if addresses is None:
        return None, snapshot.replace(addresses=asked)
    (result,) = probe_results((yield [_probe(cached.target, cached.port, addresses, wishes)]))
    snapshot = snapshot.replace(addresses=asked, probes=(result,))
    if not result.is_open:
        return None, snapshot
    found = Discovered(
        service=fold(snapshot.service.owner),
        outcome=Outcome.ANSWER,
        source="cache",
        queried=(),
        ttl=None,
        endpoints=(_known_endpoint(cached.target, cached.port, addresses, result, asked),),
        notices=(),
        snapshot=snapshot,
        cached=cached,
    )
    return found, snapshot


def _addresses(
    target: str, known: tuple[str, ...], wishes: LookupOptions
) -> Plan[tuple[tuple[str, ...] | None, tuple[Response, ...]]]:
    """The addresses of a host that is known without SRV records, None when unknown; and what was asked for them."""
    known = known_addresses(target, known, wishes)
    if known or address_of(target) is not None:
        return known, ()
    asked = responses((yield [Question(name=target, rdtype=rdtype) for rdtype in wishes.rdtypes]))
    return told_addresses(asked), tuple(asked)


def known_addresses(target: str, known: Sequence[str], wishes: LookupOptions) -> tuple[str, ...]:
    """Those of a host that needn't be asked for, of the families wanted: what is remembered, or what it is itself."""
    literal = address_of(target)
    every = known if literal is None else (literal,)
    return tuple([each for each in every if ("AAAA" if ":" in each else "A") in wishes.rdtypes])


def _known_endpoint(
    target: str,
    port: int,
    addresses: tuple[str, ...] | None = (),
    probe: ProbeResult | None = None,
    asked: Sequence[Response] = (),
) -> Endpoint:
    came = "literal" if address_of(target) is not None else "answer" if asked else "cache"
    return Endpoint(
        target=fold(target),
        port=port,
        priority=None,
        weight=None,
        share_terms=None,
        addresses=addresses,
        addresses_from=came if addresses else None,
        probe=probe,
    )


def _with_answer(snapshot: Snapshot, wishes: LookupOptions) -> Plan[Discovered]:
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
        endpoints = [_known_endpoint(domain, wishes.fallback_port)]
        notices.append(f"no SRV record: fell back to {endpoints[0]}, the addresses of the domain itself")
    if len(endpoints) > MAX_TARGETS:
        notices.append(f"{len(endpoints)} targets: only the first {MAX_TARGETS} in order are used")
        endpoints = endpoints[:MAX_TARGETS]
    endpoints, asked = yield from _resolve(endpoints, answer, wishes)
    notices += _remarks(endpoints, asked)
    if any(response.said or response.unasked for response in [*snapshot.srv, *asked]):
        from kmsdns.lookup.disagreements import disagreements

        notices += disagreements([*snapshot.srv, *asked])
    if not first.srvs:
        endpoints = [endpoint for endpoint in endpoints if endpoint.addresses != ()]
    unprobed = ""
    if wishes.probe and endpoints:
        unprobed = _unprobed(snapshot.service, wishes.probe)
        if not unprobed:
            endpoints = yield from _probed(endpoints, wishes)
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
        unprobed=unprobed,
    )


def _endpoints(srvs: Sequence[Srv], wishes: LookupOptions) -> list[Endpoint]:
    as_seen = srvs if wishes.honours_weights else [srv.replace(priority=0, weight=0) for srv in srvs]
    published = dict(zip(map(id, as_seen), zip(srvs, share_terms(as_seen), strict=True), strict=True))
    found = []
    for seen in processing_order(as_seen, randbelow=wishes.randbelow):
        srv, terms = published[id(seen)]
        found.append(
            Endpoint(
                target=fold(srv.target),
                port=srv.port,
                priority=srv.priority,
                weight=srv.weight,
                share_terms=terms,
                addresses=(),
            )
        )
    return found


def _resolve(
    endpoints: Sequence[Endpoint], answer: Response, wishes: LookupOptions
) -> Plan[tuple[list[Endpoint], list[Response]]]:
    """Addresses from the answer's additional section where they are believed, all others asked in one batch."""
    targets = list(dict.fromkeys(endpoint.target for endpoint in endpoints))
    along = glue(answer) if wishes.glue else {}
    missing = [(target, rdtype) for target in targets for rdtype in wishes.rdtypes if (target, rdtype) not in along]
    asked: list[Response] = []
    if missing:
        asked = responses((yield [Question(name=target, rdtype=rdtype) for target, rdtype in missing]))
    replies = dict(zip(missing, asked, strict=True))

    def resolved(endpoint: Endpoint) -> Endpoint:
        target = endpoint.target
        known = [each for rdtype in wishes.rdtypes for each in along.get((target, rdtype), ())]
        of_target = [replies[target, rdtype] for rdtype in wishes.rdtypes if (target, rdtype) in replies]
        told = told_addresses(of_target)
        if told is None and parent(target) == ROOT and all(each.outcome is Outcome.REFUSED for each in of_target):
            told = ()  # a server that isn't the root's refuses such a name, and the root has no hosts (RFC 7085 2)
        addresses = tuple(dict.fromkeys([*known, *(told or ())])) if known or told is not None else None
        came = "additional" if known else "answer" if addresses else None
        return endpoint.replace(addresses=addresses, addresses_from=came)

    return [resolved(endpoint) for endpoint in endpoints], asked


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
        if endpoint.addresses == ()
    )
    return [*aliases, *lost]


def _unprobed(service: ServiceName, kind: str) -> str:
    """Why the endpoints of a service are not contacted; "" when they are. A datagram is no connection (RFC 768)."""
    if service.proto != "_udp":
        return ""
    return f"the service runs over UDP, and --probe {kind} makes a TCP connection, which says nothing about it"


def _probed(endpoints: Sequence[Endpoint], wishes: LookupOptions) -> Plan[list[Endpoint]]:
    """The endpoints with what came of contacting them; those whose addresses are unknown can't be."""
    known = [each for each in endpoints if each.addresses is not None]
    probes = [_probe(each.target, each.port, each.addresses or (), wishes) for each in known]
    unique = list(dict.fromkeys(probes))
    results: dict[Probe, ProbeResult] = dict(zip(unique, probe_results((yield unique)), strict=True)) if unique else {}
    probed = {id(endpoint): results[probe] for endpoint, probe in zip(known, probes, strict=True)}
    return [endpoint.replace(probe=probed.get(id(endpoint))) for endpoint in endpoints]


def _probe(target: str, port: int, addresses: tuple[str, ...], wishes: LookupOptions) -> Probe:
    assert wishes.probe is not None
    return Probe(kind=wishes.probe, target=target, port=port, addresses=addresses, thorough=wishes.thorough)
