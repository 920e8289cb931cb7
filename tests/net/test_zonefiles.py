"""Zone files from disk, and what they may include: inside one folder only, and nothing of any other file is told."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from kmsdns.errors import KmsdnsError, UnreadableInput
from kmsdns.net.files import zones as zonefiles
from kmsdns.net.files.zones import Included, ZoneFiles, read_zones, stamps

SOA = "$ORIGIN example.com.\n$TTL 60\n@ SOA ns root 1 2 3 4 5\n"
SECRET = "root:x:0:0:the-secret"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links, pipes and devices as POSIX has them")


@pytest.fixture
def root(tmp_path):
    """A folder that may be included from, with a secret beside it."""
    inside = tmp_path / "root"
    (inside / "sub").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret").write_text(SECRET + "\n")
    (tmp_path / "root-secret").write_text(SECRET + "\n")
    return inside


def write(root: Path, name: str, text: str) -> Path:
    path = root / name
    path.write_text(text)
    return path


def test_files_inside_are_read_as_seen_from_the_file_that_includes_them(root):
    write(root, "sub/a.inc", "a A 127.0.0.1\n$INCLUDE b.inc deep\n$INCLUDE ../c.inc\n")
    write(root, "sub/b.inc", "b A 127.0.0.2\n")
    write(root, "c.inc", "c A 127.0.0.3\n")
    (root / "link.inc").symlink_to("c.inc")
    main = write(root, "main.zone", SOA + f"$INCLUDE sub/a.inc\n$INCLUDE {root}/sub/b.inc x\n$INCLUDE link.inc y\n")
    (zone,) = read_zones([main], root)
    found = [(record.owner, Path(record.location.path).name) for record in zone.records[1:]]
    assert found == [
        ("a.example.com.", "a.inc"), ("b.deep.example.com.", "b.inc"), ("c.example.com.", "c.inc"),
        ("b.x.example.com.", "b.inc"), ("c.y.example.com.", "link.inc"),
    ]  # fmt: skip
    assert zone.compiled is not None, "the first question need not wait"


def test_nothing_is_included_without_a_folder(root):
    write(root, "a.inc", "a A 127.0.0.1\n")
    main = write(root, "main.zone", SOA + "$INCLUDE a.inc\n")
    with pytest.raises(UnreadableInput, match=r"ZF005.*not allowed here"):
        read_zones([main])


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("../../../../../../../../etc/passwd", "not inside the folder"),
        ("/etc/passwd", "not inside the folder"),
        ("/proc/self/environ", "not inside the folder"),
        ("/dev/zero", "not inside the folder"),
        ("/dev/stdin", "not inside the folder"),
        ("../outside/secret", "not inside the folder"),
        ("../root-secret", "not inside the folder"),
        ("../nowhere", "not inside the folder"),
        ("link-to-file", "not inside the folder"),
        ("link-to-folder/secret", "not inside the folder"),
        ("sub/../link-to-folder/secret", "not inside the folder"),
        ("link-in-a-circle", "no path of a file"),
        ("pipe", "no regular file"),
        ("socket", "cannot be read"),
        ("sub", "no regular file"),
        (".", "not inside the folder"),
        ("nowhere", "cannot be read: No such file"),
        ("main.zone", "includes itself"),
        ("sub/../main.zone", "8 files inside one another"),
        ("locked", "cannot be read: Permission denied"),
        ("a\\000b", "no path of a file"),
        ("x" * 5000, "cannot be read"),
        ('"with blank"', "cannot be read"),
    ],
)
def test_what_is_not_read(root, target, says):
    (root / "link-to-file").symlink_to("../outside/secret")
    (root / "link-to-folder").symlink_to("../outside")
    (root / "link-in-a-circle").symlink_to("link-in-a-circle")
    os.mkfifo(root / "pipe")
    if target == "socket":
        import socket

        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(os.path.relpath(root / "socket"))
    if target == "locked":
        write(root, "locked", SECRET).chmod(0)
        if os.access(root / "locked", os.R_OK):
            pytest.skip("this user may read everything")
    main = write(root, "main.zone", SOA + f"$INCLUDE {target}\n")
    started = time.process_time()
    with pytest.raises(UnreadableInput) as caught:
        read_zones([main], root)
    assert time.process_time() - started < 1
    assert "ZF005" in str(caught.value)
    assert says in str(caught.value)
    assert "secret\n" not in str(caught.value).replace("/secret", "")
    assert "root:" not in str(caught.value)


def test_a_device_inside_the_folder_is_not_read():
    with pytest.raises(OSError, match="no regular file"):
        Included("/dev")("/dev/zero")


def test_a_link_that_comes_between_is_not_followed(root, monkeypatch):
    """What was a folder when the path was checked is a link when it is opened."""
    write(root, "sub/a.inc", "a A 127.0.0.1\n")
    original = zonefiles._open

    def swapped(*arguments):
        (root / "sub").rename(root / "sub.was")
        (root / "sub").symlink_to("../outside")
        return original(*arguments)

    monkeypatch.setattr(zonefiles, "_open", swapped)
    (root.parent / "outside/a.inc").write_text(SECRET)
    with pytest.raises(OSError):  # noqa: PT011  # which one is the system's choice
        Included(root)(str(root / "sub/a.inc"))


def test_files_in_files_have_a_depth(root):
    for depth in range(1, 10):
        write(root, f"{depth}.inc", f"n{depth} A 127.0.0.1\n$INCLUDE {depth + 1}.inc\n")
    main = write(root, "main.zone", SOA + "$INCLUDE 1.inc\n")
    with pytest.raises(UnreadableInput, match=r"8\.inc:2:10: error\[ZF005\].*8 files inside one another"):
        read_zones([main], root)
    write(root, "8.inc", "n8 A 127.0.0.1\n")
    (zone,) = read_zones([main], root)
    assert len(zone.records) == 9


def test_a_loop_of_two_ends(root):
    write(root, "a.inc", "$INCLUDE b.inc\n")
    write(root, "b.inc", "$INCLUDE a.inc\n$INCLUDE ./sub/../a.inc\n")
    main = write(root, "main.zone", SOA + "$INCLUDE a.inc\n")
    started = time.process_time()
    with pytest.raises(UnreadableInput, match="includes itself"):
        read_zones([main], root)
    assert time.process_time() - started < 1


def test_included_files_have_a_size_together(root):
    write(root, "big.inc", ";" * 6_000_000)
    main = write(root, "main.zone", SOA + "$INCLUDE big.inc\n$INCLUDE sub/../big.inc\n")
    with pytest.raises(UnreadableInput, match=r"main\.zone:5:10.*10000000 octets"):
        read_zones([main], root)
    write(root, "big.inc", ";" * 11_000_000)
    started = time.process_time()
    with pytest.raises(UnreadableInput, match="10000000 octets"):
        read_zones([main], root)
    assert time.process_time() - started < 1


def test_included_files_have_a_number(root, monkeypatch):
    monkeypatch.setattr(zonefiles, "MAX_INCLUDES", 3)
    write(root, "a.inc", "")
    main = write(root, "main.zone", SOA + "$INCLUDE a.inc\n" * 4)
    with pytest.raises(UnreadableInput, match=r"main\.zone:7:10.*3 included files are the most"):
        read_zones([main], root)


@pytest.mark.parametrize("folder", ["nowhere", "main.zone", "a\0b", "circle"])
def test_the_folder_must_be_one(root, folder):
    (root / "circle").symlink_to("circle")
    main = write(root, "main.zone", SOA)
    with pytest.raises(UnreadableInput, match="is no folder"):
        read_zones([main], root / folder)


def test_a_path_that_can_be_none(tmp_path):
    for path in ("a\0b", "x" * 5000, tmp_path / "nowhere"):
        with pytest.raises(KmsdnsError, match="cannot be read"):
            read_zones([path])
        assert stamps([path]) == ()


def test_a_bomb_is_refused_at_once(tmp_path):
    main = write(tmp_path, "main.zone", SOA + "$GENERATE 1-100000 h$ A 127.0.0.1\n" * 3)
    started = time.process_time()
    with pytest.raises(UnreadableInput, match=r"main\.zone:4:11: error\[ZF010\]"):
        read_zones([main])
    assert time.process_time() - started < 1


def test_files_have_changed(root):
    """Those that are included as well, a broken one as well, and one that is missing so far; each change once."""
    main = write(root, "main.zone", SOA + "$INCLUDE sub/a.inc\n")
    write(root, "sub/a.inc", "$INCLUDE b.inc\n")
    write(root, "sub/b.inc", "b A 127.0.0.1\n")
    files = ZoneFiles([main], root)
    assert len(files.read()[0].records) == 2
    assert not files.have_changed()
    for name, text, count in (
        ("sub/b.inc", "b A 127.0.0.1\nc A 127.0.0.2\n", 3),
        ("sub/b.inc", "b A 127.0.0.1\nc A 127.0.0.256\n", None),
        ("sub/b.inc", "$INCLUDE ../c.inc\n", None),
        ("c.inc", "c A 127.0.0.3\nd A 127.0.0.4\n", 3),
        ("sub/a.inc", "a A 127.0.0.1\n", 2),
        ("main.zone", SOA, 1),
    ):
        write(root, name, text)
        assert files.have_changed()
        assert not files.have_changed()
        if count is None:
            with pytest.raises(UnreadableInput):
                files.read()
        else:
            assert len(files.read()[0].records) == count
        assert not files.have_changed()
    write(root, "sub/a.inc", "aa A 127.0.0.1\n")  # which isn't included any more
    assert not files.have_changed()


def test_no_change_is_missed_while_files_are_read(root, monkeypatch):
    main = write(root, "main.zone", SOA + "$INCLUDE a.inc\n")
    write(root, "a.inc", "a A 127.0.0.1\n")
    genuine = zonefiles._open

    def late(folder, parts):
        descriptor = genuine(folder, parts)
        write(root, parts[-1], "aaa A 127.0.0.1\n")
        return descriptor

    files = ZoneFiles([main], root)
    monkeypatch.setattr(zonefiles, "_open", late)
    files.read()
    assert files.have_changed()
