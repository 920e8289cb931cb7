"""Questions without EDNS for servers that drop it, by hand in virtual time."""

from __future__ import annotations

import dns.flags
import dns.rcode
import pytest

from kmsdns.lookup.attempt import EDNS_SIZE, LookupSettings
from kmsdns.lookup.edns_support import EdnsSupport
from kmsdns.lookup.exchange import LEAST_WAIT, Exchange
from kmsdns.model.messages import Outcome, Question, Server
from tests.lookup.test_exchange import FIRST, OWNER, SECOND, SRV, Run
from tests.lookup.test_exchange import response as reply_to


def silent_until_the_last(**settings: object) -> Run:
    """A look-up whose tries with EDNS met with silence; the one without is under way."""
    run = Run(**settings)
    while run.query(run.latest).edns == 0:
        run.sleep()
    assert (run.query(run.latest).edns, run.exchange.response) == (-1, None)
    return run


def warned(run: Run) -> list[str]:
    return [each.server for each in run.response.tries if "edns-dropped" in each.warnings]


def test_the_reply_is_held_for_another_and_then_used() -> None:
    run = silent_until_the_last()
    run.reply(SRV)
    came = run.now
    assert run.exchange.response is None
    assert run.exchange.wake == pytest.approx(came + LEAST_WAIT)
    run.sleep()
    assert run.response.outcome is Outcome.ANSWER
    assert [(each.edns, each.warnings) for each in run.response.tries][2:] == [(0, ("edns-dropped",))]
    assert run.response.tries[-1].elapsed == pytest.approx(0.01), "the time it was held is not the server's"


@pytest.mark.parametrize("rcode", [dns.rcode.NOERROR, dns.rcode.SERVFAIL])
def test_a_reply_to_a_question_with_edns_right_behind_it_clears_the_server(rcode: int) -> None:
    run = silent_until_the_last()
    run.reply(SRV)
    run.packet(reply_to(run.query(0), *([SRV] if rcode == 0 else []), rcode=rcode), key=0, after=0.001)
    run.wait()
    assert run.response.outcome is Outcome.ANSWER
    assert warned(run) == []


def test_a_packet_that_is_no_reply_shows_that_something_came_back() -> None:
    run = silent_until_the_last()
    run.reply(SRV)
    run.packet(b"\0" * 20, key=0, after=0.001)
    run.wait()
    assert run.response.outcome is Outcome.ANSWER
    assert warned(run) == []


def test_the_deadline_ends_the_waiting() -> None:
    run = silent_until_the_last(deadline=0.78)
    run.reply(SRV)
    run.sleep()
    assert (run.now, run.response.outcome) == (0.78, Outcome.ANSWER)


def test_a_reply_that_is_cut_off_leads_to_tcp_without_edns() -> None:
    run = silent_until_the_last()
    run.reply(flags=dns.flags.QR | dns.flags.AA | dns.flags.TC)
    run.sleep()
    assert run.query(run.latest).edns == -1
    run.reply(SRV)
    assert (run.response.transport, run.response.tries[2].warnings) == ("tcp", ("edns-dropped",))


def test_a_refusal_without_edns_shows_nothing_of_it() -> None:
    run = silent_until_the_last()
    run.reply(rcode=dns.rcode.NOTIMP)
    run.wait()
    assert run.response.reason == "notimp"
    assert warned(run) == []


def test_of_two_servers_each_is_judged_by_its_own_tries() -> None:
    run = Run(FIRST, SECOND)
    while run.query(run.latest).edns == 0:
        run.sleep()
    first = run.latest
    while run.latest == first:
        run.sleep()
    assert [run.sent[key].server for key in (first, run.latest)] == [FIRST, SECOND]
    run.reply(SRV)
    run.sleep()
    assert warned(run) == [str(SECOND)]


@pytest.mark.parametrize("retries", [0, 1])
def test_few_tries_show_nothing(retries: int) -> None:
    run = Run(retries=retries)
    for _ in range(retries):
        run.sleep()
    assert run.query(run.latest).edns == (-1 if retries else 0)
    run.reply(SRV)
    assert warned(run) == []


def test_an_encrypted_server_is_always_asked_with_edns() -> None:
    """Its messages are padded, and no firewall reads them."""
    server = Server(address="127.0.0.9", port=853, transport="dot")
    exchange = Exchange(Question(name=OWNER, rdtype="SRV"), (server,), LookupSettings(), randbelow=lambda n: 7 % n)
    exchange.start(0.0)
    while exchange.response is None:
        exchange.tick(exchange.wake)
    assert [each.edns for each in exchange.response.tries] == [EDNS_SIZE] * 3


def test_a_server_known_to_take_edns_is_not_suspected() -> None:
    known = EdnsSupport()
    for silent in (False, True):
        run = Run(edns=known)
        while silent and run.query(run.latest).edns == 0:
            run.sleep()
        run.reply(SRV)
        assert warned(run) == []
    assert Run(edns=known).query(0).edns == 0
