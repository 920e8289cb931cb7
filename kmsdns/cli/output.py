"""Where output goes: standard output, files written atomically, and sentences on standard error."""

from __future__ import annotations

import os
import sys

from kmsdns.cli.statuses import USAGE
from kmsdns.errors import KmsdnsError
from kmsdns.model.names import shown
from kmsdns.model.safe import defused, safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, TextIO

_DEVICES = ("/dev/", "/proc/")


class Unwritable(KmsdnsError):
    """Output could not be delivered."""


def say(sentence: str) -> None:
    """A line on standard error, safe to print; nothing when standard error is closed."""
    try:
        _write(sys.stderr, defused(safe(sentence)) + "\n")
    except (OSError, ValueError):
        return


def complain(text: str) -> None:
    """What went wrong, on standard error; text from outside never begins a line."""
    for line in text.split("\n"):
        say(f"kmsdns: {line}")


def put(text: str) -> None:
    """Text to standard output. A reader that went away (a closed pipe) has seen what it wanted: no error."""
    if sys.stdout is None:
        raise Unwritable("cannot write: standard output is closed; give a file with -o FILE")
    try:
        _write(sys.stdout, text)
    except BrokenPipeError:
        _discard()
    except (OSError, ValueError) as error:
        _discard()
        raise Unwritable(f"cannot write to standard output: {why(error)}") from None


def put_octets(octets: bytes) -> None:
    """Octets to standard output as they are; for the rest as put()."""
    if sys.stdout is None:
        raise Unwritable("cannot write: standard output is closed")
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(octets)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        _discard()
    except (OSError, ValueError) as error:
        _discard()
        raise Unwritable(f"cannot write to standard output: {why(error)}") from None


def is_terminal() -> bool:
    """Whether standard output is read by a person."""
    return sys.stdout is not None and sys.stdout.isatty()


def flush(status: int) -> int:
    """Flushes standard output at the end; the exit status, changed when that fails."""
    if sys.stdout is None:
        return status
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _discard()
    except (OSError, ValueError) as error:
        _discard()
        complain(f"cannot write to standard output: {why(error)}")
        return USAGE
    return status


def write_file(path: str, text: str) -> None:
    """Text to a file, all of it or nothing: written beside it and moved there. A symbolic link stays one.

    What is no regular file (a pipe, /dev/stderr whatever it leads to) is written to as it is.
    """
    temporary = ""
    try:
        real = os.path.realpath(path)  # pathlib is slow to load
        folder, name = os.path.split(real)
        temporary = os.path.join(folder, f".{name}.{os.getpid()}.tmp")  # noqa: PTH118
        absolute = os.path.abspath(path)  # noqa: PTH100
        if absolute.startswith(_DEVICES) or (os.path.exists(real) and not os.path.isfile(real)):  # noqa: PTH110, PTH113
            with open(path, "a", encoding="utf-8") as device:  # noqa: PTH123
                device.write(text)
            return
        with open(temporary, "w", encoding="utf-8", newline="") as file:  # noqa: PTH123
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, real)  # noqa: PTH105
    except (OSError, ValueError) as error:  # ValueError: no system takes such a path
        if os.path.exists(temporary):  # noqa: PTH110
            os.unlink(temporary)  # noqa: PTH108
        raise Unwritable(f"cannot write {shown(path, 4096)}: {why(error)}") from None


def destinations(values: Mapping[str, Any]) -> list[tuple[str, str | None]]:
    """Each format with its file, None for standard output. KmsdnsError when two of them want the same place."""
    asked = [*values["format"], *(["json"] if values["json"] else [])] or ["text"]
    found = []
    for each in asked:
        name, equals, path = each.partition("=")
        found.append((name, path if equals else values["output"]))
    places = [path for _name, path in found]
    twice = next((path for path in places if places.count(path) > 1), "")
    if twice != "" and len(set(found)) == len(found):
        where = f"the file {twice}" if twice else "standard output"
        raise KmsdnsError(f"two formats go to {where}: give each but one its file, as -f {found[0][0]}=FILE")
    return list(dict.fromkeys(found))


def wants_color(choice: str, environment: dict[str, str]) -> bool:
    """Whether standard output is to be coloured: --color, then NO_COLOR, then FORCE_COLOR, then a terminal."""
    if choice != "auto":
        return choice == "always"
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return is_terminal() and environment.get("TERM") != "dumb"


def _write(stream: TextIO | None, text: str) -> None:
    if stream is None:
        return
    encoding = stream.encoding or "ascii"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
    stream.flush()


def _discard() -> None:
    """Nothing more goes to standard output; the interpreter's own flush at its end mustn't fail either."""
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115  # lives until the process ends


def why(error: Exception) -> str:
    """The end of a sentence about what could not be written."""
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
