"""The sockets of look-ups: how they are made, how many there may be, and what their errors are called.

A datagram socket is on Linux not connected: it hears replies from elsewhere too, which the exchange rejects and writes
down, and with IP_RECVERR ICMP errors as well. On other systems it is connected, since only so it hears of ICMP errors;
replies from elsewhere are not heard at all.
"""

from __future__ import annotations

import errno
import os
import selectors
import socket
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from kmsdns.model.messages import Server

    Place = tuple[str, int] | tuple[str, int, int, int]

MAX_SOCKETS = 1000
"""Sockets that the look-ups of a batch may have open at the same time, where the system allows as many."""

_FEW = 32  # which a process has always room for: up to so many, nobody looks how many there are
_RESERVE = 16  # files that something else may want to open meanwhile
_SELECTABLE = 500  # of a process, where select() is all there is
_LISTED = ("/proc/self/fd", "/dev/fd")  # what is open

_UNREACHABLE = frozenset(
    {errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EACCES, errno.EPERM, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}
    | {errno.EINVAL}  # how Linux reports a blackhole route
)
NO_SOCKET = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
"""This machine, or this process, has no socket left, or no memory for one: nobody was asked."""

UNDER_WAY = frozenset({0, errno.EINPROGRESS, errno.EWOULDBLOCK})
"""What a non-blocking connect may report."""

LARGEST = 65535
"""Octets of a datagram, and those that are taken from a stream at once."""

HEARS_ALL = sys.platform == "linux"
"""Whether an unconnected UDP socket hears of ICMP errors."""

_RECVERR = {socket.AF_INET: 11, socket.AF_INET6: 25}  # IP_RECVERR and IPV6_RECVERR of Linux, which socket doesn't name
_THIS_HOST = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # what kernels take the first for, if they do


def new_socket(server: Server, kind: socket.SocketKind) -> socket.socket:
    """A non-blocking socket of the family that the server's address needs."""
    family = socket.AF_INET6 if ":" in server.address else socket.AF_INET
    opened = socket.socket(family, kind)
    opened.setblocking(False)
    if HEARS_ALL and kind == socket.SOCK_DGRAM:
        level = socket.IPPROTO_IPV6 if family == socket.AF_INET6 else socket.IPPROTO_IP
        opened.setsockopt(level, _RECVERR[family], 1)
    return opened


def new_selector() -> selectors.BaseSelector:
    """The best selector there is; where no file can be opened any more, one that needs none."""
    try:
        return selectors.DefaultSelector()
    except OSError:
        return getattr(selectors, "PollSelector", selectors.SelectSelector)()


def place(server: Server) -> Place:
    """A server's address as sockets take it. OSError when it names a zone (RFC 4007 11) that this machine hasn't."""
    address, percent, zone = server.address.partition("%")
    address = _THIS_HOST.get(address, address)
    if not percent:
        return address, server.port
    return address, server.port, 0, int(zone) if zone.isdecimal() else socket.if_nametoindex(zone)


def source_of(server: Server, source: tuple[Any, ...]) -> str:
    """Where a datagram came from, as a Server writes it: as this one, when it is there that it came from.

    Addresses are compared as octets, with their ports and zones; the zone counts where both have one, since systems
    tell none of an address that isn't link-local.
    """
    address, scope = source[0], source[3] if len(source) > 3 else 0
    asked = place(server)
    zone = asked[3] if len(asked) > 3 else 0
    if asked[1] == source[1] and not (scope and zone and scope != zone) and _packed(asked[0]) == _packed(address):
        return str(server)
    if scope and "%" not in address:
        address += f"%{socket.if_indextoname(scope)}"
    return f"[{address}]:{source[1]}" if ":" in address else f"{address}:{source[1]}"


def _packed(address: str) -> bytes:
    return socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address.partition("%")[0])


def reason_of(error: OSError, is_stream: bool) -> str:
    """The trace's word for what a socket reported."""
    if error.errno in NO_SOCKET:
        return "no-socket"
    if error.errno in _UNREACHABLE:
        return "host-unreachable"
    if isinstance(error, ConnectionRefusedError):
        return "tcp-refused" if is_stream else "port-unreachable"
    if isinstance(error, ConnectionResetError) and not is_stream:
        return "port-unreachable"  # how Windows reports it
    if error.errno == errno.ETIMEDOUT:
        return "tcp-timeout"
    return "tcp-reset" if is_stream else "host-unreachable"


def at_once(questions: int, servers: Sequence[int], retries: int, most: int) -> int:
    """How many questions may be under way: at most so many, and no more than there is room for all their sockets.

    A question has a socket for each try, since each may be answered late, and one for what was cut off. servers: how
    many each question is put to; where that isn't one number, so many of each are under way.
    """
    each = sum(servers) * (retries + 1) + len(servers)
    if questions * each <= _FEW or not servers:
        return most
    return max(1, min(most, _room() // each))


def _room() -> int:
    """Sockets that there is room for, at most MAX_SOCKETS."""
    if sys.platform == "win32":
        return _SELECTABLE
    import resource

    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit == resource.RLIM_INFINITY:
        return MAX_SOCKETS
    for folder in _LISTED:
        try:
            return min(limit - len(os.listdir(folder)) - _RESERVE, MAX_SOCKETS)  # noqa: PTH208  # no more than a number
        except OSError:
            continue
    return min(limit // 2, MAX_SOCKETS)
