"""Questions that share TCP connections (RFC 7766 6.2.1), at good servers and at those that don't do well with it."""

from __future__ import annotations

import asyncio
import select
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import dns.message
import pytest

from kmsdns.lookup.attempt import LookupSettings
from kmsdns.model.messages import Question, Response, Server
from kmsdns.net.client.stub import Stub
from kmsdns.testing import DnsServer
from tests.loops import on_uvloop
from tests.net.client.test_stub import ZONE, Ask


def blocking(stub: Stub, questions: list[Question]) -> list[Response]:
    return stub.ask(questions)


def awaited(stub: Stub, questions: list[Question]) -> list[Response]:
    return asyncio.run(stub.aask(questions))


both = pytest.mark.parametrize("ask", [blocking, awaited, on_uvloop(awaited)])
SEVERAL = 30


class Talk:
    """A connection of the server's: what it reads and says."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.file = sock.makefile("rb")

    def query(self) -> bytes | None:
        """The next query; None when the client has closed."""
        head = self.file.read(2)
        return self.file.read(int.from_bytes(head, "big")) if len(head) == 2 else None

    def say(self, *messages: bytes) -> None:
        self.sock.sendall(b"".join(len(each).to_bytes(2, "big") + each for each in messages))

    def __iter__(self) -> Iterator[bytes]:
        while (query := self.query()) is not None:
            yield query


class Peer:
    """A TCP server that does the same on each connection, and counts them."""

    def __init__(self, sock: socket.socket, talk: Callable[[Talk, int], None]) -> None:
        self.server = Server(address="127.0.0.1", port=sock.getsockname()[1])
        self.connections = 0
        self.closed = threading.Semaphore(0)  # released by each connection that is over
        self._sock, self._talk = sock, talk

    def accept(self) -> None:
        while True:
            try:
                sock, _ = self._sock.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(sock, self.connections), daemon=True).start()

    def _serve(self, sock: socket.socket, number: int) -> None:
        talk = Talk(sock)
        with sock, talk.file, suppress(OSError):
            self._talk(talk, number)
        self.closed.release()


@contextmanager
def peer(talk: Callable[[Talk, int], None]) -> Iterator[Peer]:
    with socket.create_server(("127.0.0.1", 0), backlog=200) as sock:
        found = Peer(sock, talk)
        thread = threading.Thread(target=found.accept, daemon=True)
        thread.start()
        yield found
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)
        sock.close()
        thread.join(10)


def reply(query: bytes, **changes: object) -> bytes:
    message = dns.message.make_response(dns.message.from_wire(query))
    message.set_rcode(5)  # REFUSED: one try, and nothing to be followed
    for name, value in changes.items():
        setattr(message, name, value)
    return message.to_wire()


def name_of(query: bytes) -> str:
    return str(dns.message.from_wire(query).question[0].name)


def questions(number: int = SEVERAL, first: int = 0) -> list[Question]:
    return [Question(name=f"h{n}.corp.test.", rdtype="A") for n in range(first, first + number)]


def tries(found: list[Response]) -> set[tuple[str, ...]]:
    """How the tries of each question ended: the different ways."""
    return {tuple(each.outcome for each in response.tries) for response in found}


@pytest.fixture
def close() -> Iterator[Callable[[Stub], Stub]]:
    """Closes stubs at the end."""
    stubs: list[Stub] = []

    def register(stub: Stub) -> Stub:
        stubs.append(stub)
        return stub

    yield register
    for stub in stubs:
        stub.close()


@pytest.mark.usefixtures("unhurried")
@both
@pytest.mark.parametrize("faults", [[], ["truncate:transport=udp"]])
def test_many_questions_few_connections(ask: Ask, faults: list[str], close) -> None:
    """Asked over TCP, or again over TCP since the answer was cut off; and the next batch needs no new one."""
    with DnsServer(ZONE, faults=faults) as server:
        stub = close(Stub([Server(address="127.0.0.1", port=server.port)], LookupSettings(tcp_only=not faults)))
        found = ask(stub, questions(300))
        first = server.counts.connections
        found += ask(stub, questions(100, 300))
        counts = server.counts
    assert (len(found), {each.transport for each in found}) == (400, {"tcp"})
    assert {each.reason for each in found} == {"nxdomain"}
    assert all(each.transport == "udp" or each.outcome == "nxdomain" for one in found for each in one.tries)
    assert 1 <= first <= counts.connections <= first + 1
    assert (counts.tcp, counts.connections <= 8) == (400, True)


@both
def test_replies_in_any_order(ask: Ask, close) -> None:
    def backwards(talk: Talk, _number: int) -> None:
        """Whatever comes within a tenth of a second; ids are drawn, so that two may be the same and need two."""
        octets = b""
        while select.select([talk.sock], [], [], 0.1 if octets else 10.0)[0] and (more := talk.sock.recv(65535)):
            octets += more
        queries = []
        while octets:
            end = 2 + int.from_bytes(octets[:2], "big")
            queries.append(octets[2:end])
            octets = octets[end:]
        talk.say(*[reply(query) for query in reversed(queries)])
        talk.query()

    with peer(backwards) as found_peer:
        found = ask(close(Stub([found_peer.server], LookupSettings(tcp_only=True))), questions())
        assert tries(found) == {("refused",)}
        assert [response.question.name for response in found] == [each.name for each in questions()]


@pytest.mark.usefixtures("unhurried")
@both
@pytest.mark.parametrize("answers", [1, 3])
def test_a_server_that_closes_after_so_many_answers(ask: Ask, answers: int, close) -> None:
    """No question loses anything by it: each has one try, and its answer."""

    def hanging_up(talk: Talk, _number: int) -> None:
        for _ in range(answers):
            if query := talk.query():
                talk.say(reply(query))

    with peer(hanging_up) as found_peer:
        found = ask(close(Stub([found_peer.server], LookupSettings(tcp_only=True, retries=0))), questions())
        assert tries(found) == {("refused",)}
        assert SEVERAL // answers <= found_peer.connections <= SEVERAL + 1


@both
def test_a_server_that_resets_after_an_answer(ask: Ask, close) -> None:
    def resetting(talk: Talk, _number: int) -> None:
        if query := talk.query():
            talk.say(reply(query))
            talk.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    with peer(resetting) as found_peer:
        stub = close(Stub([found_peer.server], LookupSettings(tcp_only=True, retries=0)))
        found = [ask(stub, questions(1, n))[0] for n in range(4)]
    assert tries(found) <= {("refused",), ("tcp-reset",)}  # a reset may overtake the answer before it
    assert ("refused",) in tries(found)


@both
def test_a_server_that_answers_once_and_listens_no_more(ask: Ask, close) -> None:
    done = threading.Event()

    def deaf(talk: Talk, _number: int) -> None:
        if query := talk.query():
            talk.say(reply(query))
            done.wait(20)

    with peer(deaf) as found_peer:
        stub = close(Stub([found_peer.server], LookupSettings(tcp_only=True, retries=0, timeout=20.0)))
        found = [ask(stub, questions(1, n))[0] for n in range(3)]
        done.set()
    assert tries(found) == {("refused",)}


@both
def test_nobody_waits_behind_a_question_that_takes_long(ask: Ask, close) -> None:
    """The server answers in the order of the questions, as an old one does; only the first takes its time."""
    done = threading.Event()

    def in_order(talk: Talk, _number: int) -> None:
        for query in talk:
            if name_of(query) == "h0.corp.test.":
                done.wait(20)
            else:
                seen.append(name_of(query))
                if len(set(seen)) == SEVERAL - 1:
                    done.set()
            talk.say(reply(query))

    seen: list[str] = []
    with peer(in_order) as found_peer:
        found = ask(
            close(Stub([found_peer.server], LookupSettings(tcp_only=True, retries=0, timeout=15.0))), questions()
        )
    assert tries(found) == {("refused",)}


@both
def test_a_bad_reply_is_told_of_its_own_question_only(ask: Ask, close) -> None:
    def wrong(talk: Talk, _number: int) -> None:
        for query in talk:
            id_ = int.from_bytes(query[:2], "big") ^ (name_of(query) == "h3.corp.test.")
            talk.say(reply(query, id=id_))

    with peer(wrong) as found_peer:
        found = ask(close(Stub([found_peer.server], LookupSettings(tcp_only=True, retries=0))), questions())
    bad = {response.question.name for response in found if response.reason != "refused"}
    assert bad == {"h3.corp.test."}
    assert {each.reason for response in found for one in response.tries for each in one.rejected} == {"id-mismatch"}


@both
@pytest.mark.parametrize(
    ("sent", "reason"),
    [(b"", "tcp-closed"), (b"\0", "tcp-short"), (b"\0\x40half", "tcp-short"), (b"\0\0", "tcp-length-zero")],
)
def test_what_a_server_does_to_one_question_it_does_to_each(ask: Ask, sent: bytes, reason: str, close) -> None:
    """Told of each as if it had been alone, whatever the others found."""

    def short(talk: Talk, _number: int) -> None:
        talk.query()
        talk.sock.sendall(sent)

    with peer(short) as found_peer:
        found = ask(close(Stub([found_peer.server], LookupSettings(tcp_only=True, retries=0))), questions(10))
    assert tries(found) == {(reason,)}


@both
def test_every_reply_twice(ask: Ask, close) -> None:
    def twice(talk: Talk, _number: int) -> None:
        for query in talk:
            talk.say(reply(query), reply(query))

    with peer(twice) as found_peer:
        stub = close(Stub([found_peer.server], LookupSettings(tcp_only=True, retries=0)))
        found = ask(stub, questions()) + ask(stub, questions(1, 99))
    assert tries(found) == {("refused",)}
    assert not [one for response in found for one in response.tries if one.rejected]


@pytest.mark.usefixtures("unhurried")
@both
def test_a_connection_that_ended_while_idle_is_replaced(ask: Ask, close) -> None:
    def once(talk: Talk, _number: int) -> None:
        if query := talk.query():
            talk.say(reply(query))

    with peer(once) as found_peer:
        stub = close(Stub([found_peer.server], LookupSettings(tcp_only=True, retries=0)))
        found = []
        for number in range(3):
            found += ask(stub, questions(1, number))
            assert found_peer.closed.acquire(timeout=10)
    assert (tries(found), found_peer.connections) == ({("refused",)}, 3)


@both
def test_idle_connections_are_closed_at_the_end(ask: Ask) -> None:
    def answering(talk: Talk, _number: int) -> None:
        for query in talk:
            talk.say(reply(query))

    with peer(answering) as found_peer:
        stub = Stub([found_peer.server], LookupSettings(tcp_only=True))
        ask(stub, questions(3))
        assert not found_peer.closed.acquire(blocking=False), "it stands, for what may be asked next"
        stub.close()
        assert found_peer.closed.acquire(timeout=10)
