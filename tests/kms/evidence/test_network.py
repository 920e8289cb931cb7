"""nslookup, Resolve-DnsName and Test-NetConnection: what the client's own tools were told, by value."""

from __future__ import annotations

import pytest

from kmsdns.kms.evidence import read
from kmsdns.model.records import Srv
from tests.kms.evidence.samples import sample, told, unread


def srv(priority: int, weight: int, port: int, target: str) -> Srv:
    return Srv(priority=priority, weight=weight, port=port, target=target)


def test_records_with_their_addresses() -> None:
    facts = sample("nslookup-good.txt")
    (answer,) = facts.answers
    assert told(answer) == {
        "owner": "_vlmcs._tcp.contoso.com.",
        "outcome": "answer",
        "srvs": (srv(0, 60, 1688, "kms01.contoso.com."), srv(10, 0, 1689, "kms02.contoso.com.")),
        "addresses": (
            ("kms01.contoso.com.", "192.0.2.20"),
            ("kms01.contoso.com.", "2001:db8::20"),
            ("kms02.contoso.com.", "192.0.2.21"),
        ),
        "server": "192.0.2.53",
    }
    assert (answer.source.line, facts.unread) == (5, ())


def test_a_record_at_the_bare_name_squeezed_and_with_blanks() -> None:
    (answer,) = sample("nslookup-bare.txt").answers
    assert told(answer) == {
        "owner": "_vlmcs._tcp.",
        "outcome": "answer",
        "srvs": (srv(0, 0, 1688, "kms01.contoso.com."),),
        "addresses": (("kms01.contoso.com.", "192.0.2.20"),),
        "server": "192.0.2.53",
    }


@pytest.mark.parametrize(
    ("name", "owner", "outcome", "server"),
    [
        ("nslookup-timeout.txt", "_vlmcs._tcp.contoso.com.", "timeout", "192.0.2.99"),
        ("nslookup-nodata.txt", "_tcp.contoso.com.", "nodata", "192.0.2.53"),
        ("nslookup-german.txt", "_vlmcs._tcp.nobody.contoso.com.", "nxdomain", "192.0.2.53"),
    ],
)
def test_failures(name: str, owner: str, outcome: str, server: str) -> None:
    facts = sample(name)
    assert [told(answer) for answer in facts.answers] == [{"owner": owner, "outcome": outcome, "server": server}]
    assert facts.unread == ()


def test_several_questions() -> None:
    facts = sample("nslookup-nxdomain.txt")
    assert [(answer.owner, answer.outcome, answer.source.line) for answer in facts.answers] == [
        ("_vlmcs._tcp.nobody.contoso.com.", "nxdomain", 4),
        ("_vlmcs._tcp.lame.contoso.com.", "servfail", 10),
    ]


def test_a_time_out_about_the_servers_own_name_is_none_of_the_question() -> None:
    (answer,) = sample("nslookup-slow-server-name.txt").answers
    assert (answer.outcome, len(answer.srvs)) == ("answer", 1)


def test_a_redirected_output_lacks_what_went_to_standard_error() -> None:
    facts = sample("nslookup-redirected.txt")
    assert facts.answers == ()
    assert unread(facts) == [
        (2, "nslookup was answered, but that is not here: failures go to standard error, add 2>&1")
    ]


def test_a_time_out_whose_question_is_not_in_the_file() -> None:
    (answer,) = read(b"*** Request to UnKnown timed-out\n", "x").answers
    assert (answer.owner, answer.outcome) == ("", "timeout")


def test_a_host_with_two_addresses_in_french() -> None:
    (answer,) = sample("nslookup-host.txt").answers
    assert told(answer) == {
        "owner": "kms01.contoso.com.",
        "outcome": "answer",
        "addresses": (("kms01.contoso.com.", "2001:db8::20"), ("kms01.contoso.com.", "192.0.2.20")),
        "server": "192.0.2.53",
    }


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("*** dc01 can't find _vlmcs._tcp.x.test: Query refused", "refused"),
        ("*** dc01 can't find _vlmcs._tcp.x.test: No response from server", "timeout"),
        ("*** No service location (SRV) records available for _vlmcs._tcp.x.test", "nodata"),
        ("** server can't find _vlmcs._tcp.x.test: NXDOMAIN", "nxdomain"),
    ],
)
def test_more_ways_to_fail(text: str, outcome: str) -> None:
    (answer,) = read(text.encode(), "x").answers
    assert (answer.owner, answer.outcome) == ("_vlmcs._tcp.x.test.", outcome)


def test_nslookup_of_another_system() -> None:
    text = "Server:\t\t192.0.2.53\nAddress:\t192.0.2.53#53\n\n_vlmcs._tcp.x.test\tservice = 0 5 1688 kms.x.test.\n"
    (answer,) = read(text.encode(), "x").answers
    assert told(answer) == {
        "owner": "_vlmcs._tcp.x.test.",
        "outcome": "answer",
        "srvs": (srv(0, 5, 1688, "kms.x.test."),),
        "server": "192.0.2.53",
    }


def test_a_failure_in_a_language_that_is_not_read() -> None:
    facts = read("*** UnKnown 找不到 _vlmcs._tcp.x.test".encode(), "x")
    assert (facts.answers, unread(facts)) == ((), [(1, "nslookup says in another language that it failed")])


def test_the_name_of_a_server_that_has_none_is_no_answer() -> None:
    text = b"*** Can't find server name for address 192.0.2.53: Non-existent domain\n"
    facts = read(text, "x")
    assert (facts.answers, facts.unread) == ((), ())


def test_an_incomplete_record_is_said_to_be_unread() -> None:
    text = "_vlmcs._tcp.x.test SRV service location:\n  priority = 0\n  port = 99999\n  svr hostname = kms.x.test\n"
    facts = read(text.encode(), "x")
    assert (facts.answers, [line for line, _ in unread(facts)]) == ((), [4])


def test_a_session_of_nslookup() -> None:
    text = "C:\\>nslookup -\nServer:  dc01\nAddress:  192.0.2.53\n\n> set type=srv\n> _vlmcs._tcp.x.test\n"
    text += "DNS request timed out.\n    timeout was 2 seconds.\n*** Request to dc01 timed-out\n"
    assert read(text.encode(), "x").answers[-1].owner == "_vlmcs._tcp.x.test."


def test_resolve_dnsname_in_its_table_and_blocks() -> None:
    facts = sample("resolvedns.txt")
    assert [told(answer) for answer in facts.answers] == [
        {
            "owner": "_vlmcs._tcp.contoso.com.",
            "outcome": "answer",
            "srvs": (srv(0, 60, 1688, "kms01.contoso.com."), srv(0, 20, 1688, "kms02.contoso.com.")),
            "addresses": (("kms01.contoso.com.", "192.0.2.20"), ("kms02.contoso.com.", "2001:db8::21")),
            "tool": "Resolve-DnsName",
        },
        {
            "owner": "kms09.contoso.com.",
            "outcome": "answer",
            "addresses": (("kms09.contoso.com.", "192.0.2.29"),),
            "tool": "Resolve-DnsName",
        },
    ]
    assert facts.unread == ()


def test_failures_of_resolve_dnsname_in_any_language() -> None:
    assert [(answer.owner, answer.outcome) for answer in sample("resolvedns-failures.txt").answers] == [
        ("_vlmcs._tcp.nobody.contoso.com.", "nxdomain"),
        ("_tcp.contoso.com.", "nodata"),
        ("_vlmcs._tcp.slow.contoso.com.", "timeout"),
    ]


def test_a_list_of_properties() -> None:
    text = "Name       : _vlmcs._tcp.x.test\nType       : SRV\nTTL        : 60\nNameTarget : kms.x.test\n"
    text += "Priority   : 0\nWeight     : 5\nPort       : 1688\nSection    : Answer\nQueryType  : SRV\n"
    (answer,) = read(text.encode(), "x").answers
    assert (answer.owner, answer.srvs) == ("_vlmcs._tcp.x.test.", (srv(0, 5, 1688, "kms.x.test."),))
    facts = read(text.replace("1688", "99999").encode(), "x")
    assert unread(facts) == [(1, "an SRV record of which a field is missing or out of range")]


def test_an_error_that_is_not_known() -> None:
    text = "+ FullyQualifiedErrorId : DNS_ERROR_SOMETHING_NEW,Microsoft.DnsClient.Commands.ResolveDnsName\n"
    facts = read(text.encode(), "x")
    assert (facts.answers, [line for line, _ in unread(facts)]) == ((), [1])


def test_a_row_that_was_cut_is_said_to_be_unread() -> None:
    text = "Name Type TTL Section NameTarget Priority Weight Port\n_vlmcs._tcp... SRV 60 Answer kms... 0 0 1688\n"
    facts = read(text.encode(), "x")
    assert (facts.answers, [line for line, _ in unread(facts)]) == ((), [2])


def test_labels_in_other_languages() -> None:
    text = "服务器:  dc01.contoso.com\nAddress:  192.0.2.53\n\n_vlmcs._tcp.x.test SRV service location:\n"
    text += "  priority = 0\n  weight = 0\n  port = 1688\n  svr hostname = kms.x.test\n"
    for encoding in ("utf-8", "cp936", "utf-16-le"):
        (answer,) = read(text.encode(encoding), "x").answers
        assert (answer.owner, answer.server, len(answer.srvs)) == ("_vlmcs._tcp.x.test.", "192.0.2.53", 1)


def test_connections() -> None:
    facts = sample("netconn.txt")
    assert [told(seen) for seen in facts.connects] == [
        {"target": "kms01.contoso.com.", "port": 1688, "succeeded": True, "address": "192.0.2.20"},
        {"target": "2001:db8::21", "port": 1688, "succeeded": False, "address": "2001:db8::21"},
    ]
    assert facts.unread == ()


def test_a_connection_without_a_port_is_said_to_be_unread() -> None:
    facts = read(b"ComputerName : kms01\nTcpTestSucceeded : True\n", "x")
    assert (facts.connects, unread(facts)) == ((), [(2, "a test whose host, port or outcome is missing")])
