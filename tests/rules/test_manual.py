"""Manual pages: every rule has all parts of one, and the docstring format means what rules.rule says."""

from __future__ import annotations

import pytest

from kmsdns.rules import rule as rule_module
from kmsdns.rules.catalogue import RULES
from kmsdns.rules.manual import Manual, ManualBlock, read_manual
from kmsdns.rules.rule import Rule


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_has_all_parts_of_a_manual_page(rule: Rule) -> None:
    manual = read_manual(rule.manual)
    for part in ("what", "why", "fix", "example"):
        assert getattr(manual, part), (
            f"{rule.code}: the docstring lacks its part {part!r}; see the top of rules/rule.py"
        )
    (what,) = manual.what
    assert what.text.endswith("."), f"{rule.code}: the first part is a sentence"
    assert any(block.is_verbatim for block in manual.example), f"{rule.code}: an example shows a record or a command"
    verbatim = [line for part in (manual.why, manual.fix, manual.example) for block in part for line in _lines(block)]
    assert all(len(line) <= 65 for line in verbatim), f"{rule.code}: lines as they stand must fit into 80 columns"
    assert rule.needs, f"{rule.code}: say what the rule needs"
    assert rule.reference, f"{rule.code}: name the clause"


def _lines(block: ManualBlock) -> list[str]:
    return block.text.splitlines() if block.is_verbatim else []


def test_the_format_as_its_description_shows_it() -> None:
    described = rule_module.__doc__.partition("It looks so:\n\n")[2].partition("All parts")[0]
    assert read_manual(described) == Manual(
        what=(ManualBlock(text="What the rule says, in a sentence or two."),),
        why=(ManualBlock(text="Why it matters."),),
        fix=(ManualBlock(text="What to do about it."),),
        kms=(ManualBlock(text="What is so for KMS alone, where the rule is for any service."),),
        example=(ManualBlock(text="_vlmcs._tcp  IN  SRV  0 0 1688 kms01.contoso.com.", is_verbatim=True),),
    )


def test_paragraphs_and_lines_as_they_stand() -> None:
    manual = read_manual(
        """Said in
        two lines. Why: in the middle of a line it begins nothing.

        And more.

        Why: One,
        over two lines: fine.

        Two.
        Fix:
            $ first
              deeper

            $ second
        Then this.
        Note: no part is called so.
        Example: With words
            kept   as it is
        """
    )
    assert [block.text for block in manual.what] == [
        "Said in two lines. Why: in the middle of a line it begins nothing.",
        "And more.",
    ]
    assert [block.text for block in manual.why] == ["One, over two lines: fine.", "Two."]
    assert manual.fix == (
        ManualBlock(text="$ first\n  deeper\n\n$ second", is_verbatim=True),
        ManualBlock(text="Then this. Note: no part is called so."),
    )
    assert manual.example == (ManualBlock(text="With words"), ManualBlock(text="kept   as it is", is_verbatim=True))


@pytest.mark.parametrize("text", ["", " \n ", "Only this.", "Why:", "Example:\n    x"])
def test_what_is_missing_is_empty(text: str) -> None:
    manual = read_manual(text)
    assert manual.fix == ()
    assert bool(manual.what) is (text == "Only this.")
