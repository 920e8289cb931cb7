"""The blocking front door: each job as one function. kmsdns.aio has the same names as coroutines."""

from __future__ import annotations

from functools import wraps

from kmsdns.net.client.drive import run
from kmsdns.sessions import discover as wiring

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


def _blocking(prepare: Callable[P, wiring.Session]) -> Callable[P, Report]:
    """The job whose session this prepares, run to its end. Parameters and documentation are those of wiring."""

    @wraps(prepare)
    def job(*args: P.args, **kwargs: P.kwargs) -> Report:
        with prepare(*args, **kwargs) as session:
            return session.finish(run(session.plan, session.source))

    job.__annotations__["return"] = "Report"
    return job


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
