"""What Windows exports in place of a master file, read as one: dnscmd's listings and the list of DNS Manager.

dnscmd /ZoneExport writes a master file with the age of each dynamic record behind its owner, and the zone's name in a
comment only. dnscmd /EnumRecords puts a sentence before and after. DNS Manager's "Export List" is a table with tabs:
name, type, data, time. Its words are in the language of the system, but for the mnemonic of the type.
"""

from __future__ import annotations

import re

from kmsdns.errors import InvalidName
from kmsdns.model import names
from kmsdns.model.pattern import pattern
from kmsdns.model.records import RDTYPES
from kmsdns.zone.complaints import WINDOWS_EXPORT_DIALECT, ZoneSyntaxError
from kmsdns.zone.lexer import Entry, Token, TokenKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TTL = 3600
"""Seconds; what Windows gives a record by itself, and a list does not show."""

_SOA_TIMES = ["900", "600", "86400", "3600"]  # the list does not show them either: Windows' own
_FRAMES = (["returned", "records:"], ["command", "completed", "successfully."])
_DATABASE = pattern(r"^;\s+Database file [^\n]*? for (?:[^\n]* zone )?([^\s;]+?)\.?(?: zone)?\.\s*$", re.MULTILINE)
_ROW = pattern(r"([^\t\n]*)\t([^\t\n]*\(([A-Z][A-Z0-9]{0,9})\))\t([^\t\n]+)")
_MARKS = pattern(r"[\[\],]")
_HEAD = 2000  # characters in which a file shows what it is


def origin(text: str) -> str | None:
    """The zone that the comment at the top of a Windows zone file names."""
    match = _DATABASE.search(text[:_HEAD])
    try:
        return names.from_text(match[1]) if match is not None else None
    except InvalidName:
        return None


def check_type(word: str, at: int) -> None:
    """Raises ZoneSyntaxError about a type that Windows alone has, to look names up by WINS: no error."""
    if word in ("WINS", "WINSR", "WINS-R"):
        raise ZoneSyntaxError(WINDOWS_EXPORT_DIALECT, f"{word} is a record of Windows alone; it is passed over", at)


def is_frame(words: Sequence[str]) -> bool:
    """Whether a line is one of the sentences around the records that dnscmd lists."""
    return [word.lower() for word in words] in _FRAMES


def is_list(text: str) -> bool:
    """Whether a text is a list of DNS Manager: a head of three columns or more, and a row that shows its type."""
    head, _, rest = text[:_HEAD].lstrip("\ufeff\r\n").partition("\n")
    cells = head.split("\t")
    if len(cells) < 3 or not all(cell.strip() for cell in cells) or cells[1].upper() in ("IN", *RDTYPES):
        return False
    return any(_ROW.match(line) for line in rest.split("\n"))


class _Row(Entry):
    """A row as if it were a line of a master file: the words of the name's cell, the type's and the data's."""

    __slots__ = ("_cells",)

    def __init__(self, words: list[str], line: int, start: int, end: int, cells: list[Token]) -> None:
        super().__init__(words, False, line, start, start, end)
        self._cells = cells

    def tokens(self, _text: str) -> list[Token]:
        """The cells that the words are from, index for index."""
        return [self._cells[min(at, 2)] for at in range(len(self.words))]


def rows(text: str) -> Iterator[Entry]:
    """The records of such a list. Rows without data, of a folder, are none."""
    at = 0
    for line, content in enumerate(text.split("\n"), 1):
        match = _ROW.match(content.removesuffix("\r"))
        if match is not None:
            owner, rdtype, data = match[1].strip(), match[3], match[4].strip()
            cells = [
                Token(TokenKind.WORD, match[group], at + match.start(group), line, match.start(group) + 1)
                for group in (1, 2, 4)
            ]  # fmt: skip
            name = "@" if owner.startswith("(") or not owner else owner
            yield _Row([name, rdtype, *_words(rdtype, data)], line, at, at + match.end(), cells)
        at += len(content) + 1


def _words(rdtype: str, data: str) -> list[str]:
    if rdtype == "TXT":
        escaped = data.replace("\\", "\\\\").replace('"', '\\"')
        return [f'"{escaped}"']
    words = _MARKS.sub(" ", data).split()
    if rdtype == "SOA" and len(words) == 3:  # [serial], primary server, responsible person
        return [words[1], words[2], words[0], *_SOA_TIMES]
    return words
