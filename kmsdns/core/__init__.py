"""The words of the field as pure values: no input or output, no clock, no dice of its own."""

from __future__ import annotations


def __getattr__(name: str) -> object:
    """The modules here, loaded when first named: kmsdns.core.wire needs no import of its own."""
    from importlib import import_module
    from importlib.util import find_spec

    if name.startswith("_") or find_spec(f"{__name__}.{name}") is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.{name}")
