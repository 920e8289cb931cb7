"""Names as callers give them: what no domain name can be meant by is refused, with what was probably meant.

Zones and messages may hold any octet, and kmsdns.model.names takes them all. Of a person's text that is seldom right: a
URL, the address of a mailbox or of a host, HOST:PORT and the like would be asked as names that exist nowhere, and the
report would advise to publish them. An octet that is meant can always be escaped (RFC 1035 5.1): \\: and \\032.
"""

from __future__ import annotations

from kmsdns.errors import InvalidName
from kmsdns.model import names
from kmsdns.model.names import ServiceName, address_of, from_text, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dns.name import Name

    Text = str | Name
    """A name in presentation form, or dnspython's."""

_ODD = frozenset("@:/[]<>-\"'")
_ENCRYPTED = ("tls", "https", "quic")  # schemes of servers, as kmsdns.net.client.system reads them
_SUCH = "such as contoso.com"


def typed_name(given: Text) -> str:
    """The name that a person means, in canonical form and lower case. InvalidName with a hint where it can be none."""
    text = str(given)
    _refuse(text)
    return names.fold(from_text(text))


def typed_host(given: Text) -> str:
    """As typed_name, for a host: its address is as good as its name."""
    text = str(given)
    if _address(text) is None:
        _refuse(text)
    return names.fold(from_text(text))


def typed_service_name(given: Text, service: str, proto: str, *, bare: bool = False) -> ServiceName:
    """As kmsdns.model.names.service_name, of what a person gave.

    bare: a name that doesn't begin with two underscored labels is an owner name all the same, asked as it stands.
    """
    text = str(given)
    _refuse(text, is_asked=True)
    return names.service_name(text, *(("", "") if bare else (service, proto)))


def _refuse(text: str, *, is_asked: bool = False) -> None:
    """Raises InvalidName for what no domain name can be meant by. is_asked: servers could have been named beside it."""
    plain = _unescaped(text)
    if _ODD.isdisjoint(plain) and plain[-1:].isalpha() and plain.isascii() and plain.isprintable() and " " not in plain:
        return
    if any(character < " " or "\x7f" <= character <= "\x9f" for character in plain):
        return  # from_text refuses them, whatever else is there
    quoted = shown(text)
    if plain == "-":
        raise InvalidName(f"'-' is no domain name, and none are read from standard input: name a domain, {_SUCH}")
    if text and not text.strip():
        raise InvalidName(f"{quoted} is a blank, not a domain name: name a domain, {_SUCH}")
    if "://" in plain:
        raise InvalidName(f"{quoted} is a URL, not a domain name: {_meant_by_url(text, is_asked)}")
    if _address(text) is not None:
        raise InvalidName(f"{quoted} is an IP address, not a domain name: {_to_ask(text, is_asked)}")
    if plain.startswith("@"):
        raise InvalidName(f"{quoted} is a server to ask, not a domain name: give it as --server (servers=)")
    if "@" in plain:
        raise InvalidName(f"{quoted} is an address for mail, not a domain name: {_hint(text.rpartition('@')[2])}")
    if any(character.isspace() for character in plain):
        words = text.split()
        hint = _hint(words[0]) if len(words) == 1 else "give each name for itself"
        raise InvalidName(f"{quoted} holds white space (a space that is meant is written \\032): {hint}")
    if ":" in plain:
        raise InvalidName(f"{quoted} {_of_a_colon(text)}")
    if "/" in plain and not all(_is_range(label) for label in plain.split(".") if "/" in label):
        hint = _hint(text.partition("/")[0])
        raise InvalidName(f"{quoted} holds a slash (one that is meant is written \\/): {hint}")


def _of_a_colon(text: str) -> str:
    host, _, port = text.rpartition(":")
    if port.isdigit():
        return f"is a name with a port, and a domain name has none: {_hint(host)}"
    return f"holds a colon (one that is meant is written \\:): {_hint(port)}"


def _unescaped(text: str) -> str:
    """The text with a letter in place of each octet that is escaped: those are meant."""
    if "\\" not in text:
        return text
    found, at = [], 0
    while at < len(text):
        is_escape = text[at] == "\\"
        found.append("x" if is_escape else text[at])
        at += (4 if text[at + 1 : at + 2].isdigit() else 2) if is_escape else 1
    return "".join(found)


def _is_range(label: str) -> bool:
    """0/25, as delegations of a part of an address range have it (RFC 2317 4)."""
    first, _, length = label.partition("/")
    return first.isdigit() and length.isdigit()


def _address(text: str) -> str | None:
    """The IP address in ADDR, ADDR:PORT, [V6]:PORT, V6%ZONE or ADDR/LENGTH; None where there is none."""
    place = text.strip().partition("/")[0].partition("%")[0]
    if place.count(":") == 1 or "]:" in place:
        place = place.rpartition(":")[0]
    if place.count(":") > 1 and not place.startswith("["):
        place = f"[{place}]"
    return address_of(place)


def _to_ask(text: str, is_asked: bool) -> str:
    """What an address is good for."""
    server = text.strip().removesuffix(".")
    to_ask = f" (to ask that server, write @{server}, or servers= in Python)"
    return f"name a domain, {_SUCH}{to_ask if is_asked and '/' not in text else ''}"


def _meant_by_url(text: str, is_asked: bool) -> str:
    scheme, _, rest = text.strip().partition("://")
    authority = rest.replace("?", "/").replace("#", "/").partition("/")[0].rpartition("@")[2]
    if _address(authority) is not None:
        is_encrypted = scheme.lower() in _ENCRYPTED
        to_ask = f" (to ask that server, write @{text.strip() if is_encrypted else authority})"
        return f"name a domain, {_SUCH}{to_ask if is_asked else ''}"
    host, colon, port = authority.rpartition(":")
    return _hint(host if colon and port.isdigit() else authority)


def _hint(text: str) -> str:
    """What was probably meant, if that is a name."""
    try:
        _refuse(text)
        from_text(text)
    except InvalidName:
        return f"name a domain, {_SUCH}"
    return f"did you mean {shown(text.removesuffix('.') or text)[1:-1]}?"
