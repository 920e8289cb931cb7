"""The plain path: a command line that needs no help, no message and no configuration is read without loading click.

click alone takes longer to load than a look-up takes to run. What is read here comes from the same options, and
whatever is out of the ordinary (an unknown option, a value that doesn't convert, --help, a variable, a configuration
file) is left to click: parse returns None. A test compares the two readings.
"""

from __future__ import annotations

from kmsdns.model.option import COUNT, FLAG

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kmsdns.model.option import Option


def parse(arguments: Sequence[str], options: Sequence[Option]) -> dict[str, object] | None:
    """The values of all options and, as "names", the arguments; None when click should look at it."""
    by_flag = {flag: option for option in options for flag in option.flags}
    values: dict[str, object] = {option.key: option.unset for option in options}
    names: list[str] = []
    rest = iter(arguments)
    for word in rest:
        if word == "--":
            names += rest
        elif not word.startswith("-") or word == "-":
            names.append(word)
        elif not _take(word, rest, by_flag, values):
            return None
    values["names"] = tuple(names)
    return None if values.get("config") else values


def _take(word: str, rest: Iterable[str], by_flag: dict[str, Option], values: dict[str, object]) -> bool:
    """Reads one option; False when it isn't plain."""
    flag, equals, text = word.partition("=") if word.startswith("--") else (word, "", "")
    option = by_flag.get(flag)
    if option is None:
        return False
    if option.kind == FLAG or option.kind == COUNT:
        count = values[option.key]
        values[option.key] = True if option.kind == FLAG else 1 + (count if isinstance(count, int) else 0)
        return not equals
    value = text if equals else next(iter(rest), None)
    if value is None or (not equals and value.startswith("-") and value != "-"):
        return False
    try:
        converted = option.convert(value)
    except ValueError:
        return False
    before = values[option.key]
    values[option.key] = (*before, converted) if option.multiple and isinstance(before, tuple) else converted
    return True
