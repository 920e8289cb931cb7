"""The look-up as a state machine: by hand, without sockets, in virtual time. dnspython builds the replies.

Long: every fault a server can have is a case of its own.
"""

from __future__ import annotations

from itertools import pairwise

import dns.edns
import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import dns.rrset
import pytest

from kmsdns.lookup.attempt import MAX_REJECTED, CloseSocket, Connect, LookupSettings, Send
from kmsdns.lookup.edns_support import EdnsSupport
from kmsdns.lookup.exchange import MAX_CHASES, MAX_TRIES, Exchange
from kmsdns.model.messages import REASONS, Outcome, Question, Server

OWNER = "_vlmcs._tcp.corp.test."
SRV = f"{OWNER} 3600 IN SRV 0 0 1688 kms1.corp.test."
SOA = "corp.test. 900 IN SOA ns.corp.test. admin.corp.test. 1 7200 900 86400 300"
FIRST, SECOND = Server(address="127.0.0.2"), Server(address="127.0.0.3")


class Run:
    """An exchange with its clock: does what a stub does, and keeps the commands for the test to look at."""

    def __init__(
        self,
        *servers: Server,
        deadline: float | None = None,
        round_trips: dict[Server, float] | None = None,
        edns: EdnsSupport | None = None,
        **settings: object,
    ) -> None:
        self.ids = iter(range(1, 65536))
        self.now = 0.0
        self.exchange = Exchange(
            Question(name=OWNER, rdtype="SRV"),
            servers or (FIRST,),
            LookupSettings(**settings),
            randbelow=lambda n: next(self.ids) % n,
            deadline=deadline,
            round_trips=round_trips,
            edns=edns,
        )
        self.started: list[float] = []
        self.sent: dict[int, Send | Connect] = {}
        self.closed: set[int] = set()
        self.exchange.start(0.0)
        self.collect()

    def collect(self) -> None:
        for command in self.exchange.commands():
            if isinstance(command, CloseSocket):
                assert command.key not in self.closed
                self.closed.add(command.key)
            else:
                self.sent[command.key] = command
                self.started.append(self.now)

    @property
    def latest(self) -> int:
        return max(self.sent)

    def query(self, key: int) -> dns.message.Message:
        command = self.sent[key]
        return dns.message.from_wire(command.data[2:] if isinstance(command, Connect) else command.data)

    def reply(self, *answer: str, key: int | None = None, **options: object) -> None:
        key = self.latest if key is None else key
        self.packet(response(self.query(key), *answer, **options), key=key)

    def packet(self, data: bytes, *, key: int | None = None, after: float = 0.01, source: str = "") -> None:
        key = self.latest if key is None else key
        self.now += after
        if isinstance(self.sent[key], Connect):
            self.exchange.stream(key, len(data).to_bytes(2, "big") + data, self.now)
        else:
            self.exchange.datagram(key, data, source or str(self.sent[key].server), self.now)
        self.collect()

    def event(self, name: str, *arguments: object, key: int | None = None) -> None:
        self.now += 0.01
        getattr(self.exchange, name)(self.latest if key is None else key, *arguments, self.now)
        self.collect()

    def sleep(self) -> None:
        """Until the exchange wants to be woken: a next try starts, or one has run out of time."""
        self.now = self.exchange.wake
        self.exchange.tick(self.now)
        self.collect()

    def wait(self) -> None:
        """Until the end: nothing comes any more."""
        while self.exchange.response is None:
            self.sleep()

    @property
    def response(self):
        assert self.exchange.response is not None
        assert self.closed == set(self.sent), "a socket was left open"
        for each in self.exchange.response.tries:
            known = {*REASONS, "answer", "nodata", "nxdomain"}
            assert each.outcome in known or each.outcome.startswith("rcode-")
            assert {*each.warnings, *[r.reason for r in each.rejected]} <= known
        return self.exchange.response

    @property
    def outcomes(self) -> list[str]:
        return [each.outcome for each in self.response.tries]


def response(
    query: dns.message.Message,
    *answer: str,
    rcode: int = 0,
    authority: tuple[str, ...] = (),
    additional: tuple[str, ...] = (),
    flags: int = dns.flags.QR | dns.flags.AA,
    **changes: object,
) -> bytes:
    message = dns.message.make_response(query)
    message.flags = flags | (query.flags & dns.flags.RD)
    message.set_rcode(rcode)
    for section, lines in ((message.answer, answer), (message.authority, authority), (message.additional, additional)):
        for line in lines:
            owner, ttl, rdclass, rdtype, rdata = line.split(" ", 4)
            section.append(dns.rrset.from_text(owner, int(ttl), rdclass, rdtype, rdata))
    for name, value in changes.items():
        setattr(message, name, value)
    return message.to_wire(max_size=65535)


def test_an_answer_is_what_was_asked_for() -> None:
    run = Run()
    run.reply(SRV, additional=("kms1.corp.test. 60 IN A 127.0.10.1",))
    found = run.response
    assert (found.outcome, found.reason, found.ttl) == (Outcome.ANSWER, "answer", 3600)
    assert [str(srv) for srv in found.srvs] == ["0 0 1688 kms1.corp.test."]
    assert [str(record) for record in found.additional] == ["kms1.corp.test. 60 IN A 127.0.10.1"]
    assert (found.server, found.transport) == ("127.0.0.2:53", "udp")
    (each,) = found.tries
    assert (each.outcome, each.rcode, each.flags) == ("answer", "NOERROR", ("aa", "rd"))
    assert each.elapsed == pytest.approx(0.01)


def test_the_question_asks_for_recursion_and_offers_1232_octets() -> None:
    query = Run().query(0)
    assert query.flags & dns.flags.RD
    assert (query.edns, query.payload) == (0, 1232)
    assert [str(rrset) for rrset in query.question] == [f"{OWNER} IN SRV"]


def test_without_edns_when_told_so() -> None:
    assert Run(edns_size=None).query(0).edns == -1


@pytest.mark.parametrize(
    ("rcode", "reason", "outcome"),
    [
        (dns.rcode.SERVFAIL, "servfail", Outcome.SERVFAIL),
        (dns.rcode.REFUSED, "refused", Outcome.REFUSED),
        (dns.rcode.YXDOMAIN, "yxdomain", Outcome.SERVFAIL),
        (dns.rcode.NOTAUTH, "notauth", Outcome.REFUSED),
        (11, "rcode-11", Outcome.SERVFAIL),
    ],
)
def test_a_response_code_has_its_word_and_sends_on_to_the_next_server(
    rcode: int, reason: str, outcome: Outcome
) -> None:
    run = Run(FIRST, SECOND)
    run.reply(rcode=rcode)
    assert run.sent[1].server == SECOND
    run.reply(SRV)
    assert (run.response.outcome, run.outcomes) == (Outcome.ANSWER, [reason, "answer"])

    alone = Run()
    alone.reply(rcode=rcode)
    while alone.exchange.response is None:
        alone.reply(rcode=rcode)
    assert (alone.response.outcome, alone.response.reason) == (outcome, reason)
    assert len(alone.response.tries) == (2 if reason == "servfail" else 1), "only a SERVFAIL may pass"


@pytest.mark.parametrize("rcode", [dns.rcode.FORMERR, dns.rcode.NOTIMP, dns.rcode.BADVERS])
def test_a_server_that_turns_edns_down_is_asked_without(rcode: int) -> None:
    run = Run(FIRST, SECOND)
    run.reply(rcode=rcode)
    assert run.sent[1].server == FIRST
    assert run.query(1).edns == -1
    run.reply(SRV)
    assert run.response.outcome is Outcome.ANSWER


def test_formerr_without_edns_is_final_for_that_server() -> None:
    run = Run()
    run.reply(rcode=dns.rcode.FORMERR)
    run.reply(rcode=dns.rcode.FORMERR)
    assert (run.response.outcome, run.outcomes) == (Outcome.SERVFAIL, ["formerr", "formerr"])


@pytest.mark.parametrize("rcode", [dns.rcode.FORMERR, dns.rcode.SERVFAIL])
def test_an_error_may_come_without_the_question(rcode: int) -> None:
    run = Run()
    run.reply(rcode=rcode, question=[])
    run.reply(SRV)
    assert run.response.outcome is Outcome.ANSWER


def test_a_denial_with_soa_is_final_and_has_the_negative_ttl() -> None:
    for rcode, outcome in ((dns.rcode.NXDOMAIN, Outcome.NXDOMAIN), (dns.rcode.NOERROR, Outcome.NODATA)):
        run = Run(FIRST, SECOND)
        run.reply(rcode=rcode, authority=(SOA,))
        assert (run.response.outcome, run.response.ttl, len(run.response.tries)) == (outcome, 300, 1)


def test_nxdomain_without_soa_is_believed_with_a_warning() -> None:
    run = Run(FIRST, SECOND)
    run.reply(rcode=dns.rcode.NXDOMAIN)
    assert run.response.outcome is Outcome.NXDOMAIN
    assert run.response.tries[0].warnings == ("negative-without-soa",)


def test_nodata_without_soa_is_believed_only_when_every_server_says_so() -> None:
    all_agree = Run(FIRST, SECOND)
    all_agree.reply()
    all_agree.reply()
    assert (all_agree.response.outcome, all_agree.response.reason) == (Outcome.NODATA, "negative-without-soa")

    other_knows = Run(FIRST, SECOND)
    other_knows.reply()
    other_knows.reply(SRV)
    assert other_knows.response.outcome is Outcome.ANSWER

    other_silent = Run(FIRST, SECOND, retries=0)
    other_silent.reply()
    other_silent.wait()
    assert other_silent.response.outcome is Outcome.MALFORMED


@pytest.mark.parametrize(
    ("answer", "authority", "reason"),
    [
        ((), ("test. 60 IN NS a.example.",), "referral"),
        ((), (". 60 IN NS a.root-servers.example.",), "lame"),
        ((), ("other.test. 60 IN NS a.example.",), "lame"),
        (("other.test. 60 IN SRV 0 0 1 x.test.",), (), "answer-unrelated"),
        ((f"{OWNER} 60 IN A 192.0.2.1",), (), "answer-wrong-type"),
        ((f"{OWNER} 60 CH TXT x",), (), "answer-wrong-class"),
        ((f"{OWNER} 60 IN CNAME a.test.", f"{OWNER} 60 IN CNAME b.test."), (), "cname-multiple"),
        ((f"{OWNER} 60 IN CNAME {OWNER}",), (), "cname-loop"),
        (
            ("a.test. 60 IN CNAME b.test.", f"{OWNER} 60 IN CNAME a.test.", "b.test. 60 IN CNAME a.test."),
            (),
            "cname-loop",
        ),
    ],
)
def test_an_answer_that_says_nothing_sends_on_to_the_next_server(
    answer: tuple[str, ...], authority: tuple[str, ...], reason: str
) -> None:
    run = Run(FIRST, SECOND)
    run.reply(*answer, authority=authority)
    run.reply(SRV)
    assert run.outcomes == [reason, "answer"]

    alone = Run()
    alone.reply(*answer, authority=authority)
    assert alone.response.reason == reason
    assert not alone.response.outcome.is_conclusive


def test_nxdomain_with_an_answer_contradicts_itself() -> None:
    run = Run(FIRST, SECOND)
    run.reply(SRV, rcode=dns.rcode.NXDOMAIN)
    run.reply(SRV)
    assert run.outcomes == ["nxdomain-with-answer", "answer"]


FORGERIES = [
    ("id-mismatch", lambda q: response(q, SRV, id=(q.id + 1) % 65536)),
    ("question-mismatch", lambda q: response(dns.message.make_query("evil.test.", "SRV", id=q.id), SRV)),
    ("question-mismatch", lambda q: response(dns.message.make_query(OWNER, "TXT", id=q.id), SRV)),
    ("question-mismatch", lambda q: response(dns.message.make_query(OWNER, "SRV", "CH", id=q.id))),
    ("question-missing", lambda q: response(q, SRV, question=[])),
    ("question-count", lambda q: response(q, question=q.question * 2)),
    ("not-a-response", lambda q: q.to_wire()),
    ("opcode-mismatch", lambda q: response(q, SRV, flags=dns.flags.QR | dns.opcode.to_flags(dns.opcode.NOTIFY))),
    ("short", lambda q: b""),
    ("short", lambda q: q.to_wire()[:11]),
    ("malformed-rdata", lambda q: response(dns.message.make_query(OWNER, "SRV", id=q.id), SRV)[:-1]),
    ("malformed-count", lambda q: response(q)[:6] + b"\xff\xff" + response(q)[8:]),
]


@pytest.mark.parametrize(("reason", "forge"), FORGERIES)
def test_a_packet_that_is_not_the_reply_is_rejected_and_the_true_one_still_taken(reason: str, forge) -> None:
    run = Run()
    run.packet(forge(run.query(0)))
    assert run.exchange.response is None
    assert isinstance(run.sent[1], Connect), "with one server it is asked meanwhile over TCP"
    run.packet(forge(run.query(0)), key=0)
    assert len(run.sent) == 2, "and only once"
    run.reply(SRV, key=0)
    each, _ = run.response.tries
    assert each.outcome == "answer"
    assert [(r.reason, r.source) for r in each.rejected] == [(reason, "127.0.0.2:53")] * 2


@pytest.mark.parametrize(("reason", "forge"), FORGERIES)
def test_after_a_rejected_packet_the_next_server_is_asked_at_once_and_either_may_answer(reason: str, forge) -> None:
    for winner in (0, 1):
        run = Run(FIRST, SECOND)
        run.packet(forge(run.query(0)))
        assert run.sent[1].server == SECOND
        assert 0 not in run.closed
        run.reply(SRV, key=winner)
        assert run.response.outcome is Outcome.ANSWER
        assert run.response.tries[0].outcome == ("answer" if winner == 0 else reason)


def test_only_forgeries_end_in_their_reason_not_in_a_timeout() -> None:
    run = Run(retries=0)
    run.reply(SRV, id=60000)
    run.event("error", "tcp-refused")
    run.wait()
    assert (run.response.outcome, run.response.reason) == (Outcome.MALFORMED, "id-mismatch")
    assert run.outcomes == ["id-mismatch", "tcp-refused"]


def test_a_flood_is_written_down_up_to_a_limit_and_does_not_hide_the_answer() -> None:
    run = Run()
    for _ in range(3 * MAX_REJECTED):
        run.packet(b"x" * 40, after=0.001, key=0)
    run.reply(SRV, key=0)
    assert len(run.response.tries[0].rejected) == MAX_REJECTED
    assert run.response.outcome is Outcome.ANSWER


def test_a_flood_does_not_stop_the_clock() -> None:
    run = Run(deadline=1.0, timeout=0.4)
    while run.exchange.response is None:
        run.packet(b"x" * 40, key=0 if 0 not in run.closed else run.latest, after=0.05)
    assert run.response.elapsed <= 1.05


def test_silence_is_retried_then_a_timeout() -> None:
    run = Run(timeout=2.0, retries=2)
    run.wait()
    assert run.started == [0.0, 0.25, 0.75], "each wait is twice the one before"
    assert (run.now, run.outcomes) == (2.75, ["timeout"] * 3)
    assert {each.elapsed for each in run.response.tries} == {2.0}, "every try has the whole timeout"
    assert (run.response.outcome, run.response.server) == (Outcome.TIMEOUT, None)


def test_a_measured_round_trip_sets_the_wait() -> None:
    for known, waits in ((0.001, [0.0, 0.1, 0.3]), (0.2, [0.0, 0.8, 2.4]), (9.0, [0.0, 2.0, 4.0])):
        run = Run(timeout=2.0, retries=2, round_trips={FIRST: known})
        run.wait()
        assert run.started == pytest.approx(waits)


def test_round_trips_are_measured() -> None:
    known: dict[Server, float] = {}
    run = Run(round_trips=known)
    run.reply(SRV)
    assert known == {FIRST: pytest.approx(0.01)}


def test_servers_are_asked_in_turn_before_any_is_asked_again() -> None:
    run = Run(FIRST, SECOND, retries=1)
    run.wait()
    assert [each.server for each in run.response.tries] == ["127.0.0.2:53", "127.0.0.3:53"] * 2


def test_every_try_has_an_id_of_its_own() -> None:
    run = Run(retries=5)
    run.wait()
    assert len({run.query(key).id for key in run.sent}) == 6


def test_a_reply_after_its_time_counts_while_another_try_runs() -> None:
    run = Run(timeout=0.5)
    while run.now < 0.5:
        run.sleep()
    run.reply(SRV, key=0)
    assert run.response.outcome is Outcome.ANSWER
    assert (run.response.tries[0].outcome, run.response.tries[0].warnings) == ("answer", ("late",))


def test_a_slow_reply_is_called_slow() -> None:
    run = Run()
    run.packet(response(run.query(0), SRV), key=0, after=1.0)
    assert run.response.tries[0].warnings == ("slow",)


def test_a_reply_from_elsewhere_is_rejected() -> None:
    for elsewhere in ("127.0.0.2:54", "127.0.0.9:53"):
        run = Run(FIRST, SECOND)
        run.packet(response(run.query(0), SRV), source=elsewhere)
        run.reply(SRV)
        assert [(r.reason, r.source) for r in run.response.tries[0].rejected] == [("source-mismatch", elsewhere)]


def test_a_datagram_larger_than_asked_for_is_remarked_upon() -> None:
    many = [f"{OWNER} 60 IN SRV 0 0 1688 host{n}.corp.test." for n in range(60)]
    run = Run()
    run.reply(*many)
    assert "udp-oversize" in run.response.tries[0].warnings
    run = Run(tcp_only=True)
    run.reply(*many)
    assert run.response.tries[0].warnings == ()


def test_a_huge_set_is_remarked_upon() -> None:
    run = Run(tcp_only=True)
    run.reply(*[f"{OWNER} 60 IN SRV 0 0 1688 h{n}.test." for n in range(257)])
    assert run.response.tries[0].warnings == ("rrset-huge",)
    assert len(run.response.answer) == 257


def test_an_answer_of_nobody_in_particular_is_remarked_upon() -> None:
    for flags, warned in (
        (dns.flags.QR, True),
        (dns.flags.QR | dns.flags.RA, False),
        (dns.flags.QR | dns.flags.AA, False),
    ):
        run = Run()
        run.reply(SRV, flags=flags)
        assert ("not-authoritative" in run.response.tries[0].warnings) is warned


def test_nothing_outlasts_the_deadline() -> None:
    run = Run(FIRST, SECOND, deadline=3.0, timeout=2.0, retries=9)
    while run.exchange.response is None:
        run.sleep()
    assert run.now == 3.0
    assert run.response.outcome is Outcome.TIMEOUT


def test_a_packet_after_the_deadline_does_not_count() -> None:
    run = Run(deadline=1.0)
    run.now = 1.5
    run.reply(SRV)
    assert run.response.outcome is Outcome.TIMEOUT


def test_a_closed_port_is_known_at_once_and_not_asked_again() -> None:
    run = Run(FIRST, SECOND)
    run.event("error", "port-unreachable")
    run.reply(SRV)
    assert run.outcomes == ["port-unreachable", "answer"]

    alone = Run()
    alone.event("error", "port-unreachable")
    assert (alone.response.outcome, alone.outcomes) == (Outcome.UNREACHABLE, ["port-unreachable"])


def test_a_truncated_reply_is_asked_for_again_over_tcp() -> None:
    run = Run()
    run.reply(flags=dns.flags.QR | dns.flags.TC)
    assert isinstance(run.sent[1], Connect)
    run.reply(SRV)
    assert run.response.outcome is Outcome.ANSWER
    assert [(each.transport, each.outcome) for each in run.response.tries] == [("udp", "answer"), ("tcp", "answer")]
    assert "tc" in run.response.tries[0].flags


@pytest.mark.parametrize(
    ("event", "reason", "outcome"),
    [
        (("error", "tcp-refused"), "tcp-refused", Outcome.UNREACHABLE),
        (("error", "tcp-reset"), "tcp-reset", Outcome.MALFORMED),
        (("eof",), "tcp-closed", Outcome.MALFORMED),
        (("stream", b"\0\0"), "tcp-length-zero", Outcome.MALFORMED),
    ],
)
def test_trouble_over_tcp_has_its_word_and_sends_on(event: tuple, reason: str, outcome: Outcome) -> None:
    run = Run(FIRST, SECOND)
    run.reply(flags=dns.flags.QR | dns.flags.TC)
    run.event(*event)
    assert run.sent[2].server == SECOND
    run.reply(SRV)
    assert run.outcomes == ["answer", reason, "answer"]

    alone = Run()
    alone.reply(flags=dns.flags.QR | dns.flags.TC)
    alone.event(*event)
    assert (alone.response.outcome, alone.response.reason) == (outcome, reason)


def test_tcp_in_single_octets_then_a_second_frame() -> None:
    run = Run(tcp_only=True)
    data = response(run.query(0), SRV)
    framed = len(data).to_bytes(2, "big") + data
    for octet in framed[:-1]:
        run.event("stream", bytes((octet,)))
    assert run.exchange.response is None
    run.event("stream", framed[-1:] + b"\0\x05hello")
    assert run.response.outcome is Outcome.ANSWER
    assert "extra-frame" in run.response.tries[0].warnings


def test_tcp_that_ends_or_stalls_in_the_middle() -> None:
    ends = Run(tcp_only=True)
    ends.event("stream", b"\0\x50half")
    ends.event("eof")
    assert ends.outcomes == ["tcp-short"]

    stalls = Run(tcp_only=True, retries=0)
    stalls.event("stream", b"\xff\xffhalf")
    stalls.wait()
    assert (stalls.outcomes, stalls.response.outcome) == (["tcp-timeout"], Outcome.TIMEOUT)


def test_a_stall_over_tcp_is_tried_again() -> None:
    run = Run(retries=1)
    run.reply(flags=dns.flags.QR | dns.flags.TC)
    while run.latest == 1:
        run.sleep()
    run.reply(SRV)
    assert run.outcomes == ["answer", "tcp-timeout", "answer"]


def test_a_wrong_reply_over_tcp_ends_the_connection() -> None:
    run = Run(tcp_only=True)
    run.reply(SRV, id=60000)
    assert run.outcomes == ["id-mismatch"]
    assert run.response.tries[0].rejected[0].reason == "id-mismatch"


def test_truncated_over_tcp() -> None:
    run = Run(tcp_only=True)
    run.reply(flags=dns.flags.QR | dns.flags.TC)
    assert run.outcomes == ["truncated-over-tcp"]


def test_aliases_within_the_answer_are_followed_and_lower_the_ttl() -> None:
    run = Run()
    run.reply(
        f"{OWNER} 60 IN CNAME a.corp.test.",
        "a.corp.test. 30 IN CNAME b.corp.test.",
        "b.corp.test. 90 IN SRV 0 0 1 x.test.",
    )
    found = run.response
    assert (found.outcome, found.ttl, found.canonical) == (Outcome.ANSWER, 30, "b.corp.test.")
    assert [str(alias.rdata) for alias in found.aliases] == ["a.corp.test.", "b.corp.test."]


def test_a_dname_is_followed_by_the_alias_it_makes() -> None:
    run = Run()
    run.reply(
        "corp.test. 60 IN DNAME corp.example.",
        f"{OWNER} 60 IN CNAME _vlmcs._tcp.corp.example.",
        "_vlmcs._tcp.corp.example. 60 IN SRV 0 0 1688 kms.corp.example.",
    )
    assert run.response.canonical == "_vlmcs._tcp.corp.example."


def test_an_alias_without_its_end_is_asked_for() -> None:
    run = Run(FIRST, SECOND)
    run.reply(f"{OWNER} 60 IN CNAME _vlmcs._tcp.corp.example.")
    assert str(run.query(1).question[0].name) == "_vlmcs._tcp.corp.example."
    run.reply("_vlmcs._tcp.corp.example. 600 IN SRV 0 0 1688 kms.corp.example.")
    found = run.response
    assert (found.outcome, found.ttl, found.question.name) == (Outcome.ANSWER, 60, OWNER)
    assert run.outcomes == ["cname-dangling", "answer"]


def test_a_denial_at_the_end_of_an_alias() -> None:
    for rcode, outcome in ((dns.rcode.NXDOMAIN, Outcome.NXDOMAIN), (dns.rcode.NOERROR, Outcome.NODATA)):
        run = Run()
        soa = SOA.replace("corp.test. 900", "corp.example. 900", 1)
        run.reply(f"{OWNER} 60 IN CNAME x.corp.example.", rcode=rcode, authority=(soa,))
        assert (run.response.outcome, run.response.canonical, run.response.ttl) == (outcome, "x.corp.example.", 60)


def test_a_chain_of_sixteen_is_followed_and_of_seventeen_not() -> None:
    for length, reason in ((16, "answer"), (17, "cname-too-long")):
        names = [OWNER, *[f"n{i}.test." for i in range(length)]]
        chain = [f"{a} 60 IN CNAME {b}" for a, b in pairwise(names)]
        run = Run()
        run.reply(*chain, f"{names[-1]} 60 IN SRV 0 0 1 x.test.")
        assert run.response.reason == reason


def test_a_chain_across_questions_is_bounded() -> None:
    run = Run()
    for hop in range(MAX_CHASES + 1):
        assert run.exchange.response is None
        run.reply(f"{run.query(run.latest).question[0].name} 60 IN CNAME n{hop}.test.")
    assert run.response.reason == "cname-too-long"
    assert len(run.response.tries) == MAX_CHASES + 1


def test_a_loop_across_questions() -> None:
    run = Run()
    run.reply(f"{OWNER} 60 IN CNAME a.test.")
    run.reply(f"a.test. 60 IN CNAME {OWNER}")
    assert run.response.reason == "cname-loop"


def test_tries_are_bounded_whatever_the_number_of_servers() -> None:
    run = Run(*[Server(address=f"127.0.1.{n}") for n in range(1, 60)], retries=99)
    while run.exchange.response is None:
        run.sleep()
    assert len(run.response.tries) == MAX_TRIES


def test_the_case_of_the_question_is_free_and_noted() -> None:
    run = Run()
    query = run.query(0)
    run.packet(response(dns.message.make_query(OWNER.upper(), "SRV", id=query.id), SRV.upper()))
    assert run.response.outcome is Outcome.ANSWER
    assert "case-changed" in run.response.tries[0].warnings


def test_trailing_octets_are_tolerated_and_noted() -> None:
    run = Run()
    run.packet(response(run.query(0), SRV) + b"more")
    assert run.response.outcome is Outcome.ANSWER
    assert "trailing-bytes" in run.response.tries[0].warnings


def test_extended_errors_are_in_the_trace() -> None:
    run = Run(retries=0)
    query = run.query(0)
    message = dns.message.make_response(query)
    message.set_rcode(dns.rcode.SERVFAIL)
    message.use_edns(0, options=[dns.edns.EDEOption(dns.edns.EDECode.DNSSEC_BOGUS, "expired")])
    run.packet(message.to_wire())
    assert "6" in run.response.tries[0].ede
    assert "expired" in run.response.tries[0].ede


def test_the_failure_that_says_most_speaks_for_all() -> None:
    run = Run(FIRST, SECOND, retries=0)
    run.sleep()
    run.reply(rcode=dns.rcode.REFUSED)
    run.wait()
    assert (run.response.outcome, run.response.server) == (Outcome.REFUSED, "127.0.0.3:53")


def test_events_after_the_end_are_ignored() -> None:
    run = Run()
    run.reply(SRV)
    before = run.response
    run.exchange.tick(99.0)
    run.exchange.eof(0, 99.0)
    assert run.exchange.commands() == []
    assert run.response is before
