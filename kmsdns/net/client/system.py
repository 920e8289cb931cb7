"""This machine's DNS settings: its resolvers and suffixes; and the servers a person names instead of them.

On POSIX systems they are read from resolv.conf, by the rules of resolv.conf(5): a keyword starts the line, and of
`domain` and `search` the last one wins. On Windows dnspython reads the registry.
"""

from __future__ import annotations

import sys

from kmsdns.errors import InvalidName, InvalidServer, NothingConfigured
from kmsdns.model import names
from kmsdns.model.messages import Server

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike

RESOLV_CONF = "/etc/resolv.conf"
MAX_RESOLV_CONF = 1 << 20
"""Octets of it that are read."""

_ENCRYPTED = {"tls": ("dot", 853), "https": ("doh", 443), "quic": ("doq", 853)}
"""The transport and the port that a scheme means (RFC 7858 3.1, RFC 8484 3, RFC 9250 4.1.1)."""
_NAME_ONE = "name a server instead, as ADDR[:PORT]"


def resolvers(path: str | PathLike[str] = RESOLV_CONF) -> tuple[Server, ...]:
    """The DNS servers this machine asks, in order, each once; the path is not used on Windows.

    An IPv6 address may carry a zone id (fe80::1%eth0). Lines that hold no address are passed over. Raises
    NothingConfigured when there is none, be it that the settings can't be read.
    """
    if sys.platform == "win32":
        where = "the registry"
        listed: Iterable[str] = _windows()[0]
    else:
        where = str(path)
        listed = [line[1] for line in _resolv_conf(path) if line[0] == "nameserver"]
    addresses = dict.fromkeys(address for text in listed if (address := _address(text)) is not None)
    if not addresses:
        raise NothingConfigured(f"{where} names no DNS server: {_NAME_ONE}")
    return tuple([Server(address=address) for address in addresses])


def suffixes(
    path: str | PathLike[str] = RESOLV_CONF, *, localdomain: str | None = None, hostname: str | None = None
) -> tuple[str, ...]:
    """The domains this machine's clients complete a name with, in the order asked, each once; () when it has none.

    Windows: primary or connection suffix, then the search list. Elsewhere: localdomain (the value of the environment's
    LOCALDOMAIN, a list with spaces) overrides resolv.conf's search list or domain, which overrides the domain of
    hostname (this machine's own unless given). What is no domain name is passed over, and so is the root.
    """
    if sys.platform == "win32":
        try:
            return _normalised(_windows()[1])
        except NothingConfigured:
            return ()
    if localdomain is not None:
        return _normalised(localdomain.split())
    try:
        lines = _resolv_conf(path)
    except NothingConfigured:
        lines = []
    lists = [line[1:] for line in lines if line[0] in ("domain", "search")]
    if lists:
        return _normalised(lists[-1])
    if hostname is None:
        import socket

        hostname = socket.gethostname()
    return _normalised([hostname.partition(".")[2]])


class NoAddress(InvalidServer):
    """The name of a server has no address here and now; the text itself is right."""


def parse_servers(text: str, *, look_up: bool = True) -> tuple[Server, ...]:
    """The servers a person means by ADDR, ADDR:PORT, V6, [V6]:PORT, NAME or NAME:PORT, with or without @ in front.

    An address gives one server. A name is looked up by the operating system and gives the first address of each
    family, in its order. Encrypted servers are tls://HOST[:PORT], https://HOST[:PORT][/PATH] and quic://HOST[:PORT]; a
    #NAME at the end is what the certificate must be for, when that isn't HOST. Raises InvalidServer with a sentence
    that says what is wrong with the text. look_up: False only checks the text; a name then gives no server.
    """
    shown = names.shown(text)
    rest = text.strip().removeprefix("@")
    scheme, separator, place = rest.partition("://")
    if separator:
        if scheme.lower() in _ENCRYPTED:
            return _encrypted(scheme.lower(), place, shown, look_up)
        raise InvalidServer(f"{shown} is no DNS server: give it as ADDR[:PORT], without {names.shown(scheme)}")
    return _plain(rest, 53, shown, look_up)


def _encrypted(scheme: str, text: str, shown: str, look_up: bool) -> tuple[Server, ...]:
    """The servers of a URI, without its scheme."""
    transport, port = _ENCRYPTED[scheme]
    place, _, wanted = text.partition("#")
    authority, slash, path = place.partition("/")
    path = (slash + path).removesuffix("{?dns}")  # as RFC 8484 4.1.1 writes it
    if transport == "doh":
        path = path or "/dns-query"
        if not (path.isascii() and path.isprintable() and " " not in path):
            raise InvalidServer(f"{shown}: the path may hold no spaces, controls and letters beyond ASCII")
    elif path:
        raise InvalidServer(f"{shown}: a {scheme}:// server has no path")
    servers = _plain(authority, port, shown, look_up)
    host, _ = _split(authority, shown)
    name = wanted or ("" if _address(host) else host)
    if name and _address(name) is None:
        try:
            name = names.fold(names.from_text(name))[:-1]
        except InvalidName as error:
            raise InvalidServer(f"{shown}: no certificate can be for {names.shown(name)}: {error}") from None
        if not name or "\\" in name:
            raise InvalidServer(f"{shown}: no certificate can be for {names.shown(wanted or host)}")
    return tuple([server.replace(transport=transport, name=name, path=path) for server in servers])


def _plain(rest: str, default: int, shown: str, look_up: bool) -> tuple[Server, ...]:
    """The servers of ADDR, ADDR:PORT, V6, [V6]:PORT, NAME or NAME:PORT."""
    host, port = _split(rest, shown, default)
    address = _address(host)
    if address is not None:
        return (Server(address=address, port=port),)
    if not host or ":" in host or "[" in rest or not host.strip("0123456789."):
        raise InvalidServer(f"{shown} is no DNS server: give ADDR[:PORT] or [V6]:PORT")
    return _looked_up(host, port, shown, look_up)


def _split(text: str, shown: str, default: int = 53) -> tuple[str, int]:
    """The host and the port of a server, the default when it has none."""
    if text.startswith("["):
        host, bracket, tail = text[1:].partition("]")
        if not bracket or ":" not in host or (tail and not tail.startswith(":")):
            raise InvalidServer(f"{shown} is no DNS server: an IPv6 address with a port is written [V6]:PORT")
        separator, port = tail[:1], tail[1:]
    elif text.count(":") == 1:
        host, separator, port = text.partition(":")
    else:
        return text, default
    if not separator:
        return host, default
    if not (port.isascii() and port.isdigit() and len(port) <= 5 and 1 <= int(port) <= 65535):
        raise InvalidServer(f"{shown}: {names.shown(port)} is no port, a port is a number from 1 to 65535")
    return host, int(port)


def _looked_up(host: str, port: int, shown: str, look_up: bool) -> tuple[Server, ...]:
    """The first address of each family that the operating system knows for a name; () without a look-up."""
    import socket

    try:
        name = names.from_text(host)
    except InvalidName as error:
        raise InvalidServer(f"{shown} is no DNS server: {error}") from None
    if "\\" in name or "%" in name:
        raise InvalidServer(f"{shown} is no DNS server: neither an address nor the name of a host")
    if not look_up:
        return ()
    if not host.endswith("."):  # then the operating system may complete it
        name = name[:-1]
    try:
        # As octets, because for a str the interpreter applies an IDNA older than ours.
        found = socket.getaddrinfo(name.encode("ascii"), port, type=socket.SOCK_DGRAM)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise NoAddress(
            f"{shown} has no address here ({reason}): give the server's address instead of its name"
        ) from None
    first: dict[int, Server] = {}
    for family, _, _, _, sockaddr in found:
        if family in (socket.AF_INET, socket.AF_INET6):
            address = _address(str(sockaddr[0]))
            if address is not None:
                first.setdefault(family, Server(address=address, port=port))
    if not first:
        raise NoAddress(f"{shown} has no address here: give the server's address instead of its name")
    return tuple(first.values())


def _address(text: str) -> str | None:
    """An IPv4 or IPv6 address in its usual spelling, with its zone id if it has one; None when it is none."""
    import socket

    literal, percent, zone = text.partition("%")
    family = socket.AF_INET6 if ":" in literal else socket.AF_INET
    if percent and (family != socket.AF_INET6 or not zone or not zone.isprintable() or " " in zone):
        return None
    try:
        return socket.inet_ntop(family, socket.inet_pton(family, literal)) + percent + zone
    except (OSError, ValueError):
        return None


def _resolv_conf(path: str | PathLike[str]) -> list[list[str]]:
    """The lines of a resolv.conf that have a keyword and a value, as words. NothingConfigured when it can't be read."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123  # pathlib takes longer to import than a look-up takes
            text = file.read(MAX_RESOLV_CONF).decode("utf-8", "replace")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise NothingConfigured(
            f"this machine's DNS settings, {names.shown(str(path), 4096)}, can't be read ({reason}): {_NAME_ONE}"
        ) from None
    lines = []
    for line in text.split("\n"):
        if line[:1].isspace():
            continue
        words = line.split()
        for at, word in enumerate(words):
            if word[0] in "#;":
                del words[at:]
                break
        if len(words) > 1:
            lines.append(words)
    return lines


def _windows() -> tuple[list[str], list[str]]:
    """The name servers and the suffixes that dnspython reads from the registry, as texts."""
    import importlib

    try:
        found = importlib.import_module("dns.win32util").get_dns_info()
    except Exception as error:  # whatever the registry or the COM bridge raise, nothing is known then
        raise NothingConfigured(
            f"this machine's DNS settings can't be read ({names.shown(str(error))}): {_NAME_ONE}"
        ) from None
    domains = [found.domain, *found.search] if found.domain else found.search
    return [str(server) for server in found.nameservers], [str(domain) for domain in domains]


def _normalised(texts: Iterable[str]) -> tuple[str, ...]:
    """The texts that are domain names, below the root, in canonical form and lower case, each once."""
    found: dict[str, None] = {}
    for text in texts:
        try:
            name = names.fold(names.from_text(text))
        except InvalidName:
            continue
        if name != names.ROOT:
            found[name] = None
    return tuple(found)
