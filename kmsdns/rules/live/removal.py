"""The fix that takes hosts out of the DNS: the publisher first, then exactly its record, then what clients remember."""

from __future__ import annotations

from kmsdns.model.findings import Action, Change, Do, Fix

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kmsdns.model.report import Discovered, Endpoint


def removal(service: Discovered, gone: Sequence[Endpoint], summary: str) -> Fix:
    """These endpoints' records removed where they stand, be it behind an alias.

    Of a KMS host, what would put the record back is stopped first, and what clients remember is emptied afterwards.
    """
    rdatas = {f"{each.priority} {each.weight} {each.port} {each.target}" for each in gone}
    records = [(record, response) for response in service.snapshot.srv for record in response.answer]
    changes = tuple(
        [
            Change(
                op="delete",
                name=each.owner,
                ttl=None if response.ttl is None else each.ttl,
                rdtype=each.rdtype,
                rdata=str(each.rdata),
            )
            for each, response in records
            if str(each.rdata) in rdatas
        ]
    )
    if service.snapshot.service.service != "_vlmcs":
        return Fix(summary=summary, changes=changes)
    hosts = dict.fromkeys(each.target for each in gone)
    before = [Action(do=Do.STOP_PUBLISHING, on=host) for host in hosts]
    after = [Action(do=do, on="client") for do in (Do.FLUSH_DNS, Do.FORGET_CACHED_HOST)]
    return Fix(summary=summary, changes=changes, actions=(*before, *after))
