"""DNS over QUIC (RFC 9250), through aioquic: one connection, and a stream for each question.

The words for TCP say of a stream what they say of a connection: tcp-closed when it ends without a reply, tcp-short when
it ends within one, tcp-reset when it is reset.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from contextlib import suppress

from aioquic.asyncio.protocol import QuicConnectionProtocol
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.connection import QuicConnection
from aioquic.quic.events import ConnectionTerminated, HandshakeCompleted, StreamDataReceived, StreamReset
from aioquic.quic.packet import QuicErrorCode

from kmsdns.net.client.secure_connection import Failed, SecureConnection
from kmsdns.net.client.sockets import LARGEST, place, reason_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from aioquic.quic.events import QuicEvent

    from kmsdns.model.messages import Server

_NO_ERROR = 0  # DOQ_NO_ERROR (RFC 9250 4.3)
_ALERTS = range(QuicErrorCode.CRYPTO_ERROR, QuicErrorCode.CRYPTO_ERROR + 256)  # of TLS (RFC 9001 4.8)

logging.getLogger("quic").addHandler(logging.NullHandler())  # else what ends a connection is written to stderr


class Doq(SecureConnection):
    """The connection to one server; it stands once _opening is done."""

    def __init__(self, server: Server, context: ssl.SSLContext, *, is_private: bool) -> None:
        """is_private: the context's authorities are all there are, not the system's."""
        super().__init__()
        self._server = server
        self._configuration = QuicConfiguration(is_client=True, alpn_protocols=["doq"], server_name=server.identity)
        system = ssl.get_default_verify_paths()
        if not is_private and (system.cafile or system.capath):
            self._configuration.load_verify_locations(system.cafile, system.capath)
        else:  # those of --ca-file, or those of Windows, which has no such paths
            known = "".join(map(ssl.DER_cert_to_PEM_cert, context.get_ca_certs(binary_form=True)))
            self._configuration.load_verify_locations(cadata=known.encode())
        self._streams: _Streams | None = None
        self._opening = asyncio.get_running_loop().create_task(self._connect())

    async def ask(self, data: bytes) -> bytes:
        """As SecureConnection's."""
        try:
            streams = await asyncio.shield(self._opening)
            reply = await streams.ask(data)
        except Failed:
            self.retired = self.retired or self._streams is None or self._streams.has_ended
            raise
        self.answered = True
        return reply

    async def aclose(self) -> None:
        """As SecureConnection's; says goodbye without waiting for an answer."""
        self.retired = True
        self._opening.cancel()
        await asyncio.wait([self._opening])
        if self._streams is not None:
            self._streams.end()

    async def _connect(self) -> _Streams:
        loop = asyncio.get_running_loop()
        family = socket.AF_INET6 if ":" in self._server.address else socket.AF_INET
        connection = QuicConnection(configuration=self._configuration)
        try:
            sock = socket.socket(family, socket.SOCK_DGRAM)
            try:
                sock.setblocking(False)
                sock.connect(place(self._server))  # a connected socket hears of ICMP errors
                streams = _Streams(connection)
                try:
                    _Datagrams(sock, streams)
                except NotImplementedError:  # a loop of Windows has no readers, but good transports
                    await loop.create_datagram_endpoint(lambda: streams, sock=sock)
            except BaseException:
                sock.close()
                raise
        except OSError as error:
            raise Failed(reason_of(error, is_stream=False)) from None
        self._streams = streams
        streams.connect(sock.getpeername())  # as recvfrom will write it
        await streams.stands
        return streams


class _Streams(QuicConnectionProtocol):
    """Hands what comes on each stream to the question that waits there."""

    def __init__(self, quic: QuicConnection) -> None:
        super().__init__(quic)
        self.stands: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting: dict[int, asyncio.Future[bytes]] = {}
        self._buffers: dict[int, bytes] = {}
        self._failed: Failed | None = None

    @property
    def has_ended(self) -> bool:
        """The connection has, be it before it stood."""
        return self._failed is not None

    async def ask(self, data: bytes) -> bytes:
        """One question, on a stream of its own (RFC 9250 4.2)."""
        if self._failed is not None:
            raise self._failed
        stream = self._quic.get_next_available_stream_id()
        future: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting[stream] = future
        self._quic.send_stream_data(stream, len(data).to_bytes(2, "big") + data, end_stream=True)
        self.transmit()
        try:
            return await future
        finally:
            del self._waiting[stream]
            self._buffers.pop(stream, None)

    def end(self) -> None:
        """Closes the connection and the socket."""
        self._fail(Failed("tcp-closed"))
        assert self._transport is not None
        with suppress(Exception):  # whatever state hostile packets have brought the library into
            self.close(_NO_ERROR)
        if self._timer is not None:
            self._timer.cancel()
        self._transport.close()

    def datagram_received(self, data: bytes | str, addr: tuple[object, ...]) -> None:
        """A packet came. What the library fails to read ends the connection, and nothing else."""
        try:
            super().datagram_received(data, addr)
        except Exception as error:
            self._fail(Failed("tcp-reset", f"{type(error).__name__}: {error}"))
        # The library tells of an end only after the draining period (RFC 9000 10.2), which nobody here waits for.
        ended = getattr(self._quic, "_close_event", None)
        if ended is not None:
            self._fail(_reason(ended))

    def error_received(self, exc: Exception) -> None:
        """ICMP says that nobody is there."""
        assert isinstance(exc, OSError)
        self._fail(Failed(reason_of(exc, is_stream=False)))

    def quic_event_received(self, event: QuicEvent) -> None:
        """What the library made of packets and the clock."""
        if isinstance(event, HandshakeCompleted):
            if not self.stands.done():
                self.stands.set_result(None)
        elif isinstance(event, StreamDataReceived):
            self._received(event.stream_id, event.data, event.end_stream)
        elif isinstance(event, StreamReset):
            self._settle(event.stream_id, Failed("tcp-reset", f"error {event.error_code}"))
        elif isinstance(event, ConnectionTerminated):
            self._fail(_reason(event))

    def _received(self, stream: int, data: bytes, is_last: bool) -> None:
        if stream not in self._waiting:
            return
        octets = self._buffers[stream] = self._buffers.get(stream, b"") + data
        end = 2 + int.from_bytes(octets[:2], "big")
        if len(octets) >= 2 and (end == 2 or len(octets) >= end):
            self._settle(stream, octets[2:end] if end > 2 else Failed("tcp-length-zero"))
        elif is_last:
            self._settle(stream, Failed("tcp-short" if octets else "tcp-closed"))

    def _settle(self, stream: int, outcome: bytes | Failed) -> None:
        future = self._waiting.get(stream)
        if future is None or future.done():
            return
        if isinstance(outcome, Failed):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)

    def _fail(self, failed: Failed) -> None:
        """The connection has ended, and with it what is asked over it."""
        self._failed = self._failed or failed
        if not self.stands.done():
            self.stands.set_exception(failed)
            self.stands.exception()  # seen, should nobody wait for it any more
        for stream in self._waiting:
            self._settle(stream, failed)


class _Datagrams(asyncio.DatagramTransport):
    """The transport of a connected socket. uvloop's own can't send from one, nor tell of ICMP errors."""

    def __init__(self, sock: socket.socket, protocol: _Streams) -> None:
        super().__init__({"socket": sock})
        self._sock, self._protocol = sock, protocol
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(sock, self._receive)
        protocol.connection_made(self)

    def sendto(self, data: bytes | bytearray | memoryview, addr: object = None) -> None:
        """Sends a packet to whom the socket is connected to; one that there is no room for is lost, as on its way."""
        del addr
        try:
            self._sock.send(data)
        except BlockingIOError:
            return
        except OSError as error:
            self._loop.call_soon(self._protocol.error_received, error)

    def close(self) -> None:
        """Closes the socket."""
        if self._sock.fileno() >= 0:
            self._loop.remove_reader(self._sock)
            self._sock.close()

    abort = close

    def is_closing(self) -> bool:
        """Whether it is closed."""
        return self._sock.fileno() < 0

    def _receive(self) -> None:
        try:
            data, address = self._sock.recvfrom(LARGEST)
        except BlockingIOError:
            return
        except OSError as error:
            self._protocol.error_received(error)
            return
        self._protocol.datagram_received(data, address)


def _reason(event: ConnectionTerminated) -> Failed:
    if event.error_code in _ALERTS:
        return Failed("tls-untrusted", event.reason_phrase or f"TLS alert {event.error_code - _ALERTS.start}")
    return Failed("tcp-closed", f"error {event.error_code:#x} {event.reason_phrase}".rstrip())
