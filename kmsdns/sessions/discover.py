"""What the blocking and the async front door share: arguments become a plan, a source and, in the end, a report."""

from __future__ import annotations

from time import gmtime, monotonic, strftime

from kmsdns.errors import KmsdnsError, NothingConfigured
from kmsdns.jobs.discover import discover as plan_discover
from kmsdns.lookup.attempt import Settings
from kmsdns.model.arguments import checked
from kmsdns.model.names import fold, service_name
from kmsdns.model.typed import typed_service_name
from kmsdns.net.client.drive import Live
from kmsdns.net.client.stub import Stub, system_below
from kmsdns.net.client.system import parse_servers, resolvers, suffixes
from kmsdns.rules.choice import select as select_rules
from kmsdns.rules.live.answers import RULES as LIVE_RULES
from kmsdns.services.client_lookup import Client, Wishes
from kmsdns.services.table import DEFAULT, service_from_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from random import Random
    from types import TracebackType
    from typing import Any, Self

    from kmsdns.kms.evidence.source import Hearsay
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
    from kmsdns.rules.rule import Rule
    from kmsdns.services.table import Service

RDTYPES = {4: "A", 6: "AAAA"}


class Session:
    """One call of a job: its plan, its source, and what is to be done when the plan has returned."""

    def __init__(
        self,
        plan: Plan[Report],
        source: Live | Recorder | Player | Hearsay | Vantages,
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


@checked()
def discover(
    *names: Text,
    servers: Sequence[str | Server] = (),
    ca_file: str | Path | None = None,
    service: str = DEFAULT,
    bare: bool = False,
    port: int | None = None,
    families: Sequence[int] = (4, 6),
    tcp: bool = False,
    all_servers: bool = False,
    edns: bool = True,
    cookie: bool = False,
    mix_case: bool = False,
    timeout: float = 2.0,
    retries: int = 2,
    deadline: float | None = 10.0,
    probe: str | None = None,
    probe_local: bool = False,
    fallback: bool = False,
    rng: Random | None = None,
    cache: str | Path | None = None,
    select: Sequence[str] = (),
    extend_select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    record: str | Path | None = None,
    replay: str | Path | None = None,
) -> Session:
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
    wanted = service_from_text(service)
    fallback_port = port or wanted.port
    if fallback and not fallback_port:
        raise KmsdnsError(f"{wanted} has no well-known port to fall back to: name one with --port (port=)")
    if probe is not None:
        check_probe(probe, wanted)
    hosts = _open_cache(cache) if cache is not None and probe is not None else None
    wishes = Wishes(
        below=system_below if rng is None else rng.randrange,
        rdtypes=tuple([RDTYPES[family] for family in families]),
        glue=not all_servers,
        probe=probe,
        fallback_port=fallback_port if fallback else None,
    )
    cached = _cached_hosts(hosts)
    clients = [_client(owners, cached) for owners in _owners(names, wanted, bare)]
    chosen = select_rules(LIVE_RULES, select, extend_select, ignore)

    def explaining() -> Sequence[Rule]:
        from kmsdns.rules.live.probes import OF_A_DEAD_END
        from kmsdns.rules.srv.targets import OF_LOST_TARGETS

        return select_rules((*OF_LOST_TARGETS, *OF_A_DEAD_END), select, extend_select, ignore)

    plan = plan_discover(clients, wishes, chosen, explaining)
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
    return Session(plan, source, hosts, live)


def look_up_settings(*, edns: bool, **settings: Any) -> Settings:
    """Settings of the same names; edns: ask with EDNS. Raises KmsdnsError for cookies without it."""
    if settings["cookie"] and not edns:
        raise KmsdnsError("a DNS cookie is sent in EDNS: leave out --cookie or --no-edns (cookie=, edns=)")
    return Settings(**settings) if edns else Settings(edns_size=None, **settings)


def live_source(
    servers: Sequence[str | Server],
    ca_file: str | Path | None,
    settings: Settings,
    deadline: float | None,
    *,
    probe_local: bool,
    keyfile: str | None = None,
    record: str | Path | None,
    replay: str | Path | None,
) -> tuple[Live | Recorder | Player, Live | None]:
    """The network, the network with a tape running, or a tape; and what of it has connections to close, if any.

    deadline: seconds from now, None for no limit. keyfile: the key for zone transfers.
    """
    if replay is not None:
        return _player(replay), None
    asked = _servers(servers)
    secure = _secure(asked, ca_file)
    until = None if deadline is None else monotonic() + deadline
    local = probe_local or any(server.address == "::1" or server.address.startswith("127.") for server in asked)
    stub = Stub(asked, settings, deadline=until, secure=secure)
    live = Live(stub, probe_timeout=settings.timeout, probe_local=local, keyfile=keyfile)
    return live if record is None else _recorder(live, record), live


def _owners(names: Sequence[Text], service: Service, bare: bool) -> list[tuple[ServiceName, ...]]:
    """Each name is a client of its own; without a name, one client searches this machine's suffixes."""
    if names:
        return [(typed_service_name(name, service.service, service.proto, bare=bare),) for name in names]
    if bare:
        raise KmsdnsError("--bare (bare=) asks a name as it stands: give the name, such as host.contoso.com")
    return [tuple([service_name(suffix, service.service, service.proto) for suffix in own_suffixes()])]


def own_suffixes() -> tuple[str, ...]:
    """This machine's DNS suffixes, in the order searched. Raises NothingConfigured when it has none."""
    own = suffixes()
    if not own:
        raise NothingConfigured("this machine has no DNS suffix to search: name a domain, such as contoso.com")
    return own


def _client(owners: tuple[ServiceName, ...], cached: Mapping[str, CachedHost]) -> Client:
    known = next(((owner, cached[key]) for owner in owners if (key := fold(owner.owner)) in cached), None)
    return Client(names=owners, cached=known)


def _servers(given: Sequence[str | Server]) -> tuple[Server, ...]:
    if not given:
        return resolvers()
    return tuple(dict.fromkeys(server for each in given for server in _meant(each)))


def _meant(given: str | Server) -> Sequence[Server]:
    return parse_servers(given) if isinstance(given, str) else (given,)


def _secure(servers: Sequence[Server], ca_file: str | Path | None) -> Secure | None:
    """The connections to encrypted servers, None when there are none."""
    if not any(server.transport for server in servers):
        return None
    from kmsdns.net.client.secure import prepare

    return prepare(servers, ca_file)


def check_probe(kind: str, service: Service) -> None:
    """Raises KmsdnsError unless there is such a probe, and it is one for this service."""
    from kmsdns.net.client.probes import PROBERS

    if kind not in PROBERS:
        raise KmsdnsError(f"unknown probe {kind!r}: use one of {', '.join(PROBERS)}")
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
