"""The stub resolver over real sockets, blocking and async: both run the same exchange, so every test runs on both."""

from __future__ import annotations

import asyncio
import gc
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import dns.flags
import dns.message
import dns.rrset
import pytest

from kmsdns.lookup.attempt import MAX_REJECTED, LookupSettings
from kmsdns.model.messages import Directed, Outcome, Question, Response, Server
from kmsdns.net.client.sockets import HEARS_ALL
from kmsdns.net.client.stub import Stub, system_randbelow
from kmsdns.testing import DnsServer
from tests.loops import on_uvloop
from tests.peers import CLOSED

PATIENCE = 10.0  # seconds
OWNER = "_vlmcs._tcp.corp.test."
ZONE = """$ORIGIN corp.test.
@ 3600 IN SOA ns admin 1 7200 900 86400 300
@ IN NS ns
ns IN A 127.0.0.1
_vlmcs._tcp IN SRV 0 0 1688 kms1
kms1 IN A 127.0.10.1
www IN CNAME kms1
""" + "".join(f"many._tcp IN SRV 0 0 1688 host{n:03}.a-rather-long-label-to-fill-the-packet\n" for n in range(60))

NOBODY = Server(address=CLOSED[0], port=CLOSED[1])

Ask = Callable[[Stub, list[Question]], list[Response]]


def blocking(stub: Stub, questions: list[Question]) -> list[Response]:
    try:
        return stub.ask(questions)
    finally:
        stub.close()


def awaited(stub: Stub, questions: list[Question]) -> list[Response]:
    async def asked() -> list[Response]:
        try:
            return await stub.aask(questions)
        finally:
            await stub.aclose()

    return asyncio.run(asked())


both = pytest.mark.parametrize("ask", [blocking, awaited, on_uvloop(awaited)])


@pytest.fixture(autouse=True)
def _no_socket_left_open() -> Iterator[None]:
    open_files = Path("/proc/self/fd")
    before = len(list(open_files.iterdir())) if open_files.is_dir() else None
    yield
    gc.collect()  # an unclosed socket is a ResourceWarning, and those are errors here
    if before is not None:
        assert len(list(open_files.iterdir())) <= before + 1


@contextmanager
def udp(handle: Callable[..., list[bytes]], address: str = "127.0.0.1", tcp: bool = False) -> Iterator[Server]:
    """A server that answers each datagram (or, with tcp, each connection's first frame) with what handle returns."""
    kind = socket.SOCK_STREAM if tcp else socket.SOCK_DGRAM
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, kind) as sock:
        sock.bind((address, 0))
        sock.settimeout(0.05)
        if tcp:
            sock.listen()
        done = threading.Event()

        def serve() -> None:
            while not done.is_set():
                try:
                    if tcp:
                        connection, _ = sock.accept()
                        with connection:
                            connection.settimeout(1)
                            frame = connection.recv(65535)
                            for reply in handle(frame[2:]):
                                connection.sendall(reply)
                    else:
                        data, source = sock.recvfrom(65535)
                        takes_source = handle.__code__.co_argcount == 2
                        for reply in handle(data, source) if takes_source else handle(data):
                            sock.sendto(reply, source)
                except TimeoutError:
                    continue

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield Server(address=address, port=sock.getsockname()[1])
        finally:
            done.set()
            thread.join()


def answer(query: bytes, **changes: object) -> bytes:
    message = dns.message.make_response(dns.message.from_wire(query))
    message.answer.append(dns.rrset.from_text(OWNER, 60, "IN", "SRV", "0 0 1688 kms1.corp.test."))
    for name, value in changes.items():
        setattr(message, name, value)
    return message.to_wire(max_size=65535)


def ask_one(ask: Ask, *servers: Server, deadline: float | None = 5.0, **settings: object) -> Response:
    until = None if deadline is None else time.monotonic() + deadline
    (response,) = ask(Stub(servers, LookupSettings(**settings), deadline=until), [Question(name=OWNER, rdtype="SRV")])
    return response


@both
def test_a_question_put_to_one_server_says_how_it_is_to_be_answered(ask: Ask) -> None:
    """The stub's own servers aren't asked; flags are as dnspython reads them."""
    seen: list[str] = []

    def handle(query: bytes) -> list[bytes]:
        seen.append(dns.flags.to_text(dns.message.from_wire(query).flags))
        return [answer(query)]

    with udp(handle) as server:
        question = Question(name=OWNER, rdtype="SRV")
        asks = [
            Directed(question=question, server=server),
            Directed(question=question, server=server, recursion_desired=True),
            Directed(question=question, server=server, recursion_desired=True, checking_disabled=True),
        ]
        found = [ask(Stub([NOBODY], LookupSettings(all_servers=True)), [each])[0] for each in asks]
    assert [(response.outcome, response.server) for response in found] == [("answer", str(server))] * 3
    assert seen == ["", "RD", "RD CD"]


@both
def test_a_batch_is_answered_in_order(ask: Ask) -> None:
    names = [
        ("kms1.corp.test.", "A"),
        (OWNER, "SRV"),
        ("no.corp.test.", "A"),
        ("kms1.corp.test.", "AAAA"),
        ("www.corp.test.", "A"),
    ]
    with DnsServer(ZONE) as dns_server:
        stub = Stub([Server(address="127.0.0.1", port=dns_server.port)], LookupSettings())
        found = ask(stub, [Question(name=name, rdtype=rdtype) for name, rdtype in names])
    assert [response.outcome for response in found] == ["answer", "answer", "nxdomain", "nodata", "answer"]
    assert [f"{response.question.name} {response.question.rdtype}" for response in found] == [
        " ".join(n) for n in names
    ]
    assert found[4].canonical == "kms1.corp.test."
    assert found[4].addresses == ("127.0.10.1",)


@both
def test_no_questions_no_sockets(ask: Ask) -> None:
    assert ask(Stub([NOBODY], LookupSettings()), []) == []


@both
def test_a_thousand_questions(ask: Ask) -> None:
    with DnsServer(ZONE) as dns_server:
        stub = Stub([Server(address="127.0.0.1", port=dns_server.port)], LookupSettings())
        found = ask(stub, [Question(name=f"h{n}.corp.test.", rdtype="A") for n in range(1000)])
    assert {response.outcome for response in found} == {Outcome.NXDOMAIN}


@both
def test_three_hundred_questions_to_every_server(ask: Ask) -> None:
    with DnsServer(ZONE) as first, DnsServer(ZONE) as second:
        servers = [Server(address="127.0.0.1", port=each.port) for each in (first, second)]
        found = ask(
            Stub(servers, LookupSettings(all_servers=True)),
            [Question(name=f"h{n}.corp.test.", rdtype="A") for n in range(300)],
        )
        assert (len(first.queries), len(second.queries)) == (300, 300)
    assert {response.outcome for response in found} == {Outcome.NXDOMAIN}
    assert {(len(response.said), response.is_contradicted) for response in found} == {(2, False)}


@both
@pytest.mark.parametrize("tcp_only", [False, True])
def test_a_long_answer_comes_over_tcp(ask: Ask, tcp_only: bool) -> None:
    with DnsServer(ZONE) as dns_server:
        stub = Stub([Server(address="127.0.0.1", port=dns_server.port)], LookupSettings(tcp_only=tcp_only))
        (found,) = ask(stub, [Question(name="many._tcp.corp.test.", rdtype="SRV")])
    assert (len(found.srvs), found.transport) == (60, "tcp")
    assert [each.transport for each in found.tries] == (["tcp"] if tcp_only else ["udp", "tcp"])


@both
def test_ipv6(ask: Ask) -> None:
    with DnsServer(ZONE, address="::1") as dns_server:
        found = ask_one(ask, Server(address="::1", port=dns_server.port))
    assert (found.outcome, found.server) == (Outcome.ANSWER, f"[::1]:{dns_server.port}")


@both
def test_an_address_with_a_zone(ask: Ask) -> None:
    with DnsServer(ZONE, address="::1") as dns_server:
        for zone in ("lo", "1"):
            assert ask_one(ask, Server(address=f"::1%{zone}", port=dns_server.port)).outcome is Outcome.ANSWER
        assert ask_one(ask, Server(address="::1%nosuch0", port=dns_server.port)).reason == "host-unreachable"


@both
def test_a_closed_port_is_told_by_the_kernel(ask: Ask) -> None:
    found = ask_one(ask, NOBODY, timeout=4.0)
    assert (found.outcome, found.reason) == (Outcome.UNREACHABLE, "port-unreachable")
    assert {each.outcome for each in found.tries} == {"port-unreachable"}, "nothing was waited for"


@both
def test_a_closed_port_over_tcp(ask: Ask) -> None:
    assert ask_one(ask, NOBODY, tcp_only=True).reason == "tcp-refused"


@both
def test_the_next_server_answers_when_the_first_is_not_there(ask: Ask) -> None:
    with DnsServer(ZONE) as dns_server:
        found = ask_one(ask, NOBODY, Server(address="127.0.0.1", port=dns_server.port), timeout=4.0)
    assert (found.outcome, len(found.tries)) == (Outcome.ANSWER, 2)


@both
def test_silence_is_a_timeout_after_all_tries(ask: Ask) -> None:
    with udp(lambda query: []) as server:
        found = ask_one(ask, server, timeout=0.05, retries=1)
    assert (found.outcome, [each.outcome for each in found.tries]) == (Outcome.TIMEOUT, ["timeout"] * 2)


@both
def test_what_cannot_even_be_sent_is_told_at_once(ask: Ask) -> None:
    """There is no such network interface; nobody waits for the deadline to say so."""
    end = time.monotonic() + PATIENCE
    stub = Stub([Server(address="fe80::1%no-such-zone")], LookupSettings(), deadline=end)
    (found,) = ask(stub, [Question(name=OWNER, rdtype="SRV")])
    assert (found.outcome, found.reason) == (Outcome.UNREACHABLE, "host-unreachable")
    assert time.monotonic() < end


@both
def test_the_deadline_ends_it_however_patient_the_tries_are(ask: Ask) -> None:
    with udp(lambda query: []) as server:
        found = ask_one(ask, server, deadline=0.2, timeout=60.0)
    assert found.outcome is Outcome.TIMEOUT
    assert 0.15 < found.elapsed < 60.0, "a try's own time"
    assert {each.outcome for each in found.tries} == {"timeout"}


@both
def test_a_lost_packet_is_asked_for_again(ask: Ask) -> None:
    seen: list[bytes] = []

    def forgetful(query: bytes) -> list[bytes]:
        seen.append(query)
        return [answer(query)] if len(seen) > 1 else []

    with udp(forgetful) as server:
        found = ask_one(ask, server, timeout=0.1)
    assert found.outcome is Outcome.ANSWER
    assert seen[0][:2] != seen[1][:2], "each try has an id of its own"


@both
def test_a_forgery_before_the_true_answer(ask: Ask) -> None:
    with udp(lambda query: [b"\0" * 20, answer(query, id=query[0] ^ 1), answer(query)]) as server:
        found = ask_one(ask, server)
    assert found.outcome is Outcome.ANSWER
    assert [each.reason for each in found.tries[0].rejected] == ["id-mismatch", "id-mismatch"]


FLOOD = """
import socket
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind(("127.0.0.1", 0))
print(sock.getsockname()[1], flush=True)
while True:
    query, client = sock.recvfrom(512)
    forged = bytes([query[0] ^ 1]) + query[1:]
    while True:
        sock.sendto(forged, client)
"""


@pytest.fixture
def flooding() -> Iterator[Server]:
    """A server that answers the first query with forgeries, as fast as it can, and never stops."""
    with subprocess.Popen([sys.executable, "-c", FLOOD], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield Server(address="127.0.0.1", port=int(process.stdout.readline()))
        process.kill()


@both
def test_a_flood_stops_neither_the_clock_nor_the_next_server(ask: Ask, flooding: Server) -> None:
    with udp(lambda query: [answer(query)]) as good:
        found = ask_one(ask, flooding, good, deadline=60.0, timeout=60.0)
    assert (found.outcome, found.server) == (Outcome.ANSWER, str(good)), "the flood was waited for"


@both
def test_a_flood_alone_ends_at_the_deadline(ask: Ask, flooding: Server) -> None:
    found = ask_one(ask, flooding, deadline=0.5)  # the flood has no end, and so would this be without one
    assert found.reason == "id-mismatch"
    first = found.tries[0]
    assert len(first.rejected) == MAX_REJECTED
    assert first.more_rejected > 0


@both
@pytest.mark.skipif(not HEARS_ALL, reason="a connected socket hears nothing from elsewhere")
def test_a_reply_from_another_address_or_port_is_rejected(ask: Ask) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.9", 0))
        elsewhere = f"127.0.0.9:{other.getsockname()[1]}"

        def sideways(query: bytes, source: tuple[str, int]) -> list[bytes]:
            other.sendto(answer(query), source)
            time.sleep(0.02)
            return [answer(query)]

        with udp(sideways) as server:
            found = ask_one(ask, server, timeout=4.0)
    assert found.outcome is Outcome.ANSWER
    first = found.tries[0]
    assert [(each.reason, each.source) for each in first.rejected] == [("source-mismatch", elsewhere)]


@both
def test_truncated_and_nobody_at_the_tcp_port(ask: Ask) -> None:
    with udp(lambda query: [answer(query, flags=dns.flags.QR | dns.flags.TC)]) as server:
        found = ask_one(ask, server)
    assert (found.reason, [each.transport for each in found.tries]) == ("tcp-refused", ["udp", "tcp"])


@both
@pytest.mark.parametrize(
    ("frames", "reason"),
    [
        (lambda query: [], "tcp-closed"),
        (lambda query: [b"\0\x40half"], "tcp-short"),
        (lambda query: [b"\0\0"], "tcp-length-zero"),
        (lambda query: [b"\0\x05hello"], "short"),
        (lambda query: [len(answer(query)).to_bytes(2, "big") + answer(query)], "answer"),
    ],
)
def test_what_may_happen_over_tcp(ask: Ask, frames: Callable[[bytes], list[bytes]], reason: str) -> None:
    with udp(frames, tcp=True) as server:
        assert ask_one(ask, server, tcp_only=True, retries=0).reason == reason


@pytest.mark.usefixtures("each_loop")
def test_cancelling_closes_the_sockets() -> None:
    async def give_up(stub: Stub) -> None:
        async with asyncio.timeout(0.1):
            await stub.aask([Question(name=OWNER, rdtype="SRV")])

    with udp(lambda query: []) as server, pytest.raises(TimeoutError):
        asyncio.run(give_up(Stub([server], LookupSettings(timeout=30.0))))


def test_the_dice_are_uniform_in_their_range() -> None:
    assert {system_randbelow(3) for _ in range(200)} == {0, 1, 2}
    assert all(0 <= system_randbelow(65536) < 65536 for _ in range(100))
