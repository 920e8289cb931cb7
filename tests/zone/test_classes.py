"""Classes besides IN: a zone has one (RFC 1035 5.2), a list of records any number (RFC 1035 5)."""

from __future__ import annotations

import pytest

from kmsdns.errors import KmsdnsError
from kmsdns.zone import load, respond
from kmsdns.zone.writer import write

SOA = "$ORIGIN example.com.\n$TTL 60\n@ SOA ns root 1 2 3 4 5\n"


def rows(zone):
    return [(record.owner.partition(".")[0], record.rdclass) for record in zone.records]


@pytest.mark.parametrize("rdclass", ["CH", "ch", "CLASS3", "class003"])
def test_a_zone_of_another_class(rdclass):
    zone = load(
        SOA + "a TXT x\nb CH A 192.0.2.1\nc CLASS3 60 TXT y\nd IN TXT z\n$GENERATE 1-2 g$ TXT g\n", rdclass=rdclass
    )
    (finding,) = zone.findings
    assert (finding.code, finding.location.line, finding.location.column) == ("ZF011", 7, 3)
    assert finding.message == "class IN in a zone of class CH: all have one class"
    assert rows(zone) == [(owner, "CH") for owner in ("example", "a", "b", "c", "g1", "g2")]
    assert zone.rdclass == "CH"
    assert respond(zone, "a.example.com", "TXT").rcode == "REFUSED", "questions are of class IN"


@pytest.mark.parametrize("rdclass", ["", "IN2", "CLASS", "CLASS65536", "CLASS\u0663", "ANY"])
def test_no_class(rdclass):
    with pytest.raises(KmsdnsError, match="is no class"):
        load(SOA, rdclass=rdclass)


def test_records_of_another_class_in_a_zone():
    zone = load(SOA + "a CH TXT x\na CLASS32 TXT x\na CLASS1 TXT x\na HS TXT x\na CS TXT x\nb TXT x\n")
    assert [(finding.code, finding.location.line) for finding in zone.findings] == [
        ("ZF011", 4), ("ZF011", 5), ("ZF011", 7), ("ZF011", 8),
    ]  # fmt: skip
    assert rows(zone) == [("example", "IN"), ("a", "IN"), ("b", "IN")]


def test_a_list_of_records():
    text = "a 60 TXT x\nb CLASS32 TXT x\nc TXT x\n\n 60 IN A 192.0.2.1\nd A 192.0.2.2\nother.test. A 192.0.2.3\n"
    zone = load(text + "e TXT \\# 0\n", "example.com", is_zone=False)
    assert zone.findings == ()
    assert rows(zone) == [
        ("a", "IN"), ("b", "CLASS32"), ("c", "CLASS32"), ("c", "IN"), ("d", "IN"), ("other", "IN"), ("e", "IN"),
    ]  # fmt: skip
    assert (zone.origin, zone.rdclass) == ("example.com.", None)
    assert respond(zone, "c.example.com", "ANY").answer == ["c.example.com. 60 IN A 192.0.2.1"]
    assert respond(zone, "b.example.com", "TXT").rcode == "NXDOMAIN"
    assert respond(zone, "other.test", "A").rcode == "REFUSED"


def test_what_a_list_of_records_writes_is_read_again():
    zone = load("a 60 TXT x\nb CLASS32 TXT x\nc TXT \\# 0\nother.test. CH A 192.0.2.3\n", "example.com", is_zone=False)
    again = load(write(zone.records, "example.com"), is_zone=False)
    assert [record.replace(location=None) for record in again.records] == [
        record.replace(location=None) for record in zone.records
    ]


def test_an_included_file_has_its_own_say_on_the_class():
    files = {"x": b"b CH TXT x\nc TXT x\n"}
    text = "a 60 TXT x\n$INCLUDE x\nd TXT x\n"
    zone = load(text, "example.com", is_zone=False, read=lambda path: files[path])
    assert rows(zone) == [("a", "IN"), ("b", "CH"), ("c", "CH"), ("d", "IN")]
