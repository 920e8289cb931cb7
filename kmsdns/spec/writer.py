"""Specs written: a first one for a domain, and those there are with what is live in them; comments and layout stay."""

from __future__ import annotations

import json

import tomlkit
from tomlkit.exceptions import TOMLKitError

from kmsdns.core.matching import assign
from kmsdns.core.messages import Outcome
from kmsdns.core.safe import safe
from kmsdns.core.value import Value
from kmsdns.errors import KmsdnsError
from kmsdns.rules.comparing import fits
from kmsdns.rules.expecting import SILENT, rcode
from kmsdns.zone.rdata import identity, present

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from kmsdns.core.expectations import Checked, Expectation, Spec
    from kmsdns.core.messages import Response


class Update(Value):
    """A spec as it was and as it is to be, and what was changed or could not be."""

    path: str
    before: str
    after: str
    told: tuple[str, ...]


def update(spec: Spec, checked: Sequence[Checked]) -> Update:
    """A spec whose exactly, count and rcode say what is live. checked: its checks, in its order.

    KmsdnsError for a spec that isn't TOML.
    """
    if spec.path == "-" or spec.path.endswith((".json", ".yaml", ".yml")):
        raise KmsdnsError(f"{spec.path}: only specs in TOML files can be updated")
    try:
        document: Any = tomlkit.parse(spec.text)
    except TOMLKitError as error:
        raise KmsdnsError(f"{spec.path}: cannot be edited: {error}") from None
    tables = document
    if spec.path.endswith("pyproject.toml"):
        tables = document["tool"]["kmsdns"]
    told = []
    for index, each in enumerate(checked):
        table = tables["check"][index]
        told += [f"{each.expectation.title}: {sentence}" for sentence in _updated(table, each)]
    return Update(path=spec.path, before=spec.text, after=tomlkit.dumps(document), told=tuple(told))


def _updated(table: Any, checked: Checked) -> Iterator[str]:
    """Changes the table of one check; a sentence for each change, or for why there is none."""
    expectation = checked.expectation
    keys = [key for key in ("exactly", "count", "rcode") if key in table]
    if not keys or expectation.xfail is not None:
        return
    replies = [seen.response for seen in checked.seen if seen.response and seen.response.outcome not in SILENT]
    if len(replies) < len(checked.seen):
        yield "left as it is, since it could not be asked everywhere"
        return
    if len({_says(reply) for reply in replies}) > 1:
        yield "left as it is, since its vantages disagree"
        return
    live = replies[0]
    code = "NODATA" if expectation.rcode == "NODATA" and live.outcome is Outcome.NODATA else rcode(live)
    if "rcode" in keys and table["rcode"] != code:
        yield f"rcode was {table['rcode']} and is {code}"
        table["rcode"] = code
    if not live.outcome.is_conclusive:
        return
    if isinstance(table.get("count"), int) and table["count"] != len(live.answer):
        yield f"count was {table['count']} and is {len(live.answer)}"
        table["count"] = len(live.answer)
    if "exactly" in keys:
        yield from _exactly(table["exactly"], expectation, live)


def _exactly(array: Any, expectation: Expectation, live: Response) -> Iterator[str]:
    """Entries that fit a record stay as they are written."""
    wishes = expectation.exactly or ()
    given = assign(wishes, live.answer, fits)
    for index in range(len(wishes) - 1, -1, -1):
        if index not in given:
            yield f"removed {wishes[index].text}"
            del array[index]
    is_spread = "\n" in array.as_string()
    for index, record in enumerate(live.answer):
        if index in set(given.values()):
            continue
        text = present(record.rdtype, record.rdata)
        yield f"added {text}"
        if is_spread:
            array.add_line(text, indent=_indent(array.as_string()))
        else:
            array.append(text)


def _indent(text: str) -> str:
    """What the lines of an array begin with."""
    lines = [line for line in text.split("\n")[1:] if line.strip() not in ("", "]")]
    return lines[0][: len(lines[0]) - len(lines[0].lstrip())] if lines else "  "


def _says(response: Response) -> tuple[object, ...]:
    return rcode(response), frozenset(identity(each.rdtype, each.rdata) for each in response.answer)


def draft(domain: str, srv: Response, servers: Sequence[str]) -> str:
    """A first spec for the service that was asked for; servers are the hosts that have the domain."""
    owner = srv.question.name.removesuffix(".")
    lines = [f"# What must hold of {safe(domain.rstrip('.'))}. kmsdns check asks, and says which of it does.", ""]
    if servers:
        listed = ", ".join(_quoted(server.removesuffix(".")) for server in servers)
        lines += [
            "[vantage]",
            "# The domain's own servers: each is asked, and judged by itself.",
            f"auth = [{listed}]",
            "",
        ]
    lines += ["[[check]]", f"name = {_quoted(f'where {owner} is')}", f"service = {_quoted(owner)}"]
    lines += ['from = ["auth"]  # without it the system\'s resolvers are asked'] if servers else []
    if srv.answer:
        lines += ["exactly = [", *[f"  {_quoted(present(each.rdtype, each.rdata))}," for each in srv.answer], "]"]
        lines += ["ttl = { min = 60, max = 86400 }", '# reachable = "tcp"  # connect to each of them, too']
        lines += ["# targets = { resolve = true, alias = false }"]
    else:
        lines += [f'rcode = "{rcode(srv)}"  # as it is now: there is no such record']
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A string of TOML; what JSON escapes means the same there."""
    return json.dumps(text)
