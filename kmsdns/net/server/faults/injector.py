"""All faults of one server, those it was given and those that names ask for: what stands between answer and sending."""

from __future__ import annotations

from kmsdns.net.server.faults.names import FaultNames
from kmsdns.net.server.faults.table import apply, arm, closed_from_the_start

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kmsdns.net.server.faults.steps import Step
    from kmsdns.net.server.faults.table import Tally
    from kmsdns.zone.zone import Zone


class FaultInjector:
    """faults are specifications as net.server.faults.table has them, KmsdnsError when one isn't; addresses the server's
    own.

    A server asks `responder` who has the answer to a query (None: its own zones), and `steps` what to do with it. When
    `always` isn't set and responder names nobody, the answer is simply sent. Only the serving thread may call these.
    """

    def __init__(self, faults: Sequence[str], addresses: Iterable[str]) -> None:
        self._armed = arm(faults)
        self._names = FaultNames(addresses)
        self.responder = self._names.responder
        self.always = bool(self._armed)
        self.closed_from_the_start = closed_from_the_start(self._armed)

    @property
    def tallies(self) -> tuple[Tally, ...]:
        """What each fault that was given has counted, in their order."""
        return tuple([armed.tally for armed in self._armed])

    def beside(self, zones: Iterable[Zone]) -> None:
        """Tells which zones are served from now on; as FaultNames.beside."""
        self._names.beside(zones)

    def steps(
        self,
        query: bytes,
        answer: bytes,
        asked: tuple[str, str],
        transport: str,
        client: str,
        ask: Callable[[bytes], bytes | None],
    ) -> bytes | tuple[Step, ...]:
        """What to do instead of sending the answer; the answer itself when that is all. See
        net.server.faults.table.apply."""
        armed = (*self._armed, *(self._names.of(*asked) if self._names.responder(query) else ()))
        steps = apply(armed, query, answer, asked, transport, client, ask)
        return answer if steps is None else steps
