"""No module imports itself by a detour, imports for typing and those within functions included."""

from __future__ import annotations

import ast
from pathlib import Path

import kmsdns

PACKAGE = Path(kmsdns.__file__).parent


def modules() -> dict[str, Path]:
    """The package's modules by their dotted names."""
    found = {}
    for path in PACKAGE.rglob("*.py"):
        parts = ("kmsdns", *path.relative_to(PACKAGE).with_suffix("").parts)
        found[".".join(parts).removesuffix(".__init__")] = path
    return found


def imported(path: Path, known: dict[str, Path]) -> set[str]:
    """What a module imports of the package; the package's own front door, which names everything, left out."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name in known}
        elif isinstance(node, ast.ImportFrom) and node.module in known:
            inside = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in known else node.module for name in inside}
    return found - {"kmsdns"}


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """The sets of modules that reach each other (Tarjan), each sorted."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found = []

    def visit(module: str) -> None:
        order[module] = low[module] = len(order)
        stack.append(module)
        for other in graph[module]:
            if other not in order:
                visit(other)
            if other in stack:
                low[module] = min(low[module], low[other])
        if low[module] == order[module]:
            at = stack.index(module)
            members, stack[at:] = stack[at:], []
            if len(members) > 1:
                found.append(sorted(members))

    for module in graph:
        if module not in order:
            visit(module)
    return found


def test_no_module_imports_itself_by_a_detour() -> None:
    known = modules()
    assert len(known) > 200
    graph = {name: imported(path, known) - {name} for name, path in known.items() if name != "kmsdns"}
    assert circles({**graph, "kmsdns": set()}) == []


def test_a_circle_is_found() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]
    assert circles({"a": {"b"}, "b": set()}) == []
