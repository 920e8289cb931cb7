"""Spec files from disk and standard input, and what they may name beside them. What they say is expectations.reader's.

A folder is the *.kmsdns.toml (.json, .yaml, .yml) in it.
"""

from __future__ import annotations

from pathlib import Path

from kmsdns.errors import UnreadableInput
from kmsdns.expectations import reader
from kmsdns.model.names import shown
from kmsdns.net.client.system import parse_servers
from kmsdns.net.files.gathering import content as octets_of
from kmsdns.net.files.gathering import standard_input
from kmsdns.net.files.zones import read_zone

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kmsdns.expectations.values import Spec
    from kmsdns.zone.zone import Zone

MAX_SIZE = 16 << 20
"""Octets of a spec."""

ENDINGS = ("*.kmsdns.toml", "*.kmsdns.json", "*.kmsdns.yaml", "*.kmsdns.yml")
"""What counts as a spec in a folder."""


class OnDisk:
    """A folder, as a spec in it sees it (expectations.words.Folder)."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def exists(self, path: Path) -> bool:
        """Whether there is such a file."""
        try:
            return path.exists()
        except (OSError, ValueError):
            return False

    def zone(self, path: Path) -> Zone:
        """The zone of a file. UnreadableInput when there is none."""
        return read_zone(path)

    def check_server(self, text: str) -> None:
        """InvalidServer unless this is how a server is named. A host's name is not looked up."""
        parse_servers(text, look_up=False)


def read(*paths: str | Path) -> tuple[Spec, ...]:
    """The specs in these files and folders, "-" for standard input (TOML), each file once.

    Raises UnreadableInput, with a line for each mistake: path, line, column and what was expected there.
    """
    specs, told = [], []
    for path in dict.fromkeys(_listed(paths)):
        try:
            specs.append(read_text(path, _text(path)))
        except UnreadableInput as error:
            told.append(str(error))
    if told:
        raise UnreadableInput("\n".join(told))
    return tuple(specs)


def read_text(path: str, text: str) -> Spec:
    """A spec from its text, as if it stood at that path."""
    return reader.read_text(path, text, OnDisk(Path(path).parent if path != "-" else Path()))


def _listed(paths: Sequence[str | Path]) -> Iterator[str]:
    for path in map(str, paths):
        try:
            is_folder = path != "-" and Path(path).is_dir()
        except (OSError, ValueError):
            is_folder = False  # reading it will say why
        if not is_folder:
            yield path
            continue
        inside = sorted({str(each) for ending in ENDINGS for each in Path(path).glob(ending)})
        if not inside:
            raise UnreadableInput(f"{shown(path, 4096)}: no spec in this folder ({', '.join(ENDINGS)})")
        yield from inside


def _text(path: str) -> str:
    name = shown(path, 4096)[1:-1]
    try:
        octets = standard_input() if path == "-" else octets_of(path)
        if len(octets) > MAX_SIZE:
            raise UnreadableInput(f"{name}: has over {MAX_SIZE} octets; it can't be a spec")
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise UnreadableInput(f"{name}:{line}: this is no UTF-8, as a spec must be") from None
    except OSError as error:
        raise UnreadableInput(f"{name}: cannot be read: {error.strerror or error}") from None
    except ValueError:
        raise UnreadableInput(f"{name}: cannot be read: it holds a character that no path can hold") from None
