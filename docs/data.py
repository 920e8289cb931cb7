"""Writes kmsdns/rules/data.py from the tables in docs/data, and from IANA's registry of services if it is given.

    python docs/data.py
    python docs/data.py --services service-names-port-numbers.csv

The tables are kept by hand: each line says where its fact is from. The registry is the CSV file that IANA offers at
https://www.iana.org/assignments/service-names-port-numbers/; all its names become known as registered (SRV107), and
those that the tables lack get no port and no protocol from it, since it lists TCP and UDP for nearly everything.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
TARGET = HERE.parent / "kmsdns" / "rules" / "data.py"
DATE = "November 2026"

HEAD = '''"""What rules know of services, names and addresses. Written by docs/data.py: change the tables in docs/data.

As of {date}. The services are those that SRV records are commonly published for, gathered by hand;
{registry}.
"""

from __future__ import annotations
'''


def rows(name: str) -> list[list[str]]:
    """The lines of a table, without its comments."""
    with (HERE / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.reader(file) if row and not row[0].startswith("#")]


def registered(path: Path) -> list[str]:
    """The service names of IANA's file, in lower case."""
    with path.open(encoding="utf-8", newline="") as file:
        return sorted({row["Service Name"].lower() for row in csv.DictReader(file) if row["Service Name"]})


def mapping(name: str, lines: list[str], kind: str, what: str) -> str:
    """A dictionary as text, with its docstring behind it."""
    inner = "".join([f"    {line},\n" for line in lines])
    return f'{name}: {kind} = {{\n{inner}}}\n"""{what}"""\n'


def services() -> list[str]:
    """Each service as an entry of a dictionary."""
    found = []
    for name, protos, port, _source in rows("services"):
        known = tuple(protos.split())
        found.append(f"{name!r}: ({known!r}, {None if port == '-' else int(port)})")
    return found


def text(iana: Path | None) -> str:
    """The module."""
    names = rows("names")
    of_registry = "the whole registry of IANA is not in here" if iana is None else "IANA's registry is in REGISTERED"
    parts = [
        HEAD.format(date=DATE, registry=of_registry),
        mapping(
            "SERVICES",
            services(),
            "dict[str, tuple[tuple[str, ...], int | None]]",
            "Service -> the protocols it is published for, and its port.",
        ),
        f"REGISTERED: frozenset[str] = frozenset({registered(iana) if iana else []!r})\n"
        '"""Further registered service names."""\n',
        mapping(
            "SYNONYMS",
            [f"{word!r}: {name!r}" for word, name, _source in rows("synonyms")],
            "dict[str, str]",
            "Word -> the name that the service is registered by (RFC 6335 5).",
        ),
        mapping(
            "UNDERSCORED",
            [f"{label!r}: {kind!r}" for label, kind, _source in rows("underscored")],
            "dict[str, str]",
            "Label in the place of a protocol -> protocol, unregistered or scope (RFC 8552).",
        ),
        mapping(
            "SPECIAL_NAMES",
            [f"{name!r}: {source!r}" for name, kind, source in names if "special" in kind],
            "dict[str, str]",
            "Domain that isn't delegated in the public DNS -> the document that says so.",
        ),
        f"EXAMPLE_NAMES = {tuple(name for name, kind, _source in names if 'example' in kind)!r}\n"
        '"""Domains of documentation and tests, where addresses for documentation are in place."""\n',
        mapping(
            "SPECIAL_ADDRESSES",
            [f"{prefix!r}: {what!r}" for prefix, what, _source in rows("addresses")],
            "dict[str, str]",
            "Prefix -> what it is for (RFC 6890 and its registries).",
        ),
        mapping(
            "RETIRED_TARGETS",
            [f"{target!r}: {what!r}" for target, what in rows("retired")],
            "dict[str, str]",
            "Target -> the service that has ended there. Only those that are surely gone.",
        ),
    ]
    return "\n".join(parts)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Writes kmsdns/rules/data.py from docs/data.")
    parser.add_argument("--services", type=Path, help="IANA's service-names-port-numbers.csv")
    TARGET.write_text(text(parser.parse_args().services), encoding="utf-8")
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", str(TARGET)], check=True)
