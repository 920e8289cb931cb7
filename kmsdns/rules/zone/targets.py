"""RR006 to RR012 but RR009: what CNAME, NS, MX and PTR records point at. Needs: zone."""

from __future__ import annotations

from kmsdns.model.findings import Fix, Safety, Severity
from kmsdns.model.names import address_of, fold
from kmsdns.rules.rule import FindingDraft, Needs, rule
from kmsdns.rules.srv.targets import literal_in
from kmsdns.rules.zone.lines import judged, replaced
from kmsdns.rules.zone.pointers import pointers
from kmsdns.rules.zone.rrsets import related
from kmsdns.rules.zone.text import NOT_READ

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kmsdns.model.records import Record
    from kmsdns.rules.case import Case
    from kmsdns.rules.zone.view import Zones

_ZONE = (Needs.ZONE,)


def _chain(zones: Zones, owner: str) -> tuple[Record, ...]:
    """The CNAME records that an answer for a name begins with."""
    return tuple([record for record in zones.reply(owner, "A").answer_records if record.rdtype == "CNAME"])


def _loop(chain: tuple[Record, ...]) -> tuple[Record, ...]:
    """The part of a chain that comes back to itself."""
    owners = [fold(record.owner) for record in chain]
    last = fold(str(chain[-1].rdata)) if chain else ""
    return chain[owners.index(last) :] if last in owners else ()


@rule("RR006", "cname-loop", Severity.ERROR, "RFC 1034 3.6.2", needs=_ZONE)
def cname_loop(case: Case) -> Iterator[FindingDraft]:
    """A chain of aliases comes back to where it began.

    Why: Nobody who follows it finds anything; resolvers answer with a failure. Each loop is told once.
    Fix: Let one of the aliases point at the host that is meant.
    Example:
        www  IN  CNAME  web
        web  IN  A      192.0.2.80
    """
    for view in judged(case):
        told: set[str] = set()
        for pointer in pointers(view, "CNAME"):
            owner = fold(pointer.record.owner)
            loop = _loop(_chain(_zones(case), owner)) if owner not in told and view.covers(pointer.folded) else ()
            names = [fold(record.owner) for record in loop]
            if not loop or owner not in names:
                continue
            told.update(names)
            way = " -> ".join([pointer.record.owner, *[str(each.rdata) for each in loop[names.index(owner) :]]])
            yield FindingDraft(
                subject=owner,
                message=f"the alias comes back to itself: {way}" if len(loop) > 1 else f"{owner} is an alias of itself",
                location=pointer.place(view),
                related=tuple([each for record in loop[1:] for each in related(record.location, "and on from here")]),
                fix=Fix(summary="let one of them point at the host that is meant"),
            )


def _zones(case: Case) -> Zones:
    assert case.zones is not None
    return case.zones


@rule("RR007", "cname-chain", Severity.NOTE, "RFC 1034 3.6.2", needs=_ZONE, safety=Safety.UNSAFE, causes=("SRV301",))
def cname_chain(case: Case) -> Iterator[FindingDraft]:
    """An alias points at another alias.

    Why: Each step may cost a resolver a question more, and is one more that can break. Some give up early.
    Fix: Let the alias point at the end of the chain, unless somebody else is to move that.
    Example: Both straight to the host
        www   IN  CNAME  web01
        shop  IN  CNAME  web01
    """
    for view in judged(case):
        for pointer in pointers(view, "CNAME"):
            chain = _chain(_zones(case), fold(pointer.record.owner)) if view.at(pointer.folded) else ()
            if len(chain) > 1 and not _loop(chain):
                end = str(chain[-1].rdata)
                yield FindingDraft(
                    subject=fold(pointer.record.owner),
                    message=f"{pointer.record.owner} is an alias of an alias: {len(chain)} steps to {end}",
                    location=pointer.place(view),
                    related=related(chain[1].location, "the next one"),
                    fix=Fix(
                        summary=f"point at {end}",
                        safety=Safety.UNSAFE,
                        changes=replaced([(pointer.record, pointer.turned(end))]),
                    ),
                )


@rule(
    "RR008",
    "dangling-cname",
    Severity.WARNING,
    "RFC 1034 3.6.2",
    needs=_ZONE,
    causes=(*NOT_READ, "RR010", "ZN004", "ZN005", "ZN011"),
)
def dangling_cname(case: Case) -> Iterator[FindingDraft]:
    """An alias points at a name that does not exist.

    Why: Who asks for the alias is told that there is no such name. It is told of names in zones that are known here.
    Fix: Correct the name, give it records, or remove the alias.
    Example:
        www    IN  CNAME  web01
        web01  IN  A      192.0.2.80
    """
    for view in judged(case):
        for pointer in pointers(view, "CNAME"):
            if pointer.name != "." and _zones(case).target(pointer.folded).exists is False:
                yield FindingDraft(
                    subject=pointer.folded,
                    message=f"{pointer.record.owner} is an alias of {pointer.name}, which does not exist",
                    location=pointer.place(view),
                    fix=Fix(summary=f"correct the name, give {pointer.name} records, or remove the alias"),
                )


@rule("RR010", "target-is-address", Severity.ERROR, "RFC 1035 3.3", needs=_ZONE)
def target_is_address(case: Case) -> Iterator[FindingDraft]:
    """An IP address stands where the name of a host belongs: in an NS, MX, CNAME or PTR record.

    Why: It is read as a name made of digits, which nobody has. Of SRV records, SRV305 says the same.
    Fix: Give the host a name with that address, and write the name; for an alias write an A or AAAA record instead.
    Example:
        @     IN  MX  10 mail
        mail  IN  A   192.0.2.25
    """
    for view in judged(case):
        for pointer in pointers(view, "NS", "MX", "CNAME", "PTR"):
            literal = _address(pointer.word(view), pointer.folded, view.origin)
            if literal is not None:
                yield FindingDraft(
                    subject=pointer.folded,
                    message=f"the address {literal} stands where the name of a host belongs",
                    location=pointer.place(view),
                    fix=Fix(summary=f"write the name of the host that has the address {literal}"),
                )


def _address(written: str | None, name: str, origin: str) -> str | None:
    """The address that stands in place of a name, with or without the origin behind it."""
    if written is None:  # made by $GENERATE
        return literal_in(name, origin)
    bare = written.removesuffix(".")
    return address_of(f"[{bare}]" if ":" in bare else bare)


@rule("RR011", "ns-mx-target-is-alias", Severity.ERROR, "RFC 2181 10.3", needs=_ZONE, safety=Safety.UNSAFE)
def ns_mx_target_is_alias(case: Case) -> Iterator[FindingDraft]:
    """A name server or a mail server is named by an alias.

    Why: The standard forbids it, because the address is then not sent along. Some resolvers give up on such a name
    server, and some senders on such a mail server.
    Fix: Write the name at the end of the alias.
    Example: The host itself, not its alias
        @  IN  MX  10 mail01
    """
    for view in judged(case):
        for pointer in pointers(view, "NS", "MX"):
            end = _zones(case).target(pointer.folded).alias_of
            if end is not None:
                alias = next((each for each in view.at(pointer.folded) if each.rdtype == "CNAME"), None)
                yield FindingDraft(
                    subject=pointer.folded,
                    message=f"{pointer.name} is an alias, of {end}: {pointer.record.rdtype} records must not name one",
                    location=pointer.place(view),
                    related=related(alias.location, "the alias is here") if alias is not None else (),
                    fix=Fix(
                        summary=f"write {end}",
                        safety=Safety.UNSAFE,
                        changes=replaced([(pointer.record, pointer.turned(end))]),
                    ),
                )


@rule(
    "RR012",
    "ns-mx-target-without-address",
    Severity.WARNING,
    "RFC 1035 3.3.9, RFC 5321 5.1",
    needs=_ZONE,
    causes=(*NOT_READ, "RR010", "RR011", "ZN004", "ZN005", "ZN011"),
)
def ns_mx_target_without_address(case: Case) -> Iterator[FindingDraft]:
    """A name server or a mail server has no address.

    Why: Nobody can connect to it. It is told of names in zones that are known here. An MX record with a single dot, for
    a domain without mail, is right (RFC 7505).
    Fix: Publish its address, correct the name, or remove the record.
    Example:
        @     IN  MX  10 mail
        mail  IN  A   192.0.2.25
    """
    for view in judged(case):
        for pointer in pointers(view, "NS", "MX"):
            found = _zones(case).target(pointer.folded)
            if pointer.name != "." and found.addresses == ():
                what = "has no address" if found.exists else "does not exist"
                yield FindingDraft(
                    subject=pointer.folded,
                    message=f"{pointer.name}, named by this {pointer.record.rdtype} record, {what}",
                    location=pointer.place(view),
                    fix=Fix(summary=f"publish an A or AAAA record for {pointer.name}, or correct the name"),
                )
