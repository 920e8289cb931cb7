"""Many datagrams in one system call: recvmmsg and sendmmsg of Linux, through ctypes.

A Batch takes up to SIZE datagrams, answers them, and sends the answers. Each has a slot in the inbox for its query; the
answers but for their ids stand in the outbox one behind the other, and what is sent is gathered from both.
"""

from __future__ import annotations

import ctypes
import mmap
import socket
import sys
from array import array
from contextlib import suppress
from functools import cache
from itertools import accumulate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Client = tuple[Any, ...]
    Seen = tuple[bytes, list[int], bytes, dict[int, bytes]]
    """Datagrams: their slots, their lengths, their senders, and those whole that are longer than a slot."""

SIZE = 64  # datagrams
SLOT = 256  # octets of a query that are looked at at once; longer ones are rare
REST = 65_536 - SLOT
OUT = 1536  # octets of an answer, on average
NAME = 32  # octets kept for a sockaddr
CONTROL = 64


class _Vector(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


class _Header(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_void_p),
        ("name_length", ctypes.c_uint32),
        ("vectors", ctypes.c_void_p),
        ("vector_count", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_length", ctypes.c_size_t),
        ("flags", ctypes.c_int),
    )


class _Message(ctypes.Structure):
    _fields_ = (("header", _Header), ("length", ctypes.c_uint))


_VECTOR, _MESSAGE = ctypes.sizeof(_Vector), ctypes.sizeof(_Message)


_SLOTS = tuple([slot * SLOT for slot in range(SIZE)])
"""Where the queries begin."""


@cache
def _calls() -> tuple[Any, Any] | None:
    """recvmmsg and sendmmsg."""
    if sys.platform != "linux":
        return None
    try:
        library = ctypes.CDLL(None)
        receive, send = library.recvmmsg, library.sendmmsg
    except (OSError, AttributeError):
        return None
    receive.argtypes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_uint, ctypes.c_int, ctypes.c_void_p)
    send.argtypes = receive.argtypes[:-1]
    receive.restype = send.restype = ctypes.c_int
    return receive, send


def available() -> bool:
    """Whether this system has the calls."""
    return _calls() is not None


class Batch:
    """The datagrams of one socket, SIZE of them at a time. is_told: net.server.datagrams.tell_destination has said
    yes."""

    def __init__(self, sock: socket.socket, is_told: bool) -> None:
        calls = _calls()
        assert calls is not None
        self._receive, self._send = calls
        self.sock = sock
        is_6 = sock.family == socket.AF_INET6
        inbox, outbox = bytearray(SIZE * SLOT), bytearray(SIZE * OUT)
        rests = mmap.mmap(-1, SIZE * REST)  # takes no room before it is used
        names, control = bytearray(SIZE * NAME), bytearray(SIZE * CONTROL)
        incoming, outgoing = bytearray(SIZE * _MESSAGE), bytearray(SIZE * _MESSAGE)
        vectors_in, vectors_out = bytearray(2 * SIZE * _VECTOR), bytearray(2 * SIZE * _VECTOR)
        for slot, begin in enumerate(_SLOTS):
            here = _address(inbox) + begin
            for messages, vectors, parts in (
                (incoming, vectors_in, ((here, SLOT), (_address(rests) + slot * REST, REST))),
                (outgoing, vectors_out, ((here, 2), (0, 0))),
            ):
                for index, (base, length) in enumerate(parts):
                    vector = _Vector.from_buffer(vectors, (len(parts) * slot + index) * _VECTOR)
                    vector.base, vector.length = base, length
                header = _Message.from_buffer(messages, slot * _MESSAGE).header
                header.name, header.name_length = _address(names) + slot * NAME, 28 if is_6 else 16
                header.vectors, header.vector_count = _address(vectors) + len(parts) * slot * _VECTOR, len(parts)
                if is_told:
                    header.control = _address(control) + slot * CONTROL
                    header.control_length = 40 if is_6 else 32  # CMSG_SPACE of in6_pktinfo and of in_pktinfo
        self._kept = (vectors_in, control, outgoing)  # the system is told their addresses
        self._inbox, self._rests = memoryview(inbox), memoryview(rests)
        self._outbox, self._out = memoryview(outbox), _address(outbox)
        self._names = memoryview(names)
        self._lengths = memoryview(incoming).cast("I")[_Message.length.offset // 4 :: _MESSAGE // 4]
        pairs = memoryview(vectors_out).cast("L")  # of each slot: address and length of the id, and of the rest
        self._begins, self._sizes = pairs[2::4], pairs[3::4]
        self._incoming, self._outgoing = _address(incoming), _address(outgoing)
        self._reset = bytes(incoming) if is_told else b""
        self._control, self._interface_at = memoryview(control) if is_told else None, 32 if is_6 else 16
        self._silent: list[int] = []  # slots whose queries get no answer
        self._count = 0

    def receive(self, most: int = SIZE) -> int:
        """Takes up to so many waiting datagrams; how many there were."""
        if self._reset:  # the length of what was told is overwritten
            ctypes.memmove(self._incoming, self._reset, len(self._reset))
        count: int = self._receive(self.sock.fileno(), self._incoming, most, socket.MSG_DONTWAIT, None)
        return max(count, 0)

    def answer(
        self,
        count: int,
        ready: dict[bytes, bytes],
        quick: Callable[[bytes], bytes | None],
        make: Callable[[int, bytes], bytes | None],
    ) -> tuple[int, int, Seen]:
        """Answers the datagrams just taken: how many got an answer, how many none, and what the former were.

        ready are answers by queries, neither with the id; for what isn't among them, quick may have the answer, again
        without. Of a query longer than a slot they get the wrong octets, and must have nothing for any so long. Else
        make is called, with the number of the slot as well. None from it counts as no answer, b"" as a datagram that
        make has seen to in all respects.
        """
        raw = self._inbox[: count * SLOT].tobytes()
        lengths = self._lengths[:count].tolist()
        asked = [raw[at + 2 : at + length] for at, length in zip(_SLOTS, lengths, strict=False)]
        answers: list[Any] = list(map(ready.get, asked))
        if None in answers:
            with suppress(Exception):  # make comes to it as well, and tells
                answers = [
                    quick(query) if answer is None else answer for query, answer in zip(asked, answers, strict=True)
                ]
        longer: dict[int, bytes] = {}
        silent: list[int] = []
        dropped = 0
        if None in answers:
            for slot, answer in enumerate(answers):
                if answer is not None:
                    continue
                length, at = lengths[slot], slot * SLOT
                query = raw[at : at + length]
                if length > SLOT:
                    rest = self._rests[slot * REST : slot * REST + length - SLOT].tobytes()
                    query = longer[slot] = raw[at : at + SLOT] + rest
                answer = make(slot, query)
                if not answer:
                    silent.append(slot)
                    lengths[slot] = 0
                    dropped += answer is None
                answers[slot] = answer or b""
        octets = b"".join(answers)
        self._outbox[: len(octets)] = octets
        sizes = list(map(len, answers))
        self._begins[:count] = array("L", accumulate(sizes[:-1], initial=self._out))
        self._sizes[:count] = array("L", sizes)
        self._silent, self._count = silent, count
        return count - len(silent), dropped, (raw, lengths, self._names[: count * NAME].tobytes(), longer)

    def client(self, slot: int) -> Client:
        """Where the datagram of a slot came from."""
        return _client(self._names[slot * NAME : (slot + 1) * NAME].tobytes())

    def send(self) -> None:
        """Sends the answers. What the system doesn't take is lost, as any datagram may be."""
        if self._control is not None:
            for at in range(self._interface_at, self._count * CONTROL, CONTROL):
                self._control[at : at + 4] = b"\0\0\0\0"  # any interface: there may be another way back
        begin = 0
        for end in [*self._silent, self._count]:
            while begin < end:
                sent = self._send(self.sock.fileno(), self._outgoing + begin * _MESSAGE, end - begin, 0)
                begin += sent if sent > 0 else 1
            begin = end + 1


def _address(buffer: bytearray | mmap.mmap) -> int:
    return ctypes.addressof(ctypes.c_char.from_buffer(buffer))


def clients(seen: Seen) -> list[tuple[bytes, Client]]:
    """The datagrams of a Batch that got an answer, each with the address and port it came from."""
    raw, lengths, names, longer = seen
    return [
        (longer.get(slot) or raw[slot * SLOT : slot * SLOT + length], _client(names[slot * NAME : (slot + 1) * NAME]))
        for slot, length in enumerate(lengths)
        if length
    ]


def _client(name: bytes) -> Client:
    """A sockaddr as the socket module has it."""
    port = int.from_bytes(name[2:4], "big")
    if int.from_bytes(name[:2], sys.byteorder) != socket.AF_INET6:
        return socket.inet_ntop(socket.AF_INET, name[4:8]), port
    scope = int.from_bytes(name[24:28], sys.byteorder)
    return socket.inet_ntop(socket.AF_INET6, name[8:24]), port, int.from_bytes(name[4:8], "big"), scope
