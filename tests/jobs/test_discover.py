"""The discover plan by hand: replies are values, nothing touches a socket."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from kmsdns.jobs.discover import discover
from kmsdns.model.messages import (
    Outcome,
    Probe,
    ProbeAttempt,
    ProbeOutcome,
    ProbeResult,
    Question,
    Response,
    Server,
    Try,
)
from kmsdns.model.names import service_name
from kmsdns.model.records import Record, Srv
from kmsdns.model.report import Report, Verdict
from kmsdns.model.snapshot import CachedHost
from kmsdns.rules.live.answers import RULES
from kmsdns.services.client_lookup import MAX_TARGETS, LookupOptions, ResolutionPath

OWNER = "_vlmcs._tcp.contoso.com."


class World:
    """A source of replies: records by question, and the addresses that answer a probe. Keeps what was asked."""

    def __init__(
        self, records: dict[str, list[str]], open_addresses: tuple[str, ...] = (), **outcomes: Outcome
    ) -> None:
        self.records = records
        self.open_addresses = open_addresses
        self.outcomes = outcomes
        self.glue: tuple[Record, ...] = ()
        self.batches: list[list[object]] = []

    def answer(self, batch):
        self.batches.append(list(batch))
        return [self.response(ask) if isinstance(ask, Question) else self.probe(ask) for ask in batch]

    def response(self, question: Question) -> Response:
        key = f"{question.name} {question.rdtype}"
        outcome = self.outcomes.get(question.rdtype, Outcome.ANSWER)
        lines = self.records.get(key, [])
        if outcome is Outcome.ANSWER and not lines:
            known = any(each.startswith(question.name) for each in self.records)
            outcome = Outcome.NODATA if known else Outcome.NXDOMAIN
        aliases, answer = [], []
        for line in lines if outcome is Outcome.ANSWER else ():
            rdtype, rdata = line.split(" ", 1) if line.startswith("CNAME") else (question.rdtype, line)
            record = Record(owner=question.name, ttl=300, rdtype=rdtype, rdata=srv(rdata) if rdtype == "SRV" else rdata)
            (aliases if rdtype == "CNAME" else answer).append(record)
        tried = Try(question=question, server="127.0.0.1:53", transport="udp", outcome=outcome, elapsed=0.001)
        return Response(
            question=question,
            outcome=outcome,
            reason=outcome,
            answer=tuple(answer),
            aliases=tuple(aliases),
            additional=self.glue if question.rdtype == "SRV" else (),
            ttl=300 if answer else None,
            server=str(Server(address="127.0.0.1")),
            transport="udp",
            tries=(tried,),
        )

    def probe(self, probe: Probe) -> ProbeResult:
        found = next((address for address in probe.addresses if address in self.open_addresses), None)
        outcome = ProbeOutcome.OPEN if found else ProbeOutcome.CLOSED if probe.addresses else ProbeOutcome.NO_ADDRESS
        attempts = tuple(ProbeAttempt(address=each, outcome=outcome, elapsed=0.001) for each in probe.addresses)
        return ProbeResult(probe=probe, outcome=outcome, address=found, elapsed=0.001, attempts=attempts)

    @property
    def questions(self) -> list[list[str]]:
        return [[str(ask) for ask in batch if isinstance(ask, Question)] for batch in self.batches]


def srv(text: str) -> Srv:
    priority, weight, port, target = text.split()
    return Srv(priority=int(priority), weight=int(weight), port=int(port), target=target)


def drive(world: World, *names: str, search: bool = False, seed: int = 1, **wishes: object) -> Report:
    owners = [service_name(name, "_vlmcs", "_tcp") for name in names or ("contoso.com",)]
    clients = [owners] if search else [[owner] for owner in owners]
    cached = wishes.pop("cached", {})
    ways = [ResolutionPath(names=tuple(each), cached=remembered(each, cached)) for each in clients]
    plan = discover(ways, LookupOptions(randbelow=random.Random(seed).randrange, **wishes), RULES)
    try:
        batch = next(plan)
        while True:
            batch = plan.send(world.answer(batch))
    except StopIteration as end:
        return end.value


def remembered(owners, cached):
    return next(((owner, cached[owner.owner]) for owner in owners if owner.owner in cached), None)


TWO = {
    f"{OWNER} SRV": ["0 3 1688 kms1.contoso.com.", "10 0 1688 KMS2.contoso.com."],
    "kms1.contoso.com. A": ["127.0.10.1"],
    "kms1.contoso.com. AAAA": ["::1"],
    "kms2.contoso.com. A": ["127.0.10.2"],
}


def test_targets_are_resolved_in_one_batch_and_come_in_order() -> None:
    world = World(TWO)
    report = drive(world)
    assert world.questions == [
        [f"{OWNER} SRV"],
        ["kms1.contoso.com. A", "kms1.contoso.com. AAAA", "kms2.contoso.com. A", "kms2.contoso.com. AAAA"],
    ]
    assert [(str(each), each.addresses) for each in report.endpoints] == [
        ("kms1.contoso.com.:1688", ("127.0.10.1", "::1")),
        ("kms2.contoso.com.:1688", ("127.0.10.2",)),
    ]
    (service,) = report.services
    assert (service.outcome, service.source, service.queried, service.ttl) == ("answer", "dns", (OWNER,), 300)
    assert report.verdict is Verdict.CLEAN
    assert len(report.trace) == 5


def test_shares_are_exact_and_those_of_the_record() -> None:
    records = {f"{OWNER} SRV": ["0 60 1 a.", "0 20 1 b.", "0 20 1 c.", "10 0 1 d."]}
    for seed in range(5):
        report = drive(World(records), seed=seed)
        shares = {endpoint.target: endpoint.share for endpoint in report.endpoints}
        # (w + 1/n) / (S + 1), facts of the closed form: n = 3, S = 100
        assert shares == {"a.": Fraction(181, 303), "b.": Fraction(61, 303), "c.": Fraction(61, 303), "d.": 0}
        assert report.endpoints[-1].target == "d."


def test_a_seed_repeats_the_order() -> None:
    records = {f"{OWNER} SRV": [f"0 0 1 h{n}." for n in range(9)]}
    orders = [[str(e) for e in drive(World(records), seed=seed).endpoints] for seed in (1, 1, 2)]
    assert orders[0] == orders[1] != orders[2]


def test_glue_is_used_for_targets_only_and_completed() -> None:
    world = World(TWO)
    world.glue = (
        Record(owner="KMS1.contoso.com.", ttl=60, rdtype="A", rdata="127.0.10.9"),
        Record(owner="evil.example.", ttl=60, rdtype="A", rdata="127.0.66.6"),
    )
    report = drive(world)
    assert world.questions[1] == ["kms1.contoso.com. AAAA", "kms2.contoso.com. A", "kms2.contoso.com. AAAA"]
    assert report.endpoints[0].addresses == ("127.0.10.9", "::1")


def test_only_the_families_wanted_are_asked_for() -> None:
    world = World(TWO)
    report = drive(world, rdtypes=("AAAA",))
    assert world.questions[1] == ["kms1.contoso.com. AAAA", "kms2.contoso.com. AAAA"]
    assert [each.addresses for each in report.endpoints] == [("::1",), ()]
    assert "kms2.contoso.com. has no address" in report.services[0].notices[0]


def test_a_lone_root_target_is_unavailable() -> None:
    world = World({f"{OWNER} SRV": ["0 0 0 ."]})
    report = drive(world, probe="tcp")
    assert (report.services[0].outcome, report.endpoints) == ("unavailable", ())
    assert [finding.code for finding in report.findings] == ["LIV006"]
    assert len(world.batches) == 1, "there is nothing to resolve and nothing to probe"


def test_a_root_target_beside_others_is_skipped_and_warned_of() -> None:
    report = drive(World({f"{OWNER} SRV": ["0 0 0 .", "0 0 1688 a."], "a. A": ["127.0.0.1"]}))
    assert [str(each) for each in report.endpoints] == ["a.:1688"]
    assert 'a target "." stands beside others' in report.services[0].notices[0]
    assert report.endpoints[0].share == 1


def test_an_alias_target_is_followed_and_warned_of() -> None:
    report = drive(World({f"{OWNER} SRV": ["0 0 1 a."], "a. A": ["CNAME b.", "127.0.0.9"]}))
    assert report.endpoints[0].addresses == ("127.0.0.9",)
    assert "a. is an alias of b." in report.services[0].notices[0]


@pytest.mark.parametrize(
    ("outcome", "code", "hresult", "verdict"),
    [
        (Outcome.NXDOMAIN, "LIV001", "0x8007232B", Verdict.FINDINGS),
        (Outcome.NODATA, "LIV002", "0x8007251D", Verdict.FINDINGS),
        (Outcome.SERVFAIL, "LIV003", "0x8007232A", Verdict.FINDINGS),
        (Outcome.REFUSED, "LIV004", "0x8007232D", Verdict.FINDINGS),
        (Outcome.TIMEOUT, "LIV005", "0x8007232A", Verdict.INCONCLUSIVE),
        (Outcome.UNREACHABLE, "LIV005", "0x8007232A", Verdict.INCONCLUSIVE),
        (Outcome.MALFORMED, "LIV007", None, Verdict.FINDINGS),
    ],
)
def test_each_failure_has_its_finding(outcome: Outcome, code: str, hresult: str | None, verdict: Verdict) -> None:
    report = drive(World({}, SRV=outcome))
    (finding,) = report.findings
    assert (finding.code, finding.hresult, report.verdict) == (code, hresult, verdict)
    assert (report.services[0].outcome, report.endpoints) == (outcome, ())
    assert finding.evidence
    assert finding.fix


def test_only_kms_clients_show_an_activation_code() -> None:
    (finding,) = drive(World({}), "_ldap._tcp.contoso.com").findings
    assert (finding.code, finding.hresult) == ("LIV001", None)


def test_an_unresolved_address_is_no_clean_bill() -> None:
    records = {f"{OWNER} SRV": ["0 0 1 a."]}
    report = drive(World(records, A=Outcome.TIMEOUT, AAAA=Outcome.TIMEOUT))
    assert report.verdict is Verdict.INCONCLUSIVE


def test_one_that_does_not_answer_does_not_hide_what_another_lacks() -> None:
    class Partly(World):
        def response(self, question: Question) -> Response:
            response = super().response(question)
            return response.replace(outcome=Outcome.TIMEOUT) if "contoso" in question.name else response

    report = drive(Partly({}), "contoso.com", "example.com")
    assert {finding.code for finding in report.findings} == {"LIV001", "LIV005"}
    assert report.verdict is Verdict.FINDINGS


def test_several_names_are_asked_in_lock_step() -> None:
    world = World({**TWO, "_vlmcs._tcp.example.com. SRV": ["0 0 1 kms1.contoso.com."]})
    report = drive(world, "contoso.com", "example.com", "_ldap._tcp.example.com")
    assert world.questions[0] == [f"{OWNER} SRV", "_vlmcs._tcp.example.com. SRV", "_ldap._tcp.example.com. SRV"]
    assert len(world.questions) == 2
    assert world.questions[1].count("kms1.contoso.com. A") == 1
    assert len(report.trace) == 7, "a question that two services share is told once"
    assert [service.outcome for service in report.services] == ["answer", "answer", "nxdomain"]


def test_a_client_searches_its_suffixes_until_one_has_the_record() -> None:
    world = World(TWO)
    report = drive(world, "emea.contoso.com", "contoso.com", "example.com", search=True)
    (service,) = report.services
    assert service.queried == ("_vlmcs._tcp.emea.contoso.com.", OWNER)
    assert (service.service, service.outcome) == (OWNER, "answer")
    assert report.verdict is Verdict.CLEAN


def test_a_search_in_vain_names_what_may_hide_the_record() -> None:
    class Partly(World):
        def response(self, question: Question) -> Response:
            response = super().response(question)
            return response.replace(outcome=Outcome.SERVFAIL) if "b.example" in question.name else response

    report = drive(Partly({}), "a.example", "b.example", "c.example", search=True)
    assert [finding.code for finding in report.findings] == ["LIV003"]
    assert len(report.findings[0].evidence) == 3


def test_fallback_takes_the_domain_itself() -> None:
    world = World({"contoso.com. A": ["127.0.0.7"]})
    report = drive(world, fallback_port=389)
    (endpoint,) = report.endpoints
    assert (str(endpoint), endpoint.addresses, endpoint.share) == ("contoso.com.:389", ("127.0.0.7",), None)
    assert report.findings == ()
    assert "fell back" in report.services[0].notices[0]


def test_no_fallback_when_the_record_may_exist() -> None:
    for outcome in (Outcome.SERVFAIL, Outcome.TIMEOUT, Outcome.REFUSED):
        report = drive(World({"contoso.com. A": ["127.0.0.7"]}, SRV=outcome), fallback_port=389)
        assert report.endpoints == ()


def test_no_fallback_when_the_service_is_decidedly_unavailable() -> None:
    report = drive(World({f"{OWNER} SRV": ["0 0 0 ."], "contoso.com. A": ["127.0.0.7"]}), fallback_port=389)
    assert (report.endpoints, report.services[0].outcome) == ((), "unavailable")


def test_a_fallback_without_address_finds_nothing() -> None:
    report = drive(World({}), fallback_port=389)
    assert report.endpoints == ()
    assert [finding.code for finding in report.findings] == ["LIV001"]


def test_a_probe_tells_which_endpoint_a_client_would_use() -> None:
    report = drive(World(TWO, open_addresses=("127.0.10.2",)), probe="tcp")
    (service,) = report.services
    assert [endpoint.probe.outcome for endpoint in service.endpoints] == ["closed", "open"]
    assert service.used is service.endpoints[1]


@pytest.mark.parametrize("outcome", [ProbeOutcome.NOT_THE_SERVICE, ProbeOutcome.NO_RPC, ProbeOutcome.TIMEOUT])
def test_an_address_that_takes_connections_proves_no_host(outcome: ProbeOutcome) -> None:
    class Another(World):
        """Something else is at the cached address, and at that of the first target."""

        def probe(self, probe: Probe) -> ProbeResult:
            result = super().probe(probe)
            return result if result.is_open else result.replace(outcome=outcome, address=probe.addresses[0])

    report = drive(Another(TWO, open_addresses=("127.0.10.2",)), probe="rpc", cached=CACHED)
    (service,) = report.services
    assert (service.source, str(service.used)) == ("dns", "kms2.contoso.com.:1688")
    assert [probe.outcome for probe in service.snapshot.probes] == [outcome, outcome, "open"]
    assert drive(Another(TWO), probe="rpc").services[0].used is None


CACHED = {
    OWNER: CachedHost(target="old.contoso.com.", port=1688, addresses=("127.0.10.7",), when="2026-01-01T00:00:00Z")
}


def test_a_cached_host_is_contacted_first_and_without_the_dns() -> None:
    world = World(TWO, open_addresses=("127.0.10.7",))
    report = drive(world, probe="tcp", cached=CACHED)
    (service,) = report.services
    assert (service.source, service.queried, service.ttl) == ("cache", (), None)
    assert str(service.used) == "old.contoso.com.:1688"
    assert world.questions == [[]]
    assert report.verdict is Verdict.CLEAN


def test_a_cached_name_without_an_address_is_resolved_but_no_srv_is_asked_for() -> None:
    cached = {OWNER: CACHED[OWNER].replace(addresses=())}
    world = World({**TWO, "old.contoso.com. A": ["127.0.10.8"]}, open_addresses=("127.0.10.8",))
    report = drive(world, probe="tcp", cached=cached)
    assert report.services[0].source == "cache"
    assert world.questions == [["old.contoso.com. A", "old.contoso.com. AAAA"], []]


@pytest.mark.parametrize(("rdtype", "address"), [("A", "127.0.10.7"), ("AAAA", "2001:db8::7")])
def test_of_a_cached_host_only_addresses_of_the_wanted_families_are_used(rdtype: str, address: str) -> None:
    """The other one is open, too."""
    addresses = ("127.0.10.7", "2001:db8::7")
    world = World(TWO, open_addresses=addresses)
    cached = {OWNER: CACHED[OWNER].replace(addresses=addresses)}
    (service,) = drive(world, probe="tcp", cached=cached, rdtypes=(rdtype,)).services
    assert (service.source, service.endpoints[0].addresses) == ("cache", (address,))
    assert world.questions == [[]]


def test_a_cached_host_without_an_address_of_the_wanted_family_is_looked_up() -> None:
    world = World({**TWO, "old.contoso.com. AAAA": ["2001:db8::7"]}, open_addresses=("127.0.10.7", "2001:db8::7"))
    (service,) = drive(world, probe="tcp", cached=CACHED, rdtypes=("AAAA",)).services
    assert (service.source, service.endpoints[0].addresses) == ("cache", ("2001:db8::7",))
    assert world.questions == [["old.contoso.com. AAAA"], []]


def test_a_cached_address_of_another_family_is_not_contacted() -> None:
    cached = {OWNER: CACHED[OWNER].replace(target="127.0.10.7.", addresses=("127.0.10.7",))}
    world = World(TWO, open_addresses=("127.0.10.7",))
    (service,) = drive(world, probe="tcp", cached=cached, rdtypes=("AAAA",)).services
    assert service.source == "dns"
    assert service.snapshot.probes[0].outcome == "no-address"


def test_after_a_dead_cached_host_the_dns_is_asked() -> None:
    world = World(TWO, open_addresses=("127.0.10.1",))
    report = drive(world, probe="tcp", cached=CACHED)
    (service,) = report.services
    assert (service.source, str(service.used)) == ("dns", "kms1.contoso.com.:1688")
    assert [probe.outcome for probe in service.snapshot.probes] == ["closed", "open", "closed"]


def test_without_a_probe_the_cache_is_not_asked() -> None:
    assert drive(World(TWO), cached=CACHED).services[0].source == "dns"


def test_a_huge_set_is_cut_and_said_to_be() -> None:
    records = {f"{OWNER} SRV": [f"0 0 1 h{n}." for n in range(MAX_TARGETS + 10)]}
    report = drive(World(records))
    assert len(report.endpoints) == MAX_TARGETS
    assert f"only the first {MAX_TARGETS}" in report.services[0].notices[0]


def test_the_same_host_at_two_weights_is_two_endpoints_and_one_question() -> None:
    world = World({f"{OWNER} SRV": ["0 1 1 a.", "0 2 1 a."], "a. A": ["127.0.0.1"]}, open_addresses=("127.0.0.1",))
    report = drive(world, probe="tcp")
    assert len(report.endpoints) == 2
    assert world.questions[1] == ["a. A", "a. AAAA"]
    assert len(world.batches[2]) == 1
