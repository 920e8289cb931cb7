"""The host cache as text and as JSON."""

from __future__ import annotations

from kmsdns.model.safe import defused, safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from kmsdns.model.snapshot import CachedHost


def as_text(path: Path, enabled: bool, hosts: tuple[tuple[str, CachedHost], ...]) -> str:
    """A table of the hosts, under a line that says whether caching is on."""
    from tabulate import tabulate

    head = f"caching is {'on' if enabled else 'off'}: {safe(str(path))}\n"
    if not hosts:
        return defused(head + "no host is cached\n")
    rows = [
        [safe(owner), f"{safe(host.target)}:{host.port}", ", ".join(host.addresses), host.when] for owner, host in hosts
    ]
    table = tabulate(rows, ["service", "endpoint", "addresses", "answered"], tablefmt="simple", disable_numparse=True)
    return defused(f"{head}\n{table}\n")


def as_json(path: Path, enabled: bool, hosts: tuple[tuple[str, CachedHost], ...]) -> str:
    """One object: path, caching, hosts by owner name."""
    from kmsdns.formats.jsontext import document

    found = {
        owner: {"target": host.target, "port": host.port, "addresses": list(host.addresses), "when": host.when}
        for owner, host in hosts
    }
    return document({"path": str(path), "caching": enabled, "hosts": found}, indent=2) + "\n"
