"""A rule's manual page, taken out of its docstring. The format is described at the top of rules.rule."""

from __future__ import annotations

from inspect import cleandoc

from kmsdns.model.value import Value

_PARTS = ("Why", "Fix", "KMS", "Example")


class ManualBlock(Value):
    """A paragraph, or lines that are shown as they stand."""

    text: str
    is_verbatim: bool = False


class Manual(Value):
    """The parts of a page; a part that the docstring lacks is empty."""

    what: tuple[ManualBlock, ...]
    why: tuple[ManualBlock, ...]
    fix: tuple[ManualBlock, ...]
    example: tuple[ManualBlock, ...]
    kms: tuple[ManualBlock, ...] = ()  # what is so for KMS alone


def read_manual(docstring: str) -> Manual:
    """The manual page that a docstring holds."""
    parts: dict[str, list[str]] = {"What": [], **{part: [] for part in _PARTS}}
    lines = parts["What"]
    for line in cleandoc(docstring).splitlines():
        word, colon, rest = line.partition(":")
        if colon and word in _PARTS:
            lines = parts[word]
            line = rest.strip()
        lines.append(line)
    return Manual(**{part.lower(): _blocks(lines) for part, lines in parts.items()})


def _blocks(lines: list[str]) -> tuple[ManualBlock, ...]:
    blocks: list[ManualBlock] = []
    gathered: list[str] = []
    verbatim = False

    def close() -> None:
        text = cleandoc("\n" + "\n".join(gathered)) if verbatim else " ".join(gathered)
        if text.strip():
            blocks.append(ManualBlock(text=text, is_verbatim=verbatim))
        gathered.clear()

    for line in lines:
        if not line.strip():
            # An empty line ends a paragraph; among verbatim lines it is one of them.
            if verbatim:
                gathered.append("")
            else:
                close()
            continue
        if line.startswith(" ") is not verbatim:
            close()
            verbatim = not verbatim
        gathered.append(line if verbatim else line.strip())
    close()
    return tuple(blocks)
