"""The names that records point at."""

from __future__ import annotations

from kmsdns.model.names import fold
from kmsdns.model.records import Soa, Srv
from kmsdns.zone import rdata

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kmsdns.model.records import Record

_OF_NAMES = frozenset(("NS", "CNAME", "PTR"))


def pointed_at(record: Record) -> Iterator[str]:
    """The name, in lower case, that an NS, CNAME, PTR, MX, SRV or SOA record points at."""
    value = record.rdata
    if isinstance(value, Srv):
        yield fold(value.target)
    elif isinstance(value, Soa):
        yield fold(value.mname)
    elif record.rdtype in _OF_NAMES:
        yield fold(str(value))
    elif record.rdtype == "MX":
        yield fold(rdata.present("MX", value).partition(" ")[2])
