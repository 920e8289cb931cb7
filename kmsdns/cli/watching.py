"""Rounds: a job that is done again and again until a signal ends it, with its figures served meanwhile."""

from __future__ import annotations

import signal
import threading
from contextlib import nullcontext
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from kmsdns.cli.output import complain, put, say
from kmsdns.cli.reporting import deliver
from kmsdns.cli.statuses import CLEAN, INTERRUPTED
from kmsdns.errors import KmsdnsError
from kmsdns.formats.monitoring.prometheus import families
from kmsdns.model.metrics import Family, Sample
from kmsdns.model.report import Status
from kmsdns.net.exporter import Exporter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from kmsdns.model.report import Report

INTERVAL = 60.0
"""Seconds from the start of one round to that of the next, where --listen is given without --watch."""


def watch(values: Mapping[str, Any], once: Callable[[], Report]) -> int:
    """Rounds until SIGTERM (status 0) or SIGINT (130). What goes wrong in the first one is told as it would be alone.

    A later round that can't be done at all (a spec that is being edited, no network) is told on standard error, and
    leaves what is known as it was.
    """
    if values["watch"] == 0:
        raise KmsdnsError("--watch 0s would never rest: give the time between two rounds, such as 60s")
    board = Board(monotonic)
    ends = _Ends()
    exporter = None
    if values["listen"] is not None:
        exporter = Exporter(values["listen"], board.families, allow_remote=values["allow_remote"])
    # Reports go to standard output unless metrics are all that was asked for.
    delivers = exporter is None or values["format"] or values["json"] or values["output"]
    before = None
    with ends, exporter or nullcontext():
        if exporter is not None:
            put(f"ready {exporter.address}\n")
        while not ends.is_asked:
            started = monotonic()
            report = ends.unless_asked(lambda: _round(once, board))
            if report is not None:
                if delivers:
                    deliver(report, values)
                elif report.verdict is not before and not values["quiet"]:
                    say(_said(report))
                before = report.verdict
            ends.wait(started + (values["watch"] or INTERVAL) - monotonic())
    return ends.status


def _round(once: Callable[[], Report], board: Board) -> Report | None:
    """One round; None when it couldn't be done. The first one's mistakes are the caller's."""
    try:
        report = once()
    except KmsdnsError as error:
        if not board.is_filled:
            raise
        complain(f"{error}\nthe state of the last round stays")
        board.failed()
        return None
    board.put(report)
    return report


def _said(report: Report) -> str:
    from kmsdns.formats import PLAIN, render

    return render("nagios", report, PLAIN).partition(" | ")[0].removeprefix("KMSDNS ")


class Board:
    """What is known after the last round, as gauges, with how old it is. Read in other threads while rounds go on."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock  # seconds
        self._lock = threading.Lock()
        self._known: tuple[Family, ...] = ()
        self._good: float | None = None  # when the last round ended in which everything could be asked
        self._last: float | None = None
        self._rounds = {"good": 0, "incomplete": 0, "failed": 0}

    @property
    def is_filled(self) -> bool:
        """Whether there was a round at all."""
        return self._last is not None

    def put(self, report: Report) -> None:
        """A round's report. What it could not ask again stays as it was known."""
        fresh = families(report)
        is_good = not report.inconclusive and report.status is not Status.UNKNOWN
        with self._lock:
            self._known = fresh if is_good else _carried(self._known, fresh)
            self._last = self._clock()
            self._good = self._last if is_good else self._good
            self._rounds["good" if is_good else "incomplete"] += 1

    def failed(self) -> None:
        """A round that came to nothing: all stays as it was."""
        with self._lock:
            self._rounds["failed"] += 1

    def families(self) -> list[Family]:
        """All that is known now."""
        with self._lock:
            now = self._clock()
            ages = [
                ("last_good_round_age_seconds", "Since the last round in which everything could be asked.", self._good),
                ("last_round_age_seconds", "Since the last round that could be done at all.", self._last),
            ]
            about = [
                Family(name=f"kmsdns_{name}", help=told, samples=(Sample(labels=(), figure=now - then),))
                for name, told, then in ages
                if then is not None
            ]
            counts = [
                Sample(labels=(("result", result),), figure=float(count)) for result, count in self._rounds.items()
            ]
            about.append(Family(name="kmsdns_rounds", help="Rounds since the start.", samples=tuple(counts)))
            return [*self._known, *about]


def _carried(known: Sequence[Family], fresh: Sequence[Family]) -> tuple[Family, ...]:
    """The fresh families, with those of the known samples that belong to a check which could not be asked this time."""
    answered = next((each.samples for each in fresh if each.name == "kmsdns_check_answered"), ())
    silent = [frozenset(sample.labels) for sample in answered if not sample.figure]
    old = {family.name: family for family in known}
    merged = []
    for family in fresh:
        before = old.pop(family.name, None)
        has = {sample.labels for sample in family.samples}
        kept = [sample for sample in _of(before, silent) if sample.labels not in has]
        merged.append(family.replace(samples=(*family.samples, *kept)))
    merged += [
        family.replace(samples=tuple(_of(family, silent))) for family in old.values() if any(_of(family, silent))
    ]
    return tuple(merged)


def _of(family: Family | None, silent: Sequence[frozenset[tuple[str, str]]]) -> Iterator[Sample]:
    """The samples whose labels say that they belong to one of those checks."""
    for sample in family.samples if family is not None else ():
        labels = set(sample.labels)
        if any(check <= labels for check in silent):
            yield sample


class _Ends:
    """SIGTERM and SIGINT: they end the wait, or the round that is being done, in good order."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        self._may_interrupt = False
        self._before: dict[int, Any] = {}
        self.status = CLEAN

    @property
    def is_asked(self) -> bool:
        """Whether a signal came."""
        return self._asked.is_set()

    def unless_asked(self, work: Callable[[], Report | None]) -> Report | None:
        """What the work comes to; None when a signal cut it short."""
        try:
            self._may_interrupt = True
            if self._asked.is_set():
                return None
            return work()
        except _Ended:
            return None
        finally:
            self._may_interrupt = False

    def wait(self, seconds: float) -> None:
        """Waits that long, or until a signal."""
        self._asked.wait(max(seconds, 0.0))

    def __enter__(self) -> None:
        for number, status in ((signal.SIGTERM, CLEAN), (signal.SIGINT, INTERRUPTED)):
            self._before[number] = signal.signal(number, partial(self._end, status))

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _end(self, status: int, _number: int, _frame: object) -> None:
        self.status = status
        self._asked.set()
        if self._may_interrupt:
            self._may_interrupt = False
            raise _Ended


class _Ended(BaseException):
    """A signal came while a round was done. Not an Exception: nothing below may take it for a failure of its own."""
