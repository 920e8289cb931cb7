"""The values of house rules: what a house asks of its records. The rules that ask are in rules.zone.house."""

from __future__ import annotations

from kmsdns.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class HouseRules(Value):
    """What a house asks of its records. None: nothing is asked."""

    ttl_min: int | None = None  # seconds
    ttl_max: int | None = None  # seconds
    services: tuple[str, ...] | None = None  # the only ones, as "_vlmcs._tcp", in lower case
    target_suffixes: tuple[str, ...] | None = None  # targets are at or below one of these; canonical names
    minimum_targets: int | None = None  # different targets in each set
    layout: Callable[[str], str] | None = None  # the formatter: a file's text as it is to be
    comment_required: bool | None = None  # a comment on the line of each SRV record, or on the line above it
    no_wildcard_srv: bool | None = None
    weights_sum: int | None = None  # of the records of each priority, where there are several


NOTHING = HouseRules()
"""No house rules."""
