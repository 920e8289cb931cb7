"""EVENTS: the entries that KMS clients and hosts leave in the Windows event log, and what each says.

The rows are in kmsdns/data/log-events.toml.
"""

from __future__ import annotations

from kmsdns.data import about, records
from kmsdns.model.value import Value

CLIENT, HOST = "client", "host"


class LogEvent(Value):
    """One kind of event."""

    number: int
    text: str  # what it says, in short
    side: str  # CLIENT or HOST: who writes it
    log: str  # the name of the event log
    meaning: str
    fields: tuple[str, ...] = ()  # of its text, in order, separated by commas
    command: str = ""  # the kmsdns command that answers it; empty where none does


_FILE = "log-events.toml"

SOURCE = about(_FILE)["source"]
"""Of all of them."""

EVENTS = tuple([LogEvent(**{**each, "fields": tuple(each.get("fields", ()))}) for each in records(_FILE)])
