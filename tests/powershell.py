"""A grammar of PowerShell 5.1 as a judge of scripts, where there is no PowerShell; skips the test without it."""

from __future__ import annotations

import pytest


def errors(source: str) -> list[str]:
    """What the grammar can't make sense of, each with its line."""
    tree_sitter = pytest.importorskip("tree_sitter", reason="tree-sitter is not installed")
    grammar = pytest.importorskip("tree_sitter_powershell", reason="tree-sitter-powershell is not installed")
    parser = tree_sitter.Parser(tree_sitter.Language(grammar.language()))
    octets, found, waiting = source.encode(), [], []
    waiting.append(parser.parse(octets).root_node)
    while waiting:
        node = waiting.pop()
        if node.type == "ERROR" or node.is_missing:
            found.append(f"line {node.start_point[0] + 1}: {octets[node.start_byte : node.end_byte][:60]!r}")
        waiting.extend(node.children)
    return found
