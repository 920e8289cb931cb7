"""Expressions compiled at their first use: they do what re's own do, and nothing before."""

from __future__ import annotations

import re

import pytest

from kmsdns.model.pattern import pattern


def test_it_finds_what_an_expression_finds() -> None:
    words, compiled = pattern(r"[a-z]+", re.IGNORECASE), re.compile(r"[a-z]+", re.IGNORECASE)
    for _ in range(2):  # the second time without a look for the attribute
        assert words.findall("kms01 KMS02") == compiled.findall("kms01 KMS02") == ["kms", "KMS"]
    assert words.sub("-", "a1b") == "-1-"
    assert (words.pattern, words.flags, words.groups) == (compiled.pattern, compiled.flags, compiled.groups)


def test_it_is_compiled_when_it_is_used() -> None:
    broken = pattern("(")
    with pytest.raises(re.error):
        broken.match("")
