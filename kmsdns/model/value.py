"""Value: the base of every value here: frozen, slotted, keyword-only, equal when all fields are equal.

A type checker sees dataclass(frozen=True, slots=True, kw_only=True). It isn't that decorator, because importing
dataclasses (inspect, ast, dis, tokenize behind it) costs as much as the interpreter's own start, and a look-up from the
command line should be over by then. Rules: every field is annotated in the class body, under `from __future__ import
annotations`; a default is immutable; there is no __post_init__ (a check belongs into the function that reads the text).
"""

from __future__ import annotations

COMPILE_AFTER = 20
"""Instances of a class after which it gets an __init__ of its own."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from inspect import Signature
    from typing import Any, ClassVar, Self, TypeVar, dataclass_transform

    V = TypeVar("V", bound="Value")
else:

    def dataclass_transform(**_options):
        return lambda decorated: decorated


@dataclass_transform(kw_only_default=True, frozen_default=True)
class ValueType(type):
    """Turns the annotated fields of a class body into slots. A value has no subclasses: equality would lie."""

    def __new__(mcls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> ValueType:
        own = tuple(field for field in namespace.get("__annotations__", ()) if not field.startswith("__"))
        if any(getattr(base, "__match_args__", ()) for base in bases):
            raise TypeError(f"{name}: a value cannot be subclassed")
        namespace["_defaults"] = {field: namespace.pop(field) for field in own if field in namespace}
        namespace["__slots__"] = namespace["__match_args__"] = own
        namespace["_made"] = 0
        return super().__new__(mcls, name, bases, namespace)

    if not TYPE_CHECKING:

        def __getitem__(cls, _parameters):
            """A generic value is the same class whatever its parameters: only type checkers tell them apart."""
            return cls

    def __dir__(cls) -> list[str]:
        """The fields, properties and methods for users: help() is to tell of these, not of how values are made."""
        return [name for name in super().__dir__() if not name.startswith("_")]

    @property
    def __signature__(cls) -> Signature:
        """What inspect.signature, and with it help(), says of a class, whether its __init__ is compiled or not."""
        from inspect import Parameter, Signature

        types, defaults = cls.__annotations__, cls.__dict__["_defaults"]
        return Signature(
            [
                Parameter(
                    field,
                    Parameter.KEYWORD_ONLY,
                    default=defaults.get(field, Parameter.empty),
                    annotation=types[field],
                )
                for field in cls.__dict__["__match_args__"]
            ]
        )


def _field_notes(cls: ValueType) -> dict[str, str]:
    """Where help() looks for the documentation of slots. Which ones there are is settled when a class is made."""
    from kmsdns.model.field_notes import field_notes

    return field_notes(cls)


ValueType.__slots__ = property(_field_notes)  # type: ignore[attr-defined]


class Value(metaclass=ValueType):
    """See the module's docstring."""

    if TYPE_CHECKING:
        _defaults: ClassVar[dict[str, object]]
        _made: ClassVar[int]
        __match_args__: ClassVar[tuple[str, ...]]
    else:

        def __init__(self, **fields):
            # Compiling an __init__ takes as long as some fifty calls of this one, and most classes see but a few.
            cls = type(self)
            cls._made += 1
            values = {**cls._defaults, **fields}
            if cls._made > COMPILE_AFTER or values.keys() != set(cls.__match_args__):
                cls.__init__ = _compile_init(cls)
                cls.__init__(self, **fields)
                return
            for field, value in values.items():
                getattr(cls, field).__set__(self, value)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen: use replace({name}=...)")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen")

    def _fields(self) -> tuple[object, ...]:
        return tuple([getattr(self, field) for field in self.__match_args__])

    def replace(self, **changes: Any) -> Self:
        """A copy in which the named fields have other values. TypeError when a field does not exist."""
        return type(self)(**{**dict(zip(self.__match_args__, self._fields(), strict=True)), **changes})

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        assert isinstance(other, Value)
        return self._fields() == other._fields()

    def __hash__(self) -> int:
        return hash(self._fields())

    def __repr__(self) -> str:
        inner = ", ".join(f"{field}={getattr(self, field)!r}" for field in self.__match_args__)
        return f"{type(self).__name__}({inner})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self._fields())


def _restore(cls: type[Value], fields: tuple[object, ...]) -> Value:
    return cls(**dict(zip(cls.__match_args__, fields, strict=True)))


def _compile_init(cls: type[Value]) -> Any:
    """__init__ with keyword-only parameters that fills the slots directly, past the frozen __setattr__."""
    scope: dict[str, Any] = {}
    parameters, body = [], []
    for field in cls.__match_args__:
        scope[f"_set_{field}"] = getattr(cls, field).__set__
        if field in cls._defaults:
            scope[f"_default_{field}"] = cls._defaults[field]
        parameters.append(f"{field}=_default_{field}" if field in cls._defaults else field)
        body.append(f"\n    _set_{field}(self, {field})")
    head = f"self, *, {', '.join(parameters)}" if parameters else "self"
    exec(f"def __init__({head}):{''.join(body) or ' pass'}", scope)
    return scope["__init__"]


def maker(cls: type[V]) -> Callable[..., V]:
    """A function of all fields of a class, by position, that makes a value of it in an eighth of the time of a call.

    For values that are made by the hundred thousand. It fills a draft, of a class with the same slots that isn't
    frozen: the interpreter sets those without a call. Then the draft becomes the value.
    """
    thawed = {slot: getattr(object, slot) for slot in ("__init__", "__setattr__", "__delattr__")}
    draft = type.__new__(ValueType, f"{cls.__name__}Draft", (Value,), {**thawed, "__slots__": cls.__match_args__})
    body = [f"\n    value.{field} = {field}" for field in cls.__match_args__]
    scope: dict[str, Any] = {"_draft": draft, "_cls": cls}
    exec(
        f"def make({', '.join(cls.__match_args__)}):\n    value = _draft(){''.join(body)}"
        "\n    value.__class__ = _cls\n    return value",
        scope,
    )
    return scope["make"]  # type: ignore[no-any-return]
