"""Misses: where what was seen is not what a check expects. The rules EXP tell them, jobs.check counts them.

One finding per cause: what a check misses in the same way at several viewpoints is one ExpectationFailure. A reply that
isn't the one expected (EXP105) explains the records in it, and records explain the shares that follow from them. An
xfail turns what is missing into nothing, as long as it holds; what could not be asked stays untold by it.
"""

from __future__ import annotations

from kmsdns.model.findings import Evidence, EvidenceKind, Related
from kmsdns.model.value import Value
from kmsdns.rules.draft import FindingDraft
from kmsdns.rules.evidence import reason, servers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kmsdns.expectations.values import Checked, Seen
    from kmsdns.model.findings import Fix
    from kmsdns.model.messages import Response
    from kmsdns.model.records import Location

FEW = 4
"""Viewpoints that a sentence names; of more it says how many they are."""


class ExpectationFailure(Value):
    """One thing that is not as expected."""

    code: str
    at: tuple[tuple[int, int], ...]  # where: a check of the run and a viewpoint of that check, both by place
    subject: str
    message: str
    location: Location
    evidence: tuple[Evidence, ...] = ()
    fix: Fix | None = None
    related: tuple[Related, ...] = ()
    fails: bool = True  # False: worth knowing, and the check holds
    says_where: bool = False  # the message names the servers that it is about

    @property
    def told(self) -> FindingDraft:
        """As a rule tells it."""
        return FindingDraft(
            subject=self.subject,
            message=self.message,
            location=self.location,
            related=self.related,
            evidence=self.evidence,
            fix=self.fix,
        )


class FailureNotes:
    """The misses of one check, as they are found, each at one viewpoint; in the end those that are the same are one."""

    def __init__(self, index: int, checked: Checked) -> None:
        self.checked = checked
        self._index = index
        self._found: dict[tuple[object, ...], tuple[ExpectationFailure, dict[int, None], dict[Evidence, None]]] = {}
        self._codes: dict[int, set[str]] = {}  # viewpoint -> codes told there

    def add(
        self,
        code: str,
        viewpoints: int | Iterable[int],
        what: str,
        location: Location,
        *,
        fix: Fix | None = None,
        evidence: Iterable[Evidence] = (),
        subject: str = "",
        related: tuple[Related, ...] = (),
        fails: bool = True,
        says_where: bool = False,
    ) -> None:
        """One more. what: a sentence without the check's name in front and those who see it behind."""
        at = (viewpoints,) if isinstance(viewpoints, int) else tuple(viewpoints)
        subject = subject or self.checked.expectation.question.name
        miss = ExpectationFailure(
            code=code,
            at=(),
            subject=subject,
            message=what,
            location=location,
            fix=fix,
            related=related,
            fails=fails,
            says_where=says_where,
        )
        # Two caches that count down have different TTLs in the fix: that makes no second finding.
        _first, seen, told = self._found.setdefault((code, subject, what, location), (miss, {}, {}))
        seen.update(dict.fromkeys(at))
        told.update(dict.fromkeys(evidence))
        for each in at:
            self.mark(code, each)

    def mark(self, code: str, viewpoint: int) -> None:
        """Takes a code for told at a viewpoint; somebody else tells it."""
        self._codes.setdefault(viewpoint, set()).add(code)

    def has(self, viewpoint: int, *codes: str) -> bool:
        """Whether one of these was told at a viewpoint."""
        return not self._codes.get(viewpoint, set()).isdisjoint(codes)

    def listed(self) -> list[ExpectationFailure]:
        """All of them, in the order found."""
        return [
            miss.replace(
                at=tuple([(self._index, place) for place in seen]),
                message=f"{self.checked.expectation.title}: {miss.message}{self._where(miss, tuple(seen))}",
                evidence=tuple(told),
            )
            for miss, seen, told in self._found.values()
        ]

    def _where(self, miss: ExpectationFailure, viewpoints: Sequence[int]) -> str:
        """Who sees it; what is about several servers says itself which."""
        if miss.says_where:
            return ""
        return seen_from([self.checked.seen[each].viewpoint.label for each in viewpoints], len(self.checked.seen))


def seen_from(labels: Sequence[str], asked: int) -> str:
    """(seen from auth ns1.contoso.com and office)."""
    if asked > 1 and len(labels) == asked:
        return f" (seen from all {asked} vantages)" if asked > 2 else " (seen from both vantages)"
    if len(labels) > FEW:
        return f" (seen from {', '.join(labels[:FEW])} and {len(labels) - FEW} more)"
    *before, last = labels
    return f" (seen from {', '.join(before)}{' and ' if before else ''}{last})"


def said(seen: Seen) -> tuple[Evidence, ...]:
    """What the viewpoint's server said to the check's own question."""
    return () if seen.response is None else (response_said(seen.response, seen.viewpoint.label),)


def response_said(response: Response, label: str) -> Evidence:
    """What a server said: its records where there are any."""
    told = reason(response)
    if response.answer:
        from kmsdns.zone.rdata import present

        shown = [present(each.rdtype, each.rdata) for each in response.answer[:FEW]]
        more = f" and {len(response.answer) - FEW} more" if len(response.answer) > FEW else ""
        told = f"{', '.join(shown)}{more}"
    return Evidence(
        kind=EvidenceKind.RESPONSE, text=f"{response.question}: {told}", source=f"{label}, {servers(response)}"
    )


def header_flags(response: Response) -> frozenset[str]:
    """The flags of the reply that counts."""
    told = [each.flags for each in response.tries if each.outcome == response.reason and each.rcode]
    return frozenset(told[-1]) if told else frozenset()
