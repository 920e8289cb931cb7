"""Figures as people read them, and text from outside made safe."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from kmsdns.formats.words import count, duration, elapsed, probe_text, wrapped
from kmsdns.model.messages import Probe, ProbeOutcome, ProbeResult
from kmsdns.model.report import Endpoint
from kmsdns.model.safe import safe


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3600, "1 h"),
        (5400, "1 h 30 min"),
        (90061, "1 d 1 h"),
        (2**31 - 1, "24855 d 3 h"),
    ],
)
def test_durations(seconds: int, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.0004, "0.4 ms"), (0.0123, "12 ms"), (2.0, "2.0 s"), (0.0, "0.0 ms"), (0.9994, "999 ms")]
)
def test_times(seconds: float, text: str) -> None:
    assert elapsed(seconds) == text


def test_every_outcome_of_a_probe_has_its_words() -> None:
    endpoint = Endpoint(target="a.", port=1, priority=0, weight=0, share_terms=None, addresses=())
    probe = Probe(kind="rpc", target="a.", port=1, addresses=("127.0.0.1",))
    results = [ProbeResult(probe=probe, outcome=outcome, elapsed=2.0) for outcome in ProbeOutcome]
    results.append(ProbeResult(probe=probe, outcome=ProbeOutcome.TIMEOUT, elapsed=2.0, address="127.0.0.1"))
    texts = [probe_text(endpoint.replace(probe=result)) for result in results]
    assert len(set(texts)) == len(texts)
    assert {"open 2.0 s", "bind rejected", "no answer in 2.0 s", "silent for 2.0 s"} < {*texts}
    assert probe_text(endpoint) == ""


def test_counts() -> None:
    assert (count(1, "record"), count(2, "record"), count(0, "address")) == ("1 record", "2 records", "0 addresses")


def test_no_code_point_gets_through_that_a_terminal_acts_upon_or_nobody_sees() -> None:
    for point in range(sys.maxunicode + 1):
        shown = safe(chr(point))
        if shown != chr(point):
            assert shown.startswith("\\")
            assert shown.isascii()
            continue
        category = unicodedata.category(shown)
        assert category not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"), hex(point)
    assert safe("plain büro 人") == "plain büro 人"


def test_wrapping_keeps_every_word() -> None:
    text = "one two three " + "x" * 100 + " four"
    lines = wrapped(text, "start: ", "  ", 20)
    assert lines[0] == "start: one two three"
    assert " ".join(" ".join(lines).split()[1:]) == text
    assert wrapped("", "a ", "b ") == ["a"]
