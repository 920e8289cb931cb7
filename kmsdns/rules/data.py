"""What rules know of services, names and addresses: tables of kmsdns/data, with types.

It is loaded when a rule first needs one. The services are those that SRV records are commonly
published for, gathered by hand; those that IANA has registered are in services.registry.
"""

from __future__ import annotations

from kmsdns.data import rows

SERVICES: dict[str, tuple[tuple[str, ...], int | None]] = {
    name: (tuple(protos.split()), int(port) if port else None) for name, protos, port, _source in rows("services.csv")
}
"""Service -> the protocols it is published for, and its port."""

SYNONYMS: dict[str, str] = {word: name for word, name, _source in rows("synonyms.csv")}
"""Word -> the name that the service is registered by (RFC 6335 5)."""

UNDERSCORED: dict[str, str] = {label: kind for label, kind, _source in rows("underscored.csv")}
"""Label in the place of a protocol -> protocol, unregistered or scope (RFC 8552)."""

_NAMES = rows("special-names.csv")

SPECIAL_NAMES: dict[str, str] = {name: source for name, kinds, source in _NAMES if "special" in kinds}
"""Domain that isn't delegated in the public DNS -> the document that says so."""

EXAMPLE_NAMES = tuple([name for name, kinds, _source in _NAMES if "example" in kinds])
"""Domains of documentation and tests, where addresses for documentation are in place."""

SPECIAL_ADDRESSES: dict[str, str] = {prefix: purpose for prefix, purpose, _source in rows("special-addresses.csv")}
"""Prefix -> what it is for (RFC 6890 and its registries)."""

RETIRED_TARGETS: dict[str, str] = dict(rows("retired-targets.csv"))
"""Target -> the service that has ended there. Only those that are surely gone."""
