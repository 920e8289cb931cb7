"""DNS over HTTPS (RFC 8484): questions as POST requests through httpx, over HTTP/2 where the server has it.

Rules: straight to the transport, so that there are no redirects, cookies, proxies and no caching (RFC 8484 4, 5 and 8).
A response counts with status 200 and application/dns-message only, and no more of it is read than a message may have.
"""

from __future__ import annotations

import ssl
from contextlib import aclosing

import httpx

from kmsdns.net.secure import Connection, Failed, untrusted
from kmsdns.net.stub import reason_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kmsdns.core.messages import Server

MAX_MESSAGE = 65535
MAX_CONNECTIONS = 8
"""At once to a server that has no HTTP/2."""

_TYPE = "application/dns-message"
_PASSED_ON = 2  # exceptions of httpx and httpcore; one more behind them is the parser's, about what came


class Doh(Connection):
    """The connections to one server: one, if it has HTTP/2."""

    def __init__(self, server: Server, context: ssl.SSLContext) -> None:
        super().__init__()
        limits = httpx.Limits(max_connections=MAX_CONNECTIONS, max_keepalive_connections=MAX_CONNECTIONS)
        self._transport = httpx.AsyncHTTPTransport(verify=context, trust_env=False, http2=True, limits=limits)
        self._url = f"https://{_authority(server.address, server.port)}{server.path}"
        self._headers = {
            "host": _authority(server.identity, server.port).removesuffix(":443"),
            "accept": _TYPE,
            "accept-encoding": "identity",
            "content-type": _TYPE,
        }
        self._extensions = {"sni_hostname": server.identity}

    async def ask(self, data: bytes) -> bytes:
        """As Connection's."""
        request = httpx.Request("POST", self._url, headers=self._headers, content=data, extensions=self._extensions)
        try:
            response = await self._transport.handle_async_request(request)
        except httpx.HTTPError as error:
            raise self._lost(error, None) from None
        body = b""
        try:
            size = response.headers.get("content-length", "")
            if response.status_code != httpx.codes.OK:
                raise Failed("http-status", str(response.status_code), 0)
            if response.headers.get("content-type", "").partition(";")[0].strip().lower() != _TYPE:
                raise Failed("http-content-type", response.headers.get("content-type", "none"), 0)
            if size.isdecimal() and len(size) > len(str(MAX_MESSAGE)):
                raise Failed("too-large", f"{size} octets", 0)
            assert isinstance(response.stream, httpx.AsyncByteStream)
            async with aclosing(aiter(response.stream)) as pieces:  # type: ignore[type-var]  # an async generator
                async for piece in pieces:
                    body += piece
                    if len(body) > MAX_MESSAGE:
                        raise Failed("too-large", None, len(body))
        except httpx.HTTPError as error:
            raise self._lost(error, body) from None
        finally:
            await response.aclose()
        self.answered = True
        return body

    async def aclose(self) -> None:
        """As Connection's."""
        self.retired = True
        await self._transport.aclose()

    def _lost(self, error: httpx.HTTPError, body: bytes | None) -> Failed:
        """What an exception comes to; body is what came of a response's, None when none had begun."""
        self.retired = True
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
        is_misread = isinstance(error, httpx.ProtocolError) and len(causes) > _PASSED_ON
        return Failed("http-status", f"no HTTP: {error}", 0) if is_misread else Failed("tcp-closed")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and those that it was made of."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _authority(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
