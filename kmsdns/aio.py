"""The jobs of kmsdns.api as coroutines, with the same names, parameters and reports.

    found = await kmsdns.aio.discover("contoso.com")

They run on the caller's event loop, asyncio's own or uvloop. Cancelling one closes its sockets.
"""

from __future__ import annotations

from functools import wraps

from kmsdns.net.client.drive import arun
from kmsdns.sessions import discover as wiring
from kmsdns.sessions.presented import presented

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any, ParamSpec, TypeVar

    from kmsdns.jobs.explain import explain as _explain
    from kmsdns.model.report import Report
    from kmsdns.sessions.check import check as _check
    from kmsdns.sessions.diagnose import diagnose as _diagnose
    from kmsdns.sessions.validate import validate as _validate

    P = ParamSpec("P")
    R = TypeVar("R")

__all__ = ["check", "diagnose", "discover", "explain", "validate"]


def _async(prepare: Callable[P, wiring.Session]) -> Callable[P, Coroutine[Any, Any, Report]]:
    """The job whose session this prepares, awaited to its end."""

    async def job(*args: P.args, **kwargs: P.kwargs) -> Report:
        with prepare(*args, **kwargs) as session:
            try:
                return session.finish(await arun(session.plan, session.source))
            finally:
                await session.aclose()

    return presented(job, prepare)


def _at_once(job: Callable[P, R]) -> Callable[P, Coroutine[Any, Any, R]]:
    """A job that waits for nothing: it only reads files, or not even those."""

    @wraps(job)
    async def awaited(*args: P.args, **kwargs: P.kwargs) -> R:
        return job(*args, **kwargs)

    return awaited


discover = _async(wiring.discover)

if TYPE_CHECKING:
    check = _async(_check)
    diagnose = _async(_diagnose)
    explain = _at_once(_explain)
    validate = _at_once(_validate)


def __getattr__(name: str) -> object:
    """Jobs that need more than a look-up does are loaded when they are first used (PEP 562)."""
    if name == "check":
        from kmsdns.sessions.check import check

        return globals().setdefault(name, _async(check))
    if name == "diagnose":
        from kmsdns.sessions.diagnose import diagnose

        return globals().setdefault(name, _async(diagnose))
    if name == "explain":
        from kmsdns.jobs.explain import explain

        return globals().setdefault(name, _at_once(explain))
    if name == "validate":
        from kmsdns.sessions.validate import validate

        return globals().setdefault(name, _at_once(validate))
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
