"""Zone files that nobody here wrote, and the records that their authors say are in them."""

from __future__ import annotations

import re
import struct
import textwrap
from collections import Counter

import pytest

from kmsdns.model import names
from kmsdns.model.findings import Severity
from kmsdns.model.records import Opaque, Soa, Srv, rdtype_number
from kmsdns.zone import load
from kmsdns.zone.lexer import decode, entries

MARK = re.compile(r"; *(?:RFC )?(?:OK|KO)(?! \(DISABLED)")


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
    """They are of a reader of records: of any class, inside a zone or not, rdata in generic form taken as it is."""
    paths = list((corpora / "nlnetlabs-domain/test-data/zonefiles").glob("*.yaml"))
    assert len(paths) == 16
    for path in paths:
        text = path.read_text()
        told = dict(re.findall(r"^(origin|default_class): (\S+)", text, re.MULTILINE))
        body = re.search(r"^zonefile: \|\n(.*?)^result:", text, re.MULTILINE | re.DOTALL)
        assert body is not None
        expected = re.findall(r"- owner: (\S+)\s+class: (\S+)\s+ttl: (\d+)", text)
        rdclass = told.get("default_class", "IN")
        zone = load(textwrap.dedent(body[1]), told["origin"], path=path.name, rdclass=rdclass, is_zone=False)
        assert zone.findings == (), path.name
        assert [(record.owner, record.rdclass, str(record.ttl)) for record in zone.records] == expected
        generic = re.findall(r"data: !Unknown\s+rtype: \S+\s+data: *([0-9a-f]*)", text)
        assert [r.rdata.data.hex() for r in zone.records if isinstance(r.rdata, Opaque)][: len(generic)] == generic
        addresses = re.findall(r"addr: (\S+)", text)
        assert [record.rdata for record in zone.records if record.rdtype in ("A", "AAAA")] == addresses


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


# Read to the same octets as there, and told to be of a type that BIND and NSD refuse (ZF015 of the rules): ALIAS.
KNOT_TOLD = {"62_ALIAS": 3}


def knot(folder, case, strict):
    def read(path):
        name = path.rpartition("/")[2]
        return (folder / "includes" / name if name else folder).read_bytes()

    return load((folder / f"{case}.in").read_bytes(), ".", path=case, read=read, strict=strict)


def knot_cases(corpora):
    lines = (corpora / "knot-zscanner/summary.tsv").read_text().splitlines()[1:]
    return [(case, int(accepted), int(refused)) for case, accepted, refused, *_ in (ln.split("\t") for ln in lines)]


@pytest.mark.parametrize("strict", [False, True])
def test_every_record_of_the_knot_scanner_is_read_to_the_same_octets(corpora, strict):
    folder = corpora / "knot-zscanner/data"
    total = 0
    for case, accepted, _ in knot_cases(corpora):
        expected: Counter = Counter()
        for block in (folder / f"{case}.out").read_text().split("------"):
            field = dict(re.findall(r"(\w+)=(\S*)", block))
            if "OWNER" in field:
                row = field["OWNER"].lower(), int(field["RRTTL"], 16), int(field["RTYPE"], 16), field["RDATA"].lower()
                expected[row] += 1
        assert expected - rows(knot(folder, case, strict).records) == Counter(), case
        assert sum(expected.values()) == accepted
        total += accepted
    assert total == 612


def test_every_line_that_the_knot_scanner_refuses_is_refused_with_its_place(corpora):
    """Those under "; KO" in the files. It stops at some of them: what follows there it does not judge."""
    folder = corpora / "knot-zscanner/data"
    total = 0
    for case, _, refused in knot_cases(corpora):
        findings = knot(folder, case, True).findings
        errors = [found.location for found in findings if found.severity is Severity.ERROR and found.code != "ZD001"]
        told = {(location.path, location.line) for location in errors}
        assert len(told) == len(errors) == refused + KNOT_TOLD.get(case, 0), case
        text = decode((folder / f"{case}.in").read_bytes())
        marks = {number: "KO" in line for number, line in enumerate(text.split("\n"), 1) if MARK.match(line)}
        wanted = []
        for entry in entries(text):
            if next((bad for number, bad in sorted(marks.items(), reverse=True) if number < entry.line), not marks):
                wanted.append({(case, number) for number in range(entry.line, entry.line + entry.lines)})
        included = sum(1 for path, _ in told if path != case)
        assert all(told & places for places in wanted[: refused - included]), case
        total += refused
    assert total == 531


@pytest.mark.parametrize("case", ["07-0-rdata", "07-1-rdata"])
def test_rdata_alone_is_refused(corpora, case):
    zone = knot(corpora / "knot-zscanner/data", case, False)
    assert [finding.code for finding in zone.findings if finding.code != "ZD001"] == ["ZF001"]
