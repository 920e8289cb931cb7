"""A message's TTLs count from when it was made."""

from __future__ import annotations

import dns.message
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmsdns.lookup.ageing import aged
from kmsdns.lookup.wire import decode

QUERY = dns.message.make_query("_vlmcs._tcp.corp.test.", "SRV", use_edns=0)
SOA = "corp.test. {} IN SOA ns.corp.test. admin.corp.test. 1 7200 900 86400 {}"


def message(answer: str = "", authority: str = "", additional: str = "") -> bytes:
    made = dns.message.make_response(QUERY)
    for section, lines in ((made.answer, answer), (made.authority, authority), (made.additional, additional)):
        for line in filter(None, lines.split("\n")):
            owner, ttl, rdclass, rdtype, rdata = line.split(" ", 4)
            section.append(dns.rrset.from_text(owner, int(ttl), rdclass, rdtype, rdata))
    return made.to_wire()


@pytest.mark.parametrize(("seconds", "ttls"), [(0, (600, 300, 60)), (100, (500, 200, 0)), (10**9, (0, 0, 0))])
def test_every_ttl_is_lowered_and_nothing_else(seconds: int, ttls: tuple[int, ...]) -> None:
    whole = message(
        "_vlmcs._tcp.corp.test. 600 IN SRV 0 0 1688 kms1.corp.test.",
        "corp.test. 300 IN NS ns.corp.test.",
        "kms1.corp.test. 60 IN A 127.0.10.1",
    )
    older = decode(aged(whole, seconds))
    records = [*older.answer, *older.authority, *older.additional]
    assert tuple(record.ttl for record in records) == ttls
    fresh = decode(whole)
    assert [record.replace(ttl=0) for record in records] == [
        record.replace(ttl=0) for record in (*fresh.answer, *fresh.authority, *fresh.additional)
    ]
    assert (older.edns, older.id, older.flags) == (fresh.edns, fresh.id, fresh.flags)


@pytest.mark.parametrize(("ttl", "minimum", "left"), [(3600, 300, 200), (300, 3600, 200), (3600, 50, 0)])
def test_a_denial_ages_from_the_least_of_two_times(ttl: int, minimum: int, left: int) -> None:
    (soa,) = decode(aged(message(authority=SOA.format(ttl, minimum)), 100)).authority
    assert min(soa.ttl, soa.rdata.minimum) == left
    (asked,) = decode(aged(message(answer=SOA.format(ttl, minimum)), 100)).answer
    assert asked.ttl == ttl - 100


def test_a_ttl_that_counts_as_none_stays_one() -> None:
    whole = message("kms1.corp.test. 60 IN A 127.0.10.1").replace(b"\0\0\0\x3c", b"\xff\xff\xff\xff")
    assert aged(whole, 100) == whole


@given(st.binary(max_size=200), st.integers(0, 2**31))
def test_whatever_octets_come_none_is_lost(octets: bytes, seconds: int) -> None:
    assert len(aged(octets, seconds)) == len(octets)
    head = message()[:12]
    assert len(aged(head + octets, seconds)) == len(octets) + 12


def test_what_is_cut_off_stays_as_it_is() -> None:
    whole = message("kms1.corp.test. 60 IN A 127.0.10.1", SOA.format(60, 60))
    for end in range(len(whole)):
        assert aged(whole[:end], 7) == whole[:end]
