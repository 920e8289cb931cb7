"""What words of a spec stand for: records, and files beside it; what stands for nothing is a mistake."""

from __future__ import annotations

from kmsdns.errors import InvalidName, InvalidServer
from kmsdns.model import names
from kmsdns.zone.reader import load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Protocol, TypeVar

    from kmsdns.expectations import places
    from kmsdns.expectations.mistakes import Mistakes
    from kmsdns.model.messages import Question
    from kmsdns.model.records import Rdata
    from kmsdns.zone.zone import Zone

    T = TypeVar("T")

    class Folder(Protocol):
        """Where a spec stands, and what it may name there. What reads files and servers is net.files.specs."""

        path: Path  # what the paths of a spec are relative to

        def exists(self, path: Path) -> bool:
            """Whether there is such a file."""

        def zone(self, path: Path) -> Zone:
            """The zone of a file. UnreadableInput when there is none."""

        def check_server(self, text: str) -> None:
            """InvalidServer unless this is how a server is named."""


def tried(mistakes: Mistakes, path: places.Path, read: Callable[[], T]) -> T | None:
    """What a text is read as; a mistake, and None, when it can't be."""
    try:
        return read()
    except (InvalidName, InvalidServer, ValueError) as error:
        mistakes.add(path, str(error))
        return None


def existing(mistakes: Mistakes, folder: Folder, path: places.Path, text: str) -> Path | None:
    """A file, whose path is relative to the folder; a mistake, and None, when it isn't there."""
    found = folder.path / text
    if folder.exists(found):
        return found
    mistakes.add(path, f"there is no file {names.shown(str(found), 4096)}")
    return None


def rdata_from_text(question: Question, text: str) -> Rdata:
    """Rdata in presentation form, its names absolute with or without a final dot. ValueError with what is wrong."""
    if "\n" in text or "\r" in text:
        raise ValueError(f"{names.shown(text)} is no {question.rdtype} record: write its rdata, in one line")
    zone = load(f"{question.name} 0 IN {question.rdtype} {text}\n", origin=".", is_zone=False)
    if len(zone.records) != 1:
        why = f": {zone.findings[0].message}" if zone.findings else ""
        raise ValueError(f"{names.shown(text)} is no {question.rdtype} record{why}")
    return zone.records[0].rdata
