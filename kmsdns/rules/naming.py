"""How people name rules: by code, by slug, or by the beginning of a code."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    class Named(Protocol):
        """A rule, or a finding of one."""

        @property
        def code(self) -> str:
            """SRV301."""

        @property
        def slug(self) -> str:
            """target-is-alias."""


def matches(rule: Named, word: str) -> bool:
    """Whether a word names a rule: its code, the beginning of that, or its slug."""
    return bool(word) and (rule.code.startswith(word.upper()) or rule.slug == word.lower())
