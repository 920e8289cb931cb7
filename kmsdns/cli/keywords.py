"""What the flags of a command line mean as keyword arguments of the public functions."""

from __future__ import annotations

from kmsdns.model.definition import FLAG, PATH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from kmsdns.model.definition import Definition, Keywords


def given(keywords: Keywords, values: Mapping[str, Any], **instead: Any) -> dict[str, Any]:
    """Each keyword argument that flags set, as they set it. instead: those that the command reads for itself."""
    return {
        **{
            each.name: _READ[each.name](values) if each.name in _READ else _value(each, values[each.key])
            for each in keywords.definitions
            if each.name not in instead and (each.name in _READ or each.kind)
        },
        **instead,
    }


def _value(definition: Definition, value: Any) -> Any:
    if definition.kind == FLAG and definition.default is True:
        return not value  # --no-edns
    if definition.kind == PATH and not definition.multiple:
        return path_of(value)
    return value


def _families(values: Mapping[str, Any]) -> tuple[int, ...]:
    """4 and 6, unless one was chosen."""
    return tuple([family for family, chosen in ((4, values["ipv4"]), (6, values["ipv6"])) if chosen]) or (4, 6)


def _probe(values: Mapping[str, Any]) -> str | None:
    return None if values["probe"] == "none" else values["probe"]


def _cache(values: Mapping[str, Any]) -> Any:
    """The path of the host cache, where a probe uses it."""
    if values["no_cache"] or _probe(values) is None:
        return None
    from kmsdns.cli.cache import cache_path

    return cache_path(values["cache_file"])


def _dice(values: Mapping[str, Any]) -> Any:
    """The dice of --seed; None for those of the operating system."""
    if values["seed"] is None:
        return None
    from random import Random

    return Random(values["seed"])  # noqa: S311  # a draw to repeat, no secret


def path_of(text: str | None) -> Any:
    """A path, which costs an import; None without one."""
    if text is None:
        return None
    from pathlib import Path

    return Path(text)


_READ = {"families": _families, "probe": _probe, "cache": _cache, "rng": _dice}
"""Keywords that aren't what one flag holds."""
