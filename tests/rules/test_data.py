"""What rules know of services, names and addresses: sound tables, written by their script, loaded on use."""

from __future__ import annotations

import subprocess
import sys
from ipaddress import ip_network
from itertools import combinations
from pathlib import Path

from kmsdns.core.names import from_text
from kmsdns.core.services import services
from kmsdns.rules import data

ROOT = Path(__file__).parents[2]
NAMES = [name for name in vars(data) if name.isupper()]


def written(*arguments: str) -> dict[str, object]:
    """The module as the script makes it now."""
    code = "import sys; sys.path.insert(0, 'docs'); import data; from pathlib import Path; print(data.text(%s))"
    path = f"Path({arguments[0]!r})" if arguments else "None"
    made = subprocess.run([sys.executable, "-c", code % path], cwd=ROOT, capture_output=True, text=True, check=True)
    namespace: dict[str, object] = {}
    exec(made.stdout, namespace)
    return namespace


def test_the_module_is_what_the_tables_say() -> None:
    made = written()
    assert {name: made[name] for name in NAMES} == {name: getattr(data, name) for name in NAMES}


def test_a_registry_adds_its_names(tmp_path: Path) -> None:
    registry = tmp_path / "iana.csv"
    registry.write_text("Service Name,Port Number,Transport Protocol\nNew-Thing,9,tcp\n,10,udp\nnew-thing,9,udp\n")
    assert written(str(registry))["REGISTERED"] == {"new-thing"}


def test_the_tables_agree() -> None:
    assert len(NAMES) == 8
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
    code = "import sys, kmsdns.rules.catalogue; assert 'kmsdns.rules.data' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
