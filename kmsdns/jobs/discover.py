"""discover: where a client would find a service, in the order it would try, with the exact chance of each host."""

from __future__ import annotations

from kmsdns.core.messages import Outcome
from kmsdns.core.plan import together
from kmsdns.core.report import Report
from kmsdns.kms.chain import chain
from kmsdns.rules.case import Case
from kmsdns.rules.choice import run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kmsdns.core.plan import Plan
    from kmsdns.core.report import Discovered
    from kmsdns.kms.chain import Client, Wishes
    from kmsdns.rules.rule import Rule


def discover(clients: Sequence[Client], wishes: Wishes, rules: Sequence[Rule]) -> Plan[Report]:
    """All clients are served in lock-step."""
    services = yield from together([chain(client, wishes) for client in clients])
    case = Case(services=tuple(services))
    findings = run(rules, case)
    inconclusive = any(is_unknown(service) for service in services)
    return Report(job="discover", services=tuple(services), findings=findings, inconclusive=inconclusive)


def is_unknown(service: Discovered) -> bool:
    """No server said anything about the service, or about the address of any of its targets."""
    silent = (Outcome.TIMEOUT, Outcome.UNREACHABLE)
    if service.outcome in silent:
        return True
    asked = service.snapshot.addresses
    found = any(endpoint.addresses for endpoint in service.endpoints)
    return bool(asked) and not found and all(response.outcome in silent for response in asked)
