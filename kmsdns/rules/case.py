"""Cases: what rules read. Whether its parts came from a zone file, a resolver or a tape, rules don't know."""

from __future__ import annotations

from kmsdns.rules.needs import Needs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kmsdns.expectations.values import Checked
    from kmsdns.kms.diagnosis import Observed
    from kmsdns.model.report import Discovered
    from kmsdns.model.snapshot import Snapshot
    from kmsdns.model.vantages import ServerSurvey
    from kmsdns.rules.draft import FindingDraft
    from kmsdns.rules.expect.failures import ExpectationFailure
    from kmsdns.rules.sets import ServiceSet
    from kmsdns.rules.zone.comments import Suppressions
    from kmsdns.rules.zone.house_rules import HouseRules
    from kmsdns.rules.zone.view import Zones


class Case:
    """What a set of rules is to judge. Treat it as frozen; what several rules need of it is made once."""

    __slots__ = (
        "_policy",
        "_sets",
        "_vantages",
        "base",
        "checks",
        "client",
        "is_public",
        "misses",
        "services",
        "suffixes",
        "suppressions",
        "zones",
    )

    def __init__(
        self,
        *,
        services: Sequence[Discovered] = (),
        client: Observed | None = None,
        zones: Zones | None = None,
        suffixes: Sequence[str] = (),
        is_public: bool | None = None,
        base: Mapping[str, int] | None = None,
        policy: HouseRules | None = None,
        suppressions: Suppressions | None = None,
        vantages: ServerSurvey | None = None,
        checks: Sequence[Checked] = (),
        misses: Sequence[ExpectationFailure] = (),
    ) -> None:
        self.services = tuple(services)  # what clients found out, each with its snapshot
        self.client = client
        self.zones = zones  # zone files
        self.suffixes = tuple(suffixes)  # that clients search, where somebody says so; in canonical form
        self.is_public = is_public  # the zones are for everybody, or for the inside only; None: nobody says
        self.base = base  # origin in lower case -> serial of the zone as it was before the change; None: nobody says
        self.suppressions = suppressions  # comments that hide findings, after they have hidden what they do
        self._vantages = vantages  # what several servers said of one service
        self.checks = tuple(checks)  # expectations, each with what was seen of it
        self._policy = policy
        self.misses = tuple(misses)  # where what was seen of them is not what was expected
        self._sets: tuple[ServiceSet, ...] | None = None

    @property
    def snapshots(self) -> tuple[Snapshot, ...]:
        """What was asked and answered about each service."""
        return tuple([service.snapshot for service in self.services])

    def missed(self, code: str) -> Iterator[FindingDraft]:
        """What is not as a check expects it, of one code, as a rule tells it."""
        return (miss.told for miss in self.misses if miss.code == code)

    @property
    def vantages(self) -> ServerSurvey:
        """What several servers said of one service, for rules that need it."""
        assert self._vantages is not None
        return self._vantages

    @property
    def located(self) -> Mapping[str, Snapshot]:
        """What was asked about the controllers of a domain, by the owner name."""
        return {each.service.owner: each for each in self.client.locators} if self.client is not None else {}

    @property
    def policy(self) -> HouseRules:
        """What the house asks of its records."""
        if self._policy is None:
            from kmsdns.rules.zone.house_rules import NOTHING

            self._policy = NOTHING
        return self._policy

    @property
    def sets(self) -> tuple[ServiceSet, ...]:
        """The SRV RRsets there are, with what is known of their targets."""
        if self._sets is None:
            from kmsdns.rules.sets import live_set, zone_sets

            asked = (*self.snapshots, *self.located.values())
            live = [found for snapshot in asked if (found := live_set(snapshot)) is not None]
            zones = self.zones
            read = [] if zones is None else [found for view in zones.judged for found in zone_sets(view, zones)]
            self._sets = (*live, *read)
        return self._sets

    def has(self, need: Needs) -> bool:
        """Whether the case holds what a rule needs."""
        client = self.client
        if need is Needs.CLIENT:
            return client is not None and client.is_described
        if need is Needs.VANTAGES:
            return self._vantages is not None and bool(self._vantages.statements)
        if need is Needs.EXPECTATIONS:
            return bool(self.checks)
        if need is Needs.ZONE:
            return self.zones is not None
        if need is Needs.PROBES:
            return any(endpoint.probe for service in self.services for endpoint in service.endpoints)
        if need is Needs.RECORDS:
            elsewhere = client is not None and any(each.response.srvs for each in client.elsewhere)
            return self.zones is not None or bool(self.sets) or elsewhere or bool(self.located)
        if need is Needs.LIVE:
            told = client is not None and (client.published is not None or bool(client.facts.answers))
            return told or any(snapshot.responses for snapshot in self.snapshots)
        return False
