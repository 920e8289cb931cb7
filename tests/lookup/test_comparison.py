"""Every server asked and what they say compared, by hand in virtual time. The faults' table has the rest."""

from __future__ import annotations

import dns.flags
import pytest

from kmsdns.lookup.attempt import MAX_REJECTED, CloseSocket, LookupSettings
from kmsdns.lookup.comparison import LISTEN_ON, Comparison
from kmsdns.lookup.exchange import MAX_TRIES
from kmsdns.model.messages import Outcome, Server
from tests.lookup.test_fault_table import (
    AA,
    BAD,
    COMPARING,
    GOOD,
    OWNER,
    QUESTION,
    ROWS,
    SRV,
    Event,
    always,
    build,
    frame,
    good,
)
from tests.lookup.virtual_network import run

EVIL = f"{OWNER} 60 IN SRV 0 0 1 evil.test."


def test_answers_agree_whatever_their_ttl_case_and_order() -> None:
    answers = [f"{OWNER} 60 IN SRV 0 0 1688 {host}.corp.test." for host in ("a", "B")]
    again = [line.replace(" 60 ", " 30 ").replace("B.corp", "b.corp") for line in reversed(answers)]
    response = run(
        QUESTION, {GOOD: always(lambda q: build(q, *answers)), BAD: always(lambda q: build(q, *again))}, COMPARING
    )
    assert not response.is_contradicted
    assert [each.rdatas for each in response.said] == [("0 0 1688 a.corp.test.", "0 0 1688 b.corp.test.")] * 2


def test_every_try_that_disagrees_is_warned_of_and_no_other() -> None:
    third = Server(address="127.0.0.4")
    servers = {BAD: ROWS["nxdomain"][0](), GOOD: good, third: ROWS["servfail"][0]()}
    response = run(QUESTION, servers, COMPARING)
    assert (response.outcome, response.server) == (Outcome.NXDOMAIN, str(BAD)), "the first that knows, as without"
    warned = [each.server for each in response.tries if "contradiction" in each.warnings]
    assert warned == [str(BAD), str(GOOD)], "a failure says nothing"
    assert [(each.server, each.outcome) for each in response.said] == [
        (str(BAD), "nxdomain"),
        (str(GOOD), "answer"),
        (str(third), "servfail"),
    ]


@pytest.mark.parametrize(("second", "contradicted"), [(SRV, False), (f"{OWNER} 60 IN SRV 0 0 1 evil.test.", True)])
def test_a_whole_reply_behind_a_truncated_one_is_held_against_what_comes_over_tcp(
    second: str, contradicted: bool
) -> None:
    def script(query: bytes, transport: str) -> list[Event]:
        if transport == "tcp":
            return [(0.0, frame(build(query, SRV)))]
        return [(0.0, build(query, flags=AA | dns.flags.TC)), (0.05, build(query, second))]

    response = run(QUESTION, {BAD: script}, COMPARING)
    assert (response.outcome, response.transport, response.is_contradicted) == (Outcome.ANSWER, "tcp", contradicted)
    assert [str(each.target) for each in response.srvs] == ["kms1.corp.test."]


def test_a_denial_without_proof_still_needs_all_servers() -> None:
    bare = ROWS["nodatanosoa"][0]
    assert run(QUESTION, {BAD: bare(), GOOD: bare()}, COMPARING).outcome is Outcome.NODATA
    assert run(QUESTION, {BAD: bare(), GOOD: good}, COMPARING).server == str(GOOD)
    lost = run(QUESTION, {BAD: bare(), GOOD: lambda q, t: []}, COMPARING)
    assert (lost.outcome, lost.reason) == (Outcome.MALFORMED, "negative-without-soa")


def behind(*packets: tuple[float, object]):
    """A server whose answer over UDP is followed by these: seconds after it, and what to make of the query."""

    def script(query: bytes, transport: str) -> list[Event]:
        return [(0.0, build(query, SRV)), *[(after, make(query)) for after, make in packets]]

    return script


def test_packets_behind_the_reply_are_rejected_and_counted_as_any_other() -> None:
    forged = [(0.05, lambda q: build(q, EVIL, id=q[0] ^ 77)) for _ in range(MAX_REJECTED + 6)]
    response = run(QUESTION, {BAD: behind(*forged)}, COMPARING)
    (only,) = response.tries
    assert (only.outcome, response.is_contradicted) == ("answer", False)
    assert (len(only.rejected), only.more_rejected) == (MAX_REJECTED, 6)
    assert {each.reason for each in only.rejected} == {"id-mismatch"}


@pytest.mark.parametrize(
    ("packets", "seconds"),
    [
        ([(0.05, lambda q: build(q, SRV))], 0),  # sent twice, as networks do
        ([(0.05, lambda q: build(q, EVIL))], 1),
        ([(0.03, lambda q: build(q, EVIL)), (0.05, lambda q: build(q, rcode=2))], 1),  # the first of them is told
        ([(LISTEN_ON + 0.01, lambda q: build(q, EVIL))], 0),  # too late
        ([(0.05, lambda q: build(q, flags=AA | dns.flags.TC))], 0),  # cut off: says nothing
        ([(0.05, lambda q: build(q, rcode=2))], 1),
    ],
)
def test_what_counts_as_a_second_reply(packets: list, seconds: int) -> None:
    response = run(QUESTION, {BAD: behind(*packets)}, COMPARING)
    assert response.reason == "answer"
    assert str(response.srvs[0].target) == "kms1.corp.test."
    assert [each.is_second for each in response.said] == [False] + [True] * seconds
    assert response.is_contradicted is bool(seconds)


def test_the_time_listened_on_is_not_that_of_the_answer() -> None:
    assert run(QUESTION, {BAD: good}, COMPARING).elapsed < 0.01


def test_what_the_network_reports_behind_the_reply_is_no_news() -> None:
    comparison = Comparison(QUESTION, (BAD,), LookupSettings(all_servers=True), randbelow=lambda n: 7 % n)
    comparison.start(0.0)
    (send,) = comparison.commands()
    comparison.datagram(send.key, build(send.data, SRV), str(BAD), 0.01)
    comparison.error(send.key, "port-unreachable", 0.02)
    assert comparison.response is None
    assert comparison.wake == pytest.approx(0.01 + LISTEN_ON)
    comparison.tick(comparison.wake)
    assert comparison.response.outcome is Outcome.ANSWER
    assert comparison.commands() == [CloseSocket(key=send.key)]


def test_the_deadline_ends_the_listening_too() -> None:
    comparison = Comparison(
        QUESTION, (BAD,), LookupSettings(all_servers=True), randbelow=lambda n: 7 % n, deadline=0.05
    )
    comparison.start(0.0)
    (send,) = comparison.commands()
    comparison.datagram(send.key, build(send.data, SRV), str(BAD), 0.01)
    assert comparison.wake == 0.05
    comparison.tick(0.05)
    assert comparison.response.outcome is Outcome.ANSWER


def test_the_last_try_may_be_cut_off() -> None:
    """No try is left to ask over TCP: whoever said most speaks."""
    servers = {Server(address=f"127.0.1.{n}"): ROWS["refused"][0]() for n in range(1, MAX_TRIES)}
    servers[GOOD] = ROWS["tcok"][0]()
    response = run(QUESTION, servers, LookupSettings())
    assert (response.reason, len(response.tries), response.unasked) == ("refused", MAX_TRIES, ())
    assert response.tries[-1].flags[:2] == ("aa", "tc")


def test_every_server_has_tries_of_its_own() -> None:
    """Forty that refuse leave the last one its UDP and its TCP."""
    servers = {Server(address=f"127.0.1.{n}"): ROWS["refused"][0]() for n in range(1, 41)}
    servers[GOOD] = ROWS["tcok"][0]()
    response = run(QUESTION, servers, COMPARING)
    assert (response.reason, response.server, response.unasked) == ("answer", str(GOOD), ())
    assert len(response.said) == 41
    assert len({each.server for each in response.tries}) == 41


def test_twenty_servers_that_cut_off_are_all_asked_over_tcp() -> None:
    servers = {Server(address=f"127.0.1.{n}"): ROWS["tcok"][0]() for n in range(1, 21)}
    response = run(QUESTION, servers, COMPARING)
    assert [(each.outcome, each.transport) for each in response.said] == [("answer", "tcp")] * 20
    assert len(response.tries) == 40


def test_in_turn_who_was_not_asked_is_told() -> None:
    crowd = [Server(address=f"127.0.1.{n}") for n in range(1, MAX_TRIES + 10)]
    response = run(QUESTION, {server: ROWS["refused"][0]() for server in crowd}, LookupSettings())
    assert response.unasked == tuple(map(str, crowd[MAX_TRIES:]))
    answered = run(QUESTION, dict.fromkeys(crowd, good), LookupSettings())
    assert answered.unasked == (), "nobody needs them"


@pytest.mark.parametrize("all_servers", [False, True])
def test_a_deadline_leaves_servers_unasked_and_says_so(all_servers: bool) -> None:
    response = run(QUESTION, {BAD: lambda q, t: [], GOOD: good}, LookupSettings(all_servers=all_servers), deadline=0.0)
    assert response.outcome is Outcome.TIMEOUT
    asked = {each.server for each in response.tries}
    assert asked | set(response.unasked) == {str(BAD), str(GOOD)}


def test_a_reply_cut_off_while_tcp_is_under_way_starts_no_second_connection() -> None:
    def script(query: bytes, transport: str) -> list[Event]:
        if transport == "tcp":
            return [(0.1, frame(build(query, SRV)))]
        return [(0.0, build(query, SRV, id=q(query) ^ 1)), (0.01, build(query, flags=AA | dns.flags.TC))]

    def q(query: bytes) -> int:
        return int.from_bytes(query[:2], "big")

    response = run(QUESTION, {BAD: script}, LookupSettings())
    assert [(each.transport, each.outcome) for each in response.tries] == [("udp", "answer"), ("tcp", "answer")]
