"""consult: all servers of a zone, and resolvers beside them, are each asked about one service. A plan of a few batches.

The zone is the longest name at or above the owner's that has an SOA record. Its servers are those its NS records name,
as the vantages given tell; when they can't, those a server of the nearest zone above refers to. Servers of the zone are
asked without recursion, and for addresses only of targets inside the zone; the others are asked for all of them.
"""

from __future__ import annotations

from kmsdns.core.messages import Directed, Outcome, Question, Server, Transfer, Transferred
from kmsdns.core.names import ROOT, fold, from_text, parent, split
from kmsdns.core.plan import responses
from kmsdns.core.report import Report
from kmsdns.core.value import Value
from kmsdns.core.vantages import Consulted, Kind, Statement, Vantage
from kmsdns.errors import InvalidName
from kmsdns.rules.case import Case
from kmsdns.rules.choice import run, skipped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from kmsdns.core.messages import Response
    from kmsdns.core.names import ServiceName
    from kmsdns.core.plan import Plan
    from kmsdns.core.records import Record
    from kmsdns.rules.rule import Rule
    from kmsdns.rules.zones import Zones

MAX_VANTAGES = 32
"""Servers that are asked; a zone with more addresses of servers than that is a mistake or an attack."""

MAX_TARGETS = 64
MAX_IMPLIED = 2000
"""Questions that a zone file implies which are asked, where the zone can't be transferred."""

MAX_TRANSFERS = 3
"""Servers that are asked for the whole zone before it counts as not to be had."""

_MAX_ABOVE = 16  # names that are asked for on the way up
_MAX_REFERRALS = 4
_ASKED_ABOVE = 2  # servers of a zone above that are asked for a referral
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SIBLING_LENGTH = 15  # octets, as much as a service's name may have (RFC 6335 5.1)


class Wanted(Value):
    """Who is asked, and for what."""

    service: ServiceName
    vantages: tuple[Vantage, ...]  # given: resolvers, servers of the zone, or whatever they turn out to be
    below: Callable[[int], int]  # the dice, for a name that nobody has published
    zone: str | None = None  # its origin; None: found by its SOA record
    find: bool = True  # ask the zone's name servers, besides those given
    port: int = 53  # of the name servers that are found: there is no other in the DNS, but there is in tests
    rdtypes: tuple[str, ...] = ("A", "AAAA")
    questions: tuple[Question, ...] = ()  # that a zone file implies, to compare it with what is served
    transfer: bool = True  # ask for the whole zone first, where there are such questions


class _Found(Value):
    """The servers that one view's vantages know of."""

    zone: str | None
    vantages: tuple[Vantage, ...] = ()
    homeless: tuple[str, ...] = ()
    asked: tuple[Response, ...] = ()


def consult(wanted: Wanted) -> Plan[Consulted]:
    """What they all say. Whatever fails is in the responses, nothing is raised for it."""
    zone, located = (wanted.zone, ()) if wanted.zone else (yield from _zone(wanted))
    vantages, homeless = list(wanted.vantages), dict[str, None]()
    for view in dict.fromkeys(each.view for each in wanted.vantages) if wanted.find else ():
        through = [each for each in wanted.vantages if each.view == view]
        found = yield from _name_servers(wanted, zone, through)
        zone = zone or found.zone
        vantages = _merged(vantages, found.vantages)
        homeless.update(dict.fromkeys(found.homeless))
        located += found.asked
    notices = []
    if len(vantages) > MAX_VANTAGES:
        notices.append(f"{len(vantages)} servers: only the first {MAX_VANTAGES} are asked")
    consulted = Consulted(
        service=wanted.service,
        zone=zone,
        statements=tuple([Statement(vantage=each, responses=()) for each in vantages[:MAX_VANTAGES]]),
        sibling=_sibling(wanted),
        located=located,
        homeless=tuple(homeless),
        notices=tuple(notices),
    )
    consulted = yield from _asked(consulted, _about_the_service)
    consulted = consulted.replace(statements=tuple([_known(each, zone) for each in consulted.statements]))
    if len(consulted.targets) > MAX_TARGETS:
        told = f"{len(consulted.targets)} targets: only the first {MAX_TARGETS} are looked up"
        consulted = consulted.replace(notices=(*consulted.notices, told))
    consulted = yield from _asked(consulted, lambda of, each: _about_the_targets(of, each, wanted.rdtypes))
    consulted = yield from _asked(consulted, _about_what_is_gone)
    consulted = yield from _asked_unchecked(consulted)
    return (yield from _whole(consulted, wanted)) if wanted.questions else consulted


def _ask(vantage: Vantage, question: Question) -> Directed:
    return Directed(question=question, server=vantage.server, recursion_desired=vantage.kind is not Kind.AUTHORITATIVE)


def _zone(wanted: Wanted) -> Plan[tuple[str | None, tuple[Response, ...]]]:
    """The longest name with an SOA record, as any vantage tells that knows of no longer one."""
    names = _upward(fold(wanted.service.owner))
    asks = [_ask(vantage, Question(name=name, rdtype="SOA")) for vantage in wanted.vantages for name in names]
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


def _upward(name: str) -> list[str]:
    """A name and those above it, without the root."""
    names: list[str] = []
    while name != ROOT and len(names) < _MAX_ABOVE:
        names.append(name)
        name = parent(name)
    return names


def _name_servers(wanted: Wanted, zone: str | None, through: Sequence[Vantage]) -> Plan[_Found]:
    """The zone's servers as these vantages tell: by its NS records, else by a referral from above."""
    replies: list[Response] = []
    if zone is not None:
        replies = responses((yield [_ask(each, Question(name=zone, rdtype="NS")) for each in through]))
    names = _named(replies)
    if names:
        servers, asked = yield from _addresses(wanted, names, replies, through)
        return _as_vantages(zone, names, servers, through[0].view).replace(asked=(*replies, *asked))
    found = yield from _referred(wanted, through)
    return found.replace(asked=(*replies, *found.asked))


def _named(replies: Sequence[Response]) -> list[str]:
    return list(dict.fromkeys(fold(str(record.rdata)) for reply in replies for record in reply.answer))


def _addresses(
    wanted: Wanted, names: Sequence[str], replies: Sequence[Response], through: Sequence[Vantage]
) -> Plan[tuple[dict[str, tuple[Server, ...]], tuple[Response, ...]]]:
    """The addresses of name servers: those that came with their names, and those that the vantages tell."""
    questions = [Question(name=name, rdtype=rdtype) for name in names for rdtype in wanted.rdtypes]
    asked = responses((yield [_ask(vantage, question) for vantage in through for question in questions]))
    records = [record for reply in replies for record in reply.additional]
    records += [record for reply in asked for record in _under_the_name_asked(reply)]
    found = {
        name: tuple(
            dict.fromkeys(
                Server(address=str(record.rdata), port=wanted.port)
                for record in records
                if fold(record.owner) == name and record.rdtype in wanted.rdtypes
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
) -> _Found:
    return _Found(
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


def _referred(wanted: Wanted, through: Sequence[Vantage]) -> Plan[_Found]:
    """The way down from the nearest zone above whose servers are known, by the referrals that these give."""
    owner = fold(wanted.service.owner)
    questions = [Question(name=name, rdtype="NS") for name in _upward(owner)[1:]]
    asked = responses((yield [_ask(vantage, question) for vantage in through for question in questions]))
    known = [reply for reply in asked if reply.outcome is Outcome.ANSWER and not reply.aliases]
    if not known:
        return _Found(zone=None, asked=tuple(asked))
    nearest = max(len(split(reply.question.name)) for reply in known)
    nearest_replies = [reply for reply in known if len(split(reply.question.name)) == nearest]
    names, zone = _named(nearest_replies), fold(nearest_replies[0].question.name)
    servers, more = yield from _addresses(wanted, names, nearest_replies, through)
    found = _as_vantages(zone, names, servers, through[0].view)
    asked += more
    for _ in range(_MAX_REFERRALS):
        above = [vantage.server for vantage in found.vantages][:_ASKED_ABOVE]
        question = Question(name=owner, rdtype="SRV")
        replies = responses((yield [Directed(question=question, server=server) for server in above]))
        asked += replies
        referral = next((reply for reply in replies if reply.reason == "referral"), None)
        if referral is None:
            break
        delegation = [record for record in referral.authority if record.rdtype == "NS"]
        names = list(dict.fromkeys(fold(str(record.rdata)) for record in delegation))
        servers, more = yield from _addresses(wanted, names, [referral], through)
        found = _as_vantages(fold(delegation[0].owner), names, servers, through[0].view)
        asked += more
    return found.replace(asked=tuple(asked))


def _merged(given: list[Vantage], found: Sequence[Vantage]) -> list[Vantage]:
    """One vantage for each server; one that was given as a resolver is asked as that, and as a server of the zone."""
    merged = list(given)
    places = {each.server: index for index, each in enumerate(merged) if each.kind is not Kind.RESOLVER}
    for each in found:
        at = places.setdefault(each.server, len(merged))
        if at == len(merged):
            merged.append(each)
        elif not merged[at].was_found:
            known = merged[at]
            merged[at] = known.replace(name=each.name if _is_unnamed(known) else known.name, was_found=True)
    return merged


def _is_unnamed(vantage: Vantage) -> bool:
    return vantage.name in (str(vantage.server), vantage.server.address)


def _sibling(wanted: Wanted) -> str | None:
    """A name that nobody has published, since nobody can have guessed it; None where it would be too long."""
    letters = "".join([_LETTERS[wanted.below(len(_LETTERS))] for _ in range(_SIBLING_LENGTH)])
    try:
        return from_text(f"_{letters}.{parent(fold(wanted.service.owner))}")
    except InvalidName:
        return None


def _asked(consulted: Consulted, questions: Callable[[Consulted, Statement], Sequence[Question]]) -> Plan[Consulted]:
    """All vantages asked some more, in one batch."""
    asks = [
        [
            Directed(
                question=question,
                server=each.vantage.server,
                recursion_desired=each.vantage.kind is not Kind.AUTHORITATIVE or not consulted.is_inside(question.name),
            )
            for question in dict.fromkeys(questions(consulted, each))
        ]
        for each in consulted.statements
    ]
    replies = iter(responses((yield [ask for of in asks for ask in of])))
    return consulted.replace(
        statements=tuple(
            [
                each.replace(responses=(*each.responses, *[next(replies) for _ in of]))
                for each, of in zip(consulted.statements, asks, strict=True)
            ]
        )
    )


def _about_the_service(consulted: Consulted, _statement: Statement) -> list[Question]:
    questions = [Question(name=consulted.owner, rdtype="SRV")]
    if consulted.zone is not None:
        questions.insert(0, Question(name=consulted.zone, rdtype="SOA"))
    if consulted.sibling is not None:
        questions.append(Question(name=consulted.sibling, rdtype="SRV"))
    return questions + [Question(name=name, rdtype="A") for name in consulted.between()]


def _about_the_targets(consulted: Consulted, statement: Statement, rdtypes: Sequence[str]) -> list[Question]:
    targets = consulted.targets[:MAX_TARGETS]
    soa = None if consulted.zone is None else statement.response(consulted.zone, "SOA")
    if statement.vantage.kind is Kind.AUTHORITATIVE and (soa is None or "ra" not in soa.flags):
        targets = tuple([target for target in targets if consulted.is_inside(target)])
    return [Question(name=target, rdtype=rdtype) for target in targets for rdtype in rdtypes]


def _about_what_is_gone(consulted: Consulted, statement: Statement) -> list[Question]:
    """Of targets outside the zone that don't exist, and of what targets are aliases of: how far up nothing exists."""
    gone = {
        fold(response.canonical)
        for response in statement.responses
        if fold(response.question.name) in consulted.targets and response.outcome is Outcome.NXDOMAIN
    }
    return [
        Question(name=name, rdtype="SOA")
        for each in sorted(gone)
        if not consulted.is_inside(each)
        for name in _upward(each)
    ]


def _known(statement: Statement, zone: str | None) -> Statement:
    """The statement of a vantage whose kind has shown."""
    vantage = statement.vantage
    soa = None if zone is None else statement.response(zone, "SOA")
    if vantage.was_found:
        kind = Kind.AUTHORITATIVE
    elif vantage.kind is not Kind.UNKNOWN or soa is None or not soa.outcome.is_conclusive:
        return statement
    else:
        kind = Kind.AUTHORITATIVE if soa.outcome is Outcome.ANSWER and "aa" in soa.flags else Kind.RESOLVER
    return statement.replace(vantage=vantage.replace(kind=kind))


def _asked_unchecked(consulted: Consulted) -> Plan[Consulted]:
    """What resolvers fail at, or say that they have validated, again with checking disabled."""
    owner, targets = consulted.owner, consulted.targets
    asks = [
        [
            Directed(
                question=response.question, server=each.vantage.server, recursion_desired=True, checking_disabled=True
            )
            for response in each.responses
            if (response.outcome is Outcome.SERVFAIL and fold(response.question.name) in (owner, *targets))
            or (response.question.rdtype == "SRV" and fold(response.question.name) == owner and "ad" in response.flags)
        ]
        if each.vantage.kind is not Kind.AUTHORITATIVE
        else []
        for each in consulted.statements
    ]
    if not any(asks):
        return consulted
    replies = iter(responses((yield [ask for of in asks for ask in of])))
    return consulted.replace(
        statements=tuple(
            [
                each.replace(unchecked=tuple([next(replies) for _ in of]))
                for each, of in zip(consulted.statements, asks, strict=True)
            ]
        )
    )


def _whole(consulted: Consulted, wanted: Wanted) -> Plan[Consulted]:
    """The zone as its servers have it: transferred where one allows that, else asked for what the file implies."""
    serials = consulted.serials
    if not serials or consulted.zone is None:
        return consulted
    servers = [each.server for each in sorted(serials, key=lambda each: -_is_primary(consulted, each))]
    for server in servers[:MAX_TRANSFERS] if wanted.transfer else ():
        (reply,) = yield [Transfer(zone=consulted.zone, server=server)]
        assert isinstance(reply, Transferred)
        if not reply.reason:
            return consulted.replace(live=reply.records, source=str(server))
    questions = wanted.questions[:MAX_IMPLIED]
    told = "no server transfers the zone: what the file lacks altogether can't be told"
    notices = [*consulted.notices, told]
    if len(questions) < len(wanted.questions):
        notices.append(f"only the first {MAX_IMPLIED} of the file's {len(wanted.questions)} RRsets are asked for")
    replies = responses((yield [Directed(question=question, server=servers[0]) for question in questions]))
    return consulted.replace(implied=tuple(replies), source=str(servers[0]), notices=tuple(notices))


def _is_primary(consulted: Consulted, vantage: Vantage) -> bool:
    """Whether the SOA record names this server."""
    assert consulted.zone is not None
    return any(
        fold(str(record.rdata).split(" ", 1)[0]) == vantage.name
        for each in consulted.authorities
        for record in getattr(each.response(consulted.zone, "SOA"), "answer", ())
    )


def judged(consulted: Consulted, rules: Sequence[Rule], zones: Zones | None = None) -> Report:
    """What the rules say of it. zones: the files to compare what is served with."""
    case = Case(vantages=consulted, zones=zones)
    return Report(
        job="check",
        consulted=(consulted,),
        findings=run(rules, case),
        skipped=skipped(rules, case),
        inconclusive=consulted.is_inconclusive,
        notices=consulted.notices,
    )
