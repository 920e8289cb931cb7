"""How the DNS server starts and stops: ports, signals, limits, and whom it serves."""

from __future__ import annotations

import errno
import os
import signal
import socket
import sys
import threading
import time

import pytest

from kmsdns.errors import InvalidServer, KmsdnsError
from kmsdns.net.server import ports as module
from kmsdns.net.server.server import ZoneServer
from kmsdns.zone.reader import load
from tests.net.messages import BIG, PATIENCE, ZONE, connected, fields, frame, query, read_frame, serving, tcp, udp


def test_the_constructor_opens_nothing():
    server = ZoneServer([load(ZONE)])
    assert (server.addresses, server.port, server.queries) == ((), 0, ())
    assert ZoneServer([], port=5353).port == 5353
    with pytest.raises(KmsdnsError, match="not been started"):
        server.serve()
    server.stop()
    server.close()


def test_stop_before_serve():
    server = ZoneServer([load(ZONE)], ("127.0.0.1",))
    server.start()
    with pytest.raises(KmsdnsError, match="started already"):
        server.start()
    server.stop()
    server.serve()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", server.port), PATIENCE)
    server.start()
    server.close()


def test_stop_ends_connections_and_frees_the_port():
    with serving(ZONE) as server, connected(server) as sock:
        sock.sendall(frame(query()))
        read_frame(sock)
        server.stop()
        assert sock.recv(1) == b""
    with serving(ZONE, port=server.port) as again:
        assert fields(udp(again, query()))[3] == 3


def test_stop_before_start():
    """A signal may come before the port is bound."""
    server = ZoneServer([load(ZONE)], ("127.0.0.1",))
    server.stop()
    server.start()
    server.serve()
    assert server.counts.udp == 0


def test_serve_for_some_seconds():
    server = ZoneServer([load(ZONE)], ("127.0.0.1",))
    server.start()
    server.serve(stop_after=0.01)
    assert server.counts.udp == 0


@pytest.mark.skipif(sys.platform == "win32", reason="the signal is sent with os.kill")
def test_stop_from_a_signal_handler():
    server = ZoneServer([load(ZONE)], ("127.0.0.1",))
    server.start()
    before = signal.signal(signal.SIGUSR1, lambda number, stack: server.stop())
    timer = threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGUSR1))
    timer.start()
    try:
        began = time.monotonic()
        server.serve(stop_after=120.0)
        assert time.monotonic() - began < 120.0, "the signal stopped it"
    finally:
        timer.join()
        signal.signal(signal.SIGUSR1, before)


@pytest.mark.parametrize("way", [udp, tcp])
def test_max_queries(way):
    server = ZoneServer([load(BIG)], ("127.0.0.1",), max_queries=3)
    server.start()
    thread = threading.Thread(target=server.serve)
    thread.start()
    for _ in range(2):
        way(server, query())
    answer = way(server, query("_many._tcp.contoso.test."))
    assert fields(answer)[0] == 0x1234
    thread.join(PATIENCE)
    assert not thread.is_alive()
    assert len(server.queries) == 3


def test_max_queries_leaves_no_answer_behind():
    server = ZoneServer([load(BIG)], ("127.0.0.1",), max_queries=100)
    server.start()
    thread = threading.Thread(target=server.serve)
    thread.start()
    with connected(server) as sock:
        sock.sendall(b"".join(frame(query("_many._tcp.contoso.test.", id=number)) for number in range(100)))
        assert [fields(read_frame(sock))[0] for _ in range(100)] == list(range(100))
    thread.join(PATIENCE)


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_STREAM])
def test_a_taken_port(kind):
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        server = ZoneServer([load(ZONE)], ("127.0.0.1",), port)
        with pytest.raises(KmsdnsError, match=f"port {port} of 127.0.0.1"):
            server.start()


def refusing(monkeypatch, address, number, times=1000):
    """Makes the operating system refuse sockets on an address, some times."""
    left = [times]
    genuine = module._socket

    def socket_or_not(where, port, kind):
        if where == address and port and left[0]:
            left[0] -= 1
            raise OSError(number, os.strerror(number))
        return genuine(where, port, kind)

    monkeypatch.setattr(module, "_socket", socket_or_not)


def test_port_0_tries_until_one_is_free_for_all(monkeypatch):
    refusing(monkeypatch, "127.0.0.2", errno.EADDRINUSE, times=5)
    with serving(ZONE, addresses=("127.0.0.1", "127.0.0.2")) as server:
        assert len(server.addresses) == 2


def test_port_0_gives_up(monkeypatch):
    refusing(monkeypatch, "127.0.0.1", errno.EADDRINUSE)
    with pytest.raises(KmsdnsError, match="cannot be served"):
        ZoneServer([load(ZONE)], ("127.0.0.1",)).start()


@pytest.mark.parametrize("number", [errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT])
def test_a_machine_without_ipv6(monkeypatch, number):
    refusing(monkeypatch, "::1", number)
    with serving(ZONE, addresses=None) as server:
        assert server.addresses == (f"127.0.0.1:{server.port}",)
        assert "::1" in server.warnings[0]
        assert fields(tcp(server, query()))[3] == 3
    with pytest.raises(KmsdnsError, match="::1"):
        ZoneServer([load(ZONE)], ("127.0.0.1", "::1")).start()


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1"])
def test_other_machines_are_kept_out(address):
    with pytest.raises(KmsdnsError, match="other machines"):
        ZoneServer([], ("127.0.0.1", address))
    ZoneServer([], (address,), allow_remote=True)


@pytest.mark.parametrize("address", ["", "localhost", "127.0.0.1:53", "300.1.1.1"])
def test_what_is_no_address(address):
    with pytest.raises(InvalidServer, match="no address"):
        ZoneServer([], (address,))


def test_what_is_no_fault():
    with pytest.raises(KmsdnsError, match="no fault 'dorp'"):
        ZoneServer([], faults=["drop:every=2", "dorp"])
