"""All servers of a zone asked over real sockets: bundled ones, NSD and Unbound; each set-up has the right codes only.

Servers that are found by NS records have addresses in 127.0.0.0/8 and the one port that the consultation is told.
Long: the zones of each set-up stand beside what is found in it.
"""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from kmsdns import consulting
from kmsdns.consulting import consult, vantages_of
from kmsdns.errors import InvalidName, KmsdnsError, UnreadableInput
from kmsdns.formats.fixes import render
from kmsdns.model.report import Report, Verdict
from kmsdns.model.vantages import INSIDE, OUTSIDE, Kind
from kmsdns.net.client import drive
from kmsdns.net.client.system import parse_servers
from kmsdns.testing import DnsServer
from kmsdns.zone.reader import load
from tests import peers
from tests.checks import two_servers
from tests.net.client.secure import CA, GOOD_SERVERS, running

NS1, NS2, NS3 = "127.0.41.1", "127.0.41.2", "127.0.41.3"
ZONE, OLD = two_servers(NS1, NS2)
OWNER = "_vlmcs._tcp.contoso.test."


class Servers:
    """Bundled servers on different addresses and one port, until the test ends."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self.port = 0

    def __call__(self, address: str, zone: str | Sequence[str], *faults: str) -> DnsServer:
        server = DnsServer(zone, address=address, port=self.port, faults=faults)
        self._stack.enter_context(server)
        self.port = server.port
        return server


@pytest.fixture
def serve() -> Iterator[Servers]:
    with ExitStack() as stack:
        yield Servers(stack)


def report(port: int, *asked: str, name: str = "contoso.test", **options: object) -> Report:
    """The report, with the servers named given as vantages."""
    given = [each for address in asked for each in vantages_of(f"{address}:{port}")]
    settings = {"port": port, "vantages": given, "timeout": 0.3, "retries": 0, "families": (4,), **options}
    with consult(name, **settings) as session:  # type: ignore[arg-type]
        return session.finish(drive.run(session.plan, session.source))


def codes(found: Report) -> list[str]:
    return [each.code for each in found.findings]


def test_servers_that_agree(serve: Servers) -> None:
    serve(NS1, ZONE)
    serve(NS2, ZONE)
    found = report(serve.port, NS1)
    assert codes(found) == []
    assert found.verdict is Verdict.CLEAN
    (consulted,) = found.consulted
    assert consulted.zone == "contoso.test."
    assert [(each.vantage.name, each.vantage.kind) for each in consulted.statements] == [
        ("ns1.contoso.test.", Kind.AUTHORITATIVE),
        ("ns2.contoso.test.", Kind.AUTHORITATIVE),
    ]
    assert set(consulted.serials.values()) == {2026010105}
    assert {each.code for each in found.skipped} == {"LIV104"}, "there is no file"
    assert {each.server for each in found.trace} == {f"{NS1}:{serve.port}", f"{NS2}:{serve.port}"}


def test_one_server_without_the_record(serve: Servers) -> None:
    serve(NS1, ZONE)
    serve(NS2, ZONE, f"nodata:name={OWNER},type=SRV")
    found = report(serve.port, NS1)
    assert codes(found) == ["LIV101"]
    (finding,) = found.findings
    assert "2 different answers" in finding.message
    assert "serial" not in finding.message
    assert "behind" not in finding.message
    assert [each.source.split(" ")[0] for each in finding.evidence] == ["ns1.contoso.test.", "ns2.contoso.test."]


def test_a_stale_secondary(serve: Servers) -> None:
    serve(NS1, ZONE)
    serve(NS2, OLD.replace("_vlmcs._tcp SRV 0 40 1688 kms02\n", ""))
    found = report(serve.port, NS1)
    assert codes(found) == ["LIV101", "LIV102"]
    assert (
        f"ns2.contoso.test. ({NS2}:{serve.port}) has 2026010101; the latest is 2026010105" in found.findings[0].message
    )


def test_serials_drift(serve: Servers) -> None:
    serve(NS1, ZONE)
    serve(NS2, OLD)
    found = report(serve.port, NS2)
    assert codes(found) == ["LIV102"]
    assert found.verdict is Verdict.FINDINGS
    assert found.findings[0].subject == "contoso.test."


@pytest.mark.parametrize(
    ("zone", "faults", "said"),
    [
        (ZONE.replace("contoso.test.", "fabrikam.test."), [], "refuses the question"),
        (ZONE, ["servfail"], "fails"),
        (ZONE, ["drop"], "does not answer: timeout"),
        (ZONE, ["lame"], "refers upwards"),
    ],
)
def test_a_lame_or_silent_server(serve: Servers, zone: str, faults: list[str], said: str) -> None:
    serve(NS1, ZONE)
    serve(NS2, zone, *faults)
    found = report(serve.port, NS1)
    assert codes(found) == ["LIV103"]
    assert found.findings[0].subject == "ns2.contoso.test."
    assert said in found.findings[0].message


def test_a_server_without_an_address_and_one_that_is_away(serve: Servers) -> None:
    zone = ZONE.replace(f"ns2 A {NS2}\n", "") + f"@ NS ns3\nns3 A {NS3}\n"
    serve(NS1, zone)
    found = report(serve.port, NS1)
    assert codes(found) == ["LIV103", "LIV103"]
    assert {each.subject for each in found.findings} == {"ns2.contoso.test.", "ns3.contoso.test."}


def test_nobody_answers(serve: Servers) -> None:
    serve(NS1, ZONE, "drop")
    found = report(serve.port, NS1)
    assert found.consulted[0].zone is None
    assert codes(found) == ["LIV103"]
    assert found.inconclusive


def test_split_horizon(serve: Servers) -> None:
    inside = serve(NS1, ZONE.replace("@ NS ns2\n", ""))
    outside = serve(
        NS2,
        ZONE.replace("@ NS ns1\n", "").replace(
            "_vlmcs._tcp SRV 0 60 1688 kms01\n_vlmcs._tcp SRV 0 40 1688 kms02\n", ""
        ),
    )
    views = [*vantages_of(inside.address, view=INSIDE), *vantages_of(outside.address, view=OUTSIDE)]
    found = report(serve.port, vantages=views)
    assert codes(found) == ["LIV108"], "servers of different views needn't agree"
    assert "inside, and nxdomain outside" in found.findings[0].message


def test_targets_and_what_is_odd_about_answers(serve: Servers) -> None:
    zone = """$ORIGIN contoso.test.
$TTL 3600
@ SOA ns1 hostmaster 1 7200 900 1209600 300
@ NS ns1
ns1 A 127.0.41.1
*._tcp SRV 0 0 1688 kms01
*._tcp SRV 0 0 1688 kms
*._tcp SRV 0 0 1688 none
*._tcp SRV 0 0 1688 text
kms CNAME kms01
text TXT "no address"
kms01 A 192.0.2.11
"""
    serve(NS1, zone)
    found = report(serve.port, NS1)
    assert [(each.code, each.subject) for each in found.findings] == [
        ("LIV105", "kms.contoso.test."),
        ("LIV106", "none.contoso.test."),
        ("LIV106", "text.contoso.test."),
        ("LIV111", OWNER),
    ]
    assert "does not exist" in found.findings[1].message
    assert "exists, but has no address" in found.findings[2].message


def test_a_name_between_that_is_denied(serve: Servers) -> None:
    serve(NS1, ZONE, "nxdomain:name=_tcp.contoso.test.")
    serve(NS2, ZONE)
    found = report(serve.port, NS1)
    assert codes(found) == ["LIV110"]
    assert found.findings[0].subject == "_tcp.contoso.test."
    assert "ns1" in found.findings[0].message
    assert "ns2" not in found.findings[0].message


def test_truncated_without_tcp(serve: Servers) -> None:
    serve(NS1, ZONE, f"truncate:name={OWNER}", "close-port:transport=tcp")
    serve(NS2, ZONE)
    found = report(serve.port, NS2)
    assert codes(found) == ["LIV109"], "and it is not silent besides"
    assert found.findings[0].subject == "ns1.contoso.test."


def test_targets_elsewhere(serve: Servers) -> None:
    """A server of three zones, which plays the resolver, too."""
    test = """$ORIGIN test.
$TTL 3600
@ SOA ns1.contoso.test. hostmaster 1 7200 900 1209600 300
@ NS ns1.contoso.test.
contoso NS ns1.contoso.test.
ns1.contoso A 127.0.41.1
"""
    zone = (
        ZONE.replace("@ NS ns2\n", "")
        .replace("kms01\n_", "kms01.gone.test.\n_")
        .replace("40 1688 kms02", "40 1688 kms09")
    )
    serve(NS1, [zone, test])
    through = vantages_of(f"{NS1}:{serve.port}", "office", kind=Kind.RESOLVER)
    found = report(serve.port, vantages=through)
    assert [(each.code, each.subject) for each in found.findings] == [
        ("LIV106", "kms09.contoso.test."),
        ("LIV107", "kms01.gone.test."),
    ]
    assert "gone.test., which does not exist" in found.findings[1].message
    assert found.findings[1].fix is not None
    assert [each.rdata for each in found.findings[1].fix.changes] == ["0 60 1688 kms01.gone.test."]


def test_servers_are_found_by_referrals_from_above(serve: Servers) -> None:
    """The servers of the zone are lame, so that its NS records are not to be had from them."""
    test = f"""$ORIGIN test.
$TTL 3600
@ SOA ns hostmaster 1 7200 900 1209600 300
@ NS ns
ns A {NS3}
contoso NS ns1.contoso
contoso NS ns2.contoso
ns1.contoso A {NS1}
ns2.contoso A {NS2}
"""
    serve(NS3, test)
    serve(NS1, ZONE, "refused")
    serve(NS2, ZONE, "refused")
    found = report(serve.port, NS3)
    assert found.consulted[0].zone == "contoso.test."
    assert {each.subject for each in found.findings if "refuses" in each.message} == {
        "ns1.contoso.test.",
        "ns2.contoso.test.",
    }


def filed(text: str) -> tuple[str, object]:
    return "contoso.zone", load(text, path="contoso.zone")


@pytest.mark.parametrize("transfer", [True, False])
def test_live_against_file(serve: Servers, transfer: bool) -> None:
    served = ZONE.replace("kms02 A 192.0.2.12\n", "kms02 A 192.0.2.99\nextra TXT x\nlate 60 TXT y\n")
    serve(NS1, served)
    serve(NS2, served)
    file = ZONE.replace("2026010105", "7") + "late TXT y\nmail A 192.0.2.25\n"
    found = report(serve.port, NS1, same=filed(file), transfer=transfer)
    told = {each.subject: each for each in found.findings}
    assert set(codes(found)) == {"LIV104"}
    wanted = {"kms02.contoso.test.", "late.contoso.test.", "mail.contoso.test."}
    assert set(told) == (wanted | {"extra.contoso.test."} if transfer else wanted)
    assert bool(found.notices) is not transfer
    assert told["mail.contoso.test."].location is not None
    assert "TTL of 60 s" in told["late.contoso.test."].message


def test_live_is_the_file(serve: Servers) -> None:
    text = (
        ZONE + 'a TXT "b" "c"\n@ MX 10 Mail\nmail A 192.0.2.25\nsub NS ns.sub\nns.sub A 192.0.2.53\n*.w A 192.0.2.9\n'
    )
    serve(NS1, text)
    serve(NS2, text)
    for transfer in (True, False):
        found = report(serve.port, NS1, same=filed(text.replace("Mail", "mail")), transfer=transfer)
        assert codes(found) == []
        assert found.skipped == ()


def test_nsd_and_unbound(tmp_path: Path) -> None:
    """A resolver that has an old answer, one that follows, and a server of another kind."""
    text = ZONE.replace("@ NS ns2\n", "").replace(NS1, "127.0.0.1")
    with peers.nsd(text, "contoso.test.", tmp_path) as server, ExitStack() as stack:
        resolver = stack.enter_context(peers.unbound("contoso.test.", server.address, tmp_path))
        found = report(server.port, vantages=[*vantages_of(resolver.address, "office")])
        assert codes(found) == []
        kinds = {each.vantage.name: each.vantage.kind for each in found.consulted[0].statements}
        assert kinds == {"office": Kind.RESOLVER, "ns1.contoso.test.": Kind.AUTHORITATIVE}


def test_nsd_as_a_stale_secondary(serve: Servers, tmp_path: Path) -> None:
    """And as one that transfers the zone to nobody, so that it is asked for what the file has."""
    with peers.nsd_of({"contoso.test.": OLD.replace("0 40 1688 kms02", "0 90 1688 kms02")}, tmp_path, NS2) as peer:
        serve.port = peer.port
        serve(NS1, ZONE)
        found = report(peer.port, NS2, timeout=2.0)
        assert codes(found) == ["LIV101", "LIV102"]
        assert "has 2026010101; the latest is 2026010105" in found.findings[0].message
        alone = report(peer.port, NS2, find=False, same=filed(ZONE), timeout=2.0)
    assert codes(alone) == ["LIV104"]
    assert "0 90 1688 kms02.contoso.test." in alone.findings[0].message
    assert alone.notices == ("no server transfers the zone: what the file lacks altogether can't be told",)


def test_a_stale_resolver(serve: Servers, tmp_path: Path) -> None:
    zone = ZONE.replace("@ NS ns2\n", "")
    server = serve(NS1, zone)
    with peers.unbound("contoso.test.", server.address, tmp_path) as resolver:
        through = vantages_of(resolver.address, "office")
        assert codes(report(serve.port, vantages=through)) == []
        server.reload(zone.replace("0 40 1688 kms02", "0 10 1688 kms02").replace("2026010105", "2026010106"))
        found = report(serve.port, vantages=through)
    assert codes(found) == ["LIV114"]
    assert found.verdict is Verdict.CLEAN, "a note"
    assert "office" in found.findings[0].message


def test_signatures_that_do_not_fit(serve: Servers, tmp_path: Path) -> None:
    """The zone isn't signed, though the resolver has been told of a key: it fails, unless it is told not to check."""
    server = serve(NS1, ZONE.replace("@ NS ns2\n", ""))
    anchor = f"contoso.test. DS 4711 8 2 {'00' * 32}"
    with peers.unbound("contoso.test.", server.address, tmp_path, anchor) as resolver:
        given = [*vantages_of(resolver.address, "office"), *vantages_of(server.address)]
        found = report(serve.port, vantages=given, timeout=2.0)
    assert codes(found) == ["LIV115"]
    assert found.findings[0].subject == OWNER
    assert "servfail" in found.findings[0].message
    assert "0 60 1688 kms01.contoso.test." in found.findings[0].message


def test_nsupdate_makes_what_is_served_be_the_file(tmp_path: Path) -> None:
    program = peers.nsupdate()
    served = ZONE.replace("@ NS ns2\n", "").replace(f"ns1 A {NS1}\nns2 A {NS2}\n", "ns1 A 127.0.0.1\n")
    file = (
        served.replace("0 40 1688 kms02", "0 10 1688 kms02").replace("kms02 A", "kms02 60 A") + "a.b.deep A 192.0.2.9\n"
    )
    with peers.updatable(served + "spare A 192.0.2.8\n", "contoso.test.", tmp_path) as peer:

        def compared() -> Report:
            return report(peer.port, "127.0.0.1", same=filed(file), timeout=2.0)

        before = compared()
        assert codes(before) == ["LIV104"] * 4
        (tmp_path / "script").write_text(render("nsupdate", before))
        done = subprocess.run([program, str(tmp_path / "script")], capture_output=True, text=True, timeout=20)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert codes(compared()) == []


def test_both_families(serve: Servers) -> None:
    """Servers are found at their IPv6 addresses too, and what is silent there is told."""
    zone = ZONE.replace(f"ns2 A {NS2}", "ns2 AAAA ::1")
    serve(NS1, zone)
    assert codes(report(serve.port, NS1, families=(4, 6))) == ["LIV103"]
    serve("::1", zone)
    found = report(serve.port, NS1, families=(4, 6))
    assert codes(found) == []
    assert {str(each.vantage.server) for each in found.consulted[0].authorities} == {
        f"{NS1}:{serve.port}",
        f"[::1]:{serve.port}",
    }
    assert codes(report(serve.port, NS1)) == [], "without IPv6, ns2 has an address all the same"


def test_an_encrypted_resolver(tmp_path: Path) -> None:
    ca_file = tmp_path / "ca.pem"
    ca_file.write_bytes(CA.cert_pem.bytes())
    with running(GOOD_SERVERS["dot"]()) as port:
        given = vantages_of(f"tls://127.0.0.1:{port}#dns.test", "office", kind=Kind.RESOLVER)
        found = report(port, vantages=given, find=False, ca_file=ca_file, name="corp.test", timeout=2.0)
    (statement,) = found.consulted[0].statements
    response = statement.response("_vlmcs._tcp.corp.test.", "SRV")
    assert response is not None
    assert (response.outcome, response.transport) == ("answer", "dot")


def test_a_key_that_is_none(serve: Servers, tmp_path: Path) -> None:
    serve(NS1, ZONE)
    with pytest.raises(UnreadableInput, match="the key cannot be read"):
        report(serve.port, NS1, same=filed(ZONE), keyfile=str(tmp_path / "none"))


@pytest.mark.usefixtures("each_loop")
def test_async_and_replayed(serve: Servers, tmp_path: Path) -> None:
    serve(NS1, ZONE)
    serve(NS2, OLD)
    tape = tmp_path / "tape"

    def session(**options: object) -> consulting.Session:
        return consult(
            "contoso.test", vantages=vantages_of(f"{NS1}:{serve.port}"), port=serve.port, families=(4,),
            same=filed(ZONE), **options,  # type: ignore[arg-type]
        )  # fmt: skip

    async def run(one: consulting.Session) -> Report:
        with one:
            found = await drive.arun(one.plan, one.source)
            await one.aclose()
            return one.finish(found)

    live = asyncio.run(run(session(record=tape)))
    again = asyncio.run(run(session(replay=tape)))
    assert codes(live) == ["LIV102"]
    assert again.replace(started="", elapsed=0.0) == live.replace(started="", elapsed=0.0)


def test_what_cannot_be_meant() -> None:
    with pytest.raises(KmsdnsError, match="is not in the zone"):
        consult("contoso.test", zone="fabrikam.test")
    with pytest.raises(KmsdnsError, match="name its own file"):
        consult("contoso.test", same=("x.zone", load("$ORIGIN fabrikam.test.\n")))
    with pytest.raises(InvalidName):
        consult("contoso..test")
    assert vantages_of("127.0.0.1:53")[0].server == parse_servers("127.0.0.1:53")[0]
