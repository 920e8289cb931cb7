"""The faults of tests/lookup/test_fault_table.py once more: over real sockets, blocking and async, all at once."""

from __future__ import annotations

import asyncio
import concurrent.futures
import runpy
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import dns.message
import pytest

from kmsdns.formats.terminal.trace import trace
from kmsdns.lookup.attempt import LookupSettings
from kmsdns.model.messages import Outcome, Response, Server
from kmsdns.net.client.sockets import HEARS_ALL
from kmsdns.net.client.stub import Stub
from tests.formats.test_faults_apart import AT_LEAST, read_alike
from tests.formats.test_trace import report
from tests.lookup.test_fault_table import (
    COMPARING,
    FIRST_FORGED,
    OWNER,
    QUESTION,
    ROWS,
    SETTINGS,
    TRUE_NEGATIVES,
    Script,
    build,
    good,
    told,
)
from tests.loops import LOOPS, run_on
from tests.peers import CLOSED

DEADLINE = 30.0  # seconds: no row needs it, and how long each takes is exact in virtual time only
# Needs a router between: the tests in virtual time have it.
LEFT_OUT = {"prohibited"} | (set() if HEARS_ALL else {"wrongport", "wrongaddr"})
COMPARED = ("ok", "servfail", "nxdomain", "wrongidok", *sorted(FIRST_FORGED))
NAMES = [name for name in ROWS if name not in LEFT_OUT]
SAMPLE = dns.message.make_query(OWNER, "SRV").to_wire()


class Stage:
    """Servers that follow scripts, in an event loop in a thread of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.closing: list[socket.socket] = []
        self.tasks: set[asyncio.Task[None]] = set()

    def play(self, make: Callable[[], Script]) -> Server:
        return asyncio.run_coroutine_threadsafe(self._play(make), self.loop).result(10)

    async def _play(self, make: Callable[[], Script]) -> Server:
        script = make()

        def says(transport: str) -> set[object]:
            return {event[1] for event in make()(SAMPLE, transport) if isinstance(event[1], str)}

        if "port-unreachable" in says("udp"):
            return Server(address=CLOSED[0], port=CLOSED[1])
        datagrams, listener = self._pair()
        place = datagrams.getsockname()
        if "tcp-refused" in says("tcp"):
            listener.close()
        else:
            listener.listen(50)
            self._start(self._listen(listener, script))
        self._start(self._receive(datagrams, script))
        return Server(address=place[0], port=place[1])

    def _pair(self) -> tuple[socket.socket, socket.socket]:
        """Sockets for UDP and TCP at one port number, which is free for both."""
        while True:
            listener = self._socket(socket.SOCK_STREAM, 0)
            try:
                return self._socket(socket.SOCK_DGRAM, listener.getsockname()[1]), listener
            except OSError:
                listener.close()

    def _socket(self, kind: int, port: int, address: str = "127.0.0.1") -> socket.socket:
        sock = socket.socket(socket.AF_INET, kind)
        if kind == socket.SOCK_STREAM:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setblocking(False)
        self.closing.append(sock)
        sock.bind((address, port))
        return sock

    def _start(self, work) -> None:
        task = self.loop.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _receive(self, sock: socket.socket, script: Script) -> None:
        while True:
            query, client = await self.loop.sock_recvfrom(sock, 65535)
            for event in script(query, "udp"):
                sender = sock
                if len(event) > 2:  # from elsewhere
                    sender = self._socket(socket.SOCK_DGRAM, 0, event[2].rpartition(":")[0])
                self.loop.call_later(event[0], self._send, sender, event[1], client)

    @staticmethod
    def _send(sock: socket.socket, data: bytes, client: tuple[str, int]) -> None:
        with suppress(OSError):  # the client may be gone by now
            sock.sendto(data, client)

    async def _listen(self, listener: socket.socket, script: Script) -> None:
        while True:
            connection, _ = await self.loop.sock_accept(listener)
            self.closing.append(connection)
            self._start(self._converse(connection, script))

    async def _converse(self, connection: socket.socket, script: Script) -> None:
        with suppress(OSError):
            frame = b""
            while len(frame) < 2 or len(frame) < 2 + int.from_bytes(frame[:2], "big"):
                octets = await self.loop.sock_recv(connection, 65535)
                if not octets:
                    return
                frame += octets
            begin = self.loop.time()
            for delay, what, *_ in script(frame[2:], "tcp"):
                await asyncio.sleep(max(0.0, begin + delay - self.loop.time()))
                if what == "eof":
                    connection.shutdown(socket.SHUT_RDWR)
                elif what == "tcp-reset":
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    connection.close()
                else:
                    await self.loop.sock_sendall(connection, what)

    def close(self) -> None:
        async def cancel() -> None:
            for task in list(self.tasks):
                task.cancel()
            await asyncio.gather(*self.tasks, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(cancel(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()
        for sock in self.closing:
            sock.close()


def asked(stub: Stub) -> Response:
    (response,) = stub.ask([QUESTION])
    return response


async def aasked(stub: Stub) -> Response:
    (response,) = await stub.aask([QUESTION])
    return response


def everything(servers: dict[str, list[Server]], how: str, settings: LookupSettings = SETTINGS) -> dict[str, Response]:
    stubs = {name: Stub(each, settings, deadline=time.monotonic() + DEADLINE) for name, each in servers.items()}
    if how == "blocking":
        with concurrent.futures.ThreadPoolExecutor(len(stubs)) as pool:
            return dict(zip(stubs, pool.map(asked, stubs.values()), strict=True))

    async def together() -> list[Response]:
        return await asyncio.gather(*[aasked(stub) for stub in stubs.values()])

    return dict(zip(stubs, run_on(how, together()), strict=True))


@pytest.fixture(scope="module", params=["blocking", *LOOPS])
def results(request: pytest.FixtureRequest) -> Iterator[dict[str, dict[str, Response]]]:
    """All rows run once: alone, and with a good second server."""
    stage = Stage()
    try:
        alone = {name: [stage.play(ROWS[name][0])] for name in NAMES}
        second = stage.play(lambda: good)
        pairs = {name: [stage.play(ROWS[name][0]), second] for name in NAMES}
        compared = {name: [stage.play(ROWS[name][0])] for name in COMPARED}
        yield {
            "alone": everything(alone, request.param),
            "pair": everything(pairs, request.param),
            "compared": everything(compared, request.param, COMPARING),
            "all": everything({name: [second, *each] for name, each in compared.items()}, request.param, COMPARING),
        }
    finally:
        stage.close()


@pytest.mark.parametrize("name", NAMES)
def test_it_is_told_by_its_name(name: str, results) -> None:
    response = results["alone"][name]
    _, reason, mentions = ROWS[name]
    assert response.reason == reason
    wanted = {word for word in (reason, *mentions) if not word.startswith("127.")}  # the port is the kernel's choice
    assert wanted <= told(response)
    if reason != "answer":
        assert response.outcome is not Outcome.ANSWER


@pytest.mark.parametrize("name", [name for name in NAMES if name not in TRUE_NEGATIVES])
def test_the_good_server_is_reached(name: str, results) -> None:
    assert results["pair"][name].outcome is Outcome.ANSWER


@pytest.mark.parametrize("name", COMPARED)
def test_when_all_servers_are_asked_a_second_reply_is_told(name: str, results) -> None:
    response = results["compared"][name]
    assert response.reason == ROWS[name][1]
    assert response.is_contradicted is (name in FIRST_FORGED)
    both = results["all"][name]
    assert both.outcome is Outcome.ANSWER
    assert both.is_contradicted is (name not in ("ok", "servfail", "wrongidok"))
    assert {each.server for each in both.tries} == {each.server for each in both.said}


def test_most_read_differently_over_sockets_too(results) -> None:
    """What the manual counts in virtual time; here a busy machine may make one slow."""
    texts = {name: "\n".join(trace(report(response))) for name, response in results["alone"].items()}
    alike = read_alike(texts)
    assert len(texts) - sum(len(names) - 1 for names in alike) >= AT_LEAST - len(LEFT_OUT), alike


def test_the_manual_shows_each_row_with_its_reason() -> None:
    docs = Path(__file__).parents[3] / "docs"
    manual = (docs / "faults.md").read_text(encoding="utf-8").partition("<!-- look-ups: measured")[2]
    seen = runpy.run_path(str(docs / "beside.py"))["SEEN"]
    assert set(seen) == set(ROWS) - {"prohibited"}
    for name, text in seen.items():
        assert f"| {text} | `{ROWS[name][1]}`" in manual, "run: make faults"


def test_the_scripts_do_what_they_say() -> None:
    assert good(SAMPLE, "udp")[0][1] == build(SAMPLE, *["_vlmcs._tcp.corp.test. 3600 IN SRV 0 0 1688 kms1.corp.test."])
