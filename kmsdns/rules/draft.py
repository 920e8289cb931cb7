"""What a rule found, before its code and severity are put to it."""

from __future__ import annotations

from kmsdns.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.model.findings import Evidence, Fix, Related, Severity
    from kmsdns.model.records import Location


class FindingDraft(Value):
    """What a rule found, before its code and severity are put to it."""

    subject: str
    message: str
    evidence: tuple[Evidence, ...] = ()
    fix: Fix | None = None
    hresult: str | None = None
    location: Location | None = None  # in a zone file
    related: tuple[Related, ...] = ()  # other places that have to do with it
    severity: Severity | None = None  # where it is not the rule's own
    reference: str | None = None  # likewise
