"""What happens around the sockets in an event loop: errors that are no socket's, and what is left when all is over."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

import kmsdns
from kmsdns.lookup.attempt import LookupSettings
from kmsdns.model.messages import Question, Server
from kmsdns.net.client.stub import Stub
from kmsdns.testing import DnsServer
from tests.loops import LOOPS, run_on
from tests.net.client.test_stub import ZONE

SEVERAL = [Question(name=f"h{n}.corp.test.", rdtype="A") for n in range(5)]


class Lacking(asyncio.SelectorEventLoop):
    """A loop that can't read: as one that somebody else has made, and has left that out."""

    def add_reader(self, fd: Any, callback: Any, *args: Any) -> None:
        raise NotImplementedError("there are no readers here")

    async def sock_recvfrom(self, sock: Any, bufsize: int) -> Any:
        raise NotImplementedError("nothing is received here")

    async def sock_recv(self, sock: Any, nbytes: int) -> bytes:
        raise NotImplementedError("nothing is received here")


@pytest.mark.parametrize("tcp_only", [False, True])
def test_what_is_no_error_of_a_socket_is_raised_and_never_told_as_a_timeout(tcp_only: bool) -> None:
    """The server is silent: an answer that is there already could be had without waiting."""
    with DnsServer(ZONE, faults=["drop"]) as server, asyncio.Runner(loop_factory=Lacking) as runner:
        stub = Stub([Server(address="127.0.0.1", port=server.port)], LookupSettings(tcp_only=tcp_only))

        async def ask() -> set[asyncio.Task[Any]]:
            with pytest.raises(NotImplementedError, match="nothing is received here"):
                await stub.aask(SEVERAL)
            return asyncio.all_tasks() - {asyncio.current_task()}

        assert runner.run(ask()) == set()
        with pytest.raises(NotImplementedError, match="nothing is received here"):
            runner.run(kmsdns.aio.discover("corp.test", servers=[server.address], tcp=tcp_only))


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("tcp_only", [False, True])
def test_nothing_runs_on_when_the_answers_are_there(loop: str, tcp_only: bool) -> None:
    async def ask(stub: Stub) -> set[asyncio.Task[Any]]:
        found = await stub.aask(SEVERAL)
        assert {response.reason for response in found} == {"nxdomain"}
        return asyncio.all_tasks() - {asyncio.current_task()}

    with DnsServer(ZONE) as server:
        stub = Stub([Server(address="127.0.0.1", port=server.port)], LookupSettings(tcp_only=tcp_only))
        assert run_on(loop, ask(stub)) == set()
        assert run_on(loop, ask(stub)) == set(), "and a second event loop may ask over what the first left open"
        assert stub.ask(SEVERAL)[0].reason == "nxdomain"
        assert server.counts.connections <= 2
        stub.close()


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize("loop", LOOPS)
def test_two_batches_at_the_same_time_share_connections(loop: str) -> None:
    async def ask(stub: Stub) -> set[str]:
        both = await asyncio.gather(stub.aask(SEVERAL), stub.aask(SEVERAL[:3]))
        return {response.reason for found in both for response in found}

    with DnsServer(ZONE) as server:
        stub = Stub([Server(address="127.0.0.1", port=server.port)], LookupSettings(tcp_only=True))
        assert run_on(loop, ask(stub)) == {"nxdomain"}
        assert server.counts.connections <= 2
        stub.close()
