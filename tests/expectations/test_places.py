"""Where things stand: each span that is told holds, by itself, the value that the readers of the formats read."""

from __future__ import annotations

import json
import tomllib
from datetime import date

import pytest
import tomlkit
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kmsdns.expectations import places

KEYS = st.text(st.characters(codec="utf-8", exclude_characters="\x7f", exclude_categories=["Cc", "Cs"]), max_size=6)
SCALARS = st.one_of(
    st.integers(-(2**40), 2**40),
    st.booleans(),
    st.dates(),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12),
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3))
TABLES = st.dictionaries(KEYS, VALUES | st.lists(st.dictionaries(KEYS, VALUES, max_size=3), max_size=3), max_size=4)


def leaves(value: object, path: tuple[str | int, ...] = ()):
    """Every value that is no table, with the path to it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    else:
        if path:
            yield path, value
        for index, inner in enumerate(value) if isinstance(value, list) else ():
            yield from leaves(inner, (*path, index))


@given(TABLES)
def test_the_spans_of_toml_hold_their_values(content: dict[str, object]) -> None:
    text = tomlkit.dumps(content)
    assert tomllib.loads(text) == content
    found = places.toml("x", text)
    for path, value in leaves(content):
        if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
            continue  # may be an array of tables, which stands in several places
        start, end = found.values[path]
        assert tomllib.loads(f"x = {text[start:end]}")["x"] == value


@given(TABLES)
def test_the_spans_of_json_hold_their_values(content: dict[str, object]) -> None:
    plain = json.loads(json.dumps(content, default=date.isoformat))
    for indent in (None, 2):
        text = json.dumps(plain, indent=indent, ensure_ascii=bool(indent))
        found = places.json("x", text)
        for path, value in leaves(plain):
            start, end = found.values[path]
            assert json.loads(text[start:end]) == value


def test_toml_as_people_write_it() -> None:
    text = """\
# [comment]
[vantage] # x
"a b" = ['''x]''', "}\\"", ] # y
c.d = { e = 1, f.g = [ 2,
  3 ] }
[[check]]
  when = 2026-12-31 # a date
  when2 = 1979-05-27 07:32:00
[check.ttl]
min = 3
[[check]]
m = \"\"\"
]"" x
\"\"\"
"""
    content = tomllib.loads(text)
    found = places.toml("x.toml", text)
    for path, value in leaves(content):
        if path != ("check",):
            start, end = found.values[path]
            assert tomllib.loads(f"x = {text[start:end]}")["x"] == value, path
    at = found.at(("check", 0, "ttl", "min"))
    assert (at.path, at.line, at.column, at.end_line, at.end_column) == ("x.toml", 10, 7, 10, 8)
    assert found.at(("check", 0, "ttl", "nothing")).line == 9, "what it would be in"
    assert found.at(("vantage", "a b"), key=True).column == 1


def test_yaml() -> None:
    text = "check:\n- name: x\n  ttl: {min: 3}\n  from: [a, 'b']\n"
    found = places.yaml("x", text)
    for path, value in leaves(yaml.safe_load(text)):
        if path != ("check",):
            start, end = found.values[path]
            assert yaml.safe_load(text[start:end]) == value


@pytest.mark.parametrize("text", ['{"a": {"b": 1, "b": 2}}', '{"a": 1, "a": 1}'])
def test_a_key_that_stands_twice_is_noticed(text: str) -> None:
    assert places.json("x", text).repeated


def test_paths_in_words() -> None:
    assert places.trail(("check", 0, "ttl", "min")) == "check[0].ttl.min"
    assert places.steps("$.check[0].ttl") == ("check", 0, "ttl")
    assert places.steps("$.share[...][1]") == ("share",)
