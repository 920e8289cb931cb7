"""Reports: what a job found out, for formats to show and for programs to read."""

from __future__ import annotations

from enum import StrEnum

from kmsdns.model.findings import Severity
from kmsdns.model.messages import Outcome
from kmsdns.model.names import fold
from kmsdns.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction
    from typing import Any, Generic, Protocol

    from typing_extensions import TypeVar

    from kmsdns.model.findings import Finding, Skipped
    from kmsdns.model.messages import ProbeResult, Response, Try
    from kmsdns.model.snapshot import CachedHost, Snapshot
    from kmsdns.model.vantages import ServerSurvey

    class ClientLike(Protocol):
        """A client of a diagnosis, as far as a report knows it."""

        @property
        def besides(self) -> tuple[Response, ...]:
            """What was asked beside the client's own way."""

    class VantageLike(Protocol):
        """What one vantage said to a check."""

        @property
        def responses(self) -> tuple[Response, ...]:
            """What the DNS said."""

    class CheckLike(Protocol):
        """A check, as far as a report knows it."""

        @property
        def seen(self) -> tuple[VantageLike, ...]:
            """What each vantage said."""

        @property
        def consulted(self) -> ServerSurvey | None:
            """What several servers said of one service."""

    Client = TypeVar("Client", bound=ClientLike, default=Any)
    Result = TypeVar("Result", default=Any)
    Check = TypeVar("Check", bound=CheckLike, default=Any)

    class Of(Value, Generic[Client, Result, Check]):
        """What a report is of; only type checkers see more than a Value."""
else:
    Of = Value


class Verdict(StrEnum):
    """What a report comes to, in the word of its JSON."""

    CLEAN = "clean"
    FINDINGS = "findings"
    INCONCLUSIVE = "inconclusive"  # what counts could not be learnt: never to be taken for clean


class Fate(StrEnum):
    """What becomes of a client."""

    THROUGH = "through"  # it gets to an endpoint, or is content without one
    FAILS = "fails"
    UNKNOWN = "unknown"  # nobody can tell from what was learnt


class Status(StrEnum):
    """The one value that every output of a report derives from: glyph, verdict, exit status, state of a plugin."""

    PASSES = "passes"
    FAILS = "fails"
    UNKNOWN = "unknown"


class Endpoint(Value):
    """Where a client would connect."""

    target: str
    port: int
    priority: int | None  # None when no SRV record says
    weight: int | None
    share_terms: tuple[int, int] | None  # numerator and denominator of the exact chance of being tried first
    addresses: tuple[str, ...] | None  # None when they could not be asked: there may be some, or none
    probe: ProbeResult | None = None
    addresses_from: str | None = (
        None  # "additional" (one at least came along), "answer", "literal", "cache"; None: none
    )

    @property
    def share(self) -> Fraction | None:
        """The exact chance of being tried first by a client without a cache; None when no SRV record says."""
        if self.share_terms is None:
            return None
        from fractions import Fraction

        return Fraction(*self.share_terms)

    def __str__(self) -> str:
        return f"{self.target}:{self.port}"


class Discovered(Value):
    """What a client finds out about one service."""

    service: str  # the owner name that has it; of several asked in vain the first
    outcome: str  # an Outcome, or "unavailable" for a lone target "."
    source: str  # "dns", "cache" or "manual"
    queried: tuple[str, ...]  # the owner names asked for SRV records, in order
    ttl: int | None  # seconds
    endpoints: tuple[Endpoint, ...]  # in processing order
    notices: tuple[str, ...]  # sentences about what a client tolerates and an administrator should know
    snapshot: Snapshot
    cached: CachedHost | None = None  # the cached host that was used
    unprobed: str = ""  # why endpoints that were to be contacted were not; "" when they were, or were not meant to be

    @property
    def fate(self) -> Fate:
        """What becomes of a client that goes this way, as far as it was followed."""
        if self.used is not None:
            return Fate.THROUGH
        if not self.endpoints:
            return Fate.UNKNOWN if self.is_silent else Fate.FAILS
        open_ended = any(each.probe is None and each.addresses != () for each in self.endpoints)
        return Fate.UNKNOWN if open_ended else Fate.FAILS

    @property
    def is_silent(self) -> bool:
        """No server said anything about the service."""
        return self.outcome in (Outcome.TIMEOUT, Outcome.UNREACHABLE)

    @property
    def used(self) -> Endpoint | None:
        """The endpoint a client would end up with: the first that is open; None when none is or none was probed."""
        return next((endpoint for endpoint in self.endpoints if endpoint.probe and endpoint.probe.is_open), None)


def unknown_addresses(found: Discovered) -> dict[str, list[Response]]:
    """The hosts on a client's way whose addresses could not be asked, each with the responses that say so."""
    targets = [each.target for each in found.endpoints if each.addresses is None]
    cached = found.snapshot.cached
    if cached is not None and not cached.addresses and not found.snapshot.probes:
        targets.append(cached.target)
    asked: dict[str, list[Response]] = {target: [] for target in targets}
    for response in found.snapshot.addresses:
        target = fold(response.question.name)
        if target in asked and not response.outcome.is_conclusive:
            asked[target].append(response)
    return {target: failed for target, failed in asked.items() if failed}


class ZoneFile(Value):
    """A zone file that was read."""

    path: str
    origin: str | None  # None when neither the file nor the caller tells it
    records: int
    serial: int | None  # of its SOA


class Report(Of["Client", "Result", "Check"]):
    """How a job ended. print(report) shows what the command line prints of it.

    What only one job has (clients, checks) is of types that are not this module's business.
    """

    job: str
    services: tuple[Discovered, ...] = ()
    clients: tuple[Client, ...] = ()  # of a diagnosis: the one it is about first
    files: tuple[ZoneFile, ...] = ()  # of a validation
    checks: tuple[Result, ...] = ()  # in the order of the specs, of each one its viewpoints
    checked: tuple[Check, ...] = ()  # what was seen of each
    sources: Mapping[str, str] = {}  # path -> text, of the files that findings point into
    findings: tuple[Finding, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    suppressed: int = 0
    inconclusive: bool = False  # something that counts could not be asked
    fate: Fate = Fate.THROUGH  # of the client that the report is about; of several the worst
    fail_on: Severity = Severity.ERROR  # findings from this severity on count
    notices: tuple[str, ...] = ()  # sentences about the run itself, such as a damaged cache
    started: str = ""  # UTC, as 2026-01-31T12:00:00Z
    elapsed: float = 0.0  # seconds

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """The endpoints of all services, each service's in processing order."""
        return tuple([endpoint for service in self.services for endpoint in service.endpoints])

    @property
    def responses(self) -> tuple[Response, ...]:
        """What the DNS said to every question."""
        # Services whose targets are the same share a response, and so do checks; it is told once.
        told = [response for service in self.services for response in service.snapshot.responses]
        told += [response for client in self.clients for response in client.besides]
        told += [response for checked in self.checked for seen in checked.seen for response in seen.responses]
        surveys = [each.consulted for each in self.checked if each.consulted is not None]
        told += [response for survey in surveys for response in survey.responses]
        return tuple({id(response): response for response in told}.values())

    @property
    def trace(self) -> tuple[Try, ...]:
        """Every try at every question."""
        return tuple([each for response in self.responses for each in response.tries])

    @property
    def counted(self) -> tuple[Finding, ...]:
        """The findings that count: those at or above the severity fail_on."""
        return tuple([each for each in self.findings if each.severity.rank <= self.fail_on.rank])

    @property
    def status(self) -> Status:
        """What the report comes to. What is known to fail outweighs what is unknown, and that outweighs the rest."""
        counted = self.counted
        if self.fate is Fate.FAILS or not all(each.is_open for each in counted):
            return Status.FAILS
        return Status.UNKNOWN if self.inconclusive or self.fate is Fate.UNKNOWN or counted else Status.PASSES

    @property
    def verdict(self) -> Verdict:
        """The status in the word of the JSON: warnings below fail_on are findings still, and notes alone are clean."""
        if self.status is Status.UNKNOWN:
            return Verdict.INCONCLUSIVE
        serious = any(each.severity is not Severity.NOTE for each in self.findings)
        return Verdict.FINDINGS if serious or self.status is Status.FAILS else Verdict.CLEAN

    def count(self, severity: Severity) -> int:
        """How many findings there are of a severity."""
        return sum(finding.severity is severity for finding in self.findings)

    def __str__(self) -> str:
        """The report in the format text, without its last line break."""
        # Formats stand above, and nothing here needs them until somebody prints: so they are called by name.
        from importlib import import_module

        text: str = import_module("kmsdns.formats").render("text", self)
        return text.removesuffix("\n")
