"""What the public functions take: a check for each of their parameters, so that misuse ends in a sentence at once.

    @checked(port=whole(1, 65535))
    def ask(name, port=53): ...

What is given by place has its check in PARAMETERS, the options have theirs in kmsdns.options. Where several of a thing
are taken, one is taken too, and the function gets a tuple: servers="::1" is one server. InvalidArgument says whose
parameter was given what, and what to give instead. Names, servers and words that a table knows are read, and refused,
by who knows them; here a value is only held to be of the right kind.
"""

from __future__ import annotations

from kmsdns.errors import InvalidArgument
from kmsdns.model.names import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, ParamSpec, TypeVar

    P = ParamSpec("P")
    R = TypeVar("R")
    Check = Callable[[Any], Any]
    """Returns the value as the function is to have it, or raises Misfit."""

TAKES_MORE = 0x04  # in co_flags: by place


class Misfit(Exception):
    """A value is refused. wanted: what to give instead; value: it, or the part of it that doesn't fit."""

    def __init__(self, wanted: str, value: object) -> None:
        super().__init__(wanted)
        self.wanted, self.value = wanted, value


def require(check: Check, value: object, where: str) -> Any:
    """The value, as the check returns it. where: "discover(timeout=)", for the sentence of InvalidArgument."""
    try:
        return check(value)
    except Misfit as misfit:
        part = "" if misfit.value is value else f"{told(misfit.value)}, in "
        raise InvalidArgument(f"{where}: {part}{told(value)} won't do: {misfit.wanted}") from None


def told(value: object) -> str:
    """A value for a sentence, whatever its repr does."""
    try:
        return shown(repr(value), 60)[1:-1]
    except Exception:
        return f"a {type(value).__name__}"


def checked(**own: Check) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorates a public function: its arguments pass the checks of PARAMETERS, or of own, before it runs."""

    from functools import wraps

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        signature = Signature(function, own)

        @wraps(function)
        def door(*args: P.args, **kwargs: P.kwargs) -> R:
            return function(*signature.placed(args), **signature.named(args, kwargs))  # type: ignore[arg-type]

        return door

    return decorate


class Signature:
    """What a function takes; inspect, which knows too, takes longer to load than a look-up takes to run.

    meant: what callers may call a parameter instead, by mistake, and its name.
    """

    def __init__(self, function: Any, own: dict[str, Check], meant: Mapping[str, str] | None = None) -> None:
        code = function.__code__
        last = code.co_argcount + code.co_kwonlyargcount
        self.called = function.__qualname__.removesuffix(".__init__")
        self.places: tuple[str, ...] = code.co_varnames[: code.co_argcount]
        self.names: tuple[str, ...] = code.co_varnames[:last]
        self.more: str | None = code.co_varnames[last] if code.co_flags & TAKES_MORE else None
        optional = {
            *self.places[code.co_argcount - len(function.__defaults__ or ()) :],
            *(function.__kwdefaults__ or ()),
        }
        self.needed = [name for name in self.names if name not in optional]
        self.checks = {**PARAMETERS, **own}
        self.meant = meant or {}

    def placed(self, args: Sequence[object]) -> list[object]:
        """The arguments given by place, checked."""
        count = len(self.places)
        if len(args) > count and self.more is None:
            raise InvalidArgument(
                f"{self.called}(): {told(args[count])} is one too many: give what follows by name, "
                f"as {_listed(self.names[count:] or self.names)}"
            )
        names = [*self.places[: len(args)], *[self.more or ""] * (len(args) - count)]
        return [self._passed(name, value) for name, value in zip(names, args, strict=True)]

    def named(self, args: Sequence[object], given: dict[str, object]) -> dict[str, Any]:
        """The arguments given by name, checked."""
        taken = self.places[: len(args)]
        for name in given:
            if name in taken:
                raise InvalidArgument(f"{self.called}({name}=): it is given by place already: leave out one of the two")
            if name not in self.names:
                raise InvalidArgument(f"{self.called}({name}=): there is no such parameter: {self._meant(name)}")
        missing = [name for name in self.needed if name not in given and name not in taken]
        if missing:
            raise InvalidArgument(f"{self.called}(): give {_listed(missing)}, too")
        return {name: self._passed(name, value) for name, value in given.items()}

    def _passed(self, name: str, value: object) -> object:
        check = self.checks.get(name)
        return value if check is None else require(check, value, f"{self.called}({name}=)")

    def _meant(self, name: str) -> str:
        from difflib import get_close_matches

        near = [self.meant[name]] if name in self.meant else get_close_matches(name, self.names, n=1)
        return f"did you mean {near[0]}=?" if near else f"there are {_listed(self.names)}"


def _listed(names: Sequence[str]) -> str:
    return ", ".join([f"{name}=" for name in names if name != "self"])


def flag(value: object) -> bool:
    """True or False, or 1 or 0."""
    if isinstance(value, int) and value in (0, 1):
        return bool(value)
    raise Misfit("give True or False", value)


def whole(lowest: int, highest: int) -> Check:
    """An integer of a range."""

    def check(value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest:
            return value
        raise Misfit(f"give an integer from {lowest} to {highest}", value)

    return check


def seconds(highest: float, *, may_be_zero: bool = False) -> Check:
    """A time."""
    wanted = f"give seconds, {'from 0' if may_be_zero else 'more than 0 and'} up to {highest:g}"

    def check(value: object) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise Misfit(wanted, value)
        if not 0 <= value <= highest or not (value or may_be_zero):  # NaN is not in any range
            raise Misfit(wanted, value)
        return value

    return check


def text(value: object) -> str:
    """A str."""
    if isinstance(value, str):
        return value
    raise Misfit("give a text, as a str", value)


def name(value: object) -> object:
    """A domain name: a str, or a dns.name.Name, which is known without loading dnspython."""
    if isinstance(value, str) or (type(value).__module__, type(value).__name__) == ("dns.name", "Name"):
        return value
    if isinstance(value, list | tuple):
        raise Misfit("each name is an argument of its own: give a list as *names", value)
    raise Misfit('give a domain name, such as "contoso.com"', value)


def path(value: object) -> object:
    """A path: a str, or a pathlib.Path and its like."""
    if isinstance(value, str) and "\0" not in value:
        return value
    if hasattr(type(value), "__fspath__") and isinstance(value.__fspath__(), str):  # type: ignore[attr-defined]
        return value
    raise Misfit("give a path, as a str or a pathlib.Path", value)


def source(value: object) -> object:
    """A zone: its text, which is known by its line breaks, or its path."""
    return value if isinstance(value, str) and "\n" in value else path(value)


def octets(value: object) -> bytes:
    """bytes, or what is like them."""
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    raise Misfit("give octets, as bytes", value)


def function(value: object) -> object:
    """What can be called."""
    if callable(value) and not isinstance(value, type):
        return value
    raise Misfit("give a function", value)


def dice(method: str) -> Check:
    """A random.Random, or what can be used like one."""

    def check(value: object) -> object:
        if not isinstance(value, type) and callable(getattr(value, method, None)):
            return value
        raise Misfit("give a random.Random, such as random.Random(1)", value)

    return check


def optional(check: Check) -> Check:
    """None, or what passes the check."""
    return lambda value: None if value is None else check(value)


def either(*checks: Check) -> Check:
    """What passes one of the checks; what is said is the last one's."""

    def check(value: object) -> object:
        for each in checks[:-1]:
            try:
                return each(value)
            except Misfit:
                continue
        return checks[-1](value)

    return check


def several(check: Check) -> Check:
    """Any number of what passes the check, or a single one of them; it becomes a tuple."""

    def checks(value: object) -> tuple[object, ...]:
        try:
            return (check(value),)
        except Misfit as misfit:
            if isinstance(value, str | bytes | dict) or not hasattr(type(value), "__iter__"):
                raise Misfit(f"{misfit.wanted}, or a list of such", value) from None
        return tuple([check(each) for each in value])  # type: ignore[attr-defined]

    return checks


def one_of(module: str, kind: str, such: str) -> Check:
    """A value of a class, which is loaded when there is something to compare with it."""

    def check(value: object) -> object:
        from importlib import import_module

        known = any(each.__name__ == kind for each in type(value).__mro__)
        if known and isinstance(value, getattr(import_module(module), kind)):
            return value
        raise Misfit(f"give a {module}.{kind}{such}", value)

    return check


def _family(value: object) -> int:
    if isinstance(value, int) and value in (4, 6):
        return value
    raise Misfit("give 4, 6 or both", value)


def families(value: object) -> tuple[int, ...]:
    """Each once."""
    found = tuple(dict.fromkeys(several(_family)(value)))
    if not found:
        raise Misfit("give 4, 6 or both", value)
    return found


def paired(first: Check, second: Check, wanted: str) -> Check:
    """A pair."""

    def check(value: object) -> tuple[object, object]:
        if isinstance(value, tuple | list) and len(value) == 2:
            try:
                return first(value[0]), second(value[1])
            except Misfit:
                pass
        raise Misfit(wanted, value)

    return check


ZONE = one_of("kmsdns.zone.zone", "Zone", ", as kmsdns.zone.load reads one")
TEXTS = several(text)
NAME = name
NAMES = several(name)
SERVERS = several(either(text, one_of("kmsdns.model.messages", "Server", ', or ADDR[:PORT] as "127.0.0.1:5353"')))
SOURCES = several(source)
EVIDENCE = paired(text, octets, "give (path, octets) of what a client's own tools printed")

PARAMETERS: dict[str, Check] = {
    "domain": name,
    "name": optional(name),
    "names": name,
    "paths": path,
    "specs": either(one_of("kmsdns.expectations.values", "Spec", ""), path),
    "word": text,
}
"""The check of each parameter that is given by place, by name. The options have theirs in kmsdns.options."""
