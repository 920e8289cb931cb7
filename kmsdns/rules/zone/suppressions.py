"""SUP: comments that hide findings, and those that hide none. Needs: zone. They are read in rules.zone.comments."""

from __future__ import annotations

from kmsdns.model.findings import Fix, Safety, Severity
from kmsdns.rules.rule import FindingDraft, Needs, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kmsdns.rules.case import Case


@rule(
    "SUP001",
    "unused-suppression",
    Severity.WARNING,
    "kmsdns validate",
    needs=(Needs.ZONE,),
    safety=Safety.SAFE,
    per_service=False,
)
def unused_suppression(case: Case) -> Iterator[FindingDraft]:
    """A comment is to hide a finding, and there is none to hide.

    Why: The mistake was mended, or the code is mistyped; left there, the comment hides the next mistake unseen.
    Fix: Remove the code from the comment.
    Example: Where SRV301 is found, and meant to be
        _sip._tcp IN SRV 0 0 5060 sip ; kmsdns: ignore SRV301
    """
    for each in case.suppressions.unused() if case.suppressions is not None else ():
        word = each.word
        yield FindingDraft(
            subject=word,
            message=f"there is no {word} here to ignore" if each.is_known else f"no rule is called {word}",
            location=each.location,
            fix=Fix(summary="remove it from the comment", safety=Safety.SAFE, rewrites=(each.rest,)),
        )
