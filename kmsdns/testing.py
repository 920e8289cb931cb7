"""A DNS server for tests, and the pytest plugin: fixtures dns_server and assert_srv, and specs collected as tests.

pytest imports this in every run of every project that has kmsdns installed, so nothing heavy is imported before use.
"""

from __future__ import annotations

from kmsdns.errors import KmsdnsError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    import pytest

    from kmsdns.model.messages import Question, Response
    from kmsdns.model.records import Srv
    from kmsdns.net.files.zones import ZoneSource
    from kmsdns.net.server.faults.table import Tally
    from kmsdns.net.server.isolated import ServerProcess
    from kmsdns.net.server.server import Counts, Query, ZoneServer

__all__ = ["DnsServer", "DnsServers", "assert_srv"]

DEFAULT_SERVICE = "_vlmcs._tcp"  # services.table.DEFAULT, which needn't load for this; a test compares
SPECS = (".kmsdns.toml", ".kmsdns.json", ".kmsdns.yaml", ".kmsdns.yml")
"""How the names of specs end; net.files.specs.ENDINGS, likewise."""
STOP_WITHIN = 5.0  # seconds; it is a matter of milliseconds


class DnsServer:
    """A DNS server in a thread or a process of its own, on one loopback address, over UDP and TCP.

        with DnsServer("zonefiles/contoso.zone") as dns:
            kmsdns.discover("contoso.com", servers=[dns.address])

    async with does the same without holding up the event loop. zone is a path (of a file, or of a folder of zone
    files), or a zone's text (a str with a line break in it), or a list of these. faults are specifications like
    "drop:every=2", applied in order (docs/faults.md). isolated gives it a process, which ends with this one at the
    latest: it is out of reach of what tests patch, and doesn't share the interpreter with them. Entering raises
    KmsdnsError when a zone can't be read, with what the reader found first, when a fault isn't one, or when the port is
    taken.
    """

    def __init__(
        self,
        zone: ZoneSource | Sequence[ZoneSource],
        *,
        port: int = 0,
        address: str = "127.0.0.1",
        faults: Sequence[str] = (),
        isolated: bool = False,
    ) -> None:
        from kmsdns.model.arguments import SOURCES, TEXTS, flag, require, text, whole

        self._zone = require(SOURCES, zone, "DnsServer(zone=)")
        self._wanted: int = require(whole(0, 65535), port, "DnsServer(port=)")
        self._address: str = require(text, address, "DnsServer(address=)")
        self._faults: tuple[str, ...] = require(TEXTS, faults, "DnsServer(faults=)")
        self._isolated: bool = require(flag, isolated, "DnsServer(isolated=)")
        self._server: ZoneServer | ServerProcess | None = None
        self._thread: threading.Thread | None = None
        self._is_running = False

    def start(self) -> Self:
        """Reads the zones, binds and answers. KmsdnsError as the class says."""
        if self._is_running:
            raise KmsdnsError(f"the DNS server on {self.address} is running already")
        if self._isolated:
            from kmsdns.net.server.isolated import ServerProcess

            process = ServerProcess(self._zone, (self._address,), self._wanted, self._faults)
            process.start()
            self._server = process
        else:
            import threading

            from kmsdns.net.files.zones import zones_of
            from kmsdns.net.server.server import ZoneServer

            server = ZoneServer(zones_of(self._zone), (self._address,), self._wanted, faults=self._faults)
            server.start()
            self._server = server
            self._thread = threading.Thread(target=server.serve, name=f"kmsdns {self.address}", daemon=True)
            self._thread.start()
        self._is_running = True
        return self

    def stop(self) -> None:
        """Stops answering; what was logged stays. Nothing when it isn't running."""
        if self._is_running:
            self._is_running = False
            self._running.stop()
            thread, self._thread = self._thread, None
            if thread is not None:
                thread.join(STOP_WITHIN)

    def reload(self, zone: ZoneSource | Sequence[ZoneSource]) -> None:
        """Answers from other zones from now on; what was logged stays. KmsdnsError when one can't be read."""
        from kmsdns.model.arguments import SOURCES, require
        from kmsdns.net.files.zones import zones_of
        from kmsdns.net.server.server import ZoneServer

        zone = require(SOURCES, zone, "DnsServer.reload(zone=)")
        server = self._running
        if isinstance(server, ZoneServer):
            server.reload(zones_of(zone))
        else:
            server.reload(zone)

    @property
    def address(self) -> str:
        """ "127.0.0.1:35353", or "[::1]:35353"."""
        return self._running.addresses[0]

    @property
    def port(self) -> int:
        """The port number, of UDP and TCP."""
        return self._running.port

    @property
    def queries(self) -> tuple[Query, ...]:
        """The queries seen so far, oldest first."""
        return self._running.queries

    @property
    def counts(self) -> Counts:
        """How many queries came over what, and how many connections."""
        return self._running.counts

    @property
    def faults(self) -> tuple[Tally, ...]:
        """What each of the faults has counted, in their order: spec, and of the queries those seen and those hit."""
        return self._running.faults

    @property
    def _running(self) -> ZoneServer | ServerProcess:
        if self._server is None:
            raise KmsdnsError("this DNS server has not been started: use it in a with statement")
        return self._server

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    async def __aenter__(self) -> Self:
        import asyncio

        return await asyncio.to_thread(self.start)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        import asyncio

        await asyncio.to_thread(self.stop)


class DnsServers:
    """What the fixture dns_server is: called like DnsServer it starts one; all are stopped when the test ends."""

    def __init__(self) -> None:
        self.started: list[DnsServer] = []

    def __call__(
        self,
        zone: ZoneSource | Sequence[ZoneSource],
        *,
        port: int = 0,
        address: str = "127.0.0.1",
        faults: Sequence[str] = (),
        isolated: bool = False,
    ) -> DnsServer:
        """A running server. KmsdnsError as DnsServer says."""
        server = DnsServer(zone, port=port, address=address, faults=faults, isolated=isolated).start()
        self.started.append(server)
        return server

    def stop(self) -> None:
        """Stops all of them, the last one first."""
        for server in reversed(self.started):
            server.stop()


def assert_srv(
    name: str, expected: Iterable[str | Srv], *, server: str | DnsServer, service: str = DEFAULT_SERVICE
) -> None:
    """Fails unless a server has exactly these SRV records at a name, in whatever order.

    name is an owner name (_ldap._tcp.contoso.com), or a domain that service ("ldap", "_sip._tls") completes. expected
    holds Srv values or "priority weight port target" texts; none means that there must be no such records. server is
    a DnsServer or ADDR:PORT. AssertionError shows the difference, also when the server gave no usable answer;
    KmsdnsError when an argument cannot be understood.
    """
    __tracebackhide__ = True
    from kmsdns.model.arguments import NAME, either, one_of, require, several, text
    from kmsdns.model.messages import Outcome, Question
    from kmsdns.model.typed import typed_service_name
    from kmsdns.services.table import service_from_text

    require(NAME, name, "assert_srv(name=)")
    expected = require(
        several(either(one_of("kmsdns.model.records", "Srv", ""), text)), expected, "assert_srv(expected=)"
    )
    require(either(one_of("kmsdns.testing", "DnsServer", ""), text), server, "assert_srv(server=)")
    wanted_service = service_from_text(require(text, service, "assert_srv(service=)"))
    owner = typed_service_name(name, wanted_service.service, wanted_service.proto).owner
    question = Question(name=owner, rdtype="SRV")
    where = server.address if isinstance(server, DnsServer) else server
    wanted = {_key(_srv(srv)) for srv in expected}
    response = _ask(question, where)
    found = {_key(srv) for srv in response.srvs}
    if wanted != found or not response.outcome.is_conclusive:
        said = response.outcome.value
        if response.outcome is not Outcome.ANSWER and response.reason != said:
            said = f"{said}: {response.reason}"
        lines = [f"{question} at {where} is not as expected ({said})"]
        for key in sorted(wanted | found):
            sign = " " if key in wanted and key in found else "-" if key in wanted else "+"
            lines.append(f"  {sign} {key[0]} {key[1]} {key[2]} {key[3]}")
        if wanted or found:
            lines.append("  (- expected and not there, + there and not expected)")
        raise AssertionError("\n".join(lines))


def pytest_configure(config: pytest.Config) -> None:
    """Adds the fixtures. They are made here, not above, so that this module neither needs nor loads pytest."""
    config.pluginmanager.register(_fixtures(), "kmsdns fixtures")
    config.addinivalue_line("markers", "dns_live: asks DNS servers other than those that are started for the test")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Specs are files of tests: an item for each check and vantage."""
    if not file_path.name.endswith(SPECS):
        return None
    from kmsdns.pytest_plugin import SpecFile

    return SpecFile.from_parent(parent, path=file_path)


def _fixtures() -> object:
    import pytest

    class Fixtures:
        """Fixtures for tests that ask the DNS."""

        @pytest.fixture
        def dns_server(self) -> Iterator[DnsServers]:
            """Starts DNS servers: dns_server(zone), with a path or a zone's text, returns one (.address, .queries)."""
            servers = DnsServers()
            yield servers
            servers.stop()

        @pytest.fixture
        def assert_srv(self, dns_server: DnsServers) -> Callable[..., None]:
            """Compares SRV records: assert_srv(name, ["0 0 1688 kms1.contoso.com"]) asks the last dns_server."""

            def check(
                name: str,
                expected: Iterable[str | Srv],
                *,
                server: str | DnsServer | None = None,
                service: str = DEFAULT_SERVICE,
            ) -> None:
                __tracebackhide__ = True
                if server is None:
                    if not dns_server.started:
                        raise KmsdnsError("assert_srv has no server to ask: start one with dns_server, or name server=")
                    server = dns_server.started[-1]
                assert_srv(name, expected, server=server, service=service)

            return check

    return Fixtures()


def _ask(question: Question, server: str) -> Response:
    from kmsdns.lookup.attempt import LookupSettings
    from kmsdns.net.client.stub import Stub
    from kmsdns.net.client.system import parse_servers

    (response,) = Stub(parse_servers(server), LookupSettings()).ask([question])
    return response


def _srv(text: str | Srv) -> Srv:
    from kmsdns.model.names import from_text, shown
    from kmsdns.model.records import Srv

    if isinstance(text, Srv):
        return text
    fields = text.split()
    numbers = [int(field) for field in fields[:3] if field.isascii() and field.isdigit() and int(field) < 65536]
    if len(fields) != 4 or len(numbers) != 3:
        raise KmsdnsError(f'{shown(text)} is no SRV record: write "priority weight port target", each 0 to 65535')
    return Srv(priority=numbers[0], weight=numbers[1], port=numbers[2], target=from_text(fields[3]))


def _key(srv: Srv) -> tuple[int, int, int, str]:
    from kmsdns.model.names import fold

    return srv.priority, srv.weight, srv.port, fold(srv.target)
