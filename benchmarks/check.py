"""A thousand checks at ten vantages, against the bundled server: python -m benchmarks.check

    server   python -m kmsdns serve ZONE --port PORT --address 127.0.0.1 ... --address 127.0.0.10 -q
    kmsdns   python -m kmsdns check SPEC --no-progress -f short

Each check is of a name of its own (two SRV records exactly, a TTL, a share), each vantage an address of the server:
10,000 questions in all, each of them sent. The server has a core of its own where there are two. There is no peer that
does the same; beside it stands what dnsperf needs for the same questions, at ten at a time.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tabulate import tabulate

from benchmarks.harness import duration, whole_process
from benchmarks.server import running

CHECKS, VANTAGES, ROUNDS = 1000, 10, 3
ORIGIN = "contoso.test."
ADDRESSES = [f"127.0.0.{number + 1}" for number in range(VANTAGES)]


def zone(checks: int) -> str:
    """Two weighted hosts for each name."""
    head = f"{ORIGIN} 3600 IN SOA ns1.{ORIGIN} h.{ORIGIN} 1 2 3 4 5\n{ORIGIN} 3600 IN NS ns1.{ORIGIN}\n"
    head += f"ns1.{ORIGIN} 3600 IN A 192.0.2.53\n"
    hosts = [f"kms{host}.{ORIGIN} 3600 IN A 192.0.2.{host}\n" for host in (1, 2)]
    services = [
        f"_vlmcs._tcp.s{n}.{ORIGIN} 3600 IN SRV 0 50 1688 kms{host}.{ORIGIN}\n"
        for n in range(checks)
        for host in (1, 2)
    ]
    return "".join([head, *hosts, *services])


def spec(checks: int, port: int) -> str:
    """A check of each name, from every vantage."""
    lines = ["[vantage]", *[f'v{n} = "{address}:{port}"' for n, address in enumerate(ADDRESSES)]]
    vantages = ", ".join([f'"v{n}"' for n in range(VANTAGES)])
    for n in range(checks):
        lines += [
            "",
            "[[check]]",
            f'name = "_vlmcs._tcp.s{n}.{ORIGIN}"',
            'type = "SRV"',
            f"from = [{vantages}]",
            f'exactly = ["0 50 1688 kms1.{ORIGIN}", "0 50 1688 kms2.{ORIGIN}"]',
            "ttl = { min = 300, max = 3600 }",
            f'share = {{ "kms1.{ORIGIN}" = [0.4, 0.6] }}',
        ]
    return "\n".join([*lines, ""])


def main() -> None:
    """Prints the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "contoso.zone").write_text(zone(CHECKS))
        served = [word for address in ADDRESSES for word in ("--address", address)]
        serve = [sys.executable, "-m", "kmsdns", "serve", str(folder / "contoso.zone"), "-q", *served]
        with running(lambda port: [*serve, "--port", str(port)]) as server:
            commands = {}
            for checks in (CHECKS // 10, CHECKS):
                path = folder / f"s{checks}.kmsdns.toml"
                path.write_text(spec(checks, server.port))
                label = f"{checks:,} checks, {VANTAGES} vantages"
                commands[label] = [
                    sys.executable, "-m", "kmsdns", "check", str(path), "--no-progress", "-f", "short",
                ]  # fmt: skip
            rows = []
            for label, figures in whole_process(commands, ROUNDS).items():
                assert figures.status == 0, f"{label}: exit status {figures.status}"
                peak = f"{figures.peak_rss / 2**20:.0f} MiB"
                rows.append([label, duration(figures.wall), duration(figures.cpu), peak])
            rows += _dnsperf(folder, server.port)
    header = ["", "wall", "processor", "peak memory"]
    print(f"Checks against the bundled server\n\n{tabulate(rows, header, tablefmt='github', disable_numparse=True)}\n")


def _dnsperf(folder: Path, port: int) -> list[list[str]]:
    """The same 10,000 questions, asked by dnsperf; nothing where it isn't installed."""
    if shutil.which("dnsperf") is None:
        return []
    (folder / "queries").write_text("".join([f"_vlmcs._tcp.s{n}.{ORIGIN} SRV\n" for n in range(CHECKS)]))
    begin = time.perf_counter()
    command = ["dnsperf", "-s", ADDRESSES[0], "-p", str(port), "-d", str(folder / "queries")]
    subprocess.run([*command, "-n", str(VANTAGES), "-q", "10"], capture_output=True, check=True)
    return [["dnsperf, the same questions", duration(time.perf_counter() - begin), "", ""]]


if __name__ == "__main__":
    main()
