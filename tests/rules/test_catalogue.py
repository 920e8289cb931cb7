"""The catalogue as a whole: complete entries, unique codes, and a choice that can't go wrong silently."""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter

import pytest

from kmsdns import rules
from kmsdns.errors import KmsdnsError
from kmsdns.rules.catalogue import RULES
from kmsdns.rules.choice import select
from kmsdns.rules.live.answers import RULES as LIVE
from kmsdns.rules.rule import Rule


def test_every_rule_of_a_module_is_in_the_tuple_once() -> None:
    found = pkgutil.walk_packages(rules.__path__, "kmsdns.rules.")
    modules = [importlib.import_module(each.name) for each in found]
    defined = {id(value): value for module in modules for value in vars(module).values() if isinstance(value, Rule)}
    assert sorted(rule.code for rule in defined.values()) == sorted(rule.code for rule in RULES)
    assert len({rule.code for rule in RULES}) == len(RULES)
    # One word for one mistake: RR010 and SRV305 say the same, each of its own types; LIV005 and EXP107 of a server.
    twice = {slug for slug, count in Counter(rule.slug for rule in RULES).items() if count > 1}
    assert twice <= {"target-is-address", "no-answer"}


def codes(*arguments: tuple[str, ...]) -> list[str]:
    return [rule.code for rule in select(RULES, *arguments)]


def test_choosing() -> None:
    everything = [rule.code for rule in RULES if rule.default]
    assert codes() == everything
    assert codes(("LIV",)) == codes(("liv00", "liv1")) == [code for code in everything if code.startswith("LIV")]
    assert codes(("LIV001",), ("no-data",)) == ["LIV001", "LIV002"]
    assert codes((), ("LIV001",)) == everything, "what is added to everything is there already"
    assert codes((), (), ("no-answer", "LIV001")) == [
        code for code in everything if code not in ("LIV001", "LIV005", "EXP107")
    ]


@pytest.mark.parametrize("word", ["", "X", "LIV9", "no-such-rule", "LIV001x"])
def test_a_word_that_matches_nothing_is_told(word: str) -> None:
    for place in range(3):
        with pytest.raises(KmsdnsError, match="no rule is called"):
            select(RULES, *[(word,) if place == index else () for index in range(3)])


def test_a_word_of_another_job_chooses_nothing_and_is_no_mistake() -> None:
    assert select(LIVE, ("NET",)) == ()
    assert select(LIVE, (), (), ("KMS101",)) == LIVE


def test_causes_are_codes_of_the_catalogue() -> None:
    known = {rule.code for rule in RULES}
    assert {cause for rule in RULES for cause in rule.causes} <= known


def test_a_rule_that_is_off_judges_when_it_is_chosen() -> None:
    off = RULES[0].replace(code="ZF099", slug="seldom-wanted", default=False)
    among = (RULES[0], off)
    assert select(among) == (RULES[0],)
    assert select(among, ("ZF099",)) == (off,)
    assert select(among, ("ZF",)) == among
    assert select(among, (), ("seldom-wanted",)) == among
    assert select(among, (), ("ZF",), ("ZF099",)) == (RULES[0],)
