"""Zone file text to located records (RFC 1035 5, RFC 2308 4). A bad record is a finding, and reading goes on.

Long, because one class holds the state that each line of a file may change for those behind it.
"""

from __future__ import annotations

from contextlib import suppress

from kmsdns.errors import KmsdnsError
from kmsdns.model import names
from kmsdns.model.records import RDTYPES, Location, Opaque, Record, Soa, rdtype_text
from kmsdns.zone import directives, layouts, parentheses, plain, rdata, strict, svcb, windows
from kmsdns.zone import not_a_zone_file as foreign
from kmsdns.zone.collector import paused
from kmsdns.zone.complaints import (
    CLASS_MISMATCH,
    INVISIBLE_OR_SMART_CHARACTER,
    NO_DEFAULT_TTL,
    OUT_OF_ZONE_RECORD,
    SOA_MISSING_OR_MISPLACED,
    SYNTAX_ERROR,
    UNBALANCED_PARENTHESIS,
    UNKNOWN_OR_PSEUDO_TYPE,
    WINDOWS_EXPORT_DIALECT,
    ZoneSyntaxError,
)
from kmsdns.zone.lexer import Entries, decode
from kmsdns.zone.naming import Completer
from kmsdns.zone.reading import Reading
from kmsdns.zone.text import class_text, meant
from kmsdns.zone.zone import Inheritance, Zone

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from kmsdns.model.records import Rdata
    from kmsdns.zone.lexer import Entry

__all__ = ["Zone", "load"]

_PSEUDO_TYPES = frozenset([41, *range(249, 256)])  # RFC 6895 3.1: they never stand in a zone
_TYPES = {
    word: rdtype_text(number)
    for word, number in {**layouts.NUMBERS, **RDTYPES}.items()
    if number not in _PSEUDO_TYPES and word != "ALIAS"
}
_INVENTED = ": a few providers make addresses of it"
_ALIAS = rdtype_text(layouts.NUMBERS["ALIAS"])


def load(
    text: str | bytes,
    origin: str | None = None,
    *,
    path: str = "<zone>",
    read: Callable[[str], bytes] | None = None,
    rdclass: str = "IN",
    is_zone: bool = True,
    strict: bool = False,
) -> Zone:
    """Reads a master file, whatever it holds: what is wrong with it is in the findings of the zone returned.

    origin completes relative names until the first $ORIGIN, and is the zone's origin; without it that is the SOA's
    owner, or else the first $ORIGIN. path is what locations are told to be in. read turns the path of an $INCLUDE into
    the octets of that file, and raises OSError when it won't; without it nothing is included. A relative path is given
    to it as seen from the including file's folder.

    rdclass is the class of the zone ("CH", "CLASS32"); its types are read as those of class IN. Without is_zone the
    text is any list of records, such as a cache holds (RFC 1035 5): rdclass is that of the records before the first
    that says one, and there may be several classes, records outside the origin, and no SOA, which RFC 1035 5.2 has
    refused for a zone. strict refuses, besides, what the RFCs let pass and some name servers don't: see
    kmsdns.zone.strict.

    Never raises for any text; InvalidName when the origin is no domain name, KmsdnsError when rdclass is no class.
    """
    known = class_text(rdclass)
    if known is None:
        raise KmsdnsError(f"{names.shown(rdclass)} is no class: write IN, CH, HS, CS or CLASSnnn (RFC 3597 5)")
    reader = Reader(None if origin is None else names.from_text(origin), read, known, is_zone, strict)
    with paused():
        reader.file(text, path)
        return reader.finish()


class Reader(Reading):
    """The reading of a master file: entries to records and findings."""

    def __init__(
        self, origin: str | None, read: Callable[[str], bytes] | None, rdclass: str, is_zone: bool, strictly: bool
    ) -> None:
        name = strict.StrictCompleter(origin) if strictly else Completer(origin)
        super().__init__(origin, read, rdclass, is_zone, strictly, name, _TYPES)

    # Files and entries

    def file(self, source: str | bytes, path: str) -> None:
        text = decode(source) if isinstance(source, bytes) else source
        if "\r" in text and "\n" not in text:
            text = text.replace("\r", "\n")  # the line ends of old
        if foreign.is_binary(self, text, path):
            return
        self.sources.setdefault(path, text)
        if self.name.origin is None:
            self.name.origin = windows.origin(text)
        self.paths.append(path)
        if self.strict and "\r" in text:
            strict.tell_return(self, text)
        outer, self.text, self.skipping = self.text, text, False
        for entry in self.entries(text):
            self.count += 1
            self.take(entry)
        self.paths.pop()
        self.text = outer

    def take(self, entry: Entry) -> None:
        try:
            self.entry(entry)
        except ZoneSyntaxError as bad:
            self.refuse(bad, entry)
        if self.name.raw is not None:
            foreign.tell_raw(self, self.name.take_raw(), entry)

    def entries(self, text: str) -> Iterator[Entry]:
        """The entries of a text; those that are plain records are taken on the way, and don't come out."""
        if windows.is_list(text):
            what = f"this is a list of DNS Manager, which holds no TTL: {windows.TTL} s are assumed"
            self.tell_windows(what, Location(path=self.paths[-1], line=1, column=1, end_line=1, end_column=2))
            self.default_ttl = windows.TTL
            yield from windows.rows(text)
            return
        source = Entries(text)
        while True:
            if not self.skipping and not self.strict and self.rdclass == "IN":
                (plain.read if self.columns is None else self.columns.read)(self, source)
            entry = next(source, None)
            if entry is None:
                return
            if entry.lines > 1 and (marked := parentheses.forgotten(entry, self)):
                source.again(entry, marked)
                continue
            if self.strict and entry.problem is None:
                entry.problem = strict.problem(entry, text)
            yield entry

    def entry(self, entry: Entry) -> None:
        words = entry.words
        if entry.odd >= 0:
            what = f"U+{ord(self.text[entry.odd]):04X} stands here outside quotes, as if pasted: remove or retype it"
            self.complain(INVISIBLE_OR_SMART_CHARACTER, what, self.spot(entry, entry.odd, entry.odd + 1))
        if entry.problem is not None:
            if words and not entry.inherits and words[0][0] != "$":
                with suppress(ZoneSyntaxError):
                    self.new_owner(words[0], entry.line)
            offset = entry.problem.offset
            self.complain(entry.problem.code, entry.problem.message, self.spot(entry, offset, offset + 1))
            foreign.refused(self, entry)
            self.skipping = entry.problem.code == UNBALANCED_PARENTHESIS and self.text[offset] == "("
            return
        if not words:
            return
        if self.skipping:
            if parentheses.is_rest(words, entry.inherits, self):
                return
            self.skipping = False
        if words[0][0] == "$":
            directives.obey(self, entry)
        elif windows.is_frame(words):
            self.tell_windows(f"{' '.join(words)!r} frames what dnscmd lists; it is passed over", self.location(entry))
        elif not entry.inherits:
            self.record(self.new_owner(words[0], entry.line), words, 1, self.location(entry), entry)
        elif self.owner is not None:
            self.record(self.owner, words, 0, self.location(entry), entry)
        elif self.unreadable_owner:
            line = self.unreadable_owner
            code = "origin" if self.name.origin is None else SYNTAX_ERROR  # then the cause is told already
            raise ZoneSyntaxError(
                code, f"the record has the owner of the one before, and that in line {line} cannot be read"
            )
        else:
            raise ZoneSyntaxError(
                SYNTAX_ERROR, "no record before this one has an owner that it could inherit: write the owner"
            )

    # Records

    def record(self, owner: str, words: Sequence[str], at: int, location: Location, entry: Entry | None) -> None:
        """Reads [TTL] [class] type rdata, in either order (RFC 1035 5.1). The words before at are the owner."""
        ttl: int | None = None
        classed = False
        size = len(words)
        while True:
            if at == size:
                raise ZoneSyntaxError(
                    SYNTAX_ERROR, "the record ends before its type: owner, TTL, class, type, rdata are expected", at
                )
            word = words[at]
            at += 1
            rdtype = self.types.get(word)
            if rdtype is not None:
                break
            if ttl is None and word[0] in "0123456789-":
                ttl = self.ttl(word, at - 1)
            elif not classed and (stated := class_text(word)) is not None:
                classed = True
                self.state_class(stated, word, at - 1)
            elif word.upper().startswith(("[AGE:", "[AGING:")) and word.endswith("]"):
                self.tell_windows(
                    f"{names.shown(word)} is the age that a Windows export writes; it is passed over", location
                )
            else:
                rdtype = self.rdtype(word, at - 1)
                break
        try:
            value = self.rdata(rdtype, words[at:], entry)
        except ZoneSyntaxError as bad:
            bad.word = at - 1 if bad.word is None else at + bad.word
            raise
        if rdtype == _ALIAS and word.upper() == "ALIAS":
            what = f"'ALIAS' is no record type that a name server loads{_INVENTED}"
            self.complain(UNKNOWN_OR_PSEUDO_TYPE, what, location if entry is None else self.word_spot(entry, at - 1))
        manner = 0
        if entry is not None and entry.inherits:
            manner = Inheritance.OWNER_INHERITED | (Inheritance.AFTER_ORIGIN if self.after_origin else 0)
        if rdtype == "SOA" and self.minimum is None:
            assert isinstance(value, Soa)
            self.minimum = value.minimum
            self.name.origin = self.name.origin or owner  # as a name server has it that was told the zone's name
        if ttl is None:
            ttl, how = self.implied_ttl(location)
            manner |= how
        self.previous_ttl = ttl
        self.records.append(
            Record(owner=owner, ttl=ttl, rdtype=rdtype, rdata=value, rdclass=self.rdclass, location=location)
        )
        self.manners.append(manner)
        self.places.append(self.count)

    def state_class(self, stated: str, word: str, at: int) -> None:
        if self.strict:
            strict.rdclass(word, at)
        if self.is_zone and stated != self.rdclass:
            raise ZoneSyntaxError(
                CLASS_MISMATCH, f"class {stated} in a zone of class {self.rdclass}: all have one class", at
            )
        self.rdclass = stated

    def implied_ttl(self, location: Location) -> tuple[int, int]:
        """$TTL, else the record before (RFC 1035 5.1), else the SOA's minimum, as once meant (RFC 2308 4)."""
        if self.default_ttl is not None:
            return self.default_ttl, Inheritance.TTL_DEFAULT
        if self.previous_ttl is not None:
            return self.previous_ttl, Inheritance.TTL_PREVIOUS
        if self.minimum is not None:
            return self.minimum, Inheritance.TTL_MINIMUM
        if self.complaints.first(NO_DEFAULT_TTL):
            what = "there is no TTL here, no $TTL and no SOA before it: 0 is assumed, write $TTL"
            self.complain(NO_DEFAULT_TTL, what, location)
        return 0, Inheritance.TTL_UNKNOWN

    def rdtype(self, word: str, at: int) -> str:
        """A type as a message's decoder would name it; learnt for the next time."""
        upper = word.upper()
        rdtype = self.types.get(upper)
        if rdtype is None:
            if not (upper.replace("-", "").isalnum() and upper.isascii()) or upper[0].isdigit():
                raise ZoneSyntaxError(SYNTAX_ERROR, f"a record type is expected here, not {names.shown(word)}", at)
            try:
                number = layouts.type_number(upper)
            except ValueError:
                windows.check_type(upper, at)
                hint = _INVENTED if upper == "ANAME" else meant(upper, tuple(_TYPES))
                raise ZoneSyntaxError(
                    UNKNOWN_OR_PSEUDO_TYPE, f"{names.shown(word)} is no record type that a name server loads{hint}", at
                ) from None
            if number in _PSEUDO_TYPES:
                raise ZoneSyntaxError(
                    UNKNOWN_OR_PSEUDO_TYPE, f"{upper} stands in questions and messages, never in a zone", at
                )
            rdtype = rdtype_text(number)
        if len(self.types) < 4096 and rdtype != _ALIAS:  # that one is told about each time
            self.types[word] = rdtype
        return rdtype

    def rdata(self, rdtype: str, fields: Sequence[str], entry: Entry | None) -> Rdata:
        """The rdata that words make. Raises ZoneSyntaxError about one of them."""
        if rdtype in layouts.PARAMETERS and any(word[0] == '"' for word in fields):
            return self.parameters(rdtype, fields, entry)
        if not self.is_zone and rdtype in layouts.STRING_TYPES and fields == [rdata.GENERIC, "0"]:
            return Opaque(data=b"")  # against RFC 1035 3.3.14, but answers hold such records, and so do caches
        value = rdata.parse(rdtype, fields, self.name)
        if value is None:
            text = " ".join([rdata.printable(word) for word in fields])
            value = rdata.foreign(rdtype, text, self.name.origin or names.ROOT)
        if self.strict:
            strict.rdata(rdtype, fields)
        return value

    def parameters(self, rdtype: str, fields: Sequence[str], entry: Entry | None) -> Rdata:
        """Rdata in which a word and the string that touches it are one: key="value" (RFC 9460 2.1)."""
        tokens = [] if entry is None else entry.tokens(self.text)[-len(fields) :]
        glued, places = svcb.glued(fields, tokens)
        try:
            value = rdata.parse(rdtype, glued, self.name)
        except ZoneSyntaxError as bad:
            bad.word = None if bad.word is None else places[bad.word]
            raise
        assert value is not None
        return value

    # Findings

    def refuse(self, bad: ZoneSyntaxError, entry: Entry) -> None:
        code = SYNTAX_ERROR if bad.code == "origin" else bad.code
        if code != WINDOWS_EXPORT_DIALECT:
            foreign.refused(self, entry)
        # Every relative name without an origin has the same cause, and what Windows alone has is told once as well.
        if bad.code not in ("origin", WINDOWS_EXPORT_DIALECT) or self.complaints.first(bad.code):
            location = self.location(entry) if bad.word is None else self.word_spot(entry, bad.word)
            self.complain(code, bad.message, location)

    # The zone

    def zone_origin(self) -> str | None:
        soa = next((record for record in self.records if record.rdtype == "SOA"), None)
        return self.argument or (soa.owner if soa is not None else self.first_origin)

    def finish(self) -> Zone:
        foreign.sum_up(self)
        foreign.drop_closing_soa(self)
        origin = self.zone_origin()
        if origin is not None and origin != names.ROOT and self.is_zone:
            self.drop_outside(origin)
        zone = Zone(
            origin=origin, records=tuple(self.records), manners=bytes(self.manners), sources=self.sources,
            rdclass=self.rdclass if self.is_zone else None,
        )  # fmt: skip
        # The cause is told where no origin is, or where the SOA record cannot be read.
        is_untold = not self.complaints.first("SOA") or (origin is None and not self.complaints.first("origin"))
        if self.is_zone and zone.soa_record is None and not is_untold:
            path = next(iter(self.sources))
            where = f"at {origin}" if origin is not None else "and no $ORIGIN: say which zone this is"
            start = Location(path=path, line=1, column=1, end_line=1, end_column=1)
            self.complaints.add(0, SOA_MISSING_OR_MISPLACED, origin or path, f"there is no SOA record {where}", start)
        zone.findings = self.complaints.listed()
        return zone

    def drop_outside(self, origin: str) -> None:
        """RFC 1035 5.2 (4): what is not at or below the origin is no part of the zone."""
        suffix = "." + origin
        outside: set[int] = set()
        # Where something is escaped, the dot in front of the suffix may be part of a label.
        owners = enumerate([record.owner for record in self.records])
        for index in [index for index, owner in owners if not owner.endswith(suffix) or "\\" in owner]:
            record = self.records[index]
            owner = record.owner
            if names.is_at_or_below(owner, origin):
                continue
            message = f"{owner} is not in the zone {origin}"
            self.complaints.add(self.places[index], OUT_OF_ZONE_RECORD, owner, message, record.location)
            outside.add(index)
        if outside:
            inside = [index for index in range(len(self.records)) if index not in outside]
            self.records = [self.records[index] for index in inside]
            self.manners = bytearray([self.manners[index] for index in inside])
