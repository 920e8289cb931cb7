"""Records to zone file text, in one canonical layout. Reading what was written gives the same records again."""

from __future__ import annotations

from kmsdns.model import names
from kmsdns.model.records import Opaque, Soa, Srv, rdtype_number, rdtype_text
from kmsdns.zone import layouts, rdata

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kmsdns.model.records import Rdata, Record

_WIDEST = 40  # columns; a longer owner makes its own line ragged, not every line wide


def write(records: Iterable[Record], origin: str | None = None) -> str:
    """A master file with these records, in their order; every line says its owner, TTL, class and type.

    With an origin, the file begins with $ORIGIN, and names at or below it are relative. Columns are aligned.
    InvalidName when the origin is no domain name.
    """
    origin = None if origin is None else names.from_text(origin)
    rows = [
        (relative(record.owner, origin), str(record.ttl), record.rdclass, word(record), shown(record, origin))
        for record in records
    ]  # fmt: skip
    widths = [max([len(row[at]) for row in rows if len(row[at]) <= _WIDEST], default=0) for at in range(4)]
    lines = [] if origin is None else [f"$ORIGIN {origin}"]
    for owner, ttl, rdclass, rdtype, text in rows:
        cells = (owner.ljust(widths[0]), ttl.rjust(widths[1]), rdclass.ljust(widths[2]), rdtype.ljust(widths[3]), text)
        lines.append(" ".join(cells).rstrip())
    return "".join([line + "\n" for line in lines])


def line(record: Record) -> str:
    """One record as a line of its own, every name absolute, without the line's end."""
    return f"{record.owner} {record.ttl} {record.rdclass} {word(record)} {shown(record, None)}".rstrip()


def relative(name: str, origin: str | None) -> str:
    """A name as it is written where the origin is this one: @ for the origin itself."""
    if origin is None or not names.is_at_or_below(name, origin):
        return name
    labels = names.split(name)
    kept = labels[: len(labels) - len(names.split(origin))]
    # What is relative is completed with the origin as the origin is spelled.
    if labels[len(kept) :] != names.split(origin):
        return name
    return ".".join(kept) or "@"


def word(record: Record) -> str:
    """The type as it is written: a mnemonic that the reader knows, else TYPEnnn (RFC 3597 5)."""
    mnemonic = layouts.mnemonic(record.rdtype)
    if mnemonic in rdata.PARSERS or (mnemonic in layouts.NUMBERS and mnemonic != "ALIAS"):
        return mnemonic
    # ALIAS is a word that the reader complains about, and dnspython reads words that no name server does.
    return f"TYPE{rdtype_number(record.rdtype)}"


def shown(record: Record, origin: str | None) -> str:
    """Rdata as it is written: in its type's own form when that reads back as the same, else as RFC 3597 5 says."""
    value = record.rdata
    match value:
        case Srv():
            return f"{value.priority} {value.weight} {value.port} {relative(value.target, origin)}"
        case Soa():
            times = f"{value.serial} {value.refresh} {value.retry} {value.expire} {value.minimum}"
            return f"{relative(value.mname, origin)} {relative(value.rname, origin)} {times}"
        case Opaque():
            return _opaque(record.rdtype, value, origin)
    return value if record.rdtype in ("A", "AAAA") else relative(value, origin)


def _opaque(rdtype: str, value: Opaque, origin: str | None) -> str:
    text, generic = rdata.present(rdtype, value), str(value)
    if text == generic or rdtype in ("TXT", "SPF"):
        return text
    if rdtype == "MX":
        preference, _, exchange = text.partition(" ")
        return f"{preference} {relative(exchange, origin)}"
    return text if _read(rdtype, text) == value else generic


def _read(rdtype: str, text: str) -> Rdata | None:
    """What the reader makes of rdata in presentation form, None when it refuses it."""
    from kmsdns.zone.reader import load

    head = f"{names.ROOT} 0 IN {rdtype_text(rdtype_number(rdtype))} "
    found = load(f"{head}{text}\n", names.ROOT).records
    return found[0].rdata if len(found) == 1 else None
