"""The jobs on a system without what only POSIX has: taken away here, before the command line is loaded.

What the code asks sys.platform for stays: fcntl and the rights of the host cache's file.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kmsdns.testing import DnsServer

ZONE = """$ORIGIN corp.test.
$TTL 3600
@ IN SOA ns admin 1 7200 900 1209600 300
@ IN NS ns
ns IN A 127.0.0.1
_vlmcs._tcp IN SRV 0 0 1688 kms1
kms1 IN A 192.0.2.1
"""
SPEC = """[[check]]
name = "kms"
service = "_vlmcs._tcp.corp.test"
count = 1
"""
EVIDENCE = (
    "DNS host name of the KMS: none\nError: 0xC004F074 The Software Licensing Service reported that no KMS host.\n"
)

BARE = """
import asyncio, os, selectors, signal, socket, ssl, subprocess, sys, tempfile
flags = [name for name in dir(os) if name.startswith("O_") and name not in (
    "O_RDONLY", "O_WRONLY", "O_RDWR", "O_APPEND", "O_CREAT", "O_EXCL", "O_TRUNC")]
for name in (*flags, "set_blocking", "get_blocking", "fchown", "chown", "fork", "forkpty", "getuid", "getgid",
             "getpgid", "killpg", "mkfifo", "uname", "sysconf", "getloadavg", "openpty", "statvfs"):
    delattr(os, name) if hasattr(os, name) else None
for name in ("SIGHUP", "SIGALRM", "SIGUSR1", "SIGUSR2", "SIGPIPE", "SIGCHLD", "SIGQUIT", "SIGKILL", "SIGWINCH",
             "pthread_sigmask", "setitimer", "alarm"):
    delattr(signal, name)
for name in [name for name in dir(socket) if name.startswith(("AF_UNIX", "MSG_", "SO_REUSEPORT", "IP_RECVERR"))]:
    delattr(socket, name)
for name in ("resource", "pwd", "grp", "termios", "tty", "pty"):
    sys.modules[name] = None
from kmsdns.entry import main
main()
"""


def bare(*arguments: str, cwd: Path) -> tuple[int, str, str]:
    """Status, standard output and standard error of a command line there."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("KMSDNS_")}
    done = subprocess.run(
        [sys.executable, "-c", BARE, *arguments], capture_output=True, text=True, timeout=60, cwd=cwd, env=environment
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bare")
    (folder / "corp.test.zone").write_text(ZONE)
    (folder / "corp.kmsdns.toml").write_text(SPEC)
    (folder / "client.txt").write_text(EVIDENCE)
    return folder


@pytest.fixture(scope="module")
def server() -> Iterator[DnsServer]:
    with DnsServer(ZONE) as server:
        yield server


def test_validate_reads_a_regular_file(folder: Path) -> None:
    status, out, err = bare("validate", "corp.test.zone", "-f", "json", "--select", "SRV", cwd=folder)
    assert (status, err) == (0, "")
    assert '"records": 5' in out


def test_check_reads_its_expectations(folder: Path, server: DnsServer) -> None:
    status, out, err = bare("check", "corp.kmsdns.toml", "-s", server.address, "-f", "tap", cwd=folder)
    assert (status, err) == (0, "")
    assert "ok 1" in out


def test_discover_and_the_host_cache(folder: Path, server: DnsServer) -> None:
    status, out, err = bare("discover", "corp.test", "-s", server.address, "-f", "short", cwd=folder)
    assert (status, out, err) == (0, "kms1.corp.test.:1688\n", "")
    asked = ("cache", "set", "corp.test", "kms1.corp.test:1688", "--cache-file", "hosts.json")
    remembered = "_vlmcs._tcp.corp.test. is cached at kms1.corp.test.:1688\n"
    assert bare(*asked, cwd=folder) == (0, "", remembered)
    status, out, err = bare("cache", "show", "--cache-file", "hosts.json", cwd=folder)
    assert (status, err) == (0, "")
    assert "kms1.corp.test." in out


def test_diagnose_with_a_client_s_evidence(folder: Path, server: DnsServer) -> None:
    asked = ("diagnose", "corp.test", "-s", server.address, "--client", "client.txt", "--probe", "none", "-f", "json")
    status, out, err = bare(*asked, cwd=folder)
    assert (status, err) == (3, ""), "nobody was contacted"
    assert ('"job": "diagnose"' in out, '"target": "kms1.corp.test."' in out) == (True, True)
