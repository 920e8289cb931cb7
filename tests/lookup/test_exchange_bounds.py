"""What a look-up never exceeds, whatever servers do to it, in virtual time."""

from __future__ import annotations

import struct

import pytest

from kmsdns.lookup.attempt import LookupSettings
from kmsdns.lookup.exchange import MAX_TRIES
from kmsdns.model.messages import Outcome, Question, Server
from tests.lookup.virtual_network import Event, Script, run

QUESTION = Question(name="_vlmcs._tcp.corp.test.", rdtype="SRV")
CROWD = [Server(address=f"127.0.1.{n}") for n in range(1, 41)]


def late(flags: int) -> Script:
    """Replies over UDP once everybody has been asked, with these flags; nobody is there over TCP."""

    def script(query: bytes, transport: str) -> list[Event]:
        if transport == "tcp":
            return [(0.0, "tcp-refused")]
        end = query.index(b"\0", 12) + 5
        return [(15.0, query[:2] + struct.pack("!5H", flags, 1, 0, 0, 0) + query[12:end])]

    return script


@pytest.mark.parametrize(
    ("flags", "outcome", "servers"),
    [(0x8600, Outcome.TIMEOUT, 40), (0x8401, Outcome.SERVFAIL, 40), (0x0100, Outcome.MALFORMED, MAX_TRIES)],
    ids=["truncated", "EDNS turned down", "rejected, nobody left to ask"],
)
def test_no_more_tries_than_are_allowed(flags: int, outcome: Outcome, servers: int) -> None:
    settings = LookupSettings(timeout=30.0, retries=0)
    found = run(QUESTION, dict.fromkeys(CROWD[:servers], late(flags)), settings, deadline=90.0)
    assert len(found.tries) == MAX_TRIES
    assert found.outcome is outcome
