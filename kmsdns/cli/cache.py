"""kmsdns cache: shows and changes the host cache."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kmsdns.cli.output import put, say
from kmsdns.cli.statuses import CLEAN, USAGE
from kmsdns.errors import KmsdnsError
from kmsdns.formats.terminal.hostcache import as_json, as_text
from kmsdns.model.names import fold
from kmsdns.model.snapshot import CachedHost
from kmsdns.model.typed import typed_host, typed_service_name
from kmsdns.net.client.hostcache import HostCache
from kmsdns.services.table import service_from_text

if TYPE_CHECKING:
    from collections.abc import Mapping

_APP = "kmsdns"


def cache_path(path: str | None) -> Path:
    """The file named, or the one of this user."""
    if path is not None:
        return Path(path)
    import click

    return Path(click.get_app_dir(_APP)) / "hostcache.json"


def show(values: Mapping[str, Any]) -> int:
    """Prints the state; damage is a warning, not a failure."""
    cache = _open(values)
    state = cache.load()
    shown = as_json if values["json"] else as_text
    put(shown(cache.path, state.enabled, state.hosts))
    return _warned(cache)


def put_host(values: Mapping[str, Any]) -> int:
    """Remembers a host by hand, as if it had answered now."""
    target, colon, port = values["endpoint"].rpartition(":")
    if not colon or not port.isdecimal() or not 1 <= int(port) <= 65535:
        raise KmsdnsError(f"{values['endpoint']!r} is no endpoint: write TARGET:PORT, such as kms01.contoso.com:1688")
    host = CachedHost(
        target=typed_host(target),
        port=int(port),
        addresses=(),
        when=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),  # the command line has a clock
    )
    cache = _open(values)
    owner = _owner(values["name"], values)
    done = cache.put(owner, host)
    if done:
        say(f"{owner} is cached at {host.target}:{host.port}")
    elif not cache.warnings:
        raise KmsdnsError("caching is off: switch it on with kmsdns cache enable")
    return _warned(cache, done)


def clear(values: Mapping[str, Any]) -> int:
    """Forgets hosts and says how many."""
    cache = _open(values)
    owners = [_owner(name, values) for name in values["names"]]
    removed = sum(cache.remove(owner) for owner in owners) if owners else cache.remove(None)
    say(f"{removed} forgotten")
    return _warned(cache)


def switch(values: Mapping[str, Any], *, on: bool) -> int:
    """Switches caching on or off."""
    cache = _open(values)
    done = cache.set_enabled(on)
    if done:
        say(f"caching is {'on' if on else 'off'}")
    return _warned(cache, done)


def _open(values: Mapping[str, Any]) -> HostCache:
    return HostCache(cache_path(values["cache_file"]))


def _owner(name: str, values: Mapping[str, Any]) -> str:
    service = service_from_text(values["service"])
    return fold(typed_service_name(name, service.service, service.proto).owner)


def _warned(cache: HostCache, done: bool = True) -> int:
    """Says the cache's warnings; the exit status is 2 when what was asked for could not be done."""
    for warning in cache.warnings:
        say(f"warning: {warning}")
    return CLEAN if done else USAGE
