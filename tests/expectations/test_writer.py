"""Specs brought up to date: what is live is in them, what fits stays as it is written, comments and layout too."""

from __future__ import annotations

from pathlib import Path

import pytest

import kmsdns
from kmsdns.cli import run
from kmsdns.errors import KmsdnsError
from kmsdns.net.files.specs import read_text
from kmsdns.sessions.draft import draft, update
from kmsdns.testing import DnsServer
from tests.checks import ZONE, codes

BEFORE = """\
# mine
[vantage]
test = { zone = "contoso.zone" }  # the file
dead = "127.0.0.1:1"

[[check]]
name = "KMS"   # who activates
service = "_vlmcs._tcp.contoso.com"
from = ["test"]
exactly = [
    "0 50 1688 kms01.contoso.com.",  # the first
    { target = "kms02.contoso.com." },
    "0 0 1688 gone.contoso.com.",
]
count = 2  # hosts
ttl = 3600
[[check]]
name = "www.contoso.com"
type = "A"
from = "test"
exactly = ["192.0.2.80"]  # one
[[check]]
name = "old.contoso.com"
type = "A"
from = "test"
rcode = "NOERROR"  # is it?
[[check]]
name = "old2.contoso.com"
type = "A"
from = "test"
rcode = "NOERROR"
xfail = 2999-12-31
[[check]]
name = "dead.contoso.com"
type = "A"
from = "dead"
count = 3
"""
AFTER = (
    BEFORE.replace('    "0 0 1688 gone.contoso.com.",\n', '    "10 0 1688 kms-dr.contoso.com.",\n')
    .replace("count = 2", "count = 3")
    .replace('["192.0.2.80"]', '["192.0.2.80", "192.0.2.81"]')
    .replace('rcode = "NOERROR"  # is it?', 'rcode = "NXDOMAIN"  # is it?')
)


@pytest.fixture(autouse=True)
def _zone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("contoso.zone").write_text(ZONE)


def test_a_spec_says_what_is_live_and_keeps_the_rest() -> None:
    Path("a.kmsdns.toml").write_text(BEFORE)
    (found,), report = update("a.kmsdns.toml")
    assert found.after == AFTER
    assert report.inconclusive
    assert "KMS: removed 0 0 1688 gone.contoso.com." in found.told
    assert found.unasked == (
        "dead.contoso.com. A: left as it is, since it could not be asked: dead (port-unreachable)",
    )
    Path("a.kmsdns.toml").write_text(found.after)
    (again,), report = update("a.kmsdns.toml")
    assert (again.after, codes(report)) == (found.after, ["EXP107"])


def test_tables_of_a_pyproject() -> None:
    text = (
        '[tool.kmsdns.vantage]\ntest = { zone = "contoso.zone" }\n[[tool.kmsdns.check]]\nname = "www.contoso.com"\n'
        'type = "A"\nfrom = "test"\ncount = 1 # c\n'
    )
    Path("pyproject.toml").write_text(text)
    (found,), _report = update("pyproject.toml")
    assert found.after == text.replace("count = 1", "count = 2")


COMMENTED = """\
# mine
[[check]]
service = "_vlmcs._tcp.contoso.com"  # who
exactly = [
    # the first group
    "0 50 1688 kms01.contoso.com.",  # the first
    { target = "gone.contoso.com." },  # the second
]  # all
rcode = "NOERROR"  # of course
count = 2  # hosts
"""
FAILING = ("servfail", "refused", "notimp", "formerr", "lame", "drop", "garbage", "truncated-twice")


@pytest.mark.parametrize("fault", FAILING)
def test_nothing_is_written_of_what_could_not_be_asked(capsys, fault: str) -> None:
    Path("a.kmsdns.toml").write_text(COMMENTED)
    faults = ["truncate", "tcp-close"] if fault == "truncated-twice" else [fault]
    with DnsServer(ZONE, faults=faults) as dns:
        status = run(["check", "a.kmsdns.toml", "--update", "-s", dns.address, "--timeout", "0.2", "--retries", "0"])
    told = capsys.readouterr().err
    assert status == 3
    assert Path("a.kmsdns.toml").read_text() == COMMENTED
    assert f"SRV: left as it is, since it could not be asked: {dns.address} (" in told
    assert "updated 0 of 1 spec" in told


def test_one_server_of_several_that_fails(capsys) -> None:
    """What others say is not written either, where one is to say the same; other checks are brought up to date."""
    with DnsServer(ZONE) as one, DnsServer(ZONE, faults=["servfail:name=_vlmcs._tcp.contoso.com"]) as two:
        vantage = f'[vantage]\nauth = ["{one.address}", "{two.address}"]\n'
        web = '[[check]]\nname = "www.contoso.com"\ntype = "A"\ncount = 1  # c\nfrom = "auth"\n'
        before = f'{vantage}{COMMENTED}from = "auth"\n{web}'
        Path("a.kmsdns.toml").write_text(before)
        assert run(["check", "a.kmsdns.toml", "--update"]) == 3
    assert Path("a.kmsdns.toml").read_text() == before.replace("count = 1 ", "count = 2 ")
    told = capsys.readouterr().err
    assert f"could not be asked: auth {two.address} (servfail)" in told
    assert "updated 1 of 1 spec" in told


def test_a_failure_that_is_expected_is_known() -> None:
    with DnsServer(ZONE, faults=["refused"]) as dns:
        for code, unasked in (("REFUSED", 0), ("NXDOMAIN", 1)):
            text = f'[[check]]\nname = "www.contoso.com"\ntype = "A"\nrcode = "{code}"\n'
            Path("a.kmsdns.toml").write_text(text)
            (found,), _report = update("a.kmsdns.toml", servers=[dns.address])
            assert (found.after, found.told, len(found.unasked)) == (text, (), unasked)


def test_lines_end_as_they_did() -> None:
    Path("a.kmsdns.toml").write_bytes(BEFORE.replace("\n", "\r\n").encode())
    (found,), _report = update("a.kmsdns.toml")
    assert found.after == AFTER.replace("\n", "\r\n")


def test_vantages_that_disagree_change_nothing() -> None:
    text = '[vantage]\na = { zone = "contoso.zone" }\nb = { zone = "contoso.zone", faults = ["nxdomain"] }\n'
    text += '[[check]]\nname = "www.contoso.com"\ntype = "A"\nfrom = ["a", "b"]\nexactly = []\n'
    Path("a.kmsdns.toml").write_text(text)
    (found,), _report = update("a.kmsdns.toml")
    assert found.after == text
    assert "disagree" in found.told[0]


def test_only_toml_can_be_updated() -> None:
    Path("a.json").write_text('{"check": [{"zone": "contoso.com", "count": 1}]}')
    with DnsServer(ZONE) as dns, pytest.raises(KmsdnsError, match="only specs in TOML files"):
        update("a.json", servers=[dns.address])


@pytest.mark.parametrize("domain", ["contoso.com", "_ldap._tcp.contoso.com", "none.contoso.com"])
def test_a_first_spec_is_a_spec_that_holds(domain: str) -> None:
    with DnsServer(ZONE) as dns:
        text = draft(domain, servers=[dns.address])
        made = read_text("new.kmsdns.toml", text.replace('"ns1.contoso.com"', f'"{dns.address}"'))
        assert codes(kmsdns.check(made, servers=[dns.address])) == []


def test_no_spec_of_a_server_that_does_not_answer() -> None:
    with pytest.raises(KmsdnsError, match="no spec can be made"):
        draft("contoso.com", servers=["127.0.0.1:1"])
