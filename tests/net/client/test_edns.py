"""Servers that turn EDNS down or drop it, over real sockets; and healthy ones that lose packets, or are slow."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

import kmsdns
from kmsdns.cli import run
from kmsdns.lookup.attempt import EDNS_SIZE, LookupSettings
from kmsdns.model.messages import Outcome, Question, Response, Server
from kmsdns.model.report import Report
from kmsdns.net.client.stub import Stub
from kmsdns.testing import DnsServer
from tests import peers

ORIGIN = "corp.test."
OWNER = "_vlmcs._tcp.corp.test."
ZONE = """$ORIGIN corp.test.
@ 3600 IN SOA ns admin 1 7200 900 86400 300
@ IN NS ns
ns IN A 127.0.0.1
_vlmcs._tcp IN SRV 0 0 1688 kms1.other.test.
""" + "".join(f"many._tcp IN SRV 0 0 1688 host{n:03}.a-rather-long-label-to-fill-the-packet\n" for n in range(30))
OTHER = """$ORIGIN other.test.
@ 3600 IN SOA ns admin 1 7200 900 86400 300
@ IN NS ns
ns IN A 127.0.0.1
kms1 IN A 127.0.10.1
"""
QUESTIONS = [Question(name=OWNER, rdtype="SRV"), *[Question(name="kms1.other.test.", rdtype=t) for t in ("A", "AAAA")]]


def has_opt(query: bytes) -> bool:
    return query[10:12] != b"\0\0"


class Lossy:
    """The first packets are lost, whatever they hold."""

    def __init__(self, number: int) -> None:
        self.left = number

    def __call__(self, query: bytes) -> bool:
        self.left -= 1
        return self.left >= 0


def pair() -> tuple[socket.socket, socket.socket]:
    """Sockets for UDP and TCP at one port number, which is free for both."""
    while True:
        tcp = socket.create_server(("127.0.0.1", 0))
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            udp.bind(tcp.getsockname())
        except OSError:
            udp.close()
            tcp.close()
        else:
            return udp, tcp


@contextmanager
def firewall(dns: DnsServer, drops: Callable[[bytes], bool]) -> Iterator[Server]:
    """A way to the server, over UDP and TCP, on which some queries are lost."""
    inside = ("127.0.0.1", dns.port)
    udp, tcp = pair()
    with udp, tcp:
        over = threading.Event()

        def datagrams() -> None:
            while True:
                query, source = udp.recvfrom(65535)
                if over.is_set():
                    return
                if not drops(query):
                    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as onward:
                        onward.settimeout(5)
                        onward.sendto(query, inside)
                        udp.sendto(onward.recv(65535), source)

        def streams() -> None:
            with ExitStack() as until_the_end:  # a connection on which a query was lost stands
                while True:
                    came = until_the_end.enter_context(tcp.accept()[0])
                    if over.is_set():
                        return
                    query = came.recv(65535)
                    if not drops(query[2:]):
                        with socket.create_connection(inside, timeout=5) as onward:
                            onward.sendall(query)
                            reply = onward.recv(65535)
                            while len(reply) < 2 + int.from_bytes(reply[:2], "big"):
                                reply += onward.recv(65535)
                            came.sendall(reply)

        threads = [threading.Thread(target=each) for each in (datagrams, streams)]
        for each in threads:
            each.start()
        try:
            yield Server(address="127.0.0.1", port=udp.getsockname()[1])
        finally:
            over.set()
            socket.create_connection(tcp.getsockname()).close()
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
                last.sendto(b"", udp.getsockname())
            for each in threads:
                each.join()


def blocking(stub: Stub, questions: list[Question]) -> list[Response]:
    return stub.ask(questions)


def awaited(stub: Stub, questions: list[Question]) -> list[Response]:
    return asyncio.run(stub.aask(questions))


both = pytest.mark.parametrize("ask", [blocking, awaited])


def offered(responses: list[Response]) -> list[list[int | None]]:
    return [[each.edns for each in response.tries] for response in responses]


@both
def test_a_server_that_drops_edns_is_asked_without_and_that_is_remembered(ask: Callable) -> None:
    with DnsServer([ZONE, OTHER]) as dns, firewall(dns, has_opt) as server:
        stub = Stub([server], LookupSettings())
        first = ask(stub, QUESTIONS[:1])
        assert (first[0].outcome, offered(first)) == (Outcome.ANSWER, [[EDNS_SIZE, EDNS_SIZE, 0]])
        assert [each.warnings for each in first[0].tries] == [(), (), ("edns-dropped",)]
        later = ask(stub, QUESTIONS[1:])
        assert offered(later) == [[0], [0]]
        assert [each.warnings for response in later for each in response.tries] == [(), ()]
        many = ask(stub, [Question(name="many._tcp.corp.test.", rdtype="SRV")])
        assert offered(many) == [[0, 0]], "cut off at 512 octets, and asked without EDNS over TCP too"
        assert len(many[0].srvs) == 30


def test_over_tcp_too() -> None:
    with DnsServer([ZONE, OTHER]) as dns, firewall(dns, has_opt) as server:
        stub = Stub([server], LookupSettings(tcp_only=True, timeout=0.5))
        (found,) = stub.ask(QUESTIONS[:1])
    assert (found.outcome, offered([found])) == (Outcome.ANSWER, [[EDNS_SIZE, EDNS_SIZE, 0]])
    assert [each.warnings for each in found.tries] == [(), (), ("edns-dropped",)]


@pytest.mark.parametrize("refusal", ["no-edns", "edns-badvers"])
def test_a_server_that_turns_edns_down_is_asked_without_from_then_on(refusal: str) -> None:
    with DnsServer([ZONE, OTHER], faults=[refusal]) as dns:
        stub = Stub([Server(address="127.0.0.1", port=dns.port)], LookupSettings())
        found = [stub.ask([question])[0] for question in QUESTIONS]
    assert offered(found) == [[EDNS_SIZE, 0], [0], [0]]
    assert not any(each.warnings for response in found for each in response.tries)


def test_a_server_that_turns_everything_down_does_not_do_so_for_edns() -> None:
    with DnsServer([ZONE, OTHER], faults=["formerr"]) as dns:
        stub = Stub([Server(address="127.0.0.1", port=dns.port)], LookupSettings())
        found = [stub.ask([question])[0] for question in QUESTIONS]
        assert offered(found) == [[EDNS_SIZE, 0]] * 3


@both
def test_packets_lost_on_the_way_to_a_server_that_takes_edns_are_no_sign(ask: Callable) -> None:
    lossy = Lossy(0)
    with DnsServer([ZONE, OTHER]) as dns, firewall(dns, lossy) as server:
        stub = Stub([server], LookupSettings())
        assert offered(ask(stub, QUESTIONS[:1])) == [[EDNS_SIZE]]
        lossy.left = 2
        found = ask(stub, QUESTIONS[1:2])
        assert (found[0].outcome, offered(found)) == (Outcome.ANSWER, [[EDNS_SIZE, EDNS_SIZE, 0]])
        assert not any(each.warnings for each in found[0].tries)
        assert offered(ask(stub, QUESTIONS[2:])) == [[EDNS_SIZE]]


def test_one_lost_packet_is_no_sign() -> None:
    with DnsServer([ZONE, OTHER]) as dns, firewall(dns, Lossy(1)) as server:
        stub = Stub([server], LookupSettings(retries=1))
        (found,) = stub.ask(QUESTIONS[:1])
        assert (found.outcome, offered([found])) == (Outcome.ANSWER, [[EDNS_SIZE, 0]])
        assert not any(each.warnings for each in found.tries)
        assert offered(stub.ask(QUESTIONS[1:2])) == [[EDNS_SIZE]]


@pytest.mark.parametrize("name", peers.RESOLVERS)
def test_a_resolver_that_is_slow_drops_nothing(name: str, tmp_path: Path) -> None:
    """It replies to all tries at once when it knows, in an order of its own."""
    port = peers.free_port("127.0.0.1", "127.0.0.2")
    with (
        DnsServer(ZONE, address="127.0.0.2", port=port, faults=["delay:ms=350,type=SRV"]) as upstream,
        peers.RESOLVERS[name](ORIGIN, upstream.address, tmp_path) as peer,
    ):
        server = Server(address=peer.host, port=peer.port)
        stub = Stub([server], LookupSettings(timeout=5.0))
        stub._round_trips[server] = 0.001  # so that the tries are a tenth and three tenths of a second apart
        (found,) = stub.ask(QUESTIONS[:1])
        assert (found.outcome, offered([found])) == (Outcome.ANSWER, [[EDNS_SIZE, EDNS_SIZE, 0]])
        assert not any("edns-dropped" in each.warnings for each in found.tries)


def test_what_discover_tells(capsys: pytest.CaptureFixture[str]) -> None:
    with DnsServer([ZONE, OTHER]) as dns, firewall(dns, has_opt) as server:
        assert run(["discover", "corp.test", "-s", str(server), "--json"]) == 0
        result = json.loads(capsys.readouterr().out)["result"]
        assert [each["edns"] for each in result["trace"]] == [EDNS_SIZE, EDNS_SIZE, None, None, None]
        assert [each["warnings"] for each in result["trace"]] == [[], [], ["edns-dropped"], [], []]
        assert run(["discover", "corp.test", "-s", str(server), "-v"]) == 0
        out = " ".join(capsys.readouterr().out.split())
        assert "without EDNS, edns-dropped" in out
        assert "edns-dropped: only the question without EDNS was answered" in out
        run(["diagnose", "corp.test", "-s", str(server), "--probe", "none", "--json"])
        told = json.loads(capsys.readouterr().out)
        assert (told["findings"], told["result"]["would_show"]) == ([], None)


@pytest.mark.parametrize("command", [["discover", "corp.test"], ["diagnose", "corp.test", "--probe", "none"]])
def test_no_edns(command: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with DnsServer([ZONE, OTHER]) as dns:
        run([*command, "-s", dns.address, "--no-edns", "--json"])
        trace = json.loads(capsys.readouterr().out)["result"]["trace"]
        assert {each["edns"] for each in trace} == {None}
        monkeypatch.setenv("KMSDNS_NO_EDNS", "1")
        run([*command, "-s", dns.address, "--json"])
        assert {each["edns"] for each in json.loads(capsys.readouterr().out)["result"]["trace"]} == {None}
        assert run([*command, "-s", dns.address, "--cookie"]) == 2
        assert "--cookie or --no-edns" in capsys.readouterr().err


def test_no_edns_from_python_and_in_checks(tmp_path: Path) -> None:
    spec = tmp_path / "corp.kmsdns.toml"
    spec.write_text('[[check]]\nservice = "_vlmcs._tcp.corp.test"\ncount = 1\n')
    seen: list[bool] = []

    def listens(query: bytes) -> bool:
        seen.append(has_opt(query))
        return False

    with DnsServer([ZONE, OTHER]) as dns, firewall(dns, listens) as server:
        reports: list[Report] = [
            kmsdns.discover("corp.test", servers=[str(server)], edns=False),
            kmsdns.diagnose("corp.test", servers=[str(server)], edns=False, probe=None),
            kmsdns.check(spec, servers=[str(server)], edns=False),
        ]
        assert [check.passed for check in reports[2].checks] == [True]
        assert run(["check", str(spec), "-s", str(server), "--no-edns"]) == 0
        assert seen
        assert not any(seen)
        kmsdns.discover("corp.test", servers=[str(server)])
        assert any(seen)
