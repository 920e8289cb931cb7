"""Zone files validated, as whole processes, side by side: python -m benchmarks.validate [RECORDS...]

Zones of 1,000, 10,000, 100,000 and 1,000,000 records by default, as benchmarks.zones makes them.

    kmsdns            kmsdns validate ZONE                      (all default rules; nothing is found in these zones)
    kmsdns --service  kmsdns validate --service _vlmcs._tcp ZONE
    named-checkzone   named-checkzone -i local ORIGIN ZONE      (its default, -i full, asks the system's resolver)
    nsd-checkzone     nsd-checkzone ORIGIN ZONE
    kzonecheck        kzonecheck -o ORIGIN ZONE
    dnspython         python -c DNSPYTHON ORIGIN ZONE           (its reader, into a zone; up to 100,000 records)

The bars, in processor time: at most 0.75 of named-checkzone and 400 MiB at 1,000,000 records, 0.2 with --service, half
as fast at 100,000, a fifth as fast at 1,000. A peer that is not installed is left out.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from tabulate import tabulate

from benchmarks import zones
from benchmarks.harness import duration, whole_process

SIZES = (1_000, 10_000, 100_000, 1_000_000)
MOST_FOR_DNSPYTHON = 100_000
BASELINE = "named-checkzone"
DNSPYTHON = "import sys, dns.zone; dns.zone.from_file(sys.argv[2], sys.argv[1], relativize=False)"


def commands(zone: Path, records: int) -> dict[str, list[str]]:
    """The commands to compare."""
    kmsdns = [str(Path(sys.executable).with_name("kmsdns")), "validate", "--no-config"]
    found = {"kmsdns": [*kmsdns, str(zone)], "kmsdns --service": [*kmsdns, "--service", "_vlmcs._tcp", str(zone)]}
    peers = {
        BASELINE: ["-i", "local", zones.ORIGIN, str(zone)],
        "nsd-checkzone": [zones.ORIGIN, str(zone)],
        "kzonecheck": ["-o", zones.ORIGIN, str(zone)],
    }
    for name, options in peers.items():
        path = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
        if path:
            found[name] = [path, *options]
    if find_spec("dns") and records <= MOST_FOR_DNSPYTHON:
        found["dnspython"] = [sys.executable, "-c", DNSPYTHON, zones.ORIGIN, str(zone)]
    return found


def main(sizes: tuple[int, ...] = SIZES) -> None:
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for records in sizes:
            zone = Path(folder) / f"{records}.zone"
            with zone.open("w") as file:
                file.writelines(zones.zone(records))
            figures = whole_process(commands(zone, records), rounds=3 if records > MOST_FOR_DNSPYTHON else 5)
            base = figures.get(BASELINE)
            for name, taken in figures.items():
                if taken.status:
                    raise RuntimeError(f"{name} ended with status {taken.status}")
                ratio = f"{taken.cpu / base.cpu:.2f}" if base else "absent"
                memory = f"{taken.peak_rss / 2**20:.0f} MiB"
                rate = f"{taken.cpu / records * 1e6:.2f} us"
                rows.append([f"{records:,}", name, duration(taken.wall), duration(taken.cpu), ratio, rate, memory])
            zone.unlink()
    print("Zone files validated: whole processes, medians\n")
    header = ["records", "command", "wall", "processor", f"x {BASELINE}", "a record", "peak memory"]
    align = ("right", "left", "right", "right", "right", "right", "right")
    print(tabulate(rows, header, tablefmt="github", disable_numparse=True, colalign=align))


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or SIZES)
