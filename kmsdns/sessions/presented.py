"""How a job looks to its callers: as the function that prepares its session, with a report in the end."""

from __future__ import annotations

from functools import update_wrapper

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    F = TypeVar("F", bound=Callable[..., Any])


def presented(job: F, prepare: Any) -> F:
    """The job with the name, the documentation and the parameters of the function that prepares its session.

    inspect.signature, and with it help(), follows __wrapped__ to the innermost function. That one returns a Session,
    so it leads to a copy of it that is said to return a Report.
    """
    update_wrapper(job, prepare)
    inner = prepare
    while hasattr(inner, "__wrapped__"):
        inner = inner.__wrapped__
    shown = type(inner)(inner.__code__, inner.__globals__, inner.__name__, inner.__defaults__)
    shown.__kwdefaults__ = inner.__kwdefaults__
    shown.__annotations__ = {**inner.__annotations__, "return": "Report"}
    job.__annotations__ = shown.__annotations__
    job.__wrapped__ = shown  # type: ignore[attr-defined]
    return job
