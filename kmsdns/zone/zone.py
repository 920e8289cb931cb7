"""Zone: what was read from a zone file, in file order, with where it stood and what was wrong with it."""

from __future__ import annotations

from bisect import bisect_right

from kmsdns.model.names import fold
from kmsdns.model.pattern import pattern
from kmsdns.model.records import Soa
from kmsdns.zone.lexer import TokenKind, scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from kmsdns.model.findings import Finding
    from kmsdns.model.records import Record
    from kmsdns.zone.lexer import Token


_NEWLINE = pattern("\n")


class Inheritance:
    """How a record came by what its line does not say; flags of Zone.manners."""

    OWNER_INHERITED = 1  # the line begins with a blank
    AFTER_ORIGIN = 2  # inherited across an $ORIGIN or $INCLUDE: the old owner, not the new origin
    TTL_DEFAULT = 4  # from $TTL (RFC 2308 4)
    TTL_PREVIOUS = 8  # from the record before (RFC 1035 5.1)
    TTL_MINIMUM = 16  # from the SOA's minimum
    TTL_UNKNOWN = 32  # from nowhere: 0


class Zone:
    """A zone as read. Treat it as frozen: what answers questions from it is compiled once, at the first question."""

    __slots__ = (
        "anchors",
        "compiled",
        "findings",
        "manners",
        "origin",
        "rdclass",
        "records",
        "sources",
        "starts",
        "total",
    )

    def __init__(
        self,
        *,
        origin: str | None,
        records: tuple[Record, ...],
        findings: tuple[Finding, ...] = (),
        manners: bytes = b"",
        sources: Mapping[str, str] | None = None,
        rdclass: str | None = "IN",
    ) -> None:
        self.origin = origin  # None when neither the caller nor the file told it
        self.records = records  # in file order, duplicates included
        self.findings = findings  # in file order
        self.manners = manners  # Inheritance flags, record for record
        self.sources = sources or {}  # path -> text of every file read
        self.rdclass = rdclass  # of each record; None when this is no zone, but any list of records
        self.total = len(records)  # how many the file has; an excerpt has fewer of them
        self.compiled: object = None  # what zone.authority keeps here
        self.anchors: dict[
            str, tuple[list[int], list[int]]
        ] = {}  # path -> some lines and their offsets, if it is large
        self.starts: dict[str, list[int]] = {}  # path -> the offset of each line, once it was asked for

    @property
    def soa_record(self) -> Record | None:
        """The SOA record at the origin."""
        at = fold(self.origin or "")
        return next((record for record in self.records if record.rdtype == "SOA" and fold(record.owner) == at), None)

    @property
    def soa(self) -> Soa | None:
        """The rdata of the SOA record at the origin."""
        record = self.soa_record
        return record.rdata if record is not None and isinstance(record.rdata, Soa) else None

    def line_starts(self, path: str) -> list[int]:
        """The offset of each line of a file that was read."""
        starts = self.starts.get(path)
        if starts is None:
            starts = [0, *[match.end() for match in _NEWLINE.finditer(self.sources[path])]]
            self.starts[path] = starts
        return starts

    def line_start(self, path: str, line: int) -> int:
        """The offset of one line of a file that was read."""
        lines, offsets = self.anchors.get(path, ((), ()))
        near = bisect_right(lines, line) - 1
        if near < 0 or path in self.starts:
            return self.line_starts(path)[line - 1]
        at, text = offsets[near], self.sources[path]
        for _ in range(line - lines[near]):
            at = text.index("\n", at) + 1
        return at

    def tokens(self, record: Record) -> list[Token]:
        """The words that a record of this zone was read from, counted from the end when one of its rdata is meant.

        [] for a record without a location. Of one that $GENERATE made, the words of that line.
        """
        location = record.location
        text = self.sources.get(location.path) if location is not None else None
        if location is None or text is None:
            return []
        start = self.line_start(location.path, location.line)
        stop = self.line_start(location.path, location.end_line) + location.end_column - 1
        return [
            token
            for token in scan(text, start, stop, location.line)
            if token.kind in (TokenKind.WORD, TokenKind.QUOTED)
        ]

    def __repr__(self) -> str:
        return f"<Zone {self.origin}: {len(self.records)} records, {len(self.findings)} findings>"
