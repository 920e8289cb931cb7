"""kmsdns validate --fix, --diff, --base and the configuration, as people run them."""

from __future__ import annotations

import io
import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from kmsdns.cli import run

HEAD = """\
$ORIGIN contoso.com.
$TTL 3600
@ SOA ns1 hostmaster 7 7200 3600 1209600 3600
  NS ns1
  NS ns2
ns1 A 192.0.2.53
ns2 A 198.51.100.53
"""
BAD = HEAD + "ns1 A 192.0.2.53 ; again\n_x._tcp SRV 0 0 80 ns1.contoso.com ; dot\n"
SAFE = (HEAD + "_x._tcp SRV 0 0 80 ns1.contoso.com ; dot\n").replace(" 7 7200", " 8 7200")
UNSAFE = SAFE.replace("contoso.com ;", "contoso.com. ;")


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def validate(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = run(["validate", *arguments, "--color", "never", "--no-progress"])
    out, err = capsys.readouterr()
    return status, out, err


def write(text: str, name: str = "contoso.zone") -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path


def test_safe_fixes_are_made_and_the_rest_is_reported(capsys) -> None:
    path = write(BAD)
    path.chmod(0o640)
    status, out, err = validate(capsys, "contoso.zone", "--fix", "-f", "short")
    assert (status, path.read_text()) == (1, SAFE)
    assert out.startswith("contoso.zone:8:20: SRV306 error: ")
    assert "fixed 1 finding in 1 file" in err
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [each.name for each in Path().iterdir()] == ["contoso.zone"], "nothing is left beside it"
    before = path.stat()
    assert "fixed" not in validate(capsys, "contoso.zone", "--fix")[2]
    assert path.stat() == before, "twice is once"


def test_unsafe_fixes_are_made_when_they_are_asked_for(capsys) -> None:
    path = write(BAD)
    status, _, err = validate(capsys, "contoso.zone", "--unsafe-fixes")
    assert (status, path.read_text()) == (0, UNSAFE)
    assert "fixed 2 findings in 1 file" in err


def test_the_serial_stays_on_demand(capsys) -> None:
    path = write(BAD)
    validate(capsys, "contoso.zone", "--fix", "--no-serial")
    assert path.read_text() == SAFE.replace(" 8 7200", " 7 7200")


@pytest.mark.skipif(shutil.which("patch") is None, reason="there is no patch here")
@pytest.mark.parametrize("end", ["\n", ""])
def test_a_diff_changes_nothing_and_patch_makes_it(capsys, end: str) -> None:
    path = write(BAD.removesuffix("\n") + end)
    status, out, err = validate(capsys, "contoso.zone", "--diff", "--unsafe-fixes")
    assert (status, path.read_text()) == (1, BAD.removesuffix("\n") + end)
    assert "would fix" in err
    subprocess.run(["patch", "-p0", "-s"], input=out.encode(), check=True)
    assert path.read_text() == UNSAFE
    assert validate(capsys, "contoso.zone", "--diff")[:2] == (0, "")


def test_standard_input_is_fixed_to_standard_output(capsysbinary, monkeypatch) -> None:
    def mended(octets: bytes, *more: str) -> tuple[int, bytes]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(octets)))
        status = run(["validate", "-", "--fix", "--no-progress", *more])
        return status, capsysbinary.readouterr().out

    assert mended(BAD.encode()) == (1, SAFE.encode())
    assert mended(SAFE.encode()) == (1, SAFE.encode()), "also when there is nothing to fix"
    octets = HEAD.encode() + b"t TXT \xff ; \xe9\nt TXT \xff\n"
    assert mended(octets)[1] == HEAD.replace(" 7 ", " 8 ").encode() + b"t TXT \xff ; \xe9\n"
    status, out = mended(BAD.encode(), "-f", "json")
    assert (status, out) == (2, b"")
    assert mended(BAD.encode(), "-f", "json=report.json") == (1, SAFE.encode())
    assert json.loads(Path("report.json").read_text())["summary"]["error"] == 1


def test_a_link_stays_one_and_its_target_is_fixed_once(capsys) -> None:
    path = write(BAD, "real/contoso.zone")
    Path("link.zone").symlink_to(path)
    validate(capsys, "link.zone", str(path), "--fix")
    assert Path("link.zone").is_symlink()
    assert path.read_text() == SAFE


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_what_may_not_be_written_to_is_a_sentence(capsys) -> None:
    path = write(BAD)
    path.chmod(0o444)
    status, _, err = validate(capsys, "contoso.zone", "--fix")
    assert (status, path.read_text()) == (2, BAD)
    assert "not to be written to" in err


def test_an_included_file_is_left_alone(capsys) -> None:
    write("$ORIGIN contoso.com.\nns1 A 192.0.2.53\n", "part.inc")
    path = write(HEAD + "$INCLUDE part.inc\n")
    _, out, _ = validate(capsys, "contoso.zone", "--include-root", ".", "--fix")
    assert path.read_text() == HEAD + "$INCLUDE part.inc\n"
    assert "RR002 is not fixed: it is about an included file" in " ".join(out.split())


# A base to compare with


def git(*arguments: str) -> None:
    who = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *arguments], check=True, capture_output=True)


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git here")
def test_only_what_is_new_since_a_revision(capsys) -> None:
    write(BAD, "zones/contoso.zone")
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "zones")
    write("; a line more\n" + BAD + "_y._tcp SRV 9 9 9 .\n", "zones/contoso.zone")
    write(HEAD.replace("contoso", "example") + "ns1 A 192.0.2.53\n", "zones/example.zone")
    status, out, err = validate(capsys, "zones", "--base", "HEAD", "--new-only", "-f", "short")
    assert [line.split(" ")[1] for line in out.splitlines()] == ["ZD006", "SRV206", "RR002"], err
    assert status == 1
    assert validate(capsys, "zones", "-f", "short")[0] == 1
    status, _, err = validate(capsys, "zones", "--base", "nothing", "--new-only")
    assert (status, "neither a file nor a git revision" in err) == (2, True)
    for word in ("--output=x", "HEAD:zones", ""):
        assert validate(capsys, "zones", f"--base={word}")[0] == 2
    assert not Path("x").exists()


def test_a_base_may_be_a_file_or_a_folder(capsys) -> None:
    write(BAD, "old/contoso.zone")
    write(BAD + "_y._tcp SRV 9 9 9 .\n", "new/contoso.zone")
    for base in ("old", "old/contoso.zone"):
        _, out, _ = validate(capsys, "new/contoso.zone", "--base", base, "--new-only", "-f", "short")
        assert [line.split(" ")[1] for line in out.splitlines()] == ["ZD006", "SRV206"]
    assert validate(capsys, "new", "--new-only")[0] == 2


# The configuration


def test_rules_by_file_zone_and_severity(capsys) -> None:
    write(BAD)
    codes = {each["code"]: each["severity"] for each in json.loads(validate(capsys, ".", "--json")[1])["findings"]}
    assert codes == {"RR002": "warning", "SRV306": "error"}
    for table in (
        '[validate.per-file-ignores]\n"con*.zone" = ["SRV3"]',
        '[validate.per-zone-ignores]\n"contoso.com" = ["SRV"]',
    ):
        write(table, "kmsdns.toml")
        report = json.loads(validate(capsys, ".", "--json")[1])
        assert ([each["code"] for each in report["findings"]], report["summary"]["suppressed"]) == (["RR002"], 1)
    write('[validate.severity]\nSRV306 = "note"\nduplicate-record = "off"\n', "kmsdns.toml")
    report = json.loads(validate(capsys, ".", "--json")[1])
    assert [(each["code"], each["severity"]) for each in report["findings"]] == [("SRV306", "note")]
    assert report["summary"]["suppressed"] == 0
    assert len(json.loads(validate(capsys, ".", "--json", "--no-config")[1])["findings"]) == 2


def test_house_rules(capsys) -> None:
    write(HEAD + "_x._tcp SRV 0 0 80 ns1\n")
    head = '[tool.kmsdns.validate]\nfail-on = "note"\n[tool.kmsdns.validate.policy]\n'
    write(head + 'ttl-max = 60\nservices = ["_vlmcs._tcp"]\n', "pyproject.toml")
    status, out, _ = validate(capsys, ".", "-f", "short")
    assert status == 1
    assert {"POL101", "POL102"} == {line.split(" ")[1] for line in out.splitlines()}
    assert validate(capsys, ".", "-f", "short", "--ignore", "POL") == (0, "", "")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[validate]\nseverity = 1\n", "kmsdns.toml:2: severity is a table"),
        ("[validate.severity]\nSRV404 = 'bad'\n", "kmsdns.toml:2: severity of 'SRV404' is error, warning, note or off"),
        ("[validate.severity]\nNOPE = 'off'\n", "a rule 'NOPE', and there is none"),
        ("[validate.per-file-ignores]\n'*.zone' = 'RR'\n", "kmsdns.toml:2: '*.zone' in [validate.per-file-ignores]"),
        ("[validate.policy]\nttl-minn = 1\n", "did you mean 'ttl-min'"),
        ("[validate.policy]\n\nttl-min = true\n", "kmsdns.toml:3: ttl-min is a number of seconds"),
        ("[validate.policy]\ntarget-suffixes = ['a..b']\n", "kmsdns.toml:2: target-suffixes is a list of domains"),
        ("[validate.policies]\n", "unknown key 'policies' in [validate]"),
    ],
)
def test_a_mistake_in_the_configuration_is_told_with_its_place(capsys, text: str, told: str) -> None:
    write(HEAD)
    write(text, "kmsdns.toml")
    status, out, err = validate(capsys, ".")
    assert (status, out) == (2, "")
    assert told in err.replace('"', "'")
