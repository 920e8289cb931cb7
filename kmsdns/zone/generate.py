"""$GENERATE: one line that stands for many records, as BIND's manual defines it. Counted before anything is made."""

from __future__ import annotations

import re

from kmsdns.model.names import shown
from kmsdns.model.pattern import pattern
from kmsdns.zone.complaints import GENERATE_INVALID, ZoneSyntaxError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

LIMIT = 65536
"""How many records the $GENERATE lines of one zone may make together."""

SIZE_LIMIT = 2**23
"""How many characters one line may be repeated to."""

MAX_WIDTH = 255  # no name and no string is longer

_RANGE = pattern(r"([0-9]{1,10})-([0-9]{1,10})(?:/([0-9]{1,10}))?")
_PLACE = pattern(r"\\\$|\$\$|\$(?:\{([^}]*)\}?)?|[^\\$]+|\\.?", re.DOTALL)
_MODIFIER = pattern(r"([+-]?[0-9]{1,10})(?:,([0-9]{1,10})(?:,([doxXnN]))?)?")


def numbers(word: str) -> range:
    """What START-STOP[/STEP] counts. Raises ZoneSyntaxError."""
    match = _RANGE.fullmatch(word)
    if match is None:
        raise ZoneSyntaxError(
            GENERATE_INVALID, f"a range is expected, START-STOP or START-STOP/STEP, not {shown(word)}", 1
        )
    start, stop, step = (int(part or 1) for part in match.groups())
    if start > stop or step == 0 or stop >= 2**31:
        raise ZoneSyntaxError(
            GENERATE_INVALID,
            f"the range {word} counts nothing: START is at most STOP, STEP at least 1, STOP below 2^31",
            1,
        )
    return range(start, stop + 1, step)


def expand(counted: range, words: Sequence[str]) -> Iterator[list[str]]:
    """The words of each record, for each number. Raises ZoneSyntaxError, for a modifier before the first is made."""
    if len(counted) * sum(map(len, words)) > SIZE_LIMIT:
        raise ZoneSyntaxError(GENERATE_INVALID, f"the line would be repeated to more than {SIZE_LIMIT} characters")
    templates = []
    for at, word in enumerate(words):
        try:
            templates.append(_template(word))
        except ZoneSyntaxError as bad:
            bad.word = at
            raise
    return ([template(value) for template in templates] for value in counted)


def _template(word: str) -> Callable[[int], str]:
    parts: list[str | Callable[[int], str]] = []
    for match in _PLACE.finditer(word):
        text = match.group()
        if text in ("\\$", "$$"):
            parts.append("\\$")
        elif text[0] != "$":
            parts.append(text)
        elif text == "$":
            parts.append(str)
        else:
            parts.append(_modifier(text))
    if all(isinstance(part, str) for part in parts):
        fixed = "".join([part for part in parts if isinstance(part, str)])
        return lambda _value: fixed
    return lambda value: "".join([part if isinstance(part, str) else part(value) for part in parts])


def _modifier(text: str) -> Callable[[int], str]:
    match = _MODIFIER.fullmatch(text[2:-1]) if text.endswith("}") else None
    if match is None:
        raise ZoneSyntaxError(
            GENERATE_INVALID, f"{shown(text)} is no modifier: write ${{OFFSET,WIDTH,BASE}}, BASE one of d o x X n N"
        )
    offset, width, base = int(match[1]), int(match[2] or 0), match[3] or "d"
    if width > MAX_WIDTH:
        raise ZoneSyntaxError(GENERATE_INVALID, f"{shown(text)} asks for a width above {MAX_WIDTH}")
    if base in "nN":
        return lambda value: _nibbles(_sum(value, offset), width, base)
    return lambda value: format(_sum(value, offset), f"0{width}{base}" if width else base)


def _sum(value: int, offset: int) -> int:
    """A number of the range with its offset, in 31 bits: BIND refuses more."""
    if abs(value + offset) >= 2**31:
        raise ZoneSyntaxError(GENERATE_INVALID, f"{value} with the offset {offset} is out of range: 2^31 is the limit")
    return value + offset


def _nibbles(value: int, width: int, base: str) -> str:
    """Hexadecimal digits as the labels of a reverse name: the last first. Width counts the dots, a final one too."""
    if value < 0:
        raise ZoneSyntaxError(GENERATE_INVALID, f"the offset makes the number {value}, which has no nibbles")
    digits = format(value, "X" if base == "N" else "x")[::-1]
    return ".".join(digits.ljust((width + 1) // 2, "0")).ljust(width, ".")
