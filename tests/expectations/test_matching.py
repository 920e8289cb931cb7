"""Wishes and records: as many wishes as can be had get a record of their own."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from kmsdns.expectations.matching import assign


@given(st.integers(0, 5), st.integers(0, 5), st.sets(st.tuples(st.integers(0, 4), st.integers(0, 4))))
def test_no_assignment_is_larger(wishes: int, records: int, fitting: set[tuple[int, int]]) -> None:
    found = assign(range(wishes), range(records), lambda wish, record: (wish, record) in fitting)
    assert all(pair in fitting for pair in found.items())
    assert len(set(found.values())) == len(found)
    padded = [*range(records), *[-1] * wishes]
    best = max(sum(pair in fitting for pair in enumerate(order)) for order in permutations(padded, wishes))
    assert len(found) == best


def test_many_equal_wishes_do_not_go_deep() -> None:
    assert len(assign([0] * 3000, [0] * 3000, lambda _wish, _record: True)) == 3000
