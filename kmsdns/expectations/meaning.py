"""What a spec means: its tables as Expectations and Vantages. What can't be meant is a mistake, with its place."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from ipaddress import ip_network

from kmsdns.errors import UnreadableInput
from kmsdns.expectations import subjects, types
from kmsdns.expectations.values import (
    SYSTEM,
    Bounds,
    ClientWish,
    Expectation,
    Same,
    Targets,
    Wish,
    Xfail,
)
from kmsdns.expectations.words import existing, rdata_from_text, tried
from kmsdns.model import names
from kmsdns.model.messages import Question
from kmsdns.model.typed import typed_host, typed_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeVar

    from kmsdns.expectations import places
    from kmsdns.expectations.mistakes import Mistakes
    from kmsdns.expectations.words import Folder
    from kmsdns.model.names import ServiceName
    from kmsdns.model.records import Location

    T = TypeVar("T")

WITH_TARGETS = ("SRV", "NS", "MX", "CNAME", "PTR")
"""Types whose records name a host."""

DNSSEC = ("RRSIG", "NSEC", "NSEC3", "NSEC3PARAM", "DNSKEY", "CDS", "CDNSKEY")
"""What signing adds to a zone."""

_MATCHERS = tuple(
    "exactly contains any_of none_of regex count rcode flags ttl share consistent serial targets reachable client "
    "same".split()
)
_OF_SERVICES = ("share", "reachable")


class Meaning:
    """Reads the tables of one spec. folder: where it is; prefix: where its tables are."""

    def __init__(self, folder: Folder, prefix: places.Path, mistakes: Mistakes) -> None:
        self._folder, self._prefix, self._mistakes = folder, prefix, mistakes
        self._titles: dict[str, int] = {}  # each name that was given, and its line

    def check(
        self, index: int, spec: types.CheckSpec, keys: Sequence[str], vantages: frozenset[str]
    ) -> Expectation | None:
        """What a check expects. keys: those that it has in the file."""
        path = (*self._prefix, "check", index)
        return _Check(self._folder, path, spec, keys, self._mistakes).read(vantages, self._titles)

    def named_apart(self, checks: Sequence[Expectation]) -> tuple[Expectation, ...]:
        """Checks with the same title, which none of them was given, numbered."""
        seen = Counter[str]()
        found = []
        for check in checks:
            seen[check.title] += 1
            number = seen[check.title]
            found.append(check if number == 1 else check.replace(title=f"{check.title} ({number})"))
        return tuple(found)


class _Check:
    """One check of a spec."""

    def __init__(
        self, folder: Folder, path: places.Path, spec: types.CheckSpec, keys: Sequence[str], mistakes: Mistakes
    ) -> None:
        self._folder, self._path, self._spec, self._mistakes = folder, path, spec, mistakes
        self._keys = keys

    def read(self, vantages: frozenset[str], titles: dict[str, int]) -> Expectation | None:
        """The expectation; None when it isn't known what it is about. titles: those of the checks before, by line."""
        subject = self._subject()
        if subject is None:
            return None
        question, service, title = subject
        spec = self._spec
        asked = [spec.from_] if isinstance(spec.from_, str) else spec.from_ if spec.from_ is not None else [SYSTEM]
        for index, name in enumerate(asked):
            if name not in vantages and name != SYSTEM:
                at = ("from",) if isinstance(spec.from_, str) else ("from", index)
                there = f"[vantage] has {', '.join(sorted(vantages))}" if vantages else "there is no [vantage]"
                self._wrong(at, f"unknown vantage {names.shown(name)}: {there}")
        if not asked:
            self._wrong(("from",), "from names at least one vantage; without it the system's resolvers are asked")
        if not any(key in self._keys for key in _MATCHERS):
            self._wrong((), f"the check expects nothing: give it one of {', '.join(_MATCHERS)}")
        if question.rdtype != "SRV":
            for key in _OF_SERVICES:
                if key in self._keys:
                    self._wrong((key,), f"{key} is for SRV records, not for {question.rdtype}", key=True)
        self._title(titles, title)
        exactly = None if spec.exactly is None else self._wishes("exactly", spec.exactly, question)
        return Expectation(
            title=title,
            location=self._at((), key=True),
            places={key: self._at((key,)) for key in self._keys},
            question=question,
            vantages=tuple(dict.fromkeys(asked)),
            service=service,
            exactly=exactly,
            contains=(*self._wishes("contains", spec.contains, question), *self._patterns()),
            any_of=self._wishes("any_of", spec.any_of, question),
            none_of=self._wishes("none_of", spec.none_of, question),
            count=self._range("count", spec.count),
            rcode=spec.rcode,
            flags=tuple([(flag.removeprefix("!"), not flag.startswith("!")) for flag in spec.flags]),
            ttl=self._range("ttl", spec.ttl),
            share=self._shares(),
            consistent=spec.consistent,
            serial=self._serial(question),
            targets=self._targets(question),
            reachable="tcp" if spec.reachable is True else spec.reachable or None,
            client=self._client(service),
            same=self._same(),
            xfail=self._xfail(),
        )

    def _subject(self) -> tuple[Question, ServiceName | None, str] | None:
        """What is asked, of which service, and what the check is called."""
        spec = self._spec
        given = [key for key in ("service", "zone") if key in self._keys]
        if len(given) > 1:
            self._wrong(("zone",), "a check is of a service or of a zone, not of both", key=True)
            return None
        if spec.title is not None and given and spec.name is not None:
            self._wrong(("title",), "the check has a name: title is for those whose name is an owner name", key=True)
        title = spec.title or (spec.name if given else None)
        if spec.service is not None:
            if spec.type is not None and spec.type.upper() != "SRV":
                self._wrong(("type",), "a service's records are SRV: give the owner name as name instead of service")
            text = spec.service
            service = self._try(("service",), lambda: subjects.service(text))
            if service is None:
                return None
            question = Question(name=names.fold(service.owner), rdtype="SRV")
            return question, service, title or str(question)
        owner = spec.zone if spec.zone is not None else spec.name
        key = "zone" if spec.zone is not None else "name"
        if owner is None:
            self._wrong((), 'the check is of nothing: give it service = "...", name = "..." and type, or zone = "..."')
            return None
        name = self._try((key,), lambda: typed_name(owner))
        word = spec.type or ("SOA" if spec.zone is not None else None)
        if word is None:
            self._wrong(("name",), 'name is an owner name here: give its type too, as type = "A"; or a service')
            return None
        rdtype = self._try(("type",), lambda: subjects.rdtype(word))
        if rdtype is None or name is None:
            return None
        question = Question(name=name, rdtype=rdtype)
        return question, None, title or (f"zone {name}" if spec.zone is not None else str(question))

    def _title(self, titles: dict[str, int], title: str) -> None:
        """Each name that was given is there once."""
        key = "title" if self._spec.title is not None else "name"
        if key not in self._keys or (key == "name" and not {"service", "zone"} & set(self._keys)):
            return
        if title in titles:
            self._wrong((key,), f"the name {names.shown(title)} is that of the check in line {titles[title]} already")
        titles.setdefault(title, self._at((key,)).line)

    def _wishes(self, key: str, entries: Sequence[types.Entry], question: Question) -> tuple[Wish, ...]:
        found = [self._wish((key, index), entry, question) for index, entry in enumerate(entries)]
        return tuple([wish for wish in found if wish is not None])

    def _wish(self, path: places.Path, entry: types.Entry, question: Question) -> Wish | None:
        at = self._at(path)
        if isinstance(entry, str):
            rdata = self._try(path, lambda: rdata_from_text(question, entry))
            return None if rdata is None else Wish(text=entry, location=at, rdata=rdata)
        given = {key: value for key in entry.__struct_fields__ if (value := getattr(entry, key)) is not None}
        if not given:
            self._wrong(path, "an empty table stands for any record: use count")
            return None
        if question.rdtype != "SRV":
            keys = ("priority", "weight", "port", *(() if question.rdtype in WITH_TARGETS else ("target",)))
            odd = next((key for key in keys if key in given), None)
            if odd is not None:
                self._wrong((*path, odd), f"{question.rdtype} records have no {odd}", key=True)
                return None
        target = given.get("target")
        if target is not None:
            given["target"] = self._try((*path, "target"), lambda: typed_host(target))
        if "regex" in given:
            self._compiled((*path, "regex"), given["regex"])
        text = " ".join([f"{key} {value}" for key, value in given.items()])
        return Wish(text=text, location=at, **given)

    def _patterns(self) -> list[Wish]:
        patterns = [self._spec.regex] if isinstance(self._spec.regex, str) else self._spec.regex
        found = []
        for index, pattern in enumerate(patterns):
            path = ("regex",) if isinstance(self._spec.regex, str) else ("regex", index)
            self._compiled(path, pattern)
            found.append(Wish(text=f"regex {pattern}", location=self._at(path), regex=pattern))
        return found

    def _compiled(self, path: places.Path, pattern: str) -> None:
        try:
            re.compile(pattern)
        except (re.error, RecursionError, OverflowError) as error:
            self._wrong(path, f"this is no regular expression: {error}")

    def _range(self, key: str, given: int | types.NumberSpec | types.SecondsSpec | None) -> Bounds | None:
        if given is None:
            return None
        if isinstance(given, int):
            return Bounds(low=given, high=given)
        if given.min is None and given.max is None:
            self._wrong((key,), f"{key} bounds nothing: give it min, max or both")
        if given.min is not None and given.max is not None and given.min > given.max:
            self._wrong((key,), f"no {key} can be at least {given.min} and at most {given.max}")
        return Bounds(low=given.min, high=given.max)

    def _shares(self) -> tuple[tuple[str, Bounds], ...]:
        found = []
        for target, given in self._spec.share.items():
            path = ("share", target)
            low, high = (given, given) if isinstance(given, float) else given
            name = self._try(path, lambda target=target: typed_host(target))  # type: ignore[misc]
            if low > high:
                self._wrong(path, f"no share can be at least {low:g} and at most {high:g}")
            if name is not None:
                found.append((name, Bounds(low=low, high=high)))
        if sum(bounds.low or 0 for _name, bounds in found) > 1 + 1e-9:
            self._wrong(("share",), "the lowest shares come to more than 1 together")
        return tuple(found)

    def _serial(self, question: Question) -> int | bool:
        serial = self._spec.serial
        if serial is not False and question.rdtype != "SOA":
            self._wrong(("serial",), 'serial is for a zone: zone = "contoso.com"', key=True)
        return True if serial == "equal" else serial

    def _targets(self, question: Question) -> Targets:
        given = self._spec.targets
        if given is None:
            return Targets()
        if question.rdtype not in WITH_TARGETS:
            self._wrong(("targets",), f"{question.rdtype} records name no host", key=True)
        for index, network in enumerate(given.within):
            self._try(("targets", "within", index), lambda network=network: ip_network(network))  # type: ignore[misc]
        found = Targets(resolve=given.resolve, no_alias=not given.alias, within=tuple(given.within))
        if not found.needs_addresses:
            self._wrong(("targets",), "targets expects nothing: resolve = true, alias = false, or within = [networks]")
        return found

    def _client(self, service: ServiceName | None) -> ClientWish | None:
        given = self._spec.client
        if given is None:
            return None
        if service is None:
            self._wrong(("client",), "client is for a service", key=True)
            return None
        if not given.suffixes and given.manual is None:
            self._wrong(("client",), 'a client searches suffixes: suffixes = ["contoso.com"]; or has a manual host')
        suffixes = [
            self._try(("client", "suffixes", index), lambda each=each: typed_name(each))  # type: ignore[misc]
            for index, each in enumerate(given.suffixes)
        ]
        used: str | None = given.used
        if given.used not in ("any", "none"):
            found = self._endpoint("used", given.used, None)
            used = None if found is None else f"{found[0]}:{found[1]}"
        return ClientWish(
            suffixes=tuple([each for each in suffixes if each is not None]),
            used=used or "any",
            manual=None if given.manual is None else self._endpoint("manual", given.manual, 1688),
            cached=None if given.cached is None or not given.caching else self._endpoint("cached", given.cached, None),
            probe=given.probe,
        )

    def _endpoint(self, key: str, text: str, default: int | None) -> tuple[str, int] | None:
        """HOST:PORT."""
        host, colon, port = text.rpartition(":")
        if not colon and default is not None:
            host, port = text, str(default)
        if not host or not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
            others = ', "any" or "none"' if key == "used" else ""
            self._wrong(("client", key), f"{names.shown(text)} is no endpoint: write HOST:PORT{others}")
            return None
        name = self._try(("client", key), lambda: typed_host(host))
        return None if name is None else (name, int(port))

    def _same(self) -> Same | None:
        spec = self._spec
        if spec.same is None:
            for key in ("file", "ignore"):
                if key in self._keys:
                    self._wrong((key,), f'{key} is for the comparison of a zone with a file: same = "all"', key=True)
            return None
        if spec.zone is None or spec.file is None:
            self._wrong(("same",), 'same compares a zone with a file: zone = "contoso.com", file = "contoso.zone"')
            return None
        ignored = [word.upper() for word in spec.ignore]
        for index, word in enumerate(ignored):
            if word not in ("TTL", "DNSSEC"):
                ignored[index] = self._try(("ignore", index), lambda word=word: subjects.rdtype(word)) or word  # type: ignore[misc]
        path = existing(self._mistakes, self._folder, (*self._path, "file"), spec.file)
        if path is None:
            return None
        try:
            zone = self._folder.zone(path)
        except UnreadableInput as error:
            self._wrong(("file",), f"the zone file can't be used: {error}")
            return None
        origin = self._try(("zone",), lambda: typed_name(spec.zone or "."))
        if origin is not None and names.fold(zone.origin or "") != origin:
            self._wrong(("file",), f"the file is of the zone {zone.origin}, not of {origin}")
        words = frozenset([*ignored, *(DNSSEC if "DNSSEC" in ignored else ())])
        return Same(path=str(path), zone=zone, ignored=words)

    def _xfail(self) -> Xfail | None:
        given = self._spec.xfail
        if given is None:
            return None
        if isinstance(given, date):
            return Xfail(until=given.isoformat())
        return Xfail(until=given.until.isoformat(), reason=given.reason)

    def _at(self, path: places.Path, *, key: bool = False) -> Location:
        return self._mistakes.places.at((*self._path, *path), key=key)

    def _wrong(self, path: places.Path, message: str, *, key: bool = False) -> None:
        self._mistakes.add((*self._path, *path), message, key=key)

    def _try(self, path: places.Path, read: Callable[[], T]) -> T | None:
        return tried(self._mistakes, (*self._path, *path), read)
