"""README keeps its word: its Python runs, its commands and options exist, its demo is what `make demo` prints."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from kmsdns.cli.options import COMMANDS
from kmsdns.testing import DnsServer

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
# What differs from run to run: ports, times, and the order drawn.
VARIES = (
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:PORT"),
    (re.compile(r"\d+(\.\d)? ms"), "TIME"),
    (re.compile(r"127\.0\.1[01]\.\d"), "ADDRESS"),
    (re.compile(r"^ +\d +kms.*$", re.MULTILINE), "ROW"),
    (re.compile(r"A client would use kms\S+\."), "A client would use ONE."),
)


def masked(text: str) -> str:
    for pattern, word in VARIES:
        text = pattern.sub(word, text)
    return text


def test_the_demo_is_what_make_demo_prints() -> None:
    shown = re.search(r"<!-- demo -->\n```console\n(.*?)```", README, re.DOTALL)
    assert shown is not None
    done = subprocess.run([sys.executable, "docs/demo.py"], cwd=ROOT, capture_output=True, text=True, check=True)
    if "refused" in done.stdout and "open" not in done.stdout:
        pytest.skip("the demo's listeners can't be had: something else has port 1688 of 127.0.10.1")
    assert masked(done.stdout.strip()) == masked(shown.group(1).strip())


@pytest.mark.parametrize("line", re.findall(r"^\$ (kmsdns .*)$", README, re.MULTILINE))
def test_every_option_shown_exists(line: str) -> None:
    words = shlex.split(line.partition("#")[0].partition("|")[0].rstrip("& "))
    known = {flag for option in COMMANDS[words[1]]() for flag in option.flags}
    assert {word.partition("=")[0] for word in words if word.startswith("-") and word != "-"} <= known


def test_the_python_of_the_readme_runs() -> None:
    code = re.search(r"## From Python\n\n```python\n(.*?)```", README, re.DOTALL)
    assert code is not None
    with DnsServer(ROOT / "zonefiles/healthy.zone") as server:
        scope: dict[str, object] = {}
        exec(code.group(1).replace("127.0.0.1:5353", server.address), scope)
    assert [str(endpoint) for endpoint in scope["found"].endpoints] == ["kms01.contoso.com.:1688"]


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
