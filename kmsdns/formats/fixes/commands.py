"""What an action is in Windows' own tools: slmgr for Windows, ospp.vbs for Office, PowerShell on a host.

The options are those of docs/kms.md 1.5, 1.7, 2.2 and 2.4. Reports show these commands below a fix, scripts are made of
them.
"""

from __future__ import annotations

import re

from kmsdns.formats.fixes.checks import host_and_port, unfit_action
from kmsdns.model.findings import Do

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.model.findings import Action, Fix

SLMGR = {
    Do.CLEAR_MANUAL_HOST: "/ckms",
    Do.SET_MANUAL_HOST: "/skms",
    Do.CLEAR_LOOKUP_DOMAIN: "/ckms-domain",
    Do.SET_LOOKUP_DOMAIN: "/skms-domain",
    Do.SWITCH_CACHING_OFF: "/ckhc",
    Do.SWITCH_CACHING_ON: "/skhc",
    Do.FORGET_CACHED_HOST: "/ckms",
    Do.SET_ACTIVATION_TYPE: "/act-type",
    Do.STOP_PUBLISHING: "/cdns",
    Do.PUBLISH: "/sdns",
}
"""The value follows, then the activation ID of the one product that is meant."""

OSPP = {
    Do.CLEAR_MANUAL_HOST: "/remhst",
    Do.SET_MANUAL_HOST: "/sethst:",  # and /setprt:
    Do.CLEAR_LOOKUP_DOMAIN: "/ckms-domain",
    Do.SET_LOOKUP_DOMAIN: "/skms-domain:",
    Do.SWITCH_CACHING_OFF: "/cachst:FALSE",
    Do.SWITCH_CACHING_ON: "/cachst:TRUE",
    Do.FORGET_CACHED_HOST: "/remhst",
    Do.SET_ACTIVATION_TYPE: "/actype:",
}
"""Each is for all of Office: there is no activation ID."""

POWERSHELL = {
    Do.OPEN_FIREWALL: "Set-NetFirewallRule -Name SPPSVC-In-TCP -Profile Domain,Private -Enabled True",
    Do.RESTART_SERVICE: "Restart-Service -Name sppsvc",
}
ANY_SHELL = {Do.FLUSH_DNS: "ipconfig /flushdns", Do.SYNC_CLOCK: "w32tm /resync"}
RESTARTED_AFTER = (Do.STOP_PUBLISHING,)
"""What the service takes notice of when it starts, where the fix doesn't say so itself."""

_SKU_TAKERS = (
    Do.CLEAR_MANUAL_HOST,
    Do.SET_MANUAL_HOST,
    Do.CLEAR_LOOKUP_DOMAIN,
    Do.SET_LOOKUP_DOMAIN,
    Do.FORGET_CACHED_HOST,
    Do.SET_ACTIVATION_TYPE,
)


def slmgr(action: Action) -> list[list[str]]:
    """The arguments of slmgr.vbs, a list for each call; [] when it is no matter of Windows', or slmgr can't do it.

    The action is fit (checks.unfit_action).
    """
    option = SLMGR.get(action.do)
    if option is None or action.product == "office":
        return []
    value = action.value.removesuffix(".")
    if action.do is Do.SET_MANUAL_HOST:
        host, port = host_and_port(action.value) or ("", "")
        value = f"{host}:{port}" if port else host
    sku = [action.sku] if action.sku and action.do in _SKU_TAKERS else []
    return [[option, *([value] if value else []), *sku]]


def ospp(action: Action) -> list[list[str]]:
    """The same of ospp.vbs."""
    option = OSPP.get(action.do)
    if option is None or action.product == "windows":
        return []
    if action.do is Do.SET_MANUAL_HOST:
        host, port = host_and_port(action.value) or ("", "")
        if host.startswith("["):
            return []  # how the script takes an address with colons in it, nobody says
        return [[option + host], *([[f"/setprt:{port}"]] if port else [])]
    return [[option + action.value.removesuffix(".")]]


def commands(action: Action) -> list[str]:
    """The commands as a person types them, in order; [] for what has none, and for a value that is not fit for one."""
    if unfit_action(action) is not None:
        return []
    found = [" ".join(["slmgr", *each]) for each in slmgr(action)]
    if action.on == "client":
        found += [" ".join(["cscript ospp.vbs", *each]) for each in ospp(action)]
    found += [table[action.do] for table in (POWERSHELL, ANY_SHELL) if action.do in table]
    return found + ([POWERSHELL[Do.RESTART_SERVICE]] if action.do in RESTARTED_AFTER else [])


def machine(on: str) -> str:
    """Where an action is done, in words."""
    return {"client": "the client", "host": "the KMS host"}.get(on, on.removesuffix("."))


def by_machine(fix: Fix) -> list[tuple[str, list[str]]]:
    """The commands of a fix's actions that its summary doesn't show already, with the machines they are for.

    Machines with the same commands are told together; the order is that of the actions.
    """
    of: dict[str, dict[str, None]] = {}
    for action in fix.actions:
        fresh = [each for each in commands(action) if not _shows(fix.summary, each)]
        of.setdefault(action.on, {}).update(dict.fromkeys(fresh))
    told: dict[tuple[str, ...], list[str]] = {}
    for on, found in of.items():
        if found:
            told.setdefault(tuple(found), []).append(machine(on))
    return [(", ".join(machines), list(found)) for found, machines in told.items()]


def _shows(summary: str, command: str) -> bool:
    """Whether it is there as a whole: "slmgr /ckms-domain" does not show "slmgr /ckms"."""
    return re.search(re.escape(command) + r"(?![\w-])", summary) is not None


def folded(command: str, width: int) -> list[str]:
    """A command in lines of at most that width: PowerShell's, broken before its parameters; others are one line."""
    lines = [""]
    for part in command.split(" -"):
        if lines == [""]:
            lines = [part]
        elif len(lines[-1]) + len(part) + len(" - `") > width:
            lines[-1] += " `"
            lines.append(f"  -{part}")
        else:
            lines[-1] += f" -{part}"
    return lines
