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


def test_a_base_may_be_what_a_server_has(capsys, tmp_path: Path) -> None:
    """ZD006 and --new-only against the live zone."""
    path = tmp_path / "contoso.zone"
    with DnsServer(ZONE) as server:
        given = (str(path), "--base", "live", "--server", server.address, "-f", "short")
        path.write_text(ZONE + "kms2 A 192.0.2.2\nkms2 A 192.0.2.2\n")
        status, out, _ = validate(capsys, *given, "--new-only")
        assert (status, [line.split(" ")[1] for line in out.splitlines()]) == (1, ["ZD006", "RR002"])
        path.write_text(ZONE.replace("hostmaster 7", "hostmaster 8") + "kms2 A 192.0.2.2\n")
        assert validate(capsys, *given, "--new-only")[:2] == (0, "")
        path.write_text(ZONE)
        assert "ZD006" not in validate(capsys, *given)[1]
    status, _, err = validate(capsys, *given[:3])
    assert (status, "--base live needs the server to ask" in err) == (2, True)
    with DnsServer(ZONE.replace("contoso", "example")) as other:
        status, _, err = validate(capsys, *given[:3], "--server", other.address)
        assert (status, "contoso.com. cannot be transferred from" in err) == (2, True)


def test_what_cannot_be_transferred_is_a_sentence(capsys, tmp_path: Path) -> None:
    with DnsServer(ZONE) as server:
        status, _, err = validate(capsys, "--axfr", "example.com", "--server", server.address)
        assert (status, "cannot be transferred" in err) == (2, True)
        both = ("--server", "127.0.0.1:1", "--server", server.address)
        assert validate(capsys, "--axfr", "contoso.com", *both)[0] == 1, "the next one is asked"
    assert validate(capsys, "--axfr", "contoso.com", "--server", "127.0.0.1:1")[0] == 3, "no server answered"
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
    assert {each["code"] for each in found["findings"]} == {"SRV203"}, "the SOA record at its end is none too many"
    assert found["result"]["files"][0]["records"] == 8


def test_an_soa_that_somebody_wrote_twice_is_told(capsys, tmp_path: Path) -> None:
    soa = "contoso.com. 3600 IN SOA ns1.contoso.com. hostmaster.contoso.com. 7 7200 3600 1209600 3600\n"
    rest = "contoso.com. 3600 IN NS ns1.example.net.\ncontoso.com. 3600 IN NS ns2.example.net.\n"
    printed = soa.replace("7 7200", "(\n  7 7200").rstrip() + " )\n"
    for text, codes in [
        (soa + rest + soa, []),
        (printed + rest + printed, []),
        (soa + rest + soa.replace(" 7 ", " 8 "), ["ZD001"]),
        (soa + soa + rest, ["ZD001"]),
        ("$ORIGIN contoso.com.\n" + (soa + rest + soa).replace("contoso.com. 3600", "@ 3600"), ["ZD001"]),
    ]:
        found = report(capsys, file(tmp_path, text))
        assert [each["code"] for each in found["findings"]] == codes
        assert found["result"]["files"][0]["records"] == 3 + len(codes)


# Files


def file(tmp_path: Path, content: str | bytes, name: str = "x.zone") -> str:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def test_utf_16_reads_as_what_it_says(capsys, tmp_path: Path) -> None:
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        path = file(tmp_path, ZONE.encode(encoding))
        assert report(capsys, path)["result"]["files"][0]["records"] == 8
        ends = file(tmp_path, ZONE.rstrip().encode(encoding), "ends.zone")
        validate(capsys, ends, "--fix")
        fixed = ZONE.replace("hostmaster 7", "hostmaster 8").encode(encoding)
        assert Path(ends).read_bytes() == fixed, "a fix keeps the encoding"


def test_a_windows_export_is_read(capsys, tmp_path: Path) -> None:
    text = (
        ";\r\n;  Database file contoso.com.dns for contoso.com zone.\r\n;\r\n"
        "@   IN  SOA dc1.contoso.com. hostmaster.contoso.com. (\r\n 7 ; serial\r\n 900 600 86400 3600 )\r\n"
        "@   NS  dc1.contoso.com.\r\ndc1 [AGE:3606219] 1200 A 192.0.2.1\r\n"
        "@ 0 WINS L2 C900 ( 192.0.2.1 )\r\n"
        "_vlmcs._tcp SRV 0 0 1688 dc1.contoso.com.\r\n"
    )
    found = report(capsys, file(tmp_path, text, "contoso.com.dns"))
    assert found["result"]["files"][0] | {"path": ""} == {
        "path": "", "origin": "contoso.com.", "records": 4, "serial": 7
    }  # fmt: skip
    assert [each["code"] for each in found["findings"] if each["code"] != "ZF007"] == ["ZF006", "ZD003", "ZF014"]


LIST = """\
Name\tType\tData\tTimestamp
_tcp\t\t\t
(same as parent folder)\tStart of Authority (SOA)\t[7], dc1.contoso.com., hostmaster.contoso.com.\tstatic
(same as parent folder)\tName Server (NS)\tdc1.contoso.com.\tstatic
(same as parent folder)\tName Server (NS)\tdc2.contoso.com.\tstatic
(same as parent folder)\tMail Exchanger (MX)\t[10]  dc1.contoso.com.\tstatic
(same as parent folder)\tText (TXT)\tv=spf1 mx -all; "x"\tstatic
dc1\tHost (A)\t192.0.2.10\t11/24/2026 1:00:00 PM
dc2\tIPv6 Host (AAAA)\t2001:0db8:0000:0000:0000:0000:0000:0021\tstatic
_vlmcs._tcp\tService Location (SRV)\t[0][0][0] dc1.contoso.com.\tstatic
www\tAlias (CNAME)\tdc1.contoso.com.\tstatic
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
def test_a_list_of_dns_manager_is_read(capsys, tmp_path: Path, encoding: str) -> None:
    path = file(tmp_path, LIST.replace("\n", "\r\n").encode(encoding), "list.txt")
    found = report(capsys, path, "--origin", "contoso.com")
    assert found["result"]["files"][0]["records"] == 9
    assert [(each["code"], each["location"]["line"]) for each in found["findings"]] == [("ZF014", 1), ("SRV203", 10)]
    for text in (path, file(tmp_path, "dc1 [AGE:3606219] 1200 A 192.0.2.1\n" * 20, "ages.dns")):
        status, out, _ = validate(capsys, text, "-f", "short")
        assert (status, out.count("Write $ORIGIN, or give --origin")) == (1, 1)
        assert len(out.splitlines()) == (2 if text == path else 1), "one cause is told once"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\x7fELF" + bytes(range(256)) * 500, "this is no text"),
        (b"PK\x03\x04\x14\x00\x00\x00\x08\x00" + b"\0" * 1_000_000, "this is no text"),
        (b"the quick brown fox\njumps over\na lazy dog.\n" * 1000, "this is no zone file"),
        (b"<!DOCTYPE html>\n<html><body>\n<a href='x'>A</a>\n</body>\n", "this is no zone file"),
        (b'{\n  "contoso.com": {\n    "A": "192.0.2.1"\n  }\n}\n', "this is no zone file"),
        (b"root:x:0:0:root:/root:/bin/sh\n" * 20, "this is no zone file"),
    ],
)
def test_what_is_something_else_is_one_finding(capsys, tmp_path: Path, content: bytes, sentence: str) -> None:
    path = file(tmp_path, content, "contoso.com.zone")
    status, out, _ = validate(capsys, path, "-f", "short")
    assert (status, len(out.splitlines())) == (1, 1)
    assert f":1:1: ZF001 error: {sentence}" in out
    validate(capsys, path, "--fix")
    assert Path(path).read_bytes() == content


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (bytes(range(256)) * 500, {"ZF001", "ZF013"}),
        (HEAD.encode() + b"x" * 1_000_000 + b" A 192.0.2.1\n", {"ZN001", "ZN002"}),
        (HEAD.encode() + b"(" * 100_000, {"ZF002"}),
        (HEAD.encode() + b"x A ( 192.0.2.1\n" * 20_000, {"ZF002"}),
        (HEAD.encode() + b'x TXT "a\n' * 20_000, {"ZF003"}),
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
