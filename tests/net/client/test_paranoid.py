"""DNS cookies and mixed case against servers that know them: NSD, BIND, Unbound, Knot Resolver and the bundled one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import kmsdns
from kmsdns.cli import run
from kmsdns.lookup.attempt import LookupSettings
from kmsdns.lookup.cookies import Cookie
from kmsdns.model.messages import Outcome, Question, Response, Server
from kmsdns.net.client.stub import Stub
from kmsdns.testing import DnsServer
from tests import peers
from tests.loops import on_uvloop

ORIGIN = "corp.test."
QUESTION = Question(name="_vlmcs._tcp.corp.test.", rdtype="SRV")
ZONE = """$ORIGIN corp.test.
@ 3600 IN SOA ns admin 1 7200 900 86400 300
@ 3600 IN NS ns
ns 3600 IN A 127.0.0.1
_vlmcs._tcp 3600 IN SRV 0 0 1688 kms1
kms1 3600 IN A 127.0.10.1
"""

Ask = Callable[[Stub], Response]


def blocking(stub: Stub) -> Response:
    return stub.ask([QUESTION])[0]


def awaited(stub: Stub) -> Response:
    return asyncio.run(stub.aask([QUESTION]))[0]


both = pytest.mark.parametrize("ask", [blocking, awaited, on_uvloop(awaited)])


def stub_of(peer: peers.Peer, **settings: object) -> Stub:
    return Stub([Server(address=peer.host, port=peer.port)], LookupSettings(**settings))


def lengths(stub: Stub) -> list[int]:
    """How long the cookies of its servers are: 8 octets while only the client's is known."""
    return [len(cookie.option[1]) for cookie in stub._cookies.values()]


@contextmanager
def resolver(start: Callable, tmp_path: Path, **options: str) -> Iterator[peers.Peer]:
    port = peers.free_port("127.0.0.1", "127.0.0.2")
    with (
        DnsServer(ZONE, address="127.0.0.2", port=port) as upstream,
        start(ORIGIN, upstream.address, tmp_path, **options) as peer,
    ):
        yield peer


@both
def test_nsd_shows_a_cookie_and_gets_it_back(ask: Ask, tmp_path: Path) -> None:
    with peers.nsd(ZONE, ORIGIN, tmp_path, "answer-cookie: yes") as peer:
        stub = stub_of(peer, cookie=True, mix_case=True)
        for _ in range(3):
            found = ask(stub)
            assert (found.outcome, found.tries[0].rejected, found.tries[0].warnings) == (Outcome.ANSWER, (), ())
        assert lengths(stub) == [24]


@both
def test_bind_insists_on_its_cookie(ask: Ask, tmp_path: Path) -> None:
    with resolver(peers.named, tmp_path, options="require-server-cookie yes;") as peer:
        stub = stub_of(peer, cookie=True)
        first, second = ask(stub), ask(stub)
        assert [(each.outcome, each.rcode) for each in first.tries] == [
            ("rcode-23", "BADCOOKIE"),
            ("answer", "NOERROR"),
        ]
        assert [each.outcome for each in second.tries] == ["answer"], "its cookie is kept within a run"
        assert {each.transport for each in first.tries} == {"udp"}
        assert lengths(stub) == [24]


def test_bind_shows_a_cookie_without_being_told_to(tmp_path: Path) -> None:
    with resolver(peers.named, tmp_path) as peer:
        stub = stub_of(peer, cookie=True, timeout=0.5)
        assert [blocking(stub).outcome for _ in range(3)] == [Outcome.ANSWER] * 3
        assert lengths(stub) == [24]
        # One who doesn't know the cookie that went out isn't believed, though all else fits.
        (cookie,) = stub._cookies.values()
        stub._cookies[stub.servers[0]] = Wrong(cookie)
        assert (blocking(stub).reason, stub.servers) == ("id-mismatch", stub.servers)


class Wrong(Cookie):
    """Sends one client cookie and expects another: as a reply to somebody else's question looks."""

    def __init__(self, known: Cookie) -> None:
        super().__init__(lambda n: 7)
        self._sent = known.option

    @property
    def option(self) -> tuple[int, bytes]:
        return self._sent


@both
@pytest.mark.parametrize("start", [peers.unbound, peers.kresd, peers.recursor, peers.dnsmasq])
def test_resolvers_keep_the_case_and_bear_a_cookie(ask: Ask, start: Callable, tmp_path: Path) -> None:
    with resolver(start, tmp_path) as peer:
        found = ask(stub_of(peer, cookie=True, mix_case=True))
    assert (found.outcome, found.transport, found.answer[0].owner) == (Outcome.ANSWER, "udp", QUESTION.name)
    assert found.tries[-1].warnings == ()


@both
def test_a_server_that_flips_the_case(ask: Ask) -> None:
    with DnsServer(ZONE, faults=["case-flip"]) as server:
        peer = peers.Peer(server.port)
        assert ask(stub_of(peer)).tries[0].warnings == ("case-changed",)
        found = ask(stub_of(peer, mix_case=True))
    assert [(each.outcome, each.transport) for each in found.tries] == [("question-mismatch", "udp"), ("answer", "tcp")]
    assert found.tries[0].rejected[0].reason == "question-mismatch"


def test_from_python_and_the_command_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with DnsServer(ZONE) as server:
        for _ in range(2):  # twice, since the dice may leave every letter small, once in a thousand million times
            assert run(["discover", "corp.test", "-s", server.address, "--mix-case", "-f", "short"]) == 0
        asked = [query.name for query in server.queries if query.rdtype == "SRV"]
    assert capsys.readouterr().out == "kms1.corp.test.:1688\n" * 2
    assert any(name != name.lower() for name in asked)

    with resolver(peers.named, tmp_path, options="require-server-cookie yes;") as peer:
        found = kmsdns.discover("corp.test", servers=[peer.address], cookie=True, families=(4,))
    assert [each.rcode for each in found.trace if each.question == QUESTION] == ["BADCOOKIE", "NOERROR"]
    assert found.endpoints[0].addresses == ("127.0.10.1",)
