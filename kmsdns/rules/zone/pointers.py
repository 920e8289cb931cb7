"""The names that records of a zone point at: which record, through which word of its line, to which name."""

from __future__ import annotations

from kmsdns.model.names import fold, to_wire
from kmsdns.model.records import Opaque, Soa, Srv
from kmsdns.model.value import Value
from kmsdns.rules.zone.lines import presented, rdata_word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kmsdns.model.records import Location, Record
    from kmsdns.rules.zone.view import ZoneView

OF_NAMES = ("NS", "CNAME", "DNAME", "PTR")
"""Types whose rdata is a name and nothing else."""


class Pointer(Value):
    """A name that stands in a record's rdata."""

    record: Record
    name: str  # as it counts, in canonical form
    at: int = -1  # which word of the line, counted from its end

    @property
    def folded(self) -> str:
        """The name for comparison."""
        return fold(self.name)

    def place(self, view: ZoneView) -> Location | None:
        """Where the name stands."""
        return (
            self.record.location if rdata_word(view, self.record, self.at) is None else view.word(self.record, self.at)
        )

    def word(self, view: ZoneView) -> str | None:
        """The name as it is written; None where no word of the file is it."""
        return rdata_word(view, self.record, self.at)

    def turned(self, name: str) -> Record:
        """The record, with another name in the place of this one."""
        rdata = self.record.rdata
        if isinstance(rdata, Opaque):
            return self.record.replace(rdata=Opaque(data=rdata.data[:2] + to_wire(name)))
        if isinstance(rdata, Srv):
            return self.record.replace(rdata=rdata.replace(target=name))
        if isinstance(rdata, Soa):
            return self.record.replace(rdata=rdata.replace(**{"mname" if self.at == -7 else "rname": name}))
        return self.record.replace(rdata=name)


def pointers(view: ZoneView, *rdtypes: str) -> Iterator[Pointer]:
    """What the records of these types point at, type by type: NS, CNAME, DNAME, PTR, MX, SRV, SOA (its server)."""
    for rdtype in rdtypes:
        for record in view.of_type(rdtype):
            rdata = record.rdata
            if isinstance(rdata, str):
                yield Pointer(record=record, name=rdata)
            elif isinstance(rdata, Srv):
                yield Pointer(record=record, name=rdata.target)
            elif isinstance(rdata, Soa):
                yield Pointer(record=record, name=rdata.mname, at=-7)
            elif rdtype == "MX":
                yield Pointer(record=record, name=presented(record).partition(" ")[2])
