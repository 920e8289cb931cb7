"""Text from outside, made safe to print: the one function that every such string passes."""

from __future__ import annotations


def safe(text: str) -> str:
    """The text with everything escaped that a terminal would act upon or a person can't see.

    That is what Unicode calls not printable: controls (C0, DEL, C1), bidirectional controls, zero-width characters,
    line and paragraph separators, odd spaces, lone surrogates, code points that mean nothing.
    """
    if text.isprintable():
        return text
    return "".join([c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text])
