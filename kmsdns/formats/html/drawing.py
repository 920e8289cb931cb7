"""Where the things of a figure go: the flow of a service as boxes and lines, for a wide page and for a narrow one.

Lengths are in CSS pixels. A text never leaves its box: it is cut in its middle to what the box has room for, and each
box clips what a font wider than expected would still put outside; the box's title has it whole.
"""

from __future__ import annotations

from unicodedata import east_asian_width

from kmsdns.formats.html.flow import MARKS
from kmsdns.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kmsdns.formats.html.flow import Branch, Card, Flow

WIDE, NARROW = "wide", "narrow"
NAME, HEAD, SMALL, SHARE, MARK = "name", "head", "small", "share", "mark"
"""Kinds of text: fixed width, and the page's font in four sizes and colours."""

_ADVANCE = {NAME: 7.4, HEAD: 7.4, SMALL: 6.2, SHARE: 7.4}
"""What a character takes, generously; of wide ones twice that."""

_PAD = 12
_FULL = 18.0  # the width of a line that stands for all first tries
_LEAST = 1.5  # and of one that stands for hardly any, or for a backup
_GAP = 14
_COLUMNS = ((0, 110), (146, 214), (420, 288), (744, 216))  # x and width: client, names, targets, addresses
_WIDTH = 960
_NARROW_WIDTH = 340
_RAIL = 24  # what the lines of the narrow figure take to the left of the targets
_ROW = 22
_PITCH = 58  # from address to address


class Text(Value):
    """A text in its box."""

    x: float
    y: float
    text: str
    kind: str
    ends: bool = False  # at x, instead of beginning there


class Box(Value):
    """A rectangle with its texts."""

    x: float
    y: float
    width: float
    height: float
    state: str
    texts: tuple[Text, ...]
    title: str
    is_used: bool = False


class Line(Value):
    """A way from box to box."""

    path: str
    width: float
    title: str = ""
    is_backup: bool = False
    is_flow: bool = True  # its width is a share


class Drawing(Value):
    """A figure."""

    kind: str  # WIDE or NARROW
    label: str
    width: int
    height: float
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def wide(flow: Flow) -> Drawing:
    """Four columns from left to right."""
    nodes = [_target(branch, _COLUMNS[2][1], with_addresses=False) for branch in flow.branches]
    heights = [
        max(node.height, len(branch.addresses) * _PITCH - 8) for node, branch in zip(nodes, flow.branches, strict=True)
    ]
    last = _last(flow, _COLUMNS[2][1])
    total = sum(height + _GAP for height in heights) + (last.height if last else -_GAP)
    widths = [_stroke(branch) for branch in flow.branches] + ([_share_width(flow.more_share)] if flow.more else [])
    fan = sum(widths) + 3 * max(len(widths) - 1, 0)
    names = [_card(card, _COLUMNS[1]) for card in flow.names]
    if names:
        names[-1] = names[-1].replace(height=max(names[-1].height, fan + 2 * _PAD))
    stack = sum(name.height + _GAP for name in names) - _GAP
    height = max(total, stack, 60)
    boxes: list[Box] = []
    lines: list[Line] = []

    y = (height - stack) / 2
    placed_names = []
    for name in names:
        placed_names.append(name.replace(y=y))
        y += name.height + _GAP
    client = _card(flow.client, _COLUMNS[0])
    client = client.replace(y=(height - client.height) / 2)
    for name, card in zip(placed_names, flow.names, strict=True):
        led = name is placed_names[-1] and flow.is_rated
        start, end = client.y + client.height / 2, name.y + name.height / 2
        lines.append(
            Line(
                path=_curve(client.x + client.width, start, name.x, end),
                width=_FULL if led else _LEAST,
                title=card.title,
                is_flow=led,
            )
        )
    y = (height - total) / 2
    source = placed_names[-1] if placed_names else client
    at = source.y + (source.height - fan) / 2
    for node, branch, room, stroke in zip(nodes, flow.branches, heights, widths, strict=False):
        box = node.replace(x=_COLUMNS[2][0], y=y + (room - node.height) / 2)
        middle = box.y + box.height / 2
        lines.append(_flow_line(source.x + source.width, at + stroke / 2, box.x, middle, stroke, branch))
        at += stroke + 3
        boxes.append(box)
        own = len(branch.addresses) * _PITCH - 8
        top = y + (room - own) / 2
        for card in branch.addresses:
            address = _card(card, _COLUMNS[3]).replace(y=top)
            path = _curve(box.x + box.width, middle, address.x, top + address.height / 2)
            lines.append(Line(path=path, width=_LEAST, title=card.title, is_flow=False, is_backup=branch.is_backup))
            boxes.append(address)
            top += _PITCH
        y += room + _GAP
    if last is not None:
        box = last.replace(x=_COLUMNS[2][0], y=y)
        stroke = widths[-1] if widths else _LEAST
        start = at + stroke / 2 if widths else source.y + source.height / 2
        path = _curve(source.x + source.width, start, box.x, y + box.height / 2)
        lines.append(Line(path=path, width=stroke, title=box.title, is_flow=bool(widths)))
        boxes.append(box)
    return Drawing(
        kind=WIDE,
        label=flow.label,
        width=_WIDTH,
        height=height,
        boxes=(client, *placed_names, *boxes),
        lines=tuple(lines),
    )


def narrow(flow: Flow) -> Drawing:
    """One below the other, the addresses inside their target's box."""
    full = (0, _NARROW_WIDTH)
    boxes = [_card(flow.client, full)]
    lines: list[Line] = []
    for card in flow.names:
        above = boxes[-1]
        box = _card(card, full).replace(y=above.y + above.height + 20)
        path = f"M{_RAIL / 2},{_n(above.y + above.height)}V{_n(box.y)}"
        is_flow = card is flow.names[-1] and flow.is_rated
        lines.append(Line(path=path, width=_FULL * 0.6 if is_flow else _LEAST, title=card.title, is_flow=is_flow))
        boxes.append(box)
    start = boxes[-1].y + boxes[-1].height
    y = start + _GAP
    rows = [(_target(branch, _NARROW_WIDTH - _RAIL, with_addresses=True), branch) for branch in flow.branches]
    for node, branch in rows:
        box = node.replace(x=_RAIL, y=y)
        lines.append(
            Line(
                path=_rail(start, y + 24),
                width=max(_LEAST, 0.6 * _stroke(branch)),
                title=branch.card.title,
                is_backup=branch.is_backup,
                is_flow=branch.share is not None,
            )
        )
        boxes.append(box)
        y += box.height + 10
    last = _last(flow, _NARROW_WIDTH - _RAIL)
    if last is not None:
        box = last.replace(x=_RAIL, y=y)
        share = 0.6 * _share_width(flow.more_share)
        lines.append(
            Line(path=_rail(start, y + 24), width=max(_LEAST, share), title=box.title, is_flow=bool(flow.more))
        )
        boxes.append(box)
        y += box.height + 10
    # Thick lines lie below thin ones, and all below the dashed.
    lines.sort(key=lambda line: (line.is_backup, -line.width))
    return Drawing(
        kind=NARROW, label=flow.label, width=_NARROW_WIDTH, height=y - 10, boxes=tuple(boxes), lines=tuple(lines)
    )


def fit(text: str, room: float, kind: str) -> str:
    """The text, cut in its middle where it has no room."""
    advance = _ADVANCE[kind]
    if _width(text) * advance <= room:
        return text
    left = int(room / advance) - 1
    tail, used = "", 0
    for character in reversed(text):
        used += _width(character)
        if used > left * 0.45:
            break
        tail = character + tail
    head, used = "", _width(tail)
    for character in text:
        used += _width(character)
        if used > left:
            break
        head += character
    return f"{head}…{tail}"


def _width(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _card(card: Card, column: tuple[int, int]) -> Box:
    """A box with a name and lines below it; a mark to the right of the name."""
    x, width = column
    kind = NAME if card.state else HEAD
    room = width - 2 * _PAD - (18 if card.state else 0)
    texts = [Text(x=_PAD, y=20, text=fit(card.name, room, kind), kind=kind)]
    lines = [line for line in card.about if line]
    for number, line in enumerate(lines):
        style = NAME if len(lines) > 1 and number == 0 else SMALL  # the domain, below the service
        texts.append(Text(x=_PAD, y=38 + 18 * number, text=fit(line, width - 2 * _PAD, style), kind=style))
    return Box(
        x=x,
        y=0,
        width=width,
        height=32 + 18 * len(lines),
        state=card.state,
        texts=(*texts, *_mark(card.state, width)),
        title=card.title,
    )


def _target(branch: Branch, width: float, *, with_addresses: bool) -> Box:
    """A target's box: name, record, share; and its addresses, where there is no column for them."""
    card, inner = branch.card, width - 2 * _PAD
    texts = [Text(x=_PAD, y=20, text=fit(card.name, inner - 18, NAME), kind=NAME)]
    texts += [Text(x=_PAD, y=38, text=fit(line, inner, SMALL), kind=SMALL) for line in card.about]
    told = f"{branch.label} of first tries" if branch.label and not branch.is_backup else branch.label
    if branch.is_used:
        told = f"{told} · used" if told else "used"
    y = 38.0
    if told:
        y += 19
        texts.append(Text(x=_PAD, y=y, text=fit(told, inner, SHARE), kind=SHARE))
    texts += _mark(card.state, width)
    if with_addresses:
        for address in branch.addresses:
            y += _ROW
            said = fit(address.about[0], 0.5 * inner, SMALL) if address.about else ""
            room = inner - 18 - len(said) * _ADVANCE[SMALL] - 8
            texts.append(Text(x=_PAD, y=y, text=MARKS[address.state], kind=f"{MARK} {address.state}"))
            texts.append(Text(x=_PAD + 18, y=y, text=fit(address.name, room, NAME), kind=NAME))
            texts.append(Text(x=width - _PAD, y=y, text=said, kind=SMALL, ends=True))
    return Box(
        x=0,
        y=0,
        width=width,
        height=y + 14,
        state=card.state,
        texts=tuple(texts),
        title="; ".join([card.title, *([each.title for each in branch.addresses] if with_addresses else [])]),
        is_used=branch.is_used,
    )


def _last(flow: Flow, width: float) -> Box | None:
    """What stands below the targets: how many more there are, or that there is none."""
    if not flow.more and flow.branches:
        return None
    share = f", {100 * flow.more_share:.0f} % of first tries together" if flow.more_share else ""
    title = f"{flow.more}{share}: see the table" if flow.more else "no target"
    lines = (flow.more, "see the table below") if flow.more else ("no target", "a client has nowhere to go")
    texts = (
        Text(x=_PAD, y=20, text=lines[0], kind=HEAD),
        Text(x=_PAD, y=38, text=fit(lines[1], width - 2 * _PAD, SMALL), kind=SMALL),
    )
    return Box(x=0, y=0, width=width, height=50, state="none", texts=texts, title=title)


def _mark(state: str, width: float) -> Sequence[Text]:
    return [Text(x=width - _PAD, y=20, text=MARKS[state], kind=f"{MARK} {state}", ends=True)] if state else []


def _stroke(branch: Branch) -> float:
    return _LEAST if branch.share is None or branch.is_backup else _share_width(branch.share)


def _share_width(share: float) -> float:
    return max(_LEAST, share * _FULL)


def _flow_line(x1: float, y1: float, x2: float, y2: float, width: float, branch: Branch) -> Line:
    return Line(
        path=_curve(x1, y1, x2, y2),
        width=width,
        title=branch.card.title,
        is_backup=branch.is_backup,
        is_flow=branch.share is not None,
    )


def _curve(x1: float, y1: float, x2: float, y2: float) -> str:
    middle = (x1 + x2) / 2
    return f"M{_n(x1)},{_n(y1)}C{_n(middle)},{_n(y1)} {_n(middle)},{_n(y2)} {_n(x2)},{_n(y2)}"


def _rail(top: float, y: float) -> str:
    """Down the left edge, and round the corner into a box."""
    x = _RAIL / 2
    return f"M{_n(x)},{_n(top)}V{_n(y - 10)}Q{_n(x)},{_n(y)} {_RAIL},{_n(y)}"


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")
