"""Text from outside, made safe to print: what every such string passes, and every text whose lines it may begin."""

from __future__ import annotations

MAX_DETAIL = 240
"""Characters of one sentence about what came from outside."""


def safe(text: str) -> str:
    """The text with everything escaped that a terminal would act upon or a person can't see.

    That is what Unicode calls not printable: controls (C0, DEL, C1), bidirectional controls, zero-width characters,
    line and paragraph separators, odd spaces, lone surrogates, code points that mean nothing.
    """
    if text.isprintable():
        return text
    return "".join([c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text])


def cut(text: str, limit: int) -> str:
    """The text, or the beginning of a longer one, in at most that many characters."""
    return text if len(text) <= limit else text[: limit - 3] + "..."


def bounded(text: str) -> str:
    """The text made safe, in at most MAX_DETAIL characters."""
    return cut(safe(text), MAX_DETAIL)


def defused(text: str) -> str:
    r"""The text with everything escaped that a build pipeline would take for an order.

    That is :: or ## where a line begins, and ##[, ##vso[ and the like wherever they stand: GitHub's runner and Azure's
    agent look for those in the whole line. Its first character becomes \058 or \035, as domain names have it
    (RFC 1035 5.1): a name stays the same name.
    """
    if "::" not in text and "##" not in text:
        return text
    return "\n".join([_defused(line) for line in inert(text).split("\n")])


def inert(text: str) -> str:
    """The text without orders in the middle of a line; a line may still begin like one."""
    if "##" in text:
        for order in _ORDERS:
            text = text.replace(order, f"\\035{order[1:]}")
    return text


_ORDERS = ("##[", "##vso[", "##teamcity[")


def _defused(line: str) -> str:
    begin = line.lstrip()  # a pipeline looks behind spaces too
    if not begin.startswith(("::", "##")):
        return line
    return f"{line[: -len(begin)]}\\{ord(begin[0]):03d}{begin[1:]}"
