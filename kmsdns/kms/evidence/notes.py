"""Notes: what a parser writes down while it reads a section; and the small grammars that several tools share."""

from __future__ import annotations

import re

from kmsdns.errors import InvalidName
from kmsdns.kms.evidence.facts import Claim, Facts, Product, Topic, Unread
from kmsdns.kms.evidence.text import drop_keys
from kmsdns.model import names
from kmsdns.model.records import Srv

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from kmsdns.kms.evidence.facts import Source
    from kmsdns.kms.evidence.sections import Section
    from kmsdns.model.value import Value

Line = tuple[int, str]
"""A line's number and its text."""

MAX_UNREAD = 20
"""Complaints about one section; more of the kind tell nothing new."""
APPLICATIONS = {
    "55c92734-d682-4d71-983e-d6ec3f16059f": Product.WINDOWS,
    "0ff1ce15-a989-479d-af46-f275c6370663": Product.OFFICE,
    "0ff1ce16-a989-479d-af46-f275c6370663": Product.OFFICE,  # of a host, in Microsoft's own sample
    "59a52881-a989-479d-af46-f275c6370663": Product.OFFICE,  # Office 2010
}
"""Application IDs (docs/kms.md 1.6)."""
ACTIVATION_TYPES = {0: "all", 1: "ad", 2: "kms", 3: "token"}
"""VLActivationType; any other number counts as 0 (docs/kms.md 1.0)."""

GUID = re.compile(r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}")
HRESULT = re.compile(r"0x[0-9A-Fa-f]{1,8}(?![0-9A-Fa-f])")
HOST_PORT = re.compile(r"(?:\[[0-9A-Fa-f:.%]+\]|[^\s:,]+):\d{1,5}")
CHANNEL = re.compile(r", (\S+) channel$")
_ADDRESS = re.compile(
    r"(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f.]{0,15}){2,8}(?:%\w+)?"
)
_FAILURE = 0x80000000
_WRAPPED = 30  # characters that a line has at least where a window wrapped it


class Notes:
    """The facts of one section, as they are found."""

    def __init__(self, section: Section) -> None:
        self.section = section
        self._found: dict[str, list[Value]] = {}
        self._claimed: set[object] = set()
        self._complaints = 0

    def source(self, line: Line) -> Source:
        """Where a fact stands."""
        return self.section.source(*line)

    def add(self, field: str, value: Value) -> None:
        """A fact, by the name of its field in Facts."""
        self._found.setdefault(field, []).append(value)

    def claim(
        self, line: Line, topic: Topic, value: str | int | bool, product: Product | None = None, sku: str | None = None
    ) -> None:
        """A claim; the same one again adds nothing."""
        key = (topic, type(value), value, product, sku)
        if key not in self._claimed:
            self._claimed.add(key)
            self.add("claims", Claim(source=self.source(line), topic=topic, value=value, product=product, sku=sku))

    def unread(self, line: Line, reason: str) -> None:
        """Says what could not be read. Of the line only the label is kept: what follows it may be a product key."""
        self._complaints += 1
        if self._complaints > MAX_UNREAD:
            return
        if self._complaints == MAX_UNREAD:
            reason = "more of this output could not be read than is worth listing"
        label, mark, _ = line[1].replace("=", ":").partition(":")
        self.add("unread", Unread(source=self.source((line[0], label if mark else "")), reason=reason))

    def facts(self) -> Facts:
        """All of it."""
        if self.section.is_cut:
            reason = f"this output is longer than what is read of one: {len(self.section.raw)} characters"
            self.add("unread", Unread(source=self.source((self.section.first, "")), reason=reason))
        fields: dict[str, Any] = {field: tuple(values) for field, values in self._found.items()}
        return Facts(kinds=((self.section.path, self.section.kind),), **fields)


def cut(text: str) -> tuple[str, str]:
    """The label and the value of "label: value", each without blanks around it; ("", text) without a colon."""
    label, colon, value = text.partition(":")
    return (label.strip(), value.strip()) if colon else ("", text.strip())


def labelled(lines: list[Line], labels: Mapping[str, re.Pattern[str] | None]) -> Iterator[tuple[Line, str | None, str]]:
    """(line, label, value) of each line that isn't blank; the label is None for a line that no label begins.

    labels: in lower case, with what the value must be. A line that was wrapped is put together again where that is the
    only way to give the value its form, or the label its name.
    """
    at = 0
    while at < len(lines):
        line = lines[at]
        following = lines[at + 1][1] if at + 1 < len(lines) else ""
        at += 1
        if not line[1].strip():
            continue
        label, value = _known(line[1], labels)
        is_whole = label is not None and _fits(labels[label], value)
        if not is_whole and len(line[1]) >= _WRAPPED and following.strip() and _known(following, labels)[0] is None:
            for joint in ("", " "):
                joined = drop_keys(line[1].rstrip() + joint + following.strip())
                whole, rest = _known(joined, labels)
                if whole is not None and labels[whole] is not None and _fits(labels[whole], rest):
                    line, label, value, at = (line[0], joined), whole, rest, at + 1
                    break
        yield line, label, value if label is not None else line[1].strip()


def _known(text: str, labels: Mapping[str, re.Pattern[str] | None]) -> tuple[str | None, str]:
    label, value = cut(text)
    key = " ".join(label.split()).lower()
    return (key, value) if key in labels else (None, value)


def _fits(form: re.Pattern[str] | None, value: str) -> bool:
    return form is None or form.fullmatch(value) is not None


def hresult(text: str) -> str | None:
    """The first HRESULT in a text, as 0xC004F074; None without one."""
    found = HRESULT.search(text)
    return None if found is None else f"0x{int(found.group(), 16):08X}"


def failure(text: str) -> str | None:
    """As hresult, but None for a code that reports success, such as 0x4004F040 (docs/kms.md 4)."""
    code = hresult(text)
    return code if code is not None and int(code, 16) & _FAILURE else None


def name(text: str) -> str | None:
    """A domain name in canonical form and lower case; None for what is none."""
    try:
        return names.fold(names.from_text(text.strip()))
    except InvalidName:
        return None


def address(text: str) -> str | None:
    """An IPv4 or IPv6 address as it is printed; None for what is none."""
    found = _ADDRESS.fullmatch(text)
    if found is None or (found.group(1) and any(int(octet) > 255 for octet in found.groups())):
        return None
    return text


def target(text: str) -> str | None:
    """A host as a name in canonical form, or its address; None for what is neither."""
    return address(text) or name(text)


def srv_of(priority: str, weight: str, port: str, host: str) -> Srv | None:
    """An SRV record from its four fields as texts; None when one is missing or out of range."""
    numbers = [int(text) for text in (priority, weight, port) if text.isdecimal() and len(text) < 6]
    found = name(host)
    if found is None or len(numbers) < 3 or max(numbers) > 65535:
        return None
    return Srv(priority=numbers[0], weight=numbers[1], port=numbers[2], target=found)


def channel(description: str) -> str | None:
    """ "VOLUME_KMSCLIENT" of "Office 16, VOLUME_KMSCLIENT channel": no translation of Windows changes it."""
    found = CHANNEL.search(description)
    return found.group(1) if found is not None else None


def product(text: str) -> Product | None:
    """The product that a licence's name or description begins with."""
    return next((each for each in Product if text.lower().startswith(each.value)), None)


def number(text: str) -> int | None:
    """A number of up to ten digits that the text begins with."""
    found = re.match(r"\d{1,10}(?!\d)", text)
    return int(found.group()) if found is not None else None
