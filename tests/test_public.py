"""The public face: every type that a public signature names is a public name, documented, and seen by type checkers."""

from __future__ import annotations

import ast
import builtins
import inspect
import pydoc
import re
import subprocess
import sys
import textwrap
import types
import typing
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

import kmsdns
from kmsdns.formats import render
from kmsdns.model.value import COMPILE_AFTER, Value
from kmsdns.testing import DnsServer

ROOT = Path(__file__).parent.parent
DOORS = ("kmsdns", "kmsdns.api", "kmsdns.aio", "kmsdns.testing", "kmsdns.zone")
JOBS = ["check", "diagnose", "discover", "explain", "validate"]


@cache
def namespace(module: types.ModuleType) -> dict[str, object]:
    """What a module's annotations may name: its globals, and what it imports for type checkers only."""
    names = {**vars(builtins), **vars(typing), **vars(module)}
    for node in ast.parse(inspect.getsource(module)).body:
        if not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            continue
        for each in node.body:
            if isinstance(each, ast.ImportFrom):
                assert each.module is not None
                there = import_module(each.module)
                for alias in each.names:
                    known = vars(there) if hasattr(there, alias.name) else namespace(there)
                    names[alias.asname or alias.name] = known.get(alias.name) or getattr(there, alias.name, object)
            elif isinstance(each, ast.ClassDef):
                names[each.name] = object
            else:
                names |= {target.id: object for target in ast.walk(each) if isinstance(target, ast.Name)} | names
                with suppress(AttributeError, NameError):  # of what is there for type checkers only
                    exec(ast.unparse(each), names)
    return names


def named(hint: object) -> Iterator[type]:
    """The classes of this package that an annotation is made of."""
    inner = hint if isinstance(hint, list) else typing.get_args(hint)
    for part in inner:
        yield from named(part)
    if isinstance(hint, type) and hint.__module__.startswith("kmsdns"):
        yield hint


def annotated(thing: object) -> Iterator[type]:
    """The classes that a function's signature, or a class's fields, name."""
    thing = thing if isinstance(thing, type) else inspect.unwrap(thing)  # type: ignore[arg-type]
    places = ("kmsdns.api", "kmsdns.options", thing.__module__)
    known = {name: value for place in places for name, value in namespace(import_module(place)).items()}
    known["Dice"] = object  # a Protocol for type checkers only
    for name, hint in typing.get_type_hints(thing, globalns=known).items():
        if not name.startswith("_"):
            yield from named(hint)


def told_by(cls: type) -> Iterator[type]:
    """The classes of a value's fields and properties; of a server for tests, those of its methods, too."""
    yield from annotated(cls)
    for name, member in vars(cls).items():
        if isinstance(member, property) and not name.startswith("_"):
            yield from annotated(member.fget)
        elif cls.__module__ == "kmsdns.testing" and isinstance(member, types.FunctionType):
            yield from annotated(member)


def public_types() -> set[type]:
    """What the public functions take and return, and what can be read from that."""
    found: set[type] = set()
    waiting: list[type] = []
    for door in map(import_module, DOORS):
        for name in door.__all__:
            thing = getattr(door, name)
            if isinstance(thing, type):
                waiting.append(thing)
            elif callable(thing):
                waiting += annotated(thing)
    while waiting:
        cls = waiting.pop()
        if cls not in found:
            found.add(cls)
            waiting += told_by(cls)
    return found


def test_every_type_of_a_public_signature_is_a_public_name() -> None:
    names = dir(kmsdns)
    public = {id(getattr(kmsdns, name)) for name in names}
    walked = public_types()
    assert {kmsdns.Report, kmsdns.Finding, kmsdns.ManualHost, kmsdns.Counts, kmsdns.Spec, kmsdns.Ede} <= walked
    missing = [f"{cls.__module__}.{cls.__name__}" for cls in walked if id(cls) not in public]
    assert not missing, "give them a line in kmsdns/__init__.py"


def test_every_public_name_is_documented() -> None:
    plain = {"POLICIES", "__version__"}
    for name in dir(kmsdns):
        thing = getattr(kmsdns, name)
        documented = vars(thing).get("__doc__") if isinstance(thing, type) else inspect.getdoc(thing)
        assert name in plain or documented, name
    assert set(kmsdns.__all__) <= set(dir(kmsdns))


def test_a_signature_is_right_from_the_first_instance_on() -> None:
    class Fresh(Value):
        """Two fields."""

        first: int
        second: str | None = None  # the one with a default

    expected = "(*, first: 'int', second: 'str | None' = None)"
    assert str(inspect.signature(Fresh)) == expected
    for number in range(COMPILE_AFTER + 2):
        Fresh(first=number)
        assert str(inspect.signature(Fresh)) == expected
    fields = "(*, priority: 'int', weight: 'int', port: 'int', target: 'str')"
    assert str(inspect.signature(kmsdns.Srv)) == fields


def test_the_doors_show_the_parameters_of_a_job_and_its_report() -> None:
    for door in (kmsdns.api, kmsdns.aio):
        for name in JOBS:
            signature = inspect.signature(getattr(door, name))
            assert signature.return_annotation == ("Page" if name == "explain" else "Report")
            assert signature == inspect.signature(getattr(kmsdns, name))
        assert dir(door) == door.__all__ == JOBS
    assert inspect.iscoroutinefunction(kmsdns.aio.discover)
    from kmsdns.sessions.discover import discover

    prepares = inspect.signature(discover)
    assert prepares.return_annotation == "Session", "what prepares is left as it is"
    assert prepares.parameters == inspect.signature(kmsdns.discover).parameters


def test_help_lists_the_functions_and_explains_the_fields() -> None:
    aio = pydoc.plain(pydoc.render_doc(kmsdns.aio))
    assert re.findall(r"^    async (\w+)\(", aio, re.MULTILINE) == JOBS
    endpoint = pydoc.plain(pydoc.render_doc(kmsdns.Endpoint))
    assert "int | None: None when no SRV record says" in endpoint
    assert "_made" not in endpoint


def test_pydoc_is_a_manual() -> None:
    page = pydoc.plain(pydoc.render_doc(kmsdns))
    for name in (*JOBS, "processing_order", "shares", "assert_srv"):
        assert re.search(rf"^    {name}\(", page, re.MULTILINE), name
    for name in ("Report", "Finding", "Endpoint", "DnsServer", "Exceptions", "ClientConfig"):
        assert f"    class {name}(" in page


def test_a_report_prints_as_the_command_line_prints_it() -> None:
    with DnsServer(ROOT / "zonefiles/healthy.zone") as server:
        report = kmsdns.discover("contoso.com", servers=server.address)
    assert f"{report}\n" == render("text", report)
    assert "kms01.contoso.com." in str(report)
    assert repr(report).startswith("Report(job='discover'")


def type_checked(folder: Path, **programs: str) -> str:
    """What mypy --strict says of programs that use the package as it is installed."""
    for name, program in programs.items():
        (folder / f"{name}.py").write_text(program)
    files = [str(folder / f"{name}.py") for name in programs]
    arguments = ["--strict", "--no-error-summary", "--cache-dir", str(ROOT / ".mypy_cache"), *files]
    done = subprocess.run([sys.executable, "-m", "mypy", *arguments], cwd=ROOT, capture_output=True, text=True)
    return done.stdout + done.stderr


def test_type_checkers_see_all_of_it(tmp_path: Path) -> None:
    """The blocks of README, the examples of the package's docstring, and each public name."""
    pytest.importorskip("mypy")
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert len(blocks) == 2
    lines = (kmsdns.__doc__ or "").splitlines()
    example = textwrap.dedent("\n".join(line for line in lines if line.startswith("    ") or not line))
    assert "kmsdns.validate(" in example
    inner = ("lookup", "model", "net", "selection", "services")
    uses = "\n".join(f"kmsdns.{name}" for name in dir(kmsdns) if name not in inner)
    kinds = "def use(name: kmsdns.Text, zone: kmsdns.ZoneSource, dice: kmsdns.Dice) -> None: ..."
    said = type_checked(
        tmp_path,
        readme_python=blocks[0],
        readme_tests=blocks[1],
        docstring=f"import pathlib\n{example}",
        names=f"import kmsdns\n{uses}\nreveal_type(kmsdns.aio.discover)\n{kinds}\n",
        wrong="import kmsdns\nkmsdns.discover(5)\nkmsdns.nope\n",
    )
    said = re.sub(r"^\S*/", "", said, flags=re.MULTILINE)  # folders, of an earlier run where mypy remembers it
    told = [line for line in said.splitlines() if "names.py" in line and "note: Revealed type" in line]
    assert len(told) == 1, said
    assert re.search(r"Coroutine\[Any, Any, (kmsdns\.model\.report\.)?Report(\[Any, Any, Any\])?\]", told[0]), told
    wrong = [line.partition(":")[0] for line in said.splitlines() if ": error:" in line]
    assert wrong == ["wrong.py", "wrong.py"], said
