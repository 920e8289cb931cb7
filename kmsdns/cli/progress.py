"""Progress: a line on a terminal after one second, so that waiting doesn't look like hanging."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import threading
    from types import TracebackType
    from typing import Self

_FIRST = 1.0  # seconds until it is drawn, and between two drawings


class Silent:
    """No progress at all."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None


class Progress:
    """Says on standard error what is being waited for and how long, when that is a terminal; wipes it at the end."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._thread: threading.Thread | None = None
        self._done: threading.Event | None = None

    def __enter__(self) -> Self:
        if sys.stderr is not None and sys.stderr.isatty():
            import threading

            self._done = threading.Event()
            self._thread = threading.Thread(target=self._draw, args=(self._done,), daemon=True)
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._done is not None and self._thread is not None:
            self._done.set()
            self._thread.join()

    def _draw(self, done: threading.Event) -> None:
        seconds = 0
        while not done.wait(_FIRST):
            seconds += 1
            sys.stderr.write(f"\r{self._what} ({seconds} s)")
            sys.stderr.flush()
        if seconds:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
