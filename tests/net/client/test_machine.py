"""A machine's own settings, from a stand-in for the registry of Windows: what is read, and what never is."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Self

import pytest
from pytest_mock import MockerFixture

import kmsdns
from kmsdns.cli import run
from kmsdns.errors import NothingConfigured
from kmsdns.formats import Style, render
from kmsdns.kms.diagnosis import would_show
from kmsdns.kms.evidence import read, registry
from kmsdns.kms.evidence.facts import Level, Product, SuffixOrigin, Topic
from kmsdns.net.client import machine
from kmsdns.net.client.machine import PATH, read_settings

NT = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion"
SPP = rf"HKEY_LOCAL_MACHINE\{NT}\SoftwareProtectionPlatform"
OSPP = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\OfficeSoftwareProtectionPlatform"
REMEMBERED = rf"HKEY_USERS\S-1-5-20\{NT}\SoftwareProtectionPlatform"
TCPIP = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters"
POLICY = r"HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\Windows NT\DNSClient"
WINDOWS = "55c92734-d682-4d71-983e-d6ec3f16059f"
OFFICE = "0ff1ce15-a989-479d-af46-f275c6370663"
SKU = "d450596f-894d-49e0-966a-fd39ed4c4c64"
SZ, EXPAND, BINARY, DWORD, MULTI, QWORD = 1, 2, 3, 4, 7, 11
KEY = "-".join(["ABCDE"] * 5)  # in the shape of a product key

Tree = dict[str, dict[str, tuple[object, int]] | OSError]


class Registry:
    """What of winreg is used, over a tree: path -> values, or the error that opening it gives."""

    KEY_READ, KEY_WOW64_64KEY = 0x20019, 0x100
    HKEY_LOCAL_MACHINE, HKEY_USERS = "HKEY_LOCAL_MACHINE", "HKEY_USERS"

    def __init__(self, tree: Tree) -> None:
        self.tree = {path.lower(): (path, values) for path, values in tree.items()}
        self.asked: set[str] = set()

    def OpenKey(self, root: str, path: str, reserved: int, access: int) -> Key:
        assert (reserved, access) == (0, self.KEY_READ | self.KEY_WOW64_64KEY)
        full = f"{root}\\{path}".lower()
        for known, (_path, values) in self.tree.items():
            if known == full and isinstance(values, OSError):
                raise values
            if known == full or known.startswith(full + "\\"):
                return Key(full)
        raise FileNotFoundError(2, "The system cannot find the file specified")

    def QueryValueEx(self, key: Key, name: str) -> tuple[object, int]:
        self.asked.add(name)
        _path, values = self.tree.get(key.path, ("", {}))
        folded = {each.lower(): value for each, value in values.items()} if isinstance(values, dict) else {}
        if name.lower() not in folded:
            raise FileNotFoundError(2, "The system cannot find the file specified")
        return folded[name.lower()]

    def EnumKey(self, key: Key, index: int) -> str:
        depth = key.path.count("\\") + 1
        below = [path.split("\\")[depth] for path, _ in self.tree.values() if path.lower().startswith(key.path + "\\")]
        names = list(dict.fromkeys(below))
        if index >= len(names):
            raise OSError(22, "No more data is available")
        return names[index]


class Key:
    """An open key."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


@pytest.fixture
def windows(mocker: MockerFixture, monkeypatch: pytest.MonkeyPatch):
    """Makes this a Windows machine with such a registry, and such suffixes as dnspython finds there."""

    def make(tree: Tree, *search: str) -> Registry:
        found = Registry(tree)
        settings = SimpleNamespace(domain=None, nameservers=[], search=list(search))
        mocker.patch("sys.platform", "win32")
        monkeypatch.setitem(sys.modules, "winreg", found)
        monkeypatch.setitem(sys.modules, "dns.win32util", SimpleNamespace(get_dns_info=lambda: settings))
        return found

    return make


def text(tree: Tree, windows) -> str:
    windows(tree)
    return read_settings().export.decode("utf-16")


def test_it_reads_the_three_levels_the_cache_and_the_dns_client(windows) -> None:
    windows(
        {
            SPP: {"KeyManagementServiceName": ("kms-all.contoso.com", SZ), "KeyManagementServicePort": ("1688", SZ)},
            rf"{SPP}\{OFFICE}": {"KeyManagementServiceName": ("kms-app.contoso.com", SZ)},
            rf"{SPP}\{OFFICE}\{SKU}": {
                "KeyManagementServiceName": ("kms-sku.contoso.com", SZ),
                "VLActivationType": (2, DWORD),
            },
            OSPP: {"KeyManagementServiceName": ("kms-old.contoso.com", SZ)},
            rf"{REMEMBERED}\{WINDOWS}\{SKU}": {"DiscoveredKeyManagementServiceIpAddress": ("192.0.2.9", SZ)},
            POLICY: {"AppendToMultiLabelName": (0, DWORD), "SearchList": ("corp.contoso.com,contoso.com", SZ)},
            TCPIP: {"Domain": ("emea.contoso.com", SZ), "Hostname": ("PC42", SZ)},
            rf"{TCPIP}\Interfaces\{{{SKU}}}": {"DhcpDomain": ("lan", SZ), "DhcpNameServer": ("192.0.2.53", SZ)},
        }
    )
    found = read_settings()
    facts = read(found.export, PATH)
    assert found.unread == ()
    assert [(each.name, each.level, each.product) for each in facts.manual] == [
        ("kms-all.contoso.com", Level.GLOBAL, None),
        ("kms-app.contoso.com", Level.APP, Product.OFFICE),
        ("kms-sku.contoso.com", Level.SKU, Product.OFFICE),
        ("kms-old.contoso.com", Level.GLOBAL, Product.OFFICE),
    ]
    assert [each.addresses for each in facts.remembered] == [("192.0.2.9",)]
    assert {(each.name, each.origin) for each in facts.suffixes} == {
        ("emea.contoso.com.", SuffixOrigin.PRIMARY),
        ("corp.contoso.com.", SuffixOrigin.SEARCH_LIST),
        ("contoso.com.", SuffixOrigin.SEARCH_LIST),
        ("lan.", SuffixOrigin.CONNECTION),
    }
    claims = {each.topic: each.value for each in facts.claims}
    assert (claims[Topic.APPEND_TO_MULTI_LABEL], claims[Topic.DNS_SERVER]) == (False, "192.0.2.53")
    assert (claims[Topic.MACHINE], claims[Topic.ACTIVATION_TYPE]) == ("PC42", "kms")
    assert facts.manual[0].source.path == PATH


def test_no_other_value_is_asked_for(windows) -> None:
    secret = {"DigitalProductId": (KEY.encode(), BINARY), "BackupProductKeyDefault": (KEY, SZ), "UserName": ("mia", SZ)}
    found = windows({key: {**secret, "KeyManagementServiceName": ("kms01", SZ)} for key in (SPP, rf"{SPP}\{WINDOWS}")})
    export = read_settings().export.decode("utf-16")
    assert found.asked == set(machine.LICENSING), "the other keys aren't there"
    for word in ("ABCDE", "mia", "DigitalProductId", "BackupProductKey"):
        assert word not in export
    assert not any("productkey" in name.lower() for name in found.asked)


def test_a_product_key_in_a_host_name_is_dropped_on_reading(windows) -> None:
    windows({SPP: {"KeyManagementServiceName": (KEY, SZ)}})
    report = kmsdns.diagnose(offline=True)
    assert KEY not in render("json", report, Style())


def test_every_value_is_understood_and_gathered_by_the_script_too() -> None:
    source = Path(registry.__file__).read_text().lower()
    script = (Path(registry.__file__).parents[1] / "collect.ps1").read_text()
    for name in (*machine.LICENSING, *machine.POLICY, *machine.SYSTEM_POLICY, *machine.TCPIP, *machine.INTERFACE):
        assert name.lower() in source, name
    listed = re.search(r"\$LicensingValues = @\((.*?)\n\)", script, re.DOTALL)
    assert listed is not None
    assert set(re.findall(r"'(\w+)'", listed.group(1))) == set(machine.LICENSING)
    trees = re.search(r"\$LicensingTrees = @\((.*?)\n\)", script, re.DOTALL)
    assert trees is not None
    named = {each.replace("$WindowsNT", NT) for each in re.findall(r"[\"'](HKEY[^\"']+)[\"']", trees.group(1))}
    assert named == {f"{root}\\{key}" for root, key, names, _levels in machine.KEYS if names is machine.LICENSING}


@pytest.mark.parametrize(
    ("value", "kind", "line"),
    [
        ("kms01", SZ, '"kms01"'),
        ("", SZ, '""'),
        ('a\\b"c', SZ, r'"a\\b\"c"'),
        ("a\r\n[HKEY_USERS]", SZ, "hex(1):61,00,0d,00,0a,00,5b,00"),
        ("\udc80", SZ, "hex(1):80,dc,00,00"),
        ("%x%", EXPAND, "hex(2):25,00,78,00,25,00,00,00"),
        (1688, DWORD, "dword:00000698"),
        (4294967295, DWORD, "dword:ffffffff"),
        (1688, QWORD, "hex(b):98,06,00,00,00,00,00,00"),
        (["a", "b"], MULTI, "hex(7):61,00,00,00,62,00,00,00,00,00"),
        ([], MULTI, "hex(7):00,00"),
        (b"\x01\xff", BINARY, "hex:01,ff"),
        (None, BINARY, "hex:"),
        (None, SZ, "hex(1):"),
        (None, 0, "hex(0):"),
        (b"a\0", SZ, "hex(1):61,00"),
    ],
)
def test_values_of_any_type_are_written_as_an_export_has_them(value: object, kind: int, line: str, windows) -> None:
    lines = text({SPP: {"KeyManagementServiceName": (value, kind)}}, windows).split("\r\n")
    assert lines[3].startswith(f'"KeyManagementServiceName"={line}'), lines
    assert [each[0] for each in lines if each] == ["W", "[", '"'], "one line, whatever is in it"
    read(read_settings().export, PATH)


def test_a_port_of_the_wrong_type_is_told(windows) -> None:
    windows({SPP: {"KeyManagementServiceName": ("kms01.contoso.com", SZ), "KeyManagementServicePort": (1689, DWORD)}})
    report = kmsdns.diagnose(offline=True)
    assert {"KMS101", "KMS107"} <= {each.code for each in report.findings}


@pytest.mark.parametrize("error", [PermissionError(13, "Access is denied"), OSError(1450, "Insufficient resources")])
def test_a_key_that_cannot_be_read_is_told_and_the_rest_is_read(error: OSError, windows) -> None:
    windows(
        {
            REMEMBERED: error,
            rf"{SPP}\{WINDOWS}": error,
            SPP: {"KeyManagementServiceName": ("kms01.contoso.com", SZ)},
        }
    )
    report = kmsdns.diagnose(offline=True)
    assert str(report.clients[0].config.manual.name) == "kms01.contoso.com"
    assert len(report.notices) == 2
    for key, notice in zip((rf"{SPP}\{WINDOWS}", REMEMBERED), report.notices, strict=True):
        assert notice.startswith(f"{key} can't be read (")
    assert ("run kmsdns elevated" in report.notices[0]) is isinstance(error, PermissionError)


def test_an_empty_registry_has_no_suffix(windows) -> None:
    windows({})
    report = kmsdns.diagnose(offline=True)
    assert (would_show(report.clients[0]), report.clients[0].config.suffixes) == ("0x8007007B", ())


def test_what_dnspython_finds_counts_where_the_registry_has_no_suffix(windows) -> None:
    windows({}, "lan.example")
    report = kmsdns.diagnose(offline=True)
    assert [each.name for each in report.clients[0].config.suffixes] == ["lan.example."]


def test_a_name_or_evidence_leaves_the_machine_out(windows) -> None:
    found = windows({SPP: {"KeyManagementServiceName": ("kms01.contoso.com", SZ)}})
    evidence = [("x.txt", Path("fixtures/evidence/ipconfig-domain.txt").read_bytes())]
    for report in (kmsdns.diagnose("contoso.com", offline=True), kmsdns.diagnose(evidence=evidence, offline=True)):
        assert report.clients[0].config.manual is None
    assert found.asked == set()


def test_the_command_shows_where_a_setting_was_found(windows, capsys: pytest.CaptureFixture[str]) -> None:
    windows({SPP: {"KeyManagementServiceName": ("kms01.contoso.com", SZ)}, TCPIP: {"Domain": ("contoso.com", SZ)}})
    run(["diagnose", "--offline", "--json", "--no-config"])
    document = json.loads(capsys.readouterr().out)
    client = document["result"]["client"]
    assert (client["manual"], client["suffixes"], client["evidence"]) == ("kms01.contoso.com", ["contoso.com."], [PATH])
    assert document["result"]["chain"][0]["step"] == "manual"


def test_elsewhere_nothing_changes(mocker: MockerFixture) -> None:
    mocker.patch("kmsdns.sessions.diagnose.own_system_suffixes", return_value=())
    with pytest.raises(NothingConfigured, match="this machine has no DNS suffix to search"):
        kmsdns.diagnose(offline=True)
