"""A damaged or foreign host cache changes neither what discover finds nor its exit status; a link stays as it is."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kmsdns.cli import run
from kmsdns.testing import DnsServer

OWNER = "_vlmcs._tcp.corp.test."
SOUND = {
    "version": 1,
    "caching": True,
    "hosts": {
        OWNER: {"target": "kms.corp.test.", "port": 1, "addresses": ["127.0.0.1"], "when": "2026-01-01T00:00:00Z"}
    },
}
ZONE = """$ORIGIN corp.test.
@ 60 IN SOA ns admin 1 2 3 4 5
_vlmcs._tcp IN SRV 0 0 {port} kms
_vlmcs._tcp.dead IN SRV 0 0 1 kms
kms IN A 127.0.0.1
"""
DOMAINS = {"corp.test": 0, "dead.corp.test": 1, "no.corp.test": 1}
"""Those to discover, each with the exit status it has without a cache."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="files as on POSIX systems")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with (
        socket.create_server(("127.0.0.1", 0), backlog=1024) as listening,
        DnsServer(ZONE.format(port=listening.getsockname()[1])) as dns,
    ):
        yield dns.address


def text(content: object) -> Callable[[Path], object]:
    return lambda path: path.write_text(content if isinstance(content, str) else json.dumps(content))


def octets(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


def changed(**fields: object) -> Callable[[Path], object]:
    """The sound file with other fields of its only host."""
    return text({**SOUND, "hosts": {OWNER: {**SOUND["hosts"][OWNER], **fields}}})


def others_may_write(path: Path) -> None:
    path.write_text(json.dumps(SOUND))
    path.chmod(0o666)


CORRUPTION: dict[str, Callable[[Path], object]] = {
    "empty": text(""),
    "cut in half": text(json.dumps(SOUND)[:90]),
    "octets": octets(bytes(range(256)) * 20),
    "UTF-16": octets(json.dumps(SOUND).encode("utf-16")),
    "two documents": text(json.dumps(SOUND) * 2),
    "a list": text([SOUND]),
    "nested deeply": text("[" * 100_000),
    "a number of many digits": text("1" * 10_000),
    "larger than allowed": text(json.dumps(SOUND) + " " * (1 << 20)),
    "a later version": text({**SOUND, "version": 99}),
    "hosts that are a list": text({**SOUND, "hosts": []}),
    "a target with a terminal's orders": changed(target="\\027[2J.corp.test\x1b[2J."),
    "a port out of range": changed(port=70000),
    "addresses that are names": changed(addresses=["kms.corp.test"]),
    "an owner with half a character": text({**SOUND, "hosts": {"\ud800": SOUND["hosts"][OWNER]}}),
    "a folder": Path.mkdir,
    "a named pipe": os.mkfifo,
    "a file that others may write": others_may_write,
    "a link to a link to itself": lambda path: path.symlink_to(path.name),
    "a folder in the lock's place": lambda path: (path.write_text("x"), path.with_name(path.name + ".lock").mkdir()),
    "a folder in the new file's place": lambda path: path.with_name(path.name + ".new").mkdir(),
}


def discover(domain: str, server: str, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, object]:
    """Exit status, and what was found."""
    status = run(["discover", domain, "-s", server, "--probe", "tcp", "--json", "--seed", "1", *more])
    out, err = capsys.readouterr()
    (service,) = json.loads(out)["result"]["services"]
    for endpoint in service["endpoints"]:
        endpoint["probe"] = endpoint["probe"]["outcome"]
    assert "Traceback" not in err
    return status, (service["source"], service["outcome"], service["ttl"], service["endpoints"])


def test_without_a_cache(server: str, capsys: pytest.CaptureFixture[str]) -> None:
    for domain, expected in DOMAINS.items():
        assert discover(domain, server, capsys, "--no-cache")[0] == expected


@pytest.mark.parametrize("corrupt", CORRUPTION.values(), ids=CORRUPTION.keys())
def test_corruption_changes_nothing(
    corrupt: Callable[[Path], object], server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for domain in DOMAINS:
        path = tmp_path / domain / "hostcache.json"
        path.parent.mkdir()
        corrupt(path)
        without = discover(domain, server, capsys, "--no-cache")
        found = discover(domain, server, capsys, "--cache-file", str(path))
        assert found == without
        # By now the damage is set aside and the host that answered is cached; or what is foreign still stands there.
        again = discover(domain, server, capsys, "--cache-file", str(path))
        assert again[0] == without[0]


@pytest.mark.parametrize("content", [None, "precious", json.dumps(SOUND)], ids=["dangling", "text", "a sound cache"])
def test_a_link_is_neither_followed_nor_replaced(
    content: str | None, server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target, path = tmp_path / "target", tmp_path / "cache" / "hostcache.json"
    if content is not None:
        target.write_text(content)
        target.chmod(0o600)
    path.parent.mkdir()
    path.symlink_to(target)
    without = discover("corp.test", server, capsys, "--no-cache")
    found = discover("corp.test", server, capsys, "--cache-file", str(path))
    assert found == without
    for change in (("set", "corp.test", "kms:1"), ("clear",), ("disable",)):
        run(["cache", *change, "--cache-file", str(path)])
    assert path.is_symlink()
    assert path.readlink() == target
    assert (target.read_text() if target.exists() else None) == content
    assert {entry.name for entry in path.parent.iterdir()} <= {"hostcache.json", "hostcache.json.lock"}
