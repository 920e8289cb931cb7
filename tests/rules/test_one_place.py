"""One place for a rule: no other module knows its code, and its family's tuple has it."""

from __future__ import annotations

import ast
import importlib
import io
import re
import tokenize
from pathlib import Path

import pytest

import kmsdns
from kmsdns.rules.catalogue import RULES
from kmsdns.rules.rule import Rule
from kmsdns.zone.complaints import CODES

PACKAGE = Path(kmsdns.__file__).parent
FAMILIES = ("zone", "srv", "service", "live", "kms", "expect")
FAMILY_OF = {rule.code: rule.judge.__module__.split(".")[2] for rule in RULES}
CODE = re.compile(r"\b[A-Z]{2,3}\d{3}\b")

EXCEPTIONS = {
    "zone/complaints.py": "the reader tells findings before there is a rule to tell them: its one table",
    "rules/zone/prefilter.py": "the fast path for big files, which goes with its list",
    "cli/explain.py": "an example of what may be asked for",
}
"""Module -> why it may name codes."""


def named(text: str) -> set[str]:
    """The codes that a module's strings and comments name, docs and the decorators of rules apart."""
    tree = ast.parse(text)
    apart: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            apart.add(node.value)  # a docstring, or what stands below a constant
        elif isinstance(node, ast.FunctionDef):
            apart.update(
                each for decorator in node.decorator_list if _is_rule(decorator) for each in ast.walk(decorator)
            )
    strings = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in apart
    ]
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    comments = [token.string for token in tokens if token.type == tokenize.COMMENT]
    return {code for each in (*strings, *comments) for code in CODE.findall(each) if code in FAMILY_OF}


def _is_rule(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Name) and decorator.func.id == "rule"


def foreign(path: Path) -> set[str]:
    """The codes that a module names and that are not its own family's."""
    parts = path.relative_to(PACKAGE).parts
    own = parts[1] if parts[0] == "rules" and len(parts) > 2 else None
    return {code for code in named(path.read_text(encoding="utf-8")) if FAMILY_OF[code] != own}


def test_no_module_names_the_code_of_a_rule_that_is_not_its_family_s() -> None:
    found = {path.relative_to(PACKAGE).as_posix(): foreign(path) for path in PACKAGE.rglob("*.py")}
    assert len(found) > 200
    assert {name: codes for name, codes in found.items() if codes and name not in EXCEPTIONS} == {}
    assert {name for name, codes in found.items() if codes} == EXCEPTIONS.keys(), "an exception that is none any more"


def test_only_the_naming_of_a_user_goes_by_the_beginning_of_a_code() -> None:
    asking = [path for path in PACKAGE.rglob("*.py") if ".code.startswith(" in path.read_text(encoding="utf-8")]
    assert [path.relative_to(PACKAGE).as_posix() for path in asking] == ["rules/naming.py"]


def test_what_counts_as_naming_a_code() -> None:
    text = '''
"""SRV301 in a docstring."""
ONE = "SRV302"
"""SRV303 below a constant."""
@rule("SRV304", causes=("SRV305",))
def judge(case, code="SRV306"):
    """SRV307 in a manual page."""
    return f"SRV308 {case}"  # SRV309, and XYZ999 that is no rule
'''
    assert named(text) == {"SRV302", "SRV306", "SRV308", "SRV309"}


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_s_catalogue_has_what_its_folder_defines(family: str) -> None:
    catalogue = importlib.import_module(f"kmsdns.rules.{family}.catalogue")
    told = [*catalogue.RULES, *getattr(catalogue, "HOUSE", ())]
    assert [rule.code for rule in told] == [rule.code for rule in RULES if FAMILY_OF[rule.code] == family]
    modules = [
        importlib.import_module(f"kmsdns.rules.{family}.{path.stem}")
        for path in (PACKAGE / "rules" / family).glob("*.py")
        if path.stem != "__init__"
    ]
    own = {
        value.code
        for module in modules
        for value in vars(module).values()
        if isinstance(value, Rule) and value.judge.__module__ == module.__name__
    }
    assert own == {rule.code for rule in told}


def test_there_are_no_other_families() -> None:
    folders = {path.parent.name for path in (PACKAGE / "rules").glob("*/__init__.py")}
    assert folders == set(FAMILIES) == set(FAMILY_OF.values())


def test_the_reader_s_table_says_what_its_rules_say() -> None:
    by_code = {rule.code: rule for rule in RULES}
    for code, (slug, severity, reference) in CODES.items():
        rule = by_code[code]
        assert (slug, severity) == (rule.slug, rule.severity)
        assert reference == rule.reference or not reference, code
