"""The table of the faults, what a specification may say, and which queries it is for."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from kmsdns.errors import KmsdnsError
from kmsdns.net.server.faults.table import FAULTS, KEYS, apply, arm, parse
from tests.net.client.faulty import OWNER, QUERY, clean, steps
from tests.net.messages import header, query, question

NAMES = """drop delay servfail refused nxdomain nodata notimp formerr truncate wrong-id wrong-question wrong-address
    no-question garbage short duplicate reorder trailing-bytes bad-compression-loop bad-compression-forward bad-rdlength
    label-overrun wrong-class wrong-type case-flip cname-loop cname-chain huge empty-tcp tcp-close tcp-slow tcp-split
    tcp-length-lie no-edns edns-badvers lame stale-serial flap close-port""".split()
"""What users may rely on."""

# The table


def test_every_fault_that_users_may_rely_on_is_there():
    assert set(NAMES) - set(FAULTS) == set()
    assert set(FAULTS) - set(NAMES) == {"tcp-reset"}


def test_the_rows_are_sound():
    for name, fault in FAULTS.items():
        assert fault.name == name
        assert fault.sees[-1] == "."
        assert {parameter.key for parameter in fault.parameters} <= {"ms", "n", "bytes"}
        for parameter in fault.parameters:
            assert parameter.lowest <= parameter.default <= parameter.highest
            assert re.search(rf"\b{parameter.key}\b", fault.sees)
        assert fault.over in (("udp", "tcp"), ("udp",), ("tcp",))


def test_the_manual_is_up_to_date():
    docs = Path(__file__).parents[3] / "docs"
    manual = (docs / "faults.md").read_text(encoding="utf-8")
    assert runpy.run_path(str(docs / "faults.py"))["written"](manual) == manual, "run: python docs/faults.py"
    for key in KEYS:
        assert f"| `{key}=" in manual


# Specifications


def test_all_that_a_specification_may_say():
    spec = parse("delay:ms=250,every=3,first=2,after=1,name=_VLMCS._tcp.Contoso.Test,type=srv,transport=udp,client=::1")
    assert (spec.fault.name, spec.ms, spec.n, spec.size) == ("delay", 250, 0, 0)
    assert (spec.every, spec.first, spec.after) == (3, 2, 1)
    assert (spec.name, spec.rdtype, spec.transport, spec.client) == (OWNER, "SRV", "udp", "::1")


def test_what_is_not_said_has_a_default():
    spec = parse("tcp-split")
    assert (spec.n, spec.ms, spec.size) == (3, 10, 0)
    assert (spec.every, spec.first, spec.after, spec.name, spec.rdtype, spec.client) == (1, 0, 0, None, None, None)
    assert parse("truncate").transport == "udp"
    assert parse("truncate:transport=tcp").transport == "tcp"
    assert parse("drop:type=TYPE33").rdtype == "SRV"
    assert parse("drop:client=0:0::1").client == "::1"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("dorp", "no fault 'dorp': did you mean drop?"),
        ("wrong_id", "did you mean wrong-id?"),
        ("Servfail", "did you mean servfail?"),
        ("", "no fault '': it is one of drop, delay"),
        ("x\x1b[2J", "no fault 'x\\x1b[2J'"),
        ("drop:", "nothing stands behind the colon"),
        ("drop:every", "'every' is no key=value"),
        ("drop:every=2,", "'' is no key=value"),
        ("drop:evry=2", "no key 'evry': did you mean every?"),
        ("drop:zzz=2", "it is one of every, first, after, name, type, transport, client"),
        ("drop:every=2,every=3", "every= stands there twice"),
        ("drop:every=0", "every=0 is out of range, it goes from 1 to"),
        ("drop:first=-1", "first=-1 is no whole number"),
        ("drop:after=1.5", "after=1.5 is no whole number"),
        ("drop:after=\u0663", "is no whole number"),
        ("drop:after=99999999999", "is no whole number"),
        ("drop:ms=5", "drop takes no ms=, it takes no number of its own"),
        ("delay:bytes=5", "delay takes no bytes=, it takes ms="),
        ("delay:ms=3600001", "ms=3600001 is out of range, it goes from 0 to 3600000"),
        ("short:bytes=12", "from 0 to 11"),
        ("tcp-slow:bytes=0", "bytes=0 is out of range"),
        ("drop:name=a..b", "empty label"),
        ("drop:type=SVR", "'SVR' is no RR type"),
        ("drop:transport=quic", "transport is udp or tcp"),
        ("tcp-close:transport=udp", "tcp-close happens over tcp only"),
        ("wrong-address:transport=tcp", "wrong-address happens over udp only"),
        ("drop:client=localhost", "'localhost' does not appear to be an IPv4 or IPv6 address"),
        ("close-port:every=2", "takes only after="),
        ("close-port:first=2", "takes only after="),
    ],
)
def test_what_is_wrong_with_a_specification(text, says):
    with pytest.raises(KmsdnsError) as refused:
        parse(text)
    assert says in str(refused.value)
    assert str(refused.value).isprintable()


# Which queries


def hits(text, count=10, **options):
    """Which of the first queries a fault is applied to."""
    armed = arm([text])
    return [number for number in range(1, count + 1) if steps(armed=armed, **options) is not None]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        ("every=1", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        ("every=3", [3, 6, 9]),
        ("first=2", [1, 2]),
        ("after=7", [8, 9, 10]),
        ("every=2,first=3", [2, 4, 6]),
        ("after=2,first=3", [3, 4, 5]),
        ("every=3,after=1", [4, 7, 10]),
        ("every=3,after=1,first=2", [4, 7]),
        ("after=10", []),
    ],
)
def test_counting(keys, expected):
    assert hits(f"drop:{keys}" if keys else "drop") == expected


@pytest.mark.parametrize(
    ("key", "is_for"),
    [
        ("name=_vlmcs._tcp.contoso.test", True),
        ("name=_VLMCS._TCP.CONTOSO.TEST.", True),
        ("name=contoso.test", False),
        ("name=x._vlmcs._tcp.contoso.test", False),
        ("type=SRV", True),
        ("type=A", False),
        ("transport=udp", True),
        ("transport=tcp", False),
        ("client=127.0.0.1", True),
        ("client=127.0.0.2", False),
        ("name=_vlmcs._tcp.contoso.test,type=SRV,transport=udp,client=127.0.0.1", True),
        ("name=_vlmcs._tcp.contoso.test,type=SRV,transport=udp,client=::1", False),
    ],
)
def test_selecting(key, is_for):
    assert hits(f"drop:{key}", 2) == ([1, 2] if is_for else [])


def test_only_what_it_is_for_counts():
    armed = arm(["drop:type=A,every=2"])
    (fault,) = armed
    for _ in range(3):
        assert steps(armed=armed) is None
    a = query("kms1.contoso.test.", "A")
    outcomes = [steps(armed=armed, wire=a, asked=("kms1.contoso.test.", "A")) for _ in range(4)]
    assert outcomes == [None, (), None, ()]
    assert (fault.tally.spec, fault.tally.seen, fault.tally.hit) == ("drop:type=A,every=2", 4, 2)


def test_a_mapped_address_is_an_ipv4_client():
    armed = arm(["drop:client=127.0.0.1"])
    assert apply(armed, QUERY, clean(), (OWNER, "SRV"), "udp", "::ffff:127.0.0.1", clean) == ()


def test_what_cannot_be_read_is_for_a_fault_without_a_name():
    broken = header(questions=2) + question() * 2
    assert hits("drop", 1, wire=broken, asked=("", "")) == [1]
    assert hits("drop:type=SRV", 1, wire=broken, asked=("", "")) == []
    assert hits(f"drop:name={OWNER}", 1, wire=broken, asked=("", "")) == []


def test_what_only_tcp_can_do_is_not_for_udp():
    for name, fault in FAULTS.items():
        for transport in ("udp", "tcp"):
            is_there = transport in fault.over and fault.usually in (None, transport)
            assert hits(name, 1, transport=transport) == ([1] if is_there else []), name
