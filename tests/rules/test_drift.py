"""LIV104: what servers have, against a zone file."""

from __future__ import annotations

from kmsdns.model.findings import Finding
from kmsdns.rules.case import Case
from kmsdns.rules.choice import run, select, skipped
from kmsdns.rules.zone.view import Zones, ZoneView
from kmsdns.zone.reader import load
from tests.rules.said import OWNER, VANTAGE_RULES, ZONE, Says, consulted, statement

FILE = f"""$ORIGIN {ZONE}
$TTL 3600
@ SOA ns1 hostmaster 1 7200 900 1209600 300
@ NS ns1
ns1 A 192.0.2.1
_vlmcs._tcp SRV 0 60 1688 kms01
sub NS ns.sub
ns.sub A 192.0.2.53
"""


def drift(served: str, **fields) -> tuple[Finding, ...]:
    zones = Zones([ZoneView(load(FILE, path="contoso.zone"), "contoso.zone")])
    live = load(served, path="axfr").records
    found = consulted(statement(1, Says()), live=live, source="192.0.2.1:53", **fields)
    rules = select(VANTAGE_RULES, ("LIV104",))
    return run(rules, Case(vantages=found, zones=zones))


def test_liv104_live_differs_from_file() -> None:
    assert drift(FILE) == ()
    assert drift(FILE.replace(" 1 7200", " 99 7200") + "@ TYPE65534 \\# 1 00\n") == (), (
        "what servers make by themselves"
    )
    assert drift(FILE.replace("kms01", "KMS01")) == ()
    (changed,) = drift(FILE.replace("kms01", "kms02"))
    assert (changed.code, changed.subject) == ("LIV104", OWNER)
    assert changed.location is not None
    assert changed.location.line == 6
    assert changed.fix is not None
    assert [(each.op, each.rdata) for each in changed.fix.changes] == [
        ("delete", "0 60 1688 kms02.contoso.com."),
        ("add", "0 60 1688 kms01.contoso.com."),
    ]
    (surplus,) = drift(FILE + 'x TXT "a b"\n')
    assert surplus.location is None
    assert surplus.message == 'x.contoso.com. TXT "a b" is served, and not in the file'
    (lacking,) = drift(FILE.replace("sub NS ns.sub\n", ""))
    assert lacking.message == "sub.contoso.com. NS ns.sub.contoso.com. is in the file, and not served"
    (ttl,) = drift(FILE.replace("_vlmcs._tcp SRV", "_vlmcs._tcp 60 SRV"))
    assert ttl.fix is not None
    assert [(each.op, each.ttl) for each in ttl.fix.changes] == [("add", 3600)]


def test_liv104_is_skipped_without_a_file_and_silent_about_others() -> None:
    assert {each.code for each in skipped(VANTAGE_RULES, Case(vantages=consulted(statement(1, Says()))))} == {"LIV104"}
    other = Zones([ZoneView(load("$ORIGIN fabrikam.com.\na A 192.0.2.1\n"), "fabrikam.zone")])
    found = consulted(statement(1, Says()), live=load(FILE).records, source="x")
    assert run(VANTAGE_RULES, Case(vantages=found, zones=other)) == ()


def test_liv104_of_the_wrong_file_ends() -> None:
    found = drift(FILE + "".join([f"h{n} A 192.0.2.9\n" for n in range(150)]))
    assert len(found) == 101
    assert any("150 RRsets" in each.message for each in found)
