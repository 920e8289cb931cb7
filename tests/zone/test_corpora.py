"""Zone files that nobody here wrote, and the records that their authors say are in them."""

from __future__ import annotations

import re
import struct
import textwrap
from collections import Counter

import pytest

from kmsdns.core import names
from kmsdns.core.findings import Severity
from kmsdns.core.records import Opaque, Soa, Srv, rdtype_number
from kmsdns.zone import load
from kmsdns.zone.lexer import decode, entries

MARK = re.compile(r"; *(?:RFC )?(?:OK|KO)(?! \(DISABLED)")

# Cases that are read otherwise, and why.
NLNETLABS_DIFFER = {
    "basic.yaml": "ZF012",  # a record outside the zone is kept there; RFC 1035 5.2 (4) has it refused
    "defaultclass.yaml": "ZF011",  # a zone of class CH; only IN is served here
    "mixedclass.yaml": "ZF011",  # records of two classes; RFC 1035 5.2 (1) has it refused
    "unknown-zero-length.yaml": "ZF001",  # a TXT without a string; RFC 1035 3.3.14 has one or more, and Knot refuses it
}


def test_the_example_of_rfc_2782(corpora):
    zone = load((corpora / "rfc/rfc2782-example.zone").read_bytes())
    assert [finding for finding in zone.findings if finding.severity is not Severity.NOTE] == []
    assert (zone.origin, len(zone.records)) == ("example.com.", 14)
    assert {record.ttl for record in zone.records} == {86400}


def test_the_zones_of_nlnetlabs(corpora):
    folder = corpora / "nlnetlabs-domain/test-data"
    paths = [*folder.rglob("*.zone"), *folder.rglob("*.txt")]
    assert len(paths) == 8
    for path in paths:
        zone = load(path.read_bytes(), path=path.name)
        assert zone.findings == ()
        assert len(zone.records) >= 12


def test_the_cases_of_nlnetlabs(corpora):
    for path in (corpora / "nlnetlabs-domain/test-data/zonefiles").glob("*.yaml"):
        text = path.read_text()
        origin = re.search(r"^origin: (\S+)", text, re.MULTILINE)
        body = re.search(r"^zonefile: \|\n(.*?)^result:", text, re.MULTILINE | re.DOTALL)
        assert origin is not None
        assert body is not None
        expected = re.findall(r"- owner: (\S+)\s+class: (\S+)\s+ttl: (\d+)", text)
        zone = load(textwrap.dedent(body[1]), origin[1], path=path.name)
        codes = {finding.code for finding in zone.findings} - {"ZD001"}
        assert codes == ({NLNETLABS_DIFFER[path.name]} if path.name in NLNETLABS_DIFFER else set())
        if not codes:
            assert [(record.owner, record.rdclass, str(record.ttl)) for record in zone.records] == expected


def wire(record) -> bytes:
    match record.rdata:
        case Opaque(data=data):
            return data
        case Srv() as srv:
            return struct.pack("!3H", srv.priority, srv.weight, srv.port) + names.to_wire(srv.target)
        case Soa() as soa:
            times = struct.pack("!5I", soa.serial, soa.refresh, soa.retry, soa.expire, soa.minimum)
            return names.to_wire(soa.mname) + names.to_wire(soa.rname) + times
    if record.rdtype == "A":
        return bytes(map(int, record.rdata.split(".")))
    if record.rdtype == "AAAA":
        import ipaddress

        return ipaddress.IPv6Address(record.rdata).packed
    return names.to_wire(record.rdata)


def rows(records) -> Counter:
    return Counter(
        (names.to_wire(r.owner).hex(), r.ttl, rdtype_number(r.rdtype), wire(r).hex()) for r in records
    )  # fmt: skip


# Lines that the Knot scanner refuses and that are read here: (case, line), by the reason.
KNOT_DIFFERS = {
    "any octet may stand in a name, and of RFC 1035 5.1 only some punctuation is special": {
        ("01_owner", 27), ("01_owner", 31), ("01_owner", 32), ("01_owner", 33), ("01_owner", 36), ("04-2_ORIGIN", 4),
        ("06-2_INCLUDE", 5), ("14_NS", 31), ("14_NS", 32), ("14_NS", 37), ("14_NS", 38), ("14_NS", 39), ("18_MX", 22),
        ("26_SRV", 20), ("36_RRSIG", 36),
    },
    "so the owner in the line before is one that can be inherited": {("01_owner", 34)},
    "an origin may be relative to the one before, as any name may (RFC 1035 5.1)": {
        ("04-1_ORIGIN", 4), ("06-1_INCLUDE", 5),
    },
    "base64 may have blanks in it (RFC 4034 2.2)": {
        ("29_CERT", 52), ("30_KEY", 25), ("31_DNSKEY", 26), ("36_RRSIG", 40), ("38_DHCID", 21), ("50_CDNSKEY", 26),
    },
    "parentheses may be nested: RFC 1035 5.1 does not say otherwise, and BIND reads them": {("00-0_general", 27)},
    "strings may touch one another, and here the second one begins": {("12_TXT", 37)},
    "CLASS1 is another way to write IN (RFC 3597 5)": {("02_class", 10)},
    "an error is told where it stands, in the included file, and not once more where that is included": {
        ("06-6_INCLUDE", 5), ("06-7_INCLUDE", 5),
    },
}  # fmt: skip
# Refused there, and under "KO", but with no line of its own here.
KNOT_OTHERWISE = {
    "00-2_general": "a carriage return before the line feed is a line's end as Windows writes it",
    "04-0_ORIGIN": "the last line is right, and only comes after what stops that scanner",
    "06-5_INCLUDE": "an empty file is included without a word, there too",
    "06-8_INCLUDE": "a file that includes a file is included without a word, there too",
}
KNOT_TOLD = {"62_ALIAS": 3}  # read, as there, and told to be a type that name servers refuse


def knot(folder, case):
    def read(path):
        name = path.rpartition("/")[2]
        return (folder / "includes" / name if name else folder).read_bytes()

    return load((folder / f"{case}.in").read_bytes(), ".", path=case, read=read)


def knot_cases(corpora):
    lines = (corpora / "knot-zscanner/summary.tsv").read_text().splitlines()[1:]
    return [(case, int(accepted), int(refused)) for case, accepted, refused, *_ in (ln.split("\t") for ln in lines)]


def test_every_record_of_the_knot_scanner_is_read_to_the_same_octets(corpora):
    folder = corpora / "knot-zscanner/data"
    total = 0
    for case, accepted, _ in knot_cases(corpora):
        expected: Counter = Counter()
        for block in (folder / f"{case}.out").read_text().split("------"):
            field = dict(re.findall(r"(\w+)=(\S*)", block))
            if "OWNER" in field:
                row = field["OWNER"].lower(), int(field["RRTTL"], 16), int(field["RTYPE"], 16), field["RDATA"].lower()
                expected[row] += 1
        assert expected - rows(knot(folder, case).records) == Counter(), case
        assert sum(expected.values()) == accepted
        total += accepted
    assert total == 612


def test_every_line_that_the_knot_scanner_refuses_is_refused_with_its_place(corpora):
    """Those under "; KO" in the files, but for the ones that KNOT_DIFFERS lists."""
    folder = corpora / "knot-zscanner/data"
    differ = set().union(*KNOT_DIFFERS.values())
    told_of, refused_there = 0, 0
    for case, _, refused in knot_cases(corpora):
        zone = knot(folder, case)
        told = {
            f.location.line
            for f in zone.findings
            if f.location and f.location.path == case and f.severity is Severity.ERROR and f.code != "ZD001"
        }
        wanted, extra = {}, set()
        text = decode((folder / f"{case}.in").read_bytes())
        marks = {number: "KO" in line for number, line in enumerate(text.split("\n"), 1) if MARK.match(line)}
        for entry in entries(text):
            is_bad = next(
                (bad for number, bad in sorted(marks.items(), reverse=True) if number < entry.line), not marks
            )
            if is_bad:
                wanted[entry.line] = range(entry.line, entry.line + entry.lines)
            else:
                extra.add(entry.line)
        if not marks or case in KNOT_OTHERWISE:
            continue
        missed = {line for line, span in wanted.items() if told.isdisjoint(span)}
        assert missed == {line for where, line in differ if where == case}, case
        assert len(told & extra) == KNOT_TOLD.get(case, 0), case
        told_of += len(wanted) - len(missed)
        refused_there += refused
    # In two cases that scanner counts the line in the included file as well.
    assert (told_of, len(differ), refused_there) == (496, 29, 496 + 29 + 2)


@pytest.mark.parametrize("case", ["07-0-rdata", "07-1-rdata"])
def test_rdata_alone_is_refused(corpora, case):
    zone = knot(corpora / "knot-zscanner/data", case)
    assert [finding.code for finding in zone.findings if finding.code != "ZD001"] == ["ZF001"]
