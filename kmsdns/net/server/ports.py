"""Sockets for a server: on one port number of several addresses, UDP and TCP alike."""

from __future__ import annotations

import errno
import socket
import sys
from ipaddress import ip_address

from kmsdns.errors import InvalidServer, KmsdnsError
from kmsdns.model.messages import Server

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    Bound = tuple[list[socket.socket], tuple[Server, ...], list[str]]

BACKLOG = 1024  # connections that may wait to be accepted
PORT_TRIES = 64


def check_address(address: str, allow_remote: bool) -> None:
    """Raises InvalidServer for what is no numeric address, KmsdnsError for one that other machines can reach."""
    try:
        is_loopback = ip_address(address).is_loopback
    except ValueError:
        raise InvalidServer(f"{address!r} is no address to serve on: write it like 127.0.0.1 or ::1") from None
    if not (is_loopback or allow_remote):
        raise KmsdnsError(f"{address} is within reach of other machines: that has to be allowed (--allow-remote)")


def bind(addresses: Sequence[str], may_lack: Sequence[str], port: int) -> Bound:
    """A UDP and a TCP socket for each address, where they are, and a sentence for each one that this machine lacks.

    Only those in may_lack may be missing. Port 0 is a free one. Raises KmsdnsError, with nothing bound.
    """
    tries = 1 if port else PORT_TRIES
    while True:
        tries -= 1
        try:
            return _bind(addresses, may_lack, port)
        except OSError as error:
            if not tries or error.errno not in (errno.EADDRINUSE, errno.EACCES):
                where = f"port {port} of {', '.join(addresses)}"
                raise KmsdnsError(f"{where} cannot be served on: {error.strerror or error}") from None


def _bind(addresses: Sequence[str], may_lack: Sequence[str], port: int) -> Bound:
    opened: list[socket.socket] = []
    bound: list[Server] = []
    lacking: list[str] = []
    try:
        for address in addresses:
            try:
                for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
                    opened.append(_socket(address, port, kind))
                    port = opened[-1].getsockname()[1]
            except OSError as error:
                if address not in may_lack or error.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                    raise
                lacking.append(f"not served on {address}: {error.strerror}")
            else:
                bound.append(Server(address=address, port=port))
    except OSError:
        for sock in opened:
            sock.close()
        raise
    return opened, tuple(bound), lacking


def _socket(address: str, port: int, kind: int) -> socket.socket:
    """A bound socket, which listens when its kind is a stream's."""
    family, _, _, _, where = socket.getaddrinfo(address, port, type=kind, flags=socket.AI_NUMERICHOST)[0]
    sock = socket.socket(family, kind)
    try:
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if kind == socket.SOCK_DGRAM:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)  # room for a burst while one is answered
        elif sys.platform != "win32":  # where it would let two servers share a port
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(where)
        if kind == socket.SOCK_STREAM:
            sock.listen(BACKLOG)
    except OSError:
        sock.close()
        raise
    return sock
