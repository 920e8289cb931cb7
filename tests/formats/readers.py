"""Readers of what the formats for build pipelines write, as pipelines read it; all raise for what is broken."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import xmlschema
import yaml
from prometheus_client.parser import text_string_to_metric_families

HERE = Path(__file__).parent
SCHEMA = HERE / "sarif-schema-2.1.0.json"
"""That of OASIS: sarif-2.1/schema in github.com/oasis-tcs/sarif-spec, commit e0583813964e, unchanged."""


def github(text: str) -> list[tuple[str, dict[str, str], str]]:
    """Each workflow command: its name, its properties, what it says. A line that is none is an error."""
    found = []
    for line in _lines(text):
        assert line.startswith("::"), line
        head, separator, data = line[2:].partition("::")
        assert separator, line
        name, _space, told = head.partition(" ")
        assert name in ("error", "warning", "notice"), line
        properties = dict(pair.split("=", 1) for pair in told.split(",") if pair)
        found.append((name, {key: _unescaped(value, _GITHUB) for key, value in properties.items()}, data))
    return [(name, properties, _unescaped(data, _GITHUB[:3])) for name, properties, data in found]


def azure(text: str) -> list[tuple[dict[str, str], str]]:
    """Each logging command: its properties and what it says; the agent looks for the first one in each line."""
    found = []
    for line in _lines(text):
        at = line.find("##vso[")
        if at < 0:
            continue
        assert at == 0, line
        head, closing, data = line[len("##vso[") :].partition("]")
        assert closing, line
        name, _space, told = head.partition(" ")
        assert name == "task.logissue", line
        properties = dict(pair.split("=", 1) for pair in told.split(";") if pair)
        unescaped = {key: _unescaped(value, _AZURE) for key, value in properties.items()}
        found.append((unescaped, _unescaped(data, _AZURE)))
    return found


def tap(text: str) -> list[tuple[bool, str, str, list[dict[str, str]]]]:
    """Each test point: whether it passed, its description, its directive, its findings (TAP 14, grammar)."""
    lines = _lines(text)
    assert lines[0] == "TAP version 14"
    plan = re.fullmatch(r"1\.\.(\d+)", lines[1])
    assert plan, lines[1]
    points: list[tuple[bool, str, str, list[dict[str, str]]]] = []
    rest = iter(lines[2:])
    for line in rest:
        if line == "  ---":
            block = []
            for inner in rest:
                if inner == "  ...":
                    break
                assert inner.startswith("  "), inner
                block.append(inner[2:])
            points[-1][3].extend(yaml.safe_load("\n".join(block))["findings"])
            continue
        point = re.fullmatch(r"(ok|not ok) (\d+) - ((?:[^\\#]|\\[\\#])*?)(?: # ((?:SKIP|TODO) .*))?", line)
        assert point, line
        assert int(point[2]) == len(points) + 1
        points.append((point[1] == "ok", re.sub(r"\\([\\#])", r"\1", point[3]), point[4] or "", []))
    assert len(points) == int(plan[1])
    return points


def junit(text: str) -> ElementTree.Element:
    """The report, when the schema has no complaint and the counts are those of what there is."""
    _junit_schema().validate(text)
    root = ElementTree.fromstring(text)
    for suite in root:
        counted = {
            "tests": len(suite.findall("testcase")),
            "failures": len(suite.findall("testcase/failure")),
            "errors": len(suite.findall("testcase/error")),
            "skipped": len(suite.findall("testcase/skipped")),
        }
        assert {name: int(suite.attrib[name]) for name in counted} == counted
        names = [(case.attrib["classname"], case.attrib["name"]) for case in suite.findall("testcase")]
        assert len(set(names)) == len(names), "a reader takes cases of one name for one"
    return root


def sarif(text: str) -> Any:
    """The run, when the schema of OASIS has no complaint and the rules' indexes are right."""
    document = json.loads(text)
    _sarif_schema().validate(document)
    (run,) = document["runs"]
    for each in run["results"]:
        assert run["tool"]["driver"]["rules"][each["ruleIndex"]]["id"] == each["ruleId"]
    return run


def nagios(text: str) -> tuple[str, str, dict[str, tuple[float, str, list[str]]], list[str]]:
    """State, summary, performance data by label, and the lines below (Monitoring Plugins' guidelines, 2.6)."""
    assert len(text.encode()) < 8192, "more than Nagios reads"
    first, *below = _lines(text)
    head, bar, data = first.partition(" | ")
    assert bar or not data
    match = re.fullmatch(r"KMSDNS (OK|WARNING|CRITICAL|UNKNOWN) - ([^|]+)", head)
    assert match, first
    assert not any("|" in line for line in below), "more performance data would begin there"
    figures: dict[str, tuple[float, str, list[str]]] = {}
    while data:
        one = re.match(r"'([^'=|]+)'=(-?[\d.]+)(s|%|B|c)?((?:;[-\d.:@~]*){0,4})(?: |$)", data)
        assert one, data
        assert one[1] not in figures
        figures[one[1]] = (float(one[2]), one[3] or "", one[4].split(";")[1:])
        data = data[one.end() :]
    return match[1], match[2], figures, below


def prometheus(text: str) -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
    """The figures of each family by their labels, as the client library's parser reads them."""
    found: dict[str, dict[tuple[tuple[str, str], ...], float]] = {}
    for family in text_string_to_metric_families(text):
        assert family.documentation, family.name
        assert family.type == "gauge", family.name
        assert family.name not in found, "a family stands in one place"
        figures = found[family.name] = {}
        for sample in family.samples:
            labels = tuple(sorted(sample.labels.items()))
            assert labels not in figures, "a second figure with these labels spoils the scrape"
            figures[labels] = sample.value
    return found


_GITHUB = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"), ("%3A", ":"), ("%2C", ","))
_AZURE = (("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%AZP25", "%"))


def _unescaped(text: str, mapping: tuple[tuple[str, str], ...]) -> str:
    table = dict(mapping)
    return re.sub("|".join(map(re.escape, table)), lambda found: table[found[0]], text)


def _lines(text: str) -> list[str]:
    """The lines, as any reader may split them: none has an end of another kind in it."""
    assert not text or text.endswith("\n")
    lines = text.split("\n")[:-1]
    assert lines == text.splitlines()
    return lines


@cache
def _junit_schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(HERE / "junit.xsd")


@cache
def _sarif_schema() -> jsonschema.Draft4Validator:
    return jsonschema.Draft4Validator(json.loads(SCHEMA.read_text()))
