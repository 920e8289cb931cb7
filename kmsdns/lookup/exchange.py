"""One look-up as a state machine without sockets or clock: packets, errors and the time go in, commands come out.

    exchange = Exchange(question, servers, settings, randbelow=dice)
    exchange.start(now)
    while exchange.response is None:
        for command in exchange.commands(): ...     # Send, Connect, Request, CloseSocket: what to do with sockets
        ...                                         # wait for a packet, at most until exchange.wake
        exchange.datagram(...) / stream(...) / message(...) / eof(...) / error(...) / tick(...)

Rules: every try has a socket and an id of its own, and the whole timeout to be answered in. Servers are asked in turn,
each at most retries + 1 times; the next try starts long before the timeout of the last one, after a quarter of a second
or a multiple of the server's own round trip, twice that in the next round. A packet that can't be the reply is rejected
and written down; the try goes on listening and the next server is asked at once, or the same one over TCP. A reply that
says nothing useful ends the try. A try whose time is up stays open: its reply counts, late, while others run. Nothing
outlasts the deadline, and a look-up never sends more than MAX_TRIES questions. An encrypted server is asked over its
own transport only, where everything that ends a try but silence is final for that server.

The last retry at a server that has said nothing goes without EDNS (lookup.edns_support). A reply to it that makes the
server one which drops EDNS is held for LEAST_WAIT: a resolver that was slow replies to all tries at once, in any order.

Long: it is one machine, and its states are read side by side.
"""

from __future__ import annotations

from kmsdns.lookup.attempt import Attempt, CloseSocket, Connect, Request, Send
from kmsdns.lookup.details import of_reply
from kmsdns.lookup.edns import padded
from kmsdns.lookup.edns_support import EdnsSupport
from kmsdns.lookup.reply_checks import ReplyAnalysis, analyse, outcome_of
from kmsdns.lookup.wire import encode
from kmsdns.model.messages import CONCLUSIVE, Outcome, Question, Response
from kmsdns.model.names import fold, in_mixed_case

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kmsdns.lookup.attempt import Command, LookupSettings
    from kmsdns.lookup.cookies import Cookie
    from kmsdns.model.messages import Server
    from kmsdns.model.records import Record

MAX_TRIES = 32
"""Tries within one look-up, whatever the aliases and the number of servers."""

MAX_CHASES = 8
"""Aliases at the end of answers that one look-up follows by another question."""

FIRST_WAIT = 0.25
"""Seconds after which the next try starts while nothing is known of the server's round trip; doubled each round."""

LEAST_WAIT = 0.1
"""Seconds that a server has at least before the next try, however quick it was before."""

ROUND_TRIPS = 4
"""Round trips, as measured before, that a server has before the next try."""

MAX_SERVFAILS = 2
"""Times that one server may fail on one question: it may pass, but not for long."""

_EDNS_REFUSALS = frozenset({"formerr", "notimp", "badvers"})  # RFC 6891 7: may mean only that EDNS isn't understood
_BADCOOKIE = "rcode-23"  # the server wants its cookie back before it answers over UDP (RFC 7873 5.2.4)
TELLING = tuple(Outcome(word) for word in "nodata servfail refused malformed timeout unreachable".split())
"""Which failure speaks for the whole look-up when servers failed differently: the one that says most."""


class Exchange:
    """See the module's docstring. deadline is on the clock that `now` is read from; None means no limit but the tries.

    randbelow(n) is a uniform integer in 0..n-1, the source of ids. round_trips holds what is known of the servers,
    in seconds; the exchange adds what it measures. cookies holds what servers have shown, and edns whether they answer
    questions with EDNS, likewise.
    """

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
        self._servers = list(servers)
        self._settings = settings
        self._randbelow = randbelow
        self._deadline = float("inf") if deadline is None else deadline
        self._started = 0.0
        self.attempts: list[Attempt] = []
        self.winner: Attempt | None = None  # the try that the response is from
        self._commands: list[Command] = []
        self._asking = question  # where the chain of aliases stands
        self._aliases: tuple[Record, ...] = ()
        self._visited = {fold(question.name)}
        self._queue: list[Server] = []  # servers still to be asked in this round
        self._rounds = 0
        self._next_at = float("inf")  # when the next try starts if nothing happens before
        self._round_trips = {} if round_trips is None else round_trips
        self._cookies = {} if cookies is None else cookies
        self._left = MAX_TRIES
        self._edns = EdnsSupport() if edns is None else edns
        self._held: Attempt | None = None  # its reply is there, and waits for another's

    @property
    def wake(self) -> float:
        """When tick must be called at the latest."""
        expiries = [attempt.started + self._settings.timeout for attempt in self.attempts if attempt.listening]
        return min([self._next_at, self._deadline, *expiries])

    def commands(self) -> list[Command]:
        """What is to be done with sockets, in order; each is handed out once."""
        taken, self._commands = self._commands, []
        return taken

    def start(self, now: float) -> None:
        """Begins the look-up."""
        self._started = now
        self._ask(self.question, now)

    def tick(self, now: float) -> None:
        """The clock: ends what has run out of time."""
        if self.response is not None:
            return
        if now >= self._deadline:
            self._give_up(now)
            return
        for attempt in self.attempts:
            if attempt.listening and now >= attempt.started + self._settings.timeout:
                attempt.end(now)
                attempt.expired = attempt.again = True
                if attempt.transport != "udp":
                    self._close(attempt)
        if now >= self._next_at or not self._is_listening():
            self._next(now)

    def datagram(self, key: int, data: bytes, source: str, now: float) -> None:
        """A UDP packet arrived at the socket of this try."""
        attempt = self._open_attempt(key, now)
        if attempt is not None:
            self._packet(attempt, data, source, now)

    def stream(self, key: int, data: bytes, now: float) -> None:
        """Octets arrived on the TCP connection of this try."""
        attempt = self._open_attempt(key, now)
        if attempt is None:
            return
        attempt.buffer += data
        size = int.from_bytes(attempt.buffer[:2], "big")
        if len(attempt.buffer) < 2 or 0 < size > len(attempt.buffer) - 2:
            return
        if size == 0:
            self._fail(attempt, "tcp-length-zero", now)
            return
        if len(attempt.buffer) > size + 2:
            attempt.warn("extra-frame")
        self._packet(attempt, bytes(attempt.buffer[2 : size + 2]), str(attempt.server), now)

    def message(self, key: int, data: bytes, now: float) -> None:
        """A whole message came in reply to the request of this try."""
        attempt = self._open_attempt(key, now)
        if attempt is not None:
            self._packet(attempt, data, str(attempt.server), now)

    def eof(self, key: int, now: float) -> None:
        """The server closed the TCP connection of this try."""
        attempt = self._open_attempt(key, now)
        if attempt is not None:
            attempt.detail = attempt.part
            self._fail(attempt, "tcp-short" if attempt.buffer else "tcp-closed", now)

    def error(self, key: int, reason: str, now: float, detail: str | None = None, size: int | None = None) -> None:
        """The socket or the request of this try failed: port-unreachable, tcp-refused, tls-untrusted, http-status ...

        detail is fit for a terminal. size: octets of what came and was refused unread; None when nothing came.
        """
        attempt = self._open_attempt(key, now)
        if attempt is not None:
            attempt.detail = detail or attempt.part
            if size is not None:
                attempt.reject(reason, str(attempt.server), size, detail)
            self._fail(attempt, reason, now)

    def _open_attempt(self, key: int, now: float) -> Attempt | None:
        """The try an event belongs to; None when nobody waits for it any more."""
        self.tick(now)
        attempt = self.attempts[key]
        return attempt if attempt.open and self.response is None else None

    def _ask(self, question: Question, now: float) -> None:
        """Starts a question from the first server: the user's, or the one that an alias leads to."""
        self._asking = question
        self._queue, self._rounds = list(self._servers), 0
        self._next(now)

    def _next(self, now: float) -> None:
        """Starts the next try; or waits for one that still listens; or gives up."""
        self._next_at = float("inf")
        held, self._held = self._held, None
        if held is not None and held.found is not None:
            self._use(held, held.found, now)
            return
        if not self._queue and self._rounds < self._settings.retries:
            self._queue = [server for server in self._servers if self._is_worth_another(server)]
            self._rounds += bool(self._queue)
        if self._queue and self._left:
            server = self._queue.pop(0)
            self._launch(server, server.transport or ("tcp" if self._settings.tcp_only else "udp"), now)
        elif not self._is_listening():
            self._give_up(now)

    def _is_listening(self) -> bool:
        return any(attempt.listening for attempt in self.attempts)

    def _is_worth_another(self, server: Server) -> bool:
        """Silence so far may mean that a packet was lost; a TCP connection that stands loses none."""
        tries = self._tries_at(server)
        if tries[-1].listening:
            return tries[-1].transport == "udp"
        return tries[-1].again and sum(attempt.outcome == "servfail" for attempt in tries) < MAX_SERVFAILS

    def _tries_at(self, server: Server) -> list[Attempt]:
        return [attempt for attempt in self.attempts if attempt.server == server and attempt.question == self._asking]

    def _launch(self, server: Server, transport: str, now: float) -> None:
        self._left -= 1
        asked = self._asking
        if self._settings.mix_case and transport == "udp":  # nobody gets into a connection by guessing
            asked = asked.replace(name=in_mixed_case(asked.name, self._randbelow))
        attempt = Attempt(len(self.attempts), server, transport, self._asking, asked, now)
        is_last = 0 < self._settings.retries <= self._rounds
        size, tries = self._settings.edns_size or 0, self._tries_at(server)
        attempt.edns = self._edns.offered(size, server, tries, is_last=is_last)
        attempt.id = 0 if transport in ("doh", "doq") else self._randbelow(65536)  # RFC 8484 4.1, RFC 9250 4.2.1
        if attempt.edns and self._settings.cookie and not server.transport:  # a certificate says more than a cookie
            attempt.cookie = self._cookie(server)
        data = encode(
            asked,
            attempt.id,
            edns_size=attempt.edns or None,
            recursion_desired=self._settings.recursion_desired,
            checking_disabled=self._settings.checking_disabled,
            authentic_data=self._settings.authentic_data,
            edns_options=(attempt.cookie.option,) if attempt.cookie else (),
        )
        attempt.sent = padded(data) if server.transport and attempt.edns else data
        self.attempts.append(attempt)
        self._next_at = now + self._wait(server)
        if transport == "udp":
            self._commands.append(Send(key=attempt.key, server=server, data=data))
        elif server.transport:
            self._commands.append(Request(key=attempt.key, server=server, data=attempt.sent))
        else:
            framed = len(data).to_bytes(2, "big") + data
            self._commands.append(Connect(key=attempt.key, server=server, data=framed))

    def _cookie(self, server: Server) -> Cookie:
        if server not in self._cookies:
            from kmsdns.lookup.cookies import Cookie

            self._cookies[server] = Cookie(self._randbelow)
        return self._cookies[server]

    def _wait(self, server: Server) -> float:
        """Seconds until the next try, once this server is asked."""
        known = self._round_trips.get(server)
        first = FIRST_WAIT if known is None else max(LEAST_WAIT, ROUND_TRIPS * known)
        return float(min(first * 2**self._rounds, self._settings.timeout))

    def _packet(self, attempt: Attempt, data: bytes, source: str, now: float) -> None:
        message = attempt.read(data, source)
        if isinstance(message, str):
            self._reject(attempt, message, data, source, now)
            return
        attempt.message, attempt.came = message, now
        attempt.found = found = analyse(message, attempt.asked)
        attempt.warnings += found.warnings + attempt.remarks(len(data), now)
        attempt.detail = of_reply(attempt, len(data))
        if not attempt.expired:
            self._round_trips[attempt.server] = now - attempt.started
        if self._edns.suspects(attempt, self._tries_at(attempt.server)):
            attempt.end(now, found.reason)
            self._close(attempt)
            self._held, self._next_at = attempt, now + LEAST_WAIT
        else:
            self._use(attempt, found, now)

    def _use(self, attempt: Attempt, found: ReplyAnalysis, now: float) -> None:
        """Does what a reply leads to."""
        self._edns.learn(attempt, self._tries_at(attempt.server), is_refusal=found.reason in _EDNS_REFUSALS)
        if attempt.message is not None and attempt.message.tc:
            self._truncated(attempt, now)
        elif found.reason in _EDNS_REFUSALS and attempt.edns:
            self._again_at_once(attempt, found.reason, attempt.transport, now)
        elif found.reason == _BADCOOKIE and attempt.cookie and attempt.transport == "udp":
            # It has shown its cookie, and gets it back; over TCP it needs none (RFC 7873 5.3).
            asked_back = any(each.outcome == _BADCOOKIE for each in self._tries_at(attempt.server))
            self._again_at_once(attempt, found.reason, "tcp" if asked_back else "udp", now)
        elif found.reason in CONCLUSIVE:
            attempt.end(now, found.reason)
            self._finish(found, now, attempt)
        elif found.reason == "cname-dangling":
            self._chase(attempt, found, now)
        else:
            attempt.again = found.reason == "servfail"
            self._fail(attempt, found.reason, now)

    def _reject(self, attempt: Attempt, reason: str, data: bytes, source: str, now: float) -> None:
        """A packet that isn't the reply: the true one may still come, and somebody else is asked meanwhile."""
        attempt.turn_down(reason, data, source)
        if attempt.transport != "udp":
            self._fail(attempt, reason, now)
        elif len(attempt.rejected) == 1 and self._queue:
            self._next(now)
        elif (
            len(attempt.rejected) == 1
            and self._left
            and all(each.transport == "udp" for each in self._tries_at(attempt.server))
        ):
            self._launch(attempt.server, "tcp", now)  # whoever forges datagrams doesn't get into a connection

    def _truncated(self, attempt: Attempt, now: float) -> None:
        """The whole answer is to be had over TCP only (RFC 7766 5)."""
        if attempt.transport != "udp":
            self._fail(attempt, "truncated-over-tcp", now)
        elif any(each.transport == "tcp" and each.listening for each in self._tries_at(attempt.server)):
            attempt.end(now, "answer")
            self._close(attempt)
        else:
            self._again_at_once(attempt, "answer", "tcp", now)

    def _again_at_once(self, attempt: Attempt, outcome: str, transport: str, now: float) -> None:
        attempt.end(now, outcome)
        self._close(attempt)
        if self._left:
            self._launch(attempt.server, transport, now)
        else:
            self._next(now)

    def _chase(self, attempt: Attempt, found: ReplyAnalysis, now: float) -> None:
        """The answer ends in an alias: asks on at its target, as a resolver would (RFC 1034 5.3.3)."""
        target = str(found.aliases[-1].rdata)
        if fold(target) in self._visited:
            self._fail(attempt, "cname-loop", now)
        elif len(self._visited) > MAX_CHASES or not self._left:
            self._fail(attempt, "cname-too-long", now)
        else:
            attempt.end(now, "cname-dangling")
            self._close_all()
            self._visited.add(fold(target))
            self._aliases += found.aliases
            self._ask(Question(name=target, rdtype=self.question.rdtype), now)

    def _fail(self, attempt: Attempt, reason: str, now: float) -> None:
        """This try has ended without an answer: on to the next, unless that one is already under way."""
        attempt.end(now, reason)
        self._close(attempt)
        if self._queue or not self._is_listening():
            self._next(now)

    def _give_up(self, now: float) -> None:
        """No try gave an answer: the failure that says most speaks for all of them."""
        held = self._held
        if held is not None and held.found is not None and held.outcome in CONCLUSIVE:
            self._finish(held.found, now, held)
            return
        for attempt in self.attempts:
            if attempt.outcome is None:
                attempt.end(now)
        ended = [attempt for attempt in self.attempts if attempt.question == self._asking and not attempt.was_truncated]
        told = min(ended, key=lambda attempt: TELLING.index(outcome_of(attempt.outcome)), default=None)
        reason = told.outcome if told and told.outcome else "timeout"
        self._finish(ReplyAnalysis(reason=reason), now, told if told and told.message else None)

    def _finish(self, found: ReplyAnalysis, now: float, attempt: Attempt | None) -> None:
        for other in self.attempts:
            if other.outcome is None:
                other.end(now)
        self._close_all()
        self._next_at = float("inf")
        outcome = outcome_of(found.reason)
        if found.reason == "negative-without-soa" and not self._all_say_so():
            outcome = Outcome.MALFORMED
        self.winner = attempt
        aliases = self._aliases + found.aliases
        ttls = [record.ttl for record in aliases] + ([] if found.ttl is None else [found.ttl])
        self.response = Response(
            question=self.question,
            outcome=outcome,
            reason=found.reason,
            answer=self._as_asked(found.answer),
            aliases=aliases,
            additional=attempt.message.additional if attempt and attempt.message else (),
            authority=attempt.message.authority if attempt and attempt.message else (),
            ttl=None if found.ttl is None else min(ttls),
            server=str(attempt.server) if attempt else None,
            transport=attempt.transport if attempt else None,
            elapsed=now - self._started,
            tries=tuple([each.as_try() for each in self.attempts]),
            unasked=() if outcome.is_conclusive else self._unasked(),
        )

    def _unasked(self) -> tuple[str, ...]:
        """The servers whose turn never came."""
        asked = {attempt.server for attempt in self.attempts}
        return tuple([str(server) for server in self._servers if server not in asked])

    def _as_asked(self, answer: tuple[Record, ...]) -> tuple[Record, ...]:
        """The records without the case that their owner was asked for in."""
        if not self._settings.mix_case:
            return answer
        name = self._asking.name
        return tuple([record.replace(owner=name) if fold(record.owner) == fold(name) else record for record in answer])

    def _all_say_so(self) -> bool:
        """A denial without proof is believed when every server gives it."""
        last = [tries[-1] for server in self._servers if (tries := self._tries_at(server))]
        return all(attempt.outcome == "negative-without-soa" for attempt in last)

    def _close(self, attempt: Attempt) -> None:
        if attempt.open:
            attempt.open = False
            self._commands.append(CloseSocket(key=attempt.key))

    def _close_all(self) -> None:
        for attempt in self.attempts:
            self._close(attempt)
