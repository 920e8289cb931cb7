"""Glue: addresses that come along with an answer, in its additional section, and which of them are believed.

Nobody asked for them, so they are worth less than an answer (RFC 2181 5.4.1), and a server has a say about its own zone
only: they count in class IN, and at or below that zone. What it is, no message proves. The question fixes the domain
that a service name is for, which is what stands behind its last label with an underscore, and that is taken for it; or,
where an NS or SOA record of the authority section names a zone between that domain and the owner, as _tcp.contoso.com
is, that one. A record of the message can only narrow what is believed: whoever forges an address can forge an NS record
of the root beside it. All else is asked for, which costs a question.
"""

from __future__ import annotations

from kmsdns.model.names import ROOT, fold, is_at_or_below, parent, split

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.model.messages import Response


def glue(response: Response) -> dict[tuple[str, str], tuple[str, ...]]:
    """The addresses that are believed, by owner (folded) and type."""
    if not response.additional:
        return {}
    zone = _zone(response)
    found: dict[tuple[str, str], list[str]] = {}
    for record in response.additional if zone != ROOT else ():
        if record.rdtype in ("A", "AAAA") and record.rdclass == "IN" and is_at_or_below(record.owner, zone):
            found.setdefault((fold(record.owner), record.rdtype), []).append(str(record.rdata))
    return {key: tuple(dict.fromkeys(addresses)) for key, addresses in found.items()}


def _zone(response: Response) -> str:
    """The zone that answered, as far as it is known."""
    owner = response.question.name
    domain = _domain(owner)
    told = [
        record.owner
        for record in response.authority
        if record.rdtype in ("NS", "SOA")
        and is_at_or_below(owner, record.owner)
        and is_at_or_below(record.owner, domain)
    ]
    return max(told, key=len, default=domain)


def _domain(owner: str) -> str:
    """contoso.com. for _ldap._tcp.dc._msdcs.contoso.com.; a name without such labels is its own."""
    labels = split(owner)
    behind = max([at + 1 for at, label in enumerate(labels) if label.startswith("_")], default=0)
    for _ in range(behind):
        owner = parent(owner)
    return owner
