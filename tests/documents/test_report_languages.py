"""One report, five languages: the same figures, each language's own way of writing them, within the grid."""

import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from html import unescape
from typing import Any

import pytest

from documents import sample
from xla.core.agreement import LANGUAGES, Language
from xla.documents.figures import Figures
from xla.documents.page import compose
from xla.documents.pdf import render
from xla.documents.report_data import ReportData
from xla.documents.words import Words

NUMBER = re.compile(r"\d+(?:\.\d+)?")
HASH = re.compile(r"(?:\b[0-9a-f]{4} ){2,}(?:… )?[0-9a-f]{4}\b")
DASH = re.compile(r"\s*–\s*")
"""A line may end at it."""
YEAR = re.compile(r"\b201[78]\b")
JUNE = re.compile(r"\b\d+ June\b")
"""In what people wrote, which is not translated."""

pytestmark = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext of Poppler")


def report(language: Language) -> ReportData:
    return sample.make_report(language=language)


@cache
def pdf(language: Language) -> bytes:
    return render(report(language))


@cache
def text(language: Language) -> str:
    """What is drawn, in reading order; every kind of space is one space."""
    done = subprocess.run(
        ["pdftotext", "-raw", "-", "-"], input=pdf(language), capture_output=True, check=True
    )
    return done.stdout.decode()


def days_in(value: Any) -> Iterator[date]:
    """Every day and instant of a report's values."""
    if isinstance(value, date):
        yield value
    elif is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            yield from days_in(getattr(value, each.name))
    elif isinstance(value, (tuple, list)):
        for each in value:
            yield from days_in(each)


def spaced(told: str) -> str:
    return re.sub(r"– (?=\d)", "–", " ".join(told.split()))


def written_days(data: ReportData) -> list[str]:
    """The days of a report in every form it may write them in, the longest first."""
    figures = Figures(data.language, data.timezone)
    forms = {figures.days(data.start, data.end), figures.period(data.start, data.end)}
    if data.credits is not None:
        forms.add(figures.days(data.credits.year_start, data.credits.year_end))
    for day in set(days_in(data)):
        if isinstance(day, datetime):
            forms.add(figures.instant(day))
            day = day.date()  # noqa: PLW2901 -- its day is written, too
        for each in (day, day - timedelta(days=1)):  # a stretch ends before its end
            without_year = figures.day(each).removesuffix(str(each.year))
            forms |= {figures.day(each), without_year.strip(), figures.month(each), figures.short_day(each)}
    return sorted((spaced(form) for form in forms), key=lambda form: (-len(form), form))


def edges(data: ReportData) -> list[str]:
    """What stands at the edges of every page; how many pages there are is a matter of the words."""
    html = compose(data).html
    told = [
        match for name in ("run", "issue", "seal") for match in re.findall(rf'data-{name}="([^"]*)"', html)
    ]
    return [spaced(unescape(each)) for each in told]


def file_rows(data: ReportData) -> list[str]:
    """What the table of attached files says; their sizes are a matter of the words."""
    figures = Figures(data.language)
    files = compose(data).attached
    return [
        spaced(f"{file.name} {file.description} {figures.number(len(file.text.encode()))}") for file in files
    ]


def figures_of(language: Language) -> Counter[str]:
    """The numbers of a report: without days, hashes, edges and the sizes of its files."""
    words = Words(language)
    told = spaced(text(language))
    for row in file_rows(report(language)):
        assert row in told
        told = told.replace(row, " ")
    for edge in edges(report(language)):
        told = told.replace(edge, " ")
    told = re.sub(
        rf"{re.escape(words('Page ').strip())} \d+{re.escape(words(' of ').rstrip())} \d+", " ", told
    )
    inside = words("Inside:")
    told = re.sub(rf"{re.escape(inside)}.*?{re.escape(words('Method and seal'))}", " ", told)
    told = re.sub(DASH, "–", told)
    for form in [*written_days(report(language)), *written_days(report("en"))]:
        told = re.sub(rf"(?<!\d)(?<!\d[.,]){re.escape(re.sub(DASH, '–', form))}", " ", told)
    told = HASH.sub(" ", JUNE.sub(" ", told)).replace("SHA-256", " ")
    told = re.sub(r"(?<=\d)[\u202f ](?=\d{3}\b)", "", told)
    return Counter(NUMBER.findall(YEAR.sub(" ", re.sub(r"(?<=\d),(?=\d)", ".", told))))


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "en"])
def test_the_figures_are_the_same_in_every_language(language: Language) -> None:
    there, here = figures_of("en"), figures_of(language)
    assert (there - here, here - there) == (Counter(), Counter())
    assert there.total() > 700


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "en"])
def test_decimals_have_commas_and_per_cent_signs_a_space_that_does_not_break(language: Language) -> None:
    html = re.sub(r"<svg\b.*?</svg>|<[^>]+>", " ", compose(report(language)).html, flags=re.DOTALL)
    assert not re.findall(r"\d %", html)
    assert re.findall(r"\d,\d\u00a0%", html)
    assert not re.findall(r"(?<![\d.])\d+\.\d\u00a0%", html)


@pytest.mark.parametrize(
    ("language", "month"),
    [("en", "May"), ("sv", "maj"), ("da", "maj"), ("nb", "mai"), ("fi", "toukokuu")],
)
def test_months_have_their_names(language: Language, month: str) -> None:
    assert f"{month}\u00a02018" in compose(report(language)).html


# --- the grid -----------------------------------------------------------------------------------------------

POINTS = 72 / 25.4
LEFT, RIGHT = 18 * POINTS, (210 - 18) * POINTS
SLACK = 1.5
"""Points: a letter may stand out of its box by a hair."""
LONG_SITE = "Terminal C, check-in hall north, restrooms level two by lift 7"
LONG_WORD = "Lentokonesuihkuturbiinimoottoriapumekaanikko"
WORD = re.compile(r'<word xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)"[^>]*>(.*?)</word>')


def words_of(paper: bytes) -> list[tuple[float, float, str]]:
    """Every word that is drawn: its left and right edge in points from the page's left, and itself."""
    done = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=paper, capture_output=True, check=True)
    return [(float(low), float(high), told) for low, high, told in WORD.findall(done.stdout.decode())]


@pytest.mark.parametrize("language", ["en", "fi"])
def test_long_names_and_words_stay_within_the_margins(language: Language) -> None:
    assert len(LONG_SITE) > 60
    data = sample.make_report(language=language)
    kpis = tuple(replace(kpi, title=f"{LONG_WORD} {index}") for index, kpi in enumerate(data.kpis))
    sites = tuple(replace(row, title=LONG_SITE) for row in data.sites)
    told = words_of(render(replace(data, kpis=kpis, sites=sites, client=LONG_WORD, contract_title=LONG_SITE)))
    assert len(told) > 1000
    assert [each for each in told if each[0] < LEFT - SLACK or each[1] > RIGHT + SLACK] == []
