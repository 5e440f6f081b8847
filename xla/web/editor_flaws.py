"""What breaks a rule of the agreement, as a form says it: in the reader's language, without file marks."""

import re
from functools import cache

from xla.core.agreement_flaw import Flaw
from xla.web.language import gettext, lazy

_N = r"(?P<one>.+?)"
_HINT = r"(?:; did you mean (?P<near>.+)\?)?"

_SAID = {
    r"this field is missing|it must not be empty": lazy("Fill this in."),
    r"a plain number without quotes .*|a number is needed.*": lazy("Write a number in figures."),
    r"an amount in quotes is needed.*": lazy("Write an amount in figures."),
    r"a whole number is needed": lazy("Write a whole number."),
    r"true or false is needed|this cannot stand here": lazy("Choose one of these."),
    r"a day is needed.*": lazy("Choose a day."),
    r"there is no such day": lazy("There is no such day."),
    r"it is blank": lazy("Write something besides spaces."),
    r"it goes over several lines.*": lazy("Write it on one line."),
    rf"it holds the invisible character {_N}": lazy("It holds the invisible character %(one)s."),
    rf"at most {_N} characters fit here": lazy("At most %(one)s characters fit here."),
    rf"at most {_N} decimals fit here": lazy("At most %(one)s decimals fit here."),
    rf"at most {_N} digits fit .*": lazy("At most %(one)s digits fit here."),
    rf"at most {_N} fit here": lazy("At most %(one)s fit here."),
    rf"it must be above {_N}": lazy("It must be above %(one)s."),
    rf"it must be at least {_N}": lazy("It must be at least %(one)s."),
    rf"it must be below {_N}": lazy("It must be below %(one)s."),
    rf"it must be at most {_N}": lazy("It must be at most %(one)s."),
    r"a currency is three capital letters.*": lazy("Write three capital letters, such as EUR."),
    r"a key has small letters.*": lazy(
        "A key has small letters a–z, digits, - and _, and starts with a letter or a digit."
    ),
    r"another contract has this key already": lazy("Another contract has this key already."),
    r"another .+ has this key already": lazy("This key stands here twice."),
    r"named twice here": lazy("It is named twice."),
    r"the text in .+, the contract's language, is missing": lazy("Write it in the contract’s language."),
    rf"not an IANA time zone.*?{_HINT}": lazy("There is no such time zone."),
    rf"not an ISO 4217 currency.*?{_HINT}": lazy("There is no such currency."),
    rf"(?:period|kind|given_with|metric|method|window|cluster|decision_rule|format) is {_N}{_HINT}": lazy(
        "Choose one of these."
    ),
    rf"a (?:scale|language) is {_N}{_HINT}(?:; Norwegian is nb)?": lazy("Choose one of these."),
    rf"the contract must end after it starts, {_N}": lazy("The contract must end after it starts, %(one)s."),
    rf"the contract has ended by then, on {_N}": lazy("The contract has ended by then, on %(one)s."),
    rf"the contract starts only on {_N}": lazy("The contract starts only on %(one)s."),
    rf"an amount in (?P<two>...) has at most {_N} decimals": lazy(
        "An amount in %(two)s has at most %(one)s decimals."
    ),
    r"a credit is percent of contract.monthly_fee, .*": lazy(
        "A credit is a percentage of the monthly fee, and the contract has none."
    ),
    rf"the cap lies below one month's credit, {_N}": lazy(
        "It lies below the credit for one breach, %(one)s."
    ),
    rf"(?:no|none of the) .+ has this key{_HINT}": lazy("There is none with this key."),
    r"(?:question|questions|observation) is missing: .*": lazy("Choose what is measured."),
    r"does not belong to .+|belongs to the (?:metric|kind) .+": lazy(
        "This does not go with the measure chosen."
    ),
    r"share needs the scores that count.*": lazy("Write the scores that count, such as 4, 5."),
    rf"the question's scores are {_N}": lazy("The question’s scores are %(one)s."),
    r"every score counts, .*": lazy("Every score counts, so the value would always be 100."),
    rf"every score of (?P<two>.+) needs a weight; missing: {_N}": lazy(
        "Every score of %(two)s needs a weight; missing: %(one)s."
    ),
    rf"on (?P<two>.+), at most the {_N} best scores can count": lazy(
        "On a scale of %(two)s at most the %(one)s best scores can count."
    ),
    rf".+ needs answers on {_N}, and these are on (?P<two>.+)": lazy(
        "The measure needs answers on %(one)s, and these are on %(two)s."
    ),
    rf"at most {_N} reasons fit any one answer": lazy(
        "At most %(one)s reasons can be offered with any one score."
    ),
    r"nki is an index of two questions or more": lazy("An index needs two questions or more."),
    r"nki needs questions of one scale, .*": lazy("An index needs questions of one scale."),
    rf"a floor of {_N} lies beyond the target (?P<two>.+), where .*": lazy(
        "A floor of %(one)s lies beyond the target %(two)s."
    ),
    rf".+ lies between {_N} and (?P<two>.+) here": lazy("It lies between %(one)s and %(two)s here."),
    rf"the lowest score must be below the highest, {_N}": lazy(
        "It must be below the highest score, %(one)s."
    ),
    rf"a scale has at most {_N} scores": lazy("A scale has at most %(one)s scores."),
    r".+ counts operations, which nobody answers": lazy("Operations are counted, nobody answers them."),
    r"this observation is of kind .*": lazy("This observation is of the other kind."),
    r"a rate without subset has no interval.*": lazy(
        "This share has no interval, so only the simple rule can be used."
    ),
    r"a weighted score needs a KPI .*": lazy("A weighted score needs a KPI with a weight above 0."),
    r"a new version cannot change .+": lazy("No new version can change this."),
    rf"a new version must start after the one in force, which holds from {_N}": lazy(
        "A new version must start after the one in force, which holds from %(one)s."
    ),
    r"the (?:scale|kind) of .+ stays so: .*|an earlier version asked it on .*": lazy(
        "An earlier version counted it otherwise. Add another one with another key."
    ),
}
"""The rules' sentences, and what a form says instead."""


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(pattern, re.DOTALL), pattern) for pattern in _SAID]


def sentence(flaw: Flaw) -> str:
    """What is wrong at a field; in the rule's own words where no form can break it."""
    return told(flaw.problem) or flaw.problem[:1].upper() + flaw.problem[1:] + "."


def told(problem: str) -> str | None:
    """What a form says of the problem, and what is near where something is; None where it says nothing."""
    for pattern, key in _patterns():
        found = pattern.fullmatch(problem)
        if found:
            said = str(_SAID[key])
            values = {name: text for name, text in found.groupdict().items() if text}
            near = values.pop("near", None)
            filled = said % values if values else said
            meant = gettext("Did you mean %(name)s?", name=near) if near else ""
            return f"{filled} {meant}".rstrip()
    return None
