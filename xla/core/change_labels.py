"""What the fields of an agreement are called in a sentence about a change, and what one left out means."""

from collections.abc import Mapping

from xla.core.agreement_wording import Tongue

OPEN = frozenset({"floor", "ends_on", "top", "weights", "inside", "given_with", "traffic", "overall"})
"""Fields that say something by being left out."""


def labels(t: Tongue) -> Mapping[str, str]:
    """What each field is called."""
    return {**_of_the_contract(t), **_of_its_parts(t), **_of_a_kpi(t)}


def absent(t: Tongue) -> Mapping[str, str]:
    """What a field left out comes to."""
    return {
        "floor": t.say("the target"),
        "ends_on": t.say("no end"),
        "top": t.say("the usual 2"),
        "weights": t.say("the usual ones"),
        "inside": t.say("the top"),
        "given_with": t.say("any score"),
        "traffic": t.say("none"),
        "overall": t.say("none"),
    }


def _of_the_contract(t: Tongue) -> dict[str, str]:
    return {
        "format": t.say("format"),
        "key": t.say("key"),
        "title": t.say("title"),
        "client": t.say("client"),
        "timezone": t.say("time zone"),
        "language": t.say("language"),
        "currency": t.say("currency"),
        "starts_on": t.say("first day"),
        "ends_on": t.say("last day"),
        "period": t.say("period"),
        "close_after_days": t.say("number of days until the result is proposed"),
        "respond_within_days": t.say("number of days to respond"),
        "monthly_fee": t.say("monthly fee"),
        "effective_from": t.say("first day in force"),
        "note": t.say("note"),
        "promise": t.say("promise"),
        "composite.method": t.say("way the score is made"),
        "traffic": t.say("observation that sites are weighted by"),
        "overall": t.say("question about the whole"),
    }


def _of_its_parts(t: Tongue) -> dict[str, str]:
    return {
        "inside": t.say("place"),
        "text": t.say("text"),
        "given_with": t.say("occasion"),
        "scale": t.say("scale"),
        "kind": t.say("kind"),
        "subset": t.say("answer to whether the numerator is part of the denominator"),
    }


def _of_a_kpi(t: Tongue) -> dict[str, str]:
    return {
        "service": t.say("service"),
        "question": t.say("question"),
        "questions": t.say("list of questions"),
        "observation": t.say("observation"),
        "metric": t.say("metric"),
        "top": t.say("number of best scores that count"),
        "scores": t.say("list of scores that count"),
        "scope.sites": t.say("list of sites looked at"),
        "scope.touchpoints": t.say("list of touchpoints looked at"),
        "scope.personas": t.say("list of personas looked at"),
        "window": t.say("window"),
        "target": t.say("target"),
        "floor": t.say("floor"),
        "higher_is_better": t.say("answer to whether higher is better"),
        "min_responses": t.say("least number of answers"),
        "decision_rule": t.say("decision rule"),
        "confidence": t.say("confidence"),
        "cluster": t.say("clustering of answers"),
        "weight": t.say("weight"),
        "credit.breached": t.say("credit for a breach"),
        "credit.cap": t.say("cap of its credits"),
    }


def removed(noun: str, title: str, t: Tongue) -> str:
    """That a part is gone; `noun` names its kind, as in `added` and `reordered`."""
    texts = {
        "site": t.say("The site %(title)s is removed.", title=title),
        "service": t.say("The service %(title)s is removed.", title=title),
        "touchpoint": t.say("The touchpoint %(title)s is removed.", title=title),
        "persona": t.say("The persona %(title)s is removed.", title=title),
        "question": t.say("The question %(title)s is removed.", title=title),
        "observation": t.say("The observation %(title)s is removed.", title=title),
        "KPI": t.say("The KPI %(title)s is removed.", title=title),
        "reason": t.say("The reason %(title)s is removed.", title=title),
    }
    return texts[noun]


def added(noun: str, title: str, t: Tongue) -> str:
    """That a part is new."""
    texts = {
        "site": t.say("The site %(title)s is added.", title=title),
        "service": t.say("The service %(title)s is added.", title=title),
        "touchpoint": t.say("The touchpoint %(title)s is added.", title=title),
        "persona": t.say("The persona %(title)s is added.", title=title),
        "question": t.say("The question %(title)s is added.", title=title),
        "observation": t.say("The observation %(title)s is added.", title=title),
        "KPI": t.say("The KPI %(title)s is added.", title=title),
        "reason": t.say("The reason %(title)s is added.", title=title),
    }
    return texts[noun]


def reordered(noun: str, t: Tongue) -> str:
    """That the parts of a list stand in another order."""
    texts = {
        "site": t.say("The sites stand in another order."),
        "service": t.say("The services stand in another order."),
        "touchpoint": t.say("The touchpoints stand in another order."),
        "persona": t.say("The personas stand in another order."),
        "question": t.say("The questions stand in another order."),
        "observation": t.say("The observations stand in another order."),
        "KPI": t.say("The KPIs stand in another order."),
        "reason": t.say("The reasons stand in another order."),
    }
    return texts[noun]
