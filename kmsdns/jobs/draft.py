"""Specs written: a first one for a domain, and those there are with what is live in them; comments and layout stay."""

from __future__ import annotations

import json

import tomlkit
from tomlkit.exceptions import TOMLKitError

from kmsdns.errors import KmsdnsError
from kmsdns.expectations.matching import assign
from kmsdns.model.messages import Outcome
from kmsdns.model.safe import safe
from kmsdns.model.value import Value
from kmsdns.rules.evidence import reason
from kmsdns.rules.expect.judging import SILENT, rcode
from kmsdns.rules.expect.records import fits
from kmsdns.zone.rdata import identity, present

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from kmsdns.expectations.values import Checked, Expectation, Seen, Spec
    from kmsdns.model.messages import Response


_WRITTEN = ("exactly", "count", "rcode")
"""The keys that are brought up to date."""


class Update(Value):
    """A spec as it was and as it is to be, and what was changed or could not be."""

    path: str
    before: str
    after: str
    told: tuple[str, ...]
    unasked: tuple[str, ...] = ()  # who could not be asked for what a check expects, which is left as it was


def update(spec: Spec, checked: Sequence[Checked]) -> Update:
    """A spec whose exactly, count and rcode say what is live. checked: its checks, in its order.

    A check stays as it is where somebody didn't answer, or failed: what is live is not known then. KmsdnsError for a
    spec that isn't TOML.
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
    told, unasked = [], []
    for index, each in enumerate(checked):
        table, title = tables["check"][index], each.expectation.title
        keys = [key for key in _WRITTEN if key in table and each.expectation.xfail is None]
        failing = [(seen, why) for seen in each.seen if (why := _failure(seen, each.expectation, keys)) is not None]
        if failing:
            asked = ", ".join([f"{seen.viewpoint.label} ({why})" for seen, why in failing])
            unasked.append(f"{title}: left as it is, since it could not be asked: {asked}")
        elif keys:
            told += [f"{title}: {sentence}" for sentence in _updated(table, keys, each)]
    after = tomlkit.dumps(document)
    if "\r\n" in spec.text and "\n" not in spec.text.replace("\r\n", ""):
        after = after.replace("\r\n", "\n").replace("\n", "\r\n")
    return Update(path=spec.path, before=spec.text, after=after, told=tuple(told), unasked=tuple(unasked))


def _failure(seen: Seen, expectation: Expectation, keys: Sequence[str]) -> str | None:
    """Why nothing is known of what is live there; None when something is, or the failure is what is expected."""
    response = seen.response
    if response is None:
        return seen.viewpoint.fault or "nobody to ask"
    if response.outcome.is_conclusive or (response.outcome not in SILENT and not keys):
        return None
    is_expected = expectation.rcode == rcode(response) and response.reason not in ("lame", "referral")
    return None if is_expected else reason(response)


def _updated(table: Any, keys: Sequence[str], checked: Checked) -> Iterator[str]:
    """Changes the table of one check, all of whose viewpoints answered; a sentence for each change, or for none."""
    expectation = checked.expectation
    replies = [seen.response for seen in checked.seen if seen.response is not None]
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
