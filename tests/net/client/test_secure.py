"""Encrypted look-ups at good servers: the same answers over TLS, HTTPS and QUIC, on connections that are shared."""

from __future__ import annotations

import asyncio
import gc
import ssl
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dns.message
import pytest

from kmsdns.lookup.attempt import LookupSettings
from kmsdns.model.messages import Outcome, Question, Response, Server
from kmsdns.net.client.dot import Dot
from kmsdns.net.client.secure import Secure
from kmsdns.net.client.stub import Stub
from kmsdns.testing import DnsServer
from tests.loops import on_uvloop
from tests.net.client.secure import (
    GOOD,
    GOOD_SERVERS,
    OWNER,
    PEM,
    ZONE,
    Http,
    answering,
    at,
    datagrams,
    framed,
    good,
    http1,
    http2,
    quic,
    running,
    silent,
    streams,
    tls,
)

Ask = Callable[..., list[Response]]
SRV = Question(name=OWNER, rdtype="SRV")


def blocking(servers: list[Server], *batches: list[Question], deadline: float = 10.0, **settings: object):
    stub = Stub(servers, LookupSettings(**settings), deadline=time.monotonic() + deadline, secure=Secure(PEM))
    try:
        return [response for batch in batches for response in stub.ask(batch)]
    finally:
        stub.close()


def awaited(servers: list[Server], *batches: list[Question], deadline: float = 10.0, **settings: object):
    async def run() -> list[Response]:
        stub = Stub(servers, LookupSettings(**settings), deadline=time.monotonic() + deadline, secure=Secure(PEM))
        try:
            return [response for batch in batches for response in await stub.aask(batch)]
        finally:
            await stub.aclose()

    return asyncio.run(run())


both = pytest.mark.parametrize("ask", [blocking, awaited, on_uvloop(awaited)])
each = pytest.mark.parametrize("transport", list(GOOD_SERVERS))


@pytest.fixture(autouse=True)
def _no_socket_left_open() -> Iterator[None]:
    open_files = Path("/proc/self/fd")
    before = len(list(open_files.iterdir())) if open_files.is_dir() else None
    yield
    gc.collect()
    if before is not None:
        assert len(list(open_files.iterdir())) <= before + 1


@both
@each
@pytest.mark.parametrize("name", ["dns.test", ""])
def test_an_answer(ask: Ask, transport: str, name: str) -> None:
    with running(GOOD_SERVERS[transport]()) as port:
        (found,) = ask([at(port, transport, name)], [SRV])
    assert (found.outcome, found.transport, found.server) == (Outcome.ANSWER, transport, f"127.0.0.1:{port}")
    assert [(one.transport, one.outcome, one.detail) for one in found.tries] == [(transport, "answer", None)]
    assert [srv.target for srv in found.srvs] == ["kms1.corp.test."]


@both
@each
def test_ipv6(ask: Ask, transport: str) -> None:
    with running(GOOD_SERVERS[transport](address="::1")) as port:
        (found,) = ask([at(port, transport, "", "::1")], [SRV])
    assert (found.outcome, found.server) == (Outcome.ANSWER, f"[::1]:{port}")


@both
@each
def test_a_long_answer_comes_whole(ask: Ask, transport: str) -> None:
    with running(GOOD_SERVERS[transport]()) as port:
        (found,) = ask([at(port, transport)], [Question(name="many._tcp.corp.test.", rdtype="SRV")])
    assert (len(found.srvs), len(found.tries)) == (60, 1)


@both
@each
def test_several_batches_of_many_questions(ask: Ask, transport: str) -> None:
    many = [Question(name=f"h{n}.corp.test.", rdtype="A") for n in range(300)]
    with running(GOOD_SERVERS[transport]()) as port:
        found = ask([at(port, transport)], [SRV], [*many, SRV], timeout=8.0)
    assert [response.outcome for response in found] == ["answer", *["nxdomain"] * 300, "answer"]
    assert [response.question for response in found] == [SRV, *many, SRV]


def test_an_id_is_free_once_its_reply_is_there() -> None:
    """Even before the task that waits for the reply has seen it."""

    async def ask_twice(port: int) -> list[bytes]:
        connection = Dot(at(port, "dot"), ssl.create_default_context(cadata=PEM))
        queries = [dns.message.make_query(f"h{n}.corp.test.", "A", id=7).to_wire() for n in range(2)]
        try:
            async with asyncio.timeout(10):
                first = asyncio.create_task(connection.ask(queries[0]))
                await asyncio.sleep(0)
                while not connection.takes(queries[1]):
                    await asyncio.sleep(0)
                assert not first.done()
                second = await connection.ask(queries[1])
                return [await first, second]
        finally:
            await connection.aclose()

    with running(GOOD_SERVERS["dot"]()) as port:
        replies = asyncio.run(ask_twice(port))
    asked = [str(dns.message.from_wire(reply).question[0].name) for reply in replies]
    assert asked == [
        "h0.corp.test.",
        "h1.corp.test.",
    ]


@both
@pytest.mark.parametrize("transport", ["dot", "doq"])
def test_questions_share_a_connection_and_are_padded(ask: Ask, transport: str) -> None:
    seen: list[tuple[object, bytes]] = []

    def answer(query: bytes) -> bytes:
        return framed(good(query))

    with running(quic(answer, seen=seen) if transport == "doq" else streams(answering(answer, seen), tls())) as port:
        ask([at(port, transport)], [SRV], [Question(name=f"h{n}.corp.test.", rdtype="A") for n in range(20)])
    assert len(seen) == 21
    assert len({id(connection) for connection, _ in seen}) <= 2, "another only for an id that is in use"
    assert {len(query) for _, query in seen} == {128}
    assert dns.message.from_wire(seen[0][1]).options[0].otype == 12
    assert ({dns.message.from_wire(query).id for _, query in seen} == {0}) == (transport == "doq")


@both
@pytest.mark.parametrize("version", ["1.1", "2"])
def test_what_a_server_over_https_sees(ask: Ask, version: str) -> None:
    """The name asked for, none of the trimmings, id 0 (RFC 8484 4.1)."""
    seen: list[tuple[object, bytes]] = []
    talk = http1 if version == "1.1" else http2
    serving = streams(
        talk(lambda query: Http(good(query), set_cookie="who=you", content_type="Application/DNS-Message; x=y"), seen),
        tls(GOOD, "http/1.1" if version == "1.1" else "h2"),
    )
    with running(serving) as port:
        server = at(port, "doh").replace(path="/somewhere?else=1")
        found = ask([server], [SRV], [Question(name=f"h{n}.corp.test.", rdtype="A") for n in range(10)])
    assert [response.outcome for response in found] == ["answer", *["nxdomain"] * 10]
    assert len(seen) == 11
    for head, query in seen:
        text = str(head).lower()
        for word in ("/somewhere?else=1", f"dns.test:{port}", "application/dns-message", "post"):
            assert word in text
        for word in ("cookie", "httpx", "gzip"):
            assert word not in text
        assert (dns.message.from_wire(query).id, len(query)) == (0, 128)


@both
@pytest.mark.parametrize("version", ["1.1", "2"])
@pytest.mark.parametrize(
    ("age", "positive", "negative"),
    [
        ("100", 3500, 200),
        ("0", 3600, 300),
        ("4000", 0, 0),
        ("9" * 5000, 0, 0),
        ("-100", 3600, 300),
        ("soon", 3600, 300),
    ],
)
def test_the_time_that_a_cache_kept_an_answer_counts(
    ask: Ask, version: str, age: str, positive: int, negative: int
) -> None:
    """RFC 8484 5.1. A denial is good for the 300 seconds that its SOA record allows, not for its TTL of 3600."""
    talk = http1 if version == "1.1" else http2
    serving = streams(
        talk(lambda query: Http(good(query), age=age)), tls(GOOD, "http/1.1" if version == "1.1" else "h2")
    )
    with running(serving) as port:
        found = ask([at(port, "doh")], [SRV, Question(name="nobody.corp.test.", rdtype="A")])
    assert [(response.outcome, response.ttl) for response in found] == [("answer", positive), ("nxdomain", negative)]


@both
def test_a_connection_that_served_and_ended_is_replaced(ask: Ask) -> None:
    """A server may close whenever it likes (RFC 7766 6.2.4); one question a connection is all this one takes."""
    seen: list[object] = []

    async def once(reader, writer):
        seen.append(writer)
        await answering(lambda query: framed(good(query)))(_One(reader), writer)

    with running(streams(once, tls())) as port:
        questions = [Question(name=f"h{n}.corp.test.", rdtype="A") for n in range(5)]
        found = ask([at(port, "dot")], [SRV], questions)
    assert [response.outcome for response in found] == ["answer", *["nxdomain"] * 5]
    assert {len(response.tries) for response in found} == {1}
    assert len(seen) == 6


@both
def test_http_without_keep_alive(ask: Ask) -> None:
    seen: list[tuple[str, bytes]] = []
    talk = http1(lambda query: bytes(Http(good(query), connection="close")), seen)
    with running(streams(talk, tls(GOOD, "http/1.1"))) as port:
        questions = [Question(name=f"h{n}.corp.test.", rdtype="A") for n in range(20)]
        found = ask([at(port, "doh")], [SRV], questions)
    assert [response.outcome for response in found] == ["answer", *["nxdomain"] * 20]
    assert len(seen) == 21


@both
def test_a_quic_connection_that_served_and_was_closed_is_replaced(ask: Ask) -> None:
    seen: list[tuple[Any, bytes]] = []

    def answer(query: bytes) -> bytes:
        asyncio.get_running_loop().call_soon(seen[-1][0].close)
        return framed(good(query))

    with running(quic(answer, seen=seen)) as port:
        batches = [[Question(name=f"h{n}.corp.test.", rdtype="A")] for n in range(4)]
        responses = ask([at(port, "doq")], *batches)
    assert [(response.outcome, len(response.tries)) for response in responses] == [("nxdomain", 1)] * 4
    assert len({id(protocol) for protocol, _ in seen}) == 4


class _One:
    """A reader that sees the end of a connection after one message."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader, self._reads = reader, 0

    async def readexactly(self, count: int) -> bytes:
        self._reads += 1
        if self._reads > 2:
            raise EOFError
        return await self._reader.readexactly(count)


@both
def test_replies_in_another_order(ask: Ask) -> None:
    """Those of a shared connection are told apart by their ids (RFC 7766 6.2.1.1)."""
    held: list[bytes] = []

    def reversing(query: bytes) -> bytes:
        held.append(framed(good(query)))
        return b"".join(reversed(held)) if len(held) == 5 else b""

    questions = [Question(name=f"h{n}.corp.test.", rdtype="A") for n in range(4)]
    with running(streams(answering(reversing), tls())) as port:
        found = ask([at(port, "dot")], [*questions, SRV], timeout=8.0)
    assert [response.outcome for response in found] == [*["nxdomain"] * 4, "answer"]


@both
@each
def test_the_next_server_answers_whatever_its_transport(ask: Ask, transport: str) -> None:
    nobody = at(1, transport)
    with DnsServer(ZONE) as plain, running(GOOD_SERVERS[transport]()) as port:
        (found,) = ask([nobody, Server(address="127.0.0.1", port=plain.port)], [SRV], timeout=4.0)
        assert [one.transport for one in found.tries] == [transport, "udp"]
        assert found.outcome is Outcome.ANSWER
        (found,) = ask([Server(address="127.0.0.1", port=1), at(port, transport)], [SRV], timeout=4.0)
        assert [one.transport for one in found.tries] == ["udp", transport]
        assert found.outcome is Outcome.ANSWER


@pytest.mark.usefixtures("each_loop")
@each
def test_cancelling_closes_everything(transport: str) -> None:
    async def give_up(server: Server) -> None:
        stub = Stub([server], LookupSettings(timeout=30.0), secure=Secure(PEM))
        try:
            async with asyncio.timeout(0.3):
                await stub.aask([SRV])
        finally:
            await stub.aclose()

    with running(datagrams() if transport == "doq" else streams(silent, None)) as port, pytest.raises(TimeoutError):
        asyncio.run(give_up(at(port, transport)))


@pytest.mark.usefixtures("each_loop")
@each
def test_a_blocking_call_within_an_event_loop(transport: str) -> None:
    async def run(port: int) -> list[Response]:
        return blocking([at(port, transport)], [SRV])

    with running(GOOD_SERVERS[transport]()) as port:
        (found,) = asyncio.run(run(port))
    assert found.outcome is Outcome.ANSWER
