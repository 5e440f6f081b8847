"""A sampling note: how the ratings of a period came in, in counts alone, so that all can judge their worth.

It counts responses: what one person gave at one moment, however many questions it answered.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from xla.core.flag import Flag
from xla.core.privacy import WHOLE, hidden_sites
from xla.core.window import Window, days_between

MOST_CHANNELS = 8
"""Channels named one by one: anybody can write a new one into a link."""
WEEK = range(7)


@dataclass(frozen=True)
class Channel:
    """Responses that came in one way, or by several small ones together."""

    keys: tuple[str, ...]
    """'' where it was not told; several, where one alone would stand for fewer than five answers."""
    n: int
    share: Fraction
    """Of all, 0..1."""


@dataclass(frozen=True)
class Weekday:
    """Responses felt on one weekday, Monday being 0."""

    weekday: int
    n: int
    even: Fraction
    """What an equal spread over all days would have brought."""


@dataclass(frozen=True)
class Coverage:
    """Of the sites in scope, those that gave at least one response themselves or at a place inside."""

    covered: int
    of: int
    silent: tuple[str, ...]
    """Those that gave none, without the sites inside them."""


@dataclass(frozen=True)
class Spread:
    """How the responses lie over the days."""

    weekdays: tuple[Weekday, ...]
    day_count: int
    empty_count: int
    """Days without any."""


def channels(n_by_key: Mapping[str, int]) -> tuple[Channel, ...]:
    """The ways responses came in, the most used first; those too small to show, or too many, last as one."""
    total = sum(n_by_key.values())
    by_size = sorted(n_by_key, key=lambda key: (-n_by_key[key], key))
    told = {f"{number}": n_by_key[key] for number, key in enumerate(by_size)}
    hidden = hidden_sites(dict.fromkeys(told, WHOLE), told)
    shown = [key for number, key in enumerate(by_size) if f"{number}" not in hidden][:MOST_CHANNELS]
    rest = tuple(key for key in by_size if key not in shown)
    groups = [(key,) for key in shown] + ([rest] if rest else [])
    counts = [sum(n_by_key[key] for key in keys) for keys in groups]
    return tuple(Channel(keys, n, Fraction(n, total)) for keys, n in zip(groups, counts, strict=True) if n)


def spread(n_by_day: Mapping[date, int], window: Window) -> Spread:
    """Over the days of a window, beside an equal spread: all responses by the weekday's share of days."""
    days = days_between(window.start, window.end)
    total = sum(n_by_day.get(day, 0) for day in days)
    times = Counter(day.weekday() for day in days)
    counts: Counter[int] = Counter()
    for day in days:
        counts[day.weekday()] += n_by_day.get(day, 0)
    return Spread(
        tuple(Weekday(each, counts[each], Fraction(total * times[each], len(days))) for each in WEEK),
        len(days),
        sum(not n_by_day.get(day) for day in days),
    )


def coverage(holders: Mapping[str, str | None], scope: Collection[str], rated: Collection[str]) -> Coverage:
    """Of the sites in scope, which gave responses; `holders` gives each site the one it lies in, if any."""
    alive = {site for key in rated for site in _upwards(holders, key)}
    silent = [site for site in holders if site in scope and site not in alive]
    return Coverage(
        covered=len(set(scope) & holders.keys()) - len(silent),
        of=len(set(scope) & holders.keys()),
        silent=tuple(site for site in silent if holders[site] not in silent),
    )


def flagged(n_by_flags: Mapping[str, int]) -> dict[Flag, int]:
    """Flag -> how many responses have it, of counts by flags as a response keeps them; one may have two."""
    found: Counter[Flag] = Counter()
    for flags, n in n_by_flags.items():
        for flag in flags.split(";"):
            found[Flag(flag)] += n
    return {flag: found[flag] for flag in Flag if found[flag]}


def _upwards(holders: Mapping[str, str | None], site: str) -> Sequence[str]:
    """A site and those around it; none where the site is not known."""
    found: list[str] = []
    at: str | None = site
    while at is not None and at in holders:
        found.append(at)
        at = holders[at]
    return found
