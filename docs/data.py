"""Says of each table in kmsdns/data how old it is and how it is refreshed; checks them; makes IANA's registry anew.

    python docs/data.py
    python docs/data.py --services \
        https://www.iana.org/assignments/service-names-port-numbers/service-names-port-numbers.csv
    python docs/data.py --compare special-use-domain.csv

Without an option it lists the files, and ends with status 1 when one is malformed or contradicts another.
docs/data/README.md says how each is refreshed.

--services makes iana-services.csv of IANA's registry of service names, given as its CSV or XML file, by path or URL. Of
each name it holds the port where there is one only; the protocols are left out, since IANA lists TCP and UDP for nearly
everything. The file says of which day the copy is, and its SHA-256.

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
import sys
import urllib.request
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from kmsdns.data import KEYS, RECORDS, TABLES, about, records, rows

FOLDER = Path(__file__).parent.parent / "kmsdns" / "data"
NAME = re.compile(r"(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*")  # what may stand behind an underscore (RFC 6335 5.1)
DAY = re.compile(r"\d{4}-\d\d-\d\d")
COMPARED = {  # by IANA's column
    "Address Block": "special-addresses.csv",
    "_NODE NAME": "underscored.csv",
    "Name": "special-names.csv",
}
ELSEWHERE = {"irc"}  # IANA's port is 194, where nobody talks IRC


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
    """The text of iana-services.csv."""
    entries, day = listed(data.decode("utf-8"))
    ports: dict[str, set[str]] = {}
    for name, port in entries:
        if NAME.fullmatch(name.lower()):
            ports.setdefault(name.lower(), set()).update([port] if port else [])
    known = {name: min(found) if len(found) == 1 and min(found).isdigit() else "" for name, found in ports.items()}
    head = about("iana-services.csv") | {
        "source": "IANA, Service Name and Transport Protocol Port Number Registry: "
        f"{file}, SHA-256 {hashlib.sha256(data).hexdigest()}",
        "date": day,
    }
    lines = [f"# {key}: {head[key]}" for key in KEYS]
    lines += [TABLES["iana-services.csv"], *[f"{name},{port}" for name, port in sorted(known.items())]]
    return "\n".join(lines) + "\n"


def lacking(text: str) -> list[str]:
    """What one of IANA's smaller registries has, and the table of its kind has not."""
    entries = table(text)
    column = next((column for column in COMPARED if entries and column in entries[0]), None)
    if column is None:
        sys.exit(f"no column of this file is called {' or '.join(COMPARED)}: is it one of IANA's CSV files?")
    wanted = [each[column].split()[0].rstrip(".,").lower() for each in entries if each.get("RR Type", "SRV") == "SRV"]
    known = {row[0] for row in rows(COMPARED[column])}
    return [each for each in dict.fromkeys(wanted) if each not in known]


def order(name: str, row: list[str]) -> Any:
    """What the rows of a table are sorted by: their first field, as what it is."""
    if name == "win32-errors.csv":
        return int(row[0])
    if name == "special-addresses.csv":
        network = ip_network(row[0])
        return network.version, network
    return row[0]


def problems(name: str) -> list[str]:
    """What is wrong with one file."""
    try:
        told = about(name)
        keys = (
            [each["number"] for each in records(name)] if name in RECORDS else [order(name, row) for row in rows(name)]
        )
    except (ValueError, KeyError) as error:
        return [f"{name}: {str(error).removeprefix(f'{name}: ')}"]
    found = [f"{name}: it says nothing of its {key}" for key in KEYS if not told[key].strip()]
    if not DAY.fullmatch(told["date"]):
        found.append(f"{name}: {told['date']} is no date")
    if len(set(keys)) < len(keys):
        found.append(f"{name}: a row stands there twice")
    if name in TABLES and keys != sorted(keys):
        found.append(f"{name}: its rows are not sorted by their first column")
    return found


def contradictions() -> list[str]:
    """Where a table says something else than the one it is derived from."""
    registered = dict(rows("iana-services.csv"))
    services = {name: (protocols.split(), port) for name, protocols, port, _source in rows("services.csv")}
    found = [
        f"services.csv: {name} has port {port}, iana-services.csv has {registered[name]}"
        for name, (_protocols, port) in services.items()
        if registered.get(name) and registered[name] != port and name not in ELSEWHERE
    ]
    for name, service, protocol, port in rows("well-known-services.csv"):
        protocols, published = services.get(service[1:], ([], ""))
        if protocol[1:] not in protocols or port != published:
            found.append(f"well-known-services.csv: services.csv has not what is said of {name}")
    return found + misnamed()


def misnamed() -> list[str]:
    """Win32 errors that impacket, where it is installed, has under another name in its list of Microsoft's."""
    try:
        from impacket.system_errors import ERROR_MESSAGES
    except ImportError:
        return []
    return [
        f"win32-errors.csv: {number} is {name} there, {ERROR_MESSAGES[int(number)][0]} in impacket"
        for number, name in rows("win32-errors.csv")
        if int(number) in ERROR_MESSAGES and ERROR_MESSAGES[int(number)][0] != name
    ]


def listing() -> str:
    """All files: what each is, of when, how many rows, from where, and how it is refreshed."""
    lines = []
    for name in sorted((*TABLES, *RECORDS)):
        told = about(name)
        count = len(records(name) if name in RECORDS else rows(name))
        lines += [f"{name}: {told['what']}", f"    {told['date']}, {count} rows. {told['source']}."]
        lines.append(f"    Refreshed {told['refresh']}.")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description="Lists and checks the tables of kmsdns/data, and refreshes some.")
    parser.add_argument(
        "--services", metavar="FILE", help="IANA's service-names-port-numbers, .csv or .xml: a path or URL"
    )
    parser.add_argument("--compare", metavar="FILE", help="one of IANA's smaller registries, as .csv: a path or URL")
    given = parser.parse_args()
    if given.compare:
        print(*lacking(octets(given.compare).decode("utf-8-sig")), sep="\n")
        return
    if given.services:
        made = registry(octets(given.services), given.services.rpartition("/")[2])
        (FOLDER / "iana-services.csv").write_text(made, encoding="utf-8", newline="\n")
    wrong = [each for name in sorted((*TABLES, *RECORDS)) for each in problems(name)]
    wrong = wrong or contradictions()
    if wrong:
        sys.exit("\n".join(wrong))
    print(listing())


if __name__ == "__main__":
    main()
