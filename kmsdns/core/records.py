"""Records: what an owner name has, whether it was read from a zone file or decoded from an answer."""

from __future__ import annotations

from kmsdns.core.arguments import require, text, whole
from kmsdns.core.value import Value
from kmsdns.errors import InvalidArgument

TYPE_CHECKING = False

RDTYPES = {
    "A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28, "SRV": 33, "NAPTR": 35,
    "DNAME": 39, "OPT": 41, "DS": 43, "SSHFP": 44, "RRSIG": 46, "NSEC": 47, "DNSKEY": 48, "NSEC3": 50,
    "NSEC3PARAM": 51, "TLSA": 52, "SVCB": 64, "HTTPS": 65, "SPF": 99, "TSIG": 250, "IXFR": 251, "AXFR": 252,
    "ANY": 255, "CAA": 257,
}  # fmt: skip
"""Mnemonics known without loading dnspython, which knows the rest."""

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
        if mnemonic.startswith("TYPE") and mnemonic[4:].isdigit() and int(mnemonic[4:]) < 65536:
            return int(mnemonic[4:])
        import dns.exception
        import dns.rdatatype

        try:
            return int(dns.rdatatype.from_text(mnemonic))
        except (dns.exception.DNSException, ValueError):
            raise ValueError(f"{mnemonic!r} is no RR type") from None
    return number


class Srv(Value):
    """The rdata of an SRV record (RFC 2782)."""

    priority: int  # 0 to 65535; lower is tried first
    weight: int  # 0 to 65535; relative within one priority
    port: int  # 0 to 65535
    target: str

    if not TYPE_CHECKING:

        def __init__(self, *args, **fields):
            """Other than those of messages and zone files, which are read field by field, it comes from a caller."""
            if args or fields.keys() != _SRV_CHECKS.keys():
                raise InvalidArgument(f"Srv() takes {', '.join([f'{field}=' for field in _SRV_CHECKS])}, each by name")
            for field, value in fields.items():
                getattr(Srv, field).__set__(self, require(_SRV_CHECKS[field], value, f"Srv({field}=)"))

    @property
    def is_no_service(self) -> bool:
        """The target is the root: "the service is decidedly not available at this domain"."""
        return self.target == "."

    def __str__(self) -> str:
        return f"{self.priority} {self.weight} {self.port} {self.target}"


_SRV_CHECKS = {**dict.fromkeys(("priority", "weight", "port"), whole(0, 65535)), "target": text}


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
