"""Formats: a report goes in, text comes out. One explicit table; a format's module is loaded when it is used."""

from __future__ import annotations

from kmsdns.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.model.report import Report

FORMATS = {
    "text": "kmsdns.formats.terminal.text",
    "short": "kmsdns.formats.terminal.short",
    "json": "kmsdns.formats.json",
    "jsonl": "kmsdns.formats.jsonl",
    "csv": "kmsdns.formats.csv",
    "markdown": "kmsdns.formats.markdown",
    "html": "kmsdns.formats.html.page",
    "junit": "kmsdns.formats.pipelines.junit",
    "sarif": "kmsdns.formats.pipelines.sarif",
    "github": "kmsdns.formats.pipelines.github",
    "gitlab": "kmsdns.formats.pipelines.gitlab",
    "azure": "kmsdns.formats.pipelines.azure",
    "tap": "kmsdns.formats.pipelines.tap",
    "nagios": "kmsdns.formats.monitoring.nagios",
    "prometheus": "kmsdns.formats.monitoring.prometheus",
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
