"""What comes from outside never reaches a terminal, a log or a pipeline raw: names, error texts, files, file names."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kmsdns.formats import FORMATS
from kmsdns.testing import DnsServer
from tests.cli.scanning import HOSTILE, OCTETS, failing, refusing, scan

ZONE = f"""$ORIGIN h.test.
@ 60 IN SOA a b 1 2 3 4 5
_vlmcs._tcp IN SRV 0 0 1688 {OCTETS}
_vlmcs._tcp IN SRV 0 0 1688 \\010\\058\\058error\\058\\058x
_vlmcs._tcp IN SRV 0 0 1688 \\061cmd|calc
_vlmcs._tcp.{OCTETS} IN SRV 0 0 1688 kms
_ldap._tcp IN CNAME {OCTETS}
{OCTETS} IN SRV 0 0 389 kms
\\061cmd|calc IN CNAME kms
kms IN A 127.0.0.1
"""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with DnsServer(ZONE) as dns:
        yield dns.address


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    "names",
    [("h.test",), ("h.test", "--service", "ldap"), (OCTETS + ".h.test",), ("_x._tcp." + OCTETS + ".h.test",)],
    ids=["targets", "alias", "owner", "denied"],
)
def test_names_of_answers_and_questions(
    names: tuple[str, ...], form: str, server: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for more in ((), ("-v", "--probe", "tcp", "--no-cache"), ("--color", "always") if form != "text" else ()):
        status, said = scan(capsys, "discover", *names, "-s", server, "-f", form, *more)
        assert status in (0, failing(form))
        if form == "json":
            assert json.loads(said)["schema_version"] == 1
        if form == "csv":
            for row in csv.reader(io.StringIO(said, newline="")):
                assert not any(cell.startswith(("=", "+", "@", "\t", "\r")) for cell in row)


@pytest.mark.parametrize("form", FORMATS)
def test_what_a_server_says_of_its_errors(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    with refusing(HOSTILE + "\n::error::x") as address:
        status, said = scan(capsys, "discover", "h.test", "-s", address, "-f", form, "-v")
    assert status == failing(form)
    if form in ("text", "json"):
        assert "red" in said


def test_files_and_their_names(capsys: pytest.CaptureFixture[str], tmp_path: Path, server: str) -> None:
    name = HOSTILE + "\n##vso[x]"
    bad = tmp_path / (name + ".zone")
    bad.write_text(f"$ORIGIN {HOSTILE}\n@ IN SRV {HOSTILE} x\n" + HOSTILE)
    missing = str(tmp_path / name)
    for arguments, expected in (
        (("serve", str(bad), "--port", "0"), 2),
        (("serve", missing, "--port", "0"), 2),
        (("discover", "h.test", "--replay", str(bad)), 2),
        (("discover", "h.test", "--replay", missing), 2),
        (("discover", "h.test", "--config", str(bad)), 2),
        (("discover", "h.test", "-s", server, "-o", missing + "/x"), 2),
        (("discover", "h.test", "-s", server, "--record", missing + "/x"), 2),
        (("discover", "h.test", "-s", name), 2),
        (("discover", name), 2),
        (("discover", "h.test", "--service", name), 2),
        (("discover", "h.test", "--select", name), 2),
        (("cache", "set", "h.test", name + ":1", "--cache-file", missing), 2),
        (("cache", "set", "h.test", "kms:1", "--cache-file", str(bad)), 0),
        (("cache", "show", "--cache-file", str(bad)), 0),
        (("cache", "show", "--json", "--cache-file", str(bad)), 0),
    ):
        assert scan(capsys, *arguments)[0] == expected, arguments
