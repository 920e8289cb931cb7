"""ZN010 and ZN011: names that are not what they seem, in public or below a wildcard. Needs: zone."""

from __future__ import annotations

from kmsdns.model.findings import Fix, Related, Severity
from kmsdns.model.names import parent
from kmsdns.rules.rule import FindingDraft, Needs, rule
from kmsdns.rules.zone.lines import judged
from kmsdns.rules.zone.pointers import pointers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kmsdns.model.records import Record
    from kmsdns.rules.case import Case
    from kmsdns.rules.zone.view import ZoneView

_ZONE = (Needs.ZONE,)


def _special(name: str) -> tuple[str, str] | None:
    """The domain that the public DNS never has which a name is at or below, and who says so."""
    from kmsdns.rules.data import SPECIAL_NAMES

    while name != ".":
        if (source := SPECIAL_NAMES.get(name[:-1])) is not None:
            return name, source
        name = parent(name)
    return None


@rule("ZN010", "special-use-name", Severity.NOTE, "RFC 6761", needs=_ZONE, safety=None)
def special_use_name(case: Case) -> Iterator[FindingDraft]:
    """A zone that is for everybody has, or points at, a name that exists in private networks only.

    Why: Outside, nobody finds such a name; some are not even asked for. It is told where the zone is said to be public
    (--view public): once for the zone's own name, once for each name that its records point at.
    Fix: None is needed for a zone of a private network. Else use a domain that is registered.
    Example: A registered domain in place of contoso.local
        _vlmcs._tcp  IN  SRV  0 0 1688 kms01.contoso.com.
    """
    for view in judged(case) if case.is_public else ():
        own = _special(view.origin)
        if own is not None:
            soa = view.zone.soa_record or next(iter(view.zone.records), None)
            yield FindingDraft(
                subject=view.origin,
                message=f"{view.origin} is below {own[0]}, which is never found outside ({own[1]})",
                location=None if soa is None else view.word(soa, 0),
            )
            continue
        told: set[str] = set()
        for pointer in pointers(view, "NS", "CNAME", "DNAME", "MX", "SRV"):
            found = _special(pointer.folded)
            if found is not None and pointer.folded not in told:
                told.add(pointer.folded)
                yield FindingDraft(
                    subject=pointer.folded,
                    message=f"{pointer.name} is below {found[0]}, which is never found outside ({found[1]})",
                    location=pointer.place(view),
                )


@rule("ZN011", "wildcard-blocked", Severity.WARNING, "RFC 4592 2.2.1", needs=_ZONE)
def wildcard_blocked(case: Case) -> Iterator[FindingDraft]:
    """A record points at a name that a wildcard seems to cover, and does not: another name is in between.

    Why: A wildcard answers for names that don't exist, below the name it hangs from. A name that has no records itself
    exists as soon as there is one below it, and then the wildcard answers neither for it nor for what is below.
    Fix: Write records for the name, or a wildcard below the name in between.
    Example: a.eu exists, so eu does, and *.contoso.com covers no name in eu
        *     IN  A  192.0.2.80
        a.eu  IN  A  192.0.2.81
        *.eu  IN  A  192.0.2.80
    """
    for view in judged(case):
        if not any(owner.startswith("*.") for owner, _records in view.owners()):
            continue
        told: set[str] = set()
        for pointer in pointers(view, "NS", "CNAME", "MX", "SRV", "PTR"):
            name = pointer.folded
            if name in told or not view.covers(name) or view.at(name) or view.cut(name) or view.dname(name):
                continue
            told.add(name)
            encloser = name
            while not view.exists(encloser):
                encloser = parent(encloser)
            wildcard = _blocked(view, encloser)
            below = None if view.at(encloser) else view.below(encloser)
            if wildcard is None or below is None or (name != encloser and view.at(f"*.{encloser}")):
                continue
            places = (wildcard, "this covers it not"), (below, f"because of this, {encloser} exists")
            yield FindingDraft(
                subject=name,
                message=f"{wildcard.owner} does not cover {name}: {encloser} exists, though it has no records",
                location=pointer.place(view),
                related=tuple([Related(location=r.location, message=text) for r, text in places if r.location]),
                fix=Fix(summary=f"write records for {name}, or a wildcard *.{encloser}"),
            )


def _blocked(view: ZoneView, encloser: str) -> Record | None:
    """The wildcard that would cover what is at or below a name if that did not exist."""
    name = encloser
    while name != view.origin:
        name = parent(name)
        found = view.at(f"*.{name}" if name != "." else "*.")
        if found:
            return found[0]
        if view.at(name):
            return None
    return None
