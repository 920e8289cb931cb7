"""Reports: what a job found out, for formats to show and for programs to read."""

from __future__ import annotations

from enum import StrEnum

from kmsdns.core.findings import Severity
from kmsdns.core.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from kmsdns.core.expectations import Checked, CheckResult
    from kmsdns.core.findings import Finding, Skipped
    from kmsdns.core.messages import ProbeResult, Response, Try
    from kmsdns.core.snapshot import CachedHost, Snapshot
    from kmsdns.core.vantages import Consulted
    from kmsdns.kms.diagnosis import Observed


class Verdict(StrEnum):
    """What a report comes to."""

    CLEAN = "clean"
    FINDINGS = "findings"
    INCONCLUSIVE = "inconclusive"  # nothing could be learnt: never to be taken for clean


class Endpoint(Value):
    """Where a client would connect."""

    target: str
    port: int
    priority: int | None  # None when no SRV record says
    weight: int | None
    share_terms: tuple[int, int] | None  # numerator and denominator of the exact chance of being tried first
    addresses: tuple[str, ...]
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
    source: str  # "dns" or "cache"
    queried: tuple[str, ...]  # the owner names asked for SRV records, in order
    ttl: int | None  # seconds
    endpoints: tuple[Endpoint, ...]  # in processing order
    notices: tuple[str, ...]  # sentences about what a client tolerates and an administrator should know
    snapshot: Snapshot
    cached: CachedHost | None = None  # the cached host that was used

    @property
    def used(self) -> Endpoint | None:
        """The endpoint a client would end up with: the first that is open; None when none is or none was probed."""
        return next((endpoint for endpoint in self.endpoints if endpoint.probe and endpoint.probe.is_open), None)


class ZoneFile(Value):
    """A zone file that was read."""

    path: str
    origin: str | None  # None when neither the file nor the caller tells it
    records: int
    serial: int | None  # of its SOA


class Report(Value):
    """How a job ended."""

    job: str
    services: tuple[Discovered, ...] = ()
    clients: tuple[Observed, ...] = ()  # of a diagnosis: the one it is about first
    consulted: tuple[Consulted, ...] = ()  # services that several servers were asked for
    files: tuple[ZoneFile, ...] = ()  # of a validation
    checks: tuple[CheckResult, ...] = ()  # in the order of the specs, of each one its viewpoints
    checked: tuple[Checked, ...] = ()  # what was seen of each
    sources: Mapping[str, str] = {}  # path -> text, of the files that findings point into
    findings: tuple[Finding, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    suppressed: int = 0
    inconclusive: bool = False  # something could not be asked
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
        consulted = [*self.consulted, *[each.consulted for each in self.checked if each.consulted is not None]]
        told += [response for each in consulted for response in each.responses]
        return tuple({id(response): response for response in told}.values())

    @property
    def trace(self) -> tuple[Try, ...]:
        """Every try at every question."""
        return tuple([each for response in self.responses for each in response.tries])

    @property
    def verdict(self) -> Verdict:
        """Notes alone are clean. That no server answered is itself a finding, and alone makes it inconclusive."""
        serious = [finding for finding in self.findings if finding.severity is not Severity.NOTE]
        if any(finding.code not in NOTHING_LEARNT for finding in serious):
            return Verdict.FINDINGS
        if self.inconclusive or any(finding.code in (NO_ANSWER, "EXP107") for finding in serious):
            return Verdict.INCONCLUSIVE
        return Verdict.FINDINGS if serious else Verdict.CLEAN

    def count(self, severity: Severity) -> int:
        """How many findings there are of a severity."""
        return sum(finding.severity is severity for finding in self.findings)


NO_ANSWER = "LIV005"
"""The finding that no server answered."""

NOTHING_LEARNT = (NO_ANSWER, "EXP107", "KMS171")
"""Findings about what could not be learnt: of the DNS, at a vantage, from evidence."""
