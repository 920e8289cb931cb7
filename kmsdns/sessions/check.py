"""What the front doors share of checks: specs and vantages become a plan, a source and, in the end, a report."""

from __future__ import annotations

from datetime import UTC, date, datetime

from kmsdns.errors import InvalidServer, KmsdnsError, UnreadableInput
from kmsdns.expectations.values import SYSTEM, Spec, Vantage, Viewpoint
from kmsdns.jobs.check import check as plan_check
from kmsdns.model.arguments import checked
from kmsdns.net.client.stub import system_below
from kmsdns.net.client.system import NoAddress, parse_servers, resolvers
from kmsdns.net.client.vantages import Vantages
from kmsdns.net.files.specs import read
from kmsdns.net.served_zone import ServedZone
from kmsdns.rules.catalogue import RULES
from kmsdns.rules.choice import select as select_rules
from kmsdns.rules.rule import Needs
from kmsdns.sessions.discover import Session, look_up_settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from random import Random

    from kmsdns.expectations.values import Expectation
    from kmsdns.model.messages import Server
    from kmsdns.net.client.secure import Secure

OF_CHECKS = tuple([rule for rule in RULES if Needs.EXPECTATIONS in rule.needs or Needs.VANTAGES in rule.needs])
"""The rules that judge expectations, and what several servers say."""


@checked()
def check(
    *specs: str | Path | Spec,
    servers: Sequence[str] = (),
    ca_file: str | Path | None = None,
    tcp: bool = False,
    edns: bool = True,
    cookie: bool = False,
    mix_case: bool = False,
    timeout: float = 2.0,
    retries: int = 2,
    deadline: float | None = 30.0,
    wait: float = 0.0,
    probe_local: bool = False,
    rng: Random | None = None,
    today: date | None = None,
    select: Sequence[str] = (),
    extend_select: Sequence[str] = (),
    ignore: Sequence[str] = (),
) -> Session:
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
    rules = select_rules(OF_CHECKS, select, extend_select, ignore)
    settings = look_up_settings(
        timeout=timeout, retries=retries, tcp_only=tcp, edns=edns, cookie=cookie, mix_case=mix_case
    )
    day = (today or datetime.now(UTC).date()).isoformat()
    found: list[Spec] = []
    for given in specs:
        found += (given,) if isinstance(given, Spec) else _in_time(read(given), day)
    served: list[ServedZone] = []
    try:
        work = _work(found, servers, served)
        asked = {server for _check, points in work for point in points for server in point.servers}
        source = Vantages(
            settings,
            deadline=deadline,
            wait=wait,
            probe_local=probe_local or any(each.address == "::1" or each.address.startswith("127.") for each in asked),
            secure=_secure(tuple(asked), ca_file),
            served=served,
        )
    except BaseException:
        for each in served:
            each.stop()
        raise
    below = system_below if rng is None else rng.randrange
    return Session(plan_check(work, found, rules, today=day, below=below), source, None)


def _in_time(specs: Sequence[Spec], day: str) -> Sequence[Spec]:
    """The specs, where no xfail is past its last day. UnreadableInput for those that are."""
    past = [
        f"{place.path}:{place.line}:{place.column}: xfail ended with {each.xfail.until}: give it a day to come, or "
        "take it out"
        for spec in specs
        for each in spec.checks
        if each.xfail is not None and each.xfail.until < day
        for place in (each.place("xfail"),)
    ]
    if past:
        raise UnreadableInput("\n".join(past))
    return specs


def _work(
    specs: Sequence[Spec], servers: Sequence[str], served: list[ServedZone]
) -> list[tuple[Expectation, tuple[Viewpoint, ...]]]:
    """Each check with whom to ask. Servers of test vantages are started, those that checks name."""
    system: tuple[Viewpoint, ...] | None = None
    work = []
    for spec in specs:
        named = {vantage.name: vantage for vantage in spec.vantages}
        points: dict[str, tuple[Viewpoint, ...]] = {}
        for each in spec.checks:
            for name in each.vantages:
                if name == SYSTEM:
                    system = points[name] = system or _system(servers)
                elif name not in points:
                    points[name] = _viewpoints(named[name], served)
            work.append((each, tuple(dict.fromkeys(point for name in each.vantages for point in points[name]))))
    return work


def _system(servers: Sequence[str]) -> tuple[Viewpoint, ...]:
    if not servers:
        return (Viewpoint(label=SYSTEM, servers=resolvers()),)
    asked = tuple(dict.fromkeys(server for text in servers for server in parse_servers(text)))
    return (Viewpoint(label=", ".join(servers), servers=asked),)


def _viewpoints(vantage: Vantage, served: list[ServedZone]) -> tuple[Viewpoint, ...]:
    """A vantage's servers, each by itself."""
    if vantage.zones:
        try:
            zone = ServedZone(vantage.zones, vantage.faults)
        except KmsdnsError as error:
            place = vantage.location
            raise KmsdnsError(f"{place.path}:{place.line}:{place.column}: {error}") from None
        served.append(zone)
        return (
            Viewpoint(
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
            place = vantage.location
            raise InvalidServer(f"{place.path}:{place.line}:{place.column}: {error}") from None
        found.append(
            Viewpoint(label=label, servers=addresses, location=vantage.location, view=vantage.view, fault=fault)
        )
    return tuple(found)


def _secure(servers: Sequence[Server], ca_file: str | Path | None) -> Secure | None:
    if not any(server.transport for server in servers):
        return None
    from kmsdns.net.client.secure import prepare

    return prepare(servers, ca_file)
