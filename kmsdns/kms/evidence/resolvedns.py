"""resolvedns: what Resolve-DnsName prints (docs/kms.md 5.6). It asks as the DNS client does.

The names of its columns and properties are not translated, nor are the identifiers of its errors.
"""

from __future__ import annotations

import re

from kmsdns.kms.evidence.facts import SeenAnswer
from kmsdns.kms.evidence.notes import Notes, address, cut, name, srv_of
from kmsdns.model.messages import Outcome

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.kms.evidence.facts import Facts
    from kmsdns.kms.evidence.notes import Line
    from kmsdns.kms.evidence.sections import Section
    from kmsdns.model.records import Srv

_TOOL = "Resolve-DnsName"
_ERROR_ID = re.compile(r"\b((?:DNS_|ERROR_)[A-Z_]+),Microsoft\.DnsClient")
_FAILED = re.compile(r"Resolve-DnsName\s*:\s*(\S+)\s*:")
_ASKED = re.compile(r"Resolve-DnsName\s+(?:-Name\s+)?([^-\s:]\S*)", re.IGNORECASE)
ERRORS = {
    "DNS_ERROR_RCODE_NAME_ERROR": Outcome.NXDOMAIN,
    "DNS_INFO_NO_RECORDS": Outcome.NODATA,
    "DNS_ERROR_RCODE_SERVER_FAILURE": Outcome.SERVFAIL,
    "DNS_ERROR_RCODE_REFUSED": Outcome.REFUSED,
    "ERROR_TIMEOUT": Outcome.TIMEOUT,
}
"""The identifiers of errors, which no translation changes, with the outcome of the question."""
_PROPERTIES = frozenset(
    "Name QueryType Type TTL Section NameTarget Priority Weight Port "
    "IP4Address IP6Address IPAddress PrimaryServer".split()
)


class _Reply:
    """What one or more questions were answered."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes
        self.asked = ""  # the name last asked for, where the command or its error shows it
        self.srvs: dict[str, list[Srv]] = {}
        self.lines: dict[str, Line] = {}  # of each owner's first record
        self.addresses: dict[tuple[str, str], None] = {}

    def record(self, line: Line, fields: dict[str, str]) -> None:
        """One record, from a row of a table or a block of properties."""
        owner = name(fields.get("Name", ""))
        found = fields.get("IP4Address") or fields.get("IP6Address") or fields.get("IPAddress") or ""
        if owner is None or any(text.endswith(("...", "\u2026")) for text in fields.values()):
            self.notes.unread(line, "PowerShell cut this to the width of its window: add | Format-List")
        elif "NameTarget" in fields and "Port" in fields:
            srv = srv_of(*[fields.get(field, "") for field in ("Priority", "Weight", "Port", "NameTarget")])
            if srv is None:
                self.notes.unread(line, "an SRV record of which a field is missing or out of range")
            else:
                self.lines.setdefault(owner, line)
                self.srvs.setdefault(owner, []).append(srv)
        elif address(found):
            self.lines.setdefault(owner, line)
            self.addresses[owner, found] = None
        elif "PrimaryServer" in fields and fields.get("Section") == "Authority":
            self.answer(line, self.asked, Outcome.NODATA)  # the zone's SOA record in place of an answer

    def answer(self, line: Line, owner: str, outcome: Outcome) -> None:
        """An answer, with the records of its owner and the addresses of their targets."""
        srvs = tuple(self.srvs.get(owner, ()))
        targets = {owner, *[srv.target for srv in srvs]}
        seen = SeenAnswer(
            source=self.notes.source(line),
            owner=owner,
            outcome=outcome,
            srvs=srvs,
            addresses=tuple([pair for pair in self.addresses if pair[0] in targets]) if owner else (),
            tool=_TOOL,
        )
        self.notes.add("answers", seen)

    def end(self) -> None:
        """Everything was read: what is a target's address belongs to the target's record."""
        targets = {srv.target for srvs in self.srvs.values() for srv in srvs}
        for owner, line in self.lines.items():
            if owner in self.srvs or owner not in targets:
                self.answer(line, owner, Outcome.ANSWER)


def read(section: Section) -> Facts:
    """The facts of one or more questions."""
    notes = Notes(section)
    reply = _Reply(notes)
    columns: list[str] = []
    block: dict[str, str] = {}
    first: Line = (section.first, "")
    for line in section.lines():
        words = line[1].split()
        label, value = cut(line[1])
        if block and (not words or label == "Name"):
            reply.record(first, block)
            block = {}
        if words[:4] == ["Name", "Type", "TTL", "Section"]:
            columns = words
        elif error := _ERROR_ID.search(line[1]):
            outcome = ERRORS.get(error.group(1))
            if outcome is None:
                notes.unread(line, f"Resolve-DnsName failed with {error.group(1)}, which is not known here")
            else:
                reply.answer(line, reply.asked, outcome)
        elif said := _FAILED.search(line[1]) or _ASKED.search(line[1]):
            reply.asked = name(said.group(1)) or ""
        elif label in _PROPERTIES and value and " " not in value:
            first = first if block else line
            block[label] = value
        elif len(words) == len(columns) > 0 and words[2].isdecimal():
            reply.record(line, dict(zip(columns, words, strict=True)))
    if block:
        reply.record(first, block)
    reply.end()
    return notes.facts()
