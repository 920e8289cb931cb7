"""python -m tests.fuzz TARGET: fuzzes one target for a while, or runs it once on a file of octets that broke it.

Guided by coverage where atheris is installed. It is no dependency of the tests, and CI goes without: it is a large
download, built for some systems and interpreters only. Without it, what is tried is mutated and random octets.
"""

from __future__ import annotations

import argparse
import random
import secrets
import sys
import time
from collections.abc import Callable
from pathlib import Path

FOLDER = Path(__file__).parent.parent.parent / "build" / "fuzz"
"""What coverage found worth keeping, from run to run, and the octets that broke something."""

LARGEST = {"decode": 2048, "exchange": 600}  # octets of one input


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("target", choices=("decode", "exchange"))
    parser.add_argument("file", nargs="?", type=Path, help="octets to run once")
    parser.add_argument("--seconds", type=int, default=60)
    chosen = parser.parse_args()
    if chosen.file is not None:
        _target(chosen.target)(chosen.file.read_bytes())
        return
    folder = FOLDER / chosen.target
    folder.mkdir(parents=True, exist_ok=True)
    try:
        import atheris
    except ImportError:
        print(f"{chosen.target}: atheris is not installed; without coverage, for {chosen.seconds} s", flush=True)
        _blindly(chosen.target, folder, chosen.seconds)
        return
    for number, data in enumerate(_seeds(chosen.target, random.Random(1))):
        (folder / f"seed-{number}").write_bytes(data)
    with atheris.instrument_imports(include=["kmsdns.lookup", "kmsdns.model"]):
        target = _target(chosen.target)
    limits = [f"-max_total_time={chosen.seconds}", f"-max_len={LARGEST[chosen.target]}", "-timeout=10"]
    talk = ["-verbosity=0", "-print_final_stats=1", f"-artifact_prefix={folder.parent}/"]
    atheris.Setup([sys.argv[0], *limits, *talk, str(folder)], target)
    atheris.Fuzz()


def _target(name: str) -> Callable[[bytes], None]:
    from tests.fuzz.harness import TARGETS

    return TARGETS[name]


def _seeds(name: str, dice: random.Random) -> tuple[bytes, ...]:
    if name == "decode":
        from tests.lookup.mutations import corpus

        return corpus()
    return tuple([dice.randbytes(dice.randrange(20, LARGEST[name])) for _ in range(50)])


def _blindly(name: str, folder: Path, seconds: float) -> None:
    """The same without coverage: prints the seed, and keeps what broke the target."""
    from tests.lookup.mutations import mutant

    target, seed, count, end = _target(name), secrets.randbits(32), 0, time.monotonic() + seconds
    while time.monotonic() < end:
        dice = random.Random(f"{seed}/{count}")
        data = mutant(seed, count) if name == "decode" else dice.randbytes(dice.randrange(20, LARGEST[name]))
        try:
            target(data)
        except BaseException:
            broken = folder.parent / f"broken-{name}-{seed}-{count}"
            broken.write_bytes(data)
            print(f"{name}: broken by {broken}", flush=True)
            raise
        count += 1
    print(f"{name}: {count} inputs in {seconds} s, seed {seed}: nothing broke", flush=True)


if __name__ == "__main__":
    main()
