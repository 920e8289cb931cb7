"""What the stub resolver says of each fault, over real sockets: outcome, reason, and every try."""

from __future__ import annotations

import sys

import pytest

from kmsdns.lookup.attempt import LookupSettings
from kmsdns.model.messages import Outcome, Question, Server
from kmsdns.net.client.stub import Stub
from kmsdns.net.server.faults.table import FAULTS
from kmsdns.testing import DnsServer
from tests.net.messages import PATIENCE, ZONE

OWNER = "_vlmcs._tcp.contoso.test."


def rejected(reason):
    """The tries when no packet is the reply, over whichever transport."""
    return [f"{transport} {reason} -{reason}" for transport in ("udp", "tcp")]


REASONS = {
    # fault: outcome, its reason, and what the trace says of each try: transport, outcome, rejected packets, warnings
    "drop": ("timeout", "timeout", ["udp timeout"] * 2),
    "drop:first=1": ("answer", "answer", ["udp timeout", "udp answer"]),
    "delay:ms=50": ("answer", "answer", ["udp answer"]),
    "delay:ms=225": ("answer", "answer", ["udp answer late", "udp timeout"]),
    "flap": ("answer", "answer", ["udp answer"]),
    "servfail": ("servfail", "servfail", ["udp servfail"] * 2),
    "servfail:first=1": ("answer", "answer", ["udp servfail", "udp answer"]),
    "refused": ("refused", "refused", ["udp refused"]),
    "nxdomain": ("nxdomain", "nxdomain", ["udp nxdomain"]),
    "nodata": ("nodata", "nodata", ["udp nodata"]),
    "notimp": ("servfail", "notimp", ["udp notimp"] * 2),
    "formerr": ("servfail", "formerr", ["udp formerr"] * 2),
    "no-edns": ("answer", "answer", ["udp formerr", "udp answer"]),
    "edns-badvers": ("answer", "answer", ["udp badvers", "udp answer"]),
    "truncate": ("answer", "answer", ["udp answer", "tcp answer"]),
    "truncate truncate:transport=tcp": ("malformed", "truncated-over-tcp", ["udp answer", "tcp truncated-over-tcp"]),
    "wrong-id": ("malformed", "id-mismatch", rejected("id-mismatch")),
    "duplicate": ("answer", "answer", ["udp answer"]),
    "reorder:ms=20": ("answer", "answer", ["udp answer"]),
    "wrong-question": ("malformed", "question-mismatch", rejected("question-mismatch")),
    "no-question": ("malformed", "question-missing", rejected("question-missing")),
    "wrong-address": ("answer", "answer", ["udp source-mismatch -source-mismatch", "tcp answer"]),
    "wrong-id:transport=udp": ("answer", "answer", ["udp id-mismatch -id-mismatch", "tcp answer"]),
    "wrong-class": ("malformed", "answer-wrong-class", ["udp answer-wrong-class"]),
    "wrong-type": ("malformed", "answer-wrong-type", ["udp answer-wrong-type"]),
    "case-flip": ("answer", "answer", ["udp answer case-changed"]),
    "garbage": ("malformed", "malformed-count", rejected("malformed-count")),
    "short": ("malformed", "short", rejected("short")),
    "trailing-bytes": ("answer", "answer", ["udp answer trailing-bytes"]),
    "bad-compression-loop": ("malformed", "malformed-pointer", rejected("malformed-pointer")),
    "bad-compression-forward": ("malformed", "malformed-pointer", rejected("malformed-pointer")),
    "bad-rdlength": ("malformed", "malformed-rdata", rejected("malformed-rdata")),
    "label-overrun": ("malformed", "malformed-label", rejected("malformed-label")),
    "cname-loop": ("malformed", "cname-loop", ["udp cname-loop"]),
    "cname-chain": ("answer", "answer", ["udp answer"]),
    "cname-chain:n=17": ("malformed", "cname-too-long", ["udp cname-too-long"]),
    "huge": ("answer", "answer", ["udp answer", "tcp answer rrset-huge"]),
    "lame": ("refused", "lame", ["udp lame"]),
    "stale-serial": ("answer", "answer", ["udp answer"]),
    "close-port": ("unreachable", "port-unreachable", ["udp port-unreachable"]),
    "close-port:transport=tcp truncate": ("unreachable", "tcp-refused", ["udp answer", "tcp tcp-refused"]),
    "truncate empty-tcp": ("malformed", "tcp-length-zero", ["udp answer", "tcp tcp-length-zero"]),
    "truncate tcp-close": ("malformed", "tcp-closed", ["udp answer", "tcp tcp-closed"]),
    "truncate tcp-close:bytes=9": ("malformed", "tcp-short", ["udp answer", "tcp tcp-short"]),
    "truncate tcp-reset": ("malformed", "tcp-reset", ["udp answer", "tcp tcp-reset"]),
    "truncate tcp-slow:bytes=9": ("timeout", "tcp-timeout", ["udp answer", "tcp tcp-timeout -tcp-short"] * 2),
    "truncate tcp-slow:bytes=9999": ("answer", "answer", ["udp answer", "tcp answer"]),
    "truncate tcp-split": ("answer", "answer", ["udp answer", "tcp answer"]),
    "truncate tcp-length-lie": ("timeout", "tcp-timeout", ["udp answer", "tcp tcp-timeout -tcp-short"] * 2),
    "truncate drop:transport=tcp": ("timeout", "tcp-timeout", ["udp answer", "tcp tcp-timeout"] * 2),
    "truncate duplicate:transport=tcp": ("answer", "answer", ["udp answer", "tcp answer extra-frame"]),
    "truncate wrong-id:transport=tcp": ("malformed", "id-mismatch", ["udp answer", "tcp id-mismatch -id-mismatch"]),
}


def told(each):
    """One try as the table writes it."""
    rejected = ["-" + packet.reason for packet in each.rejected]
    return " ".join([each.transport, each.outcome, *rejected, *each.warnings])


@pytest.mark.parametrize("faults", REASONS)
def test_the_stub_says_what_it_met(faults):
    if faults == "wrong-address" and sys.platform != "linux":
        pytest.skip("on this system a socket that hears of closed ports doesn't hear other sources")
    outcome, reason, tries = REASONS[faults]
    with DnsServer(ZONE, faults=faults.split()) as server:
        is_waited_for = any("timeout" in each or " -" in each for each in tries)
        settings = LookupSettings(timeout=0.15 if is_waited_for else PATIENCE, retries=1)
        stub = Stub([Server(address="127.0.0.1", port=server.port)], settings)
        (found,) = stub.ask([Question(name=OWNER, rdtype="SRV")])
        assert (found.outcome, found.reason) == (Outcome(outcome), reason)
        assert [told(each) for each in found.tries] == tries
        assert len(server.faults) == len(faults.split())


def test_the_table_of_reasons_has_every_fault():
    assert {fault.partition(":")[0] for faults in REASONS for fault in faults.split()} == set(FAULTS)


@pytest.mark.parametrize("fault", ["drop", "servfail", "wrong-id", "lame", "garbage", "close-port", "wrong-type"])
def test_the_next_server_answers(fault):
    with DnsServer(ZONE, faults=[fault]) as bad, DnsServer(ZONE) as good:
        servers = [Server(address="127.0.0.1", port=each.port) for each in (bad, good)]
        (found,) = Stub(servers, LookupSettings(timeout=0.1, retries=1)).ask([Question(name=OWNER, rdtype="SRV")])
    assert (found.outcome, found.server) == (Outcome.ANSWER, str(servers[1]))
