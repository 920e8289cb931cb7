"""Names: one spelling for one sequence of octets, limits, services, and what a person may type."""

from __future__ import annotations

import dns.exception
import dns.name
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmsdns.errors import InvalidName
from kmsdns.model import names
from kmsdns.services.table import service_from_text, services

labels = st.lists(st.binary(min_size=1, max_size=20), max_size=8)


@given(labels)
def test_octets_to_name_and_back(octets: list[bytes]) -> None:
    name = names.from_labels(octets)
    assert names.to_labels(name) == tuple(octets)
    assert name.isascii()
    assert name.isprintable()
    assert names.from_text(name) == name


@given(labels)
def test_names_are_spelled_and_encoded_as_dnspython_does(octets: list[bytes]) -> None:
    theirs = dns.name.Name([*octets, b""])
    ours = names.from_labels(octets)
    assert ours == theirs.to_text()
    assert names.to_wire(ours) == theirs.to_wire()
    assert names.fold(ours) == theirs.canonicalize().to_text()
    assert names.split(ours) == [names.present_label(label) for label in octets]
    if octets:
        assert names.parent(ours) == theirs.parent().to_text()


@given(st.text(alphabet='aZ0-_.\\ "$@;()é\u3002\x00', max_size=30))
def test_any_text_is_a_name_or_refused(text: str) -> None:
    try:
        name = names.from_text(text)
    except InvalidName as error:
        if not str(error).isprintable():
            raise
        return
    assert names.from_text(name) == name
    if text.isascii() and text != "@":  # which stands for the origin in a zone file
        assert name == dns.name.from_text(text).to_text()


@given(st.text(alphabet="abc\\.019", max_size=20))
def test_escapes_are_read_as_dnspython_reads_them(text: str) -> None:
    try:
        theirs = dns.name.from_text(text).to_text()
    except (dns.exception.DNSException, UnicodeError):
        theirs = None
    try:
        ours: str | None = names.from_text(text)
    except InvalidName:
        ours = None
    if text not in ("", "@"):
        assert ours == theirs


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("a..b", "empty label"),
        ("..", "empty label"),
        ("x" * 64, "64 octets"),
        (".".join(["x" * 63] * 4), "255 is the most"),
        ("a\\256.b", "no octet"),
        ("a\\1.b", "no octet"),
        ("a\\", "backslash"),
        ("a.\\", "backslash"),
        ("tab\there", "control character"),
        ("\x9b31m.example", "control character"),
        ("xn\u2060.-.\u2603.example", "internationalised"),
    ],
)
def test_what_is_no_name(text: str, says: str) -> None:
    with pytest.raises(InvalidName, match=says):
        names.from_text(text)


def test_limits_are_exact() -> None:
    longest = ".".join(["x" * 63, "x" * 63, "x" * 63, "x" * 61])
    assert len(names.to_wire(names.from_text(longest))) == 255
    with pytest.raises(InvalidName):
        names.from_text(longest + "x")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (".", "."),
        ("contoso.com", "contoso.com."),
        ("Contoso.COM.", "Contoso.COM."),
        ("bücher.example", "xn--bcher-kva.example."),
        ("_vlmcs._tcp.bücher\u3002example", "_vlmcs._tcp.xn--bcher-kva.example."),
        ("STRASSE.example", "STRASSE.example."),
        ("a\\.b.c", "a\\.b.c."),
        ("a\\..", "a\\.."),
        ("a\\065b", "aAb."),
    ],
)
def test_what_a_person_types(text: str, name: str) -> None:
    assert names.from_text(text) == name


def test_a_labels_are_shown_decoded_only_when_they_are_valid() -> None:
    assert names.to_unicode("_a._tcp.XN--bcher-kva.example.") == "_a._tcp.bücher.example."
    assert names.to_unicode("contoso.com.") is None
    assert names.to_unicode("xn--\\255.example.") is None
    assert names.to_unicode("xn--zzzzzzz999999.example.") is None


@pytest.mark.parametrize(
    ("name", "ancestor", "expected"),
    [
        ("a.b.", "b.", True),
        ("A.B.", "a.b.", True),
        ("ab.", "b.", False),
        ("b.", "a.b.", False),
        ("x.", ".", True),
        ("a\\.b.", "b.", False),
    ],
)
def test_at_or_below(name: str, ancestor: str, expected: bool) -> None:
    assert names.is_at_or_below(name, ancestor) is expected


tricky = st.lists(st.text("aB.\\0\x05", min_size=1, max_size=3).map(str.encode), max_size=4)


@given(tricky, tricky)
def test_at_or_below_is_told_by_labels(below: list[bytes], ancestor: list[bytes]) -> None:
    mine, theirs = names.from_labels(below), names.from_labels(ancestor)
    folded = [[label.lower() for label in each] for each in (below, ancestor)]
    assert names.is_at_or_below(mine, theirs) is (folded[0][len(below) - len(ancestor) :] == folded[1])
    assert names.is_at_or_below(names.from_labels([*below, *ancestor]), theirs)


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("contoso.com", "_vlmcs._tcp.contoso.com."),
        ("_ldap._tcp.contoso.com", "_ldap._tcp.contoso.com."),
        ("_tcp.contoso.com", "_vlmcs._tcp._tcp.contoso.com."),
        (".", "_vlmcs._tcp."),
        ("_ldap._tcp", "_ldap._tcp."),
        ("_LDAP._tcp.Contoso.COM", "_ldap._tcp.contoso.com."),
    ],
)
def test_a_domain_is_completed_and_an_owner_name_left_alone(text: str, owner: str) -> None:
    assert str(names.service_name(text, "_vlmcs", "_tcp")) == owner


def test_a_completed_name_can_be_too_long() -> None:
    with pytest.raises(InvalidName):
        names.service_name(".".join(["x" * 63, "x" * 63, "x" * 63, "x" * 60]), "_vlmcs", "_tcp")


def test_services_by_the_names_people_use() -> None:
    assert str(service_from_text("LDAP")) == "_ldap._tcp"
    assert (str(service_from_text("_sip._tls")), service_from_text("_sip._tls").port) == ("_sip._tls", None)
    assert service_from_text("_Kerberos._tcp.").port == 88
    assert str(service_from_text("kms")) == "_vlmcs._tcp"
    for name, service in services().items():
        assert service_from_text(name) == service_from_text(str(service)).replace(port=service.port)


@pytest.mark.parametrize("text", ["", "_", "ldpa", "_a", "_a._b._c", "a._tcp", "_a b._tcp", "_a\x1b._tcp", "_é._tcp"])
def test_what_is_no_service(text: str) -> None:
    with pytest.raises(InvalidName) as caught:
        service_from_text(text)
    assert str(caught.value).isprintable()
