"""--probe rpc on real sockets, blocking and async: DCE/RPC servers of others, and whatever else may sit on a port."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator

import pytest

from kmsdns.kms.rpcbind import CALL, KMS, MAX_FRAGMENT, BindAck, Syntax, decode, encode_bind, encode_bind_ack
from kmsdns.model.messages import Probe, ProbeOutcome, ProbeResult
from kmsdns.net.client.happy_eyeballs import Races
from kmsdns.net.client.probes import PROBERS, aprobe, probe
from kmsdns.net.server.listeners import Listener, Listeners
from kmsdns.testing import DnsServer
from tests import peers
from tests.loops import LOOPS, run_on

OPEN, CLOSED, TIMEOUT = ProbeOutcome.OPEN, ProbeOutcome.CLOSED, ProbeOutcome.TIMEOUT
NOT_THE_SERVICE, NO_RPC = ProbeOutcome.NOT_THE_SERVICE, ProbeOutcome.NO_RPC
WINREG = Syntax(uuid="338cd001-2244-31f1-aaaa-900038001003", major=1)
SOON = 0.2  # seconds: the time limit where nothing is going to answer
LATER = 1.0  # where one does not, and others do

Run = Callable[..., list[ProbeResult]]


@pytest.fixture(params=["probe", *LOOPS])
def run(request: pytest.FixtureRequest) -> Run:
    """probe, or aprobe in an event loop of its own, of each kind."""
    if request.param == "probe":
        return probe
    return lambda *args, **kwargs: run_on(request.param, aprobe(*args, **kwargs))


def to(*addresses: str, port: int) -> Probe:
    return Probe(kind="rpc", target="kms01.contoso.com.", port=port, addresses=addresses)


@contextlib.contextmanager
def impacket(*interfaces: Syntax) -> Iterator[int]:
    """The port of impacket's DCE/RPC server at 127.0.0.1, with these interfaces and no operation in any of them."""
    rpcrt = pytest.importorskip("impacket.dcerpc.v5.rpcrt", reason="impacket is not installed")

    class Server(rpcrt.DCERPCServer):
        def run(self) -> None:
            with contextlib.suppress(OSError):  # its port is closed
                super().run()

    server = Server()
    server.daemon = True
    for interface in interfaces:
        server.addCallbacks((interface.uuid, f"{interface.major}.{interface.minor}"), "", {})
    port = server.getListenPort()
    server._sock.listen(10)  # before the thread runs: who is quick is not to be refused
    server.start()
    try:
        yield port
    finally:
        server._sock.shutdown(socket.SHUT_RDWR)
        server.join(5)
        server._sock.close()


class Scripted:
    """Accepts one connection, reads the bind, sends its answer in pieces, and reads on until the peer hangs up.

    Without an answer it hangs up itself: at once, or after the bind; None as a piece resets the connection.
    """

    def __init__(self, *pieces: bytes | None, hangs_up: bool = False, reads: bool = True) -> None:
        self.pieces, self.hangs_up, self.reads = pieces, hangs_up, reads
        self.received = b""

    def __enter__(self) -> int:
        self.port = socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()
        return int(self.port.getsockname()[1])

    def serve(self) -> None:
        connection, _ = self.port.accept()
        connection.settimeout(20)
        with connection, contextlib.suppress(ConnectionError):
            while self.reads and len(self.received) < len(encode_bind()):
                self.received += connection.recv(1)
            for piece in self.pieces:
                if piece is None:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    return
                connection.sendall(piece)
            while not self.hangs_up and (more := connection.recv(100)):
                self.received += more

    def __exit__(self, *_error: object) -> None:
        self.thread.join(20)
        self.port.close()
        assert not self.thread.is_alive()


ACK = encode_bind_ack(decode(encode_bind()), KMS)  # type: ignore[arg-type]  # it is a Bind
REJECTION = encode_bind_ack(decode(encode_bind()), None)  # type: ignore[arg-type]
NAK = struct.pack("<BBBBB3xHHIHB2B", 5, 0, 13, 3, 0x10, 21, 0, CALL, 4, 1, 5, 0)
FAULT = struct.pack("<BBBBB3xHHIIHBxII", 5, 0, 3, 3, 0x10, 32, 0, CALL, 0, 0, 0, 0x1C010003, 0)


def test_impacket_with_the_interface_and_without(run: Run) -> None:
    with impacket(KMS) as with_it, impacket(WINREG) as without:
        found = run([to("127.0.0.1", port=with_it), to("127.0.0.1", port=without)], timeout=10.0)
    assert [result.outcome for result in found] == [OPEN, NOT_THE_SERVICE]
    assert [result.address for result in found] == ["127.0.0.1", "127.0.0.1"]


def test_samba_reads_the_bind_and_has_no_such_interface(run: Run) -> None:
    with peers.samba() as samba:
        (result,) = run([to(samba.host, port=samba.port)], timeout=10.0)
        assert (result.outcome, result.address) == (NOT_THE_SERVICE, samba.host)
        with socket.create_connection((samba.host, samba.port), 10) as connection:
            connection.sendall(encode_bind(WINREG))  # the same octets but for the interface are accepted
            answer = decode(connection.recv(MAX_FRAGMENT))
    assert isinstance(answer, BindAck)
    assert [each.result for each in answer.decisions] == [0]


@pytest.mark.parametrize(
    ("pieces", "outcome"),
    [
        ((ACK,), OPEN),
        (tuple(bytes((octet,)) for octet in ACK), OPEN),
        ((ACK[:20], ACK[20:]), OPEN),
        ((ACK + ACK,), OPEN),
        ((REJECTION,), NOT_THE_SERVICE),
        ((NAK,), NOT_THE_SERVICE),
        ((FAULT,), NOT_THE_SERVICE),
        ((b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n",), NO_RPC),
        ((b"\x15\3\3\0\2\2\x46",), NO_RPC),
        ((b"5",), NO_RPC),
        ((encode_bind(),), NO_RPC),
        ((ACK[:8] + struct.pack("<H", MAX_FRAGMENT + 1) + ACK[10:],), NO_RPC),
        ((ACK[:8] + struct.pack("<H", MAX_FRAGMENT) + ACK[10:] + bytes(MAX_FRAGMENT - len(ACK) - 1), b"\0"), OPEN),
    ],
)
def test_what_is_answered_decides_and_only_the_bind_is_sent(
    run: Run, pieces: tuple[bytes, ...], outcome: ProbeOutcome
) -> None:
    server = Scripted(*pieces)
    with server as port:
        (result,) = run([to("127.0.0.1", port=port)], timeout=20.0)
    assert (result.outcome, result.address) == (outcome, "127.0.0.1")
    assert [(each.outcome, each.connected) for each in result.attempts] == [(outcome, True)]
    assert server.received == encode_bind(), "not an octet more"


@pytest.mark.parametrize(
    "server",
    [
        Scripted(hangs_up=True),
        Scripted(hangs_up=True, reads=False),  # with the bind unread, so that the kernel resets
        Scripted(None),
        Scripted(None, reads=False),
        Scripted(ACK[:-1], hangs_up=True),
        Scripted(ACK[:-1], None),
    ],
    ids=["after the bind", "at once", "reset", "reset at once", "in the middle", "reset in the middle"],
)
def test_who_hangs_up_is_no_rpc(run: Run, server: Scripted) -> None:
    server.received = b""
    with server as port:
        (result,) = run([to("127.0.0.1", port=port)], timeout=20.0)
    assert (result.outcome, result.address) == (NO_RPC, "127.0.0.1")
    assert result.attempts[0].connected


@pytest.mark.parametrize("pieces", [(), (ACK[:-1],)], ids=["nothing", "too little"])
def test_a_server_that_takes_the_connection_and_stays_silent(run: Run, pieces: tuple[bytes, ...]) -> None:
    with Scripted(*pieces) as port:
        (result,) = run([to("127.0.0.1", port=port)], timeout=SOON)
    assert (result.outcome, result.address, result.is_silent) == (TIMEOUT, "127.0.0.1", True)
    assert [(each.outcome, each.connected) for each in result.attempts] == [(TIMEOUT, True)]


def test_a_dns_server_is_no_kms_host(run: Run) -> None:
    """Over TCP it takes the first two octets for a length, and waits for the rest of a message that never comes."""
    with DnsServer("$ORIGIN a.test.\n@ 60 IN SOA a b 1 2 3 4 5\n") as dns:
        (result,) = run([to("127.0.0.1", port=dns.port)], timeout=SOON)
        assert (result.outcome, result.is_silent) == (TIMEOUT, True)
        assert dns.queries == ()


WORDS = ("open", "closed", "timeout", "rpc", "rpc-other")


def test_each_kind_of_listener_has_its_outcome(run: Run) -> None:
    wanted = [Listener(address=f"127.0.21.{n}", port=0, answers=word) for n, word in enumerate(WORDS, start=1)]
    with Listeners(wanted) as listeners:
        found = run([to(server.address, port=server.port) for server in listeners.servers], timeout=LATER)
    assert dict(zip(WORDS, [result.outcome for result in found], strict=True)) == {
        "open": TIMEOUT,
        "closed": CLOSED,
        "timeout": TIMEOUT,
        "rpc": OPEN,
        "rpc-other": NOT_THE_SERVICE,
    }
    assert [result.is_silent for result in found] == [True, False, False, False, False]


@pytest.mark.parametrize(
    ("words", "outcome", "decides"),
    [
        (("rpc-other", "rpc"), OPEN, 2),
        (("open", "rpc"), OPEN, 2),  # silent: the next one starts after the stagger
        (("closed", "timeout", "rpc-other", "rpc"), OPEN, 4),
        (("closed", "rpc-other", "timeout"), NOT_THE_SERVICE, 2),
        (("closed", "open"), TIMEOUT, 2),  # a connection that stood says more than a refused one
        (("timeout", "closed"), CLOSED, None),
    ],
)
def test_the_race_goes_on_until_one_accepts_and_tells_the_best(
    run: Run, words: tuple[str, ...], outcome: ProbeOutcome, decides: int | None
) -> None:
    with Listeners([Listener(address="127.0.22.1", port=0, answers=words[0])]) as first:
        port = first.servers[0].port
        rest = [Listener(address=f"127.0.22.{n}", port=port, answers=word) for n, word in enumerate(words[1:], 2)]
        with Listeners(rest):
            addresses = [f"127.0.22.{n}" for n in range(1, len(words) + 1)]
            patience = LATER if outcome in (OPEN, NOT_THE_SERVICE) else SOON
            (result,) = run([to(*addresses, port=port)], timeout=patience, stagger=0.02)
    assert (result.outcome, result.address) == (outcome, None if decides is None else f"127.0.22.{decides}")
    if outcome is not OPEN:
        assert [each.address for each in result.attempts] == addresses


def test_a_rejection_starts_the_next_address_at_once() -> None:
    """In virtual time."""
    races = Races([to("192.0.2.1", "192.0.2.2", port=1688)], PROBERS, timeout=2.0)
    _, (first,) = races.tick(0.0)
    assert races.connected(first.ticket, 0.01) == encode_bind()
    races.received(first.ticket, REJECTION, 0.02)
    closes, (second,) = races.tick(0.02)
    assert (closes, second.address) == ([first.ticket], "192.0.2.2")
    races.broke(second.ticket, 0.03)
    (result,) = races.results()
    assert (result.outcome, result.address) == (NOT_THE_SERVICE, "192.0.2.1")
    assert [each.outcome for each in result.attempts] == [NOT_THE_SERVICE, NO_RPC]


def test_the_deadline_ends_a_bind_that_waits(run: Run) -> None:
    with Scripted() as port:
        (result,) = run([to("127.0.0.1", port=port)], timeout=30.0, deadline=SOON)
    assert (result.outcome, result.is_silent) == (TIMEOUT, True)


def test_the_hello_is_one_whole_bind_and_tcp_sends_nothing() -> None:
    assert PROBERS["rpc"].hello == encode_bind()
    assert PROBERS["tcp"].hello == b""


def test_loopback_needs_leave_and_other_machines_networks_are_refused(run: Run) -> None:
    with Listeners([Listener(address="127.0.0.1", port=0, answers="rpc")]) as listeners:
        port = listeners.servers[0].port
        found = run([to("127.0.0.1", port=port), to("169.254.169.254", port=port)], timeout=5.0, local=False)
    assert {result.outcome for result in found} == {ProbeOutcome.UNREACHABLE}
