"""What may stand in a command, and what never gets there."""

from __future__ import annotations

import pytest

from kmsdns.formats.fixes.checks import (
    address_and_port,
    fields,
    host_and_port,
    is_plain,
    unfit_action,
    unfit_change,
)
from kmsdns.model.findings import Do
from tests.formats.fixes.reports import action, change

SKU = "d450596f-894d-49e0-966a-fd39ed4c4c64"


@pytest.mark.parametrize("name", ["contoso.com.", "_vlmcs._tcp.contoso.com", "a", "KMS-01.x", "a" * 63 + ".b", "1.2"])
def test_names_that_are_fit(name: str) -> None:
    assert is_plain(name)


@pytest.mark.parametrize(
    "name",
    ["", ".", "a..b", "-a.b", "a.-b", "a-.b", "a b", "a\n", "a.\n", "a;b", "$(a)", "`a`", "%PATH%", "a\\046b", "a'b",
     'a"b', "é.x", "*.a", "a/b", "a" * 64, "a." * 127 + "b", "/a", "a&b", "a\x00", "@", "a^", "a|b", "a{b}", "\u2019"],
)  # fmt: skip
def test_names_that_are_not(name: str) -> None:
    assert not is_plain(name)
    assert unfit_change(change("add", f"0 0 1688 {name}")) is not None or name == "."
    assert unfit_change(change("add", name=name)) is not None
    assert unfit_action(action(Do.STOP_PUBLISHING, name)) is not None
    assert unfit_action(action(Do.SET_LOOKUP_DOMAIN, value=name)) is not None
    assert unfit_action(action(Do.SET_MANUAL_HOST, value=name)) is not None


@pytest.mark.parametrize("rdata", ["", " ", "\t"])
def test_a_removal_without_record_data_is_never_written(rdata: str) -> None:
    with pytest.raises(ValueError, match="without record data"):
        unfit_change(change("delete", rdata))


def test_a_change_is_an_addition_or_a_removal() -> None:
    with pytest.raises(ValueError, match="add or delete"):
        unfit_change(change("clear"))


@pytest.mark.parametrize(
    ("rdtype", "rdata", "found"),
    [
        ("SRV", "0 65535 1688 kms01.contoso.com.", ("0", "65535", "1688", "kms01.contoso.com.")),
        ("SRV", "0 0 0 .", ("0", "0", "0", ".")),
        ("SRV", "0 0 65536 a.", None),
        ("SRV", "0 00 1 a.", None),
        ("SRV", "0  0 1 a.", None),
        ("SRV", "0 0 1 a. b.", None),
        ("SRV", "0 0 \u0661 a.", None),
        ("A", "192.0.2.1", ("192.0.2.1",)),
        ("A", "192.0.2.1; x", None),
        ("AAAA", "2001:DB8::1", ("2001:db8::1",)),
        ("AAAA", "fe80::1%eth0", None),
        ("CNAME", "a.b.", ("a.b.",)),
        ("CNAME", "a b", None),
        ("TXT", '"x"', None),
    ],
)
def test_record_data(rdtype: str, rdata: str, found: tuple[str, ...] | None) -> None:
    of = change("add", rdata, rdtype=rdtype)
    assert fields(of) == found
    assert (unfit_change(of) is None) is (found is not None)


@pytest.mark.parametrize("ttl", [-1, 2**31])
def test_a_ttl_out_of_range(ttl: int) -> None:
    assert unfit_change(change("add", ttl=ttl)) == "its TTL is out of range"


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("kms01.contoso.com.:1688", ("kms01.contoso.com", "1688")),
        ("kms01", ("kms01", "")),
        ("192.0.2.1:1", ("192.0.2.1", "1")),
        ("[2001:db8::5]:1688", ("[2001:db8::5]", "1688")),
        ("[2001:db8::5]", ("[2001:db8::5]", "")),
        ("2001:db8::5", None),
        ("[2001:db8::5", None),
        ("[kms]:1", None),
        ("[::1]x", None),
        ("kms:", None),
        ("kms:0", None),
        ("kms:1 /ipk x", None),
        ("", None),
    ],
)
def test_hosts_set_by_hand(value: str, found: tuple[str, str] | None) -> None:
    assert host_and_port(value) == found
    assert (unfit_action(action(Do.SET_MANUAL_HOST, value=value)) is None) is (found is not None)


def test_other_values() -> None:
    assert unfit_action(action(Do.SET_ACTIVATION_TYPE, value="2")) is None
    assert unfit_action(action(Do.SET_ACTIVATION_TYPE, value="4")) is not None
    assert unfit_action(action(Do.CLEAR_MANUAL_HOST, sku=SKU)) is None
    assert unfit_action(action(Do.CLEAR_MANUAL_HOST, sku=f"{SKU} x")) == "its activation ID is no GUID"
    assert unfit_action(action(Do.RESTART_SERVICE, "host")) is None


@pytest.mark.parametrize(
    ("server", "found"),
    [
        ("127.0.0.1:53", ("127.0.0.1", "53")),
        ("[::1]:5353", ("::1", "5353")),
        ("::1", None),
        ("dns.example:53", None),
        ("127.0.0.1:x", None),
    ],
)
def test_servers(server: str, found: tuple[str, str] | None) -> None:
    assert address_and_port(server) == found
