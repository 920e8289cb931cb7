"""From facts to clients: which setting is in force for which product, and where two pieces of evidence disagree.

The order in which a client takes its settings is in docs/kms.md 1.1; which branch of the registry Office reads, in 1.6.
"""

from __future__ import annotations

from kmsdns.errors import InvalidName
from kmsdns.kms import PORT
from kmsdns.kms.config import ClientConfig
from kmsdns.kms.evidence.facts import Level, ManualHost, Product, SuffixOrigin, Topic, Tree
from kmsdns.model import names
from kmsdns.model.snapshot import CachedHost
from kmsdns.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kmsdns.kms.evidence.facts import Claim, Facts, Licence, RememberedHost, Suffix

CLIENT_CHANNEL = "VOLUME_KMSCLIENT"
"""The channel of a product that a KMS host activates; display texts are localised, this is not (docs/kms.md 5.5)."""

SINGLE = (
    Topic.MACHINE,
    Topic.MACHINE_DOMAIN,
    Topic.WINDOWS_VERSION,
    Topic.DOMAIN_JOINED,
    Topic.CACHING,
    Topic.ACTIVATION_TYPE,
    Topic.LOOKUP_DOMAIN,
    Topic.APPEND_TO_MULTI_LABEL,
    Topic.CLIENT_ID,
)
"""Topics that can have but one value for one machine and product."""

_WINDOWS_7 = (6, 1)


class Disagreement(Value):
    """Two claims about the same thing that can't both be true."""

    first: Claim
    second: Claim


def contradictions(facts: Facts) -> tuple[Disagreement, ...]:
    """Each pair of claims that disagree, the first claim against each later one of another value."""
    first: dict[object, Claim] = {}
    found: dict[object, Disagreement] = {}
    for claim in facts.claims:
        if claim.topic not in SINGLE:
            continue
        key = (claim.topic, claim.product, claim.sku)
        known = first.setdefault(key, claim)
        if _folded(known) != _folded(claim):
            found.setdefault((key, _folded(claim)), Disagreement(first=known, second=claim))
    return tuple(found.values())


def _folded(claim: Claim) -> object:
    return claim.value.lower() if isinstance(claim.value, str) else claim.value


def claimed(facts: Facts, topic: Topic, product: Product | None = None) -> str | int | bool | None:
    """What the facts say about a topic; a claim for this product counts before one for all. None when none is made."""
    about = [claim for claim in facts.claims if claim.topic is topic and claim.product in (product, None)]
    return min(about, key=lambda claim: claim.product is None).value if about else None


def uses_office_tree(facts: Facts, licence: Licence | None) -> bool:
    """Whether Office reads its own branch: Office 2010, or any Office on Windows 7 (docs/kms.md 1.6)."""
    if licence is not None and "office 14" in licence.name.lower():
        return True
    version = claimed(facts, Topic.WINDOWS_VERSION)
    if not isinstance(version, str):
        return False
    numbers = tuple([int(part) for part in version.split(".")[:2] if part.isdigit()])
    return bool(numbers) and numbers <= _WINDOWS_7


def kms_licences(facts: Facts) -> tuple[Licence, ...]:
    """The products that look for a KMS host: of the client channel, with a key installed."""
    return tuple([each for each in facts.licences if each.channel == CLIENT_CHANNEL and each.has_key])


def clients(facts: Facts, base: ClientConfig) -> tuple[ClientConfig, ...]:
    """One client for each way that a product of this machine goes, those that fail first; base holds what was given.

    Without a licence among the facts there is one client, of the product that the settings speak of.
    """
    licences = sorted(kms_licences(facts), key=lambda licence: licence.is_activated)
    found: dict[ClientConfig, None] = {}
    for licence in licences or (None,):
        found[_client(facts, base, licence)] = None
    return tuple(found)


def _client(facts: Facts, base: ClientConfig, licence: Licence | None) -> ClientConfig:
    product = (licence.product if licence else None) or _product(facts, base)
    changes: dict[str, object] = {"product": product}

    def put(field: str, value: object) -> None:
        if value is not None and getattr(base, field) == getattr(ClientConfig(), field):
            changes[field] = value

    put("activation_type", (licence and licence.activation_type) or claimed(facts, Topic.ACTIVATION_TYPE, product))
    put("manual", in_force(facts, licence, product))
    put("lookup_domain", _name((licence and licence.lookup_domain) or claimed(facts, Topic.LOOKUP_DOMAIN, product)))
    put("suffixes", _suffixes(facts))
    said = licence.caching if licence is not None else None
    put("caching", said if said is not None else claimed(facts, Topic.CACHING, product))
    put("cached", _cached(facts, licence, product))
    put("domain_joined", claimed(facts, Topic.DOMAIN_JOINED))
    put("domain", _name(claimed(facts, Topic.MACHINE_DOMAIN)))
    put("dns_servers", _dns_servers(facts))
    put("append_to_multi_label", claimed(facts, Topic.APPEND_TO_MULTI_LABEL))
    version = claimed(facts, Topic.WINDOWS_VERSION)
    if isinstance(version, str) and version.startswith("6.0"):
        changes["honours_weights"] = False
    return base.replace(**changes)


def _product(facts: Facts, base: ClientConfig) -> Product:
    if base != base.replace(product=Product.WINDOWS):
        return base.product
    said = [each.product for each in facts.manual] + [each.product for each in facts.remembered]
    return next((product for product in said if product is not None), base.product)


def in_force(facts: Facts, licence: Licence | None, product: Product) -> ManualHost | None:
    """The manual host in force: the SKU's before the application's before the machine's (docs/kms.md 1.1)."""
    tree = Tree.OSPP if product is Product.OFFICE and uses_office_tree(facts, licence) else Tree.SPP
    sku = licence.sku if licence else None

    def counts(manual: ManualHost) -> bool:
        if manual.tree is not tree or not manual.name:
            return False  # an empty name sets none: the port alone is only the port
        if manual.level is Level.SKU and sku is not None and manual.sku is not None:
            return manual.sku == sku
        return manual.product in (product, None)

    ranked = [manual for level in Level for manual in facts.manual if manual.level is level and counts(manual)]
    if ranked:
        return ranked[0]
    if licence is not None and licence.manual:
        return from_printed(licence.manual, licence)
    return None


def from_printed(text: str, licence: Licence) -> ManualHost:
    """The manual host that a tool prints as host:port or [address]:port."""
    name, port = split_printed(text)
    return ManualHost(
        source=licence.manual_source or licence.source,
        name=name,
        port=port,
        level=Level.SKU,
        is_level_known=licence.product is Product.OFFICE,  # ospp.vbs sets it for each product (docs/kms.md 1.6)
        product=licence.product,
        sku=licence.sku,
    )


def split_printed(text: str) -> tuple[str, str | None]:
    """The host and the port of what ospp and slmgr print; the last colon outside of brackets parts them."""
    host, colon, port = text.strip().rpartition(":")
    if colon and port.isdigit() and (":" not in host or host.startswith("[")):
        return host, port
    return text.strip(), None


def _cached(facts: Facts, licence: Licence | None, product: Product) -> CachedHost | None:
    sku = licence.sku if licence else None

    def counts(host: RememberedHost) -> bool:
        return host.sku == sku if host.sku and sku else host.product in (product, None)

    for host in facts.remembered:
        if counts(host):
            return remembered(host.name, host.port, host.addresses)
    if licence is not None and licence.cached:
        name, port = split_printed(licence.cached)
        addresses = (licence.cached_address,) if licence.cached_address else ()
        return remembered(name, int(port) if port and 0 < int(port) < 65536 else PORT, addresses)
    return None


def remembered(name: str, port: int, addresses: tuple[str, ...] = ()) -> CachedHost | None:
    """A cached host as values; None when its name is none."""
    target = _name(name)
    return None if target is None else CachedHost(target=target, port=port or PORT, addresses=addresses, when="")


def _suffixes(facts: Facts) -> tuple[Suffix, ...] | None:
    """In the order searched; () when the facts say that there is none, None when they don't say."""
    order = list(SuffixOrigin)
    ranked = sorted(facts.suffixes, key=lambda suffix: order.index(suffix.origin))
    unique: dict[str, Suffix] = {}
    for suffix in ranked:
        unique.setdefault(suffix.name, suffix)
    if unique:
        return tuple(unique.values())
    return () if claimed(facts, Topic.NO_SUFFIX) else None


def _dns_servers(facts: Facts) -> tuple[str, ...] | None:
    listed = _unique(str(claim.value) for claim in facts.claims if claim.topic is Topic.DNS_SERVER)
    return listed or (() if claimed(facts, Topic.NO_DNS_SERVER) else None)


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def _name(text: object) -> str | None:
    """A domain name in canonical form, None for what is none."""
    if not isinstance(text, str) or not text.strip():
        return None
    try:
        return names.fold(names.from_text(text.strip()))
    except InvalidName:
        return None
