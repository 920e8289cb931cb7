"""The catalogue as a whole: complete entries, unique codes, and a choice that can't go wrong silently."""

from __future__ import annotations

import pytest

from kmsdns.errors import KmsdnsError
from kmsdns.rules import live
from kmsdns.rules.catalogue import RULES, select
from kmsdns.rules.rule import Rule


def test_every_rule_of_a_module_is_in_the_tuple_once() -> None:
    defined = [value for value in vars(live).values() if isinstance(value, Rule)]
    assert sorted(rule.code for rule in defined) == sorted(rule.code for rule in RULES)
    assert len({rule.code for rule in RULES}) == len({rule.slug for rule in RULES}) == len(RULES)


def codes(*arguments: tuple[str, ...]) -> list[str]:
    return [rule.code for rule in select(*arguments)]


def test_choosing() -> None:
    everything = [rule.code for rule in RULES]
    assert codes() == everything
    assert codes(("LIV",)) == codes(("liv00",)) == everything
    assert codes(("LIV001",), ("no-data",)) == ["LIV001", "LIV002"]
    assert codes((), ("LIV001",)) == everything, "what is added to everything is there already"
    assert codes((), (), ("no-answer", "LIV001")) == [c for c in everything if c not in ("LIV001", "LIV005")]


@pytest.mark.parametrize("word", ["", "X", "LIV9", "no-such-rule", "LIV001x"])
def test_a_word_that_matches_nothing_is_told(word: str) -> None:
    for place in range(3):
        with pytest.raises(KmsdnsError, match="no rule is called"):
            select(*[(word,) if place == index else () for index in range(3)])
