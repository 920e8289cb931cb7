"""DNS over HTTPS (RFC 8484): questions as POST requests through httpcore, over HTTP/2 where the server has it.

httpcore and not httpx around it, so that there are no redirects, cookies, proxies and caches (RFC 8484 4, 5 and 8), and
the connection goes where the server is. A response counts with status 200 and application/dns-message only, no more of
it is read than a message may have, and the time that caches kept it is taken from its TTLs.
"""

from __future__ import annotations

import ssl

import httpcore

from kmsdns.lookup.ageing import aged
from kmsdns.model.records import MAX_TTL
from kmsdns.net.client.secure_connection import Failed, SecureConnection, untrusted
from kmsdns.net.client.sockets import place, reason_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from kmsdns.model.messages import Server

MAX_MESSAGE = 65535
MAX_CONNECTIONS = 8
"""At once to a server that has no HTTP/2."""

_TYPE = b"application/dns-message"
_OK = 200
_DIGITS = 11  # of a number of seconds; one that has more is as good as endless
_LOST = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.ConnectionNotAvailable)


class Doh(SecureConnection):
    """The connections to one server: one, if it has HTTP/2."""

    def __init__(self, server: Server, context: ssl.SSLContext) -> None:
        super().__init__()
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context, max_connections=MAX_CONNECTIONS, http2=True, network_backend=_Network(server)
        )
        host = f"[{server.identity}]" if ":" in server.identity else server.identity
        self._url = httpcore.URL(
            scheme=b"https", host=server.identity.encode(), port=server.port, target=server.path.encode()
        )
        self._headers = [
            (b"host", f"{host}:{server.port}".removesuffix(":443").encode()),
            (b"accept", _TYPE),
            (b"accept-encoding", b"identity"),
            (b"content-type", _TYPE),
        ]

    async def ask(self, data: bytes) -> bytes:
        """As SecureConnection's."""
        headers = [*self._headers, (b"content-length", str(len(data)).encode())]
        body: bytes | None = None  # until there is a response
        try:
            async with self._pool.stream("POST", self._url, headers=headers, content=data) as response:
                body = b""
                _check(response)
                age = _age(response)
                async for piece in response.aiter_stream():
                    body += piece
                    if len(body) > MAX_MESSAGE:
                        raise Failed("too-large", size=len(body))
        except _LOST as error:
            self.retired = True
            raise _lost(error, body) from None
        self.answered = True
        return aged(body, age) if age else body

    async def aclose(self) -> None:
        """As SecureConnection's."""
        self.retired = True
        await self._pool.aclose()


def _check(response: httpcore.Response) -> None:
    """Raises Failed for a response whose body isn't worth reading."""
    headers = {name.lower(): value for name, value in response.headers}
    kind, size = headers.get(b"content-type", b"none"), headers.get(b"content-length", b"")
    if response.status != _OK:
        raise Failed("http-status", str(response.status), 0)
    if kind.partition(b";")[0].strip().lower() != _TYPE:
        raise Failed("http-content-type", kind.decode("ascii", "backslashreplace"), 0)
    if size.isdigit() and (len(size) > len(str(MAX_MESSAGE)) or int(size) > MAX_MESSAGE):
        raise Failed("too-large", f"{size.decode()} octets", 0)


def _age(response: httpcore.Response) -> int:
    """Seconds since the response left its origin (RFC 9111 5.1): the first Age that is a number, else 0."""
    told = [value.strip() for name, value in response.headers if name.lower() == b"age"]
    first = told[0] if told else b""
    return min(int(first[:_DIGITS]), MAX_TTL) if first.isdigit() else 0


def _lost(error: Exception, body: bytes | None) -> Failed:
    """What the end of a connection comes to; body is what came of a response's, None when none had begun."""
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLEOFError):  # the connection's end in the middle of TLS
            break
        if isinstance(cause, ssl.SSLError):
            return untrusted(cause)
        if isinstance(cause, OSError) and cause.errno is not None:
            return Failed(reason_of(cause, is_stream=True))
    if body is not None:
        return Failed("tcp-short", size=len(body))
    is_misread = isinstance(error, httpcore.ProtocolError) and len(causes) > 1  # by the parser, which raised the other
    return Failed("http-status", f"no HTTP: {error}", 0) if is_misread else Failed("tcp-closed")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and those that it was made of."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


class _Network(httpcore.AsyncNetworkBackend):
    """Leads every connection to one address, whatever the URL's host."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        del host
        try:
            address = place(self._server)[0] + "".join(self._server.address.partition("%")[1:])
        except OSError:  # the zone of an address
            raise Failed("host-unreachable") from None
        return _Stream(await self._network.connect_tcp(address, port, timeout, local_address, socket_options))

    async def sleep(self, seconds: float) -> None:
        await self._network.sleep(seconds)


class _Stream(httpcore.AsyncNetworkStream):
    """A connection that doesn't stay open when its TLS handshake is given up."""

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        try:
            return await self._stream.start_tls(ssl_context, server_hostname, timeout)
        except BaseException:
            await self._stream.aclose()
            raise
