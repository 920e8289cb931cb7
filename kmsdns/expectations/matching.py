"""Which records are the ones that were wished for: each wish gets a record of its own, as many as can be had."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeVar

    W = TypeVar("W")
    R = TypeVar("R")


def assign(wishes: Sequence[W], records: Sequence[R], fits: Callable[[W, R], bool]) -> dict[int, int]:
    """Wish -> record, by their places, for as many wishes as possible (Kuhn's augmenting paths)."""
    candidates = [[place for place, record in enumerate(records) if fits(wish, record)] for wish in wishes]
    taken: dict[int, int] = {}  # record -> wish

    def give(wish: int, tried: set[int]) -> bool:
        free = [record for record in candidates[wish] if record not in taken]
        for record in free[:1] or candidates[wish]:
            if record in tried:
                continue
            tried.add(record)
            if record not in taken or give(taken[record], tried):
                taken[record] = wish
                return True
        return False

    for wish in range(len(wishes)):
        give(wish, set())
    return {wish: record for record, wish in taken.items()}
