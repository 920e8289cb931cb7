"""Where replies may come from, and what is told when there is no socket to ask with: real sockets, real limits."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from kmsdns.model.messages import Server
from kmsdns.net.client.sockets import at_once, source_of
from kmsdns.testing import DnsServer
from tests.loops import on_uvloop
from tests.net.client.test_stub import Ask, ask_one, awaited, blocking

resource = pytest.importorskip("resource", reason="there are no such limits here")

both = pytest.mark.parametrize("ask", [blocking, awaited, on_uvloop(awaited)])
ZONE = """$ORIGIN corp.test.
@ 60 IN SOA ns admin 1 7200 900 86400 300
_vlmcs._tcp 60 IN SRV 0 0 1688 kms1
kms1 60 IN A 127.0.10.1
"""


@both
@pytest.mark.parametrize("tcp_only", [False, True])
@pytest.mark.parametrize(("address", "listens"), [("0.0.0.0", "127.0.0.1"), ("::", "::1"), ("::ffff:127.0.0.1", "")])
def test_an_address_that_replies_come_from_under_another_name(
    ask: Ask, address: str, listens: str, tcp_only: bool
) -> None:
    """That of this host is answered from the loopback's; no packet is rejected, and no second try made."""
    with DnsServer(ZONE, address=listens or "127.0.0.1") as server:
        found = ask_one(ask, Server(address=address, port=server.port), tcp_only=tcp_only)
    assert [(each.outcome, each.rejected) for each in found.tries] == [("answer", ())]


@both
def test_a_zone_that_the_source_does_not_bear(ask: Ask) -> None:
    with DnsServer(ZONE, address="::1") as server:
        for zone in ("lo", "1"):
            found = ask_one(ask, Server(address=f"::1%{zone}", port=server.port))
            assert [(each.transport, each.outcome, each.rejected) for each in found.tries] == [("udp", "answer", ())]


@pytest.mark.parametrize(
    ("address", "source", "is_same"),
    [
        ("fe80::1%1", ("fe80::1%lo", 53, 0, 1), True),  # as asyncio and the system tell it
        ("fe80::1%lo", ("fe80::1", 53, 0, 1), True),  # as uvloop does
        ("fe80::1%1", ("fe80::1", 53, 0, 4095), False),
        ("fe80::1%1", ("fe80::2%lo", 53, 0, 1), False),
        ("fe80::1%1", ("fe80::1%lo", 54, 0, 1), False),
        ("FE80:0::1%1", ("fe80::1%lo", 53, 0, 1), True),
        ("::", ("::1", 53, 0, 0), True),
        ("0.0.0.0", ("127.0.0.1", 53), True),
        ("0.0.0.0", ("127.0.0.2", 53), False),
        ("192.0.2.1", ("::ffff:192.0.2.1", 53, 0, 0), False),
    ],
)
def test_addresses_are_compared_as_octets_with_port_and_zone(
    address: str, source: tuple[object, ...], is_same: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socket.if_indextoname", lambda number: {1: "lo"}.get(number, "eth0"))
    server = Server(address=address)
    assert (source_of(server, source) == str(server)) is is_same


LIMITED = """
import asyncio, json, resource, sys
ask, port, limit, tcp = json.loads(sys.argv[1])
import selectors, socket
from kmsdns.lookup.attempt import LookupSettings
from kmsdns.model.messages import Question, Server
from kmsdns.net.client.stub import Stub
import kmsdns.net.client.async_stub
resource.setrlimit(resource.RLIMIT_NOFILE, (limit, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
stub = Stub([Server(address="127.0.0.1", port=port)], LookupSettings(tcp_only=tcp, timeout=20.0))
questions = [Question(name=f"h{n}.corp.test.", rdtype="A") for n in range(200)]
found = stub.ask(questions) if ask == "blocking" else asyncio.run(stub.aask(questions))
print(json.dumps(sorted({f"{each.outcome} {each.reason}" for each in found})))
"""


def limited(ask: str, port: int, limit: int, *, tcp: bool = False) -> list[str]:
    """What two hundred questions come to in a process that may have so many open files."""
    arguments = [sys.executable, "-c", LIMITED, json.dumps([ask, port, limit, tcp])]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    found: list[str] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("ask", ["blocking", "awaited"])
def test_a_batch_keeps_below_the_limit_of_open_files(ask: str) -> None:
    """Each reply comes when a second try is under way, so that each question has two sockets."""
    with DnsServer(ZONE, faults=["delay:ms=300"]) as server:
        assert limited(ask, server.port, 128) == ["nxdomain nxdomain"]


@pytest.mark.parametrize("tcp", [False, True])
def test_where_there_is_no_socket_that_is_told_and_no_server_blamed(tcp: bool) -> None:
    """Nor does it end in a traceback: the selector needs no file of its own then."""
    with DnsServer(ZONE) as server:
        assert limited("blocking", server.port, 3, tcp=tcp) == ["unreachable no-socket"]
        assert server.queries == ()


def test_how_many_questions_there_is_room_for() -> None:
    """A question has a socket for each try at each server, and one more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(512, hard), hard))
        several = at_once(200, (3,), 2, 200)
        assert 1 < several < 512 // 10
        assert at_once(200, (1,), 2, 200) > several
        assert at_once(200, (1, 3), 2, 200) < several
        assert at_once(5, (1,), 2, 200) == 200, "so few need no look at the limit"
        assert at_once(200, (40,), 9, 200) == 1
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_in_a_report_it_is_this_machine_that_could_not_ask() -> None:
    """No code of a client is shown: nobody knows what it would see."""
    arguments = ["discover", "corp.test", "-s", "127.0.0.1", "-f", "json", "--no-config"]
    script = (
        "import resource, sys; sys.argv[1:] = sys.argv[2:]; from kmsdns.cli import run; import kmsdns.cli.discover, "
        "kmsdns.api, kmsdns.net.client.stub, kmsdns.rules.live.answers, kmsdns.formats.json, kmsdns.jobs.discover, "
        "kmsdns.sessions.discover; "
        "run(['discover', 'corp.test', '-s', '127.0.0.1:9', '-f', 'json', '--no-config', '-q']); "
        "resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3)); print(); sys.exit(run(sys.argv[1:]))"
    )
    done = subprocess.run([sys.executable, "-c", script, "-", *arguments], capture_output=True, text=True, timeout=60)
    report = json.loads(done.stdout.rpartition("\n\n")[2] or done.stdout)
    (finding,) = [each for each in report["findings"] if each["code"] == "LIV005"]
    assert (done.returncode, report["verdict"], finding["hresult"]) == (3, "inconclusive", None)
    assert "could not be asked" in finding["message"]
    assert "ulimit" in finding["fix"]["summary"]
    assert {each["outcome"] for each in report["result"]["trace"]} == {"no-socket"}
