"""What a name server says about its zones: the algorithm of RFC 1034 4.3.2 with RFC 4592, 6672, 2308 and 2782.

Owner names in an answer are spelled as the zone spells them; what a wildcard or a DNAME makes is spelled as asked.
"""

from __future__ import annotations

from kmsdns.errors import InvalidName
from kmsdns.model import names
from kmsdns.model.messages import Question
from kmsdns.model.records import MAX_TTL, Opaque, Record, Soa, Srv, rdtype_number, rdtype_text
from kmsdns.model.value import Value
from kmsdns.zone.collector import paused
from kmsdns.zone.layouts import mnemonic
from kmsdns.zone.rdata import present
from kmsdns.zone.zone import Zone

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    Records = tuple[Record, ...]
    Node = dict[str, Records]

MAX_ALIASES = 16
"""How many CNAME records one answer follows."""

_NOTHING: Node = {}  # what an empty non-terminal has
_CUTTING = frozenset(("NS", "DNAME"))
_TRANSFERS = frozenset(("AXFR", "IXFR", "OPT", "TSIG", "TKEY", "MAILB", "MAILA"))
_WITH_ADDRESSES = ("SRV", "MX", "NS")


class Reply(Value):
    """What a server answers: the response code, whether with authority, and the records of the three sections."""

    rcode: str  # "NOERROR"
    aa: bool
    answer_records: tuple[Record, ...] = ()
    authority_records: tuple[Record, ...] = ()
    additional_records: tuple[Record, ...] = ()

    @property
    def answer(self) -> list[str]:
        """The answer section, one line a record: owner ttl IN type rdata."""
        return [_line(record) for record in self.answer_records]

    @property
    def authority(self) -> list[str]:
        """The authority section: the SOA of a negative answer, the NS of a referral."""
        return [_line(record) for record in self.authority_records]

    @property
    def additional(self) -> list[str]:
        """The additional section: addresses of the hosts that the other sections name."""
        return [_line(record) for record in self.additional_records]


def respond(zone: Zone, qname: str, qtype: str) -> Reply:
    """What a server of this one zone answers, in class IN.

    qname with or without its final dot, in any case; qtype a mnemonic or TYPEnnn. Never raises: FORMERR for what is no
    name or no type, REFUSED outside the zone, NOTIMP for a transfer.
    """
    try:
        name = names.from_text(qname)
        rdtype = rdtype_text(rdtype_number(qtype.upper()))
    except (InvalidName, ValueError):
        return Reply(rcode="FORMERR", aa=False)
    return respond_from((zone,), Question(name=name, rdtype=rdtype))


def respond_from(zones: Sequence[Zone], question: Question) -> Reply:
    """What a server of these zones answers: from the one with the longest origin that matches (RFC 1034 4.3.2, 2).

    The question's name is in canonical form. A DS at the origin of a zone is answered by the zone above it, when that
    is served here as well (RFC 4035 3.1.4.1).
    """
    if question.rdtype in _TRANSFERS:
        return Reply(rcode="NOTIMP", aa=False)
    folded = names.fold(question.name)
    best = above = None
    for zone in zones:
        compiled = authority(zone)
        if compiled.origin is not None and compiled.covers(folded):
            if best is None or best.depth < compiled.depth:
                best, above = compiled, best
            elif above is None or above.depth < compiled.depth:
                above = compiled
    if best is not None and above is not None and question.rdtype == "DS" and folded == best.origin:
        best = above
    return Reply(rcode="REFUSED", aa=False) if best is None else best.respond(question.name, question.rdtype)


def authority(zone: Zone) -> Authority:
    """What answers from a zone: made when it is first asked for, and kept with the zone."""
    kept = zone.compiled
    if not isinstance(kept, Authority):
        kept = zone.compiled = Authority(zone)
    return kept


class Authority:
    """A zone indexed by owner and type. A look-up costs as much as the name has labels."""

    __slots__ = ("_negative", "_nodes", "cuts", "depth", "origin")

    def __init__(self, zone: Zone) -> None:
        # Questions are of class IN: a zone of another class has no answers, a list of records those in that class.
        self.origin = names.fold(zone.origin) if zone.origin and zone.rdclass in ("IN", None) else None
        self.depth = 0 if self.origin is None else len(names.split(self.origin))
        self._nodes: dict[
            str, Node | Record | list[Record]
        ] = {}  # by owner in lower case; each compiled when asked for
        self._negative: Records = ()
        self.cuts: set[str] = set()  # owners of NS and DNAME records, the origin among them
        if self.origin is not None:
            with paused():
                records = zone.records
                if zone.rdclass is None:
                    records = tuple([record for record in records if record.rdclass == "IN"])
                self._index(records, self.origin)

    def _index(self, records: Iterable[Record], origin: str) -> None:
        nodes: dict[str, Any] = self._nodes
        nodes[origin] = _NOTHING
        suffix = "." + origin
        last, key, escaped, covered = "", "", False, False
        for record in records:
            owner = record.owner
            if owner is not last:
                last, key, escaped = owner, owner if owner.islower() else names.fold(owner), "\\" in owner
                covered = (key.endswith(suffix) and not escaped) or self.covers(key)
            if not covered:
                continue
            found = nodes.setdefault(key, record)
            if found is record:
                # Every name on the way up exists, be it empty (RFC 4592 2.2.2).
                name = key
                while True:
                    name = names.parent(name) if escaped else name[name.find(".") + 1 :] or names.ROOT
                    if name in nodes:
                        break
                    nodes[name] = _NOTHING
            elif found is _NOTHING:
                nodes[key] = record
            elif isinstance(found, list):
                found.append(record)
            else:
                nodes[key] = [found, record]
            if record.rdtype in _CUTTING:
                self.cuts.add(key)
        for soa in (self._node(origin) or {}).get("SOA", ()):
            assert isinstance(soa.rdata, Soa)
            ttl = min(soa.ttl, soa.rdata.minimum)  # RFC 2308 3
            self._negative = (soa.replace(ttl=0 if ttl > MAX_TTL else ttl),)

    def _node(self, owner: str) -> Node | None:
        """What a name in lower case has, None when it does not exist."""
        node = self._nodes.get(owner)
        if node is None or isinstance(node, dict):
            return node
        grouped: dict[str, list[Record]] = {}
        for record in node if isinstance(node, list) else (node,):
            grouped.setdefault(record.rdtype, []).append(record)
        compiled = self._nodes[owner] = {rdtype: _rrset(rdtype, found) for rdtype, found in grouped.items()}
        return compiled

    def covers(self, folded: str) -> bool:
        """Whether a name in lower case is at or below the origin."""
        origin = self.origin
        if folded == origin or origin == names.ROOT:
            return True
        if origin is None or not folded.endswith("." + origin):
            return False
        return "\\" not in folded or names.is_at_or_below(folded, origin)

    def respond(self, qname: str, rdtype: str) -> Reply:
        """The reply to a question whose name this zone covers."""
        answer: list[Record] = []
        rcode = "NOERROR"
        name = qname
        for _ in range(MAX_ALIASES + 1):
            folded = names.fold(name)
            if not self.covers(folded):
                break
            cut, encloser, node = self._descend(folded, rdtype)
            if cut is not None:
                return self._referral(answer, cut)
            owner: str | None = None  # as the zone spells it, unless the name is made from a wildcard or a DNAME
            if node is None:
                dname = (self._node(encloser) or {}).get("DNAME")
                if dname is not None:
                    target, rcode = _redirected(name, rdtype, dname[0], answer)
                    if target is None:
                        break
                    name = target
                    continue
                node, owner = self._node(_wildcard(encloser)), name
                if node is None:
                    return Reply(
                        rcode="NXDOMAIN", aa=True, answer_records=tuple(answer), authority_records=self._negative
                    )  # fmt: skip
            found = _matching(node, rdtype)
            alias_set = node.get("CNAME")
            if not found and alias_set is None:
                return Reply(rcode=rcode, aa=True, answer_records=tuple(answer), authority_records=self._negative)
            if alias_set is not None and rdtype not in ("CNAME", "ANY"):
                found = alias_set[:1]
            found = found if owner is None else tuple([record.replace(owner=owner) for record in found])
            if alias_set is None or rdtype in ("CNAME", "ANY"):
                answer += found
                break
            if found[0] in answer:
                break
            answer += found
            assert isinstance(found[0].rdata, str)
            name = found[0].rdata
        records = tuple(answer)
        return Reply(rcode=rcode, aa=True, answer_records=records, additional_records=self._addresses(records, False))

    def _descend(self, folded: str, rdtype: str) -> tuple[Records | None, str, Node | None]:
        """From the origin down to a name: the NS of a zone cut on the way, the closest encloser, its own node.

        The last is None when the name does not exist, or lies below a DNAME: then that is the closest encloser.
        """
        assert self.origin is not None
        labels = names.split(folded)
        at = len(labels) - self.depth
        name, node = self.origin, self._node(self.origin) or {}
        while at > 0:
            if "DNAME" in node:
                return None, name, None
            at -= 1
            below = f"{labels[at]}.{name if name != names.ROOT else ''}"
            child = self._node(below)
            if child is None:
                return None, name, None
            name, node = below, child
            # A DS belongs to the parent's side of the cut (RFC 4035 3.1.4.1).
            if "NS" in node and not (at == 0 and rdtype == "DS"):
                return node["NS"], name, node
        return None, name, node

    def _referral(self, answer: list[Record], cut: Records) -> Reply:
        return Reply(
            rcode="NOERROR", aa=bool(answer), answer_records=tuple(answer), authority_records=cut,
            additional_records=self._addresses(cut, True),
        )  # fmt: skip

    def _addresses(self, records: Records, glue: bool) -> Records:
        """A and AAAA of the hosts that SRV, MX and NS records name: real data only, glue only in a referral."""
        found: dict[Record, None] = {}
        seen: set[str] = set()
        for record in records:
            if record.rdtype not in _WITH_ADDRESSES:
                continue
            host = names.fold(_host(record))
            if host in seen or not self.covers(host):
                continue
            seen.add(host)
            node = self._node(host)
            if node and (glue or self._descend(host, "A")[::2] == (None, node)):
                for rdtype in ("A", "AAAA"):
                    found.update(dict.fromkeys(node.get(rdtype, ())))
        told = set(records)
        return tuple([record for record in found if record not in told])


def _rrset(rdtype: str, records: list[Record]) -> Records:
    """Each record once (RFC 2181 5), all with the lowest TTL (5.2); a TTL with the highest bit set is 0 (8)."""
    if len(records) == 1 and records[0].ttl <= MAX_TTL:
        return tuple(records)
    kept: dict[str, Record] = {}
    for record in records:
        kept.setdefault(_key(record), record)
    if rdtype in ("CNAME", "DNAME", "SOA"):
        kept = dict(list(kept.items())[:1])  # there can be only one (RFC 2181 10.1): the first
    ttl = min([0 if record.ttl > MAX_TTL else record.ttl for record in kept.values()])
    return tuple([record if record.ttl == ttl else record.replace(ttl=ttl) for record in kept.values()])


def _key(record: Record) -> str:
    return str(record.rdata) if isinstance(record.rdata, Opaque) else names.fold(str(record.rdata))


def _matching(node: Node, rdtype: str) -> Records:
    if rdtype == "ANY":
        return tuple([record for records in node.values() for record in records])
    return node.get(rdtype, ())


def _wildcard(encloser: str) -> str:
    return "*." + (encloser if encloser != names.ROOT else "")


def _redirected(name: str, rdtype: str, dname: Record, answer: list[Record]) -> tuple[str | None, str]:
    """Adds a DNAME and the alias made from it to the answer: the name to go on with, None at the end; and the RCODE."""
    if dname not in answer:
        answer.append(dname)
    alias = _substitute(name, dname)
    if alias is None:
        return None, "YXDOMAIN"
    if alias in answer:
        return None, "NOERROR"  # a loop: the client has seen it whole
    answer.append(alias)
    if rdtype in ("CNAME", "ANY"):
        return None, "NOERROR"
    assert isinstance(alias.rdata, str)
    return alias.rdata, "NOERROR"


def _substitute(name: str, dname: Record) -> Record | None:
    """The CNAME that a DNAME stands for (RFC 6672 3.1), None when its target is too long (2.2)."""
    assert isinstance(dname.rdata, str)
    kept = names.split(name)[: len(names.split(name)) - len(names.split(dname.owner))]
    target = "".join([label + "." for label in kept]) + (dname.rdata if dname.rdata != names.ROOT else "")
    if len(names.to_wire(target)) > names.MAX_NAME:
        return None
    return Record(owner=name, ttl=dname.ttl, rdtype="CNAME", rdata=target)


def _host(record: Record) -> str:
    """The host that an SRV, MX or NS record names."""
    if isinstance(record.rdata, Srv):
        return record.rdata.target
    if isinstance(record.rdata, Opaque):
        labels: list[bytes] = []
        at, data = 2, record.rdata.data  # an MX: preference, exchange
        while at < len(data) and data[at]:
            labels.append(data[at + 1 : at + 1 + data[at]])
            at += 1 + data[at]
        return names.from_labels(labels)
    assert isinstance(record.rdata, str)
    return record.rdata


def _line(record: Record) -> str:
    rdata = present(record.rdtype, record.rdata)
    return f"{record.owner} {record.ttl} {record.rdclass} {mnemonic(record.rdtype)} {rdata}"
