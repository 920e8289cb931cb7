"""kmsdns cache: the host cache by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kmsdns.cli import run


@pytest.fixture
def cache(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "folder" / "cache.json"

    def call(*arguments: str) -> tuple[int, str, str]:
        status = run(["cache", *arguments, "--cache-file", str(path)])
        return (status, *capsys.readouterr())

    call.path = path  # type: ignore[attr-defined]
    return call


def test_nothing_yet(cache) -> None:
    status, out, err = cache("show")
    assert (status, err) == (0, "")
    assert "caching is on" in out
    assert "no host is cached" in out
    assert not cache.path.exists(), "looking writes nothing"


def test_set_show_clear(cache) -> None:
    assert cache("set", "contoso.com", "KMS01.contoso.com:1688")[0] == 0
    assert cache("set", "contoso.com", "dc1.contoso.com.:389", "--service", "ldap")[0] == 0
    assert cache("set", "_sip._tls.example.com", "sip.example.com:443")[0] == 0
    _, out, _ = cache("show", "--json")
    found = json.loads(out)
    assert found["caching"] is True
    assert {owner: f"{host['target']}:{host['port']}" for owner, host in found["hosts"].items()} == {
        "_vlmcs._tcp.contoso.com.": "kms01.contoso.com.:1688",
        "_ldap._tcp.contoso.com.": "dc1.contoso.com.:389",
        "_sip._tls.example.com.": "sip.example.com.:443",
    }
    assert "dc1.contoso.com.:389" in cache("show")[1]
    assert cache("clear", "contoso.com")[2] == "1 forgotten\n"
    assert cache("clear")[2] == "2 forgotten\n"
    assert json.loads(cache("show", "--json")[1])["hosts"] == {}


def test_off_and_on(cache) -> None:
    assert cache("disable")[0] == 0
    assert "caching is off" in cache("show")[1]
    status, _, err = cache("set", "contoso.com", "kms:1")
    assert (status, "caching is off" in err) == (2, True)
    assert cache("enable")[0] == 0
    assert cache("set", "contoso.com", "kms:1")[0] == 0


@pytest.mark.parametrize("endpoint", ["kms", "kms:", ":1", "kms:0", "kms:65536", "kms:x", "a..b:1"])
def test_what_is_no_endpoint(cache, endpoint: str) -> None:
    status, out, err = cache("set", "contoso.com", endpoint)
    assert (status, out) == (2, "")
    assert err.startswith("kmsdns: ")


def test_a_damaged_file(cache) -> None:
    cache.path.parent.mkdir()
    cache.path.write_bytes(b"\0\xff")
    status, _, err = cache("show")
    assert (status, "damaged" in err) == (0, True)


def test_a_folder_that_cannot_be(cache) -> None:
    cache.path.parent.write_text("a file")
    status, _, err = cache("set", "contoso.com", "kms:1")
    assert (status, "warning" in err) == (2, True)
    assert cache("show")[0] == 0


def test_the_default_place_is_the_users_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert run(["cache", "set", "contoso.com", "kms:1"]) == 0
    (path,) = tmp_path.rglob("hostcache.json")
    assert path.stat().st_mode & 0o777 == 0o600
    assert str(path) in (run(["cache", "show"]), capsys.readouterr().out)[1]
