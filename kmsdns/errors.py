"""What goes wrong through misuse or unreadable input; a failure of the DNS is a value, never one of these."""

from __future__ import annotations


class KmsdnsError(Exception):
    """The root of every exception this library raises on purpose. Its text is one sentence for a person."""


class InvalidArgument(KmsdnsError, TypeError, ValueError):
    """An argument of the wrong kind or out of range. Who catches Python's own exceptions for that catches it too."""


class InvalidName(KmsdnsError):
    """A text that can be no domain name or service name (RFC 1035 2.3.4, RFC 2782, RFC 6335 5.1)."""


class InvalidServer(KmsdnsError):
    """A text that names no DNS server, or a server whose own name has no address."""


class NothingConfigured(KmsdnsError):
    """This machine has no resolver, or no DNS suffix, and the caller named none."""


class NoAnswer(KmsdnsError):
    """No server said what was asked, and without it nothing can be told: it is unknown, nobody's mistake."""


class UnreadableInput(KmsdnsError):
    """A file (zone, tape, configuration) that cannot be read or understood."""
