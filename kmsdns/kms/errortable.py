"""ERRORS: every activation error that is known here, with what it points at, its cause and what to check first.

The rows are in kmsdns/data/activation-errors.toml. Facts are Microsoft's, sentences are not. What no document says is
marked so (Sure) and says so in its caveat. Reading them takes 2 ms: import this where an entry is looked for.
"""

from __future__ import annotations

from enum import StrEnum

from kmsdns.data import records
from kmsdns.model.value import Value


class PointsAt(StrEnum):
    """Where the fault behind a code is to be looked for."""

    SRV_LOOKUP = "srv-lookup"
    RESOLVER = "resolver"
    CLIENT_CONFIG = "client-config"
    SUFFIX = "suffix"
    ANY_STAGE = "any-stage"  # the code is the last of several failures, and hides the others
    REACHABILITY = "reachability"
    COUNT = "count"
    HOST = "host"
    WRONG_HOST = "wrong-host"
    TIME = "time"
    LICENSING = "licensing"
    RIGHTS = "rights"
    SERVICE = "service"
    INTERNET = "internet"
    INFORMATION = "information"


class Sure(StrEnum):
    """How sure a fact is."""

    DOCUMENTED = "documented"
    INFERRED = "inferred"  # read out of Microsoft's own scripts
    REPORTED = "reported"  # by administrators, not by Microsoft
    CONTRADICTORY = "contradictory"  # Microsoft's documents disagree
    UNVERIFIED = "unverified"  # general knowledge, in no document that was read


class ActivationError(Value):
    """One HRESULT that a client, a host or their tools show."""

    number: int  # unsigned, 32 bits
    text: str  # what it says, in short
    points_at: PointsAt
    cause: str
    check: str  # what to check first
    source: str
    command: str = ""  # the kmsdns command that answers it; empty where none does
    sure: Sure = Sure.DOCUMENTED
    caveat: str = ""  # what about it is not sure

    @property
    def code(self) -> str:
        """0xC004F074."""
        return f"0x{self.number:08X}"


ERRORS = tuple(
    [
        ActivationError(
            **{
                **each,
                "points_at": PointsAt(each["points_at"]),
                "sure": Sure(each.get("sure", Sure.DOCUMENTED)),
            }
        )
        for each in records("activation-errors.toml")
    ]
)
"""In the order of the stages at which a client fails."""
