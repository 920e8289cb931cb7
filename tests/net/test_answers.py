"""What is made of records that came twice, and of addresses that came uncalled for, over real sockets."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import dns.message
import pytest

import kmsdns
from kmsdns.cli import run
from kmsdns.core.messages import Server
from tests.core.test_exchange import response as reply_to
from tests.core.test_fault_table import Event, Script, frame
from tests.net.test_fault_table_sockets import Stage

OWNER = "_vlmcs._tcp.corp.test."
SOA = "corp.test. 60 IN SOA ns.corp.test. admin.corp.test. 1 7200 900 86400 300"
SRV = f"{OWNER} 3600 IN SRV 0 0 1688 "
TRUE = {"kms1.corp.test.": "127.0.10.1", "kms1.other.test.": "127.0.10.2"}

Play = Callable[..., Server]


@pytest.fixture
def play() -> Iterator[Play]:
    stage = Stage()
    yield lambda *answer, **sections: stage.play(lambda: serving(*answer, **sections))
    stage.close()


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
