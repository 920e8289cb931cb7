"""nagios and prometheus: what monitoring systems are told, read back as they read it."""

from __future__ import annotations

import math
import re
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path

import pytest

from kmsdns.cli.watching import Board
from kmsdns.expectations.values import Checked, CheckOutcome, CheckResult, CheckVantage, Expectation, Seen, Xfail
from kmsdns.formats import render
from kmsdns.formats.monitoring.nagios import PluginState, state, unknown
from kmsdns.formats.monitoring.prometheus import text
from kmsdns.model.findings import Severity
from kmsdns.model.messages import Question
from kmsdns.model.records import Location, Record, Srv
from kmsdns.model.report import Report
from kmsdns.selection.ordering import share_terms
from tests.formats import readers
from tests.formats.reports import (
    CLOSED,
    FIVE,
    OPEN,
    OWNER,
    WEIGHTED,
    discovery,
    found,
    response,
    saying,
    silent,
    validated,
)

ERROR = saying("x.").findings[0].replace(message="kms01 does not answer")
WARNING = ERROR.replace(severity=Severity.WARNING)
NOTE = ERROR.replace(severity=Severity.NOTE)
UNLEARNT = ERROR.replace(code="LIV005", is_open=True)


@pytest.mark.parametrize(
    ("report", "wanted"),
    [
        (discovery(found()), PluginState.OK),
        (discovery(found(), findings=(NOTE,)), PluginState.OK),
        (discovery(found(), findings=(NOTE, WARNING)), PluginState.OK),
        (discovery(found(), findings=(NOTE, WARNING)).replace(fail_on=Severity.WARNING), PluginState.WARNING),
        (discovery(found(), findings=(NOTE,)).replace(fail_on=Severity.NOTE), PluginState.WARNING),
        (discovery(found(), findings=(NOTE, ERROR)).replace(fail_on=Severity.NOTE), PluginState.CRITICAL),
        (discovery(found(), findings=(WARNING, ERROR)), PluginState.CRITICAL),
        (discovery(found(), findings=(WARNING,), inconclusive=True), PluginState.UNKNOWN),
        (discovery(found(), findings=(ERROR,), inconclusive=True), PluginState.CRITICAL),
        (discovery(silent(), findings=(UNLEARNT,)), PluginState.UNKNOWN),
        (discovery(found(())), PluginState.CRITICAL),
        (validated(contoso=FIVE), PluginState.CRITICAL),
    ],
)
def test_the_state_is_that_of_the_worst(report: Report, wanted: PluginState) -> None:
    assert state(report) is wanted
    assert readers.nagios(render("nagios", report))[0] == wanted.name


def test_nagios_says_what_was_looked_at_and_what_is_worst() -> None:
    said, summary, figures, below = readers.nagios(
        render("nagios", discovery(found(), findings=(WARNING, ERROR, NOTE)))
    )
    assert (said, summary) == (
        "CRITICAL",
        "4 endpoints of 1 service: NET106 kms01 does not answer (and 1 more)",
    )
    assert figures["errors"] == (1, "", ["", "0", "0"])
    assert figures["warnings"] == (1, "", ["0", "", "0"])
    assert figures["time"] == (0.0123, "s", ["", "", "0"])
    assert figures["share _vlmcs._tcp.contoso.com. kms01.contoso.com.:1688"] == (59.74, "%", ["", "", "0", "100"])
    assert sum(each[0] for each in figures.values() if each[1] == "%") == pytest.approx(100, abs=0.02)
    assert below == ["x.: NET106 warning: kms01 does not answer", "x.: NET106 error: kms01 does not answer"]


def test_what_would_begin_performance_data_does_not() -> None:
    hostile = ERROR.replace(message="a | 'x'=1;2 ## | y", subject="b|c")
    srvs = (Srv(priority=0, weight=0, port=1, target="a='|;b."), Srv(priority=0, weight=0, port=1, target="a___;b."))
    said, _summary, figures, below = readers.nagios(render("nagios", discovery(found(srvs), findings=(hostile,))))
    assert said == "CRITICAL"
    assert sum(each[1] == "%" for each in figures.values()) == 2, "labels that became the same are told apart"
    assert len(below) == 1


def test_nagios_is_given_no_more_than_it_reads() -> None:
    many = tuple([ERROR.replace(message="\U0001f600" * 300, subject=f"x{number}.") for number in range(1000)])
    srvs = [Srv(priority=0, weight=1, port=1, target=f"{'y' * 60}{number}.test.") for number in range(100)]
    for count, own in ((20, 20), (100, 0)):
        report = discovery(found(srvs[:count]), findings=many)
        _said, _summary, figures, below = readers.nagios(render("nagios", report))
        assert below[-1] == f"and {1001 - len(below)} findings more"
        assert len(figures) == 3 + own, "all of them or none"


def test_what_stops_a_plugin_is_unknown() -> None:
    said, summary, figures, below = readers.nagios(unknown("a file|cannot be read\nline 2 | x"))
    assert (said, summary, figures, below) == ("UNKNOWN", "a file¦cannot be read", {}, ["line 2 ¦ x"])


def test_prometheus_tells_exact_shares_and_probes() -> None:
    told = readers.prometheus(render("prometheus", discovery(found(outcomes=(OPEN, CLOSED)), findings=(WARNING,))))
    service, run = ("service", "_vlmcs._tcp.contoso.com."), ("subject", "_vlmcs._tcp.contoso.com.")
    shares = {dict(labels)["target"]: figure for labels, figure in told["kmsdns_endpoint_share"].items()}
    exact = {each.target: each.share for each in found().endpoints}
    assert shares == {target: float(share) for target, share in exact.items() if share is not None}
    assert told["kmsdns_service_endpoints"] == {(service,): 4}
    assert told["kmsdns_service_ttl_seconds"] == {(service,): 3600}
    assert sorted(told["kmsdns_endpoint_open"].values()) == [0, 0, 1, 1]
    assert told["kmsdns_findings"][("command", "discover"), ("severity", "warning"), run] == 1
    assert told["kmsdns_run_timestamp_seconds"] == {(("command", "discover"), run): 1769860800}
    assert told["kmsdns_run_conclusive"] == {(("command", "discover"), run): 1}


def test_prometheus_has_no_figure_for_what_is_unknown() -> None:
    told = readers.prometheus(render("prometheus", discovery(silent(), findings=(UNLEARNT,), inconclusive=True)))
    assert "kmsdns_service_ttl_seconds" not in told
    assert "kmsdns_endpoint_share" not in told
    assert set(told["kmsdns_run_conclusive"].values()) == {0}
    assert not any(math.isnan(figure) for figures in told.values() for figure in figures.values())
    unstarted = render("prometheus", Report(job="discover"))
    assert "timestamp" not in unstarted


def test_prometheus_labels_come_back_as_they_went() -> None:
    for name in ('a"b', "a\\b", "a\\", "a\nb", 'a="b",c{}', "bücher.", "\ud800", "x # y"):
        srv = Srv(priority=0, weight=0, port=1, target=name)
        made = render("prometheus", discovery(found((srv,))))
        ((labels, _figure),) = readers.prometheus(made)["kmsdns_endpoint_share"].items()
        wanted = name if name.isprintable() else name.encode("unicode_escape").decode()
        assert dict(labels)["target"] == wanted


def checks(*outcomes: CheckOutcome, **fields: object) -> Report:
    """A run of a check for each outcome, each with one record more than the one before."""
    place = Location(path="dns/a.kmsdns.toml", line=1, column=1, end_line=1, end_column=2)
    results, checked = [], []
    for number, outcome in enumerate(outcomes):
        is_known = outcome is CheckOutcome.EXPECTED_FAILURE
        expectation = Expectation(
            title=f"check {number}",
            location=place,
            places={},
            question=Question(name=OWNER, rdtype="SRV"),
            xfail=Xfail(until="2026-02-10") if is_known else None,
        )
        records = tuple([Record(owner=OWNER, ttl=60, rdtype="SRV", rdata=srv) for srv in WEIGHTED[:number]])
        seen = Seen(
            viewpoint=CheckVantage(label="office", servers=()),
            response=None if outcome is CheckOutcome.NO_ANSWER else response(OWNER, "SRV", answer=records),
        )
        checked.append(Checked(expectation=expectation, seen=(seen,), today="2026-01-31"))
        results.append(
            CheckResult(name=expectation.title, vantage="office", outcome=outcome, elapsed=0.25, location=place)
        )
    started = "2026-01-31T12:00:00Z"
    return Report(job="check", checks=tuple(results), checked=tuple(checked), elapsed=1.5, started=started, **fields)


ALL = tuple(CheckOutcome)


def test_nagios_counts_checks() -> None:
    said, summary, figures, _below = readers.nagios(
        render("nagios", checks(*ALL, findings=(ERROR,), inconclusive=True))
    )
    assert said == "CRITICAL"
    assert summary.startswith("2 of 4 checks passed (1 expected failure), 1 could not be asked: NET106 ")
    counts = {name: figures[name][0] for name in ("passed", "failed", "unanswered")}
    assert counts == {"passed": 2, "failed": 1, "unanswered": 1}
    assert figures["check 0 [office]"] == (0.25, "s", ["", "", "0"])
    assert len([name for name in figures if "[office]" in name]) == 3, "one that was not answered took no time"
    unanswered = checks(CheckOutcome.PASSED, CheckOutcome.NO_ANSWER, inconclusive=True)
    assert readers.nagios(render("nagios", unanswered))[:2] == ("UNKNOWN", "1 of 2 checks passed, 1 could not be asked")
    many = readers.nagios(render("nagios", checks(*[CheckOutcome.PASSED] * 1000)))
    assert len(many[2]) == 6, "sums alone"


def test_prometheus_tells_checks() -> None:
    told = readers.prometheus(render("prometheus", checks(*ALL, inconclusive=True)))

    def figures(name: str) -> dict[str, float]:
        return {dict(labels)["check"][-1]: figure for labels, figure in told[f"kmsdns_{name}"].items()}

    labels = (("check", "check 0"), ("spec", "dns/a.kmsdns.toml"), ("vantage", "office"))
    assert told["kmsdns_check_passed"][labels] == 1
    assert figures("check_answered") == {"0": 1, "1": 1, "2": 1, "3": 0}
    assert figures("check_passed") == {"0": 1, "1": 0, "2": 1}, "what could not be asked neither passed nor failed"
    assert figures("check_expected_failure") == {"2": 1}
    assert figures("check_expected_failure_seconds") == {"2": 10.5 * 86400}, "to the end of that day"
    assert figures("check_lookup_seconds") == {"0": 0.25, "1": 0.25, "2": 0.25}
    assert figures("check_records") == {"0": 0, "1": 1, "2": 2}
    shares = {
        (dict(labels)["check"], dict(labels)["target"]): figure
        for labels, figure in told["kmsdns_check_target_share"].items()
    }
    exact = dict(zip([srv.target for srv in WEIGHTED[:2]], share_terms(WEIGHTED[:2]), strict=True))
    assert shares == {
        ("check 1", "kms01.contoso.com."): 1,
        **{("check 2", target): float(Fraction(*terms)) for target, terms in exact.items()},
    }
    assert set(told["kmsdns_run_conclusive"].values()) == {0}


@pytest.fixture
def promtool(tmp_path: Path):
    """What promtool says of a text."""
    tool = shutil.which("promtool")
    if tool is None:
        pytest.skip("this machine has no promtool")

    def complaints(what: str, made: str) -> str:
        path = tmp_path / "text"
        path.write_text(made)
        given = [] if what == "metrics" else [str(path)]
        done = subprocess.run([tool, "check", what, *given], input=made, capture_output=True, text=True)
        return "" if done.returncode == 0 else done.stderr

    return complaints


def test_promtool_has_no_complaint(promtool) -> None:
    for report in (discovery(found(outcomes=(OPEN, CLOSED))), validated(contoso=FIVE), checks(*ALL)):
        assert promtool("metrics", render("prometheus", report)) == ""
    board = Board(lambda: 0.0)
    board.put(checks(*ALL))
    assert promtool("metrics", text(board.families())) == "", "as the exporter tells it"


def test_the_alerts_of_the_documentation_are_rules(promtool) -> None:
    page = (Path(__file__).parents[2] / "docs/ci.md").read_text()
    rules = [block for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) if block.startswith("groups:")]
    assert len(rules) == 1
    assert promtool("rules", rules[0]) == ""
