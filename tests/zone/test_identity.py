"""Which rdatas mean the same."""

from __future__ import annotations

import pytest

from kmsdns.model.records import Opaque
from kmsdns.zone.rdata import identity
from kmsdns.zone.reader import load


def same(rdtype: str, one: str, other: str) -> bool:
    (first,), (second,) = [load(f"$ORIGIN contoso.com.\n$TTL 60\n@ {rdtype} {each}\n").records for each in (one, other)]
    return identity(rdtype, first.rdata) == identity(rdtype, second.rdata)


@pytest.mark.parametrize(
    ("rdtype", "one", "other"),
    [
        ("SRV", "0 0 1688 kms", "0 0 1688 KMS.Contoso.com."),
        ("CNAME", "kms", "KMS"),
        ("MX", "10 mail", "10 MAIL"),
        ("SOA", "ns admin 1 2 3 4 5", "NS ADMIN 1 2 3 4 5"),
        ("RP", "mbox txt", "MBOX TXT"),
        ("AFSDB", "1 afs", "1 AFS"),
        ("NAPTR", '1 2 "s" "SIP+D2U" "" _sip._udp', '1 2 "s" "SIP+D2U" "" _SIP._UDP'),
        ("KX", "1 kx", "1 KX"),
        ("RT", "1 rt", "1 RT"),
        ("MINFO", "a b", "A B"),
        ("MB", "mail", "MAIL"),
        ("PX", "1 px x400", "1 PX X400"),
        ("AAAA", "2001:db8::1", "2001:DB8:0::1"),
    ],
)
def test_names_in_any_case(rdtype: str, one: str, other: str) -> None:
    assert same(rdtype, one, other)


@pytest.mark.parametrize(
    ("rdtype", "one", "other"),
    [
        ("MX", "65 mail", "97 mail"),  # which are A and a
        ("TXT", "a", "A"),
        ("NAPTR", '1 2 "s" "SIP+D2U" "!a!b!" .', '1 2 "s" "SIP+D2U" "!A!b!" .'),
        ("SRV", "0 0 1688 kms", "0 1 1688 kms"),
        ("TYPE65280", "\\# 1 41", "\\# 1 61"),
    ],
)
def test_everything_else_to_the_letter(rdtype: str, one: str, other: str) -> None:
    assert not same(rdtype, one, other)


def test_octets_that_are_no_rdata_of_their_type() -> None:
    assert identity("RP", Opaque(data=b"A")) == identity("RP", Opaque(data=b"A"))
    assert identity("RP", Opaque(data=b"A")) != identity("RP", Opaque(data=b"a"))
