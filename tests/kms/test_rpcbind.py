"""The DCE/RPC bind without sockets: octet by octet, against impacket, and with octets that mean nothing."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmsdns.kms import rpcbind
from kmsdns.kms.rpcbind import (
    CALL,
    KMS,
    MAX_FRAGMENT,
    NDR,
    Bind,
    BindAck,
    BindNak,
    Context,
    Decision,
    RpcBindError,
    RpcFault,
    Syntax,
    decode,
    encode_bind,
    encode_bind_ack,
    fragment_length,
    judge,
)
from kmsdns.model.messages import ProbeOutcome

OPEN, NOT_THE_SERVICE, NO_RPC = ProbeOutcome.OPEN, ProbeOutcome.NOT_THE_SERVICE, ProbeOutcome.NO_RPC

BIND = bytes.fromhex(
    "05 00 0b 03  10 00 00 00  48 00  00 00  01 00 00 00"  # version 5.0, bind, whole, little-endian, 72 octets, call 1
    "00 10  00 10  00 00 00 00  01 00 00 00"  # fragments of 4096 octets both ways, a new association, one context
    "00 00  01 00  75 21 c8 51 4e 84 50 47 b0 d8 ec 25 55 55 bc 06  01 00 00 00"
    "04 5d 88 8a eb 1c c9 11 9f e8 08 00 2b 10 48 60  02 00 00 00"
)
EPM = Syntax(uuid="e1af8308-5d1f-11c9-91a4-08002b14a0fa", major=3)


def pdu(kind: int, body: bytes, *, order: str = "<", call: int = CALL, length: int | None = None) -> bytes:
    size = 16 + len(body) if length is None else length
    return struct.pack(f"{order}BBBBB3xHHI", 5, 0, kind, 3, 0x10 if order == "<" else 0, size, 0, call) + body


def ack(*decisions: tuple[int, int, bytes], port: bytes = b"1688\0", **header: object) -> bytes:
    """A bind_ack as a server with a secondary address writes it, little-endian."""
    address = struct.pack("<H", len(port)) + port
    address += bytes(-(24 + len(address)) % 4)
    decided = b"".join(struct.pack("<HH", result, reason) + syntax for result, reason, syntax in decisions)
    body = struct.pack("<HHI", 5840, 5840, 7) + address + struct.pack("<B3x", len(decisions)) + decided
    return pdu(12, body, **header)


NDR_OCTETS = BIND[-20:]


def test_the_bind_octet_by_octet() -> None:
    assert encode_bind() == BIND
    offered = Context(number=0, interface=KMS, transfers=(NDR,))
    assert decode(BIND) == Bind(call=CALL, contexts=(offered,))


def test_nothing_else_that_a_client_sends_can_be_encoded() -> None:
    assert [name for name in vars(rpcbind) if name.startswith("encode")] == ["encode_bind", "encode_bind_ack"]
    made = {encode_bind()[2], encode_bind_ack(Bind(call=1, contexts=()), KMS)[2]}
    assert made == {11, 12}, "a bind and the answer to one"
    with pytest.raises(RpcBindError):
        decode(pdu(0, bytes(40)))  # a request isn't even read


def test_impacket_reads_what_is_encoded() -> None:
    rpcrt = pytest.importorskip("impacket.dcerpc.v5.rpcrt", reason="impacket is not installed")
    uuid = pytest.importorskip("impacket.uuid")
    header = rpcrt.MSRPCHeader(encode_bind())
    bind = rpcrt.MSRPCBind(header["pduData"])
    item = rpcrt.CtxItem(bind["ctx_items"])
    assert (header["type"], header["frag_len"], header["call_id"], bind["ctx_num"]) == (rpcrt.MSRPC_BIND, 72, CALL, 1)
    assert uuid.bin_to_uuidtup(item["AbstractSyntax"]) == (KMS.uuid.upper(), "1.0")
    assert uuid.bin_to_uuidtup(item["TransferSyntax"]) == (NDR.uuid.upper(), "2.0")
    for offered, result in ((KMS, rpcrt.MSRPC_CONT_RESULT_ACCEPT), (EPM, rpcrt.MSRPC_CONT_RESULT_PROV_REJECT)):
        answer = rpcrt.MSRPCBindAck(encode_bind_ack(decode(BIND), offered))
        assert (answer["type"], answer["ctx_num"]) == (rpcrt.MSRPC_BINDACK, 1)
        assert answer.getCtxItem(1)["Result"] == result


@pytest.mark.parametrize("port", [b"", b"0\0", b"1688\0", b"49664\0", b"\\PIPE\\x\0"])
def test_the_secondary_address_is_skipped_whatever_its_length(port: bytes) -> None:
    assert decode(ack((0, 0, NDR_OCTETS), port=port)) == BindAck(
        call=CALL, decisions=(Decision(result=0, reason=0, transfer=NDR),)
    )


def test_a_server_with_the_other_byte_order() -> None:
    ndr = struct.pack(">IHH", 0x8A885D04, 0x1CEB, 0x11C9) + NDR_OCTETS[8:16] + struct.pack(">I", 2)
    body = struct.pack(">HHIHH", 4096, 4096, 7, 0, 0) + struct.pack(">B3xHH", 1, 0, 0) + ndr
    assert decode(pdu(12, body, order=">")) == decode(ack((0, 0, NDR_OCTETS)))
    assert judge(pdu(12, body, order=">"), False) is OPEN
    assert decode(pdu(13, struct.pack(">H", 4), order=">", call=9)) == BindNak(call=9, reason=4)


KMS_TOO = Context(number=3, interface=KMS, transfers=(NDR, EPM))


@pytest.mark.parametrize(
    ("context", "offered", "decision"),
    [
        (KMS_TOO, KMS, (0, 0)),
        (KMS_TOO, None, (2, 1)),
        (KMS_TOO.replace(interface=EPM), KMS, (2, 1)),
        (KMS_TOO.replace(interface=KMS.replace(minor=1)), KMS, (2, 1)),
        (KMS_TOO.replace(transfers=(EPM,)), KMS, (2, 2)),
        (KMS_TOO.replace(transfers=()), KMS, (2, 2)),
    ],
)
def test_what_a_server_decides(context: Context, offered: Syntax | None, decision: tuple[int, int]) -> None:
    answer = decode(encode_bind_ack(Bind(call=77, contexts=(context, context)), offered))
    assert isinstance(answer, BindAck)
    assert answer.call == 77
    assert [(each.result, each.reason) for each in answer.decisions] == [decision, decision]


def test_the_bind_with_the_most_contexts_has_an_answer_that_fits() -> None:
    most = (MAX_FRAGMENT - 28) // 24  # each an interface, and no syntax for its data
    contexts = b"".join(struct.pack("<HBx", number, 0) + BIND[32:52] for number in range(most))
    bind = decode(pdu(11, struct.pack("<HHIB3x", 4096, 4096, 0, most) + contexts))
    assert isinstance(bind, Bind)
    assert (len(bind.contexts), bind.contexts[-1].interface) == (169, KMS)
    assert len(encode_bind_ack(bind, KMS)) <= MAX_FRAGMENT


@pytest.mark.parametrize(
    ("received", "outcome"),
    [
        (ack((0, 0, NDR_OCTETS)), OPEN),
        (ack((0, 0, NDR_OCTETS)) + b"and more", OPEN),
        (encode_bind_ack(decode(BIND), KMS), OPEN),
        (encode_bind_ack(decode(BIND), None), NOT_THE_SERVICE),
        (ack((2, 1, bytes(20))), NOT_THE_SERVICE),
        (ack((2, 2, bytes(20))), NOT_THE_SERVICE),
        (ack((1, 0, NDR_OCTETS)), NOT_THE_SERVICE),
        (ack((3, 3, bytes(20))), NOT_THE_SERVICE),  # only a bind-time feature was acknowledged (MS-RPCE 2.2.2.14)
        (ack(), NOT_THE_SERVICE),
        (ack((0, 0, NDR_OCTETS), (0, 0, NDR_OCTETS)), NOT_THE_SERVICE),
        (ack((0, 0, bytes(20))), NOT_THE_SERVICE),  # a syntax that was not offered
        (pdu(13, struct.pack("<HB2B", 4, 1, 5, 0)), NOT_THE_SERVICE),
        (pdu(13, struct.pack("<H", 1)), NOT_THE_SERVICE),
        (pdu(3, struct.pack("<IHBxII", 0, 0, 0, 0x1C010003, 0)), NOT_THE_SERVICE),
        (b"", None),
        (b"\5", None),
        (b"\5\0\x0c\3\x10", None),
        (ack((0, 0, NDR_OCTETS))[:15], None),
        (ack((0, 0, NDR_OCTETS))[:-1], None),
        (ack((0, 0, NDR_OCTETS), call=CALL + 1), NO_RPC),
        (ack((0, 0, NDR_OCTETS), length=40), NO_RPC),
        (ack(port=b"x" * 300, length=40), NO_RPC),
        (pdu(13, b""), NO_RPC),
        (pdu(12, b"", length=15), NO_RPC),
        (pdu(12, b"", length=MAX_FRAGMENT + 1), NO_RPC),
        (pdu(12, b"", length=MAX_FRAGMENT), None),
        (pdu(2, bytes(40)), NO_RPC),  # a response, though nothing was requested
        (BIND, NO_RPC),  # an echo
        (b"\5\0\x0c\3\x20\0\0\0\x48\0", NO_RPC),
        (b"\5\2", NO_RPC),
        (b"\4\0\x0c", NO_RPC),
        (b"HTTP/1.1 400 Bad Request\r\n", NO_RPC),
        (b"SSH-2.0-OpenSSH_9.2\r\n", NO_RPC),
        (b"\x15\3\1\0\2\2\x46", NO_RPC),  # a TLS alert
    ],
)
def test_what_an_answer_proves(received: bytes, outcome: ProbeOutcome | None) -> None:
    assert judge(received, False) is outcome


def test_the_answer_is_taken_from_any_pieces_and_no_sooner() -> None:
    whole = ack((0, 0, NDR_OCTETS))
    assert [judge(whole[:end], False) for end in range(len(whole))] == [None] * len(whole)
    assert judge(whole, False) is OPEN


def test_a_fault_is_read() -> None:
    assert decode(pdu(3, b"", call=5)) == RpcFault(call=5)


MUTATED = st.sampled_from([BIND, ack((0, 0, NDR_OCTETS)), ack((2, 1, bytes(20))), pdu(13, b"\4\0\1\5\0")]).flatmap(
    lambda whole: st.tuples(st.just(whole), st.integers(0, len(whole)), st.binary(max_size=6)).map(
        lambda parts: parts[0][: parts[1]] + parts[2] + parts[0][parts[1] + len(parts[2]) :]
    )
)


@given(octets=st.binary(max_size=200) | MUTATED | st.binary(max_size=64).map(lambda rest: BIND[:9] + b"\0" + rest))
def test_any_octets_become_a_value_or_the_one_error(octets: bytes) -> None:
    for read in (fragment_length, decode):
        try:
            read(octets)
        except RpcBindError:
            continue
    assert judge(octets, False) in (None, OPEN, NOT_THE_SERVICE, NO_RPC)


SYNTAX = st.builds(Syntax, uuid=st.uuids().map(str), major=st.integers(0, 65535), minor=st.integers(0, 65535))


@given(interface=SYNTAX, call=st.integers(0, 2**32 - 1))
def test_what_is_encoded_decodes_to_the_same(interface: Syntax, call: int) -> None:
    bind = decode(encode_bind(interface))
    assert bind == Bind(call=CALL, contexts=(Context(number=0, interface=interface, transfers=(NDR,)),))
    answer = decode(encode_bind_ack(bind.replace(call=call), interface))
    assert answer == BindAck(call=call, decisions=(Decision(result=0, reason=0, transfer=NDR),))
