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

# Cases that are read otherwise, and why.
NLNETLABS_DIFFER = {
    "basic.yaml": "ZF012",  # a record outside the zone is kept there
    "defaultclass.yaml": "ZF011",  # classes other than IN
    "mixedclass.yaml": "ZF011",
    "stroverflow.yaml": "ZF001",  # a string of 256 octets
    "unknown-zero-length.yaml": "ZF001",  # a TXT without a string
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


# Files of the Knot scanner of which every accepted line is read here too, and to the same octets.
KNOT = """00-0_general 00-3_general 01_owner 03_rrttl 04-0_ORIGIN 05-0_TTL 06-0_INCLUDE 10_A 11_AAAA 13_SPF 14_NS
15_CNAME 16_PTR 17_DNAME 18_MX 23_MINFO 25_SOA 26_SRV 28_TYPE""".split()


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


@pytest.mark.parametrize("case", KNOT)
def test_the_lines_of_the_knot_scanner(corpora, case):
    folder = corpora / "knot-zscanner/data"
    expected: Counter = Counter()
    for block in (folder / f"{case}.out").read_text().split("------"):
        field = dict(re.findall(r"(\w+)=(\S*)", block))
        if "OWNER" in field:
            row = field["OWNER"].lower(), int(field["RRTTL"], 16), int(field["RTYPE"], 16), field["RDATA"].lower()
            expected[row] += 1

    def read(path):
        return (folder / "includes" / path.rpartition("/")[2]).read_bytes()

    zone = load((folder / f"{case}.in").read_bytes(), ".", path=case, read=read)
    assert expected - rows(zone.records) == Counter()
