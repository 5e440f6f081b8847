"""The sampling chart: responses counted per day, stacked by channel, silent stretches marked above."""

from collections.abc import Sequence
from datetime import date
from math import ceil, log10

from markupsafe import Markup

from xla.core.agreement import Language
from xla.documents import shapes
from xla.documents.figures import Figures
from xla.documents.sampling_data import DayLine, OutageLine

SIZE = (174.0, 36.0)
FILLS = (shapes.INK, "#7f8d98", "#c9d1d6", shapes.PAPER)
"""Darkest first: told apart in black and white, too."""
MOST_STACKED = len(FILLS)
MONTH = 31
_LEFT, _RIGHT, _BOTTOM, _TOP, _BAND = 80.0, 1738.0, 316.0, 62.0, 40.0
"""The plot, in tenths of a millimetre; a band above it where outages are marked."""
_STEPS = (1, 2, 5, 10)
_LINES = 4


def stacked(days: Sequence[DayLine], channels: int) -> list[tuple[int, ...]]:
    """Each day's responses in as many parts as there are fills; the smallest ways together."""
    kept = channels if channels <= MOST_STACKED else MOST_STACKED - 1
    return [
        (*day.by_channel[:kept], *([sum(day.by_channel[kept:])] if kept < channels else [])) for day in days
    ]


def sampling_chart(  # noqa: PLR0913 -- its keywords say what each is
    days: Sequence[DayLine],
    outages: Sequence[OutageLine],
    *,
    channels: int,
    names: Sequence[str],
    labels: Sequence[str],
    title: str,
    language: Language = "en",
) -> Markup:
    """The days of a period; one path a channel. `names` are the channels', `labels` stand at the outages."""
    frame = _Frame(days, has_band=bool(outages))
    parts = stacked(days, channels)
    return shapes.figure(
        SIZE,
        title,
        [
            *_legend(names),
            *frame.grid(language),
            *frame.bars(parts),
            *frame.axis(days, language),
            *frame.marks(outages, labels),
        ],
        kind="sampling-chart",
    )


def _legend(names: Sequence[str]) -> list[Markup]:
    """From the right edge to the left."""
    parts, right = [], _RIGHT
    for fill, name in reversed(list(zip(FILLS, names, strict=False))):
        left = right - 13 * len(name)
        parts.append(shapes.text(name, (left, 30), "legend", shapes.INK, font_size="25"))
        box = shapes.rectangle((left - 34, 8), (left - 10, 32))
        parts.append(shapes.path(box, "swatch", fill=fill, stroke=shapes.INK, stroke_width="3"))
        right = left - 66
    return parts


class _Frame:
    """Where things stand."""

    def __init__(self, days: Sequence[DayLine], *, has_band: bool) -> None:
        self.first = days[0].day
        self.width = (_RIGHT - _LEFT) / len(days)
        self.top = _TOP + (_BAND if has_band else 0)
        most = max(sum(day.by_channel) for day in days)
        self.step = _step(most)
        self.most = self.step * max(ceil(most / self.step), 1)
        self.days = len(days)

    def x(self, index: float) -> float:
        return _LEFT + index * self.width

    def y(self, n: float) -> float:
        return _BOTTOM - (_BOTTOM - self.top) * n / self.most

    def grid(self, language: Language) -> list[Markup]:
        """Hairlines with their numbers."""
        levels = range(self.step, self.most + 1, self.step)
        lines = "".join(shapes.line((_LEFT, self.y(n)), (_RIGHT, self.y(n))) for n in levels)
        spot = {"font_size": "24", "text_anchor": "end"}
        figures = Figures(language)
        return [
            shapes.stroke(lines, "grid", shapes.HAIRLINE, 1.5),
            *(
                shapes.text(figures.number(n), (_LEFT - 14, self.y(n) + 8), "tick", shapes.GREY, **spot)
                for n in levels
            ),
        ]

    def bars(self, parts: Sequence[tuple[int, ...]]) -> list[Markup]:
        """One path a channel, the first at the bottom."""
        data = [""] * MOST_STACKED
        gap = min(self.width * 0.15, 8)
        for index, day in enumerate(parts):
            below = 0
            for place, n in enumerate(day):
                if n:
                    corner = self.x(index) + gap, self.y(below + n)
                    data[place] += shapes.rectangle(corner, (self.x(index + 1) - gap, self.y(below)))
                below += n
        edge = "3" if self.days <= MONTH else "1"
        return [
            shapes.path(path, f"channel-{place}", fill=fill, stroke=shapes.INK, stroke_width=edge)
            for place, (path, fill) in enumerate(zip(data, FILLS, strict=True))
        ]

    def axis(self, days: Sequence[DayLine], language: Language) -> list[Markup]:
        """The baseline, days named, and a cross at each day without any."""
        figures = Figures(language)
        empty = [index for index, day in enumerate(days) if not any(day.by_channel)]
        reach = min(self.width * 0.28, 10)
        crosses = "".join(_cross(self.x(index + 0.5), _BOTTOM - 14, reach) for index in empty)
        spot = {"font_size": "23", "text_anchor": "middle"}
        return [
            shapes.stroke(shapes.line((_LEFT, _BOTTOM), (_RIGHT, _BOTTOM)), "axis", shapes.INK, 4),
            shapes.stroke(crosses, "no-responses", shapes.GREY, 3),
            *(
                shapes.text(
                    _named(day.day, figures, is_month=self.days <= MONTH),
                    (self.x(index + 0.5), _BOTTOM + 32),
                    "tick",
                    shapes.GREY,
                    **spot,
                )
                for index, day in enumerate(days)
                if _is_named(day.day, is_month=self.days <= MONTH)
            ),
        ]

    def marks(self, outages: Sequence[OutageLine], labels: Sequence[str]) -> list[Markup]:
        """A bar above the days of each outage, with a label where it leaves room."""
        data, texts = "", []
        free = 0.0
        for each, label in zip(outages, labels, strict=True):
            start, end = (self.x((day - self.first).days) for day in (each.start, each.end))
            data += f"M{shapes.length(start)} 92V84H{shapes.length(end)}V92"
            if start >= free:
                free = start + 13 * len(label)
                spot = {"font_size": "23"} | ({"text_anchor": "end"} if free > _RIGHT else {})
                at = end if free > _RIGHT else start
                texts.append(shapes.text(label, (at, 76), "outage-label", shapes.INK, **spot))
        return [shapes.stroke(data, "outage", shapes.INK, 4), *texts]


def _step(most: int) -> int:
    """A round number of which about four reach the highest day."""
    wish = max(most / _LINES, 1)
    unit: int = 10 ** int(log10(wish))
    return next(unit * step for step in _STEPS if unit * step >= wish)


def _cross(x: float, y: float, reach: float) -> str:
    return shapes.line((x - reach, y - reach), (x + reach, y + reach)) + shapes.line(
        (x - reach, y + reach), (x + reach, y - reach)
    )


def _is_named(day: date, *, is_month: bool) -> bool:
    """In a month the first and every fifth day, in a longer period the first of each month."""
    return day.day == 1 or (is_month and day.day % 5 == 0)


def _named(day: date, figures: Figures, *, is_month: bool) -> str:
    return figures.number(day.day) if is_month else figures.short_day(day)
