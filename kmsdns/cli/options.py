"""Every option of every command: click's options, the plain path (cli.plain) and kmsdns.toml come from here.

What the public functions take too is defined in kmsdns.options; here is what only the command line has, and what each
command is made of, in the order of its help.
"""

from __future__ import annotations

from kmsdns import options as shared
from kmsdns.model.option import CHOICE, COUNT, DURATION, FLAG, FLOAT, FORMAT, INT, PATH, TEXT, Option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kmsdns.model.option import Keywords

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


def _options(keywords: Keywords, without: Iterable[str] = ()) -> tuple[Option, ...]:
    """The flags of a function's keyword arguments, in their order; without: keywords that stand elsewhere."""
    found: list[Option] = []
    for each in keywords.options:
        if each.name in without:
            continue
        if each.name == "families":
            found += _FAMILIES
        elif each.name == "cache":
            found += (CACHE_FILE, _NO_CACHE)
        elif each.kind:
            found.append(each)
    return tuple(found)


_FAMILIES = (
    Option(spelling="--ipv4", short="-4", kind=FLAG, help="Look for IPv4 addresses only."),
    Option(spelling="--ipv6", short="-6", kind=FLAG, help="Look for IPv6 addresses only."),
)
CACHE_FILE = shared.Discovering.options["cache"]
_NO_CACHE = Option(spelling="--no-cache", kind=FLAG, help="Leave the host cache alone this time.")
_RULES = tuple(shared.RuleChoice.options)  # they stand among the options of reports

ALLOW_REMOTE = Option(
    spelling="--allow-remote", kind=FLAG, help="Listen at addresses that other machines can reach, too."
)
OUTPUT = Option(
    spelling="--output", short="-o", kind=PATH, metavar="FILE", help="Write there instead of to standard output."
)


def _format(choices: tuple[str, ...]) -> Option:
    return Option(
        spelling="--format",
        short="-f",
        kind=FORMAT,
        metavar="NAME[=FILE]",
        multiple=True,
        choices=choices,
        help=f"One of {', '.join(choices)}; more than once for several, each to its file.  [default: text]",
    )


_REPORT = (
    _format(_FORMATS),
    Option(spelling="--json", kind=FLAG, help="The same as -f json."),
    OUTPUT,
    *shared.RuleChoice.options.values(),
    Option(
        spelling="--fail-on",
        kind=CHOICE,
        choices=("error", "warning", "note"),
        default="error",
        help="The least severity of a finding that makes the exit status 1.",
    ),
    Option(spelling="--exit-zero", kind=FLAG, help="Exit with 0 where it would be 1."),
    Option(spelling="--quiet", short="-q", kind=FLAG, help="The facts alone, without explanations."),
    Option(spelling="--verbose", short="-v", kind=COUNT, default=0, help="Show every try at every question too."),
    Option(
        spelling="--color",
        kind=CHOICE,
        choices=("auto", "always", "never"),
        default="auto",
        help="Colour; auto obeys NO_COLOR and FORCE_COLOR.",
    ),
    Option(spelling="--no-progress", kind=FLAG, help="Don't show on a terminal what is being waited for."),
)
COMMON = (
    Option(spelling="--debug", kind=FLAG, help="Show a traceback when something goes wrong."),
    Option(spelling="--config", kind=PATH, metavar="FILE", help="Read this configuration instead of the nearest one."),
    Option(spelling="--no-config", kind=FLAG, help="Read no configuration file."),
)

FIX_AS = Option(
    spelling="--fix-as",
    kind=CHOICE,
    choices=_FIX_TOOLS,
    help="Instead of the report, print a script that makes the fixes, to be reviewed: nothing is run.",
)
SCENARIO = Option(
    spelling="--scenario",
    kind=TEXT,
    metavar="NAME|PATH",
    help="A scenario fixture: its zones, its network, its client.",
)


def _discover() -> tuple[Option, ...]:
    return (*_options(shared.DISCOVER, _RULES), *_REPORT, *COMMON)


def _diagnose() -> tuple[Option, ...]:
    first = ("evidence", "offline", "suffixes", "known_hosts", "machines", "profile")
    return (
        *shared.DIAGNOSE.only(*first).options,
        SCENARIO,
        FIX_AS,
        *shared.DIAGNOSE.only("probe").options,
        *_options(shared.DIAGNOSE, (*first, "probe", *_RULES)),
        *_REPORT,
        *COMMON,
    )


def _serve() -> tuple[Option, ...]:
    return (
        Option(
            spelling="--address",
            kind=TEXT,
            metavar="ADDR",
            multiple=True,
            help="Address to listen at.  [default: 127.0.0.1 and ::1]",
        ),
        Option(
            spelling="--port",
            kind=INT,
            metavar="PORT",
            default=5353,
            lowest=0,
            highest=65535,
            help="Port for UDP and TCP; 0 takes a free one.",
        ),
        ALLOW_REMOTE,
        Option(
            spelling="--fault",
            kind=TEXT,
            metavar="NAME[:KEY=VALUE,...]",
            multiple=True,
            choices=_FAULTS,  # of the names
            help="Answer wrongly; several are applied in order. Keys: every=N, first=N, after=N, name=OWNER, type=SRV, "
            "transport=udp|tcp, client=ADDR, and the fault's own ms=, n= or bytes=. Names: " + ", ".join(_FAULTS) + ".",
        ),
        *shared.VALIDATE.only("include_root").options,
        SCENARIO,
        Option(
            spelling="--minimal-any", kind=FLAG, help="Answer ANY with one HINFO record, not all there is (RFC 8482)."
        ),
        Option(spelling="--watch", kind=FLAG, help="Read the zones again when a file changes, also one they include."),
        Option(
            spelling="--log", kind=PATH, metavar="FILE", help="Write each query to this file, a JSON object a line."
        ),
        Option(
            spelling="--ready-file", kind=PATH, metavar="FILE", help="Write the first line of standard output here too."
        ),
        Option(
            spelling="--max-seconds",
            kind=FLOAT,
            metavar="SECONDS",
            lowest=0.001,
            highest=1e9,
            help="End by itself after this time.",
        ),
        Option(
            spelling="--max-queries",
            kind=INT,
            metavar="N",
            lowest=1,
            highest=10**12,
            help="End by itself after this many queries.",
        ),
        Option(spelling="--die-with-parent", kind=FLAG, help="End when the process that started this one has ended."),
        Option(spelling="--quiet", short="-q", kind=FLAG, help="Say nothing on standard error but what went wrong."),
        *COMMON,
    )


def _cache() -> tuple[Option, ...]:
    return (CACHE_FILE, Option(spelling="--json", kind=FLAG, help="As one JSON object."), *COMMON)


def _explain() -> tuple[Option, ...]:
    return (
        Option(
            spelling="--list", kind=FLAG, help="List all rules, activation errors and events, a line or two for each."
        ),
        _format(_PAGE_FORMATS),
        *[option for option in _REPORT if option.key in ("json", "output", "color")],
        *COMMON,
    )


def _validate() -> tuple[Option, ...]:
    return (
        *shared.VALIDATE.only("origin", "reference", "include_root", "view", "suffixes", "service").options,
        Option(spelling="--fix", kind=FLAG, help="Change the files: make the fixes that are safe."),
        Option(
            spelling="--unsafe-fixes",
            kind=FLAG,
            help="Make those too that change targets, owners or TTLs; --fix is implied, unless --diff is given.",
        ),
        Option(
            spelling="--diff", kind=FLAG, help="Print what fixing would change, as a unified diff, and change nothing."
        ),
        Option(
            spelling="--no-serial",
            kind=FLAG,
            help="Leave the serial of a fixed zone alone; else it goes up, as its kind of serial does.",
        ),
        *shared.VALIDATE.only("base", "new_only").options,
        Option(spelling="--axfr", kind=TEXT, metavar="ZONE", help="Validate a zone as --server transfers it."),
        shared.Transport.options["servers"].replace(
            help="Server to ask for --axfr and --base live; several are asked in turn."
        ),
        Option(
            spelling="--tsig",
            kind=PATH,
            metavar="FILE",
            help="Key for these transfers: as BIND writes it, or [ALGORITHM:]NAME:SECRET.",
        ),
        *_REPORT,
        *COMMON,
    )


def _check() -> tuple[Option, ...]:
    return (
        *shared.CHECK.only("servers", "wait").options,
        Option(
            spelling="--watch",
            kind=DURATION,
            metavar="DURATION",
            help="Check again every so often (60s, 5m, 1h), until Ctrl-C or SIGTERM.",
        ),
        Option(
            spelling="--listen",
            kind=TEXT,
            metavar="ADDR[:PORT]",
            help="Serve the figures of the last round to Prometheus, at /metrics; --watch 60s where nothing else is "
            "said. Takes the extra exporter.",
        ),
        ALLOW_REMOTE,
        Option(
            spelling="--update",
            kind=FLAG,
            help="Change the specs: let exactly, count and rcode say what is live now. Comments stay.",
        ),
        Option(
            spelling="--init",
            kind=TEXT,
            metavar="DOMAIN",
            help="Print a first spec for a domain, made of what is live; -o FILE writes it there.",
        ),
        shared.Discovering.options["service"].replace(help="Service that --init looks for."),
        *_options(shared.CHECK, ("servers", "wait", *_RULES)),
        *_REPORT,
        *COMMON,
    )


def _collect() -> tuple[Option, ...]:
    return (OUTPUT, *COMMON)


COMMANDS: dict[str, Callable[[], tuple[Option, ...]]] = {
    "discover": _discover,
    "diagnose": _diagnose,
    "serve": _serve,
    "cache": _cache,
    "validate": _validate,
    "check": _check,
    "explain": _explain,
    "collect": _collect,
}
"""What makes the options of each command: most runs need those of one."""
