"""Serials: the next one is later, always (RFC 1982)."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from kmsdns.model.records import is_later
from kmsdns.zone.serials import following

NOW = 1_795_500_000.0


@given(st.integers(0, 2**32 - 1), st.floats(0, 4e9))
@example(1_000_000_000, 3_147_483_648.0)  # half of all numbers further, which is no longer later
def test_the_next_serial_is_later(serial: int, now: float) -> None:
    assert is_later(following(serial, now), serial)
    assert not is_later(serial, following(serial, now))
    assert not is_later(serial, serial)


def test_what_looks_like_a_date_and_is_none_is_counted() -> None:
    assert following(2026023001, NOW) == 2026023002
    assert following(2026112499, NOW) == 2026112500
    assert following(2030010101, NOW) == 2030010102, "a date to come stays one"
