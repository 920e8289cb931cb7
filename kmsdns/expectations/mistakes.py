"""What is wrong with a spec: all of it, each at path, line and column, with what was expected there."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import get_args

import msgspec

from kmsdns.errors import UnreadableInput
from kmsdns.expectations import types
from kmsdns.expectations.places import steps, trail
from kmsdns.model.safe import safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.expectations.places import Path, Places

MAX_TOLD = 50

_WORDS = {
    "int": "a whole number", "float": "a number", "str": "a text", "bool": "true or false", "array": "a list",
    "object": "a table", "null": "nothing", "date": "a date such as 2026-12-31",
}  # fmt: skip
_QUOTED = re.compile(r"`([^`]*)`")
_CHOICES = {
    "rcode": get_args(types.Rcode),
    "flags": get_args(types.Flag),
    "reachable": ("tcp", "rpc", "true", "false"),
    "probe": ("tcp", "rpc"),
    "same": ("all",),
    "serial": ("equal", "true", "false", "a number"),
}
"""What may stand behind keys that take some words only."""


class Mistakes:
    """The mistakes of one spec."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self._told: list[tuple[int, int, str]] = []

    def add(self, path: Path, message: str, *, key: bool = False) -> None:
        """A mistake in a value, or in its key."""
        at = self.places.at(path, key=key)
        self._told.append((at.line, at.column, f"{at}: {safe(message)}"))

    def add_converted(self, path: Path, told: str) -> None:
        """A mistake in the words of msgspec."""
        message, _, written = told.partition(" - at `$")
        inner = (*path, *steps(written.rstrip("`")))
        unknown = _QUOTED.search(message) if "unknown field" in message else None
        if unknown is not None:
            word = unknown[1]
            near = get_close_matches(word, _known(inner), n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(_known(inner))}"
            self.add((*inner, word), f"unknown key {word!r}: {hint}", key=True)
            return
        name = next((str(each) for each in reversed(inner) if isinstance(each, str)), "")
        if message.startswith("Invalid enum value"):
            message = f"expected one of {', '.join(_CHOICES.get(name, ()))}"
        elif "RFC3339" in message:
            message = f"expected {_WORDS['date']}"
        else:
            message = message[:1].lower() + _QUOTED.sub(_plainly, message[1:])
        self.add(inner, f"{trail(inner[-2:] if isinstance(inner[-1], int) else inner[-1:])}: {message}")

    def raise_all(self) -> None:
        """Raises UnreadableInput when there are any, in the order of the file."""
        if self._told:
            told = [line for _line, _column, line in sorted(set(self._told))]
            more = [f"{self.places.path}: and {len(told) - MAX_TOLD} more"] if len(told) > MAX_TOLD else []
            raise UnreadableInput("\n".join([*told[:MAX_TOLD], *more]))


def _plainly(quoted: re.Match[str]) -> str:
    """`int | null` as a person says it."""
    words = [_WORDS.get(word, word) for word in quoted[1].split(" | ") if word != "null"]
    return " or ".join(words)


def _known(path: Path) -> tuple[str, ...]:
    """The keys of the table at a path."""
    name = next((each for each in reversed(path) if isinstance(each, str)), "check")
    kinds: dict[str, type[msgspec.Struct]] = {
        "ttl": types.SecondsSpec,
        "count": types.NumberSpec,
        "targets": types.TargetsSpec,
        "client": types.ClientTable,
        "xfail": types.XfailSpec,
        **dict.fromkeys(("exactly", "contains", "any_of", "none_of"), types.RecordSpec),
    }
    kind = kinds.get(name, types.VantageSpec if "vantage" in path else types.CheckSpec)
    return tuple([field.encode_name for field in msgspec.structs.fields(kind)])
