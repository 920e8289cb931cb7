"""Manual pages, for kmsdns explain, as text, JSON and Markdown; and the list of all that there are."""

from __future__ import annotations

from kmsdns.formats.words import wrapped
from kmsdns.jobs.explain import ERROR, EVENT, RULE
from kmsdns.model.findings import Severity
from kmsdns.model.safe import safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kmsdns.jobs.explain import Page, PageSection
    from kmsdns.rules.manual import ManualBlock

_LABEL = 13
"""Columns that a label takes, with its indentation."""
_DEEPER = "  "
"""What sets lines as they stand off from prose beside them."""
_COLORS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.NOTE: "36"}
_HEADS = {RULE: "Rules", ERROR: "Activation errors", EVENT: "Windows events"}
_LABELS = {"kms": "for KMS", "caveat": "but", "fix_safety": "fix is", "points_at": "points at", "reference": "clause"}
_KEYS = {
    RULE: ("why", "fix", "kms", "example", "severity", "needs", "fix_safety", "reference", "more"),
    ERROR: ("check", "run", "points_at", "wraps", "sure", "caveat", "source", "more"),
    EVENT: ("fields", "run", "log", "sure", "source", "more"),
}
"""What the JSON object of a page holds besides kind, code, slug or text, and what; null where the page has nothing."""
_SPECIAL = frozenset("\\`*_[]<>|")


def render(name: str, pages: Sequence[Page], *, is_list: bool = False, color: bool = False, width: int = 80) -> str:
    """The pages, or a list of them, in the format of that name. KeyError when there is no such format.

    width: columns of the text format; lines that are shown as they stand may be longer.
    """
    return FORMATS[name](pages, is_list, color, width)


def _text(pages: Sequence[Page], is_list: bool, color: bool, width: int) -> str:
    blocks = _listed(pages, color, width) if is_list else [_page(page, color, width) for page in pages]
    return "\n\n".join(["\n".join(block) for block in blocks]) + "\n"


def _page(page: Page, color: bool, width: int) -> list[str]:
    head = plain = f"{page.severity}[{page.code}]" if page.severity else f"{page.code} "
    if color:
        head = _painted(page, plain)
    lines = wrapped(safe(page.title), f"{head} ", "  ", width + len(head) - len(plain))
    for block in page.what:
        lines += _block(block, "  ", width)
    for section in page.sections:
        first = f"  {_label(section)}".ljust(_LABEL)
        lines += [""] if section is page.sections[0] else []
        mixed = not all(block.is_verbatim for block in section.blocks)
        for at, block in enumerate(section.blocks):
            lines += _block(block, first if not at else " " * _LABEL, width, _DEEPER if mixed else "")
    return lines


def _block(block: ManualBlock, first: str, width: int, deeper: str = "") -> list[str]:
    """The lines of a block, the first of which begins so; what is shown as it stands is put that much further in."""
    if not block.is_verbatim:
        return wrapped(safe(block.text), first, " " * len(first), width)
    heads = [first, *[" " * len(first)] * block.text.count("\n")]
    return [f"{head}{deeper}{safe(line)}".rstrip() for head, line in zip(heads, block.text.split("\n"), strict=True)]


def _painted(page: Page, text: str) -> str:
    return f"\x1b[1;{_COLORS[page.severity]}m{text}\x1b[0m" if page.severity else f"\x1b[1m{text}\x1b[0m"


def _listed(pages: Sequence[Page], color: bool, width: int) -> list[list[str]]:
    blocks = []
    for kind, head in _HEADS.items():
        chosen = [page for page in pages if page.kind == kind]
        if kind == RULE:
            lines = [line for page in chosen for line in _listed_rule(page, color, width)]
        else:
            lines = [line for page in chosen for line in _listed_code(page, width)]
        blocks.append([f"\x1b[1m{head}\x1b[0m" if color else head, *lines])
    return blocks


def _listed_rule(page: Page, color: bool, width: int) -> list[str]:
    severity = str(page.severity).ljust(8)
    row = f"  {page.code:<7} {_painted(page, severity) if color else severity} {page.title}"
    return [row, *wrapped(safe(_joined(page.what)), " " * 10, " " * 10, width)]


def _listed_code(page: Page, width: int) -> list[str]:
    doubt = f" ({page.doubt})" if page.doubt else ""
    return wrapped(safe(page.title + doubt), f"  {page.code:<11} ", " " * 14, width)


def _json(pages: Sequence[Page], _is_list: bool, _color: bool, _width: int) -> str:
    import json

    from kmsdns import __version__

    found = {
        "schema_version": 1,
        "kmsdns_version": __version__,
        "job": "explain",
        "result": {"pages": [_object(page) for page in pages]},
    }
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _object(page: Page) -> dict[str, str | None]:
    sections = {section.key: section.word or _joined(section.blocks) for section in page.sections}
    return {
        "kind": page.kind,
        "code": page.code,
        "slug" if page.kind == RULE else "text": page.title,
        "what": _joined(page.what),
        **{key: sections.get(key) for key in _KEYS[page.kind]},
    }


def _markdown(pages: Sequence[Page], is_list: bool, _color: bool, _width: int) -> str:
    blocks = _markdown_list(pages) if is_list else [block for page in pages for block in _markdown_page(page)]
    return "\n\n".join(blocks) + "\n"


def _markdown_page(page: Page) -> list[str]:
    blocks = [f"## {page.code}: {_escaped(page.title)}", *[markdown_block(block) for block in page.what]]
    for section in page.sections:
        label = f"**{_label(section).capitalize()}:**"
        first, *rest = section.blocks
        blocks += [label, markdown_block(first)] if first.is_verbatim else [f"{label} {markdown_block(first)}"]
        blocks += [markdown_block(block) for block in rest]
    return blocks


def markdown_block(block: ManualBlock) -> str:
    """A paragraph, or a fenced block."""
    return f"```text\n{block.text}\n```" if block.is_verbatim else _escaped(block.text)


def _markdown_list(pages: Sequence[Page]) -> list[str]:
    blocks = []
    for kind, head in _HEADS.items():
        rows = [
            [page.code, page.title, str(page.severity), _joined(page.what)]
            if page.severity
            else [page.code, page.title, page.doubt]
            for page in pages
            if page.kind == kind
        ]
        heads = ["rule", "name", "severity", "says"] if kind == RULE else ["code", "says", "not sure"]
        table = [heads, ["---"] * len(heads), *[[_escaped(cell) for cell in row] for row in rows]]
        blocks += [f"## {head}", "\n".join(f"| {' | '.join(row)} |" for row in table)]
    return blocks


def _escaped(text: str) -> str:
    """Prose without anything that Markdown would take for its own."""
    return "".join([f"\\{c}" if c in _SPECIAL else c for c in safe(text)])


def _label(section: PageSection) -> str:
    return _LABELS.get(section.key, section.key)


def _joined(blocks: Sequence[ManualBlock]) -> str:
    return "\n".join([block.text for block in blocks])


FORMATS = {"text": _text, "json": _json, "markdown": _markdown}
"""The writer of each format."""
