"""The demo: the main job against the bundled server, each command as a person would type it. Run by `make demo`.

Everything stays on this machine. The listeners are plain TCP sockets that accept and close: enough for --probe tcp, and
no KMS host.
"""

from __future__ import annotations

import os
import shlex
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KMSDNS = [sys.executable, "-m", "kmsdns"]
HOSTS = ("127.0.10.1", "127.0.10.2", "127.0.11.1")  # kms03 of the weighted zone is down today
PORT = 1688
PATIENCE = 20.0  # seconds for the server to be ready


def listen(address: str) -> socket.socket | None:
    """A listener that accepts and closes, in a thread; None where this machine can't have it."""
    try:
        listener = socket.create_server((address, PORT))
    except OSError:
        return None

    def accept() -> None:
        while True:
            try:
                listener.accept()[0].close()
            except OSError:
                return

    threading.Thread(target=accept, daemon=True).start()
    return listener


def shown(arguments: str, environment: dict[str, str]) -> None:
    """Prints a command and runs it."""
    print(f"$ kmsdns {arguments}", flush=True)
    subprocess.run([*KMSDNS, *shlex.split(arguments)], env=environment, cwd=ROOT, check=False)
    print(flush=True)


def main() -> int:
    """0 when the server came up."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for listener in filter(None, map(listen, HOSTS)):
            stack.enter_context(listener)
        ready = folder / "ready"
        zones = [str(path.relative_to(ROOT)) for path in sorted((ROOT / "zonefiles").glob("*.zone"))]
        command = [*KMSDNS, "serve", *zones, "--port", "0", "--ready-file", str(ready), "--max-seconds", "120", "-q"]
        print("$ kmsdns serve zonefiles/*.zone --port 0 &", flush=True)
        server = stack.enter_context(subprocess.Popen(command, cwd=ROOT))
        stack.callback(server.terminate)
        end = time.monotonic() + PATIENCE
        while not ready.exists():
            if server.poll() is not None or time.monotonic() > end:
                print("the bundled server did not start", file=sys.stderr)
                return 1
            time.sleep(0.01)
        address = ready.read_text().split()[1]
        print(flush=True)
        environment = {**os.environ, "KMSDNS_CACHE_FILE": str(folder / "hostcache.json"), "COLUMNS": "80"}
        shown(f"discover weighted.example.com --server {address}", environment)
        shown(f"discover weighted.example.com --server {address} --probe tcp", environment)
        report = ROOT / "build" / "demo-report.html"
        report.parent.mkdir(exist_ok=True)
        html = f"-f text -f html={report.relative_to(ROOT)}"
        shown(f"diagnose deadhost.example.com --server {address} --seed 3 {html}", environment)
    return 0


if __name__ == "__main__":
    sys.exit(main())
