"""Typical mistakes with service records, one to a zone: each gives its code, at its word, and nothing else."""

from __future__ import annotations

import pytest

from kmsdns.jobs.validate import validate
from kmsdns.rules.catalogue import RULES
from kmsdns.rules.choice import select
from kmsdns.sessions.validate import OF_A_ZONE
from kmsdns.zone import load

BASE = """\
$ORIGIN contoso.com.
$TTL 3600
@         IN SOA   ns1 hostmaster 2026010100 7200 3600 1209600 3600
          IN NS    ns1
          IN NS    ns2
ns1       IN A     192.0.2.53
ns2       IN A     198.51.100.53
kms01     IN A     192.0.2.11
kms02     IN A     192.0.2.12
kms02     IN AAAA  2001:db8::12
text      IN TXT   "no address"
"""

MISTAKES = [
    # the owner
    ("no underscore at the service", "vlmcs._tcp SRV 0 0 1688 kms01", "SRV102", "vlmcs._tcp"),
    ("no underscore at the protocol", "_vlmcs.tcp SRV 0 0 1688 kms01", "SRV103", "_vlmcs.tcp"),
    ("no underscore at all", "vlmcs.tcp SRV 0 0 1688 kms01", "SRV102", "vlmcs.tcp"),
    ("hyphens for underscores", "-vlmcs._tcp SRV 0 0 1688 kms01", "SRV102", "-vlmcs._tcp"),
    ("labels swapped", "_tcp._vlmcs SRV 0 0 1688 kms01", "SRV104", "_tcp._vlmcs"),
    ("at the apex", "@ SRV 0 0 1688 kms01", "SRV101", "@"),
    ("at a host", "www SRV 0 0 1688 kms01", "SRV101", "www"),
    ("at a host deeper down", "www.eu SRV 0 0 1688 kms01", "SRV101", "www.eu"),
    ("no protocol", "_vlmcs SRV 0 0 1688 kms01", "SRV101", "_vlmcs"),
    ("no protocol in a subdomain", "_vlmcs.eu SRV 0 0 1688 kms01", "SRV101", "_vlmcs.eu"),
    ("no service", "_tcp SRV 0 0 1688 kms01", "SRV101", "_tcp"),
    ("a protocol one letter off", "_vlmcs._tpc SRV 0 0 1688 kms01", "SRV105", "_vlmcs._tpc"),
    ("a letter too many in the protocol", "_vlmcs._tcpp SRV 0 0 1688 kms01", "SRV105", "_vlmcs._tcpp"),
    ("an invented protocol", "_vlmcs._rpc SRV 0 0 1688 kms01", "SRV105", "_vlmcs._rpc"),
    ("a protocol in use, but not registered", "_sip._tls SRV 0 0 443 kms01", "SRV105", "_sip._tls"),
    ("a label between service and protocol", "_vlmcs.kms._tcp SRV 0 0 1688 kms01", "SRV111", "_vlmcs.kms._tcp"),
    ("under the wrong protocol", "_vlmcs._udp SRV 0 0 1688 kms01", "SRV110", "_vlmcs._udp"),
    ("NTP over TCP", "_ntp._tcp SRV 0 0 123 kms01", "SRV110", "_ntp._tcp"),
    ("a letter missing in the service", "_vlmc._tcp SRV 0 0 1688 kms01", "SRV108", "_vlmc._tcp"),
    ("two letters changed places", "_vmlcs._tcp SRV 0 0 1688 kms01", "SRV108", "_vmlcs._tcp"),
    ("a digit for a letter", "_v1mcs._tcp SRV 0 0 1688 kms01", "SRV108", "_v1mcs._tcp"),
    ("another service misspelt", "_kerbros._udp SRV 0 0 88 kms01", "SRV108", "_kerbros._udp"),
    ("a registered name with another one's port", "_lmcs._tcp SRV 0 0 1688 kms01", "SRV108", "_lmcs._tcp"),
    ("letters that look alike", "_kerberos-adrn._tcp SRV 0 0 749 kms01", "SRV108", "_kerberos-adrn._tcp"),
    ("a synonym", "_www._tcp SRV 0 0 80 kms01", "SRV109", "_www._tcp"),
    ("an underscore inside the service", "_kms_host._tcp SRV 0 0 1688 kms01", "SRV106", "_kms_host._tcp"),
    ("a number for the service", "_1688._tcp SRV 0 0 1688 kms01", "SRV106", "_1688._tcp"),
    ("a service name too long", "_volume-licensing._tcp SRV 0 0 1688 kms01", "SRV106", "_volume-licensing._tcp"),
    ("a hyphen at the end", "_vlm-._tcp SRV 0 0 1688 kms01", "SRV106", "_vlm-._tcp"),
    ("the host in front of the service", "kms01._vlmcs._tcp SRV 0 0 1688 kms01", "SRV113", "kms01._vlmcs._tcp"),
    ("no TXT record", "a._ipp._tcp SRV 0 0 631 kms01\n_ipp._tcp PTR a._ipp._tcp", "SRV113", "a._ipp._tcp"),
    ("the domain twice", "_vlmcs._tcp.contoso.com SRV 0 0 1688 kms01", "ZN004", "_vlmcs._tcp.contoso.com"),
    ("an asterisk in the middle", "_vlmcs._tcp.*.eu SRV 0 0 1688 kms01", "ZN009", "_vlmcs._tcp.*.eu"),
    ("every service leads to one host", "*._tcp SRV 0 0 443 kms01", "SRV112", "*._tcp"),
    ("an address at the service's name", "_vlmcs._tcp A 192.0.2.11", "SRV114", "_vlmcs._tcp"),
    ("an alias of a host at the service's name", "_vlmcs._tcp CNAME kms01", "SRV114", "_vlmcs._tcp"),
    ("an alias beside the record", "_vlmcs._tcp SRV 0 0 1688 kms01\n_vlmcs._tcp CNAME kms02", "RR004", None),
    # the fields
    ("a field missing", "_vlmcs._tcp SRV 0 1688 kms01", "SRV201", "kms01"),
    ("two fields missing", "_vlmcs._tcp SRV 1688 kms01", "SRV201", "kms01"),
    ("no target", "_vlmcs._tcp SRV 0 0 1688", "SRV201", "1688"),
    ("a field too many", "_vlmcs._tcp SRV 0 0 1688 kms01 kms02", "SRV201", "kms02"),
    ("the target first", "_vlmcs._tcp SRV kms01 0 0 1688", "ZF001", "kms01"),
    ("the port by its name", "_http._tcp SRV 0 0 http kms01", "ZF001", "http"),
    ("a weight over 65535", "_vlmcs._tcp SRV 0 65536 1688 kms01", "SRV202", "65536"),
    ("a negative priority", "_vlmcs._tcp SRV -1 0 1688 kms01", "SRV202", "-1"),
    ("a port over 65535", "_vlmcs._tcp SRV 0 0 168800 kms01", "SRV202", "168800"),
    ("port 0", "_vlmcs._tcp SRV 0 0 0 kms01", "SRV203", "0"),
    ("the port first", "_vlmcs._tcp SRV 1688 0 0 kms01", "SRV204", "1688"),
    ("the port second", "_ldap._tcp SRV 0 389 0 kms01", "SRV204", "389"),
    ("fields beside no target", "_imap._tcp SRV 0 0 143 .\n_imaps._tcp SRV 0 0 993 kms01", "SRV206", "143"),
    # the target
    ("an alias", "kms CNAME kms01\n_vlmcs._tcp SRV 0 0 1688 kms", "SRV301", "kms"),
    ("a chain of aliases", "a CNAME b\nb CNAME kms01\n_vlmcs._tcp SRV 0 0 1688 a", "SRV301", "a"),
    ("below a DNAME", "old DNAME contoso.com.\n_vlmcs._tcp SRV 0 0 1688 kms01.old", "SRV302", "kms01.old"),
    ("a host that is gone", "_vlmcs._tcp SRV 0 0 1688 licence", "SRV303", "licence"),
    ("a slip in the host's name", "_vlmcs._tcp SRV 0 0 1688 kms0l", "SRV303", "kms0l"),
    ("a name without an address", "_vlmcs._tcp SRV 0 0 1688 text", "SRV304", "text"),
    ("the domain itself, without an address", "_vlmcs._tcp SRV 0 0 1688 @", "SRV304", "@"),
    ("an address", "_vlmcs._tcp SRV 0 0 1688 192.0.2.11", "SRV305", "192.0.2.11"),
    ("an address with a dot", "_vlmcs._tcp SRV 0 0 1688 192.0.2.11.", "SRV305", "192.0.2.11."),
    ("an IPv6 address", "_vlmcs._tcp SRV 0 0 1688 2001:db8::12", "SRV305", "2001:db8::12"),
    ("an IPv6 address with a dot", "_vlmcs._tcp SRV 0 0 1688 2001:db8::12.", "SRV305", "2001:db8::12."),
    ("the dot forgotten", "_vlmcs._tcp SRV 0 0 1688 kms01.contoso.com", "SRV306", "kms01.contoso.com"),
    ("the dot forgotten, elsewhere", "_vlmcs._tcp SRV 0 0 1688 kms.example.net", "SRV306", "kms.example.net"),
    ("the dot forgotten, and a wildcard", "* A 192.0.2.1\n_x-kms._tcp SRV 0 0 1 kms01.contoso.com", "SRV306", None),
    ("below another origin", "$ORIGIN eu.contoso.com.\n_x._tcp SRV 0 0 1 kms01.contoso.com", "SRV306", None),
    ("an underscore in the host", "kms_01 A 192.0.2.13\n_vlmcs._tcp SRV 0 0 1688 kms_01", "SRV307", "kms_01"),
    ("a comma at the end", "_vlmcs._tcp SRV 0 0 1688 kms01,", "SRV307", "kms01,"),
    ("a web address", "_http._tcp SRV 0 0 80 http://kms01", "SRV307", "http://kms01"),
    ("a wildcard as a target", "* A 192.0.2.13\n_vlmcs._tcp SRV 0 0 1688 *", "SRV307", "*"),
    ("the service itself", "_vlmcs._tcp SRV 0 0 1688 _vlmcs._tcp", "SRV308", "_vlmcs._tcp"),
    ("another service", "_vlmcs._tcp SRV 0 0 1688 _kms._tcp", "SRV308", "_kms._tcp"),
    ("a short name with a dot", "_vlmcs._tcp SRV 0 0 1688 kms01.", "SRV309", "kms01."),
    ("only by a wildcard", "* A 192.0.2.13\n_vlmcs._tcp SRV 0 0 1688 kms1", "SRV310", "kms1"),
    ("a delegated host", "eu NS ns1\n_vlmcs._tcp SRV 0 0 1688 kms01.eu", "SRV311", "kms01.eu"),
    ("loopback", "kms A 127.0.0.1\n_vlmcs._tcp SRV 0 0 1688 kms", "SRV313", "kms"),
    ("0.0.0.0", "kms A 0.0.0.0\n_vlmcs._tcp SRV 0 0 1688 kms", "SRV313", "kms"),
    ("a link-local address", "kms AAAA fe80::1\n_vlmcs._tcp SRV 0 0 1688 kms", "SRV313", "kms"),
    ("below a delegation", "eu NS ns1\n_vlmcs._tcp.eu SRV 0 0 1688 kms01", "ZD008", None),
    ("below a DNAME itself", "eu DNAME example.net.\n_vlmcs._tcp.eu SRV 0 0 1688 kms01", "RR009", None),
    # the set
    ("no service beside a host", "_vlmcs._tcp SRV 0 0 1688 kms01\n SRV 1 0 0 .", "SRV401", "."),
    ("an endpoint twice", "_vlmcs._tcp SRV 0 0 1688 kms01\n SRV 1 0 1688 kms01", "SRV402", "kms01"),
    ("a record twice", "_vlmcs._tcp SRV 0 0 1688 kms01\n SRV 0 0 1688 KMS01", "RR002", None),
    ("two TTLs", "_vlmcs._tcp 60 SRV 0 0 1688 kms01\n_vlmcs._tcp 90 SRV 0 0 1688 kms02", "RR001", None),
    ("a weight of 0 among others", "_vlmcs._tcp SRV 0 0 1688 kms01\n SRV 0 9 1688 kms02", "SRV403", "0"),
    ("a weight without a choice", "_vlmcs._tcp SRV 0 100 1688 kms01", "SRV404", "100"),
    # the service
    ("another port", "_vlmcs._tcp SRV 0 0 1668 kms01", "SVC101", "1668"),
    ("below _msdcs", "_vlmcs._tcp.dc._msdcs SRV 0 0 1688 kms01", "SVC102", "_vlmcs._tcp.dc._msdcs"),
    ("below the host", "_vlmcs._tcp.kms01 SRV 0 0 1688 kms01", "SVC102", "_vlmcs._tcp.kms01"),
    ("no IMAP, and no word of IMAPS", "_imap._tcp SRV 0 0 0 .", "SVC301", "."),
    ("nothing to hide", "_vlmcs._tcp SRV 0 0 1688 kms01 ; kmsdns: ignore SRV301", "SUP001", "SRV301"),
]  # fmt: skip

DEFAULT = select([rule for rule in RULES if OF_A_ZONE.issuperset(rule.needs)])


def found_in(text: str, **options: object) -> list[tuple[str, str]]:
    """The codes found, each with the word it is found at."""
    report = validate([("bad.zone", load(text, path="bad.zone"))], DEFAULT, **options)
    lines = text.split("\n")
    found = []
    for each in report.findings:
        at = each.location
        assert at is not None, each
        assert at.path == "bad.zone"
        found.append(
            (each.code, lines[at.line - 1][at.column - 1 : at.end_column - 1 if at.line == at.end_line else None])
        )
        assert all(related.location.path == "bad.zone" for related in each.related)
    return found


def test_there_are_enough() -> None:
    assert len(MISTAKES) >= 53
    assert len({title for title, *_ in MISTAKES}) == len(MISTAKES)


def test_the_zone_is_clean_without_a_mistake() -> None:
    assert found_in(BASE) == []
    assert found_in(BASE + "_vlmcs._tcp SRV 0 0 1688 kms01\n SRV 10 0 1688 kms02\n") == []


@pytest.mark.parametrize(("title", "lines", "code", "word"), MISTAKES, ids=[title for title, *_ in MISTAKES])
def test_a_mistake_gives_its_code_and_nothing_else(title: str, lines: str, code: str, word: str | None) -> None:
    if code not in {rule.code for rule in RULES}:
        pytest.skip(f"{code} has no rule")
    found = found_in(BASE + lines + "\n")
    assert [each for each, _word in found] == [code]
    if word is not None:
        assert found[0][1] == word
