"""Any servers, any settings: a look-up ends in time, asks at most 32 questions, and leaves no socket open."""

from __future__ import annotations

import random

import pytest

from kmsdns.lookup.attempt import MAX_REJECTED, LookupSettings
from kmsdns.lookup.exchange import MAX_TRIES
from kmsdns.model.messages import REASONS, Outcome, Server
from tests.lookup.test_fault_table import QUESTION, ROWS
from tests.lookup.virtual_network import run

WORDS = {*REASONS, "answer", "nodata", "nxdomain"}


@pytest.mark.parametrize("seed", range(150))
def test_a_look_up_keeps_its_promises(seed: int) -> None:
    dice = random.Random(seed)
    names = [dice.choice(list(ROWS)) for _ in range(dice.randrange(1, 6))]
    servers = {Server(address=f"127.0.1.{n}"): ROWS[name][0]() for n, name in enumerate(names)}
    settings = LookupSettings(
        timeout=dice.choice([0.1, 0.5, 2.0]),
        retries=dice.randrange(4),
        tcp_only=dice.random() < 0.2,
        edns_size=dice.choice([None, 512, 1232]),
        all_servers=dice.random() < 0.5,
        cookie=dice.random() < 0.5,
        mix_case=dice.random() < 0.5,
    )
    deadline = dice.choice([0.05, 0.3, 5.0])
    response = run(QUESTION, servers, settings, deadline=deadline)
    told = (names, settings, deadline)
    assert len(response.tries) <= MAX_TRIES, told
    assert response.elapsed <= deadline, told
    assert all(each.elapsed <= deadline for each in response.tries), told
    assert (response.outcome is Outcome.ANSWER) is bool(response.answer), told
    for each in response.tries:
        assert each.outcome in WORDS or each.outcome.startswith("rcode-"), told
        assert {*each.warnings, *[rejected.reason for rejected in each.rejected]} <= WORDS, told
        assert len(each.warnings) == len(set(each.warnings)), told
        assert len(each.rejected) <= MAX_REJECTED, told
    assert bool(response.said) is settings.all_servers, told
