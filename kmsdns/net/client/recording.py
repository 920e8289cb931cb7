"""Tapes: what a source replied to each ask, recorded and replayed. JSON Lines, in UTF-8.

    {"kmsdns_tape":1,"kmsdns_version":"0.2.0"}
    {"ask":{"type":"Question","name":"_vlmcs._tcp.contoso.com.","rdtype":"SRV"},"reply":{"type":"Response",...}}

After the first line each line is one ask with its reply, in the order they came. A value is an object with its class
under "type" and its fields; octets are in base64, and an unknown number is null. Decoding is strict: a class that is
not in VALUES, a field its class doesn't have, a value of another type, an incomplete line are all refused. Only a
field with a default may be missing, so that a tape outlives the addition of one.
"""

from __future__ import annotations

import os
import types
import typing
from functools import reduce
from itertools import count
from operator import or_
from pathlib import Path

import msgspec

from kmsdns import __version__
from kmsdns.errors import InvalidArgument, KmsdnsError, UnreadableInput
from kmsdns.model import messages, names, records
from kmsdns.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType
    from typing import Any, BinaryIO, Self

    from kmsdns.model.messages import Ask, Reply
    from kmsdns.net.client.drive import AsyncSource, ReplySource

FORMAT = 1
MAX_LINE = 16 << 20
"""Octets; a longer line is refused before it fills the memory."""

VALUES: tuple[type[Value], ...] = (
    records.Location,
    records.Srv,
    records.Soa,
    records.Opaque,
    records.Record,
    messages.Server,
    messages.Question,
    messages.Directed,
    messages.Transfer,
    messages.Rejected,
    messages.Try,
    messages.Said,
    messages.Response,
    messages.Probe,
    messages.ProbeAttempt,
    messages.ProbeResult,
    messages.Transferred,
)
"""The classes a tape may hold, each after those it consists of."""


class Recorder:
    """A source that passes on what another replies, and writes it down: a context manager, or to be closed.

    Each batch is written to a temporary file beside the tape as it comes; close renames that file, also when the run
    was interrupted, so that nothing recorded is lost. A run that asked nothing leaves an earlier tape as it is.
    Raises KmsdnsError when the tape can't be written, before the first question is asked if possible.
    """

    def __init__(self, source: ReplySource | AsyncSource, path: Path) -> None:
        self._source: Any = source
        self._path = path
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def answer(self, batch: Sequence[Ask]) -> list[Reply]:
        """As the source's."""
        self._open()
        return self._write(batch, self._source.answer(batch))

    async def aanswer(self, batch: Sequence[Ask]) -> list[Reply]:
        """As the source's."""
        self._open()
        return self._write(batch, await self._source.aanswer(batch))

    def close(self) -> None:
        """Puts the tape in its place. A second call does nothing."""
        if self._file is None:
            if os.path.exists(self._path):  # noqa: PTH110  # no error for a path that no system takes; opening has one
                return
            self._open()
        file, self._file = self._file, None
        assert file is not None
        try:
            file.close()
            Path(file.name).replace(self._path)
        except OSError as error:
            raise self._unwritable(error) from None

    def _open(self) -> None:
        if self._file is not None:
            return
        try:
            if self._path.exists() and not self._path.is_file():
                raise OSError("it is no regular file")
            for number in count():
                beside = self._path.with_name(f".{self._path.name}.{os.getpid()}-{number}.partial")
                try:
                    self._file = beside.open("xb")
                    break
                except FileExistsError:
                    continue
            self._put(_encode({"kmsdns_tape": FORMAT, "kmsdns_version": __version__}))
        except (OSError, ValueError) as error:
            raise self._unwritable(error) from None

    def _write(self, batch: Sequence[Ask], replies: list[Reply]) -> list[Reply]:
        pairs = list(zip(batch, replies, strict=True))
        try:
            self._put(b"".join([_encode({"ask": ask, "reply": reply}) for ask, reply in pairs]))
        except (OSError, ValueError) as error:  # ValueError: half a surrogate pair has no UTF-8
            raise self._unwritable(error) from None
        return replies

    def _put(self, octets: bytes) -> None:
        assert self._file is not None
        self._file.write(octets)
        self._file.flush()  # what the operating system has survives this process

    def _unwritable(self, error: Exception) -> KmsdnsError:
        reason = getattr(error, "strerror", None) or str(error)
        return KmsdnsError(f"the tape {names.shown(str(self._path), 4096)} can't be written: {reason}")


class Player:
    """A source that replies from a tape. An ask recorded several times is replied to in that order, the last repeats.

    The tape is read when the first batch comes, or by load. Raises UnreadableInput, with path and line when the tape
    can't be understood, with the ask when the tape lacks it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._replies: dict[Ask, list[Reply]] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def load(self) -> None:
        """Reads the tape, from its beginning."""
        replies: dict[Ask, list[Reply]] = {}
        for ask, reply in read(self._path):
            replies.setdefault(ask, []).append(reply)
        self._replies = replies

    def answer(self, batch: Sequence[Ask]) -> list[Reply]:
        """One reply for each ask, in order."""
        if self._replies is None:
            self.load()
        return [self._next(ask) for ask in batch]

    async def aanswer(self, batch: Sequence[Ask]) -> list[Reply]:
        """As answer; nothing is awaited."""
        return self.answer(batch)

    def close(self) -> None:
        """Does nothing, since no file stays open; there to be called like a Recorder's."""

    def _next(self, ask: Ask) -> Reply:
        assert self._replies is not None
        left = self._replies.get(ask)
        if left is None:
            what = (
                f"the {'transfer' if isinstance(ask, messages.Transfer) else 'question'} {names.shown(str(ask), 300)}"
            )
            if isinstance(ask, messages.Probe):
                endpoint = f"{ask.target}:{ask.port} ({', '.join(ask.addresses) or 'no address'})"
                what = f"the {ask.kind} probe of {names.shown(endpoint, 300)}"
            raise UnreadableInput(
                f"the tape {names.shown(str(self._path), 4096)} lacks {what}:"
                " record it again with the same names and options"
            )
        return left.pop(0) if len(left) > 1 else left[0]


def read(path: Path) -> list[tuple[Ask, Reply]]:
    """All that is on a tape, in order. Raises UnreadableInput."""
    shown = names.shown(str(path), 4096)
    pairs: list[tuple[Ask, Reply]] = []
    number = 0
    try:
        with path.open("rb") as file:
            while True:
                number += 1
                line = file.readline(MAX_LINE + 1)
                if number == 1:
                    _check_head(line)
                elif line:
                    pairs.append(_decode(line))
                else:
                    return pairs
    except (_NotATape, InvalidArgument, msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise UnreadableInput(f"{shown[1:-1]}:{number}: {names.shown(str(error), 300)[1:-1]}") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableInput(f"the tape {shown} can't be read: {reason}") from None


class _NotATape(Exception):
    """What is wrong with a line, besides what msgspec finds."""


def _encode(value: object) -> bytes:
    return msgspec.json.encode(value, enc_hook=_fields) + b"\n"


def _fields(value: object) -> dict[str, object]:
    """An object for a value of a class that a tape may hold."""
    if not isinstance(value, VALUES):
        raise TypeError(f"a tape holds no {type(value).__name__}")
    return {"type": type(value).__name__, **{field: getattr(value, field) for field in value.__match_args__}}


class _Head(msgspec.Struct, forbid_unknown_fields=True):
    """A tape's first line."""

    kmsdns_tape: int
    kmsdns_version: str


class _AnyHead(msgspec.Struct):
    """What is constant in the first line of whatever format."""

    kmsdns_tape: int


def _check_head(line: bytes) -> None:
    try:
        version = msgspec.json.decode(line, type=_AnyHead).kmsdns_tape
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise _NotATape('this is no tape, since it does not begin with {"kmsdns_tape": 1, ...}') from None
    if version != FORMAT:
        raise _NotATape(f"the tape has format {version}, and this release knows format {FORMAT}: record it again")
    _check_is_whole(line)
    msgspec.json.decode(line, type=_Head)


def _check_is_whole(line: bytes) -> None:
    if not line.endswith(b"\n"):
        raise _NotATape("the line is too long" if len(line) > MAX_LINE else "the tape ends in the middle of this line")


def _decode(line: bytes) -> tuple[Ask, Reply]:
    _check_is_whole(line)
    pair: Any = msgspec.json.decode(line, type=_PAIR)
    ask, reply = _value(pair.ask), _value(pair.reply)
    if (ask.question if isinstance(ask, messages.Directed) else ask) != _asked(reply):
        raise _NotATape("the reply is to something else than the ask")
    if isinstance(reply, messages.Response) and not all(isinstance(alias.rdata, str) for alias in reply.aliases):
        raise _NotATape("an alias of the reply holds no name")
    return ask, reply


def _asked(reply: Reply) -> Ask:
    if isinstance(reply, messages.Response):
        return reply.question
    return reply.probe if isinstance(reply, messages.ProbeResult) else reply.transfer


def _value(decoded: Any) -> Any:
    """The values for Structs, at whatever depth."""
    if isinstance(decoded, tuple):
        return tuple([_value(element) for element in decoded])
    if not isinstance(decoded, msgspec.Struct):
        return decoded
    cls = _CLASSES[type(decoded)]
    return cls(**{field: _value(getattr(decoded, field)) for field in cls.__match_args__})


def _structs() -> dict[Any, type[msgspec.Struct]]:
    """For each class the Struct with the same fields; msgspec checks their types while it decodes."""
    structs: dict[Any, type[msgspec.Struct]] = {}

    def mirrored(hint: Any) -> Any:
        """A field's type, with Structs in place of the classes in it."""
        if hint in structs:
            return structs[hint]
        arguments = tuple([mirrored(argument) for argument in typing.get_args(hint)])
        if typing.get_origin(hint) in (typing.Union, types.UnionType):
            return reduce(or_, arguments)
        return tuple[arguments] if arguments else hint  # type: ignore[valid-type]  # no other generic is in VALUES

    for cls in VALUES:
        hints = typing.get_type_hints(cls, localns={known.__name__: known for known in VALUES})
        fields = [(field, mirrored(hints[field]), *_default(cls, field)) for field in cls.__match_args__]
        structs[cls] = msgspec.defstruct(
            cls.__name__, fields, tag=cls.__name__, tag_field="type", forbid_unknown_fields=True, kw_only=True
        )
    return structs


def _default(cls: type[Value], field: str) -> tuple[object, ...]:
    return (cls._defaults[field],) if field in cls._defaults else ()


_STRUCTS = _structs()
_CLASSES = {struct: cls for cls, struct in _STRUCTS.items()}
_PAIR = msgspec.defstruct(
    "Pair",
    [
        ("ask", reduce(or_, [_STRUCTS[cls] for cls in typing.get_args(messages.Ask)])),
        ("reply", reduce(or_, [_STRUCTS[cls] for cls in typing.get_args(messages.Reply)])),
    ],
    forbid_unknown_fields=True,
)
