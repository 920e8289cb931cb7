"""The async front door: the functions of kmsdns.api as coroutines, with the same parameters.

Cancelling one closes its sockets.
"""

from __future__ import annotations

from functools import wraps

from kmsdns import wiring
from kmsdns.net.drive import arun

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any, ParamSpec

    from kmsdns.core.report import Report

    P = ParamSpec("P")


def _async(prepare: Callable[P, wiring.Session]) -> Callable[P, Coroutine[Any, Any, Report]]:
    """The job whose session this prepares, awaited to its end. Parameters and documentation are those of wiring."""

    @wraps(prepare)
    async def job(*args: P.args, **kwargs: P.kwargs) -> Report:
        with prepare(*args, **kwargs) as session:
            try:
                return session.finish(await arun(session.plan, session.source))
            finally:
                await session.aclose()

    job.__annotations__["return"] = "Report"
    return job


discover = _async(wiring.discover)
