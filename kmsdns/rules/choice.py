"""The choice among rules, and what the chosen ones say of a case: one finding for each cause."""

from __future__ import annotations

from kmsdns.errors import KmsdnsError
from kmsdns.model.findings import Severity, Skipped
from kmsdns.model.names import fold
from kmsdns.rules.naming import matches
from kmsdns.rules.rule import Needs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from kmsdns.model.findings import Finding
    from kmsdns.options import RuleChoice
    from kmsdns.rules.case import Case
    from kmsdns.rules.rule import Rule

_LACKING = {
    Needs.RECORDS: "there are no SRV records",
    Needs.ZONE: "no zone file",
    Needs.LIVE: "the DNS was not asked",
    Needs.PROBES: "no endpoint was probed",
    Needs.VANTAGES: "the servers of the zone were not asked one by one",
    Needs.CLIENT: "no client evidence",
    Needs.EXPECTATIONS: "no expectations",
}


def select(
    among: Sequence[Rule], chosen: Sequence[str] = (), extended: Sequence[str] = (), ignored: Sequence[str] = ()
) -> tuple[Rule, ...]:
    """The rules whose code, slug or prefix of a code is chosen, or added to those, and not ignored.

    When nothing is chosen, these are all but the ones that are off by default.

    Raises KmsdnsError for a word that matches no rule at all: a typing mistake must not switch a check off.
    """
    for word in (*chosen, *extended, *ignored):
        if not any(matches(rule, word) for rule in among) and not _is_known(word):
            codes = ", ".join(rule.code for rule in among)
            raise KmsdnsError(f"no rule is called {word!r}: give a code, a slug or the beginning of a code, of {codes}")
    return tuple(
        rule
        for rule in among
        if ((not chosen and rule.default) or any(matches(rule, word) for word in (*chosen, *extended)))
        and not any(matches(rule, word) for word in ignored)
    )


def chosen_rules(among: Sequence[Rule], choice: RuleChoice) -> tuple[Rule, ...]:
    """As select, with the words that the options give."""
    return select(among, choice.select, choice.extend_select, choice.ignore)


def run(chosen: Iterable[Rule], case: Case) -> tuple[Finding, ...]:
    """What the rules find, worst first; what follows from a cause that is told is left out."""
    able = {rule.code: rule for rule in chosen if all(map(case.has, rule.needs))}
    found = [finding for rule in able.values() if not rule.otherwise for finding in rule.run(case)]
    if not any(finding.severity is Severity.ERROR for finding in found):
        found += [finding for rule in able.values() if rule.otherwise for finding in rule.run(case)]
    told = {(finding.code, name) for finding in found for name in ("", fold(finding.subject), *_made(finding))}
    kept = [finding for finding in found if not _follows(able[finding.code], finding, told)]
    return tuple(sorted(kept, key=lambda finding: (finding.severity.rank, finding.code)))


def _follows(rule: Rule, finding: Finding, told: Container[tuple[str, str]]) -> bool:
    """Whether a cause of the finding is told: of its subject, unless the rule takes one of any."""
    subject = "" if rule.cause_of_any_subject else fold(finding.subject)
    return any((cause, subject) in told for cause in rule.causes)


def _made(finding: Finding) -> list[str]:
    """The names that a finding's fix gives records to: what it would mend there is no finding of its own."""
    changes = finding.fix.changes if finding.fix is not None else ()
    return [fold(change.name) for change in changes if change.op == "add"]


def skipped(chosen: Iterable[Rule], case: Case) -> tuple[Skipped, ...]:
    """The rules that could not judge a case, each with what it lacks."""
    lacking = {need: _LACKING[need] for need in Needs if not case.has(need)}
    told = {rule.code: need for rule in chosen for need in rule.needs if need in lacking}
    return tuple([Skipped(code=code, reason=lacking[need]) for code, need in told.items()])


def _is_known(word: str) -> bool:
    """Whether another job has such a rule: then the word chooses none here, and is no mistake."""
    from kmsdns.rules.catalogue import RULES

    return any(matches(rule, word) for rule in RULES)
