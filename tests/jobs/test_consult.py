"""The consultation by hand: what is asked of whom, in which batches. No sockets: zones answer in place of servers."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from kmsdns.jobs import consult as job
from kmsdns.jobs.consult import Consultation, consult
from kmsdns.lookup.reply_checks import analyse, outcome_of
from kmsdns.lookup.wire import decode, encode
from kmsdns.model.messages import Ask, Directed, Question, Reply, Response, Server, Try
from kmsdns.model.names import service_name
from kmsdns.model.vantages import INSIDE, OUTSIDE, ServerSurvey, Vantage, VantageKind
from kmsdns.net.server.responder import Responder
from kmsdns.zone.reader import load

PARENT = """$ORIGIN com.
$TTL 3600
@ SOA ns root 1 7200 900 1209600 300
@ NS ns
ns A 192.0.2.100
contoso NS ns1.contoso
contoso NS ns.elsewhere.net.
ns1.contoso A 192.0.2.1
"""
ZONE = """$ORIGIN contoso.com.
$TTL 3600
@ SOA ns1 hostmaster 3 7200 900 1209600 300
@ NS ns1
@ NS ns2
ns1 A 192.0.2.1
ns2 A 192.0.2.2
_vlmcs._tcp SRV 0 0 1688 kms01
_vlmcs._tcp SRV 0 0 1688 kms.fabrikam.net.
kms01 A 192.0.2.11
alias._tcp CNAME _vlmcs._tcp.fabrikam.net.
"""
OTHERS = "$ORIGIN net.\n$TTL 60\n@ SOA ns root 1 1 1 1 1\n@ NS ns.elsewhere\nns.elsewhere A 192.0.2.3\n"
OWNER = "_vlmcs._tcp.contoso.com."
NS1, NS2, NS3, ABOVE, OFFICE = (f"192.0.2.{n}" for n in (1, 2, 3, 100, 200))


class World:
    """Servers by address, each of some zones; one that isn't there is silent. The office's has everything."""

    def __init__(self) -> None:
        everywhere = {NS1: [ZONE], NS2: [ZONE], ABOVE: [PARENT], OFFICE: [PARENT, ZONE, OTHERS]}
        self.servers = {address: Responder([load(text) for text in texts]) for address, texts in everywhere.items()}
        self.failing: set[tuple[str, str]] = set()  # address, and the domain at or below which it fails
        self.batches: list[list[Ask]] = []

    def answer(self, batch: Sequence[Ask]) -> list[Reply]:
        self.batches.append(list(batch))
        assert len(set(batch)) == len(batch), "nobody is asked the same twice"
        return [self._reply(ask) for ask in batch]

    def _reply(self, ask: Ask) -> Response:
        assert isinstance(ask, Directed)
        question, server = ask.question, ask.server
        responder = self.servers.get(server.address)
        octets = None if responder is None else responder.respond(encode(question, 1), "udp")
        fails = any(address == server.address and question.name.endswith(below) for address, below in self.failing)
        if octets is None or fails:
            reason = "timeout" if octets is None else "servfail"
            rcode = None if octets is None else "SERVFAIL"
            tried = _try(question, server, reason, rcode, ())
            return Response(question=question, outcome=outcome_of(reason), reason=reason, tries=(tried,))
        message = decode(octets)
        found = analyse(message, question)
        return Response(
            question=question,
            outcome=outcome_of(found.reason),
            reason=found.reason,
            answer=found.answer,
            aliases=found.aliases,
            additional=message.additional,
            authority=message.authority,
            server=str(server),
            transport="udp",
            tries=(_try(question, server, found.reason, message.rcode_text, message.flag_words),),
        )

    def asked(self, address: str) -> list[str]:
        """The questions put to a server, with a sign where recursion was wanted."""
        return [
            f"{ask.question}{' +rd' if ask.recursion_desired else ''}"
            for batch in self.batches
            for ask in batch
            if isinstance(ask, Directed) and ask.server.address == address
        ]


def _try(question: Question, server: Server, outcome: str, rcode: str | None, flags: tuple[str, ...]) -> Try:
    return Try(
        question=question, server=str(server), transport="udp", outcome=outcome, elapsed=0.0, rcode=rcode, flags=flags
    )


def vantage(address: str, kind: VantageKind = VantageKind.UNKNOWN, view: str | None = None) -> Vantage:
    server = Server(address=address)
    return Vantage(name=str(server), server=server, kind=kind, view=view)


OFFICES = (vantage(OFFICE, VantageKind.RESOLVER),)


def run(world: World, *vantages: Vantage, name: str = "contoso.com", **fields: object) -> ServerSurvey:
    service = service_name(name, "_vlmcs", "_tcp")
    wanted = {"service": service, "vantages": vantages or OFFICES, "randbelow": random.Random(1).randrange, **fields}
    plan = consult(Consultation(**wanted))
    try:
        batch = next(plan)
        while True:
            batch = plan.send(world.answer(batch))
    except StopIteration as end:
        return end.value


def kinds(found: ServerSurvey) -> dict[str, VantageKind]:
    return {each.vantage.name: each.vantage.kind for each in found.statements}


def test_a_resolver_finds_the_servers_which_are_asked_without_recursion() -> None:
    world = World()
    found = run(world)
    assert found.zone == "contoso.com."
    assert kinds(found) == {
        f"{OFFICE}:53": VantageKind.RESOLVER,
        "ns1.contoso.com.": VantageKind.AUTHORITATIVE,
        "ns2.contoso.com.": VantageKind.AUTHORITATIVE,
    }
    assert world.asked(NS2) == [
        "contoso.com. SOA",
        f"{OWNER} SRV",
        f"{found.sibling} SRV",
        "_tcp.contoso.com. A",
        "kms01.contoso.com. A",
        "kms01.contoso.com. AAAA",
    ]
    assert all(asked.endswith(" +rd") for asked in world.asked(OFFICE))
    assert "kms.fabrikam.net. A +rd" in world.asked(OFFICE), "targets elsewhere are for resolvers"
    assert "fabrikam.net. SOA +rd" in world.asked(OFFICE), "it doesn't exist, so how much of it?"
    assert len(world.batches) == 6


def test_a_server_that_is_given_and_found_is_asked_once() -> None:
    world = World()
    found = run(world, vantage(NS1))
    assert kinds(found) == {
        "ns1.contoso.com.": VantageKind.AUTHORITATIVE,
        "ns2.contoso.com.": VantageKind.AUTHORITATIVE,
    }
    found = run(World(), vantage(NS1, VantageKind.RESOLVER))
    assert list(kinds(found).values()) == [
        VantageKind.RESOLVER,
        VantageKind.AUTHORITATIVE,
        VantageKind.AUTHORITATIVE,
    ], "it has two parts"


def test_what_a_vantage_is_shows() -> None:
    assert kinds(run(World(), vantage(NS1), find=False)) == {f"{NS1}:53": VantageKind.AUTHORITATIVE}
    assert kinds(run(World(), vantage(ABOVE), find=False)) == {f"{ABOVE}:53": VantageKind.UNKNOWN}
    assert kinds(run(World(), vantage(NS3), find=False)) == {f"{NS3}:53": VantageKind.UNKNOWN}


def test_a_zone_whose_servers_fail_is_found_by_a_referral() -> None:
    world = World()
    world.failing.add((OFFICE, "contoso.com."))
    found = run(world)
    assert found.zone == "contoso.com."
    names = [each.vantage.name for each in found.authorities]
    assert names == ["ns1.contoso.com.", "ns.elsewhere.net."], "one by its glue, one by its own zone"
    assert world.asked(ABOVE) == [f"{OWNER} SRV"]


def test_nobody_knows_of_any_zone() -> None:
    found = run(World(), vantage(NS3))
    assert found.zone is None
    assert [each.vantage.name for each in found.statements] == [f"{NS3}:53"]


def test_each_view_finds_servers_of_its_own() -> None:
    found = run(World(), vantage(OFFICE, VantageKind.RESOLVER, INSIDE), vantage(NS2, VantageKind.UNKNOWN, OUTSIDE))
    views = {each.vantage.name: each.vantage.view for each in found.statements}
    assert views == {f"{OFFICE}:53": INSIDE, "ns2.contoso.com.": OUTSIDE, "ns1.contoso.com.": INSIDE}


def test_an_alias_that_leads_elsewhere() -> None:
    found = run(World(), name="alias._tcp.contoso.com")
    assert found.zone == "contoso.com."


def test_no_more_is_asked_than_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job, "MAX_VANTAGES", 2)
    monkeypatch.setattr(job, "MAX_TARGETS", 1)
    found = run(World())
    assert [each.vantage.name for each in found.statements] == [f"{OFFICE}:53", "ns1.contoso.com."]
    assert found.notices == (
        "3 servers: only the first 2 are asked",
        "2 targets: only the first 1 are looked up",
    )


def test_a_name_too_long_to_stand_beside() -> None:
    label = "a" * 60
    found = run(World(), name=f"{label}.{label}.{label}.{'b' * 40}.contoso.com")
    assert found.sibling is None
