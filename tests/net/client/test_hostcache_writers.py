"""Many processes that write the host cache at once, killed at any moment: whoever reads meanwhile finds it whole.

KMSDNS_TEST_WRITERS sets how many there are, KMSDNS_TEST_WRITES how often each writes.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kmsdns.net.client.hostcache import CachedHost, HostCache

WRITERS = int(os.environ.get("KMSDNS_TEST_WRITERS", "12"))
WRITES = int(os.environ.get("KMSDNS_TEST_WRITES", "25"))
PATIENCE = 300.0  # seconds for all of them
WRITER = """
import sys
from pathlib import Path
from kmsdns.net.client.hostcache import CachedHost, HostCache
path, me, writes = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
sys.stdin.read(1)
for n in range(1, writes + 1):
    cache = HostCache(path, lock_timeout=300.0)
    host = CachedHost(target="kms.contoso.com.", port=n, addresses=("192.0.2.1",), when="2026-01-01T00:00:00Z")
    assert cache.put(f"_vlmcs._tcp.{me}.example.", host), cache.warnings
    assert not cache.warnings, cache.warnings
"""
DYING = """
import os, signal, sys
from pathlib import Path
from kmsdns.net.client.hostcache import CachedHost, HostCache
path, left = Path(sys.argv[1]), int(sys.argv[2])
def die(event, arguments):
    global left
    if event.startswith(("fcntl.", "os.")) or (event == "open" and str(path.parent) in str(arguments[0])):
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(die)
host = CachedHost(target="kms.contoso.com.", port=2, addresses=("192.0.2.1",), when="2026-01-01T00:00:00Z")
assert HostCache(path).put("_vlmcs._tcp.w.example.", host)
"""
"""A writer that dies when it is about to do its nth thing to the disk."""
LATER = CachedHost(target="kms.later.example.", port=1, addresses=(), when="2026-01-02T00:00:00Z")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="writers are killed as on POSIX systems")


def ports(path: Path) -> dict[str, int]:
    """The last write of each writer, as the file has it; fails unless every part of it is as it should be."""
    document = json.loads(path.read_bytes())
    assert set(document) == {"version", "caching", "hosts"}
    assert (document["version"], document["caching"]) == (1, True)
    found = {}
    for owner, host in document["hosts"].items():
        assert set(host) == {"target", "port", "addresses", "when"}
        assert (host["target"], host["addresses"]) == ("kms.contoso.com.", ["192.0.2.1"])
        found[owner] = host["port"]
    return found


def test_the_file_is_whole_at_every_moment(tmp_path: Path) -> None:
    path = tmp_path / "hostcache.json"
    dice = random.Random(2782)
    command = [sys.executable, "-c", WRITER, str(path)]
    owners = [f"_vlmcs._tcp.w{n}.example." for n in range(WRITERS)]
    writers = [
        subprocess.Popen([*command, f"w{n}", str(WRITES)], stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        for n in range(WRITERS)
    ]
    killed: set[int] = set()
    seen: dict[str, int] = {}
    reads = 0
    try:
        for writer in writers:
            assert writer.stdin is not None
            writer.stdin.write(b".")
            writer.stdin.flush()
        end = time.monotonic() + PATIENCE
        while any(writer.poll() is None for writer in writers):
            assert time.monotonic() < end, f"writers are not done; {len(seen)} have written"
            if not path.exists():
                assert not seen, "the file was gone"
                continue
            now = ports(path)
            assert all(now.get(owner, 0) >= port for owner, port in seen.items()), "a write was lost"
            assert not HostCache(path).load().warnings
            seen, reads = now, reads + 1
            # A third of the writers, spread over what there is to write, wherever each just is.
            if sum(seen.values()) > (len(killed) + 1) * WRITERS * WRITES // (WRITERS // 3 + 2):
                victim = dice.randrange(WRITERS)
                if victim not in killed and writers[victim].poll() is None and len(killed) < WRITERS // 3:
                    writers[victim].kill()
                    killed.add(victim)
    finally:
        said = []
        for writer in writers:
            writer.kill()
            said.append(writer.communicate()[1].decode())
    assert reads > 10
    assert killed
    for n, writer in enumerate(writers):
        assert n in killed or writer.returncode == 0, said[n]
    found = ports(path)
    assert {owner: found.get(owner) for n, owner in enumerate(owners) if n not in killed} == dict.fromkeys(
        [owner for n, owner in enumerate(owners) if n not in killed], WRITES
    )
    cache = HostCache(path)
    assert cache.put("_vlmcs._tcp.later.example.", LATER)
    assert not cache.warnings
    assert {entry.name for entry in tmp_path.iterdir()} == {"hostcache.json", "hostcache.json.lock"}


def test_a_writer_may_die_at_each_step(tmp_path: Path) -> None:
    owner, before = (
        "_vlmcs._tcp.w.example.",
        CachedHost(target="kms.contoso.com.", port=1, addresses=("192.0.2.1",), when="2026-01-01T00:00:00Z"),
    )
    seen = []
    for step in range(1, 100):
        path = tmp_path / str(step) / "hostcache.json"
        assert HostCache(path).put(owner, before)
        died = subprocess.run([sys.executable, "-c", DYING, str(path), str(step)], check=False).returncode != 0
        left = {entry.name for entry in path.parent.iterdir()} - {"hostcache.json", "hostcache.json.lock"}
        seen.append((ports(path)[owner], *left))
        cache = HostCache(path, lock_timeout=0.0)
        assert cache.put(owner, before.replace(port=3))
        assert not cache.warnings
        assert ports(path) == {owner: 3}
        assert {entry.name for entry in path.parent.iterdir()} == {"hostcache.json", "hostcache.json.lock"}
        if not died:
            break
    assert set(seen) == {(1,), (1, "hostcache.json.new"), (2,)}, "not every step of a write was seen"
