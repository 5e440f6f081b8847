"""A report's credits: of a closed period as frozen, of an open one as it would be, under the caps' rest."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from sqlalchemy.orm import Session

from xla.core.agreement import Language
from xla.core.agreement_texts import words
from xla.core.credit import Credits, contract_year, credits_of
from xla.core.outcome import Outcome
from xla.core.window import Window
from xla.documents.credits_data import CreditItem, CreditStatement, Standing
from xla.services import addenda
from xla.services.credits import credits_of_period, used_by
from xla.services.report_subject import Subject


def credit_statement(
    session: Session, subject: Subject, outcome: Outcome, language: Language
) -> CreditStatement | None:
    """What the period's verdicts cost; None where the agreement has no credits.

    Money moves on a breach only. In an addendum each line also says what the figures before it cost.
    """
    contract, closed, agreement = subject.contract, subject.closed, subject.agreement
    terms = agreement.contract
    if terms.monthly_fee is None or not any(kpi.credit for kpi in agreement.kpis):
        return None
    year = contract_year(terms, Window(outcome.start, outcome.end))
    if closed is None:
        found = credits_of(terms, outcome.kpis, used_by(session, contract, year, outcome.known_at))
    else:
        found = credits_of_period(session, closed, subject.addendum.number if subject.addendum else 0)
    told = addenda.credits_before(session, closed, subject.addendum) if closed and subject.addendum else {}
    standing = Standing.PROPOSED if closed else Standing.DRAFT
    if subject.final_on is not None:
        standing = Standing.FINAL
    titles = {kpi.key: words(kpi.title, language, terms.language) for kpi in agreement.kpis}
    items = tuple(_items(found, titles, told))
    return CreditStatement(terms.currency, terms.monthly_fee, standing, year.start, year.end, items)


def _items(
    found: Credits, titles: Mapping[str, str], told: Mapping[str, Decimal | None]
) -> Iterator[CreditItem]:
    for line in found.lines:
        if line.rule is not None:
            yield CreditItem(
                key=line.kpi,
                title=titles[line.kpi],
                verdict=line.verdict,
                agreed=line.rule.breached,
                cap=line.rule.cap,
                used=line.used,
                percent=line.percent,
                percent_due=line.percent_due,
                amount=line.amount,
                due=line.due,
                told_before=told.get(line.kpi),
            )
