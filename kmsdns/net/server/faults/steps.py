"""Steps: what a server does with a finished answer when it is more than sending it. Faults make them; no I/O.

net.server.faults.table turns an answer into steps, net.server.faults.executor carries them out. Without a fault there
is one step: ReplyStep(answer).
"""

from __future__ import annotations

from kmsdns.model.value import Value


class ReplyStep(Value):
    """An answer, and how it is carried. Over UDP only message, elsewhere and later count."""

    message: bytes
    elsewhere: bool = False  # from another socket than the one that was asked
    later: float = 0.0  # seconds it is held back at most; before, it leaves behind the next answer
    length: int | None = None  # what its length field says, None for the truth (RFC 1035 4.2.2)
    first: int = 0  # octets of the first write, the length field included; 0 for as many as the others have
    piece: int = 0  # octets of each write; 0 for all that is left
    pause: float = 0.0  # seconds between two writes
    limit: int | None = None  # octets that are sent at all, the length field included


class Wait(Value):
    """What comes next does so later."""

    seconds: float


class CloseStep(Value):
    """The TCP connection ends, behind what is still to be sent; with reset at once, and what was unsent is lost."""

    reset: bool = False


class ClosePort(Value):
    """Nothing listens any more, on any address: the kernel refuses whatever comes."""

    transport: str | None = None  # "udp" or "tcp", None for both


Step = ReplyStep | Wait | CloseStep | ClosePort


class FaultCase(Value):
    """What a fault may know besides the answer it is applied to."""

    query: bytes
    transport: str  # "udp" or "tcp"
    number: int = 1  # of this query among those the fault is for, from 1 on
    soa: bytes | None = None  # rdata, uncompressed, of the zone that was asked, when the fault wants it
    soa_owner: bytes = b"\0"  # in wire form
    soa_ttl: int = 0  # seconds
    only: str | None = None  # the transport that the fault was asked for by name
    ms: int = 0  # the fault's parameters, defaults filled in; 0 when it has no such parameter
    n: int = 0
    size: int = 0  # octets, bytes= in a specification


def frame(reply: ReplyStep) -> bytes:
    """The octets of a reply over TCP: its length field, its message, and no more than its limit."""
    length = len(reply.message) if reply.length is None else reply.length
    return (length.to_bytes(2, "big") + reply.message)[: reply.limit]


def script(steps: tuple[Step, ...]) -> list[bytes | Step]:
    """Steps for a TCP connection with each reply taken apart into its writes; one that is held back stays whole."""
    lines: list[bytes | Step] = []
    for step in steps:
        if not isinstance(step, ReplyStep) or step.later:
            lines.append(step)
            continue
        data = frame(step)
        size = step.piece or len(data)
        at = step.first or size
        lines.append(data[:at])
        while at < len(data):
            lines += [Wait(seconds=step.pause), data[at : at + size]]
            at += size
    return lines
