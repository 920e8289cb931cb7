"""SARIF as its schema has it: places, rules with their manual pages, identities, and how the run went."""

from __future__ import annotations

import json

import pytest

from kmsdns.formats import render
from kmsdns.formats.pipelines.sarif import FINGERPRINT, uri
from kmsdns.model.findings import Skipped
from kmsdns.rules.catalogue import RULES
from tests.formats.readers import sarif
from tests.formats.reports import FIVE, discovery, saying, saying_of_files, silent, validated


def test_a_result_and_its_rule() -> None:
    report = validated(contoso=FIVE)
    run = sarif(render("sarif", report))
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["artifacts"] == [{"location": {"uri": "zones/contoso.zone"}}]
    assert run["invocations"][0]["executionSuccessful"] is True
    (twice,) = [each for each in run["results"] if each["ruleId"] == "RR002"]
    assert twice["level"] == "warning"
    place = {
        "artifactLocation": {"uri": "zones/contoso.zone"},
        "region": {"startLine": 7, "startColumn": 1, "endLine": 7, "endColumn": 31},
    }
    assert twice["locations"] == [{"physicalLocation": place}]
    (first,) = twice["relatedLocations"]
    assert first["message"] == {"text": "first here"}
    assert first["physicalLocation"]["region"]["startLine"] == 6
    assert len(twice["partialFingerprints"][FINGERPRINT]) == 64
    driver = run["tool"]["driver"]
    assert driver["name"] == "kmsdns"
    rule = driver["rules"][twice["ruleIndex"]]
    assert (rule["id"], rule["name"]) == ("RR002", "duplicate-record")
    assert rule["shortDescription"]["text"] == "The same record stands twice."
    assert rule["defaultConfiguration"] == {"level": "warning"}
    assert "**Fix:** Remove one of them." in rule["help"]["markdown"]
    assert "Fix: Remove one of them." in rule["help"]["text"]
    assert [each["id"] for each in driver["rules"]] == list(dict.fromkeys(each.code for each in report.findings))


def test_a_tab_is_one_column() -> None:
    run = sarif(render("sarif", validated(contoso=FIVE)))
    places = [each["locations"][0]["physicalLocation"] for each in run["results"]]
    (region,) = [each["region"] for each in places if each.get("region", {}).get("startLine") == 11]
    assert (FIVE.splitlines()[10], region["startColumn"]) == ("\tAAAA 2001:db8::g", 7)


def test_every_rule_has_a_page_in_it() -> None:
    one = saying("x").findings[0]
    findings = tuple([one.replace(code=rule.code, slug=rule.slug, severity=rule.severity) for rule in RULES])
    run = sarif(render("sarif", discovery(silent(), findings=findings)))
    for rule, told in zip(RULES, run["tool"]["driver"]["rules"], strict=True):
        assert told["id"] == rule.code
        assert told["shortDescription"]["text"].endswith((".", "?", ":"))
        assert {"Why:", "Fix:"} <= {word for word in told["help"]["text"].split() if word.endswith(":")}
        assert told["help"]["markdown"].count("```") % 2 == 0


def test_without_a_file_a_result_has_a_name() -> None:
    report = saying("kms01.contoso.com.").replace(skipped=(Skipped(code="KMS101", reason="no client evidence"),))
    run = sarif(render("sarif", report))
    (result,) = run["results"]
    assert result["locations"] == [
        {"logicalLocations": [{"fullyQualifiedName": "kms01.contoso.com.", "kind": "resource"}]}
    ]
    (skipped,) = run["invocations"][0]["toolConfigurationNotifications"]
    assert skipped["associatedRule"] == {"id": "KMS101"}
    assert skipped["message"]["text"] == "KMS101 could not be applied: no client evidence"


def test_with_a_file_but_no_place_a_result_has_the_file() -> None:
    run = sarif(render("sarif", saying_of_files("a.")))
    assert run["results"][2]["locations"] == [{"physicalLocation": {"artifactLocation": {"uri": "a."}}}]
    assert {each["id"] for each in run["tool"]["driver"]["rules"]} == {"NET106", "ZZ1"}


def test_inconclusive_is_not_clean() -> None:
    run = sarif(render("sarif", discovery(silent(), inconclusive=True)))
    assert run["invocations"][0]["executionSuccessful"] is False
    assert run["results"] == []


def test_no_message_is_a_link_or_has_a_placeholder() -> None:
    text = "see [this](http://evil.example/) and {0}, a[1], {x}"
    run = sarif(render("sarif", saying(text)))
    assert run["results"][0]["message"]["text"] == "see \\[this](http://evil.example/) and {{0}}, a[1], {x}"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("zones/a.zone", "zones/a.zone"),
        ("./a b#?.zone", "a%20b%23%3F.zone"),
        ("a:b.zone", "a%3Ab.zone"),
        ("/srv/zones/a.zone", "file:///srv/zones/a.zone"),
        ("zonen/bücher.zone", "zonen/b%C3%BCcher.zone"),
        ("\udcff", "%ED%B3%BF"),
        ("<stdin>", "%3Cstdin%3E"),
    ],
)
def test_paths_as_references(path: str, expected: str) -> None:
    assert uri(path) == expected


def test_it_is_ascii_but_for_what_can_be_shown() -> None:
    made = render("sarif", saying("bücher\u202e\x1b.test."))
    assert "bücher\\\\u202e" in made
    assert json.loads(made)["version"] == "2.1.0"
