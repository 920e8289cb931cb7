"""Gauges over HTTP, for Prometheus to fetch: prometheus_client (the extra "exporter") serves what it is given."""

from __future__ import annotations

import re

from kmsdns.errors import InvalidServer, KmsdnsError
from kmsdns.model.names import shown
from kmsdns.net.server.ports import check_address

TYPE_CHECKING = False
if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable, Iterator
    from types import TracebackType
    from typing import Self
    from wsgiref.simple_server import WSGIServer

    from prometheus_client.metrics_core import Metric

    from kmsdns.model.metrics import Family

DEFAULT_PORT = 9747
_LISTEN = re.compile(
    r"(?:\[([0-9A-Fa-f:.]+)\]|([0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f.]*))(?::([0-9]{1,5}))?"
)


class Exporter:
    """An HTTP server in a thread of its own; gauges are asked for whenever somebody fetches /metrics.

    listen is ADDR[:PORT] or [V6]:PORT; port 0 takes a free one. An address that other machines can reach needs
    allow_remote. Entering raises KmsdnsError when the port is taken. families is called in other threads.
    """

    def __init__(self, listen: str, families: Callable[[], Iterable[Family]], *, allow_remote: bool = False) -> None:
        self._address, self._port = _place(listen)
        check_address(self._address, allow_remote)
        self._families = families
        self._server: WSGIServer | None = None
        self._thread: threading.Thread | None = None
        try:
            import prometheus_client  # noqa: F401  # said before anything is asked
        except ImportError:
            raise KmsdnsError(
                "serving metrics takes prometheus_client: install it with pip install 'kmsdns[exporter]'"
            ) from None

    @property
    def address(self) -> str:
        """Where it listens: "127.0.0.1:9747", or "[::1]:9747"."""
        port = self._server.server_port if self._server is not None else self._port
        return f"[{self._address}]:{port}" if ":" in self._address else f"{self._address}:{port}"

    def collect(self) -> Iterator[Metric]:
        """What prometheus_client's registry calls at each fetch."""
        from prometheus_client.metrics_core import Metric

        for family in self._families():
            metric = Metric(family.name, family.help, "gauge")
            for sample in family.samples:
                metric.add_sample(family.name, dict(sample.labels), sample.figure)
            yield metric

    def __enter__(self) -> Self:
        from prometheus_client import CollectorRegistry, start_http_server

        registry = CollectorRegistry(auto_describe=False)
        registry.register(self)  # it has collect(), which is all that is called
        try:
            self._server, self._thread = start_http_server(self._port, self._address, registry)
        except (OSError, OverflowError) as error:
            why = getattr(error, "strerror", None) or error
            raise KmsdnsError(f"metrics cannot be served at {self.address}: {why}") from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        assert self._thread is not None
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _place(text: str) -> tuple[str, int]:
    """An address and a port. Raises InvalidServer for another text."""
    match = _LISTEN.fullmatch(text)
    if match is None or int(match[3] or 0) > 65535:
        raise InvalidServer(f"{shown(text)} is no address to listen at: write it like 127.0.0.1:{DEFAULT_PORT}")
    return match[1] or match[2], int(match[3]) if match[3] else DEFAULT_PORT
