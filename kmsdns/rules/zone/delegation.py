"""ZD: the top of a zone, its SOA and NS records, and the zones cut out of it. Needs: zone."""

from __future__ import annotations

from kmsdns.model.findings import Fix, Safety, Severity
from kmsdns.model.names import fold
from kmsdns.model.records import SERIALS, is_later
from kmsdns.rules.rule import FindingDraft, Needs, rule
from kmsdns.rules.zone.lines import judged, mnemonic, owner_place, replaced
from kmsdns.rules.zone.pointers import pointers
from kmsdns.rules.zone.rrsets import related
from kmsdns.rules.zone.text import NOT_READ, told_by_the_reader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kmsdns.model.records import Record
    from kmsdns.rules.case import Case

_ZONE = (Needs.ZONE,)
_AT_A_CUT = frozenset(("NS", "DS", "RRSIG", "NSEC"))
"""What the zone above answers at a zone cut, or signs there (RFC 4035 2)."""


@rule("ZD001", "soa-missing-or-misplaced", Severity.ERROR, "RFC 1035 5.2", needs=_ZONE, causes=("ZN004",))
def soa_missing_or_misplaced(case: Case) -> Iterator[FindingDraft]:
    """A zone has no SOA record at its top, more than one, or one elsewhere.

    Why: It makes a zone of the records: name servers refuse the file without it, and with two. That it is not the first
    record is a warning only: most name servers load the zone.
    Fix: Write one SOA record, at the zone's own name, in front of all others.
    Example:
        @  IN  SOA  ns1 hostmaster 2026010100 7200 3600 1209600 3600
    """
    yield from told_by_the_reader(case, "ZD001", Fix(summary="write an SOA record at the zone's own name"))
    for view in judged(case):
        first = view.zone.soa_record
        for record in view.of_type("SOA"):
            if fold(record.owner) != view.origin or (first is not None and record is not first):
                where = "a second time" if fold(record.owner) == view.origin else f"below the top of {view.origin}"
                yield FindingDraft(
                    subject=fold(record.owner),
                    message=f"an SOA record stands here {where}: a zone has one, at its top",
                    location=owner_place(view, record),
                    related=related(first.location, "the zone's own is here") if first is not None else (),
                    fix=Fix(summary="remove it, or make a zone of its own of that name"),
                )
        if first is not None and view.zone.records[0].rdtype != "SOA":
            yield FindingDraft(
                subject=view.origin,
                message="the SOA record is not the first of the zone",
                location=owner_place(view, first),
                related=related(view.zone.records[0].location, "the first record is this"),
                fix=Fix(summary="move it to the top"),
                severity=Severity.WARNING,
            )


@rule("ZD002", "apex-ns-missing", Severity.ERROR, "RFC 1035 6.1", needs=_ZONE, causes=(*NOT_READ, "ZN004"))
def apex_ns_missing(case: Case) -> Iterator[FindingDraft]:
    """A zone names no name server of its own.

    Why: Most name servers refuse a zone without an NS record at its top, and resolvers take it for broken.
    Fix: Write an NS record for each of its name servers.
    Example:
        @  IN  NS  ns1
        @  IN  NS  ns2.example.net.
    """
    for view in judged(case):
        soa = view.zone.soa_record
        if soa is not None and not any(record.rdtype == "NS" for record in view.at(view.origin)):
            yield FindingDraft(
                subject=view.origin,
                message=f"{view.origin} has no NS record: no name server is said to have the zone",
                location=owner_place(view, soa),
                fix=Fix(summary="write an NS record for each of its name servers"),
            )


@rule(
    "ZD003",
    "single-name-server",
    Severity.NOTE,
    "RFC 2182 5",
    needs=_ZONE,
    safety=None,
    causes=(*NOT_READ, "ZN004", "ZN005"),
)
def single_name_server(case: Case) -> Iterator[FindingDraft]:
    """A zone has one name server only.

    Why: When it is down, so is everything in the zone. Parents of public zones want two or more, in different places.
    Fix: None is needed in a small private network. Else add a second one.
    Example:
        @  IN  NS  ns1
        @  IN  NS  ns2.example.net.
    """
    for view in judged(case):
        servers = {fold(str(record.rdata)): record for record in view.at(view.origin) if record.rdtype == "NS"}
        for name, record in servers.items() if len(servers) == 1 else ():
            yield FindingDraft(
                subject=view.origin,
                message=f"{name} is the only name server of {view.origin}",
                location=record.location,
            )


@rule("ZD004", "soa-rname-has-at", Severity.WARNING, "RFC 1035 3.3.13", needs=_ZONE, safety=Safety.SAFE)
def soa_rname_has_at(case: Case) -> Iterator[FindingDraft]:
    """The mail address in the SOA record is written with an @.

    Why: It is a name there: the first dot stands for the @. With an @ in it, nobody makes the address of it again.
    Fix: Write a dot for the @, and \\. for a dot in front of it; end it with a dot unless it is relative.
    Example: For host.master@contoso.com
        @  IN  SOA  ns1 host\\.master.contoso.com. (
                    2026010100 7200 3600 1209600 3600 )
    """
    for view in judged(case):
        soa, record = view.zone.soa, view.zone.soa_record
        if soa is None or record is None or "\\@" not in soa.rname:
            continue
        mailbox, _, domain = soa.rname.partition("\\@")
        if domain.endswith(f".{view.zone.origin}") and "." in domain.removesuffix(f".{view.zone.origin}"):
            domain = domain.removesuffix(f"{view.zone.origin}")  # an address is meant whole
        name = mailbox.replace("\\.", ".").replace(".", "\\.") + f".{domain}"
        yield FindingDraft(
            subject=view.origin,
            message=f"the address of who is responsible is written with an @: it is the name {soa.rname}",
            location=view.word(record, -6),
            fix=Fix(
                summary=f"write {name}",
                safety=Safety.SAFE,
                changes=replaced([(record, record.replace(rdata=soa.replace(rname=name)))]),
            ),
        )


@rule("ZD005", "soa-timers-unusual", Severity.NOTE, "RFC 1912 2.2", needs=_ZONE)
def soa_timers_unusual(case: Case) -> Iterator[FindingDraft]:
    """The times of the SOA record contradict each other, or a negative answer is kept for more than a day.

    Why: A secondary asks anew after "refresh", after a failure again after "retry", and gives the zone up after
    "expire". With a retry longer than the refresh, or an expire shorter than both, it stops answering after one
    failure. The last field says how long "there is no such name" is remembered (RFC 2308 5).
    Fix: Take usual values.
    Example: Two hours, one hour, two weeks, one hour
        @  IN  SOA  ns1 hostmaster 2026010100 7200 3600 1209600 3600
    """
    for view in judged(case):
        soa, record = view.zone.soa, view.zone.soa_record
        if soa is None or record is None:
            continue
        both = soa.refresh + soa.retry
        for wrong, at, message in (
            (soa.refresh < soa.retry, -3, f"retry, {soa.retry} s, is longer than refresh, {soa.refresh} s"),
            (soa.expire < both, -2, f"expire, {soa.expire} s, is shorter than refresh and retry together, {both} s"),
            (soa.minimum > 86400, -1, f"a name that is not there is remembered for {soa.minimum} s, more than a day"),
        ):
            if wrong:
                yield FindingDraft(
                    subject=view.origin,
                    message=message,
                    location=view.word(record, at),
                    fix=Fix(summary="take usual values, such as 7200 3600 1209600 3600"),
                )


@rule("ZD006", "serial-not-increased", Severity.ERROR, "RFC 1982 3.2", needs=_ZONE, safety=Safety.SAFE)
def serial_not_increased(case: Case) -> Iterator[FindingDraft]:
    """The zone has changed, and its serial is not higher than before.

    Why: Secondaries compare the serial, and keep the old zone. Higher is meant as RFC 1982 counts, around the end of 32
    bits: at most 2147483647 more.
    Fix: Raise it.
    Example: The third field
        @  IN  SOA  ns1 hostmaster 2026010101 7200 3600 1209600 3600
    """
    for view in judged(case):
        before = None if case.base is None else case.base.get(view.origin)
        soa, record = view.zone.soa, view.zone.soa_record
        if before is None or soa is None or record is None or is_later(soa.serial, before):
            continue
        serial = (before + 1) % SERIALS
        yield FindingDraft(
            subject=view.origin,
            message=f"the serial is {soa.serial} and was {before}: secondaries don't take the change",
            location=view.word(record, -5),
            fix=Fix(
                summary=f"write {serial} or more",
                safety=Safety.SAFE,
                changes=replaced([(record, record.replace(rdata=soa.replace(serial=serial)))]),
            ),
        )


@rule(
    "ZD007",
    "glue-missing",
    Severity.ERROR,
    "RFC 1034 4.2.1",
    needs=_ZONE,
    causes=(*NOT_READ, "RR010", "ZN004", "ZN005"),
)
def glue_missing(case: Case) -> Iterator[FindingDraft]:
    """A delegation names a name server inside the zone that it hands over, without its address.

    Why: To find the address one would have to ask that very server. Nobody can get in.
    Fix: Write the address here as well: the glue.
    Example:
        eu      IN  NS  ns1.eu
        ns1.eu  IN  A   192.0.2.53
    """
    for view in judged(case):
        for pointer in pointers(view, "NS"):
            cut = view.cut(fold(pointer.record.owner))
            below = view.cut(pointer.folded)
            if cut is None or below is None or fold(cut.owner) != fold(below.owner):
                continue
            if fold(pointer.record.owner) != fold(cut.owner):
                continue  # a delegation of the zone below: occluded, see ZD008
            if not any(record.rdtype in ("A", "AAAA") for record in view.at(pointer.folded)):
                yield FindingDraft(
                    subject=pointer.folded,
                    message=f"{pointer.name} is in the zone {cut.owner} that it is to serve, and has no address here",
                    location=pointer.place(view),
                    fix=Fix(summary=f"write an A or AAAA record for {pointer.name} as glue"),
                )


@rule("ZD008", "occluded-by-delegation", Severity.ERROR, "RFC 2181 6.1", needs=_ZONE)
def occluded_by_delegation(case: Case) -> Iterator[FindingDraft]:
    """A name has records, but an NS record at or above it hands it over to another zone.

    Why: The name servers answer with a referral, never with these records. Only glue belongs there: the addresses of
    name servers.
    Fix: Move the records to the other zone, or remove the NS records.
    Example: The zone eu.contoso.com has its own file, and this stands there
        kms01.eu.contoso.com.  IN  A  192.0.2.11
    """
    for view in judged(case):
        servers = {pointer.folded for pointer in pointers(view, "NS")}
        if all(fold(record.owner) == view.origin for record in view.of_type("NS")):
            continue
        for owner, records in view.owners():
            cut = view.cut(owner)
            lost = [] if cut is None else _occluded(owner, records, fold(cut.owner), owner in servers)
            if cut is not None and lost:
                types = ", ".join(dict.fromkeys(mnemonic(record.rdtype) for record in lost))
                yield FindingDraft(
                    subject=owner,
                    message=f"{types} of {lost[0].owner} is never answered: {cut.owner} is delegated",
                    location=owner_place(view, lost[0]),
                    related=related(cut.location, "zone cut here"),
                    fix=Fix(summary=f"move it to the zone {cut.owner}, or remove the delegation"),
                )


def _occluded(owner: str, records: Sequence[Record], cut: str, is_server: bool) -> list[Record]:
    """Those of a name's records that the zone above a cut has no say about."""
    allowed = {*(_AT_A_CUT if owner == cut else ()), *(("A", "AAAA") if is_server else ())}
    return [record for record in records if record.rdtype not in allowed]


@rule("ZD009", "occluded-by-dname", Severity.ERROR, "RFC 6672 2.4", needs=_ZONE)
def occluded_by_dname(case: Case) -> Iterator[FindingDraft]:
    """A delegation stands below a DNAME.

    Why: The DNAME turns every name below it into another one, so nobody is ever referred to that zone. Of other
    records below a DNAME, RR009 says the same.
    Fix: Remove the delegation or the DNAME.
    Example: With this, nothing can be delegated below old.contoso.com
        old  IN  DNAME  contoso.com.
    """
    for view in judged(case):
        told: set[str] = set()
        for record in view.of_type("NS") if view.of_type("DNAME") else ():
            owner = fold(record.owner)
            dname = view.dname(owner)
            if dname is None or owner in told:
                continue
            told.add(owner)
            yield FindingDraft(
                subject=owner,
                message=f"nobody is referred to {record.owner}: the DNAME of {dname.owner} stands above it",
                location=owner_place(view, record),
                related=related(dname.location, "the DNAME is here"),
                fix=Fix(summary="remove the delegation or the DNAME"),
            )


@rule("ZD010", "ds-misplaced", Severity.ERROR, "RFC 4034 5, RFC 4035 2.4", needs=_ZONE)
def ds_misplaced(case: Case) -> Iterator[FindingDraft]:
    """A DS record stands at the zone's own name, or at a name that is not delegated.

    Why: It says which key signs the zone below, and belongs to the zone above, beside the NS records. Elsewhere nobody
    asks for it, and the zone below stays insecure.
    Fix: Give it to the zone above, or write it beside the delegation.
    Example: In contoso.com, for the zone eu.contoso.com
        eu  IN  NS  ns1.example.net.
        eu  IN  DS  12345 13 2 (
                    0123456789abcdef0123456789abcdef
                    0123456789abcdef0123456789abcdef )
    """
    for view in judged(case):
        told: set[str] = set()
        for record in view.of_type("DS"):
            owner = fold(record.owner)
            is_delegated = any(each.rdtype == "NS" for each in view.at(owner))
            if owner in told or (owner != view.origin and is_delegated):
                continue
            told.add(owner)
            where = "the zone's own name" if owner == view.origin else "which is not delegated"
            yield FindingDraft(
                subject=owner,
                message=f"a DS record stands at {record.owner}, {where}",
                location=owner_place(view, record),
                fix=Fix(summary="write it in the zone above, beside the NS records of the delegation"),
            )


@rule("ZD011", "no-server-for-family", Severity.NOTE, "RFC 3901 3", needs=_ZONE, safety=None, default=False)
def no_server_for_family(case: Case) -> Iterator[FindingDraft]:
    """A zone has addresses of one family, IPv4 or IPv6, and no name server with such an address.

    Why: A host with that family alone reaches what the zone names, but not who names it. It is told where the addresses
    of all name servers are known here, and only when it is chosen.
    Fix: None is needed where resolvers have both families. Else give a name server an address of the other one.
    Example:
        ns1  IN  A     192.0.2.53
        ns1  IN  AAAA  2001:db8::53
    """
    for view in judged(case):
        names = [pointer for pointer in pointers(view, "NS") if fold(pointer.record.owner) == view.origin]
        found = [case.zones.target(pointer.folded).addresses for pointer in names] if case.zones is not None else []
        known = [addresses for addresses in found if addresses is not None]
        if not found or len(known) < len(found):
            continue
        for family, version in (("A", 4), ("AAAA", 6)):
            hosts = view.of_type(family)
            served = any((":" in address) == (version == 6) for addresses in known for address in addresses)
            if hosts and not served:
                yield FindingDraft(
                    subject=view.origin,
                    message=f"{hosts[0].owner} has an IPv{version} address, and no name server of {view.origin} has",
                    location=hosts[0].location,
                    related=tuple([each for one in names for each in related(one.record.location, "a name server")]),
                )
