"""The zones that come with the project: read without a finding, as dnspython reads them, and answered as they say."""

from __future__ import annotations

from pathlib import Path

import dns.rdataclass
import dns.rdatatype
import dns.zone
import pytest

from kmsdns.model.messages import Question
from kmsdns.zone import load, respond, respond_from
from kmsdns.zone.rdata import present

FOLDER = Path(__file__).parents[2] / "zonefiles"
FILES = sorted(FOLDER.rglob("*.zone"))


def read(name: str):
    return load((FOLDER / name).read_bytes(), path=name)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_read_as_dnspython_reads_it(path):
    zone = load(path.read_bytes(), path=path.name)
    assert zone.findings == ()
    theirs = {
        (str(owner), ttl, dns.rdatatype.to_text(rdata.rdtype), rdata.to_text())
        for owner, ttl, rdata in dns.zone.from_text(path.read_text(), relativize=False).iterate_rdatas()
    }
    ours = [(record.owner, record.ttl, record.rdtype, present(record.rdtype, record.rdata)) for record in zone.records]
    assert set(ours) == theirs
    assert len(ours) == len(theirs)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_every_address_is_on_this_machine(path):
    for record in load(path.read_bytes()).records:
        if record.rdtype in ("A", "AAAA"):
            assert str(record.rdata).startswith("127.") or record.rdata == "::1"


def test_origins_differ_where_zones_are_served_together():
    for folder in (FOLDER, FOLDER / "multi-domain"):
        origins = [load(path.read_bytes()).origin for path in folder.glob("*.zone")]
        assert len(origins) == len(set(origins)) > 1


@pytest.mark.parametrize(
    ("name", "expected", "hosts"),
    [
        ("healthy.zone", ["0 0 1688 kms01"], 1),
        ("weighted.zone", ["0 60 1688 kms01", "0 20 1688 kms02", "0 20 1688 kms03", "10 0 1688 kms-dr"], 4),
        ("all-zero.zone", ["0 0 1688 kms01", "0 0 1688 kms02", "0 0 1688 kms03"], 3),
        ("unavailable.zone", ["0 0 0 "], 0),
        ("dead-host.zone", ["0 0 1688 kms-old", "0 0 1688 kms01"], 2),
        ("alias-target.zone", ["0 0 1688 kms"], 0),
    ],
)
def test_what_they_publish(name, expected, hosts):
    zone = read(name)
    reply = respond(zone, f"_vlmcs._tcp.{zone.origin}", "SRV")
    assert reply.rcode == "NOERROR"
    tail = f".{zone.origin}" if hosts or name == "alias-target.zone" else "."
    assert [line.partition(" SRV ")[2] for line in reply.answer] == [text + tail for text in expected]
    assert len({record.owner for record in reply.additional_records}) == hosts


def test_several_domains():
    zones = [load(path.read_bytes()) for path in (FOLDER / "multi-domain").glob("*.zone")]

    def targets(domain):
        reply = respond_from(zones, Question(name=f"_vlmcs._tcp.{domain}", rdtype="SRV"))
        return [line.split()[-1] for line in reply.answer]

    assert targets("contoso.com.") == ["kms01.contoso.com.", "kms02.contoso.com."]
    assert targets("emea.contoso.com.") == ["kms01.emea.contoso.com.", "kms01.contoso.com.", "kms02.contoso.com."]
    assert targets("example.com.") == ["kms01.contoso.com."]
    head_office = [zone for zone in zones if zone.origin == "contoso.com."]
    reply = respond_from(head_office, Question(name="_vlmcs._tcp.emea.contoso.com.", rdtype="SRV"))
    assert (reply.aa, len(reply.authority), reply.answer) == (False, 2, [])
