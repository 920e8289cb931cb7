"""Documents: the zone files of a job, with their octets."""

from __future__ import annotations

from kmsdns.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kmsdns.zone.zone import Zone


class Document(Value):
    """A zone file: its octets, and what they are read as."""

    path: str
    octets: bytes
    zone: Zone
    read: Callable[[bytes], Zone]  # other octets in their place
    file: str | None = None  # what it is to be written to; None where it can't be
