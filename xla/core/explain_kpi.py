"""One KPI in plain sentences: what it must reach, when it is breached, and who bears the noise."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction

from xla.core.agreement import Agreement, Kpi, Metric, Rolling, words
from xla.core.agreement_wording import ENGLISH, Tongue
from xla.core.scale import Scale
from xla.core.verdict import DecisionRule
from xla.core.weight import BEST, KINDS, weights_for

IN_PERCENT = frozenset({Metric.CSAT, Metric.SHARE, Metric.CES_AGREE, Metric.RATE})


def kpi_sentences(kpi: Kpi, agreement: Agreement, language: str, tongue: Tongue = ENGLISH) -> Iterator[str]:
    """The sentences of one sound KPI, quoting in `language` where the agreement has it."""
    t = tongue
    title = words(kpi.title, language, agreement.contract.language)
    yield t.say("%(title)s: %(promise)s.", title=title, promise=_promise(kpi, agreement, language, t))
    yield _breach(kpi, t)
    yield _evidence(kpi, t)
    yield _rule(kpi, t)
    if isinstance(kpi.window, Rolling):
        yield t.plural(
            "It is measured over the last %(count)s day before the period's end.",
            "It is measured over the last %(count)s days before the period's end.",
            kpi.window.rolling_days,
        )
    yield from _scope(kpi, agreement, language, t)
    if kpi.cluster:
        yield t.say("The interval allows for people who answer more than once.")
    yield from _money(kpi, t)
    yield from _weight(kpi, agreement, t)


def _promise(kpi: Kpi, agreement: Agreement, language: str, t: Tongue) -> str:
    scale = agreement.question(kpi.asked[0]).scores if kpi.asked else None
    if scale and KINDS.get(kpi.metric) == "share":
        said = {
            "target": t.percent(kpi.target),
            "asked": _asked(kpi, agreement, language, t),
            "good": _good_scores(kpi, scale, t),
            "highest": str(scale.highest),
        }
        if kpi.higher_is_better:
            return t.say(
                "at least %(target)s of the ratings of %(asked)s are %(good)s of %(highest)s", **said
            )
        return t.say("at most %(target)s of the ratings of %(asked)s are %(good)s of %(highest)s", **said)
    said = {"value": _value(kpi, agreement, language, scale, t), "level": _level(kpi, kpi.target, t)}
    if kpi.higher_is_better:
        return t.say("%(value)s is at least %(level)s", **said)
    return t.say("%(value)s is at most %(level)s", **said)


def _value(kpi: Kpi, agreement: Agreement, language: str, scale: Scale | None, t: Tongue) -> str:
    """What stands before `is at least …`; a share of ratings is said the other way round."""
    if scale is None:
        observed = _observed(kpi, agreement, language, t)
        if kpi.metric is Metric.RATE:
            return t.say("the rate %(observed)s", observed=observed)
        return t.say("the mean of %(observed)s per case", observed=observed)
    asked = _asked(kpi, agreement, language, t)
    span = t.span(scale.lowest, scale.highest)
    if kpi.metric is Metric.HAPPINESS:
        weights = _weights(kpi, scale, t)
        return t.say("the happiness in %(asked)s, where %(weights)s,", asked=asked, weights=weights)
    texts = {
        Metric.MEAN: t.say("the mean of the ratings of %(asked)s, on %(scale)s,", asked=asked, scale=span),
        Metric.CES_MEAN: t.say("the mean ease in %(asked)s, on %(scale)s,", asked=asked, scale=span),
        Metric.CES_NET: t.say(
            "the net ease in %(asked)s, the share of 6–7 less the share of 1–3,", asked=asked
        ),
        Metric.NPS: t.say(
            "the Net Promoter Score of %(asked)s, the share of 9–10 less the share of 0–6,", asked=asked
        ),
        Metric.ENPS: t.say(
            "the employee Net Promoter Score of %(asked)s, the share of 9–10 less the share of 0–6,",
            asked=asked,
        ),
        Metric.NKI: t.say(
            "the satisfaction index of %(asked)s, their mean on 0–100 with equal weights,", asked=asked
        ),
    }
    return texts[kpi.metric]


def _asked(kpi: Kpi, agreement: Agreement, language: str, t: Tongue) -> str:
    questions = (agreement.question(key) for key in kpi.asked)
    return t.joined(t.quoted(words(one.text, language, agreement.contract.language)) for one in questions)


def _observed(kpi: Kpi, agreement: Agreement, language: str, t: Tongue) -> str:
    kind = agreement.observation(kpi.observation or "")
    return t.quoted(words(kind.title or {}, language, agreement.contract.language) or kind.key)


def _good_scores(kpi: Kpi, scale: Scale, t: Tongue) -> str:
    weights = weights_for(kpi, scale)
    return t.either(str(score) for score in scale.scores if weights[score] == BEST)


def _weights(kpi: Kpi, scale: Scale, t: Tongue) -> str:
    weights = weights_for(kpi, scale)
    return t.joined(
        t.say("%(score)s counts %(weight)s", score=str(score), weight=t.figure(_rounded(weights[score])))
        for score in reversed(scale.scores)
    )


def _rounded(weight: Fraction) -> Decimal:
    return round(Decimal(weight.numerator) / weight.denominator, 2)


def _level(kpi: Kpi, level: Decimal, t: Tongue) -> str:
    return t.percent(level) if kpi.metric in IN_PERCENT else t.figure(level)


def _breach(kpi: Kpi, t: Tongue) -> str:
    floor = _level(kpi, kpi.thresholds.floor, t)
    if kpi.higher_is_better:
        return t.say("Under %(floor)s it is breached.", floor=floor)
    return t.say("Over %(floor)s it is breached.", floor=floor)


def _evidence(kpi: Kpi, t: Tongue) -> str:
    least, is_one = t.figure(kpi.min_responses), kpi.min_responses == 1
    if kpi.observation:
        if is_one:
            return t.say("One case is enough to decide.")
        return t.say("Fewer than %(least)s cases decide nothing.", least=least)
    if kpi.metric is Metric.NKI:
        if is_one:
            return t.say("One response is enough to decide.")
        return t.say("Fewer than %(least)s responses decide nothing.", least=least)
    if is_one:
        return t.say("One rating is enough to decide.")
    return t.say("Fewer than %(least)s ratings decide nothing.", least=least)


def _rule(kpi: Kpi, t: Tongue) -> str:
    level = t.percent(kpi.confidence * 100)
    higher = kpi.higher_is_better
    if kpi.decision_rule is DecisionRule.GUARDED_REJECTION:
        if higher:
            return t.say(
                "It is breached only when the whole %(level)s interval lies under the floor "
                "(guarded rejection).",
                level=level,
            )
        return t.say(
            "It is breached only when the whole %(level)s interval lies over the floor (guarded rejection).",
            level=level,
        )
    if kpi.decision_rule is DecisionRule.GUARDED_ACCEPTANCE:
        if higher:
            return t.say(
                "It is undecided while the %(level)s interval reaches under the floor (guarded acceptance).",
                level=level,
            )
        return t.say(
            "It is undecided while the %(level)s interval reaches over the floor (guarded acceptance).",
            level=level,
        )
    return t.say("The value alone decides (simple).")


def _scope(kpi: Kpi, agreement: Agreement, language: str, t: Tongue) -> Iterator[str]:
    def names(parts: Iterable[tuple[str, str]], keys: tuple[str, ...]) -> str:
        titles = dict(parts)
        return t.joined(titles[key] for key in keys)

    default = agreement.contract.language
    if kpi.scope.sites:
        places = names(((site.key, site.title) for site, _, _ in agreement.walk_sites()), kpi.scope.sites)
        yield t.say("It looks only at %(places)s, with everything inside.", places=places)
    if kpi.scope.touchpoints:
        journey = ((part.key, t.quoted(words(part.title, language, default))) for part in agreement.journey)
        moments = names(journey, kpi.scope.touchpoints)
        yield t.say("It looks only at these moments: %(moments)s.", moments=moments)
    if kpi.scope.personas:
        raters = ((part.key, t.quoted(words(part.title, language, default))) for part in agreement.personas)
        groups = names(raters, kpi.scope.personas)
        yield t.say("It counts only answers of %(groups)s.", groups=groups)


def _money(kpi: Kpi, t: Tongue) -> Iterator[str]:
    if kpi.credit is None:
        return
    cost = t.percent(kpi.credit.breached)
    if kpi.credit.cap is None:
        yield t.say("A breach costs %(cost)s of the monthly fee.", cost=cost)
    else:
        cap = t.percent(kpi.credit.cap)
        yield t.say("A breach costs %(cost)s of the monthly fee, at most %(cap)s.", cost=cost, cap=cap)


def _weight(kpi: Kpi, agreement: Agreement, t: Tongue) -> Iterator[str]:
    if agreement.composite.method == "minimum":
        return
    if not kpi.weight:
        yield t.say("It does not count in the contract's score.")
        return
    whole = sum((one.weight for one in agreement.kpis), Decimal(0))
    yield t.say(
        "It weighs %(weight)s of %(whole)s in the contract's score.",
        weight=t.figure(kpi.weight),
        whole=t.figure(whole),
    )
