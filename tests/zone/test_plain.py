"""The quick way and the thorough way through a zone come to the same records, places and findings."""

from __future__ import annotations

import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kmsdns.zone import load, plain
from tests.amount import examples
from tests.zone.test_properties import ZONEISH

SOA = "$ORIGIN example.com.\n$TTL 60\n@ SOA ns root 1 2 3 4 5\n"
OWNERS = st.sampled_from(
    ["", "", "a", "@", "a.b", "x.example.com.", "other.test.", "_vlmcs._tcp", "*", "a@b", "a$", ".", "..", "a..b",
     "l" * 63, "l" * 64, "a." * 130, "a\\.b", "[x]", "IN", "60", "A", "\u00e9", "$ORIGIN"]
)  # fmt: skip
MIDDLES = st.sampled_from(
    ["", "60", "IN", "in 60", "60 IN", "IN 1h", "IN 60 IN", "60 60", "1x", "CH", "99999999999", "CLASS1", "[AGE:1]"]
)  # fmt: skip
RDATAS = st.sampled_from(
    """A 192.0.2.1|A 192.0.2.256|A|a 192.0.2.1|AAAA 2001:db8::1|AAAA 2001:DB8:0:0::1|AAAA 1:2:3:4:5:6:7:8|AAAA ::
    |CNAME a|CNAME @|cname b.example.com.|NS a b|NS ns@x|NS "q"|PTR .|DNAME a..b|SRV 0 0 1688 kms|SRV 0 0 65536 kms
    |SRV 0 0 99999 kms|SRV 00001 0 1 @|SRV 0 0 1|SRV 0 0 0 .|srv 1 2 3 a.b.|MX 10 mail|MX a b|TXT a b|TXT "a b" c
    |TXT "a"b|TXT "|TXT "(;)"|TXT \\; x|SOA a b 1 2 3 4 5|CAA 0 issue "x"|HTTPS 1 . alpn="h2"|HTTPS 1 . alpn=h2
    |TYPE1 192.0.2.1|TYPE65280 \\# 1 00|HINFO a b|DS 1 8 2 00|ALIAS x|ANY x|( A 192.0.2.1 )|A ( 192.0.2.1""".split("|")
).map(str.strip)  # fmt: skip
ENDS = st.sampled_from(["\n", "\n", "\n", "\r\n", " \n", "\t; c\n", ';c ("\n', "\n\n", "\n ; x\n", "", "\r"])
GAPS = st.sampled_from([" ", "\t", "  "])
LINES = st.tuples(OWNERS, GAPS, MIDDLES, GAPS, RDATAS, ENDS).map("".join)
HEADS = st.sampled_from(
    [SOA, "", "$ORIGIN example.com.\n", "$TTL 5\n", "@ SOA ns root 1 2 3 4 5\n", "$ORIGIN .\n$TTL 1\n"]
)
DIRECTIVES = st.sampled_from(
    ["$ORIGIN sub\n", "$TTL 9\n", "$ORIGIN example.com.\n", "$GENERATE 1-3 h$ A 192.0.2.$\n", "\n"]
)
ZONES = st.tuples(HEADS, st.lists(st.one_of(LINES, LINES, LINES, DIRECTIVES), max_size=12)).map(
    lambda parts: parts[0] + "".join(parts[1])
)


def both(text, monkeypatch, **options):
    quick = load(text, **options)
    with monkeypatch.context() as patch:
        patch.setattr(plain, "read", lambda reader, source: None)
        thorough = load(text, **options)
    return quick, thorough


def same(quick, thorough):
    assert quick.records == thorough.records
    assert [record.location for record in quick.records] == [record.location for record in thorough.records]
    assert quick.findings == thorough.findings
    assert (quick.manners, quick.origin, quick.sources) == (thorough.manners, thorough.origin, thorough.sources)


@pytest.fixture(scope="module")
def patching():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@given(st.one_of(ZONES, ZONES, ZONEISH), st.sampled_from([None, "example.com"]), st.booleans())
@settings(max_examples=examples(400))
def test_both_ways_come_to_the_same(patching, text, origin, is_zone):
    same(*both(text, patching, origin=origin, is_zone=is_zone))


def test_on_every_corpus(corpora, monkeypatch):
    paths = [path for path in corpora.rglob("*") if path.suffix in (".in", ".zone", ".txt", ".yaml")]
    assert len(paths) > 100
    for path in paths:
        same(*both(path.read_bytes(), monkeypatch, origin=".", path=path.name))


def test_plain_lines_are_taken_the_quick_way(monkeypatch):
    text = (
        SOA + '\n; c\na A 192.0.2.1\n  60 IN AAAA ::1 ; c\nb IN CNAME a\n_x._tcp 5 SRV 0 0 1 a\n@ MX 1 a\n TXT "x" y\n'
    )
    taken = []
    thorough = plain.read

    def read(reader, source):
        thorough(reader, source)
        taken.append(len(reader.records))

    monkeypatch.setattr(plain, "read", read)
    zone = load(text)
    assert taken[-1] == len(zone.records) == 7
    assert len(taken) == 4, "once in front of each directive, once in front of the SOA, once behind it"


ODD = """a..b A 192.0.2.1|.a A 192.0.2.1|. A 192.0.2.1|a SRV 0 0 1 .|a SRV 0 0 1 b..c|a SRV 0 0 1 .b
    |a SRV 0 0 70000 b|a SRV 0 0 000001 b|@ A 192.0.2.1|a A 192.0.2.01|a A 192.0.2.|a A|a IN|a|a A A|IN A 192.0.2.1
    |a 1h IN A 192.0.2.1|a 60 IN 60 A 192.0.2.1|a IN 7 A 192.0.2.1|a TXT (|)|a CH A 192.0.2.1|a TXT "x|a TXT "x"; y
    |$ORIGIN sub|; c""".replace("\n    ", "").split("|")  # fmt: skip
ODD += ["", "   ", "\t\tA 192.0.2.1 \t", "a A 192.0.2.1\r", "l" * 64 + " A 192.0.2.1", "a NS " + "l" * 64]
ODD += ["l." * 126 + "x A 192.0.2.1", "l." * 126 + " A 192.0.2.1", "l." * 122 + " A 192.0.2.1"]


@pytest.mark.parametrize("head", [SOA, "@ 60 SOA ns root 1 2 3 4 5\n", "x.test. 5 SOA ns. root. 1 2 3 4 5\n"])
def test_an_odd_line_among_many_plain_ones(head, monkeypatch):
    plain_lines = "".join(
        [f"h{n} 3600 IN A 192.0.2.{n % 256}\n_s._tcp.x{n}.test. SRV 0 0 {n} h{n}.\n" for n in range(60)]
    )
    for odd in ODD:
        same(*both(f"{head}{plain_lines}{odd}\n{plain_lines}", monkeypatch))
    lines = [line for odd in ODD for line in (odd, *plain_lines.splitlines()[:9])]
    same(*both(head + "\n".join(lines), monkeypatch))


def test_time_and_room_for_a_big_zone():
    count = 20_000
    text = SOA + "".join([f"h{n} 3600 IN A 192.0.2.{n % 256}\n_s._tcp.x{n} SRV 0 0 1688 h{n}\n" for n in range(count)])
    started = time.process_time()
    zone = load(text)
    took = time.process_time() - started
    assert len(zone.records) == 2 * count + 1
    assert took < 2, "40,000 records: a slow machine takes half a second"
    tracemalloc.start()
    zone = load(text)
    room = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert room / (2 * count) < 700, "octets a record at the peak, the text included"


@pytest.mark.parametrize(
    "line",
    ["a" * 500_000, " " * 500_000, "a " * 250_000, "a A " + "1 " * 250_000, "; " * 250_000, ".a" * 250_000,
     '"" ' * 150_000, "a TXT " + '"" ' * 20_000],
    ids=lambda line: line[:6],
)  # fmt: skip
def test_time_is_linear_in_a_line(line):
    started = time.process_time()
    load(SOA + f"{line}\n{line}\n{line}")
    assert time.process_time() - started < 10
