"""Regular expressions that are compiled when they are first used: most runs of a command use few of those it loads."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    """A regular expression; re.error for a text that is none comes with its first use."""
    return _Pattern(text, flags)  # type: ignore[return-value]  # it has what that has


class _Pattern:
    """Stands for a re.Pattern, whose attributes it takes over as they are asked for."""

    def __init__(self, text: str, flags: int) -> None:
        self.pattern, self._flags = text, flags

    def __getattr__(self, name: str) -> Any:
        # re keeps what it compiled, so a second attribute costs a look into its table.
        found = self.__dict__[name] = getattr(re.compile(self.pattern, self._flags), name)
        return found
