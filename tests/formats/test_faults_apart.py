"""How many of the faults in tests/lookup/test_fault_table.py `discover -v` tells apart, and why not the others."""

from __future__ import annotations

import html
import re
import runpy
from collections.abc import Sequence
from pathlib import Path

import pytest

from kmsdns.formats import Style, render
from kmsdns.formats.terminal.trace import trace
from kmsdns.lookup.attempt import LookupSettings
from kmsdns.model.messages import Ask, Outcome, Question, Response
from kmsdns.model.records import Record
from kmsdns.model.report import Report
from kmsdns.net.client.drive import run as drive
from kmsdns.sessions import discover as wiring
from tests.lookup.test_fault_table import BAD, COMPARING, ROWS, SETTINGS
from tests.lookup.virtual_network import Script, run

AT_LEAST = 85

ALIKE = {
    ("drop", "delay6"): "the look-up ends after 5 s, and until then both are silent",
    ("nxdomain", "nxthenok"): "the first reply ends the look-up; `--all-servers` listens on, and tells the second",
    ("servfail", "sfthenok"): "the first reply ends the look-up; `--all-servers` listens on, and tells the second",
    ("tcok", "tcchunk"): "TCP carries a stream of octets, and both streams are the same",
}
"""Faults that read the same, and why nothing that has come could tell them apart."""

ALIKE_IN_TRACE = ("ok", "srvdot", "ctrl")
"""Sound replies whose records differ: they stand above the trace."""

RANDOM = (
    (re.compile(r"\b\d+(\.\d+)? (ms|s)\b"), "TIME"),
    (re.compile(r"\b\d+ of 84 octets came"), "N of 84 octets came"),  # how far a slow one came is a matter of time
    (re.compile(r"(127\.0\.0\.\d+):\d+"), r"\1:PORT"),
    (re.compile(r"\bID \d+ instead of \d+"), "ID N instead of N"),
    (re.compile(r"\s+"), " "),  # columns are as wide as what is random
)


MARKS = re.compile(r"\\([\\`*_\[\]<>|~#&$])|<!-- -->")
"""What Markdown needs to leave text as it is."""


class Network:
    """Asks one server with a fault about the SRV records, in virtual time; addresses are known without a question."""

    def __init__(self, script: Script, settings: LookupSettings) -> None:
        self.script, self.settings = script, settings

    def answer(self, batch: Sequence[Ask]) -> list[Response]:
        return [self.reply(ask) for ask in batch if isinstance(ask, Question)]

    def reply(self, question: Question) -> Response:
        if question.rdtype == "SRV":
            return run(question, {BAD: self.script}, self.settings)
        if question.rdtype == "AAAA":
            return Response(question=question, outcome=Outcome.NODATA, reason="nodata")
        address = Record(owner=question.name, ttl=60, rdtype="A", rdata="192.0.2.1")
        return Response(question=question, outcome=Outcome.ANSWER, reason="answer", answer=(address,), ttl=60)


def discovered(name: str, settings: LookupSettings = SETTINGS) -> Report:
    with wiring.discover("corp.test", servers=["127.0.0.2"]) as session:
        return session.finish(drive(session.plan, Network(ROWS[name][0](), settings)))


def apart(alike: list[tuple[str, ...]]) -> int:
    """How many different texts there are."""
    return len(ROWS) - sum(len(names) - 1 for names in alike)


def verbose(name: str, settings: LookupSettings = SETTINGS) -> str:
    return render("text", discovered(name, settings), Style(verbose=1))


def without_random(text: str) -> str:
    for pattern, word in RANDOM:
        text = pattern.sub(word, text)
    return text


def read_alike(texts: dict[str, str]) -> list[tuple[str, ...]]:
    """The names of those that read the same but for what is random."""
    seen: dict[str, list[str]] = {}
    for name, text in texts.items():
        seen.setdefault(without_random(text), []).append(name)
    return sorted(tuple(names) for names in seen.values() if len(names) > 1)


@pytest.fixture(scope="module")
def reports() -> dict[str, Report]:
    return {name: discovered(name) for name in ROWS}


def test_at_least_85_of_93_read_differently_and_the_rest_could_not(reports: dict[str, Report]) -> None:
    alike = read_alike({name: render("text", report, Style(verbose=1)) for name, report in reports.items()})
    assert len(ROWS) == 93
    assert apart(alike) >= AT_LEAST, alike
    assert alike == sorted(ALIKE)


def test_the_trace_alone_tells_as_many_apart_but_for_the_records(reports: dict[str, Report]) -> None:
    alike = read_alike({name: "\n".join(trace(report)) for name, report in reports.items()})
    assert apart(alike) >= AT_LEAST, alike
    assert alike == sorted([*ALIKE, ALIKE_IN_TRACE])


@pytest.mark.parametrize("form", ["html", "markdown"])
def test_pages_have_the_same_sentences(form: str, reports: dict[str, Report]) -> None:
    for name, report in reports.items():
        page = render(form, report, Style(verbose=1))
        shown = html.unescape(page) if form == "html" else MARKS.sub(r"\1", page)
        for each in report.trace:
            for detail in [each.detail, *[rejected.detail for rejected in each.rejected]]:
                assert (detail or "") in shown, name


def test_what_all_servers_listens_for_tells_two_more() -> None:
    for honest, forged in (("servfail", "sfthenok"), ("nxdomain", "nxthenok")):
        assert read_alike({name: verbose(name, COMPARING) for name in (honest, forged)}) == []


def test_no_option_that_was_not_on_is_spoken_of(reports: dict[str, Report]) -> None:
    for name, report in reports.items():
        text = without_random(render("text", report, Style(verbose=1)))
        assert not re.search(r"cookie|another case|mixed|0x20", text.replace("came back in another case", "")), name


def test_the_manual_has_the_number_and_the_rest() -> None:
    docs = Path(__file__).parents[2] / "docs"
    section = (docs / "faults.md").read_text(encoding="utf-8").partition("## How many read differently\n")[2]
    seen = runpy.run_path(str(docs / "beside.py"))["SEEN"]
    assert f"**{apart(list(ALIKE))} of {len(ROWS)}**" in section
    for (first, second), why in ALIKE.items():
        assert f"| {seen[first]} | {seen[second]} | {why} |\n" in section
