"""Listeners of a scenario: each does what its word says, to the prober, to impacket's client and to plain sockets."""

from __future__ import annotations

import errno
import os
import socket
import threading
import time
from collections.abc import Sequence

import pytest

from kmsdns.errors import KmsdnsError
from kmsdns.kms.rpcbind import KMS, MAX_FRAGMENT, BindAck, Syntax, decode, encode_bind
from kmsdns.model.messages import Probe, ProbeOutcome
from kmsdns.net.client.probes import probe
from kmsdns.net.server import listeners
from kmsdns.net.server.listeners import MAX_CONNECTIONS, MAX_LISTENERS, Answers, Listener, Listeners

WITHIN = 20.0  # seconds


def one(answers: str, address: str = "127.0.20.1", port: int = 0) -> Listeners:
    return Listeners([Listener(address=address, port=port, answers=answers)])


def connect(opened: Listeners) -> socket.socket:
    server = opened.servers[0]
    return socket.create_connection((server.address, server.port), WITHIN)


def outcomes(addresses: Sequence[str], port: int, timeout: float = WITHIN) -> list[ProbeOutcome]:
    probes = [Probe(kind="tcp", target="a.", port=port, addresses=(address,)) for address in addresses]
    return [result.outcome for result in probe(probes, timeout=timeout)]


def read_all(connection: socket.socket) -> bytes:
    """What comes until the peer hangs up; a reset is one way to do so."""
    octets = b""
    try:
        while more := connection.recv(MAX_FRAGMENT):
            octets += more
    except ConnectionError:
        pass
    return octets


@pytest.mark.parametrize("address", ["127.0.20.1", "::1"])
def test_open_holds_the_connection(address: str) -> None:
    with one("open", address) as opened, connect(opened) as connection:
        connection.sendall(b"anything")
        connection.settimeout(0.05)
        with pytest.raises(TimeoutError):
            connection.recv(1)


@pytest.mark.parametrize("address", ["127.0.20.1", "::1"])
def test_closed_refuses_and_keeps_the_port_from_others(address: str) -> None:
    with one("closed", address) as opened:
        (server,) = opened.servers
        assert outcomes([address], server.port) == [ProbeOutcome.CLOSED]
        other = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
        with other, pytest.raises(OSError, match=os.strerror(errno.EADDRINUSE)):
            other.bind((address, server.port))


def test_closed_wants_a_port_where_nobody_listens() -> None:
    with socket.create_server(("127.0.20.1", 0)) as busy:
        port = busy.getsockname()[1]
        with pytest.raises(KmsdnsError, match=rf'"closed" at 127\.0\.20\.1:{port}: .*end what has it'):
            one("closed", port=port).start()


@pytest.mark.parametrize("address", ["127.0.20.1", "::1"])
def test_timeout_answers_no_connect(address: str) -> None:
    with one("timeout", address) as opened:
        assert outcomes([address] * 5, opened.servers[0].port, timeout=0.2) == [ProbeOutcome.TIMEOUT] * 5


def test_timeout_is_refused_where_the_queue_never_fills(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listeners, "_MAX_FILLERS", 1)
    opened = one("timeout")
    with pytest.raises(KmsdnsError, match=r"connects to 127\.0\.20\.1:\d+ can't be made to time out"):
        opened.start()
    assert opened.servers == ()


@pytest.mark.parametrize(("answers", "result"), [("rpc", 0), ("rpc-other", 2)])
def test_a_bind_is_answered_and_all_else_dropped(answers: str, result: int) -> None:
    with one(answers) as opened, connect(opened) as connection:
        for octet in encode_bind():
            connection.sendall(bytes((octet,)))
        answer = decode(connection.recv(MAX_FRAGMENT))
        assert isinstance(answer, BindAck)
        assert [each.result for each in answer.decisions] == [result]
        connection.sendall(encode_bind() + bytes(200))
        assert connection.recv(1) == b""


def test_another_interface_is_rejected_by_both() -> None:
    other = Syntax(uuid="338cd001-2244-31f1-aaaa-900038001003", major=1)
    for answers in ("rpc", "rpc-other"):
        with one(answers) as opened, connect(opened) as connection:
            connection.sendall(encode_bind(other))
            answer = decode(read_all(connection))
            assert isinstance(answer, BindAck)
            assert [each.result for each in answer.decisions] == [2]


@pytest.mark.parametrize(
    "octets",
    [b"GET / HTTP/1.0\r\n\r\n", b"\5\0\0\3\x10\0\0\0\x18\0\0\0\1\0\0\0" + bytes(8), b"\5\0\x0b\3\x10\0\0\0\0\0"],
)
@pytest.mark.parametrize("answers", ["rpc", "rpc-other"])
def test_what_is_no_bind_gets_no_answer(answers: str, octets: bytes) -> None:
    with one(answers) as opened, connect(opened) as connection:
        connection.sendall(octets)
        assert read_all(connection) == b""


def test_an_answer_instead_of_a_bind_gets_none() -> None:
    with one("rpc") as opened:
        with connect(opened) as connection:
            connection.sendall(encode_bind())
            answer = read_all(connection)
        with connect(opened) as connection:
            connection.sendall(answer)
            assert read_all(connection) == b""


def test_who_is_too_slow_with_its_bind_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listeners, "PATIENCE", 0.05)
    with one("rpc") as opened, connect(opened) as connection:
        connection.sendall(encode_bind()[:-1])
        assert read_all(connection) == b""


def test_impackets_client_binds_or_is_rejected() -> None:
    transport = pytest.importorskip("impacket.dcerpc.v5.transport", reason="impacket is not installed")
    rpcrt = pytest.importorskip("impacket.dcerpc.v5.rpcrt")
    uuid = pytest.importorskip("impacket.uuid")
    interface = uuid.uuidtup_to_bin((KMS.uuid, "1.0"))

    def association(port: int):
        client = transport.DCERPCTransportFactory(f"ncacn_ip_tcp:127.0.0.1[{port}]").get_dce_rpc()
        client.connect()
        return client

    with one("rpc", "127.0.0.1") as opened:
        client = association(opened.servers[0].port)
        client.bind(interface)
        client.disconnect()
    with one("rpc-other", "127.0.0.1") as opened:
        client = association(opened.servers[0].port)
        with pytest.raises(rpcrt.DCERPCException, match="abstract_syntax_not_supported"):
            client.bind(interface)
        client.disconnect()


def test_many_at_once_come_and_go() -> None:
    wanted = [Listener(address=f"127.0.20.{n}", port=0, answers=word) for n in range(1, 6) for word in Answers]
    before = threading.active_count()
    with Listeners(wanted) as opened:
        servers = opened.servers
        assert [server.address for server in servers] == [each.address for each in wanted]
        assert threading.active_count() == before + 1
    assert threading.active_count() == before
    assert opened.servers == ()
    for server in servers:
        assert outcomes([server.address], server.port) == [ProbeOutcome.CLOSED]
    opened.close()


def test_a_port_can_be_had_again_at_once() -> None:
    with one("rpc") as opened:
        port = opened.servers[0].port
        with connect(opened) as connection:
            connection.sendall(encode_bind())
            assert read_all(connection)
    for word in Answers:
        with one(word, port=port) as opened:
            assert opened.servers[0].port == port


def test_the_oldest_connection_makes_room() -> None:
    with one("open") as opened:
        held = [connect(opened) for _ in range(MAX_CONNECTIONS + 1)]
        try:
            assert held[0].recv(1) == b""
            held[1].settimeout(0.05)
            with pytest.raises(TimeoutError):
                held[1].recv(1)
        finally:
            for connection in held:
                connection.close()


def test_they_end_by_themselves() -> None:
    opened = Listeners([Listener(address="127.0.20.1", port=0, answers="open")], max_seconds=0.05).start()
    server = opened.servers[0]
    end = time.monotonic() + WITHIN
    while opened.servers:
        assert time.monotonic() < end
        time.sleep(0.01)
    assert outcomes([server.address], server.port) == [ProbeOutcome.CLOSED]
    opened.close()


def test_all_or_none() -> None:
    with socket.create_server(("127.0.20.1", 0)) as busy:
        taken = busy.getsockname()[1]
        wanted = [
            Listener(address="127.0.20.2", port=taken, answers="open"),
            Listener(address="127.0.20.1", port=taken, answers="rpc"),
        ]
        opened = Listeners(wanted)
        with pytest.raises(KmsdnsError, match="nothing can be"):
            opened.start()
        assert opened.servers == ()
        assert outcomes(["127.0.20.2"], taken) == [ProbeOutcome.CLOSED]


def test_started_twice_is_a_mistake() -> None:
    with one("open") as opened, pytest.raises(KmsdnsError, match="started already"):
        opened.start()


@pytest.mark.parametrize(
    ("address", "port", "answers", "says"),
    [
        ("0.0.0.0", 1688, "open", "within reach of others"),
        ("192.0.2.1", 1688, "open", "within reach of others"),
        ("128.0.0.1", 1688, "closed", "within reach of others"),
        ("::", 1688, "rpc", "within reach of others"),
        ("::2", 1688, "rpc", "within reach of others"),
        ("::ffff:127.0.0.1", 1688, "rpc", "within reach of others"),
        ("::1%lo", 1688, "rpc", "within reach of others"),
        ("localhost", 1688, "open", "'localhost' is no address"),
        ("127.1", 1688, "open", "is no address"),
        ("", 1688, "open", "'' is no address"),
        ("127.0.0.1\x1b[0m", 1688, "open", r"'127.0.0.1\\x1b[0m' is no address"),
        ("127.0.0.1", -1, "open", "port -1"),
        ("127.0.0.1", 65536, "open", "port 65536"),
        ("127.0.0.1", 1688, "kms", "no listener answers 'kms': use one of open, closed, timeout, rpc, rpc-other"),
        ("127.0.0.1", 1688, "", "no listener answers ''"),
    ],
)
def test_what_can_be_no_listener(address: str, port: int, answers: str, says: str) -> None:
    with pytest.raises(KmsdnsError) as told:
        Listeners([Listener(address=address, port=port, answers=answers)])
    assert says.replace("\\\\", "\\") in str(told.value)


def test_one_endpoint_twice_and_too_many() -> None:
    twice = Listener(address="127.0.0.1", port=1688, answers="open")
    with pytest.raises(KmsdnsError, match=r"two listeners are to be at 127\.0\.0\.1:1688"):
        Listeners([twice, twice.replace(answers="closed")])
    with pytest.raises(KmsdnsError, match="too many"):
        Listeners([twice.replace(port=0)] * (MAX_LISTENERS + 1))
