"""The jobs as functions that block until they have their report. kmsdns.aio has the same names as coroutines.

    discover   where a client would find a service, in the order it would try
    diagnose   why a client cannot find its host
    validate   what is wrong in zone files
    check      whether the DNS is as a spec expects it
    explain    the manual page of a rule, an activation error or an event

kmsdns.discover is kmsdns.api.discover, and so with the others.
"""

from __future__ import annotations

from kmsdns.net.client.drive import run
from kmsdns.sessions import discover as wiring
from kmsdns.sessions.presented import presented

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import ParamSpec

    from kmsdns.jobs.explain import explain as _explain
    from kmsdns.model.report import Report
    from kmsdns.sessions.check import check as _check
    from kmsdns.sessions.diagnose import diagnose as _diagnose
    from kmsdns.sessions.validate import validate as _validate

    P = ParamSpec("P")

__all__ = ["check", "diagnose", "discover", "explain", "validate"]


def _blocking(prepare: Callable[P, wiring.Session]) -> Callable[P, Report]:
    """The job whose session this prepares, run to its end."""

    def job(*args: P.args, **kwargs: P.kwargs) -> Report:
        with prepare(*args, **kwargs) as session:
            return session.finish(run(session.plan, session.source))

    return presented(job, prepare)


discover = _blocking(wiring.discover)

if TYPE_CHECKING:
    check = _blocking(_check)
    diagnose = _blocking(_diagnose)
    explain = _explain
    validate = _validate


def __getattr__(name: str) -> object:
    """Jobs that need more than a look-up does are loaded when they are first used (PEP 562)."""
    if name == "check":
        from kmsdns.sessions.check import check

        return globals().setdefault(name, _blocking(check))
    if name == "diagnose":
        from kmsdns.sessions.diagnose import diagnose

        return globals().setdefault(name, _blocking(diagnose))
    if name == "explain":
        from kmsdns.jobs.explain import explain

        return globals().setdefault(name, explain)
    if name == "validate":
        from kmsdns.sessions.validate import validate

        return globals().setdefault(name, validate)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
