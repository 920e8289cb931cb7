"""Snapshots: all that one source said about one service."""

from __future__ import annotations

from kmsdns.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.model.messages import ProbeResult, Response
    from kmsdns.model.names import ServiceName


class CachedHost(Value):
    """The endpoint of a service that answered last."""

    target: str
    port: int
    addresses: tuple[str, ...]  # the one that answered first
    when: str  # UTC, as 2026-01-31T12:00:00Z


class Snapshot(Value):
    """What was asked about one service, and what came back."""

    service: ServiceName
    srv: tuple[Response, ...] = ()  # one for each name asked, in the order a client asks; the last one counts
    addresses: tuple[Response, ...] = ()  # A and AAAA of the targets
    probes: tuple[ProbeResult, ...] = ()
    cached: CachedHost | None = None
    has_fallback: bool = False  # the domain's own addresses stand in for missing SRV records

    @property
    def responses(self) -> tuple[Response, ...]:
        """Everything the DNS said, in the order asked."""
        return self.srv + self.addresses
