"""The quick way through what most of a big zone is: records on one line, nothing but printable ASCII, all correct.

Each line is matched as a whole, by one expression. Whatever is unusual or wrong is left alone: the lexer and the reader
then take that line the thorough way, and a test holds that both ways come to the same.
"""

from __future__ import annotations

import re

from kmsdns.core.names import MAX_NAME
from kmsdns.core.records import Location, Opaque, Record, Srv
from kmsdns.zone import rdata
from kmsdns.zone.addresses import QUAD, SHORT
from kmsdns.zone.complaints import Bad
from kmsdns.zone.naming import PLAIN
from kmsdns.zone.zone import Manner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from kmsdns.core.records import Rdata
    from kmsdns.core.value import Value
    from kmsdns.zone.lexer import Entries
    from kmsdns.zone.reader import Reader

_WORD = r"[!#-'*-:<-\[\]-~]++"  # printable but for blanks, quotes, parentheses, semicolons, backslashes
_ITEM = rf'(?:{_WORD}|"[\t !#-\[\]-~]*+")'
_TTL = r"([0-9][0-9A-Za-z]*+)[\t ]++"
_CLASS = r"[Ii][Nn][\t ]++"
# Groups that may fail half-way are not possessive: see naming.PLAIN.
_LINE = re.compile(
    rf"({PLAIN}|@)?[\t ]++()(?:{_CLASS}(?:{_TTL})?|{_TTL}(?:{_CLASS})?)?"
    rf"([A-Za-z][0-9A-Za-z]*+)[\t ]++({_ITEM}(?:[\t ]++{_ITEM})*)[\t ]*+(?:;[^\n]*+)?+(?:\r?\n|\Z)"
    r"|[\t ]*+(?:;[^\n]*+)?+\r?\n"
)
_ITEMS = re.compile(_ITEM)
_NAMES = frozenset(("NS", "CNAME", "PTR", "DNAME"))
_NAME = re.compile(PLAIN)
_SRV = re.compile(rf"([0-9]{{1,5}})[\t ]++([0-9]{{1,5}})[\t ]++([0-9]{{1,5}})[\t ]++({PLAIN})")
_INHERITED, _INHERITED_AFTER_ORIGIN = Manner.OWNER_INHERITED, Manner.OWNER_INHERITED | Manner.AFTER_ORIGIN
_TTL_DEFAULT, _TTL_PREVIOUS, _TTL_MINIMUM = Manner.TTL_DEFAULT, Manner.TTL_PREVIOUS, Manner.TTL_MINIMUM


def _setters(cls: type[Value]) -> list[Callable[[Any, object], None]]:
    return [getattr(cls, field).__set__ for field in cls.__match_args__]


# A value is made here as its own __init__ does it, but without a call: that is a tenth of the time a zone takes.
_new: Callable[[Any], Any] = object.__new__
_path, _line, _column, _end_line, _end_column = _setters(Location)
_owner, _ttl, _rdtype, _rdata, _rdclass, _location = _setters(Record)


def read(reader: Reader, source: Entries) -> None:
    """Takes records from where the source stands, up to the first line that isn't plain."""
    text, at, line = source.text, source.at, source.line
    types, ttls, name, path = reader.types, reader.ttls, reader.name, reader.paths[-1]
    suffix, most, match_line, is_quad = name.suffix, MAX_NAME, _LINE.match, QUAD.fullmatch
    append, mark = reader.records.append, reader.manners.append
    owner, after_origin = reader.owner, reader.after_origin
    before = len(reader.records)
    default_ttl, previous_ttl, minimum = reader.default_ttl, reader.previous_ttl, reader.minimum
    while (match := match_line(text, at)) is not None:
        word, _, ttl_word, other_ttl_word, kind, fields = match.groups()
        if kind is not None:
            rdtype = types.get(kind)
            if rdtype is None or rdtype == "SOA":
                break
            manner, column = 0, 1
            try:
                if word is not None:
                    here = word if word[-1] == "." else word + suffix
                    if word == "@" or not suffix or len(here) >= most:
                        here = name(word)
                elif owner is not None:
                    here, column = owner, match.start(2) - at + 1
                    manner = _INHERITED_AFTER_ORIGIN if after_origin else _INHERITED
                else:
                    break
                ttl_word = ttl_word or other_ttl_word
                if ttl_word is not None:
                    ttl = ttls.get(ttl_word)
                    if ttl is None:
                        ttl = reader.ttl(ttl_word, 0)
                elif default_ttl is not None:
                    ttl, manner = default_ttl, manner | _TTL_DEFAULT
                elif previous_ttl is not None:
                    ttl, manner = previous_ttl, manner | _TTL_PREVIOUS
                elif minimum is not None:
                    ttl, manner = minimum, manner | _TTL_MINIMUM
                else:
                    break
                if rdtype == "A" and is_quad(fields):
                    value: Rdata | None = fields
                elif rdtype == "AAAA" and SHORT.fullmatch(fields) and fields.count(":") < 7:
                    value = fields
                elif rdtype in _NAMES and suffix and _NAME.fullmatch(fields):
                    value = fields if fields[-1] == "." else fields + suffix
                    if len(value) >= most:
                        break
                elif rdtype == "TXT" and fields[0] == fields[-1] == '"' and fields.find('"', 1, 257) == len(fields) - 1:
                    value = Opaque(data=bytes((len(fields) - 2,)) + fields[1:-1].encode())
                elif rdtype == "SRV" and suffix and (match_srv := _SRV.fullmatch(fields)) is not None:
                    priority, weight, port, target = match_srv.groups()
                    target = target if target[-1] == "." else target + suffix
                    value = Srv(priority=int(priority), weight=int(weight), port=int(port), target=target)
                    if len(target) >= most or max(value.priority, value.weight, value.port) > 65535:
                        break
                else:
                    words = fields.split() if '"' not in fields else _ITEMS.findall(fields)
                    value = rdata.parse(rdtype, words, name)
                    if value is None:
                        break
            except Bad:
                break
            if word is not None:
                after_origin = False
            owner, previous_ttl = here, ttl
            location = _new(Location)
            _path(location, path)
            _line(location, line)
            _column(location, column)
            _end_line(location, line)
            _end_column(location, match.end(6) - at + 1)
            record = _new(Record)
            _owner(record, here)
            _ttl(record, ttl)
            _rdtype(record, rdtype)
            _rdata(record, value)
            _rdclass(record, "IN")
            _location(record, location)
            append(record)
            mark(manner)
        at, line = match.end(), line + 1
    source.at, source.line = at, line
    reader.owner, reader.after_origin, reader.previous_ttl = owner, after_origin, previous_ttl
    count = reader.count + len(reader.records) - before
    reader.places.extend(range(reader.count + 1, count + 1))
    reader.count = count
