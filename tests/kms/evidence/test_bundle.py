"""The bundle of `kmsdns collect`: its facts by value, and its errors by place."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from kmsdns.kms.evidence import read
from kmsdns.kms.evidence.bundle_types import schema
from kmsdns.kms.evidence.facts import Facts, Level, Product, SuffixOrigin, Tree
from kmsdns.model.records import Srv
from tests.kms.evidence.samples import FOLDER, OFFICE_SKU, WINDOWS_SKU, claims, sample, told, unread

BUNDLE: dict[str, Any] = json.loads((FOLDER / "bundle.json").read_text())


def reading(bundle: object, encoding: str = "utf-8") -> Facts:
    return read(json.dumps(bundle, indent=1).encode(encoding), "b.json")


def test_its_facts() -> None:
    facts = sample("bundle.json")
    windows, office = facts.licences
    assert told(windows) == {
        "name": "Windows(R), Enterprise edition",
        "product": Product.WINDOWS,
        "sku": WINDOWS_SKU,
        "description": "Windows(R) Operating System, VOLUME_KMSCLIENT channel",
        "channel": "VOLUME_KMSCLIENT",
        "state": "licensed",
        "minutes_left": 253564,
        "activation_type": "all",
        "activated_by": "kms",
        "tells_host": True,
        "cached": "kms01.contoso.com:1688",
        "cached_address": "192.0.2.20",
        "caching": True,
        "activation_interval": 120,
        "renewal_interval": 10080,
    }
    assert (office.product, office.state, office.error) == (Product.OFFICE, "notification", "0xC004F074")
    assert office.manual == "kms-old.contoso.com:1688", "port 0 means that none was set"
    assert (office.activation_type, office.activated_by, office.caching) == ("kms", None, True)
    (manual,) = facts.manual
    assert told(manual) == {
        "name": "kms-old.contoso.com",
        "level": Level.SKU,
        "product": Product.OFFICE,
        "sku": OFFICE_SKU,
    }
    assert [(suffix.name, suffix.origin) for suffix in facts.suffixes] == [
        ("contoso.com.", SuffixOrigin.DOMAIN),
        ("contoso.com.", SuffixOrigin.PRIMARY),
        ("contoso.com.", SuffixOrigin.SEARCH_LIST),
        ("branch.contoso.com.", SuffixOrigin.CONNECTION),
    ]
    assert [told(answer) for answer in facts.answers] == [
        {
            "owner": "_vlmcs._tcp.contoso.com.",
            "outcome": "answer",
            "srvs": (Srv(priority=0, weight=60, port=1688, target="kms01.contoso.com."),),
            "addresses": (("kms01.contoso.com.", "192.0.2.20"),),
            "tool": "Resolve-DnsName",
        },
        {"owner": "_vlmcs._tcp.branch.contoso.com.", "outcome": "nxdomain", "tool": "Resolve-DnsName"},
    ]
    assert [told(seen) for seen in facts.connects] == [
        {"target": "kms-old.contoso.com.", "port": 1688, "succeeded": False},
        {"target": "kms01.contoso.com.", "port": 1688, "succeeded": True, "address": "192.0.2.20"},
    ]
    assert [(event.number, event.hresult, event.host) for event in facts.events] == [
        (12288, "0xC004F074", "kms-old.contoso.com:1688"),
        (8198, "0xC004F074", None),
    ]
    assert claims(facts) == [
        ("observed", "2026-01-31T12:00:00Z"),
        ("machine", "PC01"),
        ("domain joined", True),
        ("server edition", False),
        ("windows version", "10.0"),
        ("machine domain", "contoso.com"),
        ("client machine id", "0a0b0c0d-1111-4222-8333-444455556666"),
        ("host caching", True),
        ("publish domain", "contoso.com, 10, 100"),
        ("suffixes appended to names with a dot", True),
        ("DNS server", "192.0.2.53"),
        ("DNS server", "2001:db8::53"),
        ("time offset", 0),
    ]
    assert unread(facts) == [(176, r"not collected: access to the log of C:\Users\*****\x is denied")]


def test_facts_stand_at_the_lines_of_their_objects() -> None:
    facts = sample("bundle.json")
    lines = (FOLDER / "bundle.json").read_text().splitlines()
    for licence in facts.licences:
        assert lines[licence.source.line - 1].strip() == "{"
        assert licence.name in lines[licence.source.line]
    assert "kms01.contoso.com" in lines[facts.connects[1].source.line]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_powershell_writes_utf_16(encoding: str) -> None:
    text = (FOLDER / "bundle.json").read_text()
    assert read(text.replace("\n", "\r\n").encode(encoding), "bundle.json") == sample("bundle.json")


def test_compressed_on_one_line_and_two_of_them_in_one_file() -> None:
    once = json.dumps(BUNDLE)
    facts = read(f"{once}\n{once}\n".encode(), "b.json")
    assert [kind for _, kind in facts.kinds] == ["bundle", "bundle"]
    assert len(facts.licences) == 4


def test_a_bundle_between_other_outputs() -> None:
    pieces = [(FOLDER / name).read_text() for name in ("netconn.txt", "bundle.json", "ospp-healthy.txt")]
    facts = read("\n".join(pieces).encode(), "all.txt")
    assert [kind for _, kind in facts.kinds] == ["netconn", "bundle", "ospp"]
    assert len(facts.licences) == 3


def changed(path: str, value: object) -> dict[str, Any]:
    found = deepcopy(BUNDLE)
    at: Any = found
    *way, last = path.split(".")
    for step in way:
        at = at[int(step)] if step.isdigit() else at[step]
    at[last] = value
    return found


@pytest.mark.parametrize(
    ("path", "value", "said", "line"),
    [
        ("clock.offset_seconds", "soon", "$.clock.offset_seconds", '"clock": {'),
        ("kmsdns_bundle", 2, "$.kmsdns_bundle", '"kmsdns_bundle": 2,'),
        (
            "products.1.status",
            "5",
            "$.products[1].status",
            '"name": "Office 16, Office16ProPlusVL_KMS_Client edition",',
        ),
        ("products.0.PartialProductKey", "EEEEE", "PartialProductKey", '"name": "Windows(R), Enterprise edition",'),
        ("lookups.1.outcome", "maybe", "$.lookups[1].outcome", '"name": "_vlmcs._tcp.branch.contoso.com",'),
        ("connects.0.port", -1, "$.connects[0].port", '"target": "kms-old.contoso.com",'),
        ("dns.adapters.0.servers", "x", "$.dns.adapters[0].servers", '"dns": {'),
        ("extra", True, "extra", "{"),
    ],
)
def test_what_breaks_the_schema_is_said_with_its_place(path: str, value: object, said: str, line: str) -> None:
    text = json.dumps(changed(path, value), indent=4)
    facts = read(text.encode(), "b.json")
    (problem,) = facts.unread
    assert said in problem.reason
    assert "EEEEE" not in problem.reason
    assert facts.licences == ()
    at = problem.source.line - 1
    assert line in [each.strip() for each in text.splitlines()[at : at + 2]], "the object begins there"


def test_json_that_is_none() -> None:
    huge = json.dumps(BUNDLE).replace("-0.0123456", "1e999")
    assert [topic for topic, _ in claims(read(huge.encode(), "b.json"))].count("time offset") == 0
    facts = read(b'{"kmsdns_bundle": 1,\n\n  oops}\n', "b.json")
    assert [line for line, _ in unread(facts)] == [3]
    deep = b'{"kmsdns_bundle": ' + b"[" * 100_000
    assert len(read(deep, "b.json").unread) == 1


def test_parts_that_could_not_be_collected() -> None:
    facts = reading(BUNDLE | {"computer": None, "dns": None, "clock": None, "registry": [], "services": []})
    assert len(facts.licences) == 2
    assert facts.licences[0].caching is None


def test_the_service_tells_the_manual_host_where_the_registry_does_not() -> None:
    services = [BUNDLE["services"][0] | {"manual_host": "kms05.contoso.com", "manual_port": 1700}]
    (manual,) = reading(BUNDLE | {"registry": [], "services": services}).manual
    assert told(manual) == {"name": "kms05.contoso.com", "port": "1700"}
    office = [services[0] | {"product": "office"}]
    (manual,) = reading(BUNDLE | {"registry": [], "services": office}).manual
    assert (manual.product, manual.tree) == (Product.OFFICE, Tree.OSPP)


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        ("collected", "yesterday", "no time in UTC such as 2026-01-31T12:00:00Z"),
        ("lookups.0.name", "a..b", "no domain name"),
        ("lookups.0.records.0.target", "", "an SRV record without a target"),
        ("connects.1.target", "a..b", "neither a host nor an address, or no port"),
        ("connects.1.port", 0, "neither a host nor an address, or no port"),
    ],
)
def test_values_that_cannot_be_are_said_to_be_unread(path: str, value: object, reason: str) -> None:
    facts = reading(changed(path, value))
    assert reason in [said for _, said in unread(facts)]
    assert len(facts.licences) == 2, "everything else is read"


def test_events_of_others_are_passed_over() -> None:
    other = {"id": 1003, "time": "2026-01-31T10:00:00Z", "data": ["x"]}
    assert reading(BUNDLE | {"events": [other]}).events == ()


def test_a_host() -> None:
    product = BUNDLE["products"][0] | {"is_kms_host": True, "current_count": 27, "total_requests": 10}
    service = BUNDLE["services"][0] | {"listening_port": 1688}
    (host,) = reading(BUNDLE | {"products": [product], "services": [service]}).hosts
    assert told(host) == {"current_count": 27, "port": 1688, "publishing": True, "total_requests": 10}


def test_no_suffix_and_no_server() -> None:
    dns = {"primary_suffix": None, "search_list": [], "adapters": [{"name": "a", "suffix": None, "servers": []}]}
    facts = reading(BUNDLE | {"dns": dns, "computer": None})
    assert (facts.suffixes, [c for c in claims(facts) if c[0].startswith("no ")]) == (
        (),
        [("no DNS suffix", True), ("no DNS server", True)],
    )


def test_the_schema_is_the_one_shipped() -> None:
    root = Path(__file__).parents[3]
    assert (root / "docs/schema/bundle-v1.json").read_bytes() == schema(), "run: make schema"
