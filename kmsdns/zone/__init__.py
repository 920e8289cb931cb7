"""Zone files to records, and records to answers. Text in, values out: nothing here opens a file or a socket."""

from __future__ import annotations

from kmsdns.zone.authority import Reply, respond, respond_from
from kmsdns.zone.reader import load
from kmsdns.zone.zone import Zone

__all__ = ["Reply", "Zone", "load", "respond", "respond_from"]
