"""What the reader finds wrong: the one table of the codes that it tells, and the list it collects them in."""

from __future__ import annotations

from kmsdns.model.findings import Finding, Severity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.model.records import Location

SYNTAX_ERROR = "ZF001"
UNBALANCED_PARENTHESIS = "ZF002"
UNTERMINATED_QUOTE = "ZF003"
UNKNOWN_DIRECTIVE = "ZF004"
INCLUDE_UNUSABLE = "ZF005"
NO_DEFAULT_TTL = "ZF006"
GENERATE_INVALID = "ZF010"
CLASS_MISMATCH = "ZF011"
OUT_OF_ZONE_RECORD = "ZF012"
INVISIBLE_OR_SMART_CHARACTER = "ZF013"
WINDOWS_EXPORT_DIALECT = "ZF014"
UNKNOWN_OR_PSEUDO_TYPE = "ZF015"
NUMBER_OUT_OF_RANGE = "ZF016"
LABEL_TOO_LONG = "ZN001"
NAME_TOO_LONG = "ZN002"
EMPTY_LABEL = "ZN003"
NON_ASCII_NAME = "ZN007"
SOA_MISSING_OR_MISPLACED = "ZD001"
FIELD_COUNT = "SRV201"
FIELD_OUT_OF_RANGE = "SRV202"

CODES = {
    SYNTAX_ERROR: ("syntax-error", Severity.ERROR, "RFC 1035 5.1"),
    UNBALANCED_PARENTHESIS: ("unbalanced-parenthesis", Severity.ERROR, "RFC 1035 5.1"),
    UNTERMINATED_QUOTE: ("unterminated-quote", Severity.ERROR, "RFC 1035 5.1"),
    UNKNOWN_DIRECTIVE: ("unknown-directive", Severity.ERROR, "RFC 1035 5.1"),
    INCLUDE_UNUSABLE: ("include-unusable", Severity.ERROR, "RFC 1035 5.1"),
    NO_DEFAULT_TTL: ("no-default-ttl", Severity.WARNING, "RFC 2308 4"),
    GENERATE_INVALID: ("generate-invalid", Severity.ERROR, "BIND 9 $GENERATE"),
    CLASS_MISMATCH: ("class-mismatch", Severity.ERROR, "RFC 1035 5.2"),
    OUT_OF_ZONE_RECORD: ("out-of-zone-record", Severity.ERROR, "RFC 1035 5.2"),
    INVISIBLE_OR_SMART_CHARACTER: ("invisible-or-smart-character", Severity.WARNING, ""),
    WINDOWS_EXPORT_DIALECT: ("windows-export-dialect", Severity.NOTE, ""),
    UNKNOWN_OR_PSEUDO_TYPE: ("unknown-or-pseudo-type", Severity.ERROR, "RFC 1035 3.2.2"),
    NUMBER_OUT_OF_RANGE: ("number-out-of-range", Severity.ERROR, "RFC 1035 3.3"),
    LABEL_TOO_LONG: ("label-too-long", Severity.ERROR, "RFC 1035 2.3.4"),
    NAME_TOO_LONG: ("name-too-long", Severity.ERROR, "RFC 1035 2.3.4"),
    EMPTY_LABEL: ("empty-label", Severity.ERROR, "RFC 1035 2.3.1"),
    NON_ASCII_NAME: ("non-ascii-name", Severity.ERROR, "RFC 5891"),
    SOA_MISSING_OR_MISPLACED: ("soa-missing-or-misplaced", Severity.ERROR, "RFC 1035 5.2"),
    FIELD_COUNT: ("field-count", Severity.ERROR, "RFC 2782"),
    FIELD_OUT_OF_RANGE: ("field-out-of-range", Severity.ERROR, "RFC 2782"),
}
"""Code -> slug, severity, clause: those of the rule, which tells what the reader found."""

TORN = (UNBALANCED_PARENTHESIS, UNTERMINATED_QUOTE)
"""Where the line ends isn't known."""


def complaint(code: str, subject: str, message: str, location: Location | None = None) -> Finding:
    """A finding of the reader."""
    slug, severity, reference = CODES[code]
    return Finding(
        code=code,
        slug=slug,
        severity=severity,
        subject=subject,
        message=message,
        reference=reference,
        location=location,
    )


class ZoneSyntaxError(Exception):
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
        finding = complaint(code, subject, message, location)
        self._placed.append((place, finding))
        self.errors += finding.severity is Severity.ERROR

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
