"""Which queries meet a fault, over real sockets: by what they are, by counting, by their names."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from kmsdns.net.server.responder import Responder
from kmsdns.net.server.server import ZoneServer
from kmsdns.zone.reader import load
from tests.net.client.faulty import ADDRESS, OWNER, QUERY, SEEN, clean
from tests.net.messages import (
    PATIENCE,
    QUIET,
    ZONE,
    asking,
    connected,
    fields,
    frame,
    header,
    messages,
    query,
    question,
    serving,
    tcp,
    udp,
    until_closed,
)

# Which queries


@pytest.mark.parametrize(
    ("fault", "answered"),
    [
        ("drop:every=2", [1, 3, 5]),
        ("drop:first=4", [5, 6]),
        ("drop:after=2", [1, 2]),
        ("drop:after=1,every=2,first=2", [1, 2, 4, 6]),
        (f"drop:name={OWNER},type=SRV,transport=udp,client=127.0.0.1,after=5", [1, 2, 3, 4, 5]),
        ("drop:name=kms1.contoso.test", [1, 2, 3, 4, 5, 6]),
        ("drop:type=A", [1, 2, 3, 4, 5, 6]),
        ("drop:transport=tcp", [1, 2, 3, 4, 5, 6]),
        ("drop:client=127.0.0.9", [1, 2, 3, 4, 5, 6]),
    ],
)
def test_selecting(fault, answered):
    with serving(ZONE, faults=[fault]) as server:
        found = messages(server, *[query(id=number) for number in range(1, 7)], count=len(answered))
        assert [fields(message)[0] for message in found] == answered


def test_a_fault_of_one_name_leaves_the_others_alone():
    with serving(ZONE, faults=["garbage:name=kms1.contoso.test"]) as server:
        assert udp(server, QUERY) == clean()
        assert udp(server, query("kms2.contoso.test.", "A")) == clean(query("kms2.contoso.test.", "A"))
        assert udp(server, ADDRESS)[2:] == b"\xff" * 62


def test_of_one_transport():
    with serving(ZONE, faults=["servfail:transport=tcp"]) as server:
        assert udp(server, QUERY) == clean()
        SEEN["servfail"](clean(), tcp(server, QUERY))


def test_of_one_client():
    with serving(ZONE, faults=["drop:client=127.0.0.7"]) as server:
        assert udp(server, QUERY) == clean()
        with asking(server) as (sock, send), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.bind(("127.0.0.7", 0))
            other.sendto(QUERY, ("127.0.0.1", server.port))
            send(QUERY)
            assert sock.recv(65_535) == clean()
            other.settimeout(QUIET)
            with pytest.raises(TimeoutError):
                other.recv(1)


def test_several_in_order():
    with serving(ZONE, faults=["servfail", "delay:ms=80", "duplicate", "wrong-id"]) as server:
        began = time.monotonic()
        found = messages(server, QUERY, count=2)
        assert time.monotonic() - began > 0.08
        assert [fields(message)[:2] for message in found] == [(0x1235, 0x8102)] * 2


# The end of the server


def test_what_is_late_still_leaves_at_the_end():
    """max_queries ends the server when its last answer has left, stop at once."""
    for faults, way, expected in (
        (["delay:ms=60"], udp, clean()),
        (["delay:ms=60"], tcp, clean(QUERY, "tcp")),
        (["tcp-split:ms=20"], tcp, clean(QUERY, "tcp")),
    ):
        server = ZoneServer([load(ZONE)], ("127.0.0.1",), max_queries=1, faults=faults)
        server.start()
        thread = threading.Thread(target=server.serve)
        thread.start()
        assert way(server, QUERY) == expected
        thread.join(PATIENCE)
        assert not thread.is_alive()
    for limit in (None, 1):
        with serving(ZONE, max_queries=limit, faults=["delay:ms=60000"]) as server:
            assert messages(server, QUERY, count=0) == []
        # It has ended by now: serving waits for a sixth of that minute at the most.


# By query name


def test_by_query_name():
    with serving(ZONE) as server:
        for name, fault in (
            ("servfail", "servfail"),
            ("www.wrong-id", "wrong-id"),
            ("Trailing-Bytes", "trailing-bytes"),
        ):
            wire = query(f"{name}.fault.test.", "A")
            correct = RESPONDER_BY_NAME.respond(wire, "udp")
            (message,) = messages(server, wire)
            SEEN[fault](correct, message)
        assert messages(server, query("drop.fault.test.", "A"), count=0) == []
        assert fields(udp(server, query("_vlmcs._tcp.fault.test.")))[1:4] == (0x8500, 1, 1)
        assert fields(udp(server, query("nonsense.fault.test.")))[1:4] == (0x8503, 1, 0)
        assert udp(server, QUERY) == clean()
        wire = query("_vlmcs._tcp.tcp-close.truncate.fault.test.")
        assert fields(udp(server, wire))[1] & 0x0200
        with connected(server) as sock:
            sock.sendall(frame(wire))
            assert until_closed(sock) == b""
        again = [
            query(f"{label}.drop-first-1.fault.test.", "A", id=at) for at, label in enumerate(("a", "a", "b", "b"))
        ]
        assert [fields(message)[0] for message in messages(server, *again, count=2)] == [1, 3]


def test_names_that_are_faults_among_others():
    """Many datagrams at once, some of them for faults by their names: each gets what it deserves, and all are seen."""
    asked = []
    for number in range(0, 40, 4):
        asked += [
            query(id=number),
            query("servfail.fault.test.", "A", id=number + 1),
            query("drop.fault.test.", "A", id=number + 2),
            header(flags=0x8100, id=number + 3) + question("servfail.fault.test."),
        ]
    with serving(ZONE) as server:
        found = {fields(message)[0]: fields(message)[1] for message in messages(server, *asked, count=20)}
        assert found == {number: 0x8102 if number % 4 else 0x8500 for number in range(40) if number % 4 < 2}
        assert sorted(entry.id for entry in server.queries) == [number for number in range(40) if number % 4 < 3]
        assert (server.counts.udp, server.counts.dropped) == (30, 10)


RESPONDER_BY_NAME = Responder(
    [load("$ORIGIN fault.test.\n@ 0 SOA ns hostmaster 1 2 3 4 5\n@ 0 NS ns\n* 0 A 127.0.0.1\n")]
)


def test_a_zone_of_ones_own_in_place_of_fault_test():
    own = "$ORIGIN fault.test.\n@ 60 SOA ns hostmaster 1 2 3 4 5\n@ 60 NS ns\ndrop 60 A 192.0.2.1\n"
    with serving(own) as server:
        assert fields(udp(server, query("drop.fault.test.", "A")))[3] == 1
        server.reload([load(ZONE)])
        assert messages(server, query("drop.fault.test.", "A"), count=0) == []
        server.reload([load(own)])
        assert fields(udp(server, query("drop.fault.test.", "A")))[3] == 1
