"""The quick way through what most of a big zone is: records on one line, nothing but printable ASCII, all correct.

Lines of nothing but words that may be names are found by the hundred, with one expression; any other line is matched by
itself. Whatever is unusual or wrong is left alone: the lexer and the reader then take that line the thorough way, and a
test holds that both ways come to the same.
"""

from __future__ import annotations

from kmsdns.model.names import MAX_LABEL, MAX_NAME
from kmsdns.model.pattern import pattern
from kmsdns.model.records import Location, Opaque, Record, Srv
from kmsdns.model.value import maker
from kmsdns.zone import rdata
from kmsdns.zone.addresses import SHORT
from kmsdns.zone.complaints import ZoneSyntaxError
from kmsdns.zone.naming import CHARACTERS, PLAIN
from kmsdns.zone.zone import Inheritance

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.model.records import Rdata
    from kmsdns.zone.lexer import Entries
    from kmsdns.zone.reading import Reading

_FEWEST, _MOST = 64, 1 << 15  # characters that are cut into lines at a time: more each time that all were plain
_TAME = pattern(rf"[{CHARACTERS}.\t\n ]*+")
_WORD = r"[!#-'*-:<-\[\]-~]++"  # printable but for blanks, quotes, parentheses, semicolons, backslashes
_ITEM = rf'(?:{_WORD}|"[\t !#-\[\]-~]*+")'
# Groups that may fail half-way are not possessive: see naming.PLAIN.
_LINE = pattern(rf"((?:{PLAIN}|@)?[\t ]++{_ITEM}(?:[\t ]++{_ITEM})*|)[\t ]*+(?:;[^\n]*+)?+(?:\r?\n|\Z)")
_ITEMS = pattern(_ITEM)
_IN = frozenset(("IN", "in", "In", "iN"))
_NAMES = frozenset(("NS", "CNAME", "PTR", "DNAME"))
_OCTETS = frozenset(map(str, range(256)))
_INHERITED, _INHERITED_AFTER_ORIGIN = (
    Inheritance.OWNER_INHERITED,
    Inheritance.OWNER_INHERITED | Inheritance.AFTER_ORIGIN,
)
_TTL_DEFAULT, _TTL_PREVIOUS, _TTL_MINIMUM = Inheritance.TTL_DEFAULT, Inheritance.TTL_PREVIOUS, Inheritance.TTL_MINIMUM

_location, _record, _srv = maker(Location), maker(Record), maker(Srv)


def read(reader: Reading, source: Entries) -> None:
    """Takes records from where the source stands, up to the first line that isn't plain."""
    text, start, line, size = source.text, source.at, source.line, _FEWEST
    types, ttls, numbers, name, path = reader.types, reader.ttls, reader.numbers, reader.name, reader.paths[-1]
    suffix, most, longest, match_tame, match_line = name.suffix, MAX_NAME, MAX_LABEL, _TAME.match, _LINE.match
    append, mark = reader.records.append, reader.manners.append
    owner, after_origin = reader.owner, reader.after_origin
    default_ttl, previous_ttl, minimum = reader.default_ttl, reader.previous_ttl, reader.minimum
    before = len(reader.records)
    while start < len(text):
        end = text.rfind("\n", start, match_tame(text, start, start + size).end()) + 1  # type: ignore[union-attr]
        # Words that are not doubtful hold dots and CHARACTERS, and nothing else.
        if doubtful := end <= start:
            match = match_line(text, start)
            if match is None:
                break
            lines, end = [match[1]], match.end()
        else:
            lines = text[start : end - 1].split("\n")
        size, first = min(size * 2, _MOST), line
        for content in lines:
            words = content.split() if not doubtful or '"' not in content else _ITEMS.findall(content)
            if not words:
                line += 1
                continue
            try:
                if content[0] > " ":
                    word, manner, column, at = words[0], 0, 1, 1
                    here = word if word[-1] == "." else word + suffix if suffix else name(word)
                    if word[0] in ".@" or len(word) > longest or len(here) >= most or ".." in word:
                        here = name(word)
                elif owner is not None:
                    here, column, at = owner, len(content) - len(content.lstrip()) + 1, 0
                    manner = _INHERITED_AFTER_ORIGIN if after_origin else _INHERITED
                else:
                    break
                ttl = ttls.get(words[at])
                if ttl is not None:
                    at += 1
                    at += words[at] in _IN
                else:
                    at += (classed := words[at] in _IN)
                    if words[at][0].isdigit():
                        ttl = reader.ttl(words[at], 0)
                        at += 1
                        at += not classed and words[at] in _IN
                rdtype = types.get(words[at])
                if ttl is None:
                    if default_ttl is not None:
                        ttl, manner = default_ttl, manner | _TTL_DEFAULT
                    elif previous_ttl is not None:
                        ttl, manner = previous_ttl, manner | _TTL_PREVIOUS
                    elif minimum is not None:
                        ttl, manner = minimum, manner | _TTL_MINIMUM
                    else:
                        break
                last, count = words[-1], len(words) - at
                if rdtype == "A" and count == 2 and len(quad := last.split(".")) == 4 and _OCTETS.issuperset(quad):
                    value: Rdata | None = last
                elif (is_srv := rdtype == "SRV" and count == 5) or (count == 2 and rdtype in _NAMES):
                    target = last if last[-1] == "." else last + suffix if suffix else name(last)
                    if doubtful or len(last) > longest or len(target) >= most or ".." in last or last[0] == ".":
                        target = name(last)
                    value = (
                        _srv(numbers[words[-4]], numbers[words[-3]], numbers[words[-2]], target) if is_srv else target
                    )
                elif rdtype == "AAAA" and count == 2 and SHORT.fullmatch(last) and last.count(":") < 7:
                    value = last
                elif rdtype == "TXT" and count == 2 and last[0] == '"' and len(last) <= 257:
                    value = Opaque(data=bytes((len(last) - 2,)) + last[1:-1].encode())
                elif rdtype is not None and rdtype != "SOA" and count > 1:
                    value = rdata.parse(rdtype, words[at + 1 :], name)
                    if value is None:
                        break
                else:
                    break
            except (ZoneSyntaxError, IndexError):  # the record is wrong, or ends too early
                break
            if column == 1:
                after_origin = False
            owner, previous_ttl = here, ttl
            append(
                _record(here, ttl, rdtype, value, "IN", _location(path, line, column, line, len(content.rstrip()) + 1))
            )
            mark(manner)
            line += 1
        else:
            start = end
            continue
        start += sum([len(content) + 1 for content in lines[: line - first]])
        break
    source.at, source.line = start, line
    reader.owner, reader.after_origin, reader.previous_ttl = owner, after_origin, previous_ttl
    count = reader.count + len(reader.records) - before
    reader.places.extend(range(reader.count + 1, count + 1))
    reader.count = count
