"""What the blocking and the async front door share: arguments become a plan, a source and, in the end, a report."""

from __future__ import annotations

from time import gmtime, monotonic, strftime

from kmsdns.errors import KmsdnsError, NothingConfigured
from kmsdns.jobs.discover import discover as plan_discover
from kmsdns.lookup.attempt import EDNS_SIZE, LookupSettings
from kmsdns.model.names import fold, service_name
from kmsdns.model.typed import typed_service_name
from kmsdns.net.client.drive import Live
from kmsdns.net.client.stub import Stub, system_randbelow
from kmsdns.net.client.system import parse_servers, resolvers, suffixes
from kmsdns.options import DISCOVER, Discovering, Probing, Recordings, RuleChoice, Transport
from kmsdns.rules.choice import chosen_rules
from kmsdns.rules.live.answers import RULES as LIVE_RULES
from kmsdns.services.client_lookup import LookupOptions, ResolutionPath
from kmsdns.services.table import service_from_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path
    from random import Random
    from types import TracebackType
    from typing import Any, Self, Unpack

    from kmsdns.kms.evidence.source import EvidenceSource
    from kmsdns.model.messages import Server
    from kmsdns.model.names import ServiceName
    from kmsdns.model.plan import Plan
    from kmsdns.model.report import Report
    from kmsdns.model.snapshot import CachedHost
    from kmsdns.model.typed import Text
    from kmsdns.net.client.hostcache import HostCache
    from kmsdns.net.client.recording import Player, Recorder
    from kmsdns.net.client.secure import Secure
    from kmsdns.net.client.vantages import Vantages
    from kmsdns.options import DiscoverArguments
    from kmsdns.rules.rule import Rule
    from kmsdns.services.table import Service

RDTYPES = {4: "A", 6: "AAAA"}


class Session:
    """One call of a job: its plan, its source, and what is to be done when the plan has returned."""

    def __init__(
        self,
        plan: Plan[Report],
        source: Live | Recorder | Player | EvidenceSource | Vantages,
        cache: HostCache | None,
        live: Live | None = None,
        notices: tuple[str, ...] = (),
    ) -> None:
        self.plan = plan
        self.source = source
        self._live = live  # what a recorder records
        self._cache = cache
        self._notices = notices  # known before anything was asked
        self._started = strftime("%Y-%m-%dT%H:%M:%SZ", gmtime())
        self._clock = monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.source.close()
        finally:
            if self._live is not None:
                self._live.close()

    async def aclose(self) -> None:
        """Closes what belongs to the event loop that it ran in."""
        if self._live is not None:
            await self._live.aclose()

    def finish(self, report: Report) -> Report:
        """Writes the cache and completes the report."""
        notices = (*report.notices, *self._notices)
        if self._cache is not None:
            _remember(self._cache, report, self._started)
            notices += tuple(self._cache.warnings)
        return report.replace(started=self._started, elapsed=monotonic() - self._clock, notices=notices)


@DISCOVER.taken
def discover(*names: Text, **given: Unpack[DiscoverArguments]) -> Session:
    """Where a client would find a service, in the order it would try (RFC 2782).

    names: domains (contoso.com) or owner names (_ldap._tcp.contoso.com); none means this machine's own DNS suffixes, in
    the order a client searches them. The report's endpoints are in processing order; what the DNS failed to say is in
    its findings, never an exception.

    servers: ADDR, ADDR:PORT or [V6]:PORT, asked in turn; default: this machine's resolvers. Encrypted, as the extras
    dot, doh and doq allow: tls://ADDR[:853][#name], https://HOST[:443][/dns-query], quic://ADDR[:853][#name]
    ca_file: the certificates (PEM) that vouch for encrypted servers, instead of the system's
    service: a well-known name ("ldap") or labels ("_sip._tls"); default _vlmcs._tcp
    bare: ask for SRV records at a name as it stands, also where no service's labels are in front of it
    port: the port for fallback; fallback: without SRV records use the domain's own addresses
    families: 4 and 6, in the order wanted; default both
    tcp: ask over TCP only; timeout: seconds for one try; retries: further tries at each server
    all_servers: ask every server each question, and tell where they disagree (warning "contradiction")
    edns: ask with EDNS (RFC 6891), where the server takes it
    cookie: send DNS cookies and insist on them (RFC 7873); mix_case: ask in random case and insist on it ("0x20")
    deadline: seconds for everything, None for no limit
    probe: "tcp" to connect to each endpoint, "rpc" to ask it for the KMS interface then (a DCE/RPC bind, and nothing
    after it); probe_local: to loopback addresses too, though no server asked is local;
    cache: the path of a host cache, read and written only with a probe
    rng: a random.Random for the order; default the operating system's dice
    select, extend_select, ignore: rules by code, slug or prefix; record, replay: the path of a tape

    A name may also be a dns.name.Name, and where several of a thing are taken one will do: servers="127.0.0.1".
    Raises InvalidArgument, InvalidName, InvalidServer, NothingConfigured, UnreadableInput or another KmsdnsError for
    misuse.
    """
    own, transport, probing = Discovering.of(given), Transport.of(given), Probing.of(given)
    choice = RuleChoice.of(given)
    wanted = service_from_text(own.service)
    fallback_port = own.port or wanted.port
    if own.fallback and not fallback_port:
        raise KmsdnsError(f"{wanted} has no well-known port to fall back to: name one with --port (port=)")
    if probing.probe is not None:
        check_probe(probing.probe, wanted)
    hosts = _open_cache(own.cache) if own.cache is not None and probing.probe is not None else None
    wishes = wishes_of(transport, probing, own.rng, fallback_port=fallback_port if own.fallback else None)
    cached = _cached_hosts(hosts)
    clients = [_client(owners, cached) for owners in _owners(names, wanted, own.bare)]
    chosen = chosen_rules(LIVE_RULES, choice)

    def explaining() -> Sequence[Rule]:
        from kmsdns.rules.live.probes import OF_A_DEAD_END
        from kmsdns.rules.srv.targets import OF_LOST_TARGETS

        return chosen_rules((*OF_LOST_TARGETS, *OF_A_DEAD_END), choice)

    plan = plan_discover(clients, wishes, chosen, explaining)
    source, live = live_source(transport, probing, Recordings.of(given))
    return Session(plan, source, hosts, live)


def wishes_of(transport: Transport, probing: Probing, rng: Random | None, **more: Any) -> LookupOptions:
    """How a client goes its way, as the options have it. more: fields of LookupOptions."""
    return LookupOptions(
        randbelow=system_randbelow if rng is None else rng.randrange,
        rdtypes=tuple([RDTYPES[family] for family in transport.families]),
        glue=not transport.all_servers,
        probe=probing.probe,
        **more,
    )


def look_up_settings(transport: Transport) -> LookupSettings:
    """How a look-up asks, as the options have it. Raises KmsdnsError for cookies without EDNS."""
    if transport.cookie and not transport.edns:
        raise KmsdnsError("a DNS cookie is sent in EDNS: leave out --cookie or --no-edns (cookie=, edns=)")
    return LookupSettings(
        timeout=transport.timeout,
        retries=transport.retries,
        tcp_only=transport.tcp,
        edns_size=EDNS_SIZE if transport.edns else None,
        all_servers=transport.all_servers,
        cookie=transport.cookie,
        mix_case=transport.mix_case,
    )


def live_source(
    transport: Transport, probing: Probing, recordings: Recordings, *, keyfile: str | None = None
) -> tuple[Live | Recorder | Player, Live | None]:
    """The network, the network with a tape running, or a tape; and what of it has connections to close, if any.

    The deadline counts from now. keyfile: the key for zone transfers.
    """
    settings = look_up_settings(transport)
    if recordings.replay is not None:
        return _player(recordings.replay), None
    asked = servers_of(transport.servers)
    secure = secure_of(asked, transport.ca_file)
    until = None if transport.deadline is None else monotonic() + transport.deadline
    stub = Stub(asked, settings, deadline=until, secure=secure)
    live = Live(
        stub,
        probe_timeout=settings.timeout,
        probe_local=probing.probe_local or any_is_local(asked),
        keyfile=keyfile,
    )
    return live if recordings.record is None else _recorder(live, recordings.record), live


def any_is_local(servers: Iterable[Server]) -> bool:
    """Whether one of them is on this machine: then so may be what it tells of."""
    return any(server.address == "::1" or server.address.startswith("127.") for server in servers)


NO_BARE_NAME = "--bare (bare=) asks a name as it stands: give the name, such as host.contoso.com"


def _owners(names: Sequence[Text], service: Service, bare: bool) -> list[tuple[ServiceName, ...]]:
    """Each name is a client of its own; without a name, one client searches this machine's suffixes."""
    if names:
        return [(typed_service_name(name, service.service, service.proto, bare=bare),) for name in names]
    if bare:
        raise KmsdnsError(NO_BARE_NAME)
    return [tuple([service_name(suffix, service.service, service.proto) for suffix in own_suffixes()])]


def own_suffixes() -> tuple[str, ...]:
    """This machine's DNS suffixes, in the order searched. Raises NothingConfigured when it has none."""
    own = suffixes()
    if not own:
        raise NothingConfigured("this machine has no DNS suffix to search: name a domain, such as contoso.com")
    return own


def _client(owners: tuple[ServiceName, ...], cached: Mapping[str, CachedHost]) -> ResolutionPath:
    known = next(((owner, cached[key]) for owner in owners if (key := fold(owner.owner)) in cached), None)
    return ResolutionPath(names=owners, cached=known)


def servers_of(given: Sequence[str | Server]) -> tuple[Server, ...]:
    """Whom to ask: those that were given, each once, or this machine's resolvers. Raises InvalidServer."""
    if not given:
        return resolvers()
    return tuple(dict.fromkeys(server for each in given for server in _meant(each)))


def _meant(given: str | Server) -> Sequence[Server]:
    return parse_servers(given) if isinstance(given, str) else (given,)


def secure_of(servers: Sequence[Server], ca_file: str | Path | None) -> Secure | None:
    """The connections to encrypted servers, None when there are none."""
    if not any(server.transport for server in servers):
        return None
    from kmsdns.net.client.secure import prepare

    return prepare(servers, ca_file)


def check_probe(kind: str, service: Service) -> None:
    """Raises KmsdnsError unless the probe is one for this service."""
    if kind == "rpc" and service.service != "_vlmcs":
        raise KmsdnsError(f"the probe rpc asks for the interface of _vlmcs._tcp: for {service} use tcp")


def _open_cache(path: str | Path) -> HostCache:
    from pathlib import Path

    from kmsdns.net.client.hostcache import HostCache

    return HostCache(Path(path))


def _cached_hosts(cache: HostCache | None) -> Mapping[str, CachedHost]:
    if cache is None:
        return {}
    state = cache.load()
    return dict(state.hosts) if state.enabled else {}


def _player(path: str | Path) -> Player:
    from pathlib import Path

    from kmsdns.net.client.recording import Player

    return Player(Path(path))


def _recorder(source: Live, path: str | Path) -> Recorder:
    from pathlib import Path

    from kmsdns.net.client.recording import Recorder

    return Recorder(source, Path(path))


def _remember(cache: HostCache, report: Report, now: str) -> None:
    """A client keeps the host that answered; one that answered from the cache stays, one that failed is replaced."""
    if not cache.load().enabled:
        return
    from kmsdns.model.snapshot import CachedHost

    for service in report.services:
        used = service.used
        if used is None or service.source == "cache":
            continue
        assert used.probe is not None
        assert used.probe.address is not None
        rest = [address for address in used.addresses or () if address != used.probe.address]
        host = CachedHost(target=used.target, port=used.port, addresses=(used.probe.address, *rest), when=now)
        cache.put(service.service, host)
