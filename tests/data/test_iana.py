"""docs/data.py: IANA's registries, read as IANA offers them."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from kmsdns.data import about, rows
from kmsdns.services import registry
from tests.data.conftest import Copy

ROOT = Path(__file__).parents[2]

CSV = """Service Name,Port Number,Transport Protocol,Description,Assignee,Contact,Registration Date,Modification Date
New-Thing,9,tcp,"told, on
two lines",,,2025-01-02,
,10,udp,Reserved,,,,2026-03-04
new-thing,9,udp,,,,,
two,1,tcp,,,,,
two,2,tcp,,,,,
range,6000-6063,tcp,,,,,
portless,,,,,,2025-07-08,
no_service,5,tcp,,,,,
99,6,tcp,,,,,
"""
XML = """<?xml version='1.0' encoding='UTF-8'?>
<registry xmlns="http://www.iana.org/assignments" id="service-names-port-numbers"><updated>2026-03-05</updated>
<record date="2025-01-02"><name>New-Thing</name><protocol>tcp</protocol><number>9</number></record>
<record updated="2026-03-04"><description>Reserved</description><protocol>udp</protocol><number>10</number></record>
<record><name>two</name><number>1</number></record><record><name>two</name><number>2</number></record>
<record><name>range</name><number>6000-6063</number></record><record><name>portless</name></record>
<record><name>no_service</name><number>5</number></record><record><name>99</name><number>6</number></record></registry>
"""


@pytest.mark.parametrize("excerpt", [CSV, XML], ids=["csv", "xml"])
@pytest.mark.parametrize("scheme", ["", "file://"])
def test_the_registry_is_read_as_iana_offers_it(copy: Copy, excerpt: str, scheme: str) -> None:
    path = copy.folder / "its-name"
    path.write_text(excerpt)
    made = copy.ran("docs/data.py", "--services", f"{scheme}{path}")
    assert (made.returncode, made.stderr) == (0, "")
    assert "iana-services.csv" in made.stdout
    head, _, found = (copy.files / "iana-services.csv").read_text().partition("\nname,port\n")
    assert found == "new-thing,9\nportless,\nrange,\ntwo,\n"
    assert f"its-name, SHA-256 {hashlib.sha256(excerpt.encode()).hexdigest()}\n# date: 2026-03-04\n# refresh: " in head
    code = """if True:
        from kmsdns.services.registry import is_registered, port_of
        print([port_of(name) for name in ("new-thing", "portless", "range", "two", "thing", "", "name")])
        print([is_registered(name) for name in ("new-thing", "portless", "two", "thing", "", "name")])
    """
    told = copy.ran("-c", code).stdout.splitlines()
    assert told == ["[9, None, None, None, None, None, None]", "[True, True, True, False, False, False]"]


def test_the_registry_that_is_here() -> None:
    names = [name for name, _port in rows("iana-services.csv")]
    assert len(names) > 7000
    assert all(map(registry.is_registered, names[::100]))
    assert {name: registry.port_of(name) for name in ("ldap", "name", "2ping", "1password", "zymed-zpp", "irc6")} == {
        "ldap": 389,
        "name": 42,
        "2ping": 15998,
        "1password": None,
        "zymed-zpp": 2133,
        "irc6": None,
    }
    assert "February 2026" in (ROOT / "kmsdns/rules/srv/names.py").read_text(), "SRV107 says of when the registry is"
    assert about("iana-services.csv")["date"].startswith("2026-02")


@pytest.mark.parametrize(
    ("excerpt", "missing"),
    [
        ("Name,Reference\ntest.,[RFC6761]\nnew.arpa.,[RFC9999]\n", ["new.arpa"]),
        ('Address Block,Name,RFC\n127.0.0.0/8,Loopback,x\n"192.0.0.170/32, 192.0.0.171/32",y,z\n', ["192.0.0.170/32"]),
        ("RR Type,_NODE NAME,Reference\nSRV,_tcp,x\nTXT,_dmarc,y\nSRV,_quic,z\n", ["_quic"]),
    ],
)
def test_what_the_tables_lack_is_told(tmp_path: Path, excerpt: str, missing: list[str]) -> None:
    path = tmp_path / "iana.csv"
    path.write_text(excerpt)
    told = subprocess.run(
        [sys.executable, "docs/data.py", "--compare", str(path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == missing
