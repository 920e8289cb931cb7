"""Behind the screen, the rules find in an excerpt of a zone what they find in the whole of it, whatever the zone."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.zones import zone as active_directory
from kmsdns.jobs.validate import validate
from kmsdns.model.report import Report
from kmsdns.rules.catalogue import RULES
from kmsdns.rules.choice import select
from kmsdns.rules.zone.prefilter import PROVEN, Screen, is_proven, screened
from kmsdns.sessions.validate import OF_A_ZONE
from kmsdns.zone import columns, load
from kmsdns.zone.columns import Unusual
from kmsdns.zone.subzone import survey
from tests.zone.test_plain import ZONES

OF_ZONES = [rule for rule in RULES if OF_A_ZONE.issuperset(rule.needs)]
CHOSEN = select(OF_ZONES)
ROOT = Path(__file__).parents[2]
EXAMPLES = int(os.environ.get("KMSDNS_TEST_EXAMPLES", "400"))
HEAD = (
    "$TTL 60\n$ORIGIN corp.test.\n@ SOA ns1 root 1 7200 3600 1209600 3600\n@ NS ns1\n@ NS ns2\n"
    "ns1 A 10.0.0.1\nns2 A 10.0.0.2\n"
)


def both(text: str | bytes, origin: str | None = None, suffixes: tuple[str, ...] = ()) -> tuple[Report, Report] | None:
    """The report on a zone as a whole, and on its excerpt; None where there is none."""
    try:
        part = screened(survey(text, origin, path="z"), suffixes)
    except Unusual:
        return None
    whole = load(text, origin, path="z")
    return tuple(validate([("z", each)], CHOSEN, suffixes=suffixes) for each in (whole, part))


def same(text: str | bytes, origin: str | None = None, suffixes: tuple[str, ...] = ()) -> bool:
    """Whether there was an excerpt; it must come to the same report."""
    reports = both(text, origin, suffixes)
    if reports is not None:
        whole, part = reports
        assert [*map(str, part.findings)] == [*map(str, whole.findings)]
        assert part == whole
    return reports is not None


@pytest.fixture(params=[(32, 64), (200, 400), (512, 1 << 15)], ids=str)
def sizes(request, monkeypatch):
    """Runs of a line or two, of a few, and as they are."""
    monkeypatch.setattr(columns, "_FEWEST", request.param[0])
    monkeypatch.setattr(columns, "_MOST", request.param[1])


def test_each_default_rule_of_zones_is_proven_or_the_fast_path_is_lost():
    assert {rule.code for rule in CHOSEN} <= PROVEN, (
        "say in rules/zone/prefilter.py which owners the new rule may speak of"
    )
    assert not is_proven(OF_ZONES)


@pytest.mark.parametrize(
    "target",
    [
        "kms1",
        "kms011",
        "kms0l",
        "mks01",
        "km01",
        "kms01.emea",
        "kms0.1emea",
        "kms01emea",
        "kms01.ema",
        "k-ms01",
        "nothing",
    ],
)
@pytest.mark.usefixtures("sizes")
def test_a_target_that_is_not_there_and_the_host_that_is_meant(target):
    """The first host in the file that is one slip away: whatever the slip is, and wherever the host stands."""
    hosts = (
        "kms02 AAAA 2001:db8::2\nkms01 A 10.0.1.1\nkms0 AAAA 2001:db8::1\nkms01.ema A 10.0.1.2\nkms01.emea A 10.0.1.3\n"
    )
    others = "".join(f"h{n} A 10.0.2.{n}\n" for n in range(1, 99))
    assert same(f"{HEAD}_vlmcs._tcp SRV 0 0 1688 {target}\n{others}{hosts}")
    assert same(f"{HEAD}{hosts}{others}_vlmcs._tcp SRV 0 0 1688 {target}\n")


@pytest.mark.parametrize("target", ["10.0.1.1", "10.0.1.1.", "10.0.1.9", "10.0.2.7", "10.0.1.1.emea"])
@pytest.mark.usefixtures("sizes")
def test_an_address_as_target_and_the_hosts_that_have_it(target):
    hosts = "kms01 A 10.0.1.1\nkms02 A 10.0.1.2\nkms02 A 10.0.1.1\nkms03.emea A 10.0.1.9\n"
    others = "".join(f"h{n} A 10.0.2.{n}\n" for n in range(1, 99))
    assert same(f"{HEAD}_vlmcs._tcp SRV 0 0 1688 {target}\n{others}{hosts}")
    assert same(f"{HEAD}{hosts}{others}_vlmcs._tcp SRV 0 0 1688 {target}\n")


@pytest.mark.usefixtures("sizes")
def test_on_every_corpus(corpora):
    paths = [path for path in corpora.rglob("*") if path.suffix in (".in", ".zone", ".txt", ".yaml")]
    assert len(paths) > 100
    taken = [same(path.read_bytes(), origin) for path in paths for origin in (None, "example.com", "test")]
    assert sum(taken) > 30


@pytest.mark.usefixtures("sizes")
def test_on_the_fixtures_of_all_rules_and_the_bundled_zones():
    paths = [*(ROOT / "fixtures/rules").rglob("*.zone"), *(ROOT / "zonefiles").rglob("*.zone")]
    assert len(paths) > 150
    taken = [same(path.read_bytes()) for path in paths]
    assert sum(taken) > len(paths) // 2


NAMES = """"@ a b a.b x.a.b ns1 ns2 ns1.sub sub sub.sub h1 h2 h3 * *.a *.sub www web _x _vlmcs._tcp _ldap._tcp
    _ldap._tcp.dc._msdcs _kerberos._tcp _kerberos._tcp.dc._msdcs _kpasswd._tcp _ldap._tcp.pdc._msdcs _gc._tcp
    _ldap._tcp.gc._msdcs _imap._tcp _imaps._tcp _vlmcs._tcp.h1 _vlmcs._tcp._sites _vlmc._tcp _sip._udp._tcp
    _vlmcs._tcp._tcp a._sub._ldap._tcp _http._tcp.sub corp.test h1.corp.test H1 other.test. h1.corp.test.
    A.corp.test. corp.test. xcorp.test. gc._msdcs -a a- a_b xn--a xn--mnchen-3ya 1.2.3.4 1h a.*.b 10.in-addr.arpa.
    .""".split()  # fmt: skip
OWNERS = st.sampled_from([*NAMES, *["", "", "h1", "h2", "h3", "h4", "www"] * 4])
TARGETS = st.sampled_from([*NAMES, *["h1", "h2", "h3", "h1.corp.test.", "outside.example."] * 4])
MIDDLES = st.sampled_from(
    [
        "",
        "",
        "",
        "60",
        "60 IN",
        "IN 60",
        "IN",
        "1m",
        "300",
        "in 60",
        "IN 1h30m",
        "99999999999",
        "IN 60 IN",
        "4294967295",
    ]
)
PORTS = st.sampled_from(["1688", "389", "88", "0", "10", "443", "70000"])
SMALL = st.sampled_from(["0", "0", "0", "1", "100", "1688", "x"])
RDATAS = st.one_of(
    st.sampled_from("10.0.0.1 10.0.0.2 192.0.2.1 127.0.0.1 192.168.0.1 10.0.0.256 010.0.0.1 224.0.0.1".split()).map(
        "A {}".format),
    st.sampled_from(["2001:db8::1", "2001:DB8::1", "2001:db8:0::1", "::1", "fd00::1", "2a00:1:2:3:4:5:6:7", "x"]).map(
        "AAAA {}".format),
    TARGETS.map("CNAME {}".format),
    TARGETS.map("CNAME {}".format),
    TARGETS.map("NS {}".format),
    TARGETS.map("MX 10 {}".format),
    TARGETS.map("PTR {}".format),
    st.tuples(SMALL, SMALL, PORTS, TARGETS).map(" ".join).map("SRV {}".format),
    TARGETS.map("SRV 0 0 1688 {}".format),
    TARGETS.map("SRV 0 100 389 {}".format),
    st.sampled_from(['"x"', '"X"', '"a;b" ; c', '"x" "y"', "x", '"(', '"a\tb"', '"("']).map("TXT {}".format),
    st.sampled_from(["DS 1 8 2 00", "DNAME h1", "SOA a b 1 2 3 4 5", "HINFO a b", "TYPE1 10.0.0.1"]),
)  # fmt: skip
WRAPPED = st.sampled_from(["{}", "{}", "{}", "{}", "{} ; c", "{} ; (c", "{} ; kmsdns: ignore RR002", "( {} )", "{}\r"])
JOINED = st.sampled_from([" ", " ", " ", "\t", " (\n ", " ( ; c )\n\t"])


def _record(owner: str, middle: str, rdata: str, wrapped: str, joined: str) -> str:
    rdtype, _, rest = rdata.partition(" ")
    inner = f"{middle} {rdtype}{joined}{rest}{' )' if '(' in joined else ''}"
    return f"{owner} {wrapped.format(inner)}\n"


RECORDS = st.builds(_record, OWNERS, MIDDLES, RDATAS, WRAPPED, JOINED)
MORE = st.sampled_from(
    ["$ORIGIN sub\n", "$ORIGIN corp.test.\n", "$ORIGIN test.\n", "$ORIGIN _tcp.corp.test.\n", "$TTL 5\n", "\n",
     "; c\n", "$ORIGIN corp.test.corp.test.\n", "$GENERATE 1-3 h$ A 10.0.0.$\n", "h\u00e9 A 10.0.0.1\n",
     "x A 10.0.0.1 ; \u00e9\n"]
)  # fmt: skip
HOSTS = "h1 A 10.0.0.11\nh2 A 10.0.0.12\n AAAA 2a00::12\nh3 A 192.0.2.3\nwww CNAME h1\n"
BUSY = st.tuples(
    st.sampled_from([HEAD, HEAD, HEAD.lower(), HEAD.replace("corp.test", "_x.test"), HEAD.replace("$TTL 60\n", "")]),
    st.sampled_from([HOSTS, HOSTS, "", HOSTS + "_ldap._tcp SRV 0 0 389 h1\n_ldap._tcp.dc._msdcs SRV 0 0 389 h1\n"]),
    st.lists(st.one_of(RECORDS, RECORDS, RECORDS, RECORDS, MORE), max_size=14),
).map(lambda parts: "".join([*parts[:2], *parts[2]]))


@given(
    st.one_of(BUSY, BUSY, BUSY, ZONES),
    st.sampled_from([None, "corp.test"]),
    st.sampled_from([(), ("corp.test.",), ("sub.corp.test.",)]),
)
@settings(max_examples=EXAMPLES, deadline=None)
def test_on_made_up_zones(text, origin, suffixes):
    same(text, origin, suffixes)


@pytest.mark.usefixtures("sizes")
@pytest.mark.parametrize("seed", range(6))
def test_on_a_zone_of_an_active_directory_with_mistakes(seed):
    dice = random.Random(seed)
    lines = "".join(active_directory(1500, seed)).splitlines(keepends=True)
    assert same("".join(lines))
    for _ in range(25):
        at = dice.randrange(3, len(lines))
        other = lines[dice.randrange(9, len(lines))]
        lines[at] = dice.choice(
            [lines[at] + other, other, "", lines[at].upper(), lines[at].replace("host", "hots"),
             lines[at].replace(" 0 ", " 1 "), lines[at].replace("A 10.", "A 127."), lines[at].replace("600", "700"),
             lines[at].replace("alias", "host"), lines[at].replace(".corp.example.", ".corp.example"),
             lines[at] + "* A 10.0.0.1\n", lines[at] + "x TXT x\n"]
        )  # fmt: skip
    same("".join(lines))


def test_nothing_is_suspected_of_a_zone_in_order():
    assert Screen(survey("".join(active_directory(3000)))).suspects() == {"corp.example."}
