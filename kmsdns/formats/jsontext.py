"""Values as JSON text (RFC 8259), indented for a person or in one line, and safe to show.

Neither msgspec nor the standard library's json is loaded for it: the one would take half as long as a discovery, and
the other knows no form in which control characters are escaped and letters are not.
"""

from __future__ import annotations

from functools import lru_cache
from math import isfinite

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def document(value: object, *, indent: int) -> str:
    """A value of dicts, lists, texts, numbers, booleans and None as JSON; a negative indent keeps it in one line.

    What a terminal or a pipeline would act upon is written as \\uXXXX: it means the same, and stays as it came. A
    number that is none (nan, inf) is null. Raises TypeError for any other value.
    """
    return _written(value, "\n" if indent >= 0 else "", " " * indent)


def _written(value: object, line_end: str, step: str) -> str:
    """line_end: what ends a line and begins the next at the value's own depth, "" for a text of one line."""
    plain = _PLAIN.get(type(value))
    if plain is not None:
        return plain(value)
    inner = line_end and line_end + step
    if isinstance(value, dict):
        colon = ": " if line_end else ":"
        # Most members are texts and numbers, which need no call of this function in between.
        members = [
            f"{_key(key)}{colon}{_PLAIN.get(type(each), _written)(each, inner, step)}" for key, each in value.items()
        ]
        return f"{{{inner}{f',{inner}'.join(members)}{line_end}}}" if members else "{}"
    if isinstance(value, list | tuple):
        elements = [_written(each, inner, step) for each in value]
        return f"[{inner}{f',{inner}'.join(elements)}{line_end}]" if elements else "[]"
    if isinstance(value, str):  # a StrEnum
        return _quoted(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def _quoted(text: str, *_where: str) -> str:
    if not text.isprintable() or '"' in text or "\\" in text:
        text = "".join([_SHORT.get(character) or _shown(character) for character in text])
    while "##" in text:  # an agent of a pipeline acts upon ##vso[ and ##teamcity[; of three, two are left at first
        text = text.replace("##", "\\u0023#")
    return f'"{text}"'


def _shown(character: str) -> str:
    """A character, or its UTF-16 units in hexadecimal digits where nothing is to be seen of it."""
    if character.isprintable():
        return character
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join([f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2)])


def _number(value: float, *_where: str) -> str:
    """The shortest digits that mean the same; with an exponent (1e-6, 1e16) where five places are too few."""
    if not isfinite(value):
        return "null"
    digits, e, exponent = repr(value).partition("e")
    if exponent == "-05":
        return f"{value:.{len(digits.partition('.')[2]) + 5}f}"
    return f"{digits}e{int(exponent)}" if e else digits


_key = lru_cache(_quoted)
_PLAIN: dict[type, Callable[..., str]] = {
    str: _quoted,
    int: lambda value, *_where: repr(value),
    float: _number,
    bool: lambda value, *_where: "true" if value else "false",
    type(None): lambda *_where: "null",
}
"""The values that hold no others: what writes them, wherever they stand."""
