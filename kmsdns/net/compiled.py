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

    Short = tuple[int, int, int, int, bytes]
    """Response code, how many records in each section, and all of them in wire form."""
    Host = tuple[bytes, str, bytes, bytes]
    """Its name in wire form, what is behind its first label, that label, and its address record but for the owner."""

MAX_HOSTS = 65_536  # kept, of those that SRV records name

POINTABLE = 0x4000  # where in a message a name may stand for others to point to it (RFC 1035 4.1.4)

_FIXED = Struct("!HHIH").pack  # type, class, TTL, RDLENGTH
_SRV = Struct("!HHIHHHH").pack  # and priority, weight, port
_POINTED_SRV = Struct("!HHHIHHHH").pack  # with a pointer to the owner in front
_TIMES = Struct("!IIIII").pack
_POINTER = Struct("!H").pack
_LENGTHS = [chr(length) for length in range(names.MAX_LABEL + 1)]
_inet_pton, _AF_INET, _AF_INET6 = socket.inet_pton, socket.AF_INET, socket.AF_INET6
_A, _AAAA = RDTYPES["A"], RDTYPES["AAAA"]
NOERROR, NXDOMAIN = 0, 3
_ASKED = 0xC00C  # a pointer to the name in the question
_OWNER = b"\xc0\x0c"  # the same


class CompiledZone:
    """A zone with its Authority, and a short way to what simply stands there.

    What the Authority has for a name is looked at as it is, a record or a list of them: made into nodes and kept, as
    the Authority does it for what it is asked, they would take several times the room that a large zone takes.
    """

    def __init__(self, zone: Zone) -> None:
        kept = authority(zone)
        self.origin, self.depth, self.covers = kept.origin, kept.depth, kept.covers
        self._nodes: dict[str, Any] = kept._nodes
        self.below = names.ROOT if self.origin == names.ROOT else f".{self.origin}"  # how names below the origin end
        self._negative = kept._negative
        self._hosts: dict[str, Host] = {}
        self._denials: dict[int, bytes] = {}  # what an answer that denies has behind its question, by that one's length
        self._near = tuple([near for record in self._negative for near in self._next_to_origin(record.rdata)])
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

    def short(self, asked: str, wire: bytes, rdtype: str) -> Short | None:
        """The answer in wire form, behind a question for asked: to most of what is asked, in a fraction of the time.

        None when the Authority has to say, or a Writer to write. asked is a name that the zone covers, of nothing but
        lower-case letters, digits, "-" and "_"; wire is the same in wire form. rdtype is one of net.ready's SHORT.
        """
        found = self._nodes.get(asked)
        if found is None:
            return self._no_name(asked, wire)
        if self._cuts and self._is_below_a_cut(asked):
            return None
        if type(found) is Record and found.rdtype == rdtype and found.ttl <= MAX_TTL:
            if rdtype == "SRV":
                return self._service(found, asked)
            records: Records = (found,)
        else:
            if "CNAME" in _types(found):
                return None
            records = _only(found, rdtype)
            if not records:
                return self._denied(NOERROR, asked, wire)
        if rdtype == "SRV":
            return self._services(records, asked)
        if rdtype not in ("A", "AAAA"):
            return None
        return NOERROR, len(records), 0, 0, b"".join([_OWNER + _address(record) for record in records])

    def _service(self, record: Record, asked: str) -> Short | None:
        """As _services for one record, which most names have, in two thirds of the time."""
        rdata: Any = record.rdata
        target: str = rdata.target
        octets, parent, label, address = self._hosts.get(target) or self._host(target)
        if not octets:
            return None
        answer = _POINTED_SRV(
            _ASKED, 33, 1, record.ttl, 6 + len(octets), rdata.priority, rdata.weight, rdata.port
        )  # fmt: skip
        if not address:
            return NOERROR, 1, 0, 0, answer + octets
        if not asked.endswith(parent) or asked.endswith(target):
            return None
        pointer = _POINTER(_ASKED + 1 + len(asked) - len(parent))
        return NOERROR, 1, 0, 1, b"".join((answer, octets, label, pointer, address))

    def _services(self, records: Records, asked: str) -> Short | None:
        """SRV records, and the addresses of their targets."""
        answer, additional, told = b"", b"", set()
        for record in records:
            rdata: Any = record.rdata
            target: str = rdata.target
            octets, parent, label, address = self._hosts.get(target) or self._host(target)
            if not octets:
                return None
            answer += _POINTED_SRV(
                _ASKED, 33, 1, record.ttl, 6 + len(octets), rdata.priority, rdata.weight, rdata.port
            ) + octets  # fmt: skip
            if address and target not in told:
                if not asked.endswith(parent) or asked.endswith(target):
                    return None  # else the question holds what is behind the first label, and not that one
                told.add(target)
                additional += label + _POINTER(_ASKED + 1 + len(asked) - len(parent)) + address
        return NOERROR, len(records), 0, len(told), answer + additional

    def _host(self, target: str) -> Host:
        """What an answer may say of a host. Its octets are b"" when that takes a Writer."""
        found: Any = self._nodes.get(target)
        addresses = _only(found, "A") + _only(found, "AAAA") if found else ()
        octets, parent = to_wire(target), target[target.find(".") :]
        label, address = octets[: 1 + octets[0]], _address(addresses[0]) if addresses else b""
        is_far = address and (addresses[0].owner != target or parent == names.ROOT)
        is_below = found and self._cuts and self._is_below_a_cut(target)
        if "\\" in target or names.fold(target) != target or len(addresses) > 1 or is_far or is_below:
            octets = b""
        if len(self._hosts) >= MAX_HOSTS:
            self._hosts.clear()
        host = self._hosts[target] = octets, parent, label, address
        return host

    def _no_name(self, asked: str, wire: bytes) -> Short | None:
        """As short, for a name that has nothing, nor anything below it. None when a wildcard or an alias may be it."""
        encloser = asked
        while encloser not in self._nodes:
            encloser = encloser[encloser.find(".") + 1 :] or names.ROOT
        if encloser == names.ROOT or f"*.{encloser}" in self._nodes:
            return None
        if self._cuts and self._is_below_a_cut(encloser):
            return None
        return self._denied(NXDOMAIN, asked, wire)

    def _denied(self, rcode: int, asked: str, wire: bytes) -> Short | None:
        """A negative answer. It depends on the length of asked alone, unless the SOA names a host next to it."""
        if asked.endswith(self._near):
            return None
        octets = self._denials.get(len(wire))
        if octets is None:
            writer = Writer(wire + b"\0\0\0\1", asked)
            for record in self._negative:
                writer.record(record)
            octets = self._denials[len(wire)] = bytes(writer.octets)
        return rcode, 0, len(self._negative), 0, octets

    def _next_to_origin(self, soa: Any) -> Iterator[str]:
        """The names one label below the origin that the hosts of an SOA are at, or below."""
        for host in (names.fold(soa.mname), names.fold(soa.rname)):
            labels = names.split(host)
            if len(labels) > self.depth and names.is_at_or_below(host, self.origin or ""):
                yield ".".join(labels[-self.depth - 1 :]) + "."

    def _is_below_a_cut(self, folded: str) -> bool:
        """Whether a name of this zone is one of the cuts, or below one."""
        while folded not in self._cuts:
            if folded == self.origin:
                return False
            folded = names.parent(folded)
        return True


def _address(record: Record) -> bytes:
    """An A or AAAA record in wire form, but for its owner."""
    rdata = record.rdata
    if record.rdtype == "A":
        return _FIXED(_A, 1, record.ttl, 4) + _inet_pton(_AF_INET, str(rdata))
    return _FIXED(_AAAA, 1, record.ttl, 16) + _inet_pton(_AF_INET6, str(rdata))


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
