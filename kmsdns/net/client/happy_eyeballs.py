"""The race between an endpoint's addresses: which is connected to when, and what a batch of probes amounts to.

`Races` is a state machine without sockets and clock: events and the time go in, connects and closes come out. Rules,
after RFC 8305:

- A probe's addresses are tried with their families taking turns, the family of the first address first (section 4).
- The next one starts `stagger` seconds after the previous, or at once when the previous failed (section 5).
- The first that answers wins, and what is still under way is closed; its fate is unknown, so it is no ProbeAttempt.
- One that answers, but not as the service does, is a failure like any other: the next one's turn comes at once.
- When none answers, the probe ends like the attempt that got furthest. One whose connection stood goes before one that
  was never connected; then not-the-service, no-rpc, closed, timeout, unreachable, in this order.
- At most `limit` connections are under way at once, whatever the number of probes.
- Nothing is ever connected to but the addresses in the Probe, and of these none that `refusal` objects to: what a DNS
  answer says must not make this machine talk to its own link or to a group of hosts.
"""

from __future__ import annotations

from functools import cache

from kmsdns.model.messages import ProbeAttempt, ProbeOutcome, ProbeResult
from kmsdns.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kmsdns.model.messages import Probe

STAGGER = 0.25
"""Seconds between the starts of two addresses of one probe: the Connection Attempt Delay of RFC 8305 section 5."""

MAX_CONNECTS = 16
"""Connections under way at once."""

MAX_REPLY = 4096
"""Octets of an endpoint's reply that are read before a prober has to make up its mind."""

_FURTHEST = (
    ProbeOutcome.OPEN,
    ProbeOutcome.NOT_THE_SERVICE,
    ProbeOutcome.NO_RPC,
    ProbeOutcome.CLOSED,
    ProbeOutcome.TIMEOUT,
    ProbeOutcome.UNREACHABLE,
)


def _shortfall(attempt: ProbeAttempt) -> tuple[bool, int]:
    """The less it is, the further the attempt got."""
    return not attempt.connected, _FURTHEST.index(attempt.outcome)


class Prober(Value):
    """What is done once a TCP connection stands: hello is sent, then judge is asked. Nothing else is ever sent.

    judge gets all octets that came back so far and whether the last has come (the peer closed, or MAX_REPLY is
    reached), first with none at all. It returns what they prove, or None to read on. ended is what it proves when judge
    knows no better at the end, and when the peer resets the connection.
    """

    judge: Callable[[bytes, bool], ProbeOutcome | None]
    hello: bytes = b""
    ended: ProbeOutcome = ProbeOutcome.CLOSED


REFUSED = {
    "unspecified": ("0.0.0.0/8",),  # :: counts as 0.0.0.0
    "loopback": ("127.0.0.0/8", "::1/128"),
    "link-local": ("169.254.0.0/16", "fe80::/10"),
    "metadata": ("168.63.129.16/32", "100.100.100.200/32", "fd00:ec2::254/128"),
    "multicast": ("224.0.0.0/4", "ff00::/8"),
    "broadcast": ("255.255.255.255/32",),
}
"""Why an address is not connected to, and the networks it is true of; they have no address in common.

metadata: where clouds answer their own machines, besides 169.254.169.254, which is link-local.
"""


def refusal(address: str, *, local: bool = True) -> str | None:
    """Why an address is not connected to, None when it may be; an attempt at it is told as unreachable.

    A key of REFUSED, "loopback" unless local allows it; or "not-an-address" (also what has a zone id, which no DNS
    record can hold). An IPv4 address inside an IPv6 one counts as itself: IPv4-mapped and -compatible (RFC 4291 2.5.5),
    NAT64 (64:ff9b::/96, RFC 6052) and 6to4 (2002::/16, RFC 3056).
    """
    import socket

    literal, _, zone = address.partition("%")
    family = socket.AF_INET6 if ":" in literal else socket.AF_INET
    try:
        octets = socket.inet_pton(family, literal)
    except (OSError, ValueError):
        return "not-an-address"
    octets = _embedded(octets) if len(octets) == 16 else octets
    number = int.from_bytes(octets, "big")
    for reason, size, beyond, prefix in _networks():
        if size == len(octets) and number >> beyond == prefix and not (reason == "loopback" and local):
            return reason
    return "not-an-address" if zone or address.endswith("%") else None


@cache
def _networks() -> list[tuple[str, int, int, int]]:
    """Of each network in REFUSED: the reason, the octets of an address, its bits behind the prefix, the prefix."""
    import socket

    found = []
    for reason, networks in REFUSED.items():
        for network in networks:
            first, _, length = network.partition("/")
            octets = socket.inet_pton(socket.AF_INET6 if ":" in first else socket.AF_INET, first)
            beyond = 8 * len(octets) - int(length)
            found.append((reason, len(octets), beyond, int.from_bytes(octets, "big") >> beyond))
    return found


def _embedded(octets: bytes) -> bytes:
    """The IPv4 address an IPv6 one stands for, or the address itself."""
    if octets[:10] == bytes(10) and octets[10:12] in (b"\0\0", b"\xff\xff"):
        return octets if octets == bytes(15) + b"\x01" else octets[12:]
    if octets[:12] == b"\x00\x64\xff\x9b" + bytes(8):
        return octets[12:]
    if octets[:2] == b"\x20\x02":
        return octets[2:6]
    return octets


def interleaved(addresses: Sequence[str]) -> list[str]:
    """The addresses, each once, the families taking turns as long as both last, the first address's family first."""
    once = list(dict.fromkeys(addresses))
    if not once:
        return []
    first = [address for address in once if (":" in address) == (":" in once[0])]
    second = [address for address in once if (":" in address) != (":" in once[0])]
    shorter = min(len(first), len(second))
    pairs = [address for pair in zip(first, second, strict=False) for address in pair]
    return pairs + first[shorter:] + second[shorter:]


class ConnectAddress(Value):
    """An instruction: connect to this address and tell the ticket's fate. CloseAddress when the ticket is given up."""

    ticket: int
    address: str
    port: int


class _Race:
    """One probe: which of its addresses are still to be tried, and how those tried did."""

    def __init__(self, probe: Probe, prober: Prober) -> None:
        self.probe = probe
        self.prober = prober
        self.queue = interleaved(probe.addresses)
        self.attempts: dict[int, ProbeAttempt] = {}  # by ticket, and tickets count up as connections start
        self.began: float | None = None
        self.latest = -1  # ticket
        self.due = 0.0  # when the next address may start; no earlier than began
        self.result: ProbeResult | None = None


class _Connection:
    """One connection under way."""

    def __init__(self, race: _Race, address: str, started: float) -> None:
        self.race = race
        self.address = address
        self.started = started
        self.connected = False
        self.received = b""


class Races:
    """A batch of probes as a state machine. Times are seconds of one clock, of which deadline is a reading.

    Whoever drives it repeats: `tick`, close and connect as it says, until `done`; wait for `wake_at` or an event, and
    tell `connected`, `received`, `failed` or `broke`. An event for a ticket that is over is ignored. timeout is per
    address, until it has answered; local says whether loopback addresses may be connected to.
    Raises ValueError for a probe of unknown kind or with a port that does not exist.
    """

    def __init__(
        self,
        probes: Sequence[Probe],
        probers: Mapping[str, Prober],
        *,
        timeout: float,
        deadline: float | None = None,
        stagger: float = STAGGER,
        local: bool = True,
        limit: int = MAX_CONNECTS,
    ) -> None:
        for probe in probes:
            if probe.kind not in probers:
                raise ValueError(f"no prober is called {probe.kind!r}: there are {', '.join(probers)}")
            if not 0 <= probe.port <= 65535:
                raise ValueError(f"{probe.port} is no port: they go from 0 to 65535")
        self._timeout, self._deadline, self._stagger, self._limit = timeout, deadline, stagger, limit
        self._local = local
        self._races = [_Race(probe, probers[probe.kind]) for probe in probes]
        self._waiting = self._races[::-1]
        self._running: list[_Race] = []
        self._flights: dict[int, _Connection] = {}
        self._given_up: list[int] = []
        self._tickets = 0

    @property
    def done(self) -> bool:
        """Every probe has its result."""
        return not self._waiting and not self._running

    def results(self) -> list[ProbeResult]:
        """The results in the order of the probes, once all are done."""
        return [race.result for race in self._races if race.result is not None]

    def flying(self, ticket: int) -> bool:
        """Whether a connection's fate is still open."""
        return ticket in self._flights

    def tick(self, now: float) -> tuple[list[int], list[ConnectAddress]]:
        """What time brings about: the tickets to close, then the connections to start. Call it after every event."""
        for ticket, flight in list(self._flights.items()):
            if now >= flight.started + self._timeout:
                self._land(ticket, ProbeOutcome.TIMEOUT, now)
        if self._deadline is not None and now >= self._deadline:
            for ticket in list(self._flights):
                self._land(ticket, ProbeOutcome.TIMEOUT, now)
            for race in (*self._running, *self._waiting):
                self._finish(race, now)
            self._waiting.clear()
        connects = [connect for race in list(self._running) for connect in self._start(race, now)]
        while self._waiting and len(self._flights) < self._limit:
            race = self._waiting.pop()
            race.began = race.due = now
            self._running.append(race)
            connects += self._start(race, now)
        given_up, self._given_up = self._given_up, []
        return given_up, connects

    def wake_at(self) -> float | None:
        """When the next tick is due if no event comes first, be it long ago; None when all is done."""
        times = [flight.started + self._timeout for flight in self._flights.values()]
        if len(self._flights) < self._limit:
            times += [race.due for race in self._running if race.queue]
            times += [0.0] if self._waiting else []
        if self._deadline is not None:
            times.append(self._deadline)
        return min(times, default=None)

    def connected(self, ticket: int, now: float) -> bytes:
        """The connection stands. Returns the octets to send, which may be none; read on while `flying`."""
        flight = self._flights.get(ticket)
        if flight is None:
            return b""
        flight.connected = True
        hello = flight.race.prober.hello
        self._judge(ticket, flight, False, now)
        return hello if ticket in self._flights else b""

    def received(self, ticket: int, octets: bytes, now: float) -> None:
        """Octets came in; none of them means that the peer has closed."""
        flight = self._flights.get(ticket)
        if flight is not None:
            flight.received += octets
            self._judge(ticket, flight, not octets or len(flight.received) >= MAX_REPLY, now)

    def failed(self, ticket: int, outcome: ProbeOutcome, now: float) -> None:
        """The connection could not be made, or the way to the peer was lost."""
        if ticket in self._flights:
            self._land(ticket, outcome, now)

    def broke(self, ticket: int, now: float) -> None:
        """The peer reset the connection, which had stood, be it unnoticed."""
        flight = self._flights.get(ticket)
        if flight is not None:
            flight.connected = True
            self._land(ticket, flight.race.prober.ended, now)

    def _judge(self, ticket: int, flight: _Connection, over: bool, now: float) -> None:
        outcome = flight.race.prober.judge(flight.received, over)
        if outcome is not None or over:
            self._land(ticket, outcome or flight.race.prober.ended, now)

    def _start(self, race: _Race, now: float) -> list[ConnectAddress]:
        """Starts what is due of a running race."""
        connects = []
        while race.queue and now >= race.due and len(self._flights) < self._limit:
            address = race.queue.pop(0)
            race.latest = ticket = self._tickets
            self._tickets += 1
            if refusal(address, local=self._local) is not None:
                race.attempts[ticket] = ProbeAttempt(address=address, outcome=ProbeOutcome.UNREACHABLE, elapsed=0.0)
                continue
            self._flights[ticket] = _Connection(race, address, now)
            race.due = now if race.probe.thorough else now + self._stagger
            connects.append(ConnectAddress(ticket=ticket, address=address, port=race.probe.port))
        self._settle(race, now)
        return connects

    def _land(self, ticket: int, outcome: ProbeOutcome, now: float) -> None:
        flight = self._flights.pop(ticket)
        self._given_up.append(ticket)
        race = flight.race
        race.attempts[ticket] = ProbeAttempt(
            address=flight.address, outcome=outcome, elapsed=now - flight.started, connected=flight.connected
        )
        if outcome is ProbeOutcome.OPEN and not race.probe.thorough:
            for other in [key for key, value in self._flights.items() if value.race is race]:
                del self._flights[other]
                self._given_up.append(other)
            self._finish(race, now)
            return
        if ticket == race.latest:
            race.due = now
        self._settle(race, now)

    def _settle(self, race: _Race, now: float) -> None:
        """Finishes a race of which nothing is left."""
        if not race.queue and not any(flight.race is race for flight in self._flights.values()):
            self._finish(race, now)

    def _finish(self, race: _Race, now: float) -> None:
        attempts = tuple([race.attempts[ticket] for ticket in sorted(race.attempts)])
        late = [ProbeAttempt(address=each, outcome=ProbeOutcome.TIMEOUT, elapsed=0.0) for each in race.queue]
        best = min((*attempts, *late), key=_shortfall, default=None)
        outcome = ProbeOutcome.NO_ADDRESS if best is None else best.outcome
        address = best.address if best is not None and best.connected else None
        elapsed = 0.0 if race.began is None else now - race.began
        if best is not None and best.outcome is ProbeOutcome.OPEN and race.probe.thorough:
            elapsed = best.elapsed or 0.0  # what a client waits for; the others were tried to see whether they answer
        race.result = ProbeResult(
            probe=race.probe, outcome=outcome, address=address, elapsed=elapsed, attempts=attempts
        )
        if race in self._running:
            self._running.remove(race)
