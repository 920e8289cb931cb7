"""The exact distribution of anything that draws from below(n): every possible run is replayed, none is sampled."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from fractions import Fraction


def distribution(run: Callable[[Callable[[int], int]], Hashable]) -> dict[Hashable, Fraction]:
    """What run(below) can return, each with its probability.

    Depth first: a script of draws is replayed, and where it ends below answers 0; then the last draw that can still be
    raised is raised, and what came after it is forgotten. A run weighs the product of 1/n over its draws. It has to end
    whatever it draws.
    """
    outcomes: dict[Hashable, Fraction] = {}
    script: list[int] = []
    while True:
        sizes: list[int] = []

        def below(n: int, sizes: list[int] = sizes, script: list[int] = script) -> int:
            assert n >= 1, "below needs something to draw from"
            sizes.append(n)
            if len(sizes) > len(script):
                script.append(0)
            return script[len(sizes) - 1]

        outcome = run(below)
        probability = Fraction(1)
        for n in sizes:
            probability /= n
        outcomes[outcome] = outcomes.get(outcome, Fraction(0)) + probability

        script = script[: len(sizes)]
        while script and script[-1] + 1 == sizes[len(script) - 1]:
            script.pop()
        if not script:
            assert sum(outcomes.values()) == 1
            return outcomes
        script[-1] += 1
