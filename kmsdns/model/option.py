"""What an option is, apart from which ones there are (kmsdns.options): one definition for all doors.

    class Patience(OptionGroup):
        timeout: float = option(default=2.0, kind=FLOAT, highest=3600, help="Time for one try.")

    PATIENT = Keywords().plus(Patience)

    @PATIENT.taken
    def wait(name: str, **given: Unpack[PatienceOptions]) -> None:
        patience = Patience.of(given)

A group is a value whose fields are options. Keywords are the options of one function: `taken` makes a function with
exactly these keyword arguments, their defaults and their checks. inspect.signature shows them, and a type checker sees
the same ones through Unpack.
"""

from __future__ import annotations

from kmsdns.errors import InvalidArgument
from kmsdns.model.arguments import TAKES_MORE, TEXTS, Signature, flag, optional, path, seconds, text, whole
from kmsdns.model.value import Value, ValueType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any, ClassVar, ParamSpec, Self, TypeVar, dataclass_transform

    from kmsdns.model.arguments import Check

    P = ParamSpec("P")
    R = TypeVar("R")
    T = TypeVar("T")
else:

    def dataclass_transform(**_options):
        return lambda decorated: decorated


FLAG, COUNT, TEXT, INT = "flag", "count", "text", "int"
FLOAT, CHOICE, PATH, FORMAT, DURATION = "float", "choice", "path", "format", "duration"

_TAKES_KEYWORDS = 0x08  # in co_flags


class Option:
    """One option: a keyword argument and, where it has a kind, a flag of the command line.

    Frozen, but no Value: each start of the command makes all of them, and a dictionary is filled at once.
    """

    name: str = ""  # the keyword
    type: str = ""  # its annotation
    default: object = None
    kind: str = ""  # none: it is for programs, and no flag sets it
    help: str = ""
    spelling: str = ""  # the long flag, where it isn't the keyword's own; edns=True has --no-edns by itself
    short: str = ""  # the short flag
    metavar: str = ""
    multiple: bool = False
    choices: tuple[str, ...] = ()
    lowest: float | None = None
    highest: float | None = None
    check: Check | None = None  # what is taken, where the kind doesn't tell
    after: str = ""  # the keyword that it stands behind, of another group; else it follows the one before it

    def __init__(self, **facts: Any) -> None:
        self.__dict__.update(facts)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"an option is frozen: use replace({name}=...)")

    def replace(self, **changes: Any) -> Option:
        """A copy in which the named facts are different."""
        return Option(**{**self.__dict__, **changes})

    @property
    def flags(self) -> tuple[str, ...]:
        """-s and --server. None for what no flag sets."""
        if not self.kind:
            return ()
        long = self.spelling or f"--{'no-' if self.default is True else ''}{self.name.replace('_', '-')}"
        return (self.short, long) if self.short else (long,)

    @property
    def key(self) -> str:
        """Its name on the command line and in a configuration: no_edns for --no-edns."""
        return self.flags[-1].lstrip("-").replace("-", "_") if self.kind else ""

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return f"KMSDNS_{self.key.upper()}"

    @property
    def unset(self) -> object:
        """What the command line has of it where nobody gives it."""
        if self.multiple:
            return ()
        if self.kind == FLAG:
            return False
        return "none" if self.default is None and "none" in self.choices else self.default

    @property
    def takes(self) -> Check:
        """The check of a value that a program gives; None passes where the type has it."""
        check = self.check or self._of_kind()
        return optional(check) if self.type.endswith("| None") else check

    def _of_kind(self) -> Check:
        if self.multiple:
            return TEXTS
        if self.kind == INT:
            assert self.lowest is not None
            assert self.highest is not None
            return whole(int(self.lowest), int(self.highest))
        if self.kind in (FLOAT, DURATION):
            assert self.highest is not None
            return seconds(self.highest, may_be_zero=self.kind == DURATION)
        return {FLAG: flag, PATH: path, CHOICE: self._chosen}.get(self.kind, text)

    def _chosen(self, value: object) -> str:
        known = [choice for choice in self.choices if choice != "none"]  # a program gives None
        if text(value) in known:
            return text(value)
        raise InvalidArgument(f"unknown {self.name} {value!r}: use one of {', '.join(known)}")

    def convert(self, text: str) -> object:
        """The value that a text stands for. ValueError with a sentence when it stands for none."""
        if self.kind == INT or self.kind == FLOAT:
            try:
                number: float = int(text) if self.kind == INT else float(text)
            except ValueError:
                raise ValueError(f"{text!r} is not a number") from None
            if number != number or not (self.lowest is None or number >= self.lowest):
                raise ValueError(f"{text} is out of range: {self._range()}")
            if self.highest is not None and number > self.highest:
                raise ValueError(f"{text} is out of range: {self._range()}")
            return number
        if self.kind == DURATION:
            return _seconds(text)
        if self.kind == CHOICE and text not in self.choices:
            raise ValueError(f"{text!r} is not one of {', '.join(self.choices)}")
        if self.kind == FORMAT:
            name, equals, path = text.partition("=")
            if name not in self.choices:
                raise ValueError(f"{name!r} is not one of {', '.join(self.choices)}")
            if equals and not path:
                raise ValueError(f"{text!r} names no file: write {name}=FILE, or {name} alone for standard output")
        return text

    def _range(self) -> str:
        return f"{self.lowest:g} or more" if self.highest is None else f"{self.lowest:g} to {self.highest:g}"


def _seconds(text: str) -> float:
    """60, 60s, 5m or 1h. ValueError with a sentence for anything else, and for more than a day."""
    number, unit = (text[:-1], text[-1:]) if text[-1:] in _UNITS else (text, "s")
    try:
        seconds = float(number) * _UNITS[unit]
    except ValueError:
        raise ValueError(f"{text!r} is no duration: write it as 60s, 5m or 1h") from None
    if not 0 <= seconds <= 86400:  # nor is it NaN
        raise ValueError(f"{text} is out of range: 0s to 24h")
    return seconds


_UNITS = {"s": 1, "m": 60, "h": 3600}


def option(*, default: T, **facts: Any) -> T:
    """A field of an OptionGroup: an Option, whose name and type are the field's own. facts: as Option's."""
    return Option(default=default, **facts)  # type: ignore[return-value]  # the field holds a T in the end


@dataclass_transform(kw_only_default=True, frozen_default=True)
class _OptionGroupType(ValueType):
    """Takes the options out of a class body and leaves their defaults."""

    def __new__(mcls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> _OptionGroupType:
        found = {}
        for field, annotation in namespace.get("__annotations__", {}).items():
            if not field.startswith("__"):
                found[field] = named = namespace[field]
                named.__dict__.update(name=field, type=annotation)  # it is this class's own, and nobody has seen it yet
                namespace[field] = named.default
        namespace["options"] = found
        return super().__new__(mcls, name, bases, namespace)  # type: ignore[return-value]


class OptionGroup(Value, metaclass=_OptionGroupType):
    """A value whose fields are options. options: how each of them is defined, by name."""

    if TYPE_CHECKING:
        options: ClassVar[dict[str, Option]]

    @classmethod
    def of(cls, given: Mapping[str, object]) -> Self:
        """The group's own ones among the keyword arguments of a call."""
        return cls(**{name: given[name] for name in cls.options if name in given})


class Keywords(Value):
    """The keyword arguments of one function, in the order that its signature shows."""

    options: tuple[Option, ...] = ()

    def plus(self, *groups: type[OptionGroup], without: Iterable[str] = (), **changes: dict[str, Any]) -> Keywords:
        """With the options of these groups. changes: what of an option is different: deadline={"default": 30.0}."""
        found = list(self.options)
        placed: list[tuple[str, list[Option]]] = []  # what stands behind an option of another group
        for group in groups:
            row = found
            for name, each in group.options.items():
                if each.after:
                    row = []
                    placed.append((each.after, row))
                if name not in without:
                    row.append(each.replace(**changes[name]) if name in changes else each)
        for name, row in placed:
            place = [each.name for each in found].index(name) + 1
            found[place:place] = row
        return Keywords(options=tuple(found))

    def only(self, *names: str) -> Keywords:
        """Those of these names, in their order here."""
        by_name = {each.name: each for each in self.options}
        return Keywords(options=tuple([by_name[name] for name in names]))

    def taken(self, function: Callable[P, R]) -> Callable[P, R]:
        """Decorates a function that takes **given: it gets each of these keywords, checked, or its default."""
        from functools import wraps

        shown = self._shown(function)
        defaults = shown.__kwdefaults__
        meant = {each.key: each.name for each in self.options if each.key not in ("", each.name)}
        signature = Signature(shown, {each.name: each.takes for each in self.options}, meant)

        @wraps(shown)
        def door(*args: P.args, **kwargs: P.kwargs) -> R:
            return function(*signature.placed(args), **{**defaults, **signature.named(args, kwargs)})  # type: ignore[arg-type]

        return door

    def _shown(self, function: Any) -> Any:
        """A function that has these keywords where the other takes **given, and does nothing: for its signature."""
        code = function.__code__
        names = tuple([each.name for each in self.options])
        places = code.co_varnames[: code.co_argcount]
        more = code.co_varnames[code.co_argcount : code.co_argcount + bool(code.co_flags & TAKES_MORE)]
        variables = (*places, *names, *more)
        shown = type(function)(
            (lambda: None).__code__.replace(
                co_name=function.__name__,
                co_argcount=len(places),
                co_kwonlyargcount=len(names),
                co_nlocals=len(variables),
                co_varnames=variables,
                co_flags=code.co_flags & ~_TAKES_KEYWORDS,
            ),
            function.__globals__,
            function.__name__,
            function.__defaults__,
        )
        known = {name: kind for name, kind in function.__annotations__.items() if name in (*places, *more)}
        shown.__annotations__ = {
            **known,
            **{each.name: each.type for each in self.options},
            "return": function.__annotations__["return"],
        }
        shown.__kwdefaults__ = {each.name: each.default for each in self.options}
        shown.__qualname__, shown.__doc__ = function.__qualname__, function.__doc__
        return shown
