"""Changes to the text of a zone file that leave everything else as it is, comments and layout included.

An edit's offsets count the characters of the text that lexer.decode makes of a file, as tokens have them; in a file of
ASCII these are its octets. What other records inherit from a line that changes, their owner or their TTL, is written
into their own line first, so that an edit is about one record only.
"""

from __future__ import annotations

from kmsdns.errors import KmsdnsError
from kmsdns.model.names import shown
from kmsdns.model.value import Value
from kmsdns.zone import writer
from kmsdns.zone.lexer import decode, encode
from kmsdns.zone.windows import is_list
from kmsdns.zone.zone import Inheritance

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kmsdns.model.records import Location, Record
    from kmsdns.zone.lexer import Token
    from kmsdns.zone.zone import Zone


class Edit(Value):
    """text[start:end] is to become something else; an insertion has both at one place."""

    start: int
    end: int
    replacement: str


def apply(data: bytes, edits: Sequence[Edit]) -> bytes:
    """The file with all edits made, each offset being one of the file as it was.

    Insertions at one place come in the order given. Raises KmsdnsError when two edits overlap, when one is outside of
    the text, and when the text cannot be put back into the file's own encoding.
    """
    text = decode(data)
    if encode(text, data) != data:
        raise KmsdnsError("the file is damaged UTF-16: repair it, or save it as UTF-8, before it is changed")
    pieces, at = [], 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if not 0 <= edit.start <= edit.end <= len(text):
            raise KmsdnsError(f"an edit at {edit.start} to {edit.end} is outside of the text of {len(text)} characters")
        if edit.start < at:
            raise KmsdnsError(f"two edits overlap at {edit.start}: make one after the other")
        pieces += [text[at : edit.start], edit.replacement]
        at = edit.end
    changed = "".join([*pieces, text[at:]])
    if "\r" in text and "\n" not in text:
        changed = changed.replace("\n", "\r")  # the line ends of old
    try:
        return encode(changed, data)
    except UnicodeEncodeError:
        raise KmsdnsError("a replacement holds a character that the file's encoding does not have") from None


def replace(token: Token, replacement: str) -> Edit:
    """Another text in place of one word."""
    return Edit(start=token.offset, end=token.end, replacement=replacement)


def delete(zone: Zone, record: Record) -> tuple[Edit, ...]:
    """A record's line, or lines, taken out, its comment with it.

    Raises KmsdnsError for a record that isn't from a file, or shares its line with others ($GENERATE).
    """
    index, location = _place(zone, record)
    text = zone.sources[location.path]
    start, end = _lines(text, location)
    return (Edit(start=start, end=end, replacement=""), *_pin_next(zone, index, None))


def insert(zone: Zone, after: Record, record: Record) -> tuple[Edit, ...]:
    """A new record on a line of its own behind the line, or lines, of another one; all its names are absolute.

    Raises KmsdnsError when the other record isn't from a file.
    """
    index, location = _place(zone, after, alone=False)
    text = zone.sources[location.path]
    if is_list(text):
        raise KmsdnsError(f"{shown(location.path)} is a list of DNS Manager: no record can be added to it")
    _start, end = _lines(text, location)
    newline = "\r\n" if "\r\n" in text else "\n"
    new = writer.line(record) + newline
    if text[end - 1 : end] != "\n":
        new = newline + new.removesuffix(newline)
    return (Edit(start=end, end=end, replacement=new), *_pin_next(zone, index, record))


def _place(zone: Zone, record: Record, alone: bool = True) -> tuple[int, Location]:
    """Which of the zone's records it is, and where it stands."""
    location = record.location
    what = f"{record.owner} {record.rdtype}"
    if location is None or location.path not in zone.sources:
        raise KmsdnsError(f"{shown(what)} does not stand in a file that was read")
    there = [index for index, each in enumerate(zone.records) if each.location == location]
    if not any(zone.records[index] == record for index in there):
        raise KmsdnsError(f"{shown(what)} is no record of this zone")
    if alone and len(there) > 1:
        raise KmsdnsError(f"{shown(what)} shares line {location.line} with other records: change that line by hand")
    return there[-1], location


def _lines(text: str, location: Location) -> tuple[int, int]:
    """From the start of the record's first line to the end of its last, line end included."""
    start = 0
    for _ in range(location.line - 1):
        start = text.index("\n", start) + 1
    end = start
    for _ in range(location.end_line - location.line + 1):
        newline = text.find("\n", end)
        end = len(text) if newline < 0 else newline + 1
    return start, end


def _pin_next(zone: Zone, index: int, between: Record | None) -> list[Edit]:
    """Owner and TTL written into the record that inherits them from the one at index, which goes, or is cut off."""
    records, path = zone.records, _path(zone.records[index])
    at = index + 1
    included = at < len(records) and _path(records[at]) not in {_path(record) for record in records[:at]}
    if included and _lost(zone, index, at, between):
        name = shown(str(_path(records[at])))
        raise KmsdnsError(f"{name}, included from here, inherits an owner or a TTL: write it there first")
    while at < len(records) and _path(records[at]) != path:
        at += 1
    if at == len(records) or _path(records[at]) != path or not (lost := _lost(zone, index, at, between)):
        return []
    record, tokens, edits = records[at], zone.tokens(records[at]), []
    assert record.location is not None
    if lost & Inheritance.OWNER_INHERITED:
        start, _end = _lines(zone.sources[record.location.path], record.location)
        edits.append(Edit(start=start, end=start, replacement=record.owner))
    if lost & Inheritance.TTL_PREVIOUS:
        words = 0 if zone.manners[at] & Inheritance.OWNER_INHERITED else 3 if tokens[0].text[0] == "$" else 1
        edits.append(Edit(start=tokens[words].offset, end=tokens[words].offset, replacement=f"{record.ttl} "))
    return edits


def _lost(zone: Zone, index: int, at: int, between: Record | None) -> int:
    """Of what the record at that place inherits, what it would lose: flags of Inheritance."""
    record, inherits = zone.records[at], zone.manners[at] & (Inheritance.OWNER_INHERITED | Inheritance.TTL_PREVIOUS)
    if between is None:
        return inherits & ~zone.manners[index]  # what the other one inherits itself is still there when it is gone
    same_owner = Inheritance.OWNER_INHERITED if between.owner == record.owner else 0
    return inherits & ~(same_owner | (Inheritance.TTL_PREVIOUS if between.ttl == record.ttl else 0))


def _path(record: Record) -> str | None:
    return record.location.path if record.location is not None else None
