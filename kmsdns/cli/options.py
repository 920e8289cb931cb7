"""Every option of every command: click's options, the plain path (cli.plain) and kmsdns.toml come from here.

What the public functions take too is defined in kmsdns.options; here is what only the command line has, and what each
command is made of, in the order of its help.
"""

from __future__ import annotations

from kmsdns import options as shared
from kmsdns.model.definition import CHOICE, COUNT, DURATION, FLAG, FLOAT, FORMAT, INT, PATH, TEXT
from kmsdns.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kmsdns.model.definition import Definition, Keywords

# formats.FORMATS, whose package needn't load for --help; a test compares
_FORMATS = tuple(
    "text short json jsonl csv markdown html junit sarif github gitlab azure tap nagios prometheus".split()
)
_PAGE_FORMATS = ("text", "json", "markdown")  # formats.terminal.manual.FORMATS, likewise
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


def _option(definition: Definition) -> Option:
    """The flag of a keyword argument."""
    default = definition.default
    if definition.kind == FLAG or definition.multiple:
        default = None
    elif definition.kind == CHOICE and default is None and "none" in definition.choices:
        default = "none"
    return Option(
        flags=definition.flags,
        kind=definition.kind,
        help=definition.help,
        metavar=definition.metavar,
        default=default,
        multiple=definition.multiple,
        choices=definition.choices,
        lowest=definition.lowest,
        highest=definition.highest,
    )


def _options(keywords: Keywords, without: Iterable[str] = ()) -> tuple[Option, ...]:
    """The flags of a function's keyword arguments, in their order; without: keywords that stand elsewhere."""
    found: list[Option] = []
    for each in keywords.definitions:
        if each.name in without:
            continue
        if each.name == "families":
            found += _FAMILIES
        elif each.name == "cache":
            found += (CACHE_FILE, _NO_CACHE)
        elif each.kind:
            found.append(_option(each))
    return tuple(found)


def _named(keywords: Keywords, *names: str) -> tuple[Option, ...]:
    """The flags of these keyword arguments."""
    by_name = {each.name: each for each in keywords.definitions}
    return tuple([_option(by_name[name]) for name in names])


_FAMILIES = (
    Option(flags=("-4", "--ipv4"), kind=FLAG, help="Look for IPv4 addresses only."),
    Option(flags=("-6", "--ipv6"), kind=FLAG, help="Look for IPv6 addresses only."),
)
(CACHE_FILE,) = _named(shared.DISCOVER, "cache")
_NO_CACHE = Option(flags=("--no-cache",), kind=FLAG, help="Leave the host cache alone this time.")
_RULES = tuple(shared.RuleChoice.definitions)  # they stand among the options of reports

ALLOW_REMOTE = Option(
    flags=("--allow-remote",), kind=FLAG, help="Listen at addresses that other machines can reach, too."
)
OUTPUT = Option(flags=("-o", "--output"), kind=PATH, metavar="FILE", help="Write there instead of to standard output.")

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
    *_named(shared.DISCOVER, *_RULES),
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
DISCOVER = (*_options(shared.DISCOVER, _RULES), *_REPORT, *COMMON)
_DIAGNOSE_FIRST = ("evidence", "offline", "suffixes", "known_hosts", "machines", "profile")
DIAGNOSE = (
    *_named(shared.DIAGNOSE, *_DIAGNOSE_FIRST),
    SCENARIO,
    FIX_AS,
    *_named(shared.DIAGNOSE, "probe"),
    *_options(shared.DIAGNOSE, (*_DIAGNOSE_FIRST, "probe", *_RULES)),
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
    *_named(shared.VALIDATE, "include_root"),
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
    *_named(shared.VALIDATE, "origin", "reference", "include_root", "view", "suffixes", "service"),
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
    *_named(shared.VALIDATE, "base", "new_only"),
    Option(flags=("--axfr",), kind=TEXT, metavar="ZONE", help="Validate a zone as --server transfers it."),
    _option(shared.Transport.definitions["servers"]).replace(
        help="Server to ask for --axfr and --base live; several are asked in turn."
    ),
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
    *_named(shared.CHECK, "servers", "wait"),
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
    *_named(shared.DRAFT, "service"),
    *_options(shared.CHECK, ("servers", "wait", *_RULES)),
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
