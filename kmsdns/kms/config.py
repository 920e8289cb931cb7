"""A KMS client: what it is set up with, and which way that makes it go (docs/kms.md 1). The way itself is
services.client_lookup's.

What Microsoft's documents leave open is modelled as administrators see it, and said to be so: a manual host is
terminal, and the order of the suffixes is primary suffix, directory domain, connection suffixes, search list.
"""

from __future__ import annotations

from kmsdns.errors import InvalidName
from kmsdns.kms import PORT
from kmsdns.kms.evidence.facts import Level, Product
from kmsdns.model import names
from kmsdns.model.names import address_of
from kmsdns.model.value import Value
from kmsdns.services.client_lookup import ResolutionPath

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.kms.evidence.facts import ManualHost, Suffix
    from kmsdns.model.snapshot import CachedHost
    from kmsdns.services.table import Service

ACTIVATION_TYPES = ("all", "ad", "kms", "token")
"""What slmgr /act-type and ospp /actype pin; only "all" and "kms" ever ask for a KMS host (docs/kms.md 1.0)."""


class ClientConfig(Value):
    """What decides how a client finds its host. None is unknown, which a report says and nobody guesses."""

    product: Product = Product.WINDOWS
    activation_type: str = "all"  # one of ACTIVATION_TYPES
    manual: ManualHost | None = None  # the one in force
    refused: str | None = None  # typed after /skms, and refused by the script: what was set before stays in force
    lookup_domain: str | None = None  # asked instead of the suffixes (docs/kms.md 1.1)
    suffixes: tuple[Suffix, ...] | None = None  # in the order searched; () is none at all
    caching: bool | None = None  # on unless it was switched off (docs/kms.md 1.5)
    cached: CachedHost | None = None
    domain_joined: bool | None = None
    domain: str | None = None  # the directory's, in canonical form
    honours_weights: bool = True  # False for Windows Vista and Server 2008 (docs/kms.md 1.4)
    dns_servers: tuple[str, ...] | None = None  # () is none configured
    append_to_multi_label: bool | None = None

    @property
    def asks_for_kms(self) -> bool:
        """Pinned to the directory or to a token, a client looks for no KMS host."""
        return self.activation_type in ("all", "kms")

    @property
    def searched(self) -> tuple[str, ...]:
        """The domains that _vlmcs._tcp is asked in, in order."""
        if self.lookup_domain is not None:
            return (self.lookup_domain,)
        return tuple(dict.fromkeys(suffix.name for suffix in self.suffixes or ()))


class ManualEndpoint(Value):
    """What a manual host comes to: where it points, or why it points nowhere."""

    target: str  # in canonical form, or as it stands when it is malformed
    port: int
    fault: str | None = None  # a sentence about what is wrong with name or port
    is_usable: bool = True  # the name can be looked up, or is an address


def manual_endpoint(manual: ManualHost) -> ManualEndpoint:
    """Reads the stored name and port as the client will. Never raises: what is malformed stays, and is said to be."""
    target, name_fault = _manual_target(manual.name.strip())
    port, port_fault = _manual_port((manual.port or "").strip())
    return ManualEndpoint(target=target, port=port, fault=name_fault or port_fault, is_usable=name_fault is None)


def _manual_target(stored: str) -> tuple[str, str | None]:
    if not stored:
        return stored, "the name is empty"
    if stored.startswith("[") or ":" not in stored:
        if address_of(stored) is not None:
            return stored, None
        try:
            return names.fold(names.from_text(stored)), None
        except InvalidName as error:
            return stored, str(error)
    if stored.count(":") == 1:
        host, _, behind = stored.partition(":")
        return (
            stored,
            f"{'the port' if behind.isdigit() else 'more'} stands inside the name: the host alone is {host!r}",
        )
    return stored, f"an IPv6 address is written in brackets, [{stored}]"


def _manual_port(stored: str) -> tuple[int, str | None]:
    if stored in ("", "0"):
        return PORT, None
    if stored.isascii() and stored.isdigit() and int(stored) < 65536:
        return int(stored), None
    return PORT, f"{stored!r} is no port"


def resolution_path(config: ClientConfig, service: Service) -> ResolutionPath | None:
    """The way this client goes; None when it goes none: its manual host is none, or there is nothing to search."""
    owners = tuple([names.service_name(domain, service.service, service.proto) for domain in config.searched])
    at_root = names.service_name(names.ROOT, service.service, service.proto)
    if config.manual is not None:
        endpoint = manual_endpoint(config.manual)
        if not endpoint.is_usable:
            return None
        return ResolutionPath(names=owners or (at_root,), manual=(endpoint.target, endpoint.port))
    cached = config.cached if config.caching is not False else None
    if cached is not None:
        return ResolutionPath(names=owners or (at_root,), cached=((owners or (at_root,))[0], cached))
    return ResolutionPath(names=owners) if owners else None


def level_text(manual: ManualHost) -> str:
    """What a manual host is set for, in words."""
    if not manual.is_level_known:
        return "for this product or the machine"
    if manual.level is Level.SKU:
        return "for this product"
    if manual.level is Level.APP:
        return f"for all of {'Office' if manual.product is Product.OFFICE else 'Windows'}"
    return "for the whole machine"
