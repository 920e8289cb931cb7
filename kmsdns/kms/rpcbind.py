"""The DCE/RPC bind as octets: it asks a server whether it offers an interface, and calls nothing.

After C706 12.6.4 (the PDUs bind, bind_ack, bind_nak, fault) and MS-RPCE 2.2.2. A client's bind and a server's answers
to it are all that can be encoded here: the request that would follow a bind does not exist in this project.
Octets are read in either byte order, as their data representation says; what is written is little-endian.
"""

from __future__ import annotations

import struct

from kmsdns.errors import KmsdnsError
from kmsdns.model.messages import ProbeOutcome
from kmsdns.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Literal

    Order = Literal["<", ">"]

MAX_FRAGMENT = 4096
"""Octets of a PDU, also of those that the bind allows the server to send."""

CALL = 1
"""The call_id of the bind."""

ACCEPTED, PROVIDER_REJECTION = 0, 2  # p_cont_def_result_t
NO_SUCH_INTERFACE, NO_SUCH_TRANSFER = 1, 2  # p_provider_reason_t
_FAULT, _BIND, _BIND_ACK, _BIND_NAK = 3, 11, 12, 13  # PTYPE
_HEADER = 16  # octets
_WHOLE = 0x03  # PFC_FIRST_FRAG and PFC_LAST_FRAG: a bind is never in pieces
_VERSION, _MINORS = (5,), (0, 1)
_KINDS = (_FAULT, _BIND, _BIND_ACK, _BIND_NAK)


class RpcBindError(KmsdnsError):
    """Octets that are neither a bind nor an answer to one."""


class Syntax(Value):
    """An interface, or the way its data are written (p_syntax_id_t)."""

    uuid: str  # lower case
    major: int
    minor: int = 0


KMS = Syntax(uuid="51c82175-844e-4750-b0d8-ec255555bc06", major=1)
"""The interface of a KMS host."""

NDR = Syntax(uuid="8a885d04-1ceb-11c9-9fe8-08002b104860", major=2)
"""The transfer syntax NDR, with 32-bit pointers (C706 14)."""

_NONE = Syntax(uuid="00000000-0000-0000-0000-000000000000", major=0)


class Context(Value):
    """An interface that a bind asks for, with the transfer syntaxes offered."""

    number: int
    interface: Syntax
    transfers: tuple[Syntax, ...]


class Bind(Value):
    """What a client begins with."""

    call: int
    contexts: tuple[Context, ...]


class Decision(Value):
    """What became of one context of a bind."""

    result: int  # ACCEPTED, or a rejection: 1 by the user, 2 by the provider
    reason: int
    transfer: Syntax  # the one accepted


class BindAck(Value):
    """The server has read the bind; each context has been decided upon, in their order."""

    call: int
    decisions: tuple[Decision, ...]


class BindNak(Value):
    """The server wants no association with this client."""

    call: int
    reason: int


class RpcFault(Value):
    """The server could do nothing with the bind, or demands what a bind without credentials doesn't give."""

    call: int


Pdu = Bind | BindAck | BindNak | RpcFault


def encode_bind(interface: Syntax = KMS) -> bytes:
    """The bind for an interface over ncacn_ip_tcp with NDR: 72 octets, without credentials."""
    context = struct.pack("<HBx", 0, 1) + _syntax(interface) + _syntax(NDR)
    return _pdu(_BIND, CALL, struct.pack("<HHIB3x", MAX_FRAGMENT, MAX_FRAGMENT, 0, 1) + context)


def encode_bind_ack(bind: Bind, offered: Syntax | None) -> bytes:
    """A server's answer to a bind: the one interface offered is accepted, with NDR; everything else is rejected."""
    decisions = b""
    for context in bind.contexts:
        if context.interface != offered:
            decision = Decision(result=PROVIDER_REJECTION, reason=NO_SUCH_INTERFACE, transfer=_NONE)
        elif NDR not in context.transfers:
            decision = Decision(result=PROVIDER_REJECTION, reason=NO_SUCH_TRANSFER, transfer=_NONE)
        else:
            decision = Decision(result=ACCEPTED, reason=0, transfer=NDR)
        decisions += struct.pack("<HH", decision.result, decision.reason) + _syntax(decision.transfer)
    no_address = bytes(4)  # an empty secondary address, and the padding behind it
    association = struct.pack("<HHI", MAX_FRAGMENT, MAX_FRAGMENT, 1)
    count = struct.pack("<B3x", len(bind.contexts))
    return _pdu(_BIND_ACK, bind.call, association + no_address + count + decisions)


def fragment_length(octets: bytes) -> int | None:
    """How many octets the PDU has that these begin with; None while there are too few of them to say.

    Raises RpcBindError as soon as they can't become a bind or an answer to one, or one longer than MAX_FRAGMENT.
    """
    for octet, allowed in zip(octets, (_VERSION, _MINORS, _KINDS), strict=False):
        if octet not in allowed:
            raise RpcBindError("these octets are no DCE/RPC bind, and no answer to one")
    if len(octets) < 10:
        return None
    length: int = struct.unpack_from(f"{_order(octets)}H", octets, 8)[0]
    if not _HEADER <= length <= MAX_FRAGMENT:
        raise RpcBindError(f"a DCE/RPC fragment of {length} octets: {_HEADER} to {MAX_FRAGMENT} are possible")
    return length


def decode(octets: bytes) -> Pdu:
    """The PDU that stands at the beginning; what follows it is not looked at.

    Raises RpcBindError, and nothing else, whatever the octets are.
    """
    length = fragment_length(octets)
    if length is None or len(octets) < length:
        raise RpcBindError(f"a DCE/RPC fragment that ends after {len(octets)} octets")
    fragment, order = octets[:length], _order(octets)
    try:
        (call,) = struct.unpack_from(f"{order}I", fragment, 12)
        return _DECODERS[fragment[2]](fragment, order, call)
    except struct.error:
        raise RpcBindError(f"a DCE/RPC fragment of {length} octets that should have more") from None


def judge(received: bytes, _over: bool) -> ProbeOutcome | None:
    """What the answer to encode_bind() proves about a KMS host; None while it is incomplete.

    Open when the interface was accepted, not-the-service when an RPC server did anything else, no-rpc when these are
    no octets of one.
    """
    try:
        length = fragment_length(received)
        if length is None or len(received) < length:
            return None
        answer = decode(received)
    except RpcBindError:
        return ProbeOutcome.NO_RPC
    if isinstance(answer, Bind) or answer.call != CALL:  # an echo, or an answer to nothing that was asked
        return ProbeOutcome.NO_RPC
    if isinstance(answer, BindAck) and [(each.result, each.transfer) for each in answer.decisions] == [(ACCEPTED, NDR)]:
        return ProbeOutcome.OPEN
    return ProbeOutcome.NOT_THE_SERVICE


def _order(octets: bytes) -> Order:
    """The byte order, from the data representation (C706 14.1)."""
    representation = octets[4] >> 4
    if representation > 1:
        raise RpcBindError(f"a DCE/RPC header with the unknown byte order {representation}")
    return "<" if representation else ">"


def _pdu(kind: int, call: int, body: bytes) -> bytes:
    little_endian = 0x10  # and ASCII, IEEE
    return struct.pack("<BBBBB3xHHI", 5, 0, kind, _WHOLE, little_endian, _HEADER + len(body), 0, call) + body


def _syntax(syntax: Syntax) -> bytes:
    first, second, third, *rest = syntax.uuid.split("-")
    numbers = struct.pack("<IHH", int(first, 16), int(second, 16), int(third, 16))
    return numbers + bytes.fromhex("".join(rest)) + struct.pack("<HH", syntax.major, syntax.minor)


def _read_syntax(fragment: bytes, order: Order, at: int) -> Syntax:
    first, second, third, rest, version = struct.unpack_from(f"{order}IHH8sI", fragment, at)
    uuid = f"{first:08x}-{second:04x}-{third:04x}-{rest[:2].hex()}-{rest[2:].hex()}"
    return Syntax(uuid=uuid, major=version & 0xFFFF, minor=version >> 16)


def _read_bind(fragment: bytes, order: Order, call: int) -> Bind:
    (count,) = struct.unpack_from("B", fragment, 24)
    at, contexts = 28, []
    for _ in range(count):
        number, offered = struct.unpack_from(f"{order}HB", fragment, at)
        interface, *transfers = [_read_syntax(fragment, order, at + 4 + 20 * each) for each in range(1 + offered)]
        contexts.append(Context(number=number, interface=interface, transfers=tuple(transfers)))
        at += 24 + 20 * offered
    return Bind(call=call, contexts=tuple(contexts))


def _read_bind_ack(fragment: bytes, order: Order, call: int) -> BindAck:
    (length,) = struct.unpack_from(f"{order}H", fragment, 24)  # of the secondary address
    at = (26 + length + 3) & ~3
    (count,) = struct.unpack_from("B", fragment, at)
    decisions = []
    for start in range(at + 4, at + 4 + 24 * count, 24):
        result, reason = struct.unpack_from(f"{order}HH", fragment, start)
        transfer = _read_syntax(fragment, order, start + 4)
        decisions.append(Decision(result=result, reason=reason, transfer=transfer))
    return BindAck(call=call, decisions=tuple(decisions))


def _read_bind_nak(fragment: bytes, order: Order, call: int) -> BindNak:
    (reason,) = struct.unpack_from(f"{order}H", fragment, 16)
    return BindNak(call=call, reason=reason)


def _read_fault(_fragment: bytes, _order: Order, call: int) -> RpcFault:
    return RpcFault(call=call)


_DECODERS: dict[int, Callable[[bytes, Order, int], Pdu]] = {
    _BIND: _read_bind,
    _BIND_ACK: _read_bind_ack,
    _BIND_NAK: _read_bind_nak,
    _FAULT: _read_fault,
}
