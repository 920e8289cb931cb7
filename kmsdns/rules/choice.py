"""The choice among rules, and what the chosen ones say of a case: one finding for each cause."""

from __future__ import annotations

from kmsdns.errors import KmsdnsError
from kmsdns.model.findings import Severity, Skipped
from kmsdns.model.names import fold
from kmsdns.rules.rule import Needs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kmsdns.model.findings import Finding
    from kmsdns.options import RuleChoice
    from kmsdns.rules.case import Case
    from kmsdns.rules.rule import Rule

_NOT_READ = ("ZF001", "ZF002", "ZF003", "ZF015", "ZF016")  # the line that would have told was not understood
CAUSES = {
    "LIV001": ("KMS123",),
    "LIV005": ("KMS121", "KMS122", "KMS124"),
    "LIV003": ("KMS124",),
    "LIV004": ("KMS124",),
    "LIV007": ("KMS124",),
    "LIV105": ("LIV107", "SRV301", "SRV302"),
    "LIV106": ("LIV105", "LIV107", "SRV301", "SRV302", "SRV303", "SRV304", "SRV305"),
    "LIV114": ("LIV115",),
    "SRV303": ("SRV305", "SRV306", "SRV307", "SRV308", "SRV309", *_NOT_READ, "ZN004"),
    "SRV304": ("SRV305", "SRV306", "SRV307", "SRV308", "SRV309", *_NOT_READ, "ZN004"),
    "SRV307": ("SRV305", "SRV306", "SRV308"),
    "SRV308": ("SRV101",),
    "SRV310": ("SRV305", "SRV306", "SRV307", "SRV308"),
    "SRV311": ("SRV305", "SRV306", "SRV307", "SRV308"),
    "SVC103": ("SRV406",),
    "RR008": (*_NOT_READ, "RR010", "ZN004", "ZN005", "ZN011"),
    "RR012": (*_NOT_READ, "RR010", "RR011", "ZN004", "ZN005", "ZN011"),
    "ZD001": ("ZN004",),
    "ZD002": (*_NOT_READ, "ZN004"),
    "ZD003": (*_NOT_READ, "ZN004", "ZN005"),
    "ZD007": (*_NOT_READ, "RR010", "ZN004", "ZN005"),
    "ZN006": ("RR010", "SRV114", "SRV307", "ZN008", "ZN009"),
    "RR007": ("SRV301",),
    "KMS109": ("KMS104",),
    "KMS113": ("KMS112",),
}
"""One finding per cause: the code on the left is not told where one on the right was, of the same subject or client.

The names that a cause's fix would make are its subjects too: what it would mend is no finding of its own.
"""

_LACKING = {
    Needs.RECORDS: "there are no SRV records",
    Needs.ZONE: "no zone file",
    Needs.LIVE: "the DNS was not asked",
    Needs.PROBES: "no endpoint was probed",
    Needs.VANTAGES: "the servers of the zone were not asked one by one",
    Needs.CLIENT: "no client evidence",
    Needs.EXPECTATIONS: "no expectations",
}
_OF_THE_SAME_SUBJECT = (
    "LIV105",
    "LIV106",
    "LIV114",
    "SRV303",
    "SRV304",
    "SRV307",
    "SRV308",
    "SRV310",
    "SRV311",
    "SVC103",
    "RR008",
    "RR012",
    "ZD001",
    "ZD002",
    "ZD003",
    "ZD007",
    "ZN006",
    "RR007",
)


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
    able = [rule for rule in chosen if all(map(case.has, rule.needs))]
    found = [finding for rule in able if not rule.otherwise for finding in rule.run(case)]
    if not any(finding.severity is Severity.ERROR for finding in found):
        found += [finding for rule in able if rule.otherwise for finding in rule.run(case)]
    told = {(finding.code, name) for finding in found for name in ("", fold(finding.subject), *_made(finding))}
    kept = [
        finding
        for finding in found
        if not any(
            (cause, fold(finding.subject) if finding.code in _OF_THE_SAME_SUBJECT else "") in told
            for cause in CAUSES.get(finding.code, ())
        )
    ]
    return tuple(sorted(kept, key=lambda finding: (finding.severity.rank, finding.code)))


def _made(finding: Finding) -> list[str]:
    """The names that a finding's fix gives records to."""
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


def matches(rule: Rule | Finding, word: str) -> bool:
    """Whether a word names a rule: its code, the beginning of that, or its slug."""
    return bool(word) and (rule.code.startswith(word.upper()) or rule.slug == word.lower())
