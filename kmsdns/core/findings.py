"""Findings: what rules and readers say about DNS data, with where, why believed, and what to do about it."""

from __future__ import annotations

from enum import StrEnum

from kmsdns.core.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.core.records import Location


class Severity(StrEnum):
    """How bad a finding is, worst first."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 for the worst, for sorting and for thresholds."""
        return tuple(Severity).index(self)


class EvidenceKind(StrEnum):
    """Where a piece of evidence comes from."""

    RECORD = "record"
    RESPONSE = "response"
    PROBE = "probe"
    CLIENT = "client"


class Evidence(Value):
    """Something seen, as opposed to concluded."""

    kind: EvidenceKind
    text: str
    source: str  # "127.0.0.1:53", "zonefiles/contoso.zone:12"


class Safety(StrEnum):
    """Who may apply a fix: a program at any time, a program that was told to, or only a person."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    ADVICE = "advice"


class Change(Value):
    """One record added to or deleted from a zone."""

    op: str  # "add" or "delete"
    name: str
    ttl: int | None  # seconds
    rdtype: str
    rdata: str


class Fix(Value):
    """What to do about a finding."""

    summary: str
    safety: Safety = Safety.ADVICE
    changes: tuple[Change, ...] = ()


class Finding(Value):
    """One thing that is wrong, or worth knowing, told once per cause."""

    code: str  # "LIV001"
    slug: str  # "no-service-record"
    severity: Severity
    subject: str  # the name, endpoint or file it is about
    message: str  # one sentence
    reference: str = ""  # the clause: "RFC 2782"
    location: Location | None = None
    evidence: tuple[Evidence, ...] = ()
    fix: Fix | None = None
    hresult: str | None = None  # what a Windows client would show: "0x8007232B"


class Skipped(Value):
    """A rule that could not be applied, and why: silence that must not be taken for a clean bill."""

    code: str
    reason: str
