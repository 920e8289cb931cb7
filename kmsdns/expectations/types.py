"""What a spec may hold, as types: strict, and what docs/schema/spec-v1.json is made of.

A field that isn't here, a value of another type, a number out of its range are errors, which say where they are.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec

Uint16 = Annotated[int, msgspec.Meta(ge=0, le=65535)]
Serial = Annotated[int, msgspec.Meta(ge=0, le=2**32 - 1)]
Seconds = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
Number = Annotated[int, msgspec.Meta(ge=0)]
Part = Annotated[float, msgspec.Meta(ge=0, le=1)]
Parts = Annotated[list[Part], msgspec.Meta(min_length=2, max_length=2)]  # a tuple in this union breaks msgspec 0.22
Text = Annotated[str, msgspec.Meta(min_length=1)]
Rcode = Literal[  # lookup.wire.RCODES, and what tells a name without such records from one that isn't there
    "NOERROR", "NODATA", "NXDOMAIN", "FORMERR", "SERVFAIL", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET",
    "NOTAUTH", "NOTZONE",
]  # fmt: skip
Flag = Literal["aa", "tc", "rd", "ra", "ad", "cd", "!aa", "!tc", "!rd", "!ra", "!ad", "!cd"]


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every table of a spec is: nothing else may be in it."""


class RecordSpec(_Part, frozen=True):
    """A record by some of its fields; those that are left out may be anything."""

    priority: Uint16 | None = None
    weight: Uint16 | None = None
    port: Uint16 | None = None
    target: Text | None = None
    regex: Text | None = None  # found somewhere in the record's rdata


Entry = Text | RecordSpec


class SecondsSpec(_Part, frozen=True):
    """A range of seconds."""

    min: Seconds | None = None
    max: Seconds | None = None


class NumberSpec(_Part, frozen=True):
    """A range of numbers."""

    min: Number | None = None
    max: Number | None = None


class TargetsSpec(_Part, frozen=True):
    """What the hosts that records name must be."""

    resolve: bool = False
    alias: bool = True  # false: none may be an alias
    within: list[Text] = []


class ClientTable(_Part, frozen=True):
    """A client, and where it must end."""

    suffixes: list[Text] = []
    manual: Text | None = None  # host[:port]
    cached: Text | None = None  # host:port
    caching: bool = True
    probe: Literal["tcp", "rpc"] = "tcp"
    used: Text = "any"


class XfailSpec(_Part, frozen=True):
    """A failure that is known."""

    until: date
    reason: str = ""


class VantageSpec(_Part, frozen=True):
    """Servers, or zone files that are served for the run; and whom they answer."""

    servers: Text | list[Text] | None = None
    zone: Text | list[Text] | None = None
    faults: list[Text] = []
    view: Literal["inside", "outside"] | None = None


Vantage = Text | Annotated[list[Text], msgspec.Meta(min_length=1)] | VantageSpec


class CheckSpec(_Part, frozen=True):
    """One check. It is of a service, of a name and a type, or of a zone."""

    name: Text | None = None  # what the check is called; without service and zone the owner name that is asked
    title: Text | None = None  # what it is called, where name is an owner name
    service: Text | None = None
    type: Text | None = None
    zone: Text | None = None
    file: Text | None = None
    from_: Text | list[Text] | None = msgspec.field(default=None, name="from")
    exactly: list[Entry] | None = None
    contains: list[Entry] = []
    any_of: list[Entry] = []
    none_of: list[Entry] = []
    regex: Text | list[Text] = []
    count: Number | NumberSpec | None = None
    rcode: Rcode | None = None
    flags: list[Flag] = []
    ttl: Seconds | SecondsSpec | None = None
    share: dict[str, Part | Parts] = {}
    consistent: bool = False
    serial: Literal["equal"] | Serial | bool = False
    targets: TargetsSpec | None = None
    reachable: Literal["tcp", "rpc"] | bool = False
    client: ClientTable | None = None
    same: Literal["all"] | None = None
    ignore: list[Text] = []
    xfail: date | XfailSpec | None = None


class SpecV1(_Part, frozen=True):
    """A whole spec."""

    vantage: dict[str, Vantage] = {}
    check: list[CheckSpec] = []


def schema() -> bytes:
    """The JSON Schema of specs, as docs/schema holds it."""
    (shape,), components = msgspec.json.schema_components([SpecV1], ref_template="#/$defs/{name}")
    document = {"$schema": "https://json-schema.org/draft/2020-12/schema", **shape, "$defs": components}
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"
