"""What a rule is: a function with its code, severity and manual page. The decorator registers nothing."""

from __future__ import annotations

from kmsdns.core.findings import Finding
from kmsdns.core.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kmsdns.core.findings import Evidence, Fix, Severity
    from kmsdns.core.snapshot import Case


class Told(Value):
    """What a rule found, before its code and severity are put to it."""

    subject: str
    message: str
    evidence: tuple[Evidence, ...] = ()
    fix: Fix | None = None
    hresult: str | None = None


class Rule(Value):
    """One rule of the catalogue."""

    code: str
    slug: str
    severity: Severity
    reference: str
    manual: str  # what, why it matters, how to fix
    judge: Callable[[Case], Iterable[Told]]

    def run(self, case: Case) -> list[Finding]:
        """The findings of this rule on a case."""
        return [
            Finding(
                code=self.code,
                slug=self.slug,
                severity=self.severity,
                subject=told.subject,
                message=told.message,
                reference=self.reference,
                evidence=told.evidence,
                fix=told.fix,
                hresult=told.hresult,
            )
            for told in self.judge(case)
        ]


def rule(
    code: str, slug: str, severity: Severity, reference: str = ""
) -> Callable[[Callable[[Case], Iterable[Told]]], Rule]:
    """Makes a Rule of a function; the function's docstring is its manual page."""

    def decorate(judge: Callable[[Case], Iterable[Told]]) -> Rule:
        return Rule(
            code=code, slug=slug, severity=severity, reference=reference, manual=judge.__doc__ or "", judge=judge
        )

    return decorate
