"""Finds a zone and its name servers, as vantages tell them. A plan.

The zone is the longest name at or above the owner's that has an SOA record. Its servers are those its NS records name;
when nobody tells these, those that a server of the nearest zone above refers to.
"""

from __future__ import annotations

from kmsdns.core.messages import Directed, Outcome, Question, Server
from kmsdns.core.names import ROOT, fold, parent, split
from kmsdns.core.plan import responses
from kmsdns.core.value import Value
from kmsdns.core.vantages import Kind, Vantage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kmsdns.core.messages import Response
    from kmsdns.core.plan import Plan
    from kmsdns.core.records import Record

_MAX_ABOVE = 16  # names that are asked for on the way up
_MAX_REFERRALS = 4
_ASKED_ABOVE = 2  # servers of a zone above that are asked for a referral


class Search(Value):
    """What is looked for."""

    owner: str  # the name whose zone it is, in lower case
    rdtypes: tuple[str, ...]  # of the addresses that servers may have
    port: int  # where servers that are found are asked


class Found(Value):
    """The servers that one view's vantages know of."""

    zone: str | None
    vantages: tuple[Vantage, ...] = ()
    homeless: tuple[str, ...] = ()
    asked: tuple[Response, ...] = ()


def find_zone(search: Search, vantages: Sequence[Vantage]) -> Plan[tuple[str | None, tuple[Response, ...]]]:
    """The longest name with an SOA record, as any vantage tells that knows of no longer one."""
    names = upward(search.owner)
    asks = [_ask(vantage, Question(name=name, rdtype="SOA")) for vantage in vantages for name in names]
    replies = responses((yield asks))
    zones = [_first_zone(replies[at : at + len(names)]) for at in range(0, len(replies), len(names))]
    return max(filter(None, zones), key=lambda zone: len(split(zone)), default=None), tuple(replies)


def _first_zone(replies: Sequence[Response]) -> str | None:
    """The first name, going up, with an SOA record; None when one below it may be a zone whose servers fail."""
    for reply in replies:
        if reply.outcome is Outcome.ANSWER and not reply.aliases:
            return fold(reply.question.name)
        if not (reply.outcome.is_conclusive or reply.aliases):
            return None
    return None


def upward(name: str) -> list[str]:
    """A name and those above it, without the root."""
    names: list[str] = []
    while name != ROOT and len(names) < _MAX_ABOVE:
        names.append(name)
        name = parent(name)
    return names


def name_servers(search: Search, zone: str | None, through: Sequence[Vantage]) -> Plan[Found]:
    """The zone's servers as these vantages tell: by its NS records, else by a referral from above."""
    replies: list[Response] = []
    if zone is not None:
        replies = responses((yield [_ask(each, Question(name=zone, rdtype="NS")) for each in through]))
    names = _named(replies)
    if names:
        servers, asked = yield from _addresses(search, names, replies, through)
        return _as_vantages(zone, names, servers, through[0].view).replace(asked=(*replies, *asked))
    found = yield from _referred(search, through)
    return found.replace(asked=(*replies, *found.asked))


def _named(replies: Sequence[Response]) -> list[str]:
    return list(dict.fromkeys(fold(str(record.rdata)) for reply in replies for record in reply.answer))


def _addresses(
    search: Search, names: Sequence[str], replies: Sequence[Response], through: Sequence[Vantage]
) -> Plan[tuple[dict[str, tuple[Server, ...]], tuple[Response, ...]]]:
    """The addresses of name servers: those that came with their names, and those that the vantages tell."""
    questions = [Question(name=name, rdtype=rdtype) for name in names for rdtype in search.rdtypes]
    asked = responses((yield [_ask(vantage, question) for vantage in through for question in questions]))
    records = [record for reply in replies for record in reply.additional]
    records += [record for reply in asked for record in _under_the_name_asked(reply)]
    found = {
        name: tuple(
            dict.fromkeys(
                Server(address=str(record.rdata), port=search.port)
                for record in records
                if fold(record.owner) == name and record.rdtype in search.rdtypes
            )
        )
        for name in names
    }
    return found, tuple(asked)


def _under_the_name_asked(reply: Response) -> Iterator[Record]:
    """The records of an answer, as if no alias led to them: resolvers put up with one in an NS record, most of them."""
    for record in reply.answer:
        yield record.replace(owner=reply.question.name)


def _as_vantages(
    zone: str | None, names: Sequence[str], servers: dict[str, tuple[Server, ...]], view: str | None
) -> Found:
    return Found(
        zone=zone,
        vantages=tuple(
            [
                Vantage(name=name, server=server, kind=Kind.AUTHORITATIVE, view=view, was_found=True)
                for name in names
                for server in servers[name]
            ]
        ),
        homeless=tuple([name for name in names if not servers[name]]),
    )


def _referred(search: Search, through: Sequence[Vantage]) -> Plan[Found]:
    """The way down from the nearest zone above whose servers are known, by the referrals that these give."""
    questions = [Question(name=name, rdtype="NS") for name in upward(search.owner)[1:]]
    asked = responses((yield [_ask(vantage, question) for vantage in through for question in questions]))
    known = [reply for reply in asked if reply.outcome is Outcome.ANSWER and not reply.aliases]
    if not known:
        return Found(zone=None, asked=tuple(asked))
    nearest = max(len(split(reply.question.name)) for reply in known)
    nearest_replies = [reply for reply in known if len(split(reply.question.name)) == nearest]
    names, zone = _named(nearest_replies), fold(nearest_replies[0].question.name)
    servers, more = yield from _addresses(search, names, nearest_replies, through)
    found = _as_vantages(zone, names, servers, through[0].view)
    asked += more
    for _ in range(_MAX_REFERRALS):
        above = [vantage.server for vantage in found.vantages][:_ASKED_ABOVE]
        question = Question(name=search.owner, rdtype="SRV")
        replies = responses((yield [Directed(question=question, server=server) for server in above]))
        asked += replies
        referral = next((reply for reply in replies if reply.reason == "referral"), None)
        if referral is None:
            break
        delegation = [record for record in referral.authority if record.rdtype == "NS"]
        names = list(dict.fromkeys(fold(str(record.rdata)) for record in delegation))
        servers, more = yield from _addresses(search, names, [referral], through)
        found = _as_vantages(fold(delegation[0].owner), names, servers, through[0].view)
        asked += more
    return found.replace(asked=tuple(asked))


def _ask(vantage: Vantage, question: Question) -> Directed:
    return Directed(question=question, server=vantage.server, recursion_desired=vantage.kind is not Kind.AUTHORITATIVE)
