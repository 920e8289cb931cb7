"""nsupdate's scripts, run by nsupdate against a BIND that takes updates: afterwards the zone is as the fix says."""

from __future__ import annotations

import subprocess
from pathlib import Path

import dns.query
import dns.zone
import pytest

from kmsdns import discover
from kmsdns.cli import run
from kmsdns.formats.fixes import render
from kmsdns.testing import DnsServer
from tests import peers
from tests.formats.fixes.reports import RETIRED
from tests.formats.fixes.test_scripts import HOSTILE, everywhere

ORIGIN = "contoso.com."
ZONE = """\
$ORIGIN contoso.com.
$TTL 3600
@ IN SOA ns1 hostmaster 1 3600 900 1209600 600
  IN NS ns1
ns1 IN A 127.0.0.1
"""


def srvs(peer: peers.Peer) -> set[str]:
    """The SRV records of the zone, as a transfer brings them."""
    zone = dns.zone.from_xfr(dns.query.xfr(peer.host, ORIGIN, port=peer.port, relativize=False), relativize=False)
    return {f"{name} {ttl} {rdata}" for name, ttl, rdata in zone.iterate_rdatas("SRV")}


def update(script: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    (tmp_path / "script").write_text(script)
    return subprocess.run([peers.nsupdate(), str(tmp_path / "script")], capture_output=True, text=True, timeout=20)


def test_exactly_the_records_that_the_findings_name_change(tmp_path: Path) -> None:
    records = """\
_vlmcs._tcp IN SRV 0 0 1688 kms-old
            IN SRV 0 5 1688 kms
            IN SRV 0 0 1688 kms01
"""
    peers.nsupdate()
    with peers.updatable(ZONE + records, ORIGIN, tmp_path) as peer:
        report = RETIRED.replace(services=discover(ORIGIN, servers=[peer.address]).services)
        script = render("nsupdate", report)
        assert f"server 127.0.0.1 {peer.port}\nzone contoso.com.\n" in script, "it answered with authority"
        done = update(script, tmp_path)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert srvs(peer) == {
            "_vlmcs._tcp.contoso.com. 3600 0 5 1688 kms02.contoso.com.",
            "_vlmcs._tcp.contoso.com. 3600 0 0 1688 kms01.contoso.com.",
        }


@pytest.mark.parametrize(("transport", "named"), [("udp", True), ("tcp", True), ("dot", False), ("doh", False)])
def test_an_encrypted_server_takes_no_updates(transport: str, named: bool) -> None:
    with DnsServer(ZONE + "_vlmcs._tcp IN SRV 0 0 1688 kms-old\n") as server:
        (service,) = discover(ORIGIN, servers=[server.address]).services
    (said,) = service.snapshot.srv
    tries = tuple(each.replace(transport=transport) for each in said.tries)
    said = said.replace(transport=transport, tries=tries)
    report = RETIRED.replace(services=(service.replace(snapshot=service.snapshot.replace(srv=(said,))),))
    assert (f"\nserver 127.0.0.1 {server.port}\n" in render("nsupdate", report)) is named


def test_a_hostile_name_changes_nothing(tmp_path: Path) -> None:
    peers.nsupdate()
    with peers.updatable(ZONE + "_vlmcs._tcp IN SRV 0 0 1688 kms01\n", ORIGIN, tmp_path) as peer:
        services = discover(ORIGIN, servers=[peer.address]).services
        before = srvs(peer)
        for text in HOSTILE:
            hostile = everywhere(text)
            first = hostile.findings[0]
            kept = tuple([each for each in first.fix.changes if text in each.rdata.split(" ")[-1]])
            narrow = first.replace(fix=first.fix.replace(changes=kept))
            done = update(render("nsupdate", hostile.replace(findings=(narrow,), services=services)), tmp_path)
            assert (done.returncode, done.stderr) == (0, "")
        assert srvs(peer) == before


def test_from_the_command_line_to_the_zone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A diagnosis writes the script, and after it the diagnosis has nothing more to say about it."""
    peers.nsupdate()
    with peers.updatable(
        ZONE + "_vlmcs._tcp IN SRV 0 0 1688 kms01.contoso.com\nkms01 IN A 127.0.0.1\n", ORIGIN, tmp_path
    ) as peer:
        ask = ["diagnose", ORIGIN, "-s", peer.address, "--probe", "none", "--no-config"]
        assert run([*ask, "--fix-as", "nsupdate"]) == 1
        script = capsys.readouterr().out
        assert "SRV306" in script
        assert update(script, tmp_path).returncode == 0
        assert srvs(peer) == {"_vlmcs._tcp.contoso.com. 3600 0 0 1688 kms01.contoso.com."}
        assert run(ask) == 3, "nobody was contacted: whether a client gets through stays open"
        assert "SRV306" not in capsys.readouterr().out
