"""kmsdns explain: the manual page of what a person saw somewhere, however it was written there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kmsdns.cli import run
from kmsdns.kms.errortable import ERRORS
from kmsdns.kms.eventtable import EVENTS
from kmsdns.rules.catalogue import RULES


@pytest.fixture
def explain(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "80")

    def call(*arguments: str) -> tuple[int, str, str]:
        status = run(["explain", *arguments, "--no-config"])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return status, out, err

    return call


def test_an_activation_error(explain) -> None:
    status, out, err = explain("0xC004F074")
    assert (status, err) == (0, "")
    assert out == (
        """\
0xC004F074  No Key Management Service (KMS) could be contacted
  Every host that the client tried failed. The code is that of the last stage;
  the reason of each host is in an event 12288. It also hides 0xC004F06C, a
  clock that is more than 4 hours off.

  check      Event 12288 in the Application log, one for each host; then whether
             TCP port 1688 of these hosts answers, and whether the SRV and
             address records still name them.
  run        kmsdns discover DOMAIN --probe tcp
  points at  any stage
  sure       documented
  source     Microsoft, Resolve Windows activation error codes; error 0xC004F074
             (KB 974998)
  more       kmsdns explain 0xC004F06C 12288 NET101 NET102 NET106 KMS103 KMS143
"""
    )


@pytest.mark.parametrize("word", ["C004F074", "c004f074", "-1073418124", "3221549172"])
def test_every_spelling_of_it(explain, word: str) -> None:
    expected = explain("0xC004F074")[1]
    assert explain(word)[1] == expected
    assert explain(word, "--color", "never")[1] == expected
    assert explain("--color", "never", word, "0xC004F074")[1] == expected, "what is asked for twice is told once"


def test_a_rule_by_code_and_by_slug(explain) -> None:
    status, out, _ = explain("LIV001")
    assert status == 0
    assert out.startswith("error[LIV001] no-service-record\n  No name that the client asks")
    for part in ("why", "fix", "example", "severity", "needs", "fix is", "clause", "more"):
        assert f"\n  {part} " in out
    assert "\n               _vlmcs._tcp  3600  IN  SRV  0 0 1688 kms01.contoso.com.\n" in out, "as it stands"
    assert explain("no-service-record")[1] == explain("liv001")[1] == out
    both = explain("LIV001", "no-data")[1]
    assert both.startswith(out + "\nerror[LIV002] no-data\n")


def test_an_event_and_its_neighbours(explain) -> None:
    status, out, _ = explain("12288")
    assert status == 0
    assert "host:port" in out
    assert "Application, on the client" in out
    assert "kmsdns explain 12289\n" in out, "what it speaks of, but not itself"


def test_doubt_is_shown(explain) -> None:
    assert "sure       not verified\n  but        Only the meaning is documented" in explain("0x8007232D")[1]
    assert "Microsoft's documents contradict each other\n  but " in explain("0x8007232A")[1]
    assert "reported by administrators\n  but " in explain("0x8007007B")[1]
    assert "documented\n  but " in explain("0x80092328")[1]
    assert "0x8007232D  DNS operation refused (not verified)" in explain("--list")[1]


@pytest.mark.parametrize("word", ["9003", "0x232b", "8007232B"])
def test_a_win32_error_without_its_hresult(explain, word: str) -> None:
    assert explain(word)[1] == explain("0x8007232B")[1]


@pytest.mark.parametrize(
    ("word", "title"), [("0x80071234", "Win32 error 4660"), ("-2147024809", "ERROR_INVALID_PARAMETER")]
)
def test_an_hresult_that_is_not_in_the_catalogue_is_decoded(explain, word: str, title: str) -> None:
    status, out, _ = explain(word)
    assert status == 0
    assert out.partition("\n")[0].endswith(f"  {title}")
    assert "Not in the catalogue" in out
    assert "decoded from the number alone" in out
    assert "net helpmsg" in out


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("LIVE01", "nothing is called 'LIVE01': did you mean LIV101 or LIV001"),
        ("no-dat", "did you mean no-data"),
        ("0xC004F0", "slui.exe 0x2a 0x00C004F0 shows its text; did you mean 0xC004F"),
        (
            "0xC004FFFF",
            "'0xC004FFFF' is not in the catalogue: on Windows, slui.exe 0x2a 0xC004FFFF shows its text; did",
        ),
        ("1228", "'1228' is not in the catalogue: did you mean 1228"),
        ("zzzzz", "kmsdns explain --list shows what there is"),
        ("", "nothing is called ''"),
        ("\x1b[31m\u202e", "nothing is called '\\x1b[31m\\u202e'"),
        ("x" * 100_000, "nothing is called 'xxx"),
    ],
)
def test_what_is_not_known(explain, word: str, says: str) -> None:
    status, out, err = explain("LIV001", word)
    assert (status, out) == (2, "")
    assert says in err
    assert len(err) < 400


@pytest.mark.parametrize("word", ["--lst", "-1x", "-", "--1", "-x"])
def test_an_option_that_is_none(explain, word: str) -> None:
    status, out, err = explain("LIV001", word)
    assert (status, out) == (2, "")
    assert "No such option" in err or "nothing is called" in err


def test_nothing_to_explain_and_too_much(explain) -> None:
    for arguments in ((), ("--list", "LIV001")):
        status, out, err = explain(*arguments)
        assert (status, out) == (2, "")
        assert "give codes to explain" in err


def test_the_list_has_everything(explain) -> None:
    status, out, _ = explain("--list")
    assert status == 0
    lines = out.splitlines()
    for rule in RULES:
        assert f"  {rule.code:<7} {rule.severity:<8} {rule.slug}" in lines
    for error in ERRORS:
        assert any(line.startswith(f"  {error.code}  {error.text}"[:70]) for line in lines)
    for event in EVENTS:
        assert any(line.split()[0] == str(event.number) for line in lines if line)
    assert max(map(len, lines)) <= 80


def test_the_width_of_the_terminal(explain, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = [rule.code for rule in RULES] + [error.code for error in ERRORS] + [str(e.number) for e in EVENTS]
    widest = {}
    for columns in (10, 40, 60, 80, 100, 500):
        monkeypatch.setenv("COLUMNS", str(columns))
        widest[columns] = max(map(len, explain(*everything)[1].splitlines()))
    assert widest[60] <= widest[80] <= 80 < widest[100] <= 100
    assert widest[10] == widest[40]
    assert widest[500] == widest[100]


def test_colour(explain, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    assert "\x1b" not in explain("LIV001", "0xC004F074")[1]
    for arguments in (("LIV001", "0xC004F074", "12288"), ("--list",)):
        plain, colored = explain(*arguments)[1], explain(*arguments, "--color", "always")[1]
        assert "\x1b[1;31m" in colored
        for sequence in ("\x1b[1;31m", "\x1b[1;33m", "\x1b[1;36m", "\x1b[1m", "\x1b[0m"):
            colored = colored.replace(sequence, "")
        assert colored == plain, "colour carries nothing alone"


def test_json(explain) -> None:
    status, out, _ = explain("LIV001", "0x8007007B", "12290", "0x80071234", "--json")
    assert status == 0
    found = json.loads(out)
    assert (found["schema_version"], found["job"]) == (1, "explain")
    rule, error, event, decoded = found["result"]["pages"]
    assert (rule["kind"], rule["code"], rule["slug"]) == ("rule", "LIV001", "no-service-record")
    assert (rule["severity"], rule["needs"], rule["fix_safety"]) == ("error", "live", "advice")
    assert rule["example"].endswith("_vlmcs._tcp  3600  IN  SRV  0 0 1688 kms01.contoso.com.")
    assert (error["kind"], error["points_at"], error["sure"]) == ("error", "suffix", "reported")
    assert error["caveat"].startswith("Microsoft's table")
    assert (event["kind"], event["run"]) == ("event", None)
    assert (decoded["text"], decoded["source"]) == ("Win32 error 4660", None)
    assert decoded.keys() == error.keys()
    everything = json.loads(explain("--list", "-f", "json")[1])["result"]["pages"]
    assert len(everything) == len(RULES) + len(ERRORS) + len(EVENTS)


def test_markdown_and_files(explain, tmp_path: Path) -> None:
    status, out, _ = explain("LIV001", "12290", "-f", "markdown", "-f", f"text={tmp_path / 'page.txt'}")
    assert status == 0
    assert out.startswith("## LIV001: no-service-record\n\nNo name that")
    assert "\n\n```text\n_vlmcs._tcp  3600  IN  SRV  0 0 1688 kms01.contoso.com.\n```\n\n" in out
    assert "**Why:** Without" in out
    assert (tmp_path / "page.txt").read_text() == explain("LIV001", "12290")[1]
    assert "ERROR\\_INVALID\\_NAME" in explain("0x8007007B", "-f", "markdown")[1], (
        "what Markdown would take for its own"
    )
    rows = [line for line in explain("--list", "-f", "markdown")[1].splitlines() if line.startswith("| LIV")]
    assert len(rows) == sum(rule.code.startswith("LIV") for rule in RULES), "a line for each"
    assert "two formats go to" in explain("LIV001", "-f", "text", "--json")[2]
