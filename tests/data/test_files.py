"""The files of kmsdns/data: source and date in each, rows in order and once, nothing malformed is read."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kmsdns import data
from tests.data.conftest import Copy

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "kmsdns/data"
FILES = sorted((*data.TABLES, *data.RECORDS))
USERS = (
    "kms.errortable kms.eventtable kms.win32 rules.data rules.kms.manual_host services.registry services.table".split()
)


@pytest.fixture
def files(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with the files, which are read from there."""
    monkeypatch.setattr(data, "__path__", [str(copy.files)])
    data._toml.cache_clear()
    yield copy.files
    data._toml.cache_clear()


def test_each_file_is_listed_and_explained() -> None:
    there = {path.name for path in FOLDER.iterdir() if path.suffix not in (".py", "")}
    assert there == set(FILES)
    page = (ROOT / "docs/data/README.md").read_text()
    assert [name for name in FILES if f"| `{name}` |" not in page] == []


@pytest.mark.parametrize("name", FILES)
def test_each_file_says_where_it_is_from_and_of_which_day(name: str) -> None:
    told = data.about(name)
    assert tuple(told) == data.KEYS
    assert all(len(told[key]) > 5 for key in data.KEYS)
    assert date(2026, 1, 1) < date.fromisoformat(told["date"])


@pytest.mark.parametrize("name", FILES)
def test_each_file_is_plain_text(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert [line for line in text.split("\n") if line != line.rstrip()] == []
    assert text.isascii()


@pytest.mark.parametrize("name", data.TABLES)
def test_the_rows_of_each_table_are_whole(name: str) -> None:
    columns = data.TABLES[name].split(",")
    found = data.rows(name)
    assert len(found) > 5
    for row in found:
        assert len(row) == len(columns)
        for column, field in zip(columns, row, strict=True):
            assert field == field.strip()
            assert field or column == "port", "only a port may be unknown"
            assert column != "port" or not field or 0 < int(field) < 65536


def test_the_script_finds_nothing_wrong_and_lists_them_all() -> None:
    done = subprocess.run([sys.executable, "docs/data.py"], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.partition(":")[0] for line in done.stdout.splitlines() if not line.startswith(" ")] == FILES


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("synonyms.csv", "www,http,RFC 6335 5", "www,http", "a row does not fit word,name,source: 'www,http'"),
        ("synonyms.csv", "www,http,RFC 6335 5", "www,http,RFC 6335,5", "a row does not fit"),
        ("synonyms.csv", "www,http,RFC 6335 5", "", "a row does not fit"),
        ("synonyms.csv", "www,http,", ",http,", "a row does not fit"),
        ("synonyms.csv", "www,http,RFC 6335 5", 'www,http,"RFC 6335"', "a row does not fit"),
        ("synonyms.csv", "word,name,source", "name,word,source", "the line of its columns is not word,name,source"),
        ("win32-errors.csv", "12029,ERROR_INTERNET_CANNOT_CONNECT\n", "12029,ERROR", "its last line has no end"),
    ],
)
def test_a_malformed_table_is_not_read(files: Path, name: str, old: str, new: str, said: str) -> None:
    text = (files / name).read_text()
    assert text.count(old) == 1
    (files / name).write_text(text.replace(old, new))
    with pytest.raises(ValueError, match=f"^{name}: .*{said}"):
        data.rows(name)


@pytest.mark.parametrize("key", data.KEYS)
def test_a_file_without_source_or_date_is_not_described(files: Path, key: str) -> None:
    for name, start in (("synonyms.csv", f"# {key}"), ("log-events.toml", key)):
        lines = (files / name).read_text().splitlines(True)
        (files / name).write_text("".join(line for line in lines if not line.startswith(start)))
        with pytest.raises((ValueError, KeyError), match=key):
            data.about(name)


def test_line_ends_of_windows_make_no_difference(files: Path) -> None:
    wanted = {name: data.rows(name) for name in data.TABLES}, {name: data.records(name) for name in data.RECORDS}
    for name in FILES:
        (files / name).write_text((FOLDER / name).read_text(), newline="\r\n")
    data._toml.cache_clear()
    assert wanted == (
        {name: data.rows(name) for name in data.TABLES},
        {name: data.records(name) for name in data.RECORDS},
    )


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("synonyms.csv", "# date: 2026", "# date: 20266", "is no date"),
        ("synonyms.csv", "# source: the documents in the last column", "# source:  ", "it says nothing of its source"),
        ("synonyms.csv", "# source", "# origin", "it does not begin with what, source, date, refresh"),
        ("synonyms.csv", "imap3,", "imap2,", "a row stands there twice"),
        ("synonyms.csv", "imap3,", "zimap,", "its rows are not sorted"),
        ("special-addresses.csv", "fe80::/10", "2000::/10", "its rows are not sorted"),
        ("log-events.toml", "number = 12289", "number = 12288", "a row stands there twice"),
        ("log-events.toml", "number = 12289", "number =", "Invalid value"),
        ("services.csv", "amqp,tcp udp sctp,5672", "amqp,tcp,5673", "amqp has port 5673, iana-services.csv has 5672"),
        ("well-known-services.csv", "_ldap,_tcp,389", "_ldap,_tls,389", "has not what is said of ldap"),
        (
            "win32-errors.csv",
            "1722,RPC_S_SERVER_UNAVAILABLE",
            "1722,RPC_S_DOWN",
            "RPC_S_SERVER_UNAVAILABLE in impacket",
        ),
    ],
)
def test_the_script_tells_what_is_wrong(copy: Copy, name: str, old: str, new: str, said: str) -> None:
    if "impacket" in said:
        pytest.importorskip("impacket", reason="the names are compared with impacket's")
    text = (copy.files / name).read_text()
    assert text.count(old) == 1
    (copy.files / name).write_text(text.replace(old, new))
    done = copy.ran("docs/data.py")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"{name}: ")
    assert said in done.stderr


def test_nothing_is_read_before_it_is_used() -> None:
    code = """if True:
        import sys
        opened = []
        sys.addaudithook(lambda event, found: opened.append(str(found[0])) if event == "open" else None)
        def read():
            names = {each.replace("\\\\", "/").rpartition("/")[2] for each in opened}
            return sorted(name for name in names if name.endswith((".csv", ".toml")))
        import kmsdns.jobs.explain as explain, kmsdns.rules.catalogue, kmsdns.services.table as table
        import kmsdns.services.registry as registry
        assert read() == ["win32-errors.csv"], read()
        table.service_from_text("_vlmcs._tcp")
        assert read() == ["well-known-services.csv", "win32-errors.csv"], read()
        explain.explain("ZF001")
        assert "activation-errors.toml" not in read() and "iana-services.csv" not in read(), read()
        registry.is_registered("ldap"), explain.explain("0xC004F074")
        assert "activation-errors.toml" in read() and "iana-services.csv" in read(), read()
        count = len(opened)
        table.service_from_text("ldap"), registry.port_of("ldap"), explain.explain("0xC004F038")
        assert len(opened) == count, opened[count:]
    """
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_the_files_are_read_from_a_zip_file_too(tmp_path: Path) -> None:
    archive = tmp_path / "kmsdns.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in (ROOT / "kmsdns").rglob("*"):
            if path.suffix in (".py", ".csv", ".toml"):
                file.write(path, path.relative_to(ROOT))
    code = f"import kmsdns.data, {', '.join(f'kmsdns.{each}' for each in USERS)}; print(kmsdns.data.__file__)"
    code += "; print(len(kmsdns.services.table.services()), kmsdns.services.registry.port_of('ldap'))"
    environment = {"PYTHONPATH": str(archive)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, env=environment)
    assert done.returncode == 0, done.stderr
    where, told = done.stdout.splitlines()
    assert where.startswith(str(archive))
    assert told == "41 389"


def test_each_file_has_one_user_and_the_package_names_it() -> None:
    texts = {user: (ROOT / f"kmsdns/{user.replace('.', '/')}.py").read_text() for user in USERS}
    listed = (FOLDER / "__init__.py").read_text().splitlines()
    for name in FILES:
        (line,) = [line for line in listed if f'"{name}": ' in line]
        users = [user for user, text in texts.items() if f'"{name}"' in text]
        assert users == [line.rpartition("# ")[2]], name
