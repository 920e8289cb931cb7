"""What is to be done: once each, hosts first, then zones with what is added first, then the client."""

from __future__ import annotations

import pytest

from kmsdns.formats.fixes.work import FixBlock, emptied, gather, zone_of
from kmsdns.model.findings import Change, Do, Severity
from kmsdns.model.messages import Outcome, Question, Response
from kmsdns.model.names import ServiceName
from kmsdns.model.records import Record, Srv
from kmsdns.model.report import Discovered
from kmsdns.model.snapshot import Snapshot
from tests.formats.fixes.reports import NEW, OLD, OWNER, RETIRED, action, change, finding, report


def told(block: FixBlock) -> list[str]:
    return [
        f"{step.what.op} {step.what.rdata}" if isinstance(step.what, Change) else step.what.do.value
        for step in block.steps
    ]


def test_hosts_then_zones_then_the_client() -> None:
    work = gather(RETIRED)
    assert [(block.kind, block.where, told(block)) for block in work.blocks] == [
        ("host", "kms-old.contoso.com.", ["stop publishing"]),
        (
            "zone",
            "contoso.com.",
            ["add 0 5 1688 kms02.contoso.com.", f"delete {OLD}", "delete 0 5 1688 kms.contoso.com."],
        ),
        ("client", "client", ["flush the DNS client's cache", "forget the cached host", "switch host caching off"]),
    ]
    assert [each.code for each in work.without] == ["KMS132"]
    assert [step.is_optional for step in work.blocks[-1].steps] == [False, False, True], "a note's own step"
    assert work.blocks[-1].steps[0].codes == ("NET103", "SRV301"), "any change is followed by a flush"


def test_the_same_is_done_once_for_all_that_ask_for_it() -> None:
    upper = change("delete", OLD.upper(), ttl=17, name=OWNER.upper())
    work = gather(report(finding("A", change("delete")), finding("B", upper, severity=Severity.NOTE)))
    (step,) = work.blocks[0].steps
    assert (step.what, step.codes, step.is_optional) == (change("delete"), ("A", "B"), False)


def test_what_findings_disagree_about_is_left_alone() -> None:
    work = gather(report(finding("A", change("add"), change("add", NEW)), finding("B", change("delete"))))
    assert told(work.blocks[0]) == [f"add {NEW}"]
    assert [step.codes for step in work.disputed] == [("A",), ("B",)]


def test_what_is_set_comes_after_what_clears_it() -> None:
    order = (Do.SET_MANUAL_HOST, Do.SET_LOOKUP_DOMAIN, Do.CLEAR_LOOKUP_DOMAIN, Do.FORGET_CACHED_HOST, Do.FLUSH_DNS)
    work = gather(report(finding("A", *[action(do) for do in order])))
    assert [step.what.do for step in work.blocks[0].steps] == [*reversed(order[1:]), order[0]]


def test_publishers_nobody_stops() -> None:
    none = change("delete", "0 0 0 .")
    other = change("delete", "0 0 389 dc.contoso.com.", name="_ldap._tcp.contoso.com.")
    work = gather(report(finding("A", change("delete"), none, other)))
    assert work.unstopped == {change("delete")}
    stopped = gather(report(finding("A", change("delete"), action(Do.STOP_PUBLISHING, "KMS-OLD.contoso.com."))))
    assert stopped.unstopped == frozenset()


@pytest.mark.parametrize(
    ("owner", "zone"),
    [
        (OWNER, "contoso.com."),
        ("_vlmcs._tcp.Sub.Contoso.com.", "sub.contoso.com."),
        ("kms01.contoso.com.", "contoso.com."),
        ("_vlmcs._tcp.", "."),
        (".", "."),
    ],
)
def test_the_zone_of_a_name(owner: str, zone: str) -> None:
    assert zone_of(owner) == zone


def test_a_name_of_which_nothing_is_left() -> None:
    records = [
        Record(owner=OWNER, ttl=60, rdtype="SRV", rdata=Srv(priority=0, weight=0, port=1688, target=target))
        for target in ("kms-old.contoso.com.", "kms01.contoso.com.")
    ]
    response = Response(
        question=Question(name=OWNER, rdtype="SRV"), outcome=Outcome.ANSWER, reason="answer", answer=tuple(records)
    )
    snapshot = Snapshot(service=ServiceName(service="_vlmcs", proto="_tcp", domain="contoso.com."), srv=(response,))
    found = Discovered(
        service=OWNER, outcome="answer", source="dns", queried=(OWNER,), ttl=60, endpoints=(), notices=(),
        snapshot=snapshot,
    )  # fmt: skip

    def left(*changes: Change) -> tuple[str, ...]:
        made = report(finding("A", *changes), services=(found,))
        return emptied(gather(made).blocks[0], made)

    assert left(change("delete")) == ()
    assert left(change("delete"), change("delete", NEW)) == (OWNER,)
    assert left(change("delete"), change("delete", NEW), change("add", "0 0 1688 kms02.contoso.com.")) == ()
