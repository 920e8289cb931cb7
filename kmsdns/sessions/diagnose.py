"""What the front doors share of a diagnosis: a name, evidence and settings become clients, and these a plan."""

from __future__ import annotations

from kmsdns.errors import KmsdnsError, NothingConfigured
from kmsdns.jobs.diagnose import KMS
from kmsdns.jobs.diagnose import diagnose as plan_diagnose
from kmsdns.kms.config import ClientConfig
from kmsdns.kms.diagnosis import Observed
from kmsdns.kms.evidence.facts import Facts, Suffix, Topic
from kmsdns.kms.evidence.resolver import claimed, clients
from kmsdns.kms.evidence.source import Hearsay
from kmsdns.model.arguments import checked
from kmsdns.model.typed import typed_host, typed_name, typed_service_name
from kmsdns.net.client.machine import PATH, is_readable, read_settings
from kmsdns.net.client.stub import system_below
from kmsdns.net.client.system import suffixes as own_system_suffixes
from kmsdns.rules.catalogue import RULES
from kmsdns.rules.choice import select as select_rules
from kmsdns.services.client_lookup import Wishes
from kmsdns.services.table import DEFAULT, Service, service_from_text
from kmsdns.sessions.discover import RDTYPES, Session, check_probe, live_source, look_up_settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path
    from random import Random

    from kmsdns.model.messages import Server
    from kmsdns.model.typed import Text

PROFILES = ("kms", "ad")
"""What a diagnosis looks at: the service alone, or the directory's records, too."""

_NOWHERE = (
    "this machine has no DNS suffix to search: name a domain, such as contoso.com, or give what a client's own tools "
    "printed, with --client"
)

_OF_THE_RESOLVER = (
    Topic.MACHINE,
    Topic.MACHINE_DOMAIN,
    Topic.DOMAIN_JOINED,
    Topic.APPEND_TO_MULTI_LABEL,
    Topic.DNS_SERVER,
    Topic.NO_DNS_SERVER,
    Topic.NO_SUFFIX,
    Topic.OBSERVED,
)


@checked()
def diagnose(
    name: Text | None = None,
    *,
    evidence: Sequence[tuple[str, bytes]] = (),
    suffixes: Sequence[Text] = (),
    config: ClientConfig | None = None,
    servers: Sequence[str | Server] = (),
    ca_file: str | Path | None = None,
    service: str = DEFAULT,
    bare: bool = False,
    families: Sequence[int] = (4, 6),
    tcp: bool = False,
    all_servers: bool = False,
    edns: bool = True,
    cookie: bool = False,
    mix_case: bool = False,
    timeout: float = 2.0,
    retries: int = 2,
    deadline: float | None = 10.0,
    probe: str | None = "tcp",
    probe_local: bool = False,
    profile: str = "kms",
    offline: bool = False,
    known_hosts: Sequence[Text] = (),
    machines: int | None = None,
    rng: Random | None = None,
    select: Sequence[str] = (),
    extend_select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    record: str | Path | None = None,
    replay: str | Path | None = None,
) -> Session:
    """Why a client cannot find its host: the client's own way, the code it would show, the cause and the fix.

    name: the domain, or an owner name (_ldap._tcp.contoso.com); it stands in for the suffixes that the evidence does
    not tell. Without a name and without evidence the diagnosis is of this machine: of its suffixes, and on Windows of
    what its registry says of KMS and DNS.

    evidence: (path, octets) of what a client's own tools printed; see kmsdns.kms.evidence
    suffixes: what the client searches, in order, where the evidence doesn't say; default the domain of name
    config: what the client is set up with, where that is known otherwise; it counts before the evidence
    offline: nothing is asked and nothing probed, the evidence is all there is
    profile: "ad" to look at the records of the domain's controllers, too
    known_hosts: the names, or addresses, of the hosts there should be; machines: how many are to be activated
    probe: "tcp", "rpc" or None; the other parameters are those of discover

    Raises InvalidArgument, InvalidName, InvalidServer, NothingConfigured, UnreadableInput or another KmsdnsError for
    misuse.
    """
    asked_for = service_from_text(service)
    wanted, domain = _subject(name, asked_for, bare)
    if probe is not None:
        check_probe(probe, wanted if wanted.service else asked_for)
    if profile not in PROFILES:
        raise KmsdnsError(f"unknown profile {profile!r}: use one of {', '.join(PROFILES)}")
    if profile == "ad" and offline:
        raise KmsdnsError("the profile ad asks the DNS for a domain's controllers: leave out --offline (offline=)")
    facts = _read(evidence)
    base = config or ClientConfig()
    given = tuple([typed_name(suffix) for suffix in suffixes]) or ((domain,) if domain else ())
    notices: tuple[str, ...] = ()
    if name is None and not evidence and config is None:
        if is_readable():
            own = read_settings()
            facts, notices = _read([(PATH, own.export)]), own.unread
            given = given or own_system_suffixes()
            if not given and not facts.suffixes:
                base = ClientConfig(suffixes=())  # this is known, for nothing else could tell
        elif not given:
            given = own_system_suffixes()
            if not given:
                raise NothingConfigured(_NOWHERE)
    is_kms = wanted.service == KMS
    if not is_kms:
        facts, base = _of_the_resolver(facts), _plain(base)
    understood = [_with_suffixes(each, given) for each in clients(facts, base)]
    _check_has_a_way(understood, facts, domain)
    now = _when(facts)
    observed = [
        Observed(
            config=each,
            facts=facts,
            named=domain,
            known_hosts=tuple([typed_host(host) for host in known_hosts]),
            machines=machines,
            is_offline=offline,
            is_kms=is_kms,
            now=now,
        )
        for each in understood
    ]
    wishes = Wishes(
        below=system_below if rng is None else rng.randrange,
        rdtypes=tuple([RDTYPES[family] for family in families]),
        probe=probe,
        glue=not all_servers,
        thorough=True,
    )
    about = RULES if is_kms else [rule for rule in RULES if not rule.kms_only]
    chosen = select_rules(about, select, extend_select, ignore)
    rules = tuple([rule for rule in chosen if rule.offline]) if offline else chosen
    directory = _directory(understood[0], domain) if profile == "ad" else None
    plan = plan_diagnose(observed, wanted, wishes, rules, directory=directory)
    if offline:
        return Session(plan, Hearsay(facts), None, notices=notices)
    settings = look_up_settings(
        timeout=timeout,
        retries=retries,
        tcp_only=tcp,
        all_servers=all_servers,
        edns=edns,
        cookie=cookie,
        mix_case=mix_case,
    )
    source, live = live_source(
        servers, ca_file, settings, deadline, probe_local=probe_local, record=record, replay=replay
    )
    return Session(plan, source, None, live, notices)


def _subject(name: Text | None, service: Service, bare: bool) -> tuple[Service, str | None]:
    """The service, which an owner name overrides, and the domain; of a bare name, no labels and the name itself."""
    if name is None:
        if bare:
            raise KmsdnsError("--bare (bare=) asks a name as it stands: give the name, such as host.contoso.com")
        return service, None
    given = typed_service_name(name, service.service, service.proto, bare=bare)
    if not given.service:
        return Service(service="", proto="", port=None), given.domain
    if (given.service, given.proto) != (service.service, service.proto):
        service = service_from_text(f"{given.service}.{given.proto}")
    return service, given.domain


def _read(evidence: Sequence[tuple[str, bytes]]) -> Facts:
    facts = Facts()
    if evidence:
        from kmsdns.kms.evidence import read

        for path, octets in evidence:
            facts += read(octets, path)
    return facts


def _of_the_resolver(facts: Facts) -> Facts:
    """What a client's tools tell of its DNS: all that matters to services other than KMS."""
    return Facts(
        kinds=facts.kinds,
        suffixes=facts.suffixes,
        answers=facts.answers,
        connects=facts.connects,
        claims=tuple([claim for claim in facts.claims if claim.topic in _OF_THE_RESOLVER]),
        unread=facts.unread,
    )


def _plain(config: ClientConfig) -> ClientConfig:
    """A client without what is set up for KMS."""
    return ClientConfig(
        suffixes=config.suffixes,
        domain_joined=config.domain_joined,
        domain=config.domain,
        dns_servers=config.dns_servers,
        append_to_multi_label=config.append_to_multi_label,
    )


def _with_suffixes(config: ClientConfig, given: tuple[str, ...]) -> ClientConfig:
    """A client whose suffixes nobody told searches those that were given, or else its machine's domain."""
    if config.suffixes is not None or config.lookup_domain is not None:
        return config
    searched = given or ((config.domain,) if config.domain else ())
    return config.replace(suffixes=tuple([Suffix(name=name) for name in searched])) if searched else config


def _directory(client: ClientConfig, named: str | None) -> str:
    """The domain whose controllers are looked for: the one named, else the machine's, else the first searched."""
    domain = named or client.domain or next(iter(client.searched), None)
    if domain is None:
        raise NothingConfigured("no domain is known to look for controllers in: name one, such as contoso.com")
    return domain


def _check_has_a_way(understood: Sequence[ClientConfig], facts: Facts, domain: str | None) -> None:
    """Raises KmsdnsError when nothing at all is known of where to look, and nothing was told either."""
    if facts or domain is not None or any(each != ClientConfig() for each in understood):
        return
    if facts.unread:
        told = "; ".join(f"{each.source.path}: {each.reason}" for each in facts.unread[:3])
        raise KmsdnsError(f"nothing in the evidence could be read ({told}): save the tool's output as text")
    raise NothingConfigured(_NOWHERE)


def _when(facts: Facts) -> datetime:
    """When the evidence was gathered, as far as it says; else now."""
    from datetime import UTC, datetime

    told = claimed(facts, Topic.OBSERVED)
    if isinstance(told, str):
        try:
            return datetime.fromisoformat(told).astimezone(UTC)
        except ValueError:
            pass
    return datetime.now(UTC)
