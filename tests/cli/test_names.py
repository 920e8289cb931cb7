"""Names on the command line: what can't be meant is status 2 with a hint; --bare asks a name as it stands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import kmsdns
from kmsdns.cli import run
from kmsdns.testing import DnsServer

ZONE = """$ORIGIN contoso.com.
@ 60 IN SOA ns hostmaster 1 2 3 4 5
@ NS ns
ns A 127.0.0.1
host SRV 0 0 1688 kms
_vlmcs._tcp SRV 0 0 1688 other
_vlmcs._tcp.host SRV 0 0 1688 other
_foo SRV 0 0 99 kms
kms A 127.0.10.1
other A 127.0.10.2
"""


def ran(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = run(arguments)
    return status, *capsys.readouterr()


COMMANDS = [
    ("discover", "{}"),
    ("discover", "contoso.com", "{}", "-s", "127.0.0.1:1"),
    ("discover", "{}", "--bare"),
    ("diagnose", "{}"),
    ("diagnose", "contoso.com", "--suffix", "{}"),
    ("diagnose", "contoso.com", "--known-host", "{}"),
    ("validate", "zonefiles/healthy.zone", "--origin", "{}"),
    ("validate", "zonefiles/healthy.zone", "--suffix", "{}"),
    ("validate", "--axfr", "{}", "-s", "127.0.0.1:1"),
    ("check", "--init", "{}", "-s", "127.0.0.1:1"),
    ("cache", "set", "{}", "kms.contoso.com:1688", "--cache-file", "{cache}"),
    ("cache", "set", "contoso.com", "{}:1688", "--cache-file", "{cache}"),
    ("cache", "clear", "{}", "--cache-file", "{cache}"),
]


NAMES = {
    "https://contoso.com/": "did you mean contoso.com?",
    "user@contoso.com": "did you mean contoso.com?",
    "contoso.com:1688": "did you mean contoso.com?",
    "foo bar": "give each name for itself",
    "-": "name a domain, such as contoso.com",
    "": "contoso.com",
    "8.8.8.8": "name a domain, such as contoso.com",
    "::1": "name a domain, such as contoso.com",
}


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (command, name)
        for command in COMMANDS
        for name in NAMES
        if not ("--known-host" in command and name in ("8.8.8.8", "::1"))  # a host may be an address
        and not ("{}:1688" in command and name in ("8.8.8.8", "::1", "", "-"))  # the last are no endpoints
    ],
)
def test_a_name_that_cannot_be_meant_is_status_2_with_the_hint(
    command: tuple[str, ...], name: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    status, out, err = ran(capsys, *[each.format(name, cache=tmp_path / "cache") for each in command])
    assert (status, out) == (2, "")
    assert NAMES[name] in err
    if command[0] == "discover" and name == "8.8.8.8":
        assert "write @8.8.8.8," in err


@pytest.mark.parametrize(
    ("key", "name"),
    [("service", "https://contoso.com"), ("service", "_sip._tcp.x:5060"), ("name", "a b"), ("zone", "8.8.8.8")],
)
def test_names_of_a_spec_are_held_to_the_same(key: str, name: str, capsys, tmp_path: Path) -> None:
    spec = tmp_path / "a.kmsdns.toml"
    spec.write_text(f'[[check]]\n{key} = "{name}"\n' + ('type = "A"\n' if key == "name" else "") + "count = 1\n")
    status, _, err = ran(capsys, "check", str(spec), "-s", "127.0.0.1:1")
    assert status == 2
    assert f"a.kmsdns.toml:2:{len(key) + 4}: '{name}'" in err


def test_names_of_a_configuration_are_held_to_the_same(capsys, tmp_path: Path) -> None:
    config = tmp_path / "kmsdns.toml"
    config.write_text('[diagnose]\nsuffix = ["https://contoso.com"]\n[validate.policy]\ntarget-suffixes = ["a:5"]\n')
    status, _, err = ran(capsys, "diagnose", "contoso.com", "-s", "127.0.0.1:1", "--config", str(config))
    assert (status, "did you mean contoso.com?" in err) == (2, True)
    status, _, err = ran(capsys, "validate", "zonefiles/healthy.zone", "--config", str(config))
    assert (status, "kmsdns.toml:4: target-suffixes is a list of domains" in err) == (2, True)


def test_a_known_host_and_a_cached_one_may_be_addresses(capsys, tmp_path: Path) -> None:
    cache = str(tmp_path / "cache")
    for host in ("192.0.2.1", "[2001:db8::1]"):
        assert ran(capsys, "cache", "set", "contoso.com", f"{host}:1688", "--cache-file", cache)[0] == 0
    with DnsServer(ZONE) as dns:
        at = ("-s", dns.address, "--probe=none", "--known-host", "192.0.2.1", "--known-host", "2001:db8::1", "--json")
        status, out, _ = ran(capsys, "diagnose", "contoso.com", *at)
    assert status == 3, "nobody was contacted"
    assert json.loads(out)["result"]["services"][0]["outcome"] == "answer"


@pytest.mark.parametrize("job", ["discover", "diagnose"])
@pytest.mark.parametrize("name", ["host.contoso.com", "Host.Contoso.COM.", "_foo.contoso.com"])
def test_bare_asks_a_name_as_it_stands(job: str, name: str, capsys) -> None:
    with DnsServer(ZONE) as dns:
        _, out, _ = ran(capsys, job, name, "--bare", "-s", dns.address, "--probe=none", "--json")
        asked = [query.name.lower() for query in dns.queries if query.rdtype == "SRV"]
    owner = name.lower().removesuffix(".") + "."
    (service,) = json.loads(out)["result"]["services"]
    assert (service["service"], service["outcome"], service["queried"]) == (owner, "answer", [owner])
    assert [(each["target"], each["addresses"]) for each in service["endpoints"]] == [
        ("kms.contoso.com.", ["127.0.10.1"])
    ]
    assert asked[0] == owner
    assert not any(each.startswith("_vlmcs._tcp") for each in asked)


def test_bare_leaves_labels_that_are_there(capsys) -> None:
    with DnsServer(ZONE) as dns:
        at = ("-s", dns.address, "--json")
        bare = ran(capsys, "discover", "_vlmcs._tcp.contoso.com", "--bare", *at)[1]
        without = ran(capsys, "discover", "host.contoso.com", *at)[1]
    assert json.loads(bare)["result"]["services"][0]["service"] == "_vlmcs._tcp.contoso.com."
    assert json.loads(without)["result"]["services"][0]["service"] == "_vlmcs._tcp.host.contoso.com."


@pytest.mark.parametrize("form", ["text", "html", "markdown", "short", "csv", "junit", "nagios", "prometheus"])
@pytest.mark.parametrize("job", ["discover", "diagnose"])
def test_every_format_tells_of_a_bare_name(job: str, form: str, capsys) -> None:
    with DnsServer(ZONE) as dns:
        status, out, err = ran(capsys, job, "host.contoso.com", "--bare", "-s", dns.address, "--probe=none", "-f", form)
    assert (status, "internal" in err) == (0 if job == "discover" else 3, False), "nobody was contacted"
    assert "_vlmcs._tcp" not in out
    assert "kms.contoso.com" in out or form in ("junit", "nagios", "prometheus", "short", "csv")


@pytest.mark.parametrize("job", ["discover", "diagnose"])
def test_the_service_of_a_bare_name_is_the_one_that_is_looked_for(job: str, capsys) -> None:
    with DnsServer(ZONE) as dns:
        at = ("host.contoso.com", "--bare", "-s", dns.address, "--probe=rpc", "--no-cache", "--json")
        at = at if job == "discover" else tuple([each for each in at if each != "--no-cache"])
        assert ran(capsys, job, *at)[0] in (0, 1)
        status, _, err = ran(capsys, job, *at, "--service", "ldap")
    assert (status, "for _ldap._tcp use tcp" in err) == (2, True)


def test_bare_needs_a_name(capsys) -> None:
    for job in ("discover", "diagnose"):
        status, _, err = ran(capsys, job, "--bare", "-s", "127.0.0.1:1")
        assert (status, "give the name, such as host.contoso.com" in err) == (2, True)
    with pytest.raises(kmsdns.KmsdnsError, match="give the name"):
        kmsdns.discover(bare=True)


def test_bare_falls_back_to_the_name_itself(capsys) -> None:
    with DnsServer(ZONE) as dns:
        _, out, _ = ran(capsys, "discover", "kms.contoso.com", "--bare", "--fallback", "-s", dns.address, "-f", "short")
    assert out == "kms.contoso.com.:1688\n"
