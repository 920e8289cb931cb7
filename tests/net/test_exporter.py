"""The exporter: gauges fetched as Prometheus fetches them."""

from __future__ import annotations

import socket
import threading
import urllib.error
import urllib.request

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics

from kmsdns.errors import InvalidServer, KmsdnsError
from kmsdns.model.metrics import Family, Sample
from kmsdns.net.exporter import DEFAULT_PORT, Exporter
from tests.formats import readers

HOSTILE = 'a"b\\c\nd{}=, # x'
GAUGES = (
    Family(
        name="kmsdns_x",
        help='A figure\\ with "odd"\nwords.',
        samples=(
            Sample(labels=(("check", HOSTILE), ("vantage", "bücher")), figure=0.25),
            Sample(labels=(("check", "b"),), figure=1.0),
        ),
    ),
    Family(name="kmsdns_y", help="Another.", samples=(Sample(labels=(), figure=3.0),)),
)


def fetched(address: str, accept: str = "text/plain", path: str = "/metrics") -> tuple[str, str]:
    """What kind of text it is, and the text."""
    request = urllib.request.Request(f"http://{address}{path}", headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=20) as reply:
        return reply.headers["Content-Type"], reply.read().decode()


def test_figures_are_fetched_in_both_formats() -> None:
    with Exporter("127.0.0.1:0", lambda: GAUGES) as exporter:
        kind, text = fetched(exporter.address)
        assert kind.startswith("text/plain")
        told = readers.prometheus(text)
        assert told == {
            "kmsdns_x": {(("check", HOSTILE), ("vantage", "bücher")): 0.25, (("check", "b"),): 1.0},
            "kmsdns_y": {(): 3.0},
        }
        kind, text = fetched(exporter.address, "application/openmetrics-text; version=1.0.0")
        assert kind.startswith("application/openmetrics-text")
        assert [(each.name, each.type) for each in open_metrics(text)] == [("kmsdns_x", "gauge"), ("kmsdns_y", "gauge")]


def test_each_fetch_asks_anew() -> None:
    figures = iter((1.0, 2.0))
    families = lambda: [GAUGES[1].replace(samples=(Sample(labels=(), figure=next(figures)),))]  # noqa: E731
    with Exporter("127.0.0.1:0", families) as exporter:
        assert [readers.prometheus(fetched(exporter.address)[1])["kmsdns_y"][()] for _ in range(2)] == [1.0, 2.0]


def test_it_ends_with_a_slow_reader_still_there_and_frees_its_port() -> None:
    with Exporter("127.0.0.1:0", lambda: GAUGES) as exporter:
        host, _colon, port = exporter.address.rpartition(":")
        slow = socket.create_connection((host, int(port)))
        slow.sendall(b"GET /metr")
        assert readers.prometheus(fetched(exporter.address)[1])
    with slow, Exporter(exporter.address, lambda: GAUGES) as again:
        assert again.address == exporter.address
    with pytest.raises(urllib.error.URLError):
        fetched(exporter.address)
    assert not [thread for thread in threading.enumerate() if "serve_forever" in thread.name]


def test_an_ipv6_address() -> None:
    try:
        exporter = Exporter("[::1]:0", lambda: GAUGES).__enter__()
    except KmsdnsError as error:
        pytest.skip(f"this machine has no ::1: {error}")
    try:
        assert exporter.address.startswith("[::1]:")
        assert readers.prometheus(fetched(exporter.address)[1])
    finally:
        exporter.__exit__(None, None, None)


@pytest.mark.parametrize(
    "listen", ["", ":", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "[::1]x", "[::1", "localhost:1", "127.0.0.1:²"]
)
def test_what_is_no_place_to_listen_at(listen: str) -> None:
    with pytest.raises(InvalidServer):
        Exporter(listen, lambda: GAUGES)


def test_where_it_listens() -> None:
    assert Exporter("127.0.0.1", lambda: GAUGES).address == f"127.0.0.1:{DEFAULT_PORT}"
    assert Exporter("::1", lambda: GAUGES).address == f"[::1]:{DEFAULT_PORT}"
    for remote in ("0.0.0.0:1", "[::]:1", "192.0.2.1"):
        with pytest.raises(KmsdnsError, match="--allow-remote"):
            Exporter(remote, lambda: GAUGES)
        assert Exporter(remote, lambda: GAUGES, allow_remote=True)


def test_a_port_that_is_taken() -> None:
    with (
        Exporter("127.0.0.1:0", lambda: GAUGES) as exporter,
        pytest.raises(KmsdnsError, match="cannot be served at"),
        Exporter(exporter.address, lambda: GAUGES),
    ):
        pass
