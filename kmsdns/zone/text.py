"""Words of a master file (RFC 1035 5.1): numbers, times, octets, names, classes. Mistakes raise ZoneSyntaxError."""

from __future__ import annotations

import re
from functools import lru_cache

from kmsdns.model import names
from kmsdns.model.pattern import pattern
from kmsdns.zone.complaints import NUMBER_OUT_OF_RANGE, SYNTAX_ERROR, ZoneSyntaxError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Name = Callable[[str], str]

_PERIOD = pattern(r"[0-9]+|(?:[0-9]+[smhdw])+", re.ASCII | re.IGNORECASE)
_PART = pattern(r"([0-9]+)([smhdw]?)", re.ASCII | re.IGNORECASE)
_CLASSES = {"IN": 1, "CS": 2, "CH": 3, "HS": 4}
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def number(word: str, field: str, at: int, most: int, code: str = NUMBER_OUT_OF_RANGE) -> int:
    """A decimal number up to most. Raises ZoneSyntaxError: code for one out of range, else one of syntax."""
    if word.isdigit() and word.isascii():
        value = int(word) if len(word) < 20 else most + 1
        if value <= most:
            return value
    elif not (word[:1] == "-" and word[1:].isdigit()):
        raise ZoneSyntaxError(
            SYNTAX_ERROR, f"{field} is expected here, a number from 0 to {most}, not {names.shown(word)}", at
        )
    raise ZoneSyntaxError(code, f"{field} {names.shown(word, 30)[1:-1]} is out of range: 0 to {most}", at)


def period(word: str, field: str, at: int | None) -> int:
    """Seconds, as a number or with units (1h30m). Raises ZoneSyntaxError for what is none, or needs over 32 bits."""
    if word.isdigit() and word.isascii() and len(word) < 11:
        seconds = int(word)
    elif _PERIOD.fullmatch(word):
        parts = _PART.findall(word)
        seconds = sum((int(digits) if len(digits) < 11 else 2**32) * _SECONDS[unit.lower()] for digits, unit in parts)
    elif word[:1] == "-" and word[1:].isdigit():
        seconds = -1
    else:
        raise ZoneSyntaxError(
            SYNTAX_ERROR, f"{field} is expected here, like 3600 or 1h30m, not {names.shown(word)}", at
        )
    if not 0 <= seconds < 2**32:
        raise ZoneSyntaxError(
            NUMBER_OUT_OF_RANGE, f"{field} {names.shown(word, 30)[1:-1]} is out of range: 0 to {2**32 - 1} seconds", at
        )
    return seconds


@lru_cache(maxsize=1024)
def meant(word: str, known: tuple[str, ...]) -> str:
    """What a sentence adds about a word that is none of those known: which it resembles, or nothing."""
    from difflib import get_close_matches

    found = get_close_matches(word[:80], known, 1, 0.7)
    return f": did you mean {found[0]}?" if found else ""


def octets(word: str) -> bytes:
    r"""Octets of a word or quoted string: quotes off, \X and \DDD undone (RFC 1035 5.1). Raises ZoneSyntaxError."""
    if word[:1] == '"':
        word = word[1:-1]
    if "\\" not in word:
        return encoded(word)
    found, at, size = bytearray(), 0, len(word)
    while at < size:
        escape = word.find("\\", at)
        if escape < 0:
            found += encoded(word[at:])
            break
        found += encoded(word[at:escape])
        digits = word[escape + 1 : escape + 4]
        if digits[:1].isdigit():
            if len(digits) < 3 or not (digits.isdigit() and digits.isascii()) or int(digits) > 255:
                raise ZoneSyntaxError(
                    SYNTAX_ERROR, f"\\{names.shown(digits)[1:-1]} is no octet: write \\000 to \\255 (RFC 1035 5.1)"
                )
            found.append(int(digits))
            at = escape + 4
        elif not digits:
            raise ZoneSyntaxError(SYNTAX_ERROR, "a backslash at the end escapes nothing (RFC 1035 5.1)")
        else:
            found += encoded(digits[0])
            at = escape + 2
    return bytes(found)


def encoded(text: str) -> bytes:
    """Characters as the octets they have in a file: UTF-8, or the single octet that was no UTF-8."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # a lone surrogate that no decoder made
        return text.encode("utf-8", "surrogatepass")


def named(word: str, at: int, name: Name) -> str:
    """The name that a word stands for. Raises ZoneSyntaxError about the word at that place."""
    try:
        return name(word)
    except ZoneSyntaxError as bad:
        bad.word = at
        raise


def class_text(word: str) -> str | None:
    """The mnemonic of a class, or CLASSnnn (RFC 3597 5); None for any other word."""
    upper = word.upper()
    if upper in _CLASSES:
        return upper
    digits = upper.removeprefix("CLASS")
    if digits == upper or not (digits.isascii() and digits.isdigit() and len(digits) < 6 and int(digits) < 65536):
        return None
    number = int(digits)
    return next((known for known, value in _CLASSES.items() if value == number), f"CLASS{number}")


class Numbers(dict[str, int]):
    """The numbers of 16 bits that were read so far, by their digits. Raises ZoneSyntaxError for anything else."""

    def __missing__(self, word: str) -> int:
        value = number(word, "a number", 0, 65535)
        if len(word) < 6:  # not with any number of zeros in front
            self[word] = value
        return value
