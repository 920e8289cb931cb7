"""Zones shaped like those of an Active Directory, of any size: what the benchmarks of zone files read.

59 % A, 15 % AAAA, 11 % CNAME, 6.7 % SRV, 5.8 % TXT, 1.5 % MX, 1.1 % NS; some 500 records below each $ORIGIN, a site. A
quarter of the owners is absolute, others are inherited; TTLs stand before the class, behind it, with units, or not at
all; there are comments, parentheses over several lines, and strings with a semicolon. One site of twenty has KMS hosts.
Everything is right, by the rules of kmsdns and by those of other checkers: python -m benchmarks.zones RECORDS > FILE
"""

from __future__ import annotations

import random
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ORIGIN = "corp.example."
HEAD = f"""\
; a zone of {{records}} records
$TTL 3600
$ORIGIN {ORIGIN}
@ IN SOA ns1 hostmaster ( 2026010101 ; serial
        7200 3600 1209600 3600 )
@ IN NS ns1
@ IN NS ns2
ns1 IN A 10.0.0.1
ns2 IN A 10.0.0.2
"""
HEAD_RECORDS = 5
SITE = 500  # records below one $ORIGIN
SERVICES = (
    ("_ldap._tcp", 389), ("_kerberos._tcp", 88), ("_kpasswd._tcp", 464), ("_ldap._tcp.dc._msdcs", 389),
    ("_kerberos._tcp.dc._msdcs", 88), ("_ldap._tcp.pdc._msdcs", 389), ("_gc._tcp", 3268),
    ("_ldap._tcp.gc._msdcs", 3268), ("_kpasswd._udp", 464), ("_kerberos._udp", 88),
)  # fmt: skip
KMS = "_vlmcs._tcp", 1688
KMS_SITES = 20  # one site of so many has KMS hosts of its own
COMMENTS = ("added by netlogon", "see ticket 4711", "building 3; rack 12")


def zone(records: int, seed: int = 1) -> Iterator[str]:
    """The text of a zone of so many records, in parts; the same for the same seed."""
    dice = random.Random(seed)
    yield HEAD.format(records=records)
    left, site = records - HEAD_RECORDS, 0
    while left > 0:
        site += 1
        rows = _site(site, min(SITE, left), dice)
        yield f"$ORIGIN s{site}.{ORIGIN}\n"
        yield "".join(rows)
        left -= len(rows)


def _site(site: int, count: int, dice: random.Random) -> list[str]:
    """The lines of one site, one record each."""
    origin = f"s{site}.{ORIGIN}"
    controllers = [f"dc{number:02}" for number in range(1, 4)]
    hosts = [f"host{number:04}" for number in range(1, max(1, count * 59 // 100 - 3) + 1)]
    rows: list[str] = []
    for at, host in enumerate([*controllers, *hosts]):
        rows.append(_row(_owner(host, origin, dice), "A", f"10.{site % 250}.{at // 250}.{at % 250 + 1}", dice))
        if len(rows) < count * 74 // 100 and dice.random() < 0.26:
            words = f"{dice.randrange(1, 65536):x}:{dice.randrange(65536):x}"
            rows.append(_row("", "AAAA", f"2a00:db8:{site:x}:{words}::{at + 1:x}", dice))
    for number in range(count * 11 // 100):
        target = dice.choice(hosts)
        target = f"{target}.{origin}" if dice.random() < 0.25 else target
        rows.append(_row(_owner(f"alias{number:03}", origin, dice), "CNAME", target, dice))
    for owner, port in (*SERVICES, KMS if site % KMS_SITES == 1 else ("_sip._tcp", 5060)):
        for at, target in enumerate(controllers):
            fields = ("0", "100", str(port), target)
            rdata = f"(\n\t\t{' '.join(fields)} )" if dice.random() < 0.1 else " ".join(fields)
            rows.append(_row("" if at else _owner(owner, origin, dice), "SRV", rdata, dice, "600"))
    for number in range(count * 58 // 1000):
        text = dice.choice((f"v=spf1 ip4:10.{site % 250}.0.0/16; -all", f"inventory id {dice.randrange(10**6)}"))
        rows.append(_row(_owner(f"txt{number:03}", origin, dice), "TXT", f'"{text}"', dice))
    for number in range(max(1, count * 15 // 1000)):
        rows.append(_row(_owner(f"mail{number:02}", origin, dice), "MX", f"10 {dice.choice(controllers)}", dice))
    for number in range(max(1, count * 11 // 1000)):
        rows.append(_row(_owner(f"branch{number:02}", origin, dice), "NS", f"ns{number % 2 + 1}.{ORIGIN}", dice))
    return rows[:count]


def _owner(name: str, origin: str, dice: random.Random) -> str:
    return f"{name}.{origin}" if dice.random() < 0.25 else name


def _row(owner: str, rdtype: str, rdata: str, dice: random.Random, ttl: str | None = None) -> str:
    ttl = ttl or dice.choice(("", "", "", "600", "1h", "15m"))
    middle = dice.choice((f"{ttl} IN", f"IN {ttl}", ttl))
    comment = f" ; {dice.choice(COMMENTS)}" if dice.random() < 0.1 else ""
    return " ".join([owner, *middle.split(), rdtype, rdata]) + f"{comment}\n"


if __name__ == "__main__":
    sys.stdout.writelines(zone(int(sys.argv[1])))
