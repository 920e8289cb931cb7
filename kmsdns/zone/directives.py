"""What a master file tells its reader: $ORIGIN, $INCLUDE (RFC 1035 5.1), $TTL (RFC 2308 4), $GENERATE (BIND)."""

from __future__ import annotations

from kmsdns.model import names
from kmsdns.zone import generate, strict
from kmsdns.zone.complaints import GENERATE_INVALID, INCLUDE_UNUSABLE, SYNTAX_ERROR, UNKNOWN_DIRECTIVE, ZoneSyntaxError
from kmsdns.zone.lexer import entries
from kmsdns.zone.text import meant, named, octets, period

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kmsdns.model.records import Location
    from kmsdns.zone.lexer import Entry
    from kmsdns.zone.reading import Reading

MAX_DEPTH = 8
"""How deep files may include files."""

_DIRECTIVES = ("$ORIGIN", "$TTL", "$INCLUDE", "$GENERATE")


def obey(reader: Reading, entry: Entry) -> None:
    """Does what the directive says. Raises ZoneSyntaxError."""
    words = entry.words
    shown = names.shown(words[0])
    if entry.inherits:
        raise ZoneSyntaxError(SYNTAX_ERROR, f"{shown} stands after a blank: a directive begins in the first column", 0)
    match words[0].upper():
        case "$ORIGIN":
            reader.name.origin = _origin(reader, _operand(words, "a domain name"), 1)
            reader.first_origin = reader.first_origin or reader.name.origin
            reader.after_origin = True
        case "$TTL":
            reader.default_ttl = period(_operand(words, "a TTL"), "a TTL", 1)
        case "$INCLUDE":
            _include(reader, words)
        case "$GENERATE":
            _generate(reader, words, reader.location(entry))
        case _:
            hint = meant(words[0].upper(), _DIRECTIVES) or f"; there are {', '.join(_DIRECTIVES)}"
            raise ZoneSyntaxError(UNKNOWN_DIRECTIVE, f"{shown} is no directive{hint}", 0)


def _operand(words: Sequence[str], what: str) -> str:
    if len(words) == 1:
        raise ZoneSyntaxError(SYNTAX_ERROR, f"{words[0].upper()} takes {what}, and nothing follows", 0)
    if len(words) > 2:
        raise ZoneSyntaxError(
            SYNTAX_ERROR, f"{words[0].upper()} takes {what}, and {names.shown(words[2])} is too much", 2
        )
    return words[1]


def _include(reader: Reading, words: Sequence[str]) -> None:
    """RFC 1035 5.1: origin, owner and TTLs of the including file are untouched by what the other one does."""
    if len(words) not in (2, 3):
        raise ZoneSyntaxError(SYNTAX_ERROR, "$INCLUDE takes a file name and maybe an origin", 0)
    path = _beside(octets(words[1]).decode("utf-8", "surrogateescape"), reader.paths[-1])
    shown = names.shown(path)
    origin = _origin(reader, words[2], 2) if len(words) == 3 else reader.name.origin
    if reader.read is None:
        raise ZoneSyntaxError(INCLUDE_UNUSABLE, f"{shown} is not read: including files is not allowed here", 1)
    if path in reader.paths:
        raise ZoneSyntaxError(INCLUDE_UNUSABLE, f"{shown} includes itself", 1)
    if len(reader.paths) > MAX_DEPTH:
        raise ZoneSyntaxError(
            INCLUDE_UNUSABLE, f"{shown} is not read: {MAX_DEPTH} files inside one another are the most", 1
        )
    try:
        data = reader.read(path)
    except OSError as error:
        raise ZoneSyntaxError(INCLUDE_UNUSABLE, f"{shown} cannot be read: {error.strerror or error}", 1) from None
    kept = reader.owner, reader.unreadable_owner, reader.default_ttl, reader.previous_ttl, reader.rdclass
    before, reader.name.origin = reader.name.origin, origin
    errors = reader.complaints.errors
    reader.file(data, path)
    reader.owner, reader.unreadable_owner, reader.default_ttl, reader.previous_ttl, reader.rdclass = kept
    reader.name.origin = before
    reader.after_origin = True
    if reader.strict and reader.complaints.errors > errors:
        raise ZoneSyntaxError(
            INCLUDE_UNUSABLE, f"{shown} holds errors: a name server that stops at one includes but a part of it", 1
        )


def _origin(reader: Reading, word: str, at: int) -> str:
    if reader.strict:
        strict.origin(word, at)
    return named(word, at, reader.name)


def _beside(path: str, including: str) -> str:
    """A path as seen from the including file: relative to the folder which that is in."""
    if "/" not in including and "\\" not in including:
        return path
    from pathlib import PurePath

    return str(PurePath(including).parent / path)


def _generate(reader: Reading, words: Sequence[str], location: Location) -> None:
    if len(words) < 4:
        raise ZoneSyntaxError(
            GENERATE_INVALID, "$GENERATE takes a range, an owner, maybe TTL and class, a type and rdata", 0
        )
    kind = next((at for at, word in enumerate(words) if at > 2 and word.upper() in reader.types), 0)
    if kind == len(words) - 2 and words[-1][0] == '"':  # all rdata in one string, as BIND has it
        inner = words[-1][1:-1].replace('\\"', '"')
        words = [*words[:-1], *[word for entry in entries(inner) for word in entry.words]]
    counted = generate.numbers(words[1])
    if reader.generated + len(counted) > generate.LIMIT:
        what = f"{words[1]} makes {len(counted)} records, {generate.LIMIT} in a zone are the most"
        raise ZoneSyntaxError(GENERATE_INVALID, what, 1)
    reader.generated += len(counted)
    try:
        for expanded in generate.expand(counted, words[2:]):
            reader.record(reader.new_owner(expanded[0], location.line), expanded, 1, location, None)
    except ZoneSyntaxError as bad:  # told once: the records after the first bad one would hardly be better
        bad.word = None if bad.word is None else bad.word + 2
        raise
