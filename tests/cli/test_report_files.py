"""Reports for people besides the text: a page into a file, Markdown to standard output."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from kmsdns.cli import run
from kmsdns.testing import DnsServer

ZONE = """$ORIGIN h.test.
@ 60 IN SOA a b 1 2 3 4 5
_vlmcs._tcp IN SRV 0 0 1688 kms
"""


@pytest.mark.parametrize(("command", "more"), [("discover", ["--no-cache"]), ("diagnose", [])])
def test_a_page_and_markdown_at_once(
    command: str, more: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "report.html"
    with DnsServer(ZONE) as dns:
        status = run([command, "h.test", "-s", dns.address, "-f", f"html={page}", "-f", "markdown", *more])
    out, err = capsys.readouterr()
    assert status == 1
    assert out.startswith("## ✗ A client would ")
    assert "kms.h.test." in out
    assert err == "", "Markdown has told it all"
    root = ElementTree.fromstring(page.read_text())
    assert [text for text in root.itertext() if text.startswith("A client would ")]


def test_a_page_that_goes_to_a_file_leaves_the_findings_on_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with DnsServer(ZONE) as dns:
        assert run(["diagnose", "none.h.test", "-s", dns.address, "-f", f"html={tmp_path / 'x.html'}"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error[LIV001] ")
