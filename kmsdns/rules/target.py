"""A target of service records, and what is known of its name: from a zone file, or from live answers."""

from __future__ import annotations

from kmsdns.model.value import Value


class Target(Value):
    """A target of SRV records, and what the source says of its name."""

    name: str  # in canonical form, lower case
    exists: bool | None  # None where the source can't tell
    addresses: tuple[str, ...] | None  # None where the source can't tell
    alias_of: str | None = None  # the end of its chain of aliases
    by_wildcard: bool = False  # the name itself is not there
    below_dname: str | None = None  # the owner of the DNAME record above it
    cut: str | None = None  # the delegation that it is at or below: another zone's matter
    is_inside: bool = True  # at or below the origin of a zone that is known
    rdtypes: tuple[str, ...] = ("A", "AAAA")  # the types of address that the source was asked for
