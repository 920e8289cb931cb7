"""An event loop in a thread of its own, for callers that block while the look-ups are made of coroutines."""

from __future__ import annotations

import asyncio
import threading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any, TypeVar

    T = TypeVar("T")


class Background:
    """Runs coroutines one after the other; what they leave open stays open between them, until close."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        # What a library makes of hostile octets outside of any coroutine ends in the time-out of a try, not on stderr.
        self._loop.set_exception_handler(lambda _loop, _about: None)
        self._thread = threading.Thread(target=self._loop.run_forever, name="kmsdns", daemon=True)
        self._thread.start()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Its result; an interrupt while waiting for it cancels it."""
        future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        try:
            return future.result()
        finally:
            future.cancel()  # does nothing to one that is done

    def close(self) -> None:
        """Ends whatever still runs, the loop and the thread."""
        self.run(_ended())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _ended() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.get_running_loop().shutdown_asyncgens()
