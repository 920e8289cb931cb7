"""Service records as they are rightly published: nothing is said of them. And what live answers are judged by."""

from __future__ import annotations

from pathlib import Path

import pytest

from kmsdns.rules.sets import labels_of
from kmsdns.zone import load
from tests.rules.test_srv_mistakes import BASE, DEFAULT, found_in, validate

RIGHT = [
    "_ldap._tcp.city._sites.dc._msdcs TXT x",
    "_vlmcs._tcp.eu SRV 0 0 1688 kms01",
    "_pkixrep._ldap SRV 0 0 389 kms01",
    "_mip6._ipv6 SRV 0 0 1 kms01",
    "_im._xmpp SRV 0 0 1 kms01",
    "_sipfederationtls._tcp SRV 0 0 5061 kms01",
    "_sips._tcp SRV 0 0 5061 kms01\n_sip._udp SRV 0 0 5060 kms01\n_sip._sctp SRV 0 0 5060 kms01",
    "_kerberos._udp SRV 0 0 88 kms01\n_kerberos._tcp SRV 0 0 88 kms01",
    "_minecraft._tcp SRV 0 0 25565 kms01\n_spf TXT x",
    "_VLMCS._TCP SRV 0 0 1688 KMS01.CONTOSO.COM.",
    "_etcd-server-ssl._tcp SRV 0 0 2380 kms01\n_etcd-server-ssl._tcp SRV 0 0 2380 kms02",
    "_my-own-thing._tcp SRV 0 0 9 kms01",
    "_ldp._tcp SRV 0 0 646 kms01\n_smpp._tcp SRV 0 0 2775 kms01\n_soap._tcp SRV 0 0 8080 kms01",
    "_443._tcp.www TXT x\n_443._tcp CNAME dane.example.net.",
    "_autodiscover._tcp CNAME _autodiscover._tcp.example.net.",
    "_dmarc CNAME dmarc.example.net.\n_acme-challenge CNAME acme.example.net.",
    "a._domainkey CNAME keys.example.net.\n_domainkey TXT x",
    "*._tcp SRV 0 0 0 .\n*._udp SRV 0 0 0 .",
    "_printer._sub._http._tcp SRV 0 0 80 kms01",
    "$ORIGIN _tcp.contoso.com.\n_vlmcs SRV 0 0 1688 kms01.contoso.com.",
    "$GENERATE 1-2 _vlmcs._tcp.site$ SRV 0 0 1688 kms0$.contoso.com.",
    "_http._tcp PTR Our\\ \\_x\\.\\240.y._http._tcp\nOur\\ \\_x\\.\\240.y._http._tcp TXT x",
    "_http._tcp PTR Caf\\195\\169._http._tcp\nCaf\\195\\169._http._tcp TXT x\nCaf\\195\\169._http._tcp SRV 0 0 9 ns1",
    "_http._tcp PTR _odd._http._tcp\n_odd._http._tcp TXT x\n_odd._http._tcp SRV 0 0 80 kms01",
    "10.0.0.5 A 192.0.2.5\n_x._tcp SRV 0 0 9 kms01.contoso.com.",
]  # fmt: skip


@pytest.mark.parametrize("lines", RIGHT)
def test_what_is_right_is_let_pass(lines: str) -> None:
    assert found_in(BASE + lines + "\n") == []


@pytest.mark.parametrize("is_public", [None, False])
def test_the_zone_of_the_standard_is_clean(is_public: bool | None, corpora: Path) -> None:
    zone = load((corpora / "rfc" / "rfc2782-example.zone").read_text(), path="rfc2782")
    report = validate([("rfc2782", zone)], DEFAULT, is_public=is_public)
    assert [each.code for each in report.findings if each.code.startswith("S")] == []


def test_documentation_belongs_into_examples_only() -> None:
    whole = BASE.replace("contoso.com", "fabrikam.de") + "_vlmcs._tcp SRV 0 0 1688 kms01\n"
    assert found_in(whole) == [], "a zone without any other address is an example"
    real = whole + "www A 93.184.216.34\n"
    assert found_in(real) == found_in(real, is_public=True) == [("SRV313", "kms01")]


@pytest.mark.parametrize(
    ("owner", "origin", "labels"),
    [
        ("_a._tcp.b.", "b.", (None, "_a", "_tcp", "b.")),
        ("_a._tcp.c.b.", "b.", (None, "_a", "_tcp", "c.b.")),
        ("i._a._tcp.b.", "b.", ("i", "_a", "_tcp", "b.")),
        ("_i._a._udp.b.", "b.", ("_i", "_a", "_udp", "b.")),
        ("i.a._tcp.b.", "b.", (None, "i", "a", "_tcp.b.")),
        ("_a._tcp.b.", "_tcp.b.", (None, "_a", "_tcp", "b.")),
        ("_a._tcp.b.", "_a._tcp.b.", (None, "_a", "_tcp", "b.")),
        ("_a.b.", "b.", (None, None, None, "b.")),
        ("b.", "b.", (None, None, None, ".")),
        (".", ".", (None, None, None, ".")),
    ],
)
def test_labels_of_an_owner(owner: str, origin: str, labels: tuple[str | None, ...]) -> None:
    assert labels_of(owner, origin) == labels
