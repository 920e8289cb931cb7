"""What a server owes its clients whatever they send: EDNS and protocol compliance, with NSD as the measure.

Each check is a row: its name, what is sent, and the verdict, which is all of the answer but its data. The bundled
server has to give that verdict, and NSD has to give it too, or the difference is in DIFFERENCES with its reason. The
first table is the test list of ISC's compliance report and of RFC 8906, with dig; the others send octets that no
program would. Long, because the tables are.
"""

from __future__ import annotations

import re
import socket
import struct
import subprocess
from collections import Counter
from contextlib import suppress

import dns.edns
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import pytest

from kmsdns.model.names import to_wire
from kmsdns.testing import DnsServer
from tests import peers

PATIENCE = 10.0  # seconds: when an answer is to come, and a test would else hang
ORIGIN = "contoso.test."
KMS = "_vlmcs._tcp.contoso.test."
TARGET = "kms{}.a-rather-long-label-as-some-sites-have-them"
ZONE = """\
$ORIGIN contoso.test.
$TTL 3600
@ IN SOA ns1 hostmaster 2026010101 7200 900 1209600 300
@ IN NS ns1
@ IN NS ns2
@ IN TXT "v=spf1 -all"
ns1 IN A 192.0.2.1
ns2 IN A 192.0.2.2
_vlmcs._tcp IN SRV 0 60 1688 kms1
_vlmcs._tcp IN SRV 0 40 1688 kms2
_vlmcs._tcp IN SRV 10 0 1688 kms.fabrikam.example.
kms1 IN A 192.0.2.11
kms2 IN A 192.0.2.12
alias IN CNAME kms1
sub IN NS ns.fabrikam.example.
"""
ZONE += "".join(f"_sixty._tcp IN SRV 0 {n} 1688 {TARGET.format(n)}\n" for n in range(60))
ZONE += "".join(f"_many._tcp IN SRV 0 {n} 1688 host{n}\nhost{n} IN A 192.0.2.8\n" for n in range(900))

KEY = "hmac-sha256:key.:MTIzNDU2Nzg5MDEyMzQ1Ng=="
SOA = "NOERROR aa, question, 1 SOA"
NODATA = "NOERROR aa, question, authority SOA"
NODATA_RD = "NOERROR aa rd, question, authority SOA"
SRV = "NOERROR aa rd, question, 3 SRV"
SIXTY = f"_sixty._tcp.{ORIGIN} SRV"
MANY = f"_many._tcp.{ORIGIN} SRV"

BY_DIG = {
    # RFC 8906 8.1: without EDNS
    "dns": ("+noedns", SOA),
    "unknown type": (f"{ORIGIN} TYPE1000 +noedns", NODATA),
    "cd": ("+noedns +cd", SOA),
    "ad": ("+noedns +ad", SOA),
    "z": ("+noedns +zflag", SOA),
    "rd": ("+noedns +rec", "NOERROR aa rd, question, 1 SOA"),
    "all flags": ("+noedns +rec +cd +ad +zflag +aaflag +tcflag +raflag", "NOERROR aa rd, question, 1 SOA"),
    "opcode": ("+noedns +opcode=15 +header-only", "NOTIMP opcode 15"),
    "opcode and flags": ("+noedns +opcode=15 +header-only +rec +cd +ad +zflag +aaflag", "NOTIMP opcode 15 rd"),
    "tcp": ("+noedns +tcp", SOA + ", over TCP"),
    # RFC 8906 8.2: with EDNS
    "edns": ("", SOA + ", OPT"),
    "edns1": ("+edns=1 +noednsneg", "BADVERS, question, OPT"),
    "ednsopt": ("+ednsopt=100", SOA + ", OPT"),
    "edns1opt": ("+edns=1 +noednsneg +ednsopt=100", "BADVERS, question, OPT"),
    "ednsflags": ("+ednsflags=0x40", SOA + ", OPT"),
    "edns1flags": ("+edns=1 +noednsneg +ednsflags=0x40", "BADVERS, question, OPT"),
    "edns512": (f"{ORIGIN} DNSKEY +dnssec +bufsize=512 +ignore", NODATA + ", OPT do"),
    "do": ("+dnssec", SOA + ", OPT do"),
    "edns1do": ("+edns=1 +noednsneg +dnssec", "BADVERS, question, OPT do"),
    "edns over tcp": ("+tcp", SOA + ", OPT, over TCP"),
    "nsid": ("+nsid", SOA + ", OPT"),
    "cookie": ("+cookie", SOA + ", OPT"),
    "subnet": ("+subnet=192.0.2.0/24", SOA + ", OPT"),
    "expire": ("+expire", SOA + ", OPT"),
    "optlist": ("+nsid +cookie +expire +subnet=0.0.0.0/0", SOA + ", OPT"),
    "padding": ("+padding=128", SOA + ", OPT"),
    "keepalive": ("+tcp +keepalive", SOA + ", OPT, over TCP"),
    "negotiated": ("+edns=1", SOA + ", OPT"),
    # sizes
    "tc512": (f"{SIXTY} +noedns +ignore", "NOERROR aa tc, question"),
    "tc1232": (f"{SIXTY} +ignore", "NOERROR aa tc, question, OPT"),
    "tc with the largest buffer": (f"{MANY} +bufsize=65535 +ignore", "NOERROR aa tc, question, OPT"),
    "a buffer of 1 is one of 512": (f"{KMS} SRV +bufsize=1 +ignore", "NOERROR aa, question, 3 SRV, OPT"),
    "60 after truncation": (SIXTY, "NOERROR aa, question, 60 SRV, OPT, over TCP"),
    "60 without edns": (f"{SIXTY} +noedns", "NOERROR aa, question, 60 SRV, over TCP"),
    "900 after truncation": (MANY, "NOERROR aa, question, 900 SRV, OPT, over TCP"),
    "900 at once by tcp": (f"{MANY} +tcp +noedns", "NOERROR aa, question, 900 SRV, over TCP"),
    # what there is
    "srv": (f"{KMS} SRV", "NOERROR aa, question, 3 SRV, OPT"),
    "no data": (f"{KMS} A", NODATA + ", OPT"),
    "empty non-terminal": (f"_tcp.{ORIGIN} SRV", NODATA + ", OPT"),
    "no such name": (f"nothing.{ORIGIN} A", "NXDOMAIN aa, question, authority SOA, OPT"),
    "alias": (f"alias.{ORIGIN} A", "NOERROR aa, question, 1 A 1 CNAME, OPT"),
    "any": (f"{KMS} ANY +notcp", "NOERROR aa, question, 3 SRV, OPT"),
    "ds": (f"{ORIGIN} DS", NODATA + ", OPT"),
    "delegation": (f"www.sub.{ORIGIN} A", "NOERROR, question, authority NS, OPT"),
    "outside": ("fabrikam.example. A +rec", "REFUSED rd, question, OPT"),
    "root": (". NS", "REFUSED, question, OPT"),
    "class ch": (f"{KMS} TXT -c CH", "REFUSED, question, OPT"),
    "version.bind": ("version.bind. TXT -c CH", "REFUSED, question, OPT"),
    "class any": (f"{KMS} SRV -c ANY", "NOERROR, question, 3 SRV, OPT"),
    # a key that nobody knows (RFC 8945 5.2.1)
    "tsig": (f"{KMS} SRV -y {KEY}", "NOTAUTH, question, OPT, TSIG BADKEY"),
    "tsig over tcp": (f"{KMS} SRV -y {KEY} +tcp +noedns", "NOTAUTH, question, TSIG BADKEY, over TCP"),
}
"""Arguments of dig, which asks for the SOA record of contoso.test. without RD, AD and a cookie unless they say so."""


def header(flags=0x0100, questions=1, answers=0, authority=0, additional=0):
    return struct.pack("!6H", 0x1234, flags, questions, answers, authority, additional)


def question(name=KMS, rdtype=33, rdclass=1):
    return to_wire(name) + struct.pack("!2H", rdtype, rdclass)


def opt(size=1232, version=0, flags=0, options=b"", owner=b"\0"):
    return owner + struct.pack("!HHBBHH", 41, size, 0, version, flags, len(options)) + options


def extra(*records):
    """A query with these records in its additional section."""
    return header(additional=len(records)) + question() + b"".join(records)


QUERY = header() + question()
ADDRESS = b"\xc0\x0c" + struct.pack("!2HIH", 1, 1, 60, 4) + b"\1\2\3\4"
LABEL_63, LABEL_62 = (bytes((n,)) + b"a" * n for n in (63, 62))
REFUSED = "REFUSED rd, question"
NXDOMAIN = "NXDOMAIN aa rd, question, authority SOA"
BADKEY = "NOTAUTH rd, question, TSIG BADKEY"
CLASS_ANY = "NOERROR rd, question"


def tsig_rdata(algorithm="hmac-sha256.", mac=bytes(32), size=None, error=0, other=b"", behind=b""):
    """size is what it says of mac."""
    mac = struct.pack("!H", len(mac) if size is None else size) + mac
    other = struct.pack("!3H", 0x1234, error, len(other)) + other
    return to_wire(algorithm) + b"\0\0\x65\0\0\1\1\x2c" + mac + other + behind


def tsig(rdata=None, owner=b"\3key\0", rdclass=255, ttl=0):
    rdata = tsig_rdata() if rdata is None else rdata
    return owner + struct.pack("!2HIH", 250, rdclass, ttl, len(rdata)) + rdata


def signed(*args, flags=0x0100, **kwargs):
    """A question with a TSIG record."""
    return header(flags, additional=1) + question(*args, **kwargs) + tsig()


SIG = b"\0" + struct.pack("!2HIH", 24, 255, 0, 30) + bytes(30)
SERIAL = b"\xc0\x0c" + struct.pack("!HHIHHIIIII", 6, 1, 0, 22, 0, 1, 0, 0, 0, 0)

BY_UDP = {
    # no query: answers to these could go back and forth for ever
    "qr": (header(0x8100) + question(), "nothing"),
    "qr, opcode 15": (header(0xF900) + question(), "nothing"),
    "qr, header alone": (header(0x8000, questions=0), "nothing"),
    "no octet": (b"", "nothing"),
    "2 octets": (QUERY[:2], "nothing"),
    "11 octets": (QUERY[:11], "nothing"),
    # the header
    "header alone": (header(questions=0), "FORMERR rd"),
    "no question, OPT": (header(questions=0, additional=1) + opt(), "FORMERR rd"),
    "two questions": (header(questions=2) + question() * 2, "FORMERR rd"),
    "question missing": (header(), "FORMERR rd"),
    "65535 questions": (header(questions=0xFFFF) + question(), "FORMERR rd"),
    "records missing": (header(additional=1) + question(), "FORMERR rd"),
    "an answer": (header(answers=1) + question() + ADDRESS, "FORMERR rd"),
    "authority": (header(authority=1) + question() + ADDRESS, "FORMERR rd"),
    "an rcode": (header(0x0105) + question(), SRV),
    "tc": (header(0x0300) + question(), SRV),
    "aa, ra, ad, cd, z": (header(0x05F0) + question(), SRV),
    # the question
    "cut in the class": (QUERY[:-1], "FORMERR rd"),
    "cut in the type": (QUERY[:-3], "FORMERR rd"),
    "cut in a label": (QUERY[:20], "FORMERR rd"),
    "letters upper case": (header() + question("_VLMCS._Tcp.CONTOSO.Test."), SRV),
    "octets of any value": (header() + b"\3\0\xff." + to_wire(ORIGIN) + b"\0\1\0\1", NXDOMAIN),
    "pointer to itself": (header() + b"\xc0\x0c\0\1\0\1", "FORMERR rd"),
    "pointer into the header": (header() + b"\xc0\x04\0\1\0\1", "FORMERR rd"),
    "pointer forwards": (header() + b"\xc0\x12\0\1\0\1\0", "FORMERR rd"),
    "pointer past the end": (header() + b"\xff\xff\0\1\0\1", "FORMERR rd"),
    "pointer in a loop": (header() + b"\1a\xc0\x0c\0\1\0\1", "FORMERR rd"),
    "half a pointer": (header() + b"\xc0", "FORMERR rd"),
    "label of 64": (header() + b"\x40" + b"a" * 64 + b"\0\0\1\0\1", "FORMERR rd"),
    "label type 10": (header() + b"\x80\0\0\1\0\1", "FORMERR rd"),
    "name of 255": (header() + LABEL_63 * 3 + b"\x30" + b"a" * 48 + to_wire(ORIGIN) + b"\0\1\0\1", NXDOMAIN),
    "name of 256": (header() + LABEL_63 * 3 + LABEL_62 + b"\0\0\1\0\1", "FORMERR rd"),
    "type 0": (header() + question(rdtype=0), NODATA_RD),
    "type 65280": (header() + question(rdtype=65280), NODATA_RD),
    "type OPT": (header() + question(rdtype=41), "NOTIMP rd, question"),
    "type TKEY": (header() + question(rdtype=249), "NOTIMP rd, question"),
    "type TSIG": (header() + question(rdtype=250), "NOTIMP rd, question"),
    "type IXFR": (header() + question(ORIGIN, 251), REFUSED),
    "type AXFR": (header() + question(ORIGIN, 252), REFUSED),
    "type MAILB": (header() + question(rdtype=253), "NOTIMP rd, question"),
    "type MAILA": (header() + question(rdtype=254), "NOTIMP rd, question"),
    "type ANY": (header() + question(rdtype=255), SRV),
    "class 0": (header() + question(rdclass=0), REFUSED),
    "class CH": (header() + question(rdclass=3), REFUSED),
    "class HS": (header() + question(rdclass=4), REFUSED),
    "class NONE": (header() + question(rdclass=254), REFUSED),
    "class 9999": (header() + question(rdclass=9999), REFUSED),
    "octets behind": (QUERY + b"behind", SRV),
    "octets behind an OPT": (extra(opt()) + b"behind", SRV + ", OPT"),
    # opcodes
    **{
        f"opcode {opcode}{', question' * asked}": (
            header(0x0100 | opcode << 11, questions=asked) + question(ORIGIN, 6) * asked, f"NOTIMP opcode {opcode} rd",
        )
        for opcode in (1, 2, 3, 4, 5, 6, 15)
        for asked in (0, 1)
    },
    # the OPT record
    "two OPT": (extra(opt(), opt()), "FORMERR rd"),
    "OPT not at the root": (extra(opt(owner=b"\1a\0")), "FORMERR rd"),
    "OPT as the answer": (header(answers=1) + question() + opt(), "FORMERR rd"),
    "OPT as authority": (header(authority=1) + question() + opt(), "FORMERR rd"),
    "OPT cut": (extra(opt()[:-1]), "FORMERR rd"),
    "option cut": (extra(opt(options=b"\0\3\0\5ab")), "FORMERR rd"),
    "option without length": (extra(opt(options=b"\0\3\0")), "FORMERR rd"),
    "option of no octets": (extra(opt(options=b"\0\3\0\0")), SRV + ", OPT"),
    "option of 400 octets": (extra(opt(options=b"\xff\xfe\1\x90" + bytes(400))), SRV + ", OPT"),
    "every flag": (extra(opt(flags=0xFFFF)), SRV + ", OPT do"),
    "size 0": (extra(opt(0)), SRV + ", OPT"),
    "size 65535": (extra(opt(65535)), SRV + ", OPT"),
    "version 255": (extra(opt(version=255)), "BADVERS rd, question, OPT"),
    "version 1, class CH": (header(additional=1) + question(rdclass=3) + opt(version=1), "BADVERS rd, question, OPT"),
    "an address": (extra(ADDRESS), "FORMERR rd"),
    "an address, then OPT": (extra(ADDRESS, opt()), "FORMERR rd"),
    # the TSIG record, of a server that has no key (RFC 8945 5.2)
    "TSIG": (extra(tsig()), BADKEY),
    "TSIG, octets behind": (extra(tsig()) + b"behind", BADKEY),
    "OPT, TSIG": (extra(opt(), tsig()), "NOTAUTH rd, question, OPT, TSIG BADKEY"),
    "OPT of version 1, TSIG": (extra(opt(version=1), tsig()), "NOTAUTH rd, question, OPT, TSIG BADKEY"),
    "TSIG of an unknown algorithm": (extra(tsig(tsig_rdata("hmac-md6."))), BADKEY),
    "TSIG of the root's key": (extra(tsig(owner=b"\0")), BADKEY),
    "TSIG without a signature": (extra(tsig(tsig_rdata(mac=b""))), BADKEY),
    "TSIG with an error": (extra(tsig(tsig_rdata(error=18, other=b"abcdef"))), BADKEY),
    "TSIG, outside": (signed("fabrikam.example."), BADKEY),
    "TSIG, no such name": (signed(f"nothing.{ORIGIN}"), BADKEY),
    "TSIG, class CH": (signed(rdclass=3), BADKEY),
    "TSIG, AXFR": (signed(ORIGIN, 252), BADKEY),
    "TSIG, IXFR": (header(authority=1, additional=1) + question(ORIGIN, 251) + SERIAL + tsig(), BADKEY),
    "TSIG, then OPT": (extra(tsig(), opt()), "FORMERR rd"),
    "TSIG, then SIG(0)": (extra(tsig(), SIG), "FORMERR rd"),
    "two TSIG": (extra(tsig(), tsig()), "FORMERR rd"),
    "TSIG as the answer": (header(answers=1) + question() + tsig(), "FORMERR rd"),
    "TSIG as authority": (header(authority=1) + question() + tsig(), "FORMERR rd"),
    "TSIG as authority of an IXFR": (header(authority=1) + question(ORIGIN, 251) + tsig(), "FORMERR rd"),
    "TSIG of class IN": (extra(tsig(rdclass=1)), "FORMERR rd"),
    "TSIG with a TTL": (extra(tsig(ttl=1)), "FORMERR rd"),
    "TSIG that is none": (extra(tsig(b"??")), "FORMERR rd"),
    "TSIG of no octets": (extra(tsig(b"")), "FORMERR rd"),
    "TSIG cut": (extra(tsig(tsig_rdata()[:-1])), "FORMERR rd"),
    "TSIG with something behind": (extra(tsig(tsig_rdata(behind=b"x"))), "FORMERR rd"),
    "TSIG with half a signature": (extra(tsig(tsig_rdata(size=99))), "FORMERR rd"),
    "TSIG with a pointer in it": (extra(tsig(b"\xc0\x0c" + tsig_rdata(".")[1:])), "FORMERR rd"),
    "TSIG, opcode 4": (signed(ORIGIN, 6, flags=0x2100), "NOTIMP opcode 4 rd"),
    "TSIG, opcode 5": (signed(ORIGIN, 6, flags=0x2900), "NOTIMP opcode 5 rd"),
    "SIG(0)": (extra(SIG), SRV),
    # class ANY: what there is in class IN, and never with authority (RFC 1034 3.7.1)
    "class ANY": (header() + question(rdclass=255), f"{CLASS_ANY}, 3 SRV"),
    "class ANY, type ANY": (header() + question(rdtype=255, rdclass=255), f"{CLASS_ANY}, 3 SRV"),
    "class ANY, alias": (header() + question(f"alias.{ORIGIN}", 1, 255), f"{CLASS_ANY}, 1 A 1 CNAME"),
    "class ANY, no data": (header() + question(rdtype=1, rdclass=255), CLASS_ANY),
    "class ANY, no such name": (header() + question(f"nothing.{ORIGIN}", 1, 255), "NXDOMAIN rd, question"),
    "class ANY, delegation": (header() + question(f"www.sub.{ORIGIN}", 1, 255), f"{CLASS_ANY}, authority NS"),
    "class ANY, outside": (header() + question("fabrikam.example.", 1, 255), REFUSED),
    "class ANY, AXFR": (header() + question(ORIGIN, 252, 255), REFUSED),
}  # fmt: skip
"""Datagrams. "nothing" is known at once: the next query's answer comes first."""


def framed(*messages):
    return b"".join(struct.pack("!H", len(message)) + message for message in messages)


FRAME = framed(QUERY)
READ = None

BY_TCP = {
    "one query": ([FRAME], SRV),
    "one connection, queries in turn": ([FRAME, READ, FRAME, READ, FRAME], f"{SRV} | {SRV} | {SRV}"),
    "two queries in one segment": ([FRAME * 2], f"{SRV} | {SRV}"),
    "50 queries in one segment": ([FRAME * 50], " | ".join([SRV] * 50)),
    "a query and a half, then the rest": ([FRAME + FRAME[:9], READ, FRAME[9:]], f"{SRV} | {SRV}"),
    "length in two segments": ([FRAME[:1], FRAME[1:]], SRV),
    "length alone first": ([FRAME[:2], FRAME[2:]], SRV),
    "octet by octet": ([FRAME[n : n + 1] for n in range(len(FRAME))], SRV),
    "idle at first": ([b"", b"", b"", FRAME], SRV),
    "900 SRV": ([framed(header() + question(f"_many._tcp.{ORIGIN}"))], "NOERROR aa rd, question, 900 SRV"),
    "nothing sent": ([], "nothing"),
    "half a length": ([FRAME[:1]], "nothing"),
    "half a query": ([FRAME[:30]], "nothing"),
    "AXFR with a TSIG": ([framed(signed(ORIGIN, 252))], BADKEY),
    "IXFR with a TSIG, then a query": (
        [framed(header(authority=1, additional=1) + question(ORIGIN, 251) + SERIAL + tsig(), QUERY)],
        f"{BADKEY} | {SRV}",
    ),
    "AXFR of no zone": ([framed(header() + question("_vlmcs._tcp." + ORIGIN, 252))], REFUSED),
    "malformed, then a query": ([framed(QUERY[:-1], QUERY)], f"FORMERR rd | {SRV}"),
    "unknown opcode, then a query": ([framed(header(0x7800) + question(), QUERY)], f"NOTIMP opcode 15 | {SRV}"),
    "octets behind within the frame": ([framed(QUERY + b"behind", QUERY)], f"{SRV} | {SRV}"),
    "nothing, then a query": ([framed(b"", QUERY)], SRV),
    "11 octets, then a query": ([framed(QUERY[:11], QUERY)], SRV),
    "12 octets, then a query": ([framed(QUERY[:12], QUERY)], f"FORMERR rd | {SRV}"),
    "a response, then a query": ([framed(header(0x8100) + question(), QUERY)], SRV),
}  # fmt: skip
"""Segments, and where answers are read in between. In the end the client half-closes, and reads to the end."""

UNSIGNED = {
    (kind, name): expected
    for kind, table in (("dig", BY_DIG), ("udp", BY_UDP), ("tcp", BY_TCP))
    for name, (_, expected) in table.items()
    if "BADKEY" in expected
}

DIFFERENCES = {
    # DO comes back in every answer to it (RFC 3225 3), which NSD forgets with BADVERS.
    ("dig", "edns1do"): "BADVERS, question, OPT",
    # Of the flags only RD comes back (RFC 1035 4.1.1): from NSD now and then all, or none.
    ("dig", "opcode and flags"): "NOTIMP opcode 15 aa rd cd z",
    ("udp", "two questions"): "FORMERR",
    ("udp", "65535 questions"): "FORMERR",
    # A query's RCODE has no meaning (RFC 1035 4.1.1): NSD wants it to be 0.
    ("udp", "an rcode"): "FORMERR rd",
    # No question is a way to ask for a cookie (RFC 7873 5.4), and NSD doesn't look whether there is that option.
    ("udp", "no question, OPT"): "NOERROR rd, OPT",
    # Types that no zone has (RFC 6895 3.1): NSD says that there are none here.
    **{("udp", f"type {rdtype}"): NODATA_RD for rdtype in "OPT TKEY TSIG MAILB MAILA".split()},
    # A transfer isn't made over UDP (RFC 5936 4.2), nor of what is no zone.
    ("udp", "type AXFR"): "NOTIMP rd, question",
    ("tcp", "AXFR of no zone"): "NOTAUTH rd, question",
    ("udp", "class ANY, AXFR"): "NOTIMP rd, question",
    # REFUSED needs no question beside it. What a server calls itself in class CH is its own affair (RFC 4892).
    ("dig", "version.bind"): "NOERROR, question, 1 TXT, OPT",
    **{("udp", f"class {rdclass}"): "REFUSED rd" for rdclass in "0 HS NONE 9999".split()},
    # NOTIFY is for secondary servers, of which NSD is one.
    ("udp", "opcode 4"): "FORMERR opcode 4 rd",
    ("udp", "opcode 4, question"): "REFUSED opcode 4 rd",
    # A resolver finds the question beside an error as it does beside any other answer; NSD leaves it out.
    **{check: said.replace(", question", "", 1) for check, said in UNSIGNED.items()},
    # One of the two: NSD says both at once, which comes to a code that nobody has defined.
    ("udp", "OPT of version 1, TSIG"): "25 rd, OPT, TSIG BADKEY",
    # There is nothing behind the last field of a TSIG (RFC 8945 4.2), for NSD there may be.
    ("udp", "TSIG with something behind"): "NOTAUTH rd, TSIG BADKEY",
    # Its name is never compressed (RFC 3597 4): NSD takes one that is.
    ("udp", "TSIG with a pointer in it"): "NOTAUTH rd, TSIG BADKEY",
    # IXFR is refused by NSD before the authority section has been seen.
    ("udp", "TSIG as authority of an IXFR"): REFUSED,
    # What NOTIFY has behind its header isn't looked at here.
    ("udp", "TSIG, opcode 4"): "NOTAUTH opcode 4 rd, TSIG BADKEY",
    # A server need not look at SIG(0) (RFC 2931 3.3), and can answer as if it wasn't there.
    ("udp", "SIG(0)"): "FORMERR rd",
    # After a message that is too short for a query, or is none, NSD closes the connection; framing needn't be in doubt.
    ("tcp", "nothing, then a query"): "nothing",
    ("tcp", "11 octets, then a query"): "nothing",
    ("tcp", "12 octets, then a query"): "nothing",
    ("tcp", "a response, then a query"): "nothing",
}  # fmt: skip
"""What NSD says instead, and why both will do."""

CHECKS = [
    pytest.param(kind, name, sent, expected, id=f"{kind}-{name}")
    for kind, table in (("dig", BY_DIG), ("udp", BY_UDP), ("tcp", BY_TCP))
    for name, (sent, expected) in table.items()
]


@pytest.fixture(scope="module", name="bundled")
def _bundled():
    with DnsServer(ZONE) as server:
        yield "127.0.0.1", server.port


@pytest.fixture(scope="module", name="nsd")
def _nsd(tmp_path_factory):
    with peers.nsd(ZONE, ORIGIN, tmp_path_factory.mktemp("compliance")) as server:
        yield server.host, server.port


def verdict(said):
    """Of an answer: code and flags, whether the question came back, the numbers of answers by type, the OPT record.

    A text that explains an error to people (EDE, RFC 8914) and name servers beside an answer are courtesies, left out.
    """
    first = [said["rcode"], *([f"opcode {said['opcode']}"] if said["opcode"] else []), *said["flags"]]
    answers = " ".join(f"{count} {rdtype}" for rdtype, count in sorted(Counter(said["answer"]).items()))
    authority = "" if answers else " ".join(["authority", *sorted(set(said["authority"]))] * bool(said["authority"]))
    return ", ".join(filter(None, [" ".join(first), said["question"], answers, authority, said["opt"], said["more"]]))


def by_dig(server, arguments):
    """The verdict on what dig got."""
    asked = arguments if arguments and arguments[0] != "+" else f"{ORIGIN} SOA {arguments}"
    base = f"@{server[0]} -p {server[1]} +norec +noad +nocookie +tries=1 +timeout={PATIENCE:.0f}"
    command = [peers.dig(), *base.split(), *asked.split()]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=3 * PATIENCE)
    said = done.stdout
    assert done.returncode == 0, said + done.stderr
    assert not re.search("malformed|extra|mismatch", said), said
    opcode, status = re.search(r"opcode: (\w+), status: (\w+)", said).groups()
    flags, z, questions = re.search(r"flags: qr([a-z ]*);( MBZ: 0x4;)? QUERY: (\d)", said).groups()
    edns = re.search(r"; EDNS: version: 0, flags:([a-z ]*); udp: \d+\n((?:; (?!EDE).*\n)*)", said)
    assert edns or "EDNS" not in said, said
    badly = re.findall(r"TSIG\t.* (\w+) 0 *\n", said)
    over_tcp, size = "(TCP)" in said, int(re.search(r"MSG SIZE  rcvd: (\d+)", said)[1])
    offered = re.search(r"bufsize=(\d+)", arguments)
    assert over_tcp or size <= (
        512 if "+noedns" in arguments else min(1232, max(512, int(offered[1]) if offered else 1232))
    )
    return verdict({
        "rcode": status,
        "opcode": int(opcode.removeprefix("RESERVED")) if opcode != "QUERY" else 0,
        "flags": [*flags.split(), *["z"] * bool(z)],
        "question": "question" * int(questions),
        "answer": _dig_types(said, "ANSWER"),
        "authority": _dig_types(said, "AUTHORITY"),
        "opt": " ".join(["OPT", *"".join(edns.groups()).split()]) if edns else "",
        "more": ", ".join([*[f"TSIG {error}" for error in badly], *["over TCP"] * over_tcp]),
    })  # fmt: skip


def _dig_types(said, section):
    found = re.search(f";; {section} SECTION:\n((?:.+\n)+)", said)
    return [line.split()[3] for line in found[1].splitlines()] if found else []


def verdict_on(answer, sent):
    """The verdict on an answer's octets; sent are those that came to the server."""
    parsed = dns.message.from_wire(answer, keyring=False)
    assert parsed.flags & dns.flags.QR
    question = ""
    more = ""
    if parsed.tsig:
        assert not parsed.tsig[0].mac
        assert parsed.tsig[0].original_id == parsed.id
        more = "TSIG " + dns.rcode.to_text(parsed.tsig[0].error, tsig=True)
    if parsed.question:
        end = 12 + dns.name.from_wire(answer, 12)[1] + 4
        question = "question" if answer[12:end] in sent else "another question"
    options = [str(option) for option in parsed.options if option.otype != dns.edns.OptionType.EDE]
    opt = ["OPT", "do" * bool(parsed.ednsflags & dns.flags.DO), *options]
    assert not parsed.ednsflags & 0xFF7FFF  # the version, and the flags nobody has defined
    return verdict({
        "rcode": dns.rcode.to_text(parsed.rcode()),
        "opcode": int(parsed.opcode()),
        "flags": dns.flags.to_text(parsed.flags).lower().split()[1:] + ["z"] * bool(parsed.flags & 0x40),
        "question": question,
        "answer": [dns.rdatatype.to_text(rrset.rdtype) for rrset in parsed.answer for _ in rrset],
        "authority": [dns.rdatatype.to_text(rrset.rdtype) for rrset in parsed.authority],
        "opt": " ".join(filter(None, opt)) if parsed.edns >= 0 else "",
        "more": more,
    })  # fmt: skip


def by_udp(server, sent):
    """The verdict on the answers to a datagram, which are those before the answer to the query that follows it."""
    verdicts = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(PATIENCE)
        sock.connect(server)
        sock.send(sent)
        sock.send(b"\x43\x21" + QUERY[2:])
        while (answer := sock.recv(65535))[:2] != b"\x43\x21":
            assert len(answer) <= 1232
            assert answer[:2] == sent[:2]
            verdicts.append(verdict_on(answer, sent))
    return " | ".join(verdicts) or "nothing"


def by_tcp(server, steps):
    """The verdict on the answers that came until the server closed the connection.

    After each segment a query is answered over UDP, so the server has had its turn and may have seen it alone.
    """
    received, sent = b"", b"".join(step for step in steps if step is not READ)
    with socket.create_connection(server, PATIENCE) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with suppress(OSError):  # the server had enough
            for number, step in enumerate(steps):
                if step is READ:
                    wanted = steps[: number + 1].count(READ)
                    while len(_messages(received)[0]) < wanted and (more := sock.recv(65535)):
                        received += more
                else:
                    sock.sendall(step)
                    assert by_udp(server, b"") == "nothing"
            sock.shutdown(socket.SHUT_WR)
        with suppress(ConnectionResetError):
            while more := sock.recv(65535):
                received += more
    messages, rest = _messages(received)
    assert not rest
    return " | ".join(verdict_on(message, sent) for message in messages) or "nothing"


def _messages(octets):
    """The messages of whole frames, and what is left."""
    messages = []
    while len(octets) >= 2 and len(octets) >= (end := 2 + int.from_bytes(octets[:2], "big")):
        messages.append(octets[2:end])
        octets = octets[end:]
    return messages, octets


ASK = {"dig": by_dig, "udp": by_udp, "tcp": by_tcp}


@pytest.mark.parametrize(("kind", "name", "sent", "expected"), CHECKS)
def test_the_bundled_server(bundled, kind, name, sent, expected):
    assert ASK[kind](bundled, sent) == expected


@pytest.mark.parametrize(("kind", "name", "sent", "expected"), CHECKS)
def test_nsd_says_the_same(nsd, kind, name, sent, expected):
    assert ASK[kind](nsd, sent) == DIFFERENCES.get((kind, name), expected)


def test_every_difference_is_one_of_a_check():
    checks = {(kind, name): expected for kind, name, _, expected in (check.values for check in CHECKS)}
    assert all(checks[check] != said for check, said in DIFFERENCES.items())
