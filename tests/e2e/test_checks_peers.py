"""The same spec, met and missed alike at NSD, at BIND, at Unbound before the bundled server, and at that itself."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path

import dns.dnssec
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.zone
import pytest

import kmsdns
from kmsdns.net.files.specs import read_text
from kmsdns.testing import DnsServer
from tests import peers
from tests.checks import ZONE, codes

ORIGIN = "contoso.com."
SERVICE = '[[check]]\nservice = "_vlmcs._tcp.contoso.com"\n'
CHECKS = (  # what holds everywhere, and what fails everywhere with these codes
    ('exactly = ["0 50 1688 kms01.contoso.com.", { target = "kms02.contoso.com." }, { priority = 10 }]', []),
    ("exactly = []", ["EXP102"] * 3),
    ('contains = ["0 9 1688 kms02.contoso.com."]', ["EXP103"]),
    ('any_of = ["0 0 1 a."]', ["EXP101"]),
    ("none_of = [{ priority = 10 }]", ["EXP106"]),
    ("count = { min = 3 }\nttl = { max = 3600 }", []),
    ("ttl = { max = 60 }", ["EXP104"]),
    ('rcode = "NXDOMAIN"', ["EXP105"]),
    ('share = { "kms01.contoso.com." = 0.5 }', []),
    ('share = { "kms01.contoso.com." = 0.9 }', ["EXP109"]),
    ('flags = ["tc"]', ["EXP111"]),
    ("targets = { resolve = true, alias = false }", []),
    ('targets = { within = ["10.0.0.0/8", "2001:db8::/32"] }', ["EXP113"]),
    ("consistent = true", []),
)
OTHERS = """\
[[check]]
name = "contoso.com"
type = "MX"
exactly = ["10 mail.contoso.com."]
[[check]]
name = "contoso.com"
type = "TXT"
exactly = ['"v=spf1; -all" second']
[[check]]
name = "nowhere.contoso.com"
type = "A"
rcode = "NXDOMAIN"
[[check]]
zone = "contoso.com"
serial = "equal"
"""
DIGEST = "00ff" * 16
TYPES = f"""
LOC 52 14 05.5 S 00 08 50.25 E 10.25m 2m 3m 4m | URI 10 1 "ftp://ftp1.contoso.com/public" | CERT PKIX 1 8 AQIDBA==
CDS 60485 13 2 {DIGEST} | CDNSKEY 257 3 13 AQIDBAUG | CSYNC 66 3 A NS AAAA | ZONEMD 2018031500 1 1 {DIGEST}{"00" * 16}
TLSA 3 1 1 {DIGEST} | SMIMEA 3 1 1 {DIGEST} | SSHFP 4 2 {DIGEST} | OPENPGPKEY AQID | HINFO "a b" c | CAA 0 issue "ca"
RP admin.contoso.com. INFO.contoso.com. | AFSDB 1 DB.contoso.com. | RT 10 relay.contoso.com. | KX 10 KX.contoso.com.
PX 10 px.contoso.com. X400.contoso.com. | MB MAIL.contoso.com. | MG mail.contoso.com. | MR mail.contoso.com.
MINFO mail.contoso.com. MAIL.contoso.com. | NAPTR 100 50 "s" "SIP+D2U" "" _SIP._udp.contoso.com. | X25 "311061700956"
APL 1:192.168.32.0/21 !1:192.168.38.0/28 | IPSECKEY 10 1 2 192.0.2.38 AQID | ISDN "150862028003217" "004"
DHCID AAIBY2/AuCccgoJbsaxcQc9TUapptP69 | EUI48 00-00-5e-00-53-2a | EUI64 00-00-5e-ef-10-00-00-2a | L32 10 10.1.2.0
NID 10 0014:4fff:ff20:ee64 | L64 10 2001:0db8:1140:1000 | LP 10 l64.contoso.com.
SVCB 1 . alpn=h2 | HTTPS 1 . port=8443
GPOS -32.6882 116.8652 10.0 | AVC x | RESINFO qnamemin | WALLET a b | NINFO y | AMTRELAY 10 0 1 203.0.113.15
DSYNC CDS NOTIFY 53 ns1.contoso.com. | HIP 2 200100107B1A74DF365639CC39F1D578 AwEAAbdxyhNuSutc5EMzxTs9LBPCIkOFH8cIvM4p
NSAP 0x47000580005a0000000001e133ffffff00016100 | TYPE65280 \\# 3 010203
"""
RECORDS = [record.strip().split(" ", 1) for line in TYPES.strip().split("\n") for record in line.split("|")]
"""Types that are rarely used, and rdata."""

SAME = '[[check]]\nzone = "contoso.com"\nfile = "contoso.zone"\nsame = "all"\n'


@pytest.fixture(scope="module", params=["bundled", "nsd", "named", "unbound"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("peer")
    with DnsServer(ZONE) as bundled:
        if request.param == "bundled":
            yield bundled.address
        elif request.param == "nsd":
            with peers.nsd(ZONE, ORIGIN, folder) as peer:
                yield peer.address
        elif request.param == "named":
            with peers.updatable(ZONE, ORIGIN, folder) as peer:
                yield peer.address
        else:
            with peers.unbound(ORIGIN, bundled.address, folder) as peer:
                yield peer.address


def judged(text: str, *servers: str, folder: Path | None = None) -> list[str]:
    path = "a.kmsdns.toml" if folder is None else str(folder / "a.kmsdns.toml")
    listed = ", ".join(f'"{server}"' for server in servers)
    asked = text.replace("[[check]]", '[[check]]\nfrom = ["at"]')
    return codes(kmsdns.check(read_text(path, f"[vantage]\nat = [{listed}]\n{asked}")))


def test_the_whole_matrix(server: str) -> None:
    with DnsServer(ZONE) as bundled:
        for check, missed in CHECKS:
            found = judged(f"{SERVICE}{check}\n", server, bundled.address)
            if check.startswith("ttl"):
                found = sorted(set(found))  # a cache counts down, so that there may be two
            assert found == missed, check
        assert judged(OTHERS, server, bundled.address) == []


def signed(text: str) -> tuple[str, str]:
    """A zone with signatures, and the DS record of its key."""
    pytest.importorskip("cryptography", reason="signing a zone needs cryptography")
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    dnskey = dns.dnssec.make_dnskey(key.public_key(), dns.dnssec.Algorithm.ED25519, flags=257)
    zone = dns.zone.from_text(text, relativize=False)
    dns.dnssec.sign_zone(zone, keys=[(key, dnskey)], lifetime=86400, add_dnskey=True)
    return zone.to_text(), f"{ORIGIN} DS {dns.dnssec.make_ds(zone.origin, dnskey, 'SHA256')}"


def test_what_a_resolver_has_validated(tmp_path: Path) -> None:
    """It sets AD for those who want to know alone (RFC 6840 5.8), whatever else is asked in the same run."""
    zone, anchor = signed(ZONE)
    checks = (
        f'{SERVICE}flags = ["ad"]\n{SERVICE}count = 3\n[[check]]\nname = "no.contoso.com"\ntype = "A"\nflags = ["ad"]\n'
    )
    with peers.nsd(zone, ORIGIN, tmp_path) as authority:
        (tmp_path / "validating").mkdir()
        with (
            peers.unbound(ORIGIN, authority.address, tmp_path) as plain,
            peers.unbound(ORIGIN, authority.address, tmp_path / "validating", anchor) as validating,
        ):
            assert judged(checks, validating.address) == []
            assert judged(f'{SERVICE}flags = ["!ad"]\n', validating.address) == ["EXP111"]
            assert judged(checks, plain.address) == ["EXP111", "EXP111"]
            assert judged(checks, authority.address) == ["EXP111", "EXP111"], "it is asked for what it has itself"


def as_others_encode(rdtype: str, rdata: str) -> str:
    """A record for a server that may not know the type: rdata from dnspython, where that has more than octets of it."""
    kind = dns.rdatatype.from_text(rdtype)
    if dns.rdata.get_rdata_class(dns.rdataclass.IN, kind) is dns.rdata.GenericRdata and not rdata.startswith("\\"):
        return f"{rdtype} {rdata}"
    wire = dns.rdata.from_text(dns.rdataclass.IN, kind, rdata).to_wire()
    return f"TYPE{int(kind)} \\# {len(wire)} {wire.hex()}"


@pytest.mark.parametrize("kind", ["bundled", "nsd", "unbound"])
def test_records_of_every_type(kind: str, tmp_path: Path) -> None:
    """By mnemonic and by number: met, and missed."""
    lines = [f"t{at} {as_others_encode(*record)}\n" for at, record in enumerate(RECORDS)]
    zone = f"{ZONE}{''.join(lines)}"
    with ExitStack() as stack:
        server = stack.enter_context(DnsServer(zone) if kind != "nsd" else peers.nsd(zone, ORIGIN, tmp_path))
        if kind == "unbound":
            server = stack.enter_context(peers.unbound(ORIGIN, server.address, tmp_path))
        checks = [
            f'[[check]]\nname = "t{at}.contoso.com"\ntype = "{rdtype}"\nexactly = [{json.dumps(rdata)}]\n'
            for at, (rdtype, rdata) in enumerate(RECORDS)
        ]
        assert judged("".join(checks), server.address) == []
        numbers = [f'type = "type{int(dns.rdatatype.from_text(rdtype))}"' for rdtype, _rdata in RECORDS]
        by_number = [
            check.replace(f'type = "{rdtype}"', number)
            for check, (rdtype, _rdata), number in zip(checks, RECORDS, numbers, strict=True)
        ]
        assert judged("".join(by_number), server.address) == []
        gone = [check.replace("exactly", "none_of") for check in checks]
        assert judged("".join(gone), server.address) == ["EXP106"] * len(gone)


def test_a_zone_beside_its_file(server: str, tmp_path: Path) -> None:
    """By transfer where the server allows it, else question by question."""
    (tmp_path / "contoso.zone").write_text(ZONE)
    assert judged(SAME, server, folder=tmp_path) == []
    (tmp_path / "contoso.zone").write_text(ZONE.replace("192.0.2.80", "192.0.2.90"))
    assert judged(SAME, server, folder=tmp_path) == ["LIV104", "LIV104"]
