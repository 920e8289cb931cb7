"""EXP: what a spec expects and the DNS does not keep. Needs: expectations.

What is missed is worked out once for a case, in rules.expect.judging; each rule here tells what has its code.
"""

from __future__ import annotations

from kmsdns.model.findings import Safety, Severity
from kmsdns.rules.rule import FindingDraft, Needs, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kmsdns.rules.case import Case

_EXPECTATIONS = (Needs.EXPECTATIONS,)


@rule("EXP101", "record-missing", Severity.ERROR, "docs/check.md", needs=_EXPECTATIONS, safety=Safety.UNSAFE)
def record_missing(case: Case) -> Iterator[FindingDraft]:
    """A record that the spec expects is not there, or there are fewer than it wants.

    Why: Whoever wrote the spec relies on the record: a service is not found, or carries less than it should.
    Fix: Publish the record; where it was taken out on purpose, take it out of the spec too (kmsdns check --update).
    Example:
        [[check]]
        service = "_vlmcs._tcp.contoso.com"
        contains = ["0 50 1688 kms01.contoso.com."]
    """
    yield from case.missed("EXP101")


@rule("EXP102", "record-unexpected", Severity.ERROR, "docs/check.md", needs=_EXPECTATIONS, safety=Safety.UNSAFE)
def record_unexpected(case: Case) -> Iterator[FindingDraft]:
    """A record is there that "exactly" or the zone's file does not list, or there are more than the spec wants.

    Why: Clients use every record there is: one that nobody knows of leads some of them to a host that is gone, or that
    somebody else runs.
    Fix: Remove the record, and stop whoever publishes it; or add it to the spec.
    KMS: A host publishes itself when nobody stops it.
    Example: Only these two, and no third
        exactly = ["0 50 1688 kms01.contoso.com.",
                   "0 50 1688 kms02.contoso.com."]
    """
    yield from case.missed("EXP102")


@rule("EXP103", "value-differs", Severity.ERROR, "docs/check.md", needs=_EXPECTATIONS, safety=Safety.UNSAFE)
def value_differs(case: Case) -> Iterator[FindingDraft]:
    """The record is there, with another value: the same target with another priority, weight or port.

    Why: The priority says who is a backup, the weight how the load is shared, the port where a client knocks. A SOA
    record with another serial is another version of the zone.
    Fix: Replace the record by the one that is expected; both changes are in the fix.
    Example: A weight that was changed for a day, and stayed
        expected  0 50 1688 kms01.contoso.com.
        found     0  0 1688 kms01.contoso.com.
    """
    yield from case.missed("EXP103")


@rule("EXP104", "ttl-outside", Severity.ERROR, "RFC 1035 3.2.1", needs=_EXPECTATIONS)
def ttl_outside(case: Case) -> Iterator[FindingDraft]:
    """The TTL is not within the bounds of the spec.

    Why: A long TTL keeps clients at a host that has moved; a short one asks the servers all day. Of a resolver's cache,
    which counts down, only what is too high is told.
    Fix: Set the TTL in the zone; before a move, lower it in good time.
    Example:
        ttl = { min = 300, max = 3600 }
    """
    yield from case.missed("EXP104")


@rule("EXP105", "rcode-differs", Severity.ERROR, "RFC 1035 4.1.1", needs=_EXPECTATIONS)
def rcode_differs(case: Case) -> Iterator[FindingDraft]:
    """The reply has another response code than the one expected; where none is, records are expected, and it failed.

    Why: A name that must not be public is answered, a name that must exist is not, or the server refuses. The records
    in such a reply are not judged: they follow from it.
    Fix: See which zone, view or access list the server answers from.
    Example: A service that must not be seen from outside
        [[check]]
        service = "_vlmcs._tcp.contoso.com"
        from = ["public"]
        rcode = "NXDOMAIN"
    """
    yield from case.missed("EXP105")


@rule("EXP106", "forbidden-record-present", Severity.ERROR, "docs/check.md", needs=_EXPECTATIONS, safety=Safety.UNSAFE)
def forbidden_record_present(case: Case) -> Iterator[FindingDraft]:
    """A record is there that "none_of" forbids.

    Why: It was forbidden because it did harm once: a host that was retired, an address that is somebody else's now.
    Fix: Remove the record, and stop whoever publishes it.
    KMS: An old host stops with slmgr /cdns.
    Example:
        none_of = [{ target = "kms-old.contoso.com." }]
    """
    yield from case.missed("EXP106")


@rule("EXP107", "no-answer", Severity.ERROR, "RFC 1035 4.2.1", needs=_EXPECTATIONS, safety=None, is_open=True)
def no_answer(case: Case) -> Iterator[FindingDraft]:
    """The vantage could not be asked: nobody answered, or nothing that could be understood came back.

    Why: Nothing is known of the expectation there, neither that it holds nor that it fails. When nothing else is wrong,
    the exit status is 3 and not 1. A server that answers no question at all is told once, at its line in [vantage].
    Fix: See whether the server runs and whether UDP and TCP port 53 get through to it; --wait gives it time.
    Example: Every try with what became of it
        $ kmsdns check contoso.kmsdns.toml -v
    """
    yield from case.missed("EXP107")


@rule("EXP108", "expected-failure-passed", Severity.ERROR, "docs/check.md", needs=_EXPECTATIONS)
def expected_failure_passed(case: Case) -> Iterator[FindingDraft]:
    """A check whose failure is put up with holds now, or still fails after the last day that was given to it.

    Why: An exception that nobody needs any more hides the next failure; one without an end is forgotten.
    Fix: Take xfail out of the check when it holds; else mend what fails, or give it a later date.
    Example:
        xfail = { until = 2026-12-31, reason = "kms02 is in repair" }
    """
    yield from case.missed("EXP108")


@rule("EXP109", "share-outside", Severity.ERROR, "RFC 2782", needs=_EXPECTATIONS)
def share_outside(case: Case) -> Iterator[FindingDraft]:
    """A target's share of the first choices is not within the bounds of the spec.

    Why: Priority and weight are there to share the load. The share is exact, as RFC 2782 draws; a target that only
    backs others up has none.
    Fix: Change the weights. Where records are missing or differ, the shares follow from that, and are not told.
    Example:
        share = { "kms01.contoso.com." = [0.45, 0.55] }
    """
    yield from case.missed("EXP109")


@rule("EXP110", "target-unreachable", Severity.ERROR, "docs/check.md", needs=_EXPECTATIONS)
def target_unreachable(case: Case) -> Iterator[FindingDraft]:
    """An endpoint that the records name does not answer a connection, or not as the service should.

    Why: The DNS is right, and clients fail all the same. The connection is made from here, whoever was asked.
    Fix: Start the service, open the firewall, or take the record out.
    KMS: "rpc" also asks whether it is a host.
    Example:
        reachable = "tcp"
    """
    yield from case.missed("EXP110")


@rule("EXP111", "flags-differ", Severity.ERROR, "RFC 1035 4.1.1", needs=_EXPECTATIONS)
def flags_differ(case: Case) -> Iterator[FindingDraft]:
    """A flag of the reply's header is set that must not be, or is not set that must be.

    Why: Without aa the server answers from a cache, or has lost its zone; with ra it is a resolver for whoever asks;
    without ad it has not validated.
    Fix: See how the server is configured, and whether it is the one that is meant.
    Example: With authority, and no recursion offered
        flags = ["aa", "!ra"]
    """
    yield from case.missed("EXP111")


@rule("EXP112", "vantages-disagree", Severity.ERROR, "RFC 1034 4.3.5", needs=_EXPECTATIONS)
def vantages_disagree(case: Case) -> Iterator[FindingDraft]:
    """The servers that are asked do not say the same: other records ("consistent"), or another serial.

    Why: A client gets now the one, now the other answer. Most often a secondary has not transferred the zone.
    Fix: See which servers have the old version, and why: NOTIFY, the allowed transfers, their logs.
    Example:
        [[check]]
        zone = "contoso.com"
        from = ["auth"]
        serial = "equal"
    """
    yield from case.missed("EXP112")


@rule("EXP113", "target-unfit", Severity.ERROR, "RFC 2782", needs=_EXPECTATIONS)
def target_unfit(case: Case) -> Iterator[FindingDraft]:
    """A host that the records name has an address outside of the networks given.

    Why: An address from elsewhere sends clients to somebody else's machine. A target without an address is LIV106, one
    that is an alias LIV105.
    Fix: Correct the address, or the networks.
    Example:
        targets = { within = ["10.0.0.0/8", "2001:db8::/32"] }
    """
    yield from case.missed("EXP113")


@rule("EXP114", "client-ends-elsewhere", Severity.ERROR, "docs/check.md", needs=_EXPECTATIONS)
def client_ends_elsewhere(case: Case) -> Iterator[FindingDraft]:
    """A client that is set up as the spec says does not end at the host that it should.

    Why: All that a client goes through must work together: its suffixes, the record, the addresses, the port.
    Fix: kmsdns diagnose goes the same way, and says of each step what is wrong with it.
    Example:
        client = { suffixes = ["emea.contoso.com", "contoso.com"],
                   used = "any" }
    """
    yield from case.missed("EXP114")
