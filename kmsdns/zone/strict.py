"""What the strict reading refuses besides: RFC 1035 and 3597 let it pass, and some name servers don't.

Where BIND, NSD and Knot differ, the strict reading sides with the one that refuses, most often Knot. The ordinary one
reads on: what is refused here stands in files that BIND, Windows or this package's own writer made. Each function
raises ZoneSyntaxError, gives a Problem, or tells its reader.
"""

from __future__ import annotations

import re

from kmsdns.model import names
from kmsdns.model.pattern import pattern
from kmsdns.model.records import Location
from kmsdns.zone import fields, layouts
from kmsdns.zone.complaints import SYNTAX_ERROR, ZoneSyntaxError
from kmsdns.zone.lexer import EntryProblem, TokenKind, scan
from kmsdns.zone.naming import Completer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kmsdns.zone.lexer import Entry
    from kmsdns.zone.reading import Reading

_USUAL = pattern(r"(?:[0-9A-Za-z*_/.-]|\\.)*", re.DOTALL)  # what a name may hold unescaped, and what is escaped
_ABSOLUTE = pattern(r"(?:[^\\]|\\.)*\.", re.DOTALL)


class StrictCompleter(Completer):
    """A Completer that takes a character in a name only if it is a letter, a digit, one of * - _ / or escaped."""

    __slots__ = ()

    def __call__(self, word: str) -> str:
        end = _USUAL.match(word).end()  # type: ignore[union-attr]
        if end < len(word) and word != "@" and word[0] != '"' and word.isascii() and word[end] != "\\":
            what = f"in {names.shown(word)} not every name server reads {names.shown(word[end])} unescaped"
            raise ZoneSyntaxError(SYNTAX_ERROR, f"{what}: write a backslash in front of it", 0)
        return super().__call__(word)


def origin(word: str, at: int) -> None:
    """An origin that is relative to the one before: RFC 1035 5.1 has no word on it."""
    if not _ABSOLUTE.fullmatch(word):
        raise ZoneSyntaxError(
            SYNTAX_ERROR, f"the origin {names.shown(word)} is relative: write it whole, with its final dot", at
        )


def rdclass(word: str, at: int) -> None:
    """CLASS1 for IN (RFC 3597 5)."""
    if word.upper() == "CLASS1":
        raise ZoneSyntaxError(SYNTAX_ERROR, "not every name server knows that CLASS1 is IN: write IN", at)


def rdata(rdtype: str, words: Sequence[str]) -> None:
    """Base64 with blanks elsewhere than between groups of four digits, where RFC 4034 2.2 has them anywhere."""
    layout = layouts.layout(rdtype) or ()
    if layout and layout[-1] in (fields.BASE64, fields.SOME_BASE64) and words[0] != "\\#":
        for at in range(len(layout) - 1, len(words)):
            if len(words[at]) % 4:
                what = "not every name server reads base64 data with a blank inside a group of four digits"
                raise ZoneSyntaxError(SYNTAX_ERROR, what, at)


def problem(entry: Entry, text: str) -> EntryProblem | None:
    """Parentheses inside parentheses, and a string that touches another, or a word that is no key of it (RFC 9460 2.1).

    text is what the entry was read from.
    """
    depth, before, end = 0, "", -1
    for token in scan(text, entry.start, entry.end, entry.line):
        if token.kind is TokenKind.OPEN:
            if depth:
                return EntryProblem(
                    SYNTAX_ERROR, "not every name server reads parentheses inside parentheses", token.offset
                )
            depth += 1
        elif token.kind is TokenKind.CLOSE:
            depth -= 1
        elif token.kind in (TokenKind.WORD, TokenKind.QUOTED):
            if token.offset == end and '"' in (before[0], token.text[0]) and before[-1] != "=":
                return EntryProblem(
                    SYNTAX_ERROR, "not every name server reads strings without a blank in between", token.offset
                )
            before, end = token.text, token.end
    return None


def tell_return(reader: Reading, text: str) -> None:
    """Line ends as Windows writes them; told once for a file."""
    at = text.index("\r")
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    place = Location(path=reader.paths[-1], line=line, column=column, end_line=line, end_column=column + 1)
    reader.complain(
        SYNTAX_ERROR, "not every name server reads carriage returns: end lines with a line feed alone", place
    )
