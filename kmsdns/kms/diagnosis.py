"""Diagnoses: what was found out about one client, and which code it would end with."""

from __future__ import annotations

from kmsdns.kms.config import ClientConfig, manual_endpoint
from kmsdns.kms.evidence.facts import Topic
from kmsdns.model.messages import Outcome, first_failed
from kmsdns.model.report import Fate
from kmsdns.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime

    from kmsdns.kms.evidence.facts import Facts
    from kmsdns.model.messages import Response
    from kmsdns.model.report import Discovered
    from kmsdns.model.snapshot import Snapshot

BEHIND_NO_HOST = "0xC004F06C"
"""A clock that is off: the client shows 0xC004F074, and only event 12288 has this code (docs/kms.md 4)."""

HOST_ANSWERED = frozenset(("0xC004F038", "0xC004F041", "0xC004F042", BEHIND_NO_HOST))
"""Codes of a host that was reached and did not activate: the DNS did its part."""


class Elsewhere(Value):
    """A place where the record is sometimes made by mistake, and what the DNS says of it."""

    place: str  # a key of jobs.diagnose.PLACES
    response: Response


class Observed(Value):
    """One client: what it is set up with, what its tools told, and what became of it."""

    config: ClientConfig
    facts: Facts
    found: Discovered | None = None  # None when it asks nobody
    published: Discovered | None = None  # what the DNS offers to a client that went past it
    elsewhere: tuple[Elsewhere, ...] = ()
    directory: tuple[Response, ...] = ()  # what the DNS says of the domain's controllers
    locators: tuple[Snapshot, ...] = ()  # the same name by name, where the diagnosis is of the directory, too
    named: str | None = None  # the domain that the diagnosis is about, whether or not the client searches it
    known_hosts: tuple[str, ...] = ()  # the hosts there should be, in canonical form
    machines: int | None = None  # that are to be activated
    is_offline: bool = False  # nothing was asked
    is_kms: bool = True  # the service looked for is KMS; of others nothing is said in its words
    now: datetime | None = None  # when the evidence was gathered, or else the time of the diagnosis; UTC

    @property
    def besides(self) -> tuple[Response, ...]:
        """What was asked beside the client's own way."""
        published = () if self.published is None else self.published.snapshot.responses
        elsewhere = [each.response for each in self.elsewhere]
        located = [response for each in self.locators for response in each.responses]
        return (*published, *elsewhere, *self.directory, *located)

    @property
    def is_described(self) -> bool:
        """Something is known of this client beside the domain that it is to search."""
        config = self.config
        return (
            bool(self.facts or self.facts.unread)
            or config.suffixes == ()
            or config.replace(suffixes=None) != ClientConfig()
        )


def fate(observed: Observed) -> Fate:
    """What becomes of the client. One that looks for no host, or is known to be activated, is content."""
    found = observed.found
    if not observed.config.asks_for_kms:
        return Fate.THROUGH
    code = would_show(observed)
    if found is not None and found.fate is Fate.UNKNOWN and not observed.is_offline:
        return Fate.UNKNOWN  # a code that it would show belongs to servers that were silent to us
    if code is not None or (found is not None and found.fate is not Fate.UNKNOWN):
        return Fate.FAILS if code is not None or found is None else found.fate
    return Fate.THROUGH if is_activated(observed) else Fate.UNKNOWN


def is_activated(observed: Observed) -> bool:
    """All products with a key are activated, by what the client's own tools print."""
    keyed = [licence for licence in observed.facts.licences if licence.has_key]
    return bool(keyed) and all(licence.is_activated for licence in keyed)


def would_show(observed: Observed) -> str | None:
    """The code that the client ends with; None when it finds a host, looks for none, or nobody can tell.

    Only KMS clients show codes; clients of other services end in their own ways.
    """
    if not observed.is_kms or not observed.config.asks_for_kms:
        return None
    own = _own_code(observed)
    if own is not None:
        return own
    found = observed.found
    if observed.is_offline:
        return told_code(observed.facts) or shown_code(observed.facts, observed.config)
    return told_code(observed.facts) if found is None or found.used is not None else None


def _own_code(observed: Observed) -> str | None:
    """What follows from the client's settings and from what was asked."""
    from kmsdns.kms.codes import NO_HOST, NO_SERVERS, NO_SUFFIX, SHOWN, shown_for

    config, found = observed.config, observed.found
    if config.manual is not None and not manual_endpoint(config.manual).is_usable:
        return SHOWN[Outcome.NXDOMAIN]  # docs/kms.md 4: among the causes is an invalid name after /skms
    if found is None:
        if lacks_servers(config):
            return NO_SERVERS
        return NO_SUFFIX if not config.searched and config.suffixes == () else None
    if found.used is not None:
        return None
    if any(endpoint.addresses is None and endpoint.probe is None for endpoint in found.endpoints):
        return None  # what could not be asked may be the host that answers
    if found.source == "manual" and not found.endpoints[0].addresses:
        return shown_for(decisive(found.snapshot.addresses))
    if found.outcome != Outcome.ANSWER:
        says_none = any(response.srvs for response in found.snapshot.srv)  # "decidedly not available" has no code
        return None if says_none else shown_for(first_failed(found.snapshot.srv))
    probed = all(endpoint.probe for endpoint in found.endpoints)
    resolvable = any(endpoint.addresses for endpoint in found.endpoints)
    return NO_HOST if probed or not resolvable else None


def decisive(asked: tuple[Response, ...]) -> Response | None:
    """Of the look-ups of a host's addresses, of which there are none, the one that says most: that denies its name."""
    return max(asked, key=lambda response: response.outcome is Outcome.NXDOMAIN, default=None)


def told_code(facts: Facts) -> str | None:
    """The code that the client's own tools last showed, where it comes from a host that was reached."""
    for licence in facts.licences:
        if licence.has_key and licence.error in HOST_ANSWERED:
            return licence.error
    shown = [claim.value for claim in facts.claims if claim.topic is Topic.SHOWN_ERROR]
    if shown and shown[-1] in HOST_ANSWERED:
        return str(shown[-1])
    latest = next((event for event in reversed(facts.events) if event.hresult in HOST_ANSWERED), None)
    if latest is not None:
        from kmsdns.kms.codes import NO_HOST

        return NO_HOST if latest.hresult == BEHIND_NO_HOST else latest.hresult
    return None


def shown_code(facts: Facts, config: ClientConfig) -> str | None:
    """The code that the client's own tools showed for a product that is not activated, whatever it comes from."""
    for licence in facts.licences:
        if licence.has_key and licence.product in (config.product, None) and licence.error and not licence.is_activated:
            return licence.error
    claims = [claim.value for claim in facts.claims if claim.topic is Topic.SHOWN_ERROR]
    return str(claims[-1]) if claims else None


def lacks_servers(config: ClientConfig) -> bool:
    """No DNS server is configured, and the way leads through the DNS."""
    if config.dns_servers != ():
        return False
    from kmsdns.model.names import address_of

    if config.manual is not None:
        return address_of(config.manual.name) is None
    return True
