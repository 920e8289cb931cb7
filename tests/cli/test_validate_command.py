"""kmsdns validate as people run it: findings at their places, exit statuses, bad input in a sentence."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from kmsdns.cli import run

HEAD = (
    "$ORIGIN contoso.com.\n$TTL 1h\n@ SOA ns1 hostmaster 1 1h 15m 2w 10m\n  NS ns1\n  NS ns2.example.net.\n"
    "ns1 A 192.0.2.53\n"
)


def validate(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = run(["validate", *arguments, "--color", "never", "--no-progress"])
    out, err = capsys.readouterr()
    return status, out, err


@pytest.fixture
def zone(tmp_path: Path):
    def write(text: str, name: str = "contoso.com.zone") -> str:
        path = tmp_path / name
        path.write_text(text)
        return str(path)

    return write


def test_a_good_zone_is_clean(capsys, zone) -> None:
    path = zone(HEAD + "_vlmcs._tcp SRV 0 0 1688 kms01\nkms01 A 192.0.2.1\n")
    status, out, err = validate(capsys, path)
    assert (status, err) == (0, "")
    assert out.startswith("✓ nothing to complain about in 1 file (6 records, ")


def test_several_mistakes_at_once_at_their_places(capsys, zone) -> None:
    path = zone(HEAD + "foo BAR baz\nns1 A 192.0.2.53\nx A 300.0.0.1\n_vlmcs._tcp SRV 0 0 1688 kms01.contoso.com\n(")
    status, out, _ = validate(capsys, path, "-f", "short")
    assert status == 1
    told = [line.removeprefix(f"{path}:").split(":")[:2] for line in out.splitlines() if line.startswith(path)]
    assert {line for line, _column in told} == {"7", "8", "9", "10", "11"}
    assert f"{path}:10:26: SRV306 error: " in out


def test_the_line_is_shown_with_a_caret_and_what_belongs_to_it(capsys, zone) -> None:
    path = zone(HEAD + "ns1 A 192.0.2.53 ; again\n")
    status, out, _ = validate(capsys, path)
    assert status == 0, "a warning is no error"
    assert f"{path}:7:1: warning[RR002]" in out
    assert "7 | ns1 A 192.0.2.53 ; again\n  | ^^^^" in out
    assert "6 | ns1 A 192.0.2.53\n  | ---------------- first here" in out
    assert validate(capsys, path, "--fail-on", "warning")[0] == 1
    assert validate(capsys, path, "--fail-on", "warning", "--exit-zero")[0] == 0


def test_a_comment_hides_what_is_meant(capsys, zone) -> None:
    path = zone(HEAD + "ns1 A 192.0.2.53 ; kmsdns: ignore RR002\n")
    status, out, _ = validate(capsys, path, "--json")
    report = json.loads(out)
    assert (status, report["summary"]["suppressed"], report["findings"]) == (0, 1, [])
    assert report["result"]["files"] == [{"path": path, "origin": "contoso.com.", "records": 5, "serial": 1}]


def test_zones_given_together_know_each_other(capsys, zone) -> None:
    one = zone(HEAD + "_vlmcs._tcp SRV 0 0 1688 kms01.example.com.\n")
    two = zone("$ORIGIN example.com.\n$TTL 1h\n@ SOA ns h 1 1 1 1 1\n NS ns\nns A 192.0.2.1\n", "example.com.zone")
    assert "SRV303" not in validate(capsys, one, "-f", "short")[1], "what is elsewhere is not known"
    assert "SRV303" in validate(capsys, one, two, "-f", "short")[1]
    assert "SRV303" in validate(capsys, one, "--with", two, "-f", "short")[1]


def test_the_origin_is_taken_from_the_file_or_its_name_or_given(capsys, zone, monkeypatch) -> None:
    text = "$TTL 1h\n@ SOA ns1 hostmaster 1 1h 15m 2w 10m\n NS ns1\nns1 A 192.0.2.53\n"
    report = json.loads(validate(capsys, zone(text, "db.example.com"), "--json")[1])
    assert report["result"]["files"][0]["origin"] == "example.com."
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    report = json.loads(validate(capsys, "-", "--origin", "contoso.com", "--json")[1])
    assert report["result"]["files"][0] == {"path": "-", "origin": "contoso.com.", "records": 3, "serial": 1}


def test_what_cannot_be_read_is_a_sentence(capsys, zone, tmp_path: Path) -> None:
    assert validate(capsys)[0] == 2
    status, out, err = validate(capsys, str(tmp_path / "none.zone"))
    assert (status, out) == (2, "")
    assert "cannot be read" in err
    (tmp_path / "empty").mkdir()
    assert validate(capsys, str(tmp_path / "empty"))[0] == 2
    good = zone(HEAD)
    status, out, _ = validate(capsys, good, str(tmp_path / "none.zone"), "-f", "short")
    assert (status, "ZF005" in out) == (1, True), "the others are judged, and nothing is passed over"
    junk = tmp_path / "junk.zone"
    junk.write_bytes(bytes(range(256)) * 40)
    assert validate(capsys, str(junk))[0] == 1
