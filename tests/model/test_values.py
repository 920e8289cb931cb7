"""Values, records and plans: what everything else relies on."""

from __future__ import annotations

import copy
import pickle
from typing import TYPE_CHECKING

import pytest

from kmsdns.model.findings import Severity
from kmsdns.model.messages import REASONS, Outcome, Probe, ProbeOutcome, ProbeResult, Question, Response, Server
from kmsdns.model.plan import probe_results, responses, together
from kmsdns.model.records import Opaque, Record, RRset, Soa, Srv, rdtype_number, rdtype_text
from kmsdns.model.value import COMPILE_AFTER, Value, maker
from kmsdns.net.client.drive import arun, run

if TYPE_CHECKING:
    from kmsdns.model.plan import Plan


class Point(Value):
    x: int
    y: int = 2

    @property
    def sum(self) -> int:
        return self.x + self.y


def test_values_are_equal_by_field_hashable_and_readable() -> None:
    assert Point(x=1) == Point(x=1, y=2) != Point(x=2)
    assert len({Point(x=1), Point(x=1, y=2)}) == 1
    assert repr(Point(x=1)) == "Point(x=1, y=2)"
    assert (Point(x=1).sum, Point(x=1).replace(y=9)) == (3, Point(x=1, y=9))
    assert Point(x=1) != Srv(priority=0, weight=0, port=1, target=".")
    assert Point(x=1) != (1, 2)


def test_values_are_the_same_before_and_after_their_init_is_compiled() -> None:
    class Fresh(Value):
        x: int
        y: int = 2

    made = [Fresh(x=n) for n in range(2 * COMPILE_AFTER)]
    assert [(each.x, each.y) for each in made] == [(n, 2) for n in range(2 * COMPILE_AFTER)]
    for wrong in ({}, {"x": 1, "z": 2}):
        with pytest.raises(TypeError, match="argument"):
            Fresh(**wrong)

    class Misused(Value):
        x: int

    with pytest.raises(TypeError, match="missing 1 required keyword-only argument: 'x'"):
        Misused()


def test_values_made_by_position_are_like_any_other() -> None:
    make = maker(Point)
    made = make(1, 2)
    assert type(made) is Point
    assert (made, hash(made), repr(made)) == (Point(x=1), hash(Point(x=1)), "Point(x=1, y=2)")
    assert make(1, 3).sum == 4
    assert pickle.loads(pickle.dumps(made)) == made
    for change in (lambda: setattr(made, "x", 2), lambda: delattr(made, "x"), lambda: setattr(made, "z", 1)):
        with pytest.raises(AttributeError, match="Point is frozen"):
            change()
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'y'"):
        make(1)


def test_values_copy_and_pickle() -> None:
    for made in (copy.copy(Point(x=1)), copy.deepcopy(Point(x=1)), pickle.loads(pickle.dumps(Point(x=1)))):
        assert made == Point(x=1)


def test_values_match_patterns() -> None:
    match Point(x=1, y=5):
        case Point(x=1, y=y):
            assert y == 5
        case _:
            pytest.fail("no match")


def test_values_are_frozen_and_strict() -> None:
    point = Point(x=1)
    with pytest.raises(AttributeError, match="frozen"):
        point.x = 2  # type: ignore[misc]
    with pytest.raises(AttributeError, match="frozen"):
        del point.x
    with pytest.raises(AttributeError):
        point.z = 1  # type: ignore[attr-defined]
    for wrong in ({}, {"x": 1, "z": 2}):
        with pytest.raises(TypeError):
            Point(**wrong)
    with pytest.raises(TypeError):
        Point(1)  # type: ignore[misc]
    with pytest.raises(TypeError):
        point.replace(z=1)
    with pytest.raises(TypeError, match="cannot be subclassed"):
        type("Sub", (Point,), {})


def test_types_by_number_and_name() -> None:
    assert (rdtype_text(33), rdtype_text(65280)) == ("SRV", "TYPE65280")
    assert (rdtype_number("SRV"), rdtype_number("TYPE65280"), rdtype_number("HINFO")) == (33, 65280, 13)
    for wrong in ("TYPE65536", "TYPE", "NOPE", "TYPEx"):
        with pytest.raises(ValueError, match="no RR type"):
            rdtype_number(wrong)


def test_every_type_that_dnspython_has_a_word_for() -> None:
    """So that records from messages, from files and in specs have one name."""
    import dns.rdatatype

    for kind in set(dns.rdatatype.RdataType) - {dns.rdatatype.NONE}:
        word = dns.rdatatype.to_text(kind)
        assert (rdtype_text(kind), rdtype_number(word), rdtype_number(f"TYPE{int(kind)}")) == (word, kind, kind)


def test_records_print_as_in_a_zone_file() -> None:
    srv = Srv(priority=0, weight=5, port=1688, target="kms.test.")
    assert str(Record(owner="a.test.", ttl=60, rdtype="SRV", rdata=srv)) == "a.test. 60 IN SRV 0 5 1688 kms.test."
    soa = Soa(mname="a.", rname="b.", serial=1, refresh=2, retry=3, expire=4, minimum=5)
    assert str(soa) == "a. b. 1 2 3 4 5"
    assert (str(Opaque(data=b"\1\xff")), str(Opaque(data=b""))) == ("\\# 2 01ff", "\\# 0")
    assert Srv(priority=0, weight=0, port=0, target=".").is_no_service


def test_a_server_prints_as_it_is_written() -> None:
    assert [str(Server(address=a)) for a in ("127.0.0.1", "::1")] == ["127.0.0.1:53", "[::1]:53"]


def test_every_reason_is_one_word() -> None:
    assert all(reason == reason.lower() and " " not in reason for reason in REASONS)
    assert Severity.ERROR.rank < Severity.WARNING.rank < Severity.NOTE.rank


def test_a_response_as_an_rrset() -> None:
    records = [Record(owner="b.", ttl=ttl, rdtype="A", rdata=f"192.0.2.{ttl}") for ttl in (60, 30)]
    alias = Record(owner="a.", ttl=5, rdtype="CNAME", rdata="b.")
    asked = Question(name="a.", rdtype="A")
    found = Response(question=asked, outcome=Outcome.ANSWER, reason="answer", answer=tuple(records), aliases=(alias,))
    assert found.rrset == RRset(owner="b.", rdtype="A", ttl=30, rdatas=("192.0.2.60", "192.0.2.30"))
    assert found.addresses == ("192.0.2.60", "192.0.2.30")
    assert Response(question=asked, outcome=Outcome.NODATA, reason="nodata").rrset is None


def reply(ask: Question | Probe) -> Response | ProbeResult:
    if isinstance(ask, Probe):
        return ProbeResult(probe=ask, outcome=ProbeOutcome.CLOSED)
    return Response(question=ask, outcome=Outcome.NXDOMAIN, reason="nxdomain")


class Source:
    def __init__(self) -> None:
        self.batches: list[list[str]] = []

    def answer(self, batch):
        self.batches.append([ask.name for ask in batch])
        return [reply(ask) for ask in batch]

    async def aanswer(self, batch):
        return self.answer(batch)


def asks(*rounds: str) -> Plan[int]:
    seen = 0
    for names in rounds:
        replies = responses((yield [Question(name=name, rdtype="A") for name in names.split()]))
        assert [r.question.name for r in replies] == names.split()
        seen += len(replies)
    return seen


def test_together_runs_in_lock_step_and_asks_once() -> None:
    source = Source()
    assert run(together([asks("a b", "c"), asks("b"), asks(), asks("a", "d", "e")]), source) == [3, 1, 0, 3]
    assert source.batches == [["a", "b"], ["c", "d"], ["e"]]


def test_nothing_together_asks_nothing() -> None:
    source = Source()
    assert run(together([]), source) == []
    assert source.batches == []


def test_blocking_and_async_drive_alike() -> None:
    import asyncio

    blocking, awaited = Source(), Source()
    assert run(asks("a", "b c"), blocking) == asyncio.run(arun(asks("a", "b c"), awaited)) == 3
    assert blocking.batches == awaited.batches


def test_an_error_of_a_plan_comes_out() -> None:
    def broken() -> Plan[None]:
        yield [Question(name="a", rdtype="A")]
        raise LookupError("the plan's own")

    with pytest.raises(LookupError, match="own"):
        run(together([asks("a"), broken()]), Source())


def test_a_reply_of_the_other_kind_is_told() -> None:
    probe = Probe(kind="tcp", target="a.", port=1, addresses=())
    with pytest.raises(TypeError, match="expected a Response"):
        responses([reply(probe)])
    with pytest.raises(TypeError, match="expected a ProbeResult"):
        probe_results([reply(Question(name="a.", rdtype="A"))])
