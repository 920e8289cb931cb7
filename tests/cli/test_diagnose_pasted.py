"""What people paste into diagnose --client -: cause, code and command in the first ten lines; what is no evidence."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest

from kmsdns.cli import run
from kmsdns.kms.evidence.text import decode
from kmsdns.rules.catalogue import RULES

EVIDENCE = Path("fixtures/evidence")
DEAD = decode((EVIDENCE / "ospp-dead-manual.txt").read_bytes()).encode()


@pytest.fixture
def paste(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Runs diagnose --client - with these octets on standard input; its status, and what it printed."""

    def call(octets: bytes, *arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(octets)))
        status = run(["diagnose", "--client", "-", "--no-config", *arguments])
        return (status, *capsys.readouterr())

    return call


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("0x8007232B", "The host set by hand, kms-old.contoso.com.:1688, was not found when the client last looked"),
        ("0xC004F074", "The host set by hand, kms-old.contoso.com.:1688, did not answer when the client last asked it"),
    ],
)
def test_a_manual_host_that_fails_is_explained_from_the_paste_alone(code: str, said: str, paste) -> None:
    status, out, _ = paste(DEAD.replace(b"0x8007232B", code.encode()), "--offline")
    head = " ".join(" ".join(out.splitlines()[:10]).split())
    assert status == 1
    assert f"fail with {code}: " in head
    assert said in head
    assert "cscript ospp.vbs /remhst" in head
    assert max(map(len, out.splitlines())) <= 80


def test_another_cause_is_not_taken_for_a_dead_host(paste) -> None:
    clock = Path("fixtures/scenarios/evidence/clock-event.txt").read_bytes()
    _, out, _ = paste(DEAD.replace(b"0x8007232B", b"0xC004F074") + b"\n" + clock, "--offline", "--json")
    codes = [each["code"] for each in json.loads(out)["findings"]]
    assert "KMS143" in codes
    assert "KMS103" not in codes
    _, out, _ = paste(DEAD.replace(b"0x8007232B", b"0xC004F042"), "--offline", "--json")
    assert not {"KMS102", "KMS103"} & {each["code"] for each in json.loads(out)["findings"]}


def test_what_was_not_asked_is_not_told_for_unanswered(paste) -> None:
    """Rules that judge look-ups (Rule.offline) are neither told nor skipped: nobody wanted them."""
    _, out, _ = paste((EVIDENCE / "bundle.json").read_bytes(), "--offline", "--json")
    document = json.loads(out)
    assert document["findings"]
    told = {each["code"] for each in (*document["findings"], *document["skipped"])}
    assert not told & {rule.code for rule in RULES if not rule.offline}


def test_slmgr_does_not_tell_for_what_a_host_was_set(paste) -> None:
    _, out, _ = paste((EVIDENCE / "slmgr-dlv-manual.txt").read_bytes(), "--offline", "--json")
    document = json.loads(out)
    assert document["result"]["client"]["manual_level"] is None
    (found,) = [each for each in document["findings"] if each["code"] == "KMS101"]
    first, second = [each["commands"] for each in found["fix"]["actions"]]
    assert first == ["slmgr /ckms"]
    assert second[0].startswith("slmgr /ckms ")
    assert second[0] in found["fix"]["summary"]


def test_a_client_whose_domain_nobody_knows_is_inconclusive(paste) -> None:
    status, out, _ = paste((EVIDENCE / "ospp-failing.txt").read_bytes().replace(b"ERROR CODE", b"OTHER"))
    assert (status, out.splitlines()[0][:18]) == (3, "? Could not tell: ")
    assert "name its domain" in out


def test_a_client_whose_domain_is_known_is_not_asked_for_it(paste) -> None:
    status, out, _ = paste((EVIDENCE / "ipconfig-domain.txt").read_bytes(), "--offline")
    assert (status, out.splitlines()[0]) == (3, "? Could not tell: the evidence does not say what the DNS holds.")


@pytest.mark.parametrize("octets", [b"", b"hello world\n", os.urandom(3000)])
def test_what_is_no_evidence(octets: bytes, paste) -> None:
    status, out, err = paste(octets)
    assert (status, out) == (2, "")
    assert err.startswith("kmsdns: nothing in the evidence could be read (-: ")


def test_neither_a_domain_nor_evidence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("kmsdns.sessions.diagnose.own_system_suffixes", lambda: ())
    assert run(["diagnose", "--no-config"]) == 2
    assert "name a domain, such as contoso.com, or give what a client's own tools printed" in capsys.readouterr().err


def test_evidence_of_two_machines_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (EVIDENCE / "ipconfig-domain.txt").read_bytes().decode()
    name = next(line.rpartition(": ")[2] for line in text.splitlines() if "Host Name" in line)
    for number, shown in enumerate((text, text.replace(name, "PC77"))):
        (tmp_path / f"{number}.txt").write_text(shown)
    run(["diagnose", "--client", str(tmp_path), "--offline", "--no-config", "-f", "short"])
    out = capsys.readouterr().out
    assert "KMS172 note: the evidence disagrees about the machine" in out
    assert "PC77" in out
