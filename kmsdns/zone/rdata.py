"""Rdata in presentation form to the rdata of core, and back (RFC 1035 5.1, RFC 3597 5).

SRV, SOA, addresses and single names are taken apart, MX and TXT are encoded here; every other type is dnspython's,
which is loaded when the first record needs it.
"""

from __future__ import annotations

import re
import struct

from kmsdns.core import names
from kmsdns.core.records import Opaque, Soa, Srv, rdtype_number
from kmsdns.zone.addresses import ipv4, ipv6
from kmsdns.zone.complaints import Bad

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kmsdns.core.records import Rdata

    Name = Callable[[str], str]
    Parser = Callable[[Sequence[str], Name], Rdata]

GENERIC = "\\#"
"""What rdata in the form of RFC 3597 5 begins with."""

_SRV_FIELDS = ("priority", "weight", "port", "target")
_SOA_TIMES = ("refresh", "retry", "expire", "minimum")
_PERIOD = re.compile(r"[0-9]+|(?:[0-9]+[smhdw])+", re.ASCII | re.IGNORECASE)
_PART = re.compile(r"([0-9]+)([smhdw]?)", re.ASCII | re.IGNORECASE)
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def parse(rdtype: str, words: Sequence[str], name: Name) -> Rdata | None:
    """The rdata of a type known here from its words, None for any other type; name completes a name. Raises Bad."""
    parser = PARSERS.get(rdtype)
    if parser is None:
        return None
    if words and words[0] == GENERIC:
        return _from_wire(rdtype, generic(words))
    return parser(words, name)


def generic(words: Sequence[str]) -> bytes:
    r"""The octets of rdata written as \# LENGTH HEX... (RFC 3597 5). Raises Bad."""
    length = number(words[1], "the length", 1, 65535) if len(words) > 1 else None
    if length is None:
        raise Bad("ZF001", "\\# is followed by the number of octets and their hexadecimal digits (RFC 3597 5)")
    digits = "".join(words[2:])
    if not digits.isascii() or len(digits) % 2 or digits.strip("0123456789abcdefABCDEF"):
        raise Bad("ZF001", "hexadecimal digits are expected after the length, two for every octet (RFC 3597 5)", 2)
    data = bytes.fromhex(digits)
    if len(data) != length:
        raise Bad("ZF001", f"\\# promises {length} octets, {len(data)} follow (RFC 3597 5)", 1)
    return data


def number(word: str, field: str, at: int, most: int, code: str = "ZF016") -> int:
    """A decimal number up to most. Raises Bad: code when it is out of range, ZF001 when it is no number."""
    if word.isdigit() and word.isascii():
        value = int(word) if len(word) < 20 else most + 1
        if value <= most:
            return value
    elif not (word[:1] == "-" and word[1:].isdigit()):
        raise Bad("ZF001", f"{field} is expected here, a number from 0 to {most}, not {names.shown(word)}", at)
    raise Bad(code, f"{field} {names.shown(word, 30)[1:-1]} is out of range: 0 to {most}", at)


def period(word: str, field: str, at: int | None) -> int:
    """Seconds, as a number or with units (1h30m). Raises Bad: ZF016 when they don't fit in 32 bits, else ZF001."""
    if word.isdigit() and word.isascii() and len(word) < 11:
        seconds = int(word)
    elif _PERIOD.fullmatch(word):
        parts = _PART.findall(word)
        seconds = sum((int(digits) if len(digits) < 11 else 2**32) * _SECONDS[unit.lower()] for digits, unit in parts)
    elif word[:1] == "-" and word[1:].isdigit():
        seconds = -1
    else:
        raise Bad("ZF001", f"{field} is expected here, like 3600 or 1h30m, not {names.shown(word)}", at)
    if not 0 <= seconds < 2**32:
        raise Bad("ZF016", f"{field} {names.shown(word, 30)[1:-1]} is out of range: 0 to {2**32 - 1} seconds", at)
    return seconds


def octets(word: str) -> bytes:
    r"""The octets of a word or a quoted string: quotes taken off, \X and \DDD undone. Raises Bad (RFC 1035 5.1)."""
    if word[:1] == '"':
        word = word[1:-1]
    if "\\" not in word:
        return encoded(word)
    found, at, size = bytearray(), 0, len(word)
    while at < size:
        escape = word.find("\\", at)
        if escape < 0:
            found += encoded(word[at:])
            break
        found += encoded(word[at:escape])
        digits = word[escape + 1 : escape + 4]
        if digits[:1].isdigit():
            if len(digits) < 3 or not (digits.isdigit() and digits.isascii()) or int(digits) > 255:
                raise Bad("ZF001", f"\\{names.shown(digits)[1:-1]} is no octet: write \\000 to \\255 (RFC 1035 5.1)")
            found.append(int(digits))
            at = escape + 4
        elif not digits:
            raise Bad("ZF001", "a backslash at the end escapes nothing (RFC 1035 5.1)")
        else:
            found += encoded(digits[0])
            at = escape + 2
    return bytes(found)


def encoded(text: str) -> bytes:
    """Characters as the octets they have in a file: UTF-8, or the single octet that was no UTF-8."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # a lone surrogate that no decoder made
        return text.encode("utf-8", "surrogatepass")


def _one(words: Sequence[str], field: str) -> str:
    if len(words) != 1:
        what = f"{len(words)} fields, and it has one" if words else "nothing, and it has one field"
        raise Bad("ZF001", f"the rdata holds {what}: {field}", 1 if words else None)
    return words[0]


def _address(words: Sequence[str], _name: Name) -> Rdata:
    return ipv4(_one(words, "an IPv4 address"))


def _address6(words: Sequence[str], _name: Name) -> Rdata:
    return ipv6(_one(words, "an IPv6 address"))


def _target(words: Sequence[str], name: Name) -> Rdata:
    return named(_one(words, "a domain name"), 0, name)


def named(word: str, at: int, name: Name) -> str:
    """The name that a word stands for. Raises Bad about the word at that place."""
    try:
        return name(word)
    except Bad as bad:
        bad.word = at
        raise


def _srv(words: Sequence[str], name: Name) -> Rdata:
    if len(words) == 4:
        return Srv(
            priority=number(words[0], "the priority", 0, 65535, "SRV202"),
            weight=number(words[1], "the weight", 1, 65535, "SRV202"),
            port=number(words[2], "the port", 2, 65535, "SRV202"),
            target=named(words[3], 3, name),
        )
    order = "priority, weight, port, target (RFC 2782)"
    if len(words) > 4:
        raise Bad("SRV201", f"{names.shown(words[4])} is one field too many: an SRV record has {order}", 4)
    if not words:
        raise Bad("SRV201", f"the rdata is missing: an SRV record has {order}")
    numbers = sum([word.isdigit() for word in words])
    missing = _SRV_FIELDS[numbers:] if numbers == len(words) else _SRV_FIELDS[numbers:3]
    verb = "is" if len(missing) == 1 else "are"
    raise Bad("SRV201", f"{' and '.join(missing)} {verb} missing: an SRV record has {order}", len(words) - 1)


def _soa(words: Sequence[str], name: Name) -> Rdata:
    order = "mname, rname, serial, refresh, retry, expire, minimum (RFC 1035 3.3.13)"
    if len(words) != 7:
        missing = f"{len(words)} fields" if words else "nothing"
        raise Bad("ZF001", f"the rdata holds {missing}, an SOA record has 7: {order}", 7 if len(words) > 7 else None)
    mname, rname = named(words[0], 0, name), named(words[1], 1, name)
    serial = number(words[2], "the serial", 2, 2**32 - 1)
    refresh, retry, expire, minimum = [
        period(word, f"the {field} time", at)
        for at, (word, field) in enumerate(zip(words[3:], _SOA_TIMES, strict=True), 3)
    ]
    return Soa(
        mname=mname, rname=rname, serial=serial, refresh=refresh, retry=retry, expire=expire, minimum=minimum
    )  # fmt: skip


def _mx(words: Sequence[str], name: Name) -> Rdata:
    if len(words) != 2:
        raise Bad("ZF001", f"the rdata holds {len(words)} fields, an MX record has 2: preference, exchange")
    preference = number(words[0], "the preference", 0, 65535)
    return Opaque(data=preference.to_bytes(2, "big") + names.to_wire(named(words[1], 1, name)))


def _two(words: Sequence[str], name: Name) -> Rdata:
    if len(words) != 2:
        raise Bad("ZF001", f"the rdata holds {len(words)} fields, and it has two: domain names")
    return Opaque(data=b"".join([names.to_wire(named(word, at, name)) for at, word in enumerate(words)]))


def _wrapped(words: Sequence[str], name: Name) -> Rdata:
    return Opaque(data=names.to_wire(named(_one(words, "a domain name"), 0, name)))


def _txt(words: Sequence[str], _name: Name) -> Rdata:
    if not words:
        raise Bad("ZF001", "a TXT record holds at least one string (RFC 1035 3.3.14)")
    data = bytearray()
    for at, word in enumerate(words):
        try:
            string = octets(word)
        except Bad as bad:
            bad.word = at
            raise
        if len(string) > 255:
            raise Bad("ZF001", f"the string has {len(string)} octets, 255 is the most: split it (RFC 1035 3.3)", at)
        data.append(len(string))
        data += string
    return _sized(bytes(data))


def _sized(data: bytes) -> Opaque:
    if len(data) > 65535:
        raise Bad("ZF016", f"the rdata has {len(data)} octets, 65535 is the most (RFC 1035 3.2.1)")
    return Opaque(data=data)


PARSERS: dict[str, Parser] = {
    "A": _address, "AAAA": _address6, "NS": _target, "CNAME": _target, "DNAME": _target, "PTR": _target,
    "SRV": _srv, "SOA": _soa, "MX": _mx, "TXT": _txt, "SPF": _txt,
    # MD, MF, MB, MG, MR, MINFO (RFC 1035 3.3): dnspython knows only their names.
    "TYPE3": _wrapped, "TYPE4": _wrapped, "TYPE7": _wrapped, "TYPE8": _wrapped, "TYPE9": _wrapped, "TYPE14": _two,
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
        if rdtype == "MX":
            _wire_names(data[2:], 1)
            return Opaque(data=data)
        if rdtype in ("TXT", "SPF"):
            at = 0
            while at < len(data):
                at += data[at] + 1
            if at != len(data) or not data:
                raise ValueError
            return Opaque(data=data)
        if rdtype.startswith("TYPE"):
            _wire_names(data, 2 if PARSERS[rdtype] is _two else 1)
            return Opaque(data=data)
        (target,) = _wire_names(data, 1)
    except (ValueError, struct.error):
        raise Bad("ZF001", f"these octets are no {rdtype} rdata (RFC 3597 5)", 1) from None
    return target


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
    """The rdata of a type that dnspython knows, or that is written as RFC 3597 5 says. Raises Bad."""
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
        raise Bad("ZN001", "a label has more than 63 octets (RFC 1035 2.3.4)") from None
    except dns.name.NameTooLong:
        raise Bad("ZN002", "a name has more than 255 octets (RFC 1035 2.3.4)") from None
    except dns.name.EmptyLabel:
        raise Bad("ZN003", "a name has an empty label: two dots in a row, or a dot in front") from None
    except Exception as error:  # on text it does not expect, it raises what its own parts raise
        reason = names.shown(str(error) or type(error).__name__, 120)[1:-1] if text else "it is missing"
        raise Bad("ZF001", f"this is no {mnemonic(rdtype)} rdata: {reason}") from None
    assert data is not None
    return _sized(data)


def printable(word: str) -> str:
    r"""A word in which every octet that dnspython would take for something else is written as \DDD."""
    if word.isascii() and word.isprintable():
        return word
    return "".join([c if " " <= c <= "~" else "".join([f"\\{octet:03d}" for octet in encoded(c)]) for c in word])


def mnemonic(rdtype: str) -> str:
    """A type as a person knows it: core leaves a TYPEnnn where dnspython may have a word."""
    if not rdtype.startswith("TYPE"):
        return rdtype
    import dns.rdatatype

    return dns.rdatatype.to_text(dns.rdatatype.RdataType.make(rdtype_number(rdtype)))


def present(rdtype: str, rdata: Rdata) -> str:
    """Rdata in presentation form: what dnspython can take apart is shown in its type's own form, else RFC 3597 5."""
    if not isinstance(rdata, Opaque):
        return str(rdata)
    import dns.rdata
    import dns.rdataclass
    import dns.rdatatype

    try:
        kind = dns.rdatatype.RdataType.make(rdtype_number(rdtype))
        return dns.rdata.from_wire(dns.rdataclass.IN, kind, rdata.data, 0, len(rdata.data)).to_text()
    except Exception:  # octets that are no rdata of the type after all
        return str(rdata)
