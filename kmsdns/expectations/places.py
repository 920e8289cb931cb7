"""Where each key and value of a TOML, JSON or YAML document stands; the readers of these formats don't say it.

The text is known to be well-formed: whoever calls has read it before. A path is the keys and indexes that lead to a
value, as ("check", 0, "ttl", "min").
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from itertools import count
from json import loads

from kmsdns.model.records import Location

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Path = tuple[str | int, ...]
    Span = tuple[int, int]  # offsets

MAX_NODES = 300_000
"""Values of a YAML document: aliases make many of few."""

_BLANK = re.compile(r"(?:[\s,]|#[^\n]*)*")  # commas too: between values they tell nothing
_STRING = re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'', re.DOTALL)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}#\n]+")
_DOT = re.compile(r"[ \t]*\.[ \t]*")
_SIGN = re.compile(r"[ \t]*=[ \t]*")
_COLON = re.compile(r"\s*:\s*")


class Places:
    """The spans of a document, and the places in its file that they are."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.values: dict[Path, Span] = {}
        self.keys: dict[Path, Span] = {}  # of what has a key, the key's
        self.repeated: Path | None = None  # a key that stands twice in one object: JSON lets it pass
        self._starts = [0, *[match.end() for match in re.finditer("\n", text)]]

    def at(self, path: Path, *, key: bool = False) -> Location:
        """Where a value stands, or its key; of what isn't there, what it would be in."""
        spans = self.keys if key else self.values
        while path and path not in spans and path not in self.values:
            path = path[:-1]
        start, end = spans.get(path) or self.values.get(path) or (0, 0)
        line, end_line = bisect_right(self._starts, start), bisect_right(self._starts, end)
        return Location(
            path=self.path,
            line=line,
            column=start - self._starts[line - 1] + 1,
            end_line=end_line,
            end_column=end - self._starts[end_line - 1] + 1,
        )


def toml(path: str, text: str) -> Places:
    """The places of a TOML document (TOML 1.0)."""
    return _Toml(path, text).places


def json(path: str, text: str) -> Places:
    """The places of a JSON document."""
    scan = _Scan(path, text, is_json=True)
    scan.value((), scan.blank(0))
    return scan.places


def yaml(path: str, text: str) -> Places:
    """The places of a YAML document; ValueError when it has too many values. PyYAML must be there."""
    from yaml import SafeLoader, compose  # type: ignore[import-untyped]  # stubs would be one more requirement

    places = Places(path, text)
    seen = count(1)

    def walk(node: Any, where: Path) -> None:
        if next(seen) > MAX_NODES:
            raise ValueError(f"its aliases make more than {MAX_NODES} values of it")
        places.values.setdefault(where, (node.start_mark.index, node.end_mark.index))
        if node.id == "sequence":
            for index, each in enumerate(node.value):
                walk(each, (*where, index))
        elif node.id == "mapping":
            for key, each in node.value:
                inner = (*where, str(key.value))
                if inner in places.keys:
                    places.repeated = inner
                places.keys[inner] = (key.start_mark.index, key.end_mark.index)
                walk(each, inner)

    node = compose(text, SafeLoader)
    if node is not None:
        walk(node, ())
    return places


class _Scan:
    """Values of TOML and JSON, which differ in little: what stands between a key and its value, and in a comment."""

    def __init__(self, path: str, text: str, *, is_json: bool = False) -> None:
        self.places = Places(path, text)
        self.text = text
        self._between = _COLON if is_json else _SIGN

    def blank(self, at: int) -> int:
        """Behind blanks, comments and commas."""
        match = _BLANK.match(self.text, at)
        assert match is not None
        return match.end()

    def value(self, path: Path, at: int) -> int:
        """Takes the value at an offset; the offset behind it."""
        start, opening = at, self.text[at : at + 1]
        if opening == "[":
            at, index = self.blank(at + 1), 0
            while self.text[at : at + 1] not in ("]", ""):
                at = self.blank(self.value((*path, index), at))
                index += 1
            at += 1
        elif opening == "{":
            at = self.blank(at + 1)
            while self.text[at : at + 1] not in ("}", ""):
                at = self.blank(self.pair(path, at))
            at += 1
        elif (string := _STRING.match(self.text, at)) is not None:
            at = string.end()
        else:
            scalar = _SCALAR.match(self.text, at)
            at += len(scalar[0].rstrip()) if scalar is not None else 1
        self.places.values[path] = (start, at)
        return at

    def pair(self, path: Path, at: int) -> int:
        """Takes a key and its value; the offset behind them."""
        start = at
        words, at = self.key(at)
        inner: Path = (*path, *words)
        if inner in self.places.keys:
            self.places.repeated = inner
        self.places.keys[inner] = (start, at)
        sign = self._between.match(self.text, at)
        return self.value(inner, at if sign is None else sign.end())

    def key(self, at: int) -> tuple[list[str], int]:
        """A key, of several words where it is dotted, and the offset behind it."""
        words: list[str] = []
        while True:
            match = _STRING.match(self.text, at) or _BARE_KEY.match(self.text, at)
            if match is None:  # not well-formed after all
                return [*words, ""], at + 1
            word = match[0]
            is_json = self._between is _COLON
            words.append(_unquoted(word, is_json) if word[0] in "\"'" else word)
            dot = None if is_json else _DOT.match(self.text, match.end())
            if dot is None:
                return words, match.end()
            at = dot.end()


class _Toml(_Scan):
    """A TOML document: tables, arrays of tables, and pairs."""

    def __init__(self, path: str, text: str) -> None:
        super().__init__(path, text)
        counts: dict[Path, int] = {}
        table: Path = ()
        at = self.blank(0)
        self.places.values[()] = (0, len(text))
        while at < len(text):
            if text[at] != "[":
                at = self.blank(self.pair(table, at))
                continue
            start, is_array = at, text.startswith("[[", at)
            words, at = self.key(self.blank(at + 1 + is_array))
            at = text.find("]", at) + 1 + is_array or len(text)
            table = ()
            for number, word in enumerate(words, start=1):
                table = (*table, word)
                if is_array and number == len(words):
                    counts[table] = counts.get(table, -1) + 1
                if table in counts:
                    table = (*table, counts[table])
            self.places.values[table] = self.places.keys[table] = (start, at)
            at = self.blank(at)


def _unquoted(word: str, is_json: bool) -> str:
    """What a quoted key says."""
    try:
        return str(loads(word) if is_json else tomllib.loads(f"key = {word}")["key"])
    except ValueError:
        return word[1:-1]


def trail(path: Path) -> str:
    """A path as a person writes it: check[0].ttl.min."""
    told = "".join([f"[{each}]" if isinstance(each, int) else f".{each}" for each in path])
    return told.removeprefix(".")


def steps(written: str) -> Path:
    """The path that msgspec writes as $.check[0].ttl; of a key that it leaves open (...) what that would be in."""
    found: list[str | int] = []
    for word, index in re.findall(r"\.([A-Za-z_][\w-]*)|\[(\d+|\.\.\.)\]", written):
        if index == "...":
            break
        found.append(word or int(index))
    return tuple(found)
