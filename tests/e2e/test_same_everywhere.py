"""The same plan gives the same endpoints: blocking, async, over the bundled server, over NSD, and from a tape."""

from __future__ import annotations

import asyncio
import inspect
import random
from pathlib import Path

import pytest

import kmsdns
from kmsdns import aio, api
from kmsdns.model.report import Report
from kmsdns.net.server.listeners import Listener, Listeners
from kmsdns.testing import DnsServer
from tests import peers

ZONES = sorted(Path("zonefiles").glob("*.zone"))


def discover(domain: str, **arguments: object) -> Report:
    return kmsdns.discover(domain, rng=random.Random(7), **arguments)


def facts(report: Report) -> list[object]:
    """What mustn't depend on who answered and how fast. Shares and order are part of it: the dice are seeded."""
    return [
        (
            service.service,
            service.outcome,
            service.ttl,
            service.notices,
            [(str(e), e.priority, e.weight, e.share, sorted(e.addresses)) for e in service.endpoints],
        )
        for service in report.services
    ]


@pytest.mark.usefixtures("each_loop")
@pytest.mark.parametrize("path", ZONES, ids=lambda path: path.stem)
def test_bundled_server_nsd_async_and_tape_agree(path: Path, tmp_path: Path) -> None:
    text = path.read_text()
    with DnsServer(path) as bundled:
        origin = _origin(text)
        tape = tmp_path / "tape.jsonl"
        first = discover(origin, servers=[bundled.address], record=tape)
        awaited = asyncio.run(aio.discover(origin, servers=[bundled.address], rng=random.Random(7)))
        over_tcp = discover(origin, servers=[bundled.address], tcp=True)
    replayed = discover(origin, replay=tape)
    assert facts(first) == facts(awaited) == facts(over_tcp) == facts(replayed)
    assert first.services[0].snapshot == replayed.services[0].snapshot, "a replay is its recording, trace and all"
    with peers.nsd(text, origin, tmp_path) as nsd:
        assert facts(discover(origin, servers=[nsd.address])) == facts(first)


def test_blocking_and_async_have_the_same_names_and_signatures() -> None:
    assert sorted(api.__all__) == sorted(aio.__all__)
    assert "discover" in api.__all__
    for name in api.__all__:
        assert inspect.signature(getattr(api, name)) == inspect.signature(getattr(aio, name))
        assert inspect.iscoroutinefunction(getattr(aio, name))
        assert getattr(api, name).__doc__ == getattr(aio, name).__doc__


def test_the_replay_of_another_question_says_what_to_do(tmp_path: Path) -> None:
    tape = tmp_path / "tape.jsonl"
    with DnsServer("zonefiles/healthy.zone") as bundled:
        discover("contoso.com", servers=[bundled.address], record=tape)
    with pytest.raises(kmsdns.KmsdnsError, match=r"fabrikam.*record"):
        discover("fabrikam.example", replay=tape)


def _origin(text: str) -> str:
    return next(line.split()[1] for line in text.splitlines() if line.startswith("$ORIGIN"))


@pytest.mark.usefixtures("each_loop")
@pytest.mark.parametrize("families", [(4,), (4, 6)])
@pytest.mark.parametrize("probe", ["tcp", "rpc"])
def test_a_probe_awaited_finds_what_a_blocking_one_finds(probe: str, families: tuple[int, ...], tmp_path: Path) -> None:
    with Listeners([Listener(address="127.0.10.1", port=0, answers="rpc")]) as listeners:
        port = listeners.servers[0].port
        zone = f"$ORIGIN p.test.\n@ 60 IN SOA a b 1 2 3 4 5\n_vlmcs._tcp IN SRV 0 0 {port} live\nlive IN A 127.0.10.1\n"
        with DnsServer(zone) as dns:
            asked = {"servers": [dns.address], "probe": probe, "families": families}
            blocking = kmsdns.discover("p.test", cache=tmp_path / "a.json", **asked)
            awaited = asyncio.run(aio.discover("p.test", cache=tmp_path / "b.json", **asked))
            again = asyncio.run(aio.discover("p.test", cache=tmp_path / "b.json", **asked))
    assert str(blocking.services[0].used) == str(awaited.services[0].used) == f"live.p.test.:{port}"
    assert again.services[0].source == "cache"
    assert (tmp_path / "a.json").exists()


@pytest.mark.usefixtures("each_loop")
def test_a_recording_awaited_replays_blocking_and_the_other_way_round(tmp_path: Path) -> None:
    with DnsServer("zonefiles/weighted.zone") as dns:
        asked = {"servers": [dns.address]}
        first = asyncio.run(aio.discover("weighted.example.com", record=tmp_path / "t", rng=random.Random(7), **asked))
    assert facts(discover("weighted.example.com", replay=tmp_path / "t")) == facts(first)
    replayed = asyncio.run(aio.discover("weighted.example.com", replay=tmp_path / "t", rng=random.Random(7)))
    assert facts(replayed) == facts(first)


@pytest.mark.usefixtures("each_loop")
@pytest.mark.parametrize(
    "arguments",
    [
        {"port": 0},
        {"service": "nope"},
        {"servers": ["256.1.1.1"]},
        {"probe": "sing"},
        {"select": ["X"]},
        {"fallback": True, "service": "_x._tcp"},
        {"replay": Path("/no/such/tape")},
    ],
)
def test_misuse_is_one_kind_of_error(arguments: dict[str, object]) -> None:
    with pytest.raises(kmsdns.KmsdnsError):
        kmsdns.discover("contoso.com", **arguments)
    with pytest.raises(kmsdns.KmsdnsError):
        asyncio.run(aio.discover("contoso.com", **arguments))


def test_an_unknown_argument_is_a_type_error() -> None:
    with pytest.raises(TypeError):
        kmsdns.discover("contoso.com", sever=["127.0.0.1"])
