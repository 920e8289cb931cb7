"""The event loops that the async side has to work on: asyncio's own, and uvloop's, where uvicorn's users are."""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, TypeVar

import pytest

T = TypeVar("T")

HAS_UVLOOP = importlib.util.find_spec("uvloop") is not None
needs_uvloop = pytest.mark.skipif(not HAS_UVLOOP, reason="uvloop is not to be had for this system")
LOOPS = ("asyncio", pytest.param("uvloop", marks=needs_uvloop))


def run_on(loop: str, work: Coroutine[Any, Any, T]) -> T:
    """As asyncio.run, in a loop of this kind."""
    factory = None
    if loop == "uvloop":
        import uvloop

        factory = uvloop.new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(work)


if HAS_UVLOOP:
    run_on("uvloop", asyncio.sleep(0))  # what its first loop opens stays open: tests count open files


def on_uvloop(awaited: Callable[..., Any]) -> Any:
    """A function that calls asyncio.run, which is on uvloop here: a value for parametrize."""

    def run(*args: Any, **kwargs: Any) -> Any:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(asyncio, "run", partial(run_on, "uvloop"))
            return awaited(*args, **kwargs)

    return pytest.param(run, id=f"{awaited.__name__}-uvloop", marks=needs_uvloop)
