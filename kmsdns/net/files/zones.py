"""Zone files from disk: read, refused with what is wrong, watched; their includes stay in one folder.

An included file is opened folder by folder from the root that was allowed, no symbolic link is followed on the way, and
only a regular file is read. Nothing of any other file can come into a message.
"""

from __future__ import annotations

import errno
import gc
import os
import stat

from kmsdns.errors import UnreadableInput
from kmsdns.model.findings import Severity
from kmsdns.model.names import shown
from kmsdns.zone.authority import authority
from kmsdns.zone.collector import paused
from kmsdns.zone.reader import load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kmsdns.model.findings import Finding
    from kmsdns.zone.zone import Zone

    ZoneSource = str | os.PathLike[str]
    """A path, or a zone's text: a str with a line break in it."""
    Stamp = tuple[int, int] | None
    """What changes when a file does: the time of its change (ns) and its size. None when there is none."""

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


class ZoneFiles:
    """Zone files, and those that they include, to be read again when one of them has changed.

    paths and include_root are as read_zones has them. The constructor does no I/O.
    """

    def __init__(self, paths: Sequence[str | Path], include_root: str | Path | None = None) -> None:
        self._paths, self._include_root = tuple(paths), include_root
        self._seen: tuple[tuple[str, int, int], ...] = ()
        self._included: dict[str, Stamp] = {}

    def read(self) -> tuple[Zone, ...]:
        """The zones as they are now. Raises UnreadableInput as read_zones does."""
        # All is looked at before it is read, so that no change in between is missed.
        before = {path: _stamp(path) for path in self._included}
        included: dict[str, Stamp] = {}
        self._seen = stamps(self._paths)
        try:
            zones = read_zones(self._paths, self._include_root, included)
        except UnreadableInput:
            self._included = before | included  # to mend one of them may be all it takes
            raise
        self._included = included
        return zones

    def have_changed(self) -> bool:
        """Whether a file is another than when it was last looked at, for this or to be read; or is there since."""
        try:
            seen = stamps(self._paths)
        except UnreadableInput:
            return False  # the folder is empty just now; the next look may find it whole
        included = {path: _stamp(path) for path in self._included}
        changed = (seen, included) != (self._seen, self._included)
        self._seen, self._included = seen, included
        return changed


def read_zones(
    paths: Sequence[str | Path], include_root: str | Path | None = None, included: dict[str, Stamp] | None = None
) -> tuple[Zone, ...]:
    """The zones in these files, and in the zone files of these folders, ready to answer from.

    $INCLUDE works for files inside include_root, and not at all without one; each that is asked for is put into
    included, as it was just before it was read. Raises UnreadableInput for a file that can't be opened, one in which a
    record is wrong (the first few are quoted), and two files of the same zone.
    """
    zones: dict[str, tuple[Path, Zone]] = {}
    with paused():
        for path in _files(paths):
            zone = read_zone(path, include_root, included)
            origin = (zone.origin or "").lower()
            if origin in zones:
                raise UnreadableInput(f"{path} and {zones[origin][0]} both hold the zone {origin}: serve one of them")
            zones[origin] = (path, zone)
            authority(zone)  # else the first question would wait for it
        if sum(len(zone.records) for _path, zone in zones.values()) > _MANY:
            gc.freeze()  # no cycle can be among them: let the collector not look again and again
    return tuple(zone for _path, zone in zones.values())


def zones_of(source: ZoneSource | Sequence[ZoneSource]) -> list[Zone]:
    """The zones of a path (of a file or a folder), of a text, or of several of these; as read_zones has them."""
    if not isinstance(source, str) and not hasattr(source, "__fspath__"):
        return [zone for each in source for zone in zones_of(each)]
    if isinstance(source, str) and "\n" in source:
        zone = load(source)
        refuse_errors(zone, "<zone>")
        return [zone]
    from pathlib import Path  # slow to load, here and below

    return list(read_zones([Path(source)]))


def read_zone(path: Path, include_root: str | Path | None = None, included: dict[str, Stamp] | None = None) -> Zone:
    """The zone in one file. As read_zones, which raises the same."""
    name = shown(str(path), 4096)[1:-1]
    try:
        octets = path.read_bytes()
    except OSError as error:
        raise UnreadableInput(f"{name}: cannot be read: {error.strerror or error}") from None
    except ValueError:
        raise UnreadableInput(f"{name}: cannot be read: it holds a character that no path can hold") from None
    zone = load(octets, path=name, read=None if include_root is None else Included(include_root, included))
    refuse_errors(zone, name)
    return zone


class Included:
    """Called with a path, it gives the octets of a file inside a folder; OSError for anything else.

    Counts what it has given: one of these is for one zone. What was asked for is put into seen, be it there or not.
    UnreadableInput when the folder is none.
    """

    def __init__(self, root: str | Path, seen: dict[str, Stamp] | None = None) -> None:
        from pathlib import Path

        try:
            self._root = Path(root).resolve(strict=True)
            is_folder = self._root.is_dir()
        except (OSError, ValueError, RuntimeError):
            is_folder = False
        if not is_folder:
            raise UnreadableInput(f"{shown(str(root))} is no folder that files could be included from")
        self._seen = {} if seen is None else seen
        self._octets = MAX_INCLUDED
        self._files = MAX_INCLUDES

    def __call__(self, path: str) -> bytes:
        """The octets of the file. Raises OSError, whose strerror is a sentence's end."""
        from pathlib import Path

        try:
            real = Path(path).resolve()
        except (OSError, ValueError, RuntimeError):  # a loop of links, a NUL, a name too long
            raise OSError(errno.EINVAL, "it is no path of a file") from None
        if not real.is_relative_to(self._root) or real == self._root:
            raise OSError(errno.EACCES, "it is not inside the folder that files may be included from")
        if not self._files:
            raise OSError(errno.EMFILE, f"{MAX_INCLUDES} included files are the most")
        self._files -= 1
        self._seen[path] = _stamp(path)
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
    found = [(str(path), _stamp(path)) for path in _files(paths)]
    return tuple([(path, *stamp) for path, stamp in found if stamp is not None])


def _stamp(path: str | Path) -> Stamp:
    try:
        status = os.stat(path)  # noqa: PTH116
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size


def _files(paths: Sequence[str | Path]) -> list[Path]:
    from pathlib import Path

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
    return f"{finding.location or name}: {finding.severity}[{finding.code}] {finding.message}"
