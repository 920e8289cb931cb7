"""events: the licensing service's events (docs/kms.md 4.1), as text of the event viewer and its tools, or as XML.

Messages are translated, the line below "Info:" is not: what each event puts there has a shape of its own. Event 12288
names the host that a client chose. XML is taken apart event by event; a document type, and with it any entity, is
refused.
"""

from __future__ import annotations

import re
from xml.parsers import expat

from kmsdns.kms.evidence.facts import Event, Topic
from kmsdns.kms.evidence.notes import APPLICATIONS, GUID, HRESULT, Notes, cut, hresult
from kmsdns.kms.evidence.text import redact

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from kmsdns.kms.evidence.facts import Facts
    from kmsdns.kms.evidence.notes import Line
    from kmsdns.kms.evidence.sections import Section

KNOWN = (12288, 12289, 12290, 12293, 12294, 8198)
"""The events that are read."""
MAX_EVENT = 1 << 16
"""Characters of one event in XML."""

_CODE = r"0x[0-9A-Fa-f]{1,8}"
_GUID = GUID.pattern
_INFO: tuple[tuple[int, re.Pattern[str]], ...] = (
    (12288, re.compile(
        rf"(?P<hresult>{_CODE}),(?P<flags>{_CODE}),(?P<host>[^,]+),(?P<client_id>{_GUID}),(?P<time>[^,]*),[^,]*,[^,]*,"
        rf"[^,]*,(?P<sku>{_GUID})?(?:,(?P<minimum>\d{{0,6}}))?,?")),
    (12289, re.compile(
        rf"(?P<hresult>{_CODE}),(?P<flags>{_CODE}),(?P<activated>[01]),[^,]*,(?P<count>\d{{1,6}}),\d+,\d+,(?P<time>[^,]*),?")),
    (12290, re.compile(
        rf"(?P<hresult>{_CODE}),(?P<minimum>\d{{1,6}}),(?P<client>[^,]*),(?P<client_id>{_GUID}),(?P<time>[^,]*),"
        rf"[^,]*,[^,]*,[^,]*,(?P<sku>{_GUID}),?")),
)  # fmt: skip
"""What stands below "Info:", blanks taken out; no shape fits two events."""
_STARTS = re.compile(r"\s*(?:Event\[\d+\]|Log Name\s*:|TimeCreated\s*:|Protokollname\s*:)")
_OURS = re.compile(r"Security-SPP|Software Protection Platform|Security-Licensing-SLC")
"""Who writes these events: others use the same numbers, such as VSS its own 12289."""
_XML_EVENT = re.compile(r"<Event[ >]")
_QUOTED = re.compile(r"'([^']{1,255})'")
_HR = re.compile(rf"\bhr=({_CODE})")
_APP_ID = re.compile(rf"\bAppId=({_GUID})", re.IGNORECASE)
_SKU_ID = re.compile(rf"\bSkuId=({_GUID})", re.IGNORECASE)
_TIME_LABELS = ("date", "timecreated", "date and time")
_MACHINE_LABELS = ("computer", "machinename")
_SENTENCES = (("publishing the key management service (kms) to dns in the", "is successful", 12294),
              ("publishing the key management service (kms) to dns in the", "failed", 12293))  # fmt: skip


class _Event:
    """What was read of one event so far."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.fields: dict[str, Any] = {}
        self.is_read = False  # what makes it an event was found
        self.provider: str | None = None

    def info(self, line: Line, text: str) -> bool:
        """The line below "Info:", if this is one; blanks don't count."""
        squeezed = "".join(text.split())
        for number, shape in _INFO:
            found = shape.fullmatch(squeezed)
            if found is None or self.fields.get("number", number) != number:
                continue
            fields = {key: value for key, value in found.groupdict().items() if value}
            # The blank of "2010/09/29 17:52" went with the others.
            fields["time"] = re.sub(r"^(\d{4}/\d\d/\d\d)(?=\d)", r"\1 ", fields.get("time", ""))
            fields["hresult"] = hresult(fields["hresult"])
            for key in ("minimum", "count"):
                if key in fields:
                    fields[key] = int(fields[key])
            for key in ("client_id", "sku"):
                if key in fields:
                    fields[key] = fields[key].lower()
            if "activated" in fields:
                fields["activated"] = fields["activated"] == "1"
            self.fields = {"number": number, **fields, **self.fields}
            self.line, self.is_read = line, True
            return True
        return False

    def message(self, line: Line, text: str) -> None:
        """What events without such a line have: a domain in quotation marks, a code, parameters of a command."""
        number = self.fields.get("number")
        lowered = text.strip().lower()
        for start, end, meant in _SENTENCES:
            if number is None and lowered.startswith(start) and end in lowered:
                number = self.fields["number"] = meant
        if number in (12293, 12294):
            if domain := _QUOTED.search(text):
                self.fields.setdefault("domain", domain.group(1))
                self.line, self.is_read = line, True
            if number == 12293 and (code := hresult(text)):
                self.fields.setdefault("hresult", code)
                self.is_read = True
        elif found := _HR.search(text):
            self.fields.update(number=number or 8198, hresult=hresult(found.group(1)))
            self.line, self.is_read = line, True
        if app := _APP_ID.search(text):
            self.fields["product"] = APPLICATIONS.get(app.group(1).lower())
        if sku := _SKU_ID.search(text):
            self.fields["sku"] = sku.group(1).lower()

    def end(self, notes: Notes) -> None:
        """Makes a fact of it."""
        is_foreign = self.provider is not None and _OURS.search(self.provider) is None
        if self.is_read and not is_foreign and self.fields.get("number") in KNOWN:
            if not self.fields.get("time"):
                self.fields["time"] = None
            notes.add("events", Event(source=notes.source(self.line), **self.fields))
        elif self.fields.get("number") in KNOWN and self.provider is not None and _OURS.search(self.provider):
            notes.unread(self.line, f"event {self.fields['number']} without the line that says what happened")


def read(section: Section) -> Facts:
    """The facts of a list of events."""
    notes = Notes(section)
    if _XML_EVENT.search(section.raw):
        _read_xml(notes, section)
    else:
        _read_text(notes, section)
    return notes.facts()


def _read_text(notes: Notes, section: Section) -> None:
    current = _Event((section.first, ""))
    for line in section.lines():
        text = line[1].strip()
        if _STARTS.match(text):
            current.end(notes)
            current = _Event(line)
        label, value = cut(text)
        key = label.lower()
        if key in ("message", "info", "description") and value:
            text = value
        if text.startswith("0x") and "," in text:
            if current.is_read and current.fields.get("number") in (12288, 12289, 12290):
                current.end(notes)
                current = _Event(line)
            if not current.info(line, text):
                notes.unread(line, "this is not what an event of the licensing service puts below Info:")
        elif value.isdecimal() and int(value[:9]) in KNOWN and label:
            if "number" in current.fields:
                current.end(notes)
                current = _Event(line)
            current.fields["number"] = int(value)
        elif key in ("source", "providername") and value:
            current.provider = value
        elif key in _TIME_LABELS and value:
            current.fields["time"] = value
        elif key in _MACHINE_LABELS and value:
            _machine(notes, line, value)
        else:
            current.message(line, text)
    current.end(notes)


def _machine(notes: Notes, line: Line, value: str) -> None:
    """The computer that an event comes from, by its full name."""
    machine, _, domain = value.rstrip(".").partition(".")
    if machine and " " not in value:
        notes.claim(line, Topic.MACHINE, machine)
        if domain:
            notes.claim(line, Topic.MACHINE_DOMAIN, domain)


def _read_xml(notes: Notes, section: Section) -> None:
    raw, at, number, counted, end = section.raw, 0, section.first, 0, -1
    while (start := _XML_EVENT.search(raw, at)) is not None:
        number += raw.count("\n", counted, start.start())
        counted = start.start()
        if end < start.start():
            end = raw.find("</Event>", start.start())
        if not 0 <= end - start.start() < MAX_EVENT:
            notes.unread((number, "Event:"), f"an event in XML without an end, or of more than {MAX_EVENT} characters")
            if end < 0:
                return
            at = start.end()
            continue
        at = end + len("</Event>")
        _one_xml(notes, number, raw[start.start() : at])


def _one_xml(notes: Notes, number: int, text: str) -> None:
    """One <Event>: its ID, time, computer and data."""
    path: list[str] = []
    found: dict[str, list[str]] = {}

    def started(tag: str, attributes: dict[str, str]) -> None:
        path.append(tag)
        for element, attribute in (("TimeCreated", "SystemTime"), ("Provider", "Name")):
            if tag == element:
                found.setdefault(attribute, []).append(attributes.get(attribute, ""))
        found.setdefault(tag, []).append("")

    def ended(tag: str) -> None:
        del tag
        path.pop()

    def said(data: str) -> None:
        found[path[-1]][-1] += data

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = started, ended, said
    if "<!" in text.replace("<![CDATA[", ""):
        notes.unread((number, "Event:"), "an event in XML with a document type or a comment, which none has")
        return
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        notes.unread((number, "Event:"), f"an event that is no XML: {expat.ErrorString(error.code)}")
        return
    data = [redact(line) for each in found.get("Data", ()) for line in each.splitlines()]
    said_id = "".join(found.get("EventID", [])[:1]).strip()
    event_id = int(said_id) if said_id.isdecimal() and len(said_id) < 9 else 0
    line = number, redact(f"Event {event_id}: {' '.join(data)}")
    provider = "".join(found.get("Name", [])[:1])
    if not provider or _OURS.search(provider):
        read_one(notes, line, event_id, redact("".join(found.get("SystemTime", [])[:1])), data)
    for computer in found.get("Computer", ())[:1]:
        _machine(notes, line, redact(computer.strip()))


def read_one(notes: Notes, line: Line, number: int, time: str, data: Sequence[str]) -> None:
    """One event of which the parts are known: its ID, its time, and its data without product keys."""
    if number not in KNOWN:
        return
    event = _Event(line)
    event.provider = "Security-SPP"
    event.fields.update(number=number, time=time)
    for text in data:
        if not event.info(line, text):
            publishes = number in (12293, 12294) and HRESULT.fullmatch(text.strip()) is None
            event.message(line, f"'{text}'" if publishes else text)
    event.end(notes)
