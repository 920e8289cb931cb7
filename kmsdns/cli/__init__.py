"""The command line: the only place that prints, reads the environment, and exits."""

from __future__ import annotations

import gc
import sys

from kmsdns.cli.statuses import INTERRUPTED, UNKNOWN, USAGE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import NoReturn


def main() -> NoReturn:
    """The kmsdns command."""
    gc.set_threshold(10_000, 10, 10)  # nearly all that is made while modules load stays: don't search it so often
    status = run(sys.argv[1:])
    # Flushes what is left, so that a reader who went away is noticed here and not at the interpreter's exit.
    from kmsdns.cli.output import flush

    status = flush(status)
    gc.freeze()  # else the interpreter, before it ends, would look for cycles in all that goes with it
    sys.exit(status)


def run(arguments: Sequence[str]) -> int:
    """Runs one command line and returns its exit status. Only --debug lets an exception through."""
    from kmsdns.cli.config import is_on, is_plugin

    debug = "--debug" in arguments or is_on("KMSDNS_DEBUG")
    return guarded(lambda: _dispatch(arguments), debug=debug, as_plugin=is_plugin(arguments))


def _dispatch(arguments: Sequence[str]) -> int:
    if arguments and arguments[0] in ("discover", "diagnose", "validate"):
        from kmsdns.cli.config import is_configured

        if not is_configured():
            status = _plainly(arguments[0], arguments[1:])
            if status is not None:
                return status
    from kmsdns.cli.group import run as run_group

    return run_group(arguments)


def _plainly(command: str, arguments: Sequence[str]) -> int | None:
    """Runs a command whose options need no click; None when they do."""
    from kmsdns.cli import plain
    from kmsdns.cli.options import COMMANDS

    values = plain.parse(arguments, COMMANDS[command]())
    if values is None:
        return None
    if command == "discover":
        from kmsdns.cli.discover import run
    elif command == "diagnose":
        from kmsdns.cli.diagnose import run
    else:
        from kmsdns.cli.validate import run

        values["paths"] = values.pop("names")
    return run(values)


def guarded(command: Callable[[], int], *, debug: bool, as_plugin: bool = False) -> int:
    """The exit status of a command, whatever happens in it: a sentence on standard error takes a traceback's place.

    as_plugin: a monitoring system started it, which reads standard output and takes 2 for CRITICAL.
    """
    told = _told_as_plugin if as_plugin else _told
    try:
        return command()
    except KeyboardInterrupt:
        if debug:
            raise
        return _told("interrupted", INTERRUPTED)
    except Exception as error:
        if debug:
            raise
        from kmsdns.errors import KmsdnsError, NoAnswer

        if isinstance(error, KmsdnsError):
            return told(str(error), UNKNOWN if isinstance(error, NoAnswer) else USAGE)
        what = f"{type(error).__name__}: {error}"
        return told(f"internal error: {what} (--debug shows where; please report it)", UNKNOWN)


def _told(sentence: str, status: int) -> int:
    from kmsdns.cli.output import complain

    complain(sentence)
    return status


def _told_as_plugin(sentence: str, status: int) -> int:
    from kmsdns.cli.output import Unwritable, put
    from kmsdns.formats.monitoring.nagios import unknown

    try:
        put(unknown(sentence))
    except Unwritable:
        return _told(sentence, status)
    return UNKNOWN
