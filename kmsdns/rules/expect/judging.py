"""Checks judged one by one: what was seen at each viewpoint, beside what is expected there.

What could not be asked is EXP107, and neither met nor missed: nothing else is said of that viewpoint.
"""

from __future__ import annotations

from collections import Counter

from kmsdns.model.findings import Fix
from kmsdns.model.messages import Outcome
from kmsdns.model.records import Soa
from kmsdns.rules.evidence import reason
from kmsdns.rules.expect import agreement, hosts
from kmsdns.rules.expect import records as comparing
from kmsdns.rules.expect.failures import ExpectationFailure, FailureNotes, header_flags, response_said, said
from kmsdns.rules.live.vantages import latest
from kmsdns.zone.rdata import identity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from kmsdns.expectations.values import Checked, CheckVantage, Expectation, Seen
    from kmsdns.model.messages import Response

SILENT = (Outcome.TIMEOUT, Outcome.UNREACHABLE, Outcome.MALFORMED)
"""What says nothing of the records: nobody answered, or nothing that could be understood."""

NO_ANSWER, XFAIL = "EXP107", "EXP108"

_OF_RECORDS = (
    "exactly", "contains", "any_of", "none_of", "regex", "count", "ttl", "share", "consistent", "serial", "targets",
    "reachable", "same",
)  # fmt: skip
"""What can't be judged where the reply doesn't tell which records there are."""


def misses(index: int, checked: Checked, dead: Collection[CheckVantage] = ()) -> list[ExpectationFailure]:
    """What a check misses; index is its place among the checks of the run. dead: that they don't answer is told."""
    notes = FailureNotes(index, checked)
    for place, seen in enumerate(checked.seen):
        if seen.viewpoint in dead:
            notes.mark(NO_ANSWER, place)
        else:
            _hear(notes, place, seen)
    agreement.note(notes, checked)
    answered = [place for place in range(len(checked.seen)) if not notes.has(place, NO_ANSWER, agreement.LAME)]
    for place in answered:
        _judge(notes, place, checked.seen[place])
    hosts.unsaid(notes, answered)
    if checked.expectation.consistent:
        _agree(notes, answered)
    if checked.expectation.serial is not False:
        _serials(notes, answered)
    return notes.listed() if checked.expectation.xfail is None else _as_xfail(index, notes, answered)


def _hear(notes: FailureNotes, place: int, seen: Seen) -> None:
    """A note where something that the check asks was not answered."""
    silent = [seen.response] if seen.response is not None else []
    if seen.client is not None:
        # Of a client's way only that counts which nothing came after.
        silent += [*seen.client.snapshot.srv, *seen.client.snapshot.addresses] if seen.client.used is None else []
    silent += [each for _target, replies in seen.addresses for each in replies]
    silent += seen.implied
    failed = [each for each in silent if each.outcome in SILENT]
    if seen.response is not None and not failed:
        return
    why = seen.viewpoint.fault or (reason(failed[0]) if failed else "nobody to ask")
    what = f"no answer to {failed[0].question}: {why}" if failed else f"nobody could be asked: {why}"
    notes.add(
        NO_ANSWER,
        place,
        what,
        notes.checked.expectation.location,
        subject=str(failed[0].question.name) if failed else "",
        evidence=[response_said(each, seen.viewpoint.label) for each in failed[:3]],
    )


def _judge(notes: FailureNotes, place: int, seen: Seen) -> None:
    expectation, response = notes.checked.expectation, seen.response
    assert response is not None
    if not _is_reply_expected(notes, place, seen, response):
        return
    _flags(notes, place, seen, response)
    if expectation.same is not None:
        comparing.compare(notes, place, seen, expectation.same)
    comparing.records(notes, place, seen, response)
    if not response.answer and not notes.has(place, "EXP101", "EXP103"):
        _nothing(notes, place, seen, response)
    _ttl(notes, place, seen, response)
    if not notes.has(place, "EXP101", "EXP102", "EXP103"):
        _shares(notes, place, seen)
    hosts.targets(notes, place, seen)
    hosts.reachable(notes, place, seen)
    hosts.client(notes, place, seen)


def rcode(response: Response) -> str:
    """The response code that the outcome was read from."""
    if response.outcome in (Outcome.ANSWER, Outcome.NODATA):
        return "NOERROR"
    if response.outcome is Outcome.NXDOMAIN:
        return "NXDOMAIN"
    codes = [each.rcode for each in response.tries if each.outcome == response.reason and each.rcode]
    return codes[-1] if codes else response.reason.upper()


def _is_reply_expected(notes: FailureNotes, place: int, seen: Seen, response: Response) -> bool:
    """Whether the response code is the one expected; where none is, any that tells which records there are."""
    expectation, outcome, found = notes.checked.expectation, response.outcome, rcode(response)
    if expectation.rcode is None and (outcome.is_conclusive or not _is_about_records(expectation)):
        return True
    wanted = expectation.rcode or "NOERROR"
    outcomes = {"NODATA": (Outcome.NODATA,), "NOERROR": (Outcome.ANSWER, Outcome.NODATA)}.get(wanted)
    if found == wanted if outcomes is None else outcome in outcomes:
        return True
    if wanted == "NODATA" and outcome is Outcome.ANSWER:
        found = "records"
    elif response.reason in ("lame", "referral"):
        found += f" ({response.reason})"
    notes.add(
        "EXP105",
        place,
        f"{wanted} is expected, and {found} was answered",
        expectation.place("rcode"),
        evidence=said(seen),
        fix=Fix(summary=_reply_advice(wanted, found)),
    )
    return False


def _reply_advice(wanted: str, found: str) -> str:
    if wanted in ("NXDOMAIN", "NODATA", "REFUSED"):
        return "find out which zone or view answers there, and remove the name from it; or change the expectation"
    if found == "NXDOMAIN":
        return "publish the name in the zone that this server answers from"
    return "ask the zone's own servers, and look into the log of the one that failed"


def _is_about_records(expectation: Expectation) -> bool:
    return any(key in expectation.places for key in _OF_RECORDS)


def _flags(notes: FailureNotes, place: int, seen: Seen, response: Response) -> None:
    there = header_flags(response)
    for flag, is_set in notes.checked.expectation.flags:
        if (flag in there) is not is_set:
            notes.add(
                "EXP111",
                place,
                f"the flag {flag} is {'not set' if is_set else 'set'} in the reply",
                notes.checked.expectation.place("flags"),
                evidence=[each.replace(text=f"{each.text} (flags: {' '.join(sorted(there))})") for each in said(seen)],
                fix=Fix(summary="ask the server that is meant, and see how it is configured"),
            )


def _nothing(notes: FailureNotes, place: int, seen: Seen, response: Response) -> None:
    """What a check expects of records, no record keeps: they must be there, unless it says that they must not."""
    expectation = notes.checked.expectation
    keys = [key for key in ("ttl", "share", "serial", "targets", "reachable") if key in expectation.places]
    has_none = expectation.exactly == () or (expectation.count is not None and expectation.count.holds(0))
    if not keys or has_none or expectation.rcode in ("NXDOMAIN", "NODATA"):
        return
    what = f"there is no {response.question.rdtype} record, and its {keys[0]} is expected"
    fix = Fix(summary=f"publish the record at {response.question.name}")
    notes.add("EXP101", place, what, expectation.place(keys[0]), evidence=said(seen), fix=fix)


def _ttl(notes: FailureNotes, place: int, seen: Seen, response: Response) -> None:
    """A cache counts down, so that only a reply with authority can be too low."""
    bounds = notes.checked.expectation.ttl
    if bounds is None or response.outcome is not Outcome.ANSWER or response.ttl is None or bounds.holds(response.ttl):
        return
    if bounds.low is not None and response.ttl < bounds.low and "aa" not in header_flags(response):
        return
    notes.add(
        "EXP104",
        place,
        f"the TTL is {response.ttl} s, and it is to be {bounds} s",
        notes.checked.expectation.place("ttl"),
        evidence=said(seen),
        fix=Fix(summary=f"set the TTL of {response.canonical} {response.question.rdtype} to {bounds} s in the zone"),
    )


def _shares(notes: FailureNotes, place: int, seen: Seen) -> None:
    expectation = notes.checked.expectation
    if not expectation.share:
        return
    found = seen.shares
    for target, bounds in expectation.share:
        share = float(found.get(target, 0))
        if not bounds.holds(share):
            notes.add(
                "EXP109",
                place,
                f"{target} has {share:.1%} of the first choices, and it is to have {_percent(bounds.low, bounds.high)}",
                expectation.place("share"),
                subject=target,
                evidence=said(seen),
                fix=Fix(summary="change the weights: kmsdns discover shows the exact share of each target"),
            )


def _percent(low: float | None, high: float | None) -> str:
    assert low is not None
    assert high is not None
    return f"{low:.1%}" if low == high else f"{low:.1%} to {high:.1%}"


def _agree(notes: FailureNotes, answered: Sequence[int]) -> None:
    """All viewpoints say the same; told of those that the fewest agree with."""
    told = {place: _says(notes.checked.seen[place].response) for place in answered}
    counted = Counter(told.values())
    if len(counted) < 2 or any(notes.has(place, *agreement.DISAGREEING) for place in answered):
        return
    usual = counted.most_common(1)[0][0]
    odd = [place for place in answered if told[place] != usual]
    notes.add(
        "EXP112",
        odd,
        f"the vantages disagree on {notes.checked.expectation.question}: {counted[usual]} of {len(answered)} say the "
        "same, and others differ",
        notes.checked.expectation.place("consistent"),
        evidence=[each for place in answered for each in said(notes.checked.seen[place])],
        fix=Fix(summary="see which of them has the old records, and why the zone has not been transferred there"),
    )


def _says(response: Response | None) -> tuple[object, ...]:
    assert response is not None
    word = response.outcome if response.outcome.is_conclusive else response.reason
    return word, tuple(sorted([identity(each.rdtype, each.rdata) for each in response.answer], key=repr))


def _serials(notes: FailureNotes, answered: Sequence[int]) -> None:
    """The serial of the zone: equal everywhere, or the one that is given."""
    expectation = notes.checked.expectation
    found: dict[int, int] = {}
    for place in answered:
        response = notes.checked.seen[place].response
        soa = next((each.rdata for each in response.answer if isinstance(each.rdata, Soa)), None) if response else None
        if soa is not None:
            found[place] = soa.serial
    evidence = [each for place in found for each in said(notes.checked.seen[place])]
    advice = Fix(
        summary="let the servers transfer the zone: look at NOTIFY, at the allowed transfers and at their logs"
    )
    if expectation.serial is True:
        counted = Counter(found.values())
        if len(counted) > 1 and not any(notes.has(place, *agreement.DISAGREEING) for place in answered):
            newest = latest(list(counted))
            odd = [place for place, serial in found.items() if serial != newest]
            what = f"the serials differ: {', '.join(map(str, sorted(counted)))}"
            notes.add("EXP112", odd, what, expectation.place("serial"), evidence=evidence, fix=advice)
        return
    for place, serial in found.items():
        if serial != expectation.serial:
            what = f"the serial is {serial}, and it is to be {expectation.serial}"
            at = said(notes.checked.seen[place])
            notes.add("EXP103", place, what, expectation.place("serial"), evidence=at, fix=advice)


def _as_xfail(index: int, notes: FailureNotes, heard: Sequence[int]) -> list[ExpectationFailure]:
    """With an xfail that is in force, only what could not be asked, or that the check holds after all."""
    checked, found = notes.checked, notes.listed()
    xfail = checked.expectation.xfail
    assert xfail is not None
    unasked = [miss for miss in found if miss.code == NO_ANSWER]
    failing = [miss for miss in found if miss.code != NO_ANSWER and miss.fails]
    if not heard or (failing and checked.today <= xfail.until):
        return unasked
    because = f" ({xfail.reason})" if xfail.reason else ""
    places = list(heard)
    if failing:
        what = f"the failure was put up with until {xfail.until}{because}, and it is still there"
        advice = "mend what fails, or give the failure a later date"
        places = sorted({place for miss in failing for _check, place in miss.at})
    else:
        what = f"it is expected to fail until {xfail.until}{because}, and it holds"
        advice = "take xfail out of the check"
    told = FailureNotes(index, checked)
    evidence = [each for miss in failing for each in miss.evidence]
    told.add(XFAIL, places, what, checked.expectation.place("xfail"), evidence=evidence, fix=Fix(summary=advice))
    return unasked + told.listed()


def all_misses(checks: Sequence[Checked]) -> tuple[ExpectationFailure, ...]:
    """What the checks of a run miss. A server that answers none of several is one cause, and told once."""
    places: dict[CheckVantage, list[tuple[int, int]]] = {}
    for index, checked in enumerate(checks):
        for place, seen in enumerate(checked.seen):
            places.setdefault(seen.viewpoint, []).append((index, place))
    dead = {
        viewpoint
        for viewpoint, at in places.items()
        if len(at) > 1 and all(_is_silent(checks[index].seen[place]) for index, place in at)
    }
    told = [_dead(checks, viewpoint, places[viewpoint]) for viewpoint in places if viewpoint in dead]
    return (*told, *[miss for index, checked in enumerate(checks) for miss in misses(index, checked, dead)])


def _is_silent(seen: Seen) -> bool:
    return seen.response is None or seen.response.outcome in SILENT


def _dead(checks: Sequence[Checked], viewpoint: CheckVantage, at: Sequence[tuple[int, int]]) -> ExpectationFailure:
    replies = [reply for index, place in at if (reply := checks[index].seen[place].response) is not None]
    reasons = dict.fromkeys(reason(reply) for reply in replies)
    why = viewpoint.fault or ", ".join(list(reasons)[:3]) or "nobody to ask"
    index, _place = at[0]
    return ExpectationFailure(
        code=NO_ANSWER,
        at=tuple(at),
        subject=viewpoint.label,
        message=f"{viewpoint.label} answers none of {len(at)} checks: {why}",
        location=viewpoint.location or checks[index].expectation.location,
        evidence=tuple([response_said(each, viewpoint.label) for each in replies[:3]]),
    )
