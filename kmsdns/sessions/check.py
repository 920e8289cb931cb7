"""What the front doors share of checks: specs and vantages become a plan, a source and, in the end, a report."""

from __future__ import annotations

from datetime import UTC, datetime

from kmsdns.errors import InvalidServer, KmsdnsError, UnreadableInput
from kmsdns.expectations.values import SYSTEM, CheckVantage, Spec, VantageGroup
from kmsdns.jobs.check import check as plan_check
from kmsdns.net.client.stub import system_randbelow
from kmsdns.net.client.system import NoAddress, parse_servers
from kmsdns.net.client.vantages import Vantages
from kmsdns.net.files.specs import read
from kmsdns.net.served_zone import ServedZone
from kmsdns.options import CHECK, Checking, Probing, RuleChoice, Transport
from kmsdns.rules.catalogue import RULES
from kmsdns.rules.choice import chosen_rules
from kmsdns.rules.rule import Needs
from kmsdns.sessions.discover import (
    Session,
    any_is_local,
    look_up_settings,
    secure_of,
    servers_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import Unpack

    from kmsdns.expectations.values import Expectation
    from kmsdns.model.messages import Server
    from kmsdns.options import CheckArguments

OF_CHECKS = tuple([rule for rule in RULES if Needs.EXPECTATIONS in rule.needs or Needs.VANTAGES in rule.needs])
"""The rules that judge expectations, and what several servers say."""


@CHECK.taken
def check(*specs: str | Path | Spec, **given: Unpack[CheckArguments]) -> Session:
    """Whether the DNS is as you expect: each check of the specs at each of its vantages; the findings at their lines.

    specs: spec files, folders of them (*.kmsdns.toml), "-" for standard input, a pyproject.toml, or Specs as
    kmsdns.net.files.specs reads them
    servers: whom checks ask that name no vantage; default: this machine's resolvers
    wait: seconds to keep asking what fails, until it holds; in the end all is asked once more, and must hold together
    deadline: seconds for each round of questions
    today: the day that an xfail is compared with, default today in UTC; rng: the dice of clients
    The other parameters are those of discover.

    Raises UnreadableInput with path and line of every mistake in a spec, an xfail that is past its day among them (of a
    Spec that was given, that is a finding), InvalidArgument, InvalidServer, NothingConfigured or another
    KmsdnsError for misuse, before the first question is asked.
    """
    if not specs:
        raise KmsdnsError("nothing to check: name spec files (*.kmsdns.toml), folders of them, or - for standard input")
    own, transport = Checking.of(given), Transport.of(given)
    rules = chosen_rules(OF_CHECKS, RuleChoice.of(given))
    settings = look_up_settings(transport)
    day = (own.today or datetime.now(UTC).date()).isoformat()
    found: list[Spec] = []
    for each in specs:
        found += (each,) if isinstance(each, Spec) else _in_time(read(each), day)
    served: list[ServedZone] = []
    try:
        work = _work(found, transport.servers, served)
        asked = {server for _check, points in work for point in points for server in point.servers}
        source = Vantages(
            settings,
            deadline=transport.deadline,
            wait=own.wait,
            probe_local=Probing.of(given).probe_local or any_is_local(asked),
            secure=secure_of(tuple(asked), transport.ca_file),
            served=served,
        )
    except BaseException:
        for zone in served:
            zone.stop()
        raise
    randbelow = system_randbelow if own.rng is None else own.rng.randrange
    return Session(plan_check(work, found, rules, today=day, randbelow=randbelow), source, None)


def _in_time(specs: Sequence[Spec], day: str) -> Sequence[Spec]:
    """The specs, where no xfail is past its last day. UnreadableInput for those that are."""
    past = [
        f"{place}: xfail ended with {each.xfail.until}: give it a day to come, or take it out"
        for spec in specs
        for each in spec.checks
        if each.xfail is not None and each.xfail.until < day
        for place in (each.place("xfail"),)
    ]
    if past:
        raise UnreadableInput("\n".join(past))
    return specs


def _work(
    specs: Sequence[Spec], servers: Sequence[str | Server], served: list[ServedZone]
) -> list[tuple[Expectation, tuple[CheckVantage, ...]]]:
    """Each check with whom to ask. Servers of test vantages are started, those that checks name."""
    system: tuple[CheckVantage, ...] | None = None
    work = []
    for spec in specs:
        named = {vantage.name: vantage for vantage in spec.vantages}
        points: dict[str, tuple[CheckVantage, ...]] = {}
        for each in spec.checks:
            for name in each.vantages:
                if name == SYSTEM:
                    system = points[name] = system or _system(servers)
                elif name not in points:
                    points[name] = _viewpoints(named[name], served)
            work.append((each, tuple(dict.fromkeys(point for name in each.vantages for point in points[name]))))
    return work


def _system(servers: Sequence[str | Server]) -> tuple[CheckVantage, ...]:
    return (CheckVantage(label=", ".join(map(str, servers)) or SYSTEM, servers=servers_of(servers)),)


def _viewpoints(vantage: VantageGroup, served: list[ServedZone]) -> tuple[CheckVantage, ...]:
    """A vantage's servers, each by itself."""
    if vantage.zones:
        try:
            zone = ServedZone(vantage.zones, vantage.faults)
        except KmsdnsError as error:
            raise KmsdnsError(f"{vantage.location}: {error}") from None
        served.append(zone)
        return (
            CheckVantage(
                label=vantage.name, servers=parse_servers(zone.address), location=vantage.location, view=vantage.view
            ),
        )
    found = []
    for text in dict.fromkeys(vantage.servers):
        label = vantage.name if len(vantage.servers) == 1 else f"{vantage.name} {text}"
        addresses: tuple[Server, ...] = ()
        fault = ""
        try:
            addresses = parse_servers(text)
        except NoAddress as error:
            fault = str(error)
        except InvalidServer as error:
            raise InvalidServer(f"{vantage.location}: {error}") from None
        found.append(
            CheckVantage(label=label, servers=addresses, location=vantage.location, view=vantage.view, fault=fault)
        )
    return tuple(found)
