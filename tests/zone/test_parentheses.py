"""Parentheses that a later record happens to close: told once, where they were opened; and those that are in order."""

from __future__ import annotations

import pytest

from kmsdns.zone import load

HEAD = """\
$ORIGIN contoso.com.
$TTL 3600
@ IN SOA ns1 hostmaster 1 7200 3600 1209600 3600
"""


def told(lines: str) -> list[tuple[str, int, int]]:
    zone = load(HEAD + lines)
    return [(found.code, found.location.line, found.location.column) for found in zone.findings]


def owners(lines: str) -> list[str]:
    return [record.owner.partition(".")[0] for record in load(HEAD + lines).records[1:]]


@pytest.mark.parametrize(
    ("lines", "column", "read"),
    [
        ('i TXT ( "a"\n  "b"\nk A 192.0.2.1\nl A 192.0.2.2 )\nm A 192.0.2.3\n', 7, "klm"),
        ('i TXT ( "a"\nk A 192.0.2.1\nl MX ( 10\n k ) )\nm A 192.0.2.3\n', 7, "klm"),
        ("i SRV ( 0 0 9\n k\nl IN SRV 0 0 9 k )\nm A 192.0.2.3\n", 7, "lm"),
        ("i SRV ( 0 0 9\n k\nl IN A 192.0.2.300 )\nm A 192.0.2.3\n", 7, "m"),
        ("i MX ( 10 k\n  60 IN A 192.0.2.1\nl 60 in a 192.0.2.2 )\nm A 192.0.2.3\n", 6, "ilm"),
        ("i NS ( k\nl NS k\nm MX 10 k )\n)\n", 6, "lm"),
        ("i NSEC j (\n  A NS RRSIG\nk A 192.0.2.1 )\n", 10, "k"),
    ],
)
def test_the_one_that_was_forgotten_is_pointed_at(lines: str, column: int, read: str) -> None:
    found = told(lines)
    assert found[0] == ("ZF002", 4, column)
    rest = {"192.0.2.300": [("ZF001", 6, 8)], ")\n)": [("ZF002", 7, 1)]}
    assert found[1:] == next((more for part, more in rest.items() if part in lines), [])
    assert owners(lines) == list(read)


def test_the_sentence_says_where_it_ends() -> None:
    (finding,) = load(HEAD + 'i TXT ( "a"\nk A 192.0.2.1 )\n').findings
    assert finding.message.startswith('no ")" closes the parenthesis opened here before the one of a later record')
    assert finding.message.endswith("in line 5")


def test_several_are_told_each() -> None:
    assert told("i MX ( 10 a\nj MX ( 10 b\nk A 192.0.2.1 )\nl A 192.0.2.2 )\n") == [("ZF002", 4, 6), ("ZF002", 5, 6)]


def test_an_soa_is_told_once() -> None:
    soa = "@ SOA ns1 hostmaster (\n1\n7200 ; refresh\n3600 1209600\n3600\n"
    text = "$ORIGIN contoso.com.\n$TTL 1h\n" + soa + "@ NS ns1\nns1 A 192.0.2.53 )\n"
    zone = load(text)
    assert [(found.code, found.location.line, found.location.column) for found in zone.findings] == [("ZF002", 3, 22)]
    assert [record.rdtype for record in zone.records] == ["NS", "A"]
    assert zone.origin == "contoso.com."


@pytest.mark.parametrize(
    "lines",
    [
        'k TXT (\n"v=DKIM1; k=rsa; "\n"p=abc" )\n',
        "k TXT (\nv=spf1\na mx -all )\n",
        "k TXT ( see\nTXT or A or MX records )\n",
        "k NSEC l (\nA NS SOA MX\nRRSIG NSEC )\n",
        "k A (\n192.0.2.1\n)\n",
        "k SRV (\n0\n0\n9 ; port\nk )\n",
        "k MX ( 10\nin )\n",
        "k 60 (\nIN\nA\n192.0.2.1 )\n",
        "k DNSKEY 257 3 13 (\nqXM3UwQ0zDYoBGOS\nA3NS )\n",
    ],
)
def test_what_is_in_order_is_silent(lines: str) -> None:
    assert told(lines) == []
    assert owners(lines) == ["k"]


@pytest.mark.parametrize(
    "text",
    [
        "a A (\n" * 5_000 + ")" * 5_000,
        "a A 192.0.2.1 (\n" * 5_000 + ")\n" * 5_000,
        "a TXT (\n" + "b A 192.0.2.1\n" * 5_000 + ")",
        "a TXT (\n" + "b IN A ( x )\n" * 5_000 + ")",
        "a TXT ( x\nb A 192.0.2.1 )\n" * 3_000,
        "a MX (\n" + "b\n" * 20_000 + ")",
        "a NSEC b (\n" + "A NS\n" * 20_000 + ")",
    ],
    ids=lambda text: repr(text[:20]),
)
def test_time_is_linear(text: str) -> None:
    """Were it not, each of these would take minutes."""
    assert load(HEAD + text).soa is not None


def test_a_parenthesis_behind_a_string_of_two_lines_at_the_end_of_a_text() -> None:
    """The entry has as many lines as its text, though its last one has no end."""
    found = [each.location for each in load('"\n" ( ', path="z").findings if each.code == "ZF002"]
    assert [(at.line, at.column) for at in found] == [(2, 3)]
