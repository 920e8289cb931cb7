"""bundle: the JSON of `kmsdns collect`, version 1 (evidence.bundle_types), to facts (evidence.gathered).

What breaks the schema is told with the line where it does.
"""

from __future__ import annotations

import re

import msgspec

from kmsdns.kms.evidence.bundle_types import VERSION, Bundle
from kmsdns.kms.evidence.gathered import write_down
from kmsdns.kms.evidence.notes import Notes
from kmsdns.kms.evidence.sections import MAX_SECTION
from kmsdns.kms.evidence.text import drop_keys, redact

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.kms.evidence.facts import Facts
    from kmsdns.kms.evidence.sections import Section

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[{}\[\]]|\n')
_PATH = re.compile(r"\$\.(\w+)(?:\[(\d+)\])?")
_AT = re.compile(r"\(byte (\d+)\)")


def read(section: Section) -> Facts:
    """The facts of one bundle; of one that breaks the schema only where it does."""
    notes = Notes(section)
    if section.is_cut:
        notes.unread((section.first, "bundle:"), f"a bundle of more than {MAX_SECTION} characters")
        return notes.facts()
    raw = drop_keys(section.raw)
    lines = _Lines(raw, section.first)
    try:
        bundle = msgspec.json.decode(raw.encode("utf-8", "replace"), type=Bundle)
    except (msgspec.DecodeError, RecursionError) as error:
        sentence = redact(str(error)) if not isinstance(error, RecursionError) else "it is nested too deeply"
        notes.unread((lines.of_error(str(error)), "bundle:"), f"no bundle of version {VERSION}: {sentence}")
        return notes.facts()
    write_down(notes, bundle, lines.of)
    return notes.facts()


class _Lines:
    """Where the objects of a bundle begin: the n-th of each list at the top, and the lists themselves."""

    def __init__(self, raw: str, first: int) -> None:
        self.raw, self.first = raw, first
        self._found: dict[tuple[str, int], int] = {}
        line, depth, field = first, 0, ""
        counted: dict[str, int] = {}
        for token in _TOKEN.finditer(raw):
            text = token.group()
            if text == "\n":
                line += 1
            elif text in "{[":
                depth += 1
                if text == "{" and depth == 3:
                    at = counted.get(field, 0)
                    counted[field] = at + 1
                    self._found[field, at] = line
            elif text in "}]":
                depth -= 1
            elif depth == 1:
                field = text[1:-1]
                self._found.setdefault((field, -1), line)

    def of(self, field: str, at: int = -1) -> int:
        """The line of a field, or of the at-th object in its list."""
        return self._found.get((field, at), self.first)

    def of_error(self, sentence: str) -> int:
        """The line that a complaint of msgspec is about."""
        if (byte := _AT.search(sentence)) is not None:
            octets = self.raw.encode("utf-8", "replace")[: int(byte.group(1))]
            return self.first + octets.count(b"\n")
        path = _PATH.search(sentence)
        return self.of(path.group(1), int(path.group(2) or -1)) if path is not None else self.first
