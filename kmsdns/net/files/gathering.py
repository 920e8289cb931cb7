"""Zone files for a validation: each is read whatever it holds; what can't be opened is a finding among the others."""

from __future__ import annotations

import os
import re
import stat
import sys

from kmsdns.errors import InvalidName, UnreadableInput
from kmsdns.jobs.document import Document
from kmsdns.model.names import from_text, shown
from kmsdns.model.pattern import pattern
from kmsdns.net.files.zones import ENDINGS, Included
from kmsdns.zone.collector import paused
from kmsdns.zone.columns import Untold, Unusual
from kmsdns.zone.complaints import INCLUDE_UNUSABLE, complaint
from kmsdns.zone.reader import load
from kmsdns.zone.zone import Zone

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    Part = Callable[[bytes, str | None, str], Zone]  # of octets, an origin if it is known, a path; or Unusual

MAX_SIZE = 1 << 30
"""Octets of one zone file."""

_NAMED = pattern(r"(?:db\.)?(.+?)(?:\.(?:zone|db|hosts|dns|txt))?$", re.IGNORECASE)


def gather(
    paths: Sequence[str | Path],
    *,
    origin: str | None = None,
    include_root: str | Path | None = None,
    part: Part | None = None,
) -> list[Document]:
    """Each zone with its octets, a folder as the zone files in it, "-" as standard input.

    origin completes the names of a file that doesn't tell it; without it, a file named after its domain does. A file
    that can't be read comes as an empty zone that says so. part: what makes a zone of the part of a file that matters,
    for a file that is the only one; where it can't, all of the file is read. Raises UnreadableInput when nothing could
    be read.
    """
    listed = list(_listed(paths))
    found = [_read(path, origin, include_root, part if len(listed) == 1 else None) for path in listed]
    told = [document.zone.findings[0].message for document in found if _is_unreadable(document.zone)]
    if found and len(told) == len(found):
        raise UnreadableInput("\n".join(told))
    return found


def _is_unreadable(zone: Zone) -> bool:
    return not zone.sources


def _read(path: str, origin: str | None, include_root: str | Path | None, part: Part | None) -> Document:
    name = shown(path, 4096)[1:-1]
    read = reading(path, name, origin, include_root)
    try:
        octets = standard_input() if path == "-" else content(path)
    except (OSError, ValueError) as error:
        why = (error.strerror or str(error)) if isinstance(error, OSError) else "no path can hold such a character"
        return Document(path=name, octets=b"", zone=_unreadable(name, f"{name} cannot be read: {why}"), read=read)
    is_file = path != "-" and os.path.isfile(path)  # noqa: PTH113
    zone = read(octets) if part is None else _part(part, octets, path, name, origin) or read(octets)
    return Document(path=name, octets=octets, zone=zone, read=read, file=path if is_file else None)


def reading(
    path: str, name: str, origin: str | None, include_root: str | Path | None = None
) -> Callable[[bytes], Zone]:
    """How the octets of a file are read: locations say name; the origin is the one given, or told, or in its path."""

    def read(octets: bytes) -> Zone:
        included = None if include_root is None else Included(include_root)
        zone = load(octets, origin, path=name, read=included)
        guessed = _origin_of(path) if zone.origin is None and origin is None else None
        if guessed is not None:
            included = None if include_root is None else Included(include_root)
            zone = load(octets, guessed, path=name, read=included)
        return zone

    return read


def _part(part: Part, octets: bytes, path: str, name: str, origin: str | None) -> Zone | None:
    """A part of the zone, None where only the whole will do."""
    with paused():
        for each in dict.fromkeys((origin, origin or _origin_of(path))):
            try:
                return part(octets, each, name)
            except Untold:
                continue
            except Unusual:
                break
    return None


def _unreadable(name: str, message: str) -> Zone:
    finding = complaint(INCLUDE_UNUSABLE, name, message)
    return Zone(origin=None, records=(), findings=(finding,))


def _origin_of(path: str) -> str | None:
    """The domain that a file is named after: contoso.com.zone, db.contoso.com. None when its name is none."""
    match = _NAMED.match(os.path.basename(path))  # noqa: PTH119  # pathlib is slow to load
    if match is None or "." not in match.group(1).strip("."):
        return None
    try:
        return from_text(match.group(1))
    except InvalidName:
        return None


def _listed(paths: Sequence[str | Path]) -> Iterator[str]:
    """The files, each once; UnreadableInput for a folder without any."""
    once: dict[str, str] = {}
    for path in map(str, paths):
        if path == "-" or not os.path.isdir(path):  # noqa: PTH112  # pathlib raises for what is no path
            once.setdefault(_real(path), path)
            continue
        from pathlib import Path

        inside = sorted({str(each) for ending in ENDINGS for each in Path(path).glob(ending)})
        if not inside:
            raise UnreadableInput(f"{shown(path, 4096)}: no zone file in this folder ({', '.join(ENDINGS)})")
        for each in inside:
            once.setdefault(_real(each), each)
    yield from once.values()


def _real(path: str) -> str:
    """What tells that two paths lead to one file."""
    try:
        return path if path == "-" else os.path.realpath(path)
    except (OSError, ValueError):
        return path


def content(path: str) -> bytes:
    """The octets of a file or a pipe. Raises OSError, whose strerror is a sentence's end, or ValueError."""
    # Without O_NONBLOCK, a named pipe that nobody writes to would block for ever.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode) and not _is_pipe(descriptor):
            raise OSError(22, "it is no regular file")
        if hasattr(os, "O_NONBLOCK"):  # elsewhere it blocks, and set_blocking is missing or takes pipes only
            os.set_blocking(descriptor, True)
        octets = file.read(MAX_SIZE + 1)
    if len(octets) > MAX_SIZE:
        raise OSError(27, f"it is larger than {MAX_SIZE} octets")
    return octets


def _is_pipe(descriptor: int) -> bool:
    """As a shell makes one for <(command)."""
    return stat.S_ISFIFO(os.fstat(descriptor).st_mode)


def standard_input() -> bytes:
    """The octets of standard input, as many as a file may have. Raises OSError when it is closed."""
    if sys.stdin is None:
        raise OSError(9, "standard input is closed")
    return sys.stdin.buffer.read(MAX_SIZE + 1)[:MAX_SIZE]
