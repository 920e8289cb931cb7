"""discover: where a client would find a service, in the order it would try, with the exact chance of each host."""

from __future__ import annotations

from kmsdns.model.plan import together
from kmsdns.model.report import Fate, Report
from kmsdns.rules.case import Case
from kmsdns.rules.choice import run
from kmsdns.services.client_lookup import client_lookup

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kmsdns.model.plan import Plan
    from kmsdns.model.report import Discovered
    from kmsdns.rules.rule import Rule
    from kmsdns.services.client_lookup import LookupOptions, ResolutionPath


def discover(
    clients: Sequence[ResolutionPath],
    wishes: LookupOptions,
    rules: Sequence[Rule],
    explaining: Callable[[], Sequence[Rule]] = tuple,
) -> Plan[Report]:
    """All clients are served in lock-step. explaining: the rules that tell why one doesn't get through, loaded then."""
    services = yield from together([client_lookup(client, wishes) for client in clients])
    case = Case(services=tuple(services))
    fates = [fate_of(service) for service in services]
    chosen = [*rules, *(explaining() if Fate.FAILS in fates else ())]
    return Report(job="discover", services=tuple(services), findings=run(chosen, case), fate=worst(fates))


def fate_of(service: Discovered) -> Fate:
    """A discovery that was not to contact anybody is content with an endpoint that has an address."""
    if service.fate is Fate.UNKNOWN and not service.unprobed:
        found = any(endpoint.addresses and endpoint.probe is None for endpoint in service.endpoints)
        return Fate.THROUGH if found else Fate.UNKNOWN
    return service.fate


def worst(fates: Sequence[Fate]) -> Fate:
    """Of several clients: one that fails is known to fail; one that is unknown keeps the others from being all well."""
    return next((fate for fate in (Fate.FAILS, Fate.UNKNOWN) if fate in fates), Fate.THROUGH)
