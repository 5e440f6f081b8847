"""Drivers of an overall score, from the responses that answered it together with other questions."""

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import aliased

from xla.core.agreement import Agreement, Language, Metric, Scope
from xla.core.agreement_texts import words
from xla.core.driver import MOST, drivers
from xla.core.window import CalendarPeriod, Window
from xla.documents.why_data import DriverLine, DriversTold
from xla.models import Rating, Response
from xla.services.evaluations import Knowing
from xla.services.knowledge import Knowledge

LEAST_DRIVERS = 2
LEAST_COMPLETE = 100
"""Responses that answered everything; a model of fewer is mostly noise."""

Told = Counter[tuple[int | None, ...]]
"""Scores of one response, None where it has none -> responses."""


def drivers_of(knowing: Knowing, period: CalendarPeriod, language: Language) -> DriversTold | None:
    """What drives the answers to the question about the whole, in the period.

    None where the agreement has no such question, or too few answered it together with others. Figures are
    rounded as they are printed: more of their digits would tell of single people in the next report.
    """
    agreement = knowing.agreement
    overall = overall_question(agreement)
    if overall is None:
        return None
    known = knowing.within(Window(period.start, period.end))
    scope = next((kpi.scope for kpi in agreement.kpis if overall in kpi.asked), Scope())
    answered = _answered_with(known, scope, overall)
    asked = _asked(agreement, overall, answered)
    if len(asked) < LEAST_DRIVERS:
        return None
    complete, keys = _complete(_patterns(known, scope, (overall, *asked)), asked)
    seed = f"{agreement.contract.key}/{period}"
    found = drivers(complete, seed) if complete.total() >= LEAST_COMPLETE else None
    if found is None:
        return None
    own = agreement.contract.language
    return DriversTold(
        question=words(agreement.question(overall).text, language, own),
        answered=answered[overall],
        n=found.n,
        r2=round(100 * found.r2),
        lines=tuple(
            DriverLine(
                text=words(agreement.question(keys[each.place]).text, language, own),
                share=round(100 * each.share),
                low=round(100 * each.low),
                high=round(100 * each.high),
                is_clear=each.is_clear,
            )
            for each in found.ranked
        ),
    )


def overall_question(agreement: Agreement) -> str | None:
    """The question named as the one about the whole, or else the first that asks who would recommend."""
    recommend = (kpi.question for kpi in agreement.kpis if kpi.metric is Metric.NPS)
    return agreement.overall or next(recommend, None)


def _answered_with(known: Knowledge, scope: Scope, overall: str) -> Mapping[str, int]:
    """Question -> responses that answered it and the overall one."""
    about = aliased(Rating)
    rows = known.session.execute(
        select(Rating.question_id, func.count())
        .join(Response, Response.id == Rating.response_id)
        .join(
            about,
            and_(about.response_id == Response.id, about.question_id == known.question_ids[overall]),
        )
        .where(*known.responses(scope))
        .group_by(Rating.question_id)
    )
    keys = {number: key for key, number in known.question_ids.items()}
    return {keys[number]: n for number, n in rows}


def _asked(agreement: Agreement, overall: str, answered: Mapping[str, int]) -> tuple[str, ...]:
    """The other questions that half of them answered, or more; most answers first."""
    others = [
        each.key
        for each in agreement.questions
        if each.key != overall and 2 * answered.get(each.key, 0) >= max(1, answered.get(overall, 0))
    ]
    return tuple(sorted(others, key=lambda key: -answered[key])[:MOST])


def _patterns(known: Knowledge, scope: Scope, keys: Sequence[str]) -> Told:
    """What responses with an overall score answered; one query, folded by the database."""
    numbers = [known.question_ids[key] for key in keys]
    scores = [
        func.max(case((Rating.question_id == number, Rating.score))).label(f"score_{place}")
        for place, number in enumerate(numbers)
    ]
    single = (
        select(*scores)
        .select_from(Rating)
        .join(Response, Response.id == Rating.response_id)
        .where(Rating.question_id.in_(numbers), *known.responses(scope))
        .group_by(Response.id)
        .having(scores[0].is_not(None))
        .subquery()
    )
    return Counter(
        {
            tuple(told): n
            for *told, n in known.session.execute(select(*single.c, func.count()).group_by(*single.c))
        }
    )


def _complete(told: Told, asked: tuple[str, ...]) -> tuple[Counter[tuple[int, ...]], tuple[str, ...]]:
    """Those that answered everything; the question answered least is left out until they are enough."""
    while True:
        complete: Counter[tuple[int, ...]] = Counter()
        for scores, n in told.items():
            first = tuple(score for score in scores[: len(asked) + 1] if score is not None)
            if len(first) == len(asked) + 1:
                complete[first] += n
        if complete.total() >= LEAST_COMPLETE or len(asked) <= LEAST_DRIVERS:
            return complete, asked
        asked = asked[:-1]
