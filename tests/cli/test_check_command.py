"""kmsdns check as people and pipelines run it: exit statuses, the table, every format, mistakes before any question."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from kmsdns.cli import run
from kmsdns.formats import FORMATS
from kmsdns.testing import DnsServer
from tests.checks import ZONE
from tests.formats import readers

ROOT = Path(__file__).parents[2]
SPEC = """\
[vantage]
test = { zone = "contoso.zone" }
dead = "127.0.0.1:1"
[[check]]
name = "KMS"
service = "_vlmcs._tcp.contoso.com"
from = ["test"]
count = 3
[[check]]
name = "www.contoso.com"
type = "A"
from = ["test", "dead"]
title = "the web"
exactly = ["192.0.2.80"]
[[check]]
name = "mail"
service = "_imap._tcp.contoso.com"
from = ["test"]
count = 1
xfail = { until = 2999-12-31, reason = "not yet" }
"""


@pytest.fixture(autouse=True)
def _zone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("contoso.zone").write_text(ZONE)
    Path("a.kmsdns.toml").write_text(SPEC)


def check(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = run(["check", *arguments, "--color", "never", "--no-progress"])
    out, err = capsys.readouterr()
    return status, out, err


def test_a_table_of_checks_and_vantages_then_the_findings(capsys) -> None:
    status, out, err = check(capsys, "a.kmsdns.toml")
    assert (status, err) == (1, "")
    lines = out.split("\n")
    assert [line.split() for line in lines[:5]] == [
        ["check", "test", "dead"],
        ["-------", "------", "---------"],
        ["KMS", "pass"],
        ["the", "web", "FAIL", "no", "answer"],
        ["mail", "xfail"],
    ]
    assert "a.kmsdns.toml:14:11: error[EXP102] the web: 192.0.2.81 is there and is not expected (seen from test)" in out
    assert '14 | exactly = ["192.0.2.80"]' in out
    assert "1 passed, 1 failed, 1 failed as expected, 1 without an answer" in out


@pytest.mark.parametrize(
    ("check_", "more", "status"),
    [
        ("count = 3", (), 0),
        ("count = 4", (), 1),
        ("count = 4", ("--exit-zero",), 0),
        ("count = 4", ("--ignore", "record-missing"), 0),
        ("count = 3\nfrom = 'dead'", (), 3),
        ("count = 3\nfrom = ['dead', 'system']", ("--exit-zero",), 3),
        ("count = 4\nfrom = ['dead', 'system']", (), 1),
        ("count = 'x'", (), 2),
    ],
)
def test_exit_statuses(capsys, check_: str, more: tuple[str, ...], status: int) -> None:
    text = f'[vantage]\ndead = "127.0.0.1:1"\n[[check]]\nservice = "_vlmcs._tcp.contoso.com"\n{check_}\n'
    Path("b.kmsdns.toml").write_text(text)
    with DnsServer(ZONE) as dns:
        assert check(capsys, "b.kmsdns.toml", "-s", dns.address, *more)[0] == status
        assert check(capsys, "b.kmsdns.toml", f"@{dns.address}", *more)[0] == status


def test_a_mistake_is_told_before_the_first_question(capsys) -> None:
    text = '[[check]]\nservice = "_vlmcs._tcp.contoso.com"\ncount = 3\n[[check]]\nfoo = 1\n'
    Path("b.kmsdns.toml").write_text(text)
    with DnsServer(ZONE) as dns:
        status, out, err = check(capsys, "b.kmsdns.toml", "-s", dns.address)
        assert (status, out) == (2, "")
        assert err.startswith("kmsdns: b.kmsdns.toml:5:1: unknown key 'foo'")
        assert not dns.queries


def test_an_xfail_that_is_past_its_day_is_a_mistake(capsys) -> None:
    with DnsServer(ZONE) as dns:
        Path("b.kmsdns.toml").write_text(
            '[[check]]\nservice = "_vlmcs._tcp.contoso.com"\ncount = 9\nxfail = { until = 2020-02-29 }\n'
        )
        status, out, err = check(capsys, "b.kmsdns.toml", "-s", dns.address)
        assert (status, out) == (2, "")
        assert "b.kmsdns.toml:4:9: xfail ended with 2020-02-29" in err
        assert not dns.queries


def test_json_is_as_the_contract_says(capsys) -> None:
    status, out, _err = check(capsys, "a.kmsdns.toml", "--json")
    document = json.loads(out)
    assert (status, document["job"], document["verdict"]) == (1, "check", "findings")
    found = [(each["name"], each["vantage"], each["passed"], each["outcome"]) for each in document["result"]["checks"]]
    assert found == [
        ("KMS", "test", True, "passed"),
        ("the web", "test", False, "failed"),
        ("the web", "dead", None, "no-answer"),
        ("mail", "test", True, "expected-failure"),
    ]
    assert all(each["elapsed_s"] >= 0 for each in document["result"]["checks"])
    assert {each["location"]["path"] for each in document["findings"]} == {"a.kmsdns.toml"}
    schema = json.loads((ROOT / "docs/schema/report-v1.json").read_text())
    assert not list(Draft202012Validator(schema).iter_errors(document))


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_has_it_and_its_readers_agree(capsys, name: str) -> None:
    status, out, _err = check(capsys, "a.kmsdns.toml", "-f", name)
    assert status == (2 if name == "nagios" else 1)
    assert ("EXP102" if name != "prometheus" else "kmsdns_check_passed") in out
    if name in ("github", "azure", "tap", "junit", "sarif"):
        assert getattr(readers, name)(out)


def test_a_test_report_has_a_test_for_each_check_and_vantage(capsys) -> None:
    suites = readers.junit(check(capsys, "a.kmsdns.toml", "-f", "junit")[1])
    (suite,) = suites
    assert {key: suite.get(key) for key in ("name", "tests", "failures", "errors", "skipped")} == {
        "name": "a.kmsdns.toml", "tests": "4", "failures": "1", "errors": "1", "skipped": "1"
    }  # fmt: skip
    cases = {case.get("name"): [each.tag for each in case] for case in suite.iter("testcase")}
    assert cases == {
        "KMS [test]": [],
        "the web [test]": ["failure"],
        "the web [dead]": ["error"],
        "mail [test]": ["skipped"],
    }


def test_tap_has_a_test_for_each_check_and_vantage(capsys) -> None:
    lines = check(capsys, "a.kmsdns.toml", "-f", "tap")[1].split("\n")
    assert [line for line in lines if not line.startswith(" ")][:6] == [
        "TAP version 14",
        "1..4",
        "ok 1 - KMS [test]",
        "not ok 2 - the web [test]",
        "not ok 3 - the web [dead] (could not be asked)",
        "not ok 4 - mail [test] # TODO failed as expected",
    ]


@pytest.mark.parametrize("name", FORMATS)
def test_hostile_names_stay_text(capsys, name: str) -> None:
    title = "::error::a\\n##vso[task.complete]\\u001b[31m]]><b>"
    Path("##[error]x.kmsdns.toml").write_text(
        f'[vantage]\n"##vso[x]" = {{ zone = "contoso.zone" }}\n[[check]]\nservice = "_vlmcs._tcp.contoso.com"\n'
        f'name = "{title}"\nfrom = "##vso[x]"\nnone_of = [{{ regex = "kms" }}]\n'
    )
    status, out, err = check(capsys, "##[error]x.kmsdns.toml", "-f", name)
    assert (status, err.replace("warning", "")) == (2 if name == "nagios" else 1, "")
    assert "\x1b" not in out
    own = {"github": "::error ", "azure": "##vso[task.logissue "}.get(name)
    for line in out.split("\n"):
        rest = line.removeprefix(own) if own else line
        assert not rest.lstrip().startswith(("::", "##")) or name == "markdown"
        assert "##vso[" not in rest
        assert "##[" not in rest
    if name in ("github", "azure", "tap", "junit", "sarif"):
        assert getattr(readers, name)(out)


def test_update_and_init(capsys) -> None:
    status, _out, err = check(capsys, "a.kmsdns.toml", "--update")
    assert status == 3, "one vantage could not be asked"
    assert "updated 0 of 1 spec" in err
    Path("a.kmsdns.toml").write_text(SPEC.replace('"test", "dead"', '"test"'))
    status, _out, err = check(capsys, "a.kmsdns.toml", "--update")
    assert (status, "updated 1 of 1 spec" in err) == (0, True)
    assert '["192.0.2.80", "192.0.2.81"]' in Path("a.kmsdns.toml").read_text()
    with DnsServer(ZONE) as dns:
        status, out, _err = check(capsys, "--init", "contoso.com", "-s", dns.address)
        assert (status, out.count("[[check]]")) == (0, 1)
        assert check(capsys, "--init", "contoso.com", "-s", dns.address, "-o", "new.kmsdns.toml")[0] == 0
        assert Path("new.kmsdns.toml").read_text() == out
        assert check(capsys, "--init", "contoso.com", "-s", dns.address, "-o", "new.kmsdns.toml")[0] == 2
    assert check(capsys, "--init", "contoso.com", "-s", "127.0.0.1:1")[0] == 3, "no server answered"


@pytest.mark.parametrize("word", ["x", "-1s", "nan", "2d", "25h", ""])
def test_a_duration_that_is_none(capsys, word: str) -> None:
    assert check(capsys, "a.kmsdns.toml", f"--wait={word}")[0] == 2


def test_tables_of_a_pyproject_do_not_disturb_its_options(capsys) -> None:
    Path("pyproject.toml").write_text(
        '[tool.kmsdns]\ntimeout = 1\n[tool.kmsdns.vantage]\ntest = { zone = "contoso.zone" }\n[[tool.kmsdns.check]]\n'
        'service = "_vlmcs._tcp.contoso.com"\nfrom = "test"\ncount = 3\n'
    )
    assert check(capsys, "pyproject.toml")[0] == 0
