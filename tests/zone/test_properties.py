"""What holds for any text and any question."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from kmsdns.model import names
from kmsdns.model.findings import Severity
from kmsdns.zone import load, respond
from kmsdns.zone.complaints import CODES
from kmsdns.zone.lexer import entries, scan
from tests.amount import examples

FRAGMENTS = st.sampled_from(
    """a b.c @ * . .. example.com. _vlmcs._tcp www \\. \\032 \\256 \\ a\\.b \u00e9 \u200b \u201cx\u201d \xa0 IN CH
    in 60 1h 1x -1 99999999999 A AAAA NS CNAME DNAME SOA SRV MX TXT PTR CAA HTTPS
    TYPE65280 ANY ALIAS TYPE1 192.0.2.1 2001:db8::1 ::ffff:192.0.2.1
    0 10 1688 65536 \\# 4 c0000201 ( ) " "x" "y;z" ; $ORIGIN $TTL $GENERATE
    $INCLUDE $X 1-3 h$ ${0,2,x} alpn="h2" [AGE:1]""".split()
)  # fmt: skip
GAPS = st.sampled_from([" ", " ", " ", "\t", "\n", "\n", "\n ", "\r\n", "\r", "", " ; c\n", "\x0c"])
ZONEISH = st.lists(st.tuples(FRAGMENTS, GAPS), max_size=60).map(lambda parts: "".join([a + b for a, b in parts]))
SOA = "$ORIGIN example.com.\n$TTL 60\n@ SOA ns root 1 2 3 4 5\n"
LABELS = st.sampled_from(["a", "b", "*", "_vlmcs", "_tcp", "www", "A", "\\.", "\\032"])
NAMES = st.lists(LABELS, max_size=6).map(lambda labels: ".".join([*labels, "example.com."]))
TYPES = st.sampled_from("A AAAA NS CNAME DNAME SRV MX TXT SOA DS ANY TYPE65280".split())
TARGETS = st.one_of(NAMES, st.sampled_from(["a", "www.example.net.", "."]))
RECORDS = st.one_of(
    st.tuples(NAMES, st.sampled_from(["A 192.0.2.1", "AAAA ::1", "TXT x", "TYPE65280 \\# 1 00"])).map(" ".join),
    st.tuples(NAMES, st.sampled_from(["NS", "CNAME", "DNAME", "SRV 0 0 1", "MX 1"]), TARGETS).map(" ".join),
)
ZONES = st.lists(RECORDS, max_size=12).map(lambda lines: load(SOA + "\n".join(lines) + "\n"))


@given(
    st.one_of(st.text(), st.binary(), ZONEISH),
    st.sampled_from([{}, {"strict": True}, {"is_zone": False}, {"rdclass": "CH"}]),
)
@settings(max_examples=examples(800))
def test_load_takes_any_text(text, manner):
    zone = load(text, read=lambda path: b"x 1 A 192.0.2.1\n" + path.encode("utf-8", "replace"), **manner)
    for finding in zone.findings:
        slug, severity, _ = CODES[finding.code]
        assert (finding.slug, finding.severity) == (slug, severity)
        assert finding.message.isprintable()
        at = finding.location
        assert at is None or (at.line, at.column) < (at.end_line, at.end_column) or finding.code == "ZD001"
    for record in zone.records:
        assert names.from_text(record.owner) == record.owner
        assert record.rdclass == zone.rdclass or zone.rdclass is None
        assert zone.origin is None or zone.rdclass is None or names.is_at_or_below(record.owner, zone.origin)
        assert zone.tokens(record)
    assert len(zone.manners) == len(zone.records)


@given(st.one_of(st.text(), ZONEISH))
def test_tokens_cover_the_text_in_order(text):
    at = 0
    for token in scan(text):
        assert not text[at : token.offset].replace("\x1a", " ").strip()
        assert text[token.offset : token.end] == token.text
        assert token.column == token.offset - text.rfind("\n", 0, token.offset)
        assert token.line == text.count("\n", 0, token.offset) + 1
        at = token.end
    for entry in entries(text):
        assert len(entry.tokens(text)) == len(entry.words)
        assert entry.start <= entry.offset <= entry.end


@given(ZONEISH)
def test_an_error_does_not_hide_the_next_record(text):
    zone = load(f"{SOA}{text}\n)\nlast 60 IN A 192.0.2.99\n")
    is_open = any(finding.code in ("ZF002", "ZF003") for finding in zone.findings)
    assert is_open or '"' in text or any(str(record.rdata) == "192.0.2.99" for record in zone.records)


@given(ZONES, NAMES, TYPES)
@settings(max_examples=examples(500))
def test_answers_fit_their_questions(zone, qname, qtype):
    assert not [finding for finding in zone.findings if finding.severity is Severity.ERROR]
    reply = respond(zone, qname, qtype)
    assert reply.rcode in ("NOERROR", "NXDOMAIN", "YXDOMAIN")
    for line in (*reply.answer, *reply.authority, *reply.additional):
        assert line.isprintable()
    expected = names.fold(names.from_text(qname))
    for record in reply.answer_records:
        if record.rdtype == "DNAME" and names.fold(record.owner) != expected:
            assert names.is_at_or_below(expected, record.owner)
            continue
        assert names.fold(record.owner) == expected
        if record.rdtype == "CNAME" and qtype not in ("CNAME", "ANY"):
            assert isinstance(record.rdata, str)
            expected = names.fold(record.rdata)
        else:
            assert qtype in (record.rdtype, "ANY")
    negative = [record for record in reply.authority_records if record.rdtype == "SOA"]
    assert (reply.rcode == "NXDOMAIN") <= bool(negative)
    assert reply.aa or {record.rdtype for record in reply.authority_records} == {"NS"}
    assert respond(zone, qname.upper(), qtype.lower()).rcode == reply.rcode


@given(st.text(), st.one_of(TYPES, st.text()))
def test_respond_takes_any_question(qname, qtype):
    zone = load(SOA + "* A 192.0.2.1\n")
    for name in (qname, qname + ".example.com"):
        assert respond(zone, name, qtype).rcode in ("NOERROR", "NXDOMAIN", "REFUSED", "FORMERR", "NOTIMP")
