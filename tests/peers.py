"""Real servers to compare with, as ordinary processes on a free loopback port, which end with the test.

NSD is authoritative, and so is BIND as the primary that takes updates; the others are resolvers, listed in RESOLVERS.
Each is started with a file of settings that keeps it on this machine: it sends from a loopback address, asks one server
for the names below one origin, and neither primes its root servers nor looks for updates, trust anchors or advisories.
Samba serves DCE/RPC, with its registry interface alone.

Long: the settings of each server stand beside what starts it.
"""

from __future__ import annotations

import getpass
import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import dns.exception
import dns.message
import dns.query
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

READY_WITHIN = 15.0  # seconds
CLOSED = ("127.0.0.1", 1)
"""A port where nobody is, over UDP and TCP. Not one that was just given up: anybody's next socket may take that."""
_ELSEWHERE = ":/usr/sbin:/usr/local/sbin:/usr/libexec/samba:/usr/lib/samba"

NSD = """\
server:
  ip-address: {host}@{port}
  server-count: 1
  username: ""
  chroot: ""
  zonesdir: "{folder}"
  database: ""
  pidfile: "{folder}/nsd.pid"
  xfrdfile: "{folder}/xfrd.state"
  zonelistfile: "{folder}/zone.list"
  xfrdir: "{folder}"
  logfile: "{folder}/nsd.log"
  rrl-ratelimit: 0
  rrl-whitelist-ratelimit: 0
  {options}
remote-control:
  control-enable: no
"""

NSD_ZONE = """\
zone:
  name: "{origin}"
  zonefile: "{path}"
"""

UNBOUND = """\
server:
  interface: 127.0.0.1@{port}
  outgoing-interface: 127.0.0.1
  do-ip6: no
  access-control: 127.0.0.0/8 allow
  do-daemonize: no
  num-threads: 1
  username: ""
  chroot: ""
  directory: "{folder}"
  pidfile: ""
  use-syslog: no
  logfile: "{folder}/unbound.log"
  root-hints: "{folder}/root.hints"
  do-not-query-localhost: no
  module-config: "iterator"
  target-fetch-policy: "0 0 0 0 0"
  qname-minimisation: yes
  qname-minimisation-strict: yes
  use-caps-for-id: yes
  local-zone: "{top}" nodefault
remote-control:
  control-enable: no
stub-zone:
  name: "{origin}"
  stub-addr: {upstream}
"""

NAMED = """\
options {{
  directory "{folder}";
  port {port};  # also the port of the servers that it asks
  listen-on {{ 127.0.0.1; }};
  listen-on-v6 {{ none; }};
  query-source address 127.0.0.1;
  allow-query {{ 127.0.0.0/8; }};
  pid-file none;
  session-keyfile none;
  recursion yes;
  qname-minimization strict;
  dnssec-validation no;
  trust-anchor-telemetry no;
  empty-zones-enable no;
  notify no;
  max-records-per-type 0;
  {options}
}};
controls {{ }};
logging {{
  channel log {{ file "{folder}/named.log"; severity info; }};
  category default {{ log; }};
}};
zone "." {{ type hint; file "root.hints"; }};
zone "{origin}" {{ type static-stub; server-addresses {{ {upstream}; }}; }};
"""

NAMED_PRIMARY = """\
options {{
  directory "{folder}";
  port {port};
  listen-on {{ 127.0.0.1; }};
  listen-on-v6 {{ none; }};
  allow-query {{ 127.0.0.0/8; }};
  pid-file none;
  session-keyfile none;
  recursion no;
  empty-zones-enable no;
  notify no;
}};
controls {{ }};
logging {{
  channel log {{ file "{folder}/named.log"; severity info; }};
  category default {{ log; }};
}};
zone "{origin}" {{ type primary; file "{folder}/zone"; allow-update {{ 127.0.0.0/8; }}; }};
"""

KRESD = """\
net.listen('127.0.0.1', {port}, {{ kind = 'dns' }})
net.ipv6 = false
net.outgoing_v4('127.0.0.1')
for _, name in ipairs({{'priming', 'ta_update', 'ta_signal_query', 'detect_time_skew'}}) do modules.unload(name) end
trust_anchors.remove('.')
cache.open(10 * MB, 'lmdb://{folder}/cache')
policy.add(policy.suffix(policy.STUB('{upstream}'), policy.todnames({{'{origin}'}})))
policy.add(policy.all(policy.REFUSE))
"""

RECURSOR = """\
local-address=127.0.0.1
local-port={port}
query-local-address=127.0.0.1
dont-query=
allow-from=127.0.0.0/8
forward-zones={origin}={upstream}
hint-file={folder}/root.hints
security-poll-suffix=
dnssec=off
max-rrset-size=1000
export-etc-hosts=no
webserver=no
threads=1
daemon=no
write-pid=no
socket-dir={short}
disable-syslog=yes
"""

SAMBA = """\
[global]
  server role = standalone server
  interfaces = {host}/32
  bind interfaces only = yes
  disable netbios = yes
  load printers = no
  rpc start on demand helpers = no
  rpc server dynamic port range = {port}-{port}
  private dir = {folder}
  state directory = {folder}
  cache directory = {folder}
  lock directory = {folder}
  pid directory = {folder}
  ncalrpc dir = {folder}/ncalrpc
"""


class Peer:
    """A server that answers."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self.host, self.port = host, port
        self.address = f"{host}:{port}"


@contextmanager
def nsd(zone_text: str, origin: str, tmp_path: Path, options: str = "") -> Iterator[Peer]:
    """NSD, authoritative for one zone."""
    with nsd_of({origin: zone_text}, tmp_path, options=options) as peer:
        yield peer


@contextmanager
def nsd_of(zones: dict[str, str], tmp_path: Path, host: str = "127.0.0.1", options: str = "") -> Iterator[Peer]:
    """NSD, authoritative for several zones: texts by origin. host is a loopback address, options are its own."""
    program = _program("nsd")
    folder = _folder(tmp_path, "nsd")
    entries = []
    for number, (origin, text) in enumerate(zones.items()):
        path = folder / f"{number}.zone"
        path.write_text(text)
        entries.append(NSD_ZONE.format(origin=origin, path=path))

    def configured(peer: Peer) -> list[str]:
        values = {"host": peer.host, "port": peer.port, "folder": folder, "options": options}
        config = _written(folder / "nsd.conf", NSD, entries, **values)
        return [program, "-d", "-c", config]

    with _running(configured, folder / "nsd.log", next(iter(zones)), host) as peer:
        yield peer


@contextmanager
def unbound(origin: str, upstream: str, tmp_path: Path, anchor: str = "") -> Iterator[Peer]:
    """Unbound, which asks upstream ("127.0.0.1:5353") for all names below origin, and can reach nobody else.

    anchor is a DS record: then it validates what is below its owner.

    It minimises query names strictly (RFC 9156) and mixes their case, so upstream has to get both right.
    """
    program = _program("unbound")
    folder = _folder(tmp_path, "unbound")
    stub = upstream.replace(":", "@")
    text = UNBOUND
    if anchor:
        validating = f'module-config: "validator iterator"\n  trust-anchor: "{anchor}"'
        text = text.replace('module-config: "iterator"', validating)
    top = origin.rstrip(".").rpartition(".")[2] + "."  # Unbound answers for test. itself, as RFC 6761 would have it

    def configured(peer: Peer) -> list[str]:
        config = _written(
            folder / "unbound.conf", text, port=peer.port, folder=folder, origin=origin, top=top, upstream=stub
        )
        return [program, "-d", "-p", "-c", config]

    with _running(configured, folder / "unbound.log", origin) as peer:
        yield peer


@contextmanager
def named(origin: str, upstream: str, tmp_path: Path, options: str = "") -> Iterator[Peer]:
    """BIND, which resolves names below origin step by step, with strictly minimised query names.

    It takes upstream for the one server of origin (a static-stub zone). BIND asks only the port it listens on itself,
    so upstream has to be on another address than 127.0.0.1, like "127.0.0.2:5353", on a port that is free on both.
    """
    program = _program("named")
    folder = _folder(tmp_path, "named")
    address, _, port = upstream.partition(":")

    def configured(peer: Peer) -> list[str]:
        values = {"port": peer.port, "folder": folder, "origin": origin, "upstream": address, "options": options}
        config = _written(folder / "named.conf", NAMED, **values)
        return [program, "-f", "-n", "1", "-c", config]

    with _running(configured, folder / "named.log", origin, port=int(port)) as peer:
        yield peer


@contextmanager
def updatable(zone_text: str, origin: str, tmp_path: Path) -> Iterator[Peer]:
    """BIND, the primary of one zone, which takes dynamic updates (RFC 2136) from this machine."""
    program = _program("named")
    folder = _folder(tmp_path, "primary")
    (folder / "zone").write_text(zone_text)

    def configured(peer: Peer) -> list[str]:
        config = _written(folder / "named.conf", NAMED_PRIMARY, port=peer.port, folder=folder, origin=origin)
        return [program, "-f", "-n", "1", "-c", config]

    with _running(configured, folder / "named.log", origin) as peer:
        yield peer


@contextmanager
def kresd(origin: str, upstream: str, tmp_path: Path) -> Iterator[Peer]:
    """Knot Resolver, which hands what is asked below origin to upstream, and refuses everything else."""
    program = _program("kresd")
    folder = _folder(tmp_path, "kresd")

    def configured(peer: Peer) -> list[str]:
        stub = upstream.replace(":", "@")
        config = _written(folder / "kresd.conf", KRESD, port=peer.port, folder=folder, origin=origin, upstream=stub)
        return [program, "--noninteractive", "--config", config, str(folder)]

    with _running(configured, folder / "kresd.log", origin) as peer:
        yield peer


@contextmanager
def recursor(origin: str, upstream: str, tmp_path: Path) -> Iterator[Peer]:
    """PowerDNS Recursor, which takes upstream for the server of all names below origin."""
    program = _program("pdns_recursor")
    folder = _folder(tmp_path, "recursor")

    with TemporaryDirectory(prefix="rec") as short:  # the path of its socket has to be

        def configured(peer: Peer) -> list[str]:
            values = {"port": peer.port, "folder": folder, "short": short, "origin": origin, "upstream": upstream}
            _written(folder / "recursor.conf", RECURSOR, **values)
            return [program, f"--config-dir={folder}"]

        with _running(configured, folder / "recursor.log", origin) as peer:
            yield peer


@contextmanager
def dnsmasq(origin: str, upstream: str, tmp_path: Path) -> Iterator[Peer]:
    """dnsmasq, which forwards to upstream what is asked below origin, and nothing else."""
    program = _program("dnsmasq")
    folder = _folder(tmp_path, "dnsmasq")
    server = f"--server=/{origin.rstrip('.')}/{upstream.replace(':', '#')}@127.0.0.1"

    def configured(peer: Peer) -> list[str]:
        listening = f"--port={peer.port} --listen-address={peer.host} --bind-interfaces --no-resolv --no-hosts"
        own = f"--keep-in-foreground --conf-file=/dev/null --pid-file= --user={getpass.getuser()} --log-facility=-"
        return [program, *own.split(), *listening.split(), server]

    with _running(configured, folder / "dnsmasq.log", origin) as peer:
        yield peer


@contextmanager
def samba() -> Iterator[Peer]:
    """Samba's DCE/RPC server over TCP, with the interface winreg 1.0 (338cd001-2244-31f1-aaaa-900038001003)."""
    program = Path(_program("samba-dcerpcd"))
    with TemporaryDirectory(prefix="smb") as short:  # the paths of its sockets have to be

        def configured(peer: Peer) -> list[str]:
            config = _written(Path(short) / "smb.conf", SAMBA, host=peer.host, port=peer.port, folder=short)
            helper = str(program.with_name("rpcd_winreg"))
            return [str(program), "--foreground", f"--log-basename={short}", f"--configfile={config}", helper]

        with _running(configured, Path(short) / "log.samba-dcerpcd", None) as peer:
            yield peer


@contextmanager
def configured(
    command: list[str], settings: Callable[[Peer, Path], str], origin: str, tmp_path: Path
) -> Iterator[Peer]:
    """A program with settings of one's own, in a file whose path is the command's last argument."""
    name, *arguments = command
    program, folder = _program(name), _folder(tmp_path, name)

    def written(peer: Peer) -> list[str]:
        path = folder / "config"
        path.write_text(settings(peer, folder))
        return [program, *arguments, str(path)]

    with _running(written, folder / f"{name}.log", origin) as peer:
        yield peer


RESOLVERS = {"unbound": unbound, "named": named, "kresd": kresd, "recursor": recursor, "dnsmasq": dnsmasq}
"""Each is called with an origin, the address of its server ("127.0.0.1:5353"), and a folder."""


def dig() -> str:
    """The path of dig; the test is skipped without it."""
    return _program("dig")


def nsupdate() -> str:
    """The path of nsupdate; the test is skipped without it."""
    return _program("nsupdate")


def _program(name: str) -> str:
    """The path of a program, also of those that only root or another program runs; the test is skipped without it."""
    found = shutil.which(name, path=os.environ.get("PATH", os.defpath) + _ELSEWHERE)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def _folder(tmp_path: Path, name: str) -> Path:
    """A new folder for a server's files. It has root hints, which lead to this machine: nobody is to be asked."""
    folder = tmp_path / name
    folder.mkdir()
    (folder / "root.hints").write_text(". 3600 IN NS localhost.\nlocalhost. 3600 IN A 127.0.0.1\n")
    return folder


def _written(path: Path, template: str, more: Iterable[str] = (), **values: object) -> str:
    path.write_text(template.format(**values) + "".join(more))
    return str(path)


@contextmanager
def _running(
    configured: Callable[[Peer], list[str]], log: Path, origin: str | None, host: str = "127.0.0.1", port: int = 0
) -> Iterator[Peer]:
    """The program started with its port and ready, and its whole process group killed in the end."""
    for attempt in range(3):  # somebody else may take the port between its choice and the start
        peer = Peer(port or free_port(*{host, "127.0.0.1"}), host)
        with (log.parent / "output").open("wb") as output:
            process = subprocess.Popen(
                configured(peer), stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )
        try:
            if _answers(process, peer, origin):
                yield peer
                return
            said = "".join(path.read_text(errors="replace") for path in (log, log.parent / "output") if path.exists())
            if attempt == 2:
                raise AssertionError(f"{process.args} does not answer (exit {process.poll()}): {said}")
        finally:
            _end(process)


def _answers(process: subprocess.Popen[bytes], peer: Peer, origin: str | None) -> bool:
    """Whether it does over both transports, before its time is over or it ends. A closed TCP port says so at once.

    Without an origin it is no DNS server: it answers when it takes a connection.
    """
    end = time.monotonic() + READY_WITHIN
    while time.monotonic() < end and process.poll() is None:
        try:
            if origin is None:
                socket.create_connection((peer.host, peer.port), 1.0).close()
                return True
            query = dns.message.make_query(origin, "SOA")
            for way in (dns.query.tcp, dns.query.udp):
                way(query, peer.host, port=peer.port, timeout=1.0)
        except (dns.exception.DNSException, EOFError, OSError):
            time.sleep(0.02)
        else:
            return True
    return False


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the process and its children: politely, then by force."""
    for number, patience in ((signal.SIGTERM, 3.0), (signal.SIGKILL, 3.0)):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            break
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            continue
    process.wait()


def free_port(*hosts: str) -> int:
    """A port number that is free over UDP and TCP on these addresses."""
    for _ in range(100):
        with ExitStack() as opened:
            port = 0
            try:
                for host in hosts:
                    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                        sock = opened.enter_context(socket.socket(socket.AF_INET, kind))
                        sock.bind((host, port))
                        port = sock.getsockname()[1]
            except OSError:
                continue
            return port
    raise AssertionError(f"no port is free on {', '.join(hosts)}")
