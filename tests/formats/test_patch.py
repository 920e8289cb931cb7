"""Diffs that patch takes: applied to the one text they give the other."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmsdns.formats.patch import unified

TEXTS = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "d\r\n", "\n", "- e\n", "f"]), max_size=12).map("".join)


def applied(before: str, diff: str) -> str:
    """The text that a diff makes of another one, by the letter of the format."""
    lines = before.split("\n")
    old = [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
    result: list[str] = []
    at, kind = 0, ""
    hunks = diff.split("\n")[:-1]
    assert hunks[:2] in ([], ["--- x", "+++ x"])
    for line in hunks[2:]:
        if line.startswith("@@"):
            first, _, size = line.split(" ")[1][1:].partition(",")
            start = int(first) - (1 if size != "0" else 0)
            result += old[at:start]
            at = start
        elif line.startswith("\\"):
            if kind != "-":
                result[-1] = result[-1].removesuffix("\n")
        else:
            kind = line[0]
            if kind in " -":
                assert old[at].removesuffix("\n") == line[1:]
                at += 1
            if kind in " +":
                result.append(line[1:] + "\n")
    return "".join(result + old[at:])


@given(TEXTS, TEXTS)
def test_a_diff_makes_the_one_text_of_the_other(before: str, after: str) -> None:
    assert applied(before, unified(before, after, "x")) == after


@pytest.mark.skipif(shutil.which("patch") is None, reason="there is no patch here")
@pytest.mark.parametrize("ends", [("\n", "\n"), ("", "\n"), ("\n", ""), ("", "")])
def test_patch_agrees(tmp_path: Path, ends: tuple[str, str]) -> None:
    before = "".join(f"line {n}\n" for n in range(100)) + "same\n" * 5 + "end" + ends[0]
    after = before.replace("line 7\n", "").replace("line 50\n", "line 50\nnew\n").removesuffix(ends[0]) + ends[1]
    (tmp_path / "x").write_text(before)
    subprocess.run(["patch", "-p0", "-s"], input=unified(before, after, "x").encode(), cwd=tmp_path, check=True)
    assert (tmp_path / "x").read_text() == after


def test_many_changes_in_a_large_file_are_few_comparisons() -> None:
    before = "".join(f"h{n}\nh{n}\n" for n in range(20_000))
    after = "".join(f"h{n}\n" for n in range(20_000))
    assert unified(before, after, "x").count("\n-") == 20_000
