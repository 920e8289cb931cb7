"""What one decoded message means for the question it should answer (RFC 1034 4.3.2 and 5.3.3, RFC 2308, RFC 6672).

Rules: a packet that may be forged is rejected, which leaves the question open; a genuine answer that says nothing
useful fails, which sends the question to the next server. Records count only at the name asked for, or at the end of
the chain of aliases that starts there.
"""

from __future__ import annotations

from kmsdns.model.messages import Outcome
from kmsdns.model.names import ROOT, fold, is_at_or_below
from kmsdns.model.records import Soa
from kmsdns.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.lookup.wire import Message
    from kmsdns.model.messages import Question
    from kmsdns.model.records import Record

HUGE = 256
"""Records of one RRset above which it is remarked upon."""

MAX_ALIASES = 16
"""CNAME records followed within one answer."""

RCODES = {1: "formerr", 2: "servfail", 4: "notimp", 5: "refused", 6: "yxdomain", 9: "notauth", 16: "badvers"}

OUTCOMES = {
    "answer": Outcome.ANSWER,
    "nodata": Outcome.NODATA,
    "negative-without-soa": Outcome.NODATA,
    "nxdomain": Outcome.NXDOMAIN,
    # A server that says it can't.
    "servfail": Outcome.SERVFAIL,
    "formerr": Outcome.SERVFAIL,
    "notimp": Outcome.SERVFAIL,
    "badvers": Outcome.SERVFAIL,
    "yxdomain": Outcome.SERVFAIL,
    # A server that isn't the one to ask.
    "refused": Outcome.REFUSED,
    "notauth": Outcome.REFUSED,
    "lame": Outcome.REFUSED,
    "referral": Outcome.REFUSED,
    # No server at all, as far as this machine can tell.
    "timeout": Outcome.TIMEOUT,
    "tcp-timeout": Outcome.TIMEOUT,
    "no-socket": Outcome.UNREACHABLE,  # nobody was asked: it is this machine that can't
    "port-unreachable": Outcome.UNREACHABLE,
    "host-unreachable": Outcome.UNREACHABLE,
    "tcp-refused": Outcome.UNREACHABLE,
    "tls-untrusted": Outcome.UNREACHABLE,
}
"""The outcome that each reason counts as; rcode-N is a server failure, anything else a malformed answer."""

_NXDOMAIN = 3
_QUERY = 0


class ReplyAnalysis(Value):
    """reason is "answer", "nodata" or "nxdomain", or the word for why the message is none of them."""

    reason: str
    answer: tuple[Record, ...] = ()
    aliases: tuple[Record, ...] = ()
    ttl: int | None = None  # seconds
    warnings: tuple[str, ...] = ()


def outcome_of(reason: str | None) -> Outcome:
    """What a reason counts as; no reason is a timeout."""
    if reason is not None and reason.startswith("rcode-"):
        return Outcome.SERVFAIL
    return OUTCOMES.get(reason or "timeout", Outcome.MALFORMED)


def mismatch(message: Message, question: Question) -> str | None:
    """Why this message can't be the reply to that question, or None when it is one (RFC 5452 9.1)."""
    if not message.qr:
        return "not-a-response"
    if message.opcode != _QUERY:
        return "opcode-mismatch"
    if not message.questions:
        # A server that could not read the question may send back the header alone (RFC 1035 4.1.1 leaves it open).
        return None if message.rcode in RCODES else "question-missing"
    if len(message.questions) > 1:
        return "question-count"
    asked = message.questions[0]
    if fold(asked.name) != fold(question.name) or (asked.rdtype, asked.rdclass) != (question.rdtype, "IN"):
        return "question-mismatch"
    return None


def analyse(message: Message, question: Question) -> ReplyAnalysis:
    """What a genuine reply says about the question it answers."""
    warnings = list(message.warnings)
    if not message.questions:
        warnings.append("question-missing")
    if message.questions and message.questions[0].name != question.name:
        warnings.append("case-changed")
    if message.rcode not in (0, _NXDOMAIN):
        reason = RCODES.get(message.rcode, f"rcode-{message.rcode}")
        return ReplyAnalysis(reason=reason, warnings=tuple(warnings))
    found = _follow(message, question)
    if len(found.answer) > HUGE:
        warnings.append("rrset-huge")
    if found.answer and not message.aa and not message.ra:
        warnings.append("not-authoritative")  # and offers no recursion: where has it the answer from?
    if found.reason in ("nodata", "nxdomain"):
        soa = _soa(message, found.aliases, question)
        if soa is not None:
            assert isinstance(soa.rdata, Soa)
            negative_ttl = min(soa.ttl, soa.rdata.minimum)  # RFC 2308 5
            found = found.replace(ttl=min([negative_ttl, *[alias.ttl for alias in found.aliases]]))
        elif found.reason == "nxdomain":
            warnings.append("negative-without-soa")
    return found.replace(warnings=(*warnings, *found.warnings))


def _follow(message: Message, question: Question) -> ReplyAnalysis:
    """Walks the chain of aliases through the answer section."""
    aliases: list[Record] = []
    odd: dict[str, None] = {}  # words about the RRsets on the way
    name, visited = question.name, {fold(question.name)}
    while True:
        at_name = [record for record in message.answer if fold(record.owner) == fold(name) and record.rdclass == "IN"]
        answer = _rrset(at_name, question.rdtype, odd)
        if answer:
            if message.rcode == _NXDOMAIN:
                return ReplyAnalysis(reason="nxdomain-with-answer", aliases=tuple(aliases))
            ttl = min(record.ttl for record in (*answer, *aliases))
            return ReplyAnalysis(reason="answer", answer=answer, aliases=tuple(aliases), ttl=ttl, warnings=tuple(odd))
        targets = _rrset(at_name, "CNAME", odd)
        if not targets:
            reason = _without_answer(message, question, aliases)
            return ReplyAnalysis(reason=reason, aliases=tuple(aliases), warnings=tuple(odd))
        if len(targets) > 1:
            return ReplyAnalysis(reason="cname-multiple", aliases=tuple(aliases))
        (alias,) = targets
        name = str(alias.rdata)
        aliases.append(alias)
        if fold(name) in visited:
            return ReplyAnalysis(reason="cname-loop", aliases=tuple(aliases))
        visited.add(fold(name))
        if len(aliases) > MAX_ALIASES:
            return ReplyAnalysis(reason="cname-too-long", aliases=tuple(aliases))


def _rrset(records: list[Record], rdtype: str, odd: dict[str, None]) -> tuple[Record, ...]:
    """The records of a type, equal ones once and with their least TTL (RFC 2181 5, 5.2); odd takes words about them.

    Letters of another case make no other record (RFC 4343 3), and none is changed: the first spelling stays.
    """
    of_type = [record for record in records if record.rdtype == rdtype]
    if len(of_type) < 2:
        return tuple(of_type)
    kept: dict[str, Record] = {}
    for record in of_type:
        key = fold(str(record.rdata))
        before = kept.get(key)
        if before is None or record.ttl < before.ttl:
            kept[key] = record if before is None else before.replace(ttl=record.ttl)
    if len(kept) < len(of_type):
        odd["duplicate-record"] = None
    if len({record.ttl for record in of_type}) > 1:
        odd["rrset-ttl-mismatch"] = None
    return tuple(kept.values())


def _without_answer(message: Message, question: Question, aliases: list[Record]) -> str:
    """The reason, when the end of the chain holds no record of the type asked for."""
    if message.rcode == _NXDOMAIN:
        return "nxdomain"
    if _soa(message, tuple(aliases), question) is not None:
        return "nodata"
    if aliases:
        return "cname-dangling"
    if message.answer:
        return _misplaced(message, question)
    delegations = [record.owner for record in message.authority if record.rdtype == "NS"]
    if delegations:
        # A delegation from the root, or to a place that doesn't hold the name, leads away from the answer.
        downward = delegations[0] != ROOT and is_at_or_below(question.name, delegations[0])
        return "referral" if downward else "lame"
    return "negative-without-soa"


def _misplaced(message: Message, question: Question) -> str:
    at_owner = [record for record in message.answer if fold(record.owner) == fold(question.name)]
    if not at_owner:
        return "answer-unrelated"
    return "answer-wrong-type" if any(record.rdclass == "IN" for record in at_owner) else "answer-wrong-class"


def _soa(message: Message, aliases: tuple[Record, ...], question: Question) -> Record | None:
    """The SOA record that proves a negative answer: of a zone that holds the name at the end of the chain."""
    name = str(aliases[-1].rdata) if aliases else question.name
    for record in message.authority:
        if isinstance(record.rdata, Soa) and is_at_or_below(name, record.owner):
            return record
    return None
