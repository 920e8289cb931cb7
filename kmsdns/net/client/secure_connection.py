"""What the connections to encrypted servers have in common, and how a request over one fails."""

from __future__ import annotations

from kmsdns.model.safe import bounded

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ssl


class Failed(Exception):
    """A request came to nothing, for one of model.messages.REASONS. size: octets of what came and was refused."""

    def __init__(self, reason: str, detail: str | None = None, size: int | None = None) -> None:
        super().__init__(reason)
        self.reason, self.size = reason, size
        self.detail = bounded(detail) if detail else None


class SecureConnection:
    """What questions to one server share. Made within an event loop, and bound to it."""

    def __init__(self) -> None:
        self.asking = 0  # questions that wait for their replies
        self.answered = False  # something, so far
        self.retired = False  # takes no more questions

    def takes(self, data: bytes) -> bool:
        """Whether a further question may be asked over it now."""
        del data
        return not self.retired

    async def ask(self, data: bytes) -> bytes:
        """The message that came in reply to this one. Raises Failed."""
        raise NotImplementedError

    async def aclose(self) -> None:
        """Closes it, at once."""
        raise NotImplementedError


def untrusted(error: ssl.SSLError) -> Failed:
    """What a failure of TLS comes to."""
    said = getattr(error, "verify_message", "") or (error.reason or "").replace("_", " ").lower() or str(error)
    return Failed("tls-untrusted", said)
