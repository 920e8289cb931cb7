"""Markdown as a reader of it sees it (markdown-it, with GitHub's tables): its structure is ours, whatever it holds."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from kmsdns.formats import Style, render
from kmsdns.model.report import Report
from kmsdns.model.safe import safe
from tests.formats.reports import (
    CLOSED,
    FIVE,
    OPEN,
    OWNER,
    diagnosis,
    discovery,
    every_code_point,
    found,
    saying,
    saying_of_files,
    silent,
    validated,
)

OURS = ("<!-- -->", "<br>")
HOSTILE = (
    "plain",
    "a|b|c",
    "`code` ``more`` ```",
    "\\| \\` \\",
    "<script>alert(1)</script> <!-- -->",
    "[link](javascript:x) ![image](http://x) [ref]: x",
    "@someone and #12 and someone@example.com",
    "https://example.com/ www.example.com",
    "**bold** __bold__ *it* _it_ ~~gone~~ $math$",
    "&lt; &#60; &amp;",
    "# head",
    "- list",
    "- `list`",
    "    `indented`",
    "1. list",
    "> quote",
    "    indented",
    "```",
    "~~~",
    "---",
    "a\nb\r\nc",
    "\u202e\u2028\x00\x1b[31m\ud800\ufffe",
    " x ",
    "x" * 300,
)


def parsed(text: str) -> list[tuple[str, str]]:
    """The tokens of a text, in order: what each is, and what it says. Only what GitHub would make of it counts."""
    reader = MarkdownIt("gfm-like", {"html": True, "linkify": False})
    found_tokens = []
    for token in reader.parse(text):
        found_tokens.append((token.type, token.info))
        found_tokens += [(child.type, child.content) for child in token.children or ()]
    return found_tokens


def structure(text: str) -> list[str]:
    """What kind of thing stands where; runs of text, code and our own comments count as one."""
    kinds: list[str] = []
    for kind, content in parsed(text):
        kind = "words" if kind in ("text", "code_inline", "text_special") or content == "<!-- -->" else kind
        if kind == "html_inline":
            assert content in OURS, content
        if kinds[-1:] != [kind] or kind != "words":
            kinds.append(kind)
    return kinds


def words(text: str) -> str:
    return "".join(content for kind, content in parsed(text) if kind in ("text", "code_inline", "text_special"))


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("style", [Style(verbose=1), Style(quiet=True)], ids=["all", "quiet"])
def test_no_text_changes_the_structure(text: str, style: Style) -> None:
    made = render("markdown", saying(text), style)
    expected = render("markdown", saying("x.example."), style)
    assert structure(made) == structure(expected)
    of_files = structure(render("markdown", saying_of_files(text), style))
    assert of_files == structure(render("markdown", saying_of_files("x.example."), style))
    if text.strip() and not style.quiet:
        assert " ".join(safe(text).split()) in " ".join(words(made).split()), "what was escaped can still be read"


def test_nothing_becomes_a_mention_or_a_link() -> None:
    made = render("markdown", saying("@someone http://example.com www.example.com me@example.com #12 \\| @x"))
    for line in "".join(made.split("```")[::2]).splitlines():
        outside = "".join(line.split("`")[::2])
        for lure in ("@someone", "@x", "http://example", "www.example", "me@example", "#12"):
            assert lure not in outside, line


def test_no_code_point_breaks_it() -> None:
    made = render("markdown", every_code_point())
    kinds = structure(made)
    assert kinds.count("list_item_open") == made.count("\n  - ") + made.count("\n- ")
    assert all(safe(line) == line for line in made.split("\n"))


def test_the_report_of_a_diagnosis() -> None:
    made = render("markdown", diagnosis(found(outcomes=(CLOSED, OPEN))))
    lines = made.splitlines()
    assert lines[0] == "## ✓ A client would activate against kms02.contoso.com.:1688, after kms01 failed."
    assert "| srv | `_vlmcs._tcp.contoso.com.` | 4 records | 0.4 ms |" in lines
    assert "| 1 | `kms01.contoso.com.` | 1688 | 0 | 60 | 59.7 % | 192.0.2.1: refused |" in lines
    assert f"### Targets and addresses, in the order of this draw: `{OWNER}`" in lines
    for text in (
        "```console\n$ kmsdns explain NET106\n$ kmsdns explain 0xC004F074\n```",
        "```diff\n  + x. 60 IN SRV x.",
    ):
        assert text in render("markdown", saying("x."))


def test_the_reports_of_discoveries() -> None:
    reports: list[tuple[Report, str]] = [
        (discovery(found()), "## ✓ A client would use kms01.contoso.com.:1688."),
        (discovery(found(())), "## ✗ A client would find no host: \\_vlmcs.\\_tcp.contoso.com. SRV: nxdomain."),
        (discovery(silent()), "## ? Could not tell: no usable answer to \\_vlmcs.\\_tcp.contoso.com. SRV (timeout)."),
    ]
    for report, head in reports:
        assert render("markdown", report).splitlines()[0] == head
    assert render("markdown", discovery(found()), Style(unicode=False)).startswith("## ok: ")
    assert "### Every question and probe" in render("markdown", discovery(silent()), Style(verbose=1))


def test_the_report_of_a_validation() -> None:
    lines = render("markdown", validated(contoso=FIVE)).splitlines()
    assert lines[0] == "## ✗ 3 errors and 1 warning in the zone file."
    assert "| `zones/contoso.zone` | `contoso.com.` | 7 | 2026010101 | 3 | 1 | 0 |" in lines
    at = lines.index("- **where:** `zones/contoso.zone:7:1`")
    assert lines[at + 1 : at + 9] == [
        "",
        "  ```text",
        "    |",
        "  7 | _vlmcs._tcp SRV 0 0 1688 kms01",
        "    | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
        "  6 | _vlmcs._tcp SRV 0 0 1688 kms01",
        "    | ------------------------------ first here",
        "  ```",
    ]
