"""The house: what a configuration says of validate's rules, in tables of its own beside the options."""

from __future__ import annotations

import re

from kmsdns.errors import InvalidName, KmsdnsError
from kmsdns.model import names
from kmsdns.model.findings import Severity
from kmsdns.model.typed import typed_name
from kmsdns.model.value import Value
from kmsdns.rules.exceptions import NO_EXCEPTIONS, OFF, Exceptions
from kmsdns.rules.zone.catalogue import HOUSE
from kmsdns.rules.zone.house_rules import NOTHING, HouseRules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any


class House(Value):
    """What a configuration says of validate's rules."""

    policy: HouseRules = NOTHING
    exceptions: Exceptions = NO_EXCEPTIONS
    extended: tuple[str, ...] = ()  # codes of the house rules that it gives values to


def house(path: Path) -> House:
    """What the file's tables of [validate] say. Raises UnreadableInput, or KmsdnsError with the line of a mistake."""
    from kmsdns.config import TABLES, content_of

    content, text = content_of(path)
    tables = content.get("validate", {})
    if not isinstance(tables, dict):
        return House()
    found: dict[str, dict[str, Any]] = {}
    for name in TABLES:
        found[name] = tables.get(name, {})
        if not isinstance(found[name], dict):
            raise KmsdnsError(f"{_place(path, text, name)}: {name} is a table: write [validate.{name}]")
    ignores = {
        name: tuple([(glob, _words(path, text, name, glob, value)) for glob, value in found[name].items()])
        for name in TABLES[:2]
    }
    severities: list[tuple[str, Severity | None]] = []
    for word, value in found["severity"].items():
        if value not in (OFF, *Severity):
            what = f"severity of {word!r} is {', '.join(Severity)} or {OFF}, not {value!r}"
            raise KmsdnsError(f"{_place(path, text, word)}: {what}")
        severities.append((word, None if value == OFF else Severity(value)))
    exceptions = Exceptions(
        per_file=ignores["per-file-ignores"], per_zone=ignores["per-zone-ignores"], severity=tuple(severities)
    )
    policy = {}
    for key, value in found["policy"].items():
        if key not in _POLICY:
            raise KmsdnsError(f"{_place(path, text, key)}: unknown key {key!r} in [validate.policy]: {_near(key)}")
        wanted, convert = _POLICY[key]
        try:
            policy[key.replace("-", "_")] = convert(value)
        except (TypeError, ValueError, InvalidName):
            raise KmsdnsError(f"{_place(path, text, key)}: {key} is {wanted}, not {value!r}") from None
    codes = dict.fromkeys(rule.code for key in found["policy"] for rule in HOUSE if key in rule.policy_keys)
    return House(policy=NOTHING.replace(**policy), exceptions=exceptions, extended=tuple(codes))


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
        raise ValueError
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
        raise TypeError
    return tuple(value)


def _services(value: object) -> tuple[str, ...]:
    return tuple([names.fold(each).removesuffix(".") for each in _texts(value)])


def _names(value: object) -> tuple[str, ...]:
    return tuple([typed_name(each) for each in _texts(value)])


_POLICY: dict[str, tuple[str, Callable[[object], object]]] = {
    "ttl-min": ("a number of seconds", _number),
    "ttl-max": ("a number of seconds", _number),
    "services": ('a list of services, ["_vlmcs._tcp"]', _services),
    "target-suffixes": ('a list of domains, ["contoso.com"]', _names),
    "minimum-targets": ("a number", _number),
    "comment-required": ("true or false", _flag),
    "no-wildcard-srv": ("true or false", _flag),
    "weights-sum": ("a number", _number),
}
"""Key -> what it is, how it is read."""


def _words(path: Path, text: str, table: str, glob: str, value: object) -> tuple[str, ...]:
    try:
        return _texts(value)
    except TypeError:
        where = _place(path, text, glob)
        raise KmsdnsError(f"{where}: {glob!r} in [validate.{table}] is a list of rules, not {value!r}") from None


def _near(key: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(key, _POLICY, n=1)
    return f"did you mean {near[0]!r}?" if near else f"there are {', '.join(_POLICY)}"


def _place(path: Path, text: str, key: str) -> str:
    """The path, and the line that a key stands in; the TOML reader doesn't say it."""
    pattern = re.compile(rf"""^\s*(?:\[[^\]]*)?["']?{re.escape(key)}["']?\s*[=\].]""")
    lines = [number for number, line in enumerate(text.split("\n"), start=1) if pattern.match(line)]
    return f"{path}:{lines[-1]}" if lines else str(path)
