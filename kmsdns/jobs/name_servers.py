"""Finds a zone and its name servers, as vantages tell them. A plan.

The zone is the longest name at or above the owner's that has an SOA record. Its servers are those its NS records name;
when nobody tells these, those that a server of the nearest zone above refers to.
"""

from __future__ import annotations

from kmsdns.model.messages import Directed, Outcome, Question, Server
from kmsdns.model.names import ROOT, fold, parent, split
from kmsdns.model.plan import responses
from kmsdns.model.value import Value
from kmsdns.model.vantages import Vantage, VantageKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kmsdns.model.messages import Response
    from kmsdns.model.plan import Plan
    from kmsdns.model.records import Record

_MAX_ABOVE = 16  # names that are asked for on the way up
_MAX_REFERRALS = 4
_MAX_NAMES = 32  # name servers of one zone whose addresses are looked up
_TYPES = ("A", "AAAA")
_ASKED_ABOVE = 2  # servers of a zone above that are asked for a referral


class Search(Value):
    """What is looked for."""

    owner: str  # the name whose zone it is, in lower case
    rdtype: str  # of the records there, which servers above are asked for in order to be referred
    port: int  # where servers that are found are asked


class Found(Value):
    """The servers that one view's vantages know of."""

    zone: str | None
    vantages: tuple[Vantage, ...] = ()
    homeless: tuple[str, ...] = ()  # names of which a vantage says that they have no address
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
    names = _named([record for reply in replies for record in reply.answer])
    if names:
        found = yield from _with_addresses(search, zone, names, replies, through)
    else:
        found = yield from _referred(search, through)
    return found.replace(asked=(*replies, *found.asked))


def _named(records: Sequence[Record]) -> list[str]:
    names = [fold(str(record.rdata)) for record in records if record.rdtype == "NS"]
    return list(dict.fromkeys(names))[:_MAX_NAMES]


def _with_addresses(
    search: Search, zone: str | None, names: Sequence[str], replies: Sequence[Response], through: Sequence[Vantage]
) -> Plan[Found]:
    """The name servers at the addresses that came with their names, and those that the vantages tell."""
    questions = [Question(name=name, rdtype=rdtype) for name in names for rdtype in _TYPES]
    asked = responses((yield [_ask(vantage, question) for vantage in through for question in questions]))
    records = [record for reply in replies for record in reply.additional if record.rdclass == "IN"]
    # As if no alias led to them: resolvers put up with one in an NS record, most of them.
    records += [record.replace(owner=reply.question.name) for reply in asked for record in reply.answer]
    vantages, homeless = [], []
    for name in names:
        own = [record for record in records if fold(record.owner) == name and record.rdtype in _TYPES]
        told = [reply.outcome.is_conclusive for reply in asked if fold(reply.question.name) == name]
        if not own and any(told[at] and told[at + 1] for at in range(0, len(told), len(_TYPES))):
            homeless.append(name)
        vantages += [
            Vantage(
                name=name,
                server=Server(address=address, port=search.port),
                kind=VantageKind.AUTHORITATIVE,
                view=through[0].view,
                was_found=True,
            )
            for address in dict.fromkeys(str(record.rdata) for record in own if record.rdtype in _TYPES)
        ]
    return Found(zone=zone, vantages=tuple(vantages), homeless=tuple(homeless), asked=tuple(asked))


def _referred(search: Search, through: Sequence[Vantage]) -> Plan[Found]:
    """The way down from the nearest zone above whose servers are known, by the referrals that these give."""
    questions = [Question(name=name, rdtype="NS") for name in upward(search.owner)[1:]]
    asked = responses((yield [_ask(vantage, question) for vantage in through for question in questions]))
    known = [reply for reply in asked if reply.outcome is Outcome.ANSWER and not reply.aliases]
    if not known:
        return Found(zone=None, asked=tuple(asked))
    nearest = max(len(split(reply.question.name)) for reply in known)
    replies = [reply for reply in known if len(split(reply.question.name)) == nearest]
    delegation = [record for reply in replies for record in reply.answer]
    for _ in range(_MAX_REFERRALS):
        zone = fold(delegation[0].owner)
        found = yield from _with_addresses(search, zone, _named(delegation), replies, through)
        asked += found.asked
        above = [vantage.server for vantage in found.vantages][:_ASKED_ABOVE]
        question = Question(name=search.owner, rdtype=search.rdtype)
        replies = responses((yield [Directed(question=question, server=server) for server in above]))
        asked += replies
        replies = [reply for reply in replies if reply.reason == "referral"][:1]
        if not replies:
            break
        delegation = [record for record in replies[0].authority if record.rdtype == "NS"]
    return found.replace(asked=tuple(asked))


def _ask(vantage: Vantage, question: Question) -> Directed:
    return Directed(
        question=question, server=vantage.server, recursion_desired=vantage.kind is not VantageKind.AUTHORITATIVE
    )
