"""What was gathered by `kmsdns collect`, as facts. The types are evidence.bundle_types'."""

from __future__ import annotations

from datetime import UTC, datetime

from kmsdns.kms.evidence.events import read_one
from kmsdns.kms.evidence.facts import (
    HostState,
    Licence,
    ManualHost,
    Product,
    SeenAnswer,
    SeenConnect,
    Suffix,
    SuffixOrigin,
    Topic,
    Tree,
)
from kmsdns.kms.evidence.notes import ACTIVATION_TYPES, APPLICATIONS, Notes, address, channel, failure, name, target
from kmsdns.kms.evidence.registry import Setting, understand
from kmsdns.kms.evidence.text import redact
from kmsdns.kms.licence import state_from_wmi
from kmsdns.model.messages import Outcome
from kmsdns.model.records import Srv

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kmsdns.kms.evidence.bundle_types import (
        Bundle,
        BundleConnect,
        BundleService,
        Computer,
        Dns,
        Lookup,
        ProductState,
    )
    from kmsdns.kms.evidence.facts import Source
    from kmsdns.kms.evidence.notes import Line

    At = Callable[[str, int, str], Line]
    """The line of a field (-1), or of the n-th object in it, with what is shown of it."""


def write_down(notes: Notes, bundle: Bundle, line_of: Callable[[str, int], int]) -> None:
    """The facts of a bundle; line_of gives the line of a field (-1), or of the n-th object in it."""

    def at(field: str, index: int, text: str) -> Line:
        return line_of(field, index), redact(text)

    collected = at("collected", -1, f"collected: {bundle.collected}")
    if _is_time(bundle.collected):
        notes.claim(collected, Topic.OBSERVED, bundle.collected)
    else:
        notes.unread(collected, "no time in UTC such as 2026-01-31T12:00:00Z")
    if bundle.computer is not None:
        _computer(notes, at("computer", -1, f"computer: {bundle.computer.name}"), bundle.computer)
    _services(notes, bundle, at)
    for index, product in enumerate(bundle.products):
        _product(notes, at("products", index, f"products[{index}]: {product.name}"), product, bundle.services)
    understand(notes, _settings(bundle, at))
    if bundle.dns is not None:
        _dns(notes, at("dns", -1, "dns"), bundle.dns)
    for index, lookup in enumerate(bundle.lookups):
        _lookup(notes, at("lookups", index, f"lookups[{index}]: {lookup.name} {lookup.outcome}"), lookup)
    for index, connect in enumerate(bundle.connects):
        _connect(notes, at("connects", index, f"connects[{index}]: {connect.target}:{connect.port}"), connect)
    for index, event in enumerate(bundle.events):
        data = [redact(each) for each in event.data]
        line = at("events", index, f"events[{index}]: {event.id} {' '.join(data)}")
        read_one(notes, line, event.id, redact(event.time), data)
    if bundle.clock is not None:
        line = at("clock", -1, f"clock: {bundle.clock.offset_seconds} s against {bundle.clock.server}")
        notes.claim(line, Topic.TIME_OFFSET, round(bundle.clock.offset_seconds))
    for index, problem in enumerate(bundle.problems):
        notes.unread(at("problems", index, f"{problem.part}:"), f"not collected: {redact(problem.message)[:300]}")


def _services(notes: Notes, bundle: Bundle, at: At) -> None:
    is_told = any(value.name.lower() == "keymanagementservicename" for value in bundle.registry)
    for index, service in enumerate(bundle.services):
        line = at("services", index, f"services[{index}]: {service.product}")
        _service(notes, line, service)
        if service.manual_host and not is_told:
            notes.add("manual", _manual(notes.source(line), service))


def _settings(bundle: Bundle, at: At) -> list[Setting]:
    return [
        Setting(
            line=at("registry", index, f"{value.key}\\{value.name}: {_shown(value.value)}"),
            key=value.key,
            name=value.name,
            kind=value.type,
            value=_kept(value.value),
        )
        for index, value in enumerate(bundle.registry)
    ]


def _connect(notes: Notes, line: Line, connect: BundleConnect) -> None:
    host = target(redact(connect.target))
    if host is None or not 0 < connect.port < 65536:
        notes.unread(line, "neither a host nor an address, or no port")
        return
    known = address(connect.address or "")
    seen = SeenConnect(
        source=notes.source(line), target=host, port=connect.port, succeeded=connect.succeeded, address=known
    )
    notes.add("connects", seen)


def _computer(notes: Notes, line: Line, computer: Computer) -> None:
    if computer.name:
        notes.claim(line, Topic.MACHINE, redact(computer.name))
    notes.claim(line, Topic.DOMAIN_JOINED, computer.domain_joined)
    notes.claim(line, Topic.IS_SERVER, computer.is_server)
    if computer.windows_version:
        notes.claim(line, Topic.WINDOWS_VERSION, ".".join(redact(computer.windows_version).split(".")[:2]))
    if computer.domain and computer.domain_joined and (domain := name(redact(computer.domain))):
        notes.claim(line, Topic.MACHINE_DOMAIN, domain.rstrip("."))
        notes.add("suffixes", Suffix(name=domain, origin=SuffixOrigin.DOMAIN, source=notes.source(line)))


def _service(notes: Notes, line: Line, service: BundleService) -> None:
    # The Windows service looks after Office 2013 and newer too: what it says counts for all (docs/kms.md 1.6).
    product = Product.OFFICE if service.product == "office" else None
    if service.client_id:
        notes.claim(line, Topic.CLIENT_ID, redact(service.client_id).lower(), product)
    if service.lookup_domain:
        notes.claim(line, Topic.LOOKUP_DOMAIN, redact(service.lookup_domain), product)
    if service.caching is not None:
        notes.claim(line, Topic.CACHING, service.caching, product)


def _manual(source: Source, service: BundleService) -> ManualHost:
    """The host of all products, for when the registry could not be read."""
    is_office = service.product == "office"
    return ManualHost(
        source=source,
        name=redact(service.manual_host or ""),
        port=str(service.manual_port) if service.manual_port else None,
        product=Product.OFFICE if is_office else None,
        tree=Tree.OSPP if is_office else Tree.SPP,
    )


def _product(notes: Notes, line: Line, state: ProductState, services: Sequence[BundleService]) -> None:
    """One licence; a host's counters belong to the host, whose port and publishing its service tells."""
    kind = APPLICATIONS.get(state.app_id.lower())
    by_product = {service.product: service for service in services}
    service = (by_product.get("office") if kind is Product.OFFICE else None) or by_product.get("windows")
    pinned = state.activation_type
    kind_of_activation = None if pinned is None else ACTIVATION_TYPES.get(pinned, ACTIVATION_TYPES[0])
    # Port 0 means that none was ever set (docs/kms.md 1.6).
    notes.add(
        "licences",
        Licence(
            source=notes.source(line),
            name=redact(state.name),
            product=kind,
            sku=redact(state.sku).lower(),
            description=redact(state.description),
            channel=channel(redact(state.description)),
            state=state_from_wmi(state.status),
            minutes_left=state.minutes_left,
            error=failure(state.status_reason or ""),
            activation_type=kind_of_activation,
            activated_by={1: "ad", 2: "kms"}.get(state.activated_by or 0),
            tells_host=True,
            manual=_host_port(state.manual_host, state.manual_port),
            cached=_host_port(state.discovered_host, state.discovered_port),
            cached_address=address(state.discovered_address or ""),
            lookup_domain=redact(state.lookup_domain) if state.lookup_domain else None,
            caching=service.caching if service is not None else None,
            activation_interval=state.activation_interval,
            renewal_interval=state.renewal_interval,
        ),
    )
    if state.is_kms_host:
        host = HostState(
            source=notes.source(line),
            current_count=_count(state.current_count),
            port=service.listening_port if service is not None else None,
            publishing=service.publishing if service is not None else None,
            total_requests=_count(state.total_requests),
            failed_requests=_count(state.failed_requests),
        )
        notes.add("hosts", host)


def _count(value: int | None) -> int | None:
    return None if value is None or value < 0 else value


def _is_time(text: str) -> bool:
    try:
        datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return False
    return True


def _host_port(host: str | None, port: int | None) -> str | None:
    return f"{redact(host)}:{port or 1688}" if host else None


def _dns(notes: Notes, line: Line, dns: Dns) -> None:
    listed = [(dns.primary_suffix, SuffixOrigin.PRIMARY)]
    listed += [(text, SuffixOrigin.SEARCH_LIST) for text in dns.search_list]
    listed += [(adapter.suffix, SuffixOrigin.CONNECTION) for adapter in dns.adapters]
    found = [(suffix, origin) for text, origin in listed if text and (suffix := name(redact(text)))]
    for suffix, origin in found:
        notes.add("suffixes", Suffix(name=suffix, origin=origin, source=notes.source(line)))
    if not found:
        notes.claim(line, Topic.NO_SUFFIX, True)
    servers = [server for adapter in dns.adapters for server in adapter.servers if address(server)]
    for server in servers:
        notes.claim(line, Topic.DNS_SERVER, server)
    if not servers:
        notes.claim(line, Topic.NO_DNS_SERVER, True)


def _lookup(notes: Notes, line: Line, lookup: Lookup) -> None:
    owner = name(redact(lookup.name))
    srvs, hosts = [], []
    for record in lookup.records:
        host = name(redact(record.target))
        if host is None:
            notes.unread(line, "an SRV record without a target")
        else:
            srvs.append(Srv(priority=record.priority, weight=record.weight, port=record.port, target=host))
    for each in lookup.addresses:
        host = name(redact(each.name))
        if host is not None and address(each.address):
            hosts.append((host, each.address))
    if owner is None:
        notes.unread(line, "no domain name")
        return
    answer = SeenAnswer(
        source=notes.source(line),
        owner=owner,
        outcome=Outcome(lookup.outcome),
        srvs=tuple(srvs),
        addresses=tuple(hosts),
        tool="Resolve-DnsName",
    )
    notes.add("answers", answer)


def _kept(value: str | int | list[str]) -> str | int | tuple[str, ...]:
    if isinstance(value, list):
        return tuple([redact(each) for each in value])
    return redact(value) if isinstance(value, str) else value


def _shown(value: str | int | list[str]) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)
