"""Specs: TOML, JSON or YAML in, a Spec out, or every mistake in it at its line, and what was expected.

Of a pyproject.toml the tables tool.kmsdns.vantage and tool.kmsdns.check count.
"""

from __future__ import annotations

import json
import tomllib
from datetime import date
from pathlib import PurePath

import msgspec

from kmsdns.errors import UnreadableInput
from kmsdns.expectations import places as where
from kmsdns.expectations import types
from kmsdns.expectations.meaning import Meaning
from kmsdns.expectations.mistakes import Mistakes
from kmsdns.expectations.values import Spec
from kmsdns.expectations.vantages import vantage
from kmsdns.model.names import shown
from kmsdns.model.safe import safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kmsdns.expectations.places import Places
    from kmsdns.expectations.words import Folder

_IN_PYPROJECT = ("tool", "kmsdns")


def read_text(path: str, text: str, folder: Folder) -> Spec:
    """A spec from its text; path says what format it has, folder what stands beside it.

    Raises UnreadableInput, with a line for each mistake: path, line, column and what was expected there.
    """
    name = shown(path, 4096)[1:-1]
    content, places, prefix = _document(path, name, text)
    mistakes = Mistakes(places)
    if places.repeated is not None:
        mistakes.add(places.repeated, f"the key {places.repeated[-1]!r} stands here a second time", key=True)
    vantages, checks, known = _converted(content, prefix, mistakes)
    meaning = Meaning(folder, prefix, mistakes)
    named = [vantage(folder, (*prefix, "vantage", key), mistakes, key, each) for key, each in vantages.items()]
    found = [meaning.check(index, each, keys, known) for index, (each, keys) in checks.items()]
    mistakes.raise_all()
    return Spec(
        path=name,
        text=text,
        vantages=tuple([each for each in named if each is not None]),
        checks=meaning.named_apart([each for each in found if each is not None]),
    )


def _document(path: str, name: str, text: str) -> tuple[object, Places, tuple[str, ...]]:
    """What the document says, where each part of it stands, and the path to what counts in it."""
    ending = PurePath(path).suffix.lower()
    try:
        if ending == ".json":
            return json.loads(text, parse_constant=_refused), where.json(name, text), ()
        if ending in (".yaml", ".yml"):
            return _yaml(name, text), where.yaml(name, text), ()
        content: Any = tomllib.loads(text)
        places = where.toml(name, text)
    except json.JSONDecodeError as error:
        raise UnreadableInput(f"{name}:{error.lineno}:{error.colno}: this is no JSON: {error.msg}") from None
    except tomllib.TOMLDecodeError as error:
        raise UnreadableInput(f"{name}{_toml_place(str(error), text)}") from None
    except (RecursionError, ValueError) as error:
        why = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise UnreadableInput(f"{name}:1: this can't be read: {safe(why)}") from None
    if PurePath(path).name == "pyproject.toml":
        for word in _IN_PYPROJECT:
            content = content.get(word, {}) if isinstance(content, dict) else {}
        content = {key: value for key, value in content.items() if key == "vantage" or _is_list_of_checks(key, value)}
        return content, places, _IN_PYPROJECT
    return content, places, ()


def _is_list_of_checks(key: str, value: object) -> bool:
    """[[tool.kmsdns.check]], and not the options of the command in [tool.kmsdns.check]."""
    return key == "check" and isinstance(value, list)


def _refused(word: str) -> object:
    raise ValueError(f"{word} is no number of JSON's")


def _toml_place(told: str, text: str) -> str:
    """tomllib's sentence, with its place in front."""
    message, _, behind = told.partition(" (at ")
    if behind.startswith("line "):
        line, _, column = behind.removeprefix("line ").rstrip(")").partition(", column ")
        return f":{line}:{column}: this is no TOML: {safe(message)}"
    return f":{text.count(chr(10)) + 1}: this is no TOML: {safe(message)} at its end"


def _yaml(name: str, text: str) -> object:
    try:
        import yaml  # type: ignore[import-untyped]
    except ImportError:
        raise UnreadableInput(f"{name}: to read YAML needs PyYAML: pip install 'kmsdns[yaml]'") from None
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f":{mark.line + 1}:{mark.column + 1}" if mark is not None else ""
        raise UnreadableInput(
            f"{name}{place}: this is no YAML: {safe(getattr(error, 'problem', None) or '')}"
        ) from None


def _converted(
    content: object, prefix: tuple[str, ...], mistakes: Mistakes
) -> tuple[dict[str, types.Vantage], dict[int, tuple[types.CheckSpec, tuple[str, ...]]], frozenset[str]]:
    """The vantages, and the checks with their keys, whose types are right; and the names of all vantages."""
    if not isinstance(content, dict):
        mistakes.add(prefix, "a spec is a table with [vantage] and [[check]]")
        content = {}
    for key in content:
        if key not in ("vantage", "check"):
            mistakes.add((*prefix, key), f"unknown key {key!r}: a spec has [vantage] and [[check]]", key=True)
    vantages: dict[str, types.Vantage] = {}
    table, checks = content.get("vantage", {}), content.get("check", [])
    if not isinstance(table, dict):
        mistakes.add((*prefix, "vantage"), "vantage is a table: [vantage], and in it a name for each whom to ask")
        table = {}
    if not isinstance(checks, list):
        mistakes.add((*prefix, "check"), "check is a list of tables: [[check]]")
        checks = []
    for key, value in table.items():
        found = _one(value, types.Vantage, (*prefix, "vantage", str(key)), mistakes)
        if found is not None:
            vantages[str(key)] = found
    right = {
        index: (found, tuple(value))
        for index, value in enumerate(checks)
        if (found := _one(value, types.CheckSpec, (*prefix, "check", index), mistakes)) is not None
    }
    if not checks:
        mistakes.add(prefix, "there is no check: a spec has at least one [[check]]")
    return vantages, right, frozenset(map(str, table))


def _one(value: object, kind: Any, path: where.Path, mistakes: Mistakes) -> Any:
    try:
        return msgspec.convert(value, kind, builtin_types=(date,) if _has_dates(value) else ())
    except msgspec.ValidationError as error:
        mistakes.add_converted(path, str(error))
        return None


def _has_dates(value: object) -> bool:
    """Whether dates are dates already, as in TOML and mostly in YAML; elsewhere they are texts."""
    if isinstance(value, dict):
        return any(map(_has_dates, value.values()))
    return isinstance(value, date)
