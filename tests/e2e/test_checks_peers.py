"""The same spec, met and missed alike at NSD, at BIND, at Unbound before the bundled server, and at that itself."""

from __future__ import annotations

from pathlib import Path

import pytest

import kmsdns
from kmsdns.spec.reader import read_text
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


def test_a_zone_beside_its_file(server: str, tmp_path: Path) -> None:
    """By transfer where the server allows it, else question by question."""
    (tmp_path / "contoso.zone").write_text(ZONE)
    assert judged(SAME, server, folder=tmp_path) == []
    (tmp_path / "contoso.zone").write_text(ZONE.replace("192.0.2.80", "192.0.2.90"))
    assert judged(SAME, server, folder=tmp_path) == ["LIV104", "LIV104"]
