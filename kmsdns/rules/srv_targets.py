"""SRV3xx: the targets of service records. Needs: records, from a zone file or from live answers alike."""

from __future__ import annotations

from kmsdns.core.findings import Change, Evidence, EvidenceKind, Fix, Safety, Severity
from kmsdns.core.names import is_at_or_below, parent, split
from kmsdns.kms.chain import address_of
from kmsdns.rules.rule import Needs, Told, rule
from kmsdns.rules.sets import targets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kmsdns.rules.case import Case
    from kmsdns.rules.sets import Entry, ServiceSet, Target

_RECORDS = (Needs.RECORDS,)


def entry_evidence(found: ServiceSet, entries: tuple[Entry, ...]) -> tuple[Evidence, ...]:
    """The records of a set that a finding is about."""
    return tuple(
        [
            Evidence(kind=EvidenceKind.RECORD, text=f"{found.owner} SRV {each.srv}", source=_place(found, each))
            for each in entries
        ]
    )


def _place(found: ServiceSet, entry: Entry) -> str:
    """The server; of a record in a file, the file and the line."""
    return found.source if entry.location is None else f"{entry.location.path}:{entry.location.line}"


def retarget(found: ServiceSet, entries: tuple[Entry, ...], target: str) -> tuple[Change, ...]:
    """The changes that give these records another target."""
    changes: list[Change] = []
    for each in entries:
        for op, srv in (("delete", each.srv), ("add", each.srv.replace(target=target))):
            changes.append(Change(op=op, name=found.owner, ttl=found.ttl, rdtype="SRV", rdata=str(srv)))
    return tuple(changes)


def _targets(case: Case) -> Iterator[tuple[ServiceSet, Target, tuple[Entry, ...]]]:
    for found in case.sets:
        for target, entries in targets(found):
            yield found, target, entries


@rule("SRV301", "target-is-alias", Severity.ERROR, 'RFC 2782, "Target"', needs=_RECORDS, safety=Safety.UNSAFE)
def target_is_alias(case: Case) -> Iterator[Told]:
    """The target is an alias (CNAME); the standard says that it must not be.

    Why: Some clients follow it, some don't, and one that doesn't finds no address. Whether KMS clients do is not
    documented.
    Fix: Name the host at the end of the chain.
    Example: Not kms.contoso.com, which is an alias, but
        _vlmcs._tcp  IN  SRV  0 0 1688 kms01.contoso.com.
    """
    for found, target, entries in _targets(case):
        if target.alias_of is not None:
            yield Told(
                subject=target.name,
                message=f"the target {target.name} is an alias of {target.alias_of}: a target must not be one",
                evidence=entry_evidence(found, entries),
                fix=Fix(
                    summary=f"name {target.alias_of} itself as the target",
                    safety=Safety.UNSAFE,
                    changes=retarget(found, entries, target.alias_of),
                ),
            )


@rule("SRV303", "target-does-not-exist", Severity.ERROR, 'RFC 2782, "Target"', needs=_RECORDS)
def target_does_not_exist(case: Case) -> Iterator[Told]:
    """The target's name does not exist.

    Why: There must be an address record for it; a client that draws this target loses time, and fails when there is no
    other.
    Fix: Correct the name, publish its address, or remove the record.
    Example: A host that was renamed
        kms01  IN  A  192.0.2.11
    """
    for found, target, entries in _targets(case):
        if target.exists is False:
            yield Told(
                subject=target.name,
                message=f"the target {target.name} of {found.owner} does not exist",
                evidence=entry_evidence(found, entries),
                fix=Fix(
                    summary=f"correct the target's name, publish an address for {target.name}, or remove the record"
                ),
            )


@rule("SRV304", "target-without-address", Severity.ERROR, 'RFC 2782, "Target"', needs=_RECORDS)
def target_without_address(case: Case) -> Iterator[Told]:
    """The target's name exists, and has neither an A nor an AAAA record.

    Why: There is nothing to connect to.
    Fix: Publish its address, or name another host.
    Example:
        kms01  IN  A  192.0.2.11
    """
    for found, target, entries in _targets(case):
        if target.exists and target.addresses == ():
            yield Told(
                subject=target.name,
                message=f"the target {target.name} of {found.owner} exists, but has no address",
                evidence=entry_evidence(found, entries),
                fix=Fix(summary=f"publish an A or AAAA record for {target.name}, or name another host"),
            )


@rule("SRV305", "target-is-address", Severity.ERROR, 'RFC 2782, "Target"', needs=_RECORDS)
def target_is_address(case: Case) -> Iterator[Told]:
    """An IP address stands where the target's name belongs.

    Why: A client looks it up as a name, which does not exist.
    Fix: Give the host a name with that address, and make the name the target.
    Example:
        kms01        IN  A    192.0.2.11
        _vlmcs._tcp  IN  SRV  0 0 1688 kms01.contoso.com.
    """
    for found, target, entries in _targets(case):
        literal = literal_in(target.name, found.origin)
        if literal is not None:
            yield Told(
                subject=target.name,
                message=f"the target of {found.owner} is the address {literal}, where a host's name belongs",
                evidence=entry_evidence(found, entries),
                fix=Fix(summary=f"name the host that has the address {literal} as the target"),
            )


def literal_in(target: str, domain: str) -> str | None:
    """The address that stands as a target, also where the domain was put behind it."""
    bare = target
    if domain != "." and is_at_or_below(target, domain) and target != domain:
        bare = target[: -len(domain)]
    return address_of(bare) if "." in bare.rstrip(".") else None


@rule("SRV306", "target-repeats-origin", Severity.ERROR, "RFC 1035 5.1", needs=_RECORDS, safety=Safety.UNSAFE)
def target_repeats_origin(case: Case) -> Iterator[Told]:
    """The target ends in its domain twice: the dot at its end was forgotten.

    Why: A name without the final dot is completed with the zone's origin, and the result does not exist.
    Fix: Write the dot.
    Example: Not kms01.contoso.com, which becomes kms01.contoso.com.contoso.com., but
        _vlmcs._tcp  IN  SRV  0 0 1688 kms01.contoso.com.
    """
    for found, target, entries in _targets(case):
        domain = found.origin
        meant = target.name[: -len(domain)] if is_at_or_below(target.name, domain) else ""
        if domain != "." and meant and is_at_or_below(meant, domain) and not target.addresses:
            yield Told(
                subject=target.name,
                message=f"the target {target.name} repeats {domain}: the dot at the end of {meant[:-1]} was forgotten",
                evidence=entry_evidence(found, entries),
                fix=Fix(
                    summary=f"write {meant} with the dot at its end",
                    safety=Safety.UNSAFE,
                    changes=retarget(found, entries, meant),
                ),
            )


@rule("SRV308", "target-is-service-name", Severity.ERROR, 'RFC 2782, "Target"', needs=_RECORDS)
def target_is_service_name(case: Case) -> Iterator[Told]:
    """The target is the name of a service, its own or another one's, not of a host.

    Why: SRV records lead to hosts; a client asks for addresses at that name and finds none.
    Fix: Name the host.
    Example: Not _vlmcs._tcp.contoso.com. itself, but
        _vlmcs._tcp  IN  SRV  0 0 1688 kms01.contoso.com.
    """
    for found, target, entries in _targets(case):
        labels = split(target.name)
        if len(labels) > 1 and labels[0].startswith("_") and labels[1].startswith("_"):
            yield Told(
                subject=target.name,
                message=f"the target {target.name} is the name of a service, not of a host",
                evidence=entry_evidence(found, entries),
                fix=Fix(summary="name the host that offers the service"),
            )


@rule("SRV309", "target-single-label", Severity.WARNING, "RFC 1535", needs=_RECORDS, safety=Safety.UNSAFE)
def target_single_label(case: Case) -> Iterator[Told]:
    """The target is a single label: a short name such as kms01.

    Why: In a record it is not completed with the client's suffix; it is a name directly below the root, and does not
    exist there.
    Fix: Write the full name.
    Example:
        _vlmcs._tcp  IN  SRV  0 0 1688 kms01.contoso.com.
    """
    for found, target, entries in _targets(case):
        if parent(target.name) == "." and target.name != ".":
            full = target.name + found.origin
            yield Told(
                subject=target.name,
                message=f"the target {target.name} is a single label: it is looked up below the root, not in "
                f"{found.origin}",
                evidence=entry_evidence(found, entries),
                fix=Fix(summary=f"write {full}", safety=Safety.UNSAFE, changes=retarget(found, entries, full)),
            )
