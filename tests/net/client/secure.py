"""Servers over TLS, HTTPS and QUIC for the tests: good ones with the answers of ZONE, and ways for them to be bad."""

from __future__ import annotations

import asyncio
import datetime
import ssl
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager

import h2.config
import h2.connection
import h2.events
import trustme
from aioquic.asyncio import QuicConnectionProtocol, serve
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.events import QuicEvent, StreamDataReceived
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import load_pem_x509_certificates

from kmsdns.model.messages import Server
from kmsdns.net.server.responder import Responder
from kmsdns.zone.reader import load

OWNER = "_vlmcs._tcp.corp.test."
ZONE = """$ORIGIN corp.test.
@ 3600 IN SOA ns admin 1 7200 900 86400 300
@ IN NS ns
ns IN A 127.0.0.1
_vlmcs._tcp IN SRV 0 0 1688 kms1
kms1 IN A 127.0.10.1
""" + "".join(f"many._tcp IN SRV 0 0 1688 host{n:03}.a-rather-long-label-to-fill-the-packet\n" for n in range(60))
RESPONDER = Responder([load(ZONE)])

PAST = datetime.datetime(2001, 1, 1, tzinfo=datetime.UTC)
CA = trustme.CA()
PEM = CA.cert_pem.bytes().decode()
GOOD = CA.issue_cert("dns.test", "127.0.0.1", "::1")
UNFIT = {
    "wrong-ca": trustme.CA().issue_cert("dns.test", "127.0.0.1"),
    "wrong-name": CA.issue_cert("other.test", "127.0.0.9"),
    "expired": CA.issue_cert("dns.test", "127.0.0.1", not_before=PAST, not_after=PAST + datetime.timedelta(days=9)),
}
"""Certificates that must not be believed."""

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Serving = AbstractAsyncContextManager[int]  # the port


def good(query: bytes) -> bytes:
    reply = RESPONDER.respond(query, "tcp")
    assert isinstance(reply, bytes)
    return reply


def tls(certificate: trustme.LeafCert = GOOD, *alpn: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    if alpn:
        context.set_alpn_protocols(list(alpn))
    return context


@contextmanager
def running(serving: Serving) -> Iterator[int]:
    """The port of a server that runs in a loop of its own thread."""
    port: list[int] = []
    ready, loop = threading.Event(), asyncio.new_event_loop()
    stop = asyncio.Event()
    loop.set_exception_handler(lambda _loop, _about: None)  # what clients do to servers, and bad servers to themselves

    async def run() -> None:
        try:
            async with serving as number:
                port.append(number)
                ready.set()
                await stop.wait()
        finally:
            ready.set()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),), daemon=True)
    thread.start()
    ready.wait()
    try:
        yield port[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


@asynccontextmanager
async def streams(talk: Talk, context: ssl.SSLContext | None, address: str = "127.0.0.1") -> AsyncIterator[int]:
    """Each connection is talked with; over TLS, if there is a context."""
    writers: list[asyncio.StreamWriter] = []

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        try:
            await talk(reader, writer)
        except (OSError, EOFError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(connected, address, 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for writer in writers:
            writer.transport.abort()
        await asyncio.sleep(0.01)


@asynccontextmanager
async def datagrams(reply: bytes | None = None) -> AsyncIterator[int]:
    """Every UDP packet gets this reply, or none."""

    class Protocol(asyncio.DatagramProtocol):
        def connection_made(self, transport):
            self.transport = transport

        def datagram_received(self, data, addr):
            if reply is not None:
                self.transport.sendto(reply, addr)

    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(Protocol, local_addr=("127.0.0.1", 0))
    try:
        yield transport.get_extra_info("sockname")[1]
    finally:
        transport.close()


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Takes everything, says nothing."""
    while await reader.read(65536):
        pass


# DNS over TLS


async def frame(reader: asyncio.StreamReader) -> bytes:
    return await reader.readexactly(int.from_bytes(await reader.readexactly(2), "big"))


def framed(message: bytes) -> bytes:
    return len(message).to_bytes(2, "big") + message


def answering(answer: Callable[[bytes], bytes], seen: list[tuple[object, bytes]] | None = None) -> Talk:
    """What comes back for each question; seen gets the connection and the question."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            query = await frame(reader)
            if seen is not None:
                seen.append((writer, query))
            writer.write(answer(query))
            await writer.drain()

    return talk


dot = answering(lambda query: framed(good(query)))


# DNS over HTTPS


class Http:
    """What a server sends back: a status line and headers, and a body."""

    def __init__(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.body, self.status = body, status
        self.headers = {"content_type": "application/dns-message", **headers}

    def __bytes__(self) -> bytes:
        fields = {"content-length": str(len(self.body))}
        fields |= {name.replace("_", "-"): value for name, value in self.headers.items()}
        lines = [f"HTTP/1.1 {self.status} Whatever", *[f"{name}: {value}" for name, value in fields.items() if value]]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


def http1(answer: Callable[[bytes], Http | bytes], seen: list[tuple[str, bytes]] | None = None) -> Talk:
    """HTTP/1.1: an Http keeps the connection, octets are all there is on it. seen gets each head and body."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = next(line for line in head.lower().split("\r\n") if line.startswith("content-length"))
            query = await reader.readexactly(int(length.partition(":")[2]))
            if seen is not None:
                seen.append((head, query))
            reply = answer(query)
            writer.write(bytes(reply))
            await writer.drain()
            if isinstance(reply, bytes):
                return

    return talk


def http2(answer: Callable[[bytes], Http | None], seen: list[tuple[dict[str, str], bytes]] | None = None) -> Talk:
    """HTTP/2: None resets the stream."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
        connection.initiate_connection()
        heads: dict[int, dict[str, str]] = {}
        bodies: dict[int, bytes] = {}
        pending: dict[int, memoryview] = {}
        while True:
            for stream in list(pending):
                while room := min(connection.local_flow_control_window(stream), 16384, len(pending[stream])):
                    connection.send_data(stream, bytes(pending[stream][:room]))
                    pending[stream] = pending[stream][room:]
                if not pending[stream]:
                    connection.end_stream(stream)
                    del pending[stream]
            writer.write(connection.data_to_send())
            await writer.drain()
            if not (data := await reader.read(65536)):
                return
            for event in connection.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    heads[event.stream_id] = dict(event.headers)
                elif isinstance(event, h2.events.DataReceived):
                    bodies[event.stream_id] = bodies.get(event.stream_id, b"") + event.data
                elif isinstance(event, h2.events.StreamEnded):
                    stream = event.stream_id
                    if seen is not None:
                        seen.append((heads[stream], bodies[stream]))
                    reply = answer(bodies[stream])
                    if reply is None:
                        connection.reset_stream(stream)
                        continue
                    fields = [(name.replace("_", "-"), value) for name, value in reply.headers.items()]
                    connection.send_headers(stream, [(":status", str(reply.status)), *fields])
                    pending[stream] = memoryview(reply.body)

    return talk


# DNS over QUIC


@asynccontextmanager
async def quic(
    answer: Callable[[bytes], object],
    certificate: trustme.LeafCert = GOOD,
    alpn: str = "doq",
    seen: list[tuple[object, bytes]] | None = None,
    address: str = "127.0.0.1",
) -> AsyncIterator[int]:
    """Each stream gets what answer makes of its question, as it is; None resets the stream, ... leaves it."""
    chain = [part for pem in certificate.cert_chain_pems for part in load_pem_x509_certificates(pem.bytes())]
    configuration = QuicConfiguration(
        is_client=False,
        alpn_protocols=[alpn],
        certificate=chain[0],
        certificate_chain=chain[1:],
        private_key=load_pem_private_key(certificate.private_key_pem.bytes(), None),
    )

    class Protocol(QuicConnectionProtocol):
        def quic_event_received(self, event: QuicEvent) -> None:
            if not isinstance(event, StreamDataReceived):
                return
            buffer = buffers[self, event.stream_id] = buffers.get((self, event.stream_id), b"") + event.data
            if event.end_stream:
                if seen is not None:
                    seen.append((self, buffer[2:]))
                reply = answer(buffer[2:])
                if reply is ...:
                    return
                if reply is None:
                    self._quic.reset_stream(event.stream_id, 2)
                else:
                    self._quic.send_stream_data(event.stream_id, reply, end_stream=True)
                self.transmit()

    buffers: dict[tuple[Protocol, int], bytes] = {}
    server = await serve(address, 0, configuration=configuration, create_protocol=Protocol)
    try:
        yield server._transport.get_extra_info("sockname")[1]
    finally:
        server.close()


GOOD_SERVERS: dict[str, Callable[..., Serving]] = {
    "dot": lambda **options: streams(dot, tls(), **options),
    "doh": lambda **options: streams(http2(lambda query: Http(good(query))), tls(GOOD, "h2"), **options),
    "doq": lambda **options: quic(lambda query: framed(good(query)), **options),
}
"""One of each transport."""


def at(port: int, transport: str, name: str = "dns.test", address: str = "127.0.0.1") -> Server:
    path = "/dns-query" if transport == "doh" else ""
    return Server(address=address, port=port, transport=transport, name=name, path=path)
