"""What is known of a packet besides the word of model.messages.REASONS for it: a sentence for the look-up trace.

Rules: it says what the octets show and nothing else. Names come from anybody, so each sentence is made safe for a
terminal and bounded; rdata is not shown. A packet that can't be the server's is not worth much work: of those with
another ID or source only the first few are decoded.
"""

from __future__ import annotations

from kmsdns.lookup.reply_checks import HUGE
from kmsdns.lookup.wire import OPCODES, WireError, decode
from kmsdns.model.names import fold
from kmsdns.model.safe import bounded, cut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Protocol

    from kmsdns.lookup.cookies import Cookie
    from kmsdns.lookup.reply_checks import ReplyAnalysis
    from kmsdns.lookup.wire import Message, QuestionEntry
    from kmsdns.model.messages import Question, Rejected, Server
    from kmsdns.model.records import Record

    class AttemptLike(Protocol):
        """What this module reads of a try (lookup.attempt, which imports it)."""

        server: Server
        question: Question
        asked: Question
        id: int
        sent: bytes
        cookie: Cookie | None
        rejected: list[Rejected]
        message: Message | None
        found: ReplyAnalysis | None
        warnings: tuple[str, ...]


MAX_FOREIGN = 8
"""Packets with another ID or source that are decoded for one try, to tell what they hold."""

_MAX_NAME = 80  # characters of a name that are shown
_MAX_LISTED = 2
_HEADER = 12
_DENIALS = ("nodata", "nxdomain", "negative-without-soa")
_MISPLACED = ("answer-unrelated", "answer-wrong-type", "answer-wrong-class", "nxdomain-with-answer")


def of_packet(attempt: AttemptLike, reason: str, data: bytes, source: str) -> str:
    """Of one that was rejected for that reason."""
    said = []
    if reason == "source-mismatch":
        is_near = source.rpartition(":")[0] == str(attempt.server).rpartition(":")[0]
        said.append("another port of the same address" if is_near else "another address")
    got = int.from_bytes(data[:2], "big")
    if len(data) >= _HEADER and got != attempt.id:
        said.append(f"ID {got} instead of {attempt.id}")
    if not said or len(attempt.rejected) < MAX_FOREIGN:
        said.append(_content(attempt, reason, data))
    return bounded("; ".join(said))


def of_part(buffer: bytes | bytearray) -> str | None:
    """Of a stream that has brought only a part of a message: octets received, and announced by the length field."""
    if len(buffer) < 2:
        return "1 octet came: half of the length field" if buffer else None
    return f"{len(buffer) - 2} of {int.from_bytes(buffer[:2], 'big')} octets came"


def of_reply(attempt: AttemptLike, size: int) -> str | None:
    """Of a reply of so many octets that was taken, or failed; None when the word says everything."""
    message, found = attempt.message, attempt.found
    assert message is not None
    assert found is not None
    if message.tc:
        return None
    said = []
    if found.aliases:
        back = "back " if found.reason == "cname-loop" else ""
        last = _name(str(found.aliases[-1].rdata))
        said.append(f"{_count(len(found.aliases), 'alias', 'es')} {back}to {last}")
    if found.reason == "cname-multiple":
        at = fold(str(found.aliases[-1].rdata) if found.aliases else attempt.question.name)
        said.append(_leading((each for each in message.answer if fold(each.owner) == at), "CNAME"))
    elif found.reason in ("referral", "lame"):
        said.append(_leading(message.authority, "NS"))
    elif found.reason in _MISPLACED:
        said.append(f"it has {_listed(_shown(each.owner, each.rdclass, each.rdtype) for each in message.answer)}")
    elif found.reason in _DENIALS and found.ttl is None:
        said += [f"its SOA is of {_name(each.owner)}" for each in message.authority if each.rdtype == "SOA"][:1]
    if len(found.answer) > HUGE:
        said.append(_count(len(found.answer), "record"))
    if "udp-oversize" in attempt.warnings:
        said.append(f"{size} octets")
    return bounded("; ".join(said)) if said else None


def _content(attempt: AttemptLike, reason: str, data: bytes) -> str:
    """What is in a packet; of one that was rejected for what is in it, what is wrong."""
    if data == attempt.sent:
        return "the query itself: octet for octet what was sent"
    try:
        message = decode(data)
    except WireError as error:
        return error.sentence if error.reason == "short" else f"offset {error.offset} of {len(data)}: {error.sentence}"
    first = message.questions[0] if message.questions else None
    if reason == "question-mismatch" and first is not None and _is_this(first, attempt.question):
        return f"asked as {_name(attempt.asked.name)} and repeated as {_name(first.name)}"  # the case was mixed
    is_of_cookie = reason in ("id-mismatch", "malformed-opt") and message.id == attempt.id
    if is_of_cookie and attempt.cookie is not None and (wrong := attempt.cookie.objection(message)):
        return wrong[1]
    return _message(message, attempt.question)


def _message(message: Message, question: Question) -> str:
    """NOERROR response to evil.test. SRV with 1 record."""
    kind = f"{message.rcode_text} response" if message.qr else "query"
    if message.opcode:
        kind += f" (opcode {OPCODES.get(message.opcode, message.opcode)})"
    words = [kind, _questions(message, question)]
    records = len(message.answer) + len(message.authority) + len(message.additional)
    if message.qr or records:
        words += ["and"] * (not message.questions) + [f"with {_count(records, 'record')}"]
    if "trailing-bytes" in message.warnings:
        words.append("and octets behind its end")
    return " ".join(words)


def _questions(message: Message, question: Question) -> str:
    if not message.questions:
        return "without a question"
    first = message.questions[0]
    what = "this question" if _is_this(first, question) else _shown(first.name, first.rdclass, first.rdtype)
    if len(message.questions) > 1:
        what = f"{len(message.questions)} questions (the first: {what})"
    return f"{'to' if message.qr else 'for'} {what}"


def _is_this(asked: QuestionEntry, question: Question) -> bool:
    return (fold(asked.name), asked.rdclass, asked.rdtype) == (fold(question.name), "IN", question.rdtype)


def _listed(lines: Iterable[str]) -> str:
    """The first of those that differ, and how many there are besides."""
    each = list(dict.fromkeys(lines))
    more = len(each) - _MAX_LISTED
    return " and ".join([*each[:_MAX_LISTED], *([f"{more} more"] if more > 0 else [])])


def _shown(name: str, rdclass: str, rdtype: str) -> str:
    """evil.test. SRV, or version.bind. CH TXT."""
    return " ".join([_name(name), *([] if rdclass == "IN" else [rdclass]), rdtype])


def _leading(records: Iterable[Record], rdtype: str) -> str:
    """The records of a type whose rdata is a name."""
    return _listed(
        f"{_name(each.owner)} {rdtype} {_name(str(each.rdata))}" for each in records if each.rdtype == rdtype
    )


def _count(number: int, word: str, plural: str = "s") -> str:
    return f"{number or 'no'} {word}{'' if number == 1 else plural}"


def _name(name: str) -> str:
    return cut(name, _MAX_NAME)
