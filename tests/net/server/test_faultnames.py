"""Faults by query name: what labels mean, what is counted, and when the zone fault.test. is there."""

from __future__ import annotations

import pytest

from kmsdns.net.server.faults.names import FaultNames, specs
from kmsdns.net.server.faults.table import FAULTS, parse
from kmsdns.zone.reader import load
from tests.net.messages import query


@pytest.mark.parametrize(
    ("name", "faults"),
    [
        ("drop", ["drop"]),
        ("_vlmcs._tcp.servfail", ["servfail"]),
        ("delay-ms-500", ["delay:ms=500"]),
        ("www.delay-ms-500-every-2", ["delay:ms=500,every=2"]),
        ("no-edns-type-srv", ["no-edns:type=srv"]),
        ("cname-chain-n-3", ["cname-chain:n=3"]),
        ("cname-chain", ["cname-chain"]),
        ("tcp-close.truncate", ["tcp-close", "truncate"]),
        ("again.servfail.delay-ms-5", ["servfail", "delay:ms=5"]),
        ("short.www.drop", ["drop"]),
        ("kms", []),
        ("short.kms", []),
        ("ns", []),
        ("_vlmcs._tcp", []),
        ("nonsense", ["nxdomain"]),
        ("delay-ms", ["nxdomain"]),
        ("delay-ms-x", ["nxdomain"]),
        ("drop-ms-5", ["nxdomain"]),
        ("drop-", ["nxdomain"]),
        ("a\\.b.drop\\045", ["nxdomain"]),
    ],
)
def test_names_that_are_faults(name, faults):
    assert [spec.text for spec in specs(f"{name}.fault.test.")] == faults


def test_every_fault_has_a_name_in_fault_test():
    for name, fault in FAULTS.items():
        assert [spec.fault for spec in specs(f"{name}.fault.test.")] == [fault]
        for parameter in fault.parameters:
            (spec,) = specs(f"{name}-{parameter.key}-{parameter.default}.fault.test.")
            assert spec.replace(text=name) == parse(name)


def test_each_question_counts_for_itself():
    names = FaultNames(["127.0.0.1"])
    first = names.of("drop.fault.test.", "A")
    assert names.of("DROP.Fault.test.", "A") is first
    assert names.of("drop.fault.test.", "SRV") is not first
    assert names.of("x.drop.fault.test.", "A") is not first
    assert names.of("fault.test.", "SOA") == names.of("notfault.test.", "A") == names.of("", "") == ()


def test_the_counters_kept_are_bounded(monkeypatch):
    monkeypatch.setattr("kmsdns.net.server.faults.names.ROOM", 5)
    names = FaultNames(["127.0.0.1"])
    for number in range(20):
        assert names.of(f"x{number}.drop.fault.test.", "A")
    assert len(names._armed) == 5


@pytest.mark.parametrize(
    ("origin", "addresses", "are_there"),
    [
        ("contoso.test.", ["127.0.0.1", "::1"], True),
        ("contoso.test.", ["127.9.9.9"], True),
        ("contoso.test.", ["127.0.0.1", "192.0.2.1"], False),
        ("contoso.test.", ["::"], False),
        ("fault.test.", ["127.0.0.1"], False),
        ("Fault.Test.", ["127.0.0.1"], False),
        ("sub.fault.test.", ["127.0.0.1"], False),
        ("test.", ["127.0.0.1"], False),
        (".", ["127.0.0.1"], False),
    ],
)
def test_when_the_zone_is_there(origin, addresses, are_there):
    names = FaultNames(addresses)
    zone = load(f"$ORIGIN {origin}\n@ 60 SOA a b 1 2 3 4 5\n@ 60 NS a\n")
    names.beside([zone])
    assert (names.responder(query("DROP.Fault.Test.")) is not None) == are_there
    assert names.responder(query("drop.notfault.test.")) is None
