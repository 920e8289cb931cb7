"""The TCP connections of the bundled server: what came, what is to be sent, who waits for whom (RFC 7766)."""

from __future__ import annotations

import errno
import selectors
import socket
import time
from contextlib import suppress
from functools import partial

from kmsdns.net.server.faults.steps import ReplyStep

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from kmsdns.net.server.faults.executor import Act, FaultExecutor
    from kmsdns.net.server.faults.steps import Step

    Client = tuple[Any, ...]
    Answer = bytes | tuple[Step, ...] | Iterator[bytes] | None

RECEIVED = 65_537  # octets taken at once: the longest message, and its length
BACKPRESSURE = 256 * 1024  # octets of unsent answers at which a connection's further queries have to wait
TURN = 16  # messages of a transfer made before others have their turn
ACCEPTED = 64  # connections taken per wake


class ServedConnection:
    """A TCP connection: what came and isn't answered yet, and what is answered and hasn't left yet."""

    __slots__ = ("act", "client", "ended", "inbox", "interest", "more", "outbox", "sock", "touched")

    def __init__(self, sock: socket.socket, client: Client) -> None:
        self.sock, self.client = sock, client
        self.inbox, self.outbox = bytearray(), bytearray()
        self.more: Iterator[bytes] | None = None  # the messages of a zone transfer that are yet to be made
        self.act: Act | None = None  # what faults still have to do here
        self.ended = False  # the client sends no more, and may still be reading
        self.interest = selectors.EVENT_READ
        self.touched = 0.0  # time.monotonic() at the last progress


class Streams:
    """All connections. answer is asked for the answer to each message: one, several, what faults do instead, or none.

    Those that have made no progress for idle_limit seconds are closed, and the longest idle one when there are more
    than most. executor and selector are the server's, set before the first connection comes.
    """

    executor: FaultExecutor
    selector: selectors.BaseSelector

    def __init__(self, answer: Callable[[bytes, Client], Answer], idle_limit: float, most: int) -> None:
        self._answer, self._idle_limit, self._most = answer, idle_limit, most
        self.connections: dict[ServedConnection, None] = {}  # longest without progress first
        self.accepted = 0
        self.stopping = False  # no further query is answered

    def accept(self, listener: socket.socket, _mask: int) -> None:
        """Takes the connections that wait at a listening socket."""
        for _ in range(ACCEPTED):
            try:
                sock, client = listener.accept()
            except OSError as error:
                if error.errno not in (errno.EMFILE, errno.ENFILE) or not self.connections:
                    return
                self.close(next(iter(self.connections)))  # make room, or the loop would spin
                continue
            self.accepted += 1
            if len(self.connections) >= self._most:
                self.close(next(iter(self.connections)))
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = ServedConnection(sock, client)
            self._touch(connection)
            self.selector.register(sock, connection.interest, partial(self._ready, connection))

    def close(self, connection: ServedConnection) -> None:
        """Closes a connection at once."""
        if connection.interest:
            self.selector.unregister(connection.sock)
        connection.sock.close()
        del self.connections[connection]

    def close_idle(self, now: float) -> float | None:
        """Closes the connections past their limit; seconds until the next one is, None when there is none."""
        while self.connections:
            oldest = next(iter(self.connections))
            left = oldest.touched + self._idle_limit - now
            if left > 0:
                return left
            if oldest.act is None:
                self.close(oldest)
            else:
                self._touch(oldest)  # it is for a fault that it waits
        return None

    def close_all(self) -> None:
        """Closes every connection, when nothing is in the selector any more."""
        for connection in self.connections:
            connection.sock.close()
        self.connections.clear()
        self.stopping = False

    def wake(self, connection: ServedConnection) -> None:
        """Goes on with a connection that has waited for a timer."""
        if connection in self.connections:
            self._touch(connection)
            self._ready(connection, 0)

    def end(self) -> None:
        """Ends the connections once all that was answered has left."""
        for connection in self.connections:
            connection.inbox.clear()
            connection.ended = True
            self.executor.timers.add(0, partial(self.wake, connection))

    def flush(self, seconds: float) -> None:
        """Sends what connections still wait for, within so many seconds in all, and ends them."""
        end = time.monotonic() + seconds
        for connection in self.connections:
            with suppress(OSError):
                while connection.outbox or connection.more is not None:
                    self._make(connection)
                    connection.sock.settimeout(max(end - time.monotonic(), 0))
                    del connection.outbox[: connection.sock.send(connection.outbox)]
                connection.sock.shutdown(socket.SHUT_WR)

    def _ready(self, connection: ServedConnection, mask: int) -> None:
        if connection not in self.connections:
            return  # closed to make room by an event of the same wake
        try:
            if mask & selectors.EVENT_READ:
                received = connection.sock.recv(RECEIVED)
                connection.inbox += received
                connection.ended = not received
            self._advance(connection)
        except BlockingIOError:
            pass
        except OSError:
            self.close(connection)

    def _advance(self, connection: ServedConnection) -> None:
        """Answers the queries that are there whole, and sends, until one of the two has to wait (RFC 7766 6.2.1)."""
        inbox, outbox = connection.inbox, connection.outbox
        turns = TURN
        while turns:
            if connection.act is not None:
                self.executor.play(connection)
            self._take(connection)
            if connection not in self.connections:
                return  # a fault has reset it
            is_transfer = connection.more is not None
            if is_transfer:
                self._make(connection)
                turns -= 1
            if outbox:
                try:
                    del outbox[: connection.sock.send(outbox)]
                except BlockingIOError:
                    break
                self._touch(connection)
            elif not is_transfer:  # else it was at its end, and the next query has its turn
                break
        waits = bool(outbox) or connection.more is not None or not turns
        if connection.ended and not waits and connection.act is None:
            self.close(connection)
            return
        reads = not connection.ended and connection.more is None and max(len(inbox), len(outbox)) < BACKPRESSURE
        interest = (selectors.EVENT_READ if reads else 0) | (selectors.EVENT_WRITE if waits else 0)
        if interest != connection.interest:
            self._watch(connection, interest)

    def _take(self, connection: ServedConnection) -> None:
        """Answers the queries that are there whole, until there is enough to send, or something to wait for."""
        inbox, outbox = connection.inbox, connection.outbox
        begin = 0
        while connection.more is None and not self.stopping and len(outbox) < BACKPRESSURE:
            act = connection.act
            end = begin + 2 + int.from_bytes(inbox[begin : begin + 2], "big")
            if len(inbox) < max(end, begin + 2) or (act is not None and act.waiting):
                break
            answer = self._answer(bytes(inbox[begin + 2 : end]), connection.client)
            begin = end
            if isinstance(answer, bytes) and act is None:
                outbox += len(answer).to_bytes(2, "big") + answer
            elif isinstance(answer, bytes | tuple):
                del inbox[:begin]  # a fault may end the connection, and what has come goes with it
                begin = 0
                self._touch(connection)
                self.executor.queue(connection, (ReplyStep(message=answer),) if isinstance(answer, bytes) else answer)
                self.executor.play(connection)
                if connection not in self.connections:
                    return
            elif answer is not None:
                connection.more = answer
        if begin:
            del inbox[:begin]
            self._touch(connection)

    def _make(self, connection: ServedConnection) -> None:
        """Adds the next message of a transfer to what is to be sent, when there is room for it."""
        if connection.more is not None and len(connection.outbox) < BACKPRESSURE:
            message = next(connection.more, None)
            if message is None:
                connection.more = None
            else:
                connection.outbox += len(message).to_bytes(2, "big") + message

    def _watch(self, connection: ServedConnection, interest: int) -> None:
        ready = partial(self._ready, connection)
        if not interest:  # until a timer goes on with it
            self.selector.unregister(connection.sock)
        elif not connection.interest:
            self.selector.register(connection.sock, interest, ready)
        else:
            self.selector.modify(connection.sock, interest, ready)
        connection.interest = interest

    def _touch(self, connection: ServedConnection) -> None:
        connection.touched = time.monotonic()
        self.connections.pop(connection, None)
        self.connections[connection] = None
