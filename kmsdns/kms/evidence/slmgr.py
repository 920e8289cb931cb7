"""slmgr: what slmgr.vbs prints: /dli, /dlv, /xpr, /ato; of a client and of a host (docs/kms.md 5.5).

All its text is translated. English labels are known; of other languages what no translation changes is read: GUIDs,
channels, codes, addresses, minutes with their days (rounded up), and the fixed order of the lines. The lines about the
host are printed for a licensed product alone, and of the manual and the remembered host only one is.
"""

from __future__ import annotations

import re

from kmsdns.kms.evidence.facts import HostState, Licence, Product, Topic
from kmsdns.kms.evidence.notes import (
    APPLICATIONS,
    GUID,
    HOST_PORT,
    Notes,
    address,
    channel,
    cut,
    failure,
    hresult,
    labelled,
    number,
    product,
)
from kmsdns.kms.evidence.text import DROPPED
from kmsdns.kms.licence import LicenceState, state_from_slmgr

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from kmsdns.kms.evidence.facts import Facts
    from kmsdns.kms.evidence.notes import Line
    from kmsdns.kms.evidence.sections import Section

_MINUTES = re.compile(r"(\d{1,9})\b.*\((\d{1,6})\b.*")
_WITH_UNIT = re.compile(r"(\d{1,6})\s*[^\d\s(]+\s*$")
_COUNT = re.compile(r"\d{1,10}")
_NAME = re.compile(r"(?:Windows|Office)\b.* edition")
_NAME_ALONE = re.compile(r"((?:Windows|Office)\b.* edition):$")  # /xpr
_ATTEMPT = re.compile(r"((?:Windows|Office)\b.* edition) \(([0-9A-Fa-f-]{36})\) ?\.\.\.")  # /ato
_VERSION = re.compile(r"(\d+\.\d+)\.\d{4,5}\.\d+")
_SLUI = re.compile(r"slui\.exe 0x2a (0x[0-9A-Fa-f]{8})")
_PARTIAL_KEY = re.compile(r"(?=.*[A-Z])[0-9A-Z]{5}")
_SERVER = re.compile(r", Server\w* edition")
_MINUTES_A_DAY = 1440

_FORMS: dict[str, re.Pattern[str] | None] = {
    "name": _NAME,
    "description": None,
    "activation id": GUID,
    "application id": GUID,
    "extended pid": None,
    "product key channel": None,
    "installation id": None,
    "partial product key": None,
    "license status": None,
    "notification reason": re.compile(r"0x[0-9A-Fa-f]{1,8}\b.*"),
    "volume activation expiration": _MINUTES,
    "timebased activation expiration": _MINUTES,
    "time remaining": _MINUTES,
    "trusted time": None,
    "configured activation type": None,
    "client machine id (cmid)": GUID,
    "registered kms srv record lookup domain": re.compile(r"\S+"),
    "registered kms machine name": HOST_PORT,
    "kms machine name from dns": HOST_PORT,
    "dns auto-discovery": None,
    "kms machine ip address": None,
    "kms machine extended pid": None,
    "activation interval": _WITH_UNIT,
    "renewal interval": _WITH_UNIT,
    "current count": _COUNT,
    "listening on port": _COUNT,
    "total requests received": _COUNT,
    "failed requests received": _COUNT,
    "error": re.compile(r"0x[0-9A-Fa-f]{8}\b.*"),
    "activation object name": None,
    "ao dn": None,
    "warning": None,
    "evaluation end date": None,
    "remaining windows rearm count": None,
    "remaining sku rearm count": None,
}
"""Every English label that says something, with the form of its value."""
_PHRASES = (  # English sentences without a label, and what they set
    ("kms host caching is enabled", "caching", True),
    ("kms host caching is disabled", "caching", False),
    ("dns publishing enabled", "publishing", True),
    ("dns publishing disabled", "publishing", False),
    ("ad activation client information", "activated_by", "ad"),
    ("key management service client information", "activated_by", "kms"),
    ("this license is not in use", "has_key", False),
)
_EXPIRY = (  # of /xpr; a date follows
    ("volume activation will expire", LicenceState.LICENSED),
    ("timebased activation will expire", LicenceState.LICENSED),
    ("the machine is permanently activated", LicenceState.LICENSED),
    ("initial grace period ends", LicenceState.OOB_GRACE),
    ("additional grace period ends", LicenceState.OOT_GRACE),
    ("non-genuine grace period ends", LicenceState.NON_GENUINE_GRACE),
    ("extended grace period ends", LicenceState.EXTENDED_GRACE),
    ("windows is in notification mode", LicenceState.NOTIFICATION),
)
_COUNTERS = {"current count": "current_count", "listening on port": "port",
             "total requests received": "total_requests", "failed requests received": "failed_requests"}  # fmt: skip


def _activation_type(text: str) -> str | None:
    return text.lower() if text.lower() in ("all", "ad", "kms", "token") else None


_FIELDS: dict[str, Callable[[str], dict[str, Any]]] = {
    "description": lambda value: {"description": value, "channel": channel(value)},
    "activation id": lambda value: {"sku": value.lower()},
    "application id": lambda value: {"product": APPLICATIONS.get(value.lower())},
    "partial product key": lambda _value: {"has_key": True},
    "license status": lambda value: {"state": state_from_slmgr(value)},
    "volume activation expiration": lambda value: {"minutes_left": number(value)},
    "timebased activation expiration": lambda value: {"minutes_left": number(value)},
    "time remaining": lambda value: {"minutes_left": number(value)},
    "configured activation type": lambda value: {"activation_type": _activation_type(value)},
    "registered kms srv record lookup domain": lambda value: {"lookup_domain": value},
    "registered kms machine name": lambda value: {"manual": value, "tells_host": True},
    "kms machine name from dns": lambda value: {"cached": value, "tells_host": True},
    "dns auto-discovery": lambda _value: {"tells_host": True},
    "kms machine ip address": lambda value: {"cached_address": address(value)},
    "activation interval": lambda value: {"activation_interval": number(value)},
    "renewal interval": lambda value: {"renewal_interval": number(value)},
}
"""What an English label's value says of a licence."""


class _Product:
    """What was read of one product so far."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.fields: dict[str, Any] = {}
        self.host: dict[str, Any] = {}
        self.host_line = line
        self.error_line: Line | None = None
        self.client_id = ""
        self.guid = ""  # the last one, whose meaning the next line may tell
        self.intervals = 0  # read by their place
        self.run: list[tuple[Line, int]] = []  # plain numbers in consecutive lines
        self.is_headed = False  # the line above that run had no colon: it is a heading, not a rearm count
        self.unknown: Line | None = None  # the first line of a language that isn't read


def read(section: Section) -> Facts:
    """The facts of one run of the script."""
    notes = Notes(section)
    current: _Product | None = None
    heading = False
    for line, label, value in labelled(list(section.lines()), _FORMS):
        text = line[1].strip()
        name = _name(label, value, text)
        if name is not None:
            _close(notes, current)
            current = _Product(line)
            current.fields.update(name)
        elif version := _VERSION.fullmatch(_after_colon(text)):
            notes.claim(line, Topic.WINDOWS_VERSION, version.group(1))
        elif current is None:
            if channel(text) is not None:  # the line with the name was lost
                current = _Product(line)
                _by_value(current, line, text)
            elif (code := failure(value if label == "error" else _of_slui(text))) is not None:
                notes.claim(line, Topic.SHOWN_ERROR, code)
        elif label is not None:
            _by_label(notes, current, line, label, value)
        elif not _by_phrase(current, text):
            _by_value(current, line, text, heading)
        heading = label is None and ":" not in text
    _close(notes, current)
    return notes.facts()


def _after_colon(text: str) -> str:
    return text.rpartition(":")[2].strip()


def _of_slui(text: str) -> str:
    """The code that the script tells a person to have explained, where it has no words for it."""
    found = _SLUI.search(text)
    return found.group(1) if found is not None else ""


def _name(label: str | None, value: str, text: str) -> dict[str, Any] | None:
    """The fields that a product's first line sets, None for any other line."""
    if label == "name":
        return {"name": value}
    if attempt := _ATTEMPT.search(text):
        return {"name": attempt.group(1), "sku": attempt.group(2).lower(), "is_attempt": True}
    if alone := _NAME_ALONE.fullmatch(text):
        return {"name": alone.group(1)}
    if label is None and ":" in text and _NAME.fullmatch(_after_colon(text)):
        return {"name": _after_colon(text)}
    return None


def _by_label(notes: Notes, current: _Product, line: Line, label: str, value: str) -> None:
    """A line that begins with an English label."""
    fields = current.fields
    form = _FORMS[label]
    if form is not None and form.fullmatch(value) is None:
        notes.unread(line, f"{label} has a value of another form than slmgr.vbs prints")
    elif label in _FIELDS:
        fields.update(_FIELDS[label](value))
        if label == "registered kms machine name":
            fields["manual_line"] = line
    elif label == "notification reason" or (label == "error" and "is_attempt" in fields):
        fields["error"], current.error_line = failure(value), line
    elif label == "error":  # of another run
        if (code := failure(value)) is not None:
            notes.claim(line, Topic.SHOWN_ERROR, code)
    elif label == "client machine id (cmid)":
        current.client_id = value.lower()
    elif label in _COUNTERS:
        current.host_line = line if not current.host else current.host_line
        current.host[_COUNTERS[label]] = int(value)


def _by_value(current: _Product, line: Line, text: str, headed: bool = False) -> None:
    """A line whose label is in another language: only what its value alone can mean is taken."""
    label, value = cut(text)
    if current.run and not _COUNT.fullmatch(value):
        _counted(current)
    if GUID.fullmatch(value):
        _guid(current, label, value.lower())
    elif not (_place(current.fields, label, value) or _amount(current, line, text, value, headed)):
        if current.client_id and label.upper().startswith("DNS"):
            current.fields["tells_host"] = True
        elif current.unknown is None and label:
            current.unknown = line


def _guid(current: _Product, label: str, value: str) -> None:
    if "CMID" in label:
        current.client_id = value
    elif value in APPLICATIONS:
        current.fields["product"] = APPLICATIONS[value]
        if current.guid:
            current.fields["sku"] = current.guid  # the activation ID stands right above the application ID
    else:
        current.guid = value


def _place(fields: dict[str, Any], label: str, value: str) -> bool:
    """A channel, a host or an address; whether it was one."""
    host = HOST_PORT.search(value)
    if channel(value) is not None:
        fields["description"], fields["channel"] = value, channel(value)
    elif host and host.group() == value:
        fields["cached" if "DNS" in label.upper() else "manual"] = value
        fields["tells_host"] = True
    elif address(value):
        fields["cached_address"] = value
    else:
        return False
    return True


def _amount(current: _Product, line: Line, text: str, value: str, headed: bool) -> bool:
    """Minutes, a part of a key, an interval, a code or a count; whether it was one."""
    fields = current.fields
    if (minutes := _minutes(value)) is not None:
        fields["minutes_left"] = minutes
    elif value == DROPPED or _PARTIAL_KEY.fullmatch(value):
        fields["has_key"] = True
        current.unknown = None  # the line below it is the state
    elif current.client_id and (interval := _WITH_UNIT.fullmatch(value)) and current.intervals < 2:
        fields[("activation_interval", "renewal_interval")[current.intervals]] = int(interval.group(1))
        current.intervals += 1
    elif code := hresult(value) or hresult(_of_slui(text)):
        fields["error"] = failure(code)
    elif _COUNT.fullmatch(value):
        current.is_headed = current.is_headed if current.run else headed
        current.run.append((line, int(value)))
    else:
        return False
    return True


def _minutes(value: str) -> int | None:
    """Minutes with their days in parentheses, which are rounded up: that they agree tells them from other numbers."""
    found = _MINUTES.fullmatch(value)
    if found is None or int(found.group(2)) != -(-int(found.group(1)) // _MINUTES_A_DAY):
        return None
    return int(found.group(1))


def _counted(current: _Product) -> None:
    """What a run of plain numbers under a heading means: count and port of a host, or its eight request counters."""
    run, current.run = current.run, []
    values = [value for _, value in run]
    if not current.is_headed:
        return
    if len(values) == 2:
        current.host.update(current_count=values[0], port=values[1])
        current.host_line = run[0][0]
    elif len(values) == 8 and values[0] >= values[1]:
        current.host.update(total_requests=values[0], failed_requests=values[1])


def _by_phrase(current: _Product, text: str) -> bool:
    """An English sentence, if the line is one."""
    lowered = text.lower()
    for phrase, field, value in _PHRASES:
        if lowered.startswith(phrase):
            if field == "publishing":
                current.host[field] = value
            else:
                current.fields[field] = value
            return True
    for phrase, state in _EXPIRY:
        if lowered.startswith(phrase):
            current.fields.update(state=state, expires=text[len(phrase) :].strip(" .") or None)
            return True
    return False


def _close(notes: Notes, current: _Product | None) -> None:
    """Makes facts of a product."""
    if current is None:
        return
    _counted(current)
    fields = {"name": "", "has_key": False, **current.fields}
    manual_line = fields.pop("manual_line", None)
    if manual_line is not None:
        fields["manual_source"] = notes.source(manual_line)
    if fields.pop("is_attempt", False):  # it says nothing of the licence but what the attempt came to
        if fields.get("error") is not None:
            line = current.error_line or current.line
            notes.claim(line, Topic.SHOWN_ERROR, fields["error"], product(fields["name"]), fields["sku"])
        return
    kind = fields.get("product") or product(fields["name"]) or product(fields.get("description", ""))
    fields["product"] = kind
    # /xpr prints no key, and looks at nothing else than the products that have one.
    fields["has_key"] = fields["has_key"] or "description" not in fields
    if "cached" not in fields:
        fields.pop("cached_address", None)  # it is the manual host's
    if fields.get("state") is None and current.unknown is not None:
        notes.unread(current.unknown, "the words of this language are not read, so the licence's state is not known")
    notes.add("licences", Licence(source=notes.source(current.line), **fields))
    if current.client_id:
        notes.claim(current.line, Topic.CLIENT_ID, current.client_id, kind)
    if current.host:
        notes.add("hosts", HostState(source=notes.source(current.host_line), **current.host))
    if kind is Product.WINDOWS and fields["has_key"]:
        notes.claim(current.line, Topic.IS_SERVER, _SERVER.search(fields["name"]) is not None)
