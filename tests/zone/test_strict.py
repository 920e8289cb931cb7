"""The strict reading: what it refuses besides, at its place, while the ordinary one reads it."""

from __future__ import annotations

import pytest

from kmsdns.zone import load

SOA = "$ORIGIN example.com.\n$TTL 60\n@ SOA ns root 1 2 3 4 5\n"
REFUSED = {
    "a,b A 192.0.2.1": (1, 4, "','"),
    "a&b.x A 192.0.2.1": (1, 6, "'&'"),
    "@@ A 192.0.2.1": (1, 3, "'@'"),
    "a MX 1 m%": (8, 10, "'%'"),
    "a NS $": (6, 7, "'$'"),
    "a HTTPS 1 x:y": (11, 14, "':'"),
    "a CLASS1 A 192.0.2.1": (3, 9, "write IN"),
    "a class1 A 192.0.2.1": (3, 9, "write IN"),
    "a NS ((b))": (7, 8, "parentheses inside"),
    'a TXT "x""y"': (10, 11, "blank in between"),
    'a TXT x"y"': (8, 9, "blank in between"),
    'a TXT "x"y': (10, 11, "blank in between"),
    "a KEY 0 0 0 AA ==": (13, 15, "base64"),
    "a DHCID AAA A": (9, 12, "base64"),
    "$ORIGIN sub": (9, 12, "relative"),
    "$ORIGIN sub\\.": (9, 14, "relative"),
    "$ORIGIN @": (9, 10, "relative"),
}
TAKEN = [
    "a-b_c/d*e.f A 192.0.2.1", "a\\,b\\@\\038.c A 192.0.2.1", "@ A 192.0.2.1", "a NS @", "a NS .", "a IN A 192.0.2.1",
    "a NS ( b ) ; ((", "a NS (\n b )", 'a TXT "x" "y" ; "z""', 'a TXT ("x")', 'a TXT x "(("', 'a TXT "x\ny" z',
    'a HTTPS 1 . alpn="h2" port="1"', "a KEY 0 0 0 AAAA AA==", "a KEY \\# 5 00000000 00", "$ORIGIN .",
    "$ORIGIN sub.\\\\.",
]  # fmt: skip


@pytest.mark.parametrize("line", REFUSED)
def test_refused(line):
    assert load(f"{SOA}{line}\n").findings == ()
    column, end_column, told = REFUSED[line]
    zone = load(f"{SOA}{line}\nafter.example.com. A 192.0.2.9\n", strict=True)
    (finding,) = zone.findings
    assert (finding.code, told in finding.message) == ("ZF001", True), finding.message
    place = finding.location
    assert (place.line, place.column, place.end_line, place.end_column) == (4, column, 4, end_column)
    assert [record.owner for record in zone.records] == ["example.com.", "after.example.com."]


@pytest.mark.parametrize("line", TAKEN)
def test_taken(line):
    strict, ordinary = load(f"{SOA}{line}\n", strict=True), load(f"{SOA}{line}\n")
    assert strict.findings == ordinary.findings == ()
    assert strict.records == ordinary.records


def test_what_is_wrong_anyway_is_told_once():
    for line in (
        "a.. A 192.0.2.1",
        "a NS b\\",
        "a NS (",
        '"a" A 192.0.2.1',
        "\u00e9 A 192.0.2.1",
        'a TXT "',
        "a KEY 0 0 0 A",
    ):
        assert load(f"{SOA}{line}\n", strict=True).findings == load(f"{SOA}{line}\n").findings


def test_carriage_returns_are_told_once_for_a_file():
    text = SOA + "a A 192.0.2.1\r\nb A 192.0.2.2\r\n"
    zone = load(text.encode(), strict=True)
    assert [(finding.code, finding.location.line, finding.location.column) for finding in zone.findings] == [
        ("ZF001", 4, 14)
    ]
    assert zone.records == load(text.encode()).records


def test_an_include_with_an_error_is_told_in_both_files():
    read = {"bad": b"x A 1\n", "warned": b"$ORIGIN x.test.\n", "relative": b""}.__getitem__
    text = SOA + "$INCLUDE bad\na A 192.0.2.1\n$INCLUDE warned\n$INCLUDE relative sub\n"

    def told(**how):
        found = load(text, path="outer", read=lambda path: read(path.rpartition("/")[2]), **how).findings
        return [(finding.code, finding.location.path, finding.location.line) for finding in found]

    assert told() == [("ZF001", "bad", 1)]
    assert told(strict=True) == [("ZF001", "bad", 1), ("ZF005", "outer", 4), ("ZF001", "outer", 7)]
