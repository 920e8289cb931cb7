"""Scenarios: what the DNS holds, who listens, how a client is set up, and what a diagnosis must say of it.

    with ScenarioRun(read_scenario("dead-host")) as running:
        kmsdns.diagnose(running.scenario.domain, config=running.config, servers=[running.address])

The format is strict: a key that does not exist, a value of another type and a file that can't be read are refused, with
the path and the key. Everything it starts is on loopback addresses and ends with it.
"""

from __future__ import annotations

import threading
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Literal

import msgspec

from kmsdns.errors import KmsdnsError, UnreadableInput
from kmsdns.kms.config import ClientConfig
from kmsdns.kms.evidence.facts import Level, ManualHost, Product, Suffix
from kmsdns.kms.evidence.resolver import remembered, split_printed
from kmsdns.kms.settings import skms
from kmsdns.model import names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any, Self

    from kmsdns.net.server.listeners import Listeners
    from kmsdns.net.server.server import ZoneServer
    from kmsdns.zone.zone import Zone

_CHECKOUT = Path("fixtures/scenarios")
MAX_SIZE = 1 << 20
"""Octets of a scenario file."""


class ZoneSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A zone to serve: its text, or a file beside the scenario."""

    origin: str
    text: str | None = None
    path: str | None = None


class ScenarioClient(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the client is set up; what is absent is not set."""

    product: Literal["windows", "office"] = "windows"
    activation_type: Literal["ad", "kms", "token", "all"] = "all"
    manual: str | None = None  # as typed after slmgr /skms
    manual_level: Literal["sku", "app", "global"] = "global"
    lookup_domain: str | None = None
    suffixes: list[str] | None = None
    caching: bool | None = None
    cached: str | None = None
    domain_joined: bool | None = None
    honours_weights: bool = True
    dns_servers: list[str] | None = None
    evidence: list[str] = []
    known_hosts: list[str] = []
    machines: int | None = None


class NetworkSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An endpoint, and what it answers."""

    address: str
    port: int = 1688
    answers: Literal["open", "closed", "timeout", "rpc", "rpc-other"] = "open"


class ScenarioFault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fault of the server, as --fault has it."""

    spec: str


class ExpectSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a diagnosis must say."""

    codes: list[str] = []  # exactly these at error or warning
    would_show: str | None = None
    used: str | None = None  # "kms01.contoso.com.:1688"


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole fixture."""

    title: str
    domain: str
    row: int | None = None  # of the table of failures, docs/kms.md 6.5
    service: str = "_vlmcs._tcp"
    profile: Literal["kms", "ad"] = "kms"  # what is looked at, as --profile has it
    zone: list[ZoneSpec] = []
    client: ScenarioClient | None = None
    network: list[NetworkSpec] = []
    fault: list[ScenarioFault] = []
    expect: ExpectSpec | None = None
    path: str = ""  # of the file; not one of its keys


def homes() -> tuple[Path, ...]:
    """Where a scenario is looked for that is given by its name: in the project one works in, then in the package.

    A wheel brings them along inside the package; in a checkout that is installed editable they are beside it.
    """
    package = Path(str(files("kmsdns")))
    return _CHECKOUT, package / "scenarios", package.parent / _CHECKOUT


def find_scenario(name: str) -> Path:
    """The file of a scenario given by its path or its name. UnreadableInput when there is none, with what is near."""
    if name.endswith(".toml") or "/" in name:
        return Path(name)
    for home in homes():
        path = home / f"{name}.toml"
        if path.is_file():
            return path
    from difflib import get_close_matches

    known = sorted({path.stem for home in homes() for path in home.glob("*.toml")})
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known[:8]) or 'none here'} ..."
    raise UnreadableInput(f"no scenario is called {names.shown(name)}: give a path, or a name; {hint}")


def read_scenario(name: str) -> Scenario:
    """The scenario of a path or name. UnreadableInput with the path and the key that is wrong."""
    path = find_scenario(name)
    shown = names.shown(str(path), 4096)
    try:
        with path.open("rb") as file:
            octets = file.read(MAX_SIZE + 1)
    except (OSError, ValueError) as error:
        raise UnreadableInput(f"cannot read {shown}: {getattr(error, 'strerror', None) or error}") from None
    if len(octets) > MAX_SIZE:
        raise UnreadableInput(f"{shown} is larger than {MAX_SIZE} octets: it is no scenario")
    try:
        document = tomllib.loads(octets.decode("utf-8"))
        if "path" in document:
            raise UnreadableInput(f"{shown}: a scenario has no key path")
        return msgspec.convert({**document, "path": str(path)}, Scenario)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise UnreadableInput(f"{shown} is no scenario: {names.shown(str(error), 400)}") from None


def client_config(scenario: Scenario) -> ClientConfig:
    """The client that a scenario describes. KmsdnsError for a name that is none."""
    spec = scenario.client or ScenarioClient()
    suffixes = spec.suffixes if spec.suffixes is not None else [scenario.domain]
    manual, refused = _manual(spec)
    return ClientConfig(
        product=Product(spec.product),
        activation_type=spec.activation_type,
        manual=manual,
        refused=refused,
        lookup_domain=None if spec.lookup_domain is None else names.fold(names.from_text(spec.lookup_domain)),
        suffixes=tuple([Suffix(name=names.fold(names.from_text(suffix))) for suffix in suffixes]),
        caching=spec.caching,
        cached=_cached(spec),
        domain_joined=spec.domain_joined,
        honours_weights=spec.honours_weights,
        dns_servers=None if spec.dns_servers is None else tuple(spec.dns_servers),
    )


def _cached(spec: ScenarioClient) -> Any:
    if spec.cached is None:
        return None
    host, port = split_printed(spec.cached)
    return remembered(host, int(port or 0))


def evidence_paths(scenario: Scenario) -> tuple[str, ...]:
    """The evidence files, which are named from where the scenario is."""
    here = Path(scenario.path).parent
    return tuple([str(here / name) for name in (scenario.client.evidence if scenario.client else ())])


def zones(scenario: Scenario) -> list[Zone]:
    """The zones to serve. UnreadableInput for one that can't be read."""
    from kmsdns.net.files.zones import read_zone, refuse_errors
    from kmsdns.zone.reader import load

    found = []
    for spec in scenario.zone:
        if (spec.text is None) == (spec.path is None):
            raise UnreadableInput(f"{scenario.path}: the zone {names.shown(spec.origin)} needs either text or path")
        if spec.text is not None:
            zone = load(spec.text, spec.origin)
            refuse_errors(zone, f"{scenario.path}, zone {spec.origin}")
        else:
            zone = read_zone(_zone_path(scenario, str(spec.path)))
        found.append(zone)
    return found


def _zone_path(scenario: Scenario, text: str) -> Path:
    """A zone file named from the project's root, or from where the scenario is."""
    beside = Path(scenario.path).parent / text
    return beside if beside.exists() else Path(text)


def probe_of(scenario: Scenario) -> str:
    """How its endpoints are best probed: by a bind where those that answer are stubs of RPC servers."""
    answers = {each.answers for each in scenario.network}
    return "rpc" if answers & {"rpc", "rpc-other"} and "open" not in answers else "tcp"


def listeners_of(scenario: Scenario) -> Listeners:
    """Its network, to be used in a with statement."""
    from kmsdns.net.server.listeners import Listener, Listeners

    return Listeners(
        [Listener(address=each.address, port=each.port, answers=each.answers) for each in scenario.network]
    )


class Scenery:
    """What a scenario shows to whoever asks: its zones, to be read again when its file has changed, and its network."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._scenario = read_scenario(name)
        self._seen: object = self._stamp()

    @property
    def faults(self) -> list[str]:
        """The specifications of its faults, in order."""
        return [fault.spec for fault in self._scenario.fault]

    def listeners(self) -> Listeners:
        """Its network, to be used in a with statement."""
        return listeners_of(self._scenario)

    def read(self) -> tuple[Zone, ...]:
        """The zones as they are now. UnreadableInput when the scenario, or a zone, can't be read."""
        return tuple(zones(read_scenario(self._name)))

    def have_changed(self) -> bool:
        """Whether the scenario's file is another than when this was last asked."""
        before, self._seen = self._seen, self._stamp()
        return before != self._seen

    def _stamp(self) -> object:
        try:
            status = Path(self._scenario.path).stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size


class ScenarioRun:
    """A scenario at work: its DNS server in a thread, and its listeners. A context manager."""

    def __init__(self, scenario: Scenario, *, port: int = 0) -> None:
        self.scenario = scenario
        self.config = client_config(scenario)
        self._port = port
        self._server: ZoneServer | None = None
        self._thread: threading.Thread | None = None
        self._listeners: Listeners | None = None

    @property
    def address(self) -> str:
        """Of the DNS server: "127.0.0.1:35353"."""
        if self._server is None:
            raise KmsdnsError("this scenario has not been started: use it in a with statement")
        return self._server.addresses[0]

    def __enter__(self) -> Self:
        from kmsdns.net.server.server import ZoneServer

        scenario = self.scenario
        faults = [fault.spec for fault in scenario.fault]
        server = ZoneServer(zones(scenario), ("127.0.0.1",), self._port, faults=faults)
        self._listeners = listeners_of(scenario)
        self._listeners.__enter__()
        try:
            server.start()
        except BaseException:
            self._listeners.__exit__(None, None, None)
            raise
        self._server = server
        self._thread = threading.Thread(target=server.serve, name=f"kmsdns {scenario.title}", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        assert self._thread is not None
        assert self._listeners is not None
        self._server.stop()
        self._thread.join()
        self._listeners.__exit__(kind, error, trace)


def _text(port: int | None) -> str | None:
    return None if port is None else str(port)


def _manual(spec: ScenarioClient) -> tuple[ManualHost | None, str | None]:
    """What slmgr makes of what was typed: the setting, or the text when the script refuses it (docs/kms.md 1.7)."""
    if spec.manual is None:
        return None, None
    typed = skms(spec.manual)
    if typed.is_refused or not typed.name:
        return None, spec.manual
    level = Level(spec.manual_level)
    product = None if level is Level.GLOBAL else Product(spec.product)
    return ManualHost(source=None, name=typed.name, port=_text(typed.port), level=level, product=product), None
