"""Rdata in presentation form to the rdata of model, and back (RFC 1035 5.1, RFC 3597 5).

SRV, SOA, addresses and single names are taken apart here, strings encoded here, and what has a line in layouts there;
every other type is dnspython's, which is loaded when the first record needs it.
"""

from __future__ import annotations

import struct

from kmsdns.model import names
from kmsdns.model.records import COMPRESSIBLE, Opaque, Soa, Srv, rdtype_number
from kmsdns.zone import layouts
from kmsdns.zone.addresses import ipv4, ipv6
from kmsdns.zone.complaints import (
    EMPTY_LABEL,
    FIELD_COUNT,
    FIELD_OUT_OF_RANGE,
    LABEL_TOO_LONG,
    NAME_TOO_LONG,
    SYNTAX_ERROR,
    ZoneSyntaxError,
)
from kmsdns.zone.text import encoded, named, number, octets, period

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kmsdns.model.records import Rdata
    from kmsdns.zone.text import Name

    Parser = Callable[[Sequence[str], Name], Rdata]

GENERIC = "\\#"
"""What rdata in the form of RFC 3597 5 begins with."""

_SRV_FIELDS = ("priority", "weight", "port", "target")
_NAMING = frozenset("KX NAPTR".split())  # types whose names have any case, besides those read here
_SOA_TIMES = ("refresh", "retry", "expire", "minimum")


def parse(rdtype: str, words: Sequence[str], name: Name) -> Rdata | None:
    """The rdata of a type known here, None for any other; name completes a name. Raises ZoneSyntaxError."""
    parser = PARSERS.get(rdtype)
    layout = layouts.layout(rdtype) if parser is None else None
    if parser is None and layout is None:
        return None
    if words and words[0] == GENERIC:
        return _from_wire(rdtype, generic(words))
    return parser(words, name) if parser is not None else layouts.read(rdtype, words, name, layout or ())


def generic(words: Sequence[str]) -> bytes:
    r"""The octets of rdata written as \# LENGTH HEX... (RFC 3597 5). Raises ZoneSyntaxError."""
    length = number(words[1], "the length", 1, 65535) if len(words) > 1 else None
    if length is None:
        raise ZoneSyntaxError(
            SYNTAX_ERROR, "\\# is followed by the number of octets and their hexadecimal digits (RFC 3597 5)"
        )
    digits = "".join(words[2:])
    if not digits.isascii() or len(digits) % 2 or digits.strip("0123456789abcdefABCDEF"):
        raise ZoneSyntaxError(
            SYNTAX_ERROR, "hexadecimal digits are expected after the length, two for every octet (RFC 3597 5)", 2
        )
    data = bytes.fromhex(digits)
    if len(data) != length:
        raise ZoneSyntaxError(SYNTAX_ERROR, f"\\# promises {length} octets, {len(data)} follow (RFC 3597 5)", 1)
    return data


def _one(words: Sequence[str], field: str) -> str:
    if len(words) != 1:
        what = f"{len(words)} fields, and it has one" if words else "nothing, and it has one field"
        raise ZoneSyntaxError(SYNTAX_ERROR, f"the rdata holds {what}: {field}", 1 if words else None)
    return words[0]


def _address(words: Sequence[str], _name: Name) -> Rdata:
    return ipv4(_one(words, "an IPv4 address"))


def _address6(words: Sequence[str], _name: Name) -> Rdata:
    return ipv6(_one(words, "an IPv6 address"))


def _target(words: Sequence[str], name: Name) -> Rdata:
    return named(_one(words, "a domain name"), 0, name)


def _srv(words: Sequence[str], name: Name) -> Rdata:
    if len(words) == 4:
        return Srv(
            priority=number(words[0], "the priority", 0, 65535, FIELD_OUT_OF_RANGE),
            weight=number(words[1], "the weight", 1, 65535, FIELD_OUT_OF_RANGE),
            port=number(words[2], "the port", 2, 65535, FIELD_OUT_OF_RANGE),
            target=named(words[3], 3, name),
        )
    order = "priority, weight, port, target (RFC 2782)"
    if len(words) > 4:
        raise ZoneSyntaxError(
            FIELD_COUNT, f"{names.shown(words[4])} is one field too many: an SRV record has {order}", 4
        )
    if not words:
        raise ZoneSyntaxError(FIELD_COUNT, f"the rdata is missing: an SRV record has {order}")
    numbers = sum([word.isdigit() for word in words])
    missing = _SRV_FIELDS[numbers:] if numbers == len(words) else _SRV_FIELDS[numbers:3]
    verb = "is" if len(missing) == 1 else "are"
    raise ZoneSyntaxError(
        FIELD_COUNT, f"{' and '.join(missing)} {verb} missing: an SRV record has {order}", len(words) - 1
    )


def _soa(words: Sequence[str], name: Name) -> Rdata:
    order = "mname, rname, serial, refresh, retry, expire, minimum (RFC 1035 3.3.13)"
    if len(words) != 7:
        missing = f"{len(words)} fields" if words else "nothing"
        raise ZoneSyntaxError(
            SYNTAX_ERROR, f"the rdata holds {missing}, an SOA record has 7: {order}", 7 if len(words) > 7 else None
        )
    mname, rname = named(words[0], 0, name), named(words[1], 1, name)
    serial = number(words[2], "the serial", 2, 2**32 - 1)
    refresh, retry, expire, minimum = [
        period(word, f"the {field} time", at)
        for at, (word, field) in enumerate(zip(words[3:], _SOA_TIMES, strict=True), 3)
    ]
    return Soa(
        mname=mname, rname=rname, serial=serial, refresh=refresh, retry=retry, expire=expire, minimum=minimum
    )  # fmt: skip


def _txt(words: Sequence[str], _name: Name) -> Rdata:
    if not words:
        raise ZoneSyntaxError(SYNTAX_ERROR, "a TXT record holds at least one string (RFC 1035 3.3.14)")
    data = bytearray()
    for at, word in enumerate(words):
        try:
            string = octets(word)
        except ZoneSyntaxError as bad:
            bad.word = at
            raise
        # What is longer than a string can be goes on in the next one: readers of TXT join them (RFC 7208 3.3).
        for start in range(0, len(string) or 1, 255):
            part = string[start : start + 255]
            data.append(len(part))
            data += part
    return layouts.sized(bytes(data))


PARSERS: dict[str, Parser] = {
    "A": _address, "AAAA": _address6, "NS": _target, "CNAME": _target, "DNAME": _target, "PTR": _target,
    "SRV": _srv, "SOA": _soa, **dict.fromkeys(layouts.STRING_TYPES, _txt),
}  # fmt: skip


def _from_wire(rdtype: str, data: bytes) -> Rdata:
    """Rdata written as octets, of a type known here: it must be what the type's own form could say (RFC 3597 5)."""
    try:
        if rdtype == "A":
            return ".".join(map(str, struct.unpack("!4B", data)))
        if rdtype == "AAAA":
            return ipv6(":".join([f"{group:x}" for group in struct.unpack("!8H", data)]))
        if rdtype == "SRV":
            priority, weight, port = struct.unpack_from("!3H", data)
            (target,) = _wire_names(data[6:], 1)
            return Srv(priority=priority, weight=weight, port=port, target=target)
        if rdtype == "SOA":
            serial, refresh, retry, expire, minimum = struct.unpack("!5I", data[-20:])
            mname, rname = _wire_names(data[:-20], 2)
            return Soa(
                mname=mname, rname=rname, serial=serial, refresh=refresh, retry=retry, expire=expire, minimum=minimum
            )  # fmt: skip
        layout = layouts.layout(rdtype)
        if layout is not None:
            if rdtype_number(rdtype) < layouts.PRIVATE:  # above it others may mean other things by the number
                layouts.check(data, layout)
            return Opaque(data=data)
        if PARSERS[rdtype] is _txt:
            _strings(data)
            return Opaque(data=data)
        (target,) = _wire_names(data, 1)
    except (ValueError, struct.error):
        known = layouts.mnemonic(rdtype)
        raise ZoneSyntaxError(SYNTAX_ERROR, f"these octets are no {known} rdata (RFC 3597 5)", 1) from None
    return target


def _strings(data: bytes) -> list[bytes]:
    """At least one string, each behind its length. ValueError when data is anything else."""
    found, at = [], 0
    while at < len(data):
        found.append(data[at + 1 : at + 1 + data[at]])
        at += 1 + data[at]
    if at != len(data) or not data:
        raise ValueError
    return found


def _wire_names(data: bytes, count: int) -> list[str]:
    """Exactly so many uncompressed names. ValueError when data is anything else."""
    found: list[str] = []
    labels: list[bytes] = []
    at = start = 0
    while at < len(data):
        length = data[at]
        label = data[at + 1 : at + 1 + length]
        if length > names.MAX_LABEL or len(label) < length:
            raise ValueError
        at += 1 + length
        if at - start > names.MAX_NAME:
            raise ValueError
        if length:
            labels.append(label)
        else:
            found.append(names.from_labels(labels))
            labels, start = [], at
    if len(found) != count or start != at:
        raise ValueError
    return found


def foreign(rdtype: str, text: str, origin: str) -> Opaque:
    """The rdata of a type that dnspython knows, or that is written as RFC 3597 5 says. Raises ZoneSyntaxError."""
    import dns.exception
    import dns.name
    import dns.rdata
    import dns.rdataclass
    import dns.rdatatype

    try:
        absolute = dns.name.Name((*names.to_labels(origin), b""))
        kind = dns.rdatatype.RdataType.make(rdtype_number(rdtype))
        rdata = dns.rdata.from_text(dns.rdataclass.IN, kind, text, absolute, relativize=False)
        data = rdata.to_wire(origin=absolute)
    except dns.name.LabelTooLong:
        raise ZoneSyntaxError(LABEL_TOO_LONG, "a label has more than 63 octets (RFC 1035 2.3.4)") from None
    except dns.name.NameTooLong:
        raise ZoneSyntaxError(NAME_TOO_LONG, "a name has more than 255 octets (RFC 1035 2.3.4)") from None
    except dns.name.EmptyLabel:
        raise ZoneSyntaxError(EMPTY_LABEL, "a name has an empty label: two dots in a row, or a dot in front") from None
    except Exception as error:  # on text it does not expect, it raises what its own parts raise
        reason = names.shown(str(error) or type(error).__name__, 120)[1:-1] if text else "it is missing"
        raise ZoneSyntaxError(SYNTAX_ERROR, f"this is no {layouts.mnemonic(rdtype)} rdata: {reason}") from None
    assert data is not None
    return layouts.sized(data)


def printable(word: str) -> str:
    r"""A word in which every octet that dnspython would take for something else is written as \DDD."""
    if word.isascii() and word.isprintable():
        return word
    return "".join([c if " " <= c <= "~" else "".join([f"\\{octet:03d}" for octet in encoded(c)]) for c in word])


def present(rdtype: str, rdata: Rdata) -> str:
    """Rdata in presentation form: in its type's own form where it can be taken apart, else as RFC 3597 5 says."""
    if not isinstance(rdata, Opaque):
        return str(rdata)
    try:
        if PARSERS.get(rdtype) is _txt:
            return " ".join([f'"{_quoted(string)}"' for string in _strings(rdata.data)])
        if rdtype in COMPRESSIBLE:
            fixed, count = COMPRESSIBLE[rdtype]
            number = [str(int.from_bytes(rdata.data[:fixed], "big"))] if fixed else []
            return " ".join([*number, *_wire_names(rdata.data[fixed:], count)])
    except ValueError:
        return str(rdata)
    import dns.rdata
    import dns.rdataclass
    import dns.rdatatype

    try:
        kind = dns.rdatatype.RdataType.make(rdtype_number(rdtype))
        return dns.rdata.from_wire(dns.rdataclass.IN, kind, rdata.data, 0, len(rdata.data)).to_text()
    except Exception:  # octets that are no rdata of the type after all
        return str(rdata)


def identity(rdtype: str, rdata: Rdata) -> tuple[object, ...]:
    """What two rdatas of a type have in common when they mean the same: names are compared without regard to case."""
    if isinstance(rdata, str):
        return (rdata.lower(),)
    if isinstance(rdata, Opaque):
        return (_canonical(rdtype, rdata.data),)
    fields: tuple[str, ...] = rdata.__match_args__
    values = [getattr(rdata, field) for field in fields]
    return tuple([value.lower() if isinstance(value, str) else value for value in values])


def _canonical(rdtype: str, octets: bytes) -> bytes:
    """Rdata with its names in lower case (RFC 4034 6.2)."""
    if rdtype in COMPRESSIBLE:
        fixed, count = COMPRESSIBLE[rdtype]
        try:
            _wire_names(octets[fixed:], count)
        except ValueError:
            return octets
        return octets[:fixed] + octets[fixed:].lower()  # the length of a label is no letter
    if rdtype not in _NAMING:
        return octets
    import dns.exception
    import dns.rdata
    import dns.rdataclass
    import dns.rdatatype

    kind = dns.rdatatype.RdataType.make(rdtype_number(rdtype))
    try:
        return dns.rdata.from_wire(dns.rdataclass.IN, kind, octets, 0, len(octets)).to_digestable()
    except (dns.exception.DNSException, ValueError):  # octets that are no rdata of the type after all
        return octets


def target_of(rdtype: str, rdata: Rdata) -> str | None:
    """The host that a record names, in lower case; None when it names none."""
    if isinstance(rdata, Srv):
        return rdata.target.lower()
    if rdtype == "MX" and isinstance(rdata, Opaque):
        try:
            return _wire_names(rdata.data[2:], 1)[0].lower()
        except ValueError:
            return None
    return rdata.lower() if isinstance(rdata, str) and rdtype in ("NS", "CNAME", "PTR", "DNAME") else None


def _quoted(string: bytes) -> str:
    if string.isascii() and (text := string.decode("ascii")).isprintable() and '"' not in text and "\\" not in text:
        return text
    return "".join(
        [f"\\{chr(o)}" if o in b'"\\' else chr(o) if 0x20 <= o < 0x7F else f"\\{o:03d}" for o in string]
    )  # fmt: skip
