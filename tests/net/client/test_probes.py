"""The race between addresses in virtual time, then both drivers on loopback sockets.

Long: the machine and its two drivers are shown to agree case by case.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from time import monotonic

import pytest

from kmsdns.model.messages import Probe, ProbeAttempt, ProbeOutcome, ProbeResult
from kmsdns.net.client import probes as prober
from kmsdns.net.client.happy_eyeballs import MAX_REPLY, Prober, Races, interleaved, refusal
from kmsdns.net.client.probes import PROBERS, aprobe, outcome_of, probe
from tests.loops import LOOPS, run_on

OPEN, CLOSED, TIMEOUT = ProbeOutcome.OPEN, ProbeOutcome.CLOSED, ProbeOutcome.TIMEOUT
UNREACHABLE, NO_ADDRESS = ProbeOutcome.UNREACHABLE, ProbeOutcome.NO_ADDRESS

V4 = ("192.0.2.1", "192.0.2.2", "192.0.2.3")
V6 = ("2001:db8::1", "2001:db8::2", "2001:db8::3")


def to(*addresses: str, kind: str = "tcp", port: int = 1688) -> Probe:
    return Probe(kind=kind, target="kms01.contoso.com.", port=port, addresses=addresses)


def attempts(result: ProbeResult) -> list[tuple[str, ProbeOutcome, float]]:
    return [(a.address, a.outcome, pytest.approx(a.elapsed)) for a in result.attempts]


# --- refusal ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("0.0.0.0", "unspecified"),
        ("0.1.2.3", "unspecified"),
        ("::", "unspecified"),
        ("::ffff:0.0.0.0", "unspecified"),
        ("::0.0.0.2", "unspecified"),
        ("64:ff9b::0.0.0.0", "unspecified"),
        ("169.254.169.254", "link-local"),
        ("169.254.0.1", "link-local"),
        ("::ffff:169.254.169.254", "link-local"),
        ("::ffff:a9fe:a9fe", "link-local"),
        ("::169.254.169.254", "link-local"),
        ("64:ff9b::169.254.169.254", "link-local"),
        ("2002:a9fe:a9fe::1", "link-local"),
        ("fe80::1", "link-local"),
        ("febf::1", "link-local"),
        ("fe80::1%eth0", "link-local"),
        ("224.0.0.1", "multicast"),
        ("239.255.255.250", "multicast"),
        ("::ffff:224.0.0.251", "multicast"),
        ("ff02::1", "multicast"),
        ("ff02::1%lo", "multicast"),
        ("255.255.255.255", "broadcast"),
        ("::ffff:255.255.255.255", "broadcast"),
        ("64:ff9b::255.255.255.255", "broadcast"),
        ("", "not-an-address"),
        ("localhost", "not-an-address"),
        ("127.1", "not-an-address"),
        ("0x7f000001", "not-an-address"),
        ("2130706433", "not-an-address"),
        ("127.0.0.1.", "not-an-address"),
        ("127.0.0.1%lo", "not-an-address"),
        ("::1%lo", "not-an-address"),
        ("::1%", "not-an-address"),
        ("[::1]", "not-an-address"),
        ("127.0.0.1\0", "not-an-address"),
        ("127.0.0.1", None),
        ("192.0.2.1", None),
        ("10.0.0.1", None),
        ("169.253.255.255", None),
        ("223.255.255.255", None),
        ("::1", None),
        ("::ffff:127.0.0.1", None),
        ("64:ff9b::192.0.2.1", None),
        ("2002:c000:201::1", None),
        ("fec0::1", None),
        ("fd00::1", None),
        ("2001:db8::1", None),
    ],
)
def test_refusal(address: str, reason: str | None) -> None:
    assert refusal(address) == reason


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "0:0::1"]
)
def test_loopback_is_refused_unless_it_is_allowed(address: str) -> None:
    assert refusal(address, local=False) == "loopback"
    assert refusal(address) is None
    (result,) = probe([Probe(kind="tcp", target="a.", port=1, addresses=(address,))], timeout=1.0, local=False)
    assert result.outcome is ProbeOutcome.UNREACHABLE


@pytest.mark.parametrize(
    "address", ["168.63.129.16", "::ffff:168.63.129.16", "100.100.100.200", "fd00:ec2::254", "fd00:0ec2:0::254"]
)
def test_cloud_metadata_is_refused(address: str) -> None:
    assert refusal(address) == "metadata"


@pytest.mark.parametrize(
    ("given", "tried"),
    [
        ((), []),
        (V4, [*V4]),
        ((*V6, *V4), [V6[0], V4[0], V6[1], V4[1], V6[2], V4[2]]),
        ((*V4, V6[0]), [V4[0], V6[0], V4[1], V4[2]]),
        ((V6[0], *V4), [V6[0], *V4]),
        ((V4[0], *V6), [V4[0], *V6]),
        ((V4[0], V4[0], V6[0], V4[0]), [V4[0], V6[0]]),
    ],
)
def test_interleaved(given: tuple[str, ...], tried: list[str]) -> None:
    assert interleaved(given) == tried


# --- the machine, in virtual time ------------------------------------------------------------------------------------


class Play:
    """Drives Races by a script: what each address does, and after how long; the rest never answers."""

    def __init__(self, races: Races, script: dict[str, tuple[float, ProbeOutcome]]) -> None:
        self.races = races
        self.script = script
        self.now = 100.0
        self.started: list[tuple[float, str]] = []
        self.most = 0

    def run(self) -> list[ProbeResult]:
        flying: dict[int, str] = {}
        events: list[tuple[float, int, ProbeOutcome]] = []
        for _ in range(10_000):
            closes, connects = self.races.tick(self.now)
            for ticket in closes:
                del flying[ticket]
            for connect in connects:
                self.started.append((pytest.approx(self.now - 100.0), connect.address))
                flying[connect.ticket] = connect.address
                if connect.address in self.script:
                    after, outcome = self.script[connect.address]
                    events.append((self.now + after, connect.ticket, outcome))
            self.most = max(self.most, len(flying))
            events = sorted(event for event in events if event[1] in flying)
            if self.races.done:
                # What the last event closed is told by one more tick, or by the end itself.
                return self.races.results()
            wake = self.races.wake_at()
            assert wake is not None
            if events and events[0][0] <= wake:
                self.now, ticket, outcome = events.pop(0)
                if outcome is OPEN:
                    assert self.races.connected(ticket, self.now) == b""
                else:
                    self.races.failed(ticket, outcome, self.now)
                assert not self.races.flying(ticket)
            else:
                self.now = max(self.now, wake)
        raise AssertionError("the races never end")


def play(
    *probes: Probe,
    script: dict[str, tuple[float, ProbeOutcome]],
    timeout: float = 2.0,
    deadline: float | None = None,
    limit: int = 16,
) -> tuple[list[ProbeResult], Play]:
    end = None if deadline is None else 100.0 + deadline
    races = Races(probes, PROBERS, timeout=timeout, deadline=end, stagger=0.25, limit=limit)
    staged = Play(races, script)
    return staged.run(), staged


def test_one_address_that_answers() -> None:
    (result,), _ = play(to(V4[0]), script={V4[0]: (0.01, OPEN)})
    assert (result.outcome, result.address, result.elapsed) == (OPEN, V4[0], pytest.approx(0.01))
    assert attempts(result) == [(V4[0], OPEN, 0.01)]


def test_next_address_starts_after_the_stagger() -> None:
    (result,), staged = play(to(*V4), script={V4[1]: (0.1, OPEN)})
    assert staged.started == [(0.0, V4[0]), (0.25, V4[1])]
    assert (result.outcome, result.address, result.elapsed) == (OPEN, V4[1], pytest.approx(0.35))
    # The first was given up: nobody knows what it would have done.
    assert attempts(result) == [(V4[1], OPEN, 0.1)]


def test_next_address_starts_at_once_when_the_previous_failed() -> None:
    script = {V4[0]: (0.1, CLOSED), V4[1]: (0.05, UNREACHABLE), V4[2]: (0.01, OPEN)}
    (result,), staged = play(to(*V4), script=script)
    assert staged.started == [(0.0, V4[0]), (0.1, V4[1]), (0.15, V4[2])]
    assert attempts(result) == [(V4[0], CLOSED, 0.1), (V4[1], UNREACHABLE, 0.05), (V4[2], OPEN, 0.01)]


def test_a_failure_other_than_the_previous_ones_changes_no_start() -> None:
    _, staged = play(to(*V4), script={V4[0]: (0.3, CLOSED)})
    assert staged.started == [(0.0, V4[0]), (0.25, V4[1]), (0.5, V4[2])]


def test_the_first_wins_even_when_a_later_one_was_started() -> None:
    (result,), staged = play(to(*V4), script={V4[0]: (0.4, OPEN)})
    assert staged.started == [(0.0, V4[0]), (0.25, V4[1])]
    assert result.address == V4[0]


def test_families_take_turns() -> None:
    _, staged = play(to(*V6, *V4), script={}, timeout=1.0)
    assert [address for _, address in staged.started] == [V6[0], V4[0], V6[1], V4[1], V6[2], V4[2]]


@pytest.mark.parametrize(
    ("fates", "outcome"),
    [
        ((UNREACHABLE, TIMEOUT, CLOSED), CLOSED),
        ((CLOSED, TIMEOUT, UNREACHABLE), CLOSED),
        ((UNREACHABLE, TIMEOUT, UNREACHABLE), TIMEOUT),
        ((UNREACHABLE, UNREACHABLE, UNREACHABLE), UNREACHABLE),
    ],
)
def test_the_attempt_that_got_furthest_counts(fates: tuple[ProbeOutcome, ...], outcome: ProbeOutcome) -> None:
    script = {address: (0.01, fate) for address, fate in zip(V4, fates, strict=True)}
    (result,), _ = play(to(*V4), script=script)
    assert (result.outcome, result.address) == (outcome, None)
    assert [attempt.outcome for attempt in result.attempts] == list(fates)


def test_timeout_is_per_address() -> None:
    (result,), _ = play(to(*V4), script={}, timeout=2.0)
    assert result.outcome is TIMEOUT
    assert result.elapsed == pytest.approx(2.5)
    assert attempts(result) == [(address, TIMEOUT, 2.0) for address in V4]


def test_no_address() -> None:
    (result,), staged = play(to(), script={})
    assert result == ProbeResult(probe=to(), outcome=NO_ADDRESS)
    assert staged.started == []


def test_no_probe() -> None:
    assert play(script={})[0] == []


def test_a_refused_address_is_never_connected_to_and_costs_no_time() -> None:
    (result,), staged = play(to("169.254.169.254", "fe80::1", V4[0]), script={V4[0]: (0.0, OPEN)})
    assert staged.started == [(0.0, V4[0])]
    assert result.outcome is OPEN
    assert attempts(result) == [
        ("169.254.169.254", UNREACHABLE, 0.0),
        ("fe80::1", UNREACHABLE, 0.0),
        (V4[0], OPEN, 0.0),
    ]


def test_nothing_but_refused_addresses() -> None:
    (first, second), staged = play(to("0.0.0.0", "::"), to(V4[0]), script={V4[0]: (0.1, CLOSED)})
    assert staged.started == [(0.0, V4[0])]
    assert (first.outcome, first.elapsed) == (UNREACHABLE, 0.0)
    assert second.outcome is CLOSED


def test_deadline_ends_what_is_open_and_what_was_not_begun() -> None:
    results, staged = play(
        to(*V4), to(V6[0]), to(), to("0.0.0.0", V6[1]), script={V4[0]: (0.01, CLOSED)}, deadline=0.2, limit=1
    )
    assert staged.now == pytest.approx(100.2)
    assert [result.outcome for result in results] == [CLOSED, TIMEOUT, NO_ADDRESS, TIMEOUT]
    assert attempts(results[0]) == [(V4[0], CLOSED, 0.01), (V4[1], TIMEOUT, 0.19)]
    assert (results[1].attempts, results[1].elapsed) == ((), 0.0)


def test_deadline_that_has_passed() -> None:
    (result,), staged = play(to(V4[0]), script={V4[0]: (0.0, OPEN)}, deadline=-1.0)
    assert (result.outcome, staged.started) == (TIMEOUT, [])


def test_at_most_sixteen_connections_at_once() -> None:
    probes = [to(*[f"192.0.2.{host}" for host in range(start, start + 3)]) for start in range(0, 240, 3)]
    results, staged = play(*probes, script={}, timeout=1.0)
    assert staged.most == 16
    assert len(staged.started) == 240
    assert {result.outcome for result in results} == {TIMEOUT}
    assert [result.probe for result in results] == probes


def test_a_free_place_is_taken_at_once() -> None:
    script = {V4[0]: (0.1, CLOSED), V4[1]: (0.1, OPEN)}
    _, staged = play(to(V4[0]), to(V4[1]), to(V4[2]), script=script, limit=1)
    assert staged.started == [(0.0, V4[0]), (0.1, V4[1]), (0.2, V4[2])]


def test_events_that_come_too_late_are_ignored() -> None:
    races = Races([to(*V4)], PROBERS, timeout=1.0)
    _, (first,) = races.tick(0.0)
    _, (second,) = races.tick(0.3)
    assert races.connected(second.ticket, 0.4) == b""
    assert races.done
    before = races.results()
    assert races.connected(first.ticket, 0.5) == b""
    races.failed(first.ticket, CLOSED, 0.5)
    races.received(first.ticket, b"late", 0.5)
    races.broke(first.ticket, 0.5)
    assert races.tick(0.6) == ([second.ticket, first.ticket], [])
    assert races.results() == before
    assert races.wake_at() is None


@pytest.mark.parametrize(("kind", "port"), [("carrier-pigeon", 1688), ("tcp", 65536), ("tcp", -1)])
def test_what_can_be_no_probe(kind: str, port: int) -> None:
    with pytest.raises(ValueError, match=kind if port == 1688 else str(port)):
        Races([to(V4[0], kind=kind, port=port)], PROBERS, timeout=1.0)


def _banner(received: bytes, over: bool) -> ProbeOutcome | None:
    """Open when "yes" comes back, unreachable when "no" does."""
    if received.startswith(b"yes"):
        return OPEN
    return UNREACHABLE if received.startswith(b"no") else None


BANNER = Prober(hello=b"are you there?", judge=_banner)


@pytest.mark.parametrize(
    ("octets", "outcome"),
    [
        ([b"yes"], OPEN),
        ([b"ye", b"s"], OPEN),
        ([b"no"], UNREACHABLE),
        ([b""], CLOSED),
        ([b"ye", b""], CLOSED),
        ([b"?" * MAX_REPLY], CLOSED),
    ],
)
def test_a_prober_talks(octets: list[bytes], outcome: ProbeOutcome) -> None:
    races = Races([to(V4[0], kind="banner")], {"banner": BANNER}, timeout=1.0)
    _, (connect,) = races.tick(0.0)
    assert races.connected(connect.ticket, 0.1) == BANNER.hello
    for received in octets:
        assert races.flying(connect.ticket)
        races.received(connect.ticket, received, 0.2)
    assert races.results()[0].outcome is outcome


def test_a_standing_connection_without_an_answer_lets_the_next_address_start() -> None:
    races = Races([to(*V4[:2], kind="banner")], {"banner": BANNER}, timeout=1.0)
    _, (first,) = races.tick(0.0)
    races.connected(first.ticket, 0.1)
    _, (second,) = races.tick(0.25)
    races.connected(second.ticket, 0.3)
    races.received(second.ticket, b"yes", 0.4)
    (result,) = races.results()
    assert (result.address, result.attempts) == (
        V4[1],
        (ProbeAttempt(address=V4[1], outcome=OPEN, elapsed=0.4 - 0.25, connected=True),),
    )
    closes, _ = races.tick(0.4)
    assert closes == [second.ticket, first.ticket]


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (errno.ECONNREFUSED, CLOSED),
        (errno.ETIMEDOUT, TIMEOUT),
        (errno.EHOSTUNREACH, UNREACHABLE),
        (errno.ENETUNREACH, UNREACHABLE),
        (errno.EACCES, UNREACHABLE),
        (errno.EADDRNOTAVAIL, UNREACHABLE),
        (errno.EAFNOSUPPORT, UNREACHABLE),
        (None, UNREACHABLE),
    ],
)
def test_outcome_of(code: int | None, outcome: ProbeOutcome) -> None:
    assert outcome_of(code) is outcome


# --- both drivers, on real sockets -----------------------------------------------------------------------------------


@pytest.fixture(params=["probe", *LOOPS])
def run(request: pytest.FixtureRequest) -> Callable[..., list[ProbeResult]]:
    """probe, or aprobe in an event loop of its own, of each kind."""
    if request.param == "probe":
        return probe
    return lambda *args, **kwargs: run_on(request.param, aprobe(*args, **kwargs))


@pytest.fixture
def listen() -> Iterator[Callable[..., socket.socket]]:
    """Opens listeners, and closes them."""
    with contextlib.ExitStack() as stack:

        def opened(address: str, port: int = 0, backlog: int = 16) -> socket.socket:
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            listener = stack.enter_context(socket.socket(family))
            if family == socket.AF_INET6:
                listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            try:
                listener.bind((address, port))
            except OSError as error:
                pytest.skip(f"{address} can't be bound here: {error}")
            listener.listen(backlog)
            if backlog == 0:  # one connection fills the queue, and the kernel drops the next SYN
                filler = stack.enter_context(socket.socket(family))
                filler.connect(listener.getsockname())
            return listener

        yield opened


def unused(address: str) -> int:
    """A port that nothing listens on."""
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as holder:
        holder.bind((address, 0))
        return int(holder.getsockname()[1])


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.10.1", "::1"])
def test_open(run: Callable[..., list[ProbeResult]], listen: Callable[..., socket.socket], address: str) -> None:
    port = listen(address).getsockname()[1]
    (result,) = run([to(address, port=port)], timeout=5.0)
    assert (result.outcome, result.address) == (OPEN, address)
    assert [(a.address, a.outcome) for a in result.attempts] == [(address, OPEN)]
    assert result.elapsed >= 0.0


@pytest.mark.parametrize("address", ["127.0.10.2", "::1"])
def test_refused(run: Callable[..., list[ProbeResult]], address: str) -> None:
    (result,) = run([to(address, port=unused(address))], timeout=5.0)
    assert (result.outcome, result.address) == (CLOSED, None)


def test_timeout_and_its_bound(run: Callable[..., list[ProbeResult]], listen: Callable[..., socket.socket]) -> None:
    port = listen("127.0.10.3", backlog=0).getsockname()[1]
    started = monotonic()
    (result,) = run([to("127.0.10.3", port=port)], timeout=0.05)
    assert monotonic() - started < 60.0, "the kernel gives a connection up after two minutes"
    assert result.outcome is TIMEOUT
    assert result.elapsed >= 0.05


def test_deadline_in_seconds_from_the_call(
    run: Callable[..., list[ProbeResult]], listen: Callable[..., socket.socket]
) -> None:
    port = listen("127.0.10.3", backlog=0).getsockname()[1]
    started = monotonic()
    (result,) = run([to("127.0.10.3", port=port)], timeout=30.0, deadline=0.05)
    assert monotonic() - started < 30.0, "the probe's own time"
    assert result.outcome is TIMEOUT
    assert run([to("127.0.10.3", port=port)], timeout=30.0, deadline=0.0)[0].attempts == ()


def test_dead_first_address(run: Callable[..., list[ProbeResult]], listen: Callable[..., socket.socket]) -> None:
    port = listen("127.0.10.4").getsockname()[1]
    listen("127.0.10.5", port, backlog=0)
    probes = [
        to("127.0.10.6", "127.0.10.4", port=port),  # refused, then open
        to("127.0.10.5", "127.0.10.4", port=port),  # silent, then open after the stagger
    ]
    refused, silent = run(probes, timeout=5.0, stagger=0.02)
    assert (refused.address, silent.address) == ("127.0.10.4", "127.0.10.4")
    assert [(a.address, a.outcome) for a in refused.attempts] == [("127.0.10.6", CLOSED), ("127.0.10.4", OPEN)]
    assert [(a.address, a.outcome) for a in silent.attempts] == [("127.0.10.4", OPEN)]


def test_mixed_families(run: Callable[..., list[ProbeResult]], listen: Callable[..., socket.socket]) -> None:
    port = listen("127.0.10.7").getsockname()[1]
    with contextlib.closing(listen("::1")) as six:
        six_port = six.getsockname()[1]
        found = run([to("::1", "127.0.10.7", port=port), to("::1", "127.0.10.7", port=six_port)], timeout=5.0)
    assert [result.address for result in found] == ["127.0.10.7", "::1"]


def test_forbidden_and_foreign_addresses_stay_unconnected(
    run: Callable[..., list[ProbeResult]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prober, "_open", lambda connect: pytest.fail(f"a socket for {connect.address}"))
    forbidden = ("0.0.0.0", "::", "169.254.169.254", "::ffff:169.254.169.254", "fe80::1", "224.0.0.1", "localhost")
    (result,) = run([to(*forbidden)], timeout=5.0)
    assert result.outcome is UNREACHABLE
    assert len(result.attempts) == len(forbidden)


def test_a_family_this_machine_lacks(run: Callable[..., list[ProbeResult]], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_connect: object) -> socket.socket:
        raise OSError(errno.EAFNOSUPPORT, "Address family not supported by protocol")

    monkeypatch.setattr(prober, "_open", fail)
    (result,) = run([to("::1", "127.0.0.1")], timeout=5.0)
    assert result.outcome is UNREACHABLE
    assert [a.outcome for a in result.attempts] == [UNREACHABLE, UNREACHABLE]


def test_many_probes_keep_their_order(
    run: Callable[..., list[ProbeResult]], listen: Callable[..., socket.socket]
) -> None:
    port = listen("127.0.10.8", backlog=64).getsockname()[1]
    probes = [to(f"127.0.10.{8 if n % 3 else 9}", port=port) for n in range(60)]
    results = run(probes, timeout=10.0)
    assert [result.probe for result in results] == probes
    assert [result.outcome for result in results] == [OPEN if n % 3 else CLOSED for n in range(60)]


def test_nothing_to_do(run: Callable[..., list[ProbeResult]]) -> None:
    assert run([], timeout=1.0) == []
    assert run([to()], timeout=1.0)[0].outcome is NO_ADDRESS


def serve_once(listener: socket.socket, answer: bytes | None) -> threading.Thread:
    """Accepts one connection, reads the hello, and answers; None resets instead."""

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(10)
            assert connection.recv(100) == BANNER.hello
            if answer is None:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            else:
                for octet in answer:
                    connection.send(bytes([octet]))

    thread = threading.Thread(target=serve)
    thread.start()
    return thread


@pytest.mark.parametrize(
    ("answer", "outcome"), [(b"yes", OPEN), (b"no", UNREACHABLE), (b"", CLOSED), (b"perhaps", CLOSED), (None, CLOSED)]
)
def test_a_conversation(
    run: Callable[..., list[ProbeResult]],
    listen: Callable[..., socket.socket],
    monkeypatch: pytest.MonkeyPatch,
    answer: bytes | None,
    outcome: ProbeOutcome,
) -> None:
    monkeypatch.setitem(PROBERS, "banner", BANNER)
    listener = listen("127.0.10.10")
    thread = serve_once(listener, answer)
    (result,) = run([to("127.0.10.10", kind="banner", port=listener.getsockname()[1])], timeout=10.0)
    thread.join()
    assert result.outcome is outcome


def test_an_error_in_a_prober_is_not_swallowed(
    run: Callable[..., list[ProbeResult]], listen: Callable[..., socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_received: bytes, _over: bool) -> ProbeOutcome | None:
        raise ZeroDivisionError

    monkeypatch.setitem(PROBERS, "broken", Prober(judge=broken))
    port = listen("127.0.10.11").getsockname()[1]
    with pytest.raises(ZeroDivisionError):
        run([to("127.0.10.11", kind="broken", port=port)], timeout=10.0)


def test_a_connection_that_meets_itself_is_closed() -> None:
    with socket.socket() as echo:
        echo.bind(("127.0.0.1", 0))
        echo.connect(echo.getsockname())
        with pytest.raises(ConnectionRefusedError):
            prober._check(echo)


@pytest.mark.usefixtures("each_loop")
def test_cancelled_it_closes_its_sockets(listen: Callable[..., socket.socket], monkeypatch: pytest.MonkeyPatch) -> None:
    port = listen("127.0.10.12", backlog=0).getsockname()[1]
    opened: list[socket.socket] = []
    original = prober._open
    monkeypatch.setattr(prober, "_open", lambda connect: opened.append(original(connect)) or opened[-1])

    async def cancelled() -> None:
        task = asyncio.create_task(aprobe([to("127.0.10.12", port=port)], timeout=30.0))
        while not opened:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    assert [one.fileno() for one in opened] == [-1]


def test_interrupted_it_closes_its_sockets(
    listen: Callable[..., socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    port = listen("127.0.10.13", backlog=0).getsockname()[1]
    opened: list[socket.socket] = []
    original = prober._open
    monkeypatch.setattr(prober, "_open", lambda connect: opened.append(original(connect)) or opened[-1])

    def interrupt(_races: Races) -> float:
        raise KeyboardInterrupt

    monkeypatch.setattr(prober, "_wait", interrupt)
    with pytest.raises(KeyboardInterrupt):
        probe([to("127.0.10.13", port=port)], timeout=30.0)
    assert [one.fileno() for one in opened] == [-1]
