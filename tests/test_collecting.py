"""Specs as tests of a project: collected, selected, run once for all, and told without a traceback."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from kmsdns import pytest_plugin as collecting
from kmsdns.net.files.specs import ENDINGS
from kmsdns.sessions import check as checking
from kmsdns.testing import SPECS, DnsServer

pytest_plugins = "pytester"

LOADED = (checking, collecting)
"""A pytest within pytest forgets what it has loaded, and would load these again each time."""

ZONE = """\
$ORIGIN contoso.test.
$TTL 60
@ SOA ns hostmaster 1 7200 900 1209600 300
@ NS ns
ns A 192.0.2.1
_vlmcs._tcp SRV 0 60 1688 kms1
_vlmcs._tcp SRV 0 40 1688 kms2
kms1 A 192.0.2.11
"""
SPEC = """\
[vantage]
test = { zone = "contoso.zone" }
auth = "SERVER"

[[check]]
title = "both hosts"
name = "_vlmcs._tcp.contoso.test"
type = "SRV"
from = ["test", "auth"]
count = 2

[[check]]
title = "one address"
name = "kms1.contoso.test"
type = "A"
from = ["test"]
exactly = ["192.0.2.12"]

[[check]]
title = "mail"
name = "contoso.test"
type = "MX"
from = ["test"]
count = 1
xfail = { until = 2099-12-31, reason = "ordered" }
"""
ARGUMENTS = ("--strict-markers", "-p", "no:cacheprovider", "-p", "no:hypothesispytest")  # which is slow to load


@pytest.fixture
def server():
    with DnsServer(ZONE) as running:
        yield running


@pytest.fixture
def project(pytester, server):
    """A project with a zone and a spec in a folder, and what runs pytest in it."""

    def run(*arguments: str, spec: str = SPEC, auth: str = server.address) -> pytest.RunResult:
        folder = pytester.mkdir("dns") if not (pytester.path / "dns").exists() else pytester.path / "dns"
        (folder / "contoso.zone").write_text(ZONE)
        (folder / "contoso.kmsdns.toml").write_text(spec.replace("SERVER", auth))
        return pytester.runpytest_inprocess(*ARGUMENTS, *arguments)

    return run


def test_an_item_for_each_check_and_vantage(project, server) -> None:
    outcome = project("-v")
    outcome.assert_outcomes(passed=2, failed=1, xfailed=1)
    outcome.stdout.fnmatch_lines(
        [
            "dns/contoso.kmsdns.toml::both hosts [[]test[]] PASSED*",
            "dns/contoso.kmsdns.toml::both hosts [[]auth[]] PASSED*",
            "dns/contoso.kmsdns.toml::one address [[]test[]] FAILED*",
            "dns/contoso.kmsdns.toml::mail [[]test[]] XFAIL (ordered (until 2099-12-31))*",
        ]
    )
    assert len(server.queries) == 1, "one run for all of them"


def test_what_failed_is_told_as_text_tells_it(project) -> None:
    told = project("-k", "address").stdout
    told.fnmatch_lines(
        [
            "dns/contoso.kmsdns.toml:17:11: error[[]EXP102[]] one address: 192.0.2.11 is there *",
            "17 | exactly = [[]*[]]",
            " *^^^*",
            "dns/contoso.kmsdns.toml:17:12: error[[]EXP101[]] one address: 192.0.2.12 is missing *",
        ]
    )
    assert "Traceback" not in told.str()
    assert "pytest_plugin.py" not in told.str()


def test_junit_has_them(project, pytester) -> None:
    project("--junitxml=report.xml")
    suite = ElementTree.parse(pytester.path / "report.xml").getroot()[0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors"), suite.get("skipped")) == (
        "4",
        "1",
        "0",
        "1",
    )
    (failure,) = suite.findall("testcase/failure")
    assert "EXP101" in failure.text
    names = [case.get("name") for case in suite.findall("testcase")]
    assert names == ["both hosts [test]", "both hosts [auth]", "one address [test]", "mail [test]"]


def test_what_is_deselected_is_not_asked(project, server) -> None:
    project("-m", "not dns_live").assert_outcomes(passed=1, failed=1, xfailed=1, deselected=1)
    assert not server.queries
    project("-m", "dns_live").assert_outcomes(passed=1, deselected=3)
    project("dns/contoso.kmsdns.toml::both hosts [test]").assert_outcomes(passed=1)
    assert len(server.queries) == 1


def test_who_does_not_answer_is_an_error_and_no_failure(project, server) -> None:
    server.stop()
    outcome = project("--junitxml=report.xml")
    outcome.assert_outcomes(passed=1, failed=1, xfailed=1, errors=1)
    outcome.stdout.fnmatch_lines(["*contoso.kmsdns.toml:*error[[]EXP107[]]*", "ERROR *both hosts [[]auth[]]*"])


def test_a_failure_that_is_put_up_with_no_longer_is_one(project) -> None:
    late = SPEC.replace("2099-12-31", "2001-12-31")
    outcome = project("-k", "mail", spec=late)
    outcome.assert_outcomes(failed=1, deselected=3)
    outcome.stdout.fnmatch_lines(["*error[[]EXP108[]]*2001-12-31*"])


def test_mistakes_in_a_spec_are_told_at_their_lines(project) -> None:
    outcome = project(spec=SPEC.replace("count = 2", "cuont = 2"))
    outcome.assert_outcomes(errors=1)
    outcome.stdout.fnmatch_lines(["*contoso.kmsdns.toml:10:1*cuont*"])
    assert "Traceback" not in outcome.stdout.str()


def test_a_zone_that_cannot_be_served_is_an_error(project) -> None:
    outcome = project(
        "-m", "not dns_live", spec=SPEC.replace('"contoso.zone"', '["contoso.zone", "contoso.kmsdns.toml"]')
    )
    outcome.assert_outcomes(errors=3, deselected=1)
    assert "Traceback" not in outcome.stdout.str()


def test_every_vantage_with_several_servers_is_one_item(project, server) -> None:
    two = SPEC.replace('"SERVER"', f'["SERVER", "{server.address.replace("127.0.0.1", "127.0.0.2")}"]')
    outcome = project("-m", "dns_live", spec=two)
    outcome.assert_outcomes(errors=1, deselected=3)


def test_other_files_are_left_alone(pytester) -> None:
    pytester.makefile(".toml", kmsdns="[validate]\n")
    pytester.makefile(".txt", x="x")
    pytester.runpytest_inprocess(*ARGUMENTS).assert_outcomes()


def test_the_marker_is_listed(pytester) -> None:
    pytester.runpytest_inprocess("--markers").stdout.fnmatch_lines(["@pytest.mark.dns_live: *"])


def test_what_is_collected_is_what_check_reads() -> None:
    assert tuple(ending.removeprefix("*") for ending in ENDINGS) == SPECS
