"""Writes docs/scenarios.md from the fixtures: what each scenario shows, and what a diagnosis says of it.

python docs/scenarios.py > docs/scenarios.md
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from kmsdns.net.scenario import Scenario, read_scenario  # noqa: E402

HEAD = """# Scenarios

Ways in which clients fail to find their KMS host, and their healthy twins, each as one file in `fixtures/scenarios`:
the zones, who listens at which address of 127.0.0.0/8, how the client is set up, its evidence, and what a diagnosis
must say. The test suite runs all of them over real sockets; you can, too:

```console
$ kmsdns diagnose --scenario one-of-several-dead
$ kmsdns serve --scenario one-of-several-dead      # to look at it with other tools
```

The row is that of the table of failures in [docs/kms.md](kms.md), section 6.5. Notes are not listed.

| row | scenario | what it shows | findings | the client shows | it uses |
|---:|---|---|---|---|---|
"""


def line(name: str, scenario: Scenario) -> str:
    """A row of the table."""
    expect = scenario.expect
    codes, shows, used = (expect.codes, expect.would_show, expect.used) if expect else ([], None, None)
    return (
        f"| {scenario.row} | `{name}` | {scenario.title} | {', '.join(codes) or 'none'} | {shows or ''} | "
        f"{f'`{used}`' if used else ''} |\n"
    )


def page() -> str:
    """The whole page."""
    names = sorted(path.stem for path in (ROOT / "fixtures" / "scenarios").glob("*.toml"))
    read = [(name, read_scenario(str(ROOT / "fixtures" / "scenarios" / f"{name}.toml"))) for name in names]
    return HEAD + "".join(line(name, each) for name, each in sorted(read, key=lambda pair: (pair[1].row or 0, pair[0])))


if __name__ == "__main__":
    sys.stdout.write(page())
