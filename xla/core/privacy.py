"""Privacy: no figure of so few people that one of them can be told apart (k-anonymity; domain, section 9)."""

from collections.abc import Mapping, Sequence

K_VALUE = 5
"""Answers from which a value is shown."""

K_DISTRIBUTION = 8
"""Answers from which a distribution or a comment is shown."""

WHOLE = ""
"""The key of the whole contract: what the outermost sites lie in."""


def is_few(n: int, least: int = K_VALUE) -> bool:
    """Whether `n` answers are too few to show but not none.

    Also to be asked of a difference, where two figures of nearly the same answers are both shown: two issues
    of a report, a figure with and without an exclusion. That nobody answered tells nothing about anybody.
    """
    return 0 < n < least


def hidden_sites(tree: Mapping[str, str], n_by_site: Mapping[str, int]) -> set[str]:
    """The sites whose values must be hidden, for one KPI, when all the others of the tree are shown at once.

    `tree` gives each site the site it lies in, an outermost one `WHOLE`. `n_by_site` counts answers, those of
    the sites inside included; a site left out has none; `WHOLE`, when left out, is the sum of the outermost.
    `WHOLE` itself is hidden when it has too few.

    Why it is enough: a shown site leaves a *rest*, its answers less those of the shown sites closest inside.
    The rests part the answers into groups that do not overlap, and whatever sums and differences of shown
    figures yield is made of whole rests. So nobody is told apart while no rest has too few answers.
    Sites are shown by their answers, most first, as long as that holds: the smallest are hidden, no hidden
    site could be shown besides, and so none can be worked out. A site without answers is always shown: it
    takes nothing from a rest.

    Raises:
        ValueError: a site with more answers inside it than it has.

    Source: cell suppression in a table with subtotals; Willenborg & de Waal 2001, Elements of Statistical
    Disclosure Control, chapter 4.
    """
    return _hidden(tree, n_by_site, K_VALUE)


def hidden_distributions(tree: Mapping[str, str], n_by_site: Mapping[str, int]) -> set[str]:
    """The sites whose score counts must be hidden, as `hidden_sites`; those without a value among them.

    Counts give the value away, so a site whose value is hidden shows no counts either, even where the counts
    alone would be harmless.
    """
    return _hidden(tree, n_by_site, K_DISTRIBUTION) | _hidden(tree, n_by_site, K_VALUE)


def shown_days(n_by_day: Sequence[int]) -> tuple[set[int], set[int]]:
    """Of days in order, whose own figure may be shown, and after which the figure of all days so far.

    A day is shown from five answers. The figure so far is shown where the days since it was last shown, less
    those shown themselves, have five answers or none: what a reader can subtract is made of such rests. The
    figure after the last day is that of the whole, which stands elsewhere: it is always among the shown, and
    earlier ones give way to it. Where all the small days together are too few, the smallest shown day is
    hidden with them.
    """
    own = {day for day, n in enumerate(n_by_day) if n >= K_VALUE}
    rest = sum(n for day, n in enumerate(n_by_day) if day not in own)
    if is_few(rest) and own:
        own.discard(min(own, key=lambda day: n_by_day[day]))
    unseen = [0 if day in own else n for day, n in enumerate(n_by_day)]
    shown: list[tuple[int, int]] = []
    pending = 0
    for day, n in enumerate(unseen):
        pending += n
        if not is_few(pending):
            shown.append((day, pending))
            pending = 0
    while is_few(pending) and shown:
        pending += shown.pop()[1]
    return own, {day for day, _ in shown} | (
        {len(n_by_day) - 1} if n_by_day and not is_few(pending) else set()
    )


def _hidden(tree: Mapping[str, str], n_by_site: Mapping[str, int], least: int) -> set[str]:
    n = {site: n_by_site.get(site, 0) for site in tree}
    n[WHOLE] = n_by_site.get(WHOLE, sum(n[site] for site, holder in tree.items() if holder == WHOLE))
    _refuse_more_inside(tree, n)
    rest: dict[str, int] = {}
    for site in sorted(n, key=lambda site: (-n[site], _depth(tree, site))):
        around = _nearest(tree, site, rest)
        left = 0 if around is None else rest[around] - n[site]
        if is_few(n[site], least) or is_few(left, least):
            continue
        rest[site] = n[site]
        if around is not None:
            rest[around] = left
    return n.keys() - rest.keys()


def _refuse_more_inside(tree: Mapping[str, str], n: Mapping[str, int]) -> None:
    inside = dict.fromkeys(n, 0)
    for site, holder in tree.items():
        inside[holder] += n[site]
    for site, count in inside.items():
        if count > n[site]:
            raise ValueError(f"site {site or 'whole'!r} has {n[site]} answers, but {count} inside it")


def _depth(tree: Mapping[str, str], site: str) -> int:
    return 0 if site == WHOLE else 1 + _depth(tree, tree[site])


def _nearest(tree: Mapping[str, str], site: str, shown: Mapping[str, int]) -> str | None:
    """The closest shown site around it."""
    while site != WHOLE:
        site = tree[site]
        if site in shown:
            return site
    return None
