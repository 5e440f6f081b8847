"""The portfolio on paper: every contract named, each one's page 1, the money by its currency."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from documents import pdf_text, sample
from xla.core.agreement import LANGUAGES, Language
from xla.core.verdict import Verdict
from xla.documents import portfolio
from xla.documents.portfolio_data import Missing, PortfolioData, Reported
from xla.documents.printer import print_paper


def reported(key: str, credit: str | None = None, currency: str = "SEK", **changes: Any) -> Reported:
    told = {"contract_key": key, "client": f"Client of {key}", "contract_title": f"Contract {key}"} | changes
    data = replace(sample.make_report(3, 2), **told)
    return Reported(data, None if credit is None else Decimal(credit), currency)


def made(*contracts: Reported, missing: tuple[Missing, ...] = (), language: Language = "en") -> PortfolioData:
    return PortfolioData(
        provider="Nordfast <Service> AB",
        language=language,
        start=date(2026, 9, 1),
        end=date(2026, 10, 1),
        at=datetime(2026, 10, 5, 8, tzinfo=UTC),
        contracts=contracts,
        missing=missing,
    )


def text(data: PortfolioData) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", portfolio.compose(data).html).split())


def met(key: str) -> Reported:
    kpis = tuple(replace(kpi, verdict=Verdict.MET) for kpi in sample.make_report(3, 2).kpis)
    return reported(key, kpis=kpis)


def test_each_contract_has_a_row_and_a_page_of_its_own() -> None:
    data = made(reported("a"), reported("b"))
    html = portfolio.compose(data).html
    assert html.count('<section class="front contract"') == 2
    assert html.count("<tr><th") >= 2
    assert 'data-label="Client of a: Contract a"' in html
    assert len(pdf_text.page_texts(print_paper(portfolio.compose(data)))) == 3


def test_contracts_without_the_period_are_named() -> None:
    assert "One contract has no such period: Aurland Port (Quay)." in text(
        made(reported("a"), missing=(Missing("Aurland Port", "Quay"),))
    )
    several = made(missing=(Missing("A", "a"), Missing("B", "b")))
    assert "2 contracts have no such period: A (a) and B (b)." in text(several)
    assert "No contract has figures for September\u00a02026." in portfolio.compose(several).html


def test_the_headline_counts_contracts_with_breaches() -> None:
    assert "2 of 3 contracts had breaches in" in text(made(reported("a"), reported("b"), met("c")))
    assert "1 of 2 contracts had a breach in" in text(made(reported("a"), met("c")))
    assert "The contract had no breach in" in text(made(met("a")))
    assert "None of the 2 contracts had a breach in" in text(made(met("a"), met("b")))


def test_money_is_summed_by_its_currency() -> None:
    data = made(reported("a", "100.00"), reported("b", "50.50"), reported("c", "7.00", "NOK"), reported("d"))
    told = portfolio.compose(data).html
    assert "NOK\u00a07.00\nSEK\u00a0150.50" in told


def test_a_period_is_running_proposed_or_final() -> None:
    states = [
        reported("a", respond_by=None, final_on=None),
        reported("b", respond_by=date(2026, 10, 20), final_on=None),
        reported("c", respond_by=date(2026, 10, 20), final_on=date(2026, 10, 21)),
    ]
    told = text(made(*states))
    assert [word for word in ("Running", "Proposed", "Final") if word in told] == [
        "Running",
        "Proposed",
        "Final",
    ]


def test_the_table_lies_in_the_file_as_data_that_runs_nothing() -> None:
    data = made(reported("a", "5.00", client="=cmd"), missing=(Missing("+B", "b"),))
    (file,) = portfolio.compose(data).attached
    rows = file.text.splitlines()
    assert (file.name, len(rows)) == ("portfolio.csv", 3)
    assert rows[1].startswith("'=cmd,")
    assert rows[2].startswith("'+B,b,,")
    assert {row.count(",") for row in rows} == {rows[0].count(",")}


def test_hostile_names_are_text() -> None:
    html = portfolio.compose(made(reported("a", client='"><script>{{7*7}}'))).html
    assert "<script>" not in html
    assert "{{7*7}}" in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_data_is_the_same_bytes(language: Language) -> None:
    data = made(reported("a", language=language), language=language)
    assert print_paper(portfolio.compose(data)) == print_paper(portfolio.compose(data))
