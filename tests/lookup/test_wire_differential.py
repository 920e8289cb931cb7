"""The codec against dnspython: on mutated messages both accept, and read the same, or both refuse.

Where they may differ is a named predicate each, decided from the octets and from what dnspython says about one record
or option alone. A difference that none of them explains fails. KMSDNS_TEST_MUTATIONS sets how many messages are tried,
KMSDNS_TEST_SEED which ones.
"""

from __future__ import annotations

import collections
import importlib.util
import os
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dns.edns
import dns.exception
import dns.message
import dns.name
import dns.opcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype

from kmsdns.lookup import wire
from kmsdns.model.records import RDTYPES, Opaque, Record, rdtype_number


def _load_mutations() -> Any:
    """The module beside this one: with import-mode=importlib no test is in a package or on sys.path."""
    name = "kmsdns_test_mutations"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name("mutations.py"))
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


mutations = _load_mutations()

COUNT = int(os.environ.get("KMSDNS_TEST_MUTATIONS", "50000"))
SEED = int(os.environ.get("KMSDNS_TEST_SEED", "1"))

ANY_CLASS = {RDTYPES[name] for name in ("NS", "CNAME", "SOA", "PTR", "DNAME")}
IN_CLASS = {RDTYPES[name] for name in ("A", "AAAA", "SRV")}
META_CLASSES = {dns.rdataclass.ANY, dns.rdataclass.NONE}
UPDATE = int(dns.opcode.UPDATE)

Ours = wire.Message | wire.WireError
Theirs = dns.message.Message | Exception


def ours(data: bytes) -> Ours:
    try:
        return wire.decode(data)
    except wire.WireError as error:
        return error


def theirs(data: bytes) -> Theirs:
    """dnspython, told to be as lenient as the codec: no TSIG is verified, what follows the message is ignored."""
    try:
        return dns.message.from_wire(data, keyring=False, ignore_trailing=True, one_rr_per_rrset=True)
    except dns.exception.DNSException as error:
        return error


def verdict(outcome: Ours | Theirs) -> str:
    return repr(outcome) if isinstance(outcome, Exception) else "accepted"


def is_taken_apart(raw: Any) -> bool:
    return raw.rdtype in ANY_CLASS or (raw.rdclass == 1 and raw.rdtype in IN_CLASS) or raw.rdtype == RDTYPES["OPT"]


def opcode(data: bytes) -> int:
    return data[2] >> 3 & 0xF


# The differences: from the octets, where their records stand, and both verdicts, each says whether it is the reason.


def rdata_kept_opaque(data: bytes, raws: list[Any], our: Ours, their: Theirs) -> bool:
    """dnspython takes apart rdata that is opaque here: the first it refuses, standing alone, is such rdata."""
    if isinstance(our, wire.Message) and isinstance(their, Exception):
        for raw in raws:
            try:
                if raw.rdtype != RDTYPES["OPT"]:
                    dns.rdata.from_wire(raw.rdclass, raw.rdtype, data, raw.rdata, raw.length)
            except dns.exception.DNSException as alone:
                return not is_taken_apart(raw) and type(alone) is type(their)
    return False


def option_kept_opaque(data: bytes, raws: list[Any], our: Ours, their: Theirs) -> bool:
    """dnspython takes EDNS options apart, and refuses one of these alone: a bad subnet, text that's no UTF-8."""
    if isinstance(our, wire.Message) and our.edns is not None and isinstance(their, dns.exception.FormError):
        for code, octets in our.edns.options:
            try:
                dns.edns.option_from_wire(dns.edns.OptionType.make(code), octets, 0, len(octets))
            except (dns.exception.DNSException, ValueError):
                return True
    return False


def dname_compressed(data: bytes, raws: list[Any], our: Ours, their: Theirs) -> bool:
    """dnspython doesn't expand the target of a DNAME: no sender may compress it (RFC 6672 2.5). Here it's read."""
    return (
        isinstance(our, wire.Message)
        and isinstance(their, dns.name.DecompressionForbidden)
        and any(
            raw.rdtype == RDTYPES["DNAME"] and raw.length >= 2 and data[raw.rdata + raw.length - 2] >= 0xC0
            for raw in raws
        )
    )


def tsig_misplaced(data: bytes, raws: list[Any], our: Ours, their: Theirs) -> bool:
    """dnspython wants TSIG to be the last record, and of class ANY; here it is but opaque."""
    return (
        isinstance(our, wire.Message)
        and isinstance(their, dns.message.BadTSIG)
        and any(
            raw.rdtype == RDTYPES["TSIG"]
            and (raw is not raws[-1] or raw.section != 2 or raw.rdclass != dns.rdataclass.ANY)
            for raw in raws
        )
    )


def update_zone(data: bytes, raws: list[Any], our: Ours, their: Theirs) -> bool:
    """An UPDATE names one zone, by a question for the SOA of a real class (RFC 2136 2.3): dnspython insists."""
    return (
        opcode(data) == UPDATE
        and isinstance(our, wire.Message)
        and isinstance(their, dns.exception.FormError)
        and not (
            [asked.rdtype for asked in our.questions] == ["SOA"] and our.questions[0].rdclass not in ("ANY", "NONE")
        )
    )


def update_of_meta_class(data: bytes, raws: list[Any], our: Ours, their: Theirs) -> bool:
    """In an UPDATE, class ANY has no rdata, NONE none in a prerequisite, else the zone's (RFC 2136 2.4, 2.5).

    dnspython refuses what breaks this. Here such records are like any of another class than IN.
    """
    if opcode(data) == UPDATE and isinstance(our, wire.Message) and len(our.questions) == 1:
        zone_class = dns.rdataclass.from_text(our.questions[0].rdclass)
        for raw in raws:
            is_prerequisite = raw.section == 0 and raw.rdclass == dns.rdataclass.NONE
            if raw.length and raw.rdtype != RDTYPES["TSIG"] and (is_prerequisite or raw.rdclass == dns.rdataclass.ANY):
                return isinstance(their, dns.exception.FormError)
            if raw.rdclass == dns.rdataclass.NONE and not is_prerequisite:
                try:
                    dns.rdata.from_wire(zone_class, raw.rdtype, data, raw.rdata, raw.length)
                except dns.exception.DNSException as alone:
                    return type(alone) is type(their)
    return False


def update_without_rdata(data: bytes, raws: list[Any], our: Ours, their: Theirs) -> bool:
    """In an UPDATE, class ANY or NONE without rdata says "delete" (RFC 2136 2.4, 2.5); here rdata is due."""
    return (
        opcode(data) == UPDATE
        and isinstance(our, wire.WireError)
        and our.reason == "malformed-rdata"
        and isinstance(their, dns.message.Message)
        and any(
            raw.rdata == our.offset and raw.length == 0 and raw.rdclass in META_CLASSES and raw.rdtype in ANY_CLASS
            for raw in raws
        )
    )


DIFFERENCES: tuple[Callable[[bytes, list[Any], Ours, Theirs], bool], ...] = (
    rdata_kept_opaque,
    option_kept_opaque,
    dname_compressed,
    tsig_misplaced,
    update_zone,
    update_of_meta_class,
    update_without_rdata,
)

# What both accept must read the same.

Row = tuple[str, int, int, int, str]


def our_rows(records: tuple[Record, ...]) -> list[Row]:
    """The records taken apart, as owner, type, class, TTL and rdata."""
    return [
        (r.owner, rdtype_number(r.rdtype), dns.rdataclass.from_text(r.rdclass), r.ttl, str(r.rdata))
        for r in records
        if not isinstance(r.rdata, Opaque)
    ]


def their_rows(section: list[Any], is_update: bool) -> list[Row]:
    """The same of dnspython, where each RRset holds one record, or none in an UPDATE."""
    return [
        (rrset.name.to_text(), int(rrset.rdtype), int(rrset.rdclass), rrset.ttl, rrset[0].to_text())
        for rrset in section
        if rrset.rdtype in ANY_CLASS or (rrset.rdclass == 1 and rrset.rdtype in IN_CLASS)
        if not (is_update and (not rrset or rrset.deleting is not None))
    ]


def first_contradiction(our: wire.Message, their: dns.message.Message) -> str | None:
    """What the two read differently, None when all is equal."""
    is_update = our.opcode == UPDATE
    asked = [(q.name, rdtype_number(q.rdtype), dns.rdataclass.from_text(q.rdclass)) for q in our.questions]
    pairs: list[tuple[str, object, object]] = [
        ("id", our.id, their.id),
        ("opcode", our.opcode, int(their.opcode())),
        ("flags", our.flags & 0x87F0, int(their.flags) & 0x87F0),
        ("rcode", our.rcode, int(their.rcode())),
        ("questions", asked, [(q.name.to_text(), int(q.rdtype), int(q.rdclass)) for q in their.question]),
        ("edns", our.edns is None, their.edns < 0),
    ]
    for name in ("answer", "authority", "additional"):
        rows = our_rows(getattr(our, name))
        if is_update:
            rows = [row for row in rows if row[2] not in META_CLASSES]
        pairs.append((name, rows, their_rows(getattr(their, name), is_update)))
    if our.edns is not None:
        codes = [int(option.otype) for option in their.options]
        pairs += [
            ("edns size", our.edns.size, their.payload),
            ("edns version", our.edns.version, their.edns),
            ("edns do", our.edns.do, bool(their.ednsflags & 0x8000)),
            ("edns options", [code for code, _ in our.edns.options], codes),
            ("ede", [e.code for e in our.edns.ede], [int(e.code) for e in their.extended_errors()]),
        ]
    return next((f"{what}: {mine!r} here, {other!r} there" for what, mine, other in pairs if mine != other), None)


def explanation(data: bytes, our: Ours, their: Theirs) -> str | None:
    """The name of the difference that explains why one accepts and the other refuses, None when none does."""
    raws = list(mutations.layout(data))
    return next((difference.__name__ for difference in DIFFERENCES if difference(data, raws, our, their)), None)


def test_the_corpus_is_read_the_same() -> None:
    """Two of its messages are differences themselves, so that mutants show them often."""
    explained = []
    for data in mutations.corpus():
        our, their = ours(data), theirs(data)
        if isinstance(our, wire.Message) and isinstance(their, dns.message.Message):
            assert first_contradiction(our, their) is None
        else:
            explained.append(explanation(data, our, their))
    assert explained == ["dname_compressed", "update_without_rdata"]


def test_mutants_are_the_same_every_time() -> None:
    assert [mutations.mutant(7, n) for n in range(300)] == [mutations.mutant(7, n) for n in range(300)]
    assert mutations.mutant(7, 3) != mutations.mutant(8, 3)


def test_mutants_are_accepted_or_refused_alike() -> None:
    tally: collections.Counter[str] = collections.Counter()
    unexplained: list[str] = []
    for index in range(COUNT):
        data = mutations.mutant(SEED, index)
        our, their = ours(data), theirs(data)
        if isinstance(our, wire.Message) and isinstance(their, dns.message.Message):
            contradiction = first_contradiction(our, their)
            tally["both accept"] += 1
            if contradiction is not None:
                unexplained.append(f"{index}: {contradiction}\n    {data.hex()}")
        elif isinstance(our, wire.WireError) and isinstance(their, Exception):
            tally[f"both refuse: {our.reason}"] += 1
        else:
            reason = explanation(data, our, their)
            if reason is None:
                unexplained.append(f"{index}: {verdict(our)} here, {verdict(their)} there\n    {data.hex()}")
            else:
                tally[f"difference: {reason}"] += 1
    lines = [f"{tally[what]:8} {what}" for what in sorted(tally)]
    print(f"{COUNT} mutants of seed {SEED}:", *lines, sep="\n")
    assert not unexplained, "\n".join([f"{len(unexplained)} unexplained", *unexplained[:10]])
    if COUNT >= 20000:
        # Otherwise the mutations have gone blunt: each refusal and each difference is to be seen.
        for (
            reason
        ) in "malformed-label malformed-pointer malformed-name malformed-rdata malformed-count malformed-opt".split():
            assert tally[f"both refuse: {reason}"] > 0, reason
        for difference in DIFFERENCES:
            assert tally[f"difference: {difference.__name__}"] > 0, difference.__name__
        assert tally["both accept"] > COUNT / 5


def test_an_unexplained_difference_would_show() -> None:
    """No predicate is so broad that it covers for a codec which accepts what it must not."""
    data = bytearray(mutations.corpus()[1])
    record = next(mutations.layout(bytes(data)))
    struct.pack_into("!H", data, record.rdata - 2, record.length - 1)
    their = theirs(bytes(data))
    pretended = wire.decode(mutations.corpus()[1])
    assert isinstance(their, Exception)
    assert explanation(bytes(data), pretended, their) is None
