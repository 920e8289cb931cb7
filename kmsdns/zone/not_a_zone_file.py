"""What stands where a master file should have something else: binary files, other text, a transfer, raw letters."""

from __future__ import annotations

from kmsdns.model.names import shown
from kmsdns.model.pattern import pattern
from kmsdns.model.records import Location
from kmsdns.zone.complaints import NON_ASCII_NAME, SYNTAX_ERROR
from kmsdns.zone.parentheses import type_place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.zone.lexer import Entry
    from kmsdns.zone.reading import Reading

_CONTROL = pattern(r"[\x00-\x08\x0e-\x19\x1b-\x1f\x7f]")  # no text holds these; \x1a ended files of old
_HEAD = 4096  # characters in which a file shows what it is
_SHARE = 50  # one control character in so many, and a file is no text; but a few may have got into one
_STRAY = 3
_ENOUGH = 3  # lines, and not a single record among them: that is no zone file


def is_binary(reader: Reading, text: str, path: str) -> bool:
    """Whether something is no text at all, which is told once; it is taken for an empty file then."""
    head = text[:_HEAD]
    if len(_CONTROL.findall(head)) <= max(_STRAY, len(head) // _SHARE):
        return False
    reader.sources.setdefault(path, "")
    reader.complain(
        SYNTAX_ERROR, "this is no text, and so no zone file: it is full of control characters", _top(path), path
    )
    reader.complaints.first("SOA")
    return True


def refused(reader: Reading, entry: Entry) -> None:
    """Takes note of a line that cannot be read. That there is no SOA record needs no word when it is the SOA's."""
    if "SOA" in [word.upper() for word in entry.words[:5]]:
        reader.complaints.first("SOA")
    reader.refused += 1
    reader.recognised += type_place(["@", *entry.words] if entry.inherits else entry.words, reader) > 0


def sum_up(reader: Reading) -> None:
    """One finding in place of one for each line, where there is no SOA record and hardly a line looks like a record."""
    records, refused = reader.records, reader.refused
    if (
        refused < _ENOUGH
        or (len(records) + reader.recognised) * 10 > refused
        or any(r.rdtype == "SOA" for r in records)
    ):
        return
    del records[:], reader.manners[:], reader.places[:]
    reader.complaints.clear()
    path = next(iter(reader.sources))
    what = f"this is no zone file: {refused} of its lines are no records, which have an owner, a type and its fields"
    reader.complain(SYNTAX_ERROR, what, _top(path), path)
    reader.complaints.first("SOA")


def tell_raw(reader: Reading, word: str, entry: Entry) -> None:
    """A name typed with letters outside ASCII: read octet for octet, as BIND would, but nobody will find it."""
    if entry.odd < 0:
        token = next((token for token in entry.tokens(reader.text) if token.text == word), None)
        place = reader.location(entry) if token is None else reader.spot(entry, token.offset, token.end)
        what = f"{shown(word)} is typed with letters outside ASCII: write its A-label (xn--...)"
        reader.complain(NON_ASCII_NAME, what, place)


def _top(path: str) -> Location:
    return Location(path=path, line=1, column=1, end_line=1, end_column=2)


def drop_closing_soa(reader: Reading) -> None:
    """A transfer ends in the SOA record that it began with (RFC 5936 2.2); dig writes both alike, and whole names."""
    records = reader.records
    if len(records) < 2 or records[0].rdtype != "SOA" or records[-1].rdtype != "SOA":
        return
    first, last = records[0].location, records[-1].location
    if first is None or last is None or first.path != last.path:
        return
    lines = reader.sources[first.path].split("\n")
    written = lines[first.line - 1 : first.end_line]
    if written == lines[last.line - 1 : last.end_line] and written[0].split(None, 1)[0].endswith("."):
        del records[-1], reader.manners[-1], reader.places[-1]
