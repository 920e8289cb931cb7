"""Bars along a scale: the shares of the targets, and the waterfall of questions and probes."""

from __future__ import annotations

from math import ceil

from kmsdns.formats.html.flow import IDLE, MARKS, PART
from kmsdns.formats.outline import rated
from kmsdns.formats.words import count, elapsed, first_share
from kmsdns.model.safe import safe
from kmsdns.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kmsdns.formats.html.timeline import Span
    from kmsdns.model.report import Discovered

MAX_SHARES = 12
MAX_OF_A_WAVE = 8
_LEAST = 0.4  # percent of the scale: what a bar needs to be seen
_STEPS = 5  # of a scale, at most


class Bar(Value):
    """One bar; start and width in percent of the scale."""

    kind: str
    name: str
    title: str
    start: float
    width: float
    said: str  # its figure
    state: str = ""
    mark: str = ""


class Tick(Value):
    """A figure on the scale."""

    at: float  # percent
    text: str


class Chart(Value):
    """Bars and their scale, which the ticks divide evenly."""

    label: str
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]


def shares_chart(found: Discovered) -> Chart | None:
    """The exact chances; None when there are no two endpoints that SRV records rate."""
    ranked = rated(found)
    if len(ranked) < 2:
        return None
    lowest = min((each.priority for each in found.endpoints if each.priority is not None), default=None)
    end, step = _scale(max(share for _each, share in ranked))
    bars = [
        Bar(
            kind="",
            name=safe(str(each)),
            title=safe(f"{each}: {first_share(each, lowest)}, exactly {each.share}"),
            start=0,
            width=100 * share / end,
            said=first_share(each, lowest),
        )
        for each, share in ranked[:MAX_SHARES]
    ]
    left = ranked[MAX_SHARES:]
    if left:
        most = max(share for _each, share in left)
        name = count(len(left), "more endpoint")
        said = f"up to {100 * most:.1f} %" if most else "backup"
        bars.append(Bar(kind="", name=name, title=f"{name}: see the table", start=0, width=100 * most / end, said=said))
    ticks = _ticks(end, step, 100, "%")
    return Chart(
        label=f"The chance of each endpoint of {safe(found.service)} of being tried first",
        bars=tuple(bars),
        ticks=ticks,
    )


def times_chart(waves: Sequence[Sequence[Span]], service: str) -> Chart | None:
    """The waterfall; None when nothing was measured."""
    total = max((span.start + span.elapsed for wave in waves for span in wave), default=0.0)
    if not total:
        return None
    end, step = _scale(total)
    bars: list[Bar] = []
    for wave in waves:
        bars += [_time_bar(span, end) for span in wave[:MAX_OF_A_WAVE]]
        if wave[MAX_OF_A_WAVE:]:
            bars.append(_rest(wave[MAX_OF_A_WAVE:], end))
    ticks = _ticks(end, step, 1 if end >= 1 else 1000, "s" if end >= 1 else "ms")
    return Chart(label=f"When what was asked for {safe(service)}, and how long it took", bars=tuple(bars), ticks=ticks)


def _time_bar(span: Span, end: float) -> Bar:
    of = f" of {span.by}" if span.by else ""
    tries = f", {len(span.tries)} tries" if len(span.tries) > 1 else ""
    return Bar(
        kind=span.kind,
        name=safe(span.asked),
        title=safe(
            f"{span.kind} {span.asked}{of}: {span.outcome}{tries}, "
            f"{elapsed(span.elapsed)}, from {elapsed(span.start)} on"
        ),
        start=100 * span.start / end,
        width=max(_LEAST, 100 * span.elapsed / end),
        said=elapsed(span.elapsed),
        state=span.state,
        mark=MARKS[span.state],
    )


def _rest(spans: Sequence[Span], end: float) -> Bar:
    """Those of a wave that have no bar of their own: one for the longest."""
    longest = max(span.elapsed for span in spans)
    states = {span.state for span in spans} - {IDLE}
    state = PART if len(states) > 1 else next(iter(states), IDLE)
    name = f"{len(spans)} more at once"
    return Bar(
        kind=spans[0].kind if len({span.kind for span in spans}) == 1 else "",
        name=name,
        title=f"{name}, the longest {elapsed(longest)}: see the table",
        start=100 * spans[0].start / end,
        width=max(_LEAST, 100 * longest / end),
        said=f"up to {elapsed(longest)}",
        state=state,
        mark=MARKS[state],
    )


def _scale(most: float) -> tuple[float, float]:
    """Where a scale for values up to that ends, and its step: 1, 2 or 5 times a power of ten, at most five of them."""
    size = 1e-9
    while True:
        for factor in (1, 2, 5):
            step = factor * size
            steps = ceil(most / step - 1e-9)
            if steps <= _STEPS:
                return steps * step, step
        size *= 10


def _ticks(end: float, step: float, factor: int, unit: str) -> tuple[Tick, ...]:
    number = round(end / step)
    texts = ["0", *[f"{each * step * factor:g} {unit}" for each in range(1, number + 1)]]
    return tuple([Tick(at=100 * each / number, text=text) for each, text in enumerate(texts)])
