"""Formats: a report goes in, text comes out. One explicit table; a format's module is loaded when it is used."""

from __future__ import annotations

from kmsdns.core.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.core.report import Report

FORMATS = {
    "text": "kmsdns.formats.text",
    "short": "kmsdns.formats.short",
    "json": "kmsdns.formats.json",
    "jsonl": "kmsdns.formats.jsonl",
    "csv": "kmsdns.formats.csv",
    "markdown": "kmsdns.formats.markdown",
    "html": "kmsdns.formats.html",
    "junit": "kmsdns.formats.junit",
    "sarif": "kmsdns.formats.sarif",
    "github": "kmsdns.formats.github",
    "gitlab": "kmsdns.formats.gitlab",
    "azure": "kmsdns.formats.azure",
    "tap": "kmsdns.formats.tap",
    "nagios": "kmsdns.formats.nagios",
    "prometheus": "kmsdns.formats.prometheus",
}
"""The module of each format; it has render(report, style)."""


class Style(Value):
    """How a person wants to see it; formats for programs take no notice."""

    color: bool = False
    quiet: bool = False  # the facts alone, no explanations
    verbose: int = 0  # 1: the look-up trace too
    unicode: bool = True  # the reader can show more than ASCII


PLAIN = Style()


def render(name: str, report: Report, style: Style = PLAIN) -> str:
    """The report in the format of that name; its lines all end in a newline. KeyError when there is no such format."""
    from importlib import import_module

    text: str = import_module(FORMATS[name]).render(report, style)
    return text
