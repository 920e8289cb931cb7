"""Every matcher of a check, met and missed, against the bundled server over real sockets."""

from __future__ import annotations

import asyncio
import re
from datetime import date
from pathlib import Path

import pytest

import kmsdns
from kmsdns.errors import KmsdnsError
from kmsdns.expectations.values import CheckOutcome, Pause, Resumed, Spec
from kmsdns.model.findings import Change
from kmsdns.model.report import Report, Verdict
from kmsdns.rules.expect.catalogue import RULES
from kmsdns.sessions.check import check as plan_of
from kmsdns.testing import DnsServer
from tests.checks import ZONE, codes, spec
from tests.peers import CLOSED

KMS = 'service = "_vlmcs._tcp.contoso.com"\n'
ALL = '"0 50 1688 kms01.contoso.com.", "0 50 1688 KMS02.contoso.com", { target = "kms-dr.contoso.com", priority = 10 }'
DEAD = f"{CLOSED[0]}:{CLOSED[1]}"

MATCHERS = (  # what is asked and expected, and the codes of what is missed
    (f"exactly = [{ALL}]", []),
    ('exactly = [{ port = 1688 }, { target = "kms01.contoso.com." }, { weight = 50 }]', []),
    ('exactly = ["0 50 1688 kms01.contoso.com."]', ["EXP102", "EXP102"]),
    (f'exactly = [{ALL}, "0 1 1 new.contoso.com."]', ["EXP101"]),
    ("exactly = []", ["EXP102"] * 3),
    (f"exactly = [{ALL.replace('0 50 1688 kms01', '0 60 1688 kms01')}]", ["EXP103"]),
    ('contains = ["0 50 1688 kms01.contoso.com."]', []),
    ('contains = [{ target = "kms03.contoso.com." }]', ["EXP101"]),
    ('contains = [{ target = "kms01.contoso.com.", port = 1 }]', ["EXP103"]),
    ('any_of = ["0 0 1 a.", { target = "kms01.contoso.com." }]', []),
    ('any_of = ["0 0 1 a.", { target = "kms04.contoso.com." }]', ["EXP101"]),
    ('none_of = [{ target = "old.contoso.com." }]', []),
    ("none_of = [{ priority = 0 }]", ["EXP106", "EXP106"]),
    (r'regex = "^0 50 1688 kms\\d+"', []),
    (r'regex = ["kms01", "^9"]', ["EXP101"]),
    (r"exactly = [{ regex = 'kms' }, { regex = 'kms' }, { regex = 'kms-dr' }]", []),
    ("count = 3", []),
    ("count = { min = 1 }", []),
    ("count = { max = 2 }", ["EXP102"]),
    ("count = 4", ["EXP101"]),
    ('rcode = "NOERROR"', []),
    ('rcode = "NXDOMAIN"', ["EXP105"]),
    ('rcode = "NODATA"', ["EXP105"]),
    ('rcode = "NXDOMAIN"\nexactly = ["0 0 1 a."]', ["EXP105"]),
    ('flags = ["aa", "!ra"]', []),
    ('flags = ["!aa", "ad"]', ["EXP111", "EXP111"]),
    ("ttl = 3600", []),
    ("ttl = { min = 300, max = 3600 }", []),
    ("ttl = { max = 3599 }", ["EXP104"]),
    ("ttl = { min = 3601 }", ["EXP104"]),
    ('share = { "kms01.contoso.com." = 0.5, "kms-dr.contoso.com" = [0, 0] }', []),
    ('share = { "kms01.contoso.com." = [0.51, 1] }', ["EXP109"]),
    ('share = { "kms01.contoso.com." = [0.51, 1] }\nexactly = []', ["EXP102"] * 3),
    ("targets = { resolve = true, alias = false }", []),
    ('targets = { within = ["10.0.0.0/8", "2001:db8::/32", "192.0.2.0/24"] }', []),
    ('targets = { within = ["10.0.0.0/8"] }', ["EXP113", "EXP113"]),
)


@pytest.fixture(scope="module")
def dns():
    with DnsServer(ZONE) as server:
        yield server


@pytest.mark.parametrize(("expected", "missed"), MATCHERS)
def test_a_matcher_of_a_service(dns: DnsServer, expected: str, missed: list[str]) -> None:
    report = kmsdns.check(spec(KMS + expected, dns.address))
    assert codes(report) == missed
    (result,) = report.checks
    assert result.passed is not bool(missed)
    assert result.findings == report.findings
    assert report.verdict is (Verdict.FINDINGS if missed else Verdict.CLEAN)


@pytest.mark.parametrize(
    ("check", "missed"),
    [
        ('name = "www.contoso.com"\ntype = "A"\nexactly = ["192.0.2.81", "192.0.2.80"]', []),
        ('name = "www.contoso.com"\ntype = "A"\nexactly = ["192.0.2.82", "192.0.2.80"]', ["EXP101", "EXP102"]),
        ('name = "kms02.contoso.com"\ntype = "aaaa"\nexactly = ["2001:DB8:0::2"]', []),
        ('name = "contoso.com"\ntype = "MX"\nexactly = ["10 MAIL.contoso.com."]\ntargets = { resolve = true }', []),
        ('name = "contoso.com"\ntype = "MX"\nexactly = ["20 mail.contoso.com."]', ["EXP101", "EXP102"]),
        ("""name = "contoso.com"\ntype = "TXT"\nexactly = ['"v=spf1; -all" second']""", []),
        ("""name = "contoso.com"\ntype = "TXT"\nregex = '^"v=spf1'""", []),
        ('name = "alias.contoso.com"\ntype = "CNAME"\nexactly = ["kms01.contoso.com"]', []),
        ('name = "nowhere.contoso.com"\ntype = "A"\nrcode = "NXDOMAIN"', []),
        ('name = "nowhere.contoso.com"\ntype = "A"\nexactly = []', []),
        ('name = "nowhere.contoso.com"\ntype = "A"\ncontains = ["192.0.2.1"]', ["EXP101"]),
        ('name = "www.contoso.com"\ntype = "AAAA"\nrcode = "NODATA"', []),
        ('name = "www.contoso.com"\ntype = "AAAA"\nrcode = "NXDOMAIN"', ["EXP105"]),
        ('name = "www.example.net"\ntype = "A"\nrcode = "REFUSED"', []),
        ('name = "www.example.net"\ntype = "A"\ncount = 0', ["EXP105"]),
        ('service = "_odd._tcp.contoso.com"\ntargets = { resolve = true }', ["LIV106"]),
        ('service = "_odd._tcp.contoso.com"\ntargets = { alias = false }', ["LIV105"]),
        ('service = "_none._tcp.contoso.com"\nreachable = "tcp"', ["EXP101"]),
        ('service = "_none._tcp.contoso.com"\nttl = 60\ntargets = { resolve = true }', ["EXP101"]),
        ('service = "_none._tcp.contoso.com"\nshare = { "a." = 1 }', ["EXP101"]),
        ('service = "_none._tcp.contoso.com"\nttl = 60\nexactly = []', []),
        ('name = "www.contoso.com"\ntype = "SOA"\nserial = "equal"', ["EXP101"]),
        ('service = "_gone._tcp.contoso.com"\nreachable = "tcp"', ["EXP110"]),
        ('service = "_gone._tcp.contoso.com"\nreachable = "tcp"\ntargets = { resolve = true }', ["LIV106"]),
        ('service = "_far._tcp.contoso.com"\ntargets = { resolve = true }', ["EXP107"]),
        ('service = "_far._tcp.contoso.com"\nreachable = true', ["EXP107"]),
        ('zone = "contoso.com"\nserial = 7', []),
        ('zone = "contoso.com"\nserial = 8', ["EXP103"]),
    ],
)
def test_a_matcher_of_other_records(dns: DnsServer, check: str, missed: list[str]) -> None:
    assert codes(kmsdns.check(spec(check, dns.address))) == missed


def test_a_target_that_another_vantage_knows_is_judged_there(dns: DnsServer) -> None:
    far = "$ORIGIN example.net.\n@ 60 SOA a b 1 2 3 4 5\n@ 60 NS a\na 60 A 192.0.2.1\nkms 60 A 192.0.2.9\n"
    for within, missed in (("192.0.2.0/24", []), ("10.0.0.0/8", ["EXP113"])):
        check = f'service = "_far._tcp.contoso.com"\ntargets = {{ resolve = true, within = ["{within}"] }}'
        with DnsServer([ZONE, far]) as both:
            assert codes(kmsdns.check(spec(check, dns.address, both.address))) == missed


def test_fixes_are_the_changes_that_a_zone_needs(dns: DnsServer) -> None:
    owner = "_vlmcs._tcp.contoso.com."
    report = kmsdns.check(
        spec(
            KMS + 'exactly = ["0 60 1688 kms01.contoso.com.", "0 50 1688 kms02.contoso.com.", "0 0 1 new."]',
            dns.address,
        )
    )
    changes = {finding.code: finding.fix.changes for finding in report.findings if finding.fix}

    def change(op: str, rdata: str) -> Change:
        return Change(op=op, name=owner, ttl=3600, rdtype="SRV", rdata=rdata)

    assert changes == {
        "EXP101": (change("add", "0 0 1 new."),),
        "EXP102": (change("delete", "10 0 1688 kms-dr.contoso.com."),),
        "EXP103": (change("delete", "0 50 1688 kms01.contoso.com."), change("add", "0 60 1688 kms01.contoso.com.")),
    }


def test_findings_stand_at_the_lines_of_the_spec(dns: DnsServer) -> None:
    report = kmsdns.check(spec(KMS + 'exactly = [\n  "0 0 1 new.",\n]\nttl = 5', dns.address))
    places = {(each.code, each.location.line, each.location.column) for each in report.findings if each.location}
    assert ("EXP101", 6, 3) in places
    assert ("EXP102", 5, 11) in places
    assert ("EXP104", 8, 7) in places


def test_what_does_not_answer_is_neither_passed_nor_failed(dns: DnsServer) -> None:
    report = kmsdns.check(spec(KMS + "count = 3", dns.address, DEAD))
    assert codes(report) == ["EXP107"]
    assert [each.passed for each in report.checks] == [True, None]
    assert report.verdict is Verdict.INCONCLUSIVE
    failing = kmsdns.check(spec(KMS + "count = 4", dns.address, DEAD))
    assert codes(failing) == ["EXP101", "EXP107"]
    assert failing.verdict is Verdict.FINDINGS


def test_that_nobody_answers_is_not_hidden_by_ignoring_it() -> None:
    report = kmsdns.check(spec(KMS + "count = 3", DEAD), ignore=["EXP107"])
    assert (codes(report), report.verdict) == ([], Verdict.INCONCLUSIVE)
    assert [each.passed for each in report.checks] == [None]


def test_a_reply_that_makes_no_sense_is_no_answer() -> None:
    with DnsServer(ZONE, faults=["garbage"]) as dns:
        report = kmsdns.check(spec(KMS + "count = 3", dns.address), timeout=0.2, retries=0)
    assert (codes(report), [each.passed for each in report.checks]) == (["EXP107"], [None])


def test_a_server_that_fails_has_answered(dns: DnsServer) -> None:
    with DnsServer(ZONE, faults=["servfail"]) as failing:
        report = kmsdns.check(spec(KMS + "count = 3", dns.address, failing.address))
        assert codes(report) == ["EXP105"]
        assert codes(kmsdns.check(spec(KMS + 'rcode = "SERVFAIL"', failing.address))) == []


def test_a_server_that_answers_nothing_is_told_once(dns: DnsServer) -> None:
    more = "".join(
        f'[[check]]\nname = "n{i}.contoso.com"\ntype = "A"\nrcode = "NXDOMAIN"\nfrom = "at"\n' for i in range(30)
    )
    report = kmsdns.check(spec(KMS + "count = 3", dns.address, DEAD, more=more))
    assert codes(report) == ["EXP107"]
    assert report.findings[0].location is not None
    assert report.findings[0].location.line == 2
    assert [each.passed for each in report.checks].count(None) == 31


def test_a_server_without_an_address_is_asked_nothing(dns: DnsServer) -> None:
    report = kmsdns.check(spec(KMS + "count = 3", dns.address, "no-such-host.invalid"))
    assert codes(report) == ["EXP107"]
    assert [each.passed for each in report.checks] == [True, None]


@pytest.mark.parametrize(("key", "zone"), [("consistent = true", "_vlmcs"), ("serial = 'equal'", "SOA")])
def test_vantages_that_must_agree(dns: DnsServer, key: str, zone: str) -> None:
    check = (KMS if zone == "_vlmcs" else 'zone = "contoso.com"\n') + key
    other = ZONE.replace("hostmaster 7", "hostmaster 9").replace("0 50 1688 kms02", "0 40 1688 kms02")
    with DnsServer(ZONE) as same, DnsServer(other) as odd:
        assert codes(kmsdns.check(spec(check, dns.address, same.address))) == []
        report = kmsdns.check(spec(check, dns.address, same.address, odd.address))
    assert codes(report) == (["LIV101", "LIV102"] if zone == "_vlmcs" else ["LIV102"])
    assert not any("seen from" in each.message for each in report.findings), "the servers stand in the sentence"
    behind = [False, False, False] if zone == "_vlmcs" else [False, False, True]  # one is odd, the others are behind
    assert [each.passed for each in report.checks] == behind


def test_an_endpoint_that_is_reachable_and_one_that_is_not(dns: DnsServer) -> None:
    import socket

    closed = ZONE.replace("0 0 1 here", f"0 0 {CLOSED[1]} here")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        service = 'service = "_here._tcp.contoso.com"\n'
        with DnsServer(closed.replace(f" {CLOSED[1]} here", f" {port} here")) as there, DnsServer(closed) as gone:
            assert codes(kmsdns.check(spec(service + "reachable = true", there.address))) == []
            assert codes(kmsdns.check(spec(service + 'reachable = "tcp"', gone.address))) == ["EXP110"]
            client = 'client = { suffixes = ["emea.contoso.com", "contoso.com"], caching = false, used = "%s" }'
            for used, missed in (("any", []), (f"here.contoso.com:{port}", []), ("none", ["EXP114"])):
                assert codes(kmsdns.check(spec(service + client % used, there.address))) == missed
            for used, missed in (("any", ["EXP114"]), ("none", [])):
                assert codes(kmsdns.check(spec(service + client % used, gone.address))) == missed


def test_a_failure_that_is_put_up_with(dns: DnsServer) -> None:
    late, soon = date(2027, 1, 1), date(2026, 12, 31)
    failing = KMS + 'count = 9\nxfail = { until = 2026-12-31, reason = "in repair" }'
    report = kmsdns.check(spec(failing, dns.address), today=soon)
    assert (codes(report), [each.outcome for each in report.checks]) == ([], [CheckOutcome.EXPECTED_FAILURE])
    assert (report.verdict, report.checks[0].passed) == (Verdict.CLEAN, True)
    report = kmsdns.check(spec(failing, dns.address), today=late)
    assert (codes(report), report.checks[0].passed) == (["EXP108"], False)
    holding = KMS + "count = 3\nxfail = 2026-12-31"
    assert codes(kmsdns.check(spec(holding, dns.address), today=soon)) == ["EXP108"]
    assert codes(kmsdns.check(spec(failing, DEAD), today=late)) == ["EXP107"], "nothing is known of it"


@pytest.mark.parametrize(
    ("live", "ignore", "missed"),
    [
        (ZONE, "", []),
        (ZONE.replace("hostmaster 7", "hostmaster 8"), "", ["LIV104"]),
        (ZONE.replace("hostmaster 7", "hostmaster 8"), '"SOA"', []),
        (ZONE + "new A 192.0.2.99\n", "", ["LIV104"]),
        (ZONE.replace("www          A    192.0.2.80\n", "www "), "", ["LIV104"]),
        (ZONE.replace("0 50 1688 kms01", "0 55 1688 kms01"), "", ["LIV104"]),
        (
            ZONE.replace("$TTL 1h", "$TTL 2h").replace("@            SOA", "@  3600 SOA"),
            '"NS", "TXT", "MX"',
            ["LIV104"],
        ),
        (ZONE.replace("$TTL 1h", "$TTL 2h"), '"ttl"', []),
        (f"{ZONE}@ CDS 60485 13 2 {'00ff' * 16}\n@ ZONEMD 7 1 1 {'00' * 48}\n", '"DNSSEC", "zonemd"', []),
    ],
)
@pytest.mark.parametrize("transfers", [True, False])
def test_a_zone_beside_its_file(tmp_path, live: str, ignore: str, missed: list[str], transfers: bool) -> None:
    (tmp_path / "contoso.zone").write_text(ZONE)
    check = f'zone = "contoso.com"\nfile = "contoso.zone"\nsame = "all"\nignore = [{ignore}]'
    faults = [] if transfers else ["refused:type=AXFR"]
    with DnsServer(live, faults=faults) as dns:
        report = kmsdns.check(spec(check, dns.address, folder=tmp_path))
    if not transfers and "new A" in live:
        missed = []  # nobody asks for what the file does not name
    assert sorted(set(codes(report))) == missed
    assert ["for nothing else" in notice for notice in report.notices] == [] if transfers else [True]


def test_each_question_is_asked_of_each_server_once() -> None:
    check = KMS + "count = 3\ntargets = { resolve = true }"
    more = "".join(f"[[check]]\n{check}\nfrom = ['at', 'again']\nname = '{i}'\n" for i in range(5))
    with DnsServer(ZONE) as dns:
        listed = f'again = ["{dns.address}"]\n'
        report = kmsdns.check(spec(check, dns.address, more=listed + more))
        assert codes(report) == []
        assert len(report.checks) == 11
        assert len(dns.queries) == 1 + 3 * 2


def test_waiting_until_it_holds(tmp_path) -> None:
    import threading

    with DnsServer(ZONE.replace("0 50 1688 kms02", "0 0 1688 kms02")) as dns:
        timer = threading.Timer(0.3, dns.reload, [ZONE])
        timer.start()
        report = kmsdns.check(spec(KMS + f"exactly = [{ALL}]", dns.address), wait=30)
        timer.join()
    assert codes(report) == []


def in_rounds(dns: DnsServer, checked: Spec, *zones: str) -> tuple[Report, list[set[str]]]:
    """The report, when before each round of the wait another zone is served; and the names asked for in each round."""
    left, rounds, told = list(zones), [], 0

    def since() -> set[str]:
        nonlocal told
        new, told = dns.queries[told:], len(dns.queries)
        return {query.name.lower() for query in new}

    with plan_of(checked) as session:
        batch = next(session.plan)
        while True:
            if isinstance(batch[0], Pause):
                rounds.append(since())
                if batch[0].seconds:
                    dns.reload([left.pop(0)])
                else:
                    session.source.answer(batch)  # a round that is not waited for
                replies = [Resumed(left=float(len(left)))]
            else:
                replies = session.source.answer(batch)
            try:
                batch = session.plan.send(replies)
            except StopIteration as end:
                rounds.append(since())
                return session.finish(end.value), rounds


WEB, DR = "www.contoso.com.", "kms-dr.contoso.com."
BOTH = f'name = "{WEB}"\ntype = "A"\ncontains = ["192.0.2.80"]'
BOTH_MORE = f'[[check]]\nname = "{DR}"\ntype = "A"\nexactly = ["192.0.2.4"]\nfrom = ["at"]\n'
MOVED = ZONE.replace("kms-dr       A    192.0.2.3", "kms-dr       A    192.0.2.4")
BROKEN = ZONE.replace("www          A    192.0.2.80", "www          A    192.0.2.79")


def test_what_never_held_together_does_not_pass() -> None:
    """While the second check is waited for, the first one breaks."""
    with DnsServer(ZONE) as dns:
        checked = spec(BOTH, dns.address, more=BOTH_MORE)
        broken = MOVED.replace("192.0.2.80", "192.0.2.79")
        report, rounds = in_rounds(dns, checked, ZONE, broken, broken)
        assert (codes(report), [each.passed for each in report.checks]) == (["EXP101"], [True, False])
    assert rounds == [{WEB, DR}, {DR}, {DR}, {WEB, DR}, set()]


def test_the_last_round_is_of_everything() -> None:
    with DnsServer(BROKEN) as dns:
        checked = spec(BOTH, dns.address, more=BOTH_MORE)
        report, rounds = in_rounds(dns, checked, ZONE, MOVED, ZONE)
        assert codes(report) == []
    assert rounds == [{WEB, DR}, {WEB, DR}, {DR}, {WEB, DR}]
    with DnsServer(ZONE) as dns:
        report, rounds = in_rounds(dns, spec(BOTH, dns.address, more=BOTH_MORE.replace("2.4", "2.3")))
        assert (codes(report), rounds) == ([], [{WEB, DR}]), "what holds at once is asked once"


def test_a_test_vantage_is_a_server_for_the_run(tmp_path) -> None:
    (tmp_path / "contoso.zone").write_text(ZONE)
    more = 'test = { zone = "contoso.zone" }\nbad = { zone = ["contoso.zone"], faults = ["nxdomain"] }\n'
    checked = spec(KMS + 'count = 3\nfrom = ["test", "bad"]', folder=tmp_path, more="[vantage]\n" + more)
    report = kmsdns.check(checked)
    assert codes(report) == ["EXP101"]
    assert [(each.vantage, each.passed) for each in report.checks] == [("test", True), ("bad", False)]


def test_without_a_vantage_the_servers_given_are_asked(dns: DnsServer) -> None:
    report = kmsdns.check(spec(KMS + "count = 3"), servers=[DEAD, dns.address])
    assert (codes(report), report.checks[0].vantage) == ([], f"{DEAD}, {dns.address}")


@pytest.mark.usefixtures("each_loop")
def test_the_coroutine_comes_to_the_same(dns: DnsServer) -> None:
    checked = spec('service = "_here._tcp.contoso.com"\nexactly = []\nreachable = "tcp"', dns.address, DEAD)
    report, other = asyncio.run(kmsdns.aio.check(checked)), kmsdns.check(checked)
    assert codes(report) == codes(other)
    assert [each.passed for each in report.checks] == [False, None]


def test_a_referral_is_no_answer_of_this_server() -> None:
    cut = ZONE + "sub NS ns.sub\nns.sub A 127.0.0.1\n"
    with DnsServer(cut) as dns:
        for expected in ('rcode = "NOERROR"', "count = 1"):
            check = f'name = "www.sub.contoso.com"\ntype = "A"\n{expected}'
            report = kmsdns.check(spec(check, dns.address))
            assert codes(report) == ["EXP105"]
            assert "NOERROR (referral) was answered" in report.findings[0].message


def test_every_rule_is_met_here() -> None:
    here = Path(__file__)
    several = here.parent.parent / "e2e" / "test_check_servers.py"
    shown = set(re.findall(r"EXP\d+", here.read_text() + several.read_text()))
    assert {rule.code for rule in RULES if rule.code.startswith("EXP")} <= shown


def test_nothing_to_check() -> None:
    with pytest.raises(KmsdnsError, match="name spec files"):
        kmsdns.check()
