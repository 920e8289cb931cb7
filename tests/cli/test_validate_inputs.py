"""What kmsdns validate is given: transfers, exports, and files that no name server would take."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kmsdns.cli import run
from kmsdns.testing import DnsServer
from tests.peers import dig, nsd

HEAD = """\
$ORIGIN contoso.com.
$TTL 3600
@ SOA ns1 hostmaster 7 7200 3600 1209600 3600
  NS ns1
  NS ns2
ns1 A 192.0.2.53
ns2 A 198.51.100.53
"""
ZONE = HEAD + '_vlmcs._tcp SRV 0 0 0 kms\nkms A 192.0.2.1\nt TXT "a;b" "\\"c"\n'
SECRET = "c2VjcmV0IGVub3VnaCBmb3IgYSB0ZXN0"


def validate(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = run(["validate", *arguments, "--color", "never", "--no-progress", "--no-config"])
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return status, out, err


def report(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict:
    return json.loads(validate(capsys, *arguments, "--json")[1])


# Zone transfers


def test_a_transferred_zone_is_judged_and_quoted(capsys) -> None:
    with DnsServer(ZONE) as server:
        status, out, _ = validate(capsys, "--axfr", "contoso.com", "--server", server.address)
        path = f"axfr:contoso.com.@{server.address}"
        assert status == 1
        assert f"{path}:" in out
        assert "error[SRV203]" in out
        assert "| _vlmcs._tcp.contoso.com. 3600 IN SRV 0 0 0 kms.contoso.com." in out
        found = report(capsys, "--axfr", "contoso.com.", "--server", server.address)
        assert found["result"]["files"] == [{"path": path, "origin": "contoso.com.", "records": 8, "serial": 7}]
        assert [each["code"] for each in found["findings"]] == ["SRV203"], "nothing else came on the way"


def test_what_cannot_be_transferred_is_a_sentence(capsys, tmp_path: Path) -> None:
    with DnsServer(ZONE) as server:
        status, _, err = validate(capsys, "--axfr", "example.com", "--server", server.address)
        assert (status, "cannot be transferred" in err) == (2, True)
        both = ("--server", "127.0.0.1:1", "--server", server.address)
        assert validate(capsys, "--axfr", "contoso.com", *both)[0] == 1, "the next one is asked"
    assert validate(capsys, "--axfr", "contoso.com", "--server", "127.0.0.1:1")[0] == 2
    assert validate(capsys, "--axfr", "contoso.com")[0] == 2
    assert validate(capsys, "--tsig", "key", "x.zone")[0] == 2
    assert validate(capsys, "--axfr", "a..b", "--server", "127.0.0.1:1")[0] == 2
    assert validate(capsys, "--axfr", "contoso.com", "--server", "tls://127.0.0.1")[0] == 2
    key = tmp_path / "key"
    key.write_text(f"what is this {SECRET}")
    status, _, err = validate(capsys, "--axfr", "contoso.com", "--server", "127.0.0.1:1", "--tsig", str(key))
    assert (status, "this is no key" in err, SECRET in err) == (2, True, False)
    assert validate(capsys, "--axfr", "c.com", "--server", "127.0.0.1:1", "--tsig", str(tmp_path / "none"))[0] == 2


@pytest.mark.parametrize(
    "key",
    [
        f'key "transfer.key" {{\n  algorithm hmac-sha256;\n  secret "{SECRET}";\n}};\n',
        f"hmac-sha256:transfer.key:{SECRET}\n",
        f"transfer.key:{SECRET}",
    ],
)
def test_nsd_transfers_to_who_has_the_key(capsys, tmp_path: Path, monkeypatch, key: str) -> None:
    keyfile = tmp_path / "transfer.conf"
    keyfile.write_text(key)
    settings = tmp_path / "key.conf"
    settings.write_text(f'key:\n  name: "transfer.key"\n  algorithm: hmac-sha256\n  secret: "{SECRET}"\n')
    monkeypatch.setattr("tests.peers.NSD_ZONE", NSD_ZONE)
    with nsd(ZONE, "contoso.com", tmp_path, options=f'\ninclude: "{settings}"\nserver:') as peer:
        server = f"{peer.host}:{peer.port}"
        status, _, err = validate(capsys, "--axfr", "contoso.com", "--server", server)
        assert (status, "--tsig" in err) == (2, True)
        found = report(capsys, "--axfr", "contoso.com", "--server", server, "--tsig", str(keyfile))
        assert found["result"]["files"][0]["records"] == 8
        assert [each["code"] for each in found["findings"]] == ["SRV203"]
        keyfile.write_text(key.replace("c2Vj", "d2Vj"))
        assert validate(capsys, "--axfr", "contoso.com", "--server", server, "--tsig", str(keyfile))[0] == 2


NSD_ZONE = """\
zone:
  name: "{origin}"
  zonefile: "{path}"
  provide-xfr: 127.0.0.1 transfer.key
"""


def test_what_dig_printed_is_a_zone(capsys, tmp_path: Path) -> None:
    path = tmp_path / "axfr.txt"
    with DnsServer(ZONE) as server:
        host, _, port = server.address.rpartition(":")
        command = [dig(), "-r", f"@{host}", "-p", port, "contoso.com", "AXFR"]
        path.write_bytes(subprocess.run(command, check=True, capture_output=True).stdout)
    found = report(capsys, str(path))
    assert found["result"]["files"][0]["origin"] == "contoso.com."
    assert {"SRV203"} <= {each["code"] for each in found["findings"]}
    assert not [each for each in found["findings"] if each["code"].startswith("ZF00")]


# Files


def file(tmp_path: Path, content: str | bytes, name: str = "x.zone") -> str:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def test_utf_16_reads_as_what_it_says(capsys, tmp_path: Path) -> None:
    assert report(capsys, file(tmp_path, ZONE.encode("utf-16")))["result"]["files"][0]["records"] == 8


def test_a_windows_export_is_read(capsys, tmp_path: Path) -> None:
    text = (
        ";\r\n;  Database file contoso.com.dns for contoso.com zone.\r\n;\r\n"
        "@   IN  SOA dc1.contoso.com. hostmaster.contoso.com. (\r\n 7 ; serial\r\n 900 600 86400 3600 )\r\n"
        "@   NS  dc1.contoso.com.\r\ndc1 [AGE:3606219] 1200 A 192.0.2.1\r\n"
        "_vlmcs._tcp SRV 0 0 1688 dc1.contoso.com.\r\n"
    )
    found = report(capsys, file(tmp_path, text, "contoso.com.dns"))
    assert found["result"]["files"][0] | {"path": ""} == {
        "path": "", "origin": "contoso.com.", "records": 4, "serial": 7
    }  # fmt: skip
    assert "ZF014" in {each["code"] for each in found["findings"]}


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (bytes(range(256)) * 150, {"ZF001", "ZF013"}),
        (HEAD.encode() + b"x" * 300_000 + b" A 192.0.2.1\n", {"ZN001", "ZN002"}),
        (HEAD.encode() + b"(" * 100_000, {"ZF002"}),
        (HEAD.encode() + b"x A ( 192.0.2.1\n" * 6_000, {"ZF002"}),
        (HEAD.encode() + b'x TXT "a\n' * 6_000, {"ZF003"}),
        (b"\x7fELF" + b"\0" * 100_000, {"ZF001", "ZF013"}),
        (b"", {"ZD001"}),
        (b"\xff\xfe\x00", {"ZD001", "ZF001"}),
    ],
)
def test_what_is_no_zone_gets_findings_within_bounds(capsys, tmp_path: Path, content: bytes, codes: set[str]) -> None:
    path = file(tmp_path, content)
    status, out, err = validate(capsys, path, "-f", "short")
    assert status == 1
    assert codes & {line.split(": ")[1].split(" ")[0] for line in out.splitlines()}
    assert len(err) < 10_000
    before = Path(path).read_bytes()
    validate(capsys, path, "--diff")
    assert Path(path).read_bytes() == before


def test_files_that_include_each_other_end(capsys, tmp_path: Path) -> None:
    file(tmp_path, "$INCLUDE x.zone\n", "y.inc")
    path = file(tmp_path, HEAD + "$INCLUDE y.inc\n$INCLUDE x.zone\n")
    status, out, _ = validate(capsys, path, "--include-root", str(tmp_path), "-f", "short")
    assert status == 1
    assert 0 < out.count("ZF005") < 10
    status, out, _ = validate(capsys, path, "-f", "short")
    assert out.count("ZF005") == 2, "without a root nothing is included"


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/full", "/no/such/file", "a\0b", "/proc/self/mem", "x" * 5000])
def test_what_cannot_be_read_is_one_sentence(capsys, path: str) -> None:
    status, out, err = validate(capsys, path)
    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert len(err) < 6000


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_no_permission_is_told(capsys, tmp_path: Path) -> None:
    path = Path(file(tmp_path, HEAD))
    path.chmod(0)
    status, _, err = validate(capsys, str(path))
    assert (status, "ermission" in err) == (2, True)


def test_a_folder_without_zones_is_told_beside_what_else_was_read(capsys, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    status, _, err = validate(capsys, str(tmp_path / "empty"))
    assert (status, "no zone file in this folder" in err) == (2, True)


def test_an_origin_that_nothing_tells_is_asked_for(capsys, monkeypatch) -> None:
    text = HEAD.partition("\n")[2]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    status, out, _ = validate(capsys, "-", "-f", "short")
    assert status == 1
    assert "'@' is relative to what? Write $ORIGIN, or give --origin" in out
    assert len(out.splitlines()) == 1, "one cause is told once"


@pytest.mark.skipif(shutil.which("mkfifo") is None, reason="no named pipes here")
def test_a_pipe_that_nobody_writes_to_does_not_block(capsys, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.zone")
    status, out, _ = validate(capsys, str(tmp_path / "x.zone"), "-f", "short")
    assert status == 1
    assert "ZD001" in out
