"""explain: the manual page of a rule, an activation error or an event. A table look-up: nothing is asked of anybody."""

from __future__ import annotations

from kmsdns.errors import KmsdnsError
from kmsdns.kms import win32
from kmsdns.kms.codes import find_error, find_event, parse_code
from kmsdns.model.arguments import checked
from kmsdns.model.findings import Safety
from kmsdns.model.names import shown
from kmsdns.model.value import Value
from kmsdns.rules.catalogue import RULES
from kmsdns.rules.manual import ManualBlock, read_manual

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.kms.errortable import ActivationError
    from kmsdns.kms.eventtable import LogEvent
    from kmsdns.model.findings import Severity
    from kmsdns.rules.rule import Rule

_HIGHEST_WIN32 = 0xFFFF

RULE, ERROR, EVENT = "rule", "error", "event"

_SURE = {  # by the words of kms.errortable.Sure, which loads when an error is looked for
    "documented": "documented",
    "inferred": "inferred from Microsoft's own scripts",
    "reported": "reported by administrators",
    "contradictory": "Microsoft's documents contradict each other",
    "unverified": "not verified",
}
_SAFETY = {
    None: "not offered",
    Safety.SAFE: "safe: a program may apply it",
    Safety.UNSAFE: "unsafe: a program applies it on demand only",
    Safety.ADVICE: "advice: for a person to carry out",
}


class PageSection(Value):
    """A part of a page."""

    key: str
    blocks: tuple[ManualBlock, ...]
    word: str | None = None  # what a program reads instead, where one word says it


class Page(Value):
    """The manual page of one thing that a user may ask about."""

    kind: str  # RULE, ERROR or EVENT
    code: str  # of a rule; "0xC004F074"; "12288"
    title: str  # a rule's slug; else what it says, in short
    severity: Severity | None  # of a rule
    what: tuple[ManualBlock, ...]
    sections: tuple[PageSection, ...]
    doubt: str = ""  # why it isn't sure, in a word or two; empty when it is


@checked()
def explain(word: str) -> Page:
    """The page of what is called so: a rule's code or slug, an event's ID, an activation error in any spelling.

    Raises KmsdnsError when there is none, and names what was probably meant.
    """
    rule = next((rule for rule in RULES if word.strip().lower() in (rule.code.lower(), rule.slug)), None)
    if rule is not None:
        return _rule_page(rule)
    try:
        number = parse_code(word)
    except KmsdnsError:
        raise KmsdnsError(f"nothing is called {shown(word)}: {_meant(word)}") from None
    event = find_event(number)
    if event is not None:
        return _event_page(event)
    # A Win32 error number counts without its HRESULT too, if it is one that is known.
    hresult = win32.hresult_of(number) if number in win32.NAMES else number
    error = find_error(hresult)
    if error is not None:
        return _error_page(error)
    wrapped = win32.wrapped_by(hresult)
    if wrapped is not None:
        return _win32_page(wrapped)
    advice = f"on Windows, slui.exe 0x2a 0x{number:08X} shows its text; " if number > _HIGHEST_WIN32 else ""
    raise KmsdnsError(f"{shown(word)} is not in the catalogue: {advice}{_meant(word)}")


def everything() -> tuple[Page, ...]:
    """All pages: the rules, then the activation errors, then the events."""
    from kmsdns.kms.errortable import ERRORS
    from kmsdns.kms.eventtable import EVENTS

    return (
        *[_rule_page(rule) for rule in RULES],
        *[_error_page(error) for error in ERRORS],
        *[_event_page(event) for event in EVENTS],
    )


def _meant(word: str) -> str:
    from difflib import get_close_matches

    from kmsdns.kms.errortable import ERRORS
    from kmsdns.kms.eventtable import EVENTS

    known = [name for rule in RULES for name in (rule.code, rule.slug)]
    known += [error.code for error in ERRORS] + [str(event.number) for event in EVENTS]
    by_folded = {name.lower(): name for name in known}
    near = [by_folded[each] for each in get_close_matches(word.strip().lower(), by_folded, n=3)]
    return f"did you mean {' or '.join(near)}?" if near else "kmsdns explain --list shows what there is"


def _rule_page(rule: Rule) -> Page:
    manual = read_manual(rule.manual)
    return Page(
        kind=RULE,
        code=rule.code,
        title=rule.slug,
        severity=rule.severity,
        what=manual.what,
        sections=_sections(
            ("why", manual.why),
            ("fix", manual.fix),
            ("kms", manual.kms),
            ("example", manual.example),
            ("severity", rule.severity.value),
            ("needs", ", ".join(rule.needs)),
            ("fix_safety", _SAFETY[rule.safety], rule.safety),
            ("reference", rule.reference),
            ("more", _more(_mentioned(rule.manual))),
        ),
    )


def _error_page(error: ActivationError) -> Page:
    rules = [rule.code for rule in RULES if error.code in rule.manual]
    others = [code for code in _mentioned(f"{error.cause} {error.check}") if code != error.code]
    wrapped = win32.wrapped_by(error.number)
    doubtful = error.sure in ("reported", "contradictory", "unverified")
    return Page(
        kind=ERROR,
        code=error.code,
        title=error.text,
        severity=None,
        what=_prose(error.cause),
        sections=_sections(
            ("check", error.check),
            ("run", _verbatim(error.command)),
            ("points_at", error.points_at.value.replace("-", " "), error.points_at.value),
            ("wraps", "" if wrapped is None else _win32_text(wrapped)),
            ("sure", _SURE[error.sure], error.sure.value),
            ("caveat", error.caveat),
            ("source", error.source),
            ("more", _more([*others, *rules])),
        ),
        doubt=_SURE[error.sure] if doubtful else "",
    )


def _event_page(event: LogEvent) -> Page:
    from kmsdns.kms.eventtable import SOURCE

    return Page(
        kind=EVENT,
        code=str(event.number),
        title=event.text,
        severity=None,
        what=_prose(event.meaning),
        sections=_sections(
            ("fields", ", ".join(event.fields)),
            ("run", _verbatim(event.command)),
            ("log", f"{event.log}, on the {event.side}"),
            ("sure", _SURE["documented"], "documented"),
            ("source", SOURCE),
            ("more", _more([code for code in _mentioned(event.meaning) if code != str(event.number)])),
        ),
    )


def _win32_page(wrapped: int) -> Page:
    """Of an HRESULT that only wraps the error of another part of Windows."""
    return Page(
        kind=ERROR,
        code=f"0x{win32.hresult_of(wrapped):08X}",
        title=win32.NAMES.get(wrapped, f"Win32 error {wrapped}"),
        severity=None,
        what=_prose(
            f"Not in the catalogue of activation errors. By its form it passes on the Win32 error {wrapped}, which can "
            "come from any part of Windows."
        ),
        sections=_sections(
            ("check", _verbatim(f"net helpmsg {wrapped}")),
            ("wraps", _win32_text(wrapped)),
            ("sure", "decoded from the number alone", "inferred"),
        ),
    )


def _win32_text(number: int) -> str:
    name = win32.NAMES.get(number)
    return f"Win32 error {number}, {name}" if name else f"Win32 error {number}"


def _mentioned(text: str) -> list[str]:
    """The activation errors and events that a text speaks of."""
    words = {word.strip(".,:;()") for word in text.split()}
    codes: list[str] = []
    if any(word.startswith("0x") for word in words):
        from kmsdns.kms.errortable import ERRORS

        codes += [error.code for error in ERRORS]
    if any(word.isdecimal() for word in words):
        from kmsdns.kms.eventtable import EVENTS

        codes += [str(event.number) for event in EVENTS]
    return [code for code in codes if code in words]


def _more(codes: list[str]) -> tuple[ManualBlock, ...]:
    return _verbatim(f"kmsdns explain {' '.join(codes)}") if codes else ()


def _sections(
    *parts: tuple[str, str | tuple[ManualBlock, ...]] | tuple[str, str, str | None],
) -> tuple[PageSection, ...]:
    """The parts that say something: the key, the content and, where there is one, the word for programs."""
    return tuple(
        [
            PageSection(
                key=key, blocks=_prose(content) if isinstance(content, str) else content, word=word[0] if word else None
            )
            for key, content, *word in parts
            if content
        ]
    )


def _prose(text: str) -> tuple[ManualBlock, ...]:
    return (ManualBlock(text=text),)


def _verbatim(text: str) -> tuple[ManualBlock, ...]:
    return (ManualBlock(text=text, is_verbatim=True),) if text else ()
