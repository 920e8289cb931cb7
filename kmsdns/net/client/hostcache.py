"""The host cache: per service and domain the last endpoint that answered, and whether caching is on. One JSON file.

    {"version": 1, "caching": true, "hosts": {"_vlmcs._tcp.contoso.com.": {"target": "kms01.contoso.com.",
     "port": 1688, "addresses": ["192.0.2.1"], "when": "2026-01-01T00:00:00Z"}}}

Rules:
- No method raises for what is, or happens, on the disk: a cache that fails is an empty cache and a warning.
- What can't be understood is damaged: it is renamed to NAME.damaged-N and the cache starts afresh.
- What may not be ours is left alone, neither read nor written: a symbolic link, anything but a regular file, a file of
  another user, a file that others may write. It decides what is contacted, so it is taken from its user only.
- Readers take no lock, since a write replaces the file as a whole (os.replace). Writers hold an exclusive lock on
  NAME.lock from reading to replacing; the operating system frees it however its holder ends. The new content waits in
  NAME.new; what a killed writer left there is removed by the next one.
- The file is created 0600 and its folder, when missing, 0700, whatever the umask.
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys
import time

from kmsdns.errors import InvalidName
from kmsdns.model import names
from kmsdns.model.snapshot import CachedHost
from kmsdns.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import Any, NoReturn

VERSION = 1
MAX_SIZE = 1 << 20
"""Octets; a larger file is damaged, and a write that would exceed it drops the hosts that answered longest ago."""

_POLL = 0.01  # seconds between two tries for the lock
_HOST_FIELDS = ("target", "port", "addresses", "when")


class CacheState(Value):
    """What the file holds."""

    enabled: bool = True  # one switch for all services, as the client's is
    hosts: tuple[tuple[str, CachedHost], ...] = ()  # by owner name, in its order
    warnings: tuple[str, ...] = ()  # sentences


class HostCache:
    """The host cache in a file. Owner names are compared without regard to case.

    warnings holds the sentences of all methods called so far, each once.
    """

    def __init__(self, path: Path, *, lock_timeout: float = 2.0) -> None:
        self.path = path
        self.warnings: list[str] = []
        self._lock_timeout = lock_timeout  # seconds

    def load(self) -> CacheState:
        """What the file holds; an empty cache with caching on, and warnings unless the file is merely missing."""
        warnings: list[str] = []
        state = self._guarded(warnings, "can't be read", self._read)
        return (state or CacheState()).replace(warnings=tuple(warnings))

    def get(self, owner: str) -> CachedHost | None:
        """The endpoint that answered last for an owner name; None when there is none or caching is off."""
        state = self.load()
        return dict(state.hosts).get(names.fold(owner)) if state.enabled else None

    def put(self, owner: str, host: CachedHost) -> bool:
        """Remembers an endpoint in place of the last one. False when it could not, or when caching is off."""
        owner = names.fold(owner)

        def change(state: CacheState) -> CacheState | None:
            _check_host(owner, host)
            return state.replace(hosts=_hosts({**dict(state.hosts), owner: host})) if state.enabled else None

        return self._write(change) is not None

    def remove(self, owner: str | None) -> int:
        """Forgets the endpoint of an owner name, or with None all of them. Returns how many were forgotten."""
        removed = 0

        def change(state: CacheState) -> CacheState | None:
            nonlocal removed
            left = {} if owner is None else {key: host for key, host in state.hosts if key != names.fold(owner)}
            removed = len(state.hosts) - len(left)
            return state.replace(hosts=_hosts(left)) if removed else None

        return removed if self._write(change) is not None else 0

    def set_enabled(self, enabled: bool) -> bool:
        """Switches caching on or off for all services; what is cached stays. False when that could not be written."""
        return self._write(lambda state: state.replace(enabled=enabled)) is not None

    # --- reading and writing; inside, OSError _Damaged, _Foreign and _Unfit say what went wrong

    def _guarded(self, warnings: list[str], what: str, work: Callable[[], CacheState | None]) -> CacheState | None:
        """Does the work, setting a damaged file aside first; None and a warning when it fails."""
        shown = names.shown(str(self.path), 4096)
        try:
            try:
                return work()
            except _Damaged as damage:
                working, what = what, f"is damaged ({damage}) and can't be set aside"
                self._set_aside(warnings)
                what = working
                return work()
        except _Damaged as damage:
            warnings.append(f"the host cache {shown} is damaged ({damage}); going on without it")
        except _Foreign as reason:
            warnings.append(f"the host cache {shown} {reason}; it is left alone, going on without it")
        except _Unfit as reason:
            warnings.append(f"the endpoint was not put into the host cache: {reason}")
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or str(error)
            warnings.append(f"the host cache {shown} {what} ({why}); going on without it")
        finally:
            self.warnings += [warning for warning in warnings if warning not in self.warnings]
        return None

    def _write(self, change: Callable[[CacheState], CacheState | None]) -> CacheState | None:
        """Replaces the file by what change makes of it; None when change gives None, or with a warning."""

        def work() -> CacheState | None:
            _make_folder(self.path.parent)
            with self._locked():
                new = change(self._read())
                if new is not None:
                    self._replace(_encode(new))
                return new

        return self._guarded([], "can't be written", work)

    def _read(self) -> CacheState:
        octets = self._octets()
        return CacheState() if octets is None else _decode(octets)

    def _octets(self) -> bytes | None:
        """The file's content, one octet more than MAX_SIZE at most; None when there is no file."""
        # Without O_NONBLOCK, a named pipe in the file's place would block for ever.
        try:
            descriptor = os.open(self.path, os.O_RDONLY | _flag("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))
        except FileNotFoundError:
            return None
        except OSError:
            self._check_is_ours(os.lstat(self.path))  # a symbolic link has its own errno on every system
            raise
        try:
            self._check_is_ours(os.fstat(descriptor))
            if not hasattr(os, "O_NOFOLLOW"):
                self._check_is_ours(os.lstat(self.path))
            content = b""
            while octets := os.read(descriptor, MAX_SIZE + 1 - len(content)):
                content += octets
            return content
        finally:
            os.close(descriptor)

    def _check_is_ours(self, status: os.stat_result) -> None:
        if stat.S_ISLNK(status.st_mode):
            raise _Foreign("is a symbolic link")
        if not stat.S_ISREG(status.st_mode):
            raise _Foreign("is not a regular file")
        if sys.platform != "win32":
            if status.st_uid != os.geteuid():
                raise _Foreign("belongs to another user")
            if status.st_mode & 0o022:
                raise _Foreign("can be written by others (chmod 600 makes it yours alone)")

    def _replace(self, content: bytes) -> None:
        with contextlib.suppress(FileNotFoundError):
            self._check_is_ours(os.lstat(self.path))
        new = self.path.with_name(self.path.name + ".new")
        with contextlib.suppress(FileNotFoundError):
            new.unlink()
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _flag("O_NOFOLLOW", "O_CLOEXEC", "O_BINARY")
        with os.fdopen(os.open(new, flags, 0o600), "wb") as file:
            try:
                _make_private(file.fileno())
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            except OSError:
                new.unlink()
                raise
        new.replace(self.path)
        _sync_folder(self.path.parent)

    def _set_aside(self, warnings: list[str]) -> None:
        """Renames the file if it is damaged still: another process may have done so by now."""
        with self._locked():
            try:
                self._read()
            except _Damaged as damage:
                number = 1
                while os.path.lexists(aside := self.path.with_name(f"{self.path.name}.damaged-{number}")):
                    number += 1
                self.path.rename(aside)
                shown = names.shown(str(self.path), 4096)
                warnings.append(f"the host cache {shown} is damaged ({damage}); it was set aside as {aside.name}")

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Holds the lock of all writers. TimeoutError when another one holds it for too long."""
        flags = os.O_RDWR | os.O_CREAT | _flag("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY")
        descriptor = os.open(self.path.with_name(self.path.name + ".lock"), flags, 0o600)
        try:
            _make_private(descriptor)
            until = time.monotonic() + self._lock_timeout
            while not _try_lock(descriptor):
                if time.monotonic() >= until:
                    raise TimeoutError("another process has held its lock for too long")
                time.sleep(_POLL)
            yield
        finally:
            os.close(descriptor)  # frees the lock


class _Damaged(Exception):
    """The content is not what a host cache holds."""


class _Foreign(Exception):
    """The file may not be ours."""


class _Unfit(Exception):
    """An endpoint that a reader would take for damage."""


def _flag(*flags: str) -> int:
    """The flags of os.open that this system knows, together."""
    return sum({getattr(os, flag, 0) for flag in flags})


def _try_lock(descriptor: int) -> bool:
    """Takes the exclusive lock if it is free."""
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _make_private(descriptor: int) -> None:
    """Mode 0600 whatever the umask, which can take away even the owner's rights."""
    if sys.platform != "win32" and os.fstat(descriptor).st_uid == os.geteuid():
        os.fchmod(descriptor, 0o600)


def _make_folder(folder: Path) -> None:
    """Creates a folder, and those above it, for this user alone; one that exists keeps its mode."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    with contextlib.suppress(FileExistsError):
        folder.mkdir(0o700)
        folder.chmod(0o700)


def _sync_folder(folder: Path) -> None:
    """Makes a rename outlast a power failure, where folders can be synchronised."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | _flag("O_DIRECTORY", "O_CLOEXEC"))
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _hosts(hosts: dict[str, CachedHost]) -> tuple[tuple[str, CachedHost], ...]:
    return tuple(sorted(hosts.items(), key=lambda item: item[0]))


def _encode(state: CacheState) -> bytes:
    """The file's content; of a state that is too large, without the hosts that answered longest ago."""
    import json

    hosts = dict(state.hosts)
    while True:
        listed = {
            owner: {"target": host.target, "port": host.port, "addresses": list(host.addresses), "when": host.when}
            for owner, host in hosts.items()
        }
        document = {"version": VERSION, "caching": state.enabled, "hosts": listed}
        content = (json.dumps(document, indent=1) + "\n").encode("ascii")
        if len(content) <= MAX_SIZE:
            return content
        for owner in sorted(hosts, key=lambda key: hosts[key].when)[: len(hosts) // 10 + 1]:
            del hosts[owner]


def _decode(octets: bytes) -> CacheState:
    """The state that a file's content stands for. Raises _Damaged with the reason."""
    document = _document(octets)
    if not isinstance(document, dict) or type(document.get("version")) is not int:
        raise _Damaged("it has no version")
    if document["version"] > VERSION:
        raise _Damaged(f"its version {document['version']} is of a later release, this one knows {VERSION}")
    if document["version"] != VERSION:
        raise _Damaged(f"there is no version {document['version']}")
    if set(document) != {"version", "caching", "hosts"}:
        raise _Damaged("it has other keys than version, caching and hosts")
    if not isinstance(document["caching"], bool) or not isinstance(document["hosts"], dict):
        raise _Damaged("caching is no boolean or hosts is no object")
    hosts = {owner: _host(owner, fields) for owner, fields in document["hosts"].items()}
    return CacheState(enabled=document["caching"], hosts=_hosts(hosts))


def _document(octets: bytes) -> Any:
    """What the JSON text holds, in which no key stands twice."""
    import json

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) != len(pairs):
            raise _Damaged("a key stands twice in it")
        return dict(pairs)

    def no_number(_text: str) -> NoReturn:
        raise _Damaged("it holds a number that is none in JSON")

    if len(octets) > MAX_SIZE:
        raise _Damaged(f"it is larger than {MAX_SIZE} octets")
    try:
        return json.loads(octets.decode("utf-8"), object_pairs_hook=once, parse_constant=no_number)
    except (ValueError, RecursionError):
        raise _Damaged("it is no JSON text") from None


def _host(owner: str, fields: Any) -> CachedHost:
    if not isinstance(fields, dict) or set(fields) != set(_HOST_FIELDS):
        raise _Damaged(f"the host of {names.shown(owner)} has other keys than {', '.join(_HOST_FIELDS)}")
    addresses = fields["addresses"]
    if not isinstance(addresses, list):
        raise _Damaged(f"the addresses of {names.shown(owner)} are no list")
    host = CachedHost(target=fields["target"], port=fields["port"], addresses=tuple(addresses), when=fields["when"])
    try:
        _check_host(owner, host)
    except _Unfit as reason:
        raise _Damaged(str(reason)) from None
    return host


def _check_host(owner: str, host: CachedHost) -> None:
    """Raises _Unfit unless an endpoint, whose fields may have any type, can be one."""
    of = names.shown(str(owner))
    if not _is_name(owner) or names.fold(owner) != owner:
        raise _Unfit(f"{of} is no owner name in lower case")
    if not _is_name(host.target) or host.target == names.ROOT:
        raise _Unfit(f"the target of {of} is no host name")
    if type(host.port) is not int or not 1 <= host.port <= 65535:
        raise _Unfit(f"the port of {of} is not from 1 to 65535")
    if not all(_is_address(address) for address in host.addresses):
        raise _Unfit(f"the addresses of {of} are none")
    if not _is_time(host.when):
        raise _Unfit(f"the time of {of} is not like 2026-01-01T00:00:00Z")


def _is_name(text: object) -> bool:
    """A domain name in its one canonical spelling."""
    try:
        return isinstance(text, str) and names.from_text(text) == text
    except InvalidName:
        return False


def _is_address(text: object) -> bool:
    import socket

    try:
        return isinstance(text, str) and bool(
            socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text)
        )
    except (OSError, ValueError):
        return False


def _is_time(text: object) -> bool:
    from datetime import datetime

    try:
        return isinstance(text, str) and text[10:11] == "T" and text[-1:] == "Z" and bool(datetime.fromisoformat(text))
    except ValueError:
        return False
