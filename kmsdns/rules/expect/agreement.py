"""Checks that are about several servers at once: what the rules LIV say of them, as misses of the check.

Each key of a check wants some of those rules; what they find is told at that key.
"""

from __future__ import annotations

from collections import Counter

from kmsdns.model.findings import Severity
from kmsdns.model.vantages import says
from kmsdns.rules.live.vantages import latest, serials_differ, server_lame_or_silent, servers_disagree, views_differ

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kmsdns.expectations.values import Checked, Expectation
    from kmsdns.model.findings import Finding
    from kmsdns.model.vantages import ServerAnswers, ServerSurvey
    from kmsdns.rules.expect.failures import FailureNotes

LAME = server_lame_or_silent.code
"""What says that a server has nothing to say."""

DISAGREEING = tuple([each.code for each in (servers_disagree, serials_differ, views_differ)])
"""What says that servers differ, and how."""


def wanted(expectation: Expectation) -> str | None:
    """The key of a check whose rules are told, see Rule.check_keys. Of a name that isn't a service's, none."""
    if expectation.serial is True:
        return "serial"
    return "consistent" if expectation.consistent and expectation.service is not None else None


def note(notes: FailureNotes, checked: Checked) -> None:
    """What the rules say of the servers that a check was asked of. One that doesn't answer at all is told as such."""
    consulted, key = checked.consulted, wanted(checked.expectation)
    if consulted is None or key is None:
        return
    labels = {each.viewpoint.label: place for place, each in enumerate(checked.seen)}
    for finding in _found(key, consulted):
        at = [labels[each.vantage.name] for each in _about(consulted, finding) if each.vantage.name in labels]
        places = [place for place in dict.fromkeys(at or labels.values()) if not notes.has(place, "EXP107")]
        if finding.code == LAME and not places:
            continue  # silent: EXP107
        notes.add(
            finding.code,
            places or list(labels.values()),
            finding.message,
            checked.expectation.place(key),
            subject=finding.subject,
            evidence=finding.evidence,
            fix=finding.fix,
            fails=finding.severity is not Severity.NOTE,
            says_where=True,
        )


def _found(key: str, consulted: ServerSurvey) -> Iterable[Finding]:
    """What is told at a key of a check."""
    from kmsdns.rules.case import Case
    from kmsdns.rules.catalogue import RULES
    from kmsdns.rules.choice import run

    return dict.fromkeys(run([each for each in RULES if key in each.check_keys], Case(vantages=consulted)))


def _about(consulted: ServerSurvey, finding: Finding) -> Sequence[ServerAnswers]:
    """The servers that a finding is about: those that it names, and of those that differ the ones that are behind."""
    named = [each for each in consulted.statements if _is_named(each, finding)]
    if finding.code == LAME:
        return [each for each in consulted.statements if each.vantage.name == finding.subject] or named
    if finding.code == servers_disagree.code:
        answers = {each.vantage: each.response(consulted.owner, "SRV") for each in named}
        return _odd(named, lambda each: None if (got := answers[each.vantage]) is None else says(got))
    if finding.code == serials_differ.code:
        serials = consulted.serials
        newest = latest([serials[each.vantage] for each in named if each.vantage in serials])
        return [each for each in named if serials.get(each.vantage) != newest]
    return named


def _odd(statements: Sequence[ServerAnswers], said: Callable[[ServerAnswers], object]) -> Sequence[ServerAnswers]:
    """Those that don't say what most do; all of them where there is no such thing."""
    counted = Counter([said(each) for each in statements]).most_common(2)
    if len(counted) < 2 or counted[0][1] == counted[1][1]:
        return statements
    return [each for each in statements if said(each) != counted[0][0]]


def _is_named(statement: ServerAnswers, finding: Finding) -> bool:
    return any(evidence.source == str(statement.vantage) for evidence in finding.evidence)
