"""What a client's tools tell: each fact with the file and the line it was read from. Parsers make them, nobody else.

A fact is what the tool printed, not what follows from it: that is kms.evidence.resolver's work.
"""

from __future__ import annotations

from enum import StrEnum

from kmsdns.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.kms.licence import LicenceState
    from kmsdns.model.records import Srv


class Product(StrEnum):
    """Whose activation it is: each looks for a host, and remembers one, for itself."""

    WINDOWS = "windows"
    OFFICE = "office"


class Level(StrEnum):
    """Where a manual host is set, in the order a client looks (docs/kms.md 1.1)."""

    SKU = "sku"
    APP = "app"
    GLOBAL = "global"


class Tree(StrEnum):
    """The branch of the registry a setting stands in (docs/kms.md 1.6)."""

    SPP = "SoftwareProtectionPlatform"
    OSPP = "OfficeSoftwareProtectionPlatform"
    SL = "SL"  # of Windows Vista and Server 2008


class SuffixOrigin(StrEnum):
    """How a client came by a DNS suffix (docs/kms.md 1.2)."""

    PRIMARY = "primary suffix"
    DOMAIN = "directory domain"
    CONNECTION = "connection suffix"
    SEARCH_LIST = "search list"
    GIVEN = "given"  # by the person who asks


class Source(Value):
    """Where a fact stands."""

    path: str  # of the file, as it was named; "-" for standard input
    line: int  # from 1
    text: str  # the line, without what must not be shown (product keys, user names)

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


class Licence(Value):
    """One product of the machine, as ospp, slmgr or the bundle list it."""

    source: Source
    name: str
    product: Product | None = None
    sku: str | None = None  # the activation ID, a GUID in lower case
    description: str = ""
    channel: str | None = None  # "VOLUME_KMSCLIENT", "VOLUME_MAK", "RETAIL", "VOLUME_KMS_WS16" ...
    has_key: bool = True  # a (partial) product key was listed; the key itself is never kept
    state: LicenceState | None = None
    minutes_left: int | None = None  # of the activation or of the grace period
    error: str | None = None  # an HRESULT such as "0xC004F074"
    activation_type: str | None = None  # "all", "ad", "kms" or "token"
    activated_by: str | None = None  # "ad" or "kms": what the last activation came from
    expires: str | None = None  # the date of slmgr /xpr, as printed
    tells_host: bool = False  # the lines about the host were printed: without them, None below is unknown and not unset
    manual: str | None = None  # the registered host as printed, "kms01.contoso.com:1688"
    manual_source: Source | None = None  # the line that says so
    cached: str | None = None  # the host from DNS as printed; slmgr leaves it out beside a manual one
    cached_address: str | None = None
    lookup_domain: str | None = None
    caching: bool | None = None
    activation_interval: int | None = None  # minutes
    renewal_interval: int | None = None  # minutes

    @property
    def is_activated(self) -> bool:
        """Licensed: an error beside it is for information only."""
        return self.state == "licensed"


class ManualHost(Value):
    """A KMS host set by hand."""

    source: Source | None
    name: str  # as it is stored, however malformed
    port: str | None = None  # likewise; None when none is stored
    level: Level = Level.GLOBAL
    is_level_known: bool = True  # slmgr shows for a product what is set for the whole machine, too
    product: Product | None = None  # None for the global level, which counts for all
    sku: str | None = None
    tree: Tree = Tree.SPP
    port_type: str = "REG_SZ"


class RememberedHost(Value):
    """A host that the client remembers from its last activation through the DNS."""

    source: Source | None
    name: str  # an address where nothing else is stored
    port: int = 1688
    addresses: tuple[str, ...] = ()
    product: Product | None = None
    sku: str | None = None


class Suffix(Value):
    """A domain that a client puts behind _vlmcs._tcp."""

    name: str  # in canonical form
    origin: SuffixOrigin = SuffixOrigin.GIVEN
    source: Source | None = None


class Event(Value):
    """An event of the licensing service (docs/kms.md 4.1)."""

    source: Source
    number: int  # 12288, 12289 ...
    time: str | None = None  # as printed
    hresult: str | None = None  # "0xC004F06C"
    host: str | None = None  # "kms01.contoso.com:1688"; without the port where the tool lost it
    domain: str | None = None  # that a host published in
    client_id: str | None = None  # the CMID
    count: int | None = None  # of the host (12289)
    minimum: int | None = None  # clients that the product needs: 5 or 25
    flags: str | None = None  # "0x04000000": the host's count is too low
    sku: str | None = None  # the activation ID that was asked for
    product: Product | None = None
    client: str | None = None  # the name of the client that a host answered (12290)
    activated: bool | None = None  # what the host's response came to (12289)


class SeenAnswer(Value):
    """What the client's own tools were told by the DNS."""

    source: Source
    owner: str  # as printed, in canonical form; "_vlmcs._tcp." when it had no domain; "" when nothing printed it
    outcome: str  # an Outcome
    srvs: tuple[Srv, ...] = ()
    addresses: tuple[tuple[str, str], ...] = ()  # (target, address)
    server: str | None = None
    tool: str = "nslookup"


class SeenConnect(Value):
    """A connection that the client's own tools tried."""

    source: Source
    target: str  # a name in canonical form, or an address
    port: int
    succeeded: bool
    address: str | None = None


class HostState(Value):
    """What a KMS host says about itself: such a block makes the machine a host."""

    source: Source
    current_count: int | None = None
    port: int | None = None
    publishing: bool | None = None
    total_requests: int | None = None
    failed_requests: int | None = None


class Topic(StrEnum):
    """What a claim is about."""

    MACHINE = "machine"  # the computer's name, without a domain
    MACHINE_DOMAIN = "machine domain"  # the domain of its full name
    WINDOWS_VERSION = "windows version"  # "6.1", "10.0": tools differ in what they add to it
    IS_SERVER = "server edition"
    DOMAIN_JOINED = "domain joined"
    CACHING = "host caching"
    ACTIVATION_TYPE = "activation type"
    LOOKUP_DOMAIN = "lookup domain"
    APPEND_TO_MULTI_LABEL = "suffixes appended to names with a dot"  # AppendToMultiLabelName
    DNS_SERVER = "DNS server"
    NO_DNS_SERVER = "no DNS server"  # the tool lists adapters, and none has a server
    NO_SUFFIX = "no DNS suffix"  # the tool lists the settings, and there is none
    KMS_HOST_MARKER = "KMS host marker"  # KeyManagementServiceVersion: this machine is or was a host
    PUBLISHING = "DNS publishing"  # False where DisableDnsPublishing is set
    PUBLISH_DOMAIN = "publish domain"  # an entry of DnsDomainPublishList
    PUBLISHED_DOMAIN = "domain published last"  # KeyManagementServiceRegisteredDomainName
    LISTENING_PORT = "listening port"  # KeyManagementServiceListeningPort, as a host would use it
    ACTIVATION_INTERVAL = "activation interval"  # minutes
    RENEWAL_INTERVAL = "renewal interval"  # minutes
    SHOWN_ERROR = "error shown"  # an HRESULT that a tool printed, of no product it named
    CLIENT_ID = "client machine id"
    TIME_OFFSET = "time offset"  # seconds against the domain controller
    OBSERVED = "observed"  # when the evidence was gathered, UTC, as 2026-01-31T12:00:00Z


class Claim(Value):
    """A single setting or property, as one source states it. Topics that can hold only one value can contradict."""

    source: Source
    topic: Topic
    value: str | int | bool
    product: Product | None = None
    sku: str | None = None


class Unread(Value):
    """What could not be read, and why; everything beside it was."""

    source: Source
    reason: str


class Facts(Value):
    """All that was read, in the order it was read."""

    kinds: tuple[tuple[str, str], ...] = ()  # (path, the kind of output that was recognised there)
    licences: tuple[Licence, ...] = ()
    manual: tuple[ManualHost, ...] = ()
    remembered: tuple[RememberedHost, ...] = ()
    suffixes: tuple[Suffix, ...] = ()
    events: tuple[Event, ...] = ()
    answers: tuple[SeenAnswer, ...] = ()
    connects: tuple[SeenConnect, ...] = ()
    hosts: tuple[HostState, ...] = ()
    claims: tuple[Claim, ...] = ()
    unread: tuple[Unread, ...] = ()

    def __add__(self, other: Facts) -> Facts:
        fields: tuple[str, ...] = self.__match_args__
        return Facts(**{field: getattr(self, field) + getattr(other, field) for field in fields})

    def __bool__(self) -> bool:
        """Whether anything was recognised."""
        return bool(self.kinds)
