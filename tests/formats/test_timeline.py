"""The waterfall: what was asked at once stands side by side, the lengths are those measured, the scale is round."""

from __future__ import annotations

import pytest

from kmsdns.formats.html.bars import MAX_OF_A_WAVE, MAX_SHARES, Chart, shares_chart, times_chart
from kmsdns.formats.html.timeline import times_table, waves
from kmsdns.model.messages import Outcome, Probe, ProbeAttempt, ProbeOutcome, ProbeResult
from kmsdns.model.records import Record, Srv
from kmsdns.model.report import Discovered
from kmsdns.model.snapshot import CachedHost
from tests.formats.reports import CLOSED, OPEN, OWNER, SERVER, WEIGHTED, found, response, silent


def kinds(service: Discovered) -> list[list[tuple[str, str]]]:
    return [[(span.kind, span.asked) for span in wave] for wave in waves(service)]


def probe(target: str, outcome: ProbeOutcome, elapsed: float = 0.0002) -> ProbeResult:
    attempt = ProbeAttempt(address="192.0.2.9", outcome=outcome, elapsed=elapsed)
    probed = Probe(kind="tcp", target=target, port=1688, addresses=("192.0.2.9",))
    return ProbeResult(probe=probed, outcome=outcome, elapsed=elapsed, attempts=(attempt,))


def chart(service: Discovered) -> Chart:
    made = times_chart(waves(service), OWNER)
    assert made is not None
    return made


def test_a_wave_begins_when_the_slowest_of_the_one_before_has_ended() -> None:
    service = found()
    slow = service.snapshot.addresses[1].replace(elapsed=0.5)
    addresses = (service.snapshot.addresses[0], slow, *service.snapshot.addresses[2:])
    first, second, third = waves(service.replace(snapshot=service.snapshot.replace(addresses=addresses)))
    assert [span.start for span in first] == [0.0]
    assert {span.start for span in second} == {0.0004}
    assert [span.start for span in third] == [pytest.approx(0.5004)] * 4
    assert [span.kind for span in (*first, *second, *third)] == ["SRV"] + ["A"] * 4 + ["probe"] * 4


def test_suffixes_are_asked_one_after_the_other() -> None:
    service = found()
    miss = response("_vlmcs._tcp.a.contoso.com.", "SRV", Outcome.NXDOMAIN)
    service = service.replace(snapshot=service.snapshot.replace(srv=(miss, *service.snapshot.srv)))
    assert kinds(service)[:2] == [[("SRV", "_vlmcs._tcp.a.contoso.com.")], [("SRV", OWNER)]]


@pytest.mark.parametrize("known", [(), ("192.0.2.9",)], ids=["looked up", "known"])
def test_a_remembered_host_comes_first(known: tuple[str, ...]) -> None:
    service = found()
    target = WEIGHTED[0].target  # the same host is published, so it is looked up again
    cached = CachedHost(target=target, port=1688, addresses=known, when="")
    early = () if known else (response(target, "A"), response(target, "AAAA", Outcome.NODATA))
    snapshot = service.snapshot.replace(
        cached=cached,
        addresses=early + service.snapshot.addresses,
        probes=(probe(target, CLOSED), *service.snapshot.probes),
    )
    told = kinds(service.replace(snapshot=snapshot))
    expected = [[("probe", f"{target}:1688")], [("SRV", OWNER)]]
    assert told[:-2] == ([] if known else [[("A", target), ("AAAA", target)]]) + expected
    assert [len(wave) for wave in told[-2:]] == [4, 4]


def test_the_tries_of_a_question_are_rows_of_their_own() -> None:
    table = times_table(silent())
    assert table.heads == ("kind", "asked", "of whom", "outcome", "start", "time", "notes")
    assert table.rows == (
        ("SRV", OWNER, SERVER, "no reply", "0.0 ms", "2.0 s", ""),
        ("SRV", OWNER, SERVER, "no reply", "", "2.0 s", ""),
        ("SRV", OWNER, SERVER, "no reply", "", "2.0 s", "all 3 tries took 6.0 s"),
    )


def test_what_was_not_measured_has_no_bar() -> None:
    told = response(
        OWNER, "SRV", elapsed=0.0, tries=(), answer=(Record(owner=OWNER, ttl=1, rdtype="SRV", rdata=WEIGHTED[0]),)
    )
    service = found(()).replace(snapshot=found(()).snapshot.replace(srv=(told,)))
    assert times_chart(waves(service), OWNER) is None
    assert times_table(service).heads == ("kind", "asked", "of whom", "outcome")


@pytest.mark.parametrize("seconds", [1e-6, 0.00037, 0.0004, 0.001, 0.0999, 0.4, 1.0, 6.0, 59.9, 3599.0])
def test_the_scale_is_round_and_holds_every_bar(seconds: float) -> None:
    service = silent()
    srv = service.snapshot.srv[0].replace(elapsed=seconds)
    made = chart(service.replace(snapshot=service.snapshot.replace(srv=(srv,))))
    assert 2 <= len(made.ticks) <= 6
    assert (made.ticks[0].text, made.ticks[0].at, made.ticks[-1].at) == ("0", 0, 100)
    number, unit = made.ticks[-1].text.split()
    assert unit in ("ms", "s")
    assert 50 <= made.bars[0].width <= 100.001
    assert float(number) * {"ms": 0.001, "s": 1}[unit] * made.bars[0].width / 100 == pytest.approx(seconds)


def test_many_at_once_are_told_together() -> None:
    srvs = [Srv(priority=0, weight=1, port=1688, target=f"kms{n}.test.") for n in range(40)]
    made = chart(found(srvs, (CLOSED, *[OPEN] * 39)))
    assert len(made.bars) == 1 + 2 * (MAX_OF_A_WAVE + 1)
    rest = [bar for bar in made.bars if "more" in bar.name]
    assert [bar.name for bar in rest] == [f"{40 - MAX_OF_A_WAVE} more at once"] * 2
    assert [bar.mark for bar in rest] == ["✓", "✓"]
    mixed = chart(found(srvs, (OPEN,) * 39 + (CLOSED,)))
    assert mixed.bars[-1].mark == "!"


def test_shares_as_bars() -> None:
    made = shares_chart(found())
    assert made is not None
    assert [(bar.name, bar.said) for bar in made.bars][:1] == [("kms01.contoso.com.:1688", "59.7 %")]
    assert made.bars[0].width / made.bars[1].width == pytest.approx(181 / 61)
    assert (made.bars[-1].said, made.bars[-1].width) == ("backup", 0)
    assert made.ticks[-1].text == "60 %"
    many = shares_chart(found([Srv(priority=0, weight=1, port=1, target=f"k{n}.test.") for n in range(256)]))
    assert many is not None
    assert len(many.bars) == MAX_SHARES + 1
    assert many.bars[-1].name == "244 more endpoints"
    assert shares_chart(found(WEIGHTED[:1])) is None
