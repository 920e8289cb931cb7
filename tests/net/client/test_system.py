"""Resolvers and suffixes of a machine, from settings files and a stand-in for the Windows registry; named servers."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import dns.name
import pytest
from pytest_mock import MockerFixture

from kmsdns.errors import InvalidServer, NothingConfigured
from kmsdns.model.messages import Server
from kmsdns.net.client.system import parse_servers, resolvers, suffixes


@pytest.fixture
def conf(tmp_path: Path) -> Path:
    return tmp_path / "resolv.conf"


# --- resolv.conf -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("nameserver 192.0.2.53\n", ["192.0.2.53"]),
        ("nameserver 192.0.2.53", ["192.0.2.53"]),
        ("nameserver 192.0.2.53\r\n", ["192.0.2.53"]),
        ("nameserver\t192.0.2.53   \n", ["192.0.2.53"]),
        ("nameserver 192.0.2.53\nnameserver 2001:db8::53\n", ["192.0.2.53", "2001:db8::53"]),
        ("nameserver 192.0.2.4\n" * 3 + "nameserver 192.0.2.1\n", ["192.0.2.4", "192.0.2.1"]),
        ("".join(f"nameserver 192.0.2.{n}\n" for n in range(1, 6)), [f"192.0.2.{n}" for n in range(1, 6)]),
        ("nameserver 2001:DB8:0:0::53\n", ["2001:db8::53"]),
        ("nameserver fe80::1%eth0\n", ["fe80::1%eth0"]),
        ("nameserver fe80::1%12\nnameserver fe80::1%13\n", ["fe80::1%12", "fe80::1%13"]),
        ("nameserver 192.0.2.53 # the old one\n", ["192.0.2.53"]),
        ("nameserver 192.0.2.53;x\nnameserver 192.0.2.1\n", ["192.0.2.1"]),
        ("# nameserver 192.0.2.9\n;nameserver 192.0.2.8\nnameserver 192.0.2.7\n", ["192.0.2.7"]),
        (" nameserver 192.0.2.9\nnameserver 192.0.2.7\n", ["192.0.2.7"]),
        ("nameservers 192.0.2.9\nNAMESERVER 192.0.2.8\nnameserver 192.0.2.7\n", ["192.0.2.7"]),
        ("nameserver\nnameserver # 192.0.2.1\nnameserver 192.0.2.7\n", ["192.0.2.7"]),
        ("nameserver ns1.contoso.com\nnameserver 192.0.2.7\n", ["192.0.2.7"]),
        ("nameserver 192.0.2.256\nnameserver 1.2.3\nnameserver ::g\nnameserver 192.0.2.7\n", ["192.0.2.7"]),
        ("nameserver 192.0.2.1%eth0\nnameserver ::1%\nnameserver 192.0.2.7\n", ["192.0.2.7"]),
        ("options edns0\nsearch contoso.com\n\n\nnameserver 192.0.2.7\nsortlist 192.0.2.0\n", ["192.0.2.7"]),
        ("\xff\xfe\0\nnameserver 192.0.2.7\n", ["192.0.2.7"]),
        ("nameserver 192.0.2.1\0\nnameserver 192.0.2.7\n", ["192.0.2.7"]),
    ],
)
def test_nameserver_lines(conf: Path, text: str, addresses: list[str]) -> None:
    conf.write_bytes(text.encode("latin-1"))
    assert resolvers(conf) == tuple(Server(address=address) for address in addresses)
    assert resolvers(str(conf)) == resolvers(conf)


@pytest.mark.parametrize("text", ["", "\n", "search contoso.com\n", "# nameserver 192.0.2.1\n", "nameserver here\n"])
def test_no_nameserver(conf: Path, text: str) -> None:
    conf.write_text(text)
    with pytest.raises(NothingConfigured, match=r"resolv\.conf names no DNS server: name a server instead"):
        resolvers(conf)


def test_no_file(conf: Path) -> None:
    with pytest.raises(NothingConfigured, match=r"can't be read \(No such file or directory\): name a server"):
        resolvers(conf)
    with pytest.raises(NothingConfigured, match="Is a directory"):
        resolvers(conf.parent)


@pytest.mark.parametrize(
    ("text", "domains"),
    [
        ("", ("host.example.",)),
        ("nameserver 192.0.2.1\n", ("host.example.",)),
        ("domain contoso.com\n", ("contoso.com.",)),
        ("search contoso.com\n", ("contoso.com.",)),
        ("search contoso.com corp.contoso.com\n", ("contoso.com.", "corp.contoso.com.")),
        ("search\tcontoso.com.\tcorp.contoso.com \n", ("contoso.com.", "corp.contoso.com.")),
        ("search contoso.com\nsearch fabrikam.example\n", ("fabrikam.example.",)),
        ("search contoso.com\ndomain fabrikam.example\n", ("fabrikam.example.",)),
        ("domain fabrikam.example\nsearch contoso.com lan\n", ("contoso.com.", "lan.")),
        ("search contoso.com\nsearch\n", ("contoso.com.",)),
        ("search Contoso.COM contoso.com. lan\n", ("contoso.com.", "lan.")),
        ("search contoso.com a..b lan\n", ("contoso.com.", "lan.")),
        ("search " + "x" * 64 + ".example lan\n", ("lan.",)),
        ("search b\xc3\xbccher.example\n", ("xn--bcher-kva.example.",)),
        ("search contoso.com # and lan\n", ("contoso.com.",)),
        ("#search contoso.com\n;domain contoso.com\n", ("host.example.",)),
        ("search .\n", ()),
        ("search contoso\xff.com lan\n", ("lan.",)),
    ],
)
def test_search_lines(conf: Path, text: str, domains: tuple[str, ...]) -> None:
    conf.write_bytes(text.encode("latin-1"))
    assert suffixes(conf, hostname="pc.Host.example") == domains


@pytest.mark.parametrize(
    ("localdomain", "domains"),
    [
        ("lan contoso.com", ("lan.", "contoso.com.")),
        ("LAN lan", ("lan.",)),
        ("", ()),
        (None, ("fabrikam.example.",)),
    ],
)
def test_localdomain_overrides(conf: Path, localdomain: str | None, domains: tuple[str, ...]) -> None:
    conf.write_text("search fabrikam.example\n")
    assert suffixes(conf, localdomain=localdomain, hostname="pc.host.example") == domains


@pytest.mark.parametrize(("hostname", "domains"), [("pc.lan", ("lan.",)), ("pc", ()), ("", ()), ("pc.a..b", ())])
def test_the_hosts_own_domain(conf: Path, hostname: str, domains: tuple[str, ...]) -> None:
    assert suffixes(conf, hostname=hostname) == domains


def test_the_hosts_own_name(conf: Path, mocker: MockerFixture) -> None:
    mocker.patch("socket.gethostname", return_value="pc.contoso.com")
    assert suffixes(conf) == ("contoso.com.",)


# --- Windows ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def windows(mocker: MockerFixture, conf: Path) -> SimpleNamespace:
    """What dnspython reads from the registry, to be filled by the test."""
    conf.write_text("nameserver 192.0.2.99\nsearch not.example\n")
    found = SimpleNamespace(domain=None, nameservers=[], search=[])
    mocker.patch("sys.platform", "win32")
    mocker.patch.dict(sys.modules, {"dns.win32util": SimpleNamespace(get_dns_info=lambda: found)})
    return found


def test_windows(windows: SimpleNamespace, conf: Path) -> None:
    windows.nameservers = ["192.0.2.53", "2001:db8::53", "fe80::1%12", "192.0.2.53", "rubbish"]
    windows.domain = dns.name.from_text("Contoso.com")
    windows.search = [dns.name.from_text(name) for name in ("corp.contoso.com", "contoso.com", "lan", ".")]
    assert [server.address for server in resolvers(conf)] == ["192.0.2.53", "2001:db8::53", "fe80::1%12"]
    assert suffixes(conf) == ("contoso.com.", "corp.contoso.com.", "lan.")


def test_windows_without_settings(windows: SimpleNamespace, conf: Path) -> None:
    with pytest.raises(NothingConfigured, match="the registry names no DNS server"):
        resolvers(conf)
    assert suffixes(conf) == ()


def test_windows_whose_registry_fails(mocker: MockerFixture) -> None:
    mocker.patch("sys.platform", "win32")
    mocker.patch.dict(
        sys.modules, {"dns.win32util": SimpleNamespace(get_dns_info=mocker.Mock(side_effect=OSError("no access")))}
    )
    with pytest.raises(NothingConfigured, match=r"can't be read \('no access'\)"):
        resolvers()
    assert suffixes() == ()


# --- servers a person names ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "address", "port"),
    [
        ("192.0.2.53", "192.0.2.53", 53),
        ("@192.0.2.53", "192.0.2.53", 53),
        (" 192.0.2.53 ", "192.0.2.53", 53),
        ("192.0.2.53:5353", "192.0.2.53", 5353),
        ("@192.0.2.53:5353", "192.0.2.53", 5353),
        ("192.0.2.53:1", "192.0.2.53", 1),
        ("192.0.2.53:65535", "192.0.2.53", 65535),
        ("192.0.2.53:00053", "192.0.2.53", 53),
        ("::1", "::1", 53),
        ("@::1", "::1", 53),
        ("[::1]", "::1", 53),
        ("[::1]:5353", "::1", 5353),
        ("2001:DB8:0::53", "2001:db8::53", 53),
        ("[2001:db8::53]:5353", "2001:db8::53", 5353),
        ("fe80::1%eth0", "fe80::1%eth0", 53),
        ("[fe80::1%eth0]:5353", "fe80::1%eth0", 5353),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.1", 53),
    ],
)
def test_addresses(text: str, address: str, port: int) -> None:
    assert parse_servers(text) == (Server(address=address, port=port),)
    (server,) = parse_servers(text)
    assert parse_servers(str(server)) == (server,)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "'' is no DNS server: give ADDR"),
        ("@", "'@' is no DNS server"),
        (":53", "':53' is no DNS server"),
        ("192.0.2.53:", "'' is no port, a port is a number from 1 to 65535"),
        ("192.0.2.53:0", "'0' is no port"),
        ("192.0.2.53:65536", "'65536' is no port"),
        ("192.0.2.53:99999999999999999999", "is no port"),
        ("192.0.2.53:-1", "'-1' is no port"),
        ("192.0.2.53:+53", r"'\+53' is no port"),
        ("192.0.2.53: 53", "' 53' is no port"),
        ("192.0.2.53:domain", "'domain' is no port"),
        ("192.0.2.53:\u0665\u0663", "is no port"),
        ("[::1]:0", "'0' is no port"),
        ("[::1]:", "'' is no port"),
        ("[::1", r"written \[V6\]:PORT"),
        ("[::1]53", r"written \[V6\]:PORT"),
        ("[]:53", r"written \[V6\]:PORT"),
        ("[192.0.2.53]:53", r"written \[V6\]:PORT"),
        ("[ns1.contoso.com]:53", r"written \[V6\]:PORT"),
        ("[::g]:53", r"give ADDR\[:PORT\] or \[V6\]:PORT"),
        ("::g", r"give ADDR\[:PORT\]"),
        ("a:b:c", r"give ADDR\[:PORT\]"),
        ("192.0.2.256", r"give ADDR\[:PORT\]"),
        ("127.1", r"give ADDR\[:PORT\]"),
        ("2130706433", r"give ADDR\[:PORT\]"),
        ("192.0.2.1%eth0", "neither an address nor the name of a host"),
        ("tls://", "give ADDR"),
        ("tls://#dns.example", "give ADDR"),
        ("tls://192.0.2.53:0", "'0' is no port"),
        ("tls://192.0.2.53/dns-query", "a tls:// server has no path"),
        ("quic://192.0.2.53/", "a quic:// server has no path"),
        ("tls://192.0.2.53#a..b", "no certificate can be for 'a..b': .*empty label"),
        ("tls://192.0.2.53#.", "no certificate can be for"),
        ("tls://192.0.2.53#a b", "no certificate can be for"),
        ("https://192.0.2.53/dns query", "may hold no spaces"),
        ("https://192.0.2.53/\u00fc", "may hold no spaces"),
        ("https://user@192.0.2.53/", "is no DNS server"),
        ("https:///dns-query", "give ADDR"),
        ("udp://192.0.2.53", "without 'udp'"),
        ("a..b", "empty label"),
        ("a b", "neither an address nor the name of a host"),
        ("\x1b[2J", "is no DNS server"),
        ("\x1b://x", "is no DNS server"),
        ("\x9bns1", "control character"),
        ("x" * 64 + ".example", "64 octets"),
    ],
)
def test_what_names_no_server(text: str, sentence: str) -> None:
    with pytest.raises(InvalidServer, match=sentence) as caught:
        parse_servers(text)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("text", "address", "port", "transport", "name", "path"),
    [
        ("tls://192.0.2.53", "192.0.2.53", 853, "dot", "", ""),
        ("@TLS://192.0.2.53:8853", "192.0.2.53", 8853, "dot", "", ""),
        ("tls://192.0.2.53#DNS.example", "192.0.2.53", 853, "dot", "dns.example", ""),
        ("tls://[2001:db8::53]:8853#dns.example.", "2001:db8::53", 8853, "dot", "dns.example", ""),
        ("tls://2001:db8::53", "2001:db8::53", 853, "dot", "", ""),
        ("tls://fe80::53%eth0#192.0.2.1", "fe80::53%eth0", 853, "dot", "192.0.2.1", ""),
        ("tls://192.0.2.53#b\u00fccher.example", "192.0.2.53", 853, "dot", "xn--bcher-kva.example", ""),
        ("quic://192.0.2.53", "192.0.2.53", 853, "doq", "", ""),
        ("quic://192.0.2.53:784#dns.example", "192.0.2.53", 784, "doq", "dns.example", ""),
        ("https://192.0.2.53", "192.0.2.53", 443, "doh", "", "/dns-query"),
        ("https://192.0.2.53/", "192.0.2.53", 443, "doh", "", "/"),
        ("https://[2001:db8::53]:8443/x/y?z=1", "2001:db8::53", 8443, "doh", "", "/x/y?z=1"),
        ("https://192.0.2.53/dns-query{?dns}#dns.example", "192.0.2.53", 443, "doh", "dns.example", "/dns-query"),
    ],
)
def test_encrypted_servers(text: str, address: str, port: int, transport: str, name: str, path: str) -> None:
    (server,) = parse_servers(text)
    assert server == Server(address=address, port=port, transport=transport, name=name, path=path)
    assert server.identity == (name or address)


def test_the_name_of_an_encrypted_server_is_what_its_certificate_is_for(mocker: MockerFixture) -> None:
    asked = mocker.patch("socket.getaddrinfo", return_value=answers("2001:db8::1", "192.0.2.1"))
    servers = parse_servers("https://DNS.example./dns-query")
    assert asked.call_args.args == (b"DNS.example.", 443)
    assert [(server.address, server.name) for server in servers] == [
        ("2001:db8::1", "dns.example"),
        ("192.0.2.1", "dns.example"),
    ]
    assert {server.name for server in parse_servers("tls://dns.example#other.example")} == {"other.example"}


def answers(*addresses: str) -> list[tuple[object, ...]]:
    """What getaddrinfo returns for these addresses."""
    return [
        (socket.AF_INET6, socket.SOCK_DGRAM, 17, "", (address, 0, 0, 0))
        if ":" in address
        else (socket.AF_INET, socket.SOCK_DGRAM, 17, "", (address, 0))
        for address in addresses
    ]


def test_a_name_gives_the_first_address_of_each_family(mocker: MockerFixture) -> None:
    addresses = answers("2001:db8::1", "2001:db8::2", "192.0.2.1", "192.0.2.2")
    asked = mocker.patch("socket.getaddrinfo", return_value=addresses)
    expected = (Server(address="2001:db8::1", port=5353), Server(address="192.0.2.1", port=5353))
    assert parse_servers("@NS1.contoso.com:5353") == expected
    assert asked.call_args.args == (b"NS1.contoso.com", 5353)


@pytest.mark.parametrize(
    ("text", "asked_for"),
    [("ns1", b"ns1"), ("ns1.contoso.com.", b"ns1.contoso.com."), ("bücher.example", b"xn--bcher-kva.example")],
)
def test_what_the_operating_system_is_asked(mocker: MockerFixture, text: str, asked_for: bytes) -> None:
    asked = mocker.patch("socket.getaddrinfo", return_value=answers("192.0.2.1"))
    assert parse_servers(text) == (Server(address="192.0.2.1"),)
    assert asked.call_args.args == (asked_for, 53)


def test_a_name_without_address(mocker: MockerFixture) -> None:
    mocker.patch("socket.getaddrinfo", side_effect=socket.gaierror(-2, "Name or service not known"))
    with pytest.raises(InvalidServer, match=r"'ns9\.contoso\.com' has no address here \(Name or service not known\)"):
        parse_servers("ns9.contoso.com")
    mocker.patch("socket.getaddrinfo", return_value=[])
    with pytest.raises(InvalidServer, match="has no address here: give"):
        parse_servers("ns9.contoso.com")


def test_localhost() -> None:
    assert {server.address for server in parse_servers("localhost:5353")} <= {"127.0.0.1", "::1"}


def test_importing_stays_cheap() -> None:
    slow = "asyncio typing re json dataclasses click dns pathlib socket selectors"
    code = (
        "import sys, kmsdns.net.client.system, kmsdns.net.client.probes\n"
        f"print(*[m for m in {slow.split()!r} if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-I", "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}\n{code}"],
                         capture_output=True, text=True, check=True)  # fmt: skip
    assert run.stdout.split() == []
