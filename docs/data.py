"""Writes what rules know of services, names and addresses: kmsdns/rules/data.py, and on request registry.py beside it.

    python docs/data.py
    python docs/data.py --services
    https://www.iana.org/assignments/service-names-port-numbers/service-names-port-numbers.csv python docs/data.py
    --compare special-use-domain.csv

data.py is made of the tables in docs/data, which are kept by hand: each line says where its fact is from. registry.py
is IANA's registry of service names, given as its CSV or XML file, by path or URL. Of each name it holds the port where
there is one only; the protocols are left out, since IANA lists TCP and UDP for nearly everything. The copy that is in
use came from a public mirror of IANA's CSV file: registry.py says of which day it is, and its SHA-256.

--compare reads one of IANA's smaller registries and says what the tables lack of it:
https://www.iana.org/assignments/special-use-domain-names/special-use-domain.csv
https://www.iana.org/assignments/iana-ipv4-special-registry/iana-ipv4-special-registry-1.csv, and the same for ipv6
https://www.iana.org/assignments/dns-parameters/underscored-globally-scoped-dns-node-names.csv
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import re
import subprocess
import sys
import textwrap
import urllib.request
from pathlib import Path
from xml.etree import ElementTree

HERE = Path(__file__).parent
RULES = HERE.parent / "kmsdns" / "rules"
DATE = "November 2026"
NAME = re.compile(r"(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*")  # what may stand behind an underscore (RFC 6335 5.1)
DAY = re.compile(r"\d{4}-\d\d-\d\d")
TABLES = {"Address Block": "addresses", "_NODE NAME": "underscored", "Name": "names"}  # by IANA's column

HEAD = '''"""What rules know of services, names and addresses. Written by docs/data.py: change the tables in docs/data.

As of {date}. The services are those that SRV records are commonly published for, gathered by hand; those that
IANA has registered are in kmsdns/services/registry.py.
"""

from __future__ import annotations
'''

REGISTRY = '''"""IANA's registry of service names, {count} of them. Written by docs/data.py from a copy of IANA's file.

The copy is {file}, whose latest entry is of {day}; its SHA-256 is
{digest}. Names that could stand in no SRV record
(RFC 6335 5.1) are left out. The file is as long as the registry.
"""

from __future__ import annotations

NAMES = """
{names}
"""
"""Each name with a blank in front and a colon behind, then its port, where IANA has just one for it."""


def is_registered(name: str) -> bool:
    """Whether IANA knows a service by this name, in lower case and without its underscore."""
    return f" {{name}}:" in NAMES


def port_of(name: str) -> int | None:
    """The port that IANA has assigned to a service; None when there is none, or there are several."""
    word = f" {{name}}:"
    at = NAMES.find(word)
    digits = NAMES[at + len(word) : at + len(word) + 6] if at >= 0 else ""
    return int(digits.split(None, 1)[0]) if digits[:1].isdigit() else None
'''


def octets(source: str) -> bytes:
    """A file's, by path or URL."""
    if "://" not in source:
        return Path(source).read_bytes()
    with urllib.request.urlopen(source, timeout=60) as reply:
        found: bytes = reply.read()
        return found


def table(text: str) -> list[dict[str, str]]:
    """The rows of a CSV file as IANA writes it, by the words of its head."""
    return [{key: value or "" for key, value in row.items() if key} for row in csv.DictReader(text.splitlines(True))]


def listed(text: str) -> tuple[list[tuple[str, str]], str]:
    """Names with their ports, as often as IANA's file has them, CSV or XML; and the day of its latest entry."""
    if text.lstrip().startswith("<"):
        records = [
            {part.tag.rpartition("}")[2]: part.text or "" for part in record} | dict(record.attrib)
            for record in ElementTree.fromstring(text).iter("{http://www.iana.org/assignments}record")
        ]
        rows = [(each.get("name", ""), each.get("number", "")) for each in records]
        days = [each.get(key, "") for each in records for key in ("date", "updated")]
    else:
        records = table(text)
        rows = [(each["Service Name"], each["Port Number"]) for each in records]
        days = [each.get(key, "") for each in records for key in ("Registration Date", "Modification Date")]
    return rows, max([day for day in days if DAY.fullmatch(day)], default="an unknown day")


def registry(data: bytes, file: str) -> str:
    """The module of IANA's registry of services."""
    entries, day = listed(data.decode("utf-8"))
    ports: dict[str, set[str]] = {}
    for name, port in entries:
        if NAME.fullmatch(name.lower()):
            ports.setdefault(name.lower(), set()).update([port] if port else [])
    words = [
        f"{name}:{min(found) if len(found) == 1 and min(found).isdigit() else ''}" for name, found in ports.items()
    ]
    lines = textwrap.wrap(
        " ".join(sorted(words)), 120, initial_indent=" ", subsequent_indent=" ", break_on_hyphens=False
    )  # fmt: skip
    digest = hashlib.sha256(data).hexdigest()
    return REGISTRY.format(count=len(ports), file=file, day=day, digest=digest, names="\n".join(lines))


def lacking(text: str) -> list[str]:
    """What one of IANA's smaller registries has, and the table of its kind in docs/data has not."""
    entries = table(text)
    column = next((column for column in TABLES if entries and column in entries[0]), None)
    if column is None:
        sys.exit(f"no column of this file is called {' or '.join(TABLES)}: is it one of IANA's CSV files?")
    wanted = [each[column].split()[0].rstrip(".,").lower() for each in entries if each.get("RR Type", "SRV") == "SRV"]
    known = {row[0] for row in rows(TABLES[column])}
    return [each for each in dict.fromkeys(wanted) if each not in known]


def rows(name: str) -> list[list[str]]:
    """The lines of a table, without its comments."""
    with (HERE / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.reader(file) if row and not row[0].startswith("#")]


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


def text() -> str:
    """The module of the tables."""
    names = rows("names")
    parts = [
        HEAD.format(date=DATE),
        mapping(
            "SERVICES",
            services(),
            "dict[str, tuple[tuple[str, ...], int | None]]",
            "Service -> the protocols it is published for, and its port.",
        ),
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
    parser.add_argument(
        "--services", metavar="FILE", help="IANA's service-names-port-numbers, .csv or .xml: a path or URL"
    )
    parser.add_argument("--compare", metavar="FILE", help="one of IANA's smaller registries, as .csv: a path or URL")
    given = parser.parse_args()
    if given.compare:
        print(*lacking(octets(given.compare).decode("utf-8-sig")), sep="\n")
        sys.exit()
    (RULES / "data.py").write_text(text(), encoding="utf-8")
    if given.services:
        made = registry(octets(given.services), given.services.rpartition("/")[2])
        (RULES / "registry.py").write_text(made, encoding="utf-8")
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", str(RULES / "data.py")], check=True)
