"""kmsdns serve: the bundled server in the foreground, for tests and for people who have no DNS server at hand."""

from __future__ import annotations

import signal
import sys
import threading
from typing import TYPE_CHECKING, Any

from kmsdns.cli.output import Unwritable, put, say, write_file
from kmsdns.errors import KmsdnsError
from kmsdns.net.server import ZoneServer
from kmsdns.net.zonefiles import read_zones, stamps

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

    from kmsdns.net.server import Query

_WATCH = 0.5  # seconds between two looks at the files


def run(values: Mapping[str, Any]) -> int:
    """Serves until SIGTERM or SIGINT, or until one of the limits; returns the exit status."""
    log = _open_log(values["log"])
    try:
        return _serve(values, log)
    finally:
        if log is not None:
            log.close()


def _serve(values: Mapping[str, Any], log: TextIO | None) -> int:
    zones = read_zones(values["zones"])
    server = ZoneServer(
        zones,
        values["address"] or None,
        values["port"],
        values["max_queries"],
        allow_remote=values["allow_remote"],
        on_query=None if log is None else lambda query: _log(query, log),
    )
    interrupted = threading.Event()
    _on_signals(server, values, interrupted)
    server.start()
    ready = f"ready {server.addresses[0]}"
    try:
        if values["ready_file"]:
            write_file(values["ready_file"], ready + "\n")
        put(ready + "\n")
        if not values["quiet"]:
            for warning in server.warnings:
                say(f"warning: {warning}")
            names = ", ".join(zone.origin or "?" for zone in zones)
            say(f"serving {names} at {', '.join(server.addresses)}, over UDP and TCP; Ctrl-C ends it")
        watcher = _Watcher(server, values) if values["watch"] else None
        try:
            server.serve(values["max_seconds"])
        finally:
            if watcher is not None:
                watcher.stop()
    finally:
        server.close()
    return 130 if interrupted.is_set() else 0


def _on_signals(server: ZoneServer, values: Mapping[str, Any], interrupted: threading.Event) -> None:
    def interrupt(_number: int, _frame: object) -> None:
        interrupted.set()
        server.stop()

    signal.signal(signal.SIGTERM, lambda _number, _frame: server.stop())
    signal.signal(signal.SIGINT, interrupt)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, lambda _number, _frame: _reload(server, values))


def _reload(server: ZoneServer, values: Mapping[str, Any]) -> None:
    """Reads the zones again; what can't be read leaves the old ones in service."""
    try:
        server.reload(read_zones(values["zones"]))
    except KmsdnsError as error:
        say(f"kmsdns: {error}\nkmsdns: the zones loaded before stay in service")
    else:
        if not values["quiet"]:
            say("zones read again")


class _Watcher:
    """Looks at the zone files now and then, and reads them again when they have changed."""

    def __init__(self, server: ZoneServer, values: Mapping[str, Any]) -> None:
        self._server, self._values = server, values
        self._done = threading.Event()
        self._seen = stamps(values["zones"])
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(_WATCH):
            try:
                now = stamps(self._values["zones"])
            except KmsdnsError:
                continue  # the folder is empty just now; the next look may find it whole
            if now != self._seen:
                self._seen = now
                _reload(self._server, self._values)


def _open_log(path: str | None) -> TextIO | None:
    if path is None:
        return None
    try:
        return sys.stderr if path == "-" else open(path, "a", encoding="utf-8", buffering=1)  # noqa: PTH123
    except OSError as error:
        raise Unwritable(f"cannot write {path}: {error.strerror or error}") from None


def _log(query: Query, log: TextIO) -> None:
    import json

    fields: tuple[str, ...] = query.__match_args__
    entry = {field: getattr(query, field) for field in fields}
    log.write(json.dumps(entry) + "\n")
