"""The chances of each record at every place of the order, exact where that can be afforded.

By draws: walk from each set of records that can be left to those that can follow. Records that a policy cannot tell
apart are counted, not listed, so the walk is short whenever few weights differ: any number of equal weights is exact,
and so is any rule without dice. With 10 different weights it still is, in less than a second; with up to 14 the same
walk is made with floats, good to 1e-12.

By clocks, beyond that: let every record carry an exponential clock whose rate is its odds at the first draw, and order
them by who rings first. One clock serves all weights of 0, and rings for another of them each time. That is what
drawing in proportion does, and makes the chances one-dimensional integrals:

    P(i at place k) = integral over t of  rate_i e^(-rate_i t) P(k of the others have rung by t)

For proportional, uniform, dnspython and synapse that is good to 1e-12. So it is for go, but which of several weights of
0 is the first of them is taken as uniform there, and can be far from it. rfc2782, postfix, glib and sssd share one part
beyond the sum anew at each draw: the first place is good to 1e-12, and each later draw is off by at most 1/(S + 1) in
total variation, S being the sum of the weights still there. That is small until only light records are left.
"""

from __future__ import annotations

from fractions import Fraction
from math import exp, expm1, log, sqrt
from operator import truediv

from kmsdns.selection.clients import Policy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeVar

    N = TypeVar("N", Fraction, float)

EXACT_STEPS = 6_000
"""Draws to walk with Fractions, whose length doubles with each more weight: 10 different ones need 5,120."""

FLOAT_STEPS = 120_000
"""Draws to walk with floats: 14 different ones need 114,688."""


def by_place(policy: Policy, weights: list[int]) -> Sequence[Sequence[Fraction | float]]:
    """For the records of one priority: [i][k] is the probability that record i is tried as number k of them."""
    return (
        by_draws(policy, weights, Fraction, EXACT_STEPS)
        or by_draws(policy, weights, truediv, FLOAT_STEPS)
        or by_clocks(policy, weights)
    )


def by_draws(policy: Policy, weights: list[int], ratio: Callable[[int, int], N], steps: int) -> list[list[N]] | None:
    """by_place by walking the draws, in the numbers that ratio makes; None when that takes more than so many steps."""
    places, seen = policy.line(weights)
    # A label stands for all records the policy cannot tell apart.
    labels = tuple(seen if policy.alike else range(len(seen)))
    weight_of = dict(zip(labels, seen, strict=True))
    chances = {label: [ratio(0, 1)] * len(seen) for label in labels}
    reached: dict[tuple[int, ...], N] = {tuple(sorted(labels)) if policy.alike else labels: ratio(1, 1)}
    for k in range(len(seen)):
        following: dict[tuple[int, ...], N] = {}
        for state, probability in reached.items():
            odds = policy.odds([weight_of[label] for label in state])
            total = sum(odds)
            drawn: dict[int, int] = {}
            for label, odd in zip(state, odds, strict=True):
                if odd:
                    drawn[label] = drawn.get(label, 0) + odd
            steps -= len(drawn)
            if steps < 0:
                return None
            for label, odd in drawn.items():
                taken = probability * ratio(odd, total) if odd < total else probability
                chances[label][k] += taken
                at = state.index(label)
                behind = state[at + 1 :]
                left = state[1:at] + state[:1] + behind if policy.swaps and at else state[:at] + behind
                following[left] = following[left] + taken if left in following else taken
        reached = following
    for label, row in chances.items() if policy.alike else ():
        count = labels.count(label)
        chances[label] = [chance / count for chance in row] if count > 1 else row
    rows: list[list[N]] = [[]] * len(seen)
    for place, label in zip(places, labels, strict=True):
        rows[place] = list(chances[label])
    return rows


def by_clocks(policy: Policy, weights: list[int], step: float = 0.1) -> list[list[float]]:
    """by_place by the integral over the clocks, O(n^2) for each of some five hundred points.

    With t = e^x the integrand falls off exponentially to the left and doubly so to the right, and the trapezoid rule
    converges faster than any power of the step.
    """
    places, seen = policy.line(weights)
    odds = policy.odds(seen)
    total = sum(odds)
    alone = [at for at, weight in enumerate(seen) if weight]
    queued = [at for at, weight in enumerate(seen) if not weight]
    rates = [odds[at] / total for at in alone]
    queue_rate = sum(odds[at] for at in queued) / total
    chances = [[0.0] * len(seen) for _ in alone]
    nth = [[0.0] * len(seen) for _ in queued]
    if queued and not queue_rate:  # they come after all others
        for n in range(len(queued)):
            nth[n][len(alone) + n] = 1.0
    clocks = len(queued) if queue_rate else 0

    # Rates sum to 1, so before the first point nothing has rung, and after the last everything has, but for 1e-17.
    last = 40 / min(rates, default=1.0)
    if clocks:
        last = max(last, (clocks + 10 * sqrt(clocks) + 40) / queue_rate)
    x, end = -40.0, log(last)
    while x < end:
        t = exp(x)
        rung = [-expm1(-rate * t) for rate in rates]
        silent = [exp(-rate * t) for rate in rates]
        counts = [1.0]
        for yes, no in zip(rung, silent, strict=True):
            counts = _times(counts, no, yes)
        if clocks:
            rings = _rings(queue_rate * t, clocks)
            _add_rings(nth, rings, counts, queue_rate * t * step)
            counts = _product(counts, [*rings, max(0.0, 1 - sum(rings))])
        for row, rate, yes, no in zip(chances, rates, rung, silent, strict=True):
            density = rate * t * no * step
            if density > 1e-25:
                for k, count in enumerate(_without(counts, no, yes)):
                    row[k] += density * count
        x += step

    if policy.alike or policy.swaps:  # any of the queue may be its n-th
        nth = [[sum(column) / len(queued) for column in zip(*nth, strict=True)]] * len(queued)
    rows: list[list[float]] = [[]] * len(seen)
    for at, row in zip((*alone, *queued), (*chances, *nth), strict=True):
        rows[places[at]] = list(row)
    return rows


def _rings(expected: float, clocks: int) -> list[float]:
    """The chances that 0, 1 ... clocks - 1 of the queue's rings have come: a Poisson process, ended by the queue."""
    rings = [exp(-expected)]
    for n in range(1, clocks):
        rings.append(rings[-1] * expected / n)
    return rings


def _add_rings(nth: list[list[float]], rings: list[float], counts: list[float], width: float) -> None:
    """Adds to the n-th of the queue, at each place, that it rings next; width: that of a point, times its rate."""
    for n, ring in enumerate(rings):
        density = ring * width
        for k, count in enumerate(counts):
            nth[n][n + k] += density * count


def _times(counts: list[float], no: float, yes: float) -> list[float]:
    """The distribution of a count, after one more that may (yes) or may not (no) add to it."""
    return [count * no + before * yes for count, before in zip([*counts, 0.0], [0.0, *counts], strict=True)]


def _product(counts: list[float], others: list[float]) -> list[float]:
    both = [0.0] * (len(counts) + len(others) - 1)
    for i, count in enumerate(counts):
        for j, other in enumerate(others):
            both[i + j] += count * other
    return both


def _without(counts: list[float], no: float, yes: float) -> list[float]:
    """_times undone: divided from the end where the larger of the two leads, so that errors shrink on the way."""
    left = [0.0] * (len(counts) - 1)
    before = 0.0
    if no >= yes:
        for k in range(len(left)):
            left[k] = before = (counts[k] - yes * before) / no
    else:
        for k in range(len(left) - 1, -1, -1):
            left[k] = before = (counts[k + 1] - no * before) / yes
    return left
