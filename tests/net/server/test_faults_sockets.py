"""The faults as clients meet them, over UDP and TCP: messages, silence, delays, closed ports."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from kmsdns.net.server.faults.table import FAULTS
from kmsdns.net.server.server import ZoneServer
from kmsdns.zone.reader import load
from tests.net.client.faulty import ADDRESS, QUERY, SEEN, clean
from tests.net.messages import (
    ORIGIN,
    PATIENCE,
    ZONE,
    answers,
    asking,
    connected,
    frame,
    messages,
    query,
    read_frame,
    serving,
    tcp,
    udp,
)

# No fault


@pytest.mark.parametrize("faults", [(), ("drop:type=CAA", "servfail:name=other.test", "refused:after=1000")])
def test_without_a_fault_the_answer_is_the_correct_one(faults):
    with serving(ZONE, faults=faults) as server:
        for wire in (QUERY, ADDRESS, query("nothing.contoso.test."), query("www.sub.contoso.test.")):
            assert udp(server, wire) == clean(wire)
            assert tcp(server, wire) == clean(wire, "tcp")


# Faults that change the message


@pytest.mark.parametrize("name", SEEN)
def test_messages(name):
    wire = query(ORIGIN, "SOA", edns=1232) if name == "stale-serial" else QUERY
    specs = [f"{name}:transport={transport}" for transport in FAULTS[name].over]
    with serving(ZONE, faults=specs) as server:
        ((over_udp, port),) = answers(server, wire, count=1)
        assert port == server.port
        SEEN[name](clean(wire), over_udp)
        SEEN[name](clean(wire, "tcp"), tcp(server, wire))
        assert [(tally.seen, tally.hit) for tally in server.faults] == [(1, 1)] * len(specs)


# Whether, when, from where, how often


def test_drop():
    with serving(ZONE, faults=["drop:type=SRV"]) as server:
        assert messages(server, QUERY, count=0) == []
        with connected(server) as sock:
            sock.sendall(frame(QUERY) + frame(ADDRESS))
            assert read_frame(sock) == clean(ADDRESS, "tcp")  # the connection stays open


def test_delay():
    with serving(ZONE, faults=["delay:ms=150,type=SRV"]) as server:
        began = time.monotonic()
        with asking(server) as (sock, send):
            send(QUERY)
            send(ADDRESS)
            assert sock.recv(65_535) == clean(ADDRESS)  # the loop goes on meanwhile
            assert sock.recv(65_535) == clean()
        assert time.monotonic() - began >= 0.15
        began = time.monotonic()
        with connected(server) as sock:
            sock.sendall(frame(QUERY) + frame(ADDRESS))
            assert tcp(server, ADDRESS) == clean(ADDRESS, "tcp")  # others don't wait
            assert [read_frame(sock) for _ in range(2)] == [clean(QUERY, "tcp"), clean(ADDRESS, "tcp")]
        assert time.monotonic() - began >= 0.15


def test_a_client_that_has_said_all_still_gets_its_late_answer():
    with serving(ZONE, faults=["delay:ms=150"], idle_limit=0.1) as server, connected(server) as sock:
        sock.sendall(frame(QUERY) + frame(ADDRESS))
        sock.shutdown(socket.SHUT_WR)
        assert [read_frame(sock) for _ in range(2)] == [clean(QUERY, "tcp"), clean(ADDRESS, "tcp")]
        assert sock.recv(1) == b""


def test_flap():
    with serving(ZONE, faults=["flap:n=2"]) as server:
        asked = [query(id=number) for number in range(6)]
        assert messages(server, *asked, count=4) == [clean(asked[at]) for at in (0, 1, 4, 5)]


def test_duplicate():
    with serving(ZONE, faults=["duplicate:n=3"]) as server:
        assert messages(server, QUERY, count=3) == [clean()] * 3
        with connected(server) as sock:
            sock.sendall(frame(QUERY))
            assert [read_frame(sock) for _ in range(3)] == [clean(QUERY, "tcp")] * 3


def test_reorder():
    asked = [query(id=number) for number in range(5)]
    with serving(ZONE, faults=["reorder:ms=400"]) as server:
        began = time.monotonic()
        assert messages(server, *asked, count=5) == [clean(asked[at]) for at in (1, 0, 3, 2, 4)]
        assert time.monotonic() - began >= 0.4
    with serving(ZONE, faults=["reorder:ms=400"]) as server, connected(server) as sock:
        sock.sendall(b"".join(map(frame, asked)))
        assert [read_frame(sock) for _ in asked] == [clean(asked[at], "tcp") for at in (1, 0, 3, 2, 4)]


def test_reorder_of_one_answer_alone():
    with serving(ZONE, faults=["reorder:first=1,type=SRV,ms=5000"]) as server:
        assert messages(server, QUERY, ADDRESS, count=2) == [clean(ADDRESS), clean()]
    with serving(ZONE, faults=["reorder:first=1,type=SRV,ms=5000"]) as server, connected(server) as sock:
        sock.sendall(frame(QUERY) + frame(ADDRESS))
        assert [read_frame(sock) for _ in range(2)] == [clean(ADDRESS, "tcp"), clean(QUERY, "tcp")]


def test_one_answer_waits_at_a_time():
    faults = ["reorder:first=1,ms=5000", "reorder:after=1,first=1,ms=5000"]
    asked = [query(id=number) for number in range(2)]
    with serving(ZONE, faults=faults) as server:
        assert messages(server, *asked, count=2) == [clean(asked[1]), clean(asked[0])]
    with serving(ZONE, faults=faults) as server, connected(server) as sock:
        sock.sendall(b"".join(map(frame, asked)))
        assert [read_frame(sock) for _ in asked] == [clean(asked[1], "tcp"), clean(asked[0], "tcp")]


def test_wrong_address():
    with serving(ZONE, faults=["wrong-address"]) as server:
        ((message, port),) = answers(server, QUERY, count=1)
        assert message == clean()
        assert port != server.port
        assert tcp(server, QUERY) == clean(QUERY, "tcp")


# Closed ports


def is_refused_over_udp(server):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(PATIENCE)
        sock.connect(("127.0.0.1", server.port))
        try:
            sock.send(QUERY)
            return sock.recv(65_535) == b""
        except ConnectionRefusedError:
            return True


def is_refused_over_tcp(server):
    try:
        with connected(server):
            return False
    except ConnectionRefusedError:
        return True


@pytest.mark.parametrize(
    ("fault", "closed"),
    [
        ("close-port", (True, True)),
        ("close-port:transport=udp", (True, False)),
        ("close-port:transport=tcp", (False, True)),
    ],
)
def test_ports_closed_from_the_start(fault, closed):
    with serving(ZONE, faults=[fault]) as server:
        assert (is_refused_over_udp(server), is_refused_over_tcp(server)) == closed


def test_a_port_closes_after_some_answers():
    with serving(ZONE, addresses=("127.0.0.1", "127.0.0.2"), faults=["close-port:after=3"]) as server:
        with connected(server) as sock:
            sock.sendall(frame(QUERY))
            read_frame(sock)
            assert udp(server, QUERY) == clean()
            sock.sendall(frame(ADDRESS) + frame(QUERY))
            assert read_frame(sock) == clean(ADDRESS, "tcp")
            assert sock.recv(1) == b""
        assert is_refused_over_udp(server)
        assert is_refused_over_tcp(server)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.2", server.port), PATIENCE)
        assert [tally.hit for tally in server.faults] == [1]


def test_a_port_closes_at_a_question():
    with serving(ZONE, faults=["close-port:type=SRV,transport=udp"]) as server:
        assert udp(server, ADDRESS) == clean(ADDRESS)
        assert messages(server, QUERY, count=0) == []
        assert is_refused_over_udp(server)
        assert tcp(server, QUERY) == clean(QUERY, "tcp")


def test_a_server_with_closed_ports_starts_again():
    server = ZoneServer([load(ZONE)], ("127.0.0.1",), faults=["close-port:after=1"])
    for _ in range(2):
        server.start()
        thread = threading.Thread(target=server.serve)
        thread.start()
        assert udp(server, QUERY) == clean()
        server.stop()
        thread.join(PATIENCE)
        assert not thread.is_alive()
