"""Configuration: kmsdns.toml, or tool.kmsdns of a pyproject.toml, sets what options are when nobody gives them.

server = ["127.0.0.1:5353"]       # any option, by its long name, for every command that has it
[discover]                        # for one command, before the general one
timeout = 1
[validate.per-file-ignores]       # and what validate's rules are to make of some files, zones and findings
"old/*.zone" = ["SRV404"]
[validate.per-zone-ignores]
"contoso.com" = ["RR"]
[validate.severity]
SRV404 = "off"                    # or "error", "warning", "note"
[validate.policy]                 # house rules: POL101 to POL108
ttl-min = 300
"""

from __future__ import annotations

import tomllib

from kmsdns.errors import KmsdnsError, UnreadableInput

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any


MAX_SIZE = 1 << 20
"""Octets."""


TABLES = ("per-file-ignores", "per-zone-ignores", "severity", "policy")
"""Tables of [validate] that are no options; kmsdns.sessions.configuration reads them."""


def load(path: Path, options: Mapping[str, frozenset[str]]) -> dict[str, dict[str, object]]:
    """The values for each command, by option name. options: the names of each command's options.

    Raises UnreadableInput when the file can't be read, KmsdnsError for a key that no command has.
    """
    content = content_of(path)[0]
    found: dict[str, dict[str, object]] = {command: {} for command in options}
    for key, value in content.items():
        if key in options and isinstance(value, dict):
            continue
        if key == "vantage" or (key == "check" and isinstance(value, list)):
            continue  # expectations, which kmsdns.net.files.specs reads
        name = key.replace("-", "_")
        takers = [command for command, names in options.items() if name in names]
        if not takers:
            raise KmsdnsError(f"{path}: unknown key {key!r}{_meant(name, options)}")
        for command in takers:
            found[command][name] = value
    for command, names in options.items():
        table = content.get(command, {})
        for key, value in table.items() if isinstance(table, dict) else ():
            name = key.replace("-", "_")
            if command == "validate" and key in TABLES:
                continue  # kmsdns.sessions.configuration reads it
            if name not in names:
                raise KmsdnsError(f"{path}: unknown key {key!r} in [{command}]{_meant(name, options)}")
            found[command][name] = value
    return found


def content_of(path: Path) -> tuple[dict[str, Any], str]:
    """What the file says for kmsdns, and its text. Raises UnreadableInput."""
    try:
        if path.exists() and not path.is_file():
            raise UnreadableInput(f"{path}: cannot be read: it is no regular file")
        if path.stat().st_size > MAX_SIZE:
            raise UnreadableInput(f"{path}: has over {MAX_SIZE} octets; it can't be a configuration")
        text = path.read_text(encoding="utf-8")
        content = tomllib.loads(text)
    except OSError as error:
        raise UnreadableInput(f"{path}: cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise UnreadableInput(f"{path}: is no UTF-8, as TOML must be") from None
    except tomllib.TOMLDecodeError as error:
        raise UnreadableInput(f"{path}: is no TOML: {error}") from None
    except ValueError as error:
        raise UnreadableInput(f"{path}: is no path: {error}") from None
    if path.name == "pyproject.toml":
        content = content.get("tool", {}).get("kmsdns", {})
    return content, text


def _meant(name: str, options: Mapping[str, frozenset[str]]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, sorted(set().union(*options.values())), n=1)
    return f": did you mean {near[0]!r}?" if near else ": keys are the long names of options"
