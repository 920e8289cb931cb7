"""Between rounds: what is known stays when a round fails, and goes when it is past."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from kmsdns.cli import run
from kmsdns.cli.watching import Board
from kmsdns.expectations.values import CheckOutcome, CheckResult
from kmsdns.model.records import Location
from kmsdns.model.report import Report
from kmsdns.testing import DnsServer
from tests.formats import readers

PLACE = Location(path="a.kmsdns.toml", line=1, column=1, end_line=1, end_column=2)
PASSED, FAILED, SILENT = CheckOutcome.PASSED, CheckOutcome.FAILED, CheckOutcome.NO_ANSWER


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def report(**outcomes: CheckOutcome) -> Report:
    """A run of checks of these names."""
    checks = tuple(
        [
            CheckResult(name=name, vantage="x", outcome=outcome, elapsed=0.1, location=PLACE)
            for name, outcome in outcomes.items()
        ]
    )
    is_open = SILENT in outcomes.values()
    return Report(job="check", checks=checks, inconclusive=is_open, started="2026-01-31T12:00:00Z")


def told(board: Board, name: str) -> dict[str, float]:
    """The figures of a family, by check or what else tells them apart."""
    (family,) = [each for each in board.families() if each.name == f"kmsdns_{name}"] or [None]
    samples: Sequence[object] = family.samples if family is not None else ()
    return {dict(each.labels).get("check") or dict(each.labels).get("result", ""): each.figure for each in samples}


def test_what_could_not_be_asked_again_stays_as_it_was() -> None:
    board = Board(Clock())
    board.put(report(a=PASSED, b=FAILED))
    board.put(report(a=SILENT, b=PASSED))
    assert told(board, "check_answered") == {"a": 0, "b": 1}
    assert told(board, "check_passed") == {"a": 1, "b": 1}
    assert told(board, "check_lookup_seconds") == {"a": 0.1, "b": 0.1}
    board.put(report(a=SILENT, b=SILENT))
    assert told(board, "check_answered") == {"a": 0, "b": 0}
    assert told(board, "check_passed") == {"a": 1, "b": 1}
    board.put(report(a=FAILED, b=PASSED))
    assert told(board, "check_passed") == {"a": 0, "b": 1}


def test_a_check_that_is_gone_is_gone() -> None:
    board = Board(Clock())
    board.put(report(a=PASSED, b=PASSED, c=PASSED))
    board.put(report(a=SILENT, b=PASSED))
    assert told(board, "check_passed") == {"a": 1, "b": 1}
    board.put(report(b=PASSED))
    assert told(board, "check_passed") == {"b": 1}


def test_what_was_never_asked_is_not_known() -> None:
    board = Board(Clock())
    board.put(report(a=SILENT))
    assert told(board, "check_answered") == {"a": 0}
    assert not told(board, "check_passed")
    assert not told(board, "last_good_round_age_seconds")
    assert told(board, "last_round_age_seconds") == {"": 0}


def test_ages_and_rounds() -> None:
    clock = Clock()
    board = Board(clock)
    assert not board.is_filled
    assert told(board, "rounds") == {"good": 0, "incomplete": 0, "failed": 0}
    board.put(report(a=PASSED))
    clock.now += 60
    board.put(report(a=SILENT))
    clock.now += 5
    board.failed()
    assert told(board, "last_good_round_age_seconds") == {"": 65}
    assert told(board, "last_round_age_seconds") == {"": 5}
    assert told(board, "rounds") == {"good": 1, "incomplete": 1, "failed": 1}
    assert told(board, "check_passed") == {"a": 1}, "a round that failed takes nothing away"


# As a process

ZONE = "$ORIGIN w.test.\n@ 60 SOA ns h 1 2 3 4 5\n@ 60 NS ns\nns 60 A 127.0.0.1\n_vlmcs._tcp 60 SRV 0 0 1688 ns\n"
SPEC = (
    '[vantage]\nauth = "{0}"\n[[check]]\ntitle = "one"\nservice = "_vlmcs._tcp.w.test"\nfrom = ["auth"]\ncount = {1}\n'
)
PATIENCE = 20.0  # seconds; everything here takes a fraction of one


@pytest.fixture
def dns() -> Iterator[DnsServer]:
    with DnsServer(ZONE) as server:
        yield server


@pytest.fixture
def spec(tmp_path: Path, dns: DnsServer) -> Path:
    path = tmp_path / "w.kmsdns.toml"
    path.write_text(SPEC.format(dns.address, 1))
    return path


@contextmanager
def watching(spec: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "kmsdns", "check", str(spec), *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def until(address: str, wanted: Callable[[dict[str, dict[tuple[tuple[str, str], ...], float]]], object]) -> None:
    """Fetches until the figures are as wanted."""
    ends = time.monotonic() + PATIENCE
    while True:
        with urllib.request.urlopen(f"http://{address}/metrics", timeout=PATIENCE) as reply:
            figures = readers.prometheus(reply.read().decode())
        if wanted(figures):
            return
        assert time.monotonic() < ends, figures
        time.sleep(0.02)


def one(figures: dict[str, dict[tuple[tuple[str, str], ...], float]], name: str) -> float | None:
    """The only figure of a family."""
    return next(iter(figures.get(f"kmsdns_{name}", {}).values()), None)


def rounds(figures: dict[str, dict[tuple[tuple[str, str], ...], float]], result: str) -> float:
    return figures["kmsdns_rounds"][("result", result),]


def test_the_exporter_through_good_and_bad_times(spec: Path, dns: DnsServer) -> None:
    with watching(spec, "--watch=0.05s", "--listen=127.0.0.1:0") as process:
        ready = process.stdout.readline()
        assert ready.startswith("ready 127.0.0.1:")
        address = ready.split()[1]
        until(address, lambda each: one(each, "check_passed") == 1)
        spec.write_text(SPEC.format(dns.address, 2))
        until(address, lambda each: one(each, "check_passed") == 0)
        spec.write_text("no spec")
        until(address, lambda each: rounds(each, "failed") > 1 and one(each, "check_passed") == 0)
        spec.write_text(SPEC.format(dns.address, 1))
        until(address, lambda each: one(each, "check_passed") == 1)
        dns.stop()
        until(address, lambda each: one(each, "check_answered") == 0 and one(each, "check_passed") == 1)
        until(address, lambda each: one(each, "last_good_round_age_seconds") > one(each, "last_round_age_seconds"))
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (0, "")
    assert "the state of the last round stays" in err
    said = [line for line in err.splitlines() if line.startswith(("OK", "CRITICAL", "UNKNOWN"))]
    assert [line.split()[0] for line in said] == ["OK", "CRITICAL", "OK", "UNKNOWN"]


def test_ctrl_c_in_the_middle_of_a_round(spec: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        spec.write_text(SPEC.format(f"127.0.0.1:{silent.getsockname()[1]}", 1))
        with watching(spec, "--watch=1h", "--timeout=600", "--deadline=600") as process:
            silent.recv(512)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out, err) == (130, "", "")


def test_without_a_place_to_listen_at_each_round_is_reported(spec: Path, tmp_path: Path) -> None:
    report = tmp_path / "kmsdns.prom"
    with watching(spec, "--watch=0.05s", "-f", "nagios", "-f", f"prometheus={report}") as process:
        lines = [process.stdout.readline() for _ in range(3)]
        assert one(readers.prometheus(report.read_text()), "check_passed") == 1
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert all(line.startswith("KMSDNS OK - 1 of 1 check passed | ") for line in lines)


@pytest.mark.parametrize(
    "arguments",
    [("--watch=0s",), ("--listen=0.0.0.0:0",), ("--listen=x",), ("-", "--watch=1s"), ("not-there", "--watch=1s")],
)
def test_mistakes_end_the_first_round(
    spec: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    assert run(["check", str(spec), *arguments]) == 2
    out, err = capsys.readouterr()
    assert (out, err[:8]) == ("", "kmsdns: ")
