"""What the front doors share of a diagnosis: a name, evidence and settings become clients, and these a plan."""

from __future__ import annotations

from kmsdns.errors import KmsdnsError, NothingConfigured
from kmsdns.jobs.diagnose import KMS
from kmsdns.jobs.diagnose import diagnose as plan_diagnose
from kmsdns.kms.config import ClientConfig
from kmsdns.kms.diagnosis import Observed
from kmsdns.kms.evidence.facts import Facts, Suffix, Topic
from kmsdns.kms.evidence.resolver import claimed, clients
from kmsdns.kms.evidence.source import EvidenceSource
from kmsdns.model.arguments import one_of
from kmsdns.model.option import OptionGroup, option
from kmsdns.model.typed import typed_host, typed_name, typed_service_name
from kmsdns.net.client.machine import PATH, is_readable, read_settings
from kmsdns.net.client.system import suffixes as own_system_suffixes
from kmsdns.options import DIAGNOSE, Diagnosing, Probing, Recordings, RuleChoice, Transport
from kmsdns.rules.catalogue import RULES
from kmsdns.rules.choice import chosen_rules
from kmsdns.services.table import Service, service_from_text
from kmsdns.sessions.discover import NO_BARE_NAME, Session, check_probe, live_source, wishes_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from typing import Unpack

    from kmsdns import options
    from kmsdns.model.typed import Text

    class DiagnoseArguments(options.DiagnoseFlags, total=False):
        config: ClientConfig | None


PROFILES = Diagnosing.options["profile"].choices
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


class DiagnosingInPython(OptionGroup):
    """What only a program can give, as a value of its own."""

    config: ClientConfig | None = option(
        default=None, check=one_of("kmsdns.kms.config", "ClientConfig", ""), after="suffixes"
    )


@DIAGNOSE.plus(DiagnosingInPython).taken
def diagnose(name: Text | None = None, **given: Unpack[DiagnoseArguments]) -> Session:
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
    own, transport, probing = Diagnosing.of(given), Transport.of(given), Probing.of(given)
    choice, config = RuleChoice.of(given), DiagnosingInPython.of(given).config
    asked_for = service_from_text(own.service)
    wanted, domain = _subject(name, asked_for, own.bare)
    if probing.probe is not None:
        check_probe(probing.probe, wanted if wanted.service else asked_for)
    if own.profile == "ad" and own.offline:
        raise KmsdnsError("the profile ad asks the DNS for a domain's controllers: leave out --offline (offline=)")
    facts = _read(own.evidence)
    base = config or ClientConfig()
    suffixes = tuple([typed_name(suffix) for suffix in own.suffixes]) or ((domain,) if domain else ())
    notices: tuple[str, ...] = ()
    if name is None and not own.evidence and config is None:
        if is_readable():
            settings = read_settings()
            facts, notices = _read([(PATH, settings.export)]), settings.unread
            suffixes = suffixes or own_system_suffixes()
            if not suffixes and not facts.suffixes:
                base = ClientConfig(suffixes=())  # this is known, for nothing else could tell
        elif not suffixes:
            suffixes = own_system_suffixes()
            if not suffixes:
                raise NothingConfigured(_NOWHERE)
    is_kms = wanted.service == KMS
    if not is_kms:
        facts, base = _of_the_resolver(facts), _plain(base)
    understood = [_with_suffixes(each, suffixes) for each in clients(facts, base)]
    _check_has_a_way(understood, facts, domain)
    now = _when(facts)
    observed = [
        Observed(
            config=each,
            facts=facts,
            named=domain,
            known_hosts=tuple([typed_host(host) for host in own.known_hosts]),
            machines=own.machines,
            is_offline=own.offline,
            is_kms=is_kms,
            now=now,
        )
        for each in understood
    ]
    wishes = wishes_of(transport, probing, own.rng, thorough=True)
    about = RULES if is_kms else [rule for rule in RULES if not rule.kms_only]
    chosen = chosen_rules(about, choice)
    rules = tuple([rule for rule in chosen if rule.offline]) if own.offline else chosen
    directory = _directory(understood[0], domain) if own.profile == "ad" else None
    plan = plan_diagnose(observed, wanted, wishes, rules, directory=directory)
    if own.offline:
        return Session(plan, EvidenceSource(facts), None, notices=notices)
    source, live = live_source(transport, probing, Recordings.of(given))
    return Session(plan, source, None, live, notices)


def _subject(name: Text | None, service: Service, bare: bool) -> tuple[Service, str | None]:
    """The service, which an owner name overrides, and the domain; of a bare name, no labels and the name itself."""
    if name is None:
        if bare:
            raise KmsdnsError(NO_BARE_NAME)
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
