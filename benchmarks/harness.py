"""How the benchmarks measure: fairly (cases take turns), in processor time, and with medians.

Run one as a module from the top of the checkout: python -m benchmarks.ordering
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from time import process_time
from typing import NamedTuple

from tabulate import tabulate

SHORTEST = 0.02
"""Seconds that one measurement takes at least; the inner loop grows until it does."""


def interleave(cases: Mapping[str, Callable[[], object]], rounds: int = 9) -> dict[str, float]:
    """Seconds of this process's processor time for one call of each case: the median over the rounds.

    Each round measures every case once, in turn (A B C A B C), so whatever else slows the machine down for a while
    slows all of them down.
    """
    loops = {name: _loops_for(call) for name, call in cases.items()}
    seconds: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(rounds):
        for name, call in cases.items():
            seconds[name].append(_timed(call, loops[name]) / loops[name])
    return {name: median(values) for name, values in seconds.items()}


def _loops_for(call: Callable[[], object]) -> int:
    loops = 1
    while (taken := _timed(call, loops)) < SHORTEST:
        loops = max(2 * loops, int(loops * SHORTEST / max(taken, 1e-6) * 1.1))
    return loops


def _timed(call: Callable[[], object], loops: int) -> float:
    turns = range(loops)
    begin = process_time()
    for _ in turns:
        call()
    return process_time() - begin


def ratio_table(title: str, rows: Mapping[str, Mapping[str, float | None]], baseline: str) -> str:
    """A table in Markdown: a row for each size or task, a column for each case, "median (ratio to the baseline)".

    rows maps a row's label to what interleave gave for it; a case that is None or missing shows as absent.
    """
    columns = list(dict.fromkeys(name for figures in rows.values() for name in figures))
    body = [[label, *(_cell(figures, name, baseline) for name in columns)] for label, figures in rows.items()]
    header = ["", *(f"{name} (= 1)" if name == baseline else name for name in columns)]
    table = tabulate(
        body, header, tablefmt="github", disable_numparse=True, colalign=["left", *["right"] * len(columns)]
    )
    return f"{title}\n\n{table}\n"


def _cell(figures: Mapping[str, float | None], name: str, baseline: str) -> str:
    value, base = figures.get(name), figures.get(baseline)
    if value is None:
        return "absent"
    return duration(value) if name == baseline or not base else f"{duration(value)} ({value / base:.2f})"


def duration(seconds: float) -> str:
    """Seconds with three digits and the unit that suits them."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}" if seconds < 1000 * size else f"{seconds / size:.0f} {unit}"
    return f"{seconds * 1e9:.3g} ns"


class Figures(NamedTuple):
    """What a command took from its start to its end; the median over the rounds of each."""

    wall: float  # seconds
    cpu: float  # seconds, user and system
    peak_rss: int  # octets
    status: int  # the exit status of the last round; minus the signal when one ended it


_LAUNCHER = """
import os, sys, time
null = os.open(os.devnull, os.O_RDWR)
redirected = [(os.POSIX_SPAWN_DUP2, null, fd) for fd in (0, 1, 2)]
begin = time.perf_counter()
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=redirected)
_, status, used = os.wait4(child, 0)
wall = time.perf_counter() - begin
print(wall, used.ru_utime + used.ru_stime, used.ru_maxrss, os.waitstatus_to_exitcode(status))
"""
# A child's peak starts at what its parent had in memory (Linux keeps it across exec), so commands are started by a bare
# interpreter and not by this process, which carries whatever it compares. About 9 MB is the least that can be seen.


def whole_process(commands: Mapping[str, Sequence[str]], rounds: int = 21) -> dict[str, Figures]:
    """Wall clock, processor time and peak memory (os.wait4) of whole commands, taking turns; their output is lost."""
    runs: dict[str, list[list[float]]] = {name: [] for name in commands}
    unit = 1 if sys.platform == "darwin" else 1024
    for _ in range(rounds):
        for name, command in commands.items():
            launch = [sys.executable, "-I", "-S", "-c", _LAUNCHER, *command]
            done = subprocess.run(launch, stdout=subprocess.PIPE, text=True, check=True, env=dict(os.environ))
            runs[name].append([float(figure) for figure in done.stdout.split()])
    figures = {}
    for name, taken in runs.items():
        wall, cpu, rss, _ = (median(column) for column in zip(*taken, strict=True))
        figures[name] = Figures(wall=wall, cpu=cpu, peak_rss=int(rss) * unit, status=int(taken[-1][3]))
    return figures
