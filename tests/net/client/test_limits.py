"""What a hostile server can make a look-up do, as the server counts it: questions, aliases, targets, octets, CPU."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Iterator
from itertools import pairwise

import dns.flags
import dns.message
import pytest

import kmsdns
from kmsdns.lookup.attempt import MAX_REJECTED, LookupSettings
from kmsdns.lookup.exchange import MAX_CHASES, MAX_TRIES
from kmsdns.lookup.reply_checks import analyse
from kmsdns.lookup.wire import decode
from kmsdns.model.messages import Outcome, Question, Response, Server
from kmsdns.net.client.stub import Stub
from kmsdns.services.client_lookup import MAX_TARGETS
from kmsdns.testing import DnsServer
from tests.lookup.test_fault_table import AA, OWNER, QUESTION, Event, Script, build, frame, many
from tests.loops import on_uvloop
from tests.net.client.test_fault_table_sockets import Stage

ZONE = """$ORIGIN corp.test.
@ 60 IN SOA ns admin 1 7200 900 86400 300
_vlmcs._tcp 60 IN SRV 0 0 1688 kms1
kms1 60 IN A 127.0.10.1
"""
CPU_LIMIT = 0.3 if "coverage" not in sys.modules else 3.0  # seconds; lines that are counted take longer

Ask = Callable[[Stub, Question], Response]


def blocking(stub: Stub, question: Question) -> Response:
    return stub.ask([question])[0]


def awaited(stub: Stub, question: Question) -> Response:
    return asyncio.run(stub.aask([question]))[0]


both = pytest.mark.parametrize("ask", [blocking, awaited, on_uvloop(awaited)])


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = Stage()
    yield stage
    stage.close()


class Counter:
    """Counts what a script is asked."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.names: list[str] = []

    def __call__(self, query: bytes, transport: str) -> list[Event]:
        self.names.append(str(dns.message.from_wire(query).question[0].name))
        return self.script(query, transport)


def one_further(query: bytes) -> str:
    """An alias from the name asked for to another one, for ever."""
    name = str(dns.message.from_wire(query).question[0].name)
    number = int(name.partition(".")[0].lstrip("n")) + 1 if name != OWNER else 1
    return f"{name} 60 IN CNAME n{number}.corp.test."


def refusing(query: bytes, transport: str) -> list[Event]:
    data = build(query, rcode=5)
    return [(0.0, frame(data) if transport == "tcp" else data)]


def endless(query: bytes, transport: str) -> list[Event]:
    data = build(query, one_further(query))
    return [(0.0, frame(data) if transport == "tcp" else data)]


def endless_over_tcp(query: bytes, transport: str) -> list[Event]:
    return endless(query, transport) if transport == "tcp" else [(0.0, build(query, flags=AA | dns.flags.TC))]


def played(stage: Stage, script: Script) -> tuple[Server, Counter]:
    counter = Counter(script)
    server = stage.play(lambda: counter)
    counter.names.clear()  # the stage looks at what a script does before it plays it
    return server, counter


@both
@pytest.mark.parametrize(("length", "reason"), [(16, "answer"), (17, "cname-too-long")])
def test_sixteen_aliases_within_one_answer(ask: Ask, length: int, reason: str) -> None:
    with DnsServer(ZONE, faults=[f"cname-chain:n={length}"]) as server:
        found = ask(Stub([Server(address="127.0.0.1", port=server.port)], LookupSettings()), QUESTION)
        assert (found.reason, len(found.aliases)) == (reason, length if reason == "answer" else 0)
        assert len(server.queries) == len(found.tries)


@both
def test_eight_aliases_across_questions(ask: Ask, stage: Stage) -> None:
    server, asked = played(stage, endless)
    found = ask(Stub([server], LookupSettings()), QUESTION)
    assert (found.reason, found.outcome) == ("cname-too-long", Outcome.MALFORMED)
    assert asked.names == [OWNER, *[f"n{number}.corp.test." for number in range(1, MAX_CHASES + 1)]]


@both
@pytest.mark.parametrize("all_servers", [False, True])
def test_thirty_two_questions_whatever_servers_say(ask: Ask, stage: Stage, all_servers: bool) -> None:
    """Three servers that refuse, and one whose aliases never end, each of them only over TCP: five tries an alias."""
    found = [played(stage, script) for script in (refusing, refusing, refusing, endless_over_tcp)]
    stub = Stub([server for server, _ in found], LookupSettings(all_servers=all_servers))
    response = ask(stub, QUESTION)
    counted = sum(len(counter.names) for _, counter in found)
    assert counted == len(response.tries)
    assert response.reason == "refused"
    assert counted == (3 + 2 * (MAX_CHASES + 1) if all_servers else MAX_TRIES)


@both
def test_forty_one_servers_in_turn_and_all_of_them(ask: Ask, stage: Stage) -> None:
    found = [played(stage, refusing) for _ in range(41)]
    servers = [server for server, _ in found]
    response = ask(Stub(servers, LookupSettings()), QUESTION)
    assert (response.reason, len(response.tries)) == ("refused", MAX_TRIES)
    assert response.unasked == tuple(map(str, servers[MAX_TRIES:]))
    response = ask(Stub(servers, LookupSettings(all_servers=True)), QUESTION)
    assert (response.reason, len(response.tries), response.unasked) == ("refused", 41, ())
    assert sum(len(counter.names) for _, counter in found) == MAX_TRIES + 41


def test_no_more_than_256_targets_are_resolved() -> None:
    with DnsServer(ZONE, faults=["huge:n=1000,type=SRV"]) as server:
        found = kmsdns.discover("corp.test", servers=[server.address], deadline=30.0)
        asked = {(query.name, query.rdtype) for query in server.queries if query.rdtype != "SRV"}
    assert len(found.endpoints) == MAX_TARGETS
    assert len(asked) == 2 * MAX_TARGETS
    srv, *_ = [each for each in found.trace if each.transport == "tcp"]
    assert "rrset-huge" in srv.warnings
    assert "1000 targets: only the first 256 in order are used" in found.services[0].notices[0]


@both
def test_a_message_of_64_kib_is_read_and_what_follows_is_not(ask: Ask, stage: Stage) -> None:
    sent: list[int] = []

    def filled(query: bytes, transport: str) -> list[Event]:
        if transport == "udp":
            return [(0.0, build(query, flags=AA | dns.flags.TC))]
        message = many(query, 2400)
        message += bytes(65535 - len(message))
        sent.append(len(message))
        return [(0.0, frame(message)), *[(0.0, bytes(65535)) for _ in range(20)]]

    found = ask(Stub([played(stage, filled)[0]], LookupSettings()), QUESTION)
    assert sent[-1] == 65535
    assert (found.outcome, len(found.answer)) == (Outcome.ANSWER, 2400)
    assert {"rrset-huge", "trailing-bytes"} <= set(found.tries[-1].warnings)


@both
def test_rejected_packets_are_all_counted_and_sixty_four_kept(ask: Ask, stage: Stage) -> None:
    flood = 500

    def forging(query: bytes, transport: str) -> list[Event]:
        if transport == "tcp":
            return [(0.0, "tcp-refused")]
        forged = bytes([query[0] ^ 1]) + query[1:]
        return [*[(n / 5000, forged) for n in range(flood)], (0.3, build(query, f"{OWNER} 60 IN SRV 0 0 1 x."))]

    found = ask(Stub([played(stage, forging)[0]], LookupSettings(timeout=5.0)), QUESTION)
    assert found.outcome is Outcome.ANSWER
    answered = next(each for each in found.tries if each.outcome == "answer")
    assert len(answered.rejected) == MAX_REJECTED
    assert len(answered.rejected) + answered.more_rejected == flood


def test_the_worst_messages_take_little_to_read_and_judge() -> None:
    """What the wire's own tests don't have: thousands of records searched once for each alias of a chain."""
    end = 12 + len(OWNER) + 1 + 4
    query = dns.message.make_query(OWNER, "SRV").to_wire()
    names = [b"\xc0\x0c", *[b"\1" + bytes([98 + n]) + b"\xc0\x0c" for n in range(17)]]
    chain = b"".join(
        owner + b"\0\5\0\1\0\0\0\x3c" + len(target).to_bytes(2, "big") + target for owner, target in pairwise(names)
    )
    filler = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4abcd"
    count = (65535 - end - len(chain)) // len(filler)
    header = query[:2] + b"\x85\x80\0\1" + (17 + count).to_bytes(2, "big") + bytes(4)
    messages = [header + query[12:end] + chain + filler * count, many(query, 2400)]
    for data in messages:
        taken = []
        for _ in range(2):
            begin = time.process_time()
            analyse(decode(data), QUESTION)
            taken.append(time.process_time() - begin)
        assert min(taken) < CPU_LIMIT
    assert analyse(decode(messages[0]), QUESTION).reason == "cname-too-long"
