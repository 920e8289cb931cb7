"""netconn: what Test-NetConnection prints (docs/kms.md 5.9). The names of its properties are not translated."""

from __future__ import annotations

from kmsdns.kms.evidence.facts import SeenConnect
from kmsdns.kms.evidence.notes import Notes, address, cut, target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.kms.evidence.facts import Facts
    from kmsdns.kms.evidence.sections import Section


def read(section: Section) -> Facts:
    """The facts of one or more tests; one of ICMP alone has no port and tells nothing here."""
    notes = Notes(section)
    found: dict[str, str] = {}
    for line in section.lines():
        label, value = cut(line[1])
        if label == "ComputerName":
            found = {}
        found[label] = value
        if label != "TcpTestSucceeded":
            continue
        port, host = found.get("RemotePort", ""), target(found.get("ComputerName", ""))
        if not port.isdecimal() or int(port) > 65535 or host is None or value not in ("True", "False"):
            notes.unread(line, "a test whose host, port or outcome is missing")
            continue
        remote = address(found.get("RemoteAddress", ""))
        notes.add(
            "connects",
            SeenConnect(
                source=notes.source(line), target=host, port=int(port), succeeded=value == "True", address=remote
            ),
        )
    return notes.facts()
