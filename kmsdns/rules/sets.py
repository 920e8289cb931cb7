"""Service sets: an SRV RRset with what is known of its targets. A zone file and live answers both come to this."""

from __future__ import annotations

from kmsdns.lookup.glue import glue
from kmsdns.model.messages import Outcome, told_addresses
from kmsdns.model.names import fold, parent, split
from kmsdns.model.records import Srv
from kmsdns.model.value import Value
from kmsdns.rules.evidence import servers
from kmsdns.rules.target import Target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kmsdns.model.messages import Response
    from kmsdns.model.records import Location, Record
    from kmsdns.model.snapshot import Snapshot
    from kmsdns.rules.zone.view import Zones, ZoneView


class ServiceEntry(Value):
    """One SRV record of a set."""

    srv: Srv
    target: Target
    ttl: int | None = None  # seconds
    location: Location | None = None  # in a zone file
    record: Record | None = None  # likewise


class ServiceSet(Value):
    """The SRV records at one owner name."""

    owner: str  # in lower case
    service: str | None  # the first label, "_vlmcs"; None when the owner has no two labels below its origin
    proto: str | None  # the second, "_tcp"
    domain: str  # what is behind them
    instance: str | None = None  # the label in front of them, of an instance of a service (RFC 6763 4.1)
    origin: str  # what completes a name without a final dot: the zone's origin; live, the domain
    ttl: int | None  # seconds
    entries: tuple[ServiceEntry, ...]
    source: str  # the server, or the file
    zone: ZoneView | None = None  # None for live answers


def live_set(snapshot: Snapshot) -> ServiceSet | None:
    """What a snapshot's answer comes to; None without an answer."""
    if not snapshot.srv or not snapshot.srv[-1].srvs:
        return None
    answer, service = snapshot.srv[-1], snapshot.service
    targets = {name: _live_target(name, snapshot) for name in {fold(srv.target) for srv in answer.srvs}}
    return ServiceSet(
        owner=service.owner,
        service=service.service,
        proto=service.proto,
        domain=service.domain,
        origin=service.domain,
        ttl=answer.ttl,
        entries=tuple([ServiceEntry(srv=srv, target=targets[fold(srv.target)], ttl=answer.ttl) for srv in answer.srvs]),
        source=servers(answer),
    )


def _live_target(name: str, snapshot: Snapshot) -> Target:
    asked = [response for response in snapshot.addresses if fold(response.question.name) == name]
    along = glue(snapshot.srv[-1])
    came = [address for rdtype in ("A", "AAAA") for address in along.get((name, rdtype), ())]
    told = told_addresses(asked)
    addresses = tuple(dict.fromkeys([*came, *(told or ())])) if came or told is not None else None
    alias = next((fold(response.canonical) for response in asked if response.aliases), None)
    return Target(
        name=name,
        exists=_exists(asked, addresses),
        addresses=addresses,
        alias_of=alias,
        rdtypes=tuple([response.question.rdtype for response in asked]) or ("A", "AAAA"),
    )


def _exists(asked: list[Response], addresses: tuple[str, ...] | None) -> bool | None:
    if addresses is None:
        return None
    return bool(addresses) or all(response.outcome is not Outcome.NXDOMAIN for response in asked)


def zone_sets(view: ZoneView, zones: Zones) -> Iterator[ServiceSet]:
    """The SRV RRsets of a zone, in the order of its file; of targets in other zones only what those given tell.

    Without those at or below a delegation or below a DNAME: nobody is served them, which delegation rules tell once.
    """
    zones = zones.seen_from(view)
    by_owner: dict[str, list[Record]] = {}
    for record in view.of_type("SRV"):
        by_owner.setdefault(fold(record.owner), []).append(record)
    known: dict[str, Target] = {}
    for owner, records in by_owner.items():
        if view.cut(owner) is not None or view.dname(owner) is not None:
            continue
        entries = []
        for record in records:
            srv = record.rdata
            assert isinstance(srv, Srv)
            name = fold(srv.target)
            target = known.get(name) or known.setdefault(name, zones.target(name))
            entries.append(
                ServiceEntry(srv=srv, target=target, ttl=record.ttl, location=record.location, record=record)
            )
        instance, service, proto, domain = labels_of(owner, view.origin)
        yield ServiceSet(
            owner=owner,
            instance=instance,
            service=service,
            proto=proto,
            domain=domain,
            origin=view.origin,
            ttl=min(record.ttl for record in records),
            entries=tuple(entries),
            source=view.path,
            zone=view,
        )


def labels_of(owner: str, origin: str) -> tuple[str | None, str | None, str | None, str]:
    """Instance, service and protocol labels of an owner name, and the domain behind them; None for what isn't there.

    Labels of the origin count as well where they begin with an underscore: zones such as _tcp.example.com exist.
    """
    labels, above = split(owner), split(origin)
    while above and above[0].startswith("_"):
        above = above[1:]
    if len(labels) - len(above) < 2:
        return None, None, None, parent(owner) if labels else owner
    if len(labels) - len(above) > 2 and labels[1].startswith("_") and is_protocol(labels[2]):
        return labels[0], labels[1], labels[2], parent(parent(parent(owner)))
    return None, labels[0], labels[1], parent(parent(owner))


def is_protocol(label: str) -> bool:
    """Whether a label in lower case is one that names a transport protocol (RFC 8552)."""
    return label in ("_tcp", "_udp", "_sctp", "_dccp")


def targets(found: ServiceSet) -> Iterator[tuple[Target, tuple[ServiceEntry, ...]]]:
    """Each target of a set once, with its records; not the "." that is none."""
    by_name: dict[str, list[ServiceEntry]] = {}
    for entry in found.entries:
        if not entry.srv.is_no_service:
            by_name.setdefault(entry.target.name, []).append(entry)
    for entries in by_name.values():
        yield entries[0].target, tuple(entries)
