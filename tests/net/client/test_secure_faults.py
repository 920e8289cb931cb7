"""Encrypted servers that are bad: each is told by its word, none costs more than its time, and the next one answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import dns.flags
import dns.message
import pytest

from kmsdns.model.messages import REASONS, Outcome, Server
from tests.net.client.secure import (
    GOOD,
    GOOD_SERVERS,
    UNFIT,
    Http,
    Serving,
    answering,
    at,
    datagrams,
    dot,
    frame,
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
from tests.net.client.test_secure import SRV, Ask, both

PLAIN = "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n"


def changed(**changes: object) -> Callable[[bytes], bytes]:
    """The right answer but for some attributes of the message."""

    def answer(query: bytes) -> bytes:
        message = dns.message.from_wire(good(query))
        for name, value in changes.items():
            setattr(message, name, value(getattr(message, name)))
        return message.to_wire(max_size=65535)

    return answer


WRONG = {
    "id-mismatch": changed(id=lambda number: number ^ 0x5A5A),
    "question-mismatch": lambda query: good(query).replace(b"\x06_vlmcs", b"\x06_vlmcx"),
    "not-a-response": changed(flags=lambda flags: flags & ~dns.flags.QR),
    "malformed-count": lambda query: good(query)[:50],
    "truncated-over-tcp": changed(flags=lambda flags: flags | dns.flags.TC),
    "short": lambda query: good(query)[:5],
}
"""Messages that are no answer, whatever they come over."""


async def leaves(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Closes once something has come: earlier, and the kernel would reset the connection."""
    await reader.read(65536)


def talk(*pieces: bytes | None, pause: float = 0.0, reset: bool = False):
    """Takes a question's frame, sends the pieces, closes; pieces that are None stand for the start of the answer."""

    async def talking(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answer = framed(good(await frame(reader)))
        for piece in pieces:
            writer.write(answer[:40] if piece is None else piece)
            await writer.drain()
            await asyncio.sleep(pause)
        if reset:
            writer.transport.abort()

    return talking


async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One octet of the answer at a time."""
    for octet in framed(good(await frame(reader))):
        writer.write(bytes([octet]))
        await writer.drain()
        await asyncio.sleep(0.05)


async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Messages nobody asked for, 60 MB of them."""
    await frame(reader)
    for _ in range(1000):
        writer.write(framed(bytes(60000)))
        await writer.drain()
        await asyncio.sleep(0)


def slow_handshake(context_port: int):
    """Passes TLS on from a good server, one octet at a time."""

    async def passing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind, before = await asyncio.open_connection("127.0.0.1", context_port)
        before.write(await reader.read(65536))
        try:
            while octet := await behind.read(1):
                writer.write(octet)
                await writer.drain()
                await asyncio.sleep(0.02)
        finally:
            before.close()

    return passing


def http(reply: Http | bytes) -> Callable[[], Serving]:
    return lambda: streams(http1(lambda query: reply), tls(GOOD, "http/1.1"))


def message(answer: Callable[[bytes], bytes], version: str) -> Callable[[], Serving]:
    if version == "1.1":
        return lambda: streams(http1(lambda query: Http(answer(query))), tls(GOOD, "http/1.1"))
    return lambda: streams(http2(lambda query: Http(answer(query))), tls(GOOD, "h2"))


async def http_drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A good beginning, then one octet at a time."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/dns-message\r\ncontent-length: 60000\r\n\r\n")
    while True:
        writer.write(b"\0")
        await writer.drain()
        await asyncio.sleep(0.02)


async def http_without_end(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """80 MB, and no word of it before."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/dns-message\r\ntransfer-encoding: chunked\r\n\r\n")
    for _ in range(1280):
        writer.write(b"10000\r\n" + bytes(65536) + b"\r\n")
        await writer.drain()
        await asyncio.sleep(0)


async def informing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Interim responses without an end."""
    while True:
        writer.write(b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0.01)


HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/dns-message\r\n"
HUGE = Http(bytes(80_000_000))
ANNOUNCED = HEAD + b"content-length: 80000000\r\n\r\n" + bytes(100_000)
BAD: dict[tuple[str, str], tuple[Callable[[], Serving], str, str]] = {
    # what it does: the server, the reason, the detail
    **{("dot", kind): (lambda kind=kind: streams(dot, tls(UNFIT[kind])), "tls-untrusted", kind) for kind in UNFIT},
    ("dot", "waits for more in the clear"): (lambda: streams(dot, None), "tcp-timeout", ""),
    ("dot", "answers like a web server"): (lambda: streams(_rude, None), "tls-untrusted", "wrong version number"),
    ("dot", "silent instead of TLS"): (lambda: streams(silent, None), "tcp-timeout", ""),
    ("dot", "silent after TLS"): (lambda: streams(silent, tls()), "tcp-timeout", ""),
    ("dot", "closes instead of TLS"): (lambda: streams(leaves, None), "tcp-closed", ""),
    ("dot", "closes after TLS"): (lambda: streams(leaves, tls()), "tcp-closed", ""),
    ("dot", "closes after the question"): (lambda: streams(talk(), tls()), "tcp-closed", ""),
    ("dot", "resets"): (lambda: streams(talk(reset=True), tls()), "tcp-closed", ""),
    ("dot", "closes within the answer"): (lambda: streams(talk(None), tls()), "tcp-short", ""),
    ("dot", "drips"): (lambda: streams(drip, tls()), "tcp-timeout", ""),
    ("dot", "length zero"): (lambda: streams(talk(b"\0\0"), tls()), "tcp-length-zero", ""),
    ("dot", "floods"): (lambda: streams(flood, tls()), "id-mismatch", ""),
    **{("doh", kind): (lambda kind=kind: streams(silent, tls(UNFIT[kind])), "tls-untrusted", kind) for kind in UNFIT},
    ("doh", "speaks in the clear"): (lambda: streams(_rude, None), "tls-untrusted", "wrong version number"),
    ("doh", "silent instead of TLS"): (lambda: streams(silent, None), "tcp-timeout", ""),
    ("doh", "silent after TLS"): (lambda: streams(silent, tls()), "tcp-timeout", ""),
    ("doh", "silent over HTTP/2"): (lambda: streams(silent, tls(GOOD, "h2")), "tcp-timeout", ""),
    ("doh", "closes instead of TLS"): (lambda: streams(leaves, None), "tcp-closed", ""),
    ("doh", "closes after TLS"): (lambda: streams(leaves, tls()), "tcp-closed", ""),
    ("doh", "closes over HTTP/2"): (lambda: streams(http2(_hang_up), tls(GOOD, "h2")), "tcp-closed", ""),
    ("doh", "closes after the question"): (http(b""), "tcp-closed", ""),
    ("doh", "closes within the head"): (http(HEAD), "tcp-closed", ""),
    ("doh", "closes within the body"): (http(HEAD + b"content-length: 99\r\n\r\nabc"), "tcp-short", ""),
    ("doh", "closes before the body"): (http(HEAD + b"content-length: 99\r\n\r\n"), "tcp-short", ""),
    ("doh", "drips"): (lambda: streams(http_drip, tls()), "tcp-timeout", ""),
    ("doh", "interim responses only"): (lambda: streams(informing, tls()), "tcp-timeout", ""),
    ("doh", "404"): (http(Http(b"no", 404)), "http-status", "404"),
    ("doh", "500"): (http(Http(b"", 500)), "http-status", "500"),
    ("doh", "503 over HTTP/2"): (
        lambda: streams(http2(lambda query: Http(b"later", 503)), tls(GOOD, "h2")),
        "http-status",
        "503",
    ),
    ("doh", "204"): (http(Http(b"", 204)), "http-status", "204"),
    ("doh", "no HTTP"): (http(b"SSH-2.0-OpenSSH_9.9\r\n\r\n"), "http-status", "no HTTP"),
    ("doh", "a huge head"): (http(b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 50000), "http-status", "no HTTP"),
    ("doh", "another type"): (http(Http(b"<html>", content_type="text/html")), "http-content-type", "text/html"),
    ("doh", "JSON"): (http(Http(b"{}", content_type="application/dns-json")), "http-content-type", "dns-json"),
    ("doh", "no type"): (http(Http(b"x", content_type="")), "http-content-type", "none"),
    ("doh", "80 MB"): (http(ANNOUNCED), "too-large", "80000000 octets"),
    ("doh", "80 MB unannounced"): (lambda: streams(http_without_end, tls()), "too-large", ""),
    ("doh", "80 MB over HTTP/2"): (lambda: streams(http2(lambda query: HUGE), tls(GOOD, "h2")), "too-large", ""),
    ("doh", "one octet too many"): (http(Http(bytes(65536))), "too-large", ""),
    ("doh", "empty"): (http(Http(b"")), "short", ""),
    ("doh", "resets the stream"): (lambda: streams(http2(lambda query: None), tls(GOOD, "h2")), "tcp-closed", ""),
    **{("doq", kind): (lambda kind=kind: quic(good, UNFIT[kind]), "tls-untrusted", kind) for kind in UNFIT},
    ("doq", "another protocol"): (lambda: quic(good, alpn="h3"), "tls-untrusted", ""),
    ("doq", "silent"): (datagrams, "timeout", ""),
    ("doq", "garbage"): (lambda: datagrams(b"\xff" * 1200), "timeout", ""),
    ("doq", "silent on the stream"): (lambda: quic(lambda query: ...), "timeout", ""),
    ("doq", "closes the stream"): (lambda: quic(lambda query: b""), "tcp-closed", ""),
    ("doq", "closes within the answer"): (lambda: quic(lambda query: framed(good(query))[:40]), "tcp-short", ""),
    ("doq", "closes within the length"): (lambda: quic(lambda query: b"\0"), "tcp-short", ""),
    ("doq", "length zero"): (lambda: quic(lambda query: b"\0\0"), "tcp-length-zero", ""),
    ("doq", "resets the stream"): (lambda: quic(lambda query: None), "tcp-reset", "error 2"),
    **{
        ("dot", reason): (lambda answer=answer: streams(answering(lambda q: framed(answer(q))), tls()), reason, "")
        for reason, answer in WRONG.items()
    },
    **{("doh", f"{reason} 1.1"): (message(answer, "1.1"), reason, "") for reason, answer in WRONG.items()},
    **{("doh", f"{reason} 2"): (message(answer, "2"), reason, "") for reason, answer in WRONG.items()},
    **{
        ("doq", reason): (lambda answer=answer: quic(lambda q: framed(answer(q))), reason, "")
        for reason, answer in WRONG.items()
    },
}
DETAILS = {
    "wrong-ca": ("issuer",),
    "wrong-name": ("dns.test",),
    "expired": ("expired", "no longer valid"),
}


def _hang_up(query: bytes) -> None:
    raise EOFError


async def _rude(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)
    writer.write(PLAIN.encode())


@pytest.fixture(scope="module")
def other() -> Iterator[Server]:
    """A good server."""
    with running(GOOD_SERVERS["dot"]()) as port:
        yield at(port, "dot")


@both
@pytest.mark.parametrize("bad", BAD, ids=[" ".join(key) for key in BAD])
def test_it_is_told_by_its_word_and_the_next_one_answers(ask: Ask, bad: tuple[str, str], other: Server) -> None:
    (serving, reason, detail), transport = BAD[bad], bad[0]
    with running(serving()) as port:
        (found,) = ask([at(port, transport), other], [SRV], timeout=8.0)
        first, last = found.tries
        if first.outcome != reason:  # so slow a machine that the next one was asked, and was quicker
            ((first,),) = [alone.tries for alone in ask([at(port, transport)], [SRV], timeout=8.0, retries=0)]
    assert (first.server, first.transport, first.outcome) == (f"127.0.0.1:{port}", transport, reason)
    assert any(word in (first.detail or "") for word in DETAILS.get(detail, (detail,)))
    assert (found.outcome, found.server, last.outcome) == (Outcome.ANSWER, str(other), "answer")
    assert reason in REASONS


@both
def test_octets_that_were_refused_are_counted(ask: Ask) -> None:
    for serving, reason, most in (
        (http(Http(b"no", 404)), "http-status", 0),
        (BAD["doh", "80 MB unannounced"][0], "too-large", 200_000),
    ):
        with running(serving()) as port:
            (found,) = ask([at(port, "doh")], [SRV], retries=0)
        ((rejected,),) = [one.rejected for one in found.tries]
        assert (rejected.reason, rejected.source) == (reason, f"127.0.0.1:{port}")
        assert rejected.size <= most


@both
@pytest.mark.parametrize("location", ["/elsewhere", "http://127.0.0.1:{plain}/dns-query", "https://127.0.0.1:{port}/"])
def test_nobody_follows_a_redirect(ask: Ask, location: str) -> None:
    plain: list[object] = []
    seen: list[tuple[str, bytes]] = []

    async def listening(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        plain.append(writer)

    with running(streams(listening, None)) as other:
        place = location.format(plain=other, port=other)
        with running(streams(http1(lambda query: Http(b"", 302, location=place), seen), tls(GOOD, "http/1.1"))) as port:
            (found,) = ask([at(port, "doh")], [SRV])
    assert (found.reason, found.tries[0].detail) == ("http-status", "302")
    assert (len(found.tries), len(seen), plain) == (1, 1, [])


@both
@pytest.mark.parametrize("transport", ["dot", "doh"])
def test_a_handshake_one_octet_at_a_time(ask: Ask, transport: str) -> None:
    with running(GOOD_SERVERS[transport]()) as behind, running(streams(slow_handshake(behind), None)) as port:
        (found,) = ask([at(port, transport)], [SRV], deadline=0.5, timeout=60.0)
    assert (found.reason, found.outcome) == ("tcp-timeout", Outcome.TIMEOUT)
    assert found.elapsed < 60.0, "the deadline holds while octets come, and not the try's own time"


@both
@pytest.mark.parametrize("bad", [("dot", "drips"), ("doh", "drips"), ("doh", "interim responses only")])
def test_octets_that_come_forever_gain_no_time(ask: Ask, bad: tuple[str, str]) -> None:
    with running(BAD[bad][0]()) as port:
        (found,) = ask([at(port, bad[0])], [SRV], timeout=0.2, retries=1, deadline=60.0)
    assert [one.outcome for one in found.tries] == ["tcp-timeout", "tcp-timeout"]
    assert found.elapsed < 60.0, "the tries' own time ended it, and not the deadline"


@both
def test_one_that_fails_for_good_is_not_asked_again(ask: Ask) -> None:
    for bad in (("dot", "wrong-ca"), ("doh", "404"), ("doh", "80 MB"), ("doq", "expired")):
        with running(BAD[bad][0]()) as port:
            (found,) = ask([at(port, bad[0])], [SRV], retries=5)
        assert [one.outcome for one in found.tries] == [found.reason] == [BAD[bad][1]]


@both
@pytest.mark.parametrize(
    ("transport", "reason"), [("dot", "tcp-refused"), ("doh", "tcp-refused"), ("doq", "port-unreachable")]
)
def test_nobody_there(ask: Ask, transport: str, reason: str) -> None:
    (found,) = ask([at(1, transport)], [SRV], timeout=8.0)
    assert (found.outcome, found.reason, len(found.tries)) == (Outcome.UNREACHABLE, reason, 1)
    assert found.elapsed < 8.0, "nothing was waited for"


@both
def test_an_address_in_a_zone_that_is_not_here(ask: Ask) -> None:
    for transport in GOOD_SERVERS:
        (found,) = ask([at(853, transport, address="::1%nosuch0")], [SRV])
        assert found.reason == "host-unreachable"


@both
def test_silence_is_asked_again_on_a_fresh_connection(ask: Ask) -> None:
    """What is final is a server's own doing; silence may be the network's."""
    seen: list[object] = []

    async def first_silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(writer)
        await (silent if len(seen) == 1 else dot)(reader, writer)

    with running(streams(first_silent, tls())) as port:
        (found,) = ask([at(port, "dot")], [SRV], timeout=0.3)
    assert [one.outcome for one in found.tries] == ["tcp-timeout", "answer"]
    assert len(seen) == 2


@both
def test_a_server_for_which_a_question_is_hopeless_answers_the_others(ask: Ask) -> None:
    """One connection, one bad answer: the other questions on it don't suffer."""
    wrong = WRONG["question-mismatch"]
    questions = [SRV, *[SRV.replace(name=f"h{n}.corp.test.", rdtype="A") for n in range(5)]]
    with running(streams(answering(lambda query: framed(wrong(query))), tls())) as port:
        found = ask([at(port, "dot")], questions)
    assert [response.reason for response in found] == ["question-mismatch", *["nxdomain"] * 5]
