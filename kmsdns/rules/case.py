"""Cases: what rules read. Whether its parts came from a zone file, a resolver or a tape, rules don't know."""

from __future__ import annotations

from kmsdns.core.value import Value
from kmsdns.rules.rule import Needs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.core.report import Discovered
    from kmsdns.core.snapshot import Snapshot
    from kmsdns.kms.diagnosis import Observed
    from kmsdns.rules.sets import ServiceSet


class Case(Value):
    """What a set of rules is to judge."""

    services: tuple[Discovered, ...] = ()  # what clients found out, each with its snapshot
    client: Observed | None = None
    suffixes: tuple[str, ...] = ()  # that clients search, where somebody says so; in canonical form

    @property
    def snapshots(self) -> tuple[Snapshot, ...]:
        """What was asked and answered about each service."""
        return tuple([service.snapshot for service in self.services])

    @property
    def sets(self) -> tuple[ServiceSet, ...]:
        """The SRV RRsets there are, with what is known of their targets."""
        from kmsdns.rules.sets import live_set

        return tuple([found for snapshot in self.snapshots if (found := live_set(snapshot)) is not None])

    def has(self, need: Needs) -> bool:
        """Whether the case holds what a rule needs."""
        client = self.client
        if need is Needs.CLIENT:
            return client is not None and client.is_described
        if need is Needs.PROBES:
            return any(endpoint.probe for service in self.services for endpoint in service.endpoints)
        if need is Needs.RECORDS:
            return bool(self.sets)
        if need is Needs.LIVE:
            told = client is not None and (client.published is not None or bool(client.facts.answers))
            return told or any(snapshot.srv for snapshot in self.snapshots)
        return False
