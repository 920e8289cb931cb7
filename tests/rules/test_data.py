"""What rules know of services, names and addresses: tables that agree with one another, loaded on use."""

from __future__ import annotations

import subprocess
import sys
from ipaddress import ip_network
from itertools import combinations
from pathlib import Path

import pytest

from kmsdns.model.names import from_text
from kmsdns.rules import data
from kmsdns.rules.kms.manual_host import _suspicion

ROOT = Path(__file__).parents[2]
NAMES = [name for name in vars(data) if name.isupper() and name[0] != "_"]


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


def test_domains_of_examples_and_those_that_are_not_delegated() -> None:
    assert set(data.EXAMPLE_NAMES) & set(data.SPECIAL_NAMES) == {"test", "example"}
    assert "contoso.com" in data.EXAMPLE_NAMES
    assert "local" in data.SPECIAL_NAMES


@pytest.mark.parametrize(
    "target",
    ["kms.core.windows.net.", "kms.core.chinacloudapi.cn.", "20.118.99.224.", "169.254.169.250.", "[169.254.169.251]"],
)
def test_the_hosts_of_clouds_are_known_by_name_and_by_address(target: str) -> None:
    assert "a cloud provider's KMS host" in (_suspicion(target) or "")
    assert "a cloud provider's KMS host" not in (_suspicion(target.replace("kms.", "kmz.").replace("2", "3")) or "")


def test_the_tables_are_loaded_on_use() -> None:
    code = """if True:
        import sys, kmsdns
        def loaded():
            return [name for name in ("rules.data", "services.registry") if f"kmsdns.{name}" in sys.modules]
        import kmsdns.rules.catalogue
        assert loaded() == []
        kmsdns.validate("zonefiles/healthy.zone")
        assert loaded() == ["rules.data"]
    """
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
