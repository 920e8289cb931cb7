"""Records beside those that are expected: of one answer, and of a whole zone beside its file."""

from __future__ import annotations

import re

from kmsdns.expectations.matching import assign
from kmsdns.model.findings import Change, Evidence, EvidenceKind, Fix, Related, Safety
from kmsdns.model.messages import Outcome
from kmsdns.model.names import fold
from kmsdns.model.records import Srv
from kmsdns.rules.expect.failures import header_flags, response_said, said
from kmsdns.rules.live.vantage_targets import live_differs_from_file
from kmsdns.zone.rdata import identity, present, target_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kmsdns.expectations.values import Same, Seen, Wish
    from kmsdns.model.messages import Response
    from kmsdns.model.records import Record
    from kmsdns.rules.expect.failures import FailureNotes

    Key = tuple[str, str, tuple[object, ...]]
    """Owner, type, rdata: what makes records of a zone the same."""

_DIFFERS = live_differs_from_file.code

MAX_DIFFERENCES = 100
"""Records of a zone that are told one by one; of more it is said how many they are."""


def records(notes: FailureNotes, place: int, seen: Seen, response: Response) -> None:
    """exactly, contains, any_of, none_of and count, of the answer to the check's own question."""
    expectation, found = notes.checked.expectation, response.answer
    if expectation.exactly is not None:
        _wanted(notes, place, seen, expectation.exactly, found, others_allowed=False)
    if expectation.contains:
        _wanted(notes, place, seen, expectation.contains, found, others_allowed=True)
    if expectation.any_of and not any(fits(wish, record) for wish in expectation.any_of for record in found):
        what = f"none of {', '.join(wish.text for wish in expectation.any_of)} is there"
        fix = Fix(summary="publish one of them")
        notes.add("EXP101", place, what, expectation.place("any_of"), evidence=said(seen), fix=fix)
    for wish in expectation.none_of:
        for record in found:
            if fits(wish, record):
                text = present(record.rdtype, record.rdata)
                beside = "" if text == wish.text else f", which {wish.text} forbids"
                notes.add("EXP106", place, f"{text} is there and must not be{beside}", wish.location,
                          evidence=said(seen), fix=_removal(record))  # fmt: skip
    bounds = expectation.count
    if bounds is None or bounds.holds(len(found)) or notes.has(place, "EXP101", "EXP102"):
        return
    is_few = bounds.low is not None and len(found) < bounds.low
    notes.add(
        "EXP101" if is_few else "EXP102",
        place,
        f"there {'is' if len(found) == 1 else 'are'} {len(found) or 'no'} record{'' if len(found) == 1 else 's'}, and "
        f"there are to be {bounds}",
        expectation.place("count"),
        evidence=said(seen),
        fix=Fix(summary="publish what is missing" if is_few else "remove what is too much"),
    )


def fits(wish: Wish, record: Record) -> bool:
    """Whether a record is what is wished for."""
    rdata = record.rdata
    if wish.rdata is not None:
        return identity(record.rdtype, rdata) == identity(record.rdtype, wish.rdata)
    if wish.regex is not None and re.search(wish.regex, present(record.rdtype, rdata)) is None:
        return False
    if wish.target is not None and wish.target != target_of(record.rdtype, rdata):
        return False
    numbers = ((wish.priority, "priority"), (wish.weight, "weight"), (wish.port, "port"))
    return all(value is None or getattr(rdata, field, None) == value for value, field in numbers)


def _wanted(
    notes: FailureNotes,
    place: int,
    seen: Seen,
    wishes: Sequence[Wish],
    found: Sequence[Record],
    *,
    others_allowed: bool,
) -> None:
    given = assign(wishes, found, fits)
    missing = [wish for index, wish in enumerate(wishes) if index not in given]
    left = [record for index, record in enumerate(found) if index not in set(given.values())]
    where = seen.response.canonical if seen.response is not None and seen.response.answer else ""
    owner = where or notes.checked.expectation.question.name
    ttl = seen.response.ttl if seen.response is not None and seen.response.answer else None
    for wish in missing:
        other = next((record for record in left if _goal(wish) == target_of(record.rdtype, record.rdata)), None)
        change = _addition(wish, owner, ttl, notes.checked.expectation.question.rdtype)
        if other is not None and isinstance(other.rdata, Srv):
            left.remove(other)
            fix = Fix(
                summary=f"let the record of {_goal(wish)} say {wish.text}",
                safety=Safety.UNSAFE,
                changes=() if change is None else (_deletion(other), change),
            )
            what = f"{wish.text} is expected, and {other.rdata} is there"
            notes.add("EXP103", place, what, wish.location, evidence=said(seen), fix=fix)
            continue
        fix = Fix(summary=f"publish {wish.text} at {owner}")
        if change is not None:
            fix = fix.replace(safety=Safety.UNSAFE, changes=(change,))
        notes.add(
            "EXP101", place, f"{wish.text} is missing{_beside(seen)}", wish.location, evidence=said(seen), fix=fix
        )
    for record in () if others_allowed else left:
        text = present(record.rdtype, record.rdata)
        what = f"{text} is there and is not expected"
        at = notes.checked.expectation.place("exactly")
        notes.add("EXP102", place, what, at, evidence=said(seen), fix=_removal(record))


def _beside(seen: Seen) -> str:
    """Why, where the name or all records of the type are."""
    response = seen.response
    if response is not None and response.outcome is Outcome.NXDOMAIN:
        return f": {response.canonical} does not exist"
    if response is not None and response.outcome is Outcome.NODATA:
        return f": {response.canonical} has no {response.question.rdtype} record"
    return ""


def _goal(wish: Wish) -> str | None:
    """The target that a wish names."""
    if wish.rdata is not None:
        return fold(wish.rdata.target) if isinstance(wish.rdata, Srv) else None
    return wish.target


def _addition(wish: Wish, owner: str, ttl: int | None, rdtype: str) -> Change | None:
    """The record to add, where the wish says all of it."""
    rdata = wish.rdata
    if rdata is None and None not in (wish.priority, wish.weight, wish.port, wish.target):
        numbers = f"{wish.priority} {wish.weight} {wish.port} {wish.target}"
        return Change(op="add", name=owner, ttl=ttl, rdtype=rdtype, rdata=numbers)
    if rdata is None:
        return None
    return Change(op="add", name=owner, ttl=ttl, rdtype=rdtype, rdata=present(rdtype, rdata))


def _deletion(record: Record) -> Change:
    text = present(record.rdtype, record.rdata)
    return Change(op="delete", name=record.owner, ttl=record.ttl, rdtype=record.rdtype, rdata=text)


def _removal(record: Record) -> Fix:
    text = present(record.rdtype, record.rdata)
    return Fix(summary=f"remove {text} from {record.owner}", safety=Safety.UNSAFE, changes=(_deletion(record),))


def compare(notes: FailureNotes, place: int, seen: Seen, same: Same) -> None:
    """A zone as the server has it, beside its file."""
    if seen.transfer is not None and seen.transfer.records is not None:
        is_whole, live = True, _counted(seen.transfer.records, same.ignored)
        file = _counted(same.zone.records, same.ignored)
    else:
        is_whole, live = False, _counted((each for reply in seen.implied for each in reply.answer), same.ignored)
        asked = {(fold(reply.question.name), reply.question.rdtype) for reply in seen.implied}
        counted = _counted(same.zone.records, same.ignored)
        file = {key: record for key, record in counted.items() if key[:2] in asked}
    missing = [record for key, record in file.items() if key not in live]
    extra = [record for key, record in live.items() if key not in file]
    for record in _first(notes, place, missing, "missing from the server"):
        _missing(notes, place, seen, record, extra)
    for record in _first(notes, place, extra, "not in the file"):
        what = f"{_shown(record)} is live and not in the file"
        notes.add(_DIFFERS, place, what, notes.checked.expectation.place("file"), subject=fold(record.owner),
                  evidence=_evidence(seen, record), fix=_removal(record))  # fmt: skip
    if "TTL" not in same.ignored:
        _ttls(notes, place, seen, file, live, is_whole=is_whole)


def _first(notes: FailureNotes, place: int, found: Sequence[Record], what: str) -> Sequence[Record]:
    if len(found) > MAX_DIFFERENCES:
        told = f"{len(found) - MAX_DIFFERENCES} more records are {what}"
        notes.add(_DIFFERS, place, told, notes.checked.expectation.place("same"), fix=Fix(summary="load the file"))
    return list(found[:MAX_DIFFERENCES])


def _missing(notes: FailureNotes, place: int, seen: Seen, record: Record, extra: list[Record]) -> None:
    at = notes.checked.expectation.place("file")
    related = () if record.location is None else (Related(location=record.location, message="it is in the file"),)
    text = present(record.rdtype, record.rdata)
    change = Change(op="add", name=record.owner, ttl=record.ttl, rdtype=record.rdtype, rdata=text)
    other = next((each for each in extra if _is_other_version(record, each)), None)
    if other is not None:
        extra.remove(other)
        what = f"the file has {_shown(record)}, and {present(other.rdtype, other.rdata)} is live"
        fix = Fix(summary=f"change {_shown(other)}", safety=Safety.UNSAFE, changes=(_deletion(other), change))
        notes.add(_DIFFERS, place, what, at, subject=fold(record.owner), related=related,
                  evidence=_evidence(seen, other), fix=fix)  # fmt: skip
        return
    fix = Fix(summary=f"publish {_shown(record)}, or load the file", safety=Safety.UNSAFE, changes=(change,))
    notes.add(_DIFFERS, place, f"{_shown(record)} is in the file and not live", at, subject=fold(record.owner),
              related=related, fix=fix, evidence=_evidence(seen))  # fmt: skip


def _is_other_version(record: Record, other: Record) -> bool:
    """The same thing with another value: an SRV record of the same target, the SOA."""
    if (fold(record.owner), record.rdtype) != (fold(other.owner), other.rdtype):
        return False
    goal = target_of(record.rdtype, record.rdata)
    return record.rdtype == "SOA" or (record.rdtype == "SRV" and goal == target_of(other.rdtype, other.rdata))


def _ttls(
    notes: FailureNotes, place: int, seen: Seen, file: dict[Key, Record], live: dict[Key, Record], *, is_whole: bool
) -> None:
    """Told once for an RRset; a cache counts down, and says nothing."""
    told: set[tuple[str, str]] = set()
    sure = {(fold(reply.question.name), reply.question.rdtype) for reply in seen.implied if "aa" in header_flags(reply)}
    for key, record in file.items():
        other = live.get(key)
        rrset = key[:2]
        if other is None or other.ttl == record.ttl or rrset in told or not (is_whole or rrset in sure):
            continue
        told.add(rrset)
        what = f"the TTL of {rrset[0]} {rrset[1]} is {other.ttl} s, and {record.ttl} s in the file"
        related = () if record.location is None else (Related(location=record.location, message="it is in the file"),)
        notes.add(_DIFFERS, place, what, notes.checked.expectation.place("file"), subject=rrset[0], related=related,
                  evidence=_evidence(seen, other), fix=Fix(summary="load the file, or correct it"))  # fmt: skip


def _counted(found: Iterable[Record], ignored: frozenset[str]) -> dict[Key, Record]:
    """The records that count."""
    return {
        (fold(each.owner), each.rdtype, identity(each.rdtype, each.rdata)): each
        for each in found
        if each.rdtype not in ignored
    }


def _shown(record: Record) -> str:
    return f"{record.owner} {record.rdtype} {present(record.rdtype, record.rdata)}"


def _evidence(seen: Seen, record: Record | None = None) -> list[Evidence]:
    """The record as it is live; or else what the server said of its name."""
    label = seen.viewpoint.label
    if record is not None:
        text = f"{record.owner} {record.ttl} IN {record.rdtype} {present(record.rdtype, record.rdata)}"
        return [Evidence(kind=EvidenceKind.RECORD, text=text, source=label)]
    return [response_said(seen.response, label)] if seen.response is not None else []
