"""kmsdns discover, diagnose and check at encrypted servers: what a person types and sees, what it costs to go wrong."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import kmsdns
from kmsdns.cli import run
from kmsdns.net.server.responder import Responder
from kmsdns.testing import DnsServer
from kmsdns.zone.reader import load
from tests.net.client.secure import (
    CA,
    GOOD,
    GOOD_SERVERS,
    OWNER,
    ZONE,
    Http,
    answering,
    at,
    framed,
    http1,
    running,
    silent,
    streams,
    tls,
)
from tests.test_house import command, loaded

SCHEMES = {"dot": "tls://127.0.0.1:{}#dns.test", "doh": "https://127.0.0.1:{}", "doq": "quic://127.0.0.1:{}#dns.test"}
each = pytest.mark.parametrize("transport", list(SCHEMES))


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, str]]:
    """As they are typed, by transport."""
    with (
        running(GOOD_SERVERS["dot"]()) as dot,
        running(GOOD_SERVERS["doh"]()) as doh,
        running(GOOD_SERVERS["doq"]()) as doq,
    ):
        yield {name: SCHEMES[name].format(port) for name, port in (("dot", dot), ("doh", doh), ("doq", doq))}


@pytest.fixture
def ca_file(tmp_path: Path) -> str:
    path = tmp_path / "ca.pem"
    path.write_text("A private authority, as \N{LATIN SMALL LETTER U WITH DIAERESIS}sual:\n", encoding="utf-8")
    with path.open("ab") as file:
        file.write(CA.cert_pem.bytes())
    return str(path)


def discovered(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = run(["discover", "corp.test", "--no-config", *arguments])
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return status, out, err


@each
def test_the_trace_shows_the_transport(
    transport: str, servers: dict[str, str], ca_file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, _ = discovered(capsys, "-s", servers[transport], "--ca-file", ca_file, "--json")
    assert status == 0
    result = json.loads(out)["result"]
    assert [endpoint["target"] for endpoint in result["services"][0]["endpoints"]] == ["kms1.corp.test."]
    for entry in result["trace"]:
        assert (entry["transport"], entry["detail"]) == (transport, None)
        assert entry["outcome"] in ("answer", "nodata")
    status, out, _ = discovered(capsys, "-s", servers[transport], "--ca-file", ca_file, "-v")
    assert f"({transport}, " in out
    assert status == 0


@each
def test_an_untrusted_server_is_status_3(
    transport: str, servers: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """The system's authorities know nothing of the test's; without --ca-file there is no answer, in no way."""
    status, out, err = discovered(capsys, f"@{servers[transport]}", "-v")
    assert (status, err) == (3, "")
    for words in ("LIV005", "tls-untrusted", "issuer certificate", "--ca-file"):
        assert words in " ".join(out.split())


def test_an_http_error_shows_its_number(ca_file: str, capsys: pytest.CaptureFixture[str]) -> None:
    with running(streams(http1(lambda query: Http(b"", 404)), tls(GOOD, "http/1.1"))) as port:
        server = f"https://127.0.0.1:{port}/x"
        status, out, _ = discovered(capsys, "-s", server, "--ca-file", ca_file)
        assert status == 1
        assert "LIV007" in out
        assert "http-status (404)" in " ".join(out.split())
        _, out, _ = discovered(capsys, "-s", server, "--ca-file", ca_file, "--json")
    (entry,) = json.loads(out)["result"]["trace"]
    assert (entry["outcome"], entry["detail"]) == ("http-status", "404")
    assert entry["rejected"] == [{"reason": "http-status", "source": f"127.0.0.1:{port}", "size": 0, "detail": "404"}]


@pytest.mark.parametrize(
    ("transport", "lacking", "spoken"),
    [
        ("doh", "httpcore", "DNS over HTTPS needs httpcore"),
        ("doh", "h2", "DNS over HTTPS needs h2"),
        ("doq", "aioquic", "DNS over QUIC needs aioquic"),
    ],
)
def test_what_to_install(
    transport: str,
    lacking: str,
    spoken: str,
    servers: dict[str, str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, lacking, None)  # as if it weren't installed
    status, out, err = discovered(capsys, "-s", servers[transport])
    assert (status, out) == (2, "")
    assert spoken in err
    assert f"pip install 'kmsdns[{transport}]'" in err


def test_a_stalled_handshake_ends_with_the_deadline(capsys: pytest.CaptureFixture[str], ca_file: str) -> None:
    with running(streams(silent, None)) as port:
        for scheme in ("tls", "https"):
            status, out, _ = discovered(
                capsys,
                "-s",
                f"{scheme}://127.0.0.1:{port}",
                "--deadline",
                "0.4",
                "--timeout",
                "60",
                "--json",
                "--ca-file",
                ca_file,
            )
            report = json.loads(out)
            assert status == 3
            assert report["elapsed_s"] < 60, "the deadline ended it, not the try's own time"
            assert [entry["outcome"] for entry in report["result"]["trace"]] == ["tcp-timeout"]


def test_a_tape_of_an_encrypted_look_up(
    servers: dict[str, str], ca_file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tape = str(tmp_path / "tape")
    recorded = discovered(capsys, "-s", servers["dot"], "--ca-file", ca_file, "--record", tape, "-f", "csv")
    assert recorded[0] == 0
    assert discovered(capsys, "--replay", tape, "-f", "csv") == recorded


def test_all_servers(servers: dict[str, str], ca_file: str, capsys: pytest.CaptureFixture[str]) -> None:
    asked = [word for server in servers.values() for word in ("-s", server)]
    status, out, _ = discovered(
        capsys, "--all-servers", "--cookie", "--mix-case", *asked, "--ca-file", ca_file, "--json"
    )
    assert status == 0
    result = json.loads(out)["result"]
    assert result["contradictions"] == []
    srv = [entry for entry in result["trace"] if entry["question"] == f"{OWNER} SRV"]
    assert sorted((entry["transport"], entry["outcome"]) for entry in srv) == [
        (name, "answer") for name in sorted(servers)
    ]
    _, out, _ = discovered(capsys, "--all-servers", *asked, "--ca-file", ca_file)
    assert "3 of 3 servers say so" in " ".join(out.split())


def test_who_says_what_names_the_transport(
    servers: dict[str, str], ca_file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    other = Responder([load("".join(line for line in ZONE.splitlines(True) if "_tcp" not in line))])
    nothing = answering(lambda query: framed(other.respond(query, "tcp") or b""))
    with DnsServer(ZONE) as plain, running(streams(nothing, tls())) as port:
        empty = SCHEMES["dot"].format(port)
        asked = ["--all-servers", "-s", servers["doq"], "-s", empty, "-s", plain.address, "--ca-file", ca_file]
        _, out, _ = discovered(capsys, *asked, "--json")
        (found,) = [each for each in json.loads(out)["result"]["contradictions"] if each["question"] == f"{OWNER} SRV"]
        assert [(each["transport"], each["outcome"]) for each in found["said"]] == [
            ("doq", "answer"),
            ("dot", "nxdomain"),
            ("udp", "answer"),
        ]
        assert (found["used"], found["used_transport"]) == (found["said"][0]["server"], "doq")
        _, out, _ = discovered(capsys, *asked)
    told = " ".join(out.split())
    assert f"127.0.0.1:{port} (dot) nxdomain" in told
    assert f"used is what {found['used']} (doq) says" in told
    assert "2 of 3 servers say so" in told


@each
def test_diagnose(
    transport: str, servers: dict[str, str], ca_file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tape = str(tmp_path / "tape")
    asked = ["diagnose", "corp.test", "--no-config", "--probe", "none", "--json"]
    status = run([*asked, "-s", servers[transport], "--ca-file", ca_file, "--record", tape])
    result = json.loads(capsys.readouterr().out)["result"]
    assert {entry["transport"] for entry in result["trace"]} == {transport}
    assert [endpoint["target"] for endpoint in result["services"][0]["endpoints"]] == ["kms1.corp.test."]
    assert run([*asked, "--replay", tape]) == status
    assert json.loads(capsys.readouterr().out)["result"] == result
    assert run([*asked, "-s", servers[transport]]) == 3
    out = capsys.readouterr().out
    assert "tls-untrusted (" in out
    assert not [thread for thread in threading.enumerate() if thread.name == "kmsdns"], "its connections are closed"


@pytest.mark.usefixtures("each_loop")
def test_diagnose_from_python(servers: dict[str, str], ca_file: str) -> None:
    chosen = {"servers": [servers["doq"]], "ca_file": Path(ca_file), "probe": None}
    found = asyncio.run(kmsdns.aio.diagnose("corp.test", **chosen))
    assert [str(endpoint) for endpoint in found.endpoints] == ["kms1.corp.test.:1688"]


def test_check(servers: dict[str, str], ca_file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listed = ", ".join(f'"{server}"' for server in servers.values())
    spec = tmp_path / "a.kmsdns.toml"
    spec.write_text(
        f'[vantage]\nat = [{listed}]\n[[check]]\nservice = "{OWNER}"\nfrom = "at"\ntargets = {{ resolve = true }}\n'
        'exactly = ["0 0 1688 kms1.corp.test."]\nconsistent = true\n'
    )
    assert run(["check", str(spec), "--no-config", "--ca-file", ca_file, "--json"]) == 0
    checks = json.loads(capsys.readouterr().out)["result"]["checks"]
    assert [each["passed"] for each in checks] == [True, True, True]
    assert run(["check", str(spec), "--no-config", "--json", "--retries", "0"]) == 3, "nobody vouches for them"


def test_only_what_is_needed_loads(servers: dict[str, str], ca_file: str) -> None:
    found = loaded(command("discover", "corp.test", "-s", servers["dot"], "--ca-file", ca_file))
    assert {"ssl", "asyncio"} <= found
    assert not found & {"httpcore", "aioquic", "h2", "anyio", "cryptography", "click", "dns"}


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
def test_an_interrupt_within_a_handshake_is_status_130() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(20)
        process = subprocess.Popen(
            [sys.executable, "-m", "kmsdns", "discover", "corp.test", "--deadline", "60", "--timeout", "60",
             "-s", f"tls://127.0.0.1:{listener.getsockname()[1]}"],
            stderr=subprocess.PIPE,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )  # fmt: skip
        connection, _ = listener.accept()
        with connection:
            connection.recv(1)
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (130, b"kmsdns: interrupted\n")


@pytest.mark.usefixtures("each_loop")
def test_from_python(servers: dict[str, str], ca_file: str) -> None:
    chosen = {"servers": list(servers.values()), "ca_file": Path(ca_file)}
    found = kmsdns.discover("corp.test", **chosen)
    assert [str(endpoint) for endpoint in found.endpoints] == ["kms1.corp.test.:1688"]
    awaited = asyncio.run(kmsdns.aio.discover("corp.test", **chosen))
    assert awaited.endpoints == found.endpoints
    assert {each.transport for each in awaited.trace} == {"dot"}


@pytest.mark.usefixtures("each_loop")
def test_nothing_stays_behind_when_a_plan_is_given_up() -> None:
    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await kmsdns.aio.discover("corp.test", servers=[stalled], deadline=60, timeout=60)

    open_files = Path(f"/proc/{os.getpid()}/fd")
    with running(streams(silent, None)) as port:
        stalled = f"tls://{at(port, 'dot')}"
        before = len(list(open_files.iterdir())) if open_files.is_dir() else 0
        asyncio.run(give_up())
        assert not open_files.is_dir() or len(list(open_files.iterdir())) <= before + 1
