"""Zones compiled: a short way to plain answers, and the records of an answer in wire form.

The octets are those that dnslib writes for net.responder (the tests compare them), a score of times faster. What has
to be cut to a size is left to dnslib.
"""

from __future__ import annotations

import socket
from struct import Struct

from kmsdns.core import names
from kmsdns.core.records import MAX_TTL, RDTYPES, Opaque, Record, Soa, Srv, rdtype_number
from kmsdns.zone.authority import _rrset, authority

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from kmsdns.zone.authority import Records
    from kmsdns.zone.zone import Zone

POINTABLE = 0x4000  # where in a message a name may stand for others to point to it (RFC 1035 4.1.4)

_FIXED = Struct("!HHIH").pack  # type, class, TTL, RDLENGTH
_SRV = Struct("!HHIHHHH").pack  # and priority, weight, port
_ASKED_SRV, _ASKED_A = Struct("!HHHIHHHH").pack, Struct("!HHHIH4s").pack  # with a pointer to the owner
_TIMES = Struct("!IIIII").pack
_POINTER = Struct("!H").pack
_LENGTHS = [chr(length) for length in range(names.MAX_LABEL + 1)]
_inet_pton, _AF_INET = socket.inet_pton, socket.AF_INET
_A, _AAAA = RDTYPES["A"], RDTYPES["AAAA"]


class CompiledZone:
    """A zone with its Authority, and a short way to what simply stands there.

    What the Authority has for a name is looked at as it is, a record or a list of them: made into nodes and kept, as
    the Authority does it for what it is asked, they would take several times the room that a large zone takes.
    """

    def __init__(self, zone: Zone) -> None:
        kept = authority(zone)
        self.origin, self.depth, self.covers = kept.origin, kept.depth, kept.covers
        self._nodes: dict[str, Any] = kept._nodes
        # Below these names the zone has nothing to say, or only by substitution.
        cuts = set(kept.cuts)
        origin_has = self._nodes.get(self.origin or "", ())
        if not _only(origin_has, "DNAME"):
            cuts.discard(self.origin or "")
        self._cuts = cuts

    @property
    def soa_record(self) -> Record | None:
        """The SOA record at the origin."""
        soas = _only(self._nodes.get(self.origin or "", ()), "SOA")
        return soas[0] if soas else None

    def transferred(self) -> Iterator[Record]:
        """All records of the zone but its SOA, what lies below zone cuts included (RFC 5936 3)."""
        for owner, found in list(self._nodes.items()):
            for rdtype in dict.fromkeys(_types(found)):
                if rdtype != "SOA" or owner != self.origin:
                    yield from _only(found, rdtype)

    def direct(self, folded: str, rdtype: str) -> tuple[Records, Records] | None:
        """The answer and the additional records when they simply stand there, as most that is asked for does.

        None when the Authority has to say: no such name or type, aliases, delegations. Else the two agree. folded is a
        name that the zone covers.
        """
        nodes, cuts = self._nodes, self._cuts
        found = nodes.get(folded)
        if not found or (cuts and self._is_below_a_cut(folded)):
            return None
        answer = _only(found, rdtype)
        if not answer or rdtype in ("NS", "MX", "CNAME") or "CNAME" in _types(found):
            return None
        if rdtype != "SRV":
            return answer, ()
        additional: Records = ()
        for host in dict.fromkeys([record.rdata.target.lower() for record in answer]):  # type: ignore[union-attr]
            found = nodes.get(host)
            if found:
                if cuts and self._is_below_a_cut(host):
                    return None
                additional += _only(found, "A") + _only(found, "AAAA")
        return answer, additional

    def plain(self, asked: str, wire: bytes, rdtype: str) -> tuple[bytes, bool] | None:
        """What direct has, in wire form behind a question for asked; and whether there is an additional record.

        None unless there is one record at the name, and one at the host that an SRV names, if any: what most names
        have, in a third of the time that a Writer takes. asked is in lower case, not the root, and holds no escaped
        octet, so that it has as many characters in front of some label as wire, the same in wire form, has octets.
        """
        found = self._nodes.get(asked)
        if type(found) is not Record or found.rdtype != rdtype or found.ttl > MAX_TTL:
            return None
        if self._cuts and self._is_below_a_cut(asked):
            return None
        rdata: Any = found.rdata
        if rdtype == "A":
            return _ASKED_A(0xC00C, _A, 1, found.ttl, 4, _inet_pton(_AF_INET, rdata)), False
        target: str = rdata.target
        if not target.islower() or "\\" in target or self._cuts:
            return None
        host: Any = self._nodes.get(target)
        if host is None:
            name = to_wire(target)
            return _ASKED_SRV(
                0xC00C, 33, 1, found.ttl, 6 + len(name), rdata.priority, rdata.weight, rdata.port
            ) + name, False  # fmt: skip
        if type(host) is not Record or host.rdtype != "A" or host.ttl > MAX_TTL or host.owner != target:
            return None
        at = target.find(".") + 1
        end = len(target) - at  # what is behind its first label has to be the end of asked, too
        if not asked.endswith(target[at - 1 :]):
            return None
        label = (_LENGTHS[at - 1] + target[: at - 1]).encode("ascii")
        srv = _ASKED_SRV(
            0xC00C, 33, 1, found.ttl, 6 + at + end + 1, rdata.priority, rdata.weight, rdata.port
        )  # fmt: skip
        address = _ASKED_A(0xC00C + len(asked) - end, _A, 1, host.ttl, 4, _inet_pton(_AF_INET, str(host.rdata)))
        return b"".join((srv, label, wire[-end - 1 :], label, address)), True

    def _is_below_a_cut(self, folded: str) -> bool:
        """Whether a name of this zone is one of the cuts, or below one."""
        while folded not in self._cuts:
            if folded == self.origin:
                return False
            folded = names.parent(folded)
        return True


def _only(found: Any, rdtype: str) -> Records:
    """The RRset of a type in what an Authority has for a name: a record, a list of them, or RRsets by type."""
    if isinstance(found, dict):
        return found.get(rdtype, ())  # type: ignore[no-any-return]
    if isinstance(found, (list, tuple)):
        chosen = [record for record in found if record.rdtype == rdtype]
        return _rrset(rdtype, chosen) if chosen else ()
    if found.rdtype != rdtype:
        return ()
    return (found,) if found.ttl <= MAX_TTL else _rrset(rdtype, [found])


def _types(found: Any) -> list[str]:
    """The types in what an Authority has for a name."""
    if isinstance(found, dict):
        return list(found)
    return [record.rdtype for record in (found if isinstance(found, list) else (found,))]


def compile_zones(zones: Sequence[Zone]) -> list[CompiledZone]:
    """The zones compiled, those with the most labels in their origin first."""
    compiled = [CompiledZone(zone) for zone in zones]
    return sorted([zone for zone in compiled if zone.origin is not None], key=lambda zone: -zone.depth)


def to_wire(name: str) -> bytes:
    """A name uncompressed in wire form, faster than names.to_wire when no octet of it is escaped."""
    if "\\" in name or name == names.ROOT:
        return names.to_wire(name)
    return "".join([_LENGTHS[len(label)] + label for label in name.split(".")]).encode("ascii")


class Writer:
    """The records of a message, behind its question, with their names compressed as net.responder's Buffer does it.

    A name points to one before it whatever the case of either (RFC 4343 4.1), so the octets do not depend on the case
    in which a question was asked. question is b"" when there is none; asked is its name as a text, in lower case.
    """

    def __init__(self, question: bytes, asked: str) -> None:
        self.octets = bytearray()
        self._question, self._base = question, 12 + len(question)
        self._known: dict[bytes, int] | None = None  # the end of a name in lower case -> where it stands
        self._pointers: dict[str, bytes] = {}  # for whole names, as they are spelled
        if question and asked != names.ROOT:
            self._pointers[asked] = b"\xc0\x0c"
        self._wires: dict[str, bytes] = {}  # of the targets so far, whose addresses follow

    @property
    def size(self) -> int:
        """Octets of the message so far."""
        return self._base + len(self.octets)

    def name(self, name: str) -> None:
        """Appends a name."""
        pointer = self._pointers.get(name)
        if pointer is not None:
            self.octets += pointer
            return
        wire = self._wires.get(name) or to_wire(name)
        folded = wire.lower()
        known = self._known
        if known is None:
            known = self._known = {}
            at, asked = 0, self._question[:-5].lower()
            while at < len(asked):
                known[asked[at:] + b"\0"] = 12 + at
                at += 1 + asked[at]
        at, here = 0, self._base + len(self.octets)
        while folded[at]:
            rest = folded[at:]
            target = known.get(rest)
            if target is not None:
                pointer = _POINTER(0xC000 | target)
                if not at:
                    self._pointers[name] = pointer
                self.octets += wire[:at] + pointer
                return
            if here + at < POINTABLE:
                known[rest] = here + at
            at += 1 + folded[at]
        self.octets += wire

    def record(self, record: Record) -> None:
        """Appends a record."""
        self.name(record.owner)
        rdata: Any = record.rdata
        ttl, octets = record.ttl, self.octets
        kind = type(rdata)
        if kind is Srv:
            target = self._wires[rdata.target] = to_wire(rdata.target)  # never compressed (RFC 2782)
            octets += _SRV(33, 1, ttl, 6 + len(target), rdata.priority, rdata.weight, rdata.port) + target
        elif kind is Opaque:
            octets += _FIXED(rdtype_number(record.rdtype), 1, ttl, len(rdata.data)) + rdata.data
        elif record.rdtype == "A":
            octets += _FIXED(_A, 1, ttl, 4) + socket.inet_pton(socket.AF_INET, rdata)
        elif record.rdtype == "AAAA":
            octets += _FIXED(_AAAA, 1, ttl, 16) + socket.inet_pton(socket.AF_INET6, rdata)
        else:
            octets += _FIXED(RDTYPES[record.rdtype], 1, ttl, 0)
            mark = len(octets)
            if kind is Soa:
                self.name(rdata.mname)
                self.name(rdata.rname)
                octets += _TIMES(rdata.serial, rdata.refresh, rdata.retry, rdata.expire, rdata.minimum)
            elif record.rdtype == "DNAME":
                octets += to_wire(rdata)  # not compressed (RFC 6672 2.5)
            else:
                self.name(rdata)
            octets[mark - 2 : mark] = _POINTER(len(octets) - mark)
