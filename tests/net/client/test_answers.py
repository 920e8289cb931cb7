"""What is made of records that came twice, of addresses that came uncalled for, of long excuses: on real sockets."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import dns.edns
import dns.flags
import dns.message
import pytest

import kmsdns
from kmsdns.cli import run
from kmsdns.kms.config import ClientConfig
from kmsdns.kms.evidence.facts import ManualHost, Suffix
from kmsdns.lookup.glue import glue
from kmsdns.model.messages import Outcome, Question, Response, Server
from kmsdns.model.records import Record
from kmsdns.model.report import Endpoint
from tests.lookup.test_exchange import response as reply_to
from tests.lookup.test_fault_table import Event, Script, frame
from tests.net.client.test_fault_table_sockets import Stage

OWNER = "_vlmcs._tcp.corp.test."
SOA = "corp.test. 60 IN SOA ns.corp.test. admin.corp.test. 1 7200 900 86400 300"
SRV = f"{OWNER} 3600 IN SRV 0 0 1688 "
TRUE = {"kms1.corp.test.": "127.0.10.1", "kms1.other.test.": "127.0.10.2"}

Play = Callable[..., Server]


@pytest.fixture
def scripted() -> Iterator[Play]:
    stage = Stage()
    yield lambda script: stage.play(lambda: script)
    stage.close()


@pytest.fixture
def play(scripted: Play) -> Play:
    return lambda *answer, **sections: scripted(serving(*answer, **sections))


def serving(*answer: str, **sections: tuple[str, ...]) -> Script:
    """Answers SRV with these records, and A truly."""

    def script(query: bytes, transport: str) -> list[Event]:
        parsed = dns.message.from_wire(query)
        name, rdtype = str(parsed.question[0].name), parsed.question[0].rdtype
        if rdtype == 33:
            data = reply_to(parsed, *answer, **sections)
        elif rdtype == 1 and name.lower() in TRUE:
            data = reply_to(parsed, f"{name} 60 IN A {TRUE[name.lower()]}")
        else:
            data = reply_to(parsed, authority=(SOA.replace("corp.test. 60", f"{name.partition('.')[2]} 60"),))
        return [(0.0, frame(data) if transport == "tcp" else data)]

    return script


def discovered(server: Server, capsys: pytest.CaptureFixture[str], *arguments: str) -> dict:
    run(["discover", "corp.test", "-s", str(server), "--json", *arguments])
    return json.loads(capsys.readouterr().out)["result"]


@pytest.mark.parametrize(
    ("answer", "warnings", "ttl"),
    [
        ([SRV + "kms1.corp.test.", SRV + "KMS1.corp.TEST.", SRV + "kms2.corp.test."], ["duplicate-record"], 3600),
        (
            [SRV + "kms1.corp.test.", SRV.replace("3600", "60") + "kms1.corp.test.", SRV + "kms2.corp.test."],
            ["duplicate-record", "rrset-ttl-mismatch"],
            60,
        ),
        ([SRV + "kms1.corp.test.", SRV.replace("3600", "60") + "kms2.corp.test."], ["rrset-ttl-mismatch"], 60),
        ([SRV + "kms1.corp.test.", SRV + "kms2.corp.test."], [], 3600),
    ],
)
def test_equal_records_count_once(
    answer: list[str], warnings: list[str], ttl: int, play: Play, capsys: pytest.CaptureFixture[str]
) -> None:
    result = discovered(play(*answer), capsys)
    (service,) = result["services"]
    assert sorted((each["target"], each["share"]) for each in service["endpoints"]) == [
        ("kms1.corp.test.", 0.5),
        ("kms2.corp.test.", 0.5),
    ]
    assert (service["ttl"], result["trace"][0]["warnings"]) == (ttl, warnings)


def test_records_that_differ_in_more_than_case_are_two(play: Play) -> None:
    found = kmsdns.discover(
        "corp.test", servers=[str(play(SRV + "kms1.corp.test.", SRV.replace("1688", "1689") + "kms1.corp.test."))]
    )
    assert [each.port for each in sorted(found.endpoints, key=lambda each: each.port)] == [1688, 1689]
    assert found.trace[0].warnings == ()


def test_an_alias_that_is_there_twice_is_one(play: Play) -> None:
    aliases = [f"{OWNER} {ttl} IN CNAME {target}" for ttl, target in ((600, "A.corp.test."), (30, "a.corp.test."))]
    found = kmsdns.discover(
        "corp.test", servers=[str(play(*aliases, "a.corp.test. 60 IN SRV 0 0 1688 kms1.corp.test."))]
    )
    assert (found.services[0].outcome, found.services[0].ttl) == ("answer", 30)
    assert found.trace[0].warnings == ("duplicate-record", "rrset-ttl-mismatch")


EVIL = "kms1.other.test. 60 IN A 127.0.66.6"


@pytest.mark.parametrize(
    ("target", "sections", "address", "came"),
    [
        ("kms1.corp.test.", {"additional": ("kms1.corp.test. 60 IN A 127.0.20.1",)}, "127.0.20.1", "additional"),
        ("KMS1.corp.test.", {"additional": ("kms1.CORP.test. 60 IN A 127.0.20.1",)}, "127.0.20.1", "additional"),
        ("kms1.corp.test.", {}, "127.0.10.1", "answer"),
        # Of somebody else's zone, also where the message claims to speak for more.
        ("kms1.other.test.", {"additional": (EVIL,)}, "127.0.10.2", "answer"),
        (
            "kms1.other.test.",
            {"additional": (EVIL,), "authority": (". 60 IN NS ns.corp.test.",)},
            "127.0.10.2",
            "answer",
        ),
        ("kms1.other.test.", {"additional": (EVIL,), "authority": ("test. 60 IN NS a.test.",)}, "127.0.10.2", "answer"),
        # The zone that answered is a part of the domain only.
        (
            "kms1.corp.test.",
            {
                "additional": ("kms1.corp.test. 60 IN A 127.0.66.6",),
                "authority": ("_tcp.corp.test. 60 IN NS ns.corp.test.",),
            },
            "127.0.10.1",
            "answer",
        ),
        (
            "kms1.corp.test.",
            {
                "additional": ("kms1.corp.test. 60 IN A 127.0.20.1",),
                "authority": ("corp.test. 60 IN NS ns.corp.test.",),
            },
            "127.0.20.1",
            "additional",
        ),
        # Of another class: its octets are no address of the Internet.
        ("kms1.corp.test.", {"additional": (r"kms1.corp.test. 60 CLASS4 A \# 4 7f004206",)}, "127.0.10.1", "answer"),
    ],
)
def test_addresses_that_come_along(
    target: str, sections: dict, address: str, came: str, play: Play, capsys: pytest.CaptureFixture[str]
) -> None:
    server = play(SRV + target, **sections)
    (endpoint,) = discovered(server, capsys)["services"][0]["endpoints"]
    assert (endpoint["addresses"], endpoint["addresses_from"]) == ([address], came)


def test_an_address_is_asked_for_where_one_family_came_along(play: Play) -> None:
    found = kmsdns.discover(
        "corp.test", servers=[str(play(SRV + "kms1.corp.test.", additional=("kms1.corp.test. 60 IN A 127.0.20.1",)))]
    )
    assert [str(each.question) for each in found.trace] == [f"{OWNER} SRV", "kms1.corp.test. AAAA"]
    assert found.endpoints[0].addresses_from == "additional"


def test_where_other_addresses_come_from(play: Play, tmp_path: Path) -> None:
    server = str(play(SRV + "kms1.corp.test."))
    client = ClientConfig(suffixes=(Suffix(name="corp.test."),))

    def manual(host: str) -> Endpoint:
        config = client.replace(manual=ManualHost(source=None, name=host))
        return kmsdns.diagnose(config=config, servers=[server], probe=None).endpoints[0]

    assert manual("127.0.10.9").addresses_from == "literal"
    assert manual("kms1.corp.test").addresses_from == "answer"
    assert manual("nowhere.corp.test").addresses_from is None
    with socket.create_server(("127.0.10.1", 0)) as host:
        there = SRV.replace("1688", str(host.getsockname()[1])) + "kms1.corp.test."
        for came in ("answer", "cache"):
            found = kmsdns.discover("corp.test", servers=[str(play(there))], probe="tcp", cache=tmp_path / "cache.json")
            assert found.endpoints[0].addresses_from == came


def test_a_domain_of_active_directory_is_behind_its_last_underscore() -> None:
    owner = "_ldap._tcp.dc._msdcs.corp.test."
    address = Record(owner="dc1.corp.test.", ttl=60, rdtype="A", rdata="127.0.20.1")
    response = Response(
        question=Question(name=owner, rdtype="SRV"), outcome=Outcome.ANSWER, reason="answer", additional=(address,)
    )
    assert glue(response) == {("dc1.corp.test.", "A"): ("127.0.20.1",)}
    for zone, believed in (("_msdcs.corp.test.", False), ("corp.test.", True), ("other.test.", True)):
        of_zone = Record(owner=zone, ttl=60, rdtype="NS", rdata="ns.corp.test.")
        assert bool(glue(response.replace(authority=(of_zone,)))) is believed
    bare = response.replace(question=Question(name="_ldap._tcp.", rdtype="SRV"))
    assert glue(bare) == {}, "nobody speaks for the root"


def explaining(*texts: bytes) -> Script:
    """Fails over TCP, with these extended errors; over UDP there is no room for them."""

    def script(query: bytes, transport: str) -> list[Event]:
        parsed = dns.message.from_wire(query)
        if transport == "udp":
            return [(0.0, reply_to(parsed, flags=dns.flags.QR | dns.flags.TC))]
        message = dns.message.make_response(parsed)
        message.set_rcode(2)
        message.use_edns(0, options=[dns.edns.GenericOption(15, b"\0\x06" + text) for text in texts])
        return [(0.0, frame(message.to_wire(max_size=65535)))]

    return script


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        ([b"expired"], "6 (DNSSEC Bogus): expired"),
        ([b"x" * 256], "6 (DNSSEC Bogus): " + "x" * 256),
        ([b"x" * 60000], "6 (DNSSEC Bogus): " + "x" * 256 + "... (59744 more octets)"),
        (["ä".encode() * 200], "6 (DNSSEC Bogus): " + "ä" * 128 + "... (144 more octets)"),
        ([b"y"] * 10, "; ".join(["6 (DNSSEC Bogus): y"] * 8) + "; and 2 more with 2 octets of text"),
    ],
)
def test_what_a_server_says_of_its_failure_is_bounded_and_the_rest_counted(
    texts: list[bytes], told: str, scripted: Play, capsys: pytest.CaptureFixture[str]
) -> None:
    server = scripted(explaining(*texts))
    trace = discovered(server, capsys, "--retries", "0")["trace"]
    assert trace[-1]["ede"] == told
    run(["discover", "corp.test", "-s", str(server), "-v", "--retries", "0"])
    out = capsys.readouterr().out
    assert len(out) < 5000
    assert "".join(told.split()) in "".join(out.split())


def test_a_record_that_a_tool_printed_twice_counts_once() -> None:
    printed = b"""Server:  dns.corp.test
Address:  127.0.0.1

_vlmcs._tcp.corp.test   SRV service location:
          priority       = 0
          weight         = 0
          port           = 1688
          svr hostname   = kms1.corp.test
_vlmcs._tcp.corp.test   SRV service location:
          priority       = 0
          weight         = 0
          port           = 1688
          svr hostname   = KMS1.corp.test
_vlmcs._tcp.corp.test   SRV service location:
          priority       = 0
          weight         = 0
          port           = 1688
          svr hostname   = kms2.corp.test
kms1.corp.test  internet address = 127.0.10.1
"""
    found = kmsdns.diagnose("corp.test", evidence=[("nslookup.txt", printed)], offline=True)
    assert sorted((each.target, str(each.share)) for each in found.endpoints) == [
        ("kms1.corp.test.", "1/2"),
        ("kms2.corp.test.", "1/2"),
    ]
