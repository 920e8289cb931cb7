"""How look-ups fare under faults: kmsdns, dnspython, dig, kdig, drill and c-ares, each against the same servers.

Every row of tests/lookup/test_fault_table.py is played over real sockets, by a server of its own for each peer. Cells
are made from what a peer says, with addresses, ports and IDs left out and times rounded, so that they change only when
a peer does. SEEN says in words what each row is.
"""

from __future__ import annotations

import asyncio
import re
import resource
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from kmsdns.net.client.stub import Stub
from tests.lookup.test_fault_table import COMPARING, OWNER, QUESTION, ROWS, SETTINGS
from tests.net.client.test_fault_table_sockets import LEFT_OUT, Stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from kmsdns.model.messages import Response, Server

AT_ONCE = 12
PATIENCE = 8.0  # seconds: a program that has not ended by then is said to hang

SEEN = {
    "ok": "a correct answer",
    "servfail": "SERVFAIL",
    "nxdomain": "NXDOMAIN with SOA",
    "nxnosoa": "NXDOMAIN without SOA",
    "nodata": "no record of the type, with SOA",
    "nodatanosoa": "no record of the type, without SOA",
    "refused": "REFUSED",
    "notimp": "NOTIMP",
    "formerr": "FORMERR",
    "formerrhdr": "FORMERR, the header alone",
    "servfailhdr": "SERVFAIL, the header alone",
    "yxdomain": "YXDOMAIN",
    "notauth": "NOTAUTH",
    "rcode11": "response code 11",
    "badvers": "BADVERS",
    "drop": "nothing comes back",
    "dropfirst": "nothing comes back the first time",
    "delay1": "the answer after 1 s",
    "delay3": "the answer after 2.5 s",
    "delay6": "the answer after 6 s",
    "closed": "nobody listens at the port",
    "udponly": "truncated, nobody listens at the TCP port",
    "wrongid": "another ID",
    "wrongidok": "another ID, then the true answer",
    "wrongq": "another name in the question",
    "wrongqok": "another name in the question, then the true answer",
    "wrongqtype": "another type in the question",
    "case": "the question in capitals",
    "noq": "an answer without the question",
    "twoq": "the question twice",
    "qr0": "the query sent back",
    "opcode": "another opcode",
    "wrongport": "the answer from another port",
    "wrongaddr": "the answer from another address",
    "garbage": "octets that are no message",
    "garbageid": "the right ID, then octets that are no message",
    "empty": "an empty datagram",
    "short": "five octets",
    "nulls": "the right ID, then zeros",
    "hdronly": "NOERROR, the header alone",
    "trailing": "octets behind the answer",
    "cut": "an answer whose end is missing",
    "countlie": "a header that promises 65,535 records",
    "comploop": "a compression pointer to itself",
    "compfwd": "a compression pointer forwards",
    "label40": "a label of an unknown type",
    "longname": "a name of more than 255 octets",
    "cnameloop": "two aliases in a circle",
    "cnameself": "an alias of itself",
    "cname10": "ten aliases, then the answer",
    "cname20": "twenty aliases, then the answer",
    "cnameonly": "an alias, and its target only when asked",
    "cnamenx": "an alias of a name that does not exist",
    "twocname": "two aliases at one name",
    "lame": "a referral to the root",
    "referral": "a referral down",
    "noaa": "an answer without AA and RA",
    "nxanswer": "NXDOMAIN with an answer",
    "unrelated": "records of another name",
    "wrongtype": "records of another type",
    "wrongclass": "records of another class",
    "srvcomp": "a compressed SRV target",
    "srvshort": "SRV rdata too short",
    "srvzero": "SRV rdata empty",
    "srvlong": "SRV rdata too long",
    "srvdot": 'the lone target "."',
    "ctrl": "a target with an escape sequence",
    "ttlneg": "a TTL above 2^31",
    "twoopt": "two OPT records",
    "optanswer": "OPT in the answer section",
    "bigudp": "a datagram larger than asked for",
    "sfthenok": "SERVFAIL, then the true answer",
    "nxthenok": "NXDOMAIN, then the true answer",
    "tcok": "truncated, the answer over TCP",
    "tcmany": "truncated, 2,000 records over TCP",
    "tctc": "truncated, over TCP too",
    "tcwrongid": "truncated, another ID over TCP",
    "tcwrongq": "truncated, another question over TCP",
    "tcgarbage": "truncated, garbage over TCP",
    "tcservfail": "truncated, SERVFAIL over TCP",
    "tctrailing": "truncated, octets behind the answer over TCP",
    "tchang": "truncated, silence over TCP",
    "tcreset": "truncated, the connection is reset",
    "tcclose": "truncated, the connection is closed",
    "tcshort": "truncated, closed in the middle",
    "tcslow": "truncated, an octet each half second",
    "tcchunk": "truncated, in pieces over TCP",
    "tclen0": "truncated, a length of 0 over TCP",
    "tclenbig": "truncated, a length of 65,535 and less",
    "tctwo": "truncated, two messages over TCP",
    "tcdelay1": "truncated, the answer after 1 s over TCP",
    "tcearlyfin": "truncated, closed after one octet",
}

_NOISE = (
    (re.compile(r"127\.0\.0\.\d+[#@:]\d+(\(\S+\))?|127\.0\.0\.\d+"), "it"),
    (re.compile(r"\b(ID|got) (\(?)\d+"), r"\1 \2N"),
    (re.compile(r"\s+for it failed|\s*\((UDP|TCP)\)"), ""),
    (re.compile(r"in \d+(\.\d+)? ms"), ""),
)
_WORTH_TELLING = re.compile(
    r"warning|error|bad packet|timed out|mismatch|reset|refused|end of file|short|truncated|malformed|communications",
    re.IGNORECASE,
)
_NO_FAULT = re.compile(r"recursion requested but not available")  # the servers here are authoritative
_RETRIES = re.compile(r"truncated.* retrying", re.IGNORECASE)
_STATUS = re.compile(r"(?:status|rcode): (\w+)")
_RECORD = re.compile(r"^(?!;)\S+\s+\d+\s+(IN|CH)\s+\w+\s", re.MULTILINE)


def kmsdns(server: Server) -> str:
    """Our reason, and what the trace says besides."""
    (response,) = Stub([server], SETTINGS).ask([QUESTION])
    return _reason(response)


def kmsdns_comparing(server: Server) -> str:
    """What --all-servers adds."""
    (response,) = Stub([server], COMPARING).ask([QUESTION])
    return "contradiction" if response.is_contradicted else ""


def _reason(response: Response) -> str:
    """The reason, the number of records, and in parentheses what else the trace mentions."""
    words: dict[str, None] = {}
    for each in response.tries:
        words.update(dict.fromkeys((*[rejected.reason for rejected in each.rejected], *each.warnings)))
        words[each.outcome] = None
    more = [word for word in words if word not in (response.reason, "answer", "timeout")]
    more += ["over TCP"] if any(each.transport == "tcp" for each in response.tries) else []
    more += [f"{len(response.aliases)} aliases"] if len(response.aliases) > 1 else []
    records = f", {_records(len(response.answer))}" if response.answer else ""
    return f"`{response.reason}`{records}" + (f" ({', '.join(more)})" if more else "")


def dnspython(server: Server) -> str:
    """What its resolver returns or raises, with the errors of the servers behind NoNameservers."""
    import dns.exception
    import dns.resolver

    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port, resolver.cache = [server.address], server.port, None
    try:
        answer = resolver.resolve(OWNER, "SRV")
    except dns.resolver.NoNameservers as error:
        last = error.kwargs["errors"][-1][3]
        return f"NoNameservers: {last if isinstance(last, str) else type(last).__name__}"
    except dns.exception.DNSException as error:
        return type(error).__name__
    return _records(len(answer))


def cares(server: Server) -> str:
    """c-ares through aiodns."""
    import aiodns

    async def ask() -> str:
        port = server.port
        resolver = aiodns.DNSResolver([server.address], timeout=2, tries=2, udp_port=port, tcp_port=port)
        try:
            answer = await resolver.query_dns(OWNER, "SRV")
        except aiodns.error.DNSError as error:
            return str(error.args[1])
        finally:
            await resolver.close()
        return _records(len(answer.answer))

    return asyncio.run(ask())


def program(*words: str) -> Callable[[Server], str]:
    """A program that is told ADDRESS, PORT and NAME, and prints what dig prints."""

    def ask(server: Server) -> str:
        values = {"ADDRESS": server.address, "PORT": str(server.port), "NAME": OWNER}
        command = [re.sub("ADDRESS|PORT|NAME", lambda found: values[found[0]], word) for word in words]
        try:
            done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)
        except subprocess.TimeoutExpired:
            return "hangs"
        return _said((done.stdout + b"\n" + done.stderr).decode("latin-1"))

    return ask


def _said(output: str) -> str:
    """The status, the number of records, and the first thing complained about."""
    status = _STATUS.search(output)
    said = []
    if status:
        number = len(_RECORD.findall(output.partition("AUTHORITY SECTION")[0]))
        said.append(status[1] + (f", {_records(number)}" if number else ""))
    complaints = [line.lstrip("; ").strip() for line in output.splitlines() if _is_complaint(line)]
    telling = [line for line in complaints if not _RETRIES.search(line)] or complaints
    for line in telling[:1]:
        for pattern, word in _NOISE:
            line = pattern.sub(word, line)
        said.append(line[:70].strip())
    return ": ".join(said) or "nothing"


def _is_complaint(line: str) -> bool:
    is_data = (line.startswith(";") and not line.startswith(";; ")) or _RECORD.match(line) or _STATUS.search(line)
    return bool(_WORTH_TELLING.search(line)) and not is_data and not _NO_FAULT.search(line)


def _records(number: int) -> str:
    return f"{number:,} record{'' if number == 1 else 's'}"


def _peers() -> dict[str, Callable[[Server], str] | None]:
    """Each column but ours with what fills it; None when it isn't there."""
    found: dict[str, Callable[[Server], str] | None] = {"dnspython": dnspython}
    for name, words in (
        ("dig", "dig +time=2 +tries=1 -p PORT @ADDRESS NAME SRV"),
        ("kdig", "kdig +timeout=2 +retry=0 -p PORT @ADDRESS NAME SRV"),
        ("drill", "drill -p PORT @ADDRESS NAME SRV"),
    ):
        found[name] = program(*words.split()) if shutil.which(name) else None
    try:
        import aiodns  # noqa: F401
    except ImportError:
        found["c-ares"] = None
    else:
        found["c-ares"] = cares
    return found


def measured() -> str:
    """The table in Markdown, with a line before it that counts."""
    names = [name for name in ROWS if name not in LEFT_OUT]
    assert set(names) == set(SEEN), set(names) ^ set(SEEN)
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    peers = _peers()
    stage = Stage()

    def cell(job: tuple[str, str]) -> tuple[str, float]:
        name, peer = job
        ask = {"kmsdns": kmsdns, "comparing": kmsdns_comparing, **peers}[peer]
        if ask is None:
            return "", 0.0
        server = stage.play(ROWS[name][0])
        begin = time.monotonic()
        return ask(server).replace("|", "\\|"), time.monotonic() - begin

    columns = ["kmsdns", *peers]
    jobs = [(name, peer) for name in names for peer in ("comparing", *columns)]
    try:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            found = dict(zip(jobs, pool.map(cell, jobs), strict=True))
    finally:
        stage.close()

    lines = []
    for name in names:
        ours, seconds = found[name, "kmsdns"]
        if found[name, "comparing"][0]:
            ours += ", and with `--all-servers` contradiction"
        found[name, "kmsdns"] = ours, seconds
        lines.append(f"| {SEEN[name]} | {' | '.join(_timed(*found[name, peer]) for peer in columns)} |\n")
    counts = [len({found[name, peer][0] for name in names} - {""}) for peer in columns]
    lines.append(f"| **told apart, of {len(names)}** | {' | '.join(f'**{n}**' if n else '' for n in counts)} |\n")
    return f"| what the server does | {' | '.join(columns)} |\n|{'---|' * (len(columns) + 1)}\n{''.join(lines)}"


def _timed(what: str, seconds: float) -> str:
    """The time is told where it is felt, to half a second."""
    if not what or seconds < 0.3:
        return what
    return f"{what}, {'over 3 s' if seconds > 3.25 else f'{round(seconds * 2) / 2:g} s'}"
