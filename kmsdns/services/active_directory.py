"""What leads to the controllers of an Active Directory domain: the names they register (docs/kms.md 7).

Names of sites, and the one with the domain's GUID, are not among them: from outside nobody knows them.
"""

from __future__ import annotations

from kmsdns.lookup.glue import glue
from kmsdns.model import names
from kmsdns.model.messages import Question
from kmsdns.model.names import fold
from kmsdns.model.plan import responses
from kmsdns.model.snapshot import Snapshot

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kmsdns.model.messages import Response
    from kmsdns.model.names import ServiceName
    from kmsdns.model.plan import Plan

OF_A_DOMAIN = (
    "_ldap._tcp.",
    "_kerberos._tcp.",
    "_kpasswd._tcp.",
    "_ldap._tcp.dc._msdcs.",
    "_kerberos._tcp.dc._msdcs.",
    "_ldap._tcp.pdc._msdcs.",
)
"""What a domain controller registers in each domain."""

OF_A_FOREST = ("_gc._tcp.", "_ldap._tcp.gc._msdcs.")
"""What a global catalogue registers, in the root domain of its forest only; both or none."""

MAX_TARGETS = 256
"""Controllers whose addresses are asked for."""


def locate(domain: str, rdtypes: tuple[str, ...]) -> Plan[tuple[Snapshot, ...]]:
    """A snapshot for each of the names in a domain, its own ldap first, with the addresses of the controllers.

    Where the domain has no global catalogue its parents are asked, for one of them may be the forest's root.
    """
    owners = [_service(front, domain) for front in (*OF_A_DOMAIN, *OF_A_FOREST)]
    replies = yield from _ask(owners)
    catalogues = replies[len(OF_A_DOMAIN) :]
    if not any(reply.srvs for reply in catalogues) and all(reply.outcome.is_conclusive for reply in catalogues):
        above = [_service(front, parent) for parent in _parents(domain) for front in OF_A_FOREST]
        owners += above
        replies += (yield from _ask(above)) if above else []
    addresses = yield from _addresses(replies, rdtypes)
    found = []
    for owner, reply in zip(owners, replies, strict=True):
        targets = {fold(srv.target) for srv in reply.srvs}
        about = tuple([each for each in addresses if fold(each.question.name) in targets])
        found.append(Snapshot(service=owner, srv=(reply,), addresses=about))
    return tuple(found)


def is_missing(snapshot: Snapshot) -> bool:
    """The DNS says that there is no such record, as opposed to not saying."""
    return all(not each.srvs and each.outcome.is_conclusive for each in snapshot.srv)


def is_untold(snapshot: Snapshot) -> bool:
    """The DNS didn't say, or failed."""
    return any(not each.outcome.is_conclusive for each in snapshot.srv)


def _service(front: str, domain: str) -> ServiceName:
    service, proto, below = front.split(".", 2)
    return names.service_name(below + domain, service, proto)


def _parents(domain: str) -> list[str]:
    """The domains above, of two labels at least."""
    labels = names.split(domain)
    return [".".join(labels[at:]) + "." for at in range(1, len(labels) - 1)]


def _ask(owners: Iterable[ServiceName]) -> Plan[list[Response]]:
    return responses((yield [Question(name=each.owner, rdtype="SRV") for each in owners]))


def _addresses(replies: list[Response], rdtypes: tuple[str, ...]) -> Plan[list[Response]]:
    """What the DNS says of the controllers' addresses; those that came with all of their records needn't be asked."""
    targets: dict[str, None] = {}
    wanted: dict[tuple[str, str], None] = {}
    for reply in replies:
        along = glue(reply)
        for target in dict.fromkeys(fold(srv.target) for srv in reply.srvs if not srv.is_no_service):
            targets[target] = None
            wanted.update({(target, rdtype): None for rdtype in rdtypes if (target, rdtype) not in along})
    among = set(list(targets)[:MAX_TARGETS])
    asked = [Question(name=target, rdtype=rdtype) for target, rdtype in wanted if target in among]
    return responses((yield asked)) if asked else []
