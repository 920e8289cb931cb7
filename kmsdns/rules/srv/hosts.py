"""SRV310-315: the hosts behind the targets of a zone's service records, and the addresses they have. Needs: zone."""

from __future__ import annotations

from functools import cache, lru_cache

from kmsdns.model.findings import Fix, Related, Severity
from kmsdns.model.names import is_at_or_below
from kmsdns.rules.rule import FindingDraft, Needs, rule
from kmsdns.rules.srv.entries import TARGET, judged, place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from ipaddress import IPv4Network, IPv6Network

    from kmsdns.rules.case import Case
    from kmsdns.rules.sets import ServiceSet
    from kmsdns.rules.srv.entries import Judged
    from kmsdns.rules.zone.view import ZoneView

_ZONE = (Needs.ZONE,)
_PRIVATE = ("private", "shared", "unique local")


def _of_zones(case: Case) -> Iterator[Judged]:
    for about in judged(case):
        if about[0].zone is not None:
            yield about


@rule(
    "SRV310",
    "target-only-by-wildcard",
    Severity.NOTE,
    "RFC 4592",
    needs=_ZONE,
    safety=None,
    causes=("SRV305", "SRV306", "SRV307", "SRV308"),
)
def target_only_by_wildcard(case: Case) -> Iterator[FindingDraft]:
    """The target has an address only because a wildcard gives one to every name.

    Why: A slip in the target's name would go unnoticed: any name has that address.
    Fix: Give the host a record of its own.
    Example: Beside *.contoso.com
        kms01  IN  A  192.0.2.11
    """
    for found, target, entries in _of_zones(case):
        if target.by_wildcard and target.alias_of is None:
            yield FindingDraft(
                subject=target.name,
                message=f"the target {target.name} has its address from a wildcard, as any misspelt name would",
                location=place(found, entries[0], TARGET),
            )


@rule(
    "SRV311",
    "target-in-delegated-zone",
    Severity.NOTE,
    "RFC 1034 4.2",
    needs=_ZONE,
    causes=("SRV305", "SRV306", "SRV307", "SRV308"),
)
def target_in_delegated_zone(case: Case) -> Iterator[FindingDraft]:
    """The target lies in a zone that is delegated from here, so this file can't tell whether it exists.

    Why: Nothing was found wrong, and nothing could be.
    Fix: Give that zone's file as well.
    Example:
        kmsdns validate contoso.zone --with eu.contoso.zone
    """
    for found, target, entries in _of_zones(case):
        if target.cut is None:
            continue
        view = case.zones.holding(target.name) if case.zones is not None else None
        there = [] if view is None else view.at(target.name)
        if any(each.rdtype in ("A", "AAAA") for each in there):
            continue  # glue
        cut = None if view is None else view.cut(target.name)
        at = None if cut is None else cut.location
        yield FindingDraft(
            subject=target.name,
            message=f"the target {target.name} is in the zone {target.cut}, which is delegated: not checked",
            location=place(found, entries[0], TARGET),
            related=() if at is None else (Related(location=at, message="delegated here"),),
            fix=Fix(summary=f"give the file of {target.cut} with --with"),
        )


@rule("SRV312", "target-outside-zone-unchecked", Severity.NOTE, "RFC 1034 4.2", needs=_ZONE, safety=None, default=False)
def target_outside_zone_unchecked(case: Case) -> Iterator[FindingDraft]:
    """Targets lie outside of all zones that were given, so nothing is known of them.

    Why: Nothing was found wrong with them, and nothing could be.
    Fix: Give the other zones' files as well.
    Example:
        kmsdns validate contoso.zone --with fabrikam.zone
    """
    by_zone: dict[str, list[Judged]] = {}
    for about in _of_zones(case):
        if not about[1].is_inside:
            by_zone.setdefault(about[0].source, []).append(about)
    for listed in by_zone.values():
        found, _target, entries = listed[0]
        names = dict.fromkeys(target.name for _found, target, _entries in listed)
        count = "1 target is" if len(names) == 1 else f"{len(names)} targets are"
        yield FindingDraft(
            subject=found.origin,
            message=f"{count} outside of the zones given, and not checked: {', '.join([*names][:5])}"
            + (" ..." if len(names) > 5 else ""),
            location=place(found, entries[0], TARGET),
        )


@rule("SRV313", "target-special-address", Severity.ERROR, "RFC 6890", needs=_ZONE)
def target_special_address(case: Case) -> Iterator[FindingDraft]:
    """The target's address is one that no client reaches a host at: 0.0.0.0, loopback, link-local, documentation.

    Why: A client connects to itself, or to nobody. Zones of documentation and tests may have addresses for
    documentation: those below example.com or .test for instance, and those that have no others.
    Fix: Write the host's own address.
    Example:
        kms01  IN  A  203.0.113.11
    """
    examples: dict[ZoneView, bool] = {}
    for found, target, entries in _of_zones(case):
        for address in target.addresses or ():
            what = purpose(address)
            if what in (None, *_PRIVATE) or (what == "documentation" and _is_example(found, examples)):
                continue
            yield FindingDraft(
                subject=target.name,
                message=f"the target {target.name} has the address {address}, which is {_a(what)}: no client reaches "
                "the host there",
                location=place(found, entries[0], TARGET),
                related=_given(case, target.name, address),
                fix=Fix(summary=f"write the address of {target.name} that clients reach it at"),
            )


@rule("SRV314", "target-private-address", Severity.WARNING, "RFC 1918, RFC 4193", needs=_ZONE)
def target_private_address(case: Case) -> Iterator[FindingDraft]:
    """The target has a private address, and the zone is said to be for everybody.

    Why: Outside of the own network that address is another host, or none.
    Fix: Publish the service in the inside view only, or give the host an address that everybody reaches.
    Example: Only where everybody asks
        kmsdns validate --view public contoso.zone
    """
    for found, target, entries in _of_zones(case) if case.is_public else ():
        for address in target.addresses or ():
            what = purpose(address)
            if what in _PRIVATE:
                yield FindingDraft(
                    subject=target.name,
                    message=f"the target {target.name} has the address {address}, which is {_a(what)}, in a zone for "
                    "everybody",
                    location=place(found, entries[0], TARGET),
                    related=_given(case, target.name, address),
                    fix=Fix(summary="publish the service in the inside view only, or under a public address"),
                )


@rule("SRV315", "target-retired", Severity.NOTE, "kmsdns/data/retired-targets.csv", needs=_ZONE, default=False)
def target_retired(case: Case) -> Iterator[FindingDraft]:
    """The target belonged to a service that has ended.

    Why: Clients that still look for it lose time on a host that no longer serves them.
    Fix: Remove the record.
    Example: Such as this one of Google Talk
        _xmpp-server._tcp IN SRV 5 0 5269 xmpp-server.l.google.com.
    """
    from kmsdns.rules.data import RETIRED_TARGETS

    for found, target, entries in _of_zones(case):
        what = RETIRED_TARGETS.get(target.name[:-1])
        if what is not None:
            yield FindingDraft(
                subject=target.name,
                message=f"the target {target.name} was part of {what}",
                location=place(found, entries[0], TARGET),
                fix=Fix(summary="remove the record if nothing needs it"),
            )


@lru_cache(maxsize=4096)
def purpose(address: str) -> str | None:
    """What a special address is for ("loopback"); None for an ordinary one. No two prefixes of the table overlap."""
    from ipaddress import ip_address

    at = ip_address(address)
    if at.version == 6 and at.ipv4_mapped is not None:
        at = at.ipv4_mapped
    return next((what for network, what in _networks() if at in network), None)


@cache
def _networks() -> tuple[tuple[IPv4Network | IPv6Network, str], ...]:
    from ipaddress import ip_network

    from kmsdns.rules.data import SPECIAL_ADDRESSES

    return tuple([(ip_network(prefix), what) for prefix, what in SPECIAL_ADDRESSES.items()])


def _a(what: str) -> str:
    return {"documentation": "for documentation", "shared": "shared by a provider's customers"}.get(what, what)


def _is_example(found: ServiceSet, known: dict[ZoneView, bool]) -> bool:
    """Whether a set is in a zone of documentation or tests, by its name or by all of its addresses."""
    from kmsdns.rules.data import EXAMPLE_NAMES

    view = found.zone
    if view is None or any(is_at_or_below(found.origin, f"{name}.") for name in EXAMPLE_NAMES):
        return True
    if view not in known:
        addresses = (str(each.rdata) for rdtype in ("A", "AAAA") for each in view.of_type(rdtype))
        known[view] = all(purpose(address) == "documentation" for address in addresses)
    return known[view]


def _given(case: Case, name: str, address: str) -> tuple[Related, ...]:
    """The record that gives the address."""
    view = None if case.zones is None else case.zones.holding(name)
    for record in () if view is None else view.at(name):
        if str(record.rdata) == address and record.location is not None:
            return (Related(location=record.location, message="the address"),)
    return ()
