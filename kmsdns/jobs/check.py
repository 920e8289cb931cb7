"""check: what the specs expect, asked of every vantage, each distinct question of each server once; and who keeps it.

A check that fails is asked again as long as there is time to wait: a deploy waits for its records to arrive. When all
have held, though in different rounds, all are asked once more, and that round counts.
"""

from __future__ import annotations

from kmsdns.expectations.values import (
    SYSTEM,
    At,
    Checked,
    CheckOutcome,
    CheckResult,
    Pause,
    Resumed,
    Seen,
    ZoneTransfer,
    ZoneTransferred,
)
from kmsdns.jobs.consult import Consultation, consult
from kmsdns.model.messages import Probe, Question, Response
from kmsdns.model.names import fold, is_at_or_below, service_name
from kmsdns.model.plan import together
from kmsdns.model.report import Fate, Report
from kmsdns.model.snapshot import CachedHost
from kmsdns.model.vantages import Vantage
from kmsdns.rules.case import Case
from kmsdns.rules.expect import agreement
from kmsdns.rules.expect.judging import NO_ANSWER, SILENT, XFAIL, all_misses
from kmsdns.services.client_lookup import LookupOptions, ResolutionPath, client_lookup
from kmsdns.zone.rdata import target_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any, TypeVar

    from kmsdns.expectations.values import CheckVantage, ClientWish, Expectation, Same, Spec
    from kmsdns.model.findings import Finding
    from kmsdns.model.messages import ProbeResult, Server
    from kmsdns.model.plan import Plan
    from kmsdns.model.vantages import ServerSurvey
    from kmsdns.rules.expect.failures import ExpectationFailure
    from kmsdns.rules.rule import Rule

    T = TypeVar("T")

INTERVAL = 2.0
"""Seconds between two rounds of questions; there are no more than the time to wait allows."""

MAX_TARGETS = 256
"""Hosts of one answer that addresses are asked of; an RRset with more is an attack or a mistake."""

FAMILIES = ("A", "AAAA")


def check(
    work: Sequence[tuple[Expectation, Sequence[CheckVantage]]],
    specs: Sequence[Spec],
    rules: Sequence[Rule],
    *,
    today: str,
    randbelow: Callable[[int], int],
    interval: float = INTERVAL,
) -> Plan[Report]:
    """All checks at all their viewpoints. today: the date, as 2026-01-31; randbelow: the dice of clients.

    A source that never lets a Pause go on makes it one round.
    """
    pairs = [(index, viewpoint) for index, (_check, viewpoints) in enumerate(work) for viewpoint in viewpoints]
    seen: dict[tuple[int, CheckVantage], Seen] = {}
    consulted: dict[int, ServerSurvey] = {}
    waited_for = {NO_ANSWER, *[rule.code for rule in rules]} - {XFAIL}  # that an xfail holds doesn't pass
    due = pairs
    while True:
        looks = [_look(work[index][0], viewpoint, randbelow) for index, viewpoint in due]
        several = [index for index in dict.fromkeys([index for index, _ in due]) if agreement.wanted(work[index][0])]
        consults = [_consult(*work[index], randbelow) for index in several]
        found: list[Any] = yield from once(together([*looks, *consults]))
        seen.update(zip(due, found, strict=False))
        consulted.update(zip(several, found[len(due) :], strict=True))
        checked = [
            Checked(
                expectation=each,
                seen=tuple([seen[index, viewpoint] for viewpoint in viewpoints]),
                consulted=consulted.get(index),
                today=today,
            )
            for index, (each, viewpoints) in enumerate(work)
        ]
        case = Case(checks=checked, misses=all_misses(checked))
        failing = {index for miss in case.misses if miss.fails and miss.code in waited_for for index, _place in miss.at}
        if not failing and len(due) == len(pairs):
            break
        (resumed,) = yield [Pause(seconds=interval if failing else 0)]  # type: ignore[list-item]
        assert isinstance(resumed, Resumed)
        if failing and not resumed.left:
            break
        # What held in different rounds may never have held together: the last round is of everything.
        due = [(index, viewpoint) for index, viewpoint in pairs if index in failing] if failing else pairs
    return _report(case, specs, rules)


def once(plan: Plan[T]) -> Plan[T]:
    """The plan, with what it asks a second time answered as it was the first time."""
    known: dict[Any, Any] = {}
    try:
        batch = next(plan)
        while True:
            new = [ask for ask in dict.fromkeys(batch) if ask not in known]
            if new:
                known.update(zip(new, (yield new), strict=True))
            batch = plan.send([known[ask] for ask in batch])
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]  # StopIteration is not generic


def at(servers: tuple[Server, ...], plan: Plan[T]) -> Plan[T]:
    """The plan, with its questions put to these servers."""
    try:
        batch = next(plan)
        while True:
            asks: Any = [At(servers=servers, question=ask) if isinstance(ask, Question) else ask for ask in batch]
            batch = plan.send((yield asks))
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]  # StopIteration is not generic


def _consult(
    expectation: Expectation, viewpoints: Sequence[CheckVantage], randbelow: Callable[[int], int]
) -> Plan[ServerSurvey]:
    """All servers of a check beside each other; where it names none, those of the zone, found by its NS records.

    Of a service all is asked, of a zone whose serial is to be equal nothing but the SOA record.
    """
    return consult(
        Consultation(
            service=expectation.service,
            vantages=tuple(
                [
                    Vantage(name=viewpoint.label, server=server, view=viewpoint.view)
                    for viewpoint in viewpoints
                    for server in viewpoint.servers
                ]
            ),
            randbelow=randbelow,
            zone=expectation.question.name if expectation.service is None else None,
            find=expectation.vantages == (SYSTEM,),
        )
    )


def _look(expectation: Expectation, viewpoint: CheckVantage, randbelow: Callable[[int], int]) -> Plan[Seen]:
    """What is to be seen of an expectation at one viewpoint."""
    if not viewpoint.servers:
        return Seen(viewpoint=viewpoint, response=None)
    return (yield from at(viewpoint.servers, _ask(expectation, viewpoint, randbelow)))


def _ask(expectation: Expectation, viewpoint: CheckVantage, randbelow: Callable[[int], int]) -> Plan[Seen]:
    own: Any = At(servers=viewpoint.servers, question=expectation.question, authentic_data=expectation.asks_about_ad)
    replies: Any = yield [own]
    response: Response = replies[0]
    seen = Seen(viewpoint=viewpoint, response=response)
    if response.outcome in SILENT:
        return seen
    if expectation.same is not None:
        seen = yield from _zone(seen, expectation.question.name, expectation.same)
    targets = _targets(response) if expectation.targets.needs_addresses or expectation.reachable else []
    if targets:
        replies = yield [Question(name=target, rdtype=rdtype) for target in targets for rdtype in FAMILIES]
        both = len(FAMILIES)
        seen = seen.replace(
            addresses=tuple([(target, tuple(replies[i * both : i * both + both])) for i, target in enumerate(targets)])
        )
    if expectation.reachable and targets:
        seen = seen.replace(probes=(yield from _probe(seen, response, expectation.reachable)))
    if expectation.client is not None:
        client = _client(expectation, expectation.client)
        wishes = LookupOptions(randbelow=randbelow, probe=expectation.client.probe)
        seen = seen.replace(client=(yield from client_lookup(client, wishes)))
    return seen


def _targets(response: Response) -> list[str]:
    found = [target_of(each.rdtype, each.rdata) for each in response.answer]
    return list(dict.fromkeys([each for each in found if each is not None and each != "."]))[:MAX_TARGETS]


def _probe(seen: Seen, response: Response, kind: str) -> Plan[tuple[ProbeResult, ...]]:
    """Each endpoint that the records name, at the addresses that the same server has of it."""
    addresses = {
        target: tuple([address for reply in replies for address in reply.addresses])
        for target, replies in seen.addresses
    }
    probes = [
        Probe(kind=kind, target=fold(srv.target), port=srv.port, addresses=addresses[fold(srv.target)])
        for srv in response.srvs
        if fold(srv.target) in addresses
    ]
    replies: Any = yield list(dict.fromkeys(probes))
    return tuple(replies)


def _client(expectation: Expectation, wish: ClientWish) -> ResolutionPath:
    assert expectation.service is not None
    service, proto = expectation.service.service, expectation.service.proto
    names = tuple([service_name(suffix, service, proto) for suffix in wish.suffixes]) or (expectation.service,)
    cached = None
    if wish.cached is not None:
        target, port = wish.cached
        cached = (names[0], CachedHost(target=target, port=port, addresses=(), when=""))
    return ResolutionPath(names=names, manual=wish.manual, cached=cached)


def _zone(seen: Seen, origin: str, same: Same) -> Plan[Seen]:
    """A zone as a transfer has it, or else what the server says to the questions that the file implies."""
    asks: Any = [ZoneTransfer(servers=seen.viewpoint.servers, zone=origin)]
    (transferred,) = yield asks
    assert isinstance(transferred, ZoneTransferred)
    seen = seen.replace(transfer=transferred)
    if transferred.records is not None:
        return seen
    replies: Any = yield list(implied(same))
    return seen.replace(implied=tuple(replies))


def implied(same: Same) -> Iterator[Question]:
    """A question for each RRset of the file that its server answers with authority: not at and below a zone cut."""
    origin = fold(same.zone.origin or ".")
    cuts = {fold(each.owner) for each in same.zone.records if each.rdtype == "NS" and fold(each.owner) != origin}
    told: dict[Question, None] = {}
    for record in same.zone.records:
        owner = fold(record.owner)
        if record.rdtype in same.ignored or any(is_at_or_below(owner, cut) for cut in cuts):
            continue
        told[Question(name=owner, rdtype=record.rdtype)] = None
    yield from told


def _report(case: Case, specs: Sequence[Spec], rules: Sequence[Rule]) -> Report:
    by_code = {each.code: each for each in rules}
    by_miss = {miss: by_code[miss.code].finding(miss.told) for miss in case.misses if miss.code in by_code}
    told: dict[tuple[int, int], list[Finding]] = {}
    silent: set[tuple[int, int]] = set()
    failed: set[tuple[int, int]] = set()
    for miss in case.misses:
        finding = by_miss.get(miss)
        for pair in miss.at:
            if finding is not None:
                told.setdefault(pair, []).append(finding)
            if miss.code == NO_ANSWER:
                silent.add(pair)
            elif finding is not None and miss.fails:
                failed.add(pair)
    results = []
    for index, checked in enumerate(case.checks):
        for place, seen in enumerate(checked.seen):
            outcome = _outcome(checked, (index, place), silent, failed, case.misses)
            results.append(
                CheckResult(
                    name=checked.expectation.title,
                    vantage=seen.viewpoint.label,
                    outcome=outcome,
                    elapsed=seen.elapsed,
                    location=checked.expectation.location,
                    findings=tuple(sorted(told.get((index, place), ()), key=_place)),
                )
            )
    return Report(
        job="check",
        checks=tuple(results),
        checked=case.checks,
        sources={spec.path: spec.text for spec in specs},
        findings=tuple(sorted(dict.fromkeys(by_miss.values()), key=_place)),
        inconclusive=bool(silent),
        fate=Fate.FAILS if failed else Fate.THROUGH,
        notices=(*_untransferred(case.checks), *dict.fromkeys(_unasked(case.checks))),
    )


def _unasked(checks: Sequence[Checked]) -> Iterator[str]:
    """A sentence for each bound that a survey of servers came to."""
    for checked in checks:
        if checked.consulted is not None:
            yield from checked.consulted.notices


def _untransferred(checks: Sequence[Checked]) -> Iterator[str]:
    """A sentence for each zone that was compared by questions only."""
    for checked in checks:
        for seen in checked.seen:
            if seen.transfer is not None and seen.transfer.records is None:
                yield (
                    f"{checked.expectation.title}: {seen.viewpoint.label} was asked for what the file names, and for "
                    f"nothing else: {seen.transfer.reason}"
                )


def _outcome(
    checked: Checked,
    pair: tuple[int, int],
    silent: set[tuple[int, int]],
    failed: set[tuple[int, int]],
    misses: Sequence[ExpectationFailure],
) -> CheckOutcome:
    if pair in failed:
        return CheckOutcome.FAILED
    if pair in silent:
        return CheckOutcome.NO_ANSWER
    if checked.expectation.xfail is not None and not any(
        miss.code == XFAIL and miss.at[0][0] == pair[0] for miss in misses
    ):
        return CheckOutcome.EXPECTED_FAILURE
    return CheckOutcome.PASSED


def _place(finding: Finding) -> tuple[object, ...]:
    place = finding.location
    assert place is not None
    return place.path, place.line, place.column, finding.code, finding.message
