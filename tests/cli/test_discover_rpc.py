"""kmsdns discover --probe rpc, as a person and a script use it, against the listeners of a scenario."""

from __future__ import annotations

import csv
import io
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kmsdns.cli import run
from kmsdns.net.server.listeners import Listener, Listeners
from kmsdns.testing import DnsServer

WORDS = ("closed", "open", "rpc-other", "rpc")
PATIENCE = ("--timeout", "1")


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


@pytest.fixture(scope="module")
def banner() -> Iterator[int]:
    """The port where 127.0.23.5 greets whoever connects, as many protocols do, and hangs up."""
    with socket.create_server(("127.0.23.5", 0)) as port:

        def greet() -> None:
            while True:
                try:
                    connection = port.accept()[0]
                except OSError:
                    return
                with connection:
                    connection.sendall(b"220 ready\r\n")

        threading.Thread(target=greet, daemon=True).start()
        yield port.getsockname()[1]
        port.shutdown(socket.SHUT_RDWR)


@pytest.fixture(scope="module")
def server(banner: int) -> Iterator[str]:
    """A DNS server whose domains are named after what their hosts do; all.test has one of each, tried in this order."""
    wanted = [Listener(address=f"127.0.23.{n}", port=0, answers=word) for n, word in enumerate(WORDS, start=1)]
    with Listeners(wanted) as listeners:
        hosts = [(word, where.address, where.port) for word, where in zip(WORDS, listeners.servers, strict=True)]
        lines = ["$ORIGIN test.", "$TTL 60", "@ IN SOA a b 1 2 3 4 5"]
        for priority, (host, address, port) in enumerate([*hosts, ("banner", "127.0.23.5", banner)]):
            lines += [f"_vlmcs._tcp.{owner} IN SRV {priority} 0 {port} {host}" for owner in (host, "all")]
            lines.append(f"{host} IN A {address}")
        with DnsServer("\n".join([*lines, ""])) as dns:
            yield dns.address


def result(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = run(["discover", *arguments, "--probe", "rpc", *PATIENCE])
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return status, out, err


ALL = [
    ("closed", "closed", None, False),
    ("open", "timeout", "127.0.23.2", True),
    ("rpc-other", "not-the-service", "127.0.23.3", True),
    ("rpc", "open", "127.0.23.4", True),
    ("banner", "no-rpc", "127.0.23.5", True),
]


def test_each_outcome_in_json_and_csv(server: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = result(capsys, "all.test", "-s", server, "--no-cache", "--json")
    assert status == 0
    endpoints = json.loads(out)["result"]["services"][0]["endpoints"]
    found = []
    for endpoint in endpoints:
        told = endpoint["probe"]
        (attempt,) = told["attempts"]
        assert (told["kind"], attempt["outcome"]) == ("rpc", told["outcome"])
        found.append((endpoint["target"].split(".")[0], told["outcome"], told["address"], attempt["connected"]))
    assert found == ALL
    _, out, _ = result(capsys, "all.test", "-s", server, "--no-cache", "-f", "csv")
    rows = list(csv.DictReader(io.StringIO(out, newline="")))
    assert [row["probe"] for row in rows] == [outcome for _, outcome, _, _ in ALL]


@pytest.mark.parametrize(
    ("name", "status", "says"),
    [
        ("closed", 1, ("refused", "✗ A client would fail: no endpoint of")),
        ("open", 1, ("silent for", "silent: it takes", "✗ A client would fail: no endpoint of")),
        (
            "rpc-other",
            1,
            ("bind rejected", "bind rejected: an RPC server, without", "✗ A client would fail: no endpoint of"),
        ),
        ("banner", 1, ("no RPC", "no RPC: it takes connections", "✗ A client would fail: no endpoint of")),
        ("rpc", 0, ("open", "A client would use rpc.test.:")),
        ("all", 0, ("refused", "silent for", "bind rejected:", "no RPC:", "A client would use rpc.test.:")),
    ],
)
def test_text_says_what_answered(
    server: str, capsys: pytest.CaptureFixture[str], name: str, status: int, says: tuple[str, ...]
) -> None:
    found, out, err = result(capsys, f"{name}.test", "-s", server, "--no-cache")
    assert (found, err) == (status, "")
    assert [word for word in says if word not in out] == []
    assert max(map(len, out.splitlines())) <= 80, out
    assert "it takes connections" not in result(capsys, f"{name}.test", "-s", server, "--no-cache", "-q")[1]


def test_only_an_accepted_bind_proves_a_host(server: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    cache = tmp_path / "cache.json"

    def source(name: str) -> tuple[int, str]:
        status, out, _ = result(capsys, name, "-s", server, "--cache-file", str(cache), "--json")
        return status, json.loads(out)["result"]["services"][0]["source"]

    for name in ("closed.test", "open.test", "rpc-other.test", "banner.test"):
        assert source(name) == (1, "dns")
    assert not cache.exists() or json.loads(cache.read_text())["hosts"] == {}
    assert source("all.test") == (0, "dns")
    host = json.loads(cache.read_text())["hosts"]["_vlmcs._tcp.all.test."]
    assert (host["target"], host["addresses"]) == ("rpc.test.", ["127.0.23.4"])
    assert source("all.test") == (0, "cache")

    # What was proven by a connection alone, or has changed since, is asked again and replaced.
    saved = json.loads(cache.read_text())
    saved["hosts"]["_vlmcs._tcp.all.test."]["addresses"] = ["127.0.23.3"]
    cache.write_text(json.dumps(saved))
    assert source("all.test") == (0, "dns")
    assert json.loads(cache.read_text())["hosts"]["_vlmcs._tcp.all.test."]["addresses"] == ["127.0.23.4"]


def test_record_and_replay(server: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    tape = str(tmp_path / "tape.jsonl")
    asked = ("all.test", "--no-cache", "--json")
    live = result(capsys, *asked, "-s", server, "--record", tape)
    again = result(capsys, *asked, "--replay", tape)
    assert again[0] == live[0] == 0
    assert json.loads(again[1])["result"] == json.loads(live[1])["result"]
