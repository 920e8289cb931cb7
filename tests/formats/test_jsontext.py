"""JSON text: the octets that msgspec writes, and nothing in them that a terminal or a pipeline acts upon."""

from __future__ import annotations

import json
import subprocess
import sys
from enum import StrEnum

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmsdns.formats.jsontext import document

PLAIN = st.text(st.characters(min_codepoint=32, max_codepoint=0x10FFFF, exclude_categories=("C", "Z")))
NUMBERS = st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
SMALL = st.floats(-1, 1).map(lambda value: round(value, 6)) | st.floats(-1e-4, 1e-4)
LEAVES = st.none() | st.booleans() | NUMBERS | SMALL
VALUES = st.recursive(
    LEAVES | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.lists(inner).map(tuple) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
PLAIN_VALUES = st.recursive(
    LEAVES | PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(PLAIN, inner), max_leaves=20
)


@given(PLAIN_VALUES, st.sampled_from([2, -1]))
def test_it_is_what_msgspec_writes(value: object, indent: int) -> None:
    theirs = msgspec.json.format(msgspec.json.encode(value), indent=indent).decode()
    assert document(value, indent=indent) == theirs.replace("##", "\\u0023#")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("##vso[a]", r'"\u0023#vso[a]"'),
        ("###vso[a]", r'"\u0023\u0023#vso[a]"'),
        ("# #\x9b\ud800", r'"# #\u009b\ud800"'),
    ],
)
def test_what_would_be_acted_upon_is_escaped(text: str, written: str) -> None:
    assert document(text, indent=2) == written
    assert json.loads(written) == text


@given(VALUES, st.sampled_from([2, -1]))
def test_it_means_the_value_and_shows_nothing_else(value: object, indent: int) -> None:
    text = document(value, indent=indent)
    assert json.loads(text) == json.loads(json.dumps(value))
    assert text.replace("\n", "").isprintable()
    assert "##" not in text
    assert indent >= 0 or "\n" not in text


def test_a_word_of_a_choice_is_its_text() -> None:
    word = StrEnum("Word", {"A": "a-b"}).A
    assert document({word: [word]}, indent=-1) == '{"a-b":["a-b"]}'


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_is_null(value: float) -> None:
    assert document([value], indent=-1) == "[null]"


def test_what_has_no_form_is_an_error() -> None:
    with pytest.raises(TypeError, match="bytes has no form in JSON"):
        document({"a": b"a"}, indent=2)


def test_a_report_is_written_without_msgspec_and_json() -> None:
    code = (
        "import sys; before = set(sys.modules); from kmsdns.formats.json import render;"
        "from kmsdns.model.report import Report; render(Report(job='validate'), None);"
        "print(*({'msgspec', 'json', 'typing'} & set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.stdout.split(), done.stderr) == ([], "")
