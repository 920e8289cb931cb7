"""File names, variables, settings and servers that try to give a terminal or a pipeline an order, wherever one may."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kmsdns.cli.options import COMMANDS
from kmsdns.formats import FORMATS
from kmsdns.model.option import Option
from kmsdns.testing import DnsServer
from tests.cli.scanning import COMMAND_LINE, HOSTILE, failing, is_made_of_orders, refusing, scan, unusable

ORDERS = {
    "characters": HOSTILE,
    "GitHub's": "::error::x",
    "on a line of its own": "\n::error::x",
    "behind spaces": "  ::add-mask::x",
    "Azure's": "x\n##vso[task.complete]",
    "old GitHub's": "##[error]x",
    "octets that are no text": "\udcff\udc80",
    "long": "\n::error::" + "x" * 300,
}
ZONE = r"""$ORIGIN h.test.
@ 60 IN SOA a b 1 2 3 4 5
_vlmcs._tcp IN SRV 0 0 1688 \058\058error\058\058x
_vlmcs._tcp IN SRV 0 0 1688 \035\035vso[x]
_vlmcs._tcp IN SRV 0 0 1688 \058\058error\058\058x.xn--mnchen-3ya
_vlmcs._tcp IN SRV 0 0 1688 six
_alias._tcp IN CNAME \058\058error\058\058x
six IN AAAA ::1
six IN AAAA ::ffff:127.0.0.2
six IN AAAA ::ffff:127.0.0.9
"""

orders = pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS.keys())


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with DnsServer(ZONE) as dns:
        yield dns.address


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", ["h.test", "_alias._tcp.h.test"])
def test_no_line_begins_with_an_order(name: str, form: str, server: str, capsys: pytest.CaptureFixture[str]) -> None:
    for more in ((), ("-v",), ("-q",), ("--probe", "tcp", "--no-cache", "-v")):
        scan(capsys, "discover", name, "-s", server, "-f", form, *more)
        scan(capsys, "discover", name, "-s", server, "-f", f"{form}=file", *more)
        assert is_made_of_orders((form,)) or not COMMAND_LINE.search(Path("file").read_text())


def test_a_name_and_an_address_stay_what_they_are(server: str, capsys: pytest.CaptureFixture[str]) -> None:
    _, said = scan(capsys, "discover", "h.test", "-s", server, "-f", "short")
    assert r"\058:error::x.h.test.:1688" in said.splitlines()
    assert r"\035#vso[x].h.test.:1688" in said.splitlines()
    _, said = scan(capsys, "discover", "h.test", "-s", server)
    assert "       0::1, ::ffff:127.0.0.2, ::ffff:127.0.0.9" in said.splitlines()


@pytest.mark.parametrize("form", FORMATS)
def test_the_reason_that_a_server_gives(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Words enough that lines are broken at every one of them; and a word that ends where a line does."""
    for text in (" ::error::x" * 40, "##[error] " * 40, "\n::error::x\r\n" * 20, "\u2028::error::x", HOSTILE * 20):
        with refusing(text) as address:
            for more in ((), ("-v",)):
                assert scan(capsys, "discover", "h.test", "-s", address, "-f", form, *more)[0] == failing(form)


@orders
def test_names_of_files(order: str, server: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Those of files that are there, and of others."""
    ask = ("discover", "h.test", "-s", server)
    name = order.replace("/", "")
    if len(order) < 200:
        for file in (name, f"{name}-file"):
            Path(file).write_text(f"{HOSTILE}\n::error::x\n")
    nowhere = f"{name}-file/x"
    for arguments, expected in (
        (("serve", name, "--port", "0"), 2),
        (("serve", nowhere), 2),
        (("serve", "zone", "--log", nowhere), 2),
        (("serve", "zone", "--include-root", nowhere), 2),
        ((*ask, "--config", name), 2),
        ((*ask, f"--config={nowhere}"), 2),
        ((*ask, "--replay", name), 2),
        ((*ask, "--replay", nowhere), 2),
        ((*ask, "--record", nowhere), 2),
        ((*ask, "-o", nowhere), 2),
        ((*ask, "-f", f"json={nowhere}"), 2),
        ((*ask, "-f", f"text={name}", "-f", f"json={name}"), 2),
        (("cache", "show", "--cache-file", name), 0),
        (("cache", "show", "--json", "--cache-file", name), 0),
        (("cache", "show", "--cache-file", nowhere), 0),
        (("cache", "set", "h.test", "kms:1", "--cache-file", nowhere), 2),
        ((*ask, "--probe", "tcp", "--cache-file", nowhere), 1),
    ):
        assert scan(capsys, *arguments)[0] == expected, arguments


@pytest.mark.parametrize("form", FORMATS)
@orders
def test_zone_files_and_their_names(order: str, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Mistakes that quote what stands there, in a file whose name is an order and in a folder of that name."""
    name = order.replace("/", "")
    if len(order) < 200:
        Path(name).mkdir()
        path = f"{name}/{name}.zone"
        line = order.replace("\udcff\udc80", "\xff\x80").replace("\n", " ")
        Path(path).write_bytes(
            f"$ORIGIN h.test.\n@ 60 SOA a b 1 2 3 4 5\n{line}\n@ A {line}\n{line} SRV 0 0 1 {line}\n".encode()
        )
        for arguments in ((path,), (name,), (path, "-v"), (path, "-q"), (path, "--with", path)):
            assert scan(capsys, "validate", *arguments, "-f", form)[0] in (0, 1, failing(form))
    assert scan(capsys, "validate", f"{name}/nowhere", "-f", form)[0] == unusable(form)


@orders
def test_words_of_the_command_line(order: str, server: str, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (
        (order,),
        ("cache", order),
        ("cache", "clear", order, "--cache-file", "cache"),
        ("cache", "set", "h.test", order, "--cache-file", "cache"),
        ("discover", f"--{order}"),
        ("discover", f"-{order}"),
        ("discover", f"--timeout={order}", "h.test"),
        ("discover", order + ".h.test", "-s", order),
        ("discover", "h.test", "-s", f"@{order}", f"@{order}"),
        ("serve", "zone", "--address", order),
        ("serve", "zone", "--fault", order),
        ("serve", "zone", "--fault", f"drop:{order}=1"),
    ):
        expected = (0, 2) if arguments[:2] == ("cache", "clear") else (2,)  # some orders are names, if odd ones
        assert scan(capsys, *arguments)[0] in expected, arguments


@pytest.mark.parametrize("command", COMMANDS)
@orders
def test_variables(
    order: str, command: str, server: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for option in COMMANDS[command]():
        with monkeypatch.context() as environment:
            environment.setenv(option.variable, order)
            scan(capsys, *arguments_for(command, server, option))


@pytest.mark.parametrize("command", COMMANDS)
def test_settings(command: str, server: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Of every option, with values that it can't have; a file can hold what a command line can't, such as NUL."""
    for option in COMMANDS[command]():
        for value in ("\0", "x\0\n::error::x", ["\n::error::x"], HOSTILE, "\n::error::" + "x" * 300, 1.5, True, [[1]]):
            Path("kmsdns.toml").write_text(f"[{command}]\n{option.key} = {json.dumps(value)}\n")
            scan(capsys, *arguments_for(command, server, option))


@pytest.mark.parametrize("order", [order for order in ORDERS.values() if "\udcff" not in order])
def test_keys_of_settings(order: str, capsys: pytest.CaptureFixture[str]) -> None:
    key = json.dumps(order)
    for text in (f"{key} = 1\n", f"[discover]\n{key} = 1\n", f"[{key}]\nx = 1\n", f"x = {order}\n", f"x{order}"):
        Path("kmsdns.toml").write_text(text)
        assert scan(capsys, "discover", "h.test")[0] == 2


def arguments_for(command: str, server: str, option: Option) -> tuple[str, ...]:
    """A command that comes so far as to look at the option."""
    if command == "discover":
        return ("discover", "h.test", *(() if option.key == "server" else ("-s", server)))
    return ("serve", "no-such-zone") if command == "serve" else ("cache", "show")


@pytest.mark.parametrize(("variable", "value"), [("KMSDNS_CONFIG", "other.toml"), ("KMSDNS_NO_CONFIG", "1")])
def test_configuration_is_chosen_by_a_variable_too(
    variable: str, value: str, server: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("kmsdns.toml").write_text("timeout = 'nonsense'\n")
    Path("other.toml").write_text("format = ['short']\n")
    monkeypatch.setenv(variable, value)
    status, said = scan(capsys, "discover", "h.test", "-s", server)
    assert status == 0
    assert ("six.h.test.:1688" in said.splitlines()) is (variable == "KMSDNS_CONFIG")


def test_a_traceback_is_asked_for_by_a_variable_too() -> None:
    command = [sys.executable, "-m", "kmsdns", "discover", "h..test"]
    for value, expected in (("1", True), ("0", False)):
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, env={**os.environ, "KMSDNS_DEBUG": value}
        )
        assert ("Traceback" in done.stderr) is expected


def test_serve_and_a_ready_file_that_cannot_be_written() -> None:
    Path("h.zone").write_text(ZONE)
    command = [sys.executable, "-m", "kmsdns", "serve", "h.zone", "--port", "0", "--max-seconds", "20"]
    done = subprocess.run([*command, "--ready-file", "\n::error::/x"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert not COMMAND_LINE.search(done.stdout + done.stderr)
    assert "cannot write '\\n::error::/x'" in done.stderr
