"""A file's text to sections, each the output of one tool, told by its content and never by the file's name.

A line with a tool's signature opens a section, or goes on with that tool's; lines without one belong to the section
that is open. Signatures hold what no translation of Windows changes: GUIDs, channels, dot leaders, names of properties.
"""

from __future__ import annotations

import re

from kmsdns.kms.evidence.facts import Source, Unread
from kmsdns.kms.evidence.text import redact
from kmsdns.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_SECTION = 4 << 20
"""Characters of one section that are read."""
MAX_SECTIONS = 500
MAX_LINES = 1_000_000
"""Lines of one file that are read."""
MAX_LINE = 4096
"""Characters of one line that are looked at; no tool prints more, but for a bundle."""
MAX_SHOWN = 200
"""Characters of a line that a source keeps."""
MAX_STRAY = 4
"""Lines outside of any section that a tool's banner may have; more of them are said to be unread."""

_ADDRESS = r"[0-9A-Fa-f]*[.:][0-9A-Fa-f.:]+(?:%\w+)?"
_INFO_LINE = r"0x[0-9A-Fa-f]{1,8}\s*,\s*(?:0x[0-9A-Fa-f]{8}|\d{1,5})\s*,"

SIGNATURES: tuple[tuple[str, str], ...] = (
    ("reg", r'Windows Registry Editor|REGEDIT4|\[-?HK|HKEY_|(?:"[^"]+"|@)=|\S+\s+REG_[A-Z_]+\s'),
    ("events", rf"<Events?[ >]|<\?xml|Event\[\d+\]|.{{0,60}}\bSecurity-SPP\b|"
               rf".{{0,60}}Software Protection Platform Service|TimeCreated\s+:|"
               rf"(?:Message\s*:\s*|Info:\s*)?{_INFO_LINE}|(?:Message\s*:\s*)?hr=0x"),
    ("ospp", r"---(?:Processing|Exiting)-|PRODUCT ID:|SKU ID:|LICENSE (?:NAME|DESCRIPTION|STATUS):|ERROR CODE:|"
             r"ERROR DESCRIPTION:|REMAINING GRACE:|Last 5 characters of installed|Activation Type Configuration:|"
             r"KMS machine registry override|KMS host caching:|KMS Lookup Domain:|ERROR/HOST:|"
             r"Searching for KMS activation events|No KMS activation events|<No installed product key|"
             r"<Product activation successful>|Installed product key detected"),
    ("slmgr", r"[^:]{1,60}:\s*(?:Windows|Office)\b.{0,120} edition\s*$|(?:Windows|Office)\b.{0,120} edition:\s*$|"
              r"[^:]{1,60}:.{1,120}, \S{1,60} channel\s*$|[^:]{10,80}:\s*\d+\.\d+\.\d{4,5}\.\d+\s*$|"
              r"License Status:|Key Management Service (?:client|is enabled|cumulative)|Windows Script Host\s*$|"
              r".{1,160} edition \([0-9a-fA-F-]{36}\) ?\.\.\.|Error: 0x[0-9A-Fa-f]{8}|.{0,200}slui\.exe 0x2a 0x"),
    ("ipconfig", r"\S[^:]{0,60}?(?: ?\.){3,40}\s*:|(?=.*\bWindows\b)(?=.*\bIP\b)[^:.<>|]{5,60}$"),
    ("resolvedns", r"Name\s+Type\s+TTL\s+Section\b|Name\s+:\s|QueryType\s+:|IP[46]?Address\s+:|"
                   r".{0,80}Resolve-?DnsName\b"),
    ("netconn", r"ComputerName\s+:|RemoteAddress\s+:|RemotePort\s+:|TcpTestSucceeded\s+:|.{0,80}Test-NetConnection\b"),
    ("nslookup", rf"\S+\s+SRV service location:|(?:priority|weight|port|svr hostname)\s+=\s|\*\*\*? \S|"
                 rf"DNS request timed out|timeout was \d|\S+\s+(?:internet|AAAA IPv6) address =|\S+\s+service = \d|"
                 rf"primary name server = |[^\s:]{{1,20}} ?:\s+{_ADDRESS}(?:#\d+)?\s*$"),
)  # fmt: skip
"""Each kind with what its lines begin with, blanks aside; the first that fits counts."""
LONELY: tuple[tuple[str, str], ...] = (("ospp", r"Client Machine ID \(CMID\):"),)
"""Signatures that count only where no section is open, because two tools print such a line."""
OPENINGS = re.compile(
    r"---Processing-|Windows Registry Editor|(?=.*\bWindows\b)(?=.*\bIP\b)[^:.<>|]{5,60}$|<\?xml|"
    r"[^:]{10,80}:\s*\d+\.\d+\.\d{4,5}\.\d+\s*$"
)
"""Lines that are the first of an output: a second one of a kind is another machine's, or another run."""

_LINE = re.compile(r"([^\n]*)(?:\n|\Z)")
_SIGNATURE = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in SIGNATURES))
_LONELY = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in LONELY))
_PROMPT = re.compile(r"(?:PS )?(?:[A-Za-z]:\\|\\\\)[^>\n]{0,260}>")
_ASKS = re.compile(r"(?:(?:PS )?(?:[A-Za-z]:\\|\\\\)[^>\n]{0,260}>)?\s*nslookup(?:\.exe)?\s+\S", re.IGNORECASE)
_PAIR_TOP = re.compile(r"[^\s:]{1,20} ?:\s+\S+\s*$")
_BUNDLE = re.compile(r'\s*\{\s*"kmsdns_bundle"\s*:')


class Section(Value):
    """The output of one tool."""

    kind: str
    path: str
    first: int  # the number of its first line, from 1
    raw: str
    is_cut: bool = False  # it was longer than what is read

    def lines(self) -> Iterator[tuple[int, str]]:
        """Its lines with their numbers, without product keys and user names."""
        for number, match in enumerate(_LINE.finditer(self.raw), self.first):
            if match.start() < len(self.raw):
                yield number, redact(match.group(1)[: MAX_LINE + 40])[:MAX_LINE]  # so that no cut leaves half a key

    def source(self, number: int, text: str) -> Source:
        """Where a fact stands."""
        shown = text.strip()
        return Source(path=self.path, line=number, text=shown if len(shown) <= MAX_SHOWN else shown[:MAX_SHOWN] + "...")


def split(text: str, path: str) -> tuple[list[Section], list[Unread]]:
    """The sections of a text in their order, and what is in none of them. Linear in the text."""
    marks = _marks(text)
    sections = [
        Section(
            kind=kind, path=path, first=line, raw=text[start : min(end, start + MAX_SECTION)],
            is_cut=end - start > MAX_SECTION,
        )
        for kind, start, line, end in marks.closed[:MAX_SECTIONS]
    ]  # fmt: skip
    unread = [
        Unread(
            source=Source(path=path, line=line, text=""),
            reason=f"{count} lines from here on are not the output of a known tool",
        )
        for line, count in marks.stray
    ]
    if marks.unlooked:
        reason = f"the file has more than {MAX_LINES} lines, and they are what is read"
        unread.append(Unread(source=Source(path=path, line=marks.unlooked, text=""), reason=reason))
    if len(marks.closed) > MAX_SECTIONS:
        reason = f"the file has {len(marks.closed)} outputs, and {MAX_SECTIONS} are read"
        unread.append(Unread(source=Source(path=path, line=marks.closed[MAX_SECTIONS][2], text=""), reason=reason))
    return sections, unread


class _Marks:
    """Where sections begin and end, line by line."""

    def __init__(self) -> None:
        self.closed: list[tuple[str, int, int, int]] = []  # (kind, offset, number of its first line, end)
        self.stray: list[tuple[int, int]] = []  # (number of the first line, lines) of each stretch outside of sections
        self.unlooked = 0  # the number of the first line that nobody looked at, 0 when there is none
        self.kind = ""  # of the open section; "" outside of one
        self.unclaimed = (-1, 0, "")  # the last line without a signature: (offset, number, text)
        self._at = (0, 1)  # where that section began: (offset, line number)
        self._outside: list[int] = []  # (number of the first line, lines) since the last section ended

    def open(self, kind: str, at: int, number: int) -> None:
        self.close(at)
        if self._outside and self._outside[1] > MAX_STRAY:
            self.stray.append((self._outside[0], self._outside[1]))
        self._outside = []
        self.kind, self._at = kind, (at, number)

    def close(self, end: int) -> None:
        if self.kind:
            self.closed.append((self.kind, *self._at, end))
        self.kind = ""

    def pass_over(self, number: int) -> None:
        """A line that isn't blank and belongs to no section."""
        self._outside = self._outside or [number, 0]
        self._outside[1] += 1


def _marks(text: str) -> _Marks:
    marks = _Marks()
    end = len(text)
    for number, match in enumerate(_LINE.finditer(text), 1):
        if number > MAX_LINES:
            marks.unlooked, end = number, match.start()
            break
        if marks.kind == "bundle":
            if match.group(1).rstrip() == "}":
                marks.close(match.end())
        elif _ASKS.match(match.group(1)[:MAX_LINE]):
            marks.open("nslookup", match.start(), number)
        else:
            _mark(marks, text, match, number)
    marks.open("", end, 0)
    return marks


def _mark(marks: _Marks, text: str, match: re.Match[str], number: int) -> None:
    """What a line outside of a bundle, which asks nothing of nslookup, begins or ends."""
    at, line = match.start(), match.group(1)[:MAX_LINE]
    found = _kind(text, at, line, marks.kind)
    if found is None and _PROMPT.match(line):
        marks.close(at)
    elif found is None:
        marks.unclaimed = (at, number, line)
        if not marks.kind and line.strip():
            marks.pass_over(number)
    elif found == "bundle":
        marks.open(found, at, number)
        if match.group(1).rstrip().endswith("}"):
            marks.close(match.end())
    elif found != marks.kind or OPENINGS.match(line.lstrip()):
        top, its_number, pair = marks.unclaimed
        if found == "nslookup" and its_number == number - 1 and _PAIR_TOP.match(pair):
            marks.open(found, top, its_number)  # "Server:  dc01.contoso.com" stands above its address
        else:
            marks.open(found, at, number)
    if line.lstrip().startswith("---Exiting-"):
        marks.close(match.end())


def _kind(text: str, at: int, line: str, current: str) -> str | None:
    """The kind of tool that prints such a line, or None where the line alone doesn't tell."""
    if "{" in line[:80] and _BUNDLE.match(text, at, at + 400):
        return "bundle"
    line = line.lstrip()
    found = _SIGNATURE.match(line) or (None if current else _LONELY.match(line))
    return found.lastgroup if found is not None else None
