"""Names in messages (RFC 1035 3.1, 4.1.4): labels, and the pointers that abbreviate them. Home of WireError.

What a pointer leads to lies, to its last octet, before the name that holds the pointer; so does what that one leads to,
and so on. So names cannot go in circles, and a name read once is known for good: it was held to the same rules, and
whoever points to it pays one step however long it is.
"""

from __future__ import annotations

from kmsdns.errors import KmsdnsError
from kmsdns.model.names import MAX_NAME, ROOT, from_labels, present_label

TYPE_CHECKING = False
if TYPE_CHECKING:
    # A name read: its text, the offset behind it, its octets uncompressed, the pointers followed one after the other.
    Read = tuple[str, int, int, int]

MAX_HOPS = 16
MAX_STEPS = 50_000
"""Labels and pointers that the pointers of one message may lead to. 65535 octets that make sense need fewer."""

_UNESCAPED = bytes([octet for octet in range(256) if present_label(bytes((octet,))) == chr(octet)])
_DOTTED = bytes([octet if octet in _UNESCAPED else ord(".") for octet in range(256)])


class WireError(KmsdnsError):
    """Octets that are no DNS message. reason: one of kmsdns.lookup.wire's list; offset: octets from the start."""

    def __init__(self, reason: str, offset: int, sentence: str) -> None:
        super().__init__(reason, offset, sentence)
        self.reason = reason
        self.offset = offset
        self.sentence = sentence

    def __str__(self) -> str:
        return f"{self.sentence}, at octet {self.offset} of the message"


class Names:
    """The names of one message."""

    __slots__ = ("data", "known", "steps_left")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.known: dict[int, Read] = {}  # by the offset where they start
        self.steps_left = MAX_STEPS

    def read(self, start: int, hops: int = 0) -> Read:
        """The name at an offset, to which that many pointers led.

        Raises WireError: malformed-label, malformed-pointer or malformed-name.
        """
        data, at, count, odd = self.data, start, 0, False
        try:
            while octet := data[at]:
                if octet > 32:
                    if octet >= 0xC0:
                        target = (octet & 0x3F) << 8 | data[at + 1]
                        break
                    if octet > 63:
                        raise WireError("malformed-label", at, f"{octet:#04x} starts no label (RFC 1035 4.1.4)")
                    odd = True
                at += octet + 1
                count += 1
        except IndexError:  # costs nothing as long as it isn't raised, where a comparison would cost each label
            raise _cut_off(data, start, at) from None
        if hops:
            self._pay(count + 1, start)
        text = ""
        if count:
            between = data[start + 1 : at]
            # Of usual labels, of 32 octets at most and without one to escape, only lengths are no plain octets.
            if odd or len(between.translate(None, _UNESCAPED)) != count - 1:
                text = from_labels(_labels(data, start, count))
            else:
                text = between.translate(_DOTTED).decode("ascii") + "."
        length = at - start + 1
        if not octet:
            read = (text or ROOT, at + 1, length, 0)
        else:
            # A name that was read before was found in order then, and is looked up without a call.
            rest, ended, rest_length, further = self.known.get(target) or self._led_to(target, start, at, hops)
            if ended > start or hops + further >= MAX_HOPS:
                raise _misled(target, start, at, ended)
            length += rest_length - 1
            read = (text + rest if rest != ROOT else text or ROOT, at + 2, length, further + 1)
        if length > MAX_NAME:
            raise WireError("malformed-name", start, f"a name of more than {MAX_NAME} octets (RFC 1035 2.3.4)")
        self.known[start] = read
        return read

    def _pay(self, steps: int, start: int) -> None:
        """Counts the labels and the pointer of a name that a pointer led to."""
        self.steps_left -= steps
        if self.steps_left < 0:
            raise WireError("malformed-pointer", start, f"pointers lead through more than {MAX_STEPS} labels")

    def _led_to(self, target: int, start: int, at: int, hops: int) -> Read:
        """The name that the pointer at an offset, in the name at start, leads to for the first time."""
        if target >= start:
            raise WireError("malformed-pointer", at, f"a pointer leads to {target}, not before its own name")
        if hops == MAX_HOPS:
            raise WireError("malformed-pointer", at, f"more than {MAX_HOPS} pointers in a row")
        return self.read(target, hops + 1)


def _cut_off(data: bytes, start: int, at: int) -> WireError:
    """Why the name at start goes on, at an offset, where the message doesn't."""
    if at > len(data):
        return WireError("malformed-label", start, "a label runs past the end of the message")
    if at == len(data):
        return WireError("malformed-name", start, "the message ends inside a name")
    return WireError("malformed-pointer", at, "the message ends inside a pointer")


def _misled(target: int, start: int, at: int, ended: int) -> WireError:
    """Why the pointer at an offset, in the name at start, leads to no name that it may lead to."""
    if ended > start:
        return WireError("malformed-pointer", at, f"the name at {target} runs into the one that leads there")
    return WireError("malformed-pointer", at, f"more than {MAX_HOPS} pointers in a row")


def _labels(data: bytes, at: int, count: int) -> list[bytes]:
    labels = []
    for _ in range(count):
        labels.append(data[at + 1 : at + 1 + data[at]])
        at += 1 + data[at]
    return labels
