"""nslookup: what nslookup prints (docs/kms.md 5.6). It asks by itself: the client's own look-up can end otherwise.

A name without a domain in front of "SRV service location" is a record at the bare name. "DNS request timed out" alone
may be about the server's own name; a question failed only where a line with three asterisks says so. Those go to
standard error, so a redirected output may end after its head.
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

_OWNER = re.compile(r"(\S+)\s+SRV service location:(.*)")
_FIELD = re.compile(r"\b(priority|weight|port|svr hostname)\s*=\s*(\S+)")
_ONE_LINE = re.compile(r"(\S+)\s+service = (\d{1,5}) (\d{1,5}) (\d{1,5}) (\S+)")
_GLUE = re.compile(r"(\S+)\s+(?:internet|AAAA IPv6) address = (\S+)")
_ASKED = re.compile(r"nslookup(?:\.exe)?((?:\s+-\S+)*)\s+([^-\s>|]\S*)", re.IGNORECASE)
_ASKED_INSIDE = re.compile(r"\s*>\s*([^\s=>]+)\s*$")
_CANNOT_FIND = re.compile(r"can't find (\S+?):")
_UNDERSCORED = re.compile(r"(?:^|\s)(_\S+?):?(?=\s|$)")
_FAILURES = (  # what the last part of a line with asterisks says
    ("non-existent domain", Outcome.NXDOMAIN),
    ("nxdomain", Outcome.NXDOMAIN),
    ("server failed", Outcome.SERVFAIL),
    ("servfail", Outcome.SERVFAIL),
    ("query refused", Outcome.REFUSED),
    ("refused", Outcome.REFUSED),
    ("no response from server", Outcome.TIMEOUT),
    ("timed-out", Outcome.TIMEOUT),
    ("timed out", Outcome.TIMEOUT),
)
_TYPE_MISSING = ("records available for", "no answer")  # *** No ... records available for NAME


class _Run:
    """What one question was answered."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes
        self.server: str | None = None
        self.head: Line | None = None  # the line with the server, while no answer followed
        self.head_label = ""
        self.asked = ""  # the name, where the command is in the file too
        self.owner = ""
        self.owner_line: Line = (0, "")
        self.srvs: list[Srv] = []
        self.addresses: list[tuple[str, str]] = []
        self.fields: dict[str, str] = {}
        self.above = ("", "")  # the label and value of the line before
        self.listing = ""  # the name whose addresses are being listed

    def ask(self, owner: str) -> None:
        """A command to ask for a name."""
        self.end()
        self.asked, self.listing = _canonical(owner), ""

    def start(self, owner: str, line: Line) -> None:
        """An answer about an owner begins; more records of one owner belong together."""
        found = _canonical(owner)
        self.head = None
        if found != self.owner:
            self.end()
            self.owner, self.owner_line = found, line

    def record(self, line: Line) -> None:
        """A record is complete."""
        fields, self.fields = self.fields, {}
        srv = srv_of(*[fields.get(field, "") for field in ("priority", "weight", "port", "svr hostname")])
        if srv is None:
            self.notes.unread(line, "an SRV record of which a field is missing or out of range")
        else:
            self.srvs.append(srv)

    def fail(self, owner: str, outcome: Outcome, line: Line) -> None:
        """A question failed."""
        self.head = None
        self.end()
        self._add(owner or self.asked, outcome, line)

    def end(self) -> None:
        """The answer is complete."""
        if self.srvs or self.addresses:
            self._add(self.owner, Outcome.ANSWER, self.owner_line)
        elif self.head is not None:
            self.notes.unread(
                self.head, "nslookup was answered, but that is not here: failures go to standard error, add 2>&1"
            )
        self.head, self.owner, self.srvs, self.addresses, self.fields = None, "", [], [], {}

    def _add(self, owner: str, outcome: Outcome, line: Line) -> None:
        answer = SeenAnswer(
            source=self.notes.source(line),
            owner=owner,
            outcome=outcome,
            srvs=tuple(self.srvs),
            addresses=tuple(self.addresses),
            server=self.server,
        )
        self.notes.add("answers", answer)


def read(section: Section) -> Facts:
    """The facts of one or more questions."""
    notes = Notes(section)
    run = _Run(notes)
    for line in section.lines():
        label, value = cut(line[1])
        if command := _ASKED.search(line[1]) or _ASKED_INSIDE.match(line[1]):
            run.ask(command.groups()[-1])
        elif line[1].lstrip().startswith("**"):
            _failure(run, line)
        elif not _record(run, line):
            _address(run, line, label, value)
        run.above = (label, value) if label else ("", "")
    run.end()
    return notes.facts()


def _record(run: _Run, line: Line) -> bool:
    """A line of an SRV record, of a target's address, or of a SOA record in place of an answer."""
    text = line[1]
    if owner := _OWNER.search(text):
        run.start(owner.group(1), line)
        _fields(run, owner.group(2), line)
    elif one := _ONE_LINE.search(text):
        run.start(one.group(1), line)
        run.fields = dict(zip(("priority", "weight", "port", "svr hostname"), one.groups()[1:], strict=True))
        run.record(line)
    elif _FIELD.search(text):
        _fields(run, text, line)
    elif glue := _GLUE.search(text):
        if (found := address(glue.group(2))) and (target := _canonical(glue.group(1))):
            run.addresses.append((target, found))
    elif "primary name server = " in text:
        run.fail("", Outcome.NODATA, line)
    else:
        return False
    return True


def _address(run: _Run, line: Line, label: str, value: str) -> None:
    """An address below a name, a further one below that, or the blank line that ends them."""
    text = line[1].strip()
    if (found := address(value.split("#")[0])) and label and run.above[0]:
        run.listing = _pair(run, line, run.above, found)
    elif run.listing and (found := address(text)):
        run.addresses.append((run.listing, found))
    elif not text:
        run.listing = ""


def _fields(run: _Run, text: str, line: Line) -> None:
    for field, value in _FIELD.findall(text):
        run.fields[field] = value
        if field == "svr hostname":
            run.record(line)


def _pair(run: _Run, line: Line, above: tuple[str, str], found: str) -> str:
    """A name with an address below it: the server's, or the answer's; the name of an answer, "" for the server."""
    is_head = run.head is None and not run.owner and above[0] != "Name"
    if is_head or above[0] == run.head_label:
        run.end()
        run.head, run.head_label, run.server = line, above[0], found
        return ""
    owner = _canonical(above[1])
    run.start(above[1], line)
    run.addresses.append((owner, found))
    return owner


def _failure(run: _Run, line: Line) -> None:
    text = line[1]
    lowered = text.lower().rstrip(" .")
    english = _CANNOT_FIND.search(text)
    underscored = _UNDERSCORED.search(text)
    owner = _canonical(english.group(1)) if english else _canonical(underscored.group(1)) if underscored else ""
    if any(words in lowered for words in _TYPE_MISSING):
        run.fail(owner or _canonical(text.split()[-1]), Outcome.NODATA, line)
        return
    if "server name for address" in lowered:
        return  # the server's own name: nothing was asked yet
    for words, outcome in _FAILURES:
        if lowered.endswith(words):
            run.fail(owner, outcome, line)
            return
    run.notes.unread(line, "nslookup says in another language that it failed")


def _canonical(text: str) -> str:
    """A name in canonical form, "" for what is none."""
    return name(text) or "" if text else ""
