"""Specs as they are read: every mistake at its line with what was expected, in each format; what is right is meant."""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from kmsdns.errors import UnreadableInput
from kmsdns.expectations.types import schema
from kmsdns.expectations.values import Bounds
from kmsdns.net.files.specs import read, read_text
from tests.checks import ZONE

ROOT = Path(__file__).parents[2]
HEAD = '[vantage]\nauth = ["ns1.contoso.com", "192.0.2.53"]\n[[check]]\n'
KMS = 'service = "_vlmcs._tcp.contoso.com"\n'
EXAMPLE = """\
[vantage]
auth = ["ns1.contoso.com", "ns2.contoso.com"]
office = ["10.0.0.53"]
public = "tls://192.0.2.9#dns.example"
test = { zone = "contoso.zone" }
[[check]]
name = "KMS discovery"
service = "_vlmcs._tcp.contoso.com"
from = ["auth", "office"]
exactly = ["0 50 1688 kms01.contoso.com.", { target = "kms02.contoso.com.", port = 1688, weight = 50 }]
ttl = { min = 300, max = 3600 }
targets = { resolve = true, alias = false, within = ["10.0.0.0/8"] }
share = { "kms01.contoso.com." = [0.45, 0.55] }
reachable = "tcp"
client = { suffixes = ["emea.contoso.com", "contoso.com"], caching = false, used = "any" }
xfail = 2026-12-31
[[check]]
service = "_vlmcs._tcp.contoso.com"
from = ["public"]
rcode = "NXDOMAIN"
[[check]]
zone = "contoso.com"
file = "contoso.zone"
same = "all"
ignore = ["SOA", "DNSSEC"]
"""

LAUGHS = "check:\n- &x0 {a: 1}\n" + "".join(f"- &x{n + 1} {{a: *x{n}, b: *x{n}}}\n" for n in range(40))
MISTAKES = (  # what follows HEAD (3 lines), the place, and some words of what is told
    (KMS + "count = 1\nfoo = 1", "6:1", "unknown key 'foo': there are name, title, service"),
    (KMS + "cuont = 1", "5:1", "unknown key 'cuont': did you mean 'count'?"),
    (KMS + "ttl = { mim = 3 }", "5:9", "unknown key 'mim': did you mean 'min'?"),
    (KMS + 'ttl = "1h"', "5:7", "ttl: expected a whole number or a table, got a text"),
    (KMS + "ttl = { min = -1 }", "5:15", "min: expected a whole number >= 0"),
    (KMS + "ttl = { min = 5, max = 3 }", "5:7", "no ttl can be at least 5 and at most 3"),
    ('service = "ldap"\ncount = 1', "4:11", "did you mean _ldap._tcp.contoso.com?"),
    ('service = "ldpa"\ncount = 1', "4:11", "did you mean _ldap._tcp.contoso.com?"),
    ('service = "ldap.contoso.com"\ncount = 1', "4:11", "did you mean _ldap._tcp.contoso.com?"),
    ('service = "_ldpa._tcp.contoso.com"\ncount = 1', "4:11", "did you mean _ldap._tcp.contoso.com?"),
    ('service = "_kerberis._udp.contoso.com"\ncount = 1', "4:11", "did you mean _kerberos._udp.contoso.com?"),
    ('service = "_ldap._tpc.contoso.com"\ncount = 1', "4:11", "did you mean _ldap._tcp.contoso.com?"),
    ('service = "_ldap.tcp.contoso.com"\ncount = 1', "4:11", "did you mean _ldap._tcp.contoso.com?"),
    ('service = "ldap._tcp.contoso.com"\ncount = 1', "4:11", "did you mean _ldap._tcp.contoso.com?"),
    ('service = "_ldapp.contoso.com"\ncount = 1', "4:11", "did you mean _ldap._tcp.contoso.com?"),
    ('service = "_ours.contoso.com"\ncount = 1', "4:11", "half an owner name: write _service._proto.domain"),
    ('service = "_ldap._tcp"\ncount = 1', "4:11", "lacks the domain: write _ldap._tcp.contoso.com"),
    ('service = "corp"\ncount = 1', "4:11", "one label is no domain: write _service._proto.domain"),
    ('name = "a.b"\ntype = "ANY"\ncount = 1', "5:8", "ANY stands in questions and messages"),
    ('name = "a.b"\ntype = "SVR"\ncount = 1', "5:8", "'SVR' is no RR type: did you mean SRV?"),
    (KMS + "ttl = {}", "5:7", "bounds nothing"),
    (KMS + "count = { min = 2, max = 1 }", "5:9", "no count can be"),
    (KMS + 'exactly = "0 0 1 a."', "5:11", "exactly: expected a list"),
    (KMS + 'exactly = ["0 0 1 a.",\n "0 0 a."]', "6:2", "'0 0 a.' is no SRV record: port"),
    (KMS + "exactly = [{ port = 70000 }]", "5:21", "port: expected a whole number <= 65535"),
    (KMS + "exactly = [{}]", "5:12", "an empty table stands for any record"),
    (KMS + 'contains = [{ target = "a..b" }]', "5:24", "empty label"),
    (KMS + 'any_of = [{ regex = "(" }]', "5:21", "no regular expression"),
    (KMS + 'regex = "["', "5:9", "no regular expression"),
    (KMS + 'rcode = "NXDOMIAN"', "5:9", "expected one of NOERROR, NODATA, NXDOMAIN"),
    (KMS + 'flags = ["aa", "qq"]', "5:16", "expected one of aa, tc"),
    (KMS + 'share = { "a." = [0.9, 0.1] }', "5:18", "no share can be at least 0.9 and at most 0.1"),
    (KMS + 'share = { "a." = 1.5 }', "5:9", "expected a number <= 1.0"),
    (KMS + 'share = { "a." = 0.8, "b." = 0.3 }', "5:9", "more than 1 together"),
    (KMS + 'reachable = "udp"', "5:13", "expected one of tcp, rpc"),
    (KMS + 'targets = { within = ["10.0.0.0/33"] }', "5:23", "10.0.0.0/33"),
    (KMS + "targets = {}", "5:11", "targets expects nothing"),
    (KMS + 'count = 1\nfrom = ["auht"]', "6:9", "unknown vantage 'auht': [vantage] has auth"),
    (KMS + 'count = 1\nfrom = "public"', "6:8", "unknown vantage 'public'"),
    (KMS + "count = 1\nfrom = []", "6:8", "at least one vantage"),
    (KMS, "3:1", "the check expects nothing"),
    ("count = 1", "3:1", "the check is of nothing"),
    ('name = "a.b"\ncount = 1', "4:8", "give its type too"),
    ('name = "a.b"\ntype = "ZZ"\ncount = 1', "5:8", "'ZZ' is no RR type"),
    ('name = "a b..c"\ntype = "A"\ncount = 1', "4:8", "white space"),
    ('service = "_x._tcp.."\ncount = 1', "4:11", "empty label"),
    (KMS + 'type = "A"\ncount = 1', "5:8", "a service's records are SRV"),
    (KMS + 'zone = "contoso.com"\ncount = 1', "5:1", "not of both"),
    ('name = "a.b"\ntype = "A"\nreachable = "tcp"', "6:1", "reachable is for SRV records, not for A"),
    ('name = "a.b"\ntype = "A"\ntargets = { resolve = true }', "6:1", "A records name no host"),
    ('name = "a.b"\ntype = "A"\nexactly = [{ port = 1 }]', "6:14", "A records have no port"),
    ('name = "a.b"\ntype = "A"\nexactly = ["192.0.2.256"]', "6:12", "is no A record"),
    (KMS + "serial = 3", "5:1", "serial is for a zone"),
    (KMS + 'client = { suffixes = [], used = "any" }', "5:10", "a client searches suffixes"),
    (KMS + 'client = { suffixes = ["a.b"], used = "host" }', "5:39", "no endpoint: write HOST:PORT"),
    (KMS + 'same = "all"', "5:8", "same compares a zone with a file"),
    (KMS + 'count = 1\nfile = "x"', "6:1", "file is for the comparison"),
    ('zone = "contoso.com"\nfile = "no.zone"\nsame = "all"', "5:8", "there is no file"),
    ('zone = "contoso.net"\nfile = "contoso.zone"\nsame = "all"', "5:8", "the file is of the zone contoso.com."),
    ('zone = "contoso.com"\nfile = "bad.zone"\nsame = "all"', "5:8", "bad.zone:1:"),
    ('zone = "contoso.com"\nfile = "contoso.zone"\nsame = "all"\nignore = ["QQ"]', "7:11", "no RR type"),
    (KMS + "count = 1\nxfail = true", "6:9", "xfail: expected a date such as 2026-12-31 or a table"),
    (KMS + 'count = 1\nxfail = { until = "soon" }', "6:19", "until: expected a date such as"),
    (f'name = "x"\n{KMS}count = 1\n[[check]]\nname = "x"\n{KMS}count = 2', "8:8", "is that of the check in line 4"),
    ("name = 3", "4:8", "name: expected a text"),
)


@pytest.fixture(autouse=True)
def _zones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("contoso.zone").write_text(ZONE)
    Path("bad.zone").write_text("contoso.com. 1 IN A 999\n")


@pytest.mark.parametrize(("check", "place", "told"), MISTAKES)
def test_a_mistake_is_told_at_its_place(check: str, place: str, told: str) -> None:
    with pytest.raises(UnreadableInput) as caught:
        read_text("a.kmsdns.toml", HEAD + check + "\n")
    lines = str(caught.value).split("\n")
    assert any(line.startswith(f"a.kmsdns.toml:{place}: ") and told in line for line in lines), lines


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "a.kmsdns.toml:1:1: there is no check"),
        ("check = 3", "a.kmsdns.toml:1:9: check is a list of tables"),
        ("vantage = 3", "a.kmsdns.toml:1:11: vantage is a table"),
        ("[vantages]\n", "a.kmsdns.toml:1:1: unknown key 'vantages'"),
        ("[vantage]\nx = []", "a.kmsdns.toml:2:5: x: expected a list of length >= 1"),
        ('[vantage]\nx = ["a", "1.2.3.4:99999"]', "a.kmsdns.toml:2:11: '1.2.3.4:99999': '99999' is no port"),
        ('[vantage]\nx = "ftp://a"', "a.kmsdns.toml:2:5: "),
        ('[vantage]\nsystem = "a"', "a.kmsdns.toml:2:1: the name of a vantage stands for this machine's resolvers"),
        ('[vantage]\nx = { zone = "no" }', "a.kmsdns.toml:2:14: there is no file 'no'"),
        ('[vantage]\nx = { zoen = "no" }', "a.kmsdns.toml:2:7: unknown key 'zoen': did you mean 'zone'?"),
        ("[vantage]\nx = 1\nx = 2", "a.kmsdns.toml:3:"),
        ("[[check", "a.kmsdns.toml:1:"),
    ],
)
def test_mistakes_beside_checks(text: str, told: str) -> None:
    with pytest.raises(UnreadableInput) as caught:
        read_text("a.kmsdns.toml", text)
    assert any(line.startswith(told) for line in str(caught.value).split("\n")), str(caught.value)


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    with pytest.raises(UnreadableInput) as caught:
        read_text("a.kmsdns.toml", f"{HEAD}{KMS}ttl = 'x'\n[[check]]\n{KMS}count = 1\nfrom = 'x'\n[[check]]\n")
    assert [line.split(":")[1] for line in str(caught.value).split("\n")] == ["5", "9", "10"]


def test_the_example_is_understood() -> None:
    spec = read_text("a.kmsdns.toml", EXAMPLE)
    first, leak, zone = spec.checks
    assert [vantage.name for vantage in spec.vantages] == ["auth", "office", "public", "test"]
    assert (first.title, first.vantages, first.ttl) == ("KMS discovery", ("auth", "office"), Bounds(low=300, high=3600))
    assert (leak.title, leak.rcode, leak.vantages) == ("_vlmcs._tcp.contoso.com. SRV", "NXDOMAIN", ("public",))
    assert zone.same is not None
    assert {"SOA", "RRSIG", "NSEC3"} <= zone.same.ignored
    assert first.xfail is not None
    assert first.place("ttl").line == 11


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ("contoso.com", "_vlmcs._tcp.contoso.com."),
        ("turn.example", "_vlmcs._tcp.turn.example."),
        ("_ldap._tcp.dc._msdcs.contoso.com", "_ldap._tcp.dc._msdcs.contoso.com."),
        ("_ours._tcp.contoso.com", "_ours._tcp.contoso.com."),
        ("_pop2._tcp.contoso.com", "_pop2._tcp.contoso.com."),
        ("_nntp._tcp.contoso.com", "_nntp._tcp.contoso.com."),
        ("_vlmcs._tcp.corp", "_vlmcs._tcp.corp."),
    ],
)
def test_services_that_are_no_slip(given: str, asked: str) -> None:
    (check,) = read_text("a.kmsdns.toml", f'[[check]]\nservice = "{given}"\ncount = 1\n').checks
    assert (check.question.name, check.question.rdtype) == (asked, "SRV")


@pytest.mark.parametrize(("word", "rdtype"), [("loc", "LOC"), ("TYPE29", "LOC"), ("type65280", "TYPE65280")])
def test_a_type_has_one_name_however_it_is_written(word: str, rdtype: str) -> None:
    (check,) = read_text("a.kmsdns.toml", f'[[check]]\nname = "a.b"\ntype = "{word}"\ncount = 1\n').checks
    assert check.question.rdtype == rdtype


def test_checks_that_nobody_named_are_told_apart() -> None:
    spec = read_text("a.kmsdns.toml", f"[[check]]\n{KMS}count = 1\n[[check]]\n{KMS}count = 2\n")
    assert [check.title for check in spec.checks] == [
        "_vlmcs._tcp.contoso.com. SRV",
        "_vlmcs._tcp.contoso.com. SRV (2)",
    ]


def plain(text: str) -> dict[str, object]:
    """A TOML spec as JSON has it: a date is a text."""
    import tomllib

    return json.loads(json.dumps(tomllib.loads(text), default=str))


@pytest.mark.parametrize("name", ["a.kmsdns.json", "a.kmsdns.yaml", "pyproject.toml"])
def test_other_formats_come_to_the_same(name: str) -> None:
    if name.endswith("json"):
        text = json.dumps(plain(EXAMPLE))
    elif name.endswith("yaml"):
        text = yaml.safe_dump(plain(EXAMPLE), sort_keys=False)
    else:
        moved = EXAMPLE.replace("[[check]]", "[[tool.kmsdns.check]]").replace("[vantage]", "[tool.kmsdns.vantage]")
        text = f"[project]\nname = 'x'\n[tool.kmsdns]\nserver = ['192.0.2.1']\n{moved}"
    found, wanted = read_text(name, text).checks, read_text("a.kmsdns.toml", EXAMPLE).checks
    for mine, other in zip(found, wanted, strict=True):
        assert (mine.title, mine.question, mine.vantages, mine.ttl, mine.share, mine.client, mine.xfail) == (
            other.title, other.question, other.vantages, other.ttl, other.share, other.client, other.xfail
        )  # fmt: skip
        assert [wish.text for wish in mine.exactly or ()] == [wish.text for wish in other.exactly or ()]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.json", '{"check": [{"service": "_a._tcp.b",\n "count": "x"}]}', "a.json:2:11: count: expected"),
        ("a.json", '{"check": [],\n "check": []}', "a.json:2:2: the key 'check' stands here a second time"),
        ("a.json", '{"check": [\n}', "a.json:2:1: this is no JSON"),
        ("a.json", '{"check": [NaN]}', "a.json:1: this can't be read"),
        ("a.json", "[" * 100_000, "a.json:1: this can't be read: it is nested too deeply"),
        ("a.yaml", "check:\n- service: _a._tcp.b\n  count: [", "a.yaml:"),
        ("a.yaml", "check:\n- service: _a._tcp.b\n  count: x\n", "a.yaml:3:10: count: expected"),
        ("a.yaml", LAUGHS, "a.yaml:1: this can't be read: its aliases make more than"),
        ("a.yaml", "check: &a [*a]\n", "a.yaml:1: this can't be read: it is nested too deeply"),
        ("a.yaml", "- 1\n", "a.yaml:1:1: a spec is a table"),
        ("a.yaml", "!!python/object:os.system x", "a.yaml:1:1: this is no YAML"),
        ("pyproject.toml", "[tool.kmsdns.check]\nwait = '5s'\n", "pyproject.toml:1:1: there is no check"),
        ("pyproject.toml", "[[tool.kmsdns.check]]\nservice = 3\n", "pyproject.toml:2:11: service: expected a text"),
    ],
)
def test_mistakes_in_other_formats(name: str, text: str, told: str) -> None:
    with pytest.raises(UnreadableInput) as caught:
        read_text(name, text)
    assert any(line.startswith(told) for line in str(caught.value).split("\n")), str(caught.value)


def test_files_folders_and_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check = f"[[check]]\n{KMS}count = 1\n"
    (tmp_path / "specs").mkdir()
    Path("specs/b.kmsdns.toml").write_text(check)
    Path("specs/a.kmsdns.toml").write_text(check)
    Path("specs/other.toml").write_text("")
    assert [spec.path for spec in read("specs")] == ["specs/a.kmsdns.toml", "specs/b.kmsdns.toml"]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(check.encode())))
    assert read("-")[0].path == "-"
    for path, told in (("no.toml", "cannot be read"), (".", "no spec in this folder"), ("a\0b", "cannot be read")):
        with pytest.raises(UnreadableInput, match=told):
            read(path)
    Path("latin.kmsdns.toml").write_bytes(b"# a\n# \xe9\n")
    with pytest.raises(UnreadableInput, match=r"latin\.kmsdns\.toml:2: this is no UTF-8"):
        read("latin.kmsdns.toml")
    with pytest.raises(UnreadableInput) as caught:
        read("no.toml", "latin.kmsdns.toml")
    assert str(caught.value).count("\n") == 1, "each of them is told"


def test_the_schema_is_that_of_the_types_and_takes_the_example() -> None:
    assert (ROOT / "docs/schema/spec-v1.json").read_bytes() == schema(), "run: make schema"
    document = json.loads(schema())
    Draft202012Validator.check_schema(document)
    validator = Draft202012Validator(document)
    assert not list(validator.iter_errors(plain(EXAMPLE)))
    for wrong in ({"check": [{"foo": 1}]}, {"check": [{"ttl": "x"}]}, {"vantage": {"x": []}}, {"x": 1}):
        assert list(validator.iter_errors(wrong)), wrong


@pytest.mark.parametrize("page", ["README.md", "docs/check.md"])
def test_the_specs_of_the_manual_are_specs(page: str) -> None:
    shown = [
        text for text in re.findall(r"```toml\n(.*?)```", (ROOT / page).read_text(), re.DOTALL) if "[[check]]" in text
    ]
    assert shown
    for text in shown:
        assert read_text("a.kmsdns.toml", text).checks
