"""One question put to every server, and what they say compared: an exchange per server, all at the same time.

It is driven as lookup.exchange is. Rules: each server has as many tries as if it were the only one. Comparing changes
what is told, not what is used. The answer used is that of the first server, in the order given, which has one; and of
two replies to one try the first. A socket whose reply has come listens on for a while: a second reply that differs is
what a forgery looks like, or the truth behind one. Answers agree when their records do, whatever their TTLs and order.
Every try whose reply another one disagrees with gets the warning "contradiction"; that a server fails while another
answers is none.
"""

from __future__ import annotations

from kmsdns.lookup.attempt import CloseSocket
from kmsdns.lookup.exchange import TELLING, Exchange
from kmsdns.lookup.reply_checks import analyse, outcome_of
from kmsdns.model.messages import CONCLUSIVE, Outcome, Said
from kmsdns.model.names import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from kmsdns.lookup.attempt import Attempt, Command, LookupSettings
    from kmsdns.lookup.cookies import Cookie
    from kmsdns.lookup.edns_support import EdnsSupport
    from kmsdns.lookup.reply_checks import ReplyAnalysis
    from kmsdns.model.messages import Question, Response, Server

LISTEN_ON = 0.1
"""Seconds that a UDP socket stays open behind its reply."""


class Comparison:
    """See the module's docstring, and Exchange for the arguments. The keys of its tries are its own."""

    def __init__(
        self,
        question: Question,
        servers: Sequence[Server],
        settings: LookupSettings,
        *,
        randbelow: Callable[[int], int],
        deadline: float | None = None,
        round_trips: dict[Server, float] | None = None,
        cookies: dict[Server, Cookie] | None = None,
        edns: EdnsSupport | None = None,
    ) -> None:
        self.question = question
        self.response: Response | None = None
        self._deadline = float("inf") if deadline is None else deadline
        self._commands: list[Command] = []
        self._held: dict[int, float] = {}  # tries whose reply has come, and until when their sockets listen on
        self._exchanges = [
            Exchange(
                question,
                (server,),
                settings,
                randbelow=randbelow,
                deadline=deadline,
                round_trips=round_trips,
                cookies=cookies,
                edns=edns,
            )
            for server in servers
        ]

    @property
    def wake(self) -> float:
        """When tick must be called at the latest."""
        wakes = [exchange.wake for exchange in self._exchanges if exchange.response is None]
        return min([self._deadline, *wakes, *self._held.values()])

    def commands(self) -> list[Command]:
        """What is to be done with sockets, in order; each is handed out once."""
        taken, self._commands = self._commands, []
        return taken

    def start(self, now: float) -> None:
        """Begins the look-up, at every server."""
        for exchange in self._exchanges:
            exchange.start(now)
        self._settle(now)

    def tick(self, now: float) -> None:
        """The clock: ends what has run out of time."""
        for exchange in self._exchanges:
            exchange.tick(now)
        self._settle(now)

    def datagram(self, key: int, data: bytes, source: str, now: float) -> None:
        """A UDP packet arrived at the socket of this try."""
        self.tick(now)
        exchange, inner = self._place(key)
        if key in self._held:
            self._hear_on(exchange.attempts[inner], data, source)
        else:
            exchange.datagram(inner, data, source, now)
        self._settle(now)

    def stream(self, key: int, data: bytes, now: float) -> None:
        """Octets arrived on the TCP connection of this try."""
        exchange, inner = self._place(key)
        exchange.stream(inner, data, now)
        self._settle(now)

    def message(self, key: int, data: bytes, now: float) -> None:
        """A whole message came in reply to the request of this try."""
        exchange, inner = self._place(key)
        exchange.message(inner, data, now)
        self._settle(now)

    def eof(self, key: int, now: float) -> None:
        """The server closed the TCP connection of this try."""
        exchange, inner = self._place(key)
        exchange.eof(inner, now)
        self._settle(now)

    def error(self, key: int, reason: str, now: float, detail: str | None = None, size: int | None = None) -> None:
        """The socket or the request of this try failed; for one that only listens on, that is no news."""
        if key not in self._held:
            exchange, inner = self._place(key)
            exchange.error(inner, reason, now, detail, size)
        self._settle(now)

    def _place(self, key: int) -> tuple[Exchange, int]:
        inner, index = divmod(key, len(self._exchanges))
        return self._exchanges[index], inner

    def _settle(self, now: float) -> None:
        """Passes on what the exchanges want done, and ends when all of them have and nothing listens on."""
        for index, exchange in enumerate(self._exchanges):
            for command in exchange.commands():
                key = command.key * len(self._exchanges) + index
                attempt = exchange.attempts[command.key]
                if isinstance(command, CloseSocket) and attempt.transport == "udp" and attempt.message:
                    self._held[key] = attempt.ended + LISTEN_ON
                else:
                    self._commands.append(command.replace(key=key))
        for key in [key for key, until in self._held.items() if now >= min(until, self._deadline)]:
            del self._held[key]
            self._commands.append(CloseSocket(key=key))
        if not self._held and self.response is None and all(exchange.response for exchange in self._exchanges):
            self.response = self._compared()

    @staticmethod
    def _hear_on(attempt: Attempt, data: bytes, source: str) -> None:
        """A packet behind the reply: rejected as any other, or a second reply."""
        message = attempt.read(data, source)
        if isinstance(message, str):
            attempt.turn_down(message, data, source)
            return
        assert attempt.message is not None
        assert attempt.found is not None
        if attempt.second or message.tc:  # what is cut off says nothing
            return
        found = analyse(message, attempt.asked)
        if attempt.message.tc or _says(found) != _says(attempt.found):
            attempt.second = found

    def _compared(self) -> Response:
        responses = [exchange.response for exchange in self._exchanges if exchange.response]
        said = [_says(response) for response in responses]
        knowing = [index for index, response in enumerate(responses) if response.outcome.is_conclusive]
        if len({said[index] for index in knowing}) > 1:
            for index in knowing:
                winner = self._exchanges[index].winner
                assert winner is not None
                winner.warn("contradiction")
        every = sorted(self._attempts(), key=lambda found: found[:2])
        for _, index, attempt in every:
            if attempt.second and attempt.was_truncated and _says(attempt.second) == said[index]:
                attempt.second = None  # the whole came over TCP, and is the same
            if attempt.second:
                attempt.warn("contradiction")
        chosen = min(range(len(responses)), key=lambda index: _rank(responses[index]))
        used = responses[chosen]
        if used.reason == "negative-without-soa" and not all(each.reason == used.reason for each in responses):
            used = used.replace(outcome=Outcome.MALFORMED)
        return used.replace(
            tries=tuple([attempt.as_try() for _, _, attempt in every]),
            said=tuple([each for index in range(len(responses)) for each in self._said(index, responses[index])]),
            unasked=tuple([server for response in responses for server in response.unasked]),
        )

    def _attempts(self) -> Iterator[tuple[float, int, Attempt]]:
        """Every try at every server, with when it began and the server's place."""
        for index, exchange in enumerate(self._exchanges):
            for attempt in exchange.attempts:
                yield attempt.started, index, attempt

    def _said(self, index: int, response: Response) -> Iterator[Said]:
        attempts = self._exchanges[index].attempts
        if attempts:
            outcome, rdatas = _says(response)
            transport = response.transport or attempts[-1].transport
            yield Said(server=str(attempts[0].server), outcome=outcome, rdatas=rdatas, transport=transport)
        for attempt in attempts:
            if attempt.second:
                outcome, rdatas = _says(attempt.second)
                yield Said(
                    server=str(attempt.server),
                    outcome=outcome,
                    rdatas=rdatas,
                    is_second=True,
                    transport=attempt.transport,
                )


def _says(found: ReplyAnalysis | Response) -> tuple[str, tuple[str, ...]]:
    """What a reply, or all replies of a server, come to: the same for those that agree."""
    word = "nodata" if outcome_of(found.reason) is Outcome.NODATA else found.reason
    return word, tuple(sorted({fold(str(record.rdata)) for record in found.answer}))


def _rank(response: Response) -> int:
    """Servers that know come first, then the failure that says most."""
    return 0 if response.reason in CONCLUSIVE else 1 + TELLING.index(outcome_of(response.reason))
