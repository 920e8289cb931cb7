"""Faults by query name, for clients that can't be configured: the zone fault.test., which a test server just has.

A label next to fault.test. is a fault: its name, then keys and values, joined by hyphens. drop.fault.test,
delay-ms-500.fault.test, servfail-first-2.fault.test, no-edns-type-srv.fault.test. Several labels are several faults,
applied from left to right: tcp-close.truncate.fault.test. Whatever stands in front (_vlmcs._tcp.drop.fault.test) has an
SRV record that leads to kms.fault.test. port 1688, and the address 127.0.0.1. Each question counts for itself, so that
another label in front (again.drop-first-1.fault.test) begins anew. Without a fault are fault.test. itself, what is at
and below kms.fault.test., and _vlmcs._tcp.fault.test. What is no fault there does not exist.
"""

from __future__ import annotations

from ipaddress import ip_address

from kmsdns.errors import KmsdnsError
from kmsdns.model.names import fold, is_at_or_below, split
from kmsdns.net.server.faults.table import FAULTS, Armed, parse
from kmsdns.net.server.responder import Responder
from kmsdns.zone.reader import load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kmsdns.net.server.faults.table import FaultSpec
    from kmsdns.zone.zone import Zone

ORIGIN = "fault.test."
ROOM = 1000  # questions whose counters are kept; the oldest give way

_BELOW = "." + ORIGIN
_WIRE = b"\5fault\4test\0"  # 12 octets, like a header
_SOUND = ("kms", "ns", "_tcp")  # labels next to the origin that are no faults
_TEXT = """\
$ORIGIN fault.test.
$TTL 0 ; a cache in between would keep the faults away
@ SOA ns hostmaster 1 7200 900 1209600 0
@ NS ns
ns A 127.0.0.1
kms A 127.0.0.1
*.kms A 127.0.0.1
_vlmcs._tcp SRV 0 0 1688 kms
* A 127.0.0.1
* SRV 0 0 1688 kms
"""


class FaultNames:
    """The faults of the names that were asked for so far, and their counters.

    There are none when other machines can ask at these addresses: they shouldn't be able to close ports.
    """

    def __init__(self, addresses: Iterable[str]) -> None:
        self._may_be = all(ip_address(address).is_loopback for address in addresses)
        self._are = False
        self._responder: Responder | None = None
        self._armed: dict[tuple[str, str], tuple[Armed, ...]] = {}

    def beside(self, zones: Iterable[Zone]) -> None:
        """Beside zones at, above or below fault.test. no name stands for a fault."""
        origins = [zone.origin for zone in zones if zone.origin is not None]
        taken = any(is_at_or_below(origin, ORIGIN) or is_at_or_below(ORIGIN, origin) for origin in origins)
        self._are = self._may_be and not taken

    def responder(self, query: bytes) -> Responder | None:
        """What has the correct answer, when a query is for a name at or below fault.test.; else None."""
        end = query.find(b"\0", 12) + 1
        if query[end - 12 : end].lower() != _WIRE:  # so it is for nearly every query
            return None
        if not self._are or end < 24 or len(query) < end + 4 or query[2] & 0x80:
            return None
        if self._responder is None:
            self._responder = Responder([load(_TEXT)])
        return self._responder

    def of(self, name: str, rdtype: str) -> tuple[Armed, ...]:
        """The faults that a question asks for by its name; () for any name outside fault.test."""
        folded = fold(name)
        if not folded.endswith(_BELOW):
            return ()
        found = self._armed.get((folded, rdtype))
        if found is None:
            if len(self._armed) >= ROOM:
                del self._armed[next(iter(self._armed))]
            found = tuple([Armed(spec) for spec in specs(folded)])
            self._armed[folded, rdtype] = found
        return found


def specs(name: str) -> list[FaultSpec]:
    """The faults that a folded name below fault.test. asks for, in the order in which they are applied."""
    labels = split(name.removesuffix(_BELOW) + ".")
    if labels[-1] in _SOUND:
        return []
    found: list[FaultSpec] = []
    for label in reversed(labels):
        spec = _spec(label)
        if spec is None:
            break
        found.insert(0, spec)
    return found or [parse("nxdomain")]


def _spec(label: str) -> FaultSpec | None:
    """The fault that a label names, None when it names none."""
    for name in FAULTS:
        if label == name:
            return parse(name)
        words = label.removeprefix(name + "-").split("-")
        if label.startswith(name + "-") and len(words) % 2 == 0:
            pairs = [f"{key}={value}" for key, value in zip(words[::2], words[1::2], strict=True)]
            try:
                return parse(f"{name}:{','.join(pairs)}")
            except KmsdnsError:
                continue  # as short may be for a name that begins so
    return None
