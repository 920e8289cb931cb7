"""DNS cookies and mixed case, by hand in virtual time: who guesses the ID and the port still isn't believed."""

from __future__ import annotations

import dns.edns
import dns.message
import dns.rcode
import pytest

from kmsdns.lookup.attempt import LookupSettings
from kmsdns.lookup.cookies import Cookie
from kmsdns.lookup.wire import decode
from kmsdns.model.messages import Outcome
from kmsdns.model.names import in_mixed_case
from tests.lookup.test_fault_table import BAD, GOOD, OWNER, QUESTION, SRV, always, build, frame, renamed
from tests.lookup.virtual_network import Event, Script, run

WITH_COOKIE = LookupSettings(cookie=True)
MIXED = LookupSettings(mix_case=True)
SERVER_COOKIE = b"\1\0\0\0" + bytes(range(12))  # as RFC 9018 4 lays it out: 16 octets


def sent_cookie(query: bytes) -> bytes:
    """What the query carries as its cookie, as dnspython reads it."""
    options = dns.message.from_wire(query).options
    return b"".join(option.to_wire() for option in options if option.otype == dns.edns.OptionType.COOKIE)


def with_cookie(query: bytes, cookie: bytes, *answer: str, rcode: int = 0) -> bytes:
    """A reply that shows a cookie, whatever its length."""
    message = dns.message.make_response(dns.message.from_wire(query))
    for line in answer:
        owner, ttl, rdclass, rdtype, rdata = line.split(" ", 4)
        message.answer.append(dns.rrset.from_text(owner, int(ttl), rdclass, rdtype, rdata))
    message.use_edns(0, options=[dns.edns.GenericOption(dns.edns.OptionType.COOKIE, cookie)])
    message.set_rcode(rcode)
    return message.to_wire()


def honest(query: bytes) -> bytes:
    return with_cookie(query, sent_cookie(query)[:8] + SERVER_COOKIE, SRV)


def test_the_server_cookie_is_sent_back_and_each_server_gets_a_client_cookie_of_its_own() -> None:
    cookies: dict = {}
    seen: dict[str, list[bytes]] = {"first": [], "second": []}

    def keeps(where: str) -> Script:
        def script(query: bytes, transport: str) -> list[Event]:
            seen[where].append(sent_cookie(query))
            return [] if where == "first" and len(seen[where]) == 2 else [(0.0, honest(query))]

        return script

    for _ in range(2):
        servers = {BAD: keeps("first"), GOOD: keeps("second")}
        assert run(QUESTION, servers, WITH_COOKIE, cookies=cookies).outcome is Outcome.ANSWER
    client = seen["first"][0]
    assert len(client) == 8
    assert seen["first"][1] == client + SERVER_COOKIE
    assert len(seen["second"][0]) == 8
    assert seen["second"][0] != client


def test_no_cookie_is_sent_unless_asked_for_or_without_edns() -> None:
    queries: list[bytes] = []

    def script(query: bytes, transport: str) -> list[Event]:
        queries.append(query)
        return [(0.0, build(query, rcode=1) if dns.message.from_wire(query).edns == 0 else build(query, SRV))]

    run(QUESTION, {BAD: script}, LookupSettings())
    assert run(QUESTION, {BAD: script}, WITH_COOKIE).outcome is Outcome.ANSWER
    assert [len(sent_cookie(query)) for query in queries] == [0, 0, 8, 0]


@pytest.mark.parametrize(
    ("reason", "forge"),
    [
        ("id-mismatch", lambda q: build(q, SRV)),  # without EDNS options
        ("id-mismatch", lambda q: build(q, SRV, opt=False)),
        ("id-mismatch", lambda q: with_cookie(q, bytes(8) + SERVER_COOKIE, SRV)),
        ("malformed-opt", lambda q: with_cookie(q, sent_cookie(q)[:8] + b"short", SRV)),
        ("malformed-opt", lambda q: with_cookie(q, sent_cookie(q)[:8] + bytes(33), SRV)),
        ("malformed-opt", lambda q: with_cookie(q, b"", SRV)),
    ],
)
def test_once_a_server_has_shown_a_cookie_a_reply_without_it_is_rejected(reason: str, forge) -> None:
    cookies: dict = {}
    assert run(QUESTION, {BAD: always(honest)}, WITH_COOKIE, cookies=cookies).outcome is Outcome.ANSWER

    found = run(QUESTION, {BAD: always(forge, then=honest)}, WITH_COOKIE, cookies=cookies)
    assert found.outcome is Outcome.ANSWER, "the true reply is waited for"
    assert found.tries[0].rejected[0].reason == reason

    alone = run(QUESTION, {BAD: always(forge)}, WITH_COOKIE, cookies=cookies)
    assert (alone.outcome, alone.reason) == (Outcome.MALFORMED, reason)


def test_a_server_that_knows_no_cookies_is_believed_without() -> None:
    for reply in (lambda q: build(q, SRV), lambda q: with_cookie(q, sent_cookie(q)[:8], SRV)):
        cookies: dict = {}
        for _ in range(2):
            assert run(QUESTION, {BAD: always(reply)}, WITH_COOKIE, cookies=cookies).outcome is Outcome.ANSWER


def test_badcookie_is_asked_again_with_the_cookie_and_then_over_tcp() -> None:
    sent: list[tuple[str, int]] = []

    def strict(query: bytes, transport: str) -> list[Event]:
        cookie = sent_cookie(query)
        sent.append((transport, len(cookie)))
        good = transport == "tcp" or (cookie[8:] == SERVER_COOKIE and not stubborn)
        data = honest(query) if good else with_cookie(query, cookie[:8] + SERVER_COOKIE, rcode=23)
        return [(0.0, frame(data) if transport == "tcp" else data)]

    stubborn = False
    found = run(QUESTION, {BAD: strict}, WITH_COOKIE)
    assert (found.outcome, sent) == (Outcome.ANSWER, [("udp", 8), ("udp", 24)])
    assert [(each.outcome, each.rcode) for each in found.tries] == [("rcode-23", "BADCOOKIE"), ("answer", "NOERROR")]

    sent.clear()
    stubborn = True
    assert run(QUESTION, {BAD: strict}, WITH_COOKIE).outcome is Outcome.ANSWER
    assert sent == [("udp", 8), ("udp", 24), ("tcp", 24)]


def test_a_client_cookie_is_eight_octets_of_the_dice() -> None:
    drawn = iter((0x0102, 0x0304, 0x0506, 0x0708))
    assert Cookie(lambda n: next(drawn) % n).option == (10, bytes(range(1, 9)))


def test_letters_change_their_case_and_nothing_else_does() -> None:
    dice = iter([1, 0] * 50)
    mixed = in_mixed_case("_vlmcs._tcp.a1\\027b.test.", lambda n: next(dice) % n)
    assert mixed == "_VlMcS._tCp.A1\\027b.TeSt."
    assert mixed.lower() == "_vlmcs._tcp.a1\\027b.test."


def test_the_question_goes_out_in_mixed_case_and_the_answer_shows_the_name_as_asked() -> None:
    names: list[str] = []

    def script(query: bytes, transport: str) -> list[Event]:
        asked = decode(query).questions[0].name
        names.append(asked)
        return [(0.0, build(query, SRV.replace(OWNER, asked)))]

    found = run(QUESTION, {BAD: script}, MIXED)
    assert names[0] != OWNER
    assert names[0].lower() == OWNER
    assert (found.outcome, found.answer[0].owner, found.tries[0].warnings) == (Outcome.ANSWER, OWNER, ())
    assert str(found.tries[0].question) == f"{OWNER} SRV"


def test_a_reply_in_another_case_is_rejected_and_without_the_option_remarked_upon() -> None:
    def in_capitals(query: bytes) -> bytes:
        return renamed(query, OWNER.upper(), "SRV", SRV)

    relaxed = run(QUESTION, {BAD: always(in_capitals)}, LookupSettings())
    assert (relaxed.outcome, relaxed.tries[0].warnings) == (Outcome.ANSWER, ("case-changed",))

    forged = run(QUESTION, {BAD: always(in_capitals, then=lambda q: build(q, SRV))}, MIXED)
    assert forged.tries[0].rejected[0].reason == "question-mismatch"
    assert forged.outcome is Outcome.ANSWER


def test_a_server_that_never_keeps_the_case_is_heard_over_tcp_only() -> None:
    def in_capitals(query: bytes, transport: str) -> list[Event]:
        data = renamed(query, OWNER.upper(), "SRV", SRV)
        return [(0.0, frame(data) if transport == "tcp" else data)]

    found = run(QUESTION, {BAD: in_capitals}, MIXED)
    assert (found.outcome, found.transport) == (Outcome.ANSWER, "tcp")
    assert [each.outcome for each in found.tries] == ["question-mismatch", "answer"]

    def only_udp(query: bytes, transport: str) -> list[Event]:
        return in_capitals(query, transport) if transport == "udp" else [(0.0, "tcp-refused")]

    assert run(QUESTION, {BAD: only_udp}, MIXED).reason == "question-mismatch"
