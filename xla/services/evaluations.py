"""Evaluations: measure and judge a contract's KPIs for a period, as known at an instant."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core.agreement import Agreement, Kpi, Metric, Rolling
from xla.core.cluster import summed
from xla.core.measurement import Measurement
from xla.core.metric import index_sums, weighted
from xla.core.outcome import Judged, Outcome, judged, parts_of
from xla.core.outcome_document import document_of, outcome_from, with_late
from xla.core.summary import Summary, measure_summary
from xla.core.window import CalendarPeriod, Window, local_day, rolling
from xla.models import AgreementVersion, Contract, Evaluation, Exclusion, Period
from xla.services import decisions
from xla.services.agreements import agreement_of, judging
from xla.services.groups import clusters, own_indices
from xla.services.knowledge import Knowledge


def evaluate(
    session: Session,
    contract: Contract,
    period: CalendarPeriod,
    *,
    as_known_at: datetime | None = None,
    now: datetime,
) -> Outcome:
    """What a period came to. Of a closed period: what was frozen, with what came late.

    Asked as known at an instant before it was closed, a period answers as it would have then.
    """
    frozen = session.scalar(
        select(Period).where(
            Period.contract_id == contract.id, Period.start_on == period.start, Period.end_on == period.end
        )
    )
    if frozen and (as_known_at is None or as_known_at >= frozen.evaluation.known_at):
        outcome = _frozen(session, contract, frozen, period, as_known_at)
        return replace(outcome, state=decisions.state_at(session, frozen, as_known_at or now))
    version = judging(session, contract, period.start, period.end, known_at=as_known_at)
    return measured(session, contract, period, as_known_at=as_known_at, version=version, now=now)


def measured(  # noqa: PLR0913 -- its keywords say what each is
    session: Session,
    contract: Contract,
    period: CalendarPeriod,
    *,
    as_known_at: datetime | None = None,
    version: AgreementVersion | None = None,
    supposed: Sequence[Exclusion] | None = None,
    knowledge: type[Knowledge] = Knowledge,
    now: datetime,
) -> Outcome:
    """The period measured from what is known, whether closed or not; by `version`, or the one that judges.

    `supposed` are exclusions to leave out instead of those agreed, `knowledge` what counts as known.
    """
    version = version or judging(session, contract, period.start, period.end)
    agreement = agreement_of(version)
    moment = Moment(as_known_at, now, supposed, knowledge)
    knowing = Knowing(session, contract, agreement, period, moment)
    kpis = tuple(judged(kpi, knowing.measure(kpi), knowing.of(kpi).excluded(kpi)) for kpi in agreement.kpis)
    return Outcome(
        contract=contract.key,
        version=version.number,
        period=str(period),
        start=period.start,
        end=period.end,
        timezone=agreement.contract.timezone,
        state="open",
        known_at=moment.known_at,
        method=agreement.composite.method,
        kpis=kpis,
        parts=parts_of(agreement, kpis),
    )


def keep(session: Session, contract: Contract, outcome: Outcome) -> Evaluation:
    """Append the outcome to the contract's evaluations."""
    version = session.scalars(
        select(AgreementVersion).where(
            AgreementVersion.contract_id == contract.id, AgreementVersion.number == outcome.version
        )
    ).one()
    evaluation = Evaluation(
        contract_id=contract.id,
        version=version,
        start_on=outcome.start,
        end_on=outcome.end,
        known_at=outcome.known_at,
        document=json.dumps(document_of(outcome), ensure_ascii=False, sort_keys=True),
    )
    session.add(evaluation)
    session.flush()
    return evaluation


def outcome_of(evaluation: Evaluation) -> Outcome:
    """The outcome an evaluation holds."""
    return outcome_from(json.loads(evaluation.document), agreement_of(evaluation.version))


class Moment(NamedTuple):
    """Whose knowledge is asked for: that of an instant, or (None) all there is at `now`."""

    as_known_at: datetime | None
    now: datetime
    supposed: Sequence[Exclusion] | None = None
    """Exclusions to leave out instead of those agreed."""
    knowledge: type[Knowledge] = Knowledge
    """What counts as known."""

    @property
    def known_at(self) -> datetime:
        """The instant the knowledge is of."""
        return self.as_known_at or self.now


class Knowing:
    """What is known in a period, and in the rolling windows that end with it."""

    def __init__(
        self,
        session: Session,
        contract: Contract,
        agreement: Agreement,
        period: Window,
        moment: Moment,
    ) -> None:
        self.agreement = agreement
        self.period = period
        self.today = local_day(moment.known_at, ZoneInfo(agreement.contract.timezone))
        self._about = (session, contract, agreement)
        self.moment = moment
        self._windows: dict[Window, Knowledge] = {}

    def of(self, kpi: Kpi) -> Knowledge:
        """What is known in the KPI's window."""
        window = Window(self.period.start, self.period.end)
        if isinstance(kpi.window, Rolling):
            window = rolling(self.period, kpi.window.rolling_days, self.today)
        return self.within(window)

    def within(self, window: Window) -> Knowledge:
        """What is known in a window."""
        if window not in self._windows:
            self._windows[window] = self.moment.knowledge(
                *self._about, window, self.moment.as_known_at, self.moment.supposed
            )
        return self._windows[window]

    def measure(self, kpi: Kpi) -> Measurement:
        """The KPI's measurement."""
        return measure_summary(self.agreement, kpi, self.summary(kpi))

    def summary(self, kpi: Kpi) -> Summary:
        """The counts and sums the measurement comes from."""
        known = self.of(kpi)
        if kpi.observation:
            return Summary(observed=known.observed(kpi))
        questions = [self.agreement.question(key) for key in kpi.asked]
        scale = questions[0].scores
        empty = dict.fromkeys(scale.scores, 0)
        items = {question.key: empty | known.counts(question.key, kpi.scope) for question in questions}
        if kpi.metric is Metric.NKI:
            return Summary(items, index=index_sums(own_indices(known, kpi, scale)))
        if kpi.cluster:
            return Summary(items, respondents=summed(clusters(known, kpi, weighted(kpi, scale))))
        return Summary(items)

    def late(self, frozen: Judged) -> int:
        """How many ratings of a frozen KPI are known now that were not when it was frozen."""
        kpi, known = frozen.kpi, self.of(frozen.kpi)
        if kpi.observation:
            return int(known.observed(kpi).base) - frozen.measurement.n
        counted = sum(sum(known.counts(question, kpi.scope).values()) for question in kpi.asked)
        return counted + known.excluded(kpi) - sum(frozen.measurement.counts.values()) - frozen.excluded


def _frozen(
    session: Session,
    contract: Contract,
    frozen: Period,
    period: CalendarPeriod,
    as_known_at: datetime | None,
) -> Outcome:
    """What was frozen, and how many ratings of it have come since."""
    outcome = outcome_of(frozen.evaluation)
    agreement = agreement_of(frozen.evaluation.version)
    moment = Moment(as_known_at, frozen.evaluation.known_at)
    knowing = Knowing(session, contract, agreement, period, moment)
    return with_late(outcome, {each.kpi.key: knowing.late(each) for each in outcome.kpis})
