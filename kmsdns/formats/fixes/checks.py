"""What may stand in a command: names of letters, digits, hyphens and underscores, addresses, numbers; nothing else.

What comes from the DNS or from evidence can hold any octet. Such a name is not quoted cleverly: it is refused, and the
script says so in a comment.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address

from kmsdns.model.findings import Do
from kmsdns.model.names import MAX_NAME
from kmsdns.model.records import MAX_TTL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kmsdns.model.findings import Action, Change

_LABEL = "[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?", re.ASCII)
_SKU = re.compile("[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", re.ASCII)
_NUMBER = re.compile("0|[1-9][0-9]{0,4}", re.ASCII)
_LARGEST = 65535
NAME_REASON = "a name in it needs more than letters, digits, hyphens and underscores"


def is_plain(name: str) -> bool:
    """Whether a name can stand in any tool's command as it is: it can't be taken for an option either."""
    return len(name) < MAX_NAME and _NAME.fullmatch(name) is not None


def fields(change: Change) -> tuple[str, ...] | None:
    """The fields of a change's record data, each fit for a command; None when one is not.

    ValueError when there is no record data at all: what removes no certain record removes them all.
    """
    if not change.rdata.strip():
        raise ValueError(f"a change of {change.name} {change.rdtype} without record data")
    parse = RDATA.get(change.rdtype)
    return parse(change.rdata) if parse is not None else None


def unfit_change(change: Change) -> str | None:
    """Why a change can't be written as a command, None when it can. ValueError for one that nobody may ever make."""
    if change.op not in ("add", "delete"):
        raise ValueError(f"{change.op!r} is no change: it is add or delete")
    found = fields(change)
    if change.rdtype not in RDATA:
        return f"records of type {change.rdtype} are none of {', '.join(RDATA)}"
    if not is_plain(change.name):
        return NAME_REASON
    if change.ttl is not None and not 0 <= change.ttl <= MAX_TTL:
        return "its TTL is out of range"
    if found is None:
        return f"{NAME_REASON}, or its data is no {change.rdtype} record's"
    return None


def unfit_action(action: Action) -> str | None:
    """Why an action can't be written as a command, None when it can."""
    if action.on not in ("client", "host") and not is_plain(action.on):
        return NAME_REASON
    if action.sku is not None and not _SKU.fullmatch(action.sku):
        return "its activation ID is no GUID"
    check = _VALUES.get(action.do)
    if check is not None and not check(action.value):
        return "its value is none of that kind, or " + NAME_REASON
    return None


def host_and_port(value: str) -> tuple[str, str] | None:
    """host, host:port, [address] or [address]:port: the host without its final dot, and the port or ""; None else."""
    host, port = value, ""
    if value.startswith("["):
        host, bracket, rest = value.partition("]")
        host += bracket
        if not bracket or _ipv6(host[1:-1]) is None or (rest and not rest.startswith(":")):
            return None
        port = rest[1:]
    else:
        host, colon, port = value.partition(":")
        if not is_plain(host) or (colon and not port):
            return None
    if port and (_number(port) is None or port == "0"):
        return None
    return host.removesuffix("."), port


def address_and_port(server: str) -> tuple[str, str] | None:
    """127.0.0.1:53 or [::1]:53, taken apart; None for what is neither."""
    host, _, port = server.rpartition(":")
    address = _ipv6(host[1:-1]) if host.startswith("[") and host.endswith("]") else _ipv4(host)
    return None if address is None or _number(port) is None else (address[0], port)


def _number(text: str) -> str | None:
    return text if _NUMBER.fullmatch(text) and int(text) <= _LARGEST else None


def _srv(rdata: str) -> tuple[str, ...] | None:
    parts = rdata.split(" ")
    if len(parts) != 4 or any(_number(part) is None for part in parts[:3]):
        return None
    return tuple(parts) if parts[3] == "." or is_plain(parts[3]) else None


def _ipv4(rdata: str) -> tuple[str, ...] | None:
    try:
        return (str(IPv4Address(rdata)),)
    except ValueError:
        return None


def _ipv6(rdata: str) -> tuple[str, ...] | None:
    try:
        address = IPv6Address(rdata)
    except ValueError:
        return None
    return None if address.scope_id else (str(address),)


def _target(rdata: str) -> tuple[str, ...] | None:
    return (rdata,) if is_plain(rdata) else None


RDATA: dict[str, Callable[[str], tuple[str, ...] | None]] = {
    "SRV": _srv,  # priority, weight, port, target
    "A": _ipv4,
    "AAAA": _ipv6,
    "CNAME": _target,
}
"""The types that are written, and how their data is taken apart."""

_VALUES: dict[Do, Callable[[str], object]] = {
    Do.SET_MANUAL_HOST: host_and_port,
    Do.SET_LOOKUP_DOMAIN: is_plain,
    Do.SET_ACTIVATION_TYPE: "0 1 2 3".split().__contains__,
}
