"""DNS cookies, the client's side: a server that has shown one is believed only with it (RFC 7873, RFC 9018).

Rules: each server is sent a client cookie of its own, random and for one run. A reply with another one, or without any
from a server that has shown one before, can't be the server's: a cookie is an ID too long to guess, so the reason is
id-mismatch. The server's own cookie is kept and sent back; what it consists of is the server's business.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kmsdns.lookup.wire import Message

_OPTION = 10
_CLIENT = 8  # octets of a client cookie
_LENGTHS = (_CLIENT, *range(_CLIENT + 8, _CLIENT + 33))  # octets of both together (RFC 7873 4)


class Cookie:
    """What one server and this run know each other by. Mutable: only look-ups touch it.

    randbelow is the source of the client's: randbelow(n) is a uniform integer in 0..n-1.
    """

    def __init__(self, randbelow: Callable[[int], int]) -> None:
        self._client = b"".join([randbelow(65536).to_bytes(2, "big") for _ in range(_CLIENT // 2)])
        self._server = b""

    @property
    def option(self) -> tuple[int, bytes]:
        """The EDNS option for a question to this server."""
        return _OPTION, self._client + self._server

    def objection(self, message: Message) -> tuple[str, str] | None:
        """Why this reply can't be the server's, in a word of REASONS and in a sentence (RFC 7873 5.3); or None."""
        shown = _shown(message)
        if shown is None and not self._server:
            return None
        if shown is None:
            return "id-mismatch", "it lacks the DNS cookie that this server has shown before"
        if len(shown) not in _LENGTHS:
            return "malformed-opt", f"a DNS cookie of {len(shown)} octets (RFC 7873 4)"
        if shown[:_CLIENT] != self._client:
            return "id-mismatch", "its DNS cookie is not the one sent"
        return None

    def keep(self, message: Message) -> None:
        """Keeps the server's cookie in a reply to which there is no objection."""
        self._server = (_shown(message) or b"")[_CLIENT:] or self._server


def _shown(message: Message) -> bytes | None:
    """Both cookies of a message, client's and server's, in one."""
    options = message.edns.options if message.edns else ()
    return next((data for code, data in options if code == _OPTION), None)
