"""ipconfig: what ipconfig /all prints (docs/kms.md 5.7): the machine's name, its suffixes and its DNS servers.

Labels are translated, their order is not: the machine's name, its primary suffix, four settings of which the last is
the search list; of an adapter the connection's suffix first and the DNS servers further down. "DNS" stays as it is.
"""

from __future__ import annotations

import re

from kmsdns.kms.evidence.facts import Suffix, SuffixOrigin, Topic
from kmsdns.kms.evidence.notes import Notes, address, name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.kms.evidence.facts import Facts
    from kmsdns.kms.evidence.notes import Line
    from kmsdns.kms.evidence.sections import Section

_LEADER = re.compile(r"(?: \.)+ *$")
_PLACEHOLDER = re.compile(r"fec0:0:0:ffff::[123](?:%\d+)?", re.IGNORECASE)
"""Windows lists these site-local addresses for an adapter that has no DNS server at all."""

_LABELS = {"host name": "host", "primary dns suffix": "primary", "dns suffix search list": "search",
           "connection-specific dns suffix": "connection", "dns servers": "servers"}  # fmt: skip
_PLACES = ("host", "primary")
"""The first two fields, before any adapter."""


_ORIGINS = {"primary": SuffixOrigin.PRIMARY, "search": SuffixOrigin.SEARCH_LIST, "connection": SuffixOrigin.CONNECTION}


def read(section: Section) -> Facts:
    """The facts of one run of the command."""
    notes = Notes(section)
    place, in_adapter, is_first_dns, current = 0, False, True, ""
    seen: dict[str, Line] = {}  # the first line of each field, and of each kind of value
    for line in section.lines():
        label, colon, value = line[1].partition(":")
        if not colon or (value and not value[0].isspace()):
            if current and len(line[1].split()) == 1:
                _take(notes, line, current, line[1].strip(), seen)  # a further value of the field above
            continue
        is_led = _LEADER.search(label) is not None
        label, value, is_dns = label.strip(" .\t"), value.strip(), "DNS" in label.upper()
        if not value and not is_led and not is_dns:
            in_adapter, is_first_dns, current = True, True, ""  # "Ethernet adapter Ethernet:"
            continue
        current = _LABELS.get(" ".join(label.split()).lower(), "")
        if not current and not in_adapter and place < len(_PLACES) and (place == 0 or is_dns):
            current = _PLACES[place]
        elif not current and not in_adapter and is_dns:
            current = "search"
        elif not current and is_dns:
            current = "servers" if address(value) else "connection" if is_first_dns else ""
        place += 1
        is_first_dns = is_first_dns and not is_dns
        if current:
            seen.setdefault(current, line)
            _take(notes, line, current, value, seen)
    # Plain ipconfig lists neither the primary suffix nor the servers, and tells nothing of what it leaves out.
    if "primary" in seen and "a suffix" not in seen:
        notes.claim(seen["primary"], Topic.NO_SUFFIX, True)
    if "primary" in seen and in_adapter and "a server" not in seen:
        notes.claim(seen.get("servers", seen["primary"]), Topic.NO_DNS_SERVER, True)
    return notes.facts()


def _take(notes: Notes, line: Line, field: str, value: str, seen: dict[str, Line]) -> None:
    """One value of a field; an empty one says that nothing is set."""
    if not value:
        return
    if field == "host":
        notes.claim(line, Topic.MACHINE, value)
    elif field == "servers":
        if address(value) is None:
            notes.unread(line, "no address of a DNS server")
        elif not _PLACEHOLDER.fullmatch(value):
            seen["a server"] = line
            notes.claim(line, Topic.DNS_SERVER, value)
    elif (suffix := name(value)) is None:
        notes.unread(line, "no domain name")
    else:
        seen["a suffix"] = line
        notes.add("suffixes", Suffix(name=suffix, origin=_ORIGINS[field], source=notes.source(line)))
