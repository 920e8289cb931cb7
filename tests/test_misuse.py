"""Misuse of the public functions: a KmsdnsError whose sentence says whose parameter got what, and what to give."""

from __future__ import annotations

import asyncio
import inspect
import random
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from math import inf, nan
from pathlib import Path

import dns.name
import dns.rdata
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kmsdns
from kmsdns.errors import InvalidName, KmsdnsError
from kmsdns.model.arguments import PARAMETERS
from kmsdns.model.records import Record, Srv
from kmsdns.sessions.draft import draft
from kmsdns.sessions.validate import TransferSource
from kmsdns.testing import DnsServer, assert_srv

ZONE = "zonefiles/healthy.zone"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with DnsServer(ZONE) as running:
        yield running.address


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("specs") / "a.kmsdns.toml"
    path.write_text('[[check]]\nservice = "contoso.com"\ncount = 1\n')
    return str(path)


class Hostile:
    """Nothing that anybody wants, and it can't even be shown."""

    def __repr__(self) -> str:
        raise RuntimeError("no")


SHARED = [  # what discover and diagnose refuse alike
    ({"families": (5,)}, r"families=\): 5, in \(5,\) won't do: give 4, 6 or both"),
    ({"families": ()}, r"families=\): \(\) won't do: give 4, 6 or both"),
    ({"families": "46"}, r"families=\): '46' won't do: give 4, 6 or both"),
    ({"families": None}, r"families=\): None won't do"),
    ({"families": (True,)}, r"True, in \(True,\) won't do"),
    ({"timeout": -1}, r"timeout=\): -1 won't do: give seconds, more than 0 and up to 3600"),
    ({"timeout": 0}, "more than 0"),
    ({"timeout": nan}, r"timeout=\): nan won't do: give seconds"),
    ({"timeout": inf}, r"timeout=\): inf won't do: give seconds"),
    ({"timeout": "2"}, r"timeout=\): '2' won't do: give seconds"),
    ({"timeout": True}, r"timeout=\): True won't do: give seconds"),
    ({"timeout": None}, r"timeout=\): None won't do: give seconds"),
    ({"deadline": -1.0}, r"deadline=\): -1.0 won't do: give seconds, more than 0 and up to 86400"),
    ({"deadline": inf}, r"deadline=\): inf won't do: give seconds"),
    ({"retries": -1}, r"retries=\): -1 won't do: give an integer from 0 to 100"),
    ({"retries": 1.5}, r"retries=\): 1.5 won't do: give an integer"),
    ({"servers": 53}, r"servers=\): 53 won't do: give a text, as a str|servers=\): 53 won't do: give .*Server"),
    ({"servers": ["127.0.0.1", None]}, r"servers=\): None, in \['127.0.0.1', None\] won't do: give .*Server"),
    ({"servers": {"127.0.0.1": 53}}, r"servers=\): \{.* won't do: give .*Server.*, or a list of such"),
    ({"servers": b"127.0.0.1"}, r"servers=\): b'127.0.0.1' won't do"),
    ({"servers": Hostile()}, r"servers=\): a Hostile won't do"),
    ({"servers": "127.0.0.1:0"}, "'0' is no port"),
    ({"service": 5}, r"service=\): 5 won't do: give a text"),
    ({"service": ["ldap"]}, r"service=\): \['ldap'\] won't do: give a text"),
    ({"service": "kerberoz"}, "did you mean kerberos"),
    ({"probe": "udpp"}, "unknown probe 'udpp': use one of tcp, rpc"),
    ({"probe": True}, r"probe=\): True won't do: give a text"),
    ({"tcp": "no"}, r"tcp=\): 'no' won't do: give True or False"),
    ({"cookie": None}, r"cookie=\): None won't do: give True or False"),
    ({"mix_case": 2}, r"mix_case=\): 2 won't do: give True or False"),
    ({"all_servers": []}, r"all_servers=\): \[\] won't do: give True or False"),
    ({"probe_local": "yes"}, r"probe_local=\): 'yes' won't do: give True or False"),
    ({"bare": "x"}, r"bare=\): 'x' won't do: give True or False"),
    ({"rng": 7}, r"rng=\): 7 won't do: give a random.Random, such as random.Random\(1\)"),
    ({"rng": random.Random}, r"rng=\): .* won't do: give a random.Random"),
    ({"select": 5}, r"select=\): 5 won't do: give a text, as a str, or a list of such"),
    ({"select": [5]}, r"select=\): 5, in \[5\] won't do: give a text"),
    ({"select": "SRVX"}, "no rule is called 'SRVX'"),
    ({"ignore": b"SRV"}, r"ignore=\): b'SRV' won't do: give a text"),
    ({"extend_select": {"SRV": 1}}, r"extend_select=\): \{'SRV': 1\} won't do: give a text"),
    ({"ca_file": 5}, r"ca_file=\): 5 won't do: give a path, as a str or a pathlib.Path"),
    ({"record": ["a"]}, r"record=\): \['a'\] won't do: give a path"),
    ({"replay": b"tape"}, r"replay=\): b'tape' won't do: give a path"),
    ({"replay": "a\0b"}, r"replay=\): .* won't do: give a path"),
    ({"replay": "there/is/no/tape"}, "there/is/no/tape"),
    ({"seed": 1}, r"seed=\): there is no such parameter: did you mean rng=\?"),
    ({"server": "127.0.0.1"}, r"server=\): there is no such parameter: did you mean servers=\?"),
    ({"time_out": 1}, r"time_out=\): there is no such parameter: did you mean timeout=\?"),
    ({"zzz": 1}, r"zzz=\): there is no such parameter: there are .*families="),
]
DISCOVER = [
    *SHARED,
    ({"port": 0}, r"port=\): 0 won't do: give an integer from 1 to 65535"),
    ({"port": -1}, "from 1 to 65535"),
    ({"port": "1688"}, r"port=\): '1688' won't do"),
    ({"fallback": "x"}, r"fallback=\): 'x' won't do: give True or False"),
    ({"fallback": True, "service": "_x._tcp"}, "has no well-known port"),
    ({"cache": 5}, r"cache=\): 5 won't do: give a path"),
]
DIAGNOSE = [
    *SHARED,
    ({"evidence": "slmgr.txt"}, r"evidence=\): 'slmgr.txt' won't do: give \(path, octets\)"),
    ({"evidence": [("a.txt", "text")]}, r"evidence=\): \('a.txt', 'text'\), in .* won't do: give \(path, octets\)"),
    ({"evidence": ["a.txt"]}, r"evidence=\): 'a.txt', in .* won't do: give \(path, octets\)"),
    ({"config": {}}, r"config=\): \{\} won't do: give a kmsdns.kms.config.ClientConfig"),
    ({"suffixes": 5}, r"suffixes=\): 5 won't do: give a domain name"),
    ({"suffixes": ["contoso.com", 5]}, r"suffixes=\): 5, in .* won't do: give a domain name"),
    ({"suffixes": "https://contoso.com"}, "is a URL, not a domain name: did you mean contoso.com"),
    ({"known_hosts": ["kms:1688"]}, "'kms:1688' is a name with a port"),
    ({"machines": 0}, r"machines=\): 0 won't do: give an integer from 1"),
    ({"profile": "add"}, "unknown profile 'add'"),
    ({"profile": None}, r"profile=\): None won't do: give a text"),
    ({"offline": "no"}, r"offline=\): 'no' won't do: give True or False"),
    ({"offline": True, "profile": "ad"}, "leave out --offline"),
    ({"known_host": "x"}, r"did you mean known_hosts=\?"),
]
CHECK = [
    ({"wait": -1}, r"wait=\): -1 won't do: give seconds, from 0 up to 86400"),
    ({"today": "2026-01-01"}, r"today=\): '2026-01-01' won't do: give a datetime.date"),
    ({"servers": 5}, r"servers=\): 5 won't do"),
    ({"families": (4,)}, r"families=\): there is no such parameter"),
    ({"timeout": nan}, r"timeout=\): nan won't do"),
]
VALIDATE = [
    ({"origin": 5}, r"origin=\): 5 won't do: give a domain name"),
    ({"origin": "8.8.8.8"}, "'8.8.8.8' is an IP address, not a domain name"),
    ({"reference": 5}, r"reference=\): 5 won't do: give a path"),
    ({"include_root": b"."}, r"include_root=\): b'.' won't do: give a path"),
    ({"suffixes": ["contoso.com:53"]}, "a name with a port"),
    ({"view": "inside"}, "unknown view 'inside': use one of public, internal"),
    ({"view": 5}, r"view=\): 5 won't do: give a text"),
    ({"base": 5}, r"base=\): 5 won't do: give a path"),
    ({"base": "live"}, "no server to transfer a zone from"),
    ({"base": "live", "source": TransferSource(servers=(5,))}, r"TransferSource\(servers=\): 5, in \(5,\) won't do"),
    ({"source": "127.0.0.1"}, r"source=\): '127.0.0.1' won't do: give a kmsdns.sessions.validate.TransferSource"),
    ({"new_only": True}, "--new-only needs --base"),
    ({"new_only": "x"}, r"new_only=\): 'x' won't do: give True or False"),
    ({"policy": {}}, r"policy=\): \{\} won't do: give a kmsdns.rules.zone.house_rules.HouseRules"),
    ({"exceptions": None}, r"exceptions=\): None won't do: give a kmsdns.rules.exceptions.Exceptions"),
    ({"service": 5}, r"service=\): 5 won't do: give a text"),
    ({"select": [None]}, r"select=\): None, in \[None\] won't do"),
    ({"fix": True}, r"fix=\): there is no such parameter"),
]
BY_PLACE = [
    ("discover", (["contoso.com", "x.test"],), r"names=\): \['contoso.com', 'x.test'\] won't do: each name is"),
    ("discover", (5,), r"names=\): 5 won't do: give a domain name, such as \"contoso.com\""),
    ("discover", (None,), r"names=\): None won't do: give a domain name"),
    ("discover", (b"contoso.com",), r"names=\): b'contoso.com' won't do: give a domain name"),
    ("discover", ("https://contoso.com/",), "is a URL, not a domain name: did you mean contoso.com"),
    ("discover", ("",), "empty"),
    ("diagnose", (5,), r"name=\): 5 won't do: give a domain name"),
    ("diagnose", ("a.test", "b.test"), r"diagnose\(\): 'b.test' is one too many: give what follows by name, as"),
    ("diagnose", ("user@contoso.com",), "an address for mail, not a domain name: did you mean contoso.com"),
    ("validate", (5,), r"paths=\): 5 won't do: give a path"),
    ("validate", ([ZONE],), r"paths=\): \['zonefiles/healthy.zone'\] won't do: give a path"),
    ("validate", (), "nothing to validate"),
    ("check", (5,), r"specs=\): 5 won't do: give a path"),
    ("check", (), "nothing to check"),
    ("explain", (5,), r"word=\): 5 won't do: give a text"),
    ("explain", (), r"explain\(\): give word=, too"),
    ("explain", ("LIV001", "LIV002"), r"explain\(\): 'LIV002' is one too many"),
    ("explain", ("LIVOO1",), "nothing is called 'LIVOO1'"),
]  # fmt: skip


def refused(job: str, args: tuple[object, ...], keywords: dict[str, object]) -> list[KmsdnsError]:
    """What a job raises through either door."""
    errors = []
    for door in (getattr(kmsdns, job), lambda *a, **k: asyncio.run(getattr(kmsdns.aio, job)(*a, **k))):
        with pytest.raises(KmsdnsError) as caught:
            door(*args, **keywords)
        errors.append(caught.value)
    return errors


def is_told(errors: list[KmsdnsError], sentence: str) -> None:
    blocking, awaited = errors
    assert blocking.__class__ is awaited.__class__
    assert str(blocking) == str(awaited)
    assert str(blocking).isprintable()
    with pytest.raises(KmsdnsError, match=sentence):
        raise blocking


@pytest.mark.parametrize(
    ("job", "keywords", "sentence"),
    [
        (job, keywords, sentence)
        for job, table in (("discover", DISCOVER), ("diagnose", DIAGNOSE))
        for keywords, sentence in table
    ],
)
def test_a_wrong_keyword_of_a_look_up_is_a_sentence(server: str, job: str, keywords: dict, sentence: str) -> None:
    asked = {"servers": server, "timeout": 0.5, "deadline": 2} | keywords
    is_told(refused(job, ("contoso.com",), asked), sentence)


@pytest.mark.parametrize(
    ("job", "keywords", "sentence"),
    [
        *[("check", *each) for each in CHECK],
        *[("validate", *each) for each in VALIDATE],
    ],
)
def test_a_wrong_keyword_of_another_job_is_a_sentence(job: str, keywords: dict, sentence: str) -> None:
    given = ZONE if job == "validate" else "fixtures/sample-repository"
    is_told(refused(job, (given,), keywords), sentence)


@pytest.mark.parametrize(("job", "args", "sentence"), BY_PLACE)
def test_a_wrong_argument_is_a_sentence(job: str, args: tuple, sentence: str) -> None:
    is_told(refused(job, args, {}), sentence)


def test_an_argument_twice_is_a_sentence(server: str) -> None:
    is_told(refused("diagnose", ("contoso.com",), {"name": "x.test", "servers": server}), "given by place already")


SRV = {"priority": 0, "weight": 1, "port": 1688, "target": "a."}
OTHERS: list[tuple[Callable[[], object], str]] = [
    (lambda: Srv(**SRV | {"weight": -1}), r"Srv\(weight=\): -1 won't do: give an integer from 0 to 65535"),
    (lambda: Srv(**SRV | {"priority": 65536}), r"Srv\(priority=\): 65536 won't do"),
    (lambda: Srv(**SRV | {"port": "1688"}), r"Srv\(port=\): '1688' won't do"),
    (lambda: Srv(**SRV | {"port": True}), r"Srv\(port=\): True won't do"),
    (lambda: Srv(**SRV | {"target": b"a."}), r"Srv\(target=\): b'a.' won't do: give a text"),
    (lambda: Srv(**SRV | {"target": None}), r"Srv\(\) takes .*, all of them and by name"),
    (lambda: Srv(priority=0), r"Srv\(\) takes priority=, weight=, port=, target="),
    (lambda: Srv(**SRV, ttl=5), r"Srv\(\) takes priority="),
    (lambda: Srv(0, 0, 1688, "a."), r"Srv\(\) takes priority="),
    (lambda: Srv(**SRV).replace(weight=-1), r"Srv\(weight=\): -1 won't do"),
    (lambda: kmsdns.shares([Negative()]), r"weight of .*: -1 won't do: give an integer from 0 to 65535"),
    (lambda: kmsdns.shares([Negative(weight=1.5)]), r"weight of .*: 1.5 won't do"),
    (lambda: kmsdns.processing_order([Negative(), Srv(**SRV)]), "-1 won't do"),
    (lambda: kmsdns.processing_order(None), "records: None won't do: give a list of SRV records"),
    (lambda: kmsdns.processing_order(["0 0 1688 a."]), "'0 0 1688 a.' is no SRV record: give kmsdns.Srv"),
    (lambda: kmsdns.processing_order([Srv(**SRV), None]), "None is no SRV record"),
    (lambda: kmsdns.processing_order([], policy="bind"), "'bind' is no policy: choose one of rfc2782"),
    (lambda: kmsdns.processing_order([], policy=[]), r"\[\] is no policy"),
    (lambda: kmsdns.processing_order([Srv(**SRV)] * 2, rng=7), "rng=: 7 won't do: give a random.Random"),
    (lambda: kmsdns.processing_order([Srv(**SRV)] * 2, randbelow=7), "randbelow=: 7 won't do: give a function"),
    (lambda: kmsdns.shares(5), "records: 5 won't do"),
    (lambda: kmsdns.rank_shares([Hostile()]), "a Hostile is no SRV record"),
    (lambda: kmsdns.rank_shares([Srv(**SRV)], policy=None), "None is no policy"),
    (lambda: kmsdns.decode("text"), r"decode\(data\): 'text' won't do: give octets, as bytes"),
    (lambda: kmsdns.decode(None), "None won't do: give octets"),
    (lambda: kmsdns.zone.load(None), r"load\(text=\): None won't do: give a text, as a str"),
    (lambda: kmsdns.zone.load("", origin=5), r"load\(origin=\): 5 won't do"),
    (lambda: kmsdns.zone.load("", "a..b"), "empty label"),
    (lambda: kmsdns.zone.load("", rdclass=None), r"load\(rdclass=\): None won't do"),
    (lambda: kmsdns.zone.load("", read="x"), r"load\(read=\): 'x' won't do: give a function"),
    (lambda: kmsdns.zone.load("", strikt=True), r"strikt=\): there is no such parameter: did you mean strict=\?"),
    (
        lambda: kmsdns.zone.respond("text", "a.", "A"),
        r"respond\(zone=\): 'text' won't do: give .*, as kmsdns.zone.load",
    ),
    (lambda: kmsdns.zone.respond(kmsdns.zone.load(""), None, "A"), r"respond\(qname=\): None won't do"),
    (lambda: kmsdns.zone.respond(kmsdns.zone.load(""), "a.", 1), r"respond\(qtype=\): 1 won't do: give a text"),
    (lambda: DnsServer(None), r"DnsServer\(zone=\): None won't do: give a path"),
    (lambda: DnsServer([ZONE, 5]), r"DnsServer\(zone=\): 5, in .* won't do"),
    (lambda: DnsServer(ZONE, port="x"), r"DnsServer\(port=\): 'x' won't do: give an integer from 0 to 65535"),
    (lambda: DnsServer(ZONE, port=70000), "70000 won't do"),
    (lambda: DnsServer(ZONE, faults=5), r"DnsServer\(faults=\): 5 won't do: give a text"),
    (lambda: DnsServer(ZONE, address=None), r"DnsServer\(address=\): None won't do"),
    (lambda: DnsServer(ZONE, isolated="no"), r"DnsServer\(isolated=\): 'no' won't do: give True or False"),
    (lambda: DnsServer(ZONE, faults="dropp").start(), "dropp"),
    (lambda: DnsServer(ZONE, address="localhost:53").start(), "localhost:53"),
    (lambda: DnsServer(ZONE).address, "has not been started"),
    (lambda: assert_srv(5, [], server="127.0.0.1"), r"assert_srv\(name=\): 5 won't do"),
    (lambda: assert_srv("a.test", [5], server="127.0.0.1"), r"assert_srv\(expected=\): 5, in \[5\] won't do"),
    (lambda: assert_srv("a.test", [], server=5), r"assert_srv\(server=\): 5 won't do"),
    (lambda: assert_srv("a:5", [], server="127.0.0.1"), "a name with a port"),
    (lambda: draft("https://contoso.com"), "did you mean contoso.com"),
    (lambda: draft("contoso.com", servers=5), r"draft\(servers=\): 5 won't do"),
]


class Negative:
    """An SRV record that nobody could publish."""

    def __init__(self, weight: float = -1) -> None:
        self.priority, self.weight, self.port, self.target = 0, weight, 1688, "a."


@pytest.mark.parametrize(("misuse", "sentence"), OTHERS)
def test_misuse_of_other_functions_is_a_sentence(misuse: Callable[[], object], sentence: str) -> None:
    with pytest.raises(KmsdnsError, match=sentence) as caught:
        misuse()
    assert str(caught.value).isprintable()


def test_pythons_own_exceptions_catch_it_too() -> None:
    for kind in (TypeError, ValueError, kmsdns.InvalidArgument):
        with pytest.raises(kind):
            kmsdns.discover("contoso.com", timeout=-1)
    assert issubclass(kmsdns.InvalidName, kmsdns.KmsdnsError)


def test_one_will_do_where_several_are_taken(server: str) -> None:
    by_list = kmsdns.discover("contoso.com", servers=[server], families=[4], select=["LIV"], rng=random.Random(1))
    by_one = kmsdns.discover("contoso.com", servers=server, families=4, select="LIV", rng=random.Random(1))
    assert by_list.endpoints == by_one.endpoints != ()
    assert [each.server for each in by_one.services[0].snapshot.srv] == [
        each.server for each in by_list.services[0].snapshot.srv
    ]
    with DnsServer(ZONE, faults="servfail") as failing:
        assert kmsdns.discover("contoso.com", servers=failing.address).services[0].outcome == "servfail"


def test_a_name_may_be_dnspythons(server: str) -> None:
    name = dns.name.from_text("contoso.com")
    assert kmsdns.discover(name, servers=server).services[0].service == "_vlmcs._tcp.contoso.com."
    assert kmsdns.diagnose(name, servers=server, probe=None).services[0].service == "_vlmcs._tcp.contoso.com."
    with pytest.raises(InvalidName, match="IP address"):
        kmsdns.discover(dns.name.from_text("192.0.2.1"), servers=server)


def test_a_path_may_be_a_text(server: str, tmp_path: Path) -> None:
    tape = str(tmp_path / "tape")
    first = kmsdns.discover("contoso.com", servers=server, record=tape, cache=str(tmp_path / "c"), rng=random.Random(1))
    assert kmsdns.discover("contoso.com", replay=tape, rng=random.Random(1)).endpoints == first.endpoints


def test_what_is_like_an_srv_record_counts_as_one() -> None:
    theirs = dns.rdata.from_text("IN", "SRV", "0 3 1688 a.example.")
    mine = Srv(priority=0, weight=1, port=1688, target="b.example.")
    record = Record(owner="_x._tcp.example.", ttl=1, rdtype="SRV", rdata=mine)
    assert kmsdns.shares([theirs, theirs]) == kmsdns.shares([mine.replace(weight=3)] * 2)
    assert kmsdns.shares([record, record]) == kmsdns.shares([mine, mine])


def test_explain_is_a_function_of_both_doors() -> None:
    assert kmsdns.explain("LIV001") == asyncio.run(kmsdns.aio.explain("no-service-record"))


JOBS = {
    job: inspect.signature(getattr(kmsdns, job)).parameters for job in ("discover", "diagnose", "check", "validate")
}


def test_no_check_is_of_no_parameter() -> None:
    functions = [getattr(kmsdns, job) for job in (*JOBS, "explain")]
    taken = {name for each in (*functions, draft) for name in inspect.signature(each).parameters}
    assert not PARAMETERS.keys() - taken


THINGS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.binary(max_size=3),
    st.lists(st.one_of(st.none(), st.integers(), st.floats(), st.binary(max_size=2)), max_size=2),
    st.dictionaries(st.integers(), st.integers(), max_size=1),
    st.sampled_from([object(), Hostile(), int, len, random, Decimal(1), Fraction(1, 2), 1j, range(2), {5}, Srv, ...]),
    st.builds(iter, st.just([5])),
)
"""Things of the wrong kind, for most parameters; no texts, which could name files and servers."""


@pytest.mark.parametrize(
    ("job", "keyword"), [(job, each) for job, taken in JOBS.items() for each in taken if each != "paths"]
)
@settings(max_examples=40)
@given(thing=THINGS)
def test_whatever_is_given_ends_in_a_report_or_a_sentence(
    server: str, spec: str, job: str, keyword: str, thing: object
) -> None:
    place = {"validate": ZONE, "check": spec}.get(job, "contoso.com")
    quick = {} if job == "validate" else {"servers": server, "timeout": 0.3, "retries": 0, "deadline": 0.6}
    probing = {"probe": None} if job == "diagnose" else {}
    is_place = keyword in ("names", "name", "specs")
    try:
        report = getattr(kmsdns, job)(
            thing if is_place else place, **quick | probing | ({} if is_place else {keyword: thing})
        )
    except KmsdnsError:
        return
    assert report.job == job
