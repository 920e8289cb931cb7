"""kmsdns: DNS service discovery, diagnosed, checked and tested. The public names, loaded when first used (PEP 562)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.api import check, diagnose, discover, explain, validate
    from kmsdns.errors import (
        InvalidArgument,
        InvalidName,
        InvalidServer,
        KmsdnsError,
        NoAnswer,
        NothingConfigured,
        UnreadableInput,
    )
    from kmsdns.lookup.wire import WireError, decode
    from kmsdns.model.records import Srv
    from kmsdns.selection.ordering import POLICIES, processing_order, rank_shares, shares

__version__ = "0.1.0"

__all__ = [
    "POLICIES",
    "InvalidArgument",
    "InvalidName",
    "InvalidServer",
    "KmsdnsError",
    "NoAnswer",
    "NothingConfigured",
    "Srv",
    "UnreadableInput",
    "WireError",
    "__version__",
    "check",
    "decode",
    "diagnose",
    "discover",
    "explain",
    "processing_order",
    "rank_shares",
    "shares",
    "validate",
]

_HOMES = {
    "check": "kmsdns.api",
    "diagnose": "kmsdns.api",
    "validate": "kmsdns.api",
    "discover": "kmsdns.api",
    "explain": "kmsdns.api",
    "POLICIES": "kmsdns.selection.ordering",
    "processing_order": "kmsdns.selection.ordering",
    "rank_shares": "kmsdns.selection.ordering",
    "shares": "kmsdns.selection.ordering",
    "Srv": "kmsdns.model.records",
    "WireError": "kmsdns.lookup.wire",
    "decode": "kmsdns.lookup.wire",
    "InvalidArgument": "kmsdns.errors",
    "InvalidName": "kmsdns.errors",
    "InvalidServer": "kmsdns.errors",
    "KmsdnsError": "kmsdns.errors",
    "NoAnswer": "kmsdns.errors",
    "NothingConfigured": "kmsdns.errors",
    "UnreadableInput": "kmsdns.errors",
}
_MODULES = frozenset({"aio", "api", "lookup", "model", "net", "selection", "services", "testing", "zone"})


def __getattr__(name: str) -> object:
    from importlib import import_module

    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    if name in _MODULES:
        return import_module(f"kmsdns.{name}")
    raise AttributeError(f"module 'kmsdns' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*__all__, *_MODULES})
