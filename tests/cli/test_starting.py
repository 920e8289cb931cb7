"""The command's first moments: an interrupt while modules are still being imported, help that can't be written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HOOKED = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs in the background has it ignored
moment, seen = int(sys.argv.pop(1)), 0
def interrupting(event, arguments):
    global seen
    if event in ("import", "marshal.loads", "exec"):
        seen += 1
        if seen == moment:
            os.kill(os.getpid(), signal.SIGINT)
from kmsdns.entry import main
sys.addaudithook(interrupting)
main()
"""
INTERRUPTED = (130, b"kmsdns: interrupted\n")


def interrupted_at(moment: int, *arguments: str) -> tuple[int, bytes]:
    """What the command comes to when the interrupt arrives at its so-manyth step of importing modules."""
    done = subprocess.run([sys.executable, "-c", HOOKED, str(moment), *arguments], capture_output=True, timeout=60)
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    "arguments", [("--help",), ("discover", "corp.test", "-s", "192.0.2.1", "--no-such"), ("explain", "SRV101")]
)
def test_an_interrupt_while_modules_are_imported(arguments: tuple[str, ...]) -> None:
    """At each of the first steps, then at every eleventh, until there are no more: the command ends by itself then."""
    told = []
    for moment in (*range(1, 24), *range(24, 5000, 11)):
        told.append(interrupted_at(moment, *arguments))
        if told[-1] != INTERRUPTED:
            break
    assert len(told) > 24, told
    assert set(told[:-1]) == {INTERRUPTED}
    assert told[-1] == interrupted_at(0, *arguments)


def test_an_interrupt_is_left_to_whoever_started_the_command_ignoring_it() -> None:
    """As nohup does, and a shell for what it runs in the background."""
    ignoring = HOOKED.replace("default_int_handler", "SIG_IGN")
    arguments = [sys.executable, "-c", ignoring, "9", "--version"]
    done = subprocess.run(arguments, capture_output=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
@pytest.mark.parametrize(
    "arguments", [["--help"], ["discover", "-h"], ["cache", "--help"], ["cache", "show", "--help"], ["--version"], []]
)
def test_help_that_cannot_be_written(arguments: list[str]) -> None:
    """The last: a script for completion."""
    completing = {} if arguments else {"_KMSDNS_COMPLETE": "bash_source"}
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "kmsdns", *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            env={**os.environ, **completing},
            timeout=60,
        )
    assert (done.returncode, done.stderr) == (
        2,
        b"kmsdns: cannot write to standard output: No space left on device\n",
    )
