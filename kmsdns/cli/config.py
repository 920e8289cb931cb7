"""Whether something besides the command line sets options: a KMSDNS_* variable or a configuration file nearby."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kmsdns.sessions.configuration import House

FILES = ("kmsdns.toml", "pyproject.toml")


def is_configured() -> bool:
    """A cheap look; click and kmsdns.config find out what is set."""
    return any(name.startswith("KMSDNS_") for name in os.environ) or nearest() is not None


def is_on(variable: str) -> bool:
    """Whether a variable of the environment switches its option on, in the words that click takes for it."""
    return os.environ.get(variable, "").strip().lower() in ("1", "true", "t", "yes", "y", "on")


def is_plugin(arguments: Sequence[str]) -> bool:
    """Whether a command line, or its variable, asks for the format of a monitoring plugin; however wrong the rest."""
    asked = os.environ.get("KMSDNS_FORMAT", "").split()
    for word, following in zip(arguments, (*arguments[1:], ""), strict=False):
        if word in ("-f", "--format"):
            asked.append(following)
        elif word.startswith(("-f", "--format=")):
            asked.append(word.removeprefix("--format=").removeprefix("-f"))
    return any(each.partition("=")[0] == "nagios" for each in asked)


def house(path: str | None, *, is_off: bool) -> House:
    """What the configuration says of validate's rules: that of --config, or the nearest one."""
    from kmsdns.sessions.configuration import House, house

    path = None if is_off else path or nearest()
    if path is None:
        return House()
    from pathlib import Path

    return house(Path(path))


def nearest() -> str | None:
    """The path of the nearest configuration file: in this folder, or the closest one above; None without any.

    A pyproject.toml counts when it mentions tool.kmsdns; kmsdns.toml in the same folder goes before it.
    """
    try:
        folder = os.getcwd()  # noqa: PTH109  # pathlib is slow to load
    except OSError:
        return None
    while True:
        for name in FILES:
            path = os.path.join(folder, name)  # noqa: PTH118
            if os.path.isfile(path) and (name == FILES[0] or _mentions_kmsdns(path)):  # noqa: PTH113
                return path
        above = os.path.dirname(folder)  # noqa: PTH120
        if above == folder:
            return None
        folder = above


def _mentions_kmsdns(path: str) -> bool:
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return b"tool.kmsdns" in file.read()
    except OSError:
        return False
