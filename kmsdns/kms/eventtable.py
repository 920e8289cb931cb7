"""EVENTS: the entries that KMS clients and hosts leave in the Windows event log, and what each says."""

from __future__ import annotations

from kmsdns.model.value import Value

CLIENT, HOST = "client", "host"


class LogEvent(Value):
    """One kind of event."""

    number: int
    text: str  # what it says, in short
    side: str  # CLIENT or HOST: who writes it
    log: str  # the name of the event log
    meaning: str
    fields: tuple[str, ...] = ()  # of its text, in order, separated by commas
    command: str = ""  # the kmsdns command that answers it; empty where none does


SOURCE = "Microsoft, Volume Activation: the Windows event log"
"""Of all of them."""

_APPLICATION = "Application"

EVENTS = (
    LogEvent(
        number=12288,
        text="The client sent a request to a KMS host",
        side=CLIENT,
        log=_APPLICATION,
        meaning="The best evidence of which host and port the client chose, and why it failed there: one event for "
        "each host. Without an event 12289 after it, the host was not reached or did not answer. The last field may be "
        "empty; 5 in it means Office or a server.",
        fields=(
            "HRESULT",
            "flags",
            "host:port",
            "client machine ID (CMID)",
            "time of the request",
            "virtual machine flag",
            "licence state (0 to 6)",
            "minutes until it expires",
            "activation ID",
            "count wanted",
        ),
        command="kmsdns discover DOMAIN --probe tcp",
    ),
    LogEvent(
        number=12289,
        text="The client processed the host's response",
        side=CLIENT,
        log=_APPLICATION,
        meaning="The host was reached and answered. A failure is in the HRESULT: 0xC004F038 means that its count is "
        "too low.",
        fields=(
            "HRESULT",
            "flags",
            "activated (1 or 0)",
            "not used",
            "count of the host",
            "activation interval in minutes",
            "renewal interval in minutes",
            "time",
        ),
    ),
    LogEvent(
        number=12290,
        text="The host processed a request",
        side=HOST,
        log="Key Management Service",
        meaning="One for each request of a client. Many clients with one and the same CMID are clones of one image, "
        "and count as one.",
        fields=(
            "HRESULT",
            "count wanted",
            "name of the client",
            "client machine ID (CMID)",
            "time of the request",
            "virtual machine flag",
            "licence state (0 to 6)",
            "minutes until it expires",
            "activation ID",
        ),
    ),
    LogEvent(
        number=12292,
        text="The host could not start its renewal timer",
        side=HOST,
        log=_APPLICATION,
        meaning="The host's own service failed while it started. Restart it, and look at the events before this one.",
    ),
    LogEvent(
        number=12293,
        text="The host failed to publish itself in the DNS",
        side=HOST,
        log=_APPLICATION,
        meaning="The SRV record was not written: 0x80072338 says that the host may not change it, 0x8007232D most "
        "likely too (not verified). Where the DNS takes no dynamic updates, make the record by hand and switch "
        "publishing off (slmgr /cdns).",
        fields=("HRESULT", "DNS domain"),
        command="kmsdns discover DOMAIN",
    ),
    LogEvent(
        number=12294,
        text="The host published itself in the DNS",
        side=HOST,
        log=_APPLICATION,
        meaning="The SRV record was written. Hosts do so when they start and every 24 hours.",
        fields=("DNS domain",),
        command="kmsdns discover DOMAIN",
    ),
    LogEvent(
        number=8198,
        text="Licence activation failed",
        side=CLIENT,
        log=_APPLICATION,
        meaning="The code is in the event's text; kmsdns explain has it. 0xC0020017 and 0x8007139F in it mean that no "
        "KMS host was reached.",
        command="kmsdns discover DOMAIN --probe tcp",
    ),
)
