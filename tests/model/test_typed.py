"""Names as callers give them: what can't be meant is refused with the hint, what can be is the name it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmsdns.errors import InvalidName
from kmsdns.model import names
from kmsdns.model.typed import typed_host, typed_name, typed_service_name

NEVER = [  # the text, what is said of it, the hint
    ("https://contoso.com/", "a URL", "did you mean contoso.com?"),
    ("HTTP://user@contoso.com:8080/a?b=c#d", "a URL", "did you mean contoso.com?"),
    ("ldap://dc01.contoso.com:389", "a URL", "did you mean dc01.contoso.com?"),
    ("https://8.8.8.8/dns-query", "a URL", "write @https://8.8.8.8/dns-query"),
    ("tls://[2001:db8::1]", "a URL", "write @tls://[2001:db8::1]"),
    ("http://8.8.8.8:80", "a URL", "write @8.8.8.8:80"),
    ("https://", "a URL", "name a domain, such as contoso.com"),
    ("user@contoso.com", "an address for mail", "did you mean contoso.com?"),
    ("mailto:user@contoso.com", "an address for mail", "did you mean contoso.com?"),
    ("user@8.8.8.8", "an address for mail", "name a domain"),
    ("@8.8.8.8", "a server to ask", "--server"),
    ("8.8.8.8", "an IP address", "write @8.8.8.8,"),
    ("8.8.8.8.", "an IP address", "write @8.8.8.8,"),
    (" 8.8.8.8", "an IP address", "write @8.8.8.8,"),
    ("8.8.8.8:53", "an IP address", "write @8.8.8.8:53,"),
    ("192.0.2.0/24", "an IP address", "name a domain, such as contoso.com"),
    ("::1", "an IP address", "write @::1,"),
    ("[2001:db8::1]:53", "an IP address", "write @[2001:db8::1]:53,"),
    ("fe80::1%eth0", "an IP address", "write @fe80::1%eth0,"),
    ("contoso.com:1688", "a name with a port", "did you mean contoso.com?"),
    ("_sip._tcp.x:5060", "a name with a port", "did you mean _sip._tcp.x?"),
    ("sip:bob.example", "holds a colon (one that is meant is written \\:)", "did you mean bob.example?"),
    ("foo bar", "holds white space (a space that is meant is written \\032)", "give each name for itself"),
    (" contoso.com ", "holds white space", "did you mean contoso.com?"),
    ("contoso.com\u00a0", "holds white space", "did you mean contoso.com?"),
    ("contoso.com/index.html", "holds a slash (one that is meant is written \\/)", "did you mean contoso.com?"),
    ("-", "no domain name", "name a domain"),
    (" ", "a blank", "name a domain"),
    ("", "empty", "contoso.com"),
]
ALWAYS = [
    (".", "."),
    ("contoso.com", "contoso.com."),
    ("Contoso.COM.", "contoso.com."),
    ("host", "host."),
    ("_ldap._tcp.contoso.com", "_ldap._tcp.contoso.com."),
    ("a-b._c", "a-b._c."),
    ("-a-.test", "-a-.test."),
    ("bücher.example", "xn--bcher-kva.example."),
    ("xn--bcher-kva.example", "xn--bcher-kva.example."),
    ("*.contoso.com", "*.contoso.com."),
    ("foo\\032bar.test", "foo\\032bar.test."),
    ("a\\.b.test", "a\\.b.test."),
    ("user\\@contoso.com", "user\\@contoso.com."),
    ("x\\:5060.test", "x:5060.test."),
    ("a\\/b.test", "a/b.test."),
    ("0/25.2.0.192.in-addr.arpa", "0/25.2.0.192.in-addr.arpa."),
    ("2.0.192.in-addr.arpa", "2.0.192.in-addr.arpa."),
    ("1.2.3.4.5", "1.2.3.4.5."),
    ("8.8.8", "8.8.8."),
]


@pytest.mark.parametrize(("text", "what", "hint"), NEVER)
def test_what_no_name_can_be_meant_by_is_refused_with_a_hint(text: str, what: str, hint: str) -> None:
    for read in (typed_name, lambda each: typed_service_name(each, "_vlmcs", "_tcp")):
        with pytest.raises(InvalidName) as caught:
            read(text)
        assert what in str(caught.value)
    assert hint in str(caught.value)
    assert str(caught.value).isprintable()


def test_what_is_no_name_of_a_server_either_has_no_hint_of_one() -> None:
    with pytest.raises(InvalidName) as caught:
        typed_name("8.8.8.8")
    assert "@" not in str(caught.value)


@pytest.mark.parametrize(("text", "name"), ALWAYS)
def test_what_can_be_meant_is_taken(text: str, name: str) -> None:
    assert typed_name(text) == name
    service = typed_service_name(text, "_vlmcs", "_tcp")
    assert service == names.service_name(text, "_vlmcs", "_tcp")
    bare = typed_service_name(text, "_vlmcs", "_tcp", bare=True)
    assert bare.owner == name


@pytest.mark.parametrize("text", ["192.0.2.1", "2001:db8::1", "[2001:db8::1]", "kms01.contoso.com"])
def test_a_host_may_be_an_address(text: str) -> None:
    assert typed_host(text) == names.fold(names.from_text(text))


@pytest.mark.parametrize("text", ["kms01.contoso.com:1688", "https://kms01.contoso.com", "a b", "-"])
def test_a_host_has_no_port(text: str) -> None:
    with pytest.raises(InvalidName, match="name"):
        typed_host(text)


@given(st.text(alphabet="aZ019-_.:/@ \\[]%éß\u3002\x00\n", max_size=20))
def test_any_text_is_taken_or_refused_with_a_sentence(text: str) -> None:
    try:
        name = typed_name(text)
    except InvalidName as error:
        assert str(error).isprintable()  # noqa: PT017
    else:
        assert names.fold(names.from_text(text)) == name


@given(st.lists(st.binary(min_size=1, max_size=9), min_size=1, max_size=3))
def test_every_name_can_be_given_with_escapes(labels: list[bytes]) -> None:
    escaped = ".".join("".join(f"\\{octet:03d}" for octet in label) for label in labels)
    assert typed_name(escaped) == names.fold(names.from_labels(labels))
