"""Writes docs/rules.md from the catalogue: every rule by family, in a table, and the manual page of each.

python docs/rules.py > docs/rules.md
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from kmsdns.formats.terminal.manual import render
from kmsdns.jobs.explain import explain
from kmsdns.rules.catalogue import RULES
from kmsdns.rules.rule import Rule

FAMILIES = {
    "ZF": ("The text of a zone file", "What stands in the file, before it is a zone."),
    "ZN": ("Names", "Owners, and the names that records point at."),
    "RR": ("RRsets", "Records of one name and type, and what must not stand beside them."),
    "ZD": ("Apex and delegation", "The zone's own records, and where it ends."),
    "SRV": ("Service records", "1xx the owner, 2xx the fields, 3xx the target, 4xx the records of a name together."),
    "SVC": ("What a service needs", "KMS, Active Directory and mail."),
    "LIV": ("Live answers", "What servers said: to the questions of `diagnose`, and from 101 on of `check`."),
    "NET": ("Reachability", "What probes of an endpoint came to."),
    "KMS": ("The client, its host and its licence", "From this machine's settings, or from evidence of another one."),
    "EXP": ("Expectations", "What a spec of `check` wants, and the DNS does not keep."),
    "POL": ("House rules", "Each judges when the configuration sets its bounds and it is chosen."),
    "SUP": ("Suppressions", "Comments that hide findings."),
}

HEAD = """# Rules

Everything that `kmsdns validate`, `kmsdns diagnose` and `kmsdns check` may tell, {count} rules. `kmsdns explain CODE`
shows a page in the terminal, `kmsdns explain --list` the list. A code never changes its meaning and is never used
again; `--select`, `--ignore` and `--extend-select` take codes, names, and beginnings of codes. A rule that is *off*
judges when it is chosen. A *safe* fix is made by `validate --fix`, an *unsafe* one by `--unsafe-fixes` only, *advice*
is for a person.

"""


def row(rule: Rule) -> str:
    """A line of a family's table."""
    (what,) = [" ".join(block.text.split()) for block in explain(rule.code).what]
    fix = "" if rule.safety is None else rule.safety.value
    severity = rule.severity.value if rule.default else f"{rule.severity.value}, off"
    cells = [f"[{rule.code}](#{rule.code})", f"`{rule.slug}`", severity, what.replace("|", "\\|"), fix]
    return f"| {' | '.join(cells)} |\n"


def manual(rule: Rule) -> str:
    """The page of a rule, below an anchor that is its code."""
    head, _, rest = render("markdown", [explain(rule.code)]).partition("\n")
    return f'<a id="{rule.code}"></a>\n\n#{head}\n{rest}\n'


def family(letters: str) -> str:
    """The table of a family, and its pages."""
    title, about = FAMILIES[letters]
    rules = [rule for rule in RULES if rule.code.rstrip("0123456789") == letters]
    table = "| rule | name | severity | says | fix |\n|---|---|---|---|---|\n" + "".join(map(row, rules))
    return f"## {letters}: {title}\n\n{about}\n\n{table}\n" + "".join(map(manual, rules))


def page() -> str:
    """The whole page."""
    links = ", ".join([f"[{letters}](#{letters.lower()}-{_slug(FAMILIES[letters][0])})" for letters in FAMILIES])
    text = HEAD.format(count=len(RULES)) + f"Families: {links}.\n\n" + "".join(map(family, FAMILIES))
    return text.rstrip("\n") + "\n"


def _slug(title: str) -> str:
    return title.lower().replace(",", "").replace(" ", "-")


if __name__ == "__main__":
    sys.stdout.write(page())
