"""Whatever a zone file holds, every rule can judge it, and what they find is somewhere in it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from kmsdns.formats import Style
from kmsdns.formats.json import render as as_json
from kmsdns.formats.terminal.short import render
from kmsdns.jobs.validate import validate
from kmsdns.rules.catalogue import RULES
from kmsdns.sessions.validate import OF_A_ZONE
from kmsdns.zone import load
from tests.zone.test_properties import RECORDS, SOA, ZONEISH

ALL = [rule for rule in RULES if OF_A_ZONE.issuperset(rule.needs)]
OWNERS = st.sampled_from(
    """. @ a *.a x.*.a _ldap._tcp _tcp._ldap ldap._tcp _ldap.x._tcp *._tcp i._ipp._tcp _kerbros._udp _sip._tls sub
    a.example.com _vlmcs._tcp.dc._msdcs
    ns.sub _imap._tcp _imaps._tcp \\_x._tcp xn--a xn--bcher-kva 192.0.2.1 b\u00fc""".split()
)
RDATA = st.sampled_from(
    """A 192.0.2.1|A 127.0.0.1|AAAA fe80::1|SRV 0 0 0 .|SRV 1 2 3 .|SRV 0 0 389 a|SRV 389 0 0 a|SRV 0 5 389 *.a|
SRV 0 0 1688 a.example.com|SRV 0 0 80 192.0.2.1|SRV 0 0 9 \\255\\000.|SRV 0 0 9 sub|CNAME a|CNAME x.sub|
DNAME a|NS ns.sub|NS a|MX 0 .|MX 1 a|PTR i._ipp._tcp|TXT x|DS 1 8 2 00|SOA a b@c 1 2 3 4 5|
TYPE33 \\# 7 00000000000000|NSEC a A"""
    .replace("\n", "").split("|")
)  # fmt: skip
LINES = st.one_of(RECORDS, st.tuples(OWNERS, st.sampled_from(["", "60", "IN", "4294967295"]), RDATA).map(" ".join))


@given(
    st.one_of(st.binary(), ZONEISH, st.lists(LINES, max_size=12).map(lambda lines: SOA + "\n".join(lines))),
    st.sampled_from([None, "example.com.", "."]),
    st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_every_rule_judges_any_zone(text: str | bytes, origin: str | None, is_public: bool) -> None:
    zone = load(text, origin, path="z")
    report = validate([("z", zone)], ALL, is_public=is_public, suffixes=["example.com."])
    lines = zone.sources["z"].split("\n")
    for finding in report.findings:
        if finding.location is not None and finding.location.path == "z":
            assert 1 <= finding.location.line <= len(lines)
            assert 1 <= finding.location.column <= len(lines[finding.location.line - 1]) + 1
    assert render(report, Style()).count("\n") == len(report.findings)
    assert as_json(report, Style())
