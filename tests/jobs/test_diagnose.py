"""The diagnosis by hand: replies are values, nothing touches a socket."""

from __future__ import annotations

import random

import pytest

from kmsdns.jobs.diagnose import PLACES, diagnose
from kmsdns.kms.config import ClientConfig
from kmsdns.kms.diagnosis import Observed, would_show
from kmsdns.kms.evidence.facts import Event, Facts, Licence, ManualHost, Source, Suffix
from kmsdns.kms.steps import steps
from kmsdns.model.findings import Severity
from kmsdns.model.messages import Outcome
from kmsdns.model.report import Report, Status, Verdict
from kmsdns.model.snapshot import CachedHost
from kmsdns.rules.catalogue import RULES
from kmsdns.services.client_lookup import LookupOptions
from kmsdns.services.table import service_from_text
from tests.jobs.test_discover import OWNER, TWO, World

CACHED = CachedHost(target="kms9.contoso.com.", port=1688, addresses=("127.0.10.9",), when="")
SOURCE = Source(path="x.txt", line=1, text="x")


def config(**fields: object) -> ClientConfig:
    return ClientConfig(**{"suffixes": (Suffix(name="contoso.com."),), **fields})


def manual(name: str, port: str | None = None) -> ManualHost:
    return ManualHost(source=None, name=name, port=port)


def drive(
    world: World,
    *configs: ClientConfig,
    facts: Facts | None = None,
    rdtypes: tuple[str, ...] = ("A", "AAAA"),
    **fields: object,
) -> Report:
    known = [
        Observed(config=each, facts=facts or Facts(), **{"named": "contoso.com.", **fields})
        for each in configs or (config(),)
    ]
    wishes = LookupOptions(randbelow=random.Random(1).randrange, probe="tcp", thorough=True, rdtypes=rdtypes)
    plan = diagnose(known, service_from_text("kms"), wishes, RULES)
    try:
        batch = next(plan)
        while True:
            batch = plan.send(world.answer(batch))
    except StopIteration as end:
        return end.value


def codes(report: Report) -> list[str]:
    return [finding.code for finding in report.findings if finding.severity is not Severity.NOTE]


def shown(report: Report) -> str | None:
    return would_show(report.clients[0])


def way(report: Report) -> list[tuple[str, str, str]]:
    return [(each.step, each.asked, each.outcome) for each in steps(report.clients[0])]


def test_a_healthy_client() -> None:
    world = World(TWO, ("127.0.10.1", "127.0.10.2"))
    report = drive(world)
    assert (codes(report), shown(report), str(report.services[0].used)) == ([], None, "kms1.contoso.com.:1688")
    assert report.verdict is Verdict.CLEAN
    assert way(report) == [
        ("suffix", "contoso.com.", "searched"),
        ("srv", OWNER, "answer"),
        ("address", "kms1.contoso.com.", "answer"),
        ("probe", "kms1.contoso.com.:1688", "open"),
        ("address", "kms2.contoso.com.", "answer"),
        ("probe", "kms2.contoso.com.:1688", "open"),
    ]
    assert len(world.batches) == 3, "what explains a failure is not asked where there is none"
    assert "KMS101" in [skipped.code for skipped in report.skipped]
    assert all(skipped.reason for skipped in report.skipped)


def test_some_dead_and_all_dead() -> None:
    some = drive(World(TWO, ("127.0.10.2",)))
    assert (codes(some), shown(some), str(some.services[0].used)) == (["NET103"], None, "kms2.contoso.com.:1688")
    every = drive(World(TWO))
    assert (codes(every), shown(every)) == (["NET106"], "0xC004F074")
    (finding,) = [each for each in every.findings if each.code == "NET106"]
    assert len(finding.evidence) == 3, "each address that was tried"


def test_one_dead_alone() -> None:
    one = {f"{OWNER} SRV": ["0 0 1688 kms1.contoso.com."], "kms1.contoso.com. A": ["127.0.10.1"]}
    report = drive(World(one))
    assert (codes(report), shown(report)) == (["NET101"], "0xC004F074")
    assert report.findings[0].hresult == "0x800706BA"


@pytest.mark.parametrize(
    ("outcome", "code", "hresult"),
    [
        (Outcome.NXDOMAIN, "LIV001", "0x8007232B"),
        (Outcome.NODATA, "LIV002", "0x8007251D"),
        (Outcome.SERVFAIL, "LIV003", "0x8007232A"),
        (Outcome.REFUSED, "LIV004", "0x8007232D"),
        (Outcome.TIMEOUT, "LIV005", "0x8007232A"),
        (Outcome.UNREACHABLE, "LIV005", "0x8007232A"),
        (Outcome.MALFORMED, "LIV007", None),
    ],
)
def test_a_look_up_that_fails(outcome: Outcome, code: str, hresult: str | None) -> None:
    report = drive(World({}, SRV=outcome))
    assert (codes(report), shown(report)) == ([code], hresult)
    silent = outcome in (Outcome.TIMEOUT, Outcome.UNREACHABLE)
    assert report.verdict is (Verdict.INCONCLUSIVE if silent else Verdict.FINDINGS)


def test_other_places_are_asked_in_one_batch_when_nothing_is_found() -> None:
    world = World({"_vlmcs._tcp. SRV": ["0 0 1688 kms1.contoso.com."]})
    report = drive(world, config(suffixes=(Suffix(name="emea.contoso.com."),)))
    assert (codes(report), shown(report)) == (["KMS123"], "0x8007232B"), "the cause, not what follows from it"
    assert len(world.batches) == 2
    assert len(world.questions[1]) <= 2 * len(PLACES)
    assert f"{OWNER} SRV" in world.questions[1], "the domain that was named"


def test_a_manual_host_asks_no_srv_on_its_way() -> None:
    world = World({**TWO, "kms9.contoso.com. A": ["127.0.10.9"]}, ("127.0.10.1",))
    report = drive(world, config(manual=manual("kms9.contoso.com", "1699")))
    assert (codes(report), shown(report), report.services[0].source) == (["KMS103"], "0xC004F074", "manual")
    assert way(report) == [
        ("manual", "kms9.contoso.com.:1699", "set"),
        ("address", "kms9.contoso.com.", "answer"),
        ("probe", "kms9.contoso.com.:1699", "closed"),
    ]
    notes = [each.code for each in report.findings if each.severity is Severity.NOTE]
    assert notes == ["KMS101", "KMS109"], "what the DNS publishes instead is asked beside"


def test_a_manual_host_without_an_address() -> None:
    report = drive(World(TWO), config(manual=manual("gone.contoso.com")))
    assert (codes(report), shown(report)) == (["KMS102"], "0x8007232B")
    failing = drive(World({}, A=Outcome.SERVFAIL, AAAA=Outcome.SERVFAIL), config(manual=manual("kms1.contoso.com")))
    assert (codes(failing), shown(failing)) == (["LIV008"], None), "it may have one: nobody knows"
    assert failing.status is Status.UNKNOWN


def test_a_manual_address_is_not_looked_up() -> None:
    world = World({}, ("192.0.2.9",))
    report = drive(world, config(manual=manual("192.0.2.9"), suffixes=()))
    assert (codes(report), str(report.services[0].used), world.questions) == ([], "192.0.2.9:1688", [[]])


def test_a_malformed_manual_host_goes_nowhere() -> None:
    world = World(TWO)
    report = drive(world, config(manual=manual("kms1.contoso.com:1688")))
    assert (codes(report), shown(report), report.services) == (["KMS105"], "0x8007232B", ())
    assert way(report)[0][2] == "malformed"


def test_the_cached_host_is_used_without_a_question() -> None:
    world = World(TWO, ("127.0.10.9",))
    report = drive(world, config(cached=CACHED))
    assert (str(report.services[0].used), report.services[0].source) == ("kms9.contoso.com.:1688", "cache")
    assert [step for step, _asked, _outcome in way(report)] == ["cache", "probe"]
    assert codes(report) == ["KMS113"], "the DNS is asked beside, and publishes others"


def test_a_dead_cached_host_is_told_once_and_the_dns_asked() -> None:
    report = drive(World(TWO, ("127.0.10.1", "127.0.10.2")), config(cached=CACHED))
    assert (codes(report), str(report.services[0].used)) == (["KMS112"], "kms1.contoso.com.:1688")
    assert [each.step for each in steps(report.clients[0])][:4] == ["cache", "probe", "suffix", "srv"]


def test_nothing_to_search_and_nobody_to_ask() -> None:
    world = World(TWO)
    assert (codes(drive(world, config(suffixes=()))), world.batches) == (["KMS121"], [])
    report = drive(world, config(dns_servers=()))
    assert (codes(report), shown(report), world.batches) == (["KMS122"], "0x8007267C", [])


def test_activation_by_other_means_asks_nothing() -> None:
    world = World({})
    report = drive(world, config(activation_type="ad", manual=manual("kms1.contoso.com")))
    assert (codes(report), shown(report), world.batches) == ([], None, [])
    assert [each.code for each in report.findings] == ["KMS131"]


def test_what_a_reached_host_said_counts_after_the_way() -> None:
    event = Event(source=SOURCE, number=12288, hresult="0xC004F06C", host="kms1.contoso.com:1688")
    healthy = World(TWO, ("127.0.10.1", "127.0.10.2"))
    report = drive(healthy, facts=Facts(kinds=(("x.txt", "event"),), events=(event,)))
    assert (codes(report), shown(report)) == (["KMS143"], "0xC004F074"), "the code hides behind another"
    licence = Licence(source=SOURCE, name="Office", channel="VOLUME_KMSCLIENT", error="0xC004F042")
    report = drive(healthy, facts=Facts(kinds=(("x.txt", "ospp"),), licences=(licence,)))
    assert (codes(report), shown(report)) == (["KMS144"], "0xC004F042")
    dead = drive(World(TWO), facts=Facts(kinds=(("x.txt", "ospp"),), licences=(licence,)))
    assert shown(dead) == "0xC004F074", "a host that is not reached now says nothing"


def test_several_clients_share_their_questions_and_equal_findings() -> None:
    world = World(TWO)
    report = drive(world, config(), config(caching=False))
    assert len(world.questions[0]) == 1
    assert codes(report) == ["NET106"]
    assert len(report.services) == 2


@pytest.mark.parametrize("is_open", [True, False])
def test_without_a_dns_server_a_remembered_address_is_contacted_and_nobody_asked(is_open: bool) -> None:
    world = World(TWO, ("127.0.10.9",) if is_open else ())
    report = drive(world, config(dns_servers=(), cached=CACHED))
    assert world.questions == [[]]
    assert shown(report) == (None if is_open else "0x8007267C")
    assert codes(report) == ([] if is_open else ["KMS122"])
    assert [step for step, _asked, _outcome in way(report)][:1] == (["cache"] if is_open else ["suffix"])


def test_a_remembered_name_needs_a_dns_server() -> None:
    world = World(TWO, ("127.0.10.9",))
    report = drive(world, config(dns_servers=(), cached=CACHED.replace(addresses=())))
    assert (world.batches, codes(report), shown(report)) == ([], ["KMS122"], "0x8007267C")


def test_without_a_dns_server_an_address_of_another_family_is_not_contacted() -> None:
    world = World(TWO, ("127.0.10.9",))
    report = drive(world, config(dns_servers=(), cached=CACHED), rdtypes=("AAAA",))
    assert (world.batches, codes(report), shown(report)) == ([], ["KMS122"], "0x8007267C")


def test_a_remembered_host_s_look_up_is_a_step() -> None:
    world = World({**TWO, "kms9.contoso.com. AAAA": ["2001:db8::9"]}, ("2001:db8::9",))
    report = drive(world, config(cached=CACHED), rdtypes=("AAAA",))
    assert way(report)[:2] == [
        ("cache", "kms9.contoso.com.:1688", "remembered"),
        ("address", "kms9.contoso.com.", "answer"),
    ]


@pytest.mark.parametrize("rdtypes", [("A",), ("AAAA",)])
def test_a_host_set_by_hand_as_an_address_of_another_family_is_not_contacted(rdtypes: tuple[str, ...]) -> None:
    world = World(TWO, ("192.0.2.9",))
    report = drive(world, config(manual=manual("192.0.2.9")), rdtypes=rdtypes)
    (endpoint,) = report.clients[0].found.endpoints
    wanted = rdtypes == ("A",)
    assert (endpoint.addresses, endpoint.probe.outcome) == ((("192.0.2.9",), "open") if wanted else ((), "no-address"))


@pytest.mark.parametrize(
    "where", [{"lookup_domain": "gone.contoso.com."}, {"suffixes": (Suffix(name="emea.contoso.com."),)}]
)
def test_the_record_at_a_domain_that_the_client_passes_over_is_told(where: dict[str, object]) -> None:
    report = drive(World(TWO), config(**where))
    assert (codes(report), shown(report)) == (["LIV001"], "0x8007232B")
    (finding,) = [each for each in report.findings if each.code == "LIV001"]
    assert finding.message.endswith("; _vlmcs._tcp.contoso.com., which this client doesn't ask, has it")
    assert "slmgr /skms-domain contoso.com" in finding.fix.summary
    assert [each.value for each in finding.fix.actions] == ["contoso.com."]
    assert any("kms1.contoso.com." in each.text for each in finding.evidence)


@pytest.mark.parametrize("kind", ["ad", "token"])
def test_a_client_that_looks_for_no_host_takes_no_step(kind: str) -> None:
    world = World(TWO)
    report = drive(world, config(activation_type=kind, manual=manual("kms1.contoso.com")))
    assert (way(report), world.batches, shown(report)) == ([], [], None)
