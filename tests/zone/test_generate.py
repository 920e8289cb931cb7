"""$GENERATE: ranges, modifiers, and bounds that are checked before anything is made."""

from __future__ import annotations

import time

import pytest

from kmsdns.zone import load

SOA = "$ORIGIN example.com.\n$TTL 60\n@ SOA ns root 1 2 3 4 5\n"


def made(line: str) -> list[str]:
    zone = load(SOA + line + "\n")
    assert zone.findings == ()
    return [f"{record.owner} {record.ttl} {record.rdtype} {record.rdata}" for record in zone.records[1:]]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("$GENERATE 1-2 h$ A 192.0.2.$", ["h1.example.com. 60 A 192.0.2.1", "h2.example.com. 60 A 192.0.2.2"]),
        ("$generate 0-4/2 h$ 5 IN A 192.0.2.$", [f"h{n}.example.com. 5 A 192.0.2.{n}" for n in (0, 2, 4)]),
        ("$GENERATE 7-7 kms${0,2} CNAME h${-6,3,d}", ["kms07.example.com. 60 CNAME h001.example.com."]),
        ("$GENERATE 26-26 h${0,4,x} CNAME ${0,0,X}.${0,0,o}", ["h001a.example.com. 60 CNAME 1A.32.example.com."]),
        ("$GENERATE 171-171 h CNAME ${0,5,n}.${0,0,N}.$", ["h.example.com. 60 CNAME b.a.0.B.A.171.example.com."]),
        ("$GENERATE 17-17 h CNAME ${0,6,n}x.${0,1,n}", ["h.example.com. 60 CNAME 1.1.0.x.1.1.example.com."]),
        ("$GENERATE 1-1 a\\$b$ A 192.0.2.1", ["a\\$b1.example.com. 60 A 192.0.2.1"]),
        ("$GENERATE 1-1 a$$b A 192.0.2.1", ["a\\$b.example.com. 60 A 192.0.2.1"]),
        ('$GENERATE 1-1 t TXT x "$ y"', ["t.example.com. 60 TXT \\# 6 017803312079"]),
        ('$GENERATE 1-1 _s._tcp SRV "0 $ 1688 k$"', ["_s._tcp.example.com. 60 SRV 0 1 1688 k1.example.com."]),
        ("$GENERATE 1-1 _s._tcp SRV 0 $ 1688 k$", ["_s._tcp.example.com. 60 SRV 0 1 1688 k1.example.com."]),
        ("$GENERATE 1-1 @ NS ns${10}", ["example.com. 60 NS ns11.example.com."]),
    ],
)
def test_lines(line, expected):
    assert made(line) == expected


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("$GENERATE", 1),
        ("$GENERATE 1-2 h$ A", 19),
        ("$GENERATE 2-1 h$ A 192.0.2.1", 11),
        ("$GENERATE 1-2/0 h$ A 192.0.2.1", 11),
        ("$GENERATE x h$ A 192.0.2.1", 11),
        ("$GENERATE 1-65537 h$ A 192.0.2.1", 11),
        ("$GENERATE 0-4294967295 h$ A 192.0.2.1", 11),
        ("$GENERATE 1-2 h${0,999} A 192.0.2.1", 1),
        ("$GENERATE 1-2 h${0,1,z} A 192.0.2.1", 1),
        ("$GENERATE 1-2 h${0 A 192.0.2.1", 1),
        ("$GENERATE 1-2 h${-9,1,n} A 192.0.2.1", 1),
        ("$GENERATE 1-1 h${2147483647} A 192.0.2.1", 1),
        ("$GENERATE 1-1 h${-2147483650} A 192.0.2.1", 1),
        ("$GENERATE 255-260 h$ A 192.0.2.$", 24),
        (f"$GENERATE 1-65536 h$ TXT {'x' * 200}", 1),
    ],
)
def test_what_is_wrong_is_told_once(line, column):
    zone = load(SOA + line + "\nok A 192.0.2.9\n")
    (finding,) = zone.findings
    assert finding.code in ("ZF010", "ZF001")
    assert finding.location.line == 4
    assert str(zone.records[-1].rdata) == "192.0.2.9"


def test_the_limit_is_for_the_whole_zone():
    started = time.process_time()
    zone = load(SOA + "$GENERATE 1-65536 h$ A 192.0.2.1\n$GENERATE 1-1 x A 192.0.2.1\n" * 20)
    assert [finding.code for finding in zone.findings] == ["ZF010"] * 39
    assert len(zone.records) == 65537
    assert time.process_time() - started < 20


def test_the_location_is_the_line():
    zone = load(SOA + "$GENERATE 1-2 h$ A 192.0.2.$\n")
    assert {(record.location.line, record.location.column) for record in zone.records[1:]} == {(4, 1)}
