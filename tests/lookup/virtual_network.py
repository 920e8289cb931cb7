"""A network in virtual time: servers are scripts, packets arrive when they say, and an exchange runs against them."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from itertools import count

from kmsdns.lookup.attempt import CloseSocket, Connect, LookupSettings
from kmsdns.lookup.comparison import Comparison
from kmsdns.lookup.cookies import Cookie
from kmsdns.lookup.exchange import Exchange
from kmsdns.model.messages import Question, Response, Server

# What a server does, and when (seconds after the question, or the connection, reached it):
#   over UDP  (delay, octets) or (delay, octets, source) or (delay, "port-unreachable")
#   over TCP  (delay, octets of the stream) or (delay, "eof") or (delay, "tcp-refused"), (delay, "tcp-reset")
Event = tuple[float, bytes | str] | tuple[float, bytes | str, str]
Script = Callable[[bytes, str], list[Event]]  # of the query and the transport

LATENCY = 0.001  # seconds there and back


def run(
    question: Question,
    servers: dict[Server, Script],
    settings: LookupSettings,
    deadline: float = 5.0,
    round_trips: dict[Server, float] | None = None,
    cookies: dict[Server, Cookie] | None = None,
    asked: list[tuple[float, Server]] | None = None,
) -> Response:
    """What a look-up makes of these servers. Nothing waits: the clock jumps from event to event.

    asked is filled with who was asked when. In the end every socket has been closed, once.
    """
    ids = iter(range(1, 65536))
    exchange = (Comparison if settings.all_servers else Exchange)(
        question,
        tuple(servers),
        settings,
        randbelow=lambda n: next(ids) % n,
        deadline=deadline,
        round_trips=round_trips,
        cookies=cookies,
    )
    queue: list[tuple[float, int, int, bytes | str, str | None]] = []
    order: Iterator[int] = count()
    transports: dict[int, str] = {}
    opened: set[int] = set()
    now = 0.0
    exchange.start(now)
    while exchange.response is None:
        for command in exchange.commands():
            if isinstance(command, CloseSocket):
                opened.remove(command.key)
                continue
            assert command.key not in transports
            opened.add(command.key)
            if asked is not None:
                asked.append((now, command.server))
            transport = transports[command.key] = "tcp" if isinstance(command, Connect) else "udp"
            query = command.data[2:] if transport == "tcp" else command.data
            for delay, what, *source in servers[command.server](query, transport):
                place = source[0] if source else str(command.server)
                heapq.heappush(queue, (now + LATENCY + delay, next(order), command.key, what, place))
        if queue and queue[0][0] <= exchange.wake:
            now, _, key, what, place = heapq.heappop(queue)
            if isinstance(what, str):
                exchange.eof(key, now) if what == "eof" else exchange.error(key, what, now)
            elif transports[key] == "tcp":
                exchange.stream(key, what, now)
            else:
                assert place is not None
                exchange.datagram(key, what, place, now)
        else:
            now = max(now, exchange.wake)
            exchange.tick(now)
    for command in exchange.commands():
        assert isinstance(command, CloseSocket)
        opened.remove(command.key)
    assert not opened
    return exchange.response
