"""mend: the fixes of findings made in the text of zone files, each tried before it counts.

What was changed is read and judged again. A fix that loses or adds a record which it isn't about, that leaves its own
finding, or brings one of any code is not made. Fixes that overlap come one after the other, until none is left.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter

from kmsdns.errors import KmsdnsError
from kmsdns.jobs.document import Document
from kmsdns.model.findings import Safety
from kmsdns.model.names import shown
from kmsdns.model.value import Value
from kmsdns.zone import edits
from kmsdns.zone.autofix import Mending, objection
from kmsdns.zone.respelling import Respelling
from kmsdns.zone.serials import following

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kmsdns.model.findings import Finding
    from kmsdns.model.records import Soa
    from kmsdns.model.report import Report
    from kmsdns.zone.autofix import Plan
    from kmsdns.zone.edits import Edit

    Key = tuple[str, str, str]

MAX_TRIALS = 400
"""How often the zones are judged again; of large ones less often."""

_FEWEST_TRIALS, _RECORDS_IN_ALL = 24, 2_000_000


class Autofixed(Value):
    """What came of it."""

    documents: tuple[Document, ...]  # as they are now, in the order given
    report: Report  # what is still wrong
    made: int  # fixes
    notices: tuple[str, ...]  # fixes that were not made, and why


class _Trial(Value):
    documents: tuple[Document, ...]
    report: Report


class _Making(Value):
    """A finding with the plan of its fix, for the document of that number."""

    finding: Finding
    number: int
    plan: Plan


def mend(
    documents: Sequence[Document],
    judge: Callable[[Sequence[Document]], Report],
    *,
    unsafe: bool = False,
    now: float | None = None,
) -> Autofixed:
    """The documents with the fixes made that may be made, and what judge says of them then.

    unsafe: also those that only a person should decide upon. now: seconds since 1970, UTC; where it is given, the
    serial of each zone that changed goes up, unless a fix has changed it.
    """
    given = tuple(documents)
    state = _Trial(documents=given, report=judge(given))
    refused: dict[Key, tuple[Finding, str]] = {}
    records = sum(len(each.zone.records) for each in given)
    trials = max(_FEWEST_TRIALS, min(MAX_TRIALS, _RECORDS_IN_ALL // (records + 1)))
    made, has_changed = 0, False
    while trials > 0:
        batch = _batch(state, unsafe, refused)
        if not batch:
            if not has_changed or not refused:
                break
            refused.clear()  # what was in their way may be gone
            has_changed = False
            continue
        while batch and trials > 0:
            trials -= 1
            tried = _tried(state, batch, judge)
            if isinstance(tried, _Trial):
                state, made, has_changed = tried, made + len(batch), True
                break
            if len(batch) == 1:
                refused[_key(batch[0].finding)] = batch[0].finding, tried
            batch = batch[: len(batch) // 2]
    notices = [_notice(finding, why) for finding, why in refused.values()]
    if trials <= 0:
        notices.append("not all fixes were tried: fix again to go on")
    if now is not None and made:
        state, told = _with_serials(given, state, judge, now)
        notices += told
    return Autofixed(documents=state.documents, report=state.report, made=made, notices=tuple(notices))


def _key(finding: Finding) -> Key:
    return finding.code, finding.subject, finding.message


def _notice(finding: Finding, why: str) -> str:
    at = finding.location
    where = f"{at.path}:{at.line}: " if at is not None else ""
    return f"{where}{finding.code} is not fixed: {why}"


def _batch(state: _Trial, unsafe: bool, refused: dict[Key, tuple[Finding, str]]) -> list[_Making]:
    """The fixes that can be made at once; those that can't be made at all are put to the refused ones."""
    allowed = (Safety.SAFE, Safety.UNSAFE) if unsafe else (Safety.SAFE,)
    menders = [Mending(document.zone) for document in state.documents]
    by_path = {document.path: number for number, document in enumerate(state.documents)}
    chosen: list[_Making] = []
    taken: list[list[tuple[int, int]]] = [[] for _ in menders]  # places, in order
    touched: list[set[int]] = [set() for _ in menders]
    for finding in state.report.findings:
        if finding.fix is None or finding.fix.safety not in allowed or _key(finding) in refused:
            continue
        try:
            number = _number(finding, menders, by_path)
            plan = menders[number].plan(finding)
            if any(path != state.documents[number].path for path, _edit in plan.edits):
                raise KmsdnsError("it is about an included file: name that file itself")
            if not plan.edits:
                raise KmsdnsError("there is nothing to change")
        except KmsdnsError as error:
            refused[_key(finding)] = finding, str(error)
            continue
        own = [(edit.start, edit.end) for _path, edit in plan.edits]
        if touched[number] & plan.gone or any(_touches(taken[number], place) for place in own):
            continue
        for place in own:
            insort(taken[number], place)
        touched[number] |= plan.gone
        chosen.append(_Making(finding=finding, number=number, plan=plan))
    return chosen


def _number(finding: Finding, menders: Sequence[Mending], by_path: dict[str, int]) -> int:
    """The document that a finding's fix is for."""
    if finding.location is not None and finding.location.path in by_path:
        return by_path[finding.location.path]
    number = next((number for number, mender in enumerate(menders) if mender.knows(finding)), None)
    if number is None:
        raise KmsdnsError("the records that it is about do not stand in a file that was read")
    return number


def _touches(taken: list[tuple[int, int]], place: tuple[int, int]) -> bool:
    """Whether a place overlaps one that is taken, or stands next to it."""
    start, end = place
    at = bisect_left(taken, (start, start))
    return (at > 0 and taken[at - 1][1] >= start) or (at < len(taken) and taken[at][0] <= end)


def _tried(state: _Trial, batch: Sequence[_Making], judge: Callable[[Sequence[Document]], Report]) -> _Trial | str:
    """The documents with these fixes; or why they can't have them."""
    changed = list(state.documents)
    for number, document in enumerate(state.documents):
        plans = [each.plan for each in batch if each.number == number]
        if not plans:
            continue
        try:
            changed[number] = _edited(document, [edit for plan in plans for _path, edit in plan.edits])
        except KmsdnsError as error:
            return str(error)
        why = objection(document.zone, plans, changed[number].zone)
        if why is not None:
            return why
    report = judge(changed)
    why = _worse(state.report, report, batch)
    return why or _Trial(documents=tuple(changed), report=report)


def _edited(document: Document, changes: Iterable[Edit]) -> Document:
    octets = edits.apply(document.octets, list(changes))
    return document.replace(octets=octets, zone=document.read(octets))


def _worse(before: Report, after: Report, batch: Sequence[_Making]) -> str | None:
    """Which finding is new, or is still there that the fixes are about."""
    codes = Counter(finding.code for finding in before.findings)
    for finding in after.findings:
        codes[finding.code] -= 1
        if codes[finding.code] < 0:
            return f"it would bring {finding.code}, {shown(finding.message, 400)[1:-1]}"
    left = Counter(map(_key, before.findings)) - Counter(_key(each.finding) for each in batch)
    found = Counter(map(_key, after.findings))
    for each in batch:
        key = _key(each.finding)
        if found[key] > left[key]:
            return "the finding would stay"
    return None


def _with_serials(
    given: Sequence[Document], state: _Trial, judge: Callable[[Sequence[Document]], Report], now: float
) -> tuple[_Trial, list[str]]:
    """The changed zones with the next serial, where they have the old one."""
    documents, told = list(state.documents), []
    for number, (before, document) in enumerate(zip(given, state.documents, strict=True)):
        old, record = before.zone.soa, document.zone.soa_record
        if document.octets == before.octets or old is None or record is None or document.zone.soa is None:
            continue
        soa: Soa = document.zone.soa
        if soa.serial != old.serial:
            continue
        new = record.replace(rdata=soa.replace(serial=following(soa.serial, now)), location=None)
        index = next(at for at, each in enumerate(document.zone.records) if each is record)
        try:
            changes = Respelling(document.zone, {index: new}).edits()
            if any(path != document.path for path, _edit in changes):
                raise KmsdnsError("the SOA record stands in an included file")
            edited = _edited(document, [edit for _path, edit in changes])
        except KmsdnsError as error:
            told.append(f"{document.path}: the serial stays {soa.serial}: {error}")
            continue
        if edited.zone.soa != new.rdata or len(edited.zone.records) != len(document.zone.records):
            told.append(f"{document.path}: the serial stays {soa.serial}: its record cannot be changed safely")
            continue
        documents[number] = edited
    if documents == list(state.documents):
        return state, told
    return _Trial(documents=tuple(documents), report=judge(documents)), told
