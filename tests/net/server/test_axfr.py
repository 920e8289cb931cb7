"""Zone transfers: dnspython and dig take them, in one message and in many; IXFR by its serial."""

from __future__ import annotations

import socket
import struct
import subprocess
import threading

import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype
import dns.xfr
import dns.zone
import pytest

from kmsdns.model.names import to_wire
from kmsdns.net.server.responder import FORMERR, REFUSED, SERVFAIL, Responder
from kmsdns.net.server.server import ZoneServer
from kmsdns.net.server.transfer import MESSAGE_SIZE, is_current
from kmsdns.zone.reader import load
from tests.net.messages import serving
from tests.peers import dig

PATIENCE = 20.0  # seconds
AXFR, IXFR, SOA = 252, 251, 6
ORIGIN = "contoso.test."
ZONE = """\
$ORIGIN contoso.test.
$TTL 3600
@ SOA ns1 hostmaster 2026010101 7200 900 1209600 300
@ NS ns1
@ MX 10 mail
@ TXT "v=spf1 -all" "second"
ns1 A 192.0.2.1
ns1 AAAA 2001:db8::1
_vlmcs._tcp SRV 0 60 1688 kms1
_vlmcs._tcp SRV 0 40 1688 kms.fabrikam.example.
kms1 A 192.0.2.11
Upper A 192.0.2.12
alias CNAME kms1
*.wild A 192.0.2.99
moved DNAME other
sub NS ns.sub
ns.sub A 192.0.2.53
below.sub A 192.0.2.54
a.b.deep A 192.0.2.44
\\255\\000 A 192.0.2.45
t TYPE65280 \\# 3 abcdef
p PTR kms1
"""
LARGE = ZONE + "".join(f"_x._tcp.h{n} SRV 0 0 1688 kms{n}\nkms{n} A 192.0.2.{n % 250}\n" for n in range(5000))


@pytest.fixture(scope="module")
def server():
    with serving(ZONE, LARGE.replace("contoso.test.", "large.test.")) as running:
        yield running


def query(name=ORIGIN, rdtype=AXFR, serial=None, edns=False, flags=0, rdclass=1, id=7):
    soa = b""
    if serial is not None:
        soa = b"\xc0\x0c" + struct.pack("!HHIHHIIIII", SOA, 1, 0, 22, 0, serial, 0, 0, 0, 0)
    opt = b"\0" + struct.pack("!HHIH", 41, 1232, 0x8000, 0) if edns else b""
    counts = (1, 0, bool(soa), bool(opt))
    return struct.pack("!6H", id, flags, *counts) + to_wire(name) + struct.pack("!HH", rdtype, rdclass) + soa + opt


def answer(server, wire, count=1):
    """So many messages from a new connection."""
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE) as sock:
        sock.sendall(struct.pack("!H", len(wire)) + wire)
        with sock.makefile("rb") as stream:
            return [stream.read(struct.unpack("!H", stream.read(2))[0]) for _ in range(count)]


def records(zone):
    return {(name.to_text(), ttl, rdata.to_text()) for name, ttl, rdata in zone.iterate_rdatas()}


def transferred(port, origin=ORIGIN):
    zone = dns.zone.Zone(origin)
    dns.query.inbound_xfr("127.0.0.1", zone, port=port, timeout=PATIENCE)
    return records(zone)


def test_dnspython_takes_it_whole(server):
    assert transferred(server.port) == records(dns.zone.from_text(ZONE, ORIGIN, check_origin=False))


def test_dnspython_takes_ten_thousand_records(server):
    origin = "large.test."
    text = LARGE.replace("contoso.test.", origin)
    assert transferred(server.port, origin) == records(dns.zone.from_text(text, origin, check_origin=False))


def test_the_old_way_of_dnspython(server):
    messages = list(dns.query.xfr("127.0.0.1", "large.test.", port=server.port, timeout=PATIENCE))
    assert len(messages) > 10
    zone = dns.zone.from_xfr(iter(messages))
    assert len(zone.nodes) > 10_000


def test_messages(server):
    responder = Responder([load(LARGE)])
    messages = list(responder.transfer(query(edns=True, flags=0x0100)))
    parsed = [dns.message.from_wire(message, xfr=True, one_rr_per_rrset=True) for message in messages]
    assert len(messages) > 10
    assert all(len(message) <= MESSAGE_SIZE for message in messages)
    assert all(len(message) > MESSAGE_SIZE - 300 for message in messages[:-1])
    assert [(each.id, each.flags, each.rcode()) for each in parsed] == [(7, 0x8500, 0)] * len(parsed)
    assert [len(each.question) for each in parsed] == [1] + [0] * (len(parsed) - 1)
    assert [each.edns for each in parsed] == [0] + [-1] * (len(parsed) - 1)
    everything = [rrset for each in parsed for rrset in each.answer]
    assert [each.rdtype == SOA for each in everything] == [True] + [False] * (len(everything) - 2) + [True]
    assert everything[0] == everything[-1]
    assert len(everything) == len(load(LARGE).records) + 1


@pytest.mark.parametrize("arguments", [["AXFR"], ["IXFR=1"], ["AXFR", "+edns=0"], ["AXFR", "+onesoa"]])
def test_dig_takes_it(server, arguments):
    command = [dig(), "@127.0.0.1", "-p", str(server.port), "+tries=1", "large.test", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert "failed" not in done.stdout, done.stdout
    lines = [line for line in done.stdout.splitlines() if line and not line.startswith(";")]
    zone = load(LARGE.replace("contoso.test.", "large.test."))
    assert len(lines) == len(zone.records) + (0 if "+onesoa" in arguments else 1)


def test_wildcards_and_case_are_the_zones(server):
    (message,) = answer(server, query("CONTOSO.Test."))
    assert b"\7CONTOSO\4Test\0" in message
    parsed = dns.message.from_wire(message, xfr=True)
    owners = {rrset.name.labels[0] for rrset in parsed.answer}
    assert {b"Upper", b"*", b"\xff\0"} <= owners


@pytest.mark.parametrize(
    ("wire", "rcode"),
    [
        (query("sub.contoso.test."), REFUSED),
        (query("www.contoso.test."), REFUSED),
        (query("test."), REFUSED),
        (query("fabrikam.example."), REFUSED),
        (query("fabrikam.example.", IXFR, serial=1), REFUSED),
        (query(rdclass=3), REFUSED),
        (query(rdclass=255), REFUSED),
        (query(rdtype=IXFR), REFUSED),
        (query()[:-1], FORMERR),
        (query(rdtype=IXFR, serial=1)[:-1], FORMERR),
    ],
)
def test_what_is_refused(server, wire, rcode):
    (message,) = answer(server, wire)
    assert struct.unpack("!H", message[2:4])[0] & 15 == rcode
    assert struct.unpack("!H", message[6:8]) == (0,)


def test_a_response_is_passed_over(server):
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE) as sock:
        for wire in (query(flags=0x8000, id=1), query(id=2)):
            sock.sendall(struct.pack("!H", len(wire)) + wire)
        assert sock.recv(4)[2:] == b"\0\2"


def test_over_udp(server):
    for wire, flags, count in (
        (query(), 0x8000 | REFUSED, 0),
        (query(rdtype=IXFR), 0x8000 | REFUSED, 0),
        (query(rdtype=IXFR, serial=1), 0x8400, 1),
        (query("www.contoso.test.", IXFR, serial=1), 0x8000 | REFUSED, 0),
    ):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.settimeout(PATIENCE)
            sock.sendto(wire, ("127.0.0.1", server.port))
            message = sock.recv(4096)
        assert struct.unpack("!4H", message[:8]) == (7, flags, 1, count)
        if count:
            parsed = dns.message.from_wire(message)
            assert (parsed.answer[0].rdtype, parsed.answer[0][0].serial) == (SOA, 2026010101)


@pytest.mark.parametrize(
    ("serial", "current"),
    [
        (2026010101, True), (2026010102, True), (2026010100, False), (0, False), (2**31 + 2026010100, True),
        (2**31 + 2026010102, False), (2**32 - 1, False),
    ],
)  # fmt: skip
def test_ixfr_by_its_serial(server, serial, current):
    assert is_current(serial, 2026010101) == current
    (message,) = answer(server, query(rdtype=IXFR, serial=serial, edns=True))
    parsed = dns.message.from_wire(message, xfr=True, one_rr_per_rrset=True)
    assert parsed.edns == 0
    assert len(parsed.answer) == (1 if current else len(load(ZONE).records) + 1)
    assert parsed.answer[0].rdtype == parsed.answer[-1].rdtype == SOA


def test_dnspython_follows_a_zone():
    with serving(ZONE) as server:
        zone = dns.zone.Zone(ORIGIN)
        for text in (ZONE, ZONE, ZONE.replace("2026010101", "2026010102") + "new A 192.0.2.77\n"):
            server.reload([load(text)])
            ask, _ = dns.xfr.make_query(zone)
            dns.query.inbound_xfr("127.0.0.1", zone, ask, port=server.port, timeout=PATIENCE)
            assert records(zone) == records(dns.zone.from_text(text, ORIGIN, check_origin=False))


def test_a_zone_without_soa():
    with serving("$ORIGIN bare.test.\nwww 60 A 192.0.2.1\n") as server:
        for wire in (query("bare.test."), query("bare.test.", IXFR, serial=1)):
            assert struct.unpack("!H", answer(server, wire)[0][2:4])[0] & 15 == REFUSED


def test_the_root():
    zone = ". 60 SOA a. b. 1 2 3 4 5\n. 60 NS a.\na. 60 A 192.0.2.1\n"
    with serving(zone) as server:
        assert transferred(server.port, ".") == records(dns.zone.from_text(zone, ".", check_origin=False))


def test_others_are_served_meanwhile_and_queries_wait_in_line():
    """On one connection answers come in order; on others, and over UDP, nobody waits for a transfer to be read."""
    with serving(LARGE) as server, socket.create_connection(("127.0.0.1", server.port), PATIENCE) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
        for wire in [query(id=1), query(id=2), query(rdtype=SOA, id=3)] * 3:
            sock.sendall(struct.pack("!H", len(wire)) + wire)
        ask = dns.message.make_query(ORIGIN, "SOA")
        assert dns.query.udp(ask, "127.0.0.1", port=server.port, timeout=PATIENCE).answer
        assert dns.query.tcp(ask, "127.0.0.1", port=server.port, timeout=PATIENCE).answer
        ids = []
        sock.shutdown(socket.SHUT_WR)
        with sock.makefile("rb") as stream:
            while head := stream.read(2):
                ids.append(stream.read(struct.unpack("!H", head)[0])[1])
        assert [id_ for id_, before in zip(ids, [0, *ids], strict=False) if id_ != before] == [1, 2, 3] * 3
        assert server.counts.tcp == 10
        assert [entry.rdtype for entry in server.queries if entry.transport == "tcp"].count("AXFR") == 6


def test_the_last_query_may_be_a_transfer():
    server = ZoneServer([load(LARGE)], ("127.0.0.1",), max_queries=1)
    server.start()
    thread = threading.Thread(target=server.serve)
    thread.start()
    assert len(transferred(server.port)) == len(load(LARGE).records)
    thread.join(PATIENCE)
    assert not thread.is_alive()


def test_a_defect_ends_the_connection(monkeypatch):
    def broken(self):
        raise RuntimeError("boom")
        yield

    with serving(ZONE) as server:
        monkeypatch.setattr("kmsdns.net.server.packed_zone.CompiledZone.transferred", broken)
        with socket.create_connection(("127.0.0.1", server.port), PATIENCE) as sock:
            wire = query()
            sock.sendall(struct.pack("!H", len(wire)) + wire)
            assert sock.recv(1) == b""
        monkeypatch.undo()
        monkeypatch.setattr("kmsdns.net.server.responder.Responder.transfer", lambda self, wire: 1 / 0)
        assert struct.unpack("!H", answer(server, query())[0][2:4])[0] & 15 in (REFUSED, SERVFAIL)
        assert ["boom" in server.warnings[0], "Zero" in server.warnings[1]] == [True, True]
        monkeypatch.undo()
        assert len(transferred(server.port)) == len(load(ZONE).records)
