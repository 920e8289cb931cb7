"""Between rounds: what is known stays when a round fails, and goes when it is past."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kmsdns.cli.watching import Board
from kmsdns.core.expectations import CheckOutcome, CheckResult
from kmsdns.core.records import Location
from kmsdns.core.report import Report

if TYPE_CHECKING:
    from collections.abc import Sequence

PLACE = Location(path="a.kmsdns.toml", line=1, column=1, end_line=1, end_column=2)
PASSED, FAILED, SILENT = CheckOutcome.PASSED, CheckOutcome.FAILED, CheckOutcome.NO_ANSWER


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def report(**outcomes: CheckOutcome) -> Report:
    """A run of checks of these names, each with one record where it was answered."""
    checks = tuple(
        [
            CheckResult(
                name=name,
                vantage="x",
                outcome=outcome,
                elapsed=0.1,
                location=PLACE,
                records=None if outcome is SILENT else 1,
            )
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
    assert told(board, "check_records") == {"a": 1, "b": 1}
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
