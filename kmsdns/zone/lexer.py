"""Master file text to entries and tokens (RFC 1035 5.1). Every step is linear in the text, and nothing recurses.

An entry is one logical line: a physical one, or as many as its parentheses hold together. What cannot be lexed ends at
the end of its own line, so that the entries after it are still read.
"""

from __future__ import annotations

import re
from enum import StrEnum

from kmsdns.model.pattern import pattern
from kmsdns.model.records import Location
from kmsdns.zone.complaints import UNBALANCED_PARENTHESIS, UNTERMINATED_QUOTE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

BLANKS = " \t\r\x0b\x0c\x1a\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
INVISIBLE = "\xad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
SMART = "\u2018-\u201f\u2032\u2033"

# An entry that needs no second look: printable ASCII without quotes, escapes or parentheses, maybe a comment.
_PLAIN = pattern(r"([\t !#-'*-:<-\[\]-~]*+)(?:;[^\n]*+)?(?:\r?\n|\Z)")
_LEADING_BLANK = pattern(f"[{BLANKS}]")
ODD = pattern(
    f"[\\x00-\\x08\\x0b-\\x1f\\x7f-\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000{INVISIBLE}{SMART}]"
)
REMOVED = pattern(f"[{INVISIBLE}]")
_UNMATCHED = 'the parenthesis opened here is never closed: write ")"'
_STRING_END = pattern(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_DELIMITER = pattern(f'[{BLANKS}\n;()"]|\\Z')
_TOKEN = pattern(
    rf"""
    [{BLANKS}]++
    | (?P<newline> \n )
    | (?P<comment> ; [^\n]*+ )
    | (?P<open> \( )
    | (?P<close> \) )
    | (?P<quoted> "(?:[^"\\\n]|\\[^\n])*+" )
    | (?P<quote> " )
    | (?P<word> (?: [^{BLANKS}\n;()"\\]++ | \\[^\n] )++ \\?+ | \\ )
    """,
    re.VERBOSE,
)


class TokenKind(StrEnum):
    """What a token is."""

    WORD = "word"
    QUOTED = "quoted"  # its text holds the quotes
    OPEN = "open"
    CLOSE = "close"
    COMMENT = "comment"  # from the semicolon to the end of the line
    NEWLINE = "newline"
    QUOTE = "quote"  # a quotation mark that nothing closes; its text is the rest of the line


class Token:
    """One token: text[offset:end] of the source. Lines and columns count from 1; the end is exclusive."""

    __slots__ = ("column", "end", "end_column", "end_line", "kind", "line", "offset", "text")

    def __init__(self, kind: TokenKind, text: str, offset: int, line: int, column: int) -> None:
        self.kind = kind
        self.text = text
        self.offset = offset
        self.end = offset + len(text)
        self.line = line
        self.column = column
        newlines = text.count("\n") if kind is TokenKind.QUOTED else 0
        self.end_line = line + newlines
        self.end_column = len(text) - text.rindex("\n") if newlines else column + len(text)

    def __repr__(self) -> str:
        return f"Token({self.kind.value}, {self.text!r}, {self.line}:{self.column})"


class EntryProblem:
    """Why an entry cannot be lexed, and where: at the opening quote or parenthesis, not where the text ended."""

    __slots__ = ("code", "message", "offset")

    def __init__(self, code: str, message: str, offset: int) -> None:
        self.code = code
        self.message = message
        self.offset = offset


class Entry:
    """One logical line that holds at least one word.

    words are the texts of its words and quoted strings, escapes and quotes still in them, in order. start is the offset
    of its first physical line, which is number line; offset and end enclose the tokens.
    """

    __slots__ = ("end", "inherits", "line", "lines", "odd", "offset", "problem", "start", "words")

    def __init__(
        self, words: list[str], inherits: bool, line: int, start: int, offset: int, end: int,
        lines: int = 1, problem: EntryProblem | None = None, odd: int = -1,
    ) -> None:  # fmt: skip
        self.words = words
        self.inherits = inherits  # begins with a blank: the owner is that of the entry before
        self.line = line
        self.lines = lines  # how many physical lines it takes
        self.start = start
        self.offset = offset
        self.end = end
        self.problem = problem
        self.odd = odd  # the offset of the first invisible or "smart" character outside quotes and comments, or -1

    def tokens(self, text: str) -> list[Token]:
        """The tokens behind words, index for index; text is what the entry was read from."""
        found = scan(text, self.start, self.end, self.line)
        return [
            t for t in found if t.kind is TokenKind.QUOTED or (t.kind is TokenKind.WORD and REMOVED.sub("", t.text))
        ]

    def location(self, text: str, path: str, offset: int, end: int) -> Location:
        """Where text[offset:end] is, in the file that text is of; offset is in this entry."""
        line, column = self.line, offset - self.start + 1
        end_line, end_column = line, column + end - offset
        if self.lines > 1:
            if newlines := text.count("\n", self.start, offset):
                line, column = line + newlines, offset - text.rindex("\n", 0, offset)
                end_line, end_column = line, column + end - offset
            if newlines := text.count("\n", offset, end):
                end_line, end_column = line + newlines, end - text.rindex("\n", 0, end)
        return Location(path=path, line=line, column=column, end_line=end_line, end_column=end_column)


_MARKS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


def _encoding(data: bytes) -> tuple[str, int]:
    """The encoding of a file by its first octets, and how many of these are but its mark."""
    if encoding := _MARKS.get(data[:2]):
        return encoding, 2
    # Without a mark, the other octet of the first characters tells: zone files begin in ASCII.
    high, low = data[1:32:2], data[0:32:2]
    if len(high) > 1 and not any(high) and all(low):
        return "utf-16-le", 0
    if len(high) > 1 and not any(low) and all(high):
        return "utf-16-be", 0
    return "utf-8", 0


def decode(data: bytes) -> str:
    """The text of a file: UTF-8 or UTF-16, with or without a byte order mark; octets that are neither stay."""
    encoding, size = _encoding(data)
    return data[size:].decode(encoding, "surrogateescape" if encoding == "utf-8" else "replace")


def encode(text: str, data: bytes) -> bytes:
    """A text in the encoding of a file, of which data is at least the beginning."""
    encoding, size = _encoding(data)
    return data[:size] + text.encode(encoding, "surrogateescape" if encoding == "utf-8" else "replace")


def scan(text: str, start: int = 0, stop: int | None = None, line: int = 1) -> Iterator[Token]:
    """Every token of text[start:stop]; start is the beginning of the line with that number."""
    stop = len(text) if stop is None else stop
    at, line_start = start, start
    while at < stop:
        match = _TOKEN.match(text, at, stop)
        assert match is not None
        kind = match.lastgroup
        if kind is None:
            at = match.end()
            continue
        end = match.end()
        if kind == "quote":
            end, kind = _string_end(text, at)
        yield Token(TokenKind(kind), text[at:end], at, line, at - line_start + 1)
        if kind == "newline":
            line, line_start = line + 1, end
        elif kind == "quoted" and (newlines := text.count("\n", at, end)):
            line, line_start = line + newlines, text.rindex("\n", at, end) + 1
        at = end


class Entries:
    """The entries of a whole text, one after the other.

    The next one is looked for from the offset at, in the line with the number line; who reads entries there by other
    means moves both on.
    """

    __slots__ = ("_is_searched", "_marked", "at", "line", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line = 1
        self._is_searched = False
        self._marked: dict[int, str] = {}  # parentheses that count for nothing, by offset: what to tell of them

    def __iter__(self) -> Entries:
        return self

    def __next__(self) -> Entry:
        text, size = self.text, len(self.text)
        while self.at < size:
            at, line = self.at, self.line
            match = _PLAIN.match(text, at)
            if match is not None:
                content = match.group(1)
                words = content.split()
                self.at, self.line = match.end(), line + 1
                if words:
                    first = at if content[0] > " " else at + len(content) - len(content.lstrip())
                    return Entry(words, first > at, line, at, first, at + len(content.rstrip()))
                continue
            entry, end, newlines, closed = _entry(text, at, line, self._marked)
            if not closed and not self._is_searched:
                # Some parenthesis is never closed. Which one, only a look at the rest of the text can tell: taken once.
                self._is_searched = True
                self._marked.update(dict.fromkeys(_unmatched(text, at), _UNMATCHED))
                entry, end, newlines, closed = _entry(text, at, line, self._marked)
            self.at, self.line = end, line + newlines
            if entry is not None:
                return entry
        raise StopIteration

    def again(self, entry: Entry, marked: Mapping[int, str]) -> None:
        """Goes back to the beginning of an entry; parentheses at these offsets count for nothing, and are told of."""
        self._marked.update(marked)
        self.at, self.line = entry.start, entry.line


def entries(text: str) -> Entries:
    """The entries of a whole text, in order."""
    return Entries(text)


def _entry(text: str, start: int, line: int, marked: Mapping[int, str]) -> tuple[Entry | None, int, int, bool]:
    """The entry at start, where the next one begins, how many lines later, and whether its parentheses close."""
    words: list[str] = []
    at, size, depth = start, len(text), 0
    offset = end = -1
    odd, problem = -1, None
    while at < size:
        match = _TOKEN.match(text, at)
        assert match is not None
        kind, upto = match.lastgroup, match.end()
        if kind == "quote":
            upto, kind = _string_end(text, at)
        if kind == "newline":
            if depth == 0:
                at = upto
                break
        elif kind == "word" or kind == "quoted":
            word = text[at:upto]
            if kind == "word" and not (word.isascii() and word.isprintable()) and (strange := ODD.search(word)):
                odd = at + strange.start() if odd < 0 else odd
                word = REMOVED.sub("", word)
            if word:
                words.append(word)
        elif kind in ("open", "close") and (message := marked.get(at)) is not None:
            if message:
                problem = problem or EntryProblem(UNBALANCED_PARENTHESIS, message, at)
        elif kind == "open":
            depth += 1
        elif kind == "close":
            if depth:
                depth -= 1
            else:
                problem = problem or EntryProblem(
                    UNBALANCED_PARENTHESIS, 'this ")" closes nothing: no "(" is open here', at
                )
        elif kind == "quote":
            problem = problem or EntryProblem(UNTERMINATED_QUOTE, "the quotation mark opened here is not closed", at)
        elif kind is None and odd < 0 and (strange := ODD.search(text, at, upto)):
            # A carriage return in front of the line feed, or at the end of the text, is an ordinary line end.
            odd = -1 if _is_line_end(text, strange.start()) else strange.start()
        if kind not in (None, "newline", "comment"):
            offset, end = at if offset < 0 else offset, upto
        at = upto
    newlines = text.count("\n", start, at)
    if not words and problem is None and odd < 0:
        return None, at, newlines, depth == 0
    offset, end = (start, start) if offset < 0 else (offset, end)
    inherits = _LEADING_BLANK.match(text, start) is not None
    lines = newlines + (text[at - 1 : at] != "\n")  # the last line of a text may lack its end
    return Entry(words, inherits, line, start, offset, end, lines, problem, odd), at, newlines, depth == 0


def _string_end(text: str, start: int) -> tuple[int, str]:
    """Where a quoted string that does not end on its own line ends, and what it then is.

    Text literals may hold line ends (RFC 1035 5.1). One that is only unterminated would take its end from the next
    string's opening quote: what follows that is no delimiter, and then the string is given up at its line's end.
    """
    match = _STRING_END.match(text, start)
    if match is not None and _DELIMITER.match(text, match.end()) and text[match.end() : match.end() + 1] != '"':
        return match.end(), "quoted"
    newline = text.find("\n", start)
    end = len(text) if newline < 0 else newline
    return len(text[:end].rstrip("\r")) if text[end - 1 : end] == "\r" else end, "quote"


def _unmatched(text: str, start: int) -> frozenset[int]:
    """The offsets of the opening parentheses from start on that have no closing one."""
    stack: list[int] = []
    at, size = start, len(text)
    while at < size:
        match = _TOKEN.match(text, at)
        assert match is not None
        kind, upto = match.lastgroup, match.end()
        if kind == "quote":
            upto, kind = _string_end(text, at)
        elif kind == "open":
            stack.append(at)
        elif kind == "close" and stack:
            stack.pop()
        at = upto
    return frozenset(stack)


def _is_line_end(text: str, at: int) -> bool:
    return text[at] == "\r" and text[at + 1 : at + 2] in ("\n", "")
