"""IANA's registry of service names, kmsdns/data/iana-services.csv.

It is searched as text: taking 7,000 rows apart would take longer than any zone's questions.
"""

from __future__ import annotations

from functools import cache

from kmsdns.data import body


def is_registered(name: str) -> bool:
    """Whether IANA knows a service by this name, in lower case and without its underscore."""
    return f"\n{name}," in _lines()


def port_of(name: str) -> int | None:
    """The port that IANA has assigned to a service; None when there is none, or there are several."""
    lines = _lines()
    start = f"\n{name},"
    at = lines.find(start)
    if at < 0:
        return None
    port = lines[at + len(start) : lines.index("\n", at + len(start))]
    return int(port) if port else None


@cache
def _lines() -> str:
    return body("iana-services.csv")
