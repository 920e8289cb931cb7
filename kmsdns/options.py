"""The options that the doors share, each defined once: its keyword, type, default, what it takes, its flag and help.

Transport, Probing, RuleChoice and Recordings are values: what sessions hand around in the place of a dozen arguments.
Discovering, Diagnosing, Checking and Validating are what each job has for itself. From here come

    the keyword arguments of kmsdns.discover and its like, with their checks   (DISCOVER.taken, in sessions/)
    the flags of the command line, their help, and the keys of kmsdns.toml     (cli/options.py)
    what the command line passes on to the functions                           (cli/reporting.py)

A new option is a field of a group and, for type checkers, the same line in its Arguments or Flags; a test compares
the two, and the doors. What only programs can give, as values of higher layers, is a group in its session's module.

Its layer is just above services, since the default of --service is one of theirs: rules, sessions, both front doors,
the command line, the configuration and expectations may all read it, and it names nothing of them.

Long: it is one table.
"""

from __future__ import annotations

from kmsdns.model.arguments import EVIDENCE, NAME, NAMES, SERVERS, dice, families, one_of, path, several
from kmsdns.model.option import CHOICE, DURATION, FLAG, FLOAT, INT, PATH, TEXT, Keywords, OptionGroup, option
from kmsdns.services.table import DEFAULT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path
    from random import Random
    from typing import TypedDict

    from kmsdns.model.messages import Server
    from kmsdns.model.typed import Text

    class AskingArguments(TypedDict, total=False):
        """Of Transport, what every job takes that asks."""

        servers: Sequence[str | Server]
        ca_file: str | Path | None
        tcp: bool
        edns: bool
        cookie: bool
        mix_case: bool
        timeout: float
        retries: int
        deadline: float | None

    class TransportArguments(AskingArguments, total=False):
        families: Sequence[int]
        all_servers: bool

    class ProbingArguments(TypedDict, total=False):
        probe: str | None
        probe_local: bool

    class RuleChoiceArguments(TypedDict, total=False):
        select: Sequence[str]
        extend_select: Sequence[str]
        ignore: Sequence[str]

    class RecordingsArguments(TypedDict, total=False):
        record: str | Path | None
        replay: str | Path | None

    class DiscoverArguments(
        TransportArguments, ProbingArguments, RuleChoiceArguments, RecordingsArguments, total=False
    ):
        service: str
        bare: bool
        port: int | None
        fallback: bool
        rng: Random | None
        cache: str | Path | None

    class DiagnoseFlags(TransportArguments, ProbingArguments, RuleChoiceArguments, RecordingsArguments, total=False):
        evidence: Sequence[tuple[str, bytes]]
        suffixes: Sequence[Text]
        service: str
        bare: bool
        profile: str
        offline: bool
        known_hosts: Sequence[Text]
        machines: int | None
        rng: Random | None

    class CheckArguments(AskingArguments, RuleChoiceArguments, total=False):
        wait: float
        probe_local: bool
        rng: Random | None
        today: date | None

    class ValidateFlags(RuleChoiceArguments, total=False):
        origin: Text | None
        reference: Sequence[str | Path]
        include_root: str | Path | None
        suffixes: Sequence[Text]
        view: str | None
        base: str | Path | None
        new_only: bool
        service: str | None

    class DraftArguments(TypedDict, total=False):
        service: str
        servers: Sequence[str | Server]
        timeout: float


class Transport(OptionGroup):
    """Whom to ask, over what, and how patiently."""

    servers: Sequence[str | Server] = option(
        default=(),
        kind=TEXT,
        spelling="--server",
        short="-s",
        metavar="ADDR[:PORT]",
        multiple=True,
        check=SERVERS,
        help="Server to ask; several are asked in turn. @ADDR among the names works too, and so do tls://ADDR[#NAME], "
        "https://HOST/dns-query and quic://ADDR[#NAME].  [default: this machine's]",
    )
    ca_file: str | Path | None = option(
        default=None,
        kind=PATH,
        metavar="FILE",
        help="Certificates, in PEM, that vouch for tls://, https:// and quic:// servers.  [default: the system's]",
    )
    families: Sequence[int] = option(default=(4, 6), check=families)  # --ipv4 and --ipv6
    tcp: bool = option(default=False, kind=FLAG, help="Ask over TCP only.")
    all_servers: bool = option(
        default=False,
        kind=FLAG,
        help="Ask every server each question, and tell where they disagree. Listens a moment longer for a second, "
        "different reply.",
    )
    edns: bool = option(
        default=True,
        kind=FLAG,
        help="Ask without EDNS (RFC 6891), as many clients do. A server that turns it down, or drops it, is asked so "
        "by itself.",
    )
    cookie: bool = option(
        default=False,
        kind=FLAG,
        help="Send DNS cookies (RFC 7873), and reject what comes without from a server that has shown one.",
    )
    mix_case: bool = option(
        default=False,
        kind=FLAG,
        help='Ask over UDP in random upper and lower case ("0x20"), and reject what comes back in another.',
    )
    timeout: float = option(
        default=2.0,
        kind=FLOAT,
        metavar="SECONDS",
        lowest=0.001,
        highest=3600,
        help="Time for one try at a question, and for one address of a probe.",
    )
    retries: int = option(
        default=2,
        kind=INT,
        metavar="N",
        lowest=0,
        highest=100,
        help="Further tries at each server that doesn't answer.",
    )
    deadline: float | None = option(
        default=10.0, kind=FLOAT, metavar="SECONDS", lowest=0.001, highest=86400, help="Time for the whole job."
    )


class Probing(OptionGroup):
    """Whether endpoints are contacted, and how."""

    probe: str | None = option(
        default=None,
        kind=CHOICE,
        choices=("none", "tcp", "rpc"),  # "none" and net.client.probes.PROBERS, which needn't load; a test compares
        help="Whether to contact each endpoint, and how: tcp connects, rpc then asks for the KMS interface (a DCE/RPC "
        "bind, and nothing after it). A probe reads and writes the host cache.",
    )
    probe_local: bool = option(
        default=False,
        kind=FLAG,
        help="Probe loopback addresses too, though no server that is asked is on this machine.",
    )


class RuleChoice(OptionGroup):
    """Which rules judge: codes, slugs, or prefixes of codes."""

    select: Sequence[str] = option(
        default=(), kind=TEXT, metavar="RULE", multiple=True, help="Only these rules: code, slug or prefix."
    )
    extend_select: Sequence[str] = option(default=(), kind=TEXT, metavar="RULE", multiple=True, help="These rules too.")
    ignore: Sequence[str] = option(default=(), kind=TEXT, metavar="RULE", multiple=True, help="Not these rules.")


class Recordings(OptionGroup):
    """The tape that is written, or read in the network's place."""

    record: str | Path | None = option(
        default=None, kind=PATH, metavar="TAPE", help="Write every question and reply to a tape."
    )
    replay: str | Path | None = option(
        default=None, kind=PATH, metavar="TAPE", help="Take the replies from a tape; nothing is sent."
    )


_SERVICE = {
    "kind": TEXT,
    "metavar": "SERVICE",
    "help": "Service to look for: _name._proto, or a well-known name such as ldap, kerberos, xmpp-client.",
}
_BARE = {
    "kind": FLAG,
    "help": "Ask for SRV records at NAME as it stands, also where no service's labels (_name._proto) are in front.",
}
_SUFFIXES = {"kind": TEXT, "spelling": "--suffix", "metavar": "DOMAIN", "multiple": True, "check": NAMES}
_RNG = {
    "kind": INT,
    "spelling": "--seed",
    "metavar": "N",
    "check": dice("randrange"),
    "help": "Draw the order from this seed, to draw it again.",
}


class Discovering(OptionGroup):
    """What discover has for itself."""

    service: str = option(default=DEFAULT, after="ca_file", **_SERVICE)
    bare: bool = option(default=False, **_BARE)
    port: int | None = option(
        default=None,
        kind=INT,
        metavar="PORT",
        lowest=1,
        highest=65535,
        help="Port for --fallback.  [default: the service's own]",
    )
    fallback: bool = option(
        default=False, kind=FLAG, after="probe_local", help="Without SRV records use the domain's own addresses."
    )
    rng: Random | None = option(default=None, **_RNG)
    cache: str | Path | None = option(
        default=None,
        kind=PATH,
        spelling="--cache-file",
        metavar="FILE",
        help="The host cache.  [default: one per user]",
    )


class Diagnosing(OptionGroup):
    """What diagnose has for itself."""

    evidence: Sequence[tuple[str, bytes]] = option(
        default=(),
        kind=PATH,
        spelling="--client",
        short="-c",
        metavar="PATH",
        multiple=True,
        check=several(EVIDENCE),
        help="What a client's own tools printed: a file, a folder of them, or - for standard input.",
    )
    suffixes: Sequence[Text] = option(
        default=(),
        help="A DNS suffix of the client, in the order searched, where the evidence has none.  [default: NAME]",
        **_SUFFIXES,
    )
    service: str = option(default=DEFAULT, after="ca_file", **_SERVICE)
    bare: bool = option(default=False, **_BARE)
    profile: str = option(
        default="kms",
        kind=CHOICE,
        choices=("kms", "ad"),
        after="probe_local",
        help="ad: look at the records of the domain's controllers as well, by which the directory is found.",
    )
    offline: bool = option(default=False, kind=FLAG, help="From evidence alone: no question, no probe.")
    known_hosts: Sequence[Text] = option(
        default=(),
        kind=TEXT,
        spelling="--known-host",
        metavar="HOST",
        multiple=True,
        check=NAMES,
        help="A host there should be: any other that is published is told.",
    )
    machines: int | None = option(
        default=None,
        kind=INT,
        metavar="N",
        lowest=1,
        highest=10**9,
        help="How many machines are to be activated, to tell whether each host gets enough.",
    )
    rng: Random | None = option(default=None, **_RNG)


class Checking(OptionGroup):
    """What check has for itself."""

    wait: float = option(
        default=0.0,
        kind=DURATION,
        short="-w",
        metavar="DURATION",
        highest=86400,
        after="deadline",
        help="Ask again what fails, for so long (60s, 5m, 1h), until it holds: a change takes time to arrive.",
    )
    rng: Random | None = option(default=None, after="probe_local", **_RNG)
    today: date | None = option(default=None, check=one_of("datetime", "date", ""))


class Validating(OptionGroup):
    """What validate has for itself."""

    origin: Text | None = option(
        default=None,
        kind=TEXT,
        metavar="DOMAIN",
        check=NAME,
        help="What completes the names of a file that doesn't tell it.  [default: from the file or its name]",
    )
    reference: Sequence[str | Path] = option(
        default=(),
        kind=PATH,
        spelling="--with",
        metavar="PATH",
        multiple=True,
        check=several(path),
        help="Zone files to look names up in, which are not judged themselves.",
    )
    include_root: str | Path | None = option(
        default=None,
        kind=PATH,
        metavar="DIR",
        help="Allow $INCLUDE of files below this folder.  [default: none]",
    )
    suffixes: Sequence[Text] = option(
        default=(), help="A domain that clients search for services; each must have its record.", **_SUFFIXES
    )
    view: str | None = option(
        default=None, kind=CHOICE, choices=("public", "internal"), help="Who the zones are for.  [default: not said]"
    )
    base: str | Path | None = option(
        default=None,
        kind=TEXT,
        metavar="REV|PATH|live",
        check=path,
        help="The zones as they were: a git revision, a file or a folder, or what --server has of them (live). "
        "Their serials must have gone up since.",
    )
    new_only: bool = option(default=False, kind=FLAG, help="Only what is wrong since the base.")
    service: str | None = option(
        default=None,
        after="ignore",
        **_SERVICE | {
            "help": "Look only at the records of one service, and at what they point at: _name._proto, or a well-known "
            "name."
        },
    )  # fmt: skip


DISCOVER = Keywords().plus(Transport, Probing, RuleChoice, Recordings, Discovering)
DIAGNOSE = Keywords().plus(
    Diagnosing,
    Transport,
    Probing,
    RuleChoice,
    Recordings,
    probe={"default": "tcp", "help": "How to contact each endpoint, if at all."},
)
CHECK = Keywords().plus(
    Transport,
    Probing,
    RuleChoice,
    Checking,
    without=("families", "all_servers", "probe"),
    servers={"help": "Server to ask for checks that name no vantage; several are asked in turn."},
    deadline={"default": 30.0, "help": "Time for one round of questions."},
)
VALIDATE = Keywords().plus(Validating, RuleChoice)
DRAFT = DISCOVER.only("service", "servers", "timeout")
