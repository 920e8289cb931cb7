"""When what was asked: the questions and probes of one service as spans of time, for the waterfall and its table.

How long each took was measured; when it began was not, and follows from the way: a client asks for SRV records name
after name, then for all addresses at once, then contacts all endpoints at once.
"""

from __future__ import annotations

from kmsdns.formats.html.flow import attempt_state, attempt_words, response_state
from kmsdns.formats.outline import Table, table
from kmsdns.formats.terminal.trace import outcome_text, remarks
from kmsdns.formats.words import elapsed
from kmsdns.model.messages import ProbeOutcome
from kmsdns.model.names import address_of, fold
from kmsdns.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kmsdns.model.messages import ProbeResult, Response, Try
    from kmsdns.model.report import Discovered
    from kmsdns.model.snapshot import Snapshot


class Span(Value):
    """One question with all the tries at it, or the contact with one address."""

    kind: str  # "SRV", "A", "AAAA" or "probe"
    asked: str  # the owner name, or target:port
    by: str  # the server or the address that was asked; empty when none is known
    outcome: str  # in words
    state: str  # of formats.html.flow
    elapsed: float  # seconds
    start: float = 0.0  # seconds after the first packet
    tries: tuple[Try, ...] = ()


def waves(found: Discovered) -> tuple[tuple[Span, ...], ...]:
    """What was asked at once, wave after wave; the starts are set. Nothing when nothing was asked."""
    placed, at = [], 0.0
    for wave in _asked(found):
        placed.append(tuple([span.replace(start=at) for span in wave]))
        at += max(span.elapsed for span in wave)
    return tuple(placed)


def times_table(found: Discovered) -> Table:
    """Every try at every question, and every contact."""
    rows = [row for wave in waves(found) for span in wave for row in _rows(span)]
    heads = ("kind", "asked", "of whom", "outcome", "start", "time", "notes")
    return table(
        title="Every question and probe", heads=heads, rows=rows, right=("start", "time"), names=("asked", "of whom")
    )


def _rows(span: Span) -> list[tuple[str, ...]]:
    start = elapsed(span.start)
    if not span.tries:
        time = elapsed(span.elapsed) if span.elapsed else ""
        return [(span.kind, span.asked, span.by, span.outcome, start if time else "", time, "")]
    rows: list[tuple[str, ...]] = []
    for number, each in enumerate(span.tries, start=1):
        last = number == len(span.tries) > 1
        notes = list(remarks(each))
        notes += [f"all {number} tries took {elapsed(span.elapsed)}"] if last else []
        rows.append(
            (
                span.kind,
                span.asked,
                each.server,
                outcome_text(each),
                start if number == 1 else "",
                elapsed(each.elapsed),
                ", ".join(notes),
            )
        )
    return rows


def _asked(found: Discovered) -> list[list[Span]]:
    snapshot = found.snapshot
    early, late = _split(snapshot)
    probes = list(snapshot.probes)
    groups = []
    if snapshot.cached is not None and probes:
        groups += [_questions(early), _contacts(probes[:1])]
        probes = probes[1:]
    groups += [_questions([response]) for response in snapshot.srv]
    groups += [_questions(late), _contacts(list(dict.fromkeys(probes)))]
    return [group for group in groups if group]


def _split(snapshot: Snapshot) -> tuple[list[Response], list[Response]]:
    """The look-ups of the cached host's addresses, which came first, and the others."""
    cached, asked = snapshot.cached, list(snapshot.addresses)
    if cached is None or cached.addresses or address_of(cached.target) is not None:
        return [], asked
    count = 0
    seen: set[str] = set()
    for response in asked:
        if fold(response.question.name) != cached.target or response.question.rdtype in seen:
            break
        seen.add(response.question.rdtype)
        count += 1
    return asked[:count], asked[count:]


def _questions(responses: Sequence[Response]) -> list[Span]:
    return [
        Span(
            kind=response.question.rdtype,
            asked=fold(response.question.name),
            by=response.server or (response.tries[-1].server if response.tries else ""),
            outcome=response.reason,
            state=response_state(response),
            elapsed=response.elapsed,
            tries=response.tries,
        )
        for response in responses
    ]


def _contacts(results: Sequence[ProbeResult]) -> list[Span]:
    return [
        Span(
            kind="probe",
            asked=f"{result.probe.target}:{result.probe.port}",
            by=attempt.address,
            outcome=attempt_words(attempt),
            state=attempt_state(attempt),
            elapsed=attempt.elapsed or 0.0,
        )
        for result in results
        if result.outcome is not ProbeOutcome.NO_ADDRESS
        for attempt in result.attempts
    ]
