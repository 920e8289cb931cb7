"""kmsdns discover, as a person and a script use it: the installed command line against the bundled server.

Long: what the command promises to people and scripts is shown in one place.
"""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kmsdns.cli import run
from kmsdns.testing import DnsServer
from tests.peers import CLOSED

ZONES = [str(path) for path in sorted(Path("zonefiles").glob("*.zone"))]
EXTRA = """$ORIGIN extra.example.com.
@ 60 IN SOA ns admin 1 2 3 4 5
_vlmcs._tcp IN SRV 0 0 1688 no-address
_ldap._tcp IN CNAME _ldap._tcp.elsewhere
_ldap._tcp.elsewhere IN SRV 5 0 389 dc
_sip._tls IN SRV 0 0 0 .
_sip._tls IN SRV 0 0 443 dc
_odd._tcp IN SRV 0 0 1 a\\027b\\200
a\\027b\\200 IN A 127.0.0.1
dc IN A 127.0.0.1
only.domain IN A 127.0.0.1
"""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with DnsServer([*ZONES, EXTRA]) as dns:
        yield dns.address


@pytest.fixture(scope="module")
def listener() -> Iterator[int]:
    """A port where 127.0.10.1 (kms01 of the bundled zones) answers."""
    with socket.create_server(("127.0.10.1", 0)) as sock:

        def accept() -> None:
            while True:
                try:
                    sock.accept()[0].close()
                except OSError:
                    return

        threading.Thread(target=accept, daemon=True).start()
        yield sock.getsockname()[1]
        sock.shutdown(socket.SHUT_RDWR)


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    for name in [name for name in os.environ if name.startswith("KMSDNS_")]:
        monkeypatch.delenv(name)


def result(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = run(["discover", *arguments])
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return status, out, err


def as_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict]:
    status, out, _ = result(capsys, *arguments, "--json")
    return status, json.loads(out)


def test_json_is_what_the_contract_says(server: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, report = as_json(capsys, "weighted.example.com", "-s", server, "--seed", "3")
    assert status == 0
    assert (report["schema_version"], report["job"], report["verdict"]) == (1, "discover", "clean")
    assert report["summary"] == {"error": 0, "warning": 0, "note": 0, "suppressed": 0}
    assert report["started"].endswith("Z")
    assert (report["findings"], report["skipped"]) == ([], [])
    (service,) = report["result"]["services"]
    assert {key: service[key] for key in ("service", "outcome", "source", "queried", "ttl")} == {
        "service": "_vlmcs._tcp.weighted.example.com.",
        "outcome": "answer",
        "source": "dns",
        "queried": ["_vlmcs._tcp.weighted.example.com."],
        "ttl": 3600,
    }
    by_target = {endpoint["target"]: endpoint for endpoint in service["endpoints"]}
    first = by_target["kms01.weighted.example.com."]
    assert first == {
        "target": "kms01.weighted.example.com.",
        "port": 1688,
        "priority": 0,
        "weight": 60,
        "share": pytest.approx(181 / 303),
        "addresses": ["127.0.10.1"],
        "addresses_from": "additional",
        "probe": None,
    }
    assert service["endpoints"][-1]["target"] == "kms-dr.weighted.example.com."
    trace = report["result"]["trace"]
    assert trace[0]["question"] == "_vlmcs._tcp.weighted.example.com. SRV"
    assert {
        key: trace[0][key] for key in ("server", "transport", "outcome", "rcode", "ede", "rejected", "warnings")
    } == {
        "server": server,
        "transport": "udp",
        "outcome": "answer",
        "rcode": "NOERROR",
        "ede": None,
        "rejected": [],
        "warnings": [],
    }
    assert "aa" in trace[0]["flags"]


def test_a_seed_repeats_the_draw(server: str, capsys: pytest.CaptureFixture[str]) -> None:
    draws = [
        result(capsys, "allzero.example.com", "-s", server, "-f", "short", "--seed", str(n)) for n in (1, 1, 2, 3, 4)
    ]
    assert draws[0] == draws[1]
    assert len({out for _, out, _ in draws}) > 1


@pytest.mark.parametrize(
    ("arguments", "status", "outcome", "verdict", "codes"),
    [
        (("contoso.com",), 0, "answer", "clean", []),
        (("allzero.example.com",), 0, "answer", "clean", []),
        (("alias.example.com",), 0, "answer", "clean", []),
        (("unavailable.example.com",), 1, "unavailable", "findings", ["LIV006"]),
        (("nobody.contoso.com",), 1, "nxdomain", "findings", ["LIV001"]),
        (("dc.extra.example.com", "--service", "_x._tcp"), 1, "nxdomain", "findings", ["LIV001"]),
        (("_tcp.extra.example.com", "--service", "ldap"), 1, "nxdomain", "findings", ["LIV001"]),
        (("example.org",), 1, "refused", "findings", ["LIV004"]),
        (("extra.example.com", "--service", "ldap"), 0, "answer", "clean", []),
        (("_sip._tls.extra.example.com",), 0, "answer", "clean", []),
        (("extra.example.com",), 1, "answer", "findings", ["SRV303"]),
        (("only.domain.extra.example.com", "--fallback"), 0, "nxdomain", "clean", []),
        (("nothing.extra.example.com", "--fallback"), 1, "nxdomain", "findings", ["LIV001"]),
    ],
)
def test_exit_status_outcome_and_findings(
    server: str,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    status: int,
    outcome: str,
    verdict: str,
    codes: list[str],
) -> None:
    found, report = as_json(capsys, *arguments, "-s", server)
    assert (found, report["verdict"]) == (status, verdict)
    assert report["result"]["services"][0]["outcome"] == outcome
    assert [finding["code"] for finding in report["findings"]] == codes
    assert result(capsys, *arguments, "-s", server, "--exit-zero")[0] == 0


def test_nobody_answers_is_status_3_and_not_hidden_by_exit_zero(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        silent = f"127.0.0.1:{sock.getsockname()[1]}"
        patience = ("--timeout", "0.05", "--retries", "0")
        for more in ((), ("--exit-zero",)):
            status, report = as_json(capsys, "contoso.com", "-s", silent, *patience, *more)
            assert (status, report["verdict"]) == (3, "inconclusive")
        assert report["result"]["services"][0]["outcome"] == "timeout"
        assert [finding["code"] for finding in report["findings"]] == ["LIV005"]
        assert as_json(capsys, "contoso.com", "-s", silent, *patience, "--ignore", "LIV005")[0] == 3
    status, report = as_json(capsys, "contoso.com", "-s", "{}:{}".format(*CLOSED))
    assert (status, report["result"]["services"][0]["outcome"]) == (3, "unreachable")


def test_several_names_and_servers_as_arguments(server: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, report = as_json(capsys, f"@{server}", "contoso.com", "_ldap._tcp.contoso.com", "nobody.contoso.com")
    assert status == 1
    assert [service["outcome"] for service in report["result"]["services"]] == ["answer", "answer", "nxdomain"]


def test_families(server: str, capsys: pytest.CaptureFixture[str]) -> None:
    for flag, keeps in (("-4", lambda a: "." in a), ("-6", lambda a: ":" in a)):
        _, report = as_json(capsys, "allzero.example.com", "contoso.com", "-s", server, flag)
        found = [a for s in report["result"]["services"] for e in s["endpoints"] for a in e["addresses"]]
        assert all(keeps(address) for address in found)


def test_over_tcp_only(server: str, capsys: pytest.CaptureFixture[str]) -> None:
    _, report = as_json(capsys, "contoso.com", "-s", server, "--tcp")
    assert {entry["transport"] for entry in report["result"]["trace"]} == {"tcp"}


def test_text_tells_the_story_within_80_columns(server: str, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("weighted.example.com", "allzero.example.com", "unavailable.example.com", "nobody.contoso.com"):
        _, out, err = result(capsys, name, "-s", server, "--probe", "tcp", "--no-cache")
        assert err == ""
        assert max(map(len, out.splitlines())) <= 80, out
    _, out, _ = result(capsys, "weighted.example.com", "-s", server)
    assert "59.7 %" in out
    assert "backup" in out
    assert "one draw" in out
    assert "one draw" not in result(capsys, "weighted.example.com", "-s", server, "-q")[1]


def test_verbose_shows_every_try(server: str, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = result(capsys, "contoso.com", "-s", server, "-v")
    assert "kms01.contoso.com. AAAA" in out
    assert "nodata" in out


def test_short_is_for_pipes(server: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert result(capsys, "contoso.com", "-s", server, "-f", "short") == (0, "kms01.contoso.com.:1688\n", "")
    status, out, err = result(capsys, "nobody.contoso.com", "-s", server, "-f", "short")
    assert (status, out) == (1, "")
    assert err.startswith("error[LIV001]")


def test_csv_reads_back(server: str, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = result(capsys, "weighted.example.com", "nobody.contoso.com", "-s", server, "-f", "csv")
    rows = list(csv.DictReader(io.StringIO(out, newline="")))
    assert [row["try"] for row in rows] == ["1", "2", "3", "4", ""]
    assert (rows[3]["target"], rows[3]["share"]) == ("kms-dr.weighted.example.com.", "0.0")
    assert (rows[4]["service"], rows[4]["outcome"]) == ("_vlmcs._tcp.nobody.contoso.com.", "nxdomain")


def test_octets_of_an_answer_never_reach_the_terminal_raw(server: str, capsys: pytest.CaptureFixture[str]) -> None:
    for form in ("text", "short", "json", "csv"):
        status, out, _ = result(capsys, "_odd._tcp.extra.example.com", "-s", server, "-f", form, "-v")
        assert status == 0
        assert "a\\\\027b\\\\200" in out if form == "json" else "a\\027b\\200" in out
        assert all(character.isprintable() or character in "\r\n" for character in out)


def test_an_internationalised_domain_shows_both_forms(capsys: pytest.CaptureFixture[str]) -> None:
    records = "@ 60 IN SOA a b 1 2 3 4 5\n_vlmcs._tcp IN SRV 0 0 1688 kms\nkms IN A 127.0.0.1\n"
    zone = f"$ORIGIN xn--bcher-kva.example.\n{records}"
    with DnsServer(zone) as dns:
        status, out, _ = result(capsys, "bücher.example", "-s", dns.address)
    assert status == 0
    assert "_vlmcs._tcp.xn--bcher-kva.example. (_vlmcs._tcp.bücher.example.)" in out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("contoso.com", "--service", "lldap"), "did you mean ldap?"),
        (("contoso.com", "--service", "_a._b._c"), "unknown service"),
        (("contoso.com", "--service", ""), "unknown service"),
        (("x" * 64 + ".example",), "64 octets"),
        ((".".join(["x" * 60] * 5),), "255"),
        ((".".join(["x" * 49] * 5),), "255"),
        (("contoso..com",), "empty label"),
        ((".contoso.com",), "empty label"),
        (("",), "empty"),
        (("con\x1btoso.com",), "control character"),
        (("con\nto.com",), "control character"),
        (("con\\999.com",), "\\999"),
        (("contoso.com\\",), "backslash"),
        (("\u2603\ufe0f.-.example",), "internationalised"),
        (("contoso.com", "--port", "0"), "1 to 65535"),
        (("contoso.com", "--port", "65536"), "1 to 65535"),
        (("contoso.com", "--port", "x"), "not a number"),
        (("contoso.com", "--timeout", "nan"), "out of range"),
        (("contoso.com", "--timeout", "-1"), "out of range"),
        (("contoso.com", "--retries", "1.5"), "not a number"),
        (("contoso.com", "-s", "127.0.0.1:99999"), "65535"),
        (("contoso.com", "-s", "127.0.0.1:"), "127.0.0.1:"),
        (("contoso.com", "-s", ""), "server"),
        (("contoso.com", "-s", "no-such-host.invalid"), "no-such-host.invalid"),
        (("contoso.com", "-s", "tls://127.0.0.1/x"), "no path"),
        (("contoso.com", "-s", "tls://127.0.0.1", "--ca-file", "/no/such/file"), "/no/such/file"),
        (("contoso.com", "-s", "tls://127.0.0.1", "--ca-file", "/dev/zero"), "no regular"),
        (("contoso.com", "-s", "tls://127.0.0.1", "--ca-file", "pyproject.toml"), "no authority's certificate"),
        (("contoso.com", "-f", "yaml"), "yaml"),
        (("contoso.com", "-f", "json="), "no file"),
        (("contoso.com", "-f", "json", "-f", "csv"), "two formats"),
        (("contoso.com", "--probe", "udp"), "none, tcp, rpc"),
        (("contoso.com", "--select", "NOPE1"), "NOPE1"),
        (("contoso.com", "--no-such-option"), "No such option"),
        (("contoso.com", "--fallback", "--service", "_x._tcp"), "--port"),
        (("contoso.com", "--replay", "/no/such/tape"), "/no/such/tape"),
        (("contoso.com", "--replay", "pyproject.toml"), "pyproject.toml"),
        (("contoso.com", "--config", "/no/such/file"), "/no/such/file"),
        (("contoso.com", "--config", "/dev/zero"), "no regular file"),
        (("contoso.com", "--config"), "--config"),
        (("contoso.com", "--replay", "zonefiles"), "zonefiles"),
    ],
)
def test_bad_input_is_a_sentence_and_status_2(
    arguments: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = result(capsys, *arguments)
    assert status == 2
    assert says in err
    assert out == ""
    assert all(character.isprintable() or character == "\n" for character in err)


def test_unwritable_output_is_status_2(server: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = result(capsys, "contoso.com", "-s", server, "-o", "/no/such/folder/out")
    assert status == 2
    assert "/no/such/folder/out" in err


def test_files_for_several_formats_and_no_leftovers(
    server: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    status, out, _ = result(
        capsys, "contoso.com", "-s", server, "-f", f"json={folder}/a.json", "-f", "text", "-f", f"short={folder}/a.txt"
    )
    assert status == 0
    assert "kms01.contoso.com." in out
    assert sorted(path.name for path in folder.iterdir()) == ["a.json", "a.txt"]
    assert json.loads((folder / "a.json").read_text())["job"] == "discover"


def test_color_is_asked_for_or_not(
    server: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def colored(*more: str) -> bool:
        return "\x1b[" in result(capsys, "nobody.contoso.com", "-s", server, *more)[1]

    assert not colored()
    assert colored("--color", "always")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert colored()
    assert not colored("--color", "never")
    monkeypatch.setenv("NO_COLOR", "1")
    assert not colored()


def test_variables_and_configuration_set_options(
    server: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KMSDNS_SERVER", server)
    assert result(capsys, "contoso.com", "-f", "short")[:2] == (0, "kms01.contoso.com.:1688\n")
    monkeypatch.delenv("KMSDNS_SERVER")
    monkeypatch.chdir(tmp_path)
    Path("kmsdns.toml").write_text(f'server = ["{server}"]\n[discover]\nformat = ["short"]\n')
    assert result(capsys, "contoso.com")[:2] == (0, "kms01.contoso.com.:1688\n")
    assert "priority" in result(capsys, "contoso.com", "-f", "text")[1], "the command line goes before the file"
    Path("kmsdns.toml").unlink()
    Path("pyproject.toml").write_text(f'[tool.kmsdns.discover]\nserver = ["{server}"]\njson = true\n')
    assert json.loads(result(capsys, "contoso.com")[1])["verdict"] == "clean"
    for text, says in (
        ("servr = 1", "did you mean 'server'?"),
        ("[discover]\nx = 1", "unknown key 'x'"),
        ("=", "no TOML"),
    ):
        Path("kmsdns.toml").write_text(text)
        status, _, err = result(capsys, "contoso.com")
        assert status == 2
        assert says in err
    assert result(capsys, "contoso.com", "--no-config", "-s", server)[0] == 0


def test_record_and_replay(server: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    tape = str(tmp_path / "tape.jsonl")
    asked = ("weighted.example.com", "--seed", "1", "--json")
    _, live = as_json(capsys, *asked, "-s", server, "--record", tape)
    status, again = as_json(capsys, *asked, "--replay", tape)
    assert status == 0
    assert again["result"] == live["result"]


def test_a_probe_finds_the_one_that_answers(capsys: pytest.CaptureFixture[str], listener: int, tmp_path: Path) -> None:
    zone = f"""$ORIGIN p.test.
@ 60 IN SOA a b 1 2 3 4 5
_vlmcs._tcp IN SRV 0 0 {listener} dead
_vlmcs._tcp IN SRV 1 0 {listener} live
dead IN A 127.0.12.77
live IN A 127.0.10.1
"""
    cache = str(tmp_path / "cache.json")
    asked = ("p.test", "--probe", "tcp", "--cache-file", cache)
    with DnsServer(zone) as dns:
        status, report = as_json(capsys, *asked, "-s", dns.address)
        assert status == 0
        endpoints = report["result"]["services"][0]["endpoints"]
        assert [endpoint["probe"]["outcome"] for endpoint in endpoints] == ["closed", "open"]
        assert "A client would use live.p.test.:" in result(capsys, *asked, "-s", dns.address, "--no-cache")[1]

        before = len(dns.queries)
        status, report = as_json(capsys, *asked, "-s", dns.address)
        (service,) = report["result"]["services"]
        assert (status, service["source"], service["queried"], service["ttl"]) == (0, "cache", [], None)
        assert service["endpoints"][0]["share"] is None
        assert len(dns.queries) == before, "a cached host is contacted without the DNS"
        assert "DNS was not asked" in result(capsys, *asked, "-s", dns.address)[1]

        saved = json.loads(Path(cache).read_text())
        saved["hosts"]["_vlmcs._tcp.p.test."]["addresses"] = ["127.0.12.77"]
        Path(cache).write_text(json.dumps(saved))
        status, report = as_json(capsys, *asked, "-s", dns.address)
        assert (status, report["result"]["services"][0]["source"]) == (0, "dns")
        assert json.loads(Path(cache).read_text())["hosts"]["_vlmcs._tcp.p.test."]["addresses"] == ["127.0.10.1"]

        assert run(["cache", "disable", "--cache-file", cache]) == 0
        capsys.readouterr()
        _, report = as_json(capsys, *asked, "-s", dns.address)
        assert report["result"]["services"][0]["source"] == "dns"


def test_a_damaged_cache_is_set_aside_and_changes_nothing(
    server: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    cache = tmp_path / "cache.json"
    cache.write_text("{broken")
    status, report = as_json(capsys, "weighted.example.com", "-s", server, "--probe", "tcp", "--cache-file", str(cache))
    assert status == 1, "nobody listens, cache or not"
    assert "damaged" in report["notices"][0]
    assert (tmp_path / "cache.json.damaged-1").read_text() == "{broken"


def test_without_a_probe_no_cache_is_touched(server: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    cache = tmp_path / "cache.json"
    result(capsys, "contoso.com", "-s", server, "--cache-file", str(cache))
    assert list(tmp_path.iterdir()) == []


def test_a_closed_standard_output(server: str) -> None:
    closed = f"exec {sys.executable} -m kmsdns discover contoso.com -s {server} >&-"
    done = subprocess.run(["bash", "-c", closed], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "standard output is closed" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_reader_that_went_away(server: str) -> None:
    gone = f"{sys.executable} -m kmsdns discover contoso.com -s {server} -v; echo $? >&2"
    done = subprocess.run(["bash", "-c", f"({gone}) | true"], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == "0"


def test_a_full_disk(server: str) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this machine has no /dev/full")
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m kmsdns discover contoso.com -s {server} > /dev/full"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "cannot write" in done.stderr, "Traceback" in done.stderr) == (2, True, False)


def test_an_interrupt_is_status_130() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        silent.settimeout(20)
        process = subprocess.Popen(
            [sys.executable, "-m", "kmsdns", "discover", "contoso.com", "-s", f"127.0.0.1:{silent.getsockname()[1]}"],
            stderr=subprocess.PIPE,
            # A shell starts what runs in the background with interrupts ignored, and the tests may run there.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        silent.recv(512)  # it is waiting for an answer now
        time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert err == b"kmsdns: interrupted\n"


def test_an_internal_error_is_a_sentence_and_debug_shows_it(
    server: str, capsys: pytest.CaptureFixture[str], mocker
) -> None:
    mocker.patch("kmsdns.api.discover", side_effect=ZeroDivisionError("boom"))
    status, out, err = result(capsys, "contoso.com", "-s", server)
    assert (status, out) == (3, "")
    assert "internal error: ZeroDivisionError: boom" in err
    with pytest.raises(ZeroDivisionError):
        run(["discover", "contoso.com", "--debug"])


def test_no_name_searches_this_machines_suffixes(capsys: pytest.CaptureFixture[str], server: str, mocker) -> None:
    mocker.patch("kmsdns.sessions.discover.suffixes", return_value=("nobody.contoso.com.", "contoso.com."))
    status, report = as_json(capsys, "-s", server)
    assert status == 0
    assert report["result"]["services"][0]["queried"] == ["_vlmcs._tcp.nobody.contoso.com.", "_vlmcs._tcp.contoso.com."]
    mocker.patch("kmsdns.sessions.discover.suffixes", return_value=())
    status, _, err = result(capsys, "-s", server)
    assert status == 2
    assert "no DNS suffix" in err
