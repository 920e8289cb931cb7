"""What the reader finds wrong: the codes it uses, and the list it collects them in."""

from __future__ import annotations

from kmsdns.model.findings import Finding, Severity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.model.records import Location

CODES = {
    "ZF001": ("syntax-error", Severity.ERROR, "RFC 1035 5.1"),
    "ZF002": ("unbalanced-parenthesis", Severity.ERROR, "RFC 1035 5.1"),
    "ZF003": ("unterminated-quote", Severity.ERROR, "RFC 1035 5.1"),
    "ZF004": ("unknown-directive", Severity.ERROR, "RFC 1035 5.1"),
    "ZF005": ("include-unusable", Severity.ERROR, "RFC 1035 5.1"),
    "ZF006": ("no-default-ttl", Severity.WARNING, "RFC 2308 4"),
    "ZF010": ("generate-invalid", Severity.ERROR, "BIND 9 $GENERATE"),
    "ZF011": ("class-mismatch", Severity.ERROR, "RFC 1035 5.2"),
    "ZF012": ("out-of-zone-record", Severity.ERROR, "RFC 1035 5.2"),
    "ZF013": ("invisible-or-smart-character", Severity.WARNING, ""),
    "ZF014": ("windows-export-dialect", Severity.NOTE, ""),
    "ZF015": ("unknown-or-pseudo-type", Severity.ERROR, "RFC 1035 3.2.2"),
    "ZF016": ("number-out-of-range", Severity.ERROR, "RFC 1035 3.3"),
    "ZN001": ("label-too-long", Severity.ERROR, "RFC 1035 2.3.4"),
    "ZN002": ("name-too-long", Severity.ERROR, "RFC 1035 2.3.4"),
    "ZN003": ("empty-label", Severity.ERROR, "RFC 1035 2.3.1"),
    "ZN007": ("non-ascii-name", Severity.ERROR, "RFC 5891"),
    "ZD001": ("soa-missing-or-misplaced", Severity.ERROR, "RFC 1035 5.2"),
    "SRV201": ("field-count", Severity.ERROR, "RFC 2782"),
    "SRV202": ("field-out-of-range", Severity.ERROR, "RFC 2782"),
}
"""Code -> slug, severity, clause."""


class Bad(Exception):
    """Why a record cannot be read: a rule's code, a sentence, and which word it is about, counted in the rdata."""

    def __init__(self, code: str, message: str, word: int | None = None) -> None:
        super().__init__(code, message, word)
        self.code = code
        self.message = message
        self.word = word


class Complaints:
    """Findings, each with the number of the entry it is about: told in any order, listed in that of the file."""

    def __init__(self) -> None:
        self._placed: list[tuple[int, Finding]] = []
        self._told: set[str] = set()
        self.errors = 0  # findings of that severity so far

    def add(self, place: int, code: str, subject: str, message: str, location: Location | None) -> None:
        """One more finding, about the entry with the number place."""
        slug, severity, reference = CODES[code]
        finding = Finding(
            code=code,
            slug=slug,
            severity=severity,
            subject=subject,
            message=message,
            reference=reference,
            location=location,
        )
        self._placed.append((place, finding))
        self.errors += severity is Severity.ERROR

    def first(self, topic: str) -> bool:
        """Whether a topic that is told once for a zone comes up for the first time."""
        if topic in self._told:
            return False
        self._told.add(topic)
        return True

    def clear(self) -> None:
        """Forgets all findings."""
        self._placed.clear()
        self.errors = 0

    def listed(self) -> tuple[Finding, ...]:
        """All findings, in the order of the entries they are about."""
        return tuple([finding for _, finding in sorted(self._placed, key=lambda placed: placed[0])])
