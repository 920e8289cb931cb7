"""What an option is, apart from which ones there are (kmsdns.options): one definition for all doors.

    class Patience(OptionGroup):
        timeout: float = option(default=2.0, kind=FLOAT, highest=3600, help="Time for one try.")

    PATIENT = Keywords().plus(Patience)

    @PATIENT.taken
    def wait(name: str, **given: Unpack[PatienceOptions]) -> None:
        patience = Patience.of(given)

A group is a value whose fields are options. Keywords are the options of one function: `taken` makes a function with
exactly these keyword arguments, their defaults and their checks. It is compiled from the definitions, as Value.__init__
is, so that inspect.signature shows them; a type checker sees the same ones through Unpack.
"""

from __future__ import annotations

from kmsdns.model.arguments import TEXTS, flag, guarded, optional, path, seconds, text, whole
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

_TAKES_MORE = 0x04  # in co_flags: by place


class Definition(Value):
    """One option: a keyword argument and, where it has a kind, a flag of the command line."""

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
        return {FLAG: flag, PATH: path}.get(self.kind, text)


class _Draft:
    """A definition that doesn't know its name yet, nor its type."""

    __slots__ = ("facts",)

    def __init__(self, facts: dict[str, Any]) -> None:
        self.facts = facts


def option(*, default: T, **facts: Any) -> T:
    """A field of an OptionGroup: a Definition, whose name and type are the field's own. facts: as Definition's."""
    return _Draft({"default": default, **facts})  # type: ignore[return-value]  # the field holds a T in the end


@dataclass_transform(kw_only_default=True, frozen_default=True)
class _OptionGroupType(ValueType):
    """Takes the definitions out of a class body and leaves their defaults."""

    def __new__(mcls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> _OptionGroupType:
        found = {}
        for field, annotation in namespace.get("__annotations__", {}).items():
            if not field.startswith("__"):
                facts = namespace[field].facts
                found[field] = Definition(name=field, type=annotation, **facts)
                namespace[field] = facts["default"]
        namespace["definitions"] = found
        return super().__new__(mcls, name, bases, namespace)  # type: ignore[return-value]


class OptionGroup(Value, metaclass=_OptionGroupType):
    """A value whose fields are options. definitions: one for each of them, by name."""

    if TYPE_CHECKING:
        definitions: ClassVar[dict[str, Definition]]

    @classmethod
    def of(cls, given: Mapping[str, object]) -> Self:
        """The group's own ones among the keyword arguments of a call."""
        return cls(**{name: given[name] for name in cls.definitions if name in given})


class Keywords(Value):
    """The keyword arguments of one function, in the order that its signature shows."""

    definitions: tuple[Definition, ...] = ()

    def plus(self, *groups: type[OptionGroup], without: Iterable[str] = (), **changes: dict[str, Any]) -> Keywords:
        """With the options of these groups. changes: what of an option is different: deadline={"default": 30.0}."""
        found = list(self.definitions)
        placed: list[tuple[str, list[Definition]]] = []  # what stands behind an option of another group
        for group in groups:
            row = found
            for name, definition in group.definitions.items():
                if definition.after:
                    row = []
                    placed.append((definition.after, row))
                if name not in without:
                    row.append(definition.replace(**changes[name]) if name in changes else definition)
        for name, row in placed:
            place = next(i for i, each in enumerate(found, start=1) if each.name == name)
            found[place:place] = row
        return Keywords(definitions=tuple(found))

    def taken(self, function: Callable[P, R]) -> Callable[P, R]:
        """Decorates a function that takes **given: it gets each of these keywords, checked, or its default."""
        shown = _explicit(function, self.definitions)
        meant = {each.key: each.name for each in self.definitions if each.key not in ("", each.name)}
        return guarded(shown, {each.name: each.takes for each in self.definitions}, meant)


def _explicit(function: Any, definitions: tuple[Definition, ...]) -> Any:
    """A function that names the keywords it takes, and hands them all on."""
    code = function.__code__
    places = code.co_varnames[: code.co_argcount]
    names = [each.name for each in definitions]
    more = code.co_varnames[code.co_argcount] if code.co_flags & _TAKES_MORE else ""
    by_place = "".join([f"{name}, " for name in places]) + (f"*{more}, " if more else "")
    parameters = ", ".join([*places, f"*{more}", *names])
    given = ", ".join([f"{name}={name}" for name in names])
    scope: dict[str, Any] = {"_function": function}
    exec(f"def {function.__name__}({parameters}):\n    return _function({by_place}{given})", scope)
    shown = scope[function.__name__]
    shown.__defaults__ = function.__defaults__
    shown.__kwdefaults__ = {each.name: each.default for each in definitions}
    known = {name: kind for name, kind in function.__annotations__.items() if name in (*places, more)}
    shown.__annotations__ = {
        **known,
        **{each.name: each.type for each in definitions},
        "return": function.__annotations__["return"],
    }
    for attribute in ("__module__", "__qualname__", "__doc__"):  # not __wrapped__: inspect would look behind it
        setattr(shown, attribute, getattr(function, attribute))
    return shown
