"""TCP connections to servers, shared by the questions of one run (RFC 7766 6.2.1), without waiting for anything.

Both loops, blocking and async, drive it: they ask, tell what happened to a connection, and then do what `touched` says
is to be done. Rules:

- Questions go out as they come, at most PIPELINED on one connection, each id once; replies may come in any order.
- What may be a failure of one question is told to it only when it is the only one that waits there. Where several do,
  the connection is given up and all are asked again, each on a connection of its own; so is, from then on, whatever
  this server is asked: it doesn't do well with several. One that answers some, and then closes, may go on so.
- A connection that ends before anything came for a question, after it had answered others, is replaced.
- Where several wait and no answer comes for STALLED seconds, those behind the first move on, each to a connection of
  its own: a server may answer in the order of the questions, and be slow with that one. Where one has been answered
  before, the first moves on too: there are servers that answer once, and then listen no more.
- One on which a question was given up takes no further one, since whoever doesn't answer may not be there any more.
- Each try is told whatever octets may be its reply as they come: the exchange judges them.
"""

from __future__ import annotations

import socket

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kmsdns.lookup.attempt import Connect
    from kmsdns.lookup.comparison import Comparison
    from kmsdns.lookup.exchange import Exchange
    from kmsdns.model.messages import Server

PIPELINED = 100
"""Questions under way on one connection."""

STALLED = 0.5
"""Seconds without an answer after which questions don't wait behind another one any longer."""

_WORKS = 2  # answers on one connection, from which on a server is taken for one that answers several


class PipedQuestion:
    """One try's question, until it is answered or given up. told is called after its exchange was told something."""

    __slots__ = ("data", "exchange", "key", "pipe", "server", "told", "trouble")

    def __init__(self, exchange: Exchange | Comparison, command: Connect, told: Callable[[], None]) -> None:
        self.exchange, self.key, self.server, self.data = exchange, command.key, command.server, command.data
        self.told = told
        self.pipe: Pipe | None = None  # where it waits
        self.trouble: BaseException | None = None  # what no socket reports

    @property
    def id(self) -> bytes:
        """The message's."""
        return self.data[2:4]


class Pipe:
    """A connection. The driver opens and closes its socket."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.sock: socket.socket | None = None
        self.stands = False
        self.unsent = bytearray()
        self.waiting: dict[bytes, PipedQuestion] = {}  # by id, the oldest first
        self.past: set[bytes] = set()  # ids of what was answered or given up
        self.answers = 0
        self.retired = False  # takes no more questions
        self.is_over = False  # its socket is to be closed
        self.buffer = bytearray()
        self.handed = 0  # octets at the front of the buffer that their question has been told
        self.owner: PipedQuestion | None = None  # to whom
        self.since = 0.0  # when it last answered, or had nothing to answer

    @property
    def stalls_at(self) -> float:
        """When questions move on: those behind the first, and that one too where others were answered before."""
        may_stall = self.stands and (len(self.waiting) > 1 or (self.answers and self.waiting and self.owner is None))
        return self.since + STALLED if may_stall else float("inf")

    def takes(self, asked: PipedQuestion) -> bool:
        """Whether this question can be asked over it now."""
        if self.retired or self.is_over or len(self.waiting) >= PIPELINED or asked.id in self.waiting:
            return False
        if self.waiting or self.sock is None:
            return True
        try:  # nobody has listened since it was idle
            self.sock.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False  # it has ended, or says what nobody asked for


class Pipes:
    """All connections of one run."""

    def __init__(self) -> None:
        self._open: dict[Server, list[Pipe]] = {}
        self._single: set[Server] = set()  # servers of which each connection gets one question
        self._touched: dict[Pipe, None] = {}
        self.driver: object = None  # what an event loop drives them with

    def ask(self, asked: PipedQuestion, now: float, *, is_alone: bool = False) -> None:
        """Asks this, over a connection that stands or over a new one; is_alone: over one of its own."""
        pipes = self._open.setdefault(asked.server, [])
        single = is_alone or asked.server in self._single
        for pipe in () if single else tuple(pipes):
            if pipe.takes(asked):
                break
            if not pipe.waiting:
                self._end(pipe)
        else:
            pipe = Pipe(asked.server)
            pipe.retired = single
            pipes.append(pipe)
        if not pipe.waiting:
            pipe.since = now
        asked.pipe, pipe.waiting[asked.id] = pipe, asked
        pipe.unsent += asked.data
        self._touched[pipe] = None

    def give_up(self, asked: PipedQuestion) -> None:
        """Nobody waits for the answer any more, if it hasn't come."""
        pipe = asked.pipe
        if pipe is None:
            return
        self._take(pipe, asked)
        pipe.past.add(asked.id)
        pipe.retired = True
        if not pipe.waiting:
            self._end(pipe)

    def touched(self) -> Iterator[Pipe]:
        """The connections of which a driver has to open or close the socket, or to send what is unsent."""
        while self._touched:
            yield self._touched.popitem()[0]

    @property
    def wake(self) -> float:
        """When tick must be called at the latest."""
        return min([pipe.stalls_at for pipes in self._open.values() for pipe in pipes], default=float("inf"))

    def tick(self, now: float) -> None:
        """The clock."""
        for pipe in [pipe for pipes in self._open.values() for pipe in pipes if now >= pipe.stalls_at]:
            if pipe.answers < _WORKS:
                self._single.add(pipe.server)
            pipe.retired = True
            for asked in list(pipe.waiting.values())[0 if pipe.answers else 1 :]:
                if asked is not pipe.owner:
                    self._take(pipe, asked)
                    pipe.past.add(asked.id)
                    self.ask(asked, now, is_alone=True)
            if not pipe.waiting:
                self._end(pipe)
            pipe.since = now

    def connected(self, pipe: Pipe, now: float) -> None:
        """The connection stands."""
        pipe.stands, pipe.since = True, now
        self._touched[pipe] = None

    def failed(self, pipe: Pipe, reason: str, now: float) -> None:
        """The connection could not be made, or has ended with an error."""
        if not pipe.stands:
            for asked in list(pipe.waiting.values()):
                self._take(pipe, asked)
                asked.exchange.error(asked.key, reason, now)
                asked.told()
        elif (sole := self._blamed(pipe, now)) is not None:
            sole.exchange.error(sole.key, reason, now)
            sole.told()
        self._end(pipe)

    def broke(self, pipe: Pipe, trouble: BaseException) -> None:
        """Something happened that no socket reports; each who waits there is told."""
        for asked in list(pipe.waiting.values()):
            self._take(pipe, asked)
            asked.trouble = trouble
            asked.told()
        self._end(pipe)

    def received(self, pipe: Pipe, data: bytes, now: float) -> None:
        """Octets came; none of them: the server sends no more."""
        if not data:
            if (sole := self._blamed(pipe, now)) is not None:
                sole.exchange.eof(sole.key, now)
                sole.told()
            self._end(pipe)
            return
        pipe.buffer += data
        while pipe.buffer and pipe.waiting and not pipe.is_over and self._hand_out(pipe, now):
            pass
        if not pipe.waiting and (pipe.retired or pipe.buffer):
            self._end(pipe)

    def close(self) -> None:
        """Closes what is open. Who still waits is told nothing."""
        for pipes in self._open.values():
            for pipe in pipes:
                if pipe.sock is not None:
                    pipe.sock.close()
        self._open.clear()
        self._touched.clear()

    def __del__(self) -> None:
        self.close()

    def _hand_out(self, pipe: Pipe, now: float) -> bool:
        """Hands out what is at the front of the buffer; whether there may be more to hand out."""
        buffer = pipe.buffer
        size = 2 + int.from_bytes(buffer[:2], "big") if len(buffer) > 1 else 0
        is_whole = 2 < size <= len(buffer) or size == 2
        known = pipe.waiting.get(bytes(buffer[2:4])) if size > 2 else None
        owner = pipe.owner or known
        if owner is None and pipe.past and 0 < size != 2 and (len(buffer) < 4 or bytes(buffer[2:4]) in pipe.past):
            if is_whole:
                del buffer[:size]
            return is_whole
        if owner is None and len(pipe.waiting) == 1:
            owner = next(iter(pipe.waiting.values()))
        if owner is None or not (is_whole or pipe.owner or len(pipe.waiting) == 1):
            if is_whole:  # it is for one of them, and who knows for which
                self._abandon(pipe, now)
            return False
        end = self._end_of(pipe, size) if is_whole else len(buffer)
        fresh = bytes(buffer[pipe.handed : end])
        if is_whole:
            del buffer[:end]
            self._take(pipe, owner)
            pipe.past.add(owner.id)
            pipe.answers += owner is known
            pipe.since = now
            pipe.retired = pipe.retired or owner is not known or end > size
        else:
            pipe.owner, pipe.handed = owner, end
        owner.exchange.stream(owner.key, fresh, now)
        owner.told()
        if size == 2:
            self._abandon(pipe, now)
        return is_whole

    @staticmethod
    def _end_of(pipe: Pipe, end: int) -> int:
        """Where the first message ends, with what follows and can only be more of the same."""
        buffer, id_ = pipe.buffer, pipe.buffer[2:4]
        if end == 2 or (len(pipe.waiting) == 1 and not pipe.past):
            return len(buffer)
        while buffer[end + 2 : end + 4] == id_ and end + 2 + int.from_bytes(buffer[end : end + 2], "big") <= len(
            buffer
        ):
            end += 2 + int.from_bytes(buffer[end : end + 2], "big")
        return end

    def _blamed(self, pipe: Pipe, now: float) -> PipedQuestion | None:
        """Whose failure the end of a connection is; who it isn't told to is asked again."""
        sole = pipe.owner
        if len(pipe.waiting) == 1:
            sole = next(iter(pipe.waiting.values()))
        if sole is not None and (pipe.owner is sole or not pipe.answers):
            self._take(pipe, sole)
        else:
            sole = None
        self._abandon(pipe, now)
        return sole

    def _abandon(self, pipe: Pipe, now: float) -> None:
        """Asks again, on other connections, what waits here."""
        if pipe.answers < _WORKS and pipe.waiting:
            self._single.add(pipe.server)
        left = list(pipe.waiting.values())
        for asked in left:
            self._take(pipe, asked)
        self._end(pipe)
        for asked in left:
            self.ask(asked, now)

    @staticmethod
    def _take(pipe: Pipe, asked: PipedQuestion) -> None:
        """It waits there no longer."""
        del pipe.waiting[asked.id]
        asked.pipe = None
        if pipe.owner is asked or not pipe.waiting:
            pipe.owner, pipe.handed = None, 0

    def _end(self, pipe: Pipe) -> None:
        if not pipe.is_over:
            pipe.is_over = True
            self._open[pipe.server].remove(pipe)
            self._touched[pipe] = None
