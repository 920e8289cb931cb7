"""Zones compiled: a short way to plain answers, and the records of an answer in wire form.

The octets are those that dnslib writes for net.server.responder (the tests compare them), a score of times faster. What
has to be cut to a size is left to dnslib.
"""

from __future__ import annotations

import socket
from struct import Struct

from kmsdns.model import names
from kmsdns.model.records import MAX_TTL, RDTYPES, Opaque, Record, Soa, Srv, rdtype_number
from kmsdns.zone.authority import _rrset, authority

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from kmsdns.zone.authority import Records
    from kmsdns.zone.zone import Zone

    Form = tuple[int, bytes, bool]
    """What an answer depends on besides its question: its flags but for the response code, its OPT record or b"", and
    whether there is one."""
    Host = tuple[int, bytes, str, bytes]
    """The octets of an SRV record's data for it, 0 when that takes a Writer; its name in wire form, and once more its
    first label if there is an address; what is behind that label; its address record but for the owner."""

MAX_HOSTS = 65_536  # kept, of those that SRV records name

POINTABLE = 0x4000  # where in a message a name may stand for others to point to it (RFC 1035 4.1.4)

_HEAD = Struct("!HHHHH").pack  # of an answer: all of its header but the id
_FIXED = Struct("!HHIH").pack  # type, class, TTL, RDLENGTH
_SRV = Struct("!HHIHHHH").pack  # and priority, weight, port
_SRV_DATA = Struct("!IHHHH").pack  # TTL, RDLENGTH, priority, weight, port
_TIMES = Struct("!IIIII").pack
_POINTER = Struct("!H").pack
_LENGTHS = [chr(length) for length in range(names.MAX_LABEL + 1)]
_inet_pton, _AF_INET, _AF_INET6 = socket.inet_pton, socket.AF_INET, socket.AF_INET6
_A, _AAAA = RDTYPES["A"], RDTYPES["AAAA"]
NOERROR, NXDOMAIN = 0, 3
_ASKED = 0xC00C  # a pointer to the name in the question
_OWNER = b"\xc0\x0c"  # the same
_OWNER_SRV = _OWNER + b"\0\x21\0\1"  # and type and class
_POINTERS = tuple([_POINTER(_ASKED + at) for at in range(names.MAX_NAME)])  # by the place in that name


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
        self._parents: dict[str, bytes] = {}  # in wire form what is behind the first label of a host
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

    def short(self, asked: str, question: bytes, rdtype: str, form: Form) -> bytes | None:
        """A whole answer in wire form but for its id: to most of what is asked, in a fraction of the time.

        None when the Authority has to say, or a Writer to write. asked is a name that the zone covers, of nothing but
        lower-case letters, digits, "-" and "_"; question is for the same in wire form, rdtype one of
        net.server.response_cache's SHORT.
        """
        found = self._nodes.get(asked)
        if found is None:
            return self._no_name(asked, question, form)
        if self._cuts and self._is_below_a_cut(asked):
            return None
        if type(found) is Record and found.rdtype == rdtype and found.ttl <= MAX_TTL:
            if rdtype == "SRV":
                return self._service(found, asked, question, form)
            records: Records = (found,)
        else:
            if "CNAME" in _types(found):
                return None
            records = _only(found, rdtype)
            if not records:
                return self._denied(NOERROR, asked, question, form)
        if rdtype == "SRV":
            return self._services(records, asked, question, form)
        if rdtype not in ("A", "AAAA"):
            return None
        flags, opt, more = form
        octets = [_OWNER + _address(record) for record in records]
        return b"".join((_HEAD(flags, 1, len(records), 0, more), question, *octets, opt))

    def _service(self, record: Record, asked: str, question: bytes, form: Form) -> bytes | None:
        """As _services for one record, which most names have, in half the time."""
        rdata: Any = record.rdata
        target: str = rdata.target
        length, octets, parent, address = self._hosts.get(target) or self._host(target)
        if not length:
            return None
        flags, opt, more = form
        data = _SRV_DATA(record.ttl, length, rdata.priority, rdata.weight, rdata.port)
        if not address:
            return b"".join((_HEAD(flags, 1, 1, 0, more), question, _OWNER_SRV, data, octets, opt))
        if not asked.endswith(parent) or asked.endswith(target):
            return None
        pointer = _POINTERS[1 + len(asked) - len(parent)]
        return b"".join((_HEAD(flags, 1, 1, 0, 1 + more), question, _OWNER_SRV, data, octets, pointer, address, opt))

    def _services(self, records: Records, asked: str, question: bytes, form: Form) -> bytes | None:
        """SRV records, and the addresses of their targets."""
        answer, additional, told = b"", b"", set()
        for record in records:
            rdata: Any = record.rdata
            target: str = rdata.target
            length, octets, parent, address = self._hosts.get(target) or self._host(target)
            if not length:
                return None
            data = _SRV_DATA(record.ttl, length, rdata.priority, rdata.weight, rdata.port)
            answer += _OWNER_SRV + data + octets[: length - 6]
            if address and target not in told:
                if not asked.endswith(parent) or asked.endswith(target):
                    return None  # else the question holds what is behind the first label, and not that one
                told.add(target)
                additional += octets[length - 6 :] + _POINTERS[1 + len(asked) - len(parent)] + address
        flags, opt, more = form
        return _HEAD(flags, 1, len(records), 0, len(told) + more) + question + answer + additional + opt

    def _host(self, target: str) -> Host:
        """What an answer may say of a host."""
        if len(self._hosts) >= MAX_HOSTS:
            self._hosts.clear()
        host = self._hosts[target] = self._plain_host(target) or self._any_host(target)
        return host

    def _plain_host(self, target: str) -> Host | None:
        """As _any_host, for the only address of a name spelled as it is in a zone without cuts, as most are."""
        found: Any = self._nodes.get(target)  # by names in lower case
        if type(found) is not Record or found.rdtype != "A" or found.owner != target or "\\" in target or self._cuts:
            return None
        ttl, label = found.ttl, target[: target.find(".")]
        parent = target[len(label) :]
        above = self._parents.get(parent)
        if above is None:
            if len(self._parents) >= MAX_HOSTS:
                self._parents.clear()
            above = self._parents[parent] = to_wire(parent[1:] or names.ROOT)
        if ttl > MAX_TTL or len(above) == 1:
            return None
        first = (_LENGTHS[len(label)] + label).encode("ascii")
        address = _FIXED(_A, 1, ttl, 4) + _inet_pton(_AF_INET, str(found.rdata))
        return 6 + len(first) + len(above), first + above + first, parent, address

    def _any_host(self, target: str) -> Host:
        found: Any = self._nodes.get(target)
        addresses = _only(found, "A") + _only(found, "AAAA") if found else ()
        octets, parent = to_wire(target), target[target.find(".") :]
        length, address = 6 + len(octets), _address(addresses[0]) if addresses else b""
        is_far = address and (addresses[0].owner != target or parent == names.ROOT)
        is_below = found and self._cuts and self._is_below_a_cut(target)
        if "\\" in target or names.fold(target) != target or len(addresses) > 1 or is_far or is_below:
            length = 0
        if address:
            octets += octets[: 1 + octets[0]]
        return length, octets, parent, address

    def _no_name(self, asked: str, question: bytes, form: Form) -> bytes | None:
        """As short, for a name that has nothing, nor anything below it. None when a wildcard or an alias may be it."""
        encloser = asked
        while encloser not in self._nodes:
            encloser = encloser[encloser.find(".") + 1 :] or names.ROOT
        if encloser == names.ROOT or f"*.{encloser}" in self._nodes:
            return None
        if self._cuts and self._is_below_a_cut(encloser):
            return None
        return self._denied(NXDOMAIN, asked, question, form)

    def _denied(self, rcode: int, asked: str, question: bytes, form: Form) -> bytes | None:
        """A negative answer. It depends on the length of asked alone, unless the SOA names a host next to it."""
        if asked.endswith(self._near):
            return None
        octets = self._denials.get(len(question))
        if octets is None:
            writer = Writer(question, asked)
            for record in self._negative:
                writer.record(record)
            octets = self._denials[len(question)] = bytes(writer.octets)
        flags, opt, more = form
        return b"".join((_HEAD(flags | rcode, 1, 0, len(self._negative), more), question, octets, opt))

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


def pack_zones(zones: Sequence[Zone]) -> list[CompiledZone]:
    """The zones compiled, those with the most labels in their origin first."""
    compiled = [CompiledZone(zone) for zone in zones]
    return sorted([zone for zone in compiled if zone.origin is not None], key=lambda zone: -zone.depth)


def to_wire(name: str) -> bytes:
    """A name uncompressed in wire form, faster than names.to_wire when no octet of it is escaped."""
    if "\\" in name or name == names.ROOT:
        return names.to_wire(name)
    return "".join([_LENGTHS[len(label)] + label for label in name.split(".")]).encode("ascii")


class Writer:
    """The records of a message, behind its question, with their names compressed as net.server.responder's Buffer does
    it.

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
