"""A zone asked of its server as a whole (AXFR, RFC 5936), with a key where that is wanted (TSIG, RFC 8945)."""

from __future__ import annotations

import re
from pathlib import Path

from kmsdns.errors import InvalidName, KmsdnsError, NoAnswer, UnreadableInput
from kmsdns.jobs.document import Document
from kmsdns.model import names
from kmsdns.model.messages import Transferred
from kmsdns.model.names import shown
from kmsdns.model.typed import typed_name
from kmsdns.net.client.system import parse_servers
from kmsdns.net.files.gathering import reading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from kmsdns.model.messages import Server, Transfer

MAX_RECORDS = 10_000_000
_SECONDS = 300.0
_KEY_SIZE = 1 << 16
_BIND = re.compile(r"""key\s+"?([^\s"{;]+)"?\s*\{([^}]*)\}""")
_PART = re.compile(r"""(algorithm|secret)\s+"?([^\s";]+)"?\s*;""")


class Refused(UnreadableInput):
    """The server was asked and doesn't give the zone, or gives too much: it takes another command."""


def transferred(asked: Transfer, keyfile: str | None, timeout: float, left: float | None) -> Transferred:
    """The records of a zone, or why they can't be had. left: seconds for all of it; None: as long as it takes.

    Raises UnreadableInput for a keyfile that holds no key.
    """
    if asked.server.transport is not None:
        return Transferred(
            transfer=asked, reason=f"{asked.zone} cannot be transferred from {asked.server}: not over TCP"
        )
    key = _key(keyfile)
    name = names.from_text(asked.zone)
    try:
        lines = _lines(name, asked.server, *key, timeout, _SECONDS if left is None else min(left, _SECONDS))
    except (NoAnswer, Refused) as error:
        return Transferred(transfer=asked, reason=str(error))
    zone = reading("axfr", "axfr", name)("".join(lines).encode("utf-8", "surrogateescape"))
    return Transferred(transfer=asked, records=tuple([record.replace(location=None) for record in zone.records]))


def transfer(zone: str, servers: Sequence[str], keyfile: str | None = None, timeout: float = 10.0) -> Document:
    """The zone as a document, a record a line, whose path is axfr:ZONE@ADDR.

    servers are ADDR, ADDR:PORT or [V6]:PORT, asked in turn until one has it. keyfile holds a key as BIND writes it (key
    "name" { algorithm ...; secret ...; };) or as dig -y takes it ([algorithm:]name:secret). timeout: seconds for the
    connection, and for each message. Raises NoAnswer when the zone can't be had, UnreadableInput when all servers
    refuse to give it and for a keyfile that holds no key, InvalidName or another KmsdnsError for what is none.
    """
    typed_name(zone)
    name = names.from_text(zone)
    ways = [(text, each) for text in servers for each in parse_servers(text)]
    for text, each in ways:
        if each.transport is not None:
            raise KmsdnsError(f"{shown(text)}: a zone is transferred over TCP only: write ADDR, ADDR:PORT or [V6]:PORT")
    key = _key(keyfile)
    told: list[KmsdnsError] = []
    for text, each in ways:
        try:
            octets = "".join(_lines(name, each, *key, timeout, _SECONDS)).encode("utf-8", "surrogateescape")
        except (NoAnswer, Refused) as error:
            told.append(error)
            continue
        path = f"axfr:{name}@{shown(text)[1:-1]}"
        read = reading(path, path, name)
        return Document(path=path, octets=octets, zone=read(octets), read=read)
    kind = Refused if all(isinstance(each, Refused) for each in told) else NoAnswer
    raise kind("\n".join([str(each) for each in told]))


def _lines(
    name: str,
    server: Server,
    keyring: dict[Any, Any] | None,
    keyname: Any,
    algorithm: Any,
    timeout: float,
    lifetime: float,
) -> list[str]:
    import dns.exception
    import dns.query
    import dns.rcode
    import dns.rdatatype
    import dns.tsig

    where = f"{name} cannot be transferred from {server}"
    lines: list[str] = []
    try:
        messages = dns.query.xfr(
            server.address, name, port=server.port, timeout=timeout, lifetime=lifetime, keyring=keyring,
            keyname=keyname, keyalgorithm=algorithm, relativize=False,
        )  # fmt: skip
        for message in messages:
            for rrset in message.answer:
                owner, rdtype = rrset.name.to_text(), dns.rdatatype.to_text(rrset.rdtype)
                head = f"{owner} {rrset.ttl} IN {rdtype}"
                lines += [f"{head} {rdata.to_text(origin=None, relativize=False)}\n" for rdata in rrset]
            if len(lines) > MAX_RECORDS:
                raise Refused(f"{where}: it has more than {MAX_RECORDS} records")
    except dns.query.TransferError as error:
        is_refused = error.rcode in (dns.rcode.REFUSED, dns.rcode.NOTAUTH)
        told = f"{where}: it answers {dns.rcode.to_text(error.rcode)}"
        if is_refused:
            raise Refused(f"{told}: it must allow this machine to, or give a key that it knows with --tsig") from None
        raise NoAnswer(told) from None
    except (dns.tsig.PeerError, dns.tsig.BadSignature) as error:
        raise Refused(f"{where}: {error}: give the key that it knows, with --tsig") from None
    except dns.exception.Timeout:
        raise NoAnswer(f"{where}: no answer in time") from None
    except (dns.exception.DNSException, OSError, EOFError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error) or type(error).__name__
        raise NoAnswer(f"{where}: {why}") from None
    if len(lines) > 1 and lines[0] == lines[-1]:
        lines.pop()  # the SOA record ends the transfer too (RFC 5936 2.2)
    return lines


def _key(path: str | None) -> tuple[dict[Any, Any] | None, Any, Any]:
    """The key in a file, for dnspython. Nothing of the file comes into a message."""
    import dns.exception
    import dns.name
    import dns.tsig

    if path is None:
        return None, None, dns.tsig.default_algorithm
    where = shown(path, 4096)
    try:
        with Path(path).open("rb") as file:
            text = file.read(_KEY_SIZE).decode("utf-8", "replace")
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "no path can hold such a character"
        raise UnreadableInput(f"{where}: the key cannot be read: {why}") from None
    match = _BIND.search(text)
    if match is not None:
        parts = dict(_PART.findall(match[2]))
        fields = [parts.get("algorithm", "hmac-sha256"), match[1], parts.get("secret", "")]
    else:
        fields = text.strip().split(":")
        fields = ["hmac-sha256", *fields] if len(fields) == 2 else fields
    try:
        algorithm, name, secret = fields
        keyname = dns.name.from_text(name)
        key = dns.tsig.Key(keyname, secret, dns.name.from_text(algorithm))
        if not secret or key.algorithm not in dns.tsig.mac_sizes:
            raise ValueError
    except (ValueError, dns.exception.DNSException, InvalidName):
        raise UnreadableInput(
            f'{where}: this is no key: write [ALGORITHM:]NAME:SECRET, or key "NAME" {{ algorithm ...; secret ...; }};'
        ) from None
    return {keyname: key}, keyname, key.algorithm
