"""One complete processing order, side by side: python -m benchmarks.ordering

Every case gets the same n weights (1 to 100, one priority) as records of its own kind, made beforehand, and returns all
of them as a list:

    kmsdns     processing_order(srvs)                              kmsdns.selection.ordering, Srv values
    dnspython  weighted_processing_order(rdatas)                   dns.rdtypes.util, SRV rdatas
    aioxmpp    list(group_and_order_srv_records(list(tuples)))     aioxmpp.network, which sorts its argument in place
    srvlookup  sorted(srvs, key=(priority, -weight, host))         as srvlookup.lookup does with its own SRV tuples;
                                                                   no dice: the order is always the same

All use the dice they use by default, Python's Mersenne Twister for each that has any.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from importlib.util import find_spec

import dns.rdata
from dns.rdtypes.util import weighted_processing_order

from benchmarks.harness import interleave, ratio_table
from kmsdns.model.records import Srv
from kmsdns.selection.ordering import processing_order

SIZES = (2, 4, 10, 100, 1000)


def cases(n: int) -> dict[str, Callable[[], list[object]]]:
    """The calls to compare for n records; a peer that is not installed is left out."""
    rng = random.Random(n)
    weights = [rng.randint(1, 100) for _ in range(n)]
    hosts = [f"h{i}.example." for i in range(n)]
    ours = [Srv(priority=0, weight=w, port=1688, target=h) for w, h in zip(weights, hosts, strict=True)]
    rdatas = [dns.rdata.from_text("IN", "SRV", f"0 {w} 1688 {h}") for w, h in zip(weights, hosts, strict=True)]
    found: dict[str, Callable[[], list[object]]] = {
        "kmsdns": lambda: processing_order(ours),
        "dnspython": lambda: weighted_processing_order(rdatas),
    }
    if _installed("aioxmpp"):
        from aioxmpp.network import group_and_order_srv_records

        tuples = [(0, w, (h, 1688)) for w, h in zip(weights, hosts, strict=True)]
        found["aioxmpp"] = lambda: list(group_and_order_srv_records(list(tuples)))
    if _installed("srvlookup"):
        from srvlookup import SRV

        plain = [SRV(h, 1688, 0, w, h) for w, h in zip(weights, hosts, strict=True)]
        found["srvlookup"] = lambda: sorted(plain, key=lambda r: (r.priority, -r.weight, r.host))
    return found


def _installed(peer: str) -> bool:
    if find_spec(peer) is None:
        return False
    try:
        __import__(peer)
    except ImportError:  # aioxmpp needs pytz and does not say so
        return False
    return True


def main() -> None:
    rows: dict[str, dict[str, float | None]] = {}
    for n in SIZES:
        measured = interleave(cases(n))
        rows[f"n = {n}"] = {name: measured.get(name) for name in ("kmsdns", "dnspython", "aioxmpp", "srvlookup")}
    print(ratio_table("One complete processing order: processor time, and ratio to kmsdns", rows, "kmsdns"))
    print("srvlookup draws nothing: its order is a sort, the same for every client.")
    absent = [name for name, figure in rows[f"n = {SIZES[0]}"].items() if figure is None]
    if absent:
        print(f"Absent: {', '.join(absent)}; to compare with them: pip install 'kmsdns[bench]'")


if __name__ == "__main__":
    main()
