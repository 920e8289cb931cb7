"""One reading of a master file, as far as it has come: what later lines inherit, and what was found so far.

The reader (zone.reader) has one; what reads directives, parentheses, plain lines and files that are none works on it.
"""

from __future__ import annotations

from array import array

from kmsdns.zone.complaints import WINDOWS_EXPORT_DIALECT, Complaints
from kmsdns.zone.text import Numbers, period

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Protocol

    from kmsdns.model.records import Location, Record
    from kmsdns.zone.lexer import Entries, Entry
    from kmsdns.zone.naming import Completer

    class Taker(Protocol):
        """What takes plain records in place of the list of records."""

        def read(self, reader: Reading, source: Entries) -> None:
            """Takes those that stand where the source is."""


class Reading:
    """One reading. count, the number of the entry at hand, puts findings into the order of the file."""

    def __init__(
        self,
        origin: str | None,
        read: Callable[[str], bytes] | None,
        rdclass: str,
        is_zone: bool,
        strictly: bool,
        name: Completer,
        types: Mapping[str, str],
    ) -> None:
        self.argument = origin
        self.first_origin: str | None = None
        self.read = read
        self.rdclass = rdclass  # of the zone; in a list of records, the last one stated (RFC 1035 5.1)
        self.is_zone = is_zone
        self.strict = strictly
        self.name = name
        self.complaints = Complaints()
        self.records: list[Record] = []
        self.manners = bytearray()
        self.places = array("Q")  # for each record the number of its entry
        self.sources: dict[str, str] = {}
        self.paths: list[str] = []  # the files being read, outermost first
        self.text = ""  # of the innermost
        self.count = 0
        self.owner: str | None = None
        self.unreadable_owner = 0  # the line of an owner that could not be read, while it is the one to inherit
        self.after_origin = False
        self.default_ttl: int | None = None
        self.previous_ttl: int | None = None
        self.minimum: int | None = None
        self.generated = 0
        self.types = dict(types)
        self.ttls: dict[str, int] = {}
        self.numbers = Numbers()
        self.refused = self.recognised = 0  # entries that cannot be read, and how many of these have a type
        self.skipping = False  # inside a record whose parenthesis is never closed
        self.columns: Taker | None = None  # what takes plain records, in place of the list

    # What the reader does, and others ask it for

    def file(self, source: str | bytes, path: str) -> None:
        """Reads a file, be it an included one."""
        raise NotImplementedError

    def record(self, owner: str, words: Sequence[str], at: int, location: Location, entry: Entry | None) -> None:
        """Reads one record."""
        raise NotImplementedError

    # What all of them do

    def new_owner(self, word: str, line: int) -> str:
        """The owner that a word is, which the next lines may inherit."""
        self.owner, self.unreadable_owner, self.after_origin = None, line, False
        self.owner = self.name(word)
        return self.owner

    def ttl(self, word: str, at: int) -> int:
        """The seconds that a word stands for. Raises ZoneSyntaxError."""
        seconds = self.ttls.get(word)
        if seconds is None:
            self.ttls[word] = seconds = period(word, "a TTL", at)
        return seconds

    def complain(self, code: str, message: str, location: Location | None, subject: str | None = None) -> None:
        """Writes down a finding about the entry at hand."""
        subject = subject or self.owner or (self.paths[-1] if self.paths else None) or self.argument or ""
        self.complaints.add(self.count, code, subject, message, location)

    def tell_windows(self, message: str, location: Location) -> None:
        """Writes down, once, that the file is an export of Windows."""
        if self.complaints.first(WINDOWS_EXPORT_DIALECT):
            self.complain(WINDOWS_EXPORT_DIALECT, message, location)

    def word_spot(self, entry: Entry, index: int) -> Location:
        """Where a word of an entry stands."""
        tokens = entry.tokens(self.text)
        token = tokens[min(index, len(tokens) - 1)]
        return self.spot(entry, token.offset, token.end)

    def location(self, entry: Entry) -> Location:
        """Where an entry stands."""
        return self.spot(entry, entry.offset, entry.end)

    def spot(self, entry: Entry, offset: int, end: int) -> Location:
        """Where a part of an entry stands."""
        return entry.location(self.text, self.paths[-1], offset, end)
