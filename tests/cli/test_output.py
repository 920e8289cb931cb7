"""Where output goes when the place it should go to is closed, full, gone or no terminal."""

from __future__ import annotations

import errno
import io
import os
import shutil
import sys
import time
from pathlib import Path

import pytest

from kmsdns import __version__
from kmsdns.cli import guarded, output
from kmsdns.cli.group import run as run_group
from kmsdns.cli.progress import Progress
from kmsdns.errors import KmsdnsError
from tests.powershell import errors


class Broken(io.StringIO):
    """A stream that fails as soon as something reaches the kernel."""

    encoding = "utf-8"

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def flush(self) -> None:
        raise self.error


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def test_text_goes_out_and_what_the_encoding_lacks_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stream)
    output.put("bücher\n")
    assert stream.buffer.getvalue() == b"b\\xfccher\n"


def test_a_reader_that_went_away_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Broken(BrokenPipeError(errno.EPIPE, "broken pipe")))
    output.put("text")
    assert output.flush(1) == 1, "the status stays what the job came to"
    output.put("more")  # goes nowhere, silently
    sys.stdout.close()


def test_a_reader_that_goes_away_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Broken(BrokenPipeError(errno.EPIPE, "broken pipe")))
    assert output.flush(0) == 0
    sys.stdout.close()


def test_a_full_disk_is_a_sentence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for error in (OSError(errno.ENOSPC, "No space left on device"), ValueError("I/O operation on closed file")):
        monkeypatch.setattr(sys, "stdout", Broken(error))
        with pytest.raises(output.Unwritable, match=r"cannot write to standard output: (No space|I/O)"):
            output.put("text")
        sys.stdout.close()
        monkeypatch.setattr(sys, "stdout", Broken(error))
        assert output.flush(0) == 2
        sys.stdout.close()
        assert "cannot write" in capsys.readouterr().err


def test_no_standard_streams_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    output.say("nobody hears it")
    assert output.flush(0) == 0
    with pytest.raises(output.Unwritable, match="closed"):
        output.put("text")


def test_standard_error_that_fails_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Broken(OSError(errno.EIO, "I/O error")))
    output.say("text")


def test_text_from_outside_never_begins_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    output.complain("first\n::error::second\x1b[0m")
    assert capsys.readouterr().err == "kmsdns: first\nkmsdns: ::error::second\\x1b[0m\n"


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out.txt"
    path.write_text("before")
    output.write_file(str(path), "after\r\n")
    assert path.read_bytes() == b"after\r\n"

    def fails(_descriptor: int) -> None:
        raise OSError(errno.EIO, "I/O error")

    monkeypatch.setattr("os.fsync", fails)
    with pytest.raises(output.Unwritable, match=r"out\.txt': I/O error"):
        output.write_file(str(path), "lost")
    assert [each.name for each in tmp_path.iterdir()] == ["out.txt"]
    assert path.read_bytes() == b"after\r\n"


def test_a_symbolic_link_is_followed_and_stays_one(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "there")
    for text in ("one", "two"):
        output.write_file(str(tmp_path / "link"), text)
        assert (tmp_path / "there").read_text() == text
    assert (tmp_path / "link").is_symlink()


def test_a_pipe_is_written_to_not_replaced(tmp_path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("this machine has no named pipes")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        output.write_file(str(pipe), "text")
        assert os.read(reader, 100) == b"text"
        assert pipe.is_fifo()
    finally:
        os.close(reader)


def test_what_stands_for_a_standard_stream_is_not_replaced(capfd: pytest.CaptureFixture[str]) -> None:
    if not Path("/dev/stderr").is_symlink():
        pytest.skip("this machine has no /dev/stderr")
    output.write_file("/dev/stderr", "text")  # a regular file behind two links, while it is captured
    assert Path("/dev/stderr").is_symlink()
    assert capfd.readouterr().err == "text"


@pytest.mark.parametrize(
    ("choice", "environment", "terminal", "expected"),
    [
        ("auto", {}, True, True),
        ("auto", {"TERM": "dumb"}, True, False),
        ("auto", {}, False, False),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": "", "FORCE_COLOR": "1"}, False, True),
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_color(
    choice: str, environment: dict[str, str], terminal: bool, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", Terminal() if terminal else io.StringIO())
    assert output.wants_color(choice, environment) is expected


def test_progress_on_a_terminal_wipes_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr("kmsdns.cli.progress._FIRST", 0.01)
    with Progress("waiting"):
        end = time.monotonic() + 20
        while "waiting" not in stream.getvalue():
            assert time.monotonic() < end
            time.sleep(0.005)
    assert stream.getvalue().startswith("\rwaiting (1 s)")
    assert stream.getvalue().endswith("\r\x1b[K")


def test_no_progress_where_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr("kmsdns.cli.progress._FIRST", 0.001)
    with Progress("waiting"):
        time.sleep(0.02)
    assert stream.getvalue() == ""


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        (KmsdnsError("what happened"), 2, "kmsdns: what happened\n"),
        (KeyboardInterrupt(), 130, "kmsdns: interrupted\n"),
        (RuntimeError("odd"), 3, "internal error: RuntimeError: odd"),
    ],
)
def test_every_end_has_its_status(
    error: BaseException, status: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def command() -> int:
        raise error

    assert guarded(command, debug=False) == status
    assert says in capsys.readouterr().err
    with pytest.raises(type(error)):
        guarded(command, debug=True)


def test_help_names_every_command_and_its_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_group(["--help"]) == 0
    out = capsys.readouterr().out
    for name in ("discover", "serve", "cache", "explain"):
        assert name in out
        assert run_group([name, "--help"]) == 0
    assert run_group(["--version"]) == 0
    assert capsys.readouterr().out.rstrip().endswith(f"kmsdns {__version__}")
    assert run_group([]) == 2
    assert "discover" in capsys.readouterr().err, "without a command it says what there is"
    assert run_group(["discovr"]) == 2
    assert "No such command" in capsys.readouterr().err


def test_shell_completion_offers_choices(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from click.shell_completion import BashComplete

    from kmsdns.cli.group import kmsdns

    complete = BashComplete(kmsdns, {}, "kmsdns", "_KMSDNS_COMPLETE")
    assert {item.value for item in complete.get_completions(["discover", "--probe"], "")} == {"none", "tcp", "rpc"}
    assert [item.value for item in complete.get_completions(["discover", "--format"], "js")] == ["json", "jsonl"]
    for words in (["discover", "--record"], ["validate"], ["serve"]):
        assert [item.type for item in complete.get_completions(words, "x")] == ["file"]
    assert "--probe" in {item.value for item in complete.get_completions(["discover"], "--pro")}


@pytest.mark.parametrize(
    ("shell", "begins"),
    [
        ("bash", "_kmsdns_completion() {"),
        ("zsh", "#compdef kmsdns"),
        ("fish", "function _kmsdns_"),
        ("powershell", "Register-ArgumentCompleter -Native -CommandName kmsdns"),
    ],
)
def test_the_shell_gets_its_script(
    shell: str, begins: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if shell == "bash" and shutil.which("bash") is None:
        pytest.skip("this machine has no bash, whose version is looked at")
    monkeypatch.setenv("_KMSDNS_COMPLETE", f"{shell}_source")
    with pytest.raises(SystemExit) as end:
        run_group([])
    assert end.value.code == 0
    assert capsys.readouterr().out.startswith(begins)


@pytest.mark.parametrize(
    ("words", "word", "found"),
    [
        ("kmsdns\ndiscover\n--probe", "", ["plain\tnone\tnone", "plain\trpc\trpc", "plain\ttcp\ttcp"]),
        ("kmsdns\ndiscover\n--format", "js", ["plain\tjson\tjson", "plain\tjsonl\tjsonl"]),
        ("kmsdns\nvalidate", "C:\\zones\\con", ["file\tC:\\zones\\con\tC:\\zones\\con"]),
        ("kmsdns\nvalidate\nC:\\a b\\c.zone", "--unsafe", ["plain\t--unsafe-fixes\t"]),
        ("kmsdns", "disc", ["plain\tdiscover\tLive domains or owner names in"]),
    ],
)
def test_powershell_is_told_what_there_is(
    words: str, word: str, found: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("_KMSDNS_COMPLETE", "powershell_complete")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.delenv("COMP_CWORD", raising=False)
    if word:
        monkeypatch.setenv("COMP_CWORD", word)
    with pytest.raises(SystemExit) as end:
        run_group([])
    assert end.value.code == 0
    lines = sorted(capsys.readouterr().out.splitlines())
    assert len(lines) == len(found)
    assert all(line.startswith(begin) for line, begin in zip(lines, found, strict=True)), lines


def test_the_script_for_powershell_is_one(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_KMSDNS_COMPLETE", "powershell_source")
    with pytest.raises(SystemExit):
        run_group([])
    assert errors(capsys.readouterr().out) == []
