"""Domain and service names. A name is a str in presentation form: absolute, with its final dot, any octet escaped.

Exactly one spelling stands for one sequence of octets (RFC 1035 5.1: \\. and \\DDD), so equal names are equal
strings and, since only ASCII letters fold (RFC 4343), `fold` is str.lower. Limits: labels of 1 to 63 octets, names of
at most 255 octets in wire form (RFC 1035 2.3.4, 3.1).
"""

from __future__ import annotations

from kmsdns.errors import InvalidName
from kmsdns.model.safe import cut, safe
from kmsdns.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ROOT = "."
MAX_LABEL = 63
MAX_NAME = 255

_ESCAPED = {octet: "\\" + chr(octet) for octet in b'"().;\\@$'}
_PRESENTED = [_ESCAPED.get(o) or (chr(o) if 0x21 <= o <= 0x7E else f"\\{o:03d}") for o in range(256)]
_PLAIN = bytes(o for o in range(0x21, 0x7F) if o not in _ESCAPED)


def present_label(label: bytes) -> str:
    """One label's octets in presentation form."""
    if not label.translate(None, _PLAIN):
        return label.decode("ascii")
    return "".join([_PRESENTED[octet] for octet in label])


def from_labels(labels: Iterable[bytes]) -> str:
    """A name from the octets of its labels, leftmost first, without the root's empty one. Trusts their lengths."""
    return "".join([present_label(label) + "." for label in labels]) or ROOT


def split(name: str) -> list[str]:
    """The labels of a name, each still in presentation form; [] for the root."""
    if "\\" not in name:
        return name[:-1].split(".") if name != ROOT else []
    labels, start, at = [], 0, 0
    while at < len(name):
        if name[at] == "\\":
            at += 2  # of \DDD the digits that follow are ordinary characters
            continue
        if name[at] == ".":
            labels.append(name[start:at])
            start = at + 1
        at += 1
    return labels


def to_labels(name: str) -> tuple[bytes, ...]:
    """The octets of each label of a name, without the root's empty one."""
    return tuple([_octets(label) if "\\" in label else label.encode("ascii") for label in split(name)])


def to_wire(name: str) -> bytes:
    """A name uncompressed in wire form (RFC 1035 3.1)."""
    return b"".join([bytes((len(label),)) + label for label in to_labels(name)]) + b"\0"


def fold(name: str) -> str:
    """The name for comparison: ASCII letters in lower case (RFC 4343)."""
    return name.lower()


def in_mixed_case(name: str, randbelow: Callable[[int], int]) -> str:
    """The same name with each letter in a case that the dice choose: randbelow(2) is 0 or 1."""
    return "".join([letter.swapcase() if letter.isalpha() and randbelow(2) else letter for letter in name])


def parent(name: str) -> str:
    """The name without its leftmost label; the root's parent is the root."""
    if "\\" not in name:
        return name[name.find(".") + 1 :] or ROOT
    return "".join([label + "." for label in split(name)[1:]]) or ROOT


def is_at_or_below(name: str, ancestor: str) -> bool:
    """Whether name equals ancestor or lies under it, whatever the case of their letters."""
    mine, theirs = fold(name), fold(ancestor)
    if theirs == ROOT or mine == theirs:
        return True
    # Not split into labels: a message may make this a question of thousands of long names.
    below = mine[: -len(theirs)]
    if not (mine.endswith(theirs) and below.endswith(".")):
        return False
    return (len(below) - 1 - len(below[:-1].rstrip("\\"))) % 2 == 0  # else the dot is escaped, and ends no label


def from_text(text: str) -> str:
    """A name as a person writes it, absolute from the start: the final dot may be missing.

    Letters outside ASCII are taken for an internationalised name and become A-labels (IDNA 2008, RFC 5891).
    Raises InvalidName with a sentence that says what is wrong with which label.
    """
    if text == ROOT:
        return ROOT
    if not text:
        raise InvalidName("a domain name is empty: write it like contoso.com")
    for character in text:
        if character < " " or "\x7f" <= character <= "\x9f":
            raise InvalidName(f"{shown(text)} holds a control character: write an octet that is meant as \\DDD")
    if not text.isascii():
        text = _to_ascii(text)
    absolute = text if _ends_in_dot(text) else text + "."
    labels = [_octets(label, text) for label in split(absolute)]
    for label in labels:
        if not label:
            raise InvalidName(f"{shown(text)} has an empty label: two dots in a row, or a dot in front")
        if len(label) > MAX_LABEL:
            label_shown = shown(present_label(label))
            raise InvalidName(
                f"the label {label_shown} has {len(label)} octets, {MAX_LABEL} is the most (RFC 1035 2.3.4)"
            )
    length = sum(len(label) + 1 for label in labels) + 1
    if length > MAX_NAME:
        raise InvalidName(f"{shown(text)} is {length} octets long, and {MAX_NAME} is the most (RFC 1035 2.3.4)")
    return from_labels(labels)


def to_unicode(name: str) -> str | None:
    """The same name with its A-labels decoded, to be shown beside it; None when it has none, or one is not valid."""
    if "xn--" not in name.lower():
        return None
    import idna

    try:
        return "".join(
            [(idna.ulabel(label) if label.lower().startswith("xn--") else label) + "." for label in split(name)]
        )
    except idna.IDNAError:
        return None


def shown(text: str, limit: int = 80) -> str:
    """A text from outside, quoted for a sentence: what a terminal would act upon is escaped, what is long is cut."""
    return f"'{safe(cut(text, limit))}'"


class ServiceName(Value):
    """_service._proto.domain (RFC 2782): the owner name of a service's SRV records."""

    service: str  # "_vlmcs"; "" of a bare name, and so is proto
    proto: str  # "_tcp"
    domain: str  # "contoso.com."

    @property
    def owner(self) -> str:
        """The owner name to ask for; the domain itself where there are no labels in front of it (--bare)."""
        if not self.service:
            return self.domain
        return f"{self.service}.{self.proto}.{self.domain if self.domain != ROOT else ''}"

    def __str__(self) -> str:
        return self.owner


def service_name(text: str, service: str, proto: str) -> ServiceName:
    """An owner name when the text begins with two underscored labels, else a domain that service and proto complete.

    service and proto: "_vlmcs", "_tcp"; "" and "" leave the name as it stands. Letters are folded, so that what is said
    of the name is said of one name. Raises InvalidName, also when the whole is too long. kmsdns.model.typed reads what
    a person gives.
    """
    name = fold(from_text(text))
    labels = split(name)
    if len(labels) >= 2 and labels[0].startswith("_") and labels[1].startswith("_"):
        service, proto = labels[:2]
        name = parent(parent(name))
    found = ServiceName(service=service, proto=proto, domain=name)
    from_text(found.owner)
    return found


def _ends_in_dot(text: str) -> bool:
    """Whether the last character is a dot that isn't escaped. InvalidName for a backslash that escapes nothing."""
    end = text[:-1] if text.endswith(".") else text
    is_escaped = (len(end) - len(end.rstrip("\\"))) % 2 == 1
    if is_escaped and end is text:
        raise InvalidName(f"{shown(text)} ends in a backslash that escapes nothing (RFC 1035 5.1)")
    return end is not text and not is_escaped


def _octets(label: str, text: str | None = None) -> bytes:
    """A label in presentation form to octets; text is the whole name, for the sentence of InvalidName."""
    if "\\" not in label:
        return label.encode("ascii")
    octets, at = bytearray(), 0
    while at < len(label):
        if label[at] != "\\":
            octets.append(ord(label[at]))
            at += 1
        elif label[at + 1 : at + 2].isdigit():
            digits = label[at + 1 : at + 4]
            if len(digits) != 3 or not digits.isdigit() or int(digits) > 255:
                raise InvalidName(
                    f"{shown(text or label)}: \\{digits} is no octet, write \\000 to \\255 (RFC 1035 5.1)"
                )
            octets.append(int(digits))
            at += 4
        else:
            octets.append(ord(label[at + 1]))
            at += 2
    return bytes(octets)


def _to_ascii(text: str) -> str:
    import idna

    absolute = text.endswith((".", "\u3002", "\uff0e", "\uff61"))
    try:
        encoded = ".".join(
            # Underscored labels are not subject to IDNA, and idna refuses them.
            label if label.isascii() else idna.encode(label, uts46=True).decode("ascii")
            for label in _unicode_labels(text.rstrip(".\u3002\uff0e\uff61"))
        )
    except idna.IDNAError as error:
        raise InvalidName(f"{shown(text)} is no valid internationalised name: {error}") from None
    return encoded + ("." if absolute else "")


def _unicode_labels(text: str) -> list[str]:
    for dot in "\u3002\uff0e\uff61":  # the other full stops of RFC 3490 3.1
        text = text.replace(dot, ".")
    return text.split(".")


def address_of(target: str) -> str | None:
    """The IP address that a target written as "192.0.2.1." or "[2001:db8::1]" stands for; None for a name."""
    bare = target.removesuffix(".")
    if bare.startswith("[") and bare.endswith("]"):
        bare = bare[1:-1]
    elif not bare or bare.strip("0123456789."):
        return None
    from ipaddress import ip_address

    try:
        return str(ip_address(bare))
    except ValueError:
        return None
