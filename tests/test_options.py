"""One definition of each option: the doors, the command line, the configuration and the type checkers have the same."""

from __future__ import annotations

import ast
import inspect
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import kmsdns
from kmsdns import aio, options
from kmsdns.cli import plain
from kmsdns.cli.options import COMMANDS
from kmsdns.cli.reporting import given
from kmsdns.config import load
from kmsdns.errors import InvalidArgument
from kmsdns.model.arguments import Misfit
from kmsdns.model.option import FLAG, Keywords, Option, OptionGroup, option
from kmsdns.sessions.check import check
from kmsdns.sessions.diagnose import DiagnosingInPython
from kmsdns.sessions.validate import ValidatingInPython
from kmsdns.testing import DnsServer

ROOT = Path(__file__).parents[1]
JOBS = {
    "discover": options.DISCOVER,
    "diagnose": options.DIAGNOSE.plus(DiagnosingInPython),
    "check": options.CHECK,
    "validate": options.VALIDATE.plus(ValidatingInPython),
}
NOT_OPTIONS = ("names", "name", "specs", "paths")
"""What is given by place."""

OF_THE_COMMAND_LINE = set(
    "format json output fail_on exit_zero quiet verbose color no_progress debug config no_config".split()
)
"""How a report is shown, and where the configuration is: no question of a job."""

FLAGS_ALONE = {
    "discover": {"ipv4", "ipv6", "no_cache"},  # families, cache
    "diagnose": {"ipv4", "ipv6", "scenario", "fix_as"},
    "check": {"watch", "listen", "allow_remote", "update", "init", "service"},  # service: of --init
    "validate": {"fix", "unsafe_fixes", "diff", "no_serial", "axfr", "server", "tsig"},
}
"""What only the command line has, of each command."""

NUMBERS = [each for keywords in JOBS.values() for each in keywords.options if each.highest is not None]


def signature(function: object) -> dict[str, tuple[object, str]]:
    """The keyword arguments: default and type of each."""
    parameters = inspect.signature(function).parameters.values()  # type: ignore[arg-type]
    return {each.name: (each.default, each.annotation) for each in parameters if each.name not in NOT_OPTIONS}


@pytest.mark.parametrize("job", JOBS)
def test_both_doors_take_the_options_of_the_job_and_no_others(job: str) -> None:
    defined = {each.name: (each.default, each.type) for each in JOBS[job].options}
    for door in (kmsdns, aio):
        taken = signature(getattr(door, job))
        assert taken == defined
        assert list(taken) == list(defined)


def test_what_jobs_have_otherwise_than_each_other() -> None:
    """The rest of the defaults are equal in all jobs; these are documented to differ."""
    defaults = {job: {each.name: each.default for each in keywords.options} for job, keywords in JOBS.items()}
    assert [defaults[job]["deadline"] for job in ("discover", "diagnose", "check")] == [10.0, 10.0, 30.0]
    assert [defaults[job]["probe"] for job in ("discover", "diagnose")] == [None, "tcp"]
    assert [defaults[job]["service"] for job in ("discover", "diagnose", "validate")] == ["_vlmcs._tcp"] * 2 + [None]
    told = {name for values in defaults.values() for name in values} - {"deadline", "probe", "service"}
    for name in told:
        assert len({repr(values[name]) for values in defaults.values() if name in values}) == 1, name


def arguments(path: str, name: str) -> dict[str, str]:
    """The fields of a TypedDict and of those that it extends; a type checker reads the file, so this does too."""
    classes = {
        each.name: each for each in ast.walk(ast.parse((ROOT / path).read_text())) if isinstance(each, ast.ClassDef)
    }
    found: dict[str, str] = {}
    for base in classes[name].bases:
        if isinstance(base, ast.Attribute):
            found |= arguments("kmsdns/options.py", base.attr)
        elif isinstance(base, ast.Name) and base.id != "TypedDict":
            found |= arguments(path, base.id)
    for line in classes[name].body:
        if isinstance(line, ast.AnnAssign):
            assert isinstance(line.target, ast.Name)
            found[line.target.id] = ast.unparse(line.annotation)
    return found


@pytest.mark.parametrize(
    ("keywords", "path", "name"),
    [
        (JOBS["discover"], "kmsdns/options.py", "DiscoverArguments"),
        (options.DIAGNOSE, "kmsdns/options.py", "DiagnoseFlags"),
        (JOBS["diagnose"], "kmsdns/sessions/diagnose.py", "DiagnoseArguments"),
        (JOBS["check"], "kmsdns/options.py", "CheckArguments"),
        (options.VALIDATE, "kmsdns/options.py", "ValidateFlags"),
        (JOBS["validate"], "kmsdns/sessions/validate.py", "ValidateArguments"),
        (options.DRAFT, "kmsdns/options.py", "DraftArguments"),
    ],
)
def test_type_checkers_see_the_same_options(keywords: Keywords, path: str, name: str) -> None:
    assert arguments(path, name) == {each.name: each.type for each in keywords.options}


@pytest.mark.parametrize("job", JOBS)
def test_each_option_has_its_flag_and_each_flag_its_option(job: str) -> None:
    by_key = {each.key: each for each in COMMANDS[job]()}
    defined = {each.key: each for each in JOBS[job].options if each.kind}
    assert by_key.keys() == defined.keys() | FLAGS_ALONE[job] | OF_THE_COMMAND_LINE
    for key, each in defined.items():
        for fact in ("flags", "kind", "default", "choices", "lowest", "highest", "multiple", "help", "metavar"):
            assert getattr(by_key[key], fact) == getattr(each, fact), (key, fact)


@pytest.mark.parametrize("job", ["discover", "diagnose", "check"])
def test_a_command_without_flags_passes_the_defaults_on(job: str) -> None:
    values = plain.parse([], COMMANDS[job]())
    assert values is not None
    assert given(JOBS[job], values) == {
        each.name: each.default for each in JOBS[job].options if each.kind or each.name == "families"
    }


def test_flags_that_say_something_else_than_their_keyword() -> None:
    words = "--no-edns -6 --probe none --seed 7 --cache-file c --record r --client a.txt".split()
    values = plain.parse(words, (*COMMANDS["discover"](), *options.DIAGNOSE.only("evidence").options))
    assert values is not None
    told = given(options.DISCOVER, values, servers=["::1"])
    assert (told["edns"], told["families"], told["probe"]) == (False, (6,), None)
    assert (told["servers"], told["record"]) == (["::1"], Path("r"))
    assert told["cache"] is None, "without a probe there is no host to remember"
    assert told["rng"].random() == __import__("random").Random(7).random()
    assert given(options.DISCOVER, values | {"probe": "tcp"})["cache"] == Path("c")
    assert given(options.DISCOVER, values | {"probe": "tcp", "no_cache": True})["cache"] is None


@pytest.mark.parametrize("job", JOBS)
def test_each_option_may_stand_in_a_configuration(job: str, tmp_path: Path) -> None:
    path = tmp_path / "kmsdns.toml"
    keys = [each.key for each in JOBS[job].options if each.kind]
    path.write_text(f"[{job}]\n" + "".join(f"{key.replace('_', '-')} = 1\n" for key in keys))
    known = {command: frozenset(each.key for each in made()) for command, made in COMMANDS.items()}
    assert load(path, known)[job] == dict.fromkeys(keys, 1)


@pytest.mark.parametrize("number", NUMBERS, ids=lambda each: each.name)
def test_programs_and_the_command_line_have_the_same_bounds(number: Option) -> None:
    assert number.highest is not None
    over = int(number.highest) + 1
    assert number.takes(int(number.highest)) == number.convert(str(int(number.highest))) == number.highest
    with pytest.raises(Misfit):
        number.takes(over)
    with pytest.raises(ValueError, match="range"):
        number.convert(str(over))
    with pytest.raises(Misfit):
        number.takes(-1)
    with pytest.raises(ValueError, match="range"):
        number.convert("-1")


def test_a_default_is_something_that_is_taken() -> None:
    for keywords in JOBS.values():
        for each in keywords.options:
            assert each.takes(each.default) == each.default, each.name


class Extra(OptionGroup):
    """An option that nobody has."""

    padding: bool = option(default=True, kind=FLAG, spelling="--unpadded", after="cookie", help="Ask so.")


@Keywords().plus(options.Transport, Extra, timeout={"default": 1.0}).taken
def ask(name: str, *more: str, **given: object) -> tuple[object, ...]:
    """Asks."""
    return (name, more, options.Transport.of(given), Extra.of(given))


def test_a_function_takes_what_its_groups_have() -> None:
    shown = str(inspect.signature(ask))
    assert shown.startswith("(name: 'str', *more: 'str', servers: 'Sequence[str | Server]' = (), ca_file")
    assert "cookie: 'bool' = False, padding: 'bool' = True, mix_case" in shown
    assert "timeout: 'float' = 1.0" in shown
    assert (ask.__name__, ask.__doc__) == ("ask", "Asks.")
    name, more, transport, extra = ask("a", "b", padding=False, servers="::1")
    assert (name, more) == ("a", ("b",))
    assert transport == options.Transport(servers=("::1",), timeout=1.0)
    assert extra == Extra(padding=False)
    with pytest.raises(kmsdns.InvalidArgument, match=r"ask\(unpadded=\): .* did you mean padding=\?"):
        ask("a", unpadded=True)
    with pytest.raises(kmsdns.InvalidArgument, match=r"ask\(padding=\): 5 won't do: give True or False"):
        ask("a", padding=5)


def test_groups_are_values_and_options_are_frozen() -> None:
    transport = options.Transport(timeout=5.0)
    assert transport == options.Transport().replace(timeout=5.0) != options.Transport()
    with pytest.raises(AttributeError, match="frozen"):
        transport.timeout = 1.0  # type: ignore[misc]
    with pytest.raises(AttributeError, match="frozen"):
        options.Transport.options["timeout"].default = 1.0
    with pytest.raises(TypeError):
        options.Transport(patience=1)  # type: ignore[call-arg]


SEEN_EVERYWHERE = """
import asyncio, inspect
import kmsdns
from kmsdns import aio, options
from kmsdns.cli import run
from kmsdns.errors import InvalidArgument
for door in (kmsdns, aio):
    for job in ("discover", "diagnose", "check"):
        assert inspect.signature(getattr(door, job)).parameters["hops"].default == 3, job
        assert "hops" not in inspect.signature(door.validate).parameters
try:
    kmsdns.discover("contoso.com", hops=99)
except InvalidArgument as error:
    assert "give an integer from 1 to 9" in str(error), error
assert options.Transport().hops == 3
for job in ("discover", "diagnose", "check"):
    assert run([job, "contoso.com", "--hops", "99"]) == 2
    run([job, "--help"])
assert run(["validate", "--hops", "1"]) == 2
"""


def test_a_new_option_of_the_transport_is_added_in_one_place(tmp_path: Path) -> None:
    """In a copy of the package, one field more: both doors, the command line and the variables have it."""
    shutil.copytree(ROOT / "kmsdns", tmp_path / "kmsdns", ignore=shutil.ignore_patterns("__pycache__"))
    path = tmp_path / "kmsdns" / "options.py"
    text = path.read_text()
    field = '    hops: int = option(default=3, kind="int", metavar="N", lowest=1, highest=9, help="So many hops.")\n'
    at = text.index("    cookie: bool = option(")
    path.write_text(text[:at] + field + text[at:])
    done = subprocess.run(
        [sys.executable, "-c", SEEN_EVERYWHERE], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("--hops N") == 3
    assert done.stdout.count("So many hops.  [default: 3]") == 3
    assert done.stderr.count("99 is out of range: 1 to 9") == 3
    assert "No such option '--hops'" in done.stderr


def test_check_takes_servers_as_values_too(tmp_path: Path) -> None:
    spec = tmp_path / "a.kmsdns.toml"
    spec.write_text('[[check]]\nservice = "contoso.com"\ncount = 2\n')
    from kmsdns.net.client.system import parse_servers

    with DnsServer("zonefiles/healthy.zone") as server:
        by_text = kmsdns.check(str(spec), servers=server.address)
        by_value = kmsdns.check(str(spec), servers=parse_servers(server.address))
        with check(str(spec), servers=[server.address, *parse_servers(server.address)]) as session:
            assert session.plan is not None
    assert [each.seen for each in by_text.checked] != []
    assert [finding.message for finding in by_text.findings] == [finding.message for finding in by_value.findings]
    assert by_text.verdict == by_value.verdict


@pytest.mark.parametrize(
    ("option", "says"),
    [
        (options.Validating.options["view"], "unknown view 'all': use one of public, internal"),
        (options.Diagnosing.options["profile"], "unknown profile 'all': use one of kms, ad"),
        (options.Probing.options["probe"], "unknown probe 'all': use one of tcp, rpc"),
    ],
)
def test_a_choice_is_one_of_those_there_are(option: Option, says: str) -> None:
    last = option.choices[-1]
    assert option.takes(last) == last
    with pytest.raises(InvalidArgument, match=says):
        option.takes("all")
