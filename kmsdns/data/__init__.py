"""Tables that are data, as files with their source and date in them, each read when first needed.

A .csv file begins with lines of the form `# key: value` (KEYS), then a line with the names of its
columns; no field is quoted, so none holds a comma. A .toml file has the same keys, then its
records. docs/data.py checks the files and refreshes them. They belong to the program as its
modules do: a malformed one is a fault of the package, and raises ValueError.

The module named beside a file gives its rows their types; callers ask that module, not this one.
"""

from __future__ import annotations

from functools import cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

TABLES = {
    "cloud-kms-hosts.csv": "host,provider",  # rules.kms.manual_host
    "iana-services.csv": "name,port",  # services.registry
    "retired-targets.csv": "target,service",  # rules.data
    "services.csv": "name,protocols,port,source",  # rules.data
    "special-addresses.csv": "prefix,purpose,source",  # rules.data
    "special-names.csv": "domain,kinds,source",  # rules.data
    "synonyms.csv": "word,name,source",  # rules.data
    "underscored.csv": "label,kind,source",  # rules.data
    "well-known-services.csv": "name,service,protocol,port",  # services.table
    "win32-errors.csv": "number,name",  # kms.win32
}
"""File -> the names of its columns."""

RECORDS = {
    "activation-errors.toml": "errors",  # kms.errortable
    "log-events.toml": "events",  # kms.eventtable
}
"""File -> the key of its records."""

KEYS = ("what", "source", "date", "refresh")
"""What each file says of itself, in this order."""


def rows(name: str) -> list[list[str]]:
    """The rows of a table, each with as many fields as there are columns."""
    width = TABLES[name].count(",") + 1
    found = [line.split(",") for line in body(name)[1:-1].split("\n")]
    for row in found:
        if len(row) != width or not row[0] or '"' in row[-1]:
            raise ValueError(f"{name}: a row does not fit {TABLES[name]}: {','.join(row)!r}")
    return found


def body(name: str) -> str:
    """The rows of a table as text: a line end in front of each, and one behind the last."""
    _head, columns, lines = _text(name).partition(f"\n{TABLES[name]}\n")
    if not columns or not lines.endswith("\n"):
        raise ValueError(f"{name}: the line of its columns is not {TABLES[name]}, or its last line has no end")
    return f"\n{lines}"


def records(name: str) -> list[dict[str, Any]]:
    """The records of a file with prose in it."""
    found: list[dict[str, Any]] = _toml(name)[RECORDS[name]]
    return found


def about(name: str) -> dict[str, str]:
    """What a file says of itself, by KEYS.

    The date is that of the latest change by hand, or of the latest entry in the copy it is made of.
    """
    if name in RECORDS:
        document = _toml(name)
        return {key: str(document[key]) for key in KEYS}
    head, columns, _lines = _text(name).partition(f"\n{TABLES[name]}\n")
    found = dict(line.removeprefix("# ").split(": ", 1) for line in head.split("\n"))
    if not columns or tuple(found) != KEYS:
        raise ValueError(f"{name}: it does not begin with {', '.join(KEYS)} and the names of its columns")
    return found


@cache
def _toml(name: str) -> dict[str, Any]:
    import tomllib

    return tomllib.loads(_text(name))


def _text(name: str) -> str:
    """A file, whatever ends its lines. The package's loader reads it, from a zip file as well."""
    loader: Any = __spec__.loader
    octets: bytes = loader.get_data(f"{__path__[0]}/{name}")
    return octets.decode("utf-8").replace("\r\n", "\n")
