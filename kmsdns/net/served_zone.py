"""Zone files served for one run: what a spec's vantage is that has zones instead of servers."""

from __future__ import annotations

import threading

from kmsdns.net.files.zones import zones_of
from kmsdns.net.server.server import ZoneServer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_STOP_WITHIN = 5.0  # seconds; it is a matter of milliseconds


class ServedZone:
    """A server in a thread of its own, for zone files. KmsdnsError when one can't be read, or a fault isn't one."""

    def __init__(self, paths: Sequence[str], faults: Sequence[str] = ()) -> None:
        self._server = ZoneServer(zones_of(paths), ("127.0.0.1",), faults=faults)
        self._server.start()
        self._thread = threading.Thread(target=self._server.serve, name="kmsdns test vantage", daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """ "127.0.0.1:35353"."""
        return self._server.addresses[0]

    def stop(self) -> None:
        """Stops answering."""
        self._server.stop()
        self._thread.join(_STOP_WITHIN)
