"""The JSON of `kmsdns collect`, version 1: its schema in types. evidence.bundle reads it.

Strict: a field that isn't here, a value of another type and a missing field are errors that say where they are. What
the script leaves unknown is null. docs/schema/bundle-v1.json is made from these types.
"""

from __future__ import annotations

import json
from typing import Annotated, Literal

import msgspec

VERSION = 1

Uint16 = Annotated[int, msgspec.Meta(ge=0, le=65535)]
Uint32 = Annotated[int, msgspec.Meta(ge=0, le=2**32 - 1)]
"""Also ports that are set: Windows stores any number."""
Counter = Annotated[int, msgspec.Meta(ge=-1, le=2**32 - 1)]  # -1 on what is no host


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every object of a bundle is: complete, and without anything else in it."""


class Computer(_Part, frozen=True):
    """The machine."""

    name: str
    domain: str | None  # of the directory, null for a member of a workgroup
    domain_joined: bool
    windows_version: str  # "10.0.19045"
    is_server: bool


class BundleService(_Part, frozen=True):
    """SoftwareLicensingService, or Office's own where that exists."""

    product: Literal["windows", "office"]
    client_id: str | None
    manual_host: str | None
    manual_port: Uint32 | None  # 0 when never set
    lookup_domain: str | None
    caching: bool | None
    is_kms_host: bool | None
    listening_port: Uint32 | None
    publishing: bool | None


class ProductState(_Part, frozen=True):
    """One SoftwareLicensingProduct with a key; the key itself is never collected."""

    name: str
    description: str
    sku: str
    app_id: str
    status: Uint32  # LicenseStatus
    status_reason: str | None  # an HRESULT
    minutes_left: Uint32 | None
    activation_type: Uint32 | None  # VLActivationTypeEnabled
    activated_by: Uint32 | None  # VLActivationType: what the last activation came from
    manual_host: str | None
    manual_port: Uint32 | None
    discovered_host: str | None
    discovered_port: Uint32 | None
    discovered_address: str | None
    lookup_domain: str | None
    activation_interval: Uint32 | None  # minutes
    renewal_interval: Uint32 | None  # minutes
    is_kms_host: bool | None
    current_count: Counter | None
    total_requests: Counter | None
    failed_requests: Counter | None


class RegistryValue(_Part, frozen=True):
    """One value of the registry."""

    key: str
    name: str
    type: str  # "REG_SZ"
    value: str | int | list[str]


class Adapter(_Part, frozen=True):
    """One network adapter that is up."""

    name: str
    suffix: str | None
    servers: list[str]


class Dns(_Part, frozen=True):
    """The settings of the DNS client."""

    primary_suffix: str | None
    search_list: list[str]
    adapters: list[Adapter]


class SrvRecord(_Part, frozen=True):
    """One SRV record."""

    priority: Uint16
    weight: Uint16
    port: Uint16
    target: str


class TargetAddress(_Part, frozen=True):
    """An address that a target has."""

    name: str
    address: str


class Lookup(_Part, frozen=True):
    """One question that the client's own resolver was asked."""

    name: str
    outcome: Literal["answer", "nodata", "nxdomain", "servfail", "refused", "timeout"]
    records: list[SrvRecord]
    addresses: list[TargetAddress]


class BundleConnect(_Part, frozen=True):
    """One connection that was tried."""

    target: str
    port: Uint32
    address: str | None
    succeeded: bool


class EventEntry(_Part, frozen=True):
    """One event of the licensing service."""

    id: Uint32
    time: str  # UTC
    data: list[str]


class Clock(_Part, frozen=True):
    """The client's clock against that of a domain controller."""

    server: str
    offset_seconds: float


class BundleProblem(_Part, frozen=True):
    """A part that could not be collected."""

    part: str
    message: str


class Bundle(_Part, frozen=True):
    """All that `kmsdns collect` gathers of one client."""

    kmsdns_bundle: Literal[1]
    collected: str  # UTC, 2026-01-31T12:00:00Z
    computer: Computer | None
    services: list[BundleService]
    products: list[ProductState]
    registry: list[RegistryValue]
    dns: Dns | None
    lookups: list[Lookup]
    connects: list[BundleConnect]
    events: list[EventEntry]
    clock: Clock | None
    problems: list[BundleProblem]


def schema() -> bytes:
    """The JSON Schema of a bundle, with a newline at its end."""
    return json.dumps(msgspec.json.schema(Bundle), indent=2, sort_keys=True).encode() + b"\n"
