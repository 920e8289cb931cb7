"""Zone files from disk: read, refused with what is wrong with them, watched."""

from __future__ import annotations

from pathlib import Path

from kmsdns.core.findings import Severity
from kmsdns.core.names import shown
from kmsdns.errors import UnreadableInput
from kmsdns.zone.reader import load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kmsdns.core.findings import Finding
    from kmsdns.zone.zone import Zone

ENDINGS = ("*.zone", "*.db", "db.*")
"""What counts as a zone file in a folder."""

_TOLD = 5  # findings quoted when a zone is refused


def read_zones(paths: Sequence[str | Path]) -> tuple[Zone, ...]:
    """The zones in these files, and in the zone files of these folders.

    Raises UnreadableInput for a file that can't be opened, one in which a record is wrong (the first few are quoted),
    and two files of the same zone.
    """
    zones: dict[str, tuple[Path, Zone]] = {}
    for path in _files(paths):
        zone = read_zone(path)
        origin = (zone.origin or "").lower()
        if origin in zones:
            raise UnreadableInput(f"{path} and {zones[origin][0]} both hold the zone {origin}: serve one of them")
        zones[origin] = (path, zone)
    return tuple(zone for _path, zone in zones.values())


def read_zone(path: Path) -> Zone:
    """The zone in one file. Raises UnreadableInput as read_zones does."""
    name = shown(str(path), 4096)[1:-1]
    try:
        octets = path.read_bytes()
    except OSError as error:
        raise UnreadableInput(f"{name}: cannot be read: {error.strerror or error}") from None
    zone = load(octets, path=name)
    refuse_errors(zone, name)
    return zone


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
        except OSError:
            continue
        found.append((str(path), status.st_mtime_ns, status.st_size))
    return tuple(found)


def _files(paths: Sequence[str | Path]) -> list[Path]:
    found: list[Path] = []
    for path in map(Path, paths):
        if not path.is_dir():
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
