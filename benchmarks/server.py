"""The bundled server beside others, asked by dnsperf: python -m benchmarks.server [TASK...]

Tasks, all by default: small, tcp (a zone of 53 records, 80 % SRV, 10 % A and 10 % NXDOMAIN asked for), names (a zone of
100,000 names, each asked for its SRV record, in random order), million (a zone of 1,000,000 records: how long until it
answers, in how much memory, and how fast), idle (1,000 idle TCP connections: how long a datagram takes to be answered).

    load     dnsperf -s 127.0.0.1 -p PORT -d QUERIES -l 2 -c 4 -T 1 -q 64 [-m tcp]
    kmsdns   python -m kmsdns serve ZONE --port PORT --address 127.0.0.1 -q
    NSD      nsd -d -c NSD.CONF                 server-count 1, no rate limits; NSD_CONF below
    dnslib   python -c DNSLIB ZONE PORT         its own DNSServer and ZoneResolver over UDP and TCP; DNSLIB below
    dnserver python -m dnserver ZONES.TOML --port PORT --no-upstream     the same records as far as it knows them

All servers run at the same time and idle while another is asked; the rounds take turns. Ratios are those within a
round, then their median, and that of the first round, when no answer is ready yet. CPU is user and system time of all
of a server's processes from /proc, per query answered. A peer that is not installed is left out.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from tabulate import tabulate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

ROUNDS = 5
ORIGIN = "contoso.test."
SECONDS = "2"
READY_WITHIN = 300.0

NSD_CONF = """\
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
  tcp-count: 1100
remote-control:
  control-enable: no
zone:
  name: "{origin}"
  zonefile: "{zone}"
"""

DNSLIB = """\
import sys, time
from pathlib import Path
from dnslib.server import DNSServer
from dnslib.zoneresolver import ZoneResolver
class Silent:
    def __getattr__(self, name):
        return lambda *arguments: None
resolver = ZoneResolver(Path(sys.argv[1]).read_text())
for tcp in (False, True):
    DNSServer(resolver, address="127.0.0.1", port=int(sys.argv[2]), tcp=tcp, logger=Silent()).start_thread()
while True:
    time.sleep(60)
"""


class Task(NamedTuple):
    """A zone and the questions for it."""

    records: list[tuple[str, str, str]]  # owner, type, rdata
    questions: list[str]  # "name type"


class Run(NamedTuple):
    """What one round of dnsperf gave."""

    rate: float  # queries per second
    cpu: float  # seconds of the server's processor time per query


def small() -> Task:
    """53 records: 24 services with a host each."""
    records = [(f"_vlmcs._tcp.s{n}.{ORIGIN}", "SRV", f"0 {n} 1688 kms{n}.{ORIGIN}") for n in range(24)]
    records += [(f"kms{n}.{ORIGIN}", "A", f"192.0.2.{n + 1}") for n in range(24)]
    records += [(f"alias{n}.{ORIGIN}", "CNAME", f"kms{n}.{ORIGIN}") for n in range(2)]
    services = [f"_vlmcs._tcp.s{n % 24}.{ORIGIN} SRV" for n in range(80)]
    hosts = [f"kms{n}.{ORIGIN} A" for n in range(10)]
    nothing = [f"nothing{n}.{ORIGIN} A" for n in range(10)]
    return Task(_apex() + records, _shuffled(services + hosts + nothing))


def many(names: int, records_each: int = 1) -> Task:
    """So many names with an SRV record each, and so many records a name in all: those of its host besides."""
    records = _apex()
    hosts = [f"kms{n}.{ORIGIN}" for n in range(names if records_each > 1 else 100)]
    records += [(f"_vlmcs._tcp.s{n}.{ORIGIN}", "SRV", f"0 0 1688 {hosts[n % len(hosts)]}") for n in range(names)]
    records += [(host, "A", f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}") for n, host in enumerate(hosts)]
    return Task(records, _shuffled([f"_vlmcs._tcp.s{n}.{ORIGIN} SRV" for n in range(names)]))


def _apex() -> list[tuple[str, str, str]]:
    soa = f"ns1.{ORIGIN} hostmaster.{ORIGIN} 2026010101 7200 900 1209600 300"
    return [(ORIGIN, "SOA", soa), (ORIGIN, "NS", f"ns1.{ORIGIN}"), (f"ns1.{ORIGIN}", "A", "192.0.2.1")]


def _shuffled(questions: list[str]) -> list[str]:
    random.Random(2782).shuffle(questions)
    return questions


class Running:
    """A server that answers, and what it has used."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, ready: float) -> None:
        self.process, self.port, self.ready = process, port, ready  # seconds from its start to its first answer

    def pids(self) -> list[str]:
        """Its process and all it started: they share a process group."""
        found = []
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = path.read_text().rpartition(")")[2].split()
            except OSError:
                continue  # ended meanwhile
            if fields[2] == str(self.process.pid):
                found.append(path.parent.name)
        return found

    def cpu(self) -> float:
        """Seconds of processor time so far, user and system."""
        ticks = 0
        for pid in self.pids():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def peak(self) -> int:
        """Octets of memory at most, of all its processes."""
        peaks = [re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text()) for pid in self.pids()]
        return sum([int(match[1]) * 1024 for match in peaks if match])


@contextmanager
def running(command: Callable[[int], Sequence[str]]) -> Iterator[Running]:
    """A server started with a free port, once it answers; ended with all of its processes."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
    begin = time.monotonic()
    process = subprocess.Popen(
        command(port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        while ask(port, timeout=0.2) is None:
            if process.poll() is not None or time.monotonic() - begin > READY_WITHIN:
                raise RuntimeError(f"{process.args} does not answer")
        yield Running(process, port, time.monotonic() - begin)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


QUERY = b"\1\0\0\1\0\0\0\0\0\0\7contoso\4test\0\0\6\0\1"


def ask(port: int, timeout: float) -> float | None:
    """Seconds that a server takes to answer a datagram, None when it doesn't."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(timeout)
        sock.connect(("127.0.0.1", port))
        begin = time.perf_counter()
        try:
            sock.send(os.urandom(2) + QUERY)
            if not sock.recv(4096)[2] & 0x80:
                return None  # its own query: it was given the very port that nobody listens at yet
        except ConnectionRefusedError:
            time.sleep(min(timeout, 0.01))
            return None
        except OSError:
            return None
        return time.perf_counter() - begin


def commands(task: Task, folder: Path, wanted: Sequence[str]) -> dict[str, Callable[[int], list[str]]]:
    """How to start each wanted server that is there; a sentence for each that isn't."""
    zone = folder / "contoso.zone"
    zone.write_text("".join([f"{owner} 3600 IN {rdtype} {rdata}\n" for owner, rdtype, rdata in task.records]))
    (folder / "queries").write_text("".join([question + "\n" for question in task.questions]))
    found: dict[str, Callable[[int], list[str]]] = {}
    python = sys.executable
    address = ["--address", "127.0.0.1", "-q"]
    found["kmsdns"] = lambda port: [python, "-m", "kmsdns", "serve", str(zone), "--port", str(port), *address]
    nsd = shutil.which("nsd", path=os.environ.get("PATH", os.defpath) + ":/usr/sbin")

    def nsd_command(port: int) -> list[str]:
        conf = folder / "nsd.conf"
        conf.write_text(NSD_CONF.format(port=port, folder=folder, origin=ORIGIN, zone=zone))
        return [str(nsd), "-d", "-c", str(conf)]

    if nsd is not None:
        found["NSD"] = nsd_command
    found["dnslib"] = lambda port: [python, "-c", DNSLIB, str(zone), str(port)]
    if find_spec("dnserver") is not None and "dnserver" in wanted:
        toml = folder / "zones.toml"
        toml.write_text("".join([_toml(*record) for record in task.records]))
        found["dnserver"] = lambda port: [
            python, "-m", "dnserver", str(toml), "--port", str(port), "--no-upstream",
        ]  # fmt: skip
    for name in wanted:
        if name not in found:
            print(f"{name} is not installed, and left out.\n")
    return {name: found[name] for name in wanted if name in found}


def _toml(owner: str, rdtype: str, rdata: str) -> str:
    """A record as dnserver reads it: rdata is what dnslib's class of the type is called with."""
    words: list[str | int] = [int(word) if word.isdigit() else word for word in rdata.split()]
    answer = words[0] if len(words) == 1 else words[:2] if rdtype == "SOA" else words
    return f"[[zones]]\nhost = {owner.rstrip('.')!r}\ntype = {rdtype!r}\nanswer = {answer!r}\n"


def load(server: Running, folder: Path, options: Sequence[str]) -> Run:
    """One round of dnsperf against a server."""
    before = server.cpu()
    command = ["dnsperf", "-s", "127.0.0.1", "-p", str(server.port), "-d", str(folder / "queries")]
    done = subprocess.run(
        [*command, "-l", SECONDS, "-c", "4", "-T", "1", "-q", "64", *options],
        capture_output=True,
        text=True,
        check=True,
    )
    rate = re.search(r"Queries per second:\s+([\d.]+)", done.stdout)
    completed = re.search(r"Queries completed:\s+(\d+)", done.stdout)
    assert rate is not None
    assert completed is not None
    return Run(float(rate[1]), (server.cpu() - before) / max(int(completed[1]), 1))


def compare(title: str, task: Task, wanted: Sequence[str], options: Sequence[str] = ()) -> None:
    """A table of servers that take turns."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        starts = commands(task, folder, wanted)
        servers = {peer: stack.enter_context(running(command)) for peer, command in starts.items()}
        rounds = [{peer: load(server, folder, options) for peer, server in servers.items()} for _ in range(ROUNDS)]
        ready = {peer: (server.ready, server.peak()) for peer, server in servers.items()}
    rows = []
    for peer in servers:
        rates = [each[peer].rate for each in rounds]
        cpu = median([each[peer].cpu for each in rounds])
        row = [peer, f"{median(rates):,.0f} ({min(rates):,.0f}-{max(rates):,.0f})"]
        for base in ("NSD", "dnslib"):
            ratios = [each[peer].rate / each[base].rate for each in rounds if base in each]
            row.append(f"{median(ratios):.2f} (first {ratios[0]:.2f})" if ratios else "")
        rows.append([*row, f"{cpu * 1e6:.1f}", f"{ready[peer][0]:.2f}", f"{ready[peer][1] / 2**20:.0f}"])
    header = ["", "q/s (least-most)", "x NSD", "x dnslib", "CPU us/q", "ready s", "MiB"]
    print(f"{title}\n\n{tabulate(rows, header, tablefmt='github', disable_numparse=True)}\n")


def idle() -> None:
    """The time a datagram takes while 1,000 connections are open and silent, and while none is."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        rows = []
        for peer, command in commands(small(), Path(name), ("kmsdns", "NSD")).items():
            server = stack.enter_context(running(command))
            row = [peer, _microseconds(server.port)]
            with ExitStack() as connections:
                for _ in range(1000):
                    sock = connections.enter_context(socket.create_connection(("127.0.0.1", server.port)))
                    sock.settimeout(10)
                row.append(_microseconds(server.port))
            rows.append(row)
    header = ["", "no connection, us", "1,000 connections, us"]
    print(f"A datagram's way there and back, median (99 %)\n\n{tabulate(rows, header, tablefmt='github')}\n")


def _microseconds(port: int) -> str:
    taken = sorted([seconds for seconds in [ask(port, 1.0) for _ in range(2000)] if seconds is not None])
    return f"{median(taken) * 1e6:.0f} ({taken[len(taken) * 99 // 100] * 1e6:.0f})"


ALL = ("kmsdns", "NSD", "dnslib", "dnserver")
BIG = ("kmsdns", "NSD")
TASKS: dict[str, Callable[[], None]] = {
    "small": lambda: compare("53 records, over UDP", small(), ALL),
    "tcp": lambda: compare("53 records, over TCP", small(), ALL, ["-m", "tcp"]),
    "names": lambda: compare("100,000 names, over UDP", many(100_000), BIG),
    "million": lambda: compare("1,000,000 records, over UDP", many(499_998, 2), BIG),
    "idle": idle,
}


def main(tasks: Sequence[str] = ()) -> None:
    """Prints the tables."""
    if shutil.which("dnsperf") is None:
        print("dnsperf is not installed: there is nothing to ask the servers with.")
        return
    for task in tasks or TASKS:
        TASKS[task]()


if __name__ == "__main__":
    main(sys.argv[1:])
