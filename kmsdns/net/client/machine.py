"""This machine's own KMS and DNS settings, on Windows: what a diagnosis reads where nobody gives it evidence.

The values are read from the registry one by one, by their names, and written down as reg export would, so that the
parser of exports understands them. No other value is looked at: product keys are not among them.
"""

from __future__ import annotations

import sys

from kmsdns.model.pattern import pattern
from kmsdns.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

PATH = "the registry of this machine"
"""What stands for a file's path where evidence is quoted."""

LICENSING = (
    "KeyManagementServiceName KeyManagementServicePort KeyManagementServiceLookupDomain VLActivationType "
    "DisableKeyManagementServiceHostCaching VLActivationInterval VLRenewalInterval KeyManagementServiceListeningPort "
    "DisableDnsPublishing DnsDomainPublishList KeyManagementServiceVersion DiscoveredKeyManagementServiceName "
    "DiscoveredKeyManagementServicePort DiscoveredKeyManagementServiceIpAddress "
    "KeyManagementServiceRegisteredDomainName"
).split()
POLICY = ("AppendToMultiLabelName", "SearchList", "AdapterDomainName")
SYSTEM_POLICY = ("NV PrimaryDnsSuffix",)
TCPIP = ("Domain", "SearchList", "Hostname")
INTERFACE = ("Domain", "DhcpDomain", "NameServer", "DhcpNameServer")

_NT = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion"
_SERVICE = r"SYSTEM\CurrentControlSet\Services"
_MACHINE, _USERS = "HKEY_LOCAL_MACHINE", "HKEY_USERS"
_GUID = pattern(r"\{?[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}?")
KEYS = (  # root, key, values, levels of keys below it that are named by GUIDs
    (_MACHINE, rf"{_NT}\SoftwareProtectionPlatform", LICENSING, 2),
    (_MACHINE, rf"{_NT}\SL", LICENSING, 0),
    (_MACHINE, r"SOFTWARE\Microsoft\OfficeSoftwareProtectionPlatform", LICENSING, 2),
    (_USERS, rf"S-1-5-20\{_NT}\SoftwareProtectionPlatform", LICENSING, 2),
    (_USERS, rf"S-1-5-20\{_NT}\SL", LICENSING, 0),
    (_MACHINE, r"SOFTWARE\Policies\Microsoft\Windows NT\DNSClient", POLICY, 0),
    (_MACHINE, r"SOFTWARE\Policies\Microsoft\System\DNSClient", SYSTEM_POLICY, 0),
    (_MACHINE, rf"{_SERVICE}\Tcpip\Parameters", TCPIP, 0),
    (_MACHINE, rf"{_SERVICE}\Tcpip\Parameters\Interfaces", INTERFACE, 1),
    (_MACHINE, rf"{_SERVICE}\Tcpip6\Parameters\Interfaces", INTERFACE, 1),
)
"""Where they are: an application's settings, and a product's, stand below those of the whole machine."""

MAX_KEYS = 1024
"""Keys below one key that are looked at."""


class MachineSettings(Value):
    """What was read."""

    export: bytes  # as reg export writes it
    unread: tuple[str, ...]  # sentences about keys that can't be read


def is_readable() -> bool:
    """Whether this machine has such settings: whether it runs Windows."""
    return sys.platform == "win32"


def read_settings() -> MachineSettings:
    """The settings of this machine, which runs Windows. Never raises for what isn't there or can't be read."""
    from importlib import import_module

    winreg = import_module("winreg")
    lines = ["Windows Registry Editor Version 5.00", ""]
    unread: dict[str, None] = {}
    for root, key, names, levels in KEYS:
        try:
            for path, values in _read(winreg, root, key, names, levels, unread):
                lines += [f"[{root}\\{path}]", *values, ""]
        except OSError as error:
            _note(unread, root, key, error)
    return MachineSettings(export="\r\n".join(lines).encode("utf-16"), unread=tuple(unread))


def _read(
    winreg: Any, root: str, path: str, names: tuple[str, ...] | list[str], levels: int, unread: dict[str, None]
) -> Iterator[tuple[str, list[str]]]:
    """The values of a key and of those below it; nothing where it isn't there. OSError when it can't be read."""
    # The view of 64 bits also where this program has 32: the licensing service looks nowhere else.
    access = winreg.KEY_READ | winreg.KEY_WOW64_64KEY
    try:
        key = winreg.OpenKey(getattr(winreg, root), path, 0, access)
    except FileNotFoundError:
        return
    with key:
        values = [line for name in names if (line := _value(winreg, key, name)) is not None]
        below = list(_below(winreg, key)) if levels else []
    if values:
        yield path, values
    for name in below:
        try:
            yield from _read(winreg, root, f"{path}\\{name}", names, levels - 1, unread)
        except OSError as error:
            _note(unread, root, f"{path}\\{name}", error)


def _below(winreg: Any, key: Any) -> Iterator[str]:
    for index in range(MAX_KEYS):
        try:
            name = winreg.EnumKey(key, index)
        except OSError:  # there are no more
            return
        if _GUID.fullmatch(name):
            yield name


def _value(winreg: Any, key: Any, name: str) -> str | None:
    """A value as a line of an export; None when it isn't there."""
    try:
        value, kind = winreg.QueryValueEx(key, name)
    except FileNotFoundError:
        return None
    return f'"{name}"={_written(value, kind)}'


def _written(value: object, kind: int) -> str:
    """The data of a value as an export has it, whatever its type is: 1 is a text, 4 a number, 7 a list of texts."""
    if isinstance(value, int):
        width = 8 if kind == 11 or value >> 32 else 4
        return f"dword:{value:08x}" if kind == 4 and width == 4 else _hex(value.to_bytes(width, "little"), kind)
    if isinstance(value, str):
        if kind == 1 and (value.isprintable() or not value):
            return '"{}"'.format(value.replace("\\", "\\\\").replace('"', '\\"'))
        return _hex(_wide(value + "\0"), kind)
    if isinstance(value, list):
        return _hex(_wide("".join([f"{each}\0" for each in value]) + "\0"), kind)
    return _hex(value if isinstance(value, bytes) else b"", kind)


def _wide(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")


def _hex(octets: bytes, kind: int) -> str:
    digits = ",".join([f"{each:02x}" for each in octets])
    return f"hex:{digits}" if kind == 3 else f"hex({kind:x}):{digits}"


def _note(unread: dict[str, None], root: str, path: str, error: OSError) -> None:
    what = "access denied: run kmsdns elevated" if isinstance(error, PermissionError) else error.strerror or str(error)
    unread[f"{root}\\{path} can't be read ({what})"] = None
