"""Activation codes: every spelling of a number, the catalogue as a whole, and what a failure makes a client show."""

from __future__ import annotations

import shlex
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmsdns.cli.options import COMMANDS
from kmsdns.errors import KmsdnsError
from kmsdns.kms import codes, win32
from kmsdns.kms.errortable import ERRORS, Sure
from kmsdns.kms.eventtable import EVENTS, HOST
from kmsdns.model.messages import Outcome

# The codes and events of the fact sheet (4, 4.1), and the notification reasons (3).
KNOWN = """8007232B 8007251D 8007232A 8007267C 8007007B 80092328 8007232D 80072338 800706BA C004F074 C0020017 8007139F
C004F038 C004F039 C004F041 C004F042 C004F06C C004F035 C004F014 C004F06B C004F009 C004C008 80070005 80070422 80070426
800705B4 4004F040 80072EE7 80072EE2 C004F200 80072329 8007232C 8007232E 80072331""".split()


@pytest.mark.parametrize(
    "text",
    [
        "0xC004F074",
        "C004F074",
        "c004f074",
        "0XC004f074",
        " 0xC004F074\n",
        "0x00000000C004F074",
        "3221549172",
        "-1073418124",
    ],
)
def test_every_spelling(text: str) -> None:
    assert codes.parse_code(text) == 0xC004F074


def test_eight_digits_are_hexadecimal() -> None:
    assert codes.parse_code("80070005") == 0x80070005
    assert codes.parse_code("12288") == 12288
    assert codes.parse_code("0x232B") == 9003


OTHERS = ["0xC004F074 0x8007232B", "9" * 5000, "0x" + "f" * 5000, "\x1b[31m", "\uff11\uff12", "\u0663", "LIV001"]


@pytest.mark.parametrize(
    "text",
    [
        *"0x - --1 +1 0x-1 C004F07 C004F0744 0xC004F0744 4294967296 -2147483649 1e3 1_0".split(),
        *("", " ", *OTHERS),
    ],
)
def test_what_is_no_code(text: str) -> None:
    with pytest.raises(KmsdnsError, match="write it as 0xC004F074") as raised:
        codes.parse_code(text)
    assert str(raised.value).isprintable()
    assert len(str(raised.value)) < 300


@given(st.integers(min_value=0, max_value=(1 << 32) - 1))
def test_a_number_is_the_same_however_it_is_written(number: int) -> None:
    signed = number - (1 << 32 if number >> 31 else 0)
    spellings = [f"0x{number:X}", f"0x{number:08x}", f"{number:08X}", str(signed)]
    if len(str(number)) != 8:  # eight digits would be hexadecimal
        spellings.append(str(number))
    if len(str(signed)) == 8 and signed >= 0:
        spellings.remove(str(signed))
    assert {codes.parse_code(each) for each in spellings} == {number}


@given(st.one_of(st.text(max_size=20), st.text(alphabet="0123456789abcfxX- ", max_size=12)))
def test_whatever_is_typed_is_a_number_or_a_clear_error(text: str) -> None:
    with suppress(KmsdnsError):
        assert 0 <= codes.parse_code(text) < 1 << 32


def test_the_catalogue_holds_what_is_known() -> None:
    assert {int(code, 16) for code in KNOWN} <= {error.number for error in ERRORS}
    assert {event.number for event in EVENTS} == {12288, 12289, 12290, 12292, 12293, 12294, 8198}
    for table in (ERRORS, EVENTS):
        assert len({each.number for each in table}) == len(table)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.code)
def test_every_error_is_complete(error) -> None:
    assert codes.find_error(codes.parse_code(error.code)) is error
    assert error.text
    assert error.source
    for sentence in (error.cause, error.check, error.caveat):
        assert not sentence or sentence.endswith("."), sentence
    assert error.cause
    assert error.check
    assert error.caveat or error.sure is Sure.DOCUMENTED, "what isn't sure says why"


@pytest.mark.parametrize("entry", [*ERRORS, *EVENTS], ids=lambda entry: str(entry.number))
def test_every_command_that_is_advised_exists(entry) -> None:
    if entry.command:
        name, command, *rest = shlex.split(entry.command)
        assert name == "kmsdns"
        assert {word for word in rest if word.startswith("-")} <= {
            flag for option in COMMANDS[command]() for flag in option.flags
        }


def test_events() -> None:
    event = codes.find_event(12288)
    assert event is not None
    assert event.fields[0] == "HRESULT"
    assert len(event.fields) == 10
    assert codes.find_event(12290).side == HOST
    assert codes.find_event(1) is None
    assert codes.find_error(1) is None


def test_what_a_client_shows_has_an_entry_with_the_same_meaning() -> None:
    for outcome in Outcome:
        assert (outcome in codes.SHOWN) is (outcome not in (Outcome.ANSWER, Outcome.MALFORMED))
    shown = [*codes.SHOWN.values(), codes.NO_SERVERS, codes.NO_SUFFIX, codes.NO_HOST]
    points = [codes.find_error(codes.parse_code(code)).points_at.value for code in shown]
    assert points == (
        "srv-lookup srv-lookup resolver resolver resolver resolver client-config suffix any-stage".split()
    )
    # The codes for what the DNS says are its response codes, which Windows counts from 9000.
    for outcome, rcode in ((Outcome.SERVFAIL, 2), (Outcome.NXDOMAIN, 3), (Outcome.REFUSED, 5)):
        assert win32.wrapped_by(int(codes.SHOWN[outcome], 16)) == 9000 + rcode


def test_win32_errors_in_an_hresult() -> None:
    assert win32.wrapped_by(0x8007232B) == 9003
    assert win32.hresult_of(9003) == 0x8007232B
    assert win32.wrapped_by(0xC004F074) is None
    assert win32.wrapped_by(0x80092328) is None
    assert all(win32.wrapped_by(win32.hresult_of(number)) == number for number in win32.NAMES)
