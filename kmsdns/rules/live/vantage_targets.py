"""LIV104-107: a zone beside its file, and the targets of service records, as those who are asked have them."""

from __future__ import annotations

from kmsdns.model.findings import Change, Fix, Severity
from kmsdns.model.messages import Outcome
from kmsdns.model.names import ROOT, fold, parent, split
from kmsdns.model.vantages import denying_zone
from kmsdns.rules.live.vantages import VANTAGES, evidence_from, heard
from kmsdns.rules.rule import FindingDraft, Needs, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kmsdns.model.messages import Response
    from kmsdns.model.vantages import ServerAnswers, ServerSurvey
    from kmsdns.rules.case import Case
    from kmsdns.rules.live.vantages import Heard

_EXPECTATIONS = (Needs.EXPECTATIONS,)
_TYPES = ("A", "AAAA")
_REGISTRIES = frozenset("ac co com edu go gob gouv gov gv mil ne net nom or org".split())
"""First labels of zones such as co.uk. and com.au., in which whoever asks gets a domain of his own."""


@rule("LIV104", "live-differs-from-file", Severity.ERROR, "RFC 1034 4.3.5, RFC 2136", needs=_EXPECTATIONS)
def live_differs_from_file(case: Case) -> Iterator[FindingDraft]:
    """What the zone's servers have is not what its file says: records of one are missing in the other, or differ.

    Why: Somebody changed the zone by hand, or the file was never loaded; the next deployment undoes the change, or
    brings it as a surprise.

    A check with "same" tells it, and has the zone transferred (AXFR) where a server allows that. Else what the file has
    is asked for: names that are served and aren't in the file at all go unseen. What "ignore" names doesn't count.
    Fix: The changes make the servers have what the file says. Where the servers are right, change the file instead.
    Example: As nsupdate
        update delete kms01.contoso.com. IN A 192.0.2.10
        update add kms01.contoso.com. 3600 IN A 192.0.2.11
    """
    yield from case.missed("LIV104")


@rule("LIV105", "target-alias-live", Severity.ERROR, 'RFC 2782, "Target"', needs=_EXPECTATIONS)
def target_alias_live(case: Case) -> Iterator[FindingDraft]:
    """The target is an alias (CNAME, or below a DNAME), as the servers answer; the standard says it must not be one.

    Why: Some clients follow it, some don't, and one that doesn't finds no address.
    Fix: Name the host at the end of the chain.
    Example:
        $ dig kms.contoso.com A +short
        kms01.contoso.com.
        192.0.2.10
    """
    yield from case.missed("LIV105")


@rule("LIV106", "target-no-address-live", Severity.ERROR, 'RFC 2782, "Target"', needs=_EXPECTATIONS)
def target_no_address_live(case: Case) -> Iterator[FindingDraft]:
    """The target has no address: its name doesn't exist, or has neither A nor AAAA records.

    Why: There is nothing to connect to; a client that draws this target loses time, and fails when there is no other.
    Fix: Correct the name, publish its address, or remove the record.
    Example:
        kms01  IN  A  192.0.2.11
    """
    yield from case.missed("LIV106")


@rule(
    "LIV107",
    "target-domain-dangling",
    Severity.ERROR,
    "RFC 2308 3, RFC 8020",
    needs=VANTAGES,
    check_keys=("consistent",),
)
def target_domain_dangling(case: Case) -> Iterator[FindingDraft]:
    """The target, or what it is an alias of, lies in a domain that doesn't exist, and that anybody can register.

    Why: Whoever registers it gets your clients' connections, and can answer as he likes.

    Which domain that is shows in the denial: its SOA record is of the zone that denies the name. The rule speaks when
    that is a top-level zone, or one such as co.uk (a first label like co, com or org under the two letters of a
    country), and when the name just below it doesn't exist either. There is no list of public suffixes in it, so under
    any other registry's zone such a target is only told to have no address.
    Fix: Remove the record, or register the domain again.
    Example: contoso-old.com has run out
        _vlmcs._tcp  IN  SRV  0 0 1688 kms01.contoso-old.com.
    """
    consulted = case.vantages
    for target in consulted.targets:
        found: dict[str, list[Heard]] = {}
        for each in consulted.statements:
            for response in (each.response(target, rdtype) for rdtype in _TYPES):
                domain = None if response is None else _free(consulted, each, response)
                if domain is not None:
                    above = each.response(domain, "SOA")
                    assert response is not None
                    assert above is not None
                    found.setdefault(domain, []).extend([(each, response), (each, above)])
        for domain, told in found.items():
            yield FindingDraft(
                subject=target,
                message=f"the target {target} leads into {domain}, which does not exist: whoever registers it gets the "
                "clients",
                evidence=evidence_from(dict.fromkeys(told)),
                fix=Fix(
                    summary=f"remove the record, or register {domain[:-1]} yourself",
                    changes=_removed(consulted, target),
                ),
            )


def _free(consulted: ServerSurvey, statement: ServerAnswers, response: Response) -> str | None:
    """The domain that could be registered, when a response that denies a name shows one."""
    name = fold(response.canonical)
    if not consulted.counts(statement, response) or consulted.is_inside(name):
        return None
    if response.outcome is not Outcome.NXDOMAIN:
        return None
    registry = denying_zone(response) or _nearest(statement, name)
    if registry is None or not _is_registry(registry):
        return None
    while name != ROOT and parent(name) != registry:
        name = parent(name)
    denied = None if name == ROOT else statement.response(name, "SOA")
    return name if denied is not None and denied.outcome is Outcome.NXDOMAIN else None


def _nearest(statement: ServerAnswers, name: str) -> str | None:
    """The nearest name above that exists, for denials that don't say whose they are."""
    while (name := parent(name)) != ROOT:
        above = statement.response(name, "SOA")
        if above is None or not above.outcome.is_conclusive:
            return None
        if above.outcome is Outcome.ANSWER:
            return name
    return None


def _is_registry(zone: str) -> bool:
    labels = split(zone)
    return len(labels) == 1 or (len(labels) == 2 and len(labels[1]) == 2 and labels[0] in _REGISTRIES)


def _removed(consulted: ServerSurvey, target: str) -> tuple[Change, ...]:
    """The changes that take out the records which name a target, as the first vantage has them."""
    told = heard(consulted, (*consulted.authorities, *consulted.resolvers), consulted.owner, "SRV")
    return tuple(
        [
            Change(op="delete", name=record.owner, ttl=record.ttl, rdtype="SRV", rdata=str(record.rdata))
            for _each, response in told[:1]
            for record in response.answer
            if fold(str(record.rdata).rpartition(" ")[2]) == target
        ]
    )
