"""Encrypted servers in the exchange: what it asks for, what it makes of replies and failures. No sockets, no clock."""

from __future__ import annotations

import dns.message
import dns.rrset
import pytest

from kmsdns.lookup.attempt import CloseSocket, Connect, LookupSettings, Request, Send
from kmsdns.lookup.comparison import Comparison
from kmsdns.lookup.edns import PADDED_TO, padded
from kmsdns.lookup.exchange import Exchange
from kmsdns.lookup.wire import encode
from kmsdns.model.messages import Outcome, Question, Server

SRV = Question(name="_vlmcs._tcp.corp.test.", rdtype="SRV")
ENCRYPTED = [Server(address="127.0.0.2", port=853, transport=transport) for transport in ("dot", "doh", "doq")]
PLAIN = Server(address="127.0.0.3")
each = pytest.mark.parametrize("server", ENCRYPTED, ids=lambda server: server.transport)


def started(*servers: Server, **settings: object) -> Exchange:
    exchange = Exchange(SRV, servers, LookupSettings(**settings), randbelow=lambda n: 0x1234 % n)
    exchange.start(0.0)
    return exchange


def reply(request: Request, **changes: object) -> bytes:
    message = dns.message.make_response(dns.message.from_wire(request.data))
    message.answer.append(dns.rrset.from_text(SRV.name, 60, "IN", "SRV", "0 0 1688 kms1.corp.test."))
    for name, value in changes.items():
        setattr(message, name, value)
    return message.to_wire(max_size=65535)


@each
@pytest.mark.parametrize("tcp_only", [False, True])
def test_an_encrypted_server_is_asked_over_its_transport_only(server: Server, tcp_only: bool) -> None:
    exchange = started(server, tcp_only=tcp_only)
    (request,) = exchange.commands()
    assert isinstance(request, Request)
    assert (request.server, len(request.data)) == (server, PADDED_TO)
    assert dns.message.from_wire(request.data).id == (0x1234 if server.transport == "dot" else 0)
    exchange.message(request.key, reply(request), 0.01)
    assert exchange.response is not None
    assert (exchange.response.outcome, exchange.response.transport) == (Outcome.ANSWER, server.transport)
    assert [isinstance(command, CloseSocket) for command in exchange.commands()] == [True]


@each
def test_refused_edns_is_left_out_and_with_it_the_padding(server: Server) -> None:
    exchange = started(server)
    (request,) = exchange.commands()
    formerr = dns.message.make_response(dns.message.from_wire(request.data))
    formerr.set_rcode(1)
    exchange.message(request.key, formerr.to_wire(), 0.01)
    _, again = exchange.commands()
    assert isinstance(again, Request)
    assert dns.message.from_wire(again.data).edns == -1


@each
@pytest.mark.parametrize(
    ("changes", "reason"), [({"id": 0x4321}, "id-mismatch"), ({"flags": 0x8200}, "truncated-over-tcp")]
)
def test_what_is_no_reply_is_final(server: Server, changes: dict[str, object], reason: str) -> None:
    """Nobody in between can have sent it."""
    exchange = started(server, retries=5)
    (request,) = exchange.commands()
    exchange.message(request.key, reply(request, **changes), 0.01)
    assert exchange.response is not None
    assert [one.outcome for one in exchange.response.tries] == [reason]


def test_a_failure_keeps_its_detail_and_what_was_refused() -> None:
    exchange = started(ENCRYPTED[1], PLAIN)
    (request,) = exchange.commands()
    exchange.error(request.key, "http-status", 0.01, "503", 0)
    assert [type(command) for command in exchange.commands()] == [CloseSocket, Send], "the next server, at once"
    exchange.error(1, "port-unreachable", 0.02)
    assert exchange.response is not None
    first, second = exchange.response.tries
    assert (first.outcome, first.detail) == ("http-status", "503")
    assert [(rejected.reason, rejected.size) for rejected in first.rejected] == [("http-status", 0)]
    assert (second.outcome, second.detail, second.rejected) == ("port-unreachable", None, ())


@pytest.mark.parametrize(
    ("server", "reason"), [*zip(ENCRYPTED, ["tcp-timeout", "tcp-timeout", "timeout"], strict=True)]
)
def test_silence_is_asked_again_after_its_time(server: Server, reason: str) -> None:
    exchange = started(server, timeout=2.0, retries=1)
    exchange.commands()
    exchange.tick(1.0)
    assert exchange.commands() == [], "a connection loses no packets"
    exchange.tick(2.0)
    assert [type(command) for command in exchange.commands()] == [CloseSocket, Request]
    exchange.tick(4.0)
    assert exchange.response is not None
    assert [one.outcome for one in exchange.response.tries] == [reason, reason]
    assert exchange.response.outcome is Outcome.TIMEOUT


def test_an_untrusted_server_is_as_good_as_none() -> None:
    exchange = started(ENCRYPTED[0])
    exchange.error(0, "tls-untrusted", 0.01, "certificate has expired")
    assert exchange.response is not None
    assert exchange.response.outcome is Outcome.UNREACHABLE


@each
def test_cookies_and_mixed_case_are_for_plain_servers(server: Server) -> None:
    settings = LookupSettings(cookie=True, mix_case=True)
    exchange = Exchange(SRV, (server, PLAIN), settings, randbelow=lambda n: n - 1)  # all letters in upper case
    exchange.start(0.0)
    (request,) = exchange.commands()
    query = dns.message.from_wire(request.data)
    assert [int(option.otype) for option in query.options] == [12]
    assert str(query.question[0].name) == SRV.name
    exchange.error(request.key, "tls-untrusted", 0.01)
    _, sent = exchange.commands()
    assert isinstance(sent, Send)
    query = dns.message.from_wire(sent.data)
    assert [int(option.otype) for option in query.options] == [10]
    assert str(query.question[0].name) == SRV.name.upper()


def test_encrypted_servers_are_compared_with_plain_ones() -> None:
    servers = (*ENCRYPTED, PLAIN)
    comparison = Comparison(SRV, servers, LookupSettings(all_servers=True), randbelow=lambda n: 0x1234 % n)
    comparison.start(0.0)
    *requests, sent = comparison.commands()
    assert [type(command) for command in requests] == [Request] * 3
    assert isinstance(sent, Send)
    comparison.message(requests[0].key, reply(requests[0]), 0.01)
    comparison.error(requests[1].key, "http-status", 0.01, "503", 0)
    comparison.message(requests[2].key, reply(requests[2], answer=[]), 0.01)
    comparison.error(sent.key, "port-unreachable", 0.02)
    assert [type(command) for command in comparison.commands()] == [CloseSocket] * 4, "none listens on"
    response = comparison.response
    assert response is not None
    assert (response.outcome, response.transport) == (Outcome.ANSWER, "dot")
    dot, doh, doq, plain = response.tries
    assert [one.outcome for one in response.tries] == [
        "answer",
        "http-status",
        "negative-without-soa",
        "port-unreachable",
    ]
    assert (doh.detail, [rejected.size for rejected in doh.rejected]) == ("503", [0])
    assert [one.detail for one in (dot, doq, plain)] == [None] * 3


def test_no_encrypted_server_leads_to_a_plain_one_of_the_same_address() -> None:
    exchange = started(*ENCRYPTED, retries=3)
    for now in (0.3, 0.6, 2.1, 2.6, 4.3, 6.5, 9.0, 12.0):
        assert not any(isinstance(command, Send | Connect) for command in exchange.commands())
        exchange.tick(now)


@pytest.mark.parametrize("name", [".", "a.", "a\\000b.test.", "x" * 63 + ".test.", ".".join(["y" * 60] * 4) + "."])
@pytest.mark.parametrize("options", [(), ((10, b"12345678"), (3, b""))])
def test_padding(name: str, options: tuple[tuple[int, bytes], ...]) -> None:
    query = padded(encode(Question(name=name, rdtype="SRV"), 7, edns_options=options))
    assert len(query) % PADDED_TO == 0
    message = dns.message.from_wire(query)
    assert [int(option.otype) for option in message.options] == [*[code for code, _ in options], 12]
    assert str(message.question[0].name) == name
