"""kmsdns serve: the bundled server in the foreground, for tests and for people who have no DNS server at hand."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from kmsdns.cli.output import Unwritable, complain, put, say, why, write_file
from kmsdns.cli.statuses import CLEAN, INTERRUPTED
from kmsdns.errors import KmsdnsError
from kmsdns.model.names import shown
from kmsdns.net.files.zones import ZoneFiles
from kmsdns.net.server.server import ZoneServer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager
    from types import TracebackType
    from typing import Self, TextIO

    from kmsdns.net.scenario import Scenery
    from kmsdns.net.server.server import Query

_WATCH = 0.5  # seconds between two looks at the files


def run(values: Mapping[str, Any]) -> int:
    """Serves until SIGTERM or SIGINT, or until one of the limits; returns the exit status."""
    parent = os.getppid() if values["die_with_parent"] else None  # now: large zones take a while to read
    log = _open_log(values["log"])
    try:
        return _serve(values, log, parent)
    finally:
        if log is not None and log is not sys.stderr:
            log.close()


def _serve(values: Mapping[str, Any], log: TextIO | None, parent: int | None) -> int:
    files, network, faults = _source(values)
    zones = files.read()
    server = ZoneServer(
        zones,
        values["address"] or None,
        values["port"],
        values["max_queries"],
        allow_remote=values["allow_remote"],
        faults=[*faults, *values["fault"]],
        on_query=None if log is None else lambda query: _log(query, log),
        minimal_any=values["minimal_any"],
        parent=parent,
    )
    gc.freeze()  # else each full collection would look through the zones, and no query be answered meanwhile
    reloader = _Reloader(server, values, files)
    interrupted = threading.Event()
    _on_signals(server, reloader, interrupted)
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
        with reloader, network:
            server.serve(values["max_seconds"])
    finally:
        server.close()
    return INTERRUPTED if interrupted.is_set() else CLEAN


def _source(values: Mapping[str, Any]) -> tuple[ZoneFiles | Scenery, AbstractContextManager[Any], Sequence[str]]:
    """What there is to serve: zone files, or a scenario's zones with its listeners and its faults."""
    if values["scenario"] is None:
        if not values["zones"]:
            raise KmsdnsError("nothing to serve: name a zone file, a folder of them, or a --scenario")
        return ZoneFiles(values["zones"], values["include_root"]), nullcontext(), ()
    if values["zones"]:
        raise KmsdnsError("a scenario brings its zones along: leave out either ZONE or --scenario")
    from kmsdns.net.scenario import Scenery

    scenery = Scenery(values["scenario"])
    return scenery, scenery.listeners(), scenery.faults


def _on_signals(server: ZoneServer, reloader: _Reloader, interrupted: threading.Event) -> None:
    def interrupt(_number: int, _frame: object) -> None:
        interrupted.set()
        server.stop()

    signal.signal(signal.SIGTERM, lambda _number, _frame: server.stop())
    signal.signal(signal.SIGINT, interrupt)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, lambda _number, _frame: reloader.ask())


class _Reloader:
    """Reads the zones again, in a thread of its own: when asked to and, with --watch, when a file has changed."""

    def __init__(self, server: ZoneServer, values: Mapping[str, Any], files: ZoneFiles | Scenery) -> None:
        self._server, self._values, self._files = server, values, files
        self._asked = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._asked.set()
        self._thread.join()

    def ask(self) -> None:
        """Asks for it; safe from a signal handler."""
        self._asked.set()

    def _run(self) -> None:
        while not self._ended.is_set():
            asked = self._asked.wait(_WATCH if self._values["watch"] else None)
            self._asked.clear()
            if not self._ended.is_set() and (asked or self._files.have_changed()):
                self._reload()

    def _reload(self) -> None:
        """What can't be read leaves the old zones in service."""
        try:
            self._server.reload(self._files.read())
        except KmsdnsError as error:
            complain(f"{error}\nthe zones loaded before stay in service")
        else:
            if not self._values["quiet"]:
                say("zones read again")


def _open_log(path: str | None) -> TextIO | None:
    if path is None:
        return None
    try:
        return sys.stderr if path == "-" else open(path, "a", encoding="utf-8", buffering=1)  # noqa: PTH123
    except (OSError, ValueError) as error:  # ValueError: no system takes such a path
        raise Unwritable(f"cannot write {shown(path, 4096)}: {why(error)}") from None


def _log(query: Query, log: TextIO) -> None:
    import json

    fields: tuple[str, ...] = query.__match_args__
    entry = {field: getattr(query, field) for field in fields}
    log.write(json.dumps(entry) + "\n")
