"""Figures and names as people read them."""

from __future__ import annotations

from kmsdns.model.names import to_unicode
from kmsdns.model.safe import safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.model.report import Endpoint

_UNITS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def wrapped(text: str, first: str, then: str, width: int = 80) -> list[str]:
    """Lines of at most that width, broken at spaces; first and then are what the lines begin with. Long words stay."""
    lines, line = [], first
    for word in text.split(" "):
        if len(line) + len(word) > width and line.strip() and line not in (first, then):
            lines.append(line.rstrip())
            line = then
        line += word + " "
    return [*lines, line.rstrip()]


def duration(seconds: int) -> str:
    """A TTL: 1 h, 1 h 30 min, 0 s."""
    parts, rest = [], seconds
    for size, unit in _UNITS:
        if rest >= size:
            parts.append(f"{rest // size} {unit}")
            rest %= size
    return " ".join(parts[:2]) or "0 s"


def duration_minutes(minutes: int) -> str:
    """The time left of a licence: 179 d, 5 h, 12 min; rounded down."""
    for size, unit in ((1440, "d"), (60, "h")):
        if minutes >= size:
            return f"{minutes // size} {unit}"
    return f"{minutes} min"


def elapsed(seconds: float) -> str:
    """A time measured: 0.4 ms, 12 ms, 2.0 s."""
    if seconds < 0.01:
        return f"{seconds * 1000:.1f} ms"
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def count(number: int, word: str) -> str:
    """1 record, 2 records, 2 addresses."""
    plural = word + ("es" if word.endswith("s") else "s")
    return f"{number} {word if number == 1 else plural}"


def first_share(endpoint: Endpoint, lowest: int | None) -> str:
    """The exact chance of being tried first, in percent; "backup" for a higher priority value than the lowest."""
    if endpoint.share_terms is not None and endpoint.priority != lowest:
        return "backup"
    return share_text(endpoint)


def share_text(endpoint: Endpoint) -> str:
    """The exact chance of being tried first, in percent; empty when no SRV record says."""
    if endpoint.share_terms is None:
        return ""
    numerator, denominator = endpoint.share_terms
    percent = 100 * numerator / denominator
    return f"{percent:.1f} %" if percent >= 0.1 or not numerator else "< 0.1 %"


def probe_text(endpoint: Endpoint) -> str:
    """What the probe of an endpoint found: open 0.2 ms, refused, no answer in 2.0 s, bind rejected."""
    probe = endpoint.probe
    if probe is None:
        return ""
    if probe.elapsed is None:
        return {"open": "open", "timeout": "no connection"}.get(probe.outcome, str(probe.outcome))
    words = {
        "open": f"open {elapsed(probe.elapsed)}",
        "not-the-service": "bind rejected",
        "no-rpc": "no RPC",
        "closed": "refused",
        "timeout": f"{'silent for' if probe.is_silent else 'no answer in'} {elapsed(probe.elapsed)}",
        "unreachable": "unreachable",
        "no-address": "no address",
    }
    return words[probe.outcome]


def beside(name: str) -> str:
    """What is shown behind a name that holds A-labels: the same in Unicode. Empty for others."""
    shown = to_unicode(name)
    return f" ({safe(shown)})" if shown else ""
