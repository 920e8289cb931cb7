"""What values of the registry mean: the one table of names, for .reg files and for the bundle (docs/kms.md 1.6, 1.2).

Only values named here are looked at: product keys are not among them.
"""

from __future__ import annotations

import re

from kmsdns.kms.evidence.facts import Level, ManualHost, Product, RememberedHost, Suffix, SuffixOrigin, Topic, Tree
from kmsdns.kms.evidence.notes import ACTIVATION_TYPES, APPLICATIONS, GUID, Notes, address, name
from kmsdns.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.kms.evidence.notes import Line

_ROOTS = {"hkey_local_machine": "hklm", "hkey_users": "hku", "hkey_current_user": "hkcu"}
_LICENSING = re.compile(
    r"(?:hklm|hku\\s-1-5-20)\\software\\(?P<narrow>wow6432node\\)?microsoft\\"
    r"(?:windows nt\\currentversion\\(?P<tree>softwareprotectionplatform|sl)"
    r"|(?P<office>officesoftwareprotectionplatform))"
    r"(?:\\(?P<app>[^\\]+)(?:\\(?P<sku>[^\\]+))?)?"
)
_POLICY = "hklm\\software\\policies\\microsoft\\windows nt\\dnsclient"
_SYSTEM_POLICY = "hklm\\software\\policies\\microsoft\\system\\dnsclient"
_TCPIP = re.compile(
    r"hklm\\system\\(?:currentcontrolset|controlset\d{3})\\services\\tcpip6?\\parameters(\\interfaces\\.+)?"
)
_TREES = {"softwareprotectionplatform": Tree.SPP, "sl": Tree.SL, "": Tree.OSPP}
_PORT = 1688


class Setting(Value):
    """One value of the registry."""

    line: Line
    key: str  # as printed, "HKEY_LOCAL_MACHINE\\..." or "HKLM\\..."
    name: str
    kind: str  # "REG_SZ", "REG_DWORD" ...
    value: str | int | tuple[str, ...]


class _Place(Value):
    """A key of the licensing service."""

    tree: Tree
    product: Product | None
    sku: str | None
    level: Level
    is_client_side: bool  # of the NetworkService account, where the service remembers things
    is_narrow: bool  # seen by programs of 32 bits


def understand(notes: Notes, settings: list[Setting]) -> None:
    """Writes down what the settings mean, key by key."""
    by_key: dict[str, dict[str, Setting]] = {}
    for setting in settings:
        by_key.setdefault(_canonical(setting.key), {})[setting.name.lower()] = setting
    for key, values in by_key.items():
        if (found := _LICENSING.fullmatch(key)) is not None:
            _licensing(notes, _place(key, found), values)
    _suffixes(notes, by_key)


def _canonical(key: str) -> str:
    root, _, rest = key.strip("\\").lower().partition("\\")
    return f"{_ROOTS.get(root, root)}\\{rest}"


def _place(key: str, found: re.Match[str]) -> _Place:
    app, sku = found.group("app"), found.group("sku")
    product = APPLICATIONS.get(app) if app else None
    return _Place(
        tree=_TREES[found.group("tree") or ""],
        product=Product.OFFICE if found.group("office") else product,  # whatever stands in that tree is Office's
        sku=sku if sku and GUID.fullmatch(sku) else None,
        level=Level.SKU if sku else Level.APP if app else Level.GLOBAL,
        is_client_side=key.startswith("hku"),
        is_narrow=found.group("narrow") is not None,
    )


def _licensing(notes: Notes, place: _Place, values: dict[str, Setting]) -> None:
    if place.is_narrow:
        # Documented there is the marker of a host alone (docs/kms.md 1.6).
        for field in ("keymanagementservicename", "keymanagementserviceport"):
            if field in values:
                notes.unread(values[field].line, "set below Wow6432Node, where the licensing service doesn't look")
        values = {field: setting for field, setting in values.items() if field == "keymanagementserviceversion"}
    if place.is_client_side:
        _remembered(notes, place, values)
    else:
        _manual(notes, place, values)
    for field, setting in values.items():
        if (topic := _TOPICS.get(field)) is not None:
            _claims(notes, place, topic, setting)


def _manual(notes: Notes, place: _Place, values: dict[str, Setting]) -> None:
    """KeyManagementServiceName and KeyManagementServicePort."""
    host, port = values.get("keymanagementservicename"), values.get("keymanagementserviceport")
    if host is None:
        if port is not None:
            notes.unread(port.line, "a port without the name of a host beside it")
        return
    if not isinstance(host.value, str):
        notes.unread(host.line, f"KeyManagementServiceName is a {host.kind}, and should be a REG_SZ")
        return
    notes.add(
        "manual",
        ManualHost(
            source=notes.source(host.line),
            name=host.value,
            port=None if port is None else _text(port.value),
            level=place.level,
            product=place.product,
            sku=place.sku,
            tree=place.tree,
            port_type="REG_SZ" if port is None else port.kind,
        ),
    )


def _remembered(notes: Notes, place: _Place, values: dict[str, Setting]) -> None:
    """The Discovered... values: what a client found at its last activation."""
    host = values.get("discoveredkeymanagementservicename") or values.get("discoveredkeymanagementservicemachinename")
    port = values.get("discoveredkeymanagementserviceport") or values.get("discoveredkeymanagementservicemachineport")
    at = values.get("discoveredkeymanagementserviceipaddress") or values.get(
        "discoveredkeymanagementservicemachineipaddress"
    )
    known = at is not None and address(_text(at.value))
    first = host or at
    if first is None or not (_text(first.value) if host else known):
        return
    number = _text(port.value) if port is not None else ""
    is_port = number.isdecimal() and len(number) < 6 and 0 < int(number) < 65536
    if port is not None and not is_port and number != "0":
        notes.unread(port.line, "no port number")
    notes.add(
        "remembered",
        RememberedHost(
            source=notes.source(first.line),
            name=_text(first.value),
            port=int(number) if is_port else _PORT,
            addresses=(known,) if known else (),
            product=place.product,
            sku=place.sku,
        ),
    )


_TOPICS = {
    "vlactivationtype": Topic.ACTIVATION_TYPE,
    "disablekeymanagementservicehostcaching": Topic.CACHING,
    "vlactivationinterval": Topic.ACTIVATION_INTERVAL,
    "vlrenewalinterval": Topic.RENEWAL_INTERVAL,
    "keymanagementservicelisteningport": Topic.LISTENING_PORT,
    "disablednspublishing": Topic.PUBLISHING,
    "dnsdomainpublishlist": Topic.PUBLISH_DOMAIN,
    "keymanagementserviceversion": Topic.KMS_HOST_MARKER,
    "keymanagementservicelookupdomain": Topic.LOOKUP_DOMAIN,
    "keymanagementserviceregistereddomainname": Topic.PUBLISHED_DOMAIN,
}
"""Values of the licensing service, in lower case, with what they are about."""


def _claims(notes: Notes, place: _Place, topic: Topic, setting: Setting) -> None:
    value = setting.value
    text = _text(value).strip()
    is_number = text.isdecimal() and len(text) < 11
    if topic in (Topic.PUBLISH_DOMAIN, Topic.KMS_HOST_MARKER, Topic.LOOKUP_DOMAIN, Topic.PUBLISHED_DOMAIN):
        for each in value if isinstance(value, tuple) else (text,):
            if each.strip():
                notes.claim(setting.line, topic, each.strip(), place.product, place.sku)
    elif not is_number:
        notes.unread(setting.line, f"{setting.name} is not a number")
    elif topic is Topic.ACTIVATION_TYPE:
        kind = ACTIVATION_TYPES.get(int(text), ACTIVATION_TYPES[0])
        notes.claim(setting.line, topic, kind, place.product, place.sku)
    elif topic in (Topic.CACHING, Topic.PUBLISHING):
        notes.claim(setting.line, topic, int(text) == 0, place.product, place.sku)
    else:
        notes.claim(setting.line, topic, int(text), place.product, place.sku)


def _suffixes(notes: Notes, by_key: dict[str, dict[str, Setting]]) -> None:
    """The DNS client's settings: of policies, which count before what is set locally, and of Tcpip."""
    policy, system = by_key.get(_POLICY, {}), by_key.get(_SYSTEM_POLICY, {})
    if (append := policy.get("appendtomultilabelname")) is not None:
        if _text(append.value) in ("0", "1"):
            notes.claim(append.line, Topic.APPEND_TO_MULTI_LABEL, _text(append.value) == "1")
        else:
            notes.unread(append.line, "AppendToMultiLabelName is 0 or 1")
    primary = _set(system.get("nv primarydnssuffix"))
    search = _set(policy.get("searchlist"))
    connections = [_set(policy.get("adapterdomainname"))]
    for key, values in by_key.items():
        found = _TCPIP.fullmatch(key)
        if found is None:
            continue
        if found.group(1):
            connections.append(_set(values.get("domain")) or _set(values.get("dhcpdomain")))
            servers = _set(values.get("nameserver")) or _set(values.get("dhcpnameserver"))
            for server in re.split(r"[\s,]+", _text(servers.value)) if servers else ():
                if address(server):
                    notes.claim(servers.line, Topic.DNS_SERVER, server)  # type: ignore[union-attr]
            continue
        primary = primary or _set(values.get("domain"))
        search = search or _set(values.get("searchlist"))
        if (host := _set(values.get("hostname"))) is not None:
            notes.claim(host.line, Topic.MACHINE, _text(host.value))
    if connections[0]:
        del connections[1:]
    _suffix(notes, primary, SuffixOrigin.PRIMARY)
    _suffix(notes, search, SuffixOrigin.SEARCH_LIST)
    for connection in connections:
        _suffix(notes, connection, SuffixOrigin.CONNECTION)


def _suffix(notes: Notes, setting: Setting | None, origin: SuffixOrigin) -> None:
    if setting is None:
        return
    for text in re.split(r"[\s,]+", _text(setting.value)):
        if text and (found := name(text)) is not None:
            notes.add("suffixes", Suffix(name=found, origin=origin, source=notes.source(setting.line)))
        elif text:
            notes.unread(setting.line, "no domain name")


def _set(setting: Setting | None) -> Setting | None:
    """A setting that isn't empty."""
    return setting if setting is not None and _text(setting.value).strip() else None


def _text(value: str | int | tuple[str, ...]) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)
