"""One discovery from the command line, as a whole process, side by side: python -m benchmarks.lookup

    kmsdns     kmsdns discover weighted.example.com --server 127.0.0.1:PORT
    dig        dig +short @127.0.0.1 -p PORT NAME SRV TARGET A TARGET AAAA ...   (the targets known beforehand)
    dig, SRV   dig +short @127.0.0.1 -p PORT NAME SRV                            (one question alone)
    dnspython  the script DNSPYTHON below
    aiodns     the script AIODNS below

All of them but "dig, SRV" ask for the SRV records, and for A and AAAA of their four targets, of the bundled server in a
process of its own. The bars: at most three times dig, under half of either script, under 25 MiB.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from tabulate import tabulate

from benchmarks.harness import duration, whole_process

ROOT = Path(__file__).resolve().parent.parent
DOMAIN = "weighted.example.com"
OWNER = f"_vlmcs._tcp.{DOMAIN}"
TARGETS = [f"{host}.{DOMAIN}" for host in ("kms01", "kms02", "kms03", "kms-dr")]
PATIENCE = 20.0  # seconds for the server to be ready

DNSPYTHON = """
import sys
import dns.resolver
resolver = dns.resolver.Resolver(configure=False)
resolver.nameservers, resolver.port = ["127.0.0.1"], int(sys.argv[1])
for srv in resolver.resolve(sys.argv[2], "SRV").rrset.processing_order():
    for rdtype in ("A", "AAAA"):
        try:
            print(srv.target, srv.port, [each.address for each in resolver.resolve(srv.target, rdtype)])
        except dns.resolver.NoAnswer:
            pass
"""
AIODNS = """
import asyncio, sys
import aiodns

async def main():
    resolver = aiodns.DNSResolver(nameservers=[f"127.0.0.1:{sys.argv[1]}"])
    found = await resolver.query_dns(sys.argv[2], "SRV")
    async def addresses(target, rdtype):
        try:
            return [each.data.addr for each in (await resolver.query_dns(target, rdtype)).answer]
        except aiodns.error.DNSError:
            return []
    targets = [record.data.target for record in found.answer]
    print(await asyncio.gather(*[addresses(target, rdtype) for target in targets for rdtype in ("A", "AAAA")]))

asyncio.run(main())
"""


@contextmanager
def server() -> Iterator[int]:
    """The port of the bundled server, which serves the weighted zone."""
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder) / "ready"
        zone = ROOT / "zonefiles" / "weighted.zone"
        command = ["serve", str(zone), "--port", "0", "--ready-file", str(ready), "-q", "--max-seconds", "600"]
        process = subprocess.Popen([sys.executable, "-m", "kmsdns", *command], stdout=subprocess.DEVNULL)
        try:
            end = time.monotonic() + PATIENCE
            while not ready.exists():
                if time.monotonic() > end or process.poll() is not None:
                    raise RuntimeError("the bundled server did not start")
                time.sleep(0.01)
            yield int(ready.read_text().rpartition(":")[2])
        finally:
            process.terminate()
            process.wait()


def commands(port: int) -> dict[str, list[str]]:
    """The commands to compare; a peer that is not installed is left out."""
    # The command as installed, next to the interpreter that runs this.
    kmsdns = str(Path(sys.executable).with_name("kmsdns"))
    found = {"kmsdns": [kmsdns, "discover", DOMAIN, "--server", f"127.0.0.1:{port}"]}
    dig = shutil.which("dig")
    if dig:
        alone = [dig, "+short", "@127.0.0.1", "-p", str(port), OWNER, "SRV"]
        addresses = [word for target in TARGETS for rdtype in ("A", "AAAA") for word in (target, rdtype)]
        found["dig"] = [*alone, *addresses]
        found["dig, SRV"] = alone
    for name, script in (("dnspython", DNSPYTHON), ("aiodns", AIODNS)):
        if find_spec("dns" if name == "dnspython" else name):
            found[name] = [sys.executable, "-c", script, str(port), OWNER]
    found["python -c pass"] = [sys.executable, "-c", "pass"]
    return found


def main() -> None:
    with server() as port:
        compared = commands(port)
        for command in compared.values():
            subprocess.run(command, stdout=subprocess.DEVNULL, check=True)  # a peer that fails would look fast
        figures = whole_process(compared)
    ours = figures["kmsdns"]
    rows = [
        [
            name,
            duration(each.wall),
            f"{ours.wall / each.wall:.2f}",
            duration(each.cpu),
            f"{ours.cpu / each.cpu:.2f}",
            f"{each.peak_rss / 2**20:.1f} MiB",
        ]
        for name, each in figures.items()
    ]
    heads = ["command", "wall", "kmsdns / it", "processor", "kmsdns / it", "peak memory"]
    print("One discovery as a whole process: medians of 21 turns\n")
    print(tabulate(rows, heads, tablefmt="github", disable_numparse=True, colalign=["left", *["right"] * 5]))
    absent = {"dig", "dnspython", "aiodns"} - set(figures)
    if absent:
        print(f"\nAbsent: {', '.join(sorted(absent))}; dig comes with BIND's tools, the others with kmsdns[bench]")


if __name__ == "__main__":
    main()
