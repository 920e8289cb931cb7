"""-f nagios: exit statuses as a monitoring system takes them, and a line for it whatever happens."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kmsdns.cli import run
from kmsdns.cli.config import is_plugin
from kmsdns.testing import DnsServer
from tests.formats import readers

ZONES = Path(__file__).parents[2] / "zonefiles"
LONE = "$ORIGIN lone.test.\n@ 60 SOA ns h 1 2 3 4 5\n@ 60 NS ns\nns 60 A 127.0.0.1\n"


@pytest.fixture
def ran(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Exit status, state and summary of a command line."""

    def run_it(*arguments: str) -> tuple[int, str, str]:
        status = run([*arguments, "--no-progress"])
        state, summary, _figures, _below = readers.nagios(capsys.readouterr().out)
        return status, state, summary

    return run_it


def test_statuses_are_those_of_plugins(ran, tmp_path: Path) -> None:
    broken = tmp_path / "contoso.zone"
    broken.write_text((ZONES / "healthy.zone").read_text() + "kms09 A 192.0.2.300\n")
    with DnsServer([ZONES / "healthy.zone", LONE]) as server:
        at = ("--server", server.address, "-f", "nagios")
        assert ran("discover", "contoso.com", *at) == (0, "OK", "1 endpoint of 1 service")
        assert ran("discover", "lone.test", *at)[:2] == (2, "CRITICAL")
        assert ran("diagnose", "lone.test", *at)[:2] == (2, "CRITICAL")
    assert ran("discover", "contoso.com", *at)[:2] == (3, "UNKNOWN")
    assert ran("validate", str(broken), "-fnagios")[:2] == (2, "CRITICAL")
    assert ran("validate", str(broken), "-fnagios", "--exit-zero")[:2] == (2, "CRITICAL"), (
        "the line and the status agree"
    )
    assert ran("validate", str(ZONES / "healthy.zone"), "--format=nagios")[:2] == (0, "OK")


@pytest.mark.parametrize(
    "arguments",
    [
        ("discover", "a..b", "-f", "nagios"),
        ("discover", "a", "--nope", "-f", "nagios"),
        ("validate", "not-there|.zone", "--fail-on", "x", "--format=nagios"),
        ("validate", "--axfr", "a.test", "-f", "nagios"),
        ("discover", "a", "-f", "nagios", "--replay", "not-there"),
    ],
)
def test_a_mistake_is_unknown_and_not_critical(ran, arguments: tuple[str, ...]) -> None:
    assert ran(*arguments)[:2] == (3, "UNKNOWN")


def test_the_variable_asks_for_it_too(ran, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KMSDNS_FORMAT", "nagios")
    assert ran("discover", "a..b")[:2] == (3, "UNKNOWN")


def test_who_asks_for_a_plugin() -> None:
    assert is_plugin(["check", "-f", "nagios"])
    assert is_plugin(["check", "-f", "text", "-f", "nagios=x"])
    assert not is_plugin(["discover", "nagios"])
    assert not is_plugin(["discover", "-f"])
    assert not is_plugin(["discover", "--format=text=nagios"])
