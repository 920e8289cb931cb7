"""What rules know of services, names and addresses: sound tables, written by their script, loaded on use."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from ipaddress import ip_network
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from kmsdns.model.names import from_text
from kmsdns.rules import data
from kmsdns.services import registry
from kmsdns.services.table import services

ROOT = Path(__file__).parents[2]
NAMES = [name for name in vars(data) if name.isupper()]


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


def script(code: str, *arguments: str) -> str:
    """What a program prints that has docs/data.py as its module data."""
    code = f"import sys; sys.path.insert(0, 'docs'); import data; {code}"
    made = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return made.stdout


def executed(source: str) -> dict[str, Any]:
    namespace: dict[str, Any] = {}
    exec(source, namespace)
    return namespace


def test_the_module_is_what_the_tables_say() -> None:
    made = executed(script("print(data.text())"))
    assert {name: made[name] for name in NAMES} == {name: getattr(data, name) for name in NAMES}


@pytest.mark.parametrize("excerpt", [CSV, XML], ids=["csv", "xml"])
@pytest.mark.parametrize("scheme", ["", "file://"])
def test_the_registry_is_read_as_iana_offers_it(tmp_path: Path, excerpt: str, scheme: str) -> None:
    path = tmp_path / "registry"
    path.write_text(excerpt)
    source = script("print(data.registry(data.octets(sys.argv[1]), 'its-name'))", f"{scheme}{path}")
    made = executed(source)
    assert made["NAMES"].split() == ["new-thing:9", "portless:", "range:", "two:"]
    assert "names, 4 of them" in source
    assert "The copy is its-name, whose latest entry is of 2026-03-04" in source
    assert hashlib.sha256(excerpt.encode()).hexdigest() in source
    assert [made["port_of"](name) for name in ("new-thing", "portless", "range", "two", "thing", "")] == [
        9,
        *[None] * 5,
    ]
    assert [made["is_registered"](name) for name in ("new-thing", "portless", "thing", "")] == [
        True,
        True,
        False,
        False,
    ]


def test_the_registry_that_is_here_and_the_tables_agree() -> None:
    words = registry.NAMES.split()
    assert len(words) == int(registry.__doc__.split()[5]) > 7000
    assert words == sorted(set(words))
    assert max(map(len, registry.NAMES.splitlines())) <= 120
    for name, (_protos, port) in data.SERVICES.items():
        assert registry.port_of(name) in (None, port, 194), "194 is where nobody talks IRC"


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


def test_the_tables_agree() -> None:
    assert len(NAMES) == 7
    assert not set(data.SYNONYMS) & set(data.SERVICES)
    assert set(data.SYNONYMS.values()) <= set(data.SERVICES)
    for protos, port in data.SERVICES.values():
        assert {f"_{proto}" for proto in protos} <= set(data.UNDERSCORED)
        assert port is None or 0 < port < 65536
    networks = [ip_network(prefix) for prefix in data.SPECIAL_ADDRESSES]
    assert not any(one.version == other.version and one.overlaps(other) for one, other in combinations(networks, 2))
    for name in (*data.SPECIAL_NAMES, *data.EXAMPLE_NAMES, *data.RETIRED_TARGETS):
        assert from_text(name) == f"{name}."


def test_services_that_discover_knows_are_known_here() -> None:
    for service in services().values():
        protos, port = data.SERVICES[service.service[1:]]
        assert service.proto[1:] in protos
        assert port == service.port


def test_the_tables_are_loaded_on_use() -> None:
    code = """if True:
        import sys, kmsdns
        def loaded():
            return [name for name in ("data", "registry") if f"kmsdns.rules.{name}" in sys.modules]
        import kmsdns.rules.catalogue
        assert loaded() == []
        kmsdns.validate("zonefiles/healthy.zone")
        assert loaded() == ["data"]
    """
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
