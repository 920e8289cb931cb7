"""Evidence: what a client's own tools print, read into facts. One parser a tool; the kind is told by the content.

facts = read(octets, "dstatus.txt")     # never raises: what can't be read is in facts.unread
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.kms.evidence.facts import Facts

KINDS = ("ospp", "slmgr", "ipconfig", "reg", "nslookup", "resolvedns", "netconn", "events", "bundle")
"""The outputs that are read: each is a module here, with a function read(section)."""


def read(octets: bytes, path: str) -> Facts:
    """All that a file tells, whatever tools wrote it and in whatever order; the path is for the facts' sources.

    Text may be in UTF-8, UTF-16 or a code page of Windows. Never raises, and never guesses: what could not be read is
    in Facts.unread, and a file of which nothing was recognised gives facts that are false. Product keys and the names
    of users are dropped. Time and memory are linear in the file, of which text.MAX_OCTETS are read.
    """
    from importlib import import_module

    from kmsdns.kms.evidence.facts import Facts, Source, Unread
    from kmsdns.kms.evidence.sections import split
    from kmsdns.kms.evidence.text import MAX_OCTETS, decode

    sections, unread = split(decode(octets), path)
    parts = [import_module(f"{__name__}.{section.kind}").read(section) for section in sections]
    if not sections:
        reason = "nothing in it is known as the output of a tool" if octets.strip() else "it is empty"
        unread = [Unread(source=Source(path=path, line=1, text=""), reason=reason)]
    if len(octets) > MAX_OCTETS:
        reason = f"it has {len(octets)} octets, and the first {MAX_OCTETS} are read"
        unread.append(Unread(source=Source(path=path, line=1, text=""), reason=reason))
    parts.append(Facts(unread=tuple(unread)))
    fields: tuple[str, ...] = Facts.__match_args__
    return Facts(**{field: tuple([fact for part in parts for fact in getattr(part, field)]) for field in fields})
