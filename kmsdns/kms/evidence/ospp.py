"""ospp: what cscript OSPP.VBS prints: /dstatus, /dstatusall, /act, /dcmid and /dhistorykms (docs/kms.md 5.2 to 5.4).

Its labels are English on every Windows. Its host lines are left out after a product that Active Directory activated,
because the script forgets to reset a flag: that they are missing says nothing. Its DNS line is what the client
remembers, no look-up, and stands beside a manual host. Days are rounded down, so minutes are what counts.
"""

from __future__ import annotations

import re

from kmsdns.kms.evidence.facts import Event, Licence, Product, Topic
from kmsdns.kms.evidence.notes import CHANNEL, GUID, HOST_PORT, Notes, channel, failure, hresult, labelled, number
from kmsdns.kms.licence import state_from_ospp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from kmsdns.kms.evidence.facts import Facts
    from kmsdns.kms.evidence.notes import Line
    from kmsdns.kms.evidence.sections import Section

_MINUTES = re.compile(r"\d+ +days?.*\((\d{1,9}) minute.*", re.IGNORECASE)
_INTERVAL = re.compile(r"\d+ minutes?")
_HISTORY = re.compile(r"(?:(0x[0-9A-Fa-f]{8}), *)?0x[0-9A-Fa-f]{8}, *([^\s,:]+)$")
_DASHES = re.compile(r"-{20,}")
_MINIMUM = 5  # /dhistorykms lists only events of products that need so many clients

LABELS: dict[str, re.Pattern[str] | None] = {
    "product id": None,
    "sku id": GUID,
    "license name": None,
    "license description": re.compile(f".*{CHANNEL.pattern}"),
    "beta expiration": None,
    "license status": re.compile(r"-+[A-Z_ ]+-+"),
    "error code": re.compile(r"0x[0-9A-Fa-f]{1,8}\b.*"),
    "error description": None,
    "remaining grace": _MINUTES,
    "last 5 characters of installed product key": None,
    "activation type configuration": re.compile(r"all|ad|kms|token", re.IGNORECASE),
    "most recent successful activation client information": re.compile("AD|KMS"),
    "activation object name": None,
    "ao dn": None,
    "ao extended pid": None,
    "ao activation id": None,
    "kms machine name from dns": HOST_PORT,
    "dns auto-discovery": None,
    "kms machine registry override defined": HOST_PORT,
    "activation interval": _INTERVAL,
    "renewal interval": _INTERVAL,
    "kms host caching": re.compile("enabled|disabled", re.IGNORECASE),
    "kms lookup domain": re.compile(r"\S+"),
    "client machine id (cmid)": None,
    "searching for kms activation events on machine": re.compile(r"\S+"),
    "no kms activation events found on machine": re.compile(r"\S+"),
    "event id": None,
    "coordinated universal time written": None,
    "error/host": None,
    "notice": None,
    "for more information please visit": None,
}
"""Every label, with the form of its value."""


def _minutes(text: str) -> int | None:
    found = _MINUTES.fullmatch(text)
    return int(found.group(1)) if found else None


_FIELDS: dict[str, Callable[[str], dict[str, Any]]] = {
    "sku id": lambda value: {"sku": value.lower()},
    "license name": lambda value: {"name": value},
    "license description": lambda value: {"description": value, "channel": channel(value)},
    "license status": lambda value: {"state": state_from_ospp(value)},
    "error code": lambda value: {"error": failure(value)},
    "remaining grace": lambda value: {"minutes_left": _minutes(value)},
    "last 5 characters of installed product key": lambda _value: {"has_key": True},
    "activation type configuration": lambda value: {"activation_type": value.lower()},
    "most recent successful activation client information": lambda value: {"activated_by": value.lower()},
    "kms machine name from dns": lambda value: {"cached": value},
    "kms machine registry override defined": lambda value: {"manual": value},
    "activation interval": lambda value: {"activation_interval": number(value)},
    "renewal interval": lambda value: {"renewal_interval": number(value)},
    "kms host caching": lambda value: {"caching": value.lower() == "enabled"},
    "kms lookup domain": lambda value: {"lookup_domain": value},
}
"""What a label's value says of a licence."""


def read(section: Section) -> Facts:
    """The facts of one run of the script."""
    notes = Notes(section)
    record: dict[str, Any] = {}
    event: dict[str, Any] = {}
    for line, label, value in labelled(list(section.lines()), LABELS):
        form = LABELS[label] if label is not None else None
        if label is None:
            if _DASHES.match(value) or value.startswith("<"):
                _close(notes, record, event)
            continue
        if form is not None and form.fullmatch(value) is None:
            notes.unread(line, f"{label} has a value of another form than OSPP.VBS prints")
        elif label in ("event id", "coordinated universal time written", "error/host"):
            _history(notes, event, line, label, value)
        elif label.endswith("on machine"):
            notes.claim(line, Topic.MACHINE, value.rstrip("."))
        elif label == "client machine id (cmid)":
            found = GUID.search(value)
            if found is not None:
                notes.claim(line, Topic.CLIENT_ID, found.group().lower(), Product.OFFICE)
        else:
            if _begins(label, record):
                _close(notes, record, event)
            _put(record, line, label, value)
    _close(notes, record, event)
    return notes.facts()


def _begins(label: str, record: dict[str, Any]) -> bool:
    """Whether a label is that of the next product's record."""
    return (
        (label == "product id" and bool(record))
        or (label == "sku id" and "sku" in record)
        or (label == "license name" and "name" in record)
    )


def _put(record: dict[str, Any], line: Line, label: str, value: str) -> None:
    """One line of a product into its record."""
    if label in _FIELDS:
        record.update(_FIELDS[label](value))
    if label == "kms machine registry override defined":
        record["manual_line"] = line
    if label.startswith(("kms ", "dns ")):
        record["tells_host"] = True
    if label == "license name" or "line" not in record:
        record["line"] = line


def _history(notes: Notes, event: dict[str, Any], line: Line, label: str, value: str) -> None:
    """One line of /dhistorykms."""
    if label == "event id":
        _close(notes, {}, event)
        event.update(number=number(value))
    elif label == "coordinated universal time written":
        event["time"] = value
    else:
        event["line"] = line
        found = _HISTORY.search(value)
        if found is None:
            notes.unread(line, "OSPP.VBS cut this out of a message in another language, at the wrong place")
            return
        event["hresult"] = hresult(found.group(1)) if found.group(1) else None
        host = found.group(2)
        if host.startswith("[") or re.fullmatch("[0-9A-Fa-f]{1,4}", host):
            notes.unread(line, "the host may be an IPv6 address, which OSPP.VBS cuts at its first colon")
        else:
            event["host"] = host


def _close(notes: Notes, record: dict[str, Any], event: dict[str, Any]) -> None:
    """Makes facts of what was gathered, and forgets it."""
    line, manual_line = record.pop("line", None), record.pop("manual_line", None)
    if line is not None:
        source = notes.source(line)
        if manual_line is not None:
            record["manual_source"] = notes.source(manual_line)
        if "name" in record or "sku" in record:
            fields = {"name": "", "has_key": False, **record}
            notes.add("licences", Licence(source=source, product=Product.OFFICE, **fields))
        elif record.get("error") is not None:
            notes.claim(line, Topic.SHOWN_ERROR, str(record["error"]), Product.OFFICE)
    line = event.pop("line", None)
    if line is not None and event.get("number") is not None:
        source = notes.source(line)
        notes.add("events", Event(source=source, minimum=_MINIMUM, **event))
    record.clear()
    event.clear()
