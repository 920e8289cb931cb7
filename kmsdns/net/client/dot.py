"""DNS over TLS (RFC 7858): one connection, as octets through ssl.SSLObject."""

from __future__ import annotations

import asyncio
import socket
import ssl

from kmsdns.net.client.async_connect import connected
from kmsdns.net.client.secure_connection import Failed, SecureConnection, untrusted
from kmsdns.net.client.sockets import new_socket, place, reason_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.model.messages import Server

_PIECE = 65536  # octets taken out of TLS at once


class Dot(SecureConnection, asyncio.Protocol):
    """Questions go out as they come; replies come in any order (RFC 7766 6.2.1.1), told apart by their ids."""

    def __init__(self, server: Server, context: ssl.SSLContext) -> None:
        super().__init__()
        self._server = server
        self._waiting: dict[bytes, asyncio.Future[bytes]] = {}  # by id, the oldest first
        self._unsent: list[bytes] = []
        self._buffer = b""
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=server.identity)
        self._has_shaken_hands = False
        self._transport: asyncio.Transport | None = None
        self._lost = asyncio.Event()
        self._opening = asyncio.get_running_loop().create_task(self._connect())

    def takes(self, data: bytes) -> bool:
        """An id stands for one question at a time."""
        return not self.retired and data[:2] not in self._waiting

    async def ask(self, data: bytes) -> bytes:
        """As SecureConnection's."""
        future: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting[data[:2]] = future
        self._unsent.append(len(data).to_bytes(2, "big") + data)
        if self._transport is not None:
            self._step()
        try:
            return await future
        finally:
            if self._waiting.get(data[:2]) is future:  # else the id may be another question's by now
                del self._waiting[data[:2]]

    async def aclose(self) -> None:
        """As SecureConnection's; says goodbye without waiting for an answer."""
        self._fail(Failed("tcp-closed"))
        self._opening.cancel()
        await asyncio.wait([self._opening])
        if self._transport is not None:
            await self._lost.wait()  # no loop may end before that

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        sock = None
        try:
            where = place(self._server)
        except OSError:  # the zone of an address
            self._fail(Failed("host-unreachable"))
            return
        try:
            sock = new_socket(self._server, socket.SOCK_STREAM)
            await connected(sock, where)
            await loop.create_connection(lambda: self, sock=sock)
        except OSError as error:
            self._fail(Failed(reason_of(error, is_stream=True)))
        finally:
            if sock is not None and self._transport is None:
                sock.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The TCP connection stands."""
        self._transport = transport  # type: ignore[assignment]  # one of uvloop's is none by its class
        self._step()

    def data_received(self, data: bytes) -> None:
        """Octets of TLS came."""
        self._incoming.write(data)
        self._step()

    def eof_received(self) -> None:
        """The server sends no more."""
        self._fail(self._closed())

    def connection_lost(self, exc: Exception | None) -> None:
        """The TCP connection has ended."""
        self._lost.set()
        self._fail(Failed("tcp-reset") if isinstance(exc, ConnectionError) else self._closed())

    def _closed(self) -> Failed:
        return Failed("tcp-short" if self._buffer else "tcp-closed")

    def _step(self) -> None:
        """Does what can be done with what has come: the handshake, then writing and reading."""
        failed: Failed | None = None
        try:
            if not self._has_shaken_hands:
                self._tls.do_handshake()
                self._has_shaken_hands = True
            while self._unsent:
                self._tls.write(self._unsent[0])
                del self._unsent[0]
            while failed is None:
                octets = self._tls.read(_PIECE)
                self._buffer += octets
                failed = self._hand_out() if octets else self._closed()
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLError as error:
            failed = untrusted(error)
        self._flush()
        if failed is not None:
            self._fail(failed)

    def _flush(self) -> None:
        octets = self._outgoing.read()
        if octets and self._transport is not None:
            self._transport.write(octets)

    def _hand_out(self) -> Failed | None:
        """The whole messages that have come, each to its question."""
        while len(self._buffer) >= 2:
            end = 2 + int.from_bytes(self._buffer[:2], "big")
            if end == 2:
                return Failed("tcp-length-zero")
            if len(self._buffer) < end:
                return None
            message, self._buffer = self._buffer[2:end], self._buffer[end:]
            future = self._waiting.pop(message[:2], None)
            if future is not None:
                self.answered = True
            elif self._waiting and not self.retired:  # where it may be the reply to a question that was given up
                future = self._waiting.pop(next(iter(self._waiting)))
            if future is not None and not future.done():
                future.set_result(message)
        return None

    def _fail(self, failed: Failed) -> None:
        """Ends the connection, and what is asked over it."""
        self.retired = True
        while self._waiting:
            future = self._waiting.pop(next(iter(self._waiting)))
            if not future.done():
                future.set_exception(failed)
        if self._transport is not None and not self._transport.is_closing():
            try:
                self._tls.unwrap()
            except (ssl.SSLError, ValueError):
                self._flush()  # the goodbye; the server's own isn't waited for
            self._transport.close()
            if self._transport.get_write_buffer_size():
                self._transport.abort()
