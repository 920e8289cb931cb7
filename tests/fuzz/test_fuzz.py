"""The fuzzers' targets for a few seconds, under hypothesis; and that they notice what they are there for."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kmsdns.lookup import attempt as flight
from kmsdns.lookup import exchange, wire
from kmsdns.lookup.attempt import Attempt
from kmsdns.lookup.exchange import Exchange
from tests.amount import examples
from tests.fuzz.harness import decode_any, exchange_any
from tests.lookup.mutations import mutant

NOTICED_WITHIN = 5000  # scripts


@given(st.binary(max_size=600))
@settings(max_examples=examples(500))
def test_any_octets(data: bytes) -> None:
    decode_any(data)


@given(st.integers(0, 2**32), st.integers(0, 2**16))
@settings(max_examples=examples(1000))
def test_almost_a_message(seed: int, index: int) -> None:
    decode_any(mutant(seed, index))


@given(st.binary(min_size=20, max_size=600))
@example(b"\0\0\0\1\1\0\0\x94" + bytes(8) + b"\3\1\0\0")  # denied without an SOA, which is believed at the deadline
@example(  # the same, where nobody looks at the clock before the deadline has passed
    bytes.fromhex(
        "4ef0e236409dae7f8090205e2bfb80583fe77599785998dd3d9b0db174637035d54925b497c6c560ffff1a0000000000"
        "006b6d1667543c10d85dd5a4e97f600cda9911e13b2898a1562fbe182d323a119baa"
    )
)
@settings(max_examples=examples(500))
def test_any_script(data: bytes) -> None:
    exchange_any(data)


@given(st.integers(0, 2**32))
@settings(max_examples=examples(1000))
def test_long_scripts(seed: int) -> None:
    exchange_any(scripted(seed))


def scripted(seed: int) -> bytes:
    dice = random.Random(seed)
    return dice.randbytes(dice.randrange(20, 800))


# Defects, each put where the code is right: what is replaced, by what.


def believes_anybody(self: Attempt, data: bytes, source: str) -> Any:
    return READ(self, data, str(self.server))


def believes_any_id(self: Attempt, data: bytes, source: str) -> Any:
    return READ(self, self.id.to_bytes(2, "big") + data[2:], source)


def knows_no_deadline(self: Exchange, now: float) -> None:
    self._deadline = float("inf")
    TICK(self, now)


def leaves_open(self: Exchange, tried: Attempt) -> None:
    tried.open = False


def listens_to_nobody(self: Attempt, data: bytes, source: str) -> str:
    return "id-mismatch"


READ, TICK = Attempt.read, Exchange.tick


@pytest.mark.parametrize(
    ("where", "name", "defect"),
    [
        (Attempt, "read", believes_anybody),
        (Attempt, "read", believes_any_id),
        (flight, "mismatch", lambda message, question: None),
        (Exchange, "tick", knows_no_deadline),
        (Exchange, "_close", leaves_open),
        (Attempt, "read", listens_to_nobody),
        (exchange, "MAX_TRIES", 1000),
        (flight, "MAX_REJECTED", 1000),
        (wire.Names, "read", lambda self, start, hops=0: self.data[start + 1 << 16]),
    ],
)
def test_a_defect_is_noticed(where: Any, name: str, defect: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(where, name, defect)
    with pytest.raises((AssertionError, IndexError)):
        all_of(exchange_any, scripted)


def test_so_is_one_of_the_codec(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "edns", lambda size, ttl, rdata: rdata[70000])
    with pytest.raises(IndexError):
        all_of(decode_any, partial(mutant, 1))


def all_of(target: Callable[[bytes], None], source: Callable[[int], bytes]) -> None:
    for number in range(NOTICED_WITHIN):
        target(source(number))
