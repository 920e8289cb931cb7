"""What words of a spec stand for: records, and files beside it; what stands for nothing is a mistake."""

from __future__ import annotations

from kmsdns.core import names
from kmsdns.errors import InvalidName, InvalidServer
from kmsdns.zone.reader import load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import TypeVar

    from kmsdns.core.messages import Question
    from kmsdns.core.records import Rdata
    from kmsdns.spec import places
    from kmsdns.spec.mistakes import Mistakes

    T = TypeVar("T")


def tried(mistakes: Mistakes, path: places.Path, read: Callable[[], T]) -> T | None:
    """What a text is read as; a mistake, and None, when it can't be."""
    try:
        return read()
    except (InvalidName, InvalidServer, ValueError) as error:
        mistakes.add(path, str(error))
        return None


def existing(mistakes: Mistakes, folder: Path, path: places.Path, text: str) -> Path | None:
    """A file, whose path is relative to the folder; a mistake, and None, when it isn't there."""
    found = folder / text
    try:
        if found.exists():
            return found
    except (OSError, ValueError):
        pass
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
