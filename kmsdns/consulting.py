"""What the front doors share of a consultation: servers and files become vantages and questions, and these a plan."""

from __future__ import annotations

from kmsdns.errors import KmsdnsError
from kmsdns.jobs.consult import Wanted, judged
from kmsdns.jobs.consult import consult as plan_consult
from kmsdns.model import names
from kmsdns.model.arguments import NAME, ZONE, checked, flag, one_of, optional, paired, path, several, text, whole
from kmsdns.model.typed import typed_name, typed_service_name
from kmsdns.model.vantages import Kind, Vantage
from kmsdns.net.client.stub import system_below
from kmsdns.net.client.system import parse_servers, resolvers
from kmsdns.options import DISCOVER, Probing, Recordings, Transport
from kmsdns.rules.catalogue import RULES
from kmsdns.rules.choice import select as select_rules
from kmsdns.rules.live.drift import implied
from kmsdns.rules.rule import Needs
from kmsdns.rules.zone.view import Zones, ZoneView
from kmsdns.services.table import DEFAULT, service_from_text
from kmsdns.sessions.discover import RDTYPES, Session, live_source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from random import Random

    from kmsdns.model.plan import Plan
    from kmsdns.model.report import Report
    from kmsdns.model.typed import Text
    from kmsdns.rules.rule import Rule
    from kmsdns.zone.zone import Zone

VANTAGE_RULES = tuple([rule for rule in RULES if Needs.VANTAGES in rule.needs])
"""What is judged of what several servers say: LIV101 to LIV115."""


def vantages_of(text: str, name: str = "", *, kind: Kind = Kind.UNKNOWN, view: str | None = None) -> list[Vantage]:
    """The vantages that a person means by a server, as --server takes it: a name may stand for two addresses.

    name: what to call it; default its address. view: "inside", "outside", or a word of one's own.
    Raises InvalidServer.
    """
    return [Vantage(name=name or str(each), server=each, kind=kind, view=view) for each in parse_servers(text)]


_CHECKS = {each.name: each.takes for each in DISCOVER.options} | {
    "name": NAME,
    "vantages": several(one_of("kmsdns.model.vantages", "Vantage", ", as kmsdns.consulting.vantages_of makes them")),
    "zone": optional(NAME),
    "find": flag,
    "port": whole(1, 65535),
    "same": optional(paired(text, ZONE, "give (path, zone), the zone as kmsdns.zone.load reads one")),
    "transfer": flag,
    "keyfile": optional(path),
}


@checked(**_CHECKS)
def consult(
    name: Text,
    *,
    vantages: Sequence[Vantage] = (),
    zone: Text | None = None,
    find: bool = True,
    port: int = 53,
    same: tuple[str, Zone] | None = None,
    transfer: bool = True,
    keyfile: str | None = None,
    service: str = DEFAULT,
    families: Sequence[int] = (4, 6),
    ca_file: str | Path | None = None,
    timeout: float = 2.0,
    retries: int = 2,
    deadline: float | None = 10.0,
    rng: Random | None = None,
    select: Sequence[str] = (),
    extend_select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    record: str | Path | None = None,
    replay: str | Path | None = None,
) -> Session:
    """Whether all servers of a zone say the same of a service, and resolvers what those say.

        with consult("contoso.com", same=("contoso.zone", zone)) as session:
            report = session.finish(drive.run(session.plan, session.source))

    The report's findings are LIV101 to LIV115; its consulted[0] has what each server said (statements) and the serial
    of the zone at each (serials). Whatever the DNS fails at is in there, never an exception. For a check of a spec:
    `zone = "contoso.com"` is zone, `same` is same, `consistent = true` holds when there is no LIV101, LIV102 or LIV103,
    and `serial` is compared with serials. A job that asks more beside it takes jobs.consult.consult as a part of its
    own plan, and jobs.consult.judged for the findings.

    name: a domain, or an owner name (_ldap._tcp.contoso.com); service completes a domain
    vantages: who is asked: resolvers, servers of the zone, or whatever they turn out to be (vantages_of); default this
    machine's resolvers. Servers are compared with each other within one view, and views with each other
    zone: the zone's origin; default the longest name at or above the owner's that has an SOA record
    find: ask the servers too that the zone's NS records name, or, where nobody tells these, a referral from above;
    they are asked at port
    same: the path and the zone as it should be served. It is transferred (AXFR) from a server that allows it, unless
    transfer is False, with the key (TSIG) in keyfile; else what it implies is asked for
    families: of the addresses that are asked for and asked; timeout: seconds for one try; retries: further tries at
    each server; deadline: seconds for everything, None for no limit; ca_file: vouches for encrypted servers
    rng: the dice for the name that shows wildcards; the same seed is the same name
    select, extend_select, ignore: rules by code, slug or prefix; record, replay: the path of a tape, which is replayed
    with the vantages and the file that it was recorded with

    Raises InvalidArgument, InvalidName, InvalidServer, NothingConfigured, UnreadableInput or another KmsdnsError for
    misuse.
    """
    wanted_service = service_from_text(service)
    owner = typed_service_name(name, wanted_service.service, wanted_service.proto)
    origin = None if zone is None else typed_name(zone)
    if origin is not None and not names.is_at_or_below(owner.owner, origin):
        raise KmsdnsError(f"{owner.owner} is not in the zone {origin}: name a zone at or above it")
    view = None if same is None else ZoneView(same[1], same[0])
    if view is not None and not names.is_at_or_below(owner.owner, view.origin):
        raise KmsdnsError(f"{view.path} is the zone {view.origin}, and {owner.owner} is not in it: name its own file")
    asked = tuple(vantages) or tuple([Vantage(name=str(each), server=each) for each in resolvers()])
    wanted = Wanted(
        service=owner,
        vantages=asked,
        below=_dice(rng, owner.owner, is_taped=record is not None or replay is not None),
        zone=origin or (None if view is None else view.origin),
        find=find,
        port=port,
        rdtypes=tuple([RDTYPES[family] for family in families]),
        questions=() if view is None else implied(view),
        transfer=transfer,
    )
    rules = select_rules(VANTAGE_RULES, select, extend_select, ignore)
    servers = tuple([each.server for each in asked])
    source, live = live_source(
        Transport(servers=servers, ca_file=ca_file, timeout=timeout, retries=retries, deadline=deadline),
        Probing(),
        Recordings(record=record, replay=replay),
        keyfile=keyfile,
    )
    return Session(_plan(wanted, rules, None if view is None else Zones([view])), source, None, live)


def _dice(rng: Random | None, owner: str, *, is_taped: bool) -> Callable[[int], int]:
    """Dice that fall alike for one owner name where a tape is to be replayed."""
    if rng is not None:
        return rng.randrange
    if not is_taped:
        return system_below
    from random import Random

    return Random(owner).randrange  # noqa: S311  # to be repeated, no secret


def _plan(wanted: Wanted, rules: Sequence[Rule], zones: Zones | None) -> Plan[Report]:
    consulted = yield from plan_consult(wanted)
    return judged(consulted, rules, zones)
