"""Encrypted look-ups: the connections to servers over TLS, HTTPS and QUIC, shared by the questions of one run.

Rules: a server's certificate is always checked, against its name or its address (RFC 8310, the strict profile), and
nothing is ever asked in the clear instead. Questions share a connection. One on which a question was given up takes no
further one, since whoever doesn't answer may not be there any more; one that ended after it had answered something is
replaced within the same try (RFC 7766 6.2.4). The time is the exchange's: it gives requests up, everywhere.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from time import monotonic

from kmsdns.errors import KmsdnsError, UnreadableInput
from kmsdns.model.names import shown
from kmsdns.net.client.secure_connection import Failed, SecureConnection

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Coroutine, Sequence
    from pathlib import Path
    from typing import Any, TypeVar

    from kmsdns.lookup.attempt import Request
    from kmsdns.lookup.comparison import Comparison
    from kmsdns.lookup.exchange import Exchange
    from kmsdns.model.messages import Server
    from kmsdns.net.client.background import Background

    T = TypeVar("T")

MAX_AUTHORITIES = 16 << 20
"""Octets of a file of certificates that are read."""

_SPOKEN = {"dot": "DNS over TLS", "doh": "DNS over HTTPS", "doq": "DNS over QUIC"}
_NEEDS = {"dot": (), "doh": ("httpcore", "h2", "anyio"), "doq": ("aioquic",)}  # as the extras in pyproject.toml
_ALPN = {"dot": ["dot"], "doh": ["h2", "http/1.1"], "doq": ["doq"]}
_PEM = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


class Secure:
    """All connections of one run. authorities: certificates in PEM, "" for those the system trusts."""

    def __init__(self, authorities: str = "") -> None:
        self._authorities = authorities
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._open: dict[Server, list[SecureConnection]] = {}
        self._background: Background | None = None

    async def ask(self, server: Server, data: bytes) -> bytes:
        """The message that came in reply to this one. Raises Failed."""
        while True:
            connection = self._connection(server, data)
            connection.asking += 1
            try:
                return await connection.ask(data)
            except Failed:
                if not (connection.retired and connection.answered):
                    raise
            except asyncio.CancelledError:
                connection.retired = True
                raise
            finally:
                connection.asking -= 1
                if connection.retired and not connection.asking:
                    self._open[server].remove(connection)
                    await connection.aclose()

    async def carry(self, exchange: Exchange | Comparison, request: Request, news: asyncio.Event) -> None:
        """Makes one try's request and hands the exchange what came of it."""
        try:
            data = await self.ask(request.server, request.data)
        except Failed as failed:
            exchange.error(request.key, failed.reason, monotonic(), failed.detail, failed.size)
        else:
            exchange.message(request.key, data, monotonic())
        news.set()

    async def aclose(self) -> None:
        """Closes what is open."""
        for connections in self._open.values():
            while connections:
                await connections.pop().aclose()

    def block(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """A coroutine's result, for callers that block; the event loop that runs it lasts until close."""
        if self._background is None:
            from kmsdns.net.client.background import Background

            self._background = Background()
        return self._background.run(coroutine)

    def close(self) -> None:
        """As aclose, after block."""
        if self._background is not None:
            background, self._background = self._background, None
            background.run(self.aclose())
            background.close()

    def _connection(self, server: Server, data: bytes) -> SecureConnection:
        connections = self._open.setdefault(server, [])
        for connection in connections:
            if connection.takes(data):
                return connection
        connections.append(self._opened(server))
        return connections[-1]

    def _opened(self, server: Server) -> SecureConnection:
        transport = server.transport or "dot"
        context = self._contexts.get(transport)
        if context is None:
            context = self._contexts[transport] = ssl.create_default_context(cadata=self._authorities or None)
            context.set_alpn_protocols(_ALPN[transport])
        if transport == "doh":
            from kmsdns.net.client.doh import Doh

            return Doh(server, context)
        if transport == "doq":
            from kmsdns.net.client.doq import Doq

            return Doq(server, context, is_private=bool(self._authorities))
        from kmsdns.net.client.dot import Dot

        return Dot(server, context)


def prepare(servers: Sequence[Server], ca_file: str | Path | None) -> Secure | None:
    """What these servers need to be asked; None when all of them are asked in the clear.

    Raises KmsdnsError when a package is missing, UnreadableInput for a ca_file without certificates.
    """
    transports = dict.fromkeys(server.transport for server in servers if server.transport)
    for transport in transports:
        missing = [name for name in _NEEDS[transport] if find_spec(name) is None]
        if missing:
            raise KmsdnsError(
                f"{_SPOKEN[transport]} needs {' and '.join(missing)}, which this Python lacks: "
                f"pip install 'kmsdns[{transport}]'"
            )
        import_module(f"kmsdns.net.client.{transport}")  # before any time runs
    return Secure(_authorities(ca_file) if ca_file is not None else "") if transports else None


def _authorities(path: str | Path) -> str:
    """The certificates in a file, in PEM."""
    from pathlib import Path

    where = f"the certificates in {shown(str(path), 4096)}"
    try:
        if not Path(path).is_file():
            raise UnreadableInput(f"{where} can't be read: there is no such file, or it is no regular one")
        with Path(path).open("rb") as file:
            text = file.read(MAX_AUTHORITIES).decode("ascii", "replace")
    except (OSError, ValueError) as error:
        raise UnreadableInput(f"{where} can't be read: {getattr(error, 'strerror', None) or error}") from None
    pem = "\n".join(_PEM.findall(text))
    with suppress(ssl.SSLError, ValueError):
        if pem and ssl.create_default_context(cadata=pem).get_ca_certs(binary_form=True):
            return pem
    raise UnreadableInput(f"{where} can't be used: it holds no authority's certificate in PEM form")
