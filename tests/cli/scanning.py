"""Runs a command and looks at every character that it wrote: nothing from outside may give a terminal an order."""

from __future__ import annotations

import re
import socket
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

import dns.edns
import dns.message
import dns.rcode
import pytest

from kmsdns.cli import run

HOSTILE = "a\x1b[31mred\x9b0m\u202egnp\u200b\u2028\x07\r"
OCTETS = "".join(f"\\{octet:03d}" for octet in HOSTILE.encode())
COMMAND_LINE = re.compile(
    r"^\s*(::|##(?!#* ))|##(vso|teamcity)?\[", re.MULTILINE
)  # a pipeline's order; no heading of Markdown


def scan(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Runs a command and looks at every character it wrote."""
    status = run(list(arguments))
    out, err = capsys.readouterr()
    allowed = "\r\n" if "csv" in arguments else "\n"
    for character in out + err:
        harmless = unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
        assert harmless or character in allowed, (arguments, character, out, err)
    if not is_made_of_orders(arguments):
        assert not COMMAND_LINE.search(out), out
    assert not COMMAND_LINE.search(err), err
    assert "Traceback" not in out + err
    assert "internal error" not in err
    return status, out + err


def is_made_of_orders(arguments: tuple[str, ...]) -> bool:
    """Whether a format is asked for whose lines are orders on purpose; tests/formats reads those as pipelines do."""
    return not {"github", "azure"}.isdisjoint(word.partition("=")[0] for word in arguments)


@contextmanager
def refusing(text: str) -> Iterator[str]:
    """A server that refuses everything, and says why (RFC 8914) in words of its choice."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(0.05)
        done = threading.Event()

        def serve() -> None:
            while not done.is_set():
                try:
                    query, client = sock.recvfrom(4096)
                except TimeoutError:
                    continue
                reply = dns.message.make_response(dns.message.from_wire(query))
                reply.set_rcode(dns.rcode.REFUSED)
                reply.use_edns(0, options=[dns.edns.EDEOption(18, text)])
                sock.sendto(reply.to_wire(), client)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"127.0.0.1:{sock.getsockname()[1]}"
        finally:
            done.set()
            thread.join()


def failing(form: str) -> int:
    """The exit status for errors: to a monitoring plugin that is CRITICAL."""
    return 2 if form == "nagios" else 1


def unusable(form: str) -> int:
    """The exit status for input that can't be read: to a monitoring plugin that is UNKNOWN."""
    return 3 if form == "nagios" else 2
