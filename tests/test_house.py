"""The house rules that no linter checks: what loads when, how long files are, that tables agree."""

from __future__ import annotations

import ast
import subprocess
import sys
import typing
from pathlib import Path

import pytest

from kmsdns.cli import options
from kmsdns.formats import FORMATS
from kmsdns.formats.fixes import TOOLS
from kmsdns.formats.terminal import manual
from kmsdns.model.messages import ProbeOutcome
from kmsdns.net.client.probes import PROBERS
from kmsdns.net.server.faults.table import FAULTS

ROOT = Path(__file__).parent.parent
HEAVY = ("dns", "dnslib", "tabulate", "numpy", "msgspec", "jinja2", "asyncio", "dataclasses")


def loaded(statement: str) -> set[str]:
    """The top-level modules that a fresh interpreter has loaded after running this."""
    program = f"import sys\ntry:\n    {statement}\nexcept SystemExit:\n    pass\nprint('MODULES', *sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    return {name.partition(".")[0] for name in done.stdout.rpartition("MODULES")[2].split()}


def command(*arguments: str) -> str:
    return f"from kmsdns.cli import run; run({list(arguments)!r})"


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert not loaded("import kmsdns") & {*HEAVY, "click", "socket"}


def test_public_places_need_no_import_of_their_own() -> None:
    statement = "import kmsdns; kmsdns.decode, kmsdns.zone.load, kmsdns.testing.DnsServer, kmsdns.aio.discover"
    assert "dnslib" not in loaded(statement)
    assert loaded("import kmsdns; dir(kmsdns); hasattr(kmsdns, 'nope') or exit(0); 1/0")


@pytest.mark.parametrize("arguments", [("--help",), ("discover", "--help"), ("serve", "--help"), ("--version",)])
def test_help_loads_nothing_heavy(arguments: tuple[str, ...]) -> None:
    assert not loaded(command(*arguments)) & {*HEAVY}


@pytest.mark.parametrize("arguments", [("--list",), ("LIV001", "0xC004F074", "12288", "-f", "markdown"), ("LIV01",)])
def test_explain_loads_nothing_heavy(arguments: tuple[str, ...]) -> None:
    assert not loaded(command("explain", *arguments)) & {*HEAVY}


def test_a_diagnosis_loads_no_zone_reader() -> None:
    program = "import sys, kmsdns.sessions.diagnose; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    modules = done.stdout.split()
    assert "kmsdns.rules.catalogue" in modules
    assert [module for module in modules if module.startswith("kmsdns.zone")] == []


def test_a_plain_discover_loads_neither_click_nor_anything_heavy() -> None:
    from kmsdns.testing import DnsServer

    with DnsServer("zonefiles/healthy.zone") as server:
        found = loaded(command("discover", "contoso.com", "--server", server.address))
    unused = {"click", "json", "typing", "re", "threading", "fractions", "random", "ssl", "httpcore", "aioquic"}
    assert not found & {*HEAVY, *unused}


def test_the_options_offer_what_the_tables_hold() -> None:
    by_name = {option.key: option for option in options.COMMANDS["discover"]()}
    assert by_name["format"].choices == tuple(FORMATS)
    assert by_name["probe"].choices == ("none", *PROBERS)
    (tool,) = [option for option in options.COMMANDS["diagnose"]() if option.key == "fix_as"]
    assert tool.choices == tuple(TOOLS)
    (page,) = [option for option in options.COMMANDS["explain"]() if option.key == "format"]
    assert page.choices == tuple(manual.FORMATS)
    (fault,) = [option for option in options.COMMANDS["serve"]() if option.key == "fault"]
    assert fault.choices == tuple(FAULTS)


def test_the_json_knows_every_kind_of_probe_and_every_outcome() -> None:
    from kmsdns.formats import schema

    outcomes = {outcome.value for outcome in ProbeOutcome}
    kinds, told, tried = (
        set(typing.get_args(typing.get_type_hints(struct)[field]))
        for struct, field in ((schema.ProbeV1, "kind"), (schema.ProbeV1, "outcome"), (schema.AttemptV1, "outcome"))
    )
    assert (kinds, told, tried) == ({*PROBERS}, outcomes, outcomes - {"no-address"})


def test_every_option_of_a_command_is_there_once() -> None:
    for command_options in options.COMMANDS.values():
        flags = [flag for option in command_options() for flag in option.flags]
        assert len(flags) == len(set(flags))


def test_files_stay_readable_in_one_sitting() -> None:
    for path in [*ROOT.glob("kmsdns/**/*.py"), *ROOT.glob("tests/**/*.py"), *ROOT.glob("benchmarks/**/*.py")]:
        lines = path.read_text().splitlines()
        if len(lines) > 400:
            docstring = path.read_text().split('"""')[1]
            assert "long" in docstring.lower(), f"{path} has {len(lines)} lines and no reason for it in its docstring"


def test_no_two_public_classes_share_a_name() -> None:
    homes: dict[str, list[str]] = {}
    for path in ROOT.glob("kmsdns/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes.setdefault(node.name, []).append(str(path.relative_to(ROOT)))
    assert len(homes) > 300
    assert {name: paths for name, paths in homes.items() if len(paths) > 1} == {}


def test_the_json_schema_is_the_one_shipped() -> None:
    from kmsdns.formats.schema import schema

    assert (ROOT / "docs/schema/report-v1.json").read_bytes() == schema(), "run: make schema"
