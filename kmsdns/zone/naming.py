"""Names in a master file: relative ones completed with the origin, @, escapes (RFC 1035 5.1)."""

from __future__ import annotations

from kmsdns.model import names
from kmsdns.model.pattern import pattern
from kmsdns.zone.complaints import EMPTY_LABEL, LABEL_TOO_LONG, NAME_TOO_LONG, SYNTAX_ERROR, ZoneSyntaxError
from kmsdns.zone.text import encoded

CHARACTERS = r"!#%-'*-\-/-:<-?A-\[\]-~"
"""What stands for itself in a label, for a pattern: printable ASCII but for the dot and what a name escapes."""

_LABEL = rf"[{CHARACTERS}]{{1,63}}+"
# The group is not possessive: before Python 3.11.5 such a group kept what its last, failing turn had taken.
PLAIN = rf"{_LABEL}(?:\.{_LABEL})*\.?+"
"""A pattern of words that become names by adding the suffix, or are names if they end in a dot."""

_PLAIN = pattern(PLAIN)
_CACHE = 100_000  # words; beyond it the zone hardly repeats itself


class Completer:
    """Called with a word, it returns the name in canonical form. Raises ZoneSyntaxError."""

    __slots__ = ("_origin", "known", "raw", "suffix")

    def __init__(self, origin: str | None) -> None:
        self.origin = origin
        self.raw: str | None = None  # the last word that held a character outside ASCII, until it is taken

    @property
    def origin(self) -> str | None:
        """What completes a relative name; None while there is nothing that could."""
        return self._origin

    @origin.setter
    def origin(self, origin: str | None) -> None:
        self._origin = origin
        # What a relative name ends in, "" while it cannot be completed.
        self.suffix = "" if origin is None else "." + (origin if origin != names.ROOT else "")
        self.known: dict[str, str] = {}  # words to names, under this origin

    def take_raw(self) -> str:
        """The last word that held a character outside ASCII."""
        word, self.raw = self.raw or "", None
        return word

    def __call__(self, word: str) -> str:
        name = self.known.get(word)
        if name is not None:
            return name
        if _PLAIN.fullmatch(word):
            name = word if word[-1] == "." else word + self.suffix if self.suffix else self._complete(word)
            if len(name) >= names.MAX_NAME:
                name = self._complete(word)
        else:
            name = self._complete(word)
        if len(self.known) > _CACHE:
            self.known.clear()
        if word.isascii():  # any other is to be told about each time
            self.known[word] = name
        return name

    def _complete(self, word: str) -> str:
        if word == names.ROOT:
            return word
        if word == "@":
            return self._needed(word)
        labels, absolute = _labels(word)
        if not absolute:
            labels += names.to_labels(self._needed(word))
        size = sum([len(label) + 1 for label in labels]) + 1
        if size > names.MAX_NAME:
            raise ZoneSyntaxError(
                NAME_TOO_LONG, f"{names.shown(word)} makes a name of {size} octets, {names.MAX_NAME} is the most", 0
            )
        if not word.isascii():
            self.raw = word
        return names.from_labels(labels)

    def _needed(self, word: str) -> str:
        if self._origin is None:
            raise ZoneSyntaxError(
                "origin", f"{names.shown(word)} is relative to what? Write $ORIGIN, or give --origin", 0
            )
        return self._origin


def _labels(word: str) -> tuple[list[bytes], bool]:
    """The octets of the labels, and whether a final dot makes the name absolute."""
    if word[0] == '"':
        raise ZoneSyntaxError(SYNTAX_ERROR, f"a domain name is expected here, not the string {names.shown(word)}", 0)
    labels: list[bytes] = []
    label = bytearray()
    at, size = 0, len(word)
    absolute = False
    while at < size:
        character = word[at]
        if character == ".":
            _add(labels, label, word)
            label = bytearray()
            absolute = at == size - 1
            at += 1
        elif character != "\\":
            label += encoded(character)
            at += 1
        else:
            digits = word[at + 1 : at + 4]
            if digits[:1].isdigit():
                if len(digits) < 3 or not (digits.isdigit() and digits.isascii()) or int(digits) > 255:
                    raise ZoneSyntaxError(
                        SYNTAX_ERROR, f"\\{names.shown(digits)[1:-1]} is no octet: write \\000 to \\255", 0
                    )
                label.append(int(digits))
                at += 4
            elif digits:
                label += encoded(digits[0])
                at += 2
            else:
                raise ZoneSyntaxError(SYNTAX_ERROR, "a backslash at the end escapes nothing (RFC 1035 5.1)", 0)
    if not absolute:
        _add(labels, label, word)
    return labels, absolute


def _add(labels: list[bytes], label: bytearray, word: str) -> None:
    if not label:
        raise ZoneSyntaxError(
            EMPTY_LABEL, f"{names.shown(word)} has an empty label: two dots in a row, or a dot in front", 0
        )
    if len(label) > names.MAX_LABEL:
        shown = names.shown(names.present_label(bytes(label)), 40)
        raise ZoneSyntaxError(
            LABEL_TOO_LONG, f"the label {shown} has {len(label)} octets, {names.MAX_LABEL} is the most", 0
        )
    labels.append(bytes(label))
