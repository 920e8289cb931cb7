"""DNS cookies, the client's side: a server that has shown one is believed only with it (RFC 7873, RFC 9018).

Rules: each server is sent a client cookie of its own, random and for one run. A reply with another one, or without any
from a server that has shown one before, can't be the server's: a cookie is an ID too long to guess, so the reason is
id-mismatch. The server's own cookie is kept and sent back; what it consists of is the server's business.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kmsdns.core.wire import Message

_OPTION = 10
_CLIENT = 8  # octets of a client cookie
_LENGTHS = (_CLIENT, *range(_CLIENT + 8, _CLIENT + 33))  # octets of both together (RFC 7873 4)


class Cookie:
    """What one server and this run know each other by. Mutable: only look-ups touch it.

    below is the source of the client's: below(n) is a uniform integer in 0..n-1.
    """

    def __init__(self, below: Callable[[int], int]) -> None:
        self._client = b"".join([below(65536).to_bytes(2, "big") for _ in range(_CLIENT // 2)])
        self._server = b""

    @property
    def option(self) -> tuple[int, bytes]:
        """The EDNS option for a question to this server."""
        return _OPTION, self._client + self._server

    def objection(self, message: Message) -> str | None:
        """Why this reply can't be the server's, or None; then the cookie in it is kept (RFC 7873 5.3)."""
        options = message.edns.options if message.edns else ()
        shown = next((data for code, data in options if code == _OPTION), None)
        if shown is None:
            return "id-mismatch" if self._server else None
        if len(shown) not in _LENGTHS:
            return "malformed-opt"
        if shown[:_CLIENT] != self._client:
            return "id-mismatch"
        self._server = shown[_CLIENT:] or self._server
        return None
