"""Zones as rules see them: where the words of a record stand."""

from __future__ import annotations

import pytest

from kmsdns.rules.zone.view import ZoneView
from kmsdns.zone import load

ZONE = """\
$ORIGIN contoso.com.
@ 3600 IN SOA dc1 hostmaster (
    4711 ; serial
    900 600 86400 3600 )
  3600 NS dc1 ; the only one
$GENERATE 1-2 kms$ 60 A 192.0.2.$
"""


@pytest.mark.parametrize(
    ("record", "index", "place"),
    [
        (0, 0, (2, 1, 2, 2)),
        (0, -7, (2, 15, 2, 18)),
        (0, -5, (3, 5, 3, 9)),
        (0, -1, (4, 19, 4, 23)),
        (1, 0, (5, 3, 5, 7)),
        (1, -1, (5, 11, 5, 14)),
        (1, 9, (5, 3, 5, 14)),
        (3, -1, (6, 25, 6, 34)),
    ],
)
def test_where_a_word_stands(record: int, index: int, place: tuple[int, ...]) -> None:
    view = ZoneView(load(ZONE, path="z"), "z")
    at = view.word(view.zone.records[record], index)
    assert at is not None
    assert (at.path, at.line, at.column, at.end_line, at.end_column) == ("z", *place)


def test_a_record_from_no_file_has_no_place() -> None:
    view = ZoneView(load(ZONE, path="z"), "z")
    assert view.word(view.zone.records[0].replace(location=None), 0) is None
