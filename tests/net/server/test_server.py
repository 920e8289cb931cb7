"""The DNS server over real sockets: what it does with datagrams and connections, and what it tells of them."""

from __future__ import annotations

import errno
import random
import socket
import struct
import threading

import dns.flags
import dns.message
import dns.query
import pytest

from kmsdns.net.server import responder as responder_module
from kmsdns.net.server import server as module
from kmsdns.net.server.responder import FORMERR, REFUSED, SERVFAIL
from kmsdns.net.server.server import ZoneServer
from kmsdns.zone.reader import load
from tests.net.messages import (
    PATIENCE,
    TARGET,
    ZONE,
    connected,
    fields,
    frame,
    header,
    mutated,
    query,
    question,
    read_frame,
    serving,
    tcp,
    udp,
)

# Over the network


def test_seven_kilobytes_over_tcp(server):
    answer = tcp(server, query("_sixty._tcp.contoso.test."))
    parsed = dns.message.from_wire(answer)
    assert len(answer) > 5000
    assert {str(rdata.target) for rdata in parsed.answer[0]} == {TARGET.format(number) for number in range(60)}
    assert len(parsed.additional) == 60


def test_pointers_beyond_sixteen_kilobytes(server):
    answer = tcp(server, query("_many._tcp.contoso.test.", edns=1232))
    parsed = dns.message.from_wire(answer)
    assert len(answer) > 0x4000 + 4096
    assert len(parsed.answer[0]) == 700
    assert {str(rrset.name) for rrset in parsed.additional} <= {TARGET.format(number) for number in range(700)}
    assert not parsed.flags & dns.flags.TC


def test_reload(server):
    with serving(ZONE) as own:
        assert fields(udp(own, query()))[3] == 3
        own.reload([load(ZONE.replace("_vlmcs._tcp IN SRV 0 40 1688 kms2\n", ""))])
        assert fields(udp(own, query()))[3] == 2
        own.reload([])
        assert fields(udp(own, query()))[1] & 15 == REFUSED


def test_one_port_for_everything(server):
    assert server.port > 0
    assert server.addresses[0] == f"127.0.0.1:{server.port}"
    for answer in (udp(server, query()), tcp(server, query())):
        assert fields(answer)[1:4] == (0x8500, 1, 3)


def test_ipv6(server):
    if server.warnings:
        pytest.skip(server.warnings[0])
    assert server.addresses[1] == f"[::1]:{server.port}"
    ask = dns.message.make_query("_vlmcs._tcp.contoso.test", "SRV")
    for way in (dns.query.udp, dns.query.tcp):
        assert len(way(ask, "::1", port=server.port, timeout=PATIENCE).answer[0]) == 3


def test_several_addresses():
    with serving(ZONE, addresses=("127.0.0.1", "127.0.0.2")) as server:
        ask = dns.message.make_query("_vlmcs._tcp.contoso.test", "SRV")
        for address in ("127.0.0.1", "127.0.0.2"):
            for way in (dns.query.udp, dns.query.tcp):
                assert len(way(ask, address, port=server.port, timeout=PATIENCE).answer[0]) == 3


def test_responses_and_runts_are_passed_over(server):
    dropped = server.counts.dropped
    answer = udp(server, b"", b"short", header(flags=0x8100, id=7) + question(), query(id=8))
    assert answer[:2] == b"\0\x08"
    assert server.counts.dropped == dropped + 3


def test_truncated_then_over_tcp(server):
    ask = dns.message.make_query("_sixty._tcp.contoso.test", "SRV", use_edns=0, payload=4096)
    answer, over_tcp = dns.query.udp_with_fallback(ask, "127.0.0.1", port=server.port, timeout=PATIENCE)
    assert over_tcp
    assert len(answer.answer[0]) == 60


def test_two_queries_in_one_write(server):
    with connected(server) as sock:
        sock.sendall(frame(query(id=1)) + frame(query("kms1.contoso.test.", "A", id=2)))
        assert {fields(read_frame(sock))[0] for _ in range(2)} == {1, 2}
        sock.sendall(frame(query(id=3)))
        assert fields(read_frame(sock))[0] == 3


def test_octet_by_octet(server):
    with connected(server) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for octet in frame(query(id=1)) + frame(query(id=2)):
            sock.send(bytes((octet,)))
        assert [fields(read_frame(sock))[0] for _ in range(2)] == [1, 2]


def test_frames_that_hold_no_query(server):
    with connected(server) as sock:
        sock.sendall(frame(b"") + frame(b"x") + frame(header(flags=0x8000)) + frame(header()) + frame(query(id=4)))
        assert [fields(read_frame(sock))[:2] for _ in range(2)] == [(0x1234, 0x8100 | FORMERR), (4, 0x8500)]


def test_a_client_that_has_said_all(server):
    with connected(server) as sock:
        sock.sendall(frame(query(id=1)) + frame(query(id=2)) + b"\0\x20half")
        sock.shutdown(socket.SHUT_WR)
        assert [fields(read_frame(sock))[0] for _ in range(2)] == [1, 2]
        assert sock.recv(1) == b""


def test_a_client_that_reads_late(server):
    count = 200  # times 57 KB: more than the sockets' buffers hold
    with connected(server) as sock:
        asked = b"".join(frame(query("_many._tcp.contoso.test.", id=number)) for number in range(count))
        sender = threading.Thread(target=sock.sendall, args=(asked,))
        sender.start()
        assert fields(udp(server, query()))[3] == 3  # others do not wait
        assert [fields(read_frame(sock))[0] for _ in range(count)] == list(range(count))
        sender.join(PATIENCE)


def test_a_client_that_goes_away(server):
    for _ in range(20):
        with connected(server) as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # close resets
            sock.sendall(frame(query("_many._tcp.contoso.test.")) * 50)
    assert fields(tcp(server, query()))[3] == 3


def test_two_hundred_connections_at_once(server):
    sockets = [socket.create_connection(("127.0.0.1", server.port), PATIENCE) for _ in range(200)]
    try:
        assert fields(udp(server, query()))[3] == 3
        for number, sock in enumerate(sockets):
            sock.sendall(frame(query(id=number)))
        for number, sock in enumerate(sockets):
            assert fields(read_frame(sock))[0] == number
    finally:
        for sock in sockets:
            sock.close()


def test_idle_connections_are_closed():
    with serving(ZONE, idle_limit=0.2) as server, connected(server) as silent, connected(server) as dripping:
        dripping.sendall(frame(query())[:5])
        assert silent.recv(1) == b""
        assert dripping.recv(1) == b""
        assert fields(tcp(server, query()))[3] == 3


def test_the_longest_idle_makes_room():
    with serving(ZONE, max_connections=3) as server:
        sockets = []
        try:
            for number in range(3):
                sockets.append(socket.create_connection(("127.0.0.1", server.port), PATIENCE))
                sockets[-1].sendall(frame(query(id=number)))
                assert fields(read_frame(sockets[-1]))[0] == number
            sockets[0].sendall(frame(query(id=9)))
            assert fields(read_frame(sockets[0]))[0] == 9
            assert fields(tcp(server, query()))[3] == 3
            assert sockets[1].recv(1) == b""  # not the first, which has just asked
            sockets[0].sendall(frame(query(id=10)))
            assert fields(read_frame(sockets[0]))[0] == 10
        finally:
            for sock in sockets:
                sock.close()


def test_no_descriptor_is_left():
    class Listener:
        def __init__(self):
            self.errors = [errno.EMFILE, errno.EAGAIN]

        def accept(self):
            raise OSError(self.errors.pop(0), "")

    server = ZoneServer([], ("127.0.0.1",))
    server.start()
    (listener,) = [
        key.fileobj
        for key in server._selector.get_map().values()
        if (key.fileobj.family, key.fileobj.type) == (socket.AF_INET, socket.SOCK_STREAM)
    ]
    with connected(server) as sock:
        while not server._streams.connections:
            server._streams.accept(listener, 0)
        server._streams.accept(Listener(), 0)
        assert sock.recv(1) == b""
    server._streams.accept(Listener(), 0)
    server.close()


def test_garbage_over_udp(server):
    rng = random.Random(2782)
    messages = [mutated(rng) for _ in range(2000)]
    for start in range(0, len(messages), 50):
        assert fields(udp(server, *messages[start : start + 50], query(id=0xBEEF)))[3] == 3
    assert server.warnings == [] or "::1" in server.warnings[0]


def test_garbage_over_tcp(server):
    rng = random.Random(1034)
    for _ in range(20):
        with connected(server) as sock:
            sock.sendall(b"".join(frame(mutated(rng)) for _ in range(50)) + frame(query(id=0xBEEF)))
            while fields(read_frame(sock))[0] != 0xBEEF:
                pass


# What is seen of it


def test_queries_and_counts():
    with serving(ZONE) as server:
        udp(server, query("_Vlmcs._tcp.contoso.test.", id=77), header(questions=0), query("kms1.contoso.test.", "A"))
        tcp(server, query("kms1.contoso.test.", "TYPE65280"))
        seen = server.queries
        assert [(entry.name, entry.rdtype, entry.transport) for entry in seen] == [
            ("_Vlmcs._tcp.contoso.test.", "SRV", "udp"),
            ("", "", "udp"),
            ("kms1.contoso.test.", "A", "udp"),
            ("kms1.contoso.test.", "TYPE65280", "tcp"),
        ]
        assert seen[0].id == 77
        assert seen[0].client.startswith("127.0.0.1:")
        assert seen[0].client == seen[2].client != seen[3].client
        assert [entry.when for entry in seen] == sorted(entry.when for entry in seen)
        counts = server.counts
        assert (counts.udp, counts.tcp, counts.dropped, counts.connections) == (3, 1, 0, 1)


def test_the_log_is_bounded(monkeypatch):
    monkeypatch.setattr(module, "LOG_LENGTH", 10)
    with serving(ZONE) as server:
        for number in range(35):
            udp(server, query(id=number))
        assert [entry.id for entry in server.queries] == list(range(25, 35))
        assert len(server._log) < 20
        assert server.counts.udp == 35


def test_on_query():
    seen = []
    with serving(ZONE, on_query=seen.append) as server:
        udp(server, query())
        assert tuple(seen) == server.queries


def test_a_defect_is_servfail_and_a_warning(monkeypatch):
    def broken(zones, asked):
        raise RuntimeError("boom")

    with serving(ZONE) as server:
        monkeypatch.setattr(responder_module, "respond_from", broken)
        assert fields(udp(server, query("alias.contoso.test.", "A"))) == (0x1234, 0x8100 | SERVFAIL, 0, 0, 0, 0)
        assert "boom" in server.warnings[0]
        monkeypatch.undo()
        assert fields(udp(server, query()))[3] == 3
