"""Findings: what rules and readers say about DNS data, with where, why believed, and what to do about it."""

from __future__ import annotations

from enum import StrEnum

from kmsdns.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kmsdns.model.records import Location


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

    @property
    def line(self) -> str:
        """The record as a line of a zone file, its owner absolute; without a TTL where none is known."""
        ttl = f" {self.ttl}" if self.ttl is not None else ""
        return f"{self.name}{ttl} IN {self.rdtype} {self.rdata}"


class Do(StrEnum):
    """What is done to a client or a host, in any tool's words."""

    CLEAR_MANUAL_HOST = "clear the manual host"
    SET_MANUAL_HOST = "set the manual host"  # value: host:port
    CLEAR_LOOKUP_DOMAIN = "clear the lookup domain"
    SET_LOOKUP_DOMAIN = "set the lookup domain"  # value: the domain
    SWITCH_CACHING_OFF = "switch host caching off"
    SWITCH_CACHING_ON = "switch host caching on"
    FORGET_CACHED_HOST = "forget the cached host"
    SET_ACTIVATION_TYPE = "set the activation type"  # value: 0 all, 1 directory, 2 KMS, 3 token
    STOP_PUBLISHING = "stop publishing"  # on the host, before its record is removed
    PUBLISH = "publish"  # on the host
    OPEN_FIREWALL = "open the firewall"  # on the host
    RESTART_SERVICE = "restart the licensing service"
    FLUSH_DNS = "flush the DNS client's cache"
    SYNC_CLOCK = "synchronise the clock"


class Action(Value):
    """One thing done on a machine, by a person."""

    do: Do
    on: str  # "client", "host", or the name of the host
    value: str = ""
    product: str | None = None  # "windows" or "office"; None for both
    sku: str | None = None


class TextEdit(StrEnum):
    """How a fix edits the text of a zone where no record changes. zone.autofix has a function for each."""

    DEFAULT_TTL = "write $TTL"
    INHERITED_TTLS = "write the TTL that records inherit"
    INHERITED_OWNER = "write the owner that a record inherits"
    LAST_LINE = "end the last line"
    CHARACTERS = "retype characters"
    LINE = "remove the line"


class Rewrite(Value):
    """Another text for what stands at a place in a file; for nothing, where the place has no width."""

    location: Location
    text: str


class Fix(Value):
    """What to do about a finding: in words, as changes to a zone, as actions on machines; in this order of making."""

    summary: str
    safety: Safety = Safety.ADVICE
    changes: tuple[Change, ...] = ()
    rewrites: tuple[Rewrite, ...] = ()  # of the text, where no record changes
    actions: tuple[Action, ...] = ()
    edit: TextEdit | None = None  # of the text, where there are neither changes nor rewrites; rules.rule sets it


class Related(Value):
    """Another place that has to do with a finding, and what it has: "origin set here"."""

    location: Location
    message: str


class Finding(Value):
    """One thing that is wrong, or worth knowing, told once per cause."""

    code: str  # the rule's: letters and three digits
    slug: str  # "no-service-record"
    severity: Severity
    subject: str  # the name, endpoint or file it is about
    message: str  # one sentence
    reference: str = ""  # the clause: "RFC 2782"
    location: Location | None = None
    related: tuple[Related, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    fix: Fix | None = None
    hresult: str | None = None  # what a Windows client would show: "0x8007232B"
    is_open: bool = False  # it says that something could not be learnt, not that something is wrong


class Skipped(Value):
    """A rule that could not be applied, and why: silence that must not be taken for a clean bill."""

    code: str
    reason: str


def fold(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings that are equal but for their evidence become one that has it all, at the place of the first."""
    folded: dict[Finding, dict[Evidence, None]] = {}
    for finding in findings:
        folded.setdefault(finding.replace(evidence=()), {}).update(dict.fromkeys(finding.evidence))
    return tuple([finding.replace(evidence=tuple(evidence)) for finding, evidence in folded.items()])
