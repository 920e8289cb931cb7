"""Every option of every command, once: click's options, the plain path (cli.plain) and kmsdns.toml come from here.

Long: it is one table.
"""

from __future__ import annotations

from kmsdns.model.value import Value
from kmsdns.services.table import DEFAULT

FLAG, COUNT, TEXT, INT = "flag", "count", "text", "int"
FLOAT, CHOICE, PATH, FORMAT, DURATION = "float", "choice", "path", "format", "duration"

# formats.FORMATS, whose package needn't load for --help; a test compares
_FORMATS = tuple(
    "text short json jsonl csv markdown html junit sarif github gitlab azure tap nagios prometheus".split()
)
_PAGE_FORMATS = ("text", "json", "markdown")  # formats.terminal.manual.FORMATS, likewise
_PROBES = ("none", "tcp", "rpc")  # "none" and net.client.probes.PROBERS, likewise
_FIX_TOOLS = (
    "zone",
    "nsupdate",
    "powershell",
    "dnscmd",
    "samba-tool",
    "slmgr",
    "ospp",
)  # formats.fixes.TOOLS, likewise
_FAULTS = tuple(  # net.server.faults.table.FAULTS, likewise
    "drop delay flap close-port servfail refused nxdomain nodata notimp formerr no-edns edns-badvers truncate wrong-id "
    "wrong-question no-question wrong-address wrong-class wrong-type case-flip garbage short trailing-bytes "
    "bad-compression-loop bad-compression-forward bad-rdlength label-overrun cname-loop cname-chain huge lame "
    "stale-serial duplicate reorder empty-tcp tcp-close tcp-reset tcp-slow tcp-split tcp-length-lie".split()
)


class Option(Value):
    """One option. Its name in Python is that of its long flag; KMSDNS_NAME is its variable."""

    flags: tuple[str, ...]
    kind: str
    help: str
    metavar: str = ""
    default: object = None
    multiple: bool = False
    choices: tuple[str, ...] = ()
    lowest: float | None = None
    highest: float | None = None

    @property
    def name(self) -> str:
        """client_file for --client-file."""
        return next(flag for flag in self.flags if flag.startswith("--")).lstrip("-").replace("-", "_")

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return f"KMSDNS_{self.name.upper()}"

    def convert(self, text: str) -> object:
        """The value that a text stands for. ValueError with a sentence when it stands for none."""
        if self.kind == INT or self.kind == FLOAT:
            try:
                number: float = int(text) if self.kind == INT else float(text)
            except ValueError:
                raise ValueError(f"{text!r} is not a number") from None
            if number != number or not (self.lowest is None or number >= self.lowest):
                raise ValueError(f"{text} is out of range: {self._range()}")
            if self.highest is not None and number > self.highest:
                raise ValueError(f"{text} is out of range: {self._range()}")
            return number
        if self.kind == DURATION:
            return _seconds(text)
        if self.kind == CHOICE and text not in self.choices:
            raise ValueError(f"{text!r} is not one of {', '.join(self.choices)}")
        if self.kind == FORMAT:
            name, equals, path = text.partition("=")
            if name not in self.choices:
                raise ValueError(f"{name!r} is not one of {', '.join(self.choices)}")
            if equals and not path:
                raise ValueError(f"{text!r} names no file: write {name}=FILE, or {name} alone for standard output")
        return text

    def _range(self) -> str:
        return f"{self.lowest:g} or more" if self.highest is None else f"{self.lowest:g} to {self.highest:g}"


def _seconds(text: str) -> float:
    """60, 60s, 5m or 1h. ValueError with a sentence for anything else, and for more than a day."""
    number, unit = (text[:-1], text[-1:]) if text[-1:] in _UNITS else (text, "s")
    try:
        seconds = float(number) * _UNITS[unit]
    except ValueError:
        raise ValueError(f"{text!r} is no duration: write it as 60s, 5m or 1h") from None
    if not 0 <= seconds <= 86400:  # nor is it NaN
        raise ValueError(f"{text} is out of range: 0s to 24h")
    return seconds


_UNITS = {"s": 1, "m": 60, "h": 3600}

SERVER = Option(
    flags=("-s", "--server"),
    kind=TEXT,
    metavar="ADDR[:PORT]",
    multiple=True,
    help="Server to ask; several are asked in turn. @ADDR among the names works too, and so do tls://ADDR[#NAME], "
    "https://HOST/dns-query and quic://ADDR[#NAME].  [default: this machine's]",
)
SERVICE = Option(
    flags=("--service",),
    kind=TEXT,
    metavar="SERVICE",
    default=DEFAULT,
    help="Service to look for: _name._proto, or a well-known name such as ldap, kerberos, xmpp-client.",
)
PROBE = Option(
    flags=("--probe",),
    kind=CHOICE,
    choices=_PROBES,
    default="none",
    help="Whether to contact each endpoint, and how: tcp connects, rpc then asks for the KMS interface (a DCE/RPC "
    "bind, and nothing after it). A probe reads and writes the host cache.",
)
CACHE_FILE = Option(flags=("--cache-file",), kind=PATH, metavar="FILE", help="The host cache.  [default: one per user]")

ALLOW_REMOTE = Option(
    flags=("--allow-remote",), kind=FLAG, help="Listen at addresses that other machines can reach, too."
)
OUTPUT = Option(flags=("-o", "--output"), kind=PATH, metavar="FILE", help="Write there instead of to standard output.")

_QUESTIONS = (
    SERVER,
    Option(
        flags=("--ca-file",),
        kind=PATH,
        metavar="FILE",
        help="Certificates, in PEM, that vouch for tls://, https:// and quic:// servers.  [default: the system's]",
    ),
    SERVICE,
    Option(
        flags=("--bare",),
        kind=FLAG,
        help="Ask for SRV records at NAME as it stands, also where no service's labels (_name._proto) are in front.",
    ),
    Option(
        flags=("--port",),
        kind=INT,
        metavar="PORT",
        lowest=1,
        highest=65535,
        help="Port for --fallback.  [default: the service's own]",
    ),
    Option(flags=("-4", "--ipv4"), kind=FLAG, help="Look for IPv4 addresses only."),
    Option(flags=("-6", "--ipv6"), kind=FLAG, help="Look for IPv6 addresses only."),
    Option(flags=("--tcp",), kind=FLAG, help="Ask over TCP only."),
    Option(
        flags=("--all-servers",),
        kind=FLAG,
        help="Ask every server each question, and tell where they disagree. Listens a moment longer for a second, "
        "different reply.",
    ),
    Option(
        flags=("--no-edns",),
        kind=FLAG,
        help="Ask without EDNS (RFC 6891), as many clients do. A server that turns it down, or drops it, is asked so "
        "by itself.",
    ),
    Option(
        flags=("--cookie",),
        kind=FLAG,
        help="Send DNS cookies (RFC 7873), and reject what comes without from a server that has shown one.",
    ),
    Option(
        flags=("--mix-case",),
        kind=FLAG,
        help='Ask over UDP in random upper and lower case ("0x20"), and reject what comes back in another.',
    ),
    Option(
        flags=("--timeout",),
        kind=FLOAT,
        metavar="SECONDS",
        default=2.0,
        lowest=0.001,
        highest=3600,
        help="Time for one try at a question, and for one address of a probe.",
    ),
    Option(
        flags=("--retries",),
        kind=INT,
        metavar="N",
        default=2,
        lowest=0,
        highest=100,
        help="Further tries at each server that doesn't answer.",
    ),
    Option(
        flags=("--deadline",),
        kind=FLOAT,
        metavar="SECONDS",
        default=10.0,
        lowest=0.001,
        highest=86400,
        help="Time for the whole job.",
    ),
    PROBE,
    Option(
        flags=("--probe-local",),
        kind=FLAG,
        help="Probe loopback addresses too, though no server that is asked is on this machine.",
    ),
    Option(flags=("--fallback",), kind=FLAG, help="Without SRV records use the domain's own addresses."),
    Option(flags=("--seed",), kind=INT, metavar="N", help="Draw the order from this seed, to draw it again."),
    CACHE_FILE,
    Option(flags=("--no-cache",), kind=FLAG, help="Leave the host cache alone this time."),
    Option(flags=("--record",), kind=PATH, metavar="TAPE", help="Write every question and reply to a tape."),
    Option(flags=("--replay",), kind=PATH, metavar="TAPE", help="Take the replies from a tape; nothing is sent."),
)
_REPORT = (
    Option(
        flags=("-f", "--format"),
        kind=FORMAT,
        metavar="NAME[=FILE]",
        multiple=True,
        choices=_FORMATS,
        help=f"One of {', '.join(_FORMATS)}; more than once for several, each to its file.  [default: text]",
    ),
    Option(flags=("--json",), kind=FLAG, help="The same as -f json."),
    OUTPUT,
    Option(
        flags=("--select",), kind=TEXT, metavar="RULE", multiple=True, help="Only these rules: code, slug or prefix."
    ),
    Option(flags=("--extend-select",), kind=TEXT, metavar="RULE", multiple=True, help="These rules too."),
    Option(flags=("--ignore",), kind=TEXT, metavar="RULE", multiple=True, help="Not these rules."),
    Option(
        flags=("--fail-on",),
        kind=CHOICE,
        choices=("error", "warning", "note"),
        default="error",
        help="The least severity of a finding that makes the exit status 1.",
    ),
    Option(flags=("--exit-zero",), kind=FLAG, help="Exit with 0 where it would be 1."),
    Option(flags=("-q", "--quiet"), kind=FLAG, help="The facts alone, without explanations."),
    Option(flags=("-v", "--verbose"), kind=COUNT, default=0, help="Show every try at every question too."),
    Option(
        flags=("--color",),
        kind=CHOICE,
        choices=("auto", "always", "never"),
        default="auto",
        help="Colour; auto obeys NO_COLOR and FORCE_COLOR.",
    ),
    Option(flags=("--no-progress",), kind=FLAG, help="Don't show on a terminal what is being waited for."),
)
COMMON = (
    Option(flags=("--debug",), kind=FLAG, help="Show a traceback when something goes wrong."),
    Option(flags=("--config",), kind=PATH, metavar="FILE", help="Read this configuration instead of the nearest one."),
    Option(flags=("--no-config",), kind=FLAG, help="Read no configuration file."),
)

FIX_AS = Option(
    flags=("--fix-as",),
    kind=CHOICE,
    choices=_FIX_TOOLS,
    help="Instead of the report, print a script that makes the fixes, to be reviewed: nothing is run.",
)
SCENARIO = Option(
    flags=("--scenario",),
    kind=TEXT,
    metavar="NAME|PATH",
    help="A scenario fixture: its zones, its network, its client.",
)
_OF_CHECK = frozenset(
    ("ca_file", "tcp", "no_edns", "cookie", "mix_case", "timeout", "retries", "deadline", "probe_local", "seed")
)
_OF_DISCOVER_ALONE = frozenset(("port", "probe", "fallback", "cache_file", "no_cache"))
DISCOVER = (*_QUESTIONS, *_REPORT, *COMMON)
DIAGNOSE = (
    Option(
        flags=("-c", "--client"),
        kind=PATH,
        metavar="PATH",
        multiple=True,
        help="What a client's own tools printed: a file, a folder of them, or - for standard input.",
    ),
    Option(flags=("--offline",), kind=FLAG, help="From evidence alone: no question, no probe."),
    Option(
        flags=("--suffix",),
        kind=TEXT,
        metavar="DOMAIN",
        multiple=True,
        help="A DNS suffix of the client, in the order searched, where the evidence has none.  [default: NAME]",
    ),
    Option(
        flags=("--known-host",),
        kind=TEXT,
        metavar="HOST",
        multiple=True,
        help="A host there should be: any other that is published is told.",
    ),
    Option(
        flags=("--machines",),
        kind=INT,
        metavar="N",
        lowest=1,
        highest=10**9,
        help="How many machines are to be activated, to tell whether each host gets enough.",
    ),
    Option(
        flags=("--profile",),
        kind=CHOICE,
        default="kms",
        choices=("kms", "ad"),
        help="ad: look at the records of the domain's controllers as well, by which the directory is found.",
    ),
    SCENARIO,
    FIX_AS,
    PROBE.replace(default="tcp", help="How to contact each endpoint, if at all."),
    *[option for option in _QUESTIONS if option.name not in _OF_DISCOVER_ALONE],
    *_REPORT,
    *COMMON,
)
SERVE = (
    Option(
        flags=("--address",),
        kind=TEXT,
        metavar="ADDR",
        multiple=True,
        help="Address to listen at.  [default: 127.0.0.1 and ::1]",
    ),
    Option(
        flags=("--port",),
        kind=INT,
        metavar="PORT",
        default=5353,
        lowest=0,
        highest=65535,
        help="Port for UDP and TCP; 0 takes a free one.",
    ),
    ALLOW_REMOTE,
    Option(
        flags=("--fault",),
        kind=TEXT,
        metavar="NAME[:KEY=VALUE,...]",
        multiple=True,
        choices=_FAULTS,  # of the names
        help="Answer wrongly; several are applied in order. Keys: every=N, first=N, after=N, name=OWNER, type=SRV, "
        "transport=udp|tcp, client=ADDR, and the fault's own ms=, n= or bytes=. Names: " + ", ".join(_FAULTS) + ".",
    ),
    Option(
        flags=("--include-root",),
        kind=PATH,
        metavar="DIR",
        help="Allow $INCLUDE of files below this folder.  [default: none]",
    ),
    SCENARIO,
    Option(flags=("--minimal-any",), kind=FLAG, help="Answer ANY with one HINFO record, not all there is (RFC 8482)."),
    Option(flags=("--watch",), kind=FLAG, help="Read the zones again when a file changes, also one they include."),
    Option(flags=("--log",), kind=PATH, metavar="FILE", help="Write each query to this file, a JSON object a line."),
    Option(
        flags=("--ready-file",), kind=PATH, metavar="FILE", help="Write the first line of standard output here too."
    ),
    Option(
        flags=("--max-seconds",),
        kind=FLOAT,
        metavar="SECONDS",
        lowest=0.001,
        highest=1e9,
        help="End by itself after this time.",
    ),
    Option(
        flags=("--max-queries",),
        kind=INT,
        metavar="N",
        lowest=1,
        highest=10**12,
        help="End by itself after this many queries.",
    ),
    Option(flags=("--die-with-parent",), kind=FLAG, help="End when the process that started this one has ended."),
    Option(flags=("-q", "--quiet"), kind=FLAG, help="Say nothing on standard error but what went wrong."),
    *COMMON,
)
CACHE = (CACHE_FILE, Option(flags=("--json",), kind=FLAG, help="As one JSON object."), *COMMON)
EXPLAIN = (
    Option(flags=("--list",), kind=FLAG, help="List all rules, activation errors and events, a line or two for each."),
    Option(
        flags=("-f", "--format"),
        kind=FORMAT,
        metavar="NAME[=FILE]",
        multiple=True,
        choices=_PAGE_FORMATS,
        help=f"One of {', '.join(_PAGE_FORMATS)}; more than once for several, each to its file.  [default: text]",
    ),
    *[option for option in _REPORT if option.name in ("json", "output", "color")],
    *COMMON,
)
VALIDATE = (
    Option(
        flags=("--origin",),
        kind=TEXT,
        metavar="DOMAIN",
        help="What completes the names of a file that doesn't tell it.  [default: from the file or its name]",
    ),
    Option(
        flags=("--with",),
        kind=PATH,
        metavar="PATH",
        multiple=True,
        help="Zone files to look names up in, which are not judged themselves.",
    ),
    Option(
        flags=("--include-root",),
        kind=PATH,
        metavar="DIR",
        help="Allow $INCLUDE of files below this folder.  [default: none]",
    ),
    Option(
        flags=("--view",),
        kind=CHOICE,
        choices=("public", "internal"),
        help="Who the zones are for.  [default: not said]",
    ),
    Option(
        flags=("--suffix",),
        kind=TEXT,
        metavar="DOMAIN",
        multiple=True,
        help="A domain that clients search for services; each must have its record.",
    ),
    SERVICE.replace(
        default=None,
        help="Look only at the records of one service, and at what they point at: _name._proto, or a well-known name.",
    ),
    Option(flags=("--fix",), kind=FLAG, help="Change the files: make the fixes that are safe."),
    Option(
        flags=("--unsafe-fixes",),
        kind=FLAG,
        help="Make those too that change targets, owners or TTLs; --fix is implied, unless --diff is given.",
    ),
    Option(flags=("--diff",), kind=FLAG, help="Print what fixing would change, as a unified diff, and change nothing."),
    Option(
        flags=("--no-serial",),
        kind=FLAG,
        help="Leave the serial of a fixed zone alone; else it goes up, as its kind of serial does.",
    ),
    Option(
        flags=("--base",),
        kind=TEXT,
        metavar="REV|PATH|live",
        help="The zones as they were: a git revision, a file or a folder, or what --server has of them (live). "
        "Their serials must have gone up since.",
    ),
    Option(flags=("--new-only",), kind=FLAG, help="Only what is wrong since the base."),
    Option(flags=("--axfr",), kind=TEXT, metavar="ZONE", help="Validate a zone as --server transfers it."),
    SERVER.replace(help="Server to ask for --axfr and --base live; several are asked in turn."),
    Option(
        flags=("--tsig",),
        kind=PATH,
        metavar="FILE",
        help="Key for these transfers: as BIND writes it, or [ALGORITHM:]NAME:SECRET.",
    ),
    *_REPORT,
    *COMMON,
)
CHECK = (
    SERVER.replace(help="Server to ask for checks that name no vantage; several are asked in turn."),
    Option(
        flags=("-w", "--wait"),
        kind=DURATION,
        metavar="DURATION",
        default=0.0,
        help="Ask again what fails, for so long (60s, 5m, 1h), until it holds: a change takes time to arrive.",
    ),
    Option(
        flags=("--watch",),
        kind=DURATION,
        metavar="DURATION",
        help="Check again every so often (60s, 5m, 1h), until Ctrl-C or SIGTERM.",
    ),
    Option(
        flags=("--listen",),
        kind=TEXT,
        metavar="ADDR[:PORT]",
        help="Serve the figures of the last round to Prometheus, at /metrics; --watch 60s where nothing else is said. "
        "Takes the extra exporter.",
    ),
    ALLOW_REMOTE,
    Option(
        flags=("--update",),
        kind=FLAG,
        help="Change the specs: let exactly, count and rcode say what is live now. Comments stay.",
    ),
    Option(
        flags=("--init",),
        kind=TEXT,
        metavar="DOMAIN",
        help="Print a first spec for a domain, made of what is live; -o FILE writes it there.",
    ),
    SERVICE.replace(help="Service that --init looks for."),
    *[
        option.replace(default=30.0, help="Time for one round of questions.") if option.name == "deadline" else option
        for option in _QUESTIONS
        if option.name in _OF_CHECK
    ],
    *_REPORT,
    *COMMON,
)
COLLECT = (OUTPUT, *COMMON)
COMMANDS = {
    "discover": DISCOVER,
    "diagnose": DIAGNOSE,
    "serve": SERVE,
    "cache": CACHE,
    "validate": VALIDATE,
    "check": CHECK,
    "explain": EXPLAIN,
    "collect": COLLECT,
}
"""The options of each command, for kmsdns.toml."""
