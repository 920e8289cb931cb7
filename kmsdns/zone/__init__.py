"""Zone files to records, and records to answers. Text in, values out: nothing here opens a file or a socket."""

from __future__ import annotations

from kmsdns.model import arguments as of
from kmsdns.zone import authority, reader
from kmsdns.zone.authority import Reply, respond_from
from kmsdns.zone.zone import Zone

load = of.checked(
    text=of.either(of.octets, of.text), origin=of.optional(of.text), path=of.text, read=of.optional(of.function),
    rdclass=of.text, is_zone=of.flag, strict=of.flag,
)(reader.load)  # fmt: skip
respond = of.checked(zone=of.ZONE, qname=of.text, qtype=of.text)(authority.respond)

__all__ = ["Reply", "Zone", "load", "respond", "respond_from"]
