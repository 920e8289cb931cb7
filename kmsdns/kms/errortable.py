"""ERRORS: every activation error that is known here, with what it points at, its cause and what to check first.

Facts are Microsoft's, sentences are not. What no document says is marked so (Sure) and says so in its caveat.
Long: it is one table.
"""

from __future__ import annotations

from enum import StrEnum

from kmsdns.model.value import Value


class PointsAt(StrEnum):
    """Where the fault behind a code is to be looked for."""

    SRV_LOOKUP = "srv-lookup"
    RESOLVER = "resolver"
    CLIENT_CONFIG = "client-config"
    SUFFIX = "suffix"
    ANY_STAGE = "any-stage"  # the code is the last of several failures, and hides the others
    REACHABILITY = "reachability"
    COUNT = "count"
    HOST = "host"
    WRONG_HOST = "wrong-host"
    TIME = "time"
    LICENSING = "licensing"
    RIGHTS = "rights"
    SERVICE = "service"
    INTERNET = "internet"
    INFORMATION = "information"


class Sure(StrEnum):
    """How sure a fact is."""

    DOCUMENTED = "documented"
    INFERRED = "inferred"  # read out of Microsoft's own scripts
    REPORTED = "reported"  # by administrators, not by Microsoft
    CONTRADICTORY = "contradictory"  # Microsoft's documents disagree
    UNVERIFIED = "unverified"  # general knowledge, in no document that was read


class ActivationError(Value):
    """One HRESULT that a client, a host or their tools show."""

    number: int  # unsigned, 32 bits
    text: str  # what it says, in short
    points_at: PointsAt
    cause: str
    check: str  # what to check first
    source: str
    command: str = ""  # the kmsdns command that answers it; empty where none does
    sure: Sure = Sure.DOCUMENTED
    caveat: str = ""  # what about it is not sure

    @property
    def code(self) -> str:
        """0xC004F074."""
        return f"0x{self.number:08X}"


_CODES = "Microsoft, Resolve Windows activation error codes"
_WIN32 = "Microsoft, System error codes"
_MEANING_ONLY = "Only the meaning is documented; Microsoft's activation tables don't list the code."
_LOOK = "kmsdns discover DOMAIN"
_TRACE = "kmsdns discover DOMAIN -v"
_PROBE = "kmsdns discover DOMAIN --probe tcp"

ERRORS = (
    ActivationError(
        number=0x8007232B,
        text="DNS name does not exist",
        points_at=PointsAt.SRV_LOOKUP,
        cause="The DNS said NXDOMAIN: no name the client asked for has the record _vlmcs._tcp. The host did not "
        "publish it where the client looks, a manual host name is misspelt, or the resolver has no path to the zone.",
        check="Whether _vlmcs._tcp exists under the client's DNS suffix, and whether the host publishes there.",
        command=_LOOK,
        source=f"{_CODES}; error 0x8007232B",
    ),
    ActivationError(
        number=0x8007251D,
        text="No records found for the DNS query",
        points_at=PointsAt.SRV_LOOKUP,
        cause="The name exists, an SRV record at it does not: a record of another type was made there, or only names "
        "below it exist.",
        check="What stands at _vlmcs._tcp under the client's DNS suffix: it must be an SRV record.",
        command=_LOOK,
        source=f"{_CODES}; {_WIN32}",
    ),
    ActivationError(
        number=0x8007232A,
        text="DNS server failure",
        points_at=PointsAt.RESOLVER,
        cause="The resolver answered SERVFAIL, or did not answer at all: it is down, port 53 is blocked, its forwarder "
        "fails, or the delegation or DNSSEC of the zone is broken.",
        check="Whether each DNS server of the client answers, over UDP and TCP, and whether another one does.",
        command=_TRACE,
        source=f"{_CODES}; error 0x8007232A",
        sure=Sure.CONTRADICTORY,
        caveat="Microsoft's table gives this code to KMS hosts, its article to any client.",
    ),
    ActivationError(
        number=0x8007232D,
        text="DNS operation refused",
        points_at=PointsAt.RESOLVER,
        cause="The DNS server refused: a client's question, or a host's attempt to publish its record.",
        check="On a client, whether the resolver serves this network; on a host with event 12293, who may change the "
        "record _vlmcs._tcp.",
        command=_TRACE,
        source=_WIN32,
        sure=Sure.UNVERIFIED,
        caveat=_MEANING_ONLY,
    ),
    ActivationError(
        number=0x80072329,
        text="DNS server unable to interpret format",
        points_at=PointsAt.RESOLVER,
        cause="The DNS server answered FORMERR: it could not read the question, or something on the way altered it.",
        check="Whether another server answers the same question, and what stands in front of this one.",
        command=_TRACE,
        source=_WIN32,
        sure=Sure.UNVERIFIED,
        caveat=_MEANING_ONLY,
    ),
    ActivationError(
        number=0x8007232C,
        text="DNS request not supported by name server",
        points_at=PointsAt.RESOLVER,
        cause="The DNS server answered NOTIMP: it does not answer questions of this kind.",
        check="Whether the client's DNS server is one, and not a device that forwards addresses only.",
        command=_TRACE,
        source=_WIN32,
        sure=Sure.UNVERIFIED,
        caveat=_MEANING_ONLY,
    ),
    ActivationError(
        number=0x8007232E,
        text="DNS name exists that ought not to exist",
        points_at=PointsAt.RESOLVER,
        cause="The DNS server answered YXDOMAIN, which a question gets where a DNAME record makes its name longer than "
        "255 octets.",
        check="Which DNAME record stands above the name, and how long its target is.",
        command=_TRACE,
        source=_WIN32,
        sure=Sure.UNVERIFIED,
        caveat=_MEANING_ONLY,
    ),
    ActivationError(
        number=0x80072331,
        text="DNS server not authoritative for zone",
        points_at=PointsAt.RESOLVER,
        cause="The DNS server answered NOTAUTH: it does not hold the zone, or did not believe a signed message.",
        check="Whether the client's DNS servers are resolvers, or else hold the zone.",
        command=_TRACE,
        source=_WIN32,
        sure=Sure.UNVERIFIED,
        caveat=_MEANING_ONLY,
    ),
    ActivationError(
        number=0x8007267C,
        text="No DNS servers are configured",
        points_at=PointsAt.CLIENT_CONFIG,
        cause="The network adapter has no DNS server, so nothing was asked.",
        check="ipconfig /all: the line DNS Servers of the adapter in use.",
        source="Microsoft, Windows activation fails with error 0x8007267C (KB 2009462)",
    ),
    ActivationError(
        number=0x8007007B,
        text="Shown as: DNS name does not exist",
        points_at=PointsAt.SUFFIX,
        cause="The record was not found, and mostly because no name to ask for could be made: the client has no "
        "primary DNS suffix. Its own meaning in Windows is: a name's syntax is not correct. A key of the wrong channel "
        "(RETAIL, MAK) ends here too.",
        check="ipconfig /all: Primary Dns Suffix and DNS Suffix Search List; then slmgr /dlv: the key's channel.",
        command=_LOOK,
        source=f"{_CODES}; administrators' reports",
        sure=Sure.REPORTED,
        caveat="Microsoft's table names a missing SRV record only; that it follows from an empty suffix is what "
        "administrators observe.",
    ),
    ActivationError(
        number=0x80092328,
        text="DNS name does not exist",
        points_at=PointsAt.SRV_LOOKUP,
        cause="As 0x8007232B: the client found no KMS host through the DNS.",
        check="Whether _vlmcs._tcp exists under the client's DNS suffix.",
        command=_LOOK,
        source=_CODES,
        caveat="Why Windows shows this number instead of 0x8007232B is not known here.",
    ),
    ActivationError(
        number=0x80072338,
        text="DNS signature failed to verify",
        points_at=PointsAt.HOST,
        cause="A KMS host could not publish itself (event 12293): the record _vlmcs._tcp exists and belongs to another "
        "host, and all SRV records of the name share one access list.",
        check="The Security tab of the _VLMCS record: put all KMS hosts into a group, give it full control, restart "
        "the host's service. Event 12294 says that it worked.",
        command=_LOOK,
        source="Microsoft, Event 12293 on a KMS host (KB 2553863)",
    ),
    ActivationError(
        number=0x800706BA,
        text="The RPC server is unavailable",
        points_at=PointsAt.REACHABILITY,
        cause="The host that the SRV record names does not answer: its firewall blocks the port, or the record is "
        "stale and the host gone.",
        check="Whether TCP port 1688 of each published host answers; on the host, the firewall rule SPPSVC-In-TCP, "
        "which is off by default.",
        command=_PROBE,
        source=_CODES,
    ),
    ActivationError(
        number=0xC004F074,
        text="No Key Management Service (KMS) could be contacted",
        points_at=PointsAt.ANY_STAGE,
        cause="Every host that the client tried failed. The code is that of the last stage; the reason of each host is "
        "in an event 12288. It also hides 0xC004F06C, a clock that is more than 4 hours off.",
        check="Event 12288 in the Application log, one for each host; then whether TCP port 1688 of these hosts "
        "answers, and whether the SRV and address records still name them.",
        command=_PROBE,
        source=f"{_CODES}; error 0xC004F074 (KB 974998)",
    ),
    ActivationError(
        number=0xC0020017,
        text="The RPC server is unavailable (in event 8198)",
        points_at=PointsAt.REACHABILITY,
        cause="No KMS host was reached, as with 0xC004F074: a firewall, a forced tunnel or VPN, the DNS, a wrong "
        "target or a stuck service.",
        check="Whether the host's TCP port 1688 answers from this client, outside of any tunnel.",
        command=_PROBE,
        source="Microsoft, event 8198 with 0xC0020017 or 0x8007139F",
    ),
    ActivationError(
        number=0x8007139F,
        text="Not in the correct state for the operation (in event 8198)",
        points_at=PointsAt.REACHABILITY,
        cause="No KMS host was reached, as with 0xC004F074: a firewall, a forced tunnel or VPN, the DNS, a wrong "
        "target or a stuck service.",
        check="Whether the host's TCP port 1688 answers from this client; then restart the service sppsvc.",
        command=_PROBE,
        source="Microsoft, event 8198 with 0xC0020017 or 0x8007139F",
    ),
    ActivationError(
        number=0xC004F038,
        text="The count reported by the KMS is insufficient",
        points_at=PointsAt.COUNT,
        cause="The host has seen too few machines: it wants 5 for servers and Office, 25 for Windows clients. Each "
        "host counts for itself, so several hosts divide the clients; machines cloned without sysprep count as one.",
        check="slmgr /dli on the host: the current count; then how many hosts the DNS publishes.",
        command=_LOOK,
        source=f"{_CODES}; error 0xC004F038; KB 929829",
    ),
    ActivationError(
        number=0xC004F039,
        text="The Key Management Service (KMS) is not enabled",
        points_at=PointsAt.REACHABILITY,
        cause="The host gave no answer to the client's request.",
        check="The network path, and whether TCP port 1688 is filtered on it.",
        command=_PROBE,
        source=_CODES,
    ),
    ActivationError(
        number=0xC004F041,
        text="The KMS host is not activated",
        points_at=PointsAt.HOST,
        cause="The host was reached, but its own KMS host key is not activated with Microsoft.",
        check="slmgr /dlv on the host: its licence status.",
        source=_CODES,
    ),
    ActivationError(
        number=0xC004F042,
        text="The specified KMS cannot be used",
        points_at=PointsAt.WRONG_HOST,
        cause="The host was reached, but has no key for this product: it serves only Office or only Windows, its key "
        "is older than the client, or the client was moved here from elsewhere. An SRV record can't tell products "
        "apart.",
        check="Which hosts are published, and which keys each holds (slmgr /dlv all on the host).",
        command=_LOOK,
        source=f"{_CODES}; error 0xC004F042",
    ),
    ActivationError(
        number=0xC004F06C,
        text="The request timestamp is invalid",
        points_at=PointsAt.TIME,
        cause="The clocks of client and host are more than 4 hours apart, counted in UTC.",
        check="w32tm /query /status on both, also the time zone; then w32tm /resync.",
        source=f"{_CODES}; error 0xC004F06C",
    ),
    ActivationError(
        number=0xC004F06B,
        text="The KMS is not supported in this virtual machine mode",
        points_at=PointsAt.HOST,
        cause="The host runs in a virtual machine that its product does not allow.",
        check="Where the KMS host runs.",
        source="slmgr.vbs, its list of texts",
        sure=Sure.INFERRED,
        caveat="Only the text is known; cause and check follow from it.",
    ),
    ActivationError(
        number=0xC004F035,
        text="Not to be activated with this volume licence key",
        points_at=PointsAt.LICENSING,
        cause="The volume edition is an upgrade, and the firmware has no marker of a qualifying Windows. Not the DNS.",
        check="Whether the machine came with a qualifying Windows; if not, install one and use a MAK.",
        source=_CODES,
    ),
    ActivationError(
        number=0xC004F014,
        text="The product key is not available",
        points_at=PointsAt.LICENSING,
        cause="No key is installed for this product. In ospp /dstatusall it stands at every product that isn't used, "
        "and means nothing there.",
        check="Whether this product is the one in use; if so, install its client key (GVLK).",
        source=_CODES,
    ),
    ActivationError(
        number=0xC004F009,
        text="The grace period expired",
        points_at=PointsAt.LICENSING,
        cause="The time to activate or to renew ran out: the product is in the notification state. It is a "
        "reason, not a failure of its own; why no activation worked before is told by the events 12288.",
        check="Why activation fails now: run slmgr /ato and explain its code.",
        source=_CODES,
    ),
    ActivationError(
        number=0xC004F200,
        text="Non-genuine",
        points_at=PointsAt.LICENSING,
        cause="A notification reason: the product was found to be not genuine. Not the DNS.",
        check="Where the installation and its key came from.",
        source="slmgr.vbs, its notification reasons",
        sure=Sure.INFERRED,
        caveat="Only the text is known; the check follows from it.",
    ),
    ActivationError(
        number=0xC004C003,
        text="The product key is blocked",
        points_at=PointsAt.LICENSING,
        cause="Microsoft's activation server blocks this MAK. It belongs to activation over the Internet, not to KMS.",
        check="Whether the machine was meant to have a KMS client key (GVLK) instead.",
        source=_CODES,
    ),
    ActivationError(
        number=0xC004C008,
        text="The product key could not be used",
        points_at=PointsAt.HOST,
        cause="The KMS host key was activated too often: it is good for 6 machines, 10 activations on each.",
        check="Where the key is installed; for more activations ask Microsoft's licensing centre.",
        source=_CODES,
    ),
    ActivationError(
        number=0x80070005,
        text="Access denied",
        points_at=PointsAt.RIGHTS,
        cause="The command ran without administrator's rights.",
        check="Run it in an elevated command prompt.",
        source=_CODES,
    ),
    ActivationError(
        number=0x80070422,
        text="The service is disabled",
        points_at=PointsAt.SERVICE,
        cause="The licensing service (sppsvc; osppsvc for Office on Windows 7) is disabled.",
        check="sc query sppsvc; set its start type back and start it.",
        source="Microsoft, KB 2870357",
    ),
    ActivationError(
        number=0x80070426,
        text="The service has not been started",
        points_at=PointsAt.SERVICE,
        cause="The licensing service (sppsvc; osppsvc for Office on Windows 7) does not run.",
        check="sc query sppsvc; start it.",
        source="Microsoft, KB 2870357",
    ),
    ActivationError(
        number=0x800705B4,
        text="The time limit was reached",
        points_at=PointsAt.REACHABILITY,
        cause="Something did not answer in time, most likely the host.",
        check="Whether the host's TCP port 1688 answers from this client.",
        command=_PROBE,
        source="Microsoft, Troubleshoot Azure Windows virtual machine activation problems",
        sure=Sure.UNVERIFIED,
        caveat="Microsoft's article lists the code; what it says about the cause was not read.",
    ),
    ActivationError(
        number=0x4004F040,
        text="Activated; the owner should verify the product use rights",
        points_at=PointsAt.INFORMATION,
        cause="No failure: Office prints it for products that are licensed.",
        check="Nothing.",
        source="OSPP.VBS, and its output",
        sure=Sure.INFERRED,
        caveat="Microsoft's tables don't list the code; OSPP.VBS itself prints it as information.",
    ),
    ActivationError(
        number=0x80072EE7,
        text="The server name could not be resolved",
        points_at=PointsAt.INTERNET,
        cause="Activation over the Internet (MAK, retail, or a KMS host activating itself) did not find Microsoft's "
        "server. It is not the discovery of a KMS host by a client.",
        check="Whether this machine resolves Internet names, and its proxy; whether it should be a KMS client at all.",
        source=_WIN32,
        sure=Sure.UNVERIFIED,
        caveat="Microsoft's KMS tables don't list the code; the meaning is that of the same WinINet error.",
    ),
    ActivationError(
        number=0x80072EE2,
        text="The operation timed out",
        points_at=PointsAt.INTERNET,
        cause="Activation over the Internet (MAK, retail, or a KMS host activating itself) got no answer from "
        "Microsoft's server. It is not the discovery of a KMS host by a client.",
        check="This machine's way to the Internet, and its proxy; whether it should be a KMS client at all.",
        source=_WIN32,
        sure=Sure.UNVERIFIED,
        caveat="Microsoft's KMS tables don't list the code; the meaning is that of the same WinINet error.",
    ),
)
"""In the order of the stages at which a client fails."""
