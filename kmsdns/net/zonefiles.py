"""Zone files from disk: read, refused with what is wrong, watched; their includes stay in one folder.

An included file is opened folder by folder from the root that was allowed, no symbolic link is followed on the way, and
only a regular file is read. Nothing of any other file can come into a message.
"""

from __future__ import annotations

import errno
import gc
import os
import stat
from pathlib import Path

from kmsdns.core.findings import Severity
from kmsdns.core.names import shown
from kmsdns.errors import UnreadableInput
from kmsdns.zone.authority import authority
from kmsdns.zone.collector import paused
from kmsdns.zone.reader import load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kmsdns.core.findings import Finding
    from kmsdns.zone.zone import Zone

ENDINGS = ("*.zone", "*.db", "db.*")
"""What counts as a zone file in a folder."""

MAX_INCLUDED = 10_000_000
"""Octets that the files which one zone includes may have together."""

MAX_INCLUDES = 1000
"""How many files one zone may include."""

_MANY = 100_000  # records
_TOLD = 5  # findings quoted when a zone is refused
_FLAGS = sum({getattr(os, flag, 0) for flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY")})
_FOLDER_FLAGS = sum({getattr(os, flag, 0) for flag in ("O_NOFOLLOW", "O_DIRECTORY", "O_CLOEXEC")})


def read_zones(paths: Sequence[str | Path], include_root: str | Path | None = None) -> tuple[Zone, ...]:
    """The zones in these files, and in the zone files of these folders, ready to answer from.

    $INCLUDE works for files inside include_root, and not at all without one. Raises UnreadableInput for a file that
    can't be opened, one in which a record is wrong (the first few are quoted), and two files of the same zone.
    """
    zones: dict[str, tuple[Path, Zone]] = {}
    with paused():
        for path in _files(paths):
            zone = read_zone(path, include_root)
            origin = (zone.origin or "").lower()
            if origin in zones:
                raise UnreadableInput(f"{path} and {zones[origin][0]} both hold the zone {origin}: serve one of them")
            zones[origin] = (path, zone)
            authority(zone)  # else the first question would wait for it
        if sum(len(zone.records) for _path, zone in zones.values()) > _MANY:
            gc.freeze()  # no cycle can be among them: let the collector not look again and again
    return tuple(zone for _path, zone in zones.values())


def read_zone(path: Path, include_root: str | Path | None = None) -> Zone:
    """The zone in one file. Raises UnreadableInput as read_zones does."""
    name = shown(str(path), 4096)[1:-1]
    try:
        octets = path.read_bytes()
    except OSError as error:
        raise UnreadableInput(f"{name}: cannot be read: {error.strerror or error}") from None
    except ValueError:
        raise UnreadableInput(f"{name}: cannot be read: it holds a character that no path can hold") from None
    zone = load(octets, path=name, read=None if include_root is None else Included(include_root))
    refuse_errors(zone, name)
    return zone


class Included:
    """Called with a path, it gives the octets of a file inside a folder; OSError for anything else.

    Counts what it has given: one of these is for one zone. UnreadableInput when the folder is none.
    """

    def __init__(self, root: str | Path) -> None:
        try:
            self._root = Path(root).resolve(strict=True)
            is_folder = self._root.is_dir()
        except (OSError, ValueError, RuntimeError):
            is_folder = False
        if not is_folder:
            raise UnreadableInput(f"{shown(str(root))} is no folder that files could be included from")
        self._octets = MAX_INCLUDED
        self._files = MAX_INCLUDES

    def __call__(self, path: str) -> bytes:
        """The octets of the file. Raises OSError, whose strerror is a sentence's end."""
        try:
            real = Path(path).resolve()
        except (OSError, ValueError, RuntimeError):  # a loop of links, a NUL, a name too long
            raise OSError(errno.EINVAL, "it is no path of a file") from None
        if not real.is_relative_to(self._root) or real == self._root:
            raise OSError(errno.EACCES, "it is not inside the folder that files may be included from")
        if not self._files:
            raise OSError(errno.EMFILE, f"{MAX_INCLUDES} included files are the most")
        self._files -= 1
        descriptor = _open(self._root, real.relative_to(self._root).parts)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise OSError(errno.EACCES, "it is no regular file")
            with os.fdopen(os.dup(descriptor), "rb") as file:
                data = file.read(self._octets + 1)
        finally:
            os.close(descriptor)
        if len(data) > self._octets:
            raise OSError(errno.EFBIG, f"included files of {MAX_INCLUDED} octets together are the most")
        self._octets -= len(data)
        return data


def _open(root: Path, parts: Sequence[str]) -> int:
    """A descriptor of a file below root. A link that came between the check and this is not followed."""
    if os.open not in os.supports_dir_fd:
        return os.open(root.joinpath(*parts), os.O_RDONLY | _FLAGS)
    folder = os.open(root, os.O_RDONLY | _FOLDER_FLAGS)
    try:
        for part in parts[:-1]:
            inner = os.open(part, os.O_RDONLY | _FOLDER_FLAGS, dir_fd=folder)
            os.close(folder)
            folder = inner
        return os.open(parts[-1], os.O_RDONLY | _FLAGS, dir_fd=folder)
    finally:
        os.close(folder)


def refuse_errors(zone: Zone, name: str) -> None:
    """Raises UnreadableInput when the zone has a finding at error severity: a server mustn't serve half of it."""
    errors = [finding for finding in zone.findings if finding.severity is Severity.ERROR]
    if errors:
        more = f"\n(and {len(errors) - _TOLD} more)" if len(errors) > _TOLD else ""
        raise UnreadableInput("\n".join([_line(finding, name) for finding in errors[:_TOLD]]) + more)


def stamps(paths: Sequence[str | Path]) -> tuple[tuple[str, int, int], ...]:
    """What changes when one of the files does: its path, time of change (ns) and size. A missing file is left out."""
    found = []
    for path in _files(paths):
        try:
            status = path.stat()
        except (OSError, ValueError):
            continue
        found.append((str(path), status.st_mtime_ns, status.st_size))
    return tuple(found)


def _files(paths: Sequence[str | Path]) -> list[Path]:
    found: list[Path] = []
    for path in map(Path, paths):
        try:
            is_folder = path.is_dir()
        except OSError:
            is_folder = False  # reading it will say why
        if not is_folder:
            found.append(path)
            continue
        inside = sorted({each for ending in ENDINGS for each in path.glob(ending)})
        if not inside:
            raise UnreadableInput(f"{path}: no zone file in this folder ({', '.join(ENDINGS)})")
        found += inside
    return list(dict.fromkeys(found))


def _line(finding: Finding, name: str) -> str:
    place = finding.location
    where = f"{place.path}:{place.line}:{place.column}" if place else name
    return f"{where}: {finding.severity}[{finding.code}] {finding.message}"
