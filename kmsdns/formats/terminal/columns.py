"""Aligned columns for the look-up's own table. tabulate draws the others: loading it takes longer than a look-up."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

GAP = "  "


def columns(heads: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[str], indent: str = "  ") -> list[str]:
    """Lines of a table: columns as wide as their widest cell, those whose head is in right aligned to the right."""
    table = [heads, *rows]
    widths = [max(len(row[index]) for row in table) for index in range(len(heads))]
    return [
        (
            indent
            + GAP.join(
                [
                    cell.rjust(width) if head in right else cell.ljust(width)
                    for cell, width, head in zip(row, widths, heads, strict=True)
                ]
            )
        ).rstrip()
        for row in table
    ]
