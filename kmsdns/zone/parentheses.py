"""Parentheses that a record forgets to close, and that a later record happens to close: told by what they swallow.

By themselves they are balanced. But a line inside of them that begins in the first column with an owner, a type and the
rdata of that type, or a class, is a record of its own, and what was opened in front of it should have been closed.
"""

from __future__ import annotations

from kmsdns.model.pattern import pattern
from kmsdns.zone import rdata
from kmsdns.zone.complaints import ZoneSyntaxError
from kmsdns.zone.layouts import STRING_TYPES
from kmsdns.zone.lexer import TokenKind, scan
from kmsdns.zone.text import class_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kmsdns.zone.lexer import Entry, Token
    from kmsdns.zone.reading import Reading

_TOLD = 'no ")" closes the parenthesis opened here before the one of a later record, in line {}'
_AT_THE_MARGIN = pattern(r'\n[^\s;()"]')


def forgotten(entry: Entry, reader: Reading) -> dict[int, str]:
    """The parentheses of an entry that were forgotten, and those that close them, by their offsets.

    An opening one comes with what to tell of it, a closing one with nothing. What can be read as one record is let be,
    unless it consists of strings, which any words are.
    """
    text = reader.text
    if entry.problem is not None or not _AT_THE_MARGIN.search(text, entry.start, entry.end):
        return {}
    rdtype, is_whole, _ = _seeming(["@", *entry.words] if entry.inherits else entry.words, reader)
    if is_whole and rdtype not in STRING_TYPES:
        return {}
    told: dict[int, str] = {}
    stack: list[int] = []  # what is open
    blamed = 0  # how many of these a record was found inside of
    line: list[Token] = []
    for token in [*scan(text, entry.start, entry.end, entry.line), None]:
        if token is not None and token.kind is not TokenKind.NEWLINE:
            line.append(token)
            continue
        if len(stack) > blamed and line and line[0].column == 1 and line[0].kind is TokenKind.WORD:
            words = [each.text for each in line if each.kind in (TokenKind.WORD, TokenKind.QUOTED)]
            _, is_whole, is_classed = _seeming(words, reader)
            if is_whole or is_classed:
                blamed = len(stack)
        for each in line:
            if each.kind is TokenKind.OPEN:
                stack.append(each.offset)
            elif each.kind is TokenKind.CLOSE and stack:
                opened = stack.pop()
                if len(stack) < blamed:
                    blamed = len(stack)
                    told[opened] = _TOLD.format(each.line)
                    told[each.offset] = ""
        line = []
    return told


def _seeming(words: Sequence[str], reader: Reading) -> tuple[str | None, bool, bool]:
    """The type of what may be a record, whether its rdata can be read, and whether its class stands in front."""
    at = type_place(words, reader)
    if not at:
        return None, False, False
    rdtype = reader.types.get(words[at]) or reader.types[words[at].upper()]
    try:
        is_whole = rdata.parse(rdtype, words[at + 1 :], reader.name) is not None
    except ZoneSyntaxError:
        is_whole = False
    reader.name.take_raw()
    return rdtype, is_whole, any(class_text(word) is not None for word in words[1:at])


def type_place(words: Sequence[str], reader: Reading) -> int:
    """Which word is a type, behind an owner and at most an age, a TTL and a class, with rdata behind it; 0 for none."""
    for at, word in enumerate(words[1:5], 1):
        if (word in reader.types or word.upper() in reader.types) and at + 1 < len(words):
            return at
        if word[0] not in "[0123456789" and class_text(word) is None:
            break
    return 0


def is_rest(words: Sequence[str], inherits: bool, reader: Reading) -> bool:
    """Whether a line behind a forgotten parenthesis is what it was to hold, and no record.

    So are lines with a blank in front that can't be read as one, and numbers or strings without a type.
    """
    rdtype, is_whole, is_classed = _seeming(["@", *words] if inherits else words, reader)
    if inherits:
        return not (is_whole or is_classed)
    return rdtype is None and all(word[0] in '"0123456789' for word in words)
