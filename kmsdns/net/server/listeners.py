"""Listeners: TCP endpoints on this machine that do what a scenario says, for probes to meet.

    with Listeners([Listener(address="127.0.10.1", port=1688, answers="rpc")]) as opened:
        opened.servers

They are stubs. "rpc" and "rpc-other" read one bind, answer it, and say nothing more: no operation is ever carried out.
What "timeout" needs is a queue of connections that is full. Linux then drops the first packet of a further connection,
whatever net.ipv4.tcp_abort_on_overflow says: that is about the last packet of a handshake begun before the queue was
full. Elsewhere the queue may work otherwise; it is tried out, and refused with an error when connects don't time out.
"""

from __future__ import annotations

import errno
import selectors
import socket
import sys
import threading
from contextlib import suppress
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address
from time import monotonic

from kmsdns.errors import KmsdnsError
from kmsdns.kms import rpcbind
from kmsdns.model.messages import Server
from kmsdns.model.names import shown
from kmsdns.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType
    from typing import Self

MAX_SECONDS = 3600.0
"""Seconds after which listeners that nobody closed are gone."""

MAX_LISTENERS = 256
MAX_CONNECTIONS = 64
"""Connections that are held at a time; the oldest makes room for another."""

PATIENCE = 10.0
"""Seconds that a peer of "rpc" or "rpc-other" has for its bind, and to close."""

_BACKLOG = 64
_FULL_AFTER = 0.1  # seconds; on loopback a connect is through, or refused, as soon as it was asked for
_MAX_FILLERS = 16
_STOP_WITHIN = 5.0  # seconds; it is a matter of milliseconds


class Answers(StrEnum):
    """What a listener does with those who connect."""

    OPEN = "open"  # accepts the connection, and holds it
    CLOSED = "closed"  # refuses it: nothing listens, and nobody else can
    TIMEOUT = "timeout"  # says nothing to it
    RPC = "rpc"  # accepts the bind to the interface of a KMS host, then closes
    RPC_OTHER = "rpc-other"  # rejects it, as an RPC server does that has other interfaces


class Listener(Value):
    """One endpoint."""

    address: str  # in 127.0.0.0/8, or ::1
    port: int  # 0 for a free one
    answers: str  # one of Answers


_OFFERED = {Answers.RPC: rpcbind.KMS, Answers.RPC_OTHER: None}


class _Connection:
    """One that was accepted. binds says whether its bind is still to come; what else it sends is dropped."""

    def __init__(self, sock: socket.socket, answers: Answers) -> None:
        self.sock = sock
        self.answers = answers
        self.binds = answers in _OFFERED
        self.inbox = b""
        self.due = monotonic() + PATIENCE if self.binds else None


class Listeners:
    """Listeners in a thread of their own, all opened or none: a context manager, or to be started and closed.

    They end by themselves after max_seconds. Raises KmsdnsError for what is no loopback address, no port or no word of
    Answers, for one endpoint given twice, and, when they are started, for one that can't be had.
    """

    def __init__(self, wanted: Sequence[Listener], *, max_seconds: float = MAX_SECONDS) -> None:
        if len(wanted) > MAX_LISTENERS:
            raise KmsdnsError(f"{len(wanted)} listeners are too many: {MAX_LISTENERS} are possible")
        self._wanted = [(Server(address=_checked(each), port=each.port), Answers(each.answers)) for each in wanted]
        fixed = [server for server, _answers in self._wanted if server.port]
        for server in fixed:
            if fixed.count(server) > 1:
                raise KmsdnsError(f"two listeners are to be at {server}: give each an address or a port of its own")
        self._max_seconds = max_seconds
        self._servers: tuple[Server, ...] = ()
        self._ports: list[tuple[socket.socket, Answers]] = []
        self._fillers: list[socket.socket] = []
        self._connections: list[_Connection] = []
        self._thread: threading.Thread | None = None

    @property
    def servers(self) -> tuple[Server, ...]:
        """Where they are, in the order given; empty before they are started."""
        return self._servers

    def start(self) -> Self:
        """Opens them. KmsdnsError as the class says, with nothing left open."""
        if self._thread is not None:
            raise KmsdnsError("these listeners have been started already")
        try:
            self._servers = tuple([self._open(server, answers) for server, answers in self._wanted])
        except KmsdnsError:
            self._close_all()
            raise
        self._waker, self._woken = socket.socketpair()
        self._thread = threading.Thread(target=self._serve, name="kmsdns listeners", daemon=True)
        self._thread.start()
        return self

    def close(self) -> None:
        """Closes them and every connection. A second call does nothing."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._waker.close()
            thread.join(_STOP_WITHIN)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _open(self, server: Server, answers: Answers) -> Server:
        """Opens one, and returns where it is."""
        sock = socket.socket(_family(server))
        self._ports.append((sock, answers))
        try:
            if sys.platform != "win32":  # where it would let two servers share a port
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind((server.address, server.port))
            if answers is not Answers.CLOSED:  # bound and no more, it refuses
                sock.listen(0 if answers is Answers.TIMEOUT else _BACKLOG)
        except OSError as error:
            taken = error.errno in (errno.EADDRINUSE, errno.EACCES) and server.port != 0
            advice = ": end what has it, or choose another port" if taken else ""
            reason = error.strerror or str(error)
            raise KmsdnsError(f'nothing can be "{answers}" at {server}: {reason}{advice}') from None
        sock.setblocking(False)
        found = server.replace(port=sock.getsockname()[1])
        if answers is Answers.TIMEOUT:
            self._fill(found)
        return found

    def _fill(self, server: Server) -> None:
        """Fills a listener's queue with connections of our own, until a further one gets no answer."""
        for _ in range(_MAX_FILLERS):
            filler = socket.socket(_family(server))
            self._fillers.append(filler)
            filler.setblocking(False)
            code = filler.connect_ex((server.address, server.port))
            if code in (errno.EINPROGRESS, errno.EWOULDBLOCK):
                with selectors.DefaultSelector() as selector:
                    selector.register(filler, selectors.EVENT_WRITE)
                    told = selector.select(_FULL_AFTER)
                if not told:
                    filler.close()  # it would go on asking
                    return
                code = filler.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if code:
                break
        raise KmsdnsError(f"connects to {server} can't be made to time out on this system: try another address")

    def _serve(self) -> None:
        end = monotonic() + self._max_seconds
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(self._woken, selectors.EVENT_READ)
                for sock, answers in self._ports:
                    if answers in (Answers.OPEN, *_OFFERED):
                        selector.register(sock, selectors.EVENT_READ, answers)
                while (now := monotonic()) < end:
                    for late in [each for each in self._connections if each.due is not None and each.due <= now]:
                        self._drop(late, selector)
                    dues = [each.due for each in self._connections if each.due is not None]
                    for key, _ in selector.select(max(min([end, *dues]) - now, 0.0)):
                        if key.data is None:
                            return
                        with suppress(OSError):
                            if isinstance(key.data, _Connection):
                                self._read(key.data, selector)
                            else:
                                assert isinstance(key.fileobj, socket.socket)
                                self._accept(key.fileobj, key.data, selector)
        finally:
            self._close_all()
            self._woken.close()

    def _accept(self, port: socket.socket, answers: Answers, selector: selectors.BaseSelector) -> None:
        sock, _ = port.accept()
        sock.setblocking(False)
        if len(self._connections) >= MAX_CONNECTIONS:
            self._drop(self._connections[0], selector)
        connection = _Connection(sock, answers)
        self._connections.append(connection)
        selector.register(sock, selectors.EVENT_READ, connection)

    def _read(self, connection: _Connection, selector: selectors.BaseSelector) -> None:
        """What a peer sent: a bind where one is waited for; all else is dropped."""
        if connection not in self._connections:  # it made room for another a moment ago
            return
        try:
            octets = connection.sock.recv(rpcbind.MAX_FRAGMENT)
            if octets and connection.binds:
                connection.inbox += octets
                self._answer(connection)
        except BlockingIOError:
            return
        except (OSError, rpcbind.RpcBindError):
            octets = b""
        if not octets:
            self._drop(connection, selector)

    def _answer(self, connection: _Connection) -> None:
        """Answers a bind as soon as it is complete, and says nothing any more. RpcBindError when it is none."""
        length = rpcbind.fragment_length(connection.inbox)
        if length is None or len(connection.inbox) < length:
            return
        bind = rpcbind.decode(connection.inbox)
        if not isinstance(bind, rpcbind.Bind):
            raise rpcbind.RpcBindError("an answer, where a bind is waited for")
        connection.binds, connection.inbox = False, b""
        connection.sock.sendall(rpcbind.encode_bind_ack(bind, _OFFERED[connection.answers]))  # into an empty buffer
        connection.sock.shutdown(socket.SHUT_WR)

    def _drop(self, connection: _Connection, selector: selectors.BaseSelector) -> None:
        self._connections.remove(connection)
        selector.unregister(connection.sock)
        connection.sock.close()

    def _close_all(self) -> None:
        for sock in (*[port for port, _ in self._ports], *self._fillers, *[each.sock for each in self._connections]):
            sock.close()
        self._ports, self._fillers, self._connections, self._servers = [], [], [], ()


def _checked(listener: Listener) -> str:
    """The address. KmsdnsError for what can be no listener."""
    where = shown(listener.address)
    try:
        address = ip_address(listener.address)
    except ValueError:
        raise KmsdnsError(f"{where} is no address to listen at: write it like 127.0.10.1 or ::1") from None
    if not (address == IPv6Address("::1") or (isinstance(address, IPv4Address) and address.is_loopback)):
        raise KmsdnsError(f"{where} is within reach of others: listeners are opened in 127.0.0.0/8 and at ::1 only")
    if not 0 <= listener.port <= 65535:
        raise KmsdnsError(f"port {listener.port} at {where} is out of range: give one from 1 to 65535, or 0")
    if listener.answers not in list(Answers):
        raise KmsdnsError(f"no listener answers {shown(listener.answers)}: use one of {', '.join(Answers)}")
    return str(address)


def _family(server: Server) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in server.address else socket.AF_INET
