"""Words one slip apart."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmsdns.rules.near import is_slip, nearest, plain, slips

WORDS = st.text(alphabet="abc", max_size=6)


@pytest.mark.parametrize("word", ["vlmc", "vlmcss", "vlncs", "vmlcs", "lvmcs", "vlmsc", "lmcs", "xvlmcs"])
def test_a_slip(word: str) -> None:
    assert is_slip(word, "vlmcs")
    assert is_slip("vlmcs", word)
    assert nearest([word, "other"], ["ldap", "vlmcs"]) == {word: "vlmcs"}


@pytest.mark.parametrize("word", ["vlmcs", "vl", "slmcv", "vlmcsab", "mlvcs", "", "xlmcx"])
def test_no_slip(word: str) -> None:
    assert not is_slip(word, "vlmcs")
    assert nearest([word], ["vlmcs"]) == {}


@given(WORDS, WORDS)
def test_slips_are_found_whatever_the_words(one: str, other: str) -> None:
    assert is_slip(one, other) is is_slip(other, one)
    assert nearest([one], [other]) == ({one: other} if is_slip(one, other) else {})


def test_characters_that_look_alike() -> None:
    assert plain("kerberos-adrn") == plain("kerberos-adm")
    assert plain("v1mcs") == plain("vlmcs")


@pytest.mark.parametrize("word", ["", "a", "ab", "aba", "ab.c"])
def test_slips_are_all_words_that_are_one_slip_away(word: str) -> None:
    letters = "abc."
    words = {"".join(each) for size in range(len(word) + 2) for each in itertools.product(letters, repeat=size)}
    assert set(slips(word, letters)) - {word} == {each for each in words if is_slip(word, each)}
