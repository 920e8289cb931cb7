"""diagnose: why a client cannot find its host. The client's own way first, then what explains how it ended.

What is asked besides is asked in one batch, and only where the answer can change what is said: what the DNS offers to a
client that went past it, and the places where the record is sometimes made by mistake. Nothing of it is taken for the
client's way.
"""

from __future__ import annotations

from kmsdns.errors import InvalidName
from kmsdns.kms.config import resolution_path
from kmsdns.kms.diagnosis import Elsewhere, Observed, fate, lacks_servers
from kmsdns.kms.evidence.source import probe_told
from kmsdns.model import names
from kmsdns.model.findings import fold
from kmsdns.model.messages import Question
from kmsdns.model.plan import responses, together
from kmsdns.model.report import Report
from kmsdns.model.snapshot import Snapshot
from kmsdns.rules.case import Case
from kmsdns.rules.choice import run, skipped
from kmsdns.services.active_directory import is_untold, locate
from kmsdns.services.client_lookup import client_lookup, contact_cached, known_addresses, look_up

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kmsdns.model.messages import Response
    from kmsdns.model.plan import Plan
    from kmsdns.model.report import Discovered
    from kmsdns.rules.rule import Rule
    from kmsdns.services.client_lookup import LookupOptions, ResolutionPath
    from kmsdns.services.table import Service

PLACES = {
    "named": "_vlmcs._tcp.{domain}",  # of a domain that was named, or a suffix, but that the client doesn't search
    "bare": "_vlmcs._tcp.",
    "doubled": "_vlmcs._tcp.{domain}{domain}",
    "msdcs": "_vlmcs._tcp._msdcs.{domain}",
    "msdcs-dc": "_vlmcs._tcp.dc._msdcs.{domain}",
    "udp": "_vlmcs._udp.{domain}",
    "misspelt": "_vmlcs._tcp.{domain}",
}
"""Where the record of a KMS host is found when somebody slipped (docs/kms.md 6.5 (12, 17, 35), 9)."""

KMS = "_vlmcs"


def diagnose(
    clients: Sequence[Observed],
    service: Service,
    wishes: LookupOptions,
    rules: Sequence[Rule],
    *,
    directory: str | None = None,
) -> Plan[Report]:
    """Each client on its own way, all in lock-step; the clients hold what is known before anything is asked.

    directory: the Active Directory domain whose controllers are to be looked for afterwards.
    """
    observed = yield from together([_diagnose_one(client, service, wishes) for client in clients])
    if directory is not None:
        located = yield from locate(directory, wishes.rdtypes)
        observed = [each.replace(locators=located) for each in observed]
    cases = [case_of(each) for each in observed]
    findings = fold([finding for case in cases for finding in run(rules, case)])
    passed_over = dict.fromkeys(each for case in cases for each in skipped(rules, case))
    services = tuple([each.found for each in observed if each.found is not None])
    others = [each.found for each in observed[1:] if each.found is not None]
    return Report(
        job="diagnose",
        services=services,
        clients=tuple(observed),
        findings=findings,
        skipped=tuple(passed_over),
        inconclusive=any(found.is_silent for found in others)
        or any(is_untold(each) for client in observed for each in client.locators),
        fate=fate(observed[0]),
    )


def _is_missing(found: Discovered) -> bool:
    """The DNS was asked, it answered, and it has no such record."""
    asked = found.snapshot.srv
    return bool(asked) and not any(each.srvs for each in asked) and not found.is_silent


def case_of(observed: Observed) -> Case:
    """What rules judge of a client."""
    services = () if observed.found is None else (observed.found,)
    return Case(services=services, client=observed)


def _diagnose_one(client: Observed, service: Service, wishes: LookupOptions) -> Plan[Observed]:
    path = resolution_path(client.config, service)
    if path is None or not client.config.asks_for_kms:
        return client
    if lacks_servers(client.config):
        return client if client.is_offline else (yield from _contact_remembered(client, path, wishes))
    if client.is_offline:
        return client.replace(found=(yield from _retell(client, path, wishes)))
    found = yield from client_lookup(path, wishes.replace(honours_weights=client.config.honours_weights))
    client = client.replace(found=found)
    if found.source != "dns" and client.config.searched:
        # What the DNS would have said; nobody is contacted for it.
        published = yield from look_up(path.names, Snapshot(service=path.names[0]), wishes.replace(probe=None))
        client = client.replace(published=published)
    elif service.service == KMS and _is_missing(found):
        passed_over = [suffix.name for suffix in client.config.suffixes or ()]  # for a look-up domain
        besides = [*([client.named] if client.named else []), *passed_over]
        client = client.replace(elsewhere=(yield from _look_elsewhere(path, besides)))
    if client.config.domain_joined and client.config.activation_type == "all":
        client = client.replace(directory=(yield from _find_directory(client)))
    return client


def _contact_remembered(client: Observed, path: ResolutionPath, wishes: LookupOptions) -> Plan[Observed]:
    """The way without a DNS server: to the cached host, when its address is known, and no further."""
    if path.cached is None or not wishes.probe:
        return client
    _name, cached = path.cached
    if not known_addresses(cached.target, cached.addresses, wishes):
        return client
    found = yield from contact_cached(path, wishes)
    return client if found is None else client.replace(found=found)


def _retell(client: Observed, path: ResolutionPath, wishes: LookupOptions) -> Plan[Discovered | None]:
    """The way as the client's own tools tell it: the source knows their answers, and the probes are theirs."""
    told = {answer.owner for answer in client.facts.answers}
    if path.manual is None and not any(name.owner in told for name in path.names):
        return None
    found = yield from client_lookup(path.replace(cached=None), wishes.replace(probe=None))
    endpoints = tuple([each.replace(probe=probe_told(client.facts, each)) for each in found.endpoints])
    return found.replace(endpoints=endpoints)


def _look_elsewhere(path: ResolutionPath, besides: Sequence[str]) -> Plan[tuple[Elsewhere, ...]]:
    wanted: dict[Question, str] = {}
    asked = {name.owner for name in path.names}
    domains = dict.fromkeys([*[name.domain for name in path.names], *besides])
    for domain in domains:
        for place, pattern in PLACES.items():
            try:
                owner = names.from_text(pattern.format(domain=domain))
            except InvalidName:  # the doubled one of a long name
                continue
            if owner not in asked:
                wanted.setdefault(Question(name=owner, rdtype="SRV"), place)
    replies = responses((yield list(wanted)))
    return tuple(
        [Elsewhere(place=place, response=reply) for place, reply in zip(wanted.values(), replies, strict=True)]
    )


def _find_directory(client: Observed) -> Plan[tuple[Response, ...]]:
    domain = client.config.domain or next(iter(client.config.searched), None)
    if domain is None:
        return ()
    return tuple(responses((yield [Question(name=f"_ldap._tcp.dc._msdcs.{domain}", rdtype="SRV")])))
