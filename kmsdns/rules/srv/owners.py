"""SRV101-105, 111-114: the owners of a zone's service records, _service._proto in front of a domain. Needs: zone.

Of live answers they say nothing: there the owner is the name that the client asks, not one that somebody typed.
"""

from __future__ import annotations

from kmsdns.model.findings import Fix, Related, Safety, Severity
from kmsdns.model.names import fold, parent, shown, split
from kmsdns.rules.rule import FindingDraft, Needs, rule
from kmsdns.rules.sets import is_protocol
from kmsdns.rules.srv.entries import OWNER, owner_place, place, renamed
from kmsdns.rules.zone.lines import judged as zones_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kmsdns.model.records import Record
    from kmsdns.rules.case import Case
    from kmsdns.rules.sets import ServiceSet

_ZONE = (Needs.ZONE,)
_BARE = ("tcp", "udp", "sctp", "dccp")


def _sets(case: Case) -> Iterator[tuple[ServiceSet, list[str]]]:
    """The sets of zone files, each with the labels of its owner."""
    for found in case.sets:
        if found.zone is not None:
            yield found, split(found.owner)


def regular(case: Case) -> Iterator[tuple[ServiceSet, str, str]]:
    """Those with both labels as they should be, be the service or the protocol known or not."""
    for found, labels in _sets(case):
        service, proto = found.service, found.proto
        if service is None or proto is None or not (service.startswith("_") and proto.startswith("_")):
            continue
        if _is_swapped(labels) or "_sub" in labels[:3]:
            continue
        yield found, service, proto


def _is_swapped(labels: list[str]) -> bool:
    return len(labels) > 1 and is_protocol(labels[0]) and not is_protocol(labels[1]) and labels[1].startswith("_")


def told_of(found: ServiceSet, message: str, fix: Fix | None, severity: Severity | None = None) -> FindingDraft:
    """About a whole set: the owner is one name, on however many lines it is written."""
    others = [place(found, each, OWNER) for each in found.entries[1:]]
    return FindingDraft(
        subject=found.owner,
        message=message,
        location=place(found, found.entries[0], OWNER),
        related=tuple([Related(location=at, message="here as well") for at in others if at is not None]),
        fix=fix,
        severity=severity,
    )


def renaming(found: ServiceSet, front: list[str], count: int) -> Fix:
    """Other labels in place of the owner's first ones."""
    owner = "".join([f"{label}." for label in [*front, *split(found.owner)[count:]]])
    return Fix(
        summary=f"write {owner}",
        safety=Safety.UNSAFE,
        changes=tuple([change for each in found.entries for change in renamed(found, each, owner)]),
    )


@rule("SRV101", "owner-without-service-labels", Severity.ERROR, "RFC 2782", needs=_ZONE)
def owner_without_service_labels(case: Case) -> Iterator[FindingDraft]:
    """An SRV record stands at a name that has no service and no protocol in it: the domain itself, or a host.

    Why: Clients ask for _service._proto and a domain; nobody asks for SRV records elsewhere.
    Fix: Put both labels in front of the domain.
    Example:
        _vlmcs._tcp  IN  SRV  0 0 1688 kms01.contoso.com.
    """
    for found, labels in _sets(case):
        lacks_proto = bool(labels) and labels[0].startswith("_") and not _has_proto(labels)
        if found.service is None or lacks_proto or not any(each[0] == "_" or each in _BARE for each in labels[:4]):
            what = "the protocol's label is missing" if lacks_proto else "no service is named"
            yield told_of(
                found,
                f"an SRV record at {found.owner}: {what}, and nobody asks for it there",
                Fix(summary="write the owner as _service._proto, such as _vlmcs._tcp, in front of the domain"),
            )


def _has_proto(labels: list[str]) -> bool:
    """Whether one of the two labels behind a service's could be a protocol's."""
    return any(each in _BARE or each[0] == "_" for each in labels[1:3])


def _lacks(found: ServiceSet) -> tuple[bool, bool]:
    """Whether service and protocol label lack their underscore, where they are recognisable without it."""
    if found.service is None or found.instance is not None:
        return False, False
    service, proto = found.service, found.proto
    bare_proto = proto in _BARE
    bare_service = not service.startswith("_") and service != "*" and (bare_proto or is_protocol(proto or ""))
    return bare_service, bare_proto


@rule("SRV102", "service-label-without-underscore", Severity.ERROR, "RFC 2782", needs=_ZONE, safety=Safety.UNSAFE)
def service_label_without_underscore(case: Case) -> Iterator[FindingDraft]:
    """The service label lacks its underscore.

    Why: Clients ask for _vlmcs._tcp; the name without the underscore is another one.
    Fix: Write the underscore.
    Example: Not vlmcs._tcp, but
        _vlmcs._tcp  IN  SRV  0 0 1688 kms01.contoso.com.
    """
    for found, labels in _sets(case):
        service, proto = _lacks(found)
        if service:
            front = ["_" + labels[0], "_" + labels[1] if proto else labels[1]]
            which = (
                f"{labels[0]} and {labels[1]} lack their underscores" if proto else f"{labels[0]} lacks its underscore"
            )
            yield told_of(found, f"{which} in {found.owner}", renaming(found, front, 2))


@rule("SRV103", "proto-label-without-underscore", Severity.ERROR, "RFC 2782", needs=_ZONE, safety=Safety.UNSAFE)
def proto_label_without_underscore(case: Case) -> Iterator[FindingDraft]:
    """The protocol label lacks its underscore.

    Why: Clients ask for _vlmcs._tcp; the name without the underscore is another one.
    Fix: Write the underscore.
    Example: Not _vlmcs.tcp, but
        _vlmcs._tcp  IN  SRV  0 0 1688 kms01.contoso.com.
    """
    for found, labels in _sets(case):
        service, proto = _lacks(found)
        if proto and not service:
            message = f"{labels[1]} lacks its underscore in {found.owner}"
            yield told_of(found, message, renaming(found, [labels[0], "_" + labels[1]], 2))


@rule("SRV104", "service-and-proto-swapped", Severity.ERROR, "RFC 2782", needs=_ZONE, safety=Safety.UNSAFE)
def service_and_proto_swapped(case: Case) -> Iterator[FindingDraft]:
    """The protocol stands in front of the service.

    Why: Clients ask for the service first, then the protocol.
    Fix: Change their places.
    Example: Not _tcp._vlmcs, but
        _vlmcs._tcp  IN  SRV  0 0 1688 kms01.contoso.com.
    """
    for found, labels in _sets(case):
        if _is_swapped(labels):
            message = f"{labels[0]} stands in front of {labels[1]} in {found.owner}: the service comes first"
            yield told_of(found, message, renaming(found, [labels[1], labels[0]], 2))


@rule("SRV105", "proto-label-unknown", Severity.WARNING, "RFC 8552", needs=_ZONE, safety=Safety.UNSAFE)
def proto_label_unknown(case: Case) -> Iterator[FindingDraft]:
    """The protocol label is none that is known.

    Why: A client puts the protocol it speaks there, nearly always _tcp or _udp. One slip away from these it is an
    error; a label in use without being registered, such as _tls, which some telephones ask for, is but a note.
    Fix: Write the protocol.
    Example: Not _tpc, but
        _vlmcs._tcp  IN  SRV  0 0 1688 kms01.contoso.com.
    """
    from kmsdns.rules.data import UNDERSCORED
    from kmsdns.rules.near import is_slip

    for found, service, proto in regular(case):
        if UNDERSCORED.get(proto) in ("protocol", "scope"):
            continue
        near = next((each for each in ("_tcp", "_udp") if is_slip(proto, each)), None)
        if UNDERSCORED.get(proto) == "unregistered":
            message = f"{proto} in {found.owner} is in use, but not registered as a protocol label"
            yield told_of(found, message, None, Severity.NOTE)
        elif near is not None:
            message = f"{proto} in {found.owner} is no protocol: {near} is meant"
            front = [*split(found.owner)[: 2 if found.instance else 1], near]
            yield told_of(found, message, renaming(found, front, len(front)), Severity.ERROR)
        else:
            message = f"{proto} in {found.owner} is no protocol that is known"
            yield told_of(found, message, Fix(summary=f"write {service}._tcp or {service}._udp"))


@rule("SRV111", "label-between-service-and-proto", Severity.ERROR, "RFC 2782", needs=_ZONE)
def label_between_service_and_proto(case: Case) -> Iterator[FindingDraft]:
    """Another label stands between the service and the protocol.

    Why: Clients ask for both in a row.
    Fix: Move the label behind the protocol, or take it out.
    Example: Not _vlmcs.kms._tcp, but
        _vlmcs._tcp.kms  IN  SRV  0 0 1688 kms01.contoso.com.
    """
    for found, labels in _sets(case):
        if found.service is None or found.instance is not None or len(labels) < 3 or not labels[0].startswith("_"):
            continue
        if is_protocol(labels[2]) and not labels[1].startswith("_") and labels[1] not in _BARE:
            yield told_of(
                found,
                f"{shown(labels[1])} stands between {labels[0]} and {labels[2]} in {found.owner}",
                Fix(summary=f"write {labels[0]}.{labels[2]} in a row, in front of the domain"),
            )


@rule("SRV112", "wildcard-service-owner", Severity.NOTE, "RFC 4592 4.5", needs=_ZONE, safety=None)
def wildcard_service_owner(case: Case) -> Iterator[FindingDraft]:
    """A wildcard leads every service to one host.

    Why: A client of any service is sent there, whether the host offers it or not. To say that there are no other
    services, a target "." is right.
    Fix: Name the services that the host offers.
    Example: For all the others
        *._tcp  IN  SRV  0 0 0 .
    """
    for found, labels in _sets(case):
        real = [each for each in found.entries if not each.srv.is_no_service]
        if labels and labels[0] == "*" and found.proto is not None and is_protocol(found.proto) and real:
            yield told_of(found, f"{found.owner} leads every service to {real[0].target.name}", None)


@rule("SRV113", "dnssd-instance-incomplete", Severity.WARNING, "RFC 6763 4.1, 6", needs=_ZONE)
def dnssd_instance_incomplete(case: Case) -> Iterator[FindingDraft]:
    """An instance of a service (DNS-SD) has an SRV record, but not the TXT or the PTR record that belongs to it.

    Why: Without the PTR record nobody finds the instance; the TXT record must be there, even if it is empty.
    Fix: Write both. If no DNS-SD is meant, the label in front of the service is too many.
    Example: All three
        _ipp._tcp         IN  PTR  Lobby._ipp._tcp
        Lobby._ipp._tcp   IN  SRV  0 0 631 print01.contoso.com.
        Lobby._ipp._tcp   IN  TXT  ""
    """
    for found, _labels in _sets(case):
        view = found.zone
        if found.instance in (None, "*") or view is None:
            continue
        lacking = []
        if not any(each.rdtype == "TXT" for each in view.at(found.owner)):
            lacking.append("TXT")
        kind = parent(found.owner)
        pointers = [fold(str(each.rdata)) for each in view.at(kind) if each.rdtype == "PTR"]
        if view.covers(kind) and found.owner not in pointers:
            lacking.append("PTR")
        if lacking:
            yield told_of(
                found,
                f"the instance {found.owner} has no {' and no '.join(lacking)} record",
                Fix(summary=f"write them, or put the record at {kind} if no DNS-SD is meant"),
            )


@rule("SRV114", "address-or-cname-at-service-name", Severity.WARNING, "RFC 2782", needs=_ZONE)
def address_or_cname_at_service_name(case: Case) -> Iterator[FindingDraft]:
    """An address or an alias of a host stands at a service's name, where an SRV record is meant.

    Why: Clients ask for SRV records at that name, and get an empty answer. An alias of another service's name is fine:
    the SRV records are there.
    Fix: Write an SRV record that names the host.
    Example:
        _vlmcs._tcp  IN  SRV  0 0 1688 kms01.contoso.com.
    """
    for view in zones_of(case):
        for owner, records in view.owners():
            if not owner.startswith("_"):
                continue
            labels = split(owner)
            if len(labels) < 2 or not is_protocol(labels[1]) or labels[0][1:].isdigit():
                continue  # _443._tcp is where TLSA records are
            found = [each for each in records if each.rdtype in ("A", "AAAA") or _leads_to_host(each)]
            if found and not any(each.rdtype == "SRV" for each in records):
                yield FindingDraft(
                    subject=owner,
                    message=f"{owner} has a record of type {found[0].rdtype}, where clients ask for SRV",
                    location=owner_place(view, found[0]),
                    fix=Fix(summary="write an SRV record that names the host and its port"),
                )


def _leads_to_host(record: Record) -> bool:
    return record.rdtype == "CNAME" and not str(record.rdata).startswith("_")
