"""Real servers to compare with: NSD and Unbound as ordinary processes on a free loopback port, ended with the test."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import dns.exception
import dns.message
import dns.query
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

READY_WITHIN = 15.0  # seconds

NSD = """\
server:
  ip-address: 127.0.0.1@{port}
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


class Peer:
    """A server that answers."""

    def __init__(self, port: int) -> None:
        self.host, self.port = "127.0.0.1", port
        self.address = f"127.0.0.1:{port}"


@contextmanager
def nsd(zone_text: str, origin: str, tmp_path: Path) -> Iterator[Peer]:
    """NSD, authoritative for one zone."""
    with nsd_of({origin: zone_text}, tmp_path) as peer:
        yield peer


@contextmanager
def nsd_of(zones: dict[str, str], tmp_path: Path) -> Iterator[Peer]:
    """NSD, authoritative for several zones: texts by origin."""
    program = _program("nsd")
    folder = tmp_path / "nsd"
    folder.mkdir()
    entries = []
    for number, (origin, text) in enumerate(zones.items()):
        path = folder / f"{number}.zone"
        path.write_text(text)
        entries.append(NSD_ZONE.format(origin=origin, path=path))

    def configured(port: int) -> list[str]:
        config = folder / "nsd.conf"
        config.write_text(NSD.format(port=port, folder=folder) + "".join(entries))
        return [program, "-d", "-c", str(config)]

    with _running(configured, folder / "nsd.log", next(iter(zones))) as peer:
        yield peer


@contextmanager
def unbound(origin: str, upstream: str, tmp_path: Path) -> Iterator[Peer]:
    """Unbound, which asks upstream ("127.0.0.1:5353") for all names below origin, and can reach nobody else.

    It minimises query names strictly (RFC 9156) and mixes their case, so upstream has to get both right.
    """
    program = _program("unbound")
    folder = tmp_path / "unbound"
    folder.mkdir()
    (folder / "root.hints").write_text(". 3600 IN NS localhost.\nlocalhost. 3600 IN A 127.0.0.1\n")

    def configured(port: int) -> list[str]:
        config = folder / "unbound.conf"
        stub = upstream.replace(":", "@")
        top = origin.rstrip(".").rpartition(".")[2] + "."  # Unbound answers for test. itself, as RFC 6761 would have it
        config.write_text(UNBOUND.format(port=port, folder=folder, origin=origin, top=top, upstream=stub))
        return [program, "-d", "-p", "-c", str(config)]

    with _running(configured, folder / "unbound.log", origin) as peer:
        yield peer


def dig() -> str:
    """The path of dig; the test is skipped without it."""
    return _program("dig")


def _program(name: str) -> str:
    """The path of a program, also of those only root usually runs; the test is skipped without it."""
    found = shutil.which(name, path=os.environ.get("PATH", os.defpath) + ":/usr/sbin:/usr/local/sbin")
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


@contextmanager
def _running(configured, log: Path, origin: str) -> Iterator[Peer]:
    """The program started with its port and ready, and its whole process group killed in the end."""
    for attempt in range(3):  # somebody else may take the port between its choice and the start
        peer = Peer(_free_port())
        process = subprocess.Popen(
            configured(peer.port), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
        )
        try:
            if _answers(process, peer, origin):
                yield peer
                return
            said = log.read_text(errors="replace") if log.exists() else ""
            if attempt == 2:
                raise AssertionError(f"{process.args} does not answer (exit {process.poll()}): {said}")
        finally:
            _end(process)


def _answers(process: subprocess.Popen[bytes], peer: Peer, origin: str) -> bool:
    end = time.monotonic() + READY_WITHIN
    query = dns.message.make_query(origin, "SOA")
    while time.monotonic() < end and process.poll() is None:
        try:
            dns.query.udp(query, peer.host, port=peer.port, timeout=0.2)
        except (dns.exception.Timeout, OSError):
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
    if process.stderr is not None:
        process.stderr.close()


def _free_port() -> int:
    """A port number that is free over UDP and TCP."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as stream:
            stream.bind(("127.0.0.1", 0))
            port: int = stream.getsockname()[1]
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram:
                try:
                    datagram.bind(("127.0.0.1", port))
                except OSError:
                    continue
            return port
