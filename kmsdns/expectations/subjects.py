"""What a check is about, as a spec words it: a service, a type. A slip that would ask another question is a mistake."""

from __future__ import annotations

from kmsdns.errors import InvalidName
from kmsdns.model.names import ROOT, from_text, shown, split
from kmsdns.model.records import RDTYPES, rdtype_number, rdtype_text
from kmsdns.model.typed import typed_service_name
from kmsdns.services.table import DEFAULT, service_from_text, services

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kmsdns.model.names import ServiceName
    from kmsdns.services.table import Service

_PROTOS = ("_tcp", "_udp", "_tls", "_sctp", "_dccp")
"""Second labels that services have (RFC 6335, RFC 5509 and the IANA registry of RFC 8552)."""

_LEAST = 4
"""Letters of a well-known name that another one is taken for a slip of; short names are alike by chance: ftp, ntp."""

_LONG = 6
"""Letters from which on one other letter is taken for a slip too; below it, it may tell services apart: pop2, pop3."""


def service(text: str) -> ServiceName:
    """A service from its owner name, or from the domain that KMS hosts are looked for in.

    Raises InvalidName with what was probably meant: for a name that lacks the domain or half of the labels, for one
    that has the name of a well-known service where its label belongs, and for a label that is such a name mistyped.
    """
    default = service_from_text(DEFAULT)
    typed = typed_service_name(text, default.service, default.proto)
    labels = split(from_text(text).lower())
    marked = [label.startswith("_") for label in labels[:2]]
    if marked == [True, True]:
        _check_labels(text, labels)
    elif any(marked):
        raise InvalidName(f"{shown(text)} is half an owner name: write _service._proto.domain{_hint(labels)}")
    elif len(labels) < 2 or (labels[0] in services() and len(labels) > 2):
        raise InvalidName(_without_labels(text, labels))
    return typed


def _check_labels(text: str, labels: list[str]) -> None:
    """Raises InvalidName where the domain is missing, or the labels are those of a well-known service, mistyped."""
    if len(labels) == 2:
        raise InvalidName(f"{shown(text)} lacks the domain: write {_name(text)}.contoso.com")
    known = {each.service for each in services().values()}
    right = [_meant(label, among) or label for label, among in zip(labels[:2], (known, _PROTOS), strict=True)]
    if right != labels[:2]:
        meant = ".".join([*right, *labels[2:]])
        raise InvalidName(
            f"{shown(text)} is of no well-known service: did you mean {meant}? If not, give it as name, with type = "
            '"SRV"'
        )


def _without_labels(text: str, labels: list[str]) -> str:
    """What is wrong with a name that isn't the domain which it would be taken for."""
    name, domain = labels[0] if labels else "", ".".join(labels[1:])
    kms = f"{DEFAULT}.{_name(text)}" if labels else f"{DEFAULT}.contoso.com"
    near = _well_known(name)
    if near is not None:
        meant = f"did you mean {near}.{domain or 'contoso.com'}?"
        return f"{shown(text)} is no owner name: {meant} For the KMS hosts of a domain of that name write {kms}"
    return f"{shown(text)} is no owner name, and one label is no domain: write _service._proto.domain, such as {kms}"


def _hint(labels: list[str]) -> str:
    """The owner name that half of one stands for, where its service is well known."""
    near = _well_known(labels[0].removeprefix("_"))
    if near is None:
        return ""
    rest = labels[1:]
    if rest and rest[0].removeprefix("_") in [proto[1:] for proto in _PROTOS]:
        rest = rest[1:]
    return f": did you mean {near}.{'.'.join(rest) or 'contoso.com'}?"


def _well_known(name: str) -> Service | None:
    """The service that people call so, or nearly so."""
    table = services()
    return table.get(name) or table.get(_meant(name, table) or "")


def _name(text: str) -> str:
    return text.removesuffix(ROOT)


def _meant(word: str, known: Iterable[str]) -> str | None:
    """The known word that this one is a slip of; None when it is known itself, or none is near."""
    known = list(known)
    return None if word in known else next((each for each in known if _is_slip(word, each)), None)


def _is_slip(word: str, right: str) -> bool:
    """One letter too many, too few, or in two letters' wrong order; in long words one other letter, too."""
    if len(right.lstrip("_")) < _LEAST and right not in _PROTOS:
        return False
    if len(word) == len(right):
        odd = [at for at, (one, other) in enumerate(zip(word, right, strict=True)) if one != other]
        if len(odd) == 1:
            return len(right.lstrip("_")) >= _LONG
        swapped = [word[at] for at in reversed(odd)] == [right[at] for at in odd]
        return len(odd) == 2 and odd[1] == odd[0] + 1 and swapped
    longer, shorter = sorted((word, right), key=len, reverse=True)
    return len(longer) == len(shorter) + 1 and any(
        longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer))
    )


def rdtype(word: str) -> str:
    """A type that records have, by the name that messages are told by. ValueError for any other word."""
    upper = word.upper()
    try:
        number = rdtype_number(upper)
    except ValueError as error:
        from difflib import get_close_matches

        near = get_close_matches(upper, RDTYPES, n=1, cutoff=0.6)
        raise ValueError(f"{error}: did you mean {near[0]}?" if near else str(error)) from None
    if number in (0, 41) or 128 <= number <= 255:  # RFC 6895 3.1
        raise ValueError(f"{upper} stands in questions and messages, and no record has it as its type")
    return rdtype_text(number)
