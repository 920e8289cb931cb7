"""Datagrams one by one, whose answers leave from the address that was asked, be the socket bound to all of them."""

from __future__ import annotations

import socket
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Client = tuple[Any, ...]
    Way = tuple[tuple[int, int, bytes], ...]
    """What the system is told with an answer, as sendmsg has it: the address to send from. () leaves that to it."""

LONGEST = 65_535  # octets
_ROOM = 64  # octets of what the system tells with a datagram

# The socket module has not always the first; RFC 3542 6.2 has the others.
_IP_PKTINFO = getattr(socket, "IP_PKTINFO", 8 if sys.platform == "linux" else None)
_IPV6_RECVPKTINFO = getattr(socket, "IPV6_RECVPKTINFO", None)
_IPV6_PKTINFO = getattr(socket, "IPV6_PKTINFO", None)


def tell_destination(sock: socket.socket) -> bool:
    """Makes the system tell of each datagram which address it was sent to, so that the answer comes from there.

    That takes a socket bound to all addresses at once: only then, and only if it can be done, the answer is True.
    """
    if sock.getsockname()[0] not in ("0.0.0.0", "::"):  # noqa: S104  # what is looked for
        return False
    is_6 = sock.family == socket.AF_INET6
    level, option = (socket.IPPROTO_IPV6, _IPV6_RECVPKTINFO) if is_6 else (socket.IPPROTO_IP, _IP_PKTINFO)
    if option is None or not hasattr(sock, "recvmsg"):
        return False
    try:
        sock.setsockopt(level, option, 1)
    except OSError:
        return False
    return True


class Datagrams:
    """The datagrams of a bound socket."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.is_told = tell_destination(sock)

    def receive(self) -> tuple[bytes, Client, Way]:
        """The next datagram, where it came from, and the way its answer has to take. OSError when there is none."""
        if not self.is_told:
            return *self.sock.recvfrom(LONGEST), ()
        data, told, _, client = self.sock.recvmsg(LONGEST, _ROOM)
        return data, client, _way(told)

    def send(self, message: bytes, client: Client, way: Way) -> None:
        """Sends an answer. OSError when the system doesn't take it."""
        if way:
            self.sock.sendmsg((message,), way, 0, client)
        else:
            self.sock.sendto(message, client)

    def send_from_another_port(self, message: bytes, client: Client, way: Way) -> None:
        """The same, from another port of the same address."""
        with socket.socket(self.sock.family, self.sock.type) as other:
            other.bind((_address(way) or self.sock.getsockname()[0], 0))
            other.sendto(message, client)


def _way(told: list[tuple[int, int, bytes]]) -> Way:
    """The way back of a datagram of which the system has told this. Through any interface: there may be another."""
    for level, kind, data in told:
        if (level, kind) == (socket.IPPROTO_IP, _IP_PKTINFO):  # interface, address here, address in the datagram
            return ((level, kind, bytes(4) + data[4:]),)
        if (level, kind) == (socket.IPPROTO_IPV6, _IPV6_PKTINFO):  # address, interface
            return ((level, kind, data[:16] + bytes(4)),)
    return ()


def _address(way: Way) -> str | None:
    for level, _, data in way:
        is_6 = level == socket.IPPROTO_IPV6
        return socket.inet_ntop(socket.AF_INET6, data[:16]) if is_6 else socket.inet_ntop(socket.AF_INET, data[4:8])
    return None
