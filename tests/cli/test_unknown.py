"""What could not be asked, or was not, is told as unknown: never as absent, and never as good."""

from __future__ import annotations

import json
import random
import socket
from collections.abc import Iterator

import pytest

import kmsdns
from kmsdns.cli import run
from kmsdns.model.report import Status
from kmsdns.net.client.drive import run as drive
from kmsdns.sessions import discover as wiring
from kmsdns.testing import DnsServer
from tests.jobs.test_discover import World

HEAD = "$ORIGIN contoso.test.\n$TTL 60\n@ SOA ns hostmaster 1 3600 900 1209600 60\n  NS ns\nns A 127.0.0.1\n"
FAR = "host.elsewhere.test."
"""The target's address isn't in the zone: it has to be asked, and the server of the zone refuses."""

QUICK = (
    "--timeout",
    "0.2",
    "--retries",
    "0",
    "--deadline",
    "3",
    "--no-config",
    "--no-progress",
    "--color",
    "never",
    "--ignore",
    "SVC101",
)
FAILING = {
    "refused": (),
    "servfail": ("servfail:name=host.elsewhere.test",),
    "timeout": ("drop:name=host.elsewhere.test",),
    "malformed-count": ("garbage:name=host.elsewhere.test",),
}


@pytest.fixture
def port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict, str]:
    """The exit status, the JSON and the text of a run."""
    status = run([*arguments, *QUICK, "--json"])
    report = json.loads(capsys.readouterr().out)
    assert run([*arguments, *QUICK]) == status
    return status, report, capsys.readouterr().out


@pytest.mark.parametrize("job", [["discover"], ["discover", "--probe", "tcp", "--no-cache"], ["diagnose"]])
@pytest.mark.parametrize("reason", FAILING)
def test_an_address_that_could_not_be_asked(job: list[str], reason: str, port: int, capsys) -> None:
    zone = f"{HEAD}_vlmcs._tcp SRV 0 0 {port} {FAR}\n"
    with DnsServer(zone, faults=FAILING[reason]) as dns:
        status, report, text = told(capsys, *job, "contoso.test", "-s", dns.address)
    (endpoint,) = report["result"]["services"][0]["endpoints"]
    assert (status, report["verdict"]) == (3, "inconclusive")
    assert (endpoint["addresses"], endpoint["probe"]) == (None, None)
    (finding,) = report["findings"]
    assert (finding["code"], finding["severity"], finding["hresult"]) == ("LIV008", "error", None)
    assert f"could not be asked: {reason}" in finding["message"]
    assert report["result"].get("would_show") is None
    assert "no address" not in text
    assert "none" not in text


@pytest.mark.parametrize("reason", FAILING)
def test_beside_an_endpoint_that_works_it_is_a_warning(reason: str, port: int, capsys) -> None:
    zone = f"{HEAD}_vlmcs._tcp SRV 0 0 {port} {FAR}\n_vlmcs._tcp SRV 1 0 {port} ns\n"
    with DnsServer(zone, faults=FAILING[reason]) as dns:
        status, report, text = told(capsys, "diagnose", "contoso.test", "-s", dns.address)
    assert (status, report["verdict"], report["result"]["used"]) == (0, "findings", f"ns.contoso.test.:{port}")
    assert [(each["code"], each["severity"]) for each in report["findings"] if each["severity"] != "note"] == [
        ("LIV008", "warning")
    ]
    assert text.startswith("✓ A client would activate against ns.contoso.test.")


def test_beside_one_that_is_closed_nobody_can_tell(port: int, capsys) -> None:
    zone = f"{HEAD}_vlmcs._tcp SRV 0 0 {port} {FAR}\n_vlmcs._tcp SRV 1 0 {port} dead\ndead A 127.0.0.2\n"
    with DnsServer(zone) as dns:
        status, report, text = told(capsys, "diagnose", "contoso.test", "-s", dns.address)
    assert (status, report["verdict"], report["result"]["would_show"]) == (3, "inconclusive", None)
    assert {each["code"] for each in report["findings"] if each["severity"] != "note"} == {"LIV008", "NET103"}
    assert text.startswith("? Could not tell: the address of host.elsewhere.test. could not be asked.")


def test_a_name_that_does_not_exist_is_known_whatever_the_other_type_does(port: int, capsys) -> None:
    zone = f"{HEAD}_vlmcs._tcp SRV 0 0 {port} gone\n"
    with DnsServer(zone, faults=["servfail:type=AAAA"]) as dns:
        status, report, _text = told(capsys, "discover", "contoso.test", "-s", dns.address)
    (endpoint,) = report["result"]["services"][0]["endpoints"]
    assert (status, endpoint["addresses"]) == (1, []), "NXDOMAIN is of the name, not of a type (RFC 8020)"
    assert [each["code"] for each in report["findings"]] == ["SRV303"]


def test_one_family_is_no_proof_that_there_is_none_of_the_other(port: int, capsys) -> None:
    zone = f"{HEAD}_vlmcs._tcp SRV 0 0 {port} {FAR}\n"
    far = f"{HEAD.replace('contoso', 'elsewhere')}host AAAA ::1\n"
    with DnsServer([zone, far], faults=["servfail:type=AAAA"]) as dns:
        _status, report, _text = told(capsys, "discover", "contoso.test", "-s", dns.address)
        assert report["result"]["services"][0]["endpoints"][0]["addresses"] is None
        status, report, _text = told(capsys, "discover", "-4", "contoso.test", "-s", dns.address)
    assert status == 1
    assert [each["message"] for each in report["findings"]] == [
        "the target host.elsewhere.test. exists, but has no A record"
    ]


@pytest.mark.parametrize("outcome", ["servfail", "refused", "timeout", "malformed"])
def test_a_first_suffix_that_could_not_be_asked(outcome: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from kmsdns.model.messages import Outcome, Response

    monkeypatch.setattr(wiring, "suffixes", lambda: ("first.test.", "second.test."))

    class Failing(World):
        def response(self, question) -> Response:
            if question.name.endswith(".first.test."):
                return Response(question=question, outcome=Outcome(outcome), reason=outcome)
            return super().response(question)

    world = Failing({"_vlmcs._tcp.second.test. SRV": ["0 0 1 a.second.test."], "a.second.test. A": ["127.0.0.9"]})
    with wiring.discover(servers=["127.0.0.1"], rng=random.Random(1)) as session:
        report = session.finish(drive(session.plan, world))
    (finding,) = report.findings
    assert (finding.severity, finding.subject, finding.hresult) == ("warning", "_vlmcs._tcp.first.test.", None)
    assert finding.message.endswith("_vlmcs._tcp.second.test., asked after it, has the record")
    assert report.status is Status.PASSES


@pytest.mark.parametrize("job", ["discover", "diagnose"])
def test_a_service_over_udp_is_not_called_dead(job: str, port: int, capsys) -> None:
    zone = f"{HEAD}_sip._udp SRV 0 0 {port + 1 if port < 65535 else port - 1} ns\n"
    with DnsServer(zone) as dns:
        arguments = ("contoso.test", "--service", "_sip._udp", "--probe", "tcp", "-s", dns.address)
        status, report, text = told(capsys, job, *arguments)
    assert (status, report["verdict"]) == (3, "inconclusive")
    assert report["result"]["services"][0]["endpoints"][0]["probe"] is None
    assert not report["findings"]
    assert "runs over UDP" in " ".join(text.split())


def test_without_a_probe_a_diagnosis_decides_from_the_endpoints(port: int, capsys) -> None:
    """An error about one record is no reason to say that no host is found, and nobody contacted is no tick."""
    good = f"{HEAD}_vlmcs._tcp SRV 0 0 {port} ns\n"
    with DnsServer(good) as dns:
        status, report, text = told(capsys, "diagnose", "contoso.test", "--probe", "none", "-s", dns.address)
    assert (status, report["verdict"], text[0]) == (3, "inconclusive", "?")
    assert "a client would try ns.contoso.test." in " ".join(text.split())
    with DnsServer(f"{good}_vlmcs._tcp SRV 0 0 {port} gone\n") as dns:
        status, report, text = told(capsys, "diagnose", "contoso.test", "--probe", "none", "-s", dns.address)
    assert (status, report["verdict"], text[0]) == (1, "findings", "✗")
    assert "SRV303" in {each["code"] for each in report["findings"]}
    assert "find no host" not in text


def test_a_probe_for_kms_hosts_is_for_nothing_else(capsys) -> None:
    for job in ("discover", "diagnose"):
        assert run([job, "contoso.test", "--service", "ldap", "--probe", "rpc", "-s", "127.0.0.1"]) == 2
        assert "_ldap._tcp use tcp" in capsys.readouterr().err


def test_what_evidence_does_not_tell_has_no_figures() -> None:
    """Tools print no TTL and no times, and a host that is not set is not known to be unset."""
    evidence = b"""Server:  dc01.contoso.test
Address:  192.0.2.53

_vlmcs._tcp.contoso.test        SRV service location:
          priority       = 0
          weight         = 0
          port           = 1688
          svr hostname   = host.contoso.test
host.contoso.test       internet address = 192.0.2.10
"""
    refused = b"""ComputerName     : host.contoso.test
RemoteAddress    : 192.0.2.10
RemotePort       : 1688
PingSucceeded    : True
TcpTestSucceeded : False
"""
    report = kmsdns.diagnose("contoso.test", evidence=[("n.txt", evidence), ("t.txt", refused)], offline=True)
    (endpoint,) = report.endpoints
    assert endpoint.probe is not None
    assert (endpoint.probe.elapsed, endpoint.probe.attempts[0].elapsed) == (None, None)
    for form in ("text", "markdown", "html", "json"):
        shown = kmsdns_render(form, report)
        assert "time limit" not in shown
        assert "0.0 ms" not in shown
        assert "TTL 0" not in shown
        assert " 0 IN SRV" not in shown
    page = kmsdns_render("markdown", report)
    for setting in ("host set by hand", "look-up domain", "remembered host"):
        assert any(line.startswith(f"| {setting} | `not known`") for line in page.split("\n")), page
    assert '"elapsed_s": null' in kmsdns_render("json", report)


def kmsdns_render(form: str, report: kmsdns.model.report.Report) -> str:
    from kmsdns.formats import PLAIN, render

    return render(form, report, PLAIN)
