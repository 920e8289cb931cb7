"""kmsdns check over several servers: what is wrong among them has its code, and nothing else is told."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path

import pytest

import kmsdns
from kmsdns.model.report import Report, Verdict
from kmsdns.net.client import drive
from kmsdns.net.files.specs import read_text
from kmsdns.sessions.check import check
from kmsdns.testing import DnsServer
from tests import peers
from tests.checks import two_servers

NS1, NS2 = "127.0.42.1", "127.0.42.2"
ZONE, OLD = two_servers(NS1, NS2)
SERVICE = 'service = "_vlmcs._tcp.contoso.test"\n'
AGREE = f"{SERVICE}consistent = true\n"
SECOND = "_vlmcs._tcp SRV 0 40 1688 kms02\n"
NO_RECORDS = ZONE.replace("_vlmcs._tcp SRV 0 60 1688 kms01\n", "").replace(SECOND, "")


class Set:
    """Two servers, the second with another zone or with faults, and the report of a check of both."""

    def __init__(self, folder: Path, zone: str, *faults: str, first: str = ZONE) -> None:
        self._folder, self._first, self._second = folder, first, (zone, faults)

    def report(self, body: str, *names: str, view: str = "") -> Report:
        """names: those of the vantages; one name has both servers."""
        with ExitStack() as stack:
            one = stack.enter_context(DnsServer(self._first, address=NS1))
            zone, faults = self._second
            two = stack.enter_context(DnsServer(zone, address=NS2, port=one.port, faults=faults))
            asked = [[one.address, two.address]] if len(names) < 2 else [[one.address], [two.address]]
            given = names or ("auth",)
            spec = self._folder / "contoso.kmsdns.toml"
            spec.write_text(
                "".join(
                    [
                        "[vantage]\n",
                        *[f"{name} = {json.dumps(each)}\n" for name, each in zip(given, asked, strict=True)],
                        f"{view}[[check]]\nfrom = {json.dumps(given)}\n{body}",
                    ]
                )
            )
            with check(spec, timeout=0.3) as session:
                return session.finish(drive.run(session.plan, session.source))


def told(report: Report) -> list[tuple[str, str]]:
    """Each finding's code, and the line of the spec that it is at."""
    lines = next(iter(report.sources.values())).split("\n")
    return [(each.code, lines[each.location.line - 1].split(" ")[0]) for each in report.findings if each.location]


def passed(report: Report) -> list[bool | None]:
    return [each.passed for each in report.checks]


def test_servers_that_agree(tmp_path: Path) -> None:
    report = Set(tmp_path, ZONE).report(f"{AGREE}targets = {{ resolve = true, alias = false }}\n")
    assert (told(report), passed(report), report.verdict) == ([], [True, True], Verdict.CLEAN)


def test_one_server_without_the_record(tmp_path: Path) -> None:
    report = Set(tmp_path, NO_RECORDS).report(AGREE)
    assert told(report) == [("LIV101", "consistent")]
    assert passed(report) == [False, False]
    assert f"{NS2}:" in "".join(each.source for each in report.findings[0].evidence)


def test_a_stale_secondary(tmp_path: Path) -> None:
    report = Set(tmp_path, OLD.replace(SECOND, "")).report(AGREE)
    assert told(report) == [("LIV101", "consistent"), ("LIV102", "consistent")]
    assert "has 2026010101; the latest is 2026010105" in report.findings[1].message


@pytest.mark.parametrize("body", [AGREE, 'zone = "contoso.test"\nserial = "equal"\n'])
def test_serials_drift(tmp_path: Path, body: str) -> None:
    report = Set(tmp_path, OLD).report(body)
    assert told(report) == [("LIV102", body.split("\n")[1].split(" ")[0])]
    assert passed(report) == [True, False], "the second is behind"


@pytest.mark.parametrize("fault", ["refused:type=SRV", "servfail:type=SRV", "drop:type=SRV", "nxdomain:type=SRV"])
def test_serials_are_all_that_is_asked_for(fault: str) -> None:
    """Whatever a server does with questions that are none of this check's business."""
    with DnsServer(ZONE, faults=[fault]) as one, DnsServer(ZONE, faults=[fault]) as two:
        servers = f'[vantage]\nauth = ["{one.address}", "{two.address}"]\n'
        text = f'{servers}[[check]]\nzone = "contoso.test"\nfrom = "auth"\nserial = "equal"\n'
        report = kmsdns.check(read_text("a.kmsdns.toml", text))
        asked = {query.rdtype for query in (*one.queries, *two.queries)}
    assert (told(report), passed(report)) == ([], [True, True])
    assert asked == {"SOA"}


def test_serials_of_the_servers_that_the_zone_names() -> None:
    """Without a vantage they are found by its NS records; of an address that nobody has nothing is known."""
    with DnsServer(ZONE, address=NS1) as one:
        text = '[[check]]\nzone = "contoso.test"\nserial = "equal"\n'
        kmsdns.check(read_text("a.kmsdns.toml", text), servers=[one.address])
        asked = {query.rdtype for query in one.queries}
    assert asked == {"SOA", "NS", "A", "AAAA"}


@pytest.mark.parametrize(
    ("zone", "fault", "said"),
    [
        (ZONE, "lame", "refers upwards"),
        (ZONE, "servfail", "fails"),
        (ZONE.replace("contoso.test.", "fabrikam.test."), "drop:name=nothing.test.", "refuses the question"),
    ],
)
def test_a_lame_server(tmp_path: Path, zone: str, fault: str, said: str) -> None:
    """What it doesn't have is no further finding."""
    report = Set(tmp_path, zone, fault).report(f'{AGREE}contains = ["0 60 1688 kms01.contoso.test."]\n')
    assert told(report) == [("LIV103", "consistent")]
    assert passed(report) == [True, False]
    assert said in report.findings[0].message


def test_a_silent_server_is_never_a_pass_nor_a_failure(tmp_path: Path) -> None:
    report = Set(tmp_path, ZONE, "drop").report(AGREE)
    assert [code for code, _line in told(report)] == ["EXP107"]
    assert (passed(report), report.verdict) == ([True, None], Verdict.INCONCLUSIVE)


@pytest.mark.parametrize(
    ("names", "view"),
    [
        (("inside", "outside"), ""),
        (("office", "public"), ""),
        (("a", "b"), "view"),
    ],
)
def test_split_horizon(tmp_path: Path, names: tuple[str, str], view: str) -> None:
    """Whom a vantage answers is said by its name, or by view."""
    both = Set(tmp_path, NO_RECORDS)
    if not view:
        report = both.report(AGREE, *names)
        assert told(report) == [("LIV108", "consistent")]
        assert "inside, and nxdomain outside" in report.findings[0].message
        assert passed(report) == [False, False]
        return
    assert told(both.report(AGREE, *names)) == [("LIV101", "consistent")], "two vantages of no view are to agree"


def test_a_view_is_given(tmp_path: Path) -> None:
    with DnsServer(ZONE) as one, DnsServer(NO_RECORDS) as two:
        spec = tmp_path / "views.kmsdns.toml"
        spec.write_text(
            f'[vantage]\na = {{ servers = "{one.address}", view = "inside" }}\n'
            f'b = {{ servers = ["{two.address}"], view = "outside" }}\n[[check]]\nfrom = ["a", "b"]\n{AGREE}'
        )
        with check(spec) as session:
            report = session.finish(drive.run(session.plan, session.source))
    assert told(report) == [("LIV108", "consistent")]


def test_targets(tmp_path: Path) -> None:
    zone = ZONE.replace("kms02 A 192.0.2.12", "kms02 CNAME kms03").replace("kms01 A 192.0.2.11\n", "")
    report = Set(tmp_path, zone, first=zone).report(f"{SERVICE}targets = {{ resolve = true, alias = false }}\n")
    assert told(report) == [("LIV105", "targets"), ("LIV106", "targets")], "what an alias leads to is told once"
    report = Set(tmp_path, zone, first=zone).report(f"{SERVICE}targets = {{ alias = false }}\n")
    assert told(report) == [("LIV105", "targets")]
    report = Set(tmp_path, ZONE).report(f'{SERVICE}targets = {{ within = ["10.0.0.0/8"] }}\n')
    assert {code for code, _line in told(report)} == {"EXP113"}


@pytest.mark.parametrize(
    ("faults", "codes", "said"),
    [
        (["nxdomain:name=_tcp.contoso.test."], ["LIV110"], "_tcp.contoso.test."),
        (["truncate:name=_vlmcs._tcp.contoso.test.", "close-port:transport=tcp"], ["EXP107", "LIV109"], NS2),
    ],
)
def test_what_is_odd_about_the_answers_of_one_server(
    tmp_path: Path, faults: list[str], codes: list[str], said: str
) -> None:
    report = Set(tmp_path, ZONE, *faults).report(AGREE)
    assert [each.code for each in report.findings] == codes
    assert said in report.findings[-1].message


def test_an_answer_from_a_wildcard(tmp_path: Path) -> None:
    zone = ZONE.replace("_vlmcs._tcp", "*._tcp")
    report = Set(tmp_path, zone, first=zone).report(AGREE)
    assert told(report) == [("LIV111", "consistent")]
    assert passed(report) == [True, True], "a note"


def beside_unbound(folder: Path, server: DnsServer, resolver: str) -> Report:
    """A check of a vantage that is the zone's own server, and a resolver that asks it."""
    spec = folder / "unbound.kmsdns.toml"
    spec.write_text(f'[vantage]\noffice = ["{server.address}", "{resolver}"]\n[[check]]\nfrom = ["office"]\n{AGREE}')
    with check(spec, timeout=2.0) as session:
        return session.finish(drive.run(session.plan, session.source))


def test_a_stale_resolver(tmp_path: Path) -> None:
    with (
        DnsServer(ZONE, address=NS1) as server,
        peers.unbound("contoso.test.", server.address, tmp_path) as resolver,
    ):
        assert told(beside_unbound(tmp_path, server, resolver.address)) == []
        server.reload(ZONE.replace("0 40 1688 kms02", "0 10 1688 kms02").replace("2026010105", "2026010106"))
        report = beside_unbound(tmp_path, server, resolver.address)
    assert told(report) == [("EXP112", "consistent"), ("LIV114", "consistent")]
    assert resolver.address in report.findings[1].message


def test_signatures_that_do_not_fit(tmp_path: Path) -> None:
    """The zone isn't signed, though the resolver has been told of a key: it fails, unless it is told not to check."""
    anchor = f"contoso.test. DS 4711 8 2 {'00' * 32}"
    with (
        DnsServer(ZONE, address=NS1) as server,
        peers.unbound("contoso.test.", server.address, tmp_path, anchor) as resolver,
    ):
        report = beside_unbound(tmp_path, server, resolver.address)
    assert told(report) == [("EXP105", "[[check]]"), ("EXP112", "consistent"), ("LIV115", "consistent")]
    assert "servfail" in report.findings[2].message
    assert "0 60 1688 kms01.contoso.test." in report.findings[2].message


def test_servers_that_are_not_asked_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kmsdns.jobs.consult.MAX_VANTAGES", 1)
    report = Set(tmp_path, ZONE).report(AGREE)
    assert "2 servers: only the first 1 are asked" in report.notices


def test_names_that_are_no_service(tmp_path: Path) -> None:
    report = Set(tmp_path, ZONE.replace("192.0.2.12", "192.0.2.13")).report(
        'name = "kms02.contoso.test"\ntype = "A"\nconsistent = true\n'
    )
    assert told(report) == [("EXP112", "consistent")]


def test_live_against_file(tmp_path: Path) -> None:
    (tmp_path / "contoso.zone").write_text(ZONE + "mail A 192.0.2.25\n")
    report = Set(tmp_path, ZONE).report('zone = "contoso.test"\nfile = "contoso.zone"\nsame = "all"\n')
    assert [code for code, _line in told(report)] == ["LIV104"]
    assert "mail.contoso.test. A 192.0.2.25" in report.findings[0].message
    assert passed(report) == [False, False]


def test_a_target_in_a_domain_that_anybody_can_register(tmp_path: Path) -> None:
    above = "$ORIGIN test.\n$TTL 60\n@ SOA ns1.contoso.test. root 1 7200 3600 1209600 300\n NS ns1.contoso.test.\n"
    (tmp_path / "contoso.test.zone").write_text(
        f"$ORIGIN contoso.test.\n{ZONE}_vlmcs._tcp SRV 0 60 1688 kms.fabrikam.test.\n"
    )
    (tmp_path / "test.zone").write_text(above)
    with (
        DnsServer([tmp_path / "contoso.test.zone", tmp_path / "test.zone"], address=NS1) as server,
        peers.unbound("test.", server.address, tmp_path) as resolver,
    ):
        report = beside_unbound(tmp_path, server, resolver.address)
    assert told(report) == [("LIV107", "consistent")]
    assert "kms.fabrikam.test. leads into fabrikam.test., which does not exist" in report.findings[0].message
