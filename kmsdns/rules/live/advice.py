"""ADVICE: for each reason why a look-up fails, what to do about it and the clause that says what is wrong."""

from __future__ import annotations

from kmsdns.model.messages import Outcome
from kmsdns.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.model.messages import Response


class Advice(Value):
    """What to do, and the clause."""

    fix: str
    clause: str


_SERVER = Advice(
    fix="ask the zone's own servers with --server, and look into the failing server's log",
    clause="RFC 1035 4.1.1, RFC 2308 7.1",
)
_ALTERED = Advice(
    fix="ask another server, to see what alters the replies, or mend this one",
    clause="RFC 1035 4, RFC 9267",
)
_FORGED = Advice(
    fix="ask another server, and find who else answers the question: such packets are forged, late or meant for others",
    clause="RFC 5452 9.1",
)
_INSTEAD = Advice(
    fix="ask another server, and find what answers in this one's place: a captive portal, or a filter",
    clause="RFC 1034 4.3.2",
)
_BROKEN_OFF = Advice(
    fix="look into the server's log for why it ends the connection, and for a firewall between that does",
    clause="RFC 7766 6.2",
)
_URI = Advice(
    fix="check the server's URI: it must be that of DNS over HTTPS, most often /dns-query",
    clause="RFC 8484 4.2.1",
)
_SILENT = Advice(
    fix="check that the server runs and that UDP and TCP get through to it, or name another",
    clause="RFC 1035 4.2.1",
)
_NOBODY = Advice(
    fix="check the server's address and port, and that a name server runs there, or name another",
    clause="RFC 1122 3.2.2.1",
)
_NO_TCP = Advice(
    fix="let TCP through to the server's port, and let it answer there: an answer that is cut off over UDP is whole "
    "over TCP only",
    clause="RFC 7766 5",
)

ADVICE = {
    # A server that says it can't.
    "servfail": _SERVER,
    "formerr": Advice(
        fix="ask another server, and look into this one's log: it can't read a plain question, EDNS or not, or "
        "something on the way alters it",
        clause="RFC 1035 4.1.1, RFC 6891 7",
    ),
    "notimp": Advice(
        fix="name a server that answers questions for SRV records: this one does not implement them",
        clause="RFC 1035 4.1.1",
    ),
    "badvers": Advice(
        fix="ask another server: this one turns down version 0 of EDNS, and what is asked without EDNS too",
        clause="RFC 6891 6.1.3",
    ),
    "yxdomain": Advice(
        fix="shorten the target of the DNAME record above the name: put in its place it makes a name of more than 255 "
        "octets",
        clause="RFC 6672 2.2",
    ),
    # A server that isn't the one to ask.
    "refused": Advice(
        fix="use a resolver that answers this client, or allow it in the server's access list", clause="RFC 1035 4.1.1"
    ),
    "notauth": Advice(
        fix="ask a resolver, or a server of the zone: this one says that it holds no such zone",
        clause="RFC 2136 2.2",
    ),
    "lame": Advice(
        fix="ask a resolver, or a server that holds the zone; if the zone's NS records name this one, let it load the "
        "zone, or take it out of them",
        clause="RFC 1912 2.8",
    ),
    "referral": Advice(
        fix="ask a resolver, which follows referrals, or one of the servers that this one refers to",
        clause="RFC 1034 4.3.1",
    ),
    # No server at all, as far as this machine can tell.
    "no-socket": Advice(
        fix="raise the limit of open files (ulimit -n), or close what holds so many, and ask again",
        clause="POSIX.1-2024 socket",
    ),
    "timeout": _SILENT,
    "tcp-timeout": _SILENT,
    "port-unreachable": _NOBODY,
    "tcp-refused": _NOBODY,
    "host-unreachable": Advice(
        fix="check the server's address, and this machine's route to it, or name another server",
        clause="RFC 1122 3.2.2.1",
    ),
    "tls-untrusted": Advice(
        fix="check the server's name and its certificate; --ca-file names those of a private authority",
        clause="RFC 8310 8.1",
    ),
    # No message, though somebody took the question.
    "tcp-reset": _BROKEN_OFF,
    "tcp-closed": _BROKEN_OFF,
    "tcp-short": _BROKEN_OFF,
    "tcp-length-zero": Advice(
        fix="mend the server, or ask another: over TCP a message follows its length", clause="RFC 1035 4.2.2"
    ),
    "http-status": _URI,
    "http-content-type": _URI,
    # Packets that can't be the reply.
    "id-mismatch": _FORGED,
    "question-mismatch": _FORGED,
    "question-missing": _FORGED,
    "question-count": _FORGED,
    "source-mismatch": _FORGED,
    "not-a-response": _FORGED,
    "opcode-mismatch": _FORGED,
    # Replies that are whole, and contradict themselves or the question.
    "truncated-over-tcp": Advice(
        fix="mend the server, or ask another: over TCP a reply has room, and is not to be cut off",
        clause="RFC 2181 9, RFC 7766 5",
    ),
    "nxdomain-with-answer": Advice(
        fix="mend the server, or what rewrites its replies: a name that has records exists",
        clause="RFC 1035 4.1.1, RFC 2308 2.1",
    ),
    "negative-without-soa": Advice(
        fix="let the server put the zone's SOA record into the authority section of a negative answer, or ask another",
        clause="RFC 2308 3",
    ),
    "cname-loop": Advice(
        fix="break the circle in the zone: one of the CNAME records must lead to a name that holds the records",
        clause="RFC 1034 3.6.2",
    ),
    "cname-too-long": Advice(
        fix="let the first CNAME record lead straight to the name that holds the records", clause="RFC 1034 3.6.2"
    ),
    "cname-multiple": Advice(
        fix="leave one CNAME record at the name, and remove the others", clause="RFC 1034 3.6.2, RFC 2181 10.1"
    ),
    "answer-unrelated": _INSTEAD,
    "answer-wrong-type": _INSTEAD,
    "answer-wrong-class": _INSTEAD,
}
"""By the reason of a response; of those that are not here the outcome decides."""

_OTHERS = {Outcome.SERVFAIL: _SERVER, Outcome.TIMEOUT: _SILENT}
"""Response codes by number, and what nobody knows; all others are messages that don't parse."""


def advice(response: Response) -> Advice:
    """What to do about a look-up that failed for its reason."""
    if is_cut_off(response):
        return _NO_TCP
    found = ADVICE.get(response.reason) or _OTHERS.get(response.outcome, _ALTERED)
    if found in (_ALTERED, _FORGED) and response.tries and all(each.transport == "udp" for each in response.tries):
        return found.replace(fix=f"ask the server over --tcp; {found.fix}")
    return found


def is_cut_off(response: Response) -> bool:
    """There is an answer, but over TCP only, and TCP doesn't get through."""
    return response.outcome in (Outcome.TIMEOUT, Outcome.UNREACHABLE) and any(
        each.transport == "udp" and "tc" in each.flags for each in response.tries
    )
