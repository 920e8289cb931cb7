"""The host cache on disk: round trips, damage, files that are not ours, modes, and writers that are killed.

Long: every way in which a file can be damaged, foreign or contended is a case of its own.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_mock import MockerFixture

from kmsdns.net.client import hostcache
from kmsdns.net.client.hostcache import MAX_SIZE, CachedHost, CacheState, HostCache, _Damaged, _decode, _encode

OWNER = "_vlmcs._tcp.contoso.com."
HOST = CachedHost(
    target="KMS01.contoso.com.", port=1688, addresses=("192.0.2.1", "2001:db8::1"), when="2026-01-01T00:00:00Z"
)

posix = pytest.mark.skipif(sys.platform == "win32", reason="modes, owners and links as on POSIX systems")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kmsdns" / "hostcache.json"


@pytest.fixture
def cache(path: Path) -> HostCache:
    return HostCache(path)


def test_constructing_touches_nothing(tmp_path: Path, cache: HostCache) -> None:
    assert list(tmp_path.iterdir()) == []
    assert cache.load() == CacheState(enabled=True, hosts=(), warnings=())
    assert cache.get(OWNER) is None
    assert (cache.remove(OWNER), cache.warnings) == (0, [])


def test_put_and_get(path: Path, cache: HostCache) -> None:
    assert cache.put(OWNER, HOST)
    assert cache.get(OWNER) == HOST
    assert cache.get("_VLMCS._tcp.Contoso.com.") == HOST
    assert cache.get("_ldap._tcp.contoso.com.") is None
    assert HostCache(path).load() == CacheState(hosts=((OWNER, HOST),))
    assert json.loads(path.read_bytes()) == {
        "version": 1,
        "caching": True,
        "hosts": {
            OWNER: {
                "target": "KMS01.contoso.com.",
                "port": 1688,
                "addresses": ["192.0.2.1", "2001:db8::1"],
                "when": "2026-01-01T00:00:00Z",
            }
        },
    }
    assert {entry.name for entry in path.parent.iterdir()} == {"hostcache.json", "hostcache.json.lock"}


def test_put_replaces_and_keeps_the_others(cache: HostCache) -> None:
    other = HOST.replace(target="kms02.contoso.com.", port=1689)
    assert cache.put("_VLMCS._TCP.contoso.com.", HOST)
    assert cache.put("_ldap._tcp.contoso.com.", HOST)
    assert cache.put(OWNER, other)
    assert cache.load().hosts == (("_ldap._tcp.contoso.com.", HOST), (OWNER, other))


def test_remove(cache: HostCache) -> None:
    for owner in ("_a._tcp.example.", "_b._tcp.example.", "_c._tcp.example."):
        assert cache.put(owner, HOST)
    assert cache.remove("_B._tcp.example.") == 1
    assert cache.remove("_b._tcp.example.") == 0
    assert [owner for owner, _ in cache.load().hosts] == ["_a._tcp.example.", "_c._tcp.example."]
    assert cache.remove(None) == 2
    assert cache.remove(None) == 0
    assert cache.load() == CacheState()


def test_enable_and_disable(cache: HostCache) -> None:
    assert cache.put(OWNER, HOST)
    assert cache.set_enabled(False)
    assert cache.load() == CacheState(enabled=False, hosts=((OWNER, HOST),))
    assert cache.get(OWNER) is None
    assert not cache.put(OWNER, HOST.replace(port=1))
    assert cache.set_enabled(True)
    assert cache.get(OWNER) == HOST
    assert cache.set_enabled(False)
    assert cache.remove(None) == 1
    assert cache.load() == CacheState(enabled=False)
    assert cache.warnings == []


@pytest.mark.parametrize(
    ("owner", "host", "sentence"),
    [
        ("contoso..com.", HOST, "no owner name"),
        ("_vlmcs._tcp.contoso.com", HOST, "no owner name"),
        (OWNER, HOST.replace(target="."), "no host name"),
        (OWNER, HOST.replace(port=0), "port"),
        (OWNER, HOST.replace(addresses=("kms01",)), "addresses"),
        (OWNER, HOST.replace(when="yesterday"), "time"),
    ],
)
def test_what_would_be_damage_is_not_written(
    path: Path, cache: HostCache, owner: str, host: CachedHost, sentence: str
) -> None:
    assert not cache.put(owner, host)
    assert not path.exists()
    (warning,) = cache.warnings
    assert warning.startswith("the endpoint was not put into the host cache: ")
    assert sentence in warning


# --- damage ----------------------------------------------------------------------------------------------------------


def document(**changes: object) -> bytes:
    """A file's content, with some of the only host's fields or of the top's changed; None drops a key."""
    host: dict[str, object] = {"target": "kms01.contoso.com.", "port": 1688, "addresses": ["192.0.2.1"]}
    host["when"] = "2026-01-01T00:00:00Z"
    top: dict[str, object] = {"version": 1, "caching": True, "hosts": {OWNER: host}}
    for key, value in changes.items():
        place = top if key in (*top, "surplus") else host
        place[key] = value
        if value is None:
            del place[key]
    return json.dumps(top).encode()


DAMAGE = {
    "empty": b"",
    "NUL octets": b"\0" * 100,
    "text": b"kms01.contoso.com:1688",
    "truncated": document()[:-20],
    "something after the end": document() + b"{}",
    "no UTF-8": b'{"version": 1, "\xff\xfe": 0}',
    "byte order mark": b"\xef\xbb\xbf" + document(),
    "too large": b" " * MAX_SIZE + document(),
    "too deep": b"[" * 200_000,
    "an array": b"[]",
    "null": b"null",
    "NaN": b'{"version": NaN}',
    "a number without end": b'{"version": ' + b"1" * 10_000 + b"}",
    "a key twice": b'{"version": 1, "version": 1, "caching": true, "hosts": {}}',
    "no version": document(version=None),
    "version 0": document(version=0),
    "version of a later release": document(version=2),
    "version as a float": document(version=1.0),
    "version as a boolean": document(version=True),
    "a surplus key": document(surplus=1),
    "no switch": document(caching=None),
    "the switch is a number": document(caching=1),
    "hosts are a list": document(hosts=[]),
    "no hosts": document(hosts=None),
    "a host is text": document(hosts={OWNER: "kms01.contoso.com."}),
    "owner without final dot": document(hosts={"_vlmcs._tcp.contoso.com": {}}),
    "owner in capitals": document().replace(b"_vlmcs", b"_VLMCS"),
    "owner with an empty label": document().replace(b"_tcp.", b"_tcp.."),
    "owner that needs no escape": document().replace(b"_tcp.", b"_tc\\\\p."),
    "owner with a terminal escape": document().replace(b"_vlmcs", b"\\u001b[2J"),
    "owner with half a character": document().replace(b"_vlmcs", b"\\ud800"),
    "a host with a surplus key": document(weight=1),
    "a host without port": document(port=None),
    "target is a number": document(target=5),
    "target has a label too long": document(target="x" * 64 + ".contoso.com."),
    "target is the root": document(target="."),
    "target is empty": document(target=""),
    "port is text": document(port="1688"),
    "port is a boolean": document(port=True),
    "port is a float": document(port=1688.0),
    "port 0": document(port=0),
    "port 65536": document(port=65536),
    "port is negative": document(port=-1),
    "addresses are text": document(addresses="192.0.2.1"),
    "an address is a name": document(addresses=["192.0.2.1", "kms01.contoso.com."]),
    "an address is a number": document(addresses=[3221225985]),
    "an address has a zone": document(addresses=["fe80::1%eth0"]),
    "an address has a NUL": document(addresses=["192.0.2.1\0"]),
    "time is a number": document(when=1767225600),
    "time without Z": document(when="2026-01-01T00:00:00"),
    "time is no date": document(when="2026-13-01T00:00:00Z"),
    "time is a day": document(when="2026-01-01"),
}


@pytest.mark.parametrize("octets", DAMAGE.values(), ids=DAMAGE.keys())
def test_damage_is_set_aside_and_stops_nothing(path: Path, cache: HostCache, octets: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(octets)
    state = cache.load()
    assert (state.enabled, state.hosts) == (True, ())
    (warning,) = state.warnings
    assert "is damaged (" in warning
    assert warning.endswith("; it was set aside as hostcache.json.damaged-1")
    assert warning.isprintable()
    assert cache.warnings == [warning]
    assert not path.exists()
    assert path.with_name("hostcache.json.damaged-1").read_bytes() == octets
    assert cache.load() == CacheState()
    assert cache.put(OWNER, HOST)
    assert cache.get(OWNER) == HOST


def test_the_document_the_damage_is_made_from_is_sound() -> None:
    assert [owner for owner, _ in _decode(document()).hosts] == [OWNER]


def test_damage_takes_the_next_free_number(path: Path, cache: HostCache) -> None:
    path.parent.mkdir()
    path.with_name("hostcache.json.damaged-1").write_text("old")
    path.with_name("hostcache.json.damaged-2").symlink_to("nowhere")
    path.write_text("new")
    (warning,) = cache.load().warnings
    assert warning.endswith("hostcache.json.damaged-3")
    assert path.with_name("hostcache.json.damaged-1").read_text() == "old"
    assert path.with_name("hostcache.json.damaged-3").read_text() == "new"


@pytest.mark.parametrize("change", ["put", "set_enabled", "remove"])
def test_writers_set_damage_aside(path: Path, cache: HostCache, change: str) -> None:
    path.parent.mkdir()
    path.write_text("rubbish")
    if change == "put":
        assert cache.put(OWNER, HOST)
    elif change == "set_enabled":
        assert cache.set_enabled(False)
    else:
        assert cache.remove(None) == 0
    assert path.with_name("hostcache.json.damaged-1").read_text() == "rubbish"
    assert len(cache.warnings) == 1
    assert cache.load().warnings == ()


def test_damage_that_another_process_cured_is_not_set_aside(
    path: Path, cache: HostCache, mocker: MockerFixture
) -> None:
    assert cache.put(OWNER, HOST)
    mocker.patch.object(
        hostcache, "_decode", side_effect=[_Damaged("no longer"), CacheState(), CacheState(enabled=False)]
    )
    assert cache.load() == CacheState(enabled=False)
    assert path.exists()


def test_damage_that_cannot_be_set_aside(path: Path, cache: HostCache, mocker: MockerFixture) -> None:
    path.parent.mkdir()
    path.write_text("rubbish")
    mocker.patch.object(Path, "rename", side_effect=OSError(30, "Read-only file system"))
    (warning,) = cache.load().warnings
    assert "can't be set aside (Read-only file system)" in warning
    assert cache.get(OWNER) is None
    assert len(cache.warnings) == 1


# --- files that are not ours -----------------------------------------------------------------------------------------


def left_alone(cache: HostCache, sentence: str) -> None:
    """Reading and writing both do without the file, and say why."""
    state = cache.load()
    assert (state.enabled, state.hosts) == (True, ())
    assert sentence in state.warnings[0]
    assert cache.get(OWNER) is None
    assert not cache.put(OWNER, HOST)
    assert not cache.set_enabled(False)
    assert cache.remove(None) == 0
    assert len(cache.warnings) == 1
    assert not list(cache.path.parent.glob("*.damaged-*"))
    assert not list(cache.path.parent.glob("*.new"))


@posix
@pytest.mark.parametrize("content", [b"precious", document(), None])
def test_a_symbolic_link_is_neither_followed_nor_replaced(
    tmp_path: Path, path: Path, cache: HostCache, content: bytes | None
) -> None:
    target = tmp_path / "target"
    if content is not None:
        target.write_bytes(content)
        target.chmod(0o600)
    path.parent.mkdir()
    path.symlink_to(target)
    left_alone(cache, "is a symbolic link")
    assert path.is_symlink()
    assert (target.read_bytes() if target.exists() else None) == content


@posix
@pytest.mark.parametrize("kind", ["folder", "named pipe"])
def test_no_regular_file(path: Path, cache: HostCache, kind: str) -> None:
    path.parent.mkdir()
    if kind == "folder":
        path.mkdir()
    else:
        os.mkfifo(path)
    left_alone(cache, "is not a regular file")
    assert path.is_dir() or path.is_fifo()


@posix
def test_a_device(cache: HostCache) -> None:
    state = HostCache(Path("/dev/null")).load()
    assert "is not a regular file" in state.warnings[0]


@posix
def test_a_file_of_another_user(path: Path, cache: HostCache, mocker: MockerFixture) -> None:
    assert cache.put(OWNER, HOST)
    before = path.read_bytes()
    mocker.patch("os.geteuid", return_value=os.geteuid() + 1)
    left_alone(cache, "belongs to another user")
    assert path.read_bytes() == before


@posix
@pytest.mark.parametrize("mode", [0o666, 0o620, 0o602])
def test_a_file_that_others_may_write(path: Path, cache: HostCache, mode: int) -> None:
    assert cache.put(OWNER, HOST)
    path.chmod(mode)
    left_alone(cache, "can be written by others (chmod 600 makes it yours alone)")
    path.chmod(0o644)
    assert HostCache(path).get(OWNER) == HOST


@posix
@pytest.mark.parametrize("suffix", [".new", ".lock"])
def test_links_in_the_places_beside_it_are_not_written_through(
    tmp_path: Path, path: Path, cache: HostCache, suffix: str
) -> None:
    target = tmp_path / "target"
    target.write_text("precious")
    path.parent.mkdir()
    path.with_name(path.name + suffix).symlink_to(target)
    assert cache.put(OWNER, HOST) == (suffix == ".new")
    assert len(cache.warnings) == (suffix == ".lock")
    assert target.read_text() == "precious"


# --- folders, modes, failures ----------------------------------------------------------------------------------------


@posix
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077, 0o777])
def test_modes_do_not_depend_on_the_umask(tmp_path: Path, umask: int) -> None:
    path = tmp_path / "a" / "b" / "hostcache.json"
    before = os.umask(umask)
    try:
        assert HostCache(path).put(OWNER, HOST)
        assert HostCache(path).set_enabled(False)
    finally:
        os.umask(before)
    assert {stat.S_IMODE(entry.stat().st_mode) for entry in path.parent.iterdir()} == {0o600}
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in (path.parent, path.parent.parent)] == [0o700, 0o700]


@posix
def test_a_folder_that_exists_keeps_its_mode(path: Path, cache: HostCache) -> None:
    path.parent.mkdir()
    path.parent.chmod(0o755)
    assert cache.put(OWNER, HOST)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o755


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = HostCache(tmp_path / "file" / "kmsdns" / "hostcache.json")
    assert not cache.put(OWNER, HOST)
    assert cache.load().hosts == ()
    assert any("can't be written (" in warning for warning in cache.warnings)
    assert all(warning.endswith("going on without it") for warning in cache.warnings)


@pytest.mark.parametrize("path", ["/proc/kmsdns/hostcache.json", "\0/hostcache.json", "/tmp/" + "x" * 300 + "/h.json"])
def test_paths_that_cannot_be(path: str) -> None:
    cache = HostCache(Path(path))
    assert not cache.put(OWNER, HOST)
    assert cache.remove(None) == 0
    assert cache.load().hosts == ()
    assert cache.warnings
    assert all(warning.isprintable() for warning in cache.warnings)


@posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(path: Path, cache: HostCache) -> None:
    assert cache.put(OWNER, HOST)
    path.with_name("hostcache.json.lock").unlink()
    path.parent.chmod(0o500)
    try:
        assert cache.get(OWNER) == HOST
        assert not cache.set_enabled(False)
    finally:
        path.parent.chmod(0o700)
    assert cache.warnings == [f"the host cache '{path}' can't be written (Permission denied); going on without it"]


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_full_disk(path: Path, cache: HostCache, mocker: MockerFixture, call: str) -> None:
    assert cache.put(OWNER, HOST)
    if call == "fsync":
        mocker.patch("os.fsync", side_effect=OSError(28, "No space left on device"))
    else:
        mocker.patch.object(Path, "replace", side_effect=OSError(28, "No space left on device"))
    assert not cache.put(OWNER, HOST.replace(port=1))
    assert "can't be written (No space left on device)" in cache.warnings[0]
    mocker.stopall()
    assert cache.get(OWNER) == HOST
    assert cache.put(OWNER, HOST.replace(port=2))


@posix
def test_a_lock_that_is_held(path: Path) -> None:
    cache = HostCache(path, lock_timeout=0.02)
    assert cache.put(OWNER, HOST)
    with HostCache(path)._locked():
        assert not cache.put(OWNER, HOST.replace(port=1))
        assert cache.get(OWNER) == HOST
        assert cache.warnings == [
            f"the host cache '{path}' can't be written (another process has held its lock for too long);"
            " going on without it"
        ]
    assert cache.put(OWNER, HOST.replace(port=1))


def test_a_cache_that_grows_too_large_loses_its_oldest(path: Path, cache: HostCache) -> None:
    hosts = {
        f"_vlmcs._tcp.{n:05}.{'x' * 60}.contoso.com.": HOST.replace(when=f"2026-01-{1 + n % 28:02}T00:00:00Z")
        for n in range(5000)
    }
    path.parent.mkdir()
    content = _encode(CacheState(hosts=tuple(hosts.items())))
    assert len(content) <= MAX_SIZE
    left = _decode(content).hosts
    assert 1000 < len(left) < 5000
    assert min(host.when for _, host in left) > min(host.when for host in hosts.values())


# --- writers at the same time ----------------------------------------------------------------------------------------

WRITER = """
import sys
from pathlib import Path
from kmsdns.net.client.hostcache import CachedHost, HostCache
path, me = Path(sys.argv[1]), sys.argv[2]
for n in range(50):
    cache = HostCache(path, lock_timeout=60.0)
    host = CachedHost(target=f"kms{n}.contoso.com.", port=1 + n, addresses=("192.0.2.1",), when="2026-01-01T00:00:00Z")
    assert cache.put(f"_vlmcs._tcp.{me}.example.", host), cache.warnings
    assert not cache.warnings, cache.warnings
    print(n, flush=True)
"""


@posix
def test_writers_that_are_killed_leave_a_sound_file_and_no_lock(path: Path) -> None:
    dice = random.Random(2782)
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(path), f"w{n}"], stdout=subprocess.PIPE, text=True)
        for n in range(8)
    ]
    doomed = dice.sample(writers, 3)
    try:
        for writer in doomed:
            assert writer.stdout is not None
            for _ in range(dice.randrange(1, 20)):
                writer.stdout.readline()
                state = HostCache(path).load()
                assert state.hosts
                assert not state.warnings
            writer.send_signal(signal.SIGKILL)
        for writer in writers:
            output, _ = writer.communicate(timeout=120)
            if writer not in doomed:
                assert writer.returncode == 0
                assert output.split()[-1] == "49"
    finally:
        for writer in writers:
            writer.kill()
            writer.wait()
            if writer.stdout is not None:
                writer.stdout.close()
    cache = HostCache(path)
    state = cache.load()
    assert not state.warnings
    hosts = dict(state.hosts)
    assert len(hosts) == 8  # no write took another writer's host away
    survivors = [f"_vlmcs._tcp.w{n}.example." for n in range(8) if writers[n] not in doomed]
    assert {hosts[owner].port for owner in survivors} == {50}
    assert cache.put(OWNER, HOST)
    assert {entry.name for entry in path.parent.iterdir()} == {"hostcache.json", "hostcache.json.lock"}


# --- properties ------------------------------------------------------------------------------------------------------


@given(st.binary(max_size=200) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["version", "caching", "hosts", OWNER]), inner),
    max_leaves=12,
).map(lambda value: json.dumps(value).encode()))  # fmt: skip
def test_decoding_raises_nothing_but_damage(octets: bytes) -> None:
    with contextlib.suppress(_Damaged):
        state = _decode(octets)
        assert _decode(_encode(state)) == state


@st.composite
def hosts(draw: st.DrawFn) -> tuple[tuple[str, CachedHost], ...]:
    label = st.text("abcdefghijklmnopqrstuvwxyz0123456789-_", min_size=1, max_size=20)
    name = st.lists(label, min_size=1, max_size=5).map(lambda labels: "".join(label + "." for label in labels))
    host = st.builds(
        CachedHost,
        target=name | name.map(str.upper),
        port=st.integers(1, 65535),
        addresses=st.lists(st.ip_addresses().map(str), min_size=1, max_size=4).map(tuple),
        when=st.datetimes().map(lambda moment: moment.replace(microsecond=0).isoformat() + "Z"),
    )
    return tuple(sorted(draw(st.dictionaries(name, host, max_size=5)).items()))


@given(hosts(), st.booleans())
def test_round_trip(listed: tuple[tuple[str, CachedHost], ...], enabled: bool) -> None:
    state = CacheState(enabled=enabled, hosts=listed)
    assert _decode(_encode(state)) == state


@pytest.fixture(autouse=True)
def _no_descriptor_is_lost() -> Iterator[None]:
    folder = Path("/proc/self/fd")
    before = len(list(folder.iterdir())) if folder.is_dir() else 0
    yield
    after = len(list(folder.iterdir())) if folder.is_dir() else 0
    assert after <= before
