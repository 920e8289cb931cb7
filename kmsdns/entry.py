"""Where the kmsdns command begins: an interrupt is told in a sentence from the first line of this module on.

Python tells of an interrupt by an exception, which in the middle of an import ends in a traceback, whoever catches it:
the machinery of imports calls back from where exceptions go nowhere. So an interrupt that comes there ends the process
at once, which has nothing open yet. Importing this module takes the signal over: it is for the command alone, and
imports only what the interpreter has loaded anyway.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # signal itself loads enum
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import NoReturn

_STATUS = 130
_SENTENCE = b"kmsdns: interrupted\n"
_IMPORTING = ("<frozen importlib.", "<frozen zipimport>")


def _end() -> NoReturn:
    """Ends the process, and nothing else: no clean-up that a further interrupt could find under way."""
    try:  # noqa: SIM105  # contextlib would have to be loaded
        os.write(2, _SENTENCE)
    except OSError:
        pass
    os._exit(_STATUS)


def _interrupted(_number: int, frame: FrameType | None) -> None:
    """The handler of SIGINT: an exception, where one can be caught."""
    if not _is_running:
        _end()
    while frame is not None:
        if frame.f_code.co_filename.startswith(_IMPORTING):
            _end()
        frame = frame.f_back
    raise KeyboardInterrupt


_is_running = False
if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:  # else whoever started this wants none (nohup)
    _signal.signal(_signal.SIGINT, _interrupted)


def main() -> NoReturn:
    """The kmsdns command."""
    global _is_running
    try:
        from kmsdns.cli import main as command

        _is_running = True
        command()
    except KeyboardInterrupt:
        _is_running = False
        if "--debug" in sys.argv:
            raise
        _end()
    finally:
        _is_running = False
