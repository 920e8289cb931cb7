"""LIV104: what the zone's servers have, against its file. Needs: vantages and a zone file."""

from __future__ import annotations

from kmsdns.model.findings import Change, Evidence, EvidenceKind, Fix, Severity
from kmsdns.model.names import fold
from kmsdns.rules.rule import FindingDraft, Needs, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kmsdns.model.records import Record
    from kmsdns.model.vantages import ServerSurvey
    from kmsdns.rules.case import Case
    from kmsdns.rules.zone.view import ZoneView

    Key = tuple[str, str]
    """Owner name in lower case, and type."""

MAX_TOLD = 100
"""RRsets told of one zone: with more, it is most likely the wrong file."""

MADE_BY_SERVERS = frozenset("RRSIG NSEC NSEC3 NSEC3PARAM DNSKEY CDS CDNSKEY ZONEMD TYPE65534 SOA".split())
"""Types that no file need have: servers that sign make them, and count the serial."""


@rule(
    "LIV104", "live-differs-from-file", Severity.ERROR, "RFC 1034 4.3.5, RFC 2136", needs=(Needs.VANTAGES, Needs.ZONE)
)
def live_differs_from_file(case: Case) -> Iterator[FindingDraft]:
    """What the zone's servers have is not what its file says: records of one are missing in the other, or differ.

    Why: Somebody changed the zone by hand, or the file was never loaded; the next deployment undoes the change, or
    brings it as a surprise.

    The zone is transferred (AXFR) where a server allows that. Else what the file has is asked for, so that names which
    are served and aren't in the file at all go unseen, as do types that are rarely used. What servers make by
    themselves (the serial, signatures) doesn't count.
    Fix: The changes make the servers have what the file says. Where the servers are right, change the file instead.
    Example: As nsupdate
        update delete kms01.contoso.com. IN A 192.0.2.10
        update add kms01.contoso.com. 3600 IN A 192.0.2.11
    """
    consulted, zones = case.vantages, case.zones
    assert zones is not None
    view = next((each for each in zones.judged if each.origin == consulted.zone), None)
    if view is None or not consulted.source:
        return
    filed, served = _filed(view, served=consulted.live is None), _served(consulted)
    keys = served if consulted.live is None else dict.fromkeys((*filed, *served))
    differing = [(key, filed.get(key, []), served.get(key, [])) for key in keys]
    told = 0
    for (owner, rdtype), ours, theirs in differing:
        if _are_alike(ours, theirs):
            continue
        missing, surplus = _without(ours, theirs), _without(theirs, ours)
        other_ttl = [] if missing or surplus or _ttl(ours) == _ttl(theirs) else ours
        if not (missing or surplus or other_ttl):
            continue
        told += 1
        if told > MAX_TOLD:
            continue
        place = next((each.location for each in (*missing, *ours)), None)
        yield FindingDraft(
            subject=owner,
            message=_message(owner, rdtype, ours, theirs),
            location=place,
            evidence=tuple(
                [Evidence(kind=EvidenceKind.RECORD, text=str(each), source=consulted.source) for each in theirs]
            ),
            fix=Fix(
                summary="load the file again, or make the changes; where the servers are right, change the file",
                changes=(
                    *[_change("delete", each) for each in surplus],
                    *[_change("add", each) for each in missing or other_ttl],
                ),
            ),
        )
    if told > MAX_TOLD:
        yield FindingDraft(
            subject=view.origin,
            message=f"{told} RRsets of {view.origin} differ between its servers and {view.path}, of which the first "
            f"{MAX_TOLD} are told: is this the file?",
            fix=Fix(summary="name the file that the zone is loaded from"),
        )


def _message(owner: str, rdtype: str, ours: Sequence[Record], theirs: Sequence[Record]) -> str:
    mine, other = _words(ours), _words(theirs)
    if not theirs:
        return f"{owner} {rdtype} {mine} is in the file, and not served"
    if not ours:
        return f"{owner} {rdtype} {other} is served, and not in the file"
    if not _without(ours, theirs) and not _without(theirs, ours):
        return f"{owner} {rdtype} is served with a TTL of {_ttl(theirs)} s, and has {_ttl(ours)} s in the file"
    return f"{owner} {rdtype} is served as {other}, and is {mine} in the file"


def _words(records: Sequence[Record]) -> str:
    from kmsdns.zone.rdata import present

    shown = [present(record.rdtype, record.rdata) for record in records[:5]]
    return ", ".join(shown) + (f" and {len(records) - 5} more" if len(records) > 5 else "")


def _filed(view: ZoneView, *, served: bool) -> dict[Key, list[Record]]:
    """The RRsets of a file; served: those that are answered with, not what is below a delegation or a DNAME."""
    found: dict[Key, list[Record]] = {}
    for owner, records in view.owners():
        if not view.covers(owner) or (served and (view.cut(owner) is not None or view.dname(owner) is not None)):
            continue
        for record in records:
            if record.rdtype not in MADE_BY_SERVERS:
                found.setdefault((owner, record.rdtype), []).append(record)
    return found


def _served(consulted: ServerSurvey) -> dict[Key, list[Record]]:
    """The RRsets that a server has: of the zone it transferred, or of what it was asked for and knows."""
    found: dict[Key, list[Record]] = {}
    if consulted.live is None:
        for response in consulted.implied:
            if response.outcome.is_conclusive and "aa" in response.flags:
                key = fold(response.question.name), response.question.rdtype
                found[key] = [] if response.aliases else list(response.answer)
        return found
    for record in consulted.live:
        if record.rdtype not in MADE_BY_SERVERS:
            found.setdefault((fold(record.owner), record.rdtype), []).append(record)
    return found


def _are_alike(ours: Sequence[Record], theirs: Sequence[Record]) -> bool:
    """Whether two RRsets are the same to the letter, as most are: to see that is cheap."""
    if not ours or not theirs:
        return not ours and not theirs
    return {each.rdata for each in ours} == {each.rdata for each in theirs} and _ttl(ours) == _ttl(theirs)


def _without(records: Sequence[Record], others: Sequence[Record]) -> list[Record]:
    """Records whose data the others lack."""
    from kmsdns.zone.rdata import identity  # a diagnosis needs nothing of zones

    known = {identity(each.rdtype, each.rdata) for each in others}
    return [each for each in records if identity(each.rdtype, each.rdata) not in known]


def _ttl(records: Sequence[Record]) -> int:
    return min(each.ttl for each in records)


def _change(op: str, record: Record) -> Change:
    from kmsdns.zone.rdata import present

    rdata = present(record.rdtype, record.rdata)
    return Change(op=op, name=record.owner, ttl=record.ttl, rdtype=record.rdtype, rdata=rdata)
