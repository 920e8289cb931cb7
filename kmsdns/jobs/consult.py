"""consult: all servers of a zone, and resolvers beside them, are each asked about a service, or for the zone's serial.

A plan of a few batches. Servers of the zone are asked without recursion, and for addresses only of targets inside the
zone; the others are asked for all of them.
"""

from __future__ import annotations

from kmsdns.errors import InvalidName
from kmsdns.jobs.name_servers import Search, find_zone, name_servers, upward
from kmsdns.model.messages import Directed, Outcome, Question
from kmsdns.model.names import fold, from_text, parent
from kmsdns.model.plan import responses
from kmsdns.model.value import Value
from kmsdns.model.vantages import ServerAnswers, ServerSurvey, Vantage, VantageKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kmsdns.model.names import ServiceName
    from kmsdns.model.plan import Plan

MAX_VANTAGES = 32
"""Servers that are asked; a zone with more addresses of servers than that is a mistake or an attack."""

MAX_TARGETS = 64
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SIBLING_LENGTH = 15  # octets, as much as a service's name may have (RFC 6335 5.1)


class Consultation(Value):
    """Who is asked, and for what."""

    service: ServiceName | None  # None: nothing but the SOA record of the zone, which is given then
    vantages: tuple[Vantage, ...]  # given: resolvers, servers of the zone, or whatever they turn out to be
    randbelow: Callable[[int], int]  # the dice, for a name that nobody has published
    zone: str | None = None  # its origin; None: found by its SOA record
    find: bool = True  # ask the zone's name servers, besides those given
    port: int = 53  # of the name servers that are found: there is no other in the DNS, but there is in tests


def consult(wanted: Consultation) -> Plan[ServerSurvey]:
    """What they all say. Whatever fails is in the responses, nothing is raised for it."""
    about = fold(wanted.service.owner) if wanted.service is not None else wanted.zone
    assert about is not None
    search = Search(owner=about, rdtype="SRV" if wanted.service is not None else "SOA", port=wanted.port)
    zone, located = (wanted.zone, ()) if wanted.zone else (yield from find_zone(search, wanted.vantages))
    vantages, homeless = list(wanted.vantages), dict[str, None]()
    for view in dict.fromkeys(each.view for each in wanted.vantages) if wanted.find else ():
        through = [each for each in wanted.vantages if each.view == view]
        found = yield from name_servers(search, zone, through)
        zone = zone or found.zone
        vantages = _merged(vantages, found.vantages)
        homeless.update(dict.fromkeys(found.homeless))
        located += found.asked
    notices = []
    if len(vantages) > MAX_VANTAGES:
        notices.append(f"{len(vantages)} servers: only the first {MAX_VANTAGES} are asked")
    consulted = ServerSurvey(
        service=wanted.service,
        zone=zone,
        statements=tuple([ServerAnswers(vantage=each, responses=()) for each in vantages[:MAX_VANTAGES]]),
        sibling=_sibling(wanted),
        located=located,
        homeless=tuple(homeless),
        notices=tuple(notices),
    )
    consulted = yield from _asked(consulted, _about_the_service)
    consulted = consulted.replace(statements=tuple([_known(each, zone) for each in consulted.statements]))
    if wanted.service is None:
        return consulted
    if len(consulted.targets) > MAX_TARGETS:
        told = f"{len(consulted.targets)} targets: only the first {MAX_TARGETS} are looked up"
        consulted = consulted.replace(notices=(*consulted.notices, told))
    consulted = yield from _asked(consulted, lambda of, each: _about_the_targets(of, each))
    consulted = yield from _asked(consulted, _about_what_is_gone)
    return (yield from _asked_unchecked(consulted))


def _merged(given: list[Vantage], found: Sequence[Vantage]) -> list[Vantage]:
    """One vantage for each server; one that was given as a resolver is asked as that, and as a server of the zone."""
    merged = list(given)
    places = {each.server: index for index, each in enumerate(merged) if each.kind is not VantageKind.RESOLVER}
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


def _sibling(wanted: Consultation) -> str | None:
    """A name that nobody has published, since nobody can have guessed it; None where it would be too long."""
    if wanted.service is None:
        return None
    letters = "".join([_LETTERS[wanted.randbelow(len(_LETTERS))] for _ in range(_SIBLING_LENGTH)])
    try:
        return from_text(f"_{letters}.{parent(fold(wanted.service.owner))}")
    except InvalidName:
        return None


def _asked(
    consulted: ServerSurvey, questions: Callable[[ServerSurvey, ServerAnswers], Sequence[Question]]
) -> Plan[ServerSurvey]:
    """All vantages asked some more, in one batch."""
    asks = [
        [
            Directed(
                question=question,
                server=each.vantage.server,
                recursion_desired=each.vantage.kind is not VantageKind.AUTHORITATIVE
                or not consulted.is_inside(question.name),
            )
            for question in (() if _is_silent(each) else dict.fromkeys(questions(consulted, each)))
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


def _is_silent(statement: ServerAnswers) -> bool:
    """It has answered nothing so far: time is short, and others have more to say."""
    silent = (Outcome.TIMEOUT, Outcome.UNREACHABLE)
    return bool(statement.responses) and all(response.outcome in silent for response in statement.responses)


def _about_the_service(consulted: ServerSurvey, _statement: ServerAnswers) -> list[Question]:
    questions = [Question(name=consulted.owner, rdtype=consulted.rdtype)]
    if consulted.zone is not None and consulted.service is not None:
        questions.insert(0, Question(name=consulted.zone, rdtype="SOA"))
    if consulted.sibling is not None:
        questions.append(Question(name=consulted.sibling, rdtype="SRV"))
    return questions + [Question(name=name, rdtype="A") for name in consulted.between()]


def _about_the_targets(consulted: ServerSurvey, statement: ServerAnswers) -> list[Question]:
    targets = consulted.targets[:MAX_TARGETS]
    soa = None if consulted.zone is None else statement.response(consulted.zone, "SOA")
    if statement.vantage.kind is VantageKind.AUTHORITATIVE and (soa is None or "ra" not in soa.flags):
        targets = tuple([target for target in targets if consulted.is_inside(target)])
    return [Question(name=target, rdtype=rdtype) for target in targets for rdtype in ("A", "AAAA")]


def _about_what_is_gone(consulted: ServerSurvey, statement: ServerAnswers) -> list[Question]:
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
        for name in upward(each)
    ]


def _known(statement: ServerAnswers, zone: str | None) -> ServerAnswers:
    """The statement of a vantage whose kind has shown."""
    vantage = statement.vantage
    soa = None if zone is None else statement.response(zone, "SOA")
    if vantage.was_found:
        kind = VantageKind.AUTHORITATIVE
    elif vantage.kind is not VantageKind.UNKNOWN or soa is None or not soa.outcome.is_conclusive:
        return statement
    else:
        kind = (
            VantageKind.AUTHORITATIVE if soa.outcome is Outcome.ANSWER and "aa" in soa.flags else VantageKind.RESOLVER
        )
    return statement.replace(vantage=vantage.replace(kind=kind))


def _asked_unchecked(consulted: ServerSurvey) -> Plan[ServerSurvey]:
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
        if each.vantage.kind is not VantageKind.AUTHORITATIVE
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
