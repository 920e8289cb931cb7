"""Evidence files: what --client names, read from disk or standard input. What they hold is kms.evidence's business."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from kmsdns.errors import UnreadableInput
from kmsdns.model.names import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_SIZE = 64 << 20
"""Octets of one file that are read; what no tool prints is cut off, and the reader says so."""
MAX_FILES = 1000
"""Files of one folder."""


def gather(paths: Iterable[str]) -> list[tuple[str, bytes]]:
    """Each file with its content, a folder as the files in it, "-" as standard input.

    Raises UnreadableInput, naming the path, when one can't be read or a folder holds no file.
    """
    found: list[tuple[str, bytes]] = []
    for path in paths:
        if path == "-":
            found.append(("-", _standard_input()))
        elif os.path.isdir(path):  # noqa: PTH112  # pathlib raises where a name is none
            inside = [(str(file), _content(str(file))) for file in _files(Path(path))]
            if not inside:
                raise UnreadableInput(f"{shown(path, 4096)} holds no file: name the files that a client's tools wrote")
            found += inside
        else:
            found.append((path, _content(path)))
    return found


def _files(folder: Path) -> Iterator[Path]:
    try:
        listed = sorted(each for each in folder.iterdir() if each.is_file() and not each.name.startswith("."))
    except OSError as error:
        raise UnreadableInput(f"cannot read {shown(str(folder), 4096)}: {error.strerror or error}") from None
    yield from listed[:MAX_FILES]


def _content(path: str) -> bytes:
    try:
        # Without O_NONBLOCK, a named pipe that nobody writes to would block for ever.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(descriptor, "rb") as file:
            return file.read(MAX_SIZE + 1) or b""
    except (OSError, ValueError) as error:
        why = (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
        raise UnreadableInput(f"cannot read {shown(path, 4096)}: {why}") from None


def _standard_input() -> bytes:
    if sys.stdin is None:
        raise UnreadableInput("cannot read standard input: it is closed")
    try:
        return sys.stdin.buffer.read(MAX_SIZE + 1)
    except (OSError, ValueError) as error:
        raise UnreadableInput(f"cannot read standard input: {error}") from None
