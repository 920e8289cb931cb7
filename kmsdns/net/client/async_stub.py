"""The event loop's side of net.client.stub: look-ups as coroutines, on any loop that asyncio or uvloop makes."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from time import monotonic

from kmsdns.lookup.attempt import CloseSocket, Connect, Request
from kmsdns.net.client.async_connect import connected, settle
from kmsdns.net.client.connections import PipedQuestion
from kmsdns.net.client.sockets import HEARS_ALL, LARGEST, new_socket, place, reason_of, source_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Coroutine, Sequence
    from typing import Any, TypeVar

    from kmsdns.lookup.attempt import Send
    from kmsdns.lookup.comparison import Comparison
    from kmsdns.lookup.exchange import Exchange
    from kmsdns.model.messages import Response
    from kmsdns.net.client.connections import Pipe, Pipes
    from kmsdns.net.client.secure import Secure

    T = TypeVar("T")


async def together(works: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    """The results of all, in order. When one raises, the others are cancelled, and over, before that goes on."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        return list(await asyncio.gather(*tasks))
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise


async def ask_one(exchange: Exchange | Comparison, secure: Secure | None, pipes: Pipes) -> Response:
    """One look-up: a task for each socket of its own, and this one for the clock.

    Whatever isn't an error of a socket is raised, and never told as one.
    """
    tasks: dict[int, asyncio.Task[None]] = {}
    asked: dict[int, PipedQuestion] = {}
    news = asyncio.Event()
    driver = _Driver.of(pipes)
    exchange.start(monotonic())
    try:
        while exchange.response is None:
            for command in exchange.commands():
                if isinstance(command, CloseSocket):
                    if command.key in tasks:
                        tasks[command.key].cancel()
                    elif command.key in asked:
                        pipes.give_up(asked[command.key])
                elif isinstance(command, Connect):
                    asked[command.key] = PipedQuestion(exchange, command, news.set)
                    pipes.ask(asked[command.key], monotonic())
                else:
                    if isinstance(command, Request):
                        assert secure is not None
                        work = secure.carry(exchange, command, news)
                    else:
                        work = _carry(exchange, command, news)
                    tasks[command.key] = asyncio.create_task(work)
                    tasks[command.key].add_done_callback(lambda _ended: news.set())
            driver.tend()
            wake = exchange.wake
            try:
                async with asyncio.timeout(None if wake == float("inf") else max(0.0, wake - monotonic())):
                    await news.wait()
            except TimeoutError:
                exchange.tick(monotonic())
            news.clear()
            _raise_trouble(tasks, asked)
    finally:
        for task in tasks.values():
            task.cancel()
        for each in asked.values():
            pipes.give_up(each)
        driver.tend()
        await asyncio.gather(*tasks.values(), *driver.ending, return_exceptions=True)
    _raise_trouble(tasks, asked)
    return exchange.response


def _raise_trouble(tasks: dict[int, asyncio.Task[None]], asked: dict[int, PipedQuestion]) -> None:
    """Raises what a task ended with that is nothing a socket reports."""
    for task in tasks.values():
        if task.done() and not task.cancelled():
            task.result()
    for each in asked.values():
        if each.trouble is not None:
            raise each.trouble


async def _carry(exchange: Exchange | Comparison, command: Send, news: asyncio.Event) -> None:
    """Sends one try's question and feeds what comes back to the exchange, until the socket fails or is cancelled."""
    try:
        with new_socket(command.server, socket.SOCK_DGRAM) as opened:
            # A socket that has sent nothing has room for a datagram: this does not block.
            if HEARS_ALL:
                opened.sendto(command.data, place(command.server))
            else:
                opened.connect(place(command.server))
                opened.send(command.data)
            while True:
                data, source = await _received(opened)
                exchange.datagram(command.key, data, source_of(command.server, source), monotonic())
                news.set()
                await asyncio.sleep(0)  # in a flood the next packet is always there, and nobody else would get a turn
    except OSError as error:
        exchange.error(command.key, reason_of(error, is_stream=False), monotonic())


async def _received(opened: socket.socket) -> tuple[bytes, Any]:
    """The next datagram, and where it came from.

    uvloop has no sock_recvfrom, and the loop of Windows no readers; all loops have one of the two.
    """
    loop = asyncio.get_running_loop()
    while True:
        try:
            return opened.recvfrom(LARGEST)
        except BlockingIOError:
            pass
        readable = loop.create_future()
        try:
            loop.add_reader(opened, settle, readable)
        except NotImplementedError:
            return await loop.sock_recvfrom(opened, LARGEST)
        try:
            await readable
        finally:
            loop.remove_reader(opened)


class _Driver:
    """Carries the connections of a run in one event loop: a task for each on which something is waited for."""

    def __init__(self, pipes: Pipes, loop: asyncio.AbstractEventLoop) -> None:
        self.pipes, self.loop = pipes, loop
        self.ending: set[asyncio.Task[None]] = set()  # cancelled, and not over yet
        self._tasks: dict[Pipe, asyncio.Task[None]] = {}  # that read
        self._sending: dict[Pipe, asyncio.Task[None]] = {}  # what the system would not take at once
        self._clock: asyncio.TimerHandle | None = None

    @classmethod
    def of(cls, pipes: Pipes) -> _Driver:
        """That of the running loop."""
        loop = asyncio.get_running_loop()
        if not isinstance(pipes.driver, cls) or pipes.driver.loop is not loop:
            pipes.driver = cls(pipes, loop)
        return pipes.driver

    def tend(self) -> None:
        """Does what connections need."""
        for pipe in self.pipes.touched():
            if pipe.is_over:
                self._end(pipe)
                continue
            if pipe.stands:
                self._send(pipe)
            if pipe not in self._tasks:
                self._tasks[pipe] = self.loop.create_task(self._run(pipe))
        wake = self.pipes.wake
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None
        if wake != float("inf"):
            self._clock = self.loop.call_later(max(0.0, wake - monotonic()), self._tick)

    def _tick(self) -> None:
        self._clock = None
        self.pipes.tick(monotonic())
        self.tend()

    def _end(self, pipe: Pipe) -> None:
        """Ends what works for a connection, and closes it."""
        tasks = [each.pop(pipe) for each in (self._tasks, self._sending) if pipe in each]
        for task in tasks:
            if task is not asyncio.current_task():
                task.cancel()
                self.ending.add(task)
                task.add_done_callback(self.ending.discard)
        if not tasks and pipe.sock is not None:
            pipe.sock.close()

    def _send(self, pipe: Pipe) -> None:
        """Sends what is unsent; what the system doesn't take at once by a task."""
        assert pipe.sock is not None
        if pipe in self._sending:
            return
        try:
            while pipe.unsent:
                del pipe.unsent[: pipe.sock.send(pipe.unsent)]
        except BlockingIOError:
            self._sending[pipe] = self.loop.create_task(self._send_all(pipe))
        except OSError:  # told to whoever reads
            return

    async def _send_all(self, pipe: Pipe) -> None:
        assert pipe.sock is not None
        with suppress(OSError):
            while pipe.unsent:
                unsent = bytes(pipe.unsent)
                pipe.unsent.clear()
                await self.loop.sock_sendall(pipe.sock, unsent)
        self._sending.pop(pipe, None)

    async def _run(self, pipe: Pipe) -> None:
        """Opens a connection if need be, and reads, as long as anything waits there."""
        try:
            if pipe.sock is None:
                pipe.sock = new_socket(pipe.server, socket.SOCK_STREAM)
                await connected(pipe.sock, place(pipe.server))
                self.pipes.connected(pipe, monotonic())
                self.tend()
            while pipe.waiting and not pipe.is_over:
                self.pipes.received(pipe, await self.loop.sock_recv(pipe.sock, LARGEST), monotonic())
                self.tend()
        except OSError as error:
            self.pipes.failed(pipe, reason_of(error, is_stream=True), monotonic())
        except Exception as trouble:
            self.pipes.broke(pipe, trouble)
        finally:
            if pipe.waiting:  # the loop itself is ending
                self.pipes.broke(pipe, asyncio.CancelledError())
            if pipe.is_over and pipe.sock is not None:
                pipe.sock.close()
            self._tasks.pop(pipe, None)
            self.tend()
