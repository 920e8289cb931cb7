"""What a client is set up with, and which way that makes it go."""

from __future__ import annotations

import pytest

from kmsdns.kms.config import ClientConfig, manual_endpoint, resolution_path
from kmsdns.kms.evidence.facts import ManualHost, Suffix
from kmsdns.model.snapshot import CachedHost
from kmsdns.services.table import service_from_text

KMS = service_from_text("kms")
CACHED = CachedHost(target="kms09.contoso.com.", port=1688, addresses=(), when="")


def manual(name: str, port: str | None = None) -> ManualHost:
    return ManualHost(source=None, name=name, port=port)


def suffixes(*names: str) -> tuple[Suffix, ...]:
    return tuple(Suffix(name=name) for name in names)


@pytest.mark.parametrize(
    ("name", "port", "target", "number"),
    [
        ("KMS01.contoso.com", "1689", "kms01.contoso.com.", 1689),
        ("kms01.contoso.com.", None, "kms01.contoso.com.", 1688),
        ("kms01", "0", "kms01.", 1688),
        ("192.0.2.5", "", "192.0.2.5", 1688),
        ("[2001:db8::5]", "1688", "[2001:db8::5]", 1688),
        (" kms01.contoso.com ", " 1688 ", "kms01.contoso.com.", 1688),
    ],
)
def test_a_manual_host_as_the_client_reads_it(name: str, port: str | None, target: str, number: int) -> None:
    found = manual_endpoint(manual(name, port))
    assert (found.target, found.port, found.fault, found.is_usable) == (target, number, None, True)


@pytest.mark.parametrize(
    ("name", "port", "says", "usable"),
    [
        ("", "1688", "the name is empty", False),
        (
            "kms01.contoso.com:1688",
            None,
            "the port stands inside the name: the host alone is 'kms01.contoso.com'",
            False,
        ),
        ("kms01:abc", None, "more stands inside the name", False),
        ("2001:db8::5", None, "in brackets, [2001:db8::5]", False),
        ("a..b", None, "label", False),
        ("x" * 64, None, "63", False),
        ("kms01.contoso.com", "sixteen", "'sixteen' is no port", True),
        ("kms01.contoso.com", "65536", "'65536' is no port", True),
        ("kms01.contoso.com", "-1", "'-1' is no port", True),
        ("kms01.contoso.com", "١٦٨٨", "is no port", True),
    ],
)
def test_a_malformed_one(name: str, port: str | None, says: str, usable: bool) -> None:
    found = manual_endpoint(manual(name, port))
    assert says in (found.fault or "")
    assert (found.is_usable, found.port) == (usable, 1688)


def test_a_manual_host_is_terminal() -> None:
    config = ClientConfig(manual=manual("kms01.contoso.com", "1700"), cached=CACHED, suffixes=suffixes("contoso.com."))
    taken = resolution_path(config, KMS)
    assert taken is not None
    assert (taken.manual, taken.cached) == (("kms01.contoso.com.", 1700), None)


def test_a_manual_host_that_is_none_leads_nowhere() -> None:
    assert resolution_path(ClientConfig(manual=manual("a:1"), suffixes=suffixes("contoso.com.")), KMS) is None


def test_the_cached_host_comes_first_unless_caching_is_off() -> None:
    base = ClientConfig(cached=CACHED, suffixes=suffixes("emea.contoso.com.", "contoso.com.", "emea.contoso.com."))
    for caching in (None, True):
        taken = resolution_path(base.replace(caching=caching), KMS)
        assert taken is not None
        assert taken.cached == (taken.names[0], CACHED)
        assert [name.domain for name in taken.names] == ["emea.contoso.com.", "contoso.com."]
    taken = resolution_path(base.replace(caching=False), KMS)
    assert taken is not None
    assert taken.cached is None


def test_the_lookup_domain_takes_the_place_of_the_suffixes() -> None:
    taken = resolution_path(ClientConfig(lookup_domain="kms.test.", suffixes=suffixes("contoso.com.")), KMS)
    assert taken is not None
    assert [name.owner for name in taken.names] == ["_vlmcs._tcp.kms.test."]


def test_without_a_suffix_only_a_known_host_leads_anywhere() -> None:
    assert resolution_path(ClientConfig(suffixes=()), KMS) is None
    assert resolution_path(ClientConfig(), KMS) is None
    taken = resolution_path(ClientConfig(suffixes=(), cached=CACHED), KMS)
    assert taken is not None
    assert taken.names[0].owner == "_vlmcs._tcp."
