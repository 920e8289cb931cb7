"""Vantages of a spec: whom each of its names stands for. What can't be meant is a mistake, with its place."""

from __future__ import annotations

from kmsdns.expectations import types
from kmsdns.expectations.values import SYSTEM, VantageGroup
from kmsdns.expectations.words import existing, tried
from kmsdns.model.names import shown
from kmsdns.model.vantages import INSIDE, OUTSIDE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    from kmsdns.expectations import places
    from kmsdns.expectations.mistakes import Mistakes
    from kmsdns.expectations.words import Folder

    T = TypeVar("T")

_VIEWS = {
    **dict.fromkeys(("inside", "internal", "office", "lan", "corp"), INSIDE),
    **dict.fromkeys(("outside", "external", "public", "internet"), OUTSIDE),
}
"""Names that say whom a vantage answers, where its view isn't given."""


def vantage(
    folder: Folder, path: places.Path, mistakes: Mistakes, name: str, spec: types.Vantage
) -> VantageGroup | None:
    """Whom a name stands for. folder: where the spec is; path: where the vantage is in the spec."""
    if not name.strip() or name == SYSTEM:
        what = "stands for this machine's resolvers" if name == SYSTEM else "is empty"
        mistakes.add(path, f"the name of a vantage {what}: call it something else", key=True)
        return None
    view = _VIEWS.get(name.lower())
    location = mistakes.places.at(path)
    if not isinstance(spec, types.VantageSpec):
        return VantageGroup(name=name, location=location, servers=_servers(folder, mistakes, path, spec), view=view)
    view = spec.view or view
    if spec.servers is not None and spec.zone is None and not spec.faults:
        servers = _servers(folder, mistakes, (*path, "servers"), spec.servers)
        return VantageGroup(name=name, location=location, servers=servers, view=view)
    if spec.zone is None or spec.servers is not None:
        what = "has either servers, or a zone (and faults) that is served for the run"
        mistakes.add(path, f"the vantage {shown(name)} {what}", key=True)
        return None
    listed = [spec.zone] if isinstance(spec.zone, str) else spec.zone
    if not listed:
        mistakes.add((*path, "zone"), "zone names at least one zone file")
    found = [existing(mistakes, folder, (*path, "zone"), each) for each in listed]
    zones = tuple([str(each) for each in found if each is not None])
    return VantageGroup(name=name, location=location, zones=zones, faults=tuple(spec.faults), view=view)


def _servers(folder: Folder, mistakes: Mistakes, path: places.Path, spec: str | list[str]) -> tuple[str, ...]:
    if not spec:
        mistakes.add(path, "servers names at least one")
    servers = [spec] if isinstance(spec, str) else spec
    for index, server in enumerate(servers):
        where = path if isinstance(spec, str) else (*path, index)
        tried(mistakes, where, lambda server=server: folder.check_server(server))  # type: ignore[misc]
    return tuple(servers)
