"""What a rule is: a function with its code, severity and manual page. All that concerns one rule stands in the rule.

How to add one, in five steps:
1. In the folder of its family, write a function below @rule(...) that takes a Case and yields drafts, with a new code.
2. Give the decorator what is so for this rule alone: its needs, its causes, how its fix edits: the fields of Rule.
3. Write its manual page as the docstring, in the form shown below.
4. Put the function into the tuple RULES of the family's catalogue.py. The decorator itself registers nothing.
5. If it judges zones, add fixtures/rules/CODE-slug: a bad.zone with expected.txt, and a good.zone. Write docs/rules.md
   anew with docs/rules.py.

The function's docstring is the manual page that `kmsdns explain CODE` shows. It looks so:

    What the rule says, in a sentence or two.

    Why: Why it matters.
    Fix: What to do about it.
    KMS: What is so for KMS alone, where the rule is for any service.
    Example:
        _vlmcs._tcp  IN  SRV  0 0 1688 kms01.contoso.com.

All parts but that of KMS must be there; a test says which is missing. A part begins with its word and a colon at the
margin. Lines further in (records, commands, output) are shown as they stand, so at most 65 characters; all others are
prose, broken to the width of the terminal, and an empty line begins a new paragraph. Codes such as 0x8007232B become
references by themselves. rules.manual.read_manual takes it apart.

A fix that --fix may make says what is to change, not how the text is edited. changes are records deleted and added, a
record that is replaced as a pair of both with equal TTLs unless the TTL is meant: zone.autofix finds the lines, and
edits only the words that differ. What is about text and not about records gives rewrites, a place and what is to stand
there; or neither, when the rule's edit says which function of zone.autofix writes it (a missing $TTL, an inherited
owner, a line to remove). Each fix is tried: one that touches another record or adds a finding is not made.
"""

from __future__ import annotations

from kmsdns.model.findings import Finding, Safety
from kmsdns.model.value import Value
from kmsdns.rules.draft import FindingDraft
from kmsdns.rules.needs import Needs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kmsdns.model.findings import Severity, TextEdit
    from kmsdns.rules.case import Case


__all__ = ["FindingDraft", "Needs", "Rule", "rule"]


class Rule(Value):
    """One rule of the catalogue."""

    code: str
    slug: str
    severity: Severity
    reference: str
    needs: tuple[Needs, ...]
    safety: Safety | None  # of the fix; None when there is none to offer
    manual: str  # what, why it matters, how to fix, an example: see the module's docstring
    judge: Callable[[Case], Iterable[FindingDraft]]
    default: bool = True  # False: judges only when it is chosen by --select or --extend-select
    is_open: bool = False  # says that something could not be learnt: alone it makes a report inconclusive
    otherwise: bool = False  # judges only where no other rule has told an error
    causes: tuple[str, ...] = ()  # codes: one of these, told of the same subject, explains it, and it is not told
    cause_of_any_subject: bool = False  # such a cause counts whatever its subject is
    offline: bool = True  # False: judges look-ups, and a diagnosis of evidence alone makes none
    kms_only: bool = False  # judges clients and hosts of KMS, and of no other service
    per_service: bool = True  # False: judges several services together, so not the records of one alone
    subject_before: bool = False  # a line that is not understood: its subject is the owner of the line before
    edit: TextEdit | None = None  # how its fix edits the text of a zone, where that has no changes and no rewrites
    check_keys: tuple[str, ...] = ()  # the keys of a check that tell it, of a spec's several servers
    policy_keys: tuple[str, ...] = ()  # the keys of [validate.policy] that choose it

    def run(self, case: Case) -> list[Finding]:
        """The findings of this rule on a case."""
        return [self.finding(told) for told in self.judge(case)]

    def finding(self, told: FindingDraft) -> Finding:
        """What was told, as a finding of this rule."""
        return Finding(
            code=self.code,
            slug=self.slug,
            severity=told.severity or self.severity,
            subject=told.subject,
            message=told.message,
            reference=told.reference or self.reference,
            location=told.location,
            related=told.related,
            evidence=told.evidence,
            fix=told.fix if told.fix is None or self.edit is None else told.fix.replace(edit=self.edit),
            hresult=told.hresult,
            is_open=self.is_open,
        )


def rule(
    code: str,
    slug: str,
    severity: Severity,
    reference: str = "",
    *,
    needs: tuple[Needs, ...],
    safety: Safety | None = Safety.ADVICE,
    default: bool = True,
    is_open: bool = False,
    otherwise: bool = False,
    causes: tuple[str, ...] = (),
    cause_of_any_subject: bool = False,
    offline: bool = True,
    kms_only: bool = False,
    per_service: bool = True,
    subject_before: bool = False,
    edit: TextEdit | None = None,
    check_keys: tuple[str, ...] = (),
    policy_keys: tuple[str, ...] = (),
) -> Callable[[Callable[[Case], Iterable[FindingDraft]]], Rule]:
    """Makes a Rule of a function; the function's docstring is its manual page."""

    def decorate(judge: Callable[[Case], Iterable[FindingDraft]]) -> Rule:
        return Rule(
            code=code,
            slug=slug,
            severity=severity,
            reference=reference,
            needs=needs,
            safety=safety,
            manual=judge.__doc__ or "",
            judge=judge,
            default=default,
            is_open=is_open,
            otherwise=otherwise,
            causes=causes,
            cause_of_any_subject=cause_of_any_subject,
            offline=offline,
            kms_only=kms_only,
            per_service=per_service,
            subject_before=subject_before,
            edit=edit,
            check_keys=check_keys,
            policy_keys=policy_keys,
        )

    return decorate
