"""Edits of a zone file's octets: what they are about changes, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kmsdns.errors import KmsdnsError
from kmsdns.model.records import Record, Srv
from kmsdns.zone import load
from kmsdns.zone.edits import Edit, apply, delete, insert, replace
from tests.amount import examples

ZONE = """\
$ORIGIN example.com.
@  3600 IN SOA ns root ( 1 ; serial
        2h 15m 2w 10m )
   NS   ns           ; inherits
   60 NS ns2

; hosts \u00e9
ns    A  192.0.2.1   ; the first
      AAAA 2001:db8::1
ns2   A ( 192.0.2.2
        ) ; two lines
$GENERATE 1-2 h$ A 192.0.2.1$
kms   5 A 192.0.2.9
      TXT "x"
$TTL 7
last  A 192.0.2.10"""
NEW = Record(owner="new.example.com.", ttl=99, rdtype="SRV", rdata=Srv(priority=1, weight=2, port=3, target="kms."))


def plain(records):
    return [record.replace(location=None) for record in records]


def changed(text, edits):
    return load(apply(text.encode(), edits))


def test_a_word_is_replaced():
    zone = load(ZONE)
    token = zone.tokens(zone.records[3])[-1]
    text = apply(ZONE.encode(), [replace(token, "192.0.2.77")]).decode()
    assert text == ZONE.replace("192.0.2.1   ; the first", "192.0.2.77   ; the first")


def test_offsets_count_characters():
    zone = load(ZONE)
    edits = [replace(zone.tokens(record)[-1], "127.0.0.1") for record in zone.records if record.rdtype == "A"]
    generated = [edit for edit in edits if edit.start == edits[2].start]
    assert len(generated) == 2
    edits.remove(generated[0])
    found = changed(ZONE, edits)
    assert [r.rdata for r in found.records if r.rdtype == "A"] == ["127.0.0.1"] * 6
    assert len(found.records) == len(zone.records)


@pytest.mark.parametrize("index", [n for n, record in enumerate(load(ZONE).records) if record.owner[0] != "h"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_record_is_deleted(index, end):
    text = ZONE.replace("\n", end)
    zone = load(text)
    found = changed(text, delete(zone, zone.records[index]))
    assert plain(found.records) == plain(zone.records[:index] + zone.records[index + 1 :])
    assert {finding.code for finding in found.findings} <= {"ZD001"}


def test_a_record_is_deleted_with_its_comment_and_its_lines():
    zone = load(ZONE)
    text = apply(ZONE.encode(), delete(zone, zone.records[3])).decode()
    assert text == ZONE.replace(
        "ns    A  192.0.2.1   ; the first\n      AAAA", "ns.example.com.      3600 AAAA"
    ).replace("3600 AAAA", "AAAA"), "the owner is kept for the record that inherits it"
    text = apply(ZONE.encode(), delete(zone, zone.records[5])).decode()
    assert text == ZONE.replace("ns2   A ( 192.0.2.2\n        ) ; two lines\n", "")


@pytest.mark.parametrize("index", range(len(load(ZONE).records)))
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("new", [NEW, NEW.replace(owner="ns.example.com.", ttl=60)])
def test_a_record_is_inserted(index, end, new):
    text = ZONE.replace("\n", end)
    zone = load(text)
    found = changed(text, insert(zone, zone.records[index], new))
    last = max(n for n, record in enumerate(zone.records) if record.location == zone.records[index].location)
    assert plain(found.records) == plain((*zone.records[: last + 1], new, *zone.records[last + 1 :]))
    assert found.findings == ()


def test_an_inserted_record_has_a_line_of_its_own():
    zone = load(ZONE)
    text = apply(ZONE.encode(), insert(zone, zone.records[-1], NEW)).decode()
    assert text == ZONE + "\nnew.example.com. 99 IN SRV 1 2 3 kms."


@given(st.data())
@settings(max_examples=examples(150))
def test_edits_are_about_one_record_only(data):
    owners, ttls = st.sampled_from(["a", "b", "", ""]), st.sampled_from(["", "", "5 ", "IN ", "IN 6 ", "[AGE:1] "])
    lines = data.draw(st.lists(st.tuples(owners, ttls, st.sampled_from(["", " ; c", "\n"])), min_size=1, max_size=6))
    text = "$ORIGIN example.com.\n@ SOA a b 1 2 3 4 77\n" + data.draw(st.sampled_from(["", "$TTL 9\n"]))
    text += "".join([f"{owner}  {ttl}A 192.0.2.{n}{end}\n" for n, (owner, ttl, end) in enumerate(lines)])
    zone = load(text)
    at = data.draw(st.integers(0, len(zone.records) - 1))
    rest = plain(zone.records[:at] + zone.records[at + 1 :])
    assert plain(changed(text, delete(zone, zone.records[at])).records) == rest
    new = NEW.replace(
        owner=data.draw(st.sampled_from(["a.example.com.", "x."])), ttl=data.draw(st.sampled_from([5, 9]))
    )
    new = new.replace(owner="x.example.com.") if new.owner == "x." else new
    found = changed(text, insert(zone, zone.records[at], new))
    assert plain(found.records) == plain((*zone.records[: at + 1], new, *zone.records[at + 1 :]))


@given(st.binary(max_size=60), st.data())
def test_whatever_is_not_edited_stays(data, draw):
    try:
        assert apply(data, []) == data
    except KmsdnsError:
        assert data[:2] in (b"\xff\xfe", b"\xfe\xff")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_the_encoding_stays(encoding):
    bom = {"utf-16-le": "\ufeff", "utf-16-be": "\ufeff"}.get(encoding, "")
    data = (bom + "a \u00e9 b").encode(encoding)
    offset = 2 if encoding != "utf-8-sig" else 3
    changed = apply(data, [Edit(start=offset, end=offset + 1, replacement="\u00fc")])
    assert changed == (bom + "a \u00fc b").encode(encoding)


def test_line_ends_of_old_stay():
    text = "@ 1 SOA a b 1 2 3 4 5\r\\# x\r".replace("\\# x", "a 1 A 192.0.2.1")
    zone = load(text, "example.com")
    data = apply(text.encode(), insert(zone, zone.records[0], NEW))
    assert data == b"@ 1 SOA a b 1 2 3 4 5\rnew.example.com. 99 IN SRV 1 2 3 kms.\ra 1 A 192.0.2.1\r"


@pytest.mark.parametrize(
    ("edits", "says"),
    [
        ([(0, 3), (2, 4)], "overlap"),
        ([(0, 3), (0, 3)], "overlap"),
        ([(1, 2), (0, 9)], "overlap"),
        ([(0, 11)], "outside"),
        ([(-1, 0)], "outside"),
        ([(3, 2)], "outside"),
    ],
)
def test_what_cannot_be_applied(edits, says):
    with pytest.raises(KmsdnsError, match=says):
        apply(b"0123456789", [Edit(start=start, end=end, replacement="x") for start, end in edits])


def test_edits_side_by_side_are_fine():
    edits = [(2, 4, "a"), (4, 4, "b"), (4, 4, "c"), (4, 5, "d"), (0, 2, "")]
    assert apply(b"0123456789", [Edit(start=s, end=e, replacement=text) for s, e, text in edits]) == b"abcd56789"


def test_what_a_file_cannot_hold_is_refused():
    with pytest.raises(KmsdnsError, match="encoding"):
        apply(b"a", [Edit(start=0, end=0, replacement="\ud800")])
    with pytest.raises(KmsdnsError, match="UTF-16"):
        apply(b"\xff\xfea", [])


def test_records_that_have_no_line_of_their_own():
    zone = load(ZONE)
    generated = next(record for record in zone.records if record.owner == "h1.example.com.")
    with pytest.raises(KmsdnsError, match="shares line"):
        delete(zone, generated)
    for record in (NEW, zone.records[0].replace(ttl=1), NEW.replace(location=zone.records[0].location)):
        with pytest.raises(KmsdnsError, match=r"no record of this zone|does not stand"):
            delete(zone, record)
    table = load("Name\tType\tData\tTimestamp\na\tHost (A)\t192.0.2.1\tstatic\n", "example.com")
    with pytest.raises(KmsdnsError, match="list of DNS Manager"):
        insert(table, table.records[0], NEW)


def test_what_an_included_file_inherits_is_not_taken_away():
    files = {"i": b" A 192.0.2.2\nx A 192.0.2.3\n"}
    text = "$ORIGIN example.com.\n$TTL 1\n@ SOA a b 1 2 3 4 5\na A 192.0.2.1\n$INCLUDE i\n A 192.0.2.4\n"
    zone = load(text, read=files.__getitem__)
    with pytest.raises(KmsdnsError, match="'i', included from here"):
        delete(zone, zone.records[1])
    data = apply(text.encode(), delete(zone, zone.records[-1]))
    assert plain(load(data, read=files.__getitem__).records) == plain(zone.records[:-1])
