"""Zone file text to located records and findings (RFC 1035 5, RFC 2308 4). A bad record is a finding; reading goes on."""

from __future__ import annotations

from kmsdns.core import names
from kmsdns.core.findings import Finding, Severity
from kmsdns.core.records import RDTYPES, Location, Record, Soa, rdtype_number, rdtype_text
from kmsdns.zone import generate, rdata
from kmsdns.zone.lexer import Kind, decode, entries
from kmsdns.zone.naming import Completer
from kmsdns.zone.rdata import Bad
from kmsdns.zone.zone import Manner, Zone

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kmsdns.core.records import Rdata
    from kmsdns.zone.lexer import Entry

MAX_DEPTH = 8
"""How deep files may include files."""

CODES = {
    "ZF001": ("syntax-error", Severity.ERROR, "RFC 1035 5.1"),
    "ZF002": ("unbalanced-parenthesis", Severity.ERROR, "RFC 1035 5.1"),
    "ZF003": ("unterminated-quote", Severity.ERROR, "RFC 1035 5.1"),
    "ZF004": ("unknown-directive", Severity.ERROR, "RFC 1035 5.1"),
    "ZF005": ("include-unusable", Severity.ERROR, "RFC 1035 5.1"),
    "ZF006": ("no-default-ttl", Severity.WARNING, "RFC 2308 4"),
    "ZF010": ("generate-invalid", Severity.ERROR, "BIND 9 $GENERATE"),
    "ZF011": ("class-mismatch", Severity.ERROR, "RFC 1035 5.2"),
    "ZF012": ("out-of-zone-record", Severity.ERROR, "RFC 1035 5.2"),
    "ZF013": ("invisible-or-smart-character", Severity.WARNING, ""),
    "ZF014": ("windows-export-dialect", Severity.NOTE, ""),
    "ZF015": ("unknown-or-pseudo-type", Severity.ERROR, "RFC 1035 3.2.2"),
    "ZF016": ("number-out-of-range", Severity.ERROR, "RFC 1035 3.3"),
    "ZN001": ("label-too-long", Severity.ERROR, "RFC 1035 2.3.4"),
    "ZN002": ("name-too-long", Severity.ERROR, "RFC 1035 2.3.4"),
    "ZN003": ("empty-label", Severity.ERROR, "RFC 1035 2.3.1"),
    "ZN007": ("non-ascii-name", Severity.ERROR, "RFC 5891"),
    "ZD001": ("soa-missing-or-misplaced", Severity.ERROR, "RFC 1035 5.2"),
    "SRV201": ("field-count", Severity.ERROR, "RFC 2782"),
    "SRV202": ("field-out-of-range", Severity.ERROR, "RFC 2782"),
}
"""What the reader finds: code -> slug, severity, clause."""

_CLASSES = {"IN": "IN", "CLASS1": "IN", "CH": "CH", "CLASS3": "CH", "HS": "HS", "CLASS4": "HS", "CS": "CS", "CLASS2": "CS"}
_PSEUDO_TYPES = frozenset([41, *range(249, 256)])  # RFC 6895 3.1: they never stand in a zone
_DIRECTIVES = ("$ORIGIN", "$TTL", "$INCLUDE", "$GENERATE")
_NO_OWNER = "no record before this one has an owner that it could inherit: write the owner"


def load(
    text: str | bytes,
    origin: str | None = None,
    *,
    path: str = "<zone>",
    read: Callable[[str], bytes] | None = None,
) -> Zone:
    """Reads a master file, whatever it holds: what is wrong with it is in the findings of the zone returned.

    origin completes relative names until the first $ORIGIN, and is the zone's origin; without it that is the SOA's owner,
    or else the first $ORIGIN. path is what locations are told to be in. read turns the path of an $INCLUDE into the
    octets of that file, and raises OSError when it won't; without it nothing is included. Never raises for any text;
    InvalidName when the origin is no domain name.
    """
    reader = _Reader(None if origin is None else names.from_text(origin), read)
    reader.file(text, path)
    return reader.finish()


class _Reader:
    """One reading. Findings and records carry the number of the entry they come from, so that findings can be sorted."""

    def __init__(self, origin: str | None, read: Callable[[str], bytes] | None) -> None:
        self.argument = origin
        self.first_origin: str | None = None
        self.read = read
        self.name = Completer(origin)
        self.records: list[Record] = []
        self.manners = bytearray()
        self.places: list[int] = []  # for each record the number of its entry
        self.findings: list[tuple[int, Finding]] = []
        self.sources: dict[str, str] = {}
        self.paths: list[str] = []  # the files being read, outermost first
        self.count = 0  # entries seen
        self.owner: str | None = None
        self.owner_unreadable = 0  # the line of the owner that is wanted, when it could not be read
        self.after_origin = False
        self.default_ttl: int | None = None
        self.previous_ttl: int | None = None
        self.minimum: int | None = None
        self.generated = 0
        self.types = {mnemonic: mnemonic for mnemonic, number in RDTYPES.items() if number not in _PSEUDO_TYPES}
        self.ttls: dict[str, int] = {}
        self.told: set[str] = set()  # what is told once for a zone
        self.skipping = False  # the rest of a record whose parenthesis is never closed

    # Files and entries

    def file(self, source: str | bytes, path: str) -> None:
        text = decode(source) if isinstance(source, bytes) else source
        if "\r" in text and "\n" not in text:
            text = text.replace("\r", "\n")  # the line ends of old
        self.sources.setdefault(path, text)
        self.paths.append(path)
        self.skipping = False
        for entry in entries(text):
            self.count += 1
            self.entry(entry, text)
        self.paths.pop()

    def entry(self, entry: Entry, text: str) -> None:
        if entry.odd >= 0:
            character = text[entry.odd]
            what = f"U+{ord(character):04X} stands here outside quotes; it comes from copy and paste: remove or retype it"
            self.find("ZF013", what, self.spot(entry, text, entry.odd, entry.odd + 1))
        words = entry.words
        if entry.problem is not None:
            problem = entry.problem
            self.find(problem.code, problem.message, self.spot(entry, text, problem.offset, problem.offset + 1))
            if words and not entry.inherits and words[0][0] != "$":
                self.new_owner(words[0], entry.line)
            self.skipping = problem.code == "ZF002" and text[problem.offset] == "("
            return
        if not words:
            return
        if self.skipping:
            # The lines that the parenthesis was to hold: blank in front, and no type among the first words.
            if entry.inherits and not any(word.upper() in self.types for word in words[:4]):
                return
            self.skipping = False
        at = 0
        try:
            if words[0][0] == "$":
                self.directive(entry, text)
                return
            owner, at = self.owner_of(entry)
            location = self.location(entry, text)
            self.record(owner, words, at, location, entry, text)
        except Bad as bad:
            self.refuse(bad, entry, text)
        if not self.name.plain:
            self.tell_raw(entry, text)

    def owner_of(self, entry: Entry) -> tuple[str, int]:
        if not entry.inherits:
            if not self.new_owner(entry.words[0], entry.line):
                self.name(entry.words[0])  # raises, and says why
            assert self.owner is not None
            return self.owner, 1
        if self.owner is None:
            line = self.owner_unreadable
            raise Bad("ZF001", f"the owner is inherited from line {line}, where it cannot be read" if line else _NO_OWNER)
        return self.owner, 0

    def new_owner(self, word: str, line: int) -> bool:
        try:
            self.owner = self.name(word)
        except Bad:
            self.owner, self.owner_unreadable = None, line
        self.after_origin = False
        return self.owner is not None

    # Records

    def record(
        self, owner: str, words: Sequence[str], at: int, location: Location, entry: Entry | None, text: str
    ) -> None:
        """Reads [TTL] [class] type rdata, in either order (RFC 1035 5.1). The words before at are the owner."""
        ttl: int | None = None
        classed = False
        size = len(words)
        while True:
            if at == size:
                raise Bad("ZF001", "the record ends before its type: owner, TTL, class, type, rdata are expected", -1)
            word = words[at]
            rdtype = self.types.get(word)
            if rdtype is not None:
                break
            if ttl is None and word[0] in "0123456789-":
                ttl = self.ttl(word, at)
            elif not classed and word.upper() in _CLASSES:
                classed = True
                if _CLASSES[word.upper()] != "IN":
                    raise Bad("ZF011", f"class {word.upper()} in a zone of class IN: all records have one class", at)
            elif word.upper().startswith(("[AGE:", "[AGING:")) and word.endswith("]"):
                if "ZF014" not in self.told:
                    self.told.add("ZF014")
                    what = f"{names.shown(word)} is the age that a Windows export writes; it is passed over"
                    self.find("ZF014", what, location)
            else:
                rdtype = self.rdtype(word, at)
                break
            at += 1
        at += 1
        fields = words[at:]
        try:
            value = rdata.parse(rdtype, fields, self.name)
            if value is None:
                value = self.other(rdtype, fields, entry, text)
        except Bad as bad:
            bad.word = at - 1 if bad.word is None else at + bad.word
            raise
        manner = Manner.OWNER_INHERITED if entry is not None and entry.inherits else 0
        if manner and self.after_origin:
            manner |= Manner.AFTER_ORIGIN
        if rdtype == "SOA" and self.minimum is None:
            assert isinstance(value, Soa)
            self.minimum = value.minimum
        if ttl is None:
            ttl, how = self.implied_ttl(location)
            manner |= how
        self.previous_ttl = ttl
        self.keep(Record(owner=owner, ttl=ttl, rdtype=rdtype, rdata=value, location=location), manner)

    def keep(self, record: Record, manner: int) -> None:
        self.records.append(record)
        self.manners.append(manner)
        self.places.append(self.count)

    def ttl(self, word: str, at: int) -> int:
        seconds = self.ttls.get(word)
        if seconds is None:
            self.ttls[word] = seconds = rdata.period(word, "a TTL", at)
        return seconds

    def implied_ttl(self, location: Location) -> tuple[int, int]:
        if self.default_ttl is not None:
            return self.default_ttl, Manner.TTL_DEFAULT
        if self.previous_ttl is not None:
            return self.previous_ttl, Manner.TTL_PREVIOUS
        if self.minimum is not None:
            return self.minimum, Manner.TTL_MINIMUM
        if "ttl" not in self.told:
            self.told.add("ttl")
            self.find("ZF006", "there is no TTL here, no $TTL and no SOA before it: 0 is assumed, write $TTL", location)
        return 0, Manner.TTL_UNKNOWN

    def rdtype(self, word: str, at: int) -> str:
        """The type as wire.decode would name it, learnt for the next time."""
        upper = word.upper()
        rdtype = self.types.get(upper)
        if rdtype is None:
            if word[0] == '"' or not upper.replace("-", "").isalnum() or upper[0].isdigit():
                raise Bad("ZF001", f"a record type is expected here, not {names.shown(word)}", at)
            try:
                number = rdtype_number(upper)
            except ValueError:
                raise Bad("ZF015", f"{names.shown(word)} is no record type that a name server loads", at) from None
            if number in _PSEUDO_TYPES:
                raise Bad("ZF015", f"{upper} is no type that a zone may hold, only a question or a message", at)
            rdtype = rdtype_text(number)
        if len(self.types) < 4096:
            self.types[word] = rdtype
        return rdtype

    def other(self, rdtype: str, fields: Sequence[str], entry: Entry | None, text: str) -> Rdata:
        """Rdata of a type that isn't taken apart here. Words that touch stay together: key="value" (RFC 9460 2.1)."""
        if not fields:
            raise Bad("ZF001", f"the rdata of the {rdtype} record is missing")
        origin = self.name.origin
        glued = [" "] * len(fields)
        if entry is not None and any(word[0] == '"' for word in fields):
            tokens = entry.tokens(text)[-len(fields) :]
            for index in range(1, len(fields)):
                if tokens[index].offset == tokens[index - 1].end and tokens[index - 1].kind is Kind.WORD:
                    glued[index] = ""
        pieces = [glue + _ascii(word) for glue, word in zip(glued, fields, strict=True)]
        return rdata.foreign(rdtype, "".join(pieces), names.ROOT if origin is None else origin)

    # Directives

    def directive(self, entry: Entry, text: str) -> None:
        words = entry.words
        keyword = words[0].upper()
        if entry.inherits:
            raise Bad("ZF001", f"{names.shown(words[0])} must stand in the first column; after a blank it is no directive", 0)
        if keyword == "$ORIGIN":
            origin = self.name(self.operand(words, "a domain name"))
            self.name.origin = origin
            if self.first_origin is None:
                self.first_origin = origin
            self.after_origin = True
        elif keyword == "$TTL":
            self.default_ttl = rdata.period(self.operand(words, "a TTL"), "a TTL", 1)
        elif keyword == "$INCLUDE":
            self.include(words)
        elif keyword == "$GENERATE":
            self.generate(words, self.location(entry, text))
        else:
            raise Bad("ZF004", f"{names.shown(words[0])} is no directive; there are {', '.join(_DIRECTIVES)}", 0)

    def operand(self, words: Sequence[str], what: str) -> str:
        if len(words) != 2:
            surplus = f"{names.shown(words[2])} is too much after it" if len(words) > 2 else "nothing follows"
            raise Bad("ZF001", f"{words[0].upper()} takes {what}: {surplus}", min(2, len(words) - 1))
        return words[1]

    def include(self, words: Sequence[str]) -> None:
        """RFC 1035 5.1: the origin and the owner of the including file are untouched by what the other one does."""
        if len(words) not in (2, 3):
            raise Bad("ZF001", "$INCLUDE takes a file name and maybe an origin", 0)
        path = rdata.octets(words[1]).decode("utf-8", "surrogateescape")
        shown = names.shown(path)
        if self.read is None:
            raise Bad("ZF005", f"{shown} is not read: including files is not allowed here", 1)
        if path in self.paths:
            raise Bad("ZF005", f"{shown} includes itself", 1)
        if len(self.paths) > MAX_DEPTH:
            raise Bad("ZF005", f"{shown} is the {len(self.paths)}th file inside another, {MAX_DEPTH} is the most", 1)
        origin = self.name(words[2]) if len(words) == 3 else self.name.origin
        try:
            data = self.read(path)
        except OSError as error:
            raise Bad("ZF005", f"{shown} cannot be read: {error.strerror or 'no reason is known'}", 1) from None
        before, owner = self.name.origin, self.owner
        self.name.origin = origin
        self.file(data, path)
        self.name.origin, self.owner, self.after_origin = before, owner, True

    def generate(self, words: Sequence[str], location: Location) -> None:
        if len(words) < 4:
            raise Bad("ZF010", "$GENERATE takes a range, an owner, maybe TTL and class, a type and rdata", 0)
        try:
            counted = generate.numbers(words[1])
            self.generated += len(counted)
            if self.generated > generate.LIMIT or len(counted) * sum(map(len, words)) > generate.SIZE_LIMIT:
                raise Bad("ZF010", f"{words[1]} makes {len(counted)} records: {generate.LIMIT} in a zone are the most")
            for expanded in generate.expand(counted, words[2:]):
                self.owner = self.name(expanded[0])
                self.record(self.owner, expanded, 1, location, None, "")
        except Bad as bad:
            # One sentence for the line: the records after the first bad one would be as bad.
            raise Bad(bad.code, bad.message, 1 if bad.code == "ZF010" else 0) from None

    # Findings

    def find(self, code: str, message: str, location: Location | None, subject: str | None = None) -> None:
        slug, severity, reference = CODES[code]
        subject = subject or self.owner or (location.path if location else "") or self.argument or ""
        finding = Finding(
            code=code, slug=slug, severity=severity, subject=subject, message=message, reference=reference, location=location
        )  # fmt: skip
        self.findings.append((self.count, finding))

    def refuse(self, bad: Bad, entry: Entry, text: str) -> None:
        if bad.code == "origin":  # every relative name would say so
            if "origin" in self.told:
                return
            self.told.add("origin")
            bad.code = "ZF001"
        location = self.location(entry, text)
        if bad.word is not None:
            tokens = entry.tokens(text)
            token = tokens[min(bad.word, len(tokens) - 1)] if tokens else None
            if token is not None:
                location = Location(
                    path=self.paths[-1], line=token.line, column=token.column,
                    end_line=token.end_line, end_column=token.end_column,
                )  # fmt: skip
        self.find(bad.code, bad.message, location)

    def tell_raw(self, entry: Entry, text: str) -> None:
        """Names typed with letters outside ASCII: read as BIND would, octet for octet, but nobody will find them."""
        word = self.name.take_raw()
        if entry.odd >= 0:
            return
        token = next((token for token in entry.tokens(text) if token.text == word), None)
        location = self.location(entry, text) if token is None else self.spot(entry, text, token.offset, token.end)
        self.find("ZN007", f"{names.shown(word)} is typed with letters outside ASCII: write its A-label (xn--...)", location)

    def location(self, entry: Entry, text: str) -> Location:
        return self.spot(entry, text, entry.offset, entry.end)

    def spot(self, entry: Entry, text: str, offset: int, end: int) -> Location:
        line, column = entry.line, offset - entry.start + 1
        newlines = text.count("\n", entry.start, offset)
        if newlines:
            line, column = line + newlines, offset - text.rindex("\n", 0, offset)
        end_line, end_column = line, column + end - offset
        newlines = text.count("\n", offset, end)
        if newlines:
            end_line, end_column = line + newlines, end - text.rindex("\n", 0, end)
        return Location(path=self.paths[-1], line=line, column=column, end_line=end_line, end_column=end_column)

    # The zone

    def finish(self) -> Zone:
        soa = next((record for record in self.records if record.rdtype == "SOA"), None)
        origin = self.argument or (soa.owner if soa else self.first_origin)
        path = next(iter(self.sources))
        if origin is not None and origin != names.ROOT:
            self.drop_outside(origin)
        if not any(record.rdtype == "SOA" and names.fold(record.owner) == names.fold(origin or "") for record in self.records):
            where = f"at {origin}" if origin else "and no $ORIGIN: pass the zone's origin"
            self.find("ZD001", f"there is no SOA record {where}", _start(path), origin or path)
        self.findings.sort(key=lambda placed: placed[0])
        return Zone(
            origin=origin,
            records=tuple(self.records),
            findings=tuple([finding for _, finding in self.findings]),
            manners=bytes(self.manners),
            sources=self.sources,
        )

    def drop_outside(self, origin: str) -> None:
        """RFC 1035 5.2 (4): what is not at or below the origin is no part of the zone."""
        folded = names.fold(origin)
        suffix = "." + folded
        inside: list[int] = []
        for index, record in enumerate(self.records):
            owner = names.fold(record.owner)
            # An escaped dot in front of the suffix is part of a label: only then the labels have to be compared.
            if owner == folded or (owner.endswith(suffix) and ("\\" not in owner or names.is_at_or_below(owner, folded))):
                inside.append(index)
                continue
            self.count = self.places[index]
            self.find("ZF012", f"{record.owner} is not in the zone {origin}", record.location, record.owner)
        if len(inside) < len(self.records):
            self.records = [self.records[index] for index in inside]
            self.manners = bytearray([self.manners[index] for index in inside])


def _start(path: str) -> Location:
    return Location(path=path, line=1, column=1, end_line=1, end_column=1)


def _ascii(word: str) -> str:
    r"""A word in which every octet that dnspython would take for something else is written as \DDD."""
    if word.isascii() and word.isprintable():
        return word
    return "".join([c if " " <= c <= "~" else "".join([f"\\{octet:03d}" for octet in rdata.encoded(c)]) for c in word])
