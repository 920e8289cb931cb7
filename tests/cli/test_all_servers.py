"""discover --all-servers: every server is asked; where they disagree, people and programs see who says what."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import kmsdns
from kmsdns.cli import run
from kmsdns.testing import DnsServer
from tests.peers import CLOSED

ZONE = """$ORIGIN corp.test.
@ 3600 IN SOA ns admin 1 7200 900 86400 300
_vlmcs._tcp 3600 IN SRV 0 0 1688 kms1
kms1 3600 IN A 127.0.10.1
"""
OTHER = ZONE.replace("127.0.10.1", "127.0.10.2").replace("3600", "60").replace(" kms1\n", " KMS1\n")
OWNER = "_vlmcs._tcp.corp.test. SRV"
NOBODY = "{}:{}".format(*CLOSED)


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, str]]:
    """One as it should be, one whose record of an address is old, one that knows of nothing."""
    with DnsServer(ZONE) as good, DnsServer(OTHER) as stale, DnsServer(ZONE, faults=["nxdomain:type=SRV"]) as without:
        yield {"good": good.address, "stale": stale.address, "without": without.address}


def discover(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = run(["discover", "corp.test", "-4", *arguments])
    return status, *capsys.readouterr()


def asked(*addresses: str) -> list[str]:
    return ["--all-servers", *[word for address in addresses for word in ("-s", address)]]


def test_servers_that_agree(servers: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = discover(capsys, *asked(servers["good"]))
    assert (status, err) == (0, "")
    assert "servers" not in out, "one server has nobody to agree with"
    with DnsServer(ZONE) as second:
        _, out, _ = discover(capsys, *asked(servers["good"], second.address))
    assert "2 of 2 servers say so" in " ".join(out.split())
    assert "disagree" not in out


def test_the_answer_used_is_not_hidden(servers: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = discover(capsys, *asked(servers["good"], servers["without"], NOBODY))
    assert status == 0
    assert "127.0.10.1" in out
    told = " ".join(out.split())
    assert f"warning: the servers disagree on {OWNER}: used is what {servers['good']} says" in told
    assert f"warning: {NOBODY} can't be compared: it answers no question (port-unreachable)" in told
    assert f"{servers['good']} 0 0 1688 kms1.corp.test. {servers['without']} nxdomain" in told
    assert "1 of 3 servers says so" in told
    assert max(map(len, out.splitlines())) <= 80

    status, out, _ = discover(capsys, *asked(servers["without"], servers["good"]))
    assert (status, "LIV001" in out) == (1, True), "the first that knows is used, as without the option"


def test_addresses_are_compared_too(servers: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = discover(capsys, *asked(servers["good"], servers["stale"]))
    told = " ".join(out.split())
    assert "the servers disagree on kms1.corp.test. A" in told
    assert f"{servers['good']} 127.0.10.1 {servers['stale']} 127.0.10.2" in told
    assert "disagree on _vlmcs" not in told, "TTL and case don't matter"


def test_programs_are_told(servers: dict[str, str], capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    tape = str(tmp_path / "tape")
    _, out, _ = discover(capsys, *asked(servers["good"], servers["without"]), "--json", "--record", tape)
    live = json.loads(out)
    assert live["verdict"] == "clean"
    result = live["result"]
    assert result["contradictions"] == [
        {
            "question": OWNER,
            "used": servers["good"],
            "used_transport": "udp",
            "said": [
                {
                    "server": servers["good"],
                    "transport": "udp",
                    "outcome": "answer",
                    "records": ["0 0 1688 kms1.corp.test."],
                    "second": False,
                },
                {
                    "server": servers["without"],
                    "transport": "udp",
                    "outcome": "nxdomain",
                    "records": [],
                    "second": False,
                },
            ],
        }
    ]
    warned = [(each["server"], each["outcome"]) for each in result["trace"] if "contradiction" in each["warnings"]]
    assert warned == [(servers["good"], "answer"), (servers["without"], "nxdomain")]
    assert result["services"][0]["notices"] == [f"the servers disagree on {OWNER}: used is what {servers['good']} says"]
    _, out, _ = discover(capsys, "--all-servers", "--json", "--replay", tape)
    assert json.loads(out)["result"] == result
    _, out, err = discover(capsys, *asked(servers["good"], servers["without"]), "-f", "short")
    assert out == "kms1.corp.test.:1688\n"
    assert "the servers disagree" in err


@pytest.mark.usefixtures("each_loop")
def test_the_variable_and_python_blocking_and_async(
    servers: dict[str, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KMSDNS_ALL_SERVERS", "1")
    both = [servers["good"], servers["without"]]
    _, out, _ = discover(capsys, "-s", both[0], "-s", both[1])
    assert "the servers disagree" in out
    reports = [
        kmsdns.discover("corp.test", servers=both, all_servers=True),
        asyncio.run(kmsdns.aio.discover("corp.test", servers=both, all_servers=True)),
    ]
    for report in reports:
        assert [str(each.question) for each in report.responses if each.is_contradicted] == [OWNER]
        assert [each.outcome for each in report.responses[0].said] == ["answer", "nxdomain"]


def test_without_the_option_nobody_else_is_asked(servers: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = discover(capsys, "-s", servers["good"], "-s", servers["without"], "-v")
    assert servers["without"] not in out
    assert "say" not in out


def test_servers_whose_turn_never_came_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    nobody = [word for n in range(1, 42) for word in ("-s", f"127.0.3.{n}:{CLOSED[1]}")]
    status, out, _ = discover(capsys, *nobody, "--json")
    (service,) = json.loads(out)["result"]["services"]
    assert status == 3
    (told,) = [notice for notice in service["notices"] if "did not get to ask" in notice]
    assert told.startswith(f"the look-up of {OWNER} ended after 32 tries, and did not get to ask 127.0.3.33:")
    assert told.endswith("and 1 more")
    _, out, _ = discover(capsys, *nobody, "-v")
    assert f"{OWNER}: not asked: 127.0.3.33:" in out
    assert run(["diagnose", "corp.test", *nobody, "--probe", "none", "-f", "short"]) != 0
    assert "the turn of 9 more servers did not come" in capsys.readouterr().out
    status, out, _ = discover(capsys, *nobody, "--all-servers", "--json")
    result = json.loads(out)["result"]
    assert not any("did not get to ask" in notice for notice in result["services"][0]["notices"])
    assert len({each["server"] for each in result["trace"]}) == 41
