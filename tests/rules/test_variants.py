"""Each mistake of the catalogue written differently: told by its code, at its word, and nothing else is told.

The table is long: other services, sub-domains, names whole and relative, origins set in between, and the zones of
fixtures/zones with one line more.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from kmsdns.jobs.validate import validate
from kmsdns.model.findings import Severity
from kmsdns.rules.catalogue import RULES
from kmsdns.rules.choice import select
from kmsdns.sessions.validate import OF_A_ZONE
from kmsdns.zone import load

DEFAULT = select([rule for rule in RULES if OF_A_ZONE.issuperset(rule.needs)])
ZONES = Path(__file__).parents[2] / "fixtures" / "zones"
ORIGINS = {"localhost": "localhost."}  # of a file that does not say it

RELATIVE = """\
$ORIGIN woodgrove.example.
$TTL 1h
@	SOA	ns1 hostmaster ( 2026112401 4h 1h 2w 1h )
	NS	ns1
	NS	ns2
ns1	A	192.0.2.1
ns2	A	192.0.2.2
dc1	A	192.0.2.10
dc2	A	192.0.2.11
	AAAA	2001:db8::11
sip	A	192.0.2.20
mail	A	192.0.2.25
	MX	10 mail
alias	CNAME	dc1
txtonly	TXT	"nothing here"
"""
ABSOLUTE = """\
woodgrove.example. 3600 IN SOA ns1.woodgrove.example. hostmaster.woodgrove.example. 2026112401 7200 3600 1209600 3600
woodgrove.example. 3600 IN NS ns1.woodgrove.example.
woodgrove.example. 3600 IN NS ns2.woodgrove.example.
ns1.woodgrove.example. 3600 IN A 192.0.2.1
ns2.woodgrove.example. 3600 IN A 192.0.2.2
dc1.woodgrove.example. 3600 IN A 192.0.2.10
dc2.woodgrove.example. 3600 IN A 192.0.2.11
sip.woodgrove.example. 3600 IN A 192.0.2.20
mail.woodgrove.example. 3600 IN A 192.0.2.25
alias.woodgrove.example. 3600 IN CNAME dc1.woodgrove.example.
txtonly.woodgrove.example. 3600 IN TXT "nothing here"
"""

LONG = ".".join(["a" * 60] * 4)

VARIANTS = [
    (RELATIVE, "@ IN SRV 0 0 389 dc1", "SRV101", "@"),
    (ABSOLUTE, "dc1.woodgrove.example. 600 IN SRV 0 0 389 dc1.woodgrove.example.", "SRV101", "dc1.woodgrove.example."),
    (RELATIVE, "$ORIGIN eu.woodgrove.example.\n@ SRV 0 0 389 dc1.woodgrove.example.", "SRV101", "@"),
    (RELATIVE, "ldap._tcp SRV 0 0 389 dc1", "SRV102", "ldap._tcp"),
    (
        ABSOLUTE,
        "xmpp-server._tcp.woodgrove.example. 60 IN SRV 5 0 5269 dc2.woodgrove.example.",
        "SRV102",
        "xmpp-server._tcp.woodgrove.example.",
    ),
    (RELATIVE, "$ORIGIN _udp.woodgrove.example.\nkerberos SRV 0 0 88 dc1.woodgrove.example.", "SRV102", "kerberos"),
    (RELATIVE, "_ldap.tcp SRV 0 0 389 dc1", "SRV103", "_ldap.tcp"),
    (
        ABSOLUTE,
        "_sip.udp.branch.woodgrove.example. 60 IN SRV 0 0 5060 sip.woodgrove.example.",
        "SRV103",
        "_sip.udp.branch.woodgrove.example.",
    ),
    (RELATIVE, "$ORIGIN tcp.woodgrove.example.\n_imaps SRV 0 0 993 mail.woodgrove.example.", "SRV103", "_imaps"),
    (RELATIVE, "_tcp._ldap SRV 0 0 389 dc1", "SRV104", "_tcp._ldap"),
    (
        ABSOLUTE,
        "_udp._sip.eu.woodgrove.example. 60 IN SRV 0 0 5060 sip.woodgrove.example.",
        "SRV104",
        "_udp._sip.eu.woodgrove.example.",
    ),
    (RELATIVE, "_ldap._tpc SRV 0 0 389 dc1", "SRV105", "_ldap._tpc"),
    (RELATIVE, "_sip._upd.eu SRV 0 0 5060 sip", "SRV105", "_sip._upd.eu"),
    (
        ABSOLUTE,
        "_xmpp-client._quic.woodgrove.example. 60 IN SRV 0 0 5222 dc1.woodgrove.example.",
        "SRV105",
        "_xmpp-client._quic.woodgrove.example.",
    ),
    (RELATIVE, "_my_app._tcp SRV 0 0 8000 dc1", "SRV106", "_my_app._tcp"),
    (RELATIVE, "_12345._udp SRV 0 0 12345 dc1", "SRV106", "_12345._udp"),
    (
        ABSOLUTE,
        "_active-directory-web._tcp.woodgrove.example. 60 IN SRV 0 0 9389 dc1.woodgrove.example.",
        "SRV106",
        "_active-directory-web._tcp.woodgrove.example.",
    ),
    (RELATIVE, "_a--b._tcp SRV 0 0 8000 dc1", "SRV106", "_a--b._tcp"),
    (RELATIVE, "_ldpa._tcp SRV 0 0 389 dc1", "SRV108", "_ldpa._tcp"),
    (RELATIVE, "_kerebros._tcp SRV 0 0 88 dc1", "SRV108", "_kerebros._tcp"),
    (
        ABSOLUTE,
        "_xmpp-sever._tcp.woodgrove.example. 60 IN SRV 0 0 5269 dc1.woodgrove.example.",
        "SRV108",
        "_xmpp-sever._tcp.woodgrove.example.",
    ),
    (RELATIVE, "_vlmsc._tcp.eu SRV 0 0 1688 dc1", "SRV108", "_vlmsc._tcp.eu"),
    (RELATIVE, "_submision._tcp SRV 0 0 587 mail", "SRV108", "_submision._tcp"),
    (RELATIVE, "_autodiscovery._tcp SRV 0 0 443 mail", "SRV108", "_autodiscovery._tcp"),
    (RELATIVE, "_www._tcp.shop SRV 0 0 80 dc1", "SRV109", "_www._tcp.shop"),
    (
        ABSOLUTE,
        "_pop-3._tcp.woodgrove.example. 60 IN SRV 0 0 110 mail.woodgrove.example.",
        "SRV109",
        "_pop-3._tcp.woodgrove.example.",
    ),
    (RELATIVE, "_vlmcs._udp SRV 0 0 1688 dc1", "SRV110", "_vlmcs._udp"),
    (RELATIVE, "_ntp._tcp SRV 0 0 123 dc1", "SRV110", "_ntp._tcp"),
    (
        ABSOLUTE,
        "_imaps._udp.woodgrove.example. 60 IN SRV 0 0 993 mail.woodgrove.example.",
        "SRV110",
        "_imaps._udp.woodgrove.example.",
    ),
    (RELATIVE, "_gc._udp SRV 0 0 3268 dc1", "SRV110", "_gc._udp"),
    (RELATIVE, "_ldap.dc1._tcp SRV 0 0 389 dc1", "SRV111", "_ldap.dc1._tcp"),
    (
        ABSOLUTE,
        "_vlmcs.eu._tcp.woodgrove.example. 60 IN SRV 0 0 1688 dc1.woodgrove.example.",
        "SRV111",
        "_vlmcs.eu._tcp.woodgrove.example.",
    ),
    (RELATIVE, "*._udp SRV 0 0 5060 sip", "SRV112", "*._udp"),
    (RELATIVE, "*._tcp.eu SRV 0 0 80 dc1", "SRV112", "*._tcp.eu"),
    (RELATIVE, "_ipp._tcp PTR Lobby._ipp._tcp\nLobby._ipp._tcp SRV 0 0 631 dc1", "SRV113", "Lobby._ipp._tcp"),
    (RELATIVE, 'Lobby._ipp._tcp SRV 0 0 631 dc1\nLobby._ipp._tcp TXT ""', "SRV113", "Lobby._ipp._tcp"),
    (RELATIVE, "_ldap._tcp A 192.0.2.10", "SRV114", "_ldap._tcp"),
    (RELATIVE, "_sip._udp CNAME sip", "SRV114", "_sip._udp"),
    (ABSOLUTE, "_vlmcs._tcp.woodgrove.example. 60 IN AAAA 2001:db8::5", "SRV114", "_vlmcs._tcp.woodgrove.example."),
    (RELATIVE, "_ldap._tcp SRV 0 389 dc1", "SRV201", None),
    (RELATIVE, "_ldap._tcp SRV 389 dc1", "SRV201", None),
    (ABSOLUTE, "_ldap._tcp.woodgrove.example. 60 IN SRV 0 0 389", "SRV201", None),
    (RELATIVE, "_ldap._tcp SRV 0 0 389 dc1 dc2", "SRV201", "dc2"),
    (RELATIVE, "_ldap._tcp SRV dc1", "SRV201", None),
    (RELATIVE, "_ldap._tcp SRV 65536 0 389 dc1", "SRV202", "65536"),
    (RELATIVE, "_ldap._tcp SRV 0 -1 389 dc1", "SRV202", "-1"),
    (ABSOLUTE, "_ldap._tcp.woodgrove.example. 60 IN SRV 0 0 99999 dc1.woodgrove.example.", "SRV202", "99999"),
    (RELATIVE, "_ldap._tcp SRV ( 0 0\n 70000 ; port\n dc1 )", "SRV202", "70000"),
    (RELATIVE, "_sip._tcp SRV 10 20 0 sip", "SRV203", "0"),
    (ABSOLUTE, "_vlmcs._tcp.woodgrove.example. 60 IN SRV 0 0 0 dc1.woodgrove.example.", "SRV203", "0"),
    (RELATIVE, "_vlmcs._tcp SRV 1688 0 0 dc1", "SRV204", None),
    (RELATIVE, "_sip._udp SRV 5060 5 1 sip", "SRV204", None),
    (RELATIVE, "_ldap._tcp SRV 0 389 0 dc1", "SRV204", None),
    (RELATIVE, "_imap._tcp SRV 10 0 0 .", "SRV206", None),
    (RELATIVE, "_pop3._tcp SRV 0 0 110 .", "SRV206", "110"),
    (RELATIVE, "_ldap._tcp SRV 0 0 389 alias", "SRV301", "alias"),
    (
        ABSOLUTE,
        "_sip._udp.woodgrove.example. 60 IN SRV 0 0 5060 alias.woodgrove.example.",
        "SRV301",
        "alias.woodgrove.example.",
    ),
    (RELATIVE, "ext CNAME www.fabrikam.com.\n_http._tcp SRV 0 0 80 ext", "SRV301", "ext"),
    (RELATIVE, "*.c CNAME dc1\n_http._tcp SRV 0 0 80 x.c", "SRV301", "x.c"),
    (RELATIVE, "old DNAME new\ndc1.new A 192.0.2.77\n_ldap._tcp SRV 0 0 389 dc1.old", "SRV302", "dc1.old"),
    (RELATIVE, "_ldap._tcp SRV 0 0 389 dc9", "SRV303", "dc9"),
    (
        ABSOLUTE,
        "_vlmcs._tcp.woodgrove.example. 60 IN SRV 0 0 1688 kms.woodgrove.example.",
        "SRV303",
        "kms.woodgrove.example.",
    ),
    (RELATIVE, "$ORIGIN eu.woodgrove.example.\n_sip._tcp SRV 0 0 5060 sip", "SRV303", "sip"),
    (RELATIVE, "_ldap._tcp SRV 0 0 389 txtonly", "SRV304", "txtonly"),
    (RELATIVE, "a.ent A 192.0.2.50\n_ldap._tcp SRV 0 0 389 ent", "SRV304", "ent"),
    (
        ABSOLUTE,
        "_sip._tcp.woodgrove.example. 60 IN SRV 0 0 5060 txtonly.woodgrove.example.",
        "SRV304",
        "txtonly.woodgrove.example.",
    ),
    (RELATIVE, "_ldap._tcp SRV 0 0 389 192.0.2.10", "SRV305", "192.0.2.10"),
    (RELATIVE, "_ldap._tcp SRV 0 0 389 192.0.2.10.", "SRV305", "192.0.2.10."),
    (RELATIVE, "_ldap._tcp SRV 0 0 389 2001:db8::11", "SRV305", "2001:db8::11"),
    (RELATIVE, "_ldap._tcp SRV 0 0 389 dc1.woodgrove.example", "SRV306", "dc1.woodgrove.example"),
    (RELATIVE, "_sip._tcp SRV 0 0 5060 sip.provider.net", "SRV306", "sip.provider.net"),
    (
        RELATIVE,
        "$ORIGIN _tcp.woodgrove.example.\n_ldap SRV 0 0 389 dc1.woodgrove.example",
        "SRV306",
        "dc1.woodgrove.example",
    ),
    (RELATIVE, "_xmpp-server._tcp SRV 0 0 5269 xmpp.example.com", "SRV306", "xmpp.example.com"),
    (RELATIVE, "_ldap._tcp SRV 0 0 389 dc_1\ndc_1 A 192.0.2.51", "SRV307", "dc_1"),
    (RELATIVE, "_ldap._tcp SRV 0 0 389 *.w\n*.w A 192.0.2.52", "SRV307", "*.w"),
    (RELATIVE, '_ldap._tcp SRV 0 0 389 "dc 1"', "ZF001", '"dc 1"'),
    (RELATIVE, "_ldap._tcp SRV 0 0 389 dc\\0321.example.org.", "SRV307", "dc\\0321.example.org."),
    (RELATIVE, "_ldap._tcp SRV 0 0 389 _ldap._tcp", "SRV308", "_ldap._tcp"),
    (RELATIVE, "_sips._tcp SRV 0 0 5061 sip\n_sip._tcp SRV 0 0 5061 _sips._tcp", "SRV308", "_sips._tcp"),
    (RELATIVE, "_ldap._tcp SRV 0 0 389 dc1.", "SRV309", "dc1."),
    (ABSOLUTE, "_vlmcs._tcp.woodgrove.example. 60 IN SRV 0 0 1688 kms.", "SRV309", "kms."),
    (RELATIVE, "*.w A 192.0.2.52\n_http._tcp SRV 0 0 80 any.w", "SRV310", "any.w"),
    (RELATIVE, "sub NS ns1\n_http._tcp SRV 0 0 80 web.sub", "SRV311", "web.sub"),
    (RELATIVE, "lo A 127.0.0.1\n_http._tcp SRV 0 0 80 lo", "SRV313", "lo"),
    (RELATIVE, "ll AAAA fe80::1\n_http._tcp SRV 0 0 80 ll", "SRV313", "ll"),
    (RELATIVE, "z A 0.0.0.0\n_http._tcp SRV 0 0 80 z", "SRV313", "z"),
    (RELATIVE, "m A 239.1.2.3\n_http._tcp SRV 0 0 80 m", "SRV313", "m"),
    (RELATIVE, "m A 169.254.10.3\n_vlmcs._tcp SRV 0 0 1688 m", "SRV313", "m"),
    (RELATIVE, "_imap._tcp SRV 0 0 0 .\n_imap._tcp SRV 0 0 143 mail", "SRV401", None),
    (RELATIVE, "_vlmcs._tcp SRV 0 0 1688 dc1\n  SRV 10 0 0 .", "SRV401", None),
    (RELATIVE, "_ldap._tcp SRV 0 0 389 dc1\n_ldap._tcp SRV 10 0 389 dc1", "SRV402", None),
    (RELATIVE, "_ldap._tcp SRV 0 10 389 dc1\n_ldap._tcp SRV 0 20 389 dc1.woodgrove.example.", "SRV402", None),
    (RELATIVE, "_ldap._tcp SRV 0 0 389 dc1\n_ldap._tcp SRV 0 50 389 dc2", "SRV403", None),
    (RELATIVE, "_ldap._tcp SRV 0 50 389 dc1", "SRV404", "50"),
    (RELATIVE, "_ldap._tcp SRV 10 0 389 dc1\n_ldap._tcp SRV 20 100 389 dc2", "SRV404", "100"),
    (RELATIVE, "_vlmcs._tcp SRV 0 0 1689 dc1", "SVC101", "1689"),
    (ABSOLUTE, "_vlmcs._tcp.woodgrove.example. 60 IN SRV 0 0 443 dc1.woodgrove.example.", "SVC101", "443"),
    (RELATIVE, "_vlmcs._tcp SRV 0 0 16888 dc1\n_vlmcs._tcp SRV 0 0 1688 dc2", "SVC101", "16888"),
    (RELATIVE, "_vlmcs._tcp.HQ._sites SRV 0 0 1688 dc1", "SVC102", None),
    (RELATIVE, "_vlmcs._tcp.dc._msdcs SRV 0 0 1688 dc1", "SVC102", None),
    (RELATIVE, "_vlmcs._tcp.dc1 SRV 0 0 1688 dc1", "SVC102", None),
    (
        RELATIVE,
        "_ldap._tcp SRV 0 0 389 dc1\n_ldap._tcp.dc._msdcs SRV 0 0 389 dc1\n_kerberos._tcp SRV 0 0 88 dc1",
        "SVC201",
        None,
    ),
    (RELATIVE, "_imap._tcp SRV 0 0 0 .\n", "SVC301", None),
    (
        RELATIVE,
        "llllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllll A 192.0.2.60",
        "ZN001",
        "llllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllll",
    ),
    (
        RELATIVE,
        "www CNAME llllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllll.example.org.",
        "ZN001",
        "llllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllll.example.org.",
    ),
    (RELATIVE, f"{LONG} A 192.0.2.60", "ZN002", LONG),
    (ABSOLUTE, f"{LONG}.woodgrove.example. 60 IN A 192.0.2.60", "ZN002", f"{LONG}.woodgrove.example."),
    (RELATIVE, "a..b A 192.0.2.60", "ZN003", "a..b"),
    (RELATIVE, ".lead A 192.0.2.60", "ZN003", ".lead"),
    (RELATIVE, "_ldap._tcp SRV 0 0 389 dc1..example.org.", "ZN003", "dc1..example.org."),
    (RELATIVE, "www.woodgrove.example A 192.0.2.60", "ZN004", "www.woodgrove.example"),
    (RELATIVE, "_ldap._tcp.woodgrove.example SRV 0 0 389 dc1", "ZN004", "_ldap._tcp.woodgrove.example"),
    (
        RELATIVE,
        "$ORIGIN eu.woodgrove.example.\nwww.eu.woodgrove.example A 192.0.2.60",
        "ZN004",
        "www.eu.woodgrove.example",
    ),
    (RELATIVE, "@ MX 10 mail.woodgrove.example", "ZN005", "mail.woodgrove.example"),
    (RELATIVE, "www CNAME dc1.woodgrove.example", "ZN005", "dc1.woodgrove.example"),
    (RELATIVE, "sub NS ns1.woodgrove.example", "ZN005", "ns1.woodgrove.example"),
    (RELATIVE, "@ MX 10 mx.provider.net", "ZN005", "mx.provider.net"),
    (RELATIVE, "my_host A 192.0.2.60", "ZN006", "my_host"),
    (RELATIVE, "-host A 192.0.2.60", "ZN006", "-host"),
    (RELATIVE, "b\xfccher A 192.0.2.60", "ZN007", "b\xfccher"),
    (RELATIVE, "_ldap._tcp SRV 0 0 389 b\xfccher.example.org.", "ZN007", "b\xfccher.example.org."),
    (RELATIVE, "xn--zzzzzz--- A 192.0.2.60", "ZN008", "xn--zzzzzz---"),
    (RELATIVE, "xn--a A 192.0.2.60", "ZN008", "xn--a"),
    (RELATIVE, "a.*.b A 192.0.2.60", "ZN009", "a.*.b"),
    (RELATIVE, "_ldap._tcp.* SRV 0 0 389 dc1", "ZN009", "_ldap._tcp.*"),
    (RELATIVE, "*.w A 192.0.2.60\nx.ent.w A 192.0.2.61\n@ MX 10 y.ent.w", "ZN011", "y.ent.w"),
    (RELATIVE, "kms A 192.0.2.300\n_vlmcs._tcp SRV 0 0 1688 kms", "ZF001", "192.0.2.300"),
    (RELATIVE, "kms AA 192.0.2.30\n_vlmcs._tcp SRV 0 0 1688 kms", "ZF015", "AA"),
    (RELATIVE, "kms A 192.0.2.30 extra\n@ MX 5 kms", "ZF001", None),
    (RELATIVE, "sub NS ns9.sub\nns9.sub A 192.0.2\n", "ZF001", "192.0.2"),
    (RELATIVE, "www CNAME kms A\nalias2 CNAME www", "ZF001", None),
    (RELATIVE, "_vlmcs._tcp SRV 0 0 1688 kms ; kms\nkms A ( 192.0.2.40", "ZF002", "("),
    (RELATIVE, 't TXT "unclosed\nkms A 192.0.2.40\n_vlmcs._tcp SRV 0 0 1688 kms', "ZF003", None),
    (RELATIVE, "$TLL 60", "ZF004", "$TLL"),
    (RELATIVE, "$INCLUDE other.zone", "ZF005", None),
    (RELATIVE, "$GENERATE 10-1 h$ A 192.0.2.$", "ZF010", None),
    (RELATIVE, "h CH A 192.0.2.60", "ZF011", "CH"),
    (RELATIVE, "www.fabrikam.com. A 192.0.2.60", "ZF012", None),
    (RELATIVE, "h A 192.0.2.60\u200b", "ZF013", None),
    (RELATIVE, "t TXT \u201csmart\u201d", "ZF013", None),
    (RELATIVE, "h ANAME dc1", "ZF015", "ANAME"),
    (RELATIVE, "h 99999999999 A 192.0.2.60", "ZF016", "99999999999"),
    (RELATIVE, "@ MX 70000 mail", "ZF016", "70000"),
    (RELATIVE, "h 60 A 192.0.2.60\nh 90 A 192.0.2.61", "RR001", None),
    (RELATIVE, "h A 192.0.2.60\nH.woodgrove.example. A 192.0.2.60", "RR002", None),
    (RELATIVE, "h 2147483648 A 192.0.2.60", "RR003", "2147483648"),
    (RELATIVE, "c CNAME dc1\nc TXT x", "RR004", None),
    (RELATIVE, "c CNAME dc1\nc CNAME dc2", "RR005", None),
    (RELATIVE, "c CNAME d\nd CNAME c", "RR006", None),
    (RELATIVE, "c CNAME nope", "RR008", "nope"),
    (RELATIVE, "@ MX 10 192.0.2.25", "RR010", "192.0.2.25"),
    (RELATIVE, "sub NS 192.0.2.9", "RR010", "192.0.2.9"),
    (RELATIVE, "eu MX 10 alias", "RR011", "alias"),
    (RELATIVE, "eu MX 10 txtonly", "RR012", "txtonly"),
    (RELATIVE, "sub NS ns1.sub", "ZD007", None),
    (RELATIVE, "sub NS ns1\nx.sub TXT hi", "ZD008", None),
    (RELATIVE, "sub NS ns1\n_vlmcs._tcp.sub SRV 0 0 1688 dc1", "ZD008", None),
    (RELATIVE, "@ DS 60485 13 2 D4B7D520E7BB5F0F67674A0CCEB1E3E0614B93C4F9E99B8383F6A1E4469DA50A", "ZD010", None),
    ("mail", "_imaps._tcp SRV 0 0 993 mx3", "SRV303", "mx3"),
    ("mail", "_submissions._tcp.eu SRV 0 0 465 autoconfig", "SRV301", "autoconfig"),
    ("mail", "_smtps._tcp SRV 0 0 465 mx1", "SRV109", "_smtps._tcp"),
    ("voip", "_sip._tpc.branch SRV 0 0 5060 sip1", "SRV105", "_sip._tpc.branch"),
    ("voip", "_sips._tcp.branch SRV 0 0 5061 sip1.voip.example.com", "SRV306", "sip1.voip.example.com"),
    ("voip", "branch SRV 0 0 5060 sip1", "SRV101", "branch"),
    ("active-directory", "_vlmcs._tcp SRV 0 0 1688 kms02", "SRV303", "kms02"),
    ("active-directory", "_vlmcs.tcp.eu SRV 0 0 1688 kms", "SRV103", "_vlmcs.tcp.eu"),
    ("active-directory", "_vlmcs._tcp.eu SRV 0 0 1688 10.1.0.20", "SRV305", "10.1.0.20"),
    ("active-directory", "_ldap._tcp.eu SRV 0 100 389", "SRV201", None),
    ("active-directory", "_ldpa._tcp.eu SRV 0 0 389 dc1", "SRV108", "_ldpa._tcp.eu"),
    ("active-directory", "_vlmcs._tcp.eu 600 SRV 0 0 1688 kms\n_vlmcs._tcp.eu 60 SRV 0 0 1688 dc1", "RR001", None),
    ("active-directory", "_vlmcs._tcp.eu A 10.1.0.20", "SRV114", None),
    ("active-directory", "_vlmcs._tcp.eu SRV 0 0 1688 kms\n_vlmcs._tcp.eu SRV 0 0 1688 kms", "RR002", None),
    (
        "active-directory",
        "_vlmcs._tcp.eu SRV 0 0 1688 KMS\n_vlmcs._tcp.EU SRV 0 0 1688 kms.corp.fabrikam.example.",
        "RR002",
        None,
    ),
    ("active-directory", "_vlmcs._tcp.eu CNAME kms", "SRV114", None),
    ("active-directory", "_vlmcs._tcp.eu SRV 0 0 1688 https://kms/", "SRV307", None),
    ("active-directory", "_vlmcs._tcp.eu SRV 0 0 1688 kms:1688", "SRV307", None),
    ("active-directory", "_vlmcs._tcp.eu SRV 0 0 1688 kms,", "SRV307", None),
    ("active-directory", "_vlmcs._tcp.eu SRV 0,0,1688,kms", "SRV201", None),
    ("active-directory", "_vlmcs._tcp.eu SRV 0 0 tcp/1688 kms", "ZF001", "tcp/1688"),
]


@pytest.mark.parametrize(("base", "lines", "code", "word"), VARIANTS, ids=lambda value: str(value)[:40])
def test_a_mistake_is_told_at_its_word_and_nothing_else(base: str, lines: str, code: str, word: str | None) -> None:
    before = base if "\n" in base else (ZONES / f"{base}.zone").read_text()
    text = before + lines.rstrip("\n") + "\n"
    found = [
        each
        for each in validate([("z", load(text, path="z"))], DEFAULT).findings
        if each.code == code or each.severity is not Severity.NOTE
    ]
    assert {each.code for each in found} == {code}
    places = [each.location for each in found if each.location is not None]
    words = [text.split("\n")[place.line - 1][place.column - 1 : place.end_column - 1] for place in places]
    assert word is None or word in words
    assert any(place.line > before.count("\n") for place in places)


@pytest.mark.parametrize("path", sorted(ZONES.iterdir()), ids=lambda path: path.stem)
def test_what_is_right_has_no_error_and_no_warning(path: Path) -> None:
    report = validate([("z", load(path.read_bytes(), ORIGINS.get(path.stem), path="z"))], DEFAULT)
    assert [f"{each.code} {each.message}" for each in report.findings if each.severity is not Severity.NOTE] == []
