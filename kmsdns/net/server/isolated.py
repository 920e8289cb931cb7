"""The bundled server in a process of its own: both ends of the pipes between that and the process that asked for it.

A line of JSON goes to the server and one comes back: first the settings and where it answers, then what is wanted of it
and what that is. The end of either process closes the pipes, so the server can't outlive whoever has started it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from contextlib import suppress

from kmsdns import errors
from kmsdns.errors import KmsdnsError
from kmsdns.net.files.zones import zones_of
from kmsdns.net.server.faults.table import Tally
from kmsdns.net.server.server import Counts, Query, ZoneServer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, BinaryIO

    from kmsdns.net.files.zones import ZoneSource

STOP_WITHIN = 5.0  # seconds, before it is killed; it is a matter of milliseconds

_MAIN = "import sys; sys.path[:] = {path!r}; from kmsdns.net.server.isolated import main; main()"


class ServerProcess:
    """As a ZoneServer that serves, but for its zones, which are told as zones_of has them. May be asked by any thread.

    Everything raises KmsdnsError when the process has ended by itself.
    """

    def __init__(
        self, sources: ZoneSource | Sequence[ZoneSource], addresses: Sequence[str], port: int, faults: Sequence[str]
    ) -> None:
        self._settings = {"sources": _flat(sources), "addresses": list(addresses), "port": port, "faults": list(faults)}
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._last: dict[str, Any] = {}  # what is known of a server that has stopped
        self.addresses: tuple[str, ...] = ()
        self.port = port

    def start(self) -> None:
        """Starts the process, and returns when it answers. Raises KmsdnsError as ZoneServer and zones_of do."""
        self._process = subprocess.Popen(  # noqa: S603  # this very interpreter
            [sys.executable, "-c", _MAIN.format(path=sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # a Ctrl-C is for the tests, which stop the server then
        )
        try:
            where = self._ask({**self._settings, "parent": None if sys.platform == "win32" else os.getpid()})
        except KmsdnsError:
            self._end()
            raise
        self.addresses, self.port = tuple(where["addresses"]), where["port"]

    def stop(self) -> None:
        """Ends the process; what was logged can still be asked for."""
        if self._process is not None:
            with suppress(KmsdnsError):
                self._last = self._ask("stop")
            self._end()

    def reload(self, sources: ZoneSource | Sequence[ZoneSource]) -> None:
        """Answers from other zones from now on. Raises KmsdnsError as zones_of does."""
        self._ask({"sources": _flat(sources)})

    @property
    def queries(self) -> tuple[Query, ...]:
        """As ZoneServer.queries."""
        return tuple([Query(**fields) for fields in self._known("queries")])

    @property
    def counts(self) -> Counts:
        """As ZoneServer.counts."""
        return Counts(**self._known("counts"))

    @property
    def faults(self) -> tuple[Tally, ...]:
        """As ZoneServer.faults."""
        return tuple([Tally(**fields) for fields in self._known("faults")])

    def _known(self, name: str) -> Any:
        return self._last[name] if name in self._last else self._ask(name)

    def _ask(self, request: object) -> Any:
        with self._lock:
            process = self._process
            line = b""
            if process is not None:
                assert process.stdin is not None
                assert process.stdout is not None
                with suppress(OSError):
                    process.stdin.write(json.dumps(request).encode() + b"\n")
                    process.stdin.flush()
                    line = process.stdout.readline()
        if not line:
            raise KmsdnsError("the process of this DNS server has ended by itself: see what it wrote to stderr")
        reply = json.loads(line)
        if "error" in reply:
            raise getattr(errors, reply["error"])(reply["text"])
        return reply["is"]

    def _end(self) -> None:
        process, self._process = self._process, None
        assert process is not None
        for pipe in (process.stdin, process.stdout):
            assert pipe is not None
            with suppress(OSError):  # what could not be written any more
                pipe.close()
        try:
            process.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _flat(sources: ZoneSource | Sequence[ZoneSource]) -> list[tuple[str, bool]]:
    """Texts and paths, and whether each is a path: absolute ones, as either process may go to another folder."""
    if not isinstance(sources, str) and not hasattr(sources, "__fspath__"):
        return [each for source in sources for each in _flat(source)]
    if isinstance(sources, str) and "\n" in sources:
        return [(sources, False)]
    return [(os.path.abspath(sources), True)]  # noqa: PTH100  # Path.resolve would follow links


def main() -> None:
    """What the process of the server does."""
    with open(0, "rb", closefd=False) as requests, open(1, "wb", buffering=0, closefd=False) as replies:
        settings = json.loads(requests.readline())
        try:
            server = ZoneServer(
                zones_of(_sources(settings)),
                settings["addresses"],
                settings["port"],
                faults=settings["faults"],
                parent=settings["parent"],
            )
            server.start()
        except KmsdnsError as error:
            _reply(replies, error)
            return
        _reply(replies, {"addresses": server.addresses, "port": server.port})
        threading.Thread(target=_obey, args=(server, requests, replies), daemon=True).start()
        server.serve()
        _reply(replies, {name: _told(server, name) for name in ("queries", "counts", "faults")})
        os._exit(0)  # the thread may still wait for requests, which the interpreter's end would wait for


def _obey(server: ZoneServer, requests: BinaryIO, replies: BinaryIO) -> None:
    """Does what is asked for until that is to stop, or the pipe has no other end."""
    for line in requests:
        request = json.loads(line)
        if request == "stop":
            break
        if isinstance(request, str):
            _reply(replies, _told(server, request))
            continue
        try:
            server.reload(zones_of(_sources(request)))
        except KmsdnsError as error:
            _reply(replies, error)
        else:
            _reply(replies, None)
    server.stop()


def _sources(request: dict[str, Any]) -> list[ZoneSource]:
    from pathlib import Path

    return [Path(source) if is_path else source for source, is_path in request["sources"]]


def _told(server: ZoneServer, name: str) -> Any:
    """A property of a server, as JSON can have it."""
    found = getattr(server, name)
    if isinstance(found, tuple):
        return [_fields(value) for value in found]
    return _fields(found)


def _fields(value: Query | Counts | Tally) -> dict[str, object]:
    names: tuple[str, ...] = value.__match_args__
    return {name: getattr(value, name) for name in names}


def _reply(replies: BinaryIO, reply: object) -> None:
    is_error = isinstance(reply, KmsdnsError)
    said = {"error": type(reply).__name__, "text": str(reply)} if is_error else {"is": reply}
    data = memoryview(json.dumps(said).encode() + b"\n")
    with suppress(OSError):  # nobody is there any more
        while data:
            data = data[replies.write(data) :]
