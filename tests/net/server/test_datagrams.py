"""Datagrams many at a time and one by one, where answers come from, how many wait for whom, and when a server ends."""

from __future__ import annotations

import os
import random
import shutil
import socket
import struct
import subprocess
import sys
import time

import dns.flags
import dns.message
import dns.query
import pytest

from kmsdns.model.names import to_wire
from kmsdns.net.server import mmsg
from kmsdns.net.server import server as module
from kmsdns.net.server.responder import Responder
from kmsdns.net.server.server import ZoneServer
from kmsdns.zone.reader import load
from tests.net.messages import serving
from tests.peers import unbound

PATIENCE = 10.0  # seconds: when something is to happen, and a test would else hang
LONG = 120.0  # seconds: what would be waited for if it went wrong
ZONE = """\
$ORIGIN contoso.test.
$TTL 3600
@ SOA ns1 hostmaster 2026010101 7200 900 1209600 300
_vlmcs._tcp SRV 0 60 1688 kms1
_vlmcs._tcp SRV 0 40 1688 kms2
kms1 A 192.0.2.11
kms2 A 192.0.2.12
moved DNAME other.contoso.test.
x.other A 192.0.2.46
"""
MANY = "".join(f"_many._tcp SRV 0 {n} 1688 kms{n}.many\nkms{n}.many A 192.0.2.{n % 250}\n" for n in range(80))
PLAIN = """\
$ORIGIN plain.test.
@ 60 SOA a b 1 2 3 4 5
_one._tcp 60 SRV 1 2 3 kms
kms 60 A 192.0.2.1
"""


def question(name, rdtype):
    return to_wire(name) + struct.pack("!HH", rdtype, 1)


def query(asked, flags=0x0100, edns=None, options=b"", behind=b"", id=0x1234):
    opt = b"" if edns is None else struct.pack("!BHHIH", 0, 41, edns, 0, len(options)) + options
    return struct.pack("!6H", id, flags, 1, 0, 0, bool(opt)) + asked + opt + behind


@pytest.fixture(params=["many at a time", "one by one"])
def way(request, monkeypatch):
    """Both ways of taking datagrams."""
    if request.param == "one by one":
        monkeypatch.setattr(mmsg, "available", lambda: False)
    elif not mmsg.available():
        pytest.skip("recvmmsg and sendmmsg are Linux's")
    return request.param


def exchange(server, wires, host="127.0.0.1"):
    """The answers to datagrams sent in one go, by id."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(PATIENCE)
        sock.connect((host, server.port))
        for wire in wires:
            sock.send(wire)
        answers = {}
        while wires[-1][:2] not in answers:
            answer = sock.recv(65535)
            answers[answer[:2]] = answer
        return answers


def test_a_burst_of_everything(way):
    """Ready answers, ones made now, errors, long queries, silence: each gets its own, whatever is around it."""
    texts = (ZONE + MANY, PLAIN)
    responder = Responder([load(text) for text in texts])
    rng = random.Random(1)
    kinds = [
        query(question("_one._tcp.plain.test.", 33)),
        query(question("_vlmcs._tcp.contoso.test.", 33), edns=1232),
        query(question("_VLMCS._tcp.Contoso.test.", 33), edns=1232),
        query(question("_many._tcp.contoso.test.", 33), edns=4096),
        query(question("x.moved.contoso.test.", 1)),
        query(question("kms1.contoso.test.", 1), behind=b"b" * 1500),
        query(question("kms1.contoso.test.", 1), edns=1232, options=b"\0\x0c\x02\x58" + bytes(600)),
        query(b"\5kms1"),
        query(question("kms1.contoso.test.", 1), flags=0x8100),
        query(question("drop.fault.test.", 1)),
        query(question("kms.fault.test.", 1)),
        b"",
        b"\0\1short",
    ]
    silent = kinds[-5], kinds[-4], kinds[-2], kinds[-1]
    with serving(*texts) as server:
        for _ in range(20):
            wires = []
            for number in range(60):
                kind = rng.choice(kinds)
                wires.append(struct.pack("!H", number) + kind[2:] if len(kind) > 11 else kind)
            wires.append(query(question("kms2.contoso.test.", 1), id=9999))
            answers = exchange(server, wires)
            deserving = {wire[:2]: wire for wire in wires if wire[2:] not in [kind[2:] for kind in silent]}
            assert answers.keys() == deserving.keys()
            for id_, answer in answers.items():
                if b"\5fault" in answer:
                    assert answer[3:8] == b"\0\0\1\0\1"
                else:
                    assert answer == responder.respond(deserving[id_], "udp")
        counts = server.counts
        seen = server.queries
        assert counts.udp == len(seen)
        assert counts.udp + counts.dropped == 20 * 61
        assert {entry.client.partition(":")[0] for entry in seen} == {"127.0.0.1"}
        assert {entry.name for entry in seen} >= {
            "drop.fault.test.",
            "kms.fault.test.",
            "",
            "_VLMCS._tcp.Contoso.test.",
        }
        assert (seen[-1].name, seen[-1].rdtype) == ("kms2.contoso.test.", "A")
        assert (seen[-1].transport, seen[-1].id) == ("udp", 9999)


def test_ipv6(way):
    with serving(PLAIN, addresses=None) as server:
        if server.warnings:
            pytest.skip(server.warnings[0])
        (answer,) = exchange(server, [query(question("kms.plain.test.", 1))], "::1").values()
        assert answer[:4] == b"\x12\x34\x85\x00"
        assert server.queries[0].client.startswith("[::1]:")


def test_max_queries_within_a_burst(way):
    server = ZoneServer([load(PLAIN)], ("127.0.0.1",), max_queries=70)
    server.start()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(PATIENCE)
        sock.connect(("127.0.0.1", server.port))
        for number in range(100):
            sock.send(query(question("kms.plain.test.", 1), id=number))
        server.serve(PATIENCE)
        assert [sock.recv(512)[:2] for _ in range(70)] == [struct.pack("!H", number) for number in range(70)]
        sock.settimeout(0.05)
        with pytest.raises(OSError):  # noqa: PT011  # nothing, or the port is closed
            sock.recv(512)
    assert server.counts.udp == len(server.queries) == 70


def test_on_query_before_the_answer(way):
    seen = []
    with serving(PLAIN, on_query=seen.append) as server:
        exchange(server, [query(question("kms.plain.test.", 1), id=number) for number in range(5)])
        assert [entry.id for entry in seen] == list(range(5))
        assert tuple(seen) == server.queries


def test_the_log_keeps_the_latest_of_bursts(monkeypatch):
    monkeypatch.setattr(module, "LOG_LENGTH", 50)
    with serving(PLAIN) as server:
        for begin in range(0, 300, 30):
            exchange(server, [query(question("kms.plain.test.", 1), id=n) for n in range(begin, begin + 30)])
        assert [entry.id for entry in server.queries] == list(range(250, 300))
        assert sum(entry[-1] for entry in server._log) <= 50 + mmsg.SIZE


ADDRESSED = pytest.mark.skipif(sys.platform != "linux", reason="every system tells in its own way who was asked")
STEPS = pytest.mark.parametrize("faults", [(), ("delay:ms=1",), ("duplicate",), ("wrong-address:type=SRV",)])


@ADDRESSED
@STEPS
@pytest.mark.parametrize(("bound", "asked"), [("0.0.0.0", "127.0.0.2"), ("0.0.0.0", "127.0.9.7"), ("::", "::1")])
def test_the_answer_comes_from_where_the_query_went(way, faults, bound, asked):
    """A connected socket takes it from nowhere else."""
    if bound == "::" and not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    with serving(PLAIN, addresses=(bound,), allow_remote=True, faults=faults) as server:
        for _ in range(3):
            wires = [query(question("kms.plain.test.", 1), id=number) for number in range(5)]
            assert len(exchange(server, wires, asked)) == 5
        if faults == ("wrong-address:type=SRV",):
            with socket.socket(socket.AF_INET6 if bound == "::" else socket.AF_INET, socket.SOCK_DGRAM) as sock:
                sock.settimeout(PATIENCE)
                sock.sendto(query(question("_one._tcp.plain.test.", 33)), (asked, server.port))
                source = sock.recvfrom(512)[1]
                assert (source[0], source[1] == server.port) == (asked, False)


APART = """
import socket, subprocess, sys, threading
from kmsdns.net.server import mmsg
from kmsdns.net.server.server import ZoneServer
from kmsdns.zone.reader import load
for command in ("link set lo up", "-6 addr add fd00::1/128 dev lo nodad", "-6 addr add fd00::2/128 dev lo nodad"):
    subprocess.run(["ip", *command.split()], check=True)
wire = bytes.fromhex(sys.argv[2])
for faults in ((), ("duplicate",)):
    for available in (mmsg.available, lambda: False):
        mmsg.available = available
        server = ZoneServer([load(sys.argv[1])], ("::", "0.0.0.0"), faults=faults, allow_remote=True)
        server.start()
        thread = threading.Thread(target=server.serve)
        thread.start()
        for client, asked in (("fd00::1", "fd00::2"), ("fd00::2", "fd00::1"), ("127.0.0.5", "127.0.0.7")):
            with socket.socket(socket.AF_INET6 if ":" in client else socket.AF_INET, socket.SOCK_DGRAM) as sock:
                sock.settimeout(10)
                sock.bind((client, 0))
                sock.sendto(wire, (asked, server.port))
                print(asked, sock.recvfrom(512)[1][0])
        server.stop()
        thread.join()
"""


@ADDRESSED
def test_of_several_ipv6_addresses_the_one_that_was_asked_answers():
    """In a network namespace of its own, which has more than ::1; the client is at another of them."""
    if shutil.which("unshare") is None or shutil.which("ip") is None:
        pytest.skip("unshare and ip are needed to make a network namespace")
    wire = query(question("kms.plain.test.", 1)).hex()
    apart = ["unshare", "--net", "--map-root-user"]
    if subprocess.run([*apart, "ip", "-6", "addr", "show", "dev", "lo"], capture_output=True, check=False).returncode:
        pytest.skip("no network namespace with IPv6 can be made here")
    done = subprocess.run(
        [*apart, sys.executable, "-c", APART, PLAIN, wire], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    pairs = [line.split() for line in done.stdout.splitlines()]
    assert len(pairs) == 12
    assert all(asked == source for asked, source in pairs), done.stdout


def test_a_thousand_silent_connections():
    with serving(PLAIN) as server:
        sockets = []
        try:
            for _ in range(1000):
                sockets.append(socket.create_connection(("127.0.0.1", server.port), PATIENCE))
            for number in range(101):
                exchange(server, [query(question("kms.plain.test.", 1), id=number)])
            server.stop()
            assert sockets[0].recv(1) == b""
        finally:
            for sock in sockets:
                sock.close()


def test_nine_hundred_at_one_name(tmp_path):
    many = "".join(f"_vlmcs._tcp SRV 0 {n} 1688 kms{n}\nkms{n} A 192.0.2.{n % 250}\n" for n in range(900))
    zone = "$ORIGIN many.test.\n$TTL 60\n@ SOA ns b 1 2 3 4 5\n@ NS ns\nns A 127.0.0.1\n" + many
    with serving(zone) as server:
        ask = dns.message.make_query("_vlmcs._tcp.many.test", "SRV", use_edns=0, payload=1232)
        cut = dns.query.udp(ask, "127.0.0.1", port=server.port, timeout=PATIENCE)
        assert cut.flags & dns.flags.TC
        assert not cut.answer
        whole = dns.query.tcp(ask, "127.0.0.1", port=server.port, timeout=PATIENCE)
        assert len(whole.answer[0]) == 900
        with unbound("many.test.", server.addresses[0], tmp_path) as resolver:
            found, _ = dns.query.udp_with_fallback(ask, resolver.host, port=resolver.port, timeout=PATIENCE)
            assert len(found.answer[0]) == 900


# Its parent


@pytest.mark.skipif(sys.platform == "win32", reason="there a process keeps the id of its parent")
@pytest.mark.parametrize("told", [True, False], ids=["the system tells", "by looking"])
def test_serve_ends_when_the_parent_has(monkeypatch, told):
    monkeypatch.setattr(module, "PARENT_CHECK", 0.05)
    if not told:
        monkeypatch.delattr(os, "pidfd_open", raising=False)
    server = ZoneServer([load(PLAIN)], ("127.0.0.1",), parent=os.getppid())
    server.start()
    began = time.monotonic()
    server.serve(stop_after=0.2)
    assert time.monotonic() - began >= 0.2  # the parent is there
    server.start()
    monkeypatch.setattr(os, "getppid", lambda: 1)
    began = time.monotonic()
    server.serve(stop_after=0.2 if told and hasattr(os, "pidfd_open") else LONG)
    server.start()  # the parent is lost by now
    server.serve(stop_after=LONG)
    assert time.monotonic() - began < LONG


@pytest.mark.skipif(sys.platform == "win32", reason="there a process keeps the id of its parent")
def test_a_command_does_not_outlive_its_parent(tmp_path):
    """Unless it is told to go on, as under nohup."""
    path = tmp_path / "plain.zone"
    path.write_text(PLAIN)
    for flags, ends in ((["--die-with-parent", "--minimal-any"], True), (["--max-queries", "1"], False)):
        read, write = os.pipe()
        child = [sys.executable, "-m", "kmsdns", "serve", str(path), "--port", "0", "-q", *flags]
        parent = (
            "import os, subprocess\n"
            f"process = subprocess.Popen({child!r}, stdout=subprocess.PIPE, pass_fds=[{write}])\n"
            "print(process.stdout.readline().decode(), flush=True)\n"
            "os._exit(0)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", parent], pass_fds=[write], timeout=PATIENCE, stdout=subprocess.PIPE, check=True
        )
        os.close(write)
        if not ends:
            time.sleep(0.3)  # more than it takes the other one
            ask = dns.message.make_query("kms.plain.test", "ANY")
            port = int(done.stdout.split()[1].rpartition(b":")[2])
            assert dns.query.udp(ask, "127.0.0.1", port=port, timeout=PATIENCE).answer
        assert os.read(read, 1) == b""  # the server, which has the other end, is gone: it waits for nothing else
        os.close(read)
