"""What rules of service records share: which records a finding is about, where they stand, and how they change."""

from __future__ import annotations

from kmsdns.model.findings import Change, Evidence, EvidenceKind
from kmsdns.rules.sets import targets
from kmsdns.rules.zone.lines import owner_word, rdata_word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kmsdns.model.records import Location, Record, Srv
    from kmsdns.rules.case import Case
    from kmsdns.rules.sets import ServiceEntry, ServiceSet
    from kmsdns.rules.target import Target
    from kmsdns.rules.zone.view import ZoneView

OWNER, PRIORITY, WEIGHT, PORT, TARGET = 0, -4, -3, -2, -1
"""The words of an SRV record's line."""

Judged = tuple["ServiceSet", "Target", "tuple[ServiceEntry, ...]"]


def judged(case: Case) -> Iterator[Judged]:
    """What one finding about a target is about: in a zone each record, of live answers all that name the target."""
    for found in case.sets:
        if found.zone is None:
            for target, entries in targets(found):
                yield found, target, entries
        else:
            for each in found.entries:
                if not each.srv.is_no_service:
                    yield found, each.target, (each,)


def evidence_of(found: ServiceSet, entries: Iterable[ServiceEntry]) -> tuple[Evidence, ...]:
    """The records of a set that a finding is about; of records in a file nothing, since their place shows them."""
    if found.zone is not None:
        return ()
    return tuple(
        [
            Evidence(kind=EvidenceKind.RECORD, text=f"{found.owner} SRV {each.srv}", source=found.source)
            for each in entries
        ]
    )


def place(found: ServiceSet, entry: ServiceEntry, word: int) -> Location | None:
    """Where a word of a record stands; None for live answers."""
    if found.zone is None or entry.record is None:
        return None
    return owner_place(found.zone, entry.record) if word == OWNER else found.zone.word(entry.record, word)


def owner_place(view: ZoneView, record: Record) -> Location | None:
    """Where a record's owner stands; the whole record when its line doesn't write it."""
    return record.location if owner_word(view, record) is None else view.word(record, 0)


def written(found: ServiceSet, entry: ServiceEntry) -> str:
    """The target as its file has it; "" where that isn't known."""
    if found.zone is None or entry.record is None:
        return ""
    return rdata_word(found.zone, entry.record, TARGET) or ""


def replaced(found: ServiceSet, entry: ServiceEntry, srv: Srv) -> tuple[Change, ...]:
    """The changes that give one record other fields."""
    ttl = found.ttl if found.zone is None else entry.ttl
    return tuple(
        [
            Change(op=op, name=found.owner, ttl=ttl, rdtype="SRV", rdata=str(each))
            for op, each in (("delete", entry.srv), ("add", srv))
        ]
    )


def retarget(found: ServiceSet, entries: Iterable[ServiceEntry], target: str) -> tuple[Change, ...]:
    """The changes that give records another target."""
    return tuple([change for each in entries for change in replaced(found, each, each.srv.replace(target=target))])


def removed(found: ServiceSet, entries: Iterable[ServiceEntry]) -> tuple[Change, ...]:
    """The changes that take records out."""
    return tuple(
        [
            Change(
                op="delete",
                name=found.owner,
                ttl=found.ttl if found.zone is None else each.ttl,
                rdtype="SRV",
                rdata=str(each.srv),
            )
            for each in entries
        ]
    )


def renamed(found: ServiceSet, entry: ServiceEntry, owner: str) -> tuple[Change, ...]:
    """The changes that give one record another owner."""
    return tuple(
        [
            Change(op=op, name=name, ttl=entry.ttl, rdtype="SRV", rdata=str(entry.srv))
            for op, name in (("delete", found.owner), ("add", owner))
        ]
    )


def expected(case: Case) -> Iterator[tuple[str, ZoneView, tuple[Record, ...]]]:
    """The name that KMS clients ask in each suffix they search, the zone that would have it, and what it answers.

    Suffixes that no zone given holds, or that are delegated, are left out: nothing is known of them.
    """
    zones = case.zones
    if zones is None:
        return
    for suffix in case.suffixes:
        owner = f"_vlmcs._tcp.{suffix if suffix != '.' else ''}"
        view = zones.holding(owner)
        if view is not None and view.cut(owner) is None:
            yield owner, view, zones.reply(owner, "SRV").answer_records
