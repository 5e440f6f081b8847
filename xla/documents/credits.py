"""Credits: what the agreement says of each breach, at which rate, in money; and what is left of each cap."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from xla.core.verdict import Verdict
from xla.documents import shapes
from xla.documents.credits_data import CreditItem, CreditStatement, Standing
from xla.documents.figures import Figures
from xla.documents.report_data import ReportData
from xla.documents.words import VERDICTS, Words

BAR = (58.0, 3.2)
UNJUDGED = frozenset({Verdict.INCONCLUSIVE, Verdict.NO_DATA})


def _(text: str) -> str:
    """Mark a text for the catalogue; it is looked up where it is used."""
    return text


TOTALS = {
    Standing.DRAFT: _("Credit to %(client)s, if it were closed now"),
    Standing.PROPOSED: _("Credit to %(client)s, proposed"),
    Standing.FINAL: _("Credit to %(client)s, final"),
}


@dataclass(frozen=True)
class Row:
    """One line of the statement. `old` is what an addendum corrects."""

    item: str
    terms: str
    rate: str
    old: str
    amount: str


@dataclass(frozen=True)
class Cap:
    """What a commitment's cap has left in the contract year; per cent of the monthly fee."""

    title: str
    cap: str
    used: str
    now: str
    left: str
    bar: Markup


@dataclass(frozen=True)
class Credits:
    """The statement of one period."""

    heading: str
    currency: str
    rows: tuple[Row, ...]
    total: Row
    has_old: bool
    caps: tuple[Cap, ...]
    year: str
    notes: tuple[str, ...]


def statement(data: ReportData) -> Credits | None:
    """The statement; None where the agreement has no credits."""
    told = data.credits
    if told is None:
        return None
    words, figures = Words(data.language), Figures(data.language, data.timezone)
    money = _Money(told, figures)
    before = told.total_before
    return Credits(
        heading=words("Service credit statement, %(period)s")
        % {"period": figures.period(data.start, data.end)},
        currency=told.currency,
        rows=tuple(_rows(told, money, words, figures)),
        total=Row(
            words(TOTALS[told.standing]) % {"client": data.client},
            "",
            figures.rate(told.percent_due),
            "" if before is None else money(before),
            money(told.total),
        ),
        has_old=before is not None,
        caps=tuple(_cap(item, words, figures) for item in told.items if item.cap and item.cap_share),
        year=figures.days(told.year_start, told.year_end),
        notes=tuple(_notes(data, told, words, figures)),
    )


class _Money:
    """Amounts of one column: with decimals where one of them needs them."""

    def __init__(self, told: CreditStatement, figures: Figures) -> None:
        amounts = [
            told.monthly_fee,
            *(item.amount for item in told.items),
            *(item.due for item in told.items),
        ]
        amounts += [item.told_before for item in told.items if item.told_before is not None]
        self.is_whole = all(amount == amount.to_integral_value() for amount in amounts)
        self.figures = figures

    def __call__(self, amount: Decimal) -> str:
        return self.figures.number(amount.quantize(Decimal(1)) if self.is_whole else amount)


def _rows(told: CreditStatement, money: _Money, words: Words, figures: Figures) -> Iterator[Row]:
    yield Row(words("Monthly fee"), "", "", "", money(told.monthly_fee))
    for item in told.items:
        if item.percent or item.told_before:
            yield _row(item, money, words, figures)
        if item.capped:
            left = words("Only what the cap leaves: %(percent)s") % {
                "percent": figures.rate(item.percent_due)
            }
            less = figures.rate(item.percent_due - item.percent)
            capped = words("capped")
            yield Row(f"{item.title}: {capped}", left, less, "", money(-item.capped))
    for text, chosen in (
        (words("Not judged, so nothing falls due: %(list)s"), UNJUDGED),
        (words("Not breached: %(list)s"), frozenset({Verdict.MET, Verdict.AT_RISK})),
    ):
        titles = [item.title for item in told.items if item.verdict in chosen and not item.told_before]
        if titles:
            yield Row(text % {"list": words.all_of(titles)}, "", "", "", money(Decimal(0)))


def _row(item: CreditItem, money: _Money, words: Words, figures: Figures) -> Row:
    terms = words("%(percent)s of the fee") % {"percent": figures.rate(item.agreed)}
    if item.cap is not None:
        terms = words("%(percent)s of the fee, at most %(cap)s a year") % {
            "percent": figures.rate(item.agreed),
            "cap": figures.rate(item.cap),
        }
    return Row(
        f"{item.title}: {words(VERDICTS[item.verdict]).lower()}",
        terms,
        figures.rate(item.percent),
        "" if item.told_before is None else money(item.told_before),
        money(item.amount),
    )


def _cap(item: CreditItem, words: Words, figures: Figures) -> Cap:
    cap, left = item.cap or Decimal(0), item.left or Decimal(0)
    told = {
        "title": item.title,
        "used": figures.rate(item.used),
        "now": figures.rate(item.percent_due),
        "left": figures.rate(left),
    }
    title = words("%(title)s: %(used)s used before, %(now)s this period, %(left)s left.") % told
    return Cap(item.title, figures.rate(cap), told["used"], told["now"], told["left"], _bar(item, cap, title))


def _bar(item: CreditItem, cap: Decimal, title: str) -> Markup:
    """Grey what was used before, black what this period takes, white what is left."""
    width, height = 10 * BAR[0] - 4, 10 * BAR[1] - 4
    before = 2 + float(min(item.used / cap, Decimal(1))) * width
    now = before + float(item.percent_due / cap) * width
    parts = [
        shapes.path(shapes.rectangle((2, 2), (before, 2 + height)), "used", fill=shapes.MIST),
        shapes.path(shapes.rectangle((before, 2), (now, 2 + height)), "now", fill=shapes.INK),
        shapes.stroke(shapes.rectangle((2, 2), (2 + width, 2 + height)), "cap", shapes.INK, 2),
    ]
    return shapes.figure(BAR, title, parts, kind="cap-bar")


def _notes(data: ReportData, told: CreditStatement, words: Words, figures: Figures) -> Iterator[str]:
    if any(item.cap_share for item in told.items):
        yield words("Black: this period. Grey: earlier in the contract year.")
    if told.standing is Standing.DRAFT:
        yield words("The period is open: the amounts may change until it is closed.")
    if told.standing is Standing.PROPOSED and data.respond_by is not None:
        text = words("It becomes final after %(day)s, unless the client disputes a result by then.")
        yield text % {"day": figures.day(data.respond_by)}
    if any(item.verdict in UNJUDGED for item in told.items):
        yield words("Without enough answers nothing is judged, and no money moves.")
