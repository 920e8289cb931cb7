"""kmsdns serve as scripts use it: a process, its first line, its signals, its limits."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dns.flags
import dns.message
import dns.query
import pytest

from kmsdns.cli import run

ZONE = """$ORIGIN s.test.
@ 60 IN SOA a b {serial} 2 3 4 5
_vlmcs._tcp IN SRV 0 0 1688 kms
kms IN A 127.0.0.1
"""
PATIENCE = 20.0  # seconds; everything here takes a fraction of one


@contextmanager
def serve(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process and, once it is ready, its address."""
    command = [sys.executable, "-m", "kmsdns", "serve", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        first = process.stdout.readline()
        assert first.startswith("ready 127.0.0.1:"), first + process.stderr.read()
        yield process, first.split()[1]
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def ask(address: str, rdtype: str = "SOA", tcp: bool = False, host: str = "127.0.0.1") -> dns.message.Message:
    query = dns.message.make_query("s.test.", rdtype)
    send = dns.query.tcp if tcp else dns.query.udp
    return send(query, host, port=int(address.rpartition(":")[2]), timeout=PATIENCE)


@pytest.fixture
def zone(tmp_path: Path) -> Path:
    path = tmp_path / "s.zone"
    path.write_text(ZONE.format(serial=1))
    return path


def test_it_is_ready_answers_and_ends_with_status_0(zone: Path, tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    with serve(str(zone), "--port", "0", "--ready-file", str(ready)) as (process, address):
        assert ready.read_text() == f"ready {address}\n"
        assert len(ask(address).answer) == len(ask(address, tcp=True).answer) == 1
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert "serving s.test. at 127.0.0.1" in err


def test_ctrl_c_is_status_130(zone: Path) -> None:
    with serve(str(zone), "--port", "0", "-q") as (process, _):
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (130, "")


def test_it_listens_at_both_loopback_addresses(zone: Path) -> None:
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    with serve(str(zone), "--port", "0") as (_, address):
        assert ask(address, host="::1").answer


def test_an_address_of_its_own(zone: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "kmsdns",
        "serve",
        str(zone),
        "--address",
        "127.0.9.9",
        "--port",
        "0",
        "--max-seconds",
        "0.1",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=True)
    assert done.stdout.startswith("ready 127.0.9.9:")


def test_limits_end_it(zone: Path) -> None:
    with serve(str(zone), "--port", "0", "--max-seconds", "0.2") as (process, _):
        assert process.wait(PATIENCE) == 0
    with serve(str(zone), "--port", "0", "--max-queries", "2") as (process, address):
        ask(address)
        ask(address, tcp=True)
        assert process.wait(PATIENCE) == 0


def test_the_log_has_a_line_for_each_query(zone: Path, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    with serve(str(zone), "--port", "0", "--log", str(log), "--max-queries", "2") as (process, address):
        ask(address)
        ask(address, "SRV", tcp=True)
        process.wait(PATIENCE)
    entries = [json.loads(line) for line in log.read_text().splitlines()]
    assert [(e["name"], e["rdtype"], e["transport"]) for e in entries] == [
        ("s.test.", "SOA", "udp"),
        ("s.test.", "SRV", "tcp"),
    ]


def test_faults_are_applied_in_order_and_named_by_a_variable_too(zone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(str(zone), "--port", "0", "--fault", "servfail:type=SOA,after=1", "--fault", "refused:type=SRV") as (
        _,
        address,
    ):
        assert [ask(address).rcode(), ask(address).rcode(), ask(address, "SRV").rcode()] == [0, 2, 5]
    monkeypatch.setenv("KMSDNS_FAULT", "truncate notimp:type=SRV")
    with serve(str(zone), "--port", "0") as (_, address):
        assert ask(address).flags & dns.flags.TC
        assert ask(address, "SRV", tcp=True).rcode() == 4


def serial(address: str) -> int:
    return ask(address).answer[0][0].serial


def until(address: str, wanted: int) -> None:
    end = time.monotonic() + PATIENCE
    while serial(address) != wanted:
        assert time.monotonic() < end, "the zone was not read again"
        time.sleep(0.02)


def test_a_hangup_reads_the_zones_again_and_a_broken_one_keeps_the_old(zone: Path) -> None:
    with serve(str(zone), "--port", "0") as (process, address):
        zone.write_text(ZONE.format(serial=2))
        process.send_signal(signal.SIGHUP)
        until(address, 2)
        zone.write_text(ZONE.format(serial="x"))
        process.send_signal(signal.SIGHUP)
        said = [process.stderr.readline()]
        while "stay in service" not in said[-1]:
            assert said[-1], said
            said.append(process.stderr.readline())
        assert serial(address) == 2


def test_watch_reads_what_changed(zone: Path) -> None:
    with serve(str(zone), "--port", "0", "--watch") as (_, address):
        zone.write_text(ZONE.format(serial=33))
        until(address, 33)


@pytest.mark.parametrize("way", ["--watch", "SIGHUP"])
def test_included_files_are_read_again_too(zone: Path, tmp_path: Path, way: str) -> None:
    included = tmp_path / "soa.txt"
    included.write_text(ZONE.format(serial=1))
    zone.write_text("$ORIGIN s.test.\n$INCLUDE soa.txt\n")
    flags = ["--watch"] if way == "--watch" else []
    with serve(str(zone), "--port", "0", "--include-root", str(tmp_path), *flags) as (process, address):
        assert serial(address) == 1
        included.write_text(ZONE.format(serial=44))
        if not flags:
            process.send_signal(signal.SIGHUP)
        until(address, 44)


def test_included_files_are_read_below_their_root_only(zone: Path, tmp_path: Path) -> None:
    (tmp_path / "more.txt").write_text("extra IN A 127.0.0.9\n")
    zone.write_text(ZONE.format(serial=5) + "$INCLUDE more.txt\n")
    with serve(str(zone), "--port", "0", "--include-root", str(tmp_path)) as (_, address):
        assert serial(address) == 5
    command = [sys.executable, "-m", "kmsdns", "serve", str(zone), "--port", "0"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert (done.returncode, "ZF005" in done.stderr) == (2, True)


def test_a_folder_of_zones(tmp_path: Path) -> None:
    (tmp_path / "a.zone").write_text(ZONE.format(serial=1))
    (tmp_path / "db.b").write_text(ZONE.format(serial=1).replace("s.test", "b.test"))
    (tmp_path / "notes.txt").write_text("not a zone")
    with serve(str(tmp_path), "--port", "0", "--max-seconds", "5") as (_, address):
        assert ask(address).answer


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "nothing to serve"),
        (("/no/such.zone",), "/no/such.zone"),
        (("/no/such.zone", "--log", "-"), "/no/such.zone"),
        (("{folder}",), "no zone file in this folder"),
        (("{zone}", "{zone}2"), "both hold the zone s.test."),
        (("{broken}",), "broken.zone:3:"),
        (("{zone}", "--port", "65536"), "65535"),
        (("{zone}", "--address", "0.0.0.0"), "allow-remote"),
        (("{zone}", "--address", "192.0.2.1"), "192.0.2.1"),
        (("{zone}", "--address", "localhost"), "localhost"),
        (("{zone}", "--fault", "dorp"), "there is no fault 'dorp': did you mean drop?"),
        (("{zone}", "--fault", "drop", "--fault", "drop:every=0"), "every=0 is out of range"),
        (("{zone}", "--log", "/no/such/folder/log"), "/no/such/folder/log"),
        (("{zone}", "--port", "0", "--ready-file", "/no/such/folder/ready"), "/no/such/folder/ready"),
        (("{zone}", "--port", "{taken}"), "cannot be served on"),
    ],
)
def test_bad_input_is_a_sentence_and_status_2(
    arguments: tuple[str, ...], says: str, zone: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "s.zone2").write_text(zone.read_text())
    (tmp_path / "broken.zone").write_text("$ORIGIN b.test.\n@ 60 IN SOA a b 1 2 3 4 5\n@ IN SRV 0 0 x y\n")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        places = {
            "zone": zone,
            "folder": tmp_path / "empty",
            "broken": tmp_path / "broken.zone",
            "taken": taken.getsockname()[1],
        }
        status = run(["serve", "--max-seconds", "1", *[each.format(**places) for each in arguments]])
    out, err = capsys.readouterr()
    assert (status, out) == (2, ""), err
    assert says in err
    assert "Traceback" not in err
