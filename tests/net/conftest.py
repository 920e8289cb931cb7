"""A server, and a responder without sockets, for the tests that only ask: of the zone tests.net.messages.BIG."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kmsdns.net.server.responder import Responder
from kmsdns.net.server.server import ZoneServer
from kmsdns.zone.reader import load
from tests.net.messages import BIG, serving


@pytest.fixture(scope="module")
def server() -> Iterator[ZoneServer]:
    """At 127.0.0.1 and, where there is IPv6, at ::1."""
    with serving(BIG, addresses=None) as running:
        yield running


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is: no question moves on to a connection of its own because an answer takes long."""
    monkeypatch.setattr("kmsdns.net.client.connections.STALLED", 60.0)


@pytest.fixture(scope="module")
def responder() -> Responder:
    """Octets in, octets out."""
    return Responder([load(BIG)])
