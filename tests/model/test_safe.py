"""What makes text from outside fit to print."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmsdns.model.safe import defused, safe

ORDER = re.compile(r"^\s*(::|##)|##(vso|teamcity)?\[", re.MULTILINE)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("kms01.contoso.com.:1688\n", "kms01.contoso.com.:1688\n"),
        ("::error::x\n", "\\058:error::x\n"),
        ("a\n \t##vso[x]\n\nb", "a\n \t\\035#vso[x]\n\nb"),
        ("a ::b ##c\n: :\n# #", "a ::b ##c\n: :\n# #"),
        ("::\n##", "\\058:\n\\035#"),
        ("a ##vso[x] ##[y] ###[z]\n##teamcity[x] #[", "a \\035#vso[x] \\035#[y] #\\035#[z]\n\\035#teamcity[x] #["),
    ],
)
def test_no_line_is_an_order(text: str, shown: str) -> None:
    assert defused(text) == shown


@given(st.text(":# \n\x0bax\u3000[vso"))
def test_whatever_the_lines(text: str) -> None:
    said = defused(text)
    assert not ORDER.search(said)
    assert defused(said) == said
    assert said.count("\n") == text.count("\n")


@given(st.text())
def test_one_line_that_prints(text: str) -> None:
    assert safe(text).isprintable()
    assert safe(safe(text)) == safe(text)
