"""Records: what an owner name has, whether it was read from a zone file or decoded from an answer."""

from __future__ import annotations

from kmsdns.errors import InvalidArgument
from kmsdns.model.arguments import require, text, whole
from kmsdns.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

RDTYPES = {
    "A": 1, "NS": 2, "MD": 3, "MF": 4, "CNAME": 5, "SOA": 6, "MB": 7, "MG": 8, "MR": 9, "NULL": 10, "WKS": 11,
    "PTR": 12, "HINFO": 13, "MINFO": 14, "MX": 15, "TXT": 16, "RP": 17, "AFSDB": 18, "X25": 19, "ISDN": 20, "RT": 21,
    "NSAP": 22, "NSAP-PTR": 23, "SIG": 24, "KEY": 25, "PX": 26, "GPOS": 27, "AAAA": 28, "LOC": 29, "NXT": 30,
    "SRV": 33, "NAPTR": 35, "KX": 36, "CERT": 37, "A6": 38, "DNAME": 39, "OPT": 41, "APL": 42, "DS": 43, "SSHFP": 44,
    "IPSECKEY": 45, "RRSIG": 46, "NSEC": 47, "DNSKEY": 48, "DHCID": 49, "NSEC3": 50, "NSEC3PARAM": 51, "TLSA": 52,
    "SMIMEA": 53, "HIP": 55, "NINFO": 56, "CDS": 59, "CDNSKEY": 60, "OPENPGPKEY": 61, "CSYNC": 62, "ZONEMD": 63,
    "SVCB": 64, "HTTPS": 65, "DSYNC": 66, "HHIT": 67, "BRID": 68, "SPF": 99, "UNSPEC": 103, "NID": 104, "L32": 105,
    "L64": 106, "LP": 107, "EUI48": 108, "EUI64": 109, "NXNAME": 128, "TKEY": 249, "TSIG": 250, "IXFR": 251,
    "AXFR": 252, "MAILB": 253, "MAILA": 254, "ANY": 255, "URI": 256, "CAA": 257, "AVC": 258, "AMTRELAY": 260,
    "RESINFO": 261, "WALLET": 262, "TA": 32768, "DLV": 32769,
}  # fmt: skip
"""The mnemonics of RR types (IANA): all that dnspython knows. A type without one is TYPEnnn, wherever it comes from."""

COMPRESSIBLE = {
    "MD": (0, 1), "MF": (0, 1), "MB": (0, 1), "MG": (0, 1), "MR": (0, 1), "MINFO": (0, 2), "MX": (2, 1), "RP": (0, 2),
    "AFSDB": (2, 1), "RT": (2, 1), "PX": (2, 2),
}  # fmt: skip
"""Types kept as octets that senders may compress (RFC 3597 4): so many octets, then so many names, and nothing else."""

_MNEMONICS = {number: mnemonic for mnemonic, number in RDTYPES.items()}

MAX_TTL = 2**31 - 1
"""Seconds; a TTL above it counts as 0 (RFC 2181 8)."""


def rdtype_text(number: int) -> str:
    """The mnemonic of an RR type, or TYPEnnn (RFC 3597 5)."""
    return _MNEMONICS.get(number) or f"TYPE{number}"


def rdtype_number(mnemonic: str) -> int:
    """The number of an RR type written as a mnemonic or TYPEnnn, in capitals. ValueError when it is neither."""
    number = RDTYPES.get(mnemonic)
    if number is None:
        if not (mnemonic.startswith("TYPE") and mnemonic[4:].isdecimal() and int(mnemonic[4:]) < 65536):
            raise ValueError(f"{mnemonic!r} is no RR type")
        return int(mnemonic[4:])
    return number


class Srv(Value):
    """The rdata of an SRV record (RFC 2782)."""

    priority: int  # 0 to 65535; lower is tried first
    weight: int  # 0 to 65535; relative within one priority
    port: int  # 0 to 65535
    target: str

    if not TYPE_CHECKING:

        def __init__(self, *places, priority=None, weight=None, port=None, target=None, **odd):
            """What messages and zone files hold is in range, and mostly set field by field; this may be a caller's."""
            if not (
                type(priority) is type(weight) is type(port) is int
                and 0 <= priority <= 65535
                and 0 <= weight <= 65535
                and 0 <= port <= 65535
                and type(target) is str
                and not places
                and not odd
            ):
                _refuse_srv((places, odd), priority=priority, weight=weight, port=port, target=target)
            _set_priority(self, priority)
            _set_weight(self, weight)
            _set_port(self, port)
            _set_target(self, target)

    @property
    def is_no_service(self) -> bool:
        """The target is the root: "the service is decidedly not available at this domain"."""
        return self.target == "."

    def __str__(self) -> str:
        return f"{self.priority} {self.weight} {self.port} {self.target}"


_FIELDS = ("priority", "weight", "port", "target")
_setters: list[Callable[[object, object], None]] = [getattr(Srv, name).__set__ for name in _FIELDS]
_set_priority, _set_weight, _set_port, _set_target = _setters


def _refuse_srv(others: tuple[object, object], **fields: object) -> None:
    """Says which field is wrong; a subclass of int or str is not."""
    if any(others) or None in fields.values():
        raise InvalidArgument(f"Srv() takes {', '.join([f'{field}=' for field in fields])}, all of them and by name")
    for field, value in fields.items():
        require(text if field == "target" else whole(0, 65535), value, f"Srv({field}=)")


class Soa(Value):
    """The rdata of an SOA record (RFC 1035 3.3.13); times in seconds."""

    mname: str
    rname: str
    serial: int
    refresh: int
    retry: int
    expire: int
    minimum: int

    def __str__(self) -> str:
        times = f"{self.refresh} {self.retry} {self.expire} {self.minimum}"
        return f"{self.mname} {self.rname} {self.serial} {times}"


SERIALS = 1 << 32
"""How many serials a zone may have: they are counted in a circle (RFC 1982)."""


def is_later(serial: int, than: int) -> bool:
    """Whether a serial comes after another one; two that are half the circle apart have no order (RFC 1982 3.2)."""
    return 0 < (serial - than) % SERIALS < SERIALS // 2


class Opaque(Value):
    """The rdata of a type that isn't taken apart here, as in an uncompressed message; printed as RFC 3597 5 says."""

    data: bytes

    def __str__(self) -> str:
        return f"\\# {len(self.data)} {self.data.hex()}".rstrip()


Rdata = Srv | Soa | Opaque | str
"""str: the address of an A or AAAA, or the name that an NS, CNAME, DNAME or PTR holds."""


class Location(Value):
    """Where something stands in a file; lines and columns count from 1, the end is exclusive."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


class Record(Value):
    """One resource record."""

    owner: str
    ttl: int  # seconds
    rdtype: str  # mnemonic, "SRV" or "TYPE65280"
    rdata: Rdata
    rdclass: str = "IN"
    location: Location | None = None

    def __str__(self) -> str:
        return f"{self.owner} {self.ttl} {self.rdclass} {self.rdtype} {self.rdata}"


class RRset(Value):
    """All records of one owner and type, as one answer gave them; the TTL is the lowest among them (RFC 2181 5.2)."""

    owner: str
    rdtype: str
    ttl: int
    rdatas: tuple[Rdata, ...]
