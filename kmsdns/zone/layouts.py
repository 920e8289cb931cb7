"""What the rdata of each less common type consists of, field by field; whatever has no line here is dnspython's."""

from __future__ import annotations

from kmsdns.model.records import Opaque, rdtype_number, rdtype_text
from kmsdns.zone import fields
from kmsdns.zone.complaints import NUMBER_OUT_OF_RANGE, SYNTAX_ERROR, ZoneSyntaxError
from kmsdns.zone.fields import Words, whole
from kmsdns.zone.svcb import DELEGATION, SERVICE
from kmsdns.zone.uncommon import GATEWAY, LOCATION, PREFIXES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kmsdns.zone.fields import Field
    from kmsdns.zone.text import Name

_ALGORITHMS = {
    "RSAMD5": 1, "DH": 2, "DSA": 3, "ECC": 4, "RSASHA1": 5, "DSA-NSEC3-SHA1": 6, "DSANSEC3SHA1": 6,
    "RSASHA1-NSEC3-SHA1": 7, "RSASHA1NSEC3SHA1": 7, "RSASHA256": 8, "RSASHA512": 10, "ECC-GOST": 12, "ECCGOST": 12,
    "ECDSAP256SHA256": 13, "ECDSAP384SHA384": 14, "ED25519": 15, "ED448": 16, "INDIRECT": 252, "PRIVATEDNS": 253,
    "PRIVATEOID": 254,
}  # fmt: skip
_CERTIFICATES = {
    "PKIX": 1, "SPKI": 2, "PGP": 3, "IPKIX": 4, "ISPKI": 5, "IPGP": 6, "ACPKIX": 7, "IACPKIX": 8, "URI": 253,
    "OID": 254,
}  # fmt: skip

_PREFERENCE = whole(2, "the preference")
_ALGORITHM = whole(1, "the algorithm", _ALGORITHMS)
_FLAGS = whole(1, "the flags")
_HASHED = (whole(1, "the hash algorithm"), _FLAGS, whole(2, "the iterations"), fields.SALT)
_KEY = (whole(2, "the flags"), whole(1, "the protocol"), _ALGORITHM, fields.BASE64)
_DIGEST = (whole(2, "the key tag"), _ALGORITHM, whole(1, "the digest type"), fields.HEX)
_ASSOCIATION = (whole(1, "the usage"), whole(1, "the selector"), whole(1, "the matching type"), fields.HEX)

LAYOUTS: dict[str, tuple[int, tuple[Field, ...]]] = {
    "MD": (3, (fields.NAME,)),
    "MF": (4, (fields.NAME,)),
    "MB": (7, (fields.NAME,)),
    "MG": (8, (fields.NAME,)),
    "MR": (9, (fields.NAME,)),
    "HINFO": (13, (fields.STRING, fields.STRING)),
    "MINFO": (14, (fields.NAME, fields.NAME)),
    "MX": (15, (_PREFERENCE, fields.NAME)),
    "RP": (17, (fields.NAME, fields.NAME)),
    "AFSDB": (18, (whole(2, "the subtype"), fields.NAME)),
    "RT": (21, (_PREFERENCE, fields.NAME)),
    "KEY": (25, _KEY),
    "LOC": (29, (LOCATION,)),
    "NAPTR": (35, (whole(2, "the order"), _PREFERENCE, *[fields.STRING] * 3, fields.NAME)),
    "KX": (36, (_PREFERENCE, fields.NAME)),
    "CERT": (37, (whole(2, "the type", _CERTIFICATES), whole(2, "the key tag"), _ALGORITHM, fields.BASE64)),
    "APL": (42, (PREFIXES,)),
    "DS": (43, _DIGEST),
    "SSHFP": (44, (whole(1, "the algorithm"), whole(1, "the fingerprint type"), fields.HEX)),
    "IPSECKEY": (45, (GATEWAY,)),
    "RRSIG": (46, (
        fields.TYPE, _ALGORITHM, whole(1, "the number of labels"), fields.SECONDS, fields.MOMENT, fields.MOMENT,
        whole(2, "the key tag"), fields.NAME, fields.BASE64,
    )),
    "NSEC": (47, (fields.NAME, fields.BITMAP)),
    "DNSKEY": (48, _KEY),
    "DHCID": (49, (fields.SOME_BASE64,)),
    "NSEC3": (50, (*_HASHED, fields.HASH, fields.BITMAP)),
    "NSEC3PARAM": (51, _HASHED),
    "TLSA": (52, _ASSOCIATION),
    "SMIMEA": (53, _ASSOCIATION),
    "CDS": (59, _DIGEST),
    "CDNSKEY": (60, _KEY),
    "OPENPGPKEY": (61, (fields.SOME_BASE64,)),
    "CSYNC": (62, (whole(4, "the serial"), whole(2, "the flags"), fields.BITMAP)),
    "ZONEMD": (63, (whole(4, "the serial"), whole(1, "the scheme"), whole(1, "the hash algorithm"), fields.HEX)),
    "SVCB": (64, (whole(2, "the priority"), fields.NAME, SERVICE)),
    "HTTPS": (65, (whole(2, "the priority"), fields.NAME, SERVICE)),
    "DSYNC": (66, (fields.TYPE, whole(1, "the scheme", {"NOTIFY": 1}), whole(2, "the port"), fields.NAME)),
    "NID": (104, (_PREFERENCE, fields.LOCATOR)),
    "L32": (105, (_PREFERENCE, fields.IPV4)),
    "L64": (106, (_PREFERENCE, fields.LOCATOR)),
    "LP": (107, (_PREFERENCE, fields.NAME)),
    "EUI48": (108, (fields.EUI48,)),
    "EUI64": (109, (fields.EUI64,)),
    "URI": (256, (whole(2, "the priority"), whole(2, "the weight"), fields.TEXT)),
    "CAA": (257, (_FLAGS, fields.TAG, fields.TEXT)),
    "DELEG": (61440, (DELEGATION,)),
    "ALIAS": (65401, (fields.NAME,)),
    "DELEGPARAM": (65433, (DELEGATION,)),
}  # fmt: skip
"""Mnemonic -> number, fields."""

PRIVATE = 61440
"""The least number of a type that is for private use, or not yet assigned (RFC 6895 3.1)."""

STRINGS = {"TXT": 16, "NINFO": 56, "SPF": 99, "AVC": 258, "RESINFO": 261, "WALLET": 262}
"""Types whose rdata is one string or more (RFC 1035 3.3.14)."""

NUMBERS = {**{word: number for word, (number, _) in LAYOUTS.items()}, **STRINGS}
"""Mnemonics that are known here, be they known to model or not."""

STRING_TYPES = frozenset(STRINGS)
"""Their names, which are those that model gives them."""

PARAMETERS = frozenset([rdtype_text(LAYOUTS[word][0]) for word in ("SVCB", "HTTPS", "DELEG", "DELEGPARAM")])
"""Types whose rdata ends in parameters, by the names that model gives them."""

_FIELDS = {rdtype_text(number): layout for number, layout in LAYOUTS.values()}
_MNEMONICS = {rdtype_text(number): word for word, number in NUMBERS.items()}
_DIGESTS = {1: 20, 2: 32, 4: 48}  # octets (RFC 3658, 4509, 6605)


def layout(rdtype: str) -> tuple[Field, ...] | None:
    """The fields of a type by the name that model gives it, None when it has no line here."""
    return _FIELDS.get(rdtype)


def mnemonic(rdtype: str) -> str:
    """A type as a person knows it: of those for private use some have a word in zone files, and none in messages."""
    return _MNEMONICS.get(rdtype, rdtype)


def type_number(word: str) -> int:
    """The number of a type, written in capitals. ValueError when it is none."""
    known = NUMBERS.get(word)
    return rdtype_number(word) if known is None else known


def read(rdtype: str, words: Sequence[str], name: Name, layout: Sequence[Field]) -> Opaque:
    """The rdata that the words make. Raises ZoneSyntaxError."""
    source = Words(words, name, type_number)
    data = b"".join([field.read(source) for field in layout])
    source.end()
    if rdtype in ("DS", "CDS") and len(data) - 4 != _DIGESTS.get(data[3], len(data) - 4):
        wanted = _DIGESTS[data[3]]
        raise ZoneSyntaxError(
            SYNTAX_ERROR, f"a digest of type {data[3]} has {wanted} octets, and here are {len(data) - 4}", 3
        )
    return sized(data)


def check(data: bytes, layout: Sequence[Field]) -> None:
    """ValueError when octets are not what the fields could make (RFC 3597 5)."""
    at = 0
    for field in layout:
        at = field.end(data, at)
    if at != len(data):
        raise ValueError


def sized(data: bytes) -> Opaque:
    """Octets as rdata. Raises ZoneSyntaxError when they are more than a record can hold."""
    if len(data) > 65535:
        raise ZoneSyntaxError(
            NUMBER_OUT_OF_RANGE, f"the rdata has {len(data)} octets, 65535 is the most (RFC 1035 3.2.1)"
        )
    return Opaque(data=data)
