"""The DNS server over real sockets: raw ones, dnspython and dig ask it, and NSD answers beside it.

Long, because every rule is tried here on one server and with one set of helpers: messages, EDNS, sizes, the network,
starting and stopping, other programs; a heading for each.
"""

from __future__ import annotations

import errno
import os
import random
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import pytest

from kmsdns.core.names import to_wire
from kmsdns.errors import InvalidServer, KmsdnsError
from kmsdns.net import responder as responder_module
from kmsdns.net import server as module
from kmsdns.net.responder import BADVERS, FORMERR, NOTIMP, REFUSED, SERVFAIL, Responder
from kmsdns.net.server import ZoneServer
from kmsdns.zone.reader import load
from tests.peers import dig, nsd, unbound

PATIENCE = 10.0  # seconds: when something is to happen, and a test would else hang
NXDOMAIN = 3

ORIGIN = "contoso.test."
ZONE = """\
$ORIGIN contoso.test.
$TTL 3600
@ IN SOA ns1 hostmaster 2026010101 7200 900 1209600 300
@ IN NS ns1
@ IN NS ns2
@ IN MX 10 mail
@ IN TXT "v=spf1 -all"
ns1 IN A 192.0.2.1
ns2 IN A 192.0.2.2
ns2 IN AAAA 2001:db8::2
mail IN A 192.0.2.25
_vlmcs._tcp IN SRV 0 60 1688 kms1
_vlmcs._tcp IN SRV 0 40 1688 kms2
_vlmcs._tcp IN SRV 10 0 1688 kms.fabrikam.example.
kms1 IN A 192.0.2.11
kms1 IN AAAA 2001:db8::11
kms2 IN A 192.0.2.12
_none._tcp IN SRV 0 0 0 .
_ldap._tcp IN CNAME _vlmcs._tcp
alias IN CNAME kms1
away IN CNAME www.fabrikam.example.
dangling IN CNAME nothing
*.wild IN A 192.0.2.99
*.calls IN SRV 0 0 5060 kms1
a.b.deep IN A 192.0.2.44
\\255\\000 IN A 192.0.2.45
moved IN DNAME other.contoso.test.
x.other IN A 192.0.2.46
sub IN NS ns.sub
sub IN NS ns.fabrikam.example.
ns.sub IN A 192.0.2.53
"""
TARGET = "kms{:04d}.a-rather-long-label-as-some-sites-have-them.contoso.test."


def with_many(zone: str, owner: str, count: int) -> str:
    """The zone, with so many SRV records, and addresses for their targets, more."""
    lines = [zone]
    for number in range(count):
        target = TARGET.format(number)
        lines.append(f"{owner} IN SRV 0 {number} 1688 {target}\n{target} IN A 192.0.2.{number % 250 + 1}\n")
    return "".join(lines)


BIG = with_many(with_many(with_many(ZONE, "_thirteen._tcp", 13), "_sixty._tcp", 60), "_many._tcp", 700)


@contextmanager
def serving(*zones: str, addresses=("127.0.0.1",), **options):
    """A server that answers from zone texts, in a thread."""
    server = ZoneServer([load(zone) for zone in zones], addresses, **options)
    server.start()
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join(PATIENCE)
        assert not thread.is_alive()


@pytest.fixture(scope="module")
def server():
    """One server for the tests that only ask."""
    with serving(BIG, addresses=None) as running:
        yield running


@pytest.fixture(scope="module")
def responder():
    return Responder([load(BIG)])


def header(flags=0x0100, questions=1, answers=0, authority=0, additional=0, id=0x1234):
    return struct.pack("!6H", id, flags, questions, answers, authority, additional)


def question(name="_vlmcs._tcp.contoso.test.", rdtype="SRV", rdclass=1):
    return to_wire(name) + struct.pack("!HH", dns.rdatatype.from_text(rdtype), rdclass)


def opt(size=1232, version=0, flags=0, options=b"", owner=b"\0"):
    return owner + struct.pack("!HHBBHH", 41, size, 0, version, flags, len(options)) + options


def query(name="_vlmcs._tcp.contoso.test.", rdtype="SRV", id=0x1234, edns=None):
    extra = b"" if edns is None else opt(edns)
    return header(id=id, additional=bool(extra)) + question(name, rdtype) + extra


def fields(message):
    """id, flags, and the four counts."""
    return struct.unpack("!6H", message[:12])


def udp(server, *messages):
    """The answer to the last of some datagrams, from the socket they were all sent from."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(PATIENCE)
        sock.connect(("127.0.0.1", server.port))
        for message in messages:
            sock.send(message)
        while True:
            answer = sock.recv(65535)
            if answer[:2] == messages[-1][:2]:
                return answer


@contextmanager
def connected(server):
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE) as sock:
        yield sock


def frame(message):
    return struct.pack("!H", len(message)) + message


def exactly(sock, size):
    data = b""
    while len(data) < size:
        received = sock.recv(size - len(data))
        assert received, f"closed after {len(data)} of {size} octets"
        data += received
    return data


def read_frame(sock):
    return exactly(sock, struct.unpack("!H", exactly(sock, 2))[0])


def tcp(server, message):
    with connected(server) as sock:
        sock.sendall(frame(message))
        return read_frame(sock)


# What each message gets


def test_answer_header_and_question(responder):
    wire = header(flags=0x0100) + question("_VLMCS._tcp.Contoso.TEST.")
    answer = responder.respond(wire, "udp")
    assert fields(answer) == (0x1234, 0x8500, 1, 3, 0, 3)
    assert answer[12 : len(wire)] == wire[12:]
    parsed = dns.message.from_wire(answer)
    assert sorted(str(rdata) for rdata in parsed.answer[0]) == [
        "0 40 1688 kms2.contoso.test.",
        "0 60 1688 kms1.contoso.test.",
        "10 0 1688 kms.fabrikam.example.",
    ]


@pytest.mark.parametrize(
    ("sent", "returned"), [(0x0000, 0x8400), (0x0100, 0x8500), (0x0010, 0x8400), (0x07F0, 0x8500), (0x0300, 0x8500)]
)
def test_only_rd_comes_back(responder, sent, returned):
    assert fields(responder.respond(header(flags=sent) + question(), "udp"))[1] == returned


@pytest.mark.parametrize("wire", [b"", b"\x12", header()[:11], header(flags=0x8100) + question(), header(flags=0x8000)])
def test_no_answer_to_what_is_no_query(responder, wire):
    assert responder.respond(wire, "udp") is None
    assert responder.respond(wire, "tcp") is None


LABEL_64 = b"\x40" + b"a" * 64 + b"\0" + b"\0\1\0\1"
NAME_256 = (b"\x3f" + b"a" * 63) * 3 + b"\x3e" + b"a" * 62 + b"\0" + b"\0\1\0\1"
RECORD = b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 60, 4) + b"\1\2\3\4"


@pytest.mark.parametrize(
    "wire",
    [
        pytest.param(header(questions=0), id="no question"),
        pytest.param(header(questions=0, additional=1) + opt(), id="no question, OPT"),
        pytest.param(header(questions=2) + question() * 2, id="two questions"),
        pytest.param(header(), id="question missing"),
        pytest.param(header() + question()[:-1], id="question cut short"),
        pytest.param(header() + b"\x05ab", id="label cut short"),
        pytest.param(header() + LABEL_64, id="label of 64 octets"),
        pytest.param(header() + b"\x80\0\0\1\0\1", id="unknown label type"),
        pytest.param(header() + NAME_256, id="name of 256 octets"),
        pytest.param(header() + b"\xc0\x0c\0\1\0\1", id="pointer to itself"),
        pytest.param(header() + b"\xc0\x02\0\1\0\1", id="pointer into the header"),
        pytest.param(header() + b"\xc0\xff\0\1\0\1", id="pointer past the end"),
        pytest.param(header() + b"\x01a\xc0\x0c\0\1\0\1", id="pointer loop"),
        pytest.param(header() + b"\xc0", id="half a pointer"),
        pytest.param(header(additional=2) + question() + opt() * 2, id="two OPT"),
        pytest.param(header(additional=1) + question() + opt(owner=b"\x01a\0"), id="OPT below the root"),
        pytest.param(header(answers=1) + question() + opt(), id="OPT as an answer"),
        pytest.param(header(additional=1) + question() + opt(options=b"\0\3\0\5ab"), id="option cut short"),
        pytest.param(header(additional=1) + question() + opt(options=b"\0\3\0"), id="option without length"),
        pytest.param(header(additional=1) + question() + opt()[:-1], id="OPT cut short"),
        pytest.param(header(additional=1) + question(), id="OPT missing"),
        pytest.param(header(additional=9) + question() + opt(), id="more records promised"),
        pytest.param(header(answers=1) + question() + RECORD, id="an answer in the query"),
        pytest.param(header(authority=1) + question() + RECORD, id="authority in the query"),
        pytest.param(header(additional=1) + question() + RECORD, id="an address in the query"),
    ],
)
def test_formerr(responder, wire):
    for transport in ("udp", "tcp"):
        assert responder.respond(wire, transport) == wire[:2] + bytes((0x81, FORMERR)) + bytes(8)


def test_longest_name_is_read(responder):
    name = to_wire("a" * 63 + "." + "b" * 63 + "." + "c" * 63 + "." + "d" * 48 + ".contoso.test.")
    assert len(name) == 255
    assert fields(responder.respond(header() + name + b"\0\1\0\1", "udp"))[1] & 15 == NXDOMAIN


def test_octets_behind_the_message_are_ignored(responder):
    wire = query()
    assert responder.respond(wire + b"??", "udp") == responder.respond(wire, "udp")


@pytest.mark.parametrize("rdtype", ["TSIG", "SIG"])
def test_signatures_are_not_held_against_a_query(responder, rdtype):
    record = b"\x03key\0" + struct.pack("!HHIH", dns.rdatatype.from_text(rdtype), 255, 0, 0)
    assert fields(responder.respond(header(additional=1) + question() + record, "udp"))[1:4] == (0x8500, 1, 3)


@pytest.mark.parametrize("opcode", [1, 2, 3, 4, 5, 6, 15])
def test_other_opcodes_are_not_implemented(responder, opcode):
    answer = responder.respond(header(flags=opcode << 11 | 0x100) + question(), "udp")
    assert answer == b"\x12\x34" + struct.pack("!H", 0x8100 | opcode << 11 | NOTIMP) + bytes(8)


@pytest.mark.parametrize("rdclass", [0, 3, 4, 254, 255, 9999])
def test_other_classes_are_refused(responder, rdclass):
    answer = responder.respond(header() + question(rdclass=rdclass), "udp")
    assert fields(answer) == (0x1234, 0x8100 | REFUSED, 1, 0, 0, 0)


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_transfers_are_refused(responder, transport):
    soa = b"\xc0\x0c" + struct.pack("!HHIH", 6, 1, 0, 22) + bytes(22)
    for wire in (
        query(ORIGIN, "AXFR"),
        query(ORIGIN, "IXFR"),
        header(authority=1) + question(ORIGIN, "IXFR") + soa,
    ):
        assert fields(responder.respond(wire, transport)) == (0x1234, 0x8100 | REFUSED, 1, 0, 0, 0)


def test_names_outside_the_zones_are_refused(responder):
    answer = responder.respond(query("fabrikam.example."), "udp")
    assert fields(answer) == (0x1234, 0x8100 | REFUSED, 1, 0, 0, 0)


def test_a_name_of_any_octets(responder):
    wire = header() + b"\x02\xff\x00" + to_wire(ORIGIN) + b"\0\1\0\1"
    answer = responder.respond(wire, "udp")
    assert fields(answer)[1:4] == (0x8500, 1, 1)
    assert answer[12 : len(wire)] == wire[12:]
    assert responder.prepare(wire, "udp").name == "\\255\\000.contoso.test."


def test_dname_is_not_compressed(responder):
    answer = responder.respond(query("x.moved.contoso.test.", "A"), "udp")
    assert to_wire("other.contoso.test.") in answer
    parsed = dns.message.from_wire(answer)
    assert [dns.rdatatype.to_text(rrset.rdtype) for rrset in parsed.answer] == ["DNAME", "CNAME", "A"]


def test_srv_targets_are_not_compressed(responder):
    assert to_wire("kms1.contoso.test.") in responder.respond(query(), "udp")


# EDNS


def test_opt_comes_back_when_it_was_sent(responder):
    assert dns.message.from_wire(responder.respond(query(), "udp")).edns == -1
    for wire in (query(edns=4096), query("fabrikam.example.", edns=4096), query("x.contoso.test.", edns=0)):
        for transport in ("udp", "tcp"):
            parsed = dns.message.from_wire(responder.respond(wire, transport))
            assert (parsed.edns, parsed.payload, parsed.ednsflags, parsed.options) == (0, 1232, 0, ())


@pytest.mark.parametrize("version", [1, 2, 255])
def test_other_edns_versions(responder, version):
    wire = header(additional=1) + question() + opt(version=version)
    parsed = dns.message.from_wire(responder.respond(wire, "udp"))
    assert (parsed.rcode(), parsed.edns, len(parsed.question), parsed.answer) == (BADVERS, 0, 1, [])
    assert not parsed.flags & dns.flags.AA


@pytest.mark.parametrize(
    "options", [b"\0\3\0\0", b"\0\x0a\0\x08abcdefgh", b"\xff\xfe\0\2hi", b"\0\x08\0\x08\0\1\x20\0\x7f\0\0\1"]
)
def test_options_are_ignored(responder, options):
    wire = header(additional=1) + question() + opt(options=options)
    assert responder.respond(wire, "udp") == responder.respond(query(edns=1232), "udp")


def test_of_the_edns_flags_do_comes_back(responder):
    wire = header(additional=1) + question() + opt(flags=0xFFFF)
    assert dns.message.from_wire(responder.respond(wire, "udp")).ednsflags == 0x8000


# Sizes and truncation


@pytest.mark.parametrize(
    ("offered", "limit"), [(None, 512), (0, 512), (511, 512), (512, 512), (700, 700), (1232, 1232), (65535, 1232)]
)
def test_udp_sizes(responder, offered, limit):
    sizes = []
    for owner in ("_vlmcs", "_thirteen", "_sixty", "_many"):
        wire = query(f"{owner}._tcp.contoso.test.", edns=offered)
        answer = responder.respond(wire, "udp")
        parsed = dns.message.from_wire(answer)
        truncated = bool(parsed.flags & dns.flags.TC)
        sizes.append(len(answer))
        assert len(answer) <= limit
        assert answer[12 : 12 + len(question(f"{owner}._tcp.contoso.test."))] == question(f"{owner}._tcp.contoso.test.")
        assert (parsed.edns == 0) == (offered is not None)
        assert truncated == (owner in ("_sixty", "_many") or (owner == "_thirteen" and limit < 1000))
        assert bool(parsed.answer) != truncated
        if not truncated:
            assert len(parsed.answer[0]) == {"_vlmcs": 3, "_thirteen": 13}[owner]


def test_additional_records_give_way_first(responder):
    wire = query("_thirteen._tcp.contoso.test.", edns=1232)
    whole = dns.message.from_wire(responder.respond(wire, "tcp"))
    answer = responder.respond(wire, "udp")
    parsed = dns.message.from_wire(answer)
    assert parsed.answer == whole.answer
    assert len(whole.additional) == 13
    assert 0 < len(parsed.additional) < 13
    assert parsed.additional == whole.additional[: len(parsed.additional)]
    assert len(answer) > 1232 - 100
    assert not parsed.flags & dns.flags.TC


def test_a_referral_without_its_glue_is_truncated():
    names = [f"ns{number:02d}.{'x' * 40}.sub" for number in range(20)]
    zone = ZONE + "".join(f"sub IN NS {name}\n{name} IN A 192.0.2.7\n" for name in names)
    responder = Responder([load(zone)])
    wire = query("www.sub.contoso.test.", "A", edns=512)
    whole, part = (dns.message.from_wire(responder.respond(wire, transport)) for transport in ("tcp", "udp"))
    assert not whole.flags & (dns.flags.TC | dns.flags.AA)
    assert part.flags & dns.flags.TC
    assert len(part.additional) < len(whole.additional)


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


def test_more_than_a_message_can_hold():
    responder = Responder([load(with_many(ZONE, "_most._tcp", 1000))])
    answer = responder.respond(query("_most._tcp.contoso.test."), "tcp")
    parsed = dns.message.from_wire(answer)
    assert parsed.flags & dns.flags.TC
    assert len(parsed.question) == 1
    assert parsed.answer == []


# The cache of finished answers


def test_equal_queries_with_other_ids(responder):
    first, second = (responder.respond(query(id=number, edns=1232), "udp") for number in (1, 0xFFFF))
    assert (first[:2], second[:2]) == (b"\0\1", b"\xff\xff")
    assert first[2:] == second[2:]


def test_the_cache_is_bounded(monkeypatch):
    monkeypatch.setattr(responder_module, "CACHE_ROOM", 20_000)
    responder = Responder([load(ZONE)])
    for number in range(500):
        responder.respond(query(f"x{number}.contoso.test.", "A"), "udp")
        assert len(responder._loaded.answers["udp"]) < 80


def test_reload(server):
    with serving(ZONE) as own:
        assert fields(udp(own, query()))[3] == 3
        own.reload([load(ZONE.replace("_vlmcs._tcp IN SRV 0 40 1688 kms2\n", ""))])
        assert fields(udp(own, query()))[3] == 2
        own.reload([])
        assert fields(udp(own, query()))[1] & 15 == REFUSED


# Over the network


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
        while not server._connections:
            server._connect(listener, 0)
        server._connect(Listener(), 0)
        assert sock.recv(1) == b""
    server._connect(Listener(), 0)
    server.close()


GOOD = (query(), query(edns=1232), query("_ldap._tcp.contoso.test.", edns=4096), query("www.sub.contoso.test.", "A"))


def mutated(rng):
    """A query with something wrong, or nothing but noise."""
    base = bytearray(rng.choice(GOOD))
    kind = rng.randrange(5)
    if kind == 0:
        return rng.randbytes(rng.randrange(600))
    if kind == 1:
        return bytes(base[: rng.randrange(len(base))])
    if kind == 2:
        return bytes(base) + rng.randbytes(rng.randrange(200))
    for _ in range(rng.randrange(1, 6)):
        at = rng.randrange(12 if kind == 3 else len(base))
        base[at] = rng.choice((0, 1, 0x3F, 0x40, 0x80, 0xC0, 0xFF, rng.randrange(256)))
    return bytes(base)


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


def test_every_answer_to_garbage_can_be_read(responder):
    rng = random.Random(6891)
    for _ in range(3000):
        wire = mutated(rng)
        for transport, limit in (("udp", 1232), ("tcp", 65535)):
            answer = responder.respond(wire, transport)
            if answer is not None:
                assert len(answer) <= limit
                assert dns.message.from_wire(answer).id == int.from_bytes(wire[:2], "big")


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
        assert fields(udp(server, query())) == (0x1234, 0x8100 | SERVFAIL, 0, 0, 0, 0)
        assert "boom" in server.warnings[0]
        monkeypatch.undo()
        assert fields(udp(server, query()))[3] == 3


# Starting and stopping


def test_the_constructor_opens_nothing():
    server = ZoneServer([load(ZONE)])
    assert (server.addresses, server.port, server.queries) == ((), 0, ())
    assert ZoneServer([], port=5353).port == 5353
    with pytest.raises(KmsdnsError, match="not been started"):
        server.serve()
    server.stop()
    server.close()


def test_stop_before_serve():
    server = ZoneServer([load(ZONE)], ("127.0.0.1",))
    server.start()
    with pytest.raises(KmsdnsError, match="started already"):
        server.start()
    server.stop()
    server.serve()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", server.port), PATIENCE)
    server.start()
    server.close()


def test_stop_ends_connections_and_frees_the_port():
    with serving(ZONE) as server, connected(server) as sock:
        sock.sendall(frame(query()))
        read_frame(sock)
        server.stop()
        assert sock.recv(1) == b""
    with serving(ZONE, port=server.port) as again:
        assert fields(udp(again, query()))[3] == 3


def test_stop_before_start():
    """A signal may come before the port is bound."""
    server = ZoneServer([load(ZONE)], ("127.0.0.1",))
    server.stop()
    server.start()
    server.serve()
    assert server.counts.udp == 0


def test_serve_for_some_seconds():
    server = ZoneServer([load(ZONE)], ("127.0.0.1",))
    server.start()
    server.serve(stop_after=0.01)
    assert server.counts.udp == 0


@pytest.mark.skipif(sys.platform == "win32", reason="the signal is sent with os.kill")
def test_stop_from_a_signal_handler():
    server = ZoneServer([load(ZONE)], ("127.0.0.1",))
    server.start()
    before = signal.signal(signal.SIGUSR1, lambda number, stack: server.stop())
    timer = threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGUSR1))
    timer.start()
    try:
        began = time.monotonic()
        server.serve(stop_after=PATIENCE)
        assert time.monotonic() - began < PATIENCE
    finally:
        timer.join()
        signal.signal(signal.SIGUSR1, before)


@pytest.mark.parametrize("way", [udp, tcp])
def test_max_queries(way):
    server = ZoneServer([load(BIG)], ("127.0.0.1",), max_queries=3)
    server.start()
    thread = threading.Thread(target=server.serve)
    thread.start()
    for _ in range(2):
        way(server, query())
    answer = way(server, query("_many._tcp.contoso.test."))
    assert fields(answer)[0] == 0x1234
    thread.join(PATIENCE)
    assert not thread.is_alive()
    assert len(server.queries) == 3


def test_max_queries_leaves_no_answer_behind():
    server = ZoneServer([load(BIG)], ("127.0.0.1",), max_queries=100)
    server.start()
    thread = threading.Thread(target=server.serve)
    thread.start()
    with connected(server) as sock:
        sock.sendall(b"".join(frame(query("_many._tcp.contoso.test.", id=number)) for number in range(100)))
        assert [fields(read_frame(sock))[0] for _ in range(100)] == list(range(100))
    thread.join(PATIENCE)


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_STREAM])
def test_a_taken_port(kind):
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        server = ZoneServer([load(ZONE)], ("127.0.0.1",), port)
        with pytest.raises(KmsdnsError, match=f"port {port} of 127.0.0.1"):
            server.start()


def refusing(monkeypatch, address, number, times=1000):
    """Makes the operating system refuse sockets on an address, some times."""
    left = [times]
    genuine = module._socket

    def socket_or_not(where, port, kind):
        if where == address and port and left[0]:
            left[0] -= 1
            raise OSError(number, os.strerror(number))
        return genuine(where, port, kind)

    monkeypatch.setattr(module, "_socket", socket_or_not)


def test_port_0_tries_until_one_is_free_for_all(monkeypatch):
    refusing(monkeypatch, "127.0.0.2", errno.EADDRINUSE, times=5)
    with serving(ZONE, addresses=("127.0.0.1", "127.0.0.2")) as server:
        assert len(server.addresses) == 2


def test_port_0_gives_up(monkeypatch):
    refusing(monkeypatch, "127.0.0.1", errno.EADDRINUSE)
    with pytest.raises(KmsdnsError, match="cannot be served"):
        ZoneServer([load(ZONE)], ("127.0.0.1",)).start()


@pytest.mark.parametrize("number", [errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT])
def test_a_machine_without_ipv6(monkeypatch, number):
    refusing(monkeypatch, "::1", number)
    with serving(ZONE, addresses=None) as server:
        assert server.addresses == (f"127.0.0.1:{server.port}",)
        assert "::1" in server.warnings[0]
        assert fields(tcp(server, query()))[3] == 3
    with pytest.raises(KmsdnsError, match="::1"):
        ZoneServer([load(ZONE)], ("127.0.0.1", "::1")).start()


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1"])
def test_other_machines_are_kept_out(address):
    with pytest.raises(KmsdnsError, match="other machines"):
        ZoneServer([], ("127.0.0.1", address))
    ZoneServer([], (address,), allow_remote=True)


@pytest.mark.parametrize("address", ["", "localhost", "127.0.0.1:53", "300.1.1.1"])
def test_what_is_no_address(address):
    with pytest.raises(InvalidServer, match="no address"):
        ZoneServer([], (address,))


def test_no_faults_yet():
    with pytest.raises(KmsdnsError, match="no faults yet"):
        ZoneServer([], faults=["drop:every=2"])


# Other programs


QUESTIONS = [
    (ORIGIN, "SOA"),
    (ORIGIN, "NS"),
    (ORIGIN, "MX"),
    (ORIGIN, "TXT"),
    (ORIGIN, "AAAA"),
    ("_vlmcs._tcp.contoso.test.", "SRV"),
    ("_VLMCS._TCP.Contoso.Test.", "SRV"),
    ("_vlmcs._tcp.contoso.test.", "A"),
    ("_none._tcp.contoso.test.", "SRV"),
    ("_tcp.contoso.test.", "SRV"),
    ("_tcp.contoso.test.", "A"),
    ("kms1.contoso.test.", "A"),
    ("kms1.contoso.test.", "AAAA"),
    ("kms1.contoso.test.", "CAA"),
    ("kms1.contoso.test.", "TYPE65280"),
    ("kms2.contoso.test.", "AAAA"),
    ("nothing.contoso.test.", "A"),
    ("a.b.nothing.contoso.test.", "SRV"),
    ("x.kms1.contoso.test.", "A"),
    ("b.deep.contoso.test.", "A"),
    ("deep.contoso.test.", "A"),
    ("x.deep.contoso.test.", "A"),
    ("_ldap._tcp.contoso.test.", "SRV"),
    ("_ldap._tcp.contoso.test.", "CNAME"),
    ("_ldap._tcp.contoso.test.", "A"),
    ("alias.contoso.test.", "A"),
    ("alias.contoso.test.", "AAAA"),
    ("alias.contoso.test.", "SRV"),
    ("away.contoso.test.", "A"),
    ("dangling.contoso.test.", "A"),
    ("x.wild.contoso.test.", "A"),
    ("x.y.wild.contoso.test.", "A"),
    ("x.wild.contoso.test.", "AAAA"),
    ("wild.contoso.test.", "A"),
    ("*.wild.contoso.test.", "A"),
    ("_sip._tcp.calls.contoso.test.", "SRV"),
    ("x.moved.contoso.test.", "A"),
    ("y.moved.contoso.test.", "A"),
    ("moved.contoso.test.", "A"),
    ("moved.contoso.test.", "DNAME"),
    ("sub.contoso.test.", "NS"),
    ("sub.contoso.test.", "A"),
    ("www.sub.contoso.test.", "A"),
    ("ns.sub.contoso.test.", "A"),
    ("_vlmcs._tcp.sub.contoso.test.", "SRV"),
    ("fabrikam.example.", "A"),
    ("test.", "SOA"),
    (".", "NS"),
]


def shape(message):
    """What two servers have to agree on; the courtesy NS records beside an answer, and their addresses, are free."""
    answer, authority, additional = (
        {f"{rrset.name} {rrset.ttl} {rrset.rdtype} {rdata}".lower() for rrset in section for rdata in rrset}
        for section in (message.answer, message.authority, message.additional)
    )
    if answer and all(rrset.rdtype == dns.rdatatype.NS for rrset in message.authority):
        authority = set()
    return dns.rcode.to_text(message.rcode()), dns.flags.to_text(message.flags), answer, authority, additional


def test_beside_nsd(server, tmp_path):
    with nsd(BIG, ORIGIN, tmp_path) as peer:
        for name, rdtype in QUESTIONS:
            for rd in (0, dns.flags.RD):
                ask = dns.message.make_query(name, rdtype, flags=rd, use_edns=0, payload=1232)
                ours, theirs = (
                    shape(dns.query.udp(ask, "127.0.0.1", port=port, timeout=PATIENCE))
                    for port in (server.port, peer.port)
                )
                assert ours[:4] == theirs[:4], (name, rdtype)
                if rdtype == "SRV" and ours[2]:
                    assert ours[4] <= theirs[4], (name, rdtype)


def test_odd_messages_beside_nsd(server, tmp_path):
    with nsd(BIG, ORIGIN, tmp_path) as peer:
        for wire in (
            header(questions=0),
            header() + b"\xc0\x0c\0\1\0\1",
            header() + LABEL_64,
            header() + NAME_256,
            header() + question() + b"behind",
            header(answers=1) + question() + RECORD,
            header(authority=1) + question() + RECORD,
            header(additional=1) + question() + RECORD,
            header(additional=2) + question() + opt() * 2,
            header(additional=1) + question() + opt(owner=b"\x01a\0"),
            header(additional=1) + question() + opt(options=b"\0\3\0\5ab"),
            header(additional=1) + question() + opt(options=b"\0\3\0\0"),
            header(additional=1) + question() + opt(version=1),
            header(additional=1) + question() + opt(flags=0x7FFF),
            header(additional=1) + question() + opt(flags=0x8000),
            header(flags=0x07F0) + question(),
            header(flags=0x2800) + question(ORIGIN, "SOA"),
            header(flags=0x1000) + question(),
            header() + question(rdclass=3),
            header() + question("fabrikam.example."),
        ):
            ours, theirs = udp(server, wire), udp(peer, wire)
            assert fields(ours)[:2] == fields(theirs)[:2], wire
            has_opt = [dns.message.from_wire(answer).edns for answer in (ours, theirs)]
            assert has_opt[0] == has_opt[1], wire


def test_through_unbound(server, tmp_path):
    with unbound("contoso.test.", server.addresses[0], tmp_path) as resolver:
        for name, rdtype, rcode, count in (
            ("_vlmcs._tcp.contoso.test.", "SRV", "NOERROR", 3),
            ("_sixty._tcp.contoso.test.", "SRV", "NOERROR", 60),
            ("kms2.contoso.test.", "AAAA", "NOERROR", 0),
            ("_tcp.contoso.test.", "A", "NOERROR", 0),
            ("alias.contoso.test.", "A", "NOERROR", 2),
            ("x.wild.contoso.test.", "A", "NOERROR", 1),
            ("nothing.contoso.test.", "A", "NXDOMAIN", 0),
        ):
            ask = dns.message.make_query(name, rdtype)
            answer, _ = dns.query.udp_with_fallback(ask, resolver.host, port=resolver.port, timeout=PATIENCE)
            assert dns.rcode.to_text(answer.rcode()) == rcode, name
            assert sum(len(rrset) for rrset in answer.answer) == count, name


def run_dig(server, *arguments):
    command = [dig(), "@127.0.0.1", "-p", str(server.port), "+tries=1", "+time=10", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "malformed" not in done.stdout
    return done.stdout


SRV = ("_vlmcs._tcp.contoso.test", "SRV")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (SRV, ["status: NOERROR", "flags: qr aa rd; QUERY: 1, ANSWER: 3", "udp: 1232", "10 0 1688 kms.fabrikam"]),
        ((*SRV, "+noedns", "+norec"), ["status: NOERROR", "flags: qr aa; QUERY: 1, ANSWER: 3"]),
        ((*SRV, "+edns=1", "+noednsneg"), ["status: BADVERS", "EDNS: version: 0"]),
        ((*SRV, "+edns=1"), ["status: NOERROR", "ANSWER: 3"]),
        ((*SRV, "+ednsopt=100", "+nsid", "+subnet=192.0.2.0/24", "+cookie"), ["status: NOERROR", "ANSWER: 3"]),
        ((*SRV, "+ednsflags=0x7f"), ["status: NOERROR", "EDNS: version: 0, flags:; udp: 1232"]),
        ((*SRV, "+dnssec"), ["status: NOERROR", "flags: do; udp: 1232"]),
        ((*SRV, "+adflag", "+cdflag", "+zflag"), ["flags: qr aa rd; QUERY"]),
        ((*SRV, "+opcode=15"), ["opcode: RESERVED15, status: NOTIMP"]),
        ((*SRV, "-c", "CH"), ["status: REFUSED"]),
        ((*SRV, "+tcp", "+keepopen", *SRV, "+tcp"), ["ANSWER: 3", "(TCP)"]),
        (("_sixty._tcp.contoso.test", "SRV"), ["retrying in TCP mode", "ANSWER: 60"]),
        (("_sixty._tcp.contoso.test", "SRV", "+ignore"), ["flags: qr aa tc rd; QUERY: 1, ANSWER: 0"]),
        (("_many._tcp.contoso.test", "SRV", "+tcp"), ["ANSWER: 700"]),
        (("nothing.contoso.test", "A"), ["status: NXDOMAIN", "AUTHORITY: 1", "IN\tSOA\tns1.contoso.test."]),
    ],
)
def test_dig(server, arguments, expected):
    said = run_dig(server, *arguments)
    for text in expected:
        assert text in said
