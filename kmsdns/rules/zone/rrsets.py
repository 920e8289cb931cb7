"""RR: what the records of one name do together. Needs: zone."""

from __future__ import annotations

from kmsdns.model.findings import Fix, Related, Safety, Severity, TextEdit
from kmsdns.model.names import fold
from kmsdns.model.records import MAX_TTL
from kmsdns.rules.rule import FindingDraft, Needs, rule
from kmsdns.rules.zone.lines import (
    by_type,
    directive_above,
    judged,
    mnemonic,
    owner_place,
    presented,
    replaced,
    ttl_place,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kmsdns.model.records import Location, Record
    from kmsdns.rules.case import Case

_ZONE = (Needs.ZONE,)
_BESIDE_CNAME = frozenset(("CNAME", "RRSIG", "NSEC", "KEY"))
"""What may stand beside a CNAME: DNSSEC's own records (RFC 4035 2.5), and a KEY (RFC 3007)."""


def related(at: Location | None, message: str) -> tuple[Related, ...]:
    """Another place of a finding, where it has one."""
    return () if at is None else (Related(location=at, message=message),)


@rule("RR001", "rrset-ttl-mismatch", Severity.ERROR, "RFC 2181 5.2", needs=_ZONE, safety=Safety.UNSAFE)
def rrset_ttl_mismatch(case: Case) -> Iterator[FindingDraft]:
    """The records of one name and type have different TTLs.

    Why: A set is answered and cached as a whole. Name servers pick one of the TTLs, each in its own way and silently.
    Fix: Give all of them the same; the lowest is what most servers take.
    Example:
        kms  300  IN  A  192.0.2.11
        kms  300  IN  A  192.0.2.12
    """
    for view in judged(case):
        for owner, records in view.owners():
            for rdtype, found in by_type(records):
                lowest = min(record.ttl for record in found)
                other = next((record for record in found if record.ttl != found[0].ttl), None)
                # Each signature has the TTL of the set that it signs (RFC 4034 3).
                if other is None or rdtype == "RRSIG":
                    continue
                wrong = [record for record in found if record.ttl != lowest]
                yield FindingDraft(
                    subject=owner,
                    message=f"the TTL is {other.ttl} s here, and {found[0].ttl} s in the first "
                    f"{mnemonic(rdtype)} record of {found[0].owner}",
                    location=ttl_place(view, other),
                    related=related(ttl_place(view, found[0]), "first record of the RRset here"),
                    fix=Fix(
                        summary=f"give all {len(found)} records the lowest TTL, {lowest}",
                        safety=Safety.UNSAFE,
                        changes=replaced([(record, record.replace(ttl=lowest)) for record in wrong]),
                    ),
                )


@rule("RR002", "duplicate-record", Severity.WARNING, "RFC 2181 5", needs=_ZONE, safety=Safety.SAFE, edit=TextEdit.LINE)
def duplicate_record(case: Case) -> Iterator[FindingDraft]:
    """The same record stands twice.

    Why: It counts once, and whoever changes one of the two wonders why nothing happens.
    Fix: Remove one of them.
    Example: Once is enough
        kms01  IN  A  192.0.2.11
    """
    for view in judged(case):
        for owner, records in view.owners():
            first: dict[tuple[str, str], Record] = {}
            for record in records if len(records) > 1 else ():
                if record.rdtype == "SOA":
                    continue  # one is all that may stand there: ZD001
                before = first.setdefault((record.rdtype, _folded(record)), record)
                if before is not record:
                    shown = presented(record)
                    yield FindingDraft(
                        subject=owner,
                        message=f"{record.owner} {mnemonic(record.rdtype)} {shown} stands there already",
                        location=record.location,
                        related=related(before.location, "first here"),
                        fix=Fix(summary="remove this line", safety=Safety.SAFE),
                    )


def _folded(record: Record) -> str:
    """Rdata for comparison: in the names of these types, case makes no difference (RFC 4034 6.2)."""
    return fold(presented(record) if record.rdtype == "MX" else str(record.rdata))


@rule("RR003", "ttl-too-large", Severity.ERROR, "RFC 2181 8", needs=_ZONE)
def ttl_too_large(case: Case) -> Iterator[FindingDraft]:
    """A TTL is larger than 2147483647, 2^31 - 1.

    Why: Then it counts as 0. Some name servers serve that, others take the zone's default. Where a $TTL is too large,
    that is told once.
    Fix: Write a smaller one; resolvers keep nothing for longer than a week or so anyway.
    Example: A day
        kms01  86400  IN  A  192.0.2.11
    """
    for view in judged(case):
        told = set()
        for record in view.zone.records:
            if record.ttl <= MAX_TTL:
                continue
            at = ttl_place(view, record)
            if at == record.location:
                at = directive_above(view, at, "$TTL") or at
            if at not in told:
                told.add(at)
                yield FindingDraft(
                    subject=record.owner,
                    message=f"the TTL {record.ttl} is larger than {MAX_TTL} and counts as 0",
                    location=at,
                    fix=Fix(summary="write a smaller TTL, such as 86400"),
                )


@rule("RR004", "cname-and-other-data", Severity.ERROR, "RFC 1034 3.6.2, RFC 2181 10.1", needs=_ZONE)
def cname_and_other_data(case: Case) -> Iterator[FindingDraft]:
    """A name has a CNAME record and other records as well.

    Why: An alias has nothing of its own. Most name servers refuse the zone; where one does not, resolvers see the alias
    or the rest, depending on what they asked first. At the zone's own name, SOA and NS rule a CNAME out.
    Fix: Remove the CNAME, or move the other records to the name that it points at.
    Example: At the zone's own name, addresses in place of an alias
        @    IN  A      192.0.2.80
        www  IN  CNAME  @
    """
    for view in judged(case):
        for owner, records in view.owners():
            alias = next((record for record in records if record.rdtype == "CNAME"), None)
            other = next((record for record in records if record.rdtype not in _BESIDE_CNAME), None)
            if alias is not None and other is not None:
                types = dict.fromkeys(mnemonic(each.rdtype) for each in records if each.rdtype not in _BESIDE_CNAME)
                yield FindingDraft(
                    subject=owner,
                    message=f"{alias.owner} is an alias and has other records as well: {', '.join(types)}",
                    location=alias.location,
                    related=related(other.location, "another record of this name"),
                    fix=Fix(summary=f"remove the CNAME, or move the others to {alias.rdata}"),
                )


@rule("RR005", "multiple-cname", Severity.ERROR, "RFC 2181 10.1, RFC 6672 2.4", needs=_ZONE)
def multiple_cname(case: Case) -> Iterator[FindingDraft]:
    """A name is an alias of more than one other (CNAME), or everything below it is (DNAME).

    Why: There is one canonical name. Name servers refuse the zone; those that did not took turns, each in its own way.
    Fix: Keep one. To spread load over several hosts, give one name several addresses.
    Example:
        www  IN  A  192.0.2.80
        www  IN  A  192.0.2.81
    """
    for view in judged(case):
        for owner, records in view.owners():
            for rdtype in ("CNAME", "DNAME") if len(records) > 1 else ():
                aliases = [record for record in records if record.rdtype == rdtype]
                kinds = {fold(str(record.rdata)): record for record in reversed(aliases)}
                if len(kinds) > 1:
                    other = next(each for each in aliases if fold(str(each.rdata)) != fold(str(aliases[0].rdata)))
                    yield FindingDraft(
                        subject=owner,
                        message=f"{other.owner} has {len(kinds)} {rdtype} records: there can be one only",
                        location=other.location,
                        related=related(aliases[0].location, "first record of the RRset here"),
                        fix=Fix(summary=f"keep one {rdtype}"),
                    )


@rule("RR009", "data-below-dname", Severity.ERROR, "RFC 6672 2.4", needs=_ZONE)
def data_below_dname(case: Case) -> Iterator[FindingDraft]:
    """A name has records, and a name above it has a DNAME.

    Why: The DNAME turns every name below it into another one, so these records are never answered. Of a delegation
    below a DNAME, ZD009 says the same.
    Fix: Move the records to where the DNAME points, or remove the DNAME.
    Example: With this, old.contoso.com has no names of its own
        old  IN  DNAME  contoso.com.
    """
    for view in judged(case):
        if not view.of_type("DNAME"):
            continue
        for owner, records in view.owners():
            dname = view.dname(owner)
            if dname is not None and view.cut(owner) is None:
                yield FindingDraft(
                    subject=owner,
                    message=f"{records[0].owner} is never answered: the DNAME of {dname.owner} stands above it",
                    location=owner_place(view, records[0]),
                    related=related(dname.location, "the DNAME is here"),
                    fix=Fix(summary=f"move its records below {dname.rdata}, or remove the DNAME"),
                )
