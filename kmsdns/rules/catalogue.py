"""The catalogue: every rule in one explicit tuple, and the choice among them."""

from __future__ import annotations

from kmsdns.errors import KmsdnsError
from kmsdns.rules import live

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kmsdns.core.findings import Finding
    from kmsdns.core.snapshot import Case
    from kmsdns.rules.rule import Rule

RULES = (
    live.no_service_record,
    live.no_data,
    live.server_failure,
    live.query_refused,
    live.no_answer,
    live.service_decidedly_unavailable,
    live.response_malformed,
)


def select(chosen: Sequence[str] = (), extended: Sequence[str] = (), ignored: Sequence[str] = ()) -> tuple[Rule, ...]:
    """The rules whose code, slug or prefix of a code is chosen (none named: all), or added to those, and not ignored.

    Raises KmsdnsError for a word that matches no rule: a typing mistake must not switch a check off.
    """
    for word in (*chosen, *extended, *ignored):
        if not any(_matches(rule, word) for rule in RULES):
            codes = ", ".join(rule.code for rule in RULES)
            raise KmsdnsError(f"no rule is called {word!r}: give a code, a slug or the beginning of a code, of {codes}")
    return tuple(
        rule
        for rule in RULES
        if (not chosen or any(_matches(rule, word) for word in (*chosen, *extended)))
        and not any(_matches(rule, word) for word in ignored)
    )


def run(rules: Sequence[Rule], case: Case) -> tuple[Finding, ...]:
    """What the rules find, worst first."""
    found = [finding for rule in rules for finding in rule.run(case)]
    return tuple(sorted(found, key=lambda finding: (finding.severity.rank, finding.code)))


def _matches(rule: Rule, word: str) -> bool:
    return bool(word) and (rule.code.startswith(word.upper()) or rule.slug == word.lower())
