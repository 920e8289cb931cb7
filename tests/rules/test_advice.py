"""What is advised where a look-up fails: right for its reason, with its clause, and a code only where it has one."""

from __future__ import annotations

import pytest

from kmsdns import diagnose, discover
from kmsdns.kms import codes, win32
from kmsdns.kms.diagnosis import would_show
from kmsdns.lookup.reply_checks import OUTCOMES, outcome_of
from kmsdns.model.findings import Finding
from kmsdns.model.messages import REASONS, Outcome, Question, Response, Try
from kmsdns.model.report import Report
from kmsdns.rules.live.advice import ADVICE, advice
from kmsdns.testing import DnsServer

ZONE = """$ORIGIN corp.test.
@ 3600 IN SOA ns admin 1 7200 900 86400 300
@ IN NS ns
ns IN A 127.0.0.1
_vlmcs._tcp IN SRV 0 0 1688 kms1
_ldap._tcp IN SRV 0 0 389 kms1
kms1 IN A 127.0.10.1
"""
QUESTION = Question(name="_vlmcs._tcp.corp.test.", rdtype="SRV")
SEMANTIC = "cname-loop cname-multiple cname-too-long nxdomain-with-answer truncated-over-tcp lame referral".split()


def failed(reason: str, *tries: Try) -> Response:
    return Response(question=QUESTION, outcome=outcome_of(reason), reason=reason, tries=tries)


def one_try(transport: str, outcome: str, *flags: str) -> Try:
    return Try(question=QUESTION, server="127.0.0.1:53", transport=transport, outcome=outcome, elapsed=0, flags=flags)


def judged(fault: str, **options: object) -> tuple[Report, Finding]:
    with DnsServer(ZONE, faults=fault.split()) as dns:
        report = diagnose("corp.test", servers=[dns.address], probe=None, retries=0, timeout=0.5, **options)
    found = [each for each in report.findings if each.code.startswith("LIV00")]
    assert len(found) == 1, found
    return report, found[0]


@pytest.mark.parametrize(
    ("fault", "says", "clause", "hresult"),
    [
        ("servfail", "ask the zone's own servers", "RFC 1035 4.1.1", "0x8007232A"),
        ("formerr", "can't read a plain question", "RFC 1035 4.1.1", "0x80072329"),
        ("notimp", "does not implement", "RFC 1035 4.1.1", "0x8007232C"),
        ("refused", "access list", "RFC 1035 4.1.1", "0x8007232D"),
        ("lame", "a server that holds the zone", "RFC 1912 2.8", None),
        ("cname-loop", "break the circle", "RFC 1034 3.6.2", None),
        ("drop", "check that the server runs", "RFC 1035 4.2.1", "0x8007232A"),
        ("close-port", "that a name server runs there", "RFC 1122 3.2.2.1", "0x8007232A"),
        ("truncate close-port:transport=tcp", "let TCP through", "RFC 7766 5", "0x8007232A"),
        ("truncate truncate:transport=tcp", "is not to be cut off", "RFC 2181 9", None),
        ("truncate empty-tcp", "follows its length", "RFC 1035 4.2.2", None),
        ("truncate tcp-close", "why it ends the connection", "RFC 7766 6.2", None),
        ("garbage", "ask another server", "RFC 1035 4", None),
    ],
)
def test_each_reason_has_its_own_advice_and_one_code_everywhere(
    fault: str, says: str, clause: str, hresult: str | None
) -> None:
    report, finding = judged(fault)
    assert finding.fix is not None
    assert says in finding.fix.summary
    assert finding.reference.startswith(clause)
    assert finding.hresult == would_show(report.clients[0]) == hresult
    if hresult is not None:
        assert codes.find_error(int(hresult, 16)) is not None


def test_a_service_that_is_not_kms_has_the_advice_and_no_code() -> None:
    _, finding = judged("notimp", service="ldap")
    assert finding.hresult is None
    assert finding.fix is not None
    assert "does not implement" in finding.fix.summary


@pytest.mark.parametrize(
    ("reason", "error"),
    [
        ("formerr", 9001),
        ("servfail", 9002),
        ("nxdomain", 9003),
        ("notimp", 9004),
        ("refused", 9005),
        ("yxdomain", 9006),
        ("notauth", 9009),
    ],
)
def test_a_response_code_is_shown_as_the_error_that_windows_names_after_it(reason: str, error: int) -> None:
    response = failed(reason)
    if reason == "nxdomain":
        response = response.replace(outcome=Outcome.NXDOMAIN)
    shown = codes.shown_for(response)
    assert shown == f"0x{win32.hresult_of(error):08X}"
    assert codes.find_error(int(shown, 16)).code == shown


@pytest.mark.parametrize("reason", ["lame", "referral", "badvers", "rcode-11", "cname-loop", "id-mismatch"])
def test_what_no_document_tells_has_no_code(reason: str) -> None:
    assert codes.shown_for(failed(reason)) is None


@pytest.mark.parametrize("reason", SEMANTIC)
def test_a_whole_reply_that_contradicts_itself_is_not_asked_for_over_tcp(reason: str) -> None:
    told = advice(failed(reason, one_try("udp", reason)))
    assert "--tcp" not in told.fix
    assert "9267" not in told.clause
    assert "access list" not in told.fix


def test_yxdomain_is_a_dname_that_makes_the_name_too_long() -> None:
    told = advice(failed("yxdomain"))
    assert "DNAME" in told.fix
    assert told.clause == "RFC 6672 2.2"


def test_what_may_be_altered_over_udp_is_to_be_asked_for_over_tcp_unless_it_was() -> None:
    for reason in ("malformed-pointer", "id-mismatch", "short"):
        assert "--tcp" in advice(failed(reason, one_try("udp", reason))).fix
        assert "--tcp" not in advice(failed(reason, one_try("udp", reason), one_try("tcp", reason))).fix
        assert "--tcp" not in advice(failed(reason, one_try("dot", reason))).fix


def test_the_table_holds_reasons_only_and_every_outcome_that_has_a_name() -> None:
    assert set(ADVICE) <= REASONS
    assert {reason for reason in OUTCOMES if reason in REASONS} - set(ADVICE) == set()
    assert advice(failed("rcode-11")) == ADVICE["servfail"]
    assert advice(failed("not known").replace(outcome=Outcome.TIMEOUT)) == ADVICE["timeout"]


def test_the_code_follows_the_name_that_counts() -> None:
    """The first suffix does not exist, the second could not be asked: both outputs tell the second's code."""
    zone = ZONE.replace("_vlmcs._tcp IN SRV 0 0 1688 kms1\n", "")
    with DnsServer(zone, faults=["notimp:name=_vlmcs._tcp.sub.corp.test"]) as dns:
        report = diagnose(suffixes=["corp.test", "sub.corp.test"], name="corp.test", servers=[dns.address], probe=None)
    (finding,) = [each for each in report.findings if each.code == "LIV003"]
    assert finding.hresult == would_show(report.clients[0]) == "0x8007232C"


def test_a_decided_no_has_no_code() -> None:
    zone = ZONE.replace("1688 kms1", "1688 .")
    with DnsServer(zone) as dns:
        found = diagnose("corp.test", servers=[dns.address], suffixes=["sub.corp.test", "corp.test"], probe=None)
        assert "LIV006" in [each.code for each in found.findings]
        assert would_show(found.clients[0]) is None
        assert discover("corp.test", servers=[dns.address]).services[0].outcome == "unavailable"
