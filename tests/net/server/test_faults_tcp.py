"""The faults that only TCP has, as clients meet them."""

from __future__ import annotations

import time

import pytest

from tests.net.client.faulty import ADDRESS, QUERY, clean
from tests.net.messages import (
    PATIENCE,
    QUIET,
    ZONE,
    connected,
    exactly,
    frame,
    read_frame,
    serving,
    tcp,
    udp,
    until_closed,
)


def test_empty_tcp():
    with serving(ZONE, faults=["empty-tcp:first=1"]) as server, connected(server) as sock:
        sock.sendall(frame(QUERY) + frame(ADDRESS))
        assert exactly(sock, 2) == b"\0\0"
        assert read_frame(sock) == clean(ADDRESS, "tcp")


@pytest.mark.parametrize("size", [0, 1, 2, 30])
def test_tcp_close(size):
    with serving(ZONE, faults=[f"tcp-close:bytes={size}"]) as server, connected(server) as sock:
        sock.sendall(frame(QUERY) + frame(ADDRESS))
        assert until_closed(sock) == frame(clean(QUERY, "tcp"))[:size]
        assert udp(server, QUERY) == clean()


def test_tcp_reset():
    with serving(ZONE, faults=["tcp-reset"]) as server, connected(server) as sock:
        sock.sendall(frame(QUERY))
        with pytest.raises(ConnectionResetError):
            sock.recv(1)
        assert udp(server, QUERY) == clean()


def arrivals(sock, size):
    """What each read gives, until so many octets are there."""
    pieces = []
    while sum(map(len, pieces)) < size:
        pieces.append(sock.recv(65_535))
        assert pieces[-1]
    return pieces


def test_tcp_slow():
    whole = frame(clean(QUERY, "tcp"))
    with serving(ZONE, faults=[f"tcp-slow:bytes={len(whole) * 4}"]) as server, connected(server) as sock:
        began = time.monotonic()
        sock.sendall(frame(QUERY))
        pieces = arrivals(sock, len(whole))
        assert time.monotonic() - began > 0.15
        assert b"".join(pieces) == whole
        assert len(pieces) > 1
        assert udp(server, QUERY) == clean()


def test_a_slow_answer_to_a_client_that_goes_away():
    with serving(ZONE, faults=["tcp-slow:bytes=1000,type=SRV"]) as server:
        for _ in range(3):
            with connected(server) as sock:
                sock.sendall(frame(QUERY))
                exactly(sock, 2)
        assert tcp(server, ADDRESS) == clean(ADDRESS, "tcp")
        end = time.monotonic() + PATIENCE
        while server._streams.connections:
            assert time.monotonic() < end
            time.sleep(0.01)


def test_tcp_split():
    whole = frame(clean(QUERY, "tcp"))
    with serving(ZONE, faults=["tcp-split:n=4,ms=60"]) as server, connected(server) as sock:
        sock.sendall(frame(QUERY))
        pieces = arrivals(sock, len(whole))
        assert b"".join(pieces) == whole
        assert pieces[0] == whole[:1]
        assert 1 < len(pieces) <= 4


def test_tcp_length_lie():
    with serving(ZONE, faults=["tcp-length-lie:bytes=50"]) as server, connected(server) as sock:
        sock.sendall(frame(QUERY))
        message = clean(QUERY, "tcp")
        assert exactly(sock, 2 + len(message)) == (len(message) + 50).to_bytes(2, "big") + message
        sock.settimeout(QUIET)
        with pytest.raises(TimeoutError):
            sock.recv(1)
