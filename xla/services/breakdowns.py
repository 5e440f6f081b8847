"""Breakdowns: one KPI's answers parted by place or person, each part measured as the whole is.

What must be hidden is decided over all parts at once, so that no shown figures can be subtracted from each
other to reveal one (domain, section 9).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from xla.core.agreement import Agreement, Kpi, Metric
from xla.core.measurement import Measurement
from xla.core.metric import OwnIndex, measure, measure_amount, measure_index, measure_rate, weighted
from xla.core.privacy import WHOLE, hidden_sites
from xla.core.scale import Scale
from xla.core.verdict import Verdict, judge
from xla.services.groups import own_indices_by_place
from xla.services.knowledge import Knowledge, Where

UNTOLD = "?"
"""The part of those who did not tell, or told what the agreement does not know; no key can be it."""
Name = Callable[[Where], str]


@dataclass
class Group:
    """What one part of a KPI's answers holds; groups are added up."""

    counts: dict[str, Counter[int]] = field(default_factory=dict)
    """Question -> score -> n."""
    own: Counter[Fraction] = field(default_factory=Counter)
    """Of an index: a response's own index -> responses."""
    amount: Decimal = Decimal(0)
    base: Decimal = Decimal(0)
    squares: Decimal | None = Decimal(0)

    def add(self, other: "Group") -> None:
        """Hold what the other holds, too."""
        for question, counts in other.counts.items():
            self.counts.setdefault(question, Counter()).update(counts)
        self.own.update(other.own)
        self.amount += other.amount
        self.base += other.base
        self.squares = None if self.squares is None or other.squares is None else self.squares + other.squares

    def n(self, kpi: Kpi) -> int:
        """Its answers: ratings, responses of an index, or cases."""
        if kpi.observation:
            return int(self.base)
        return (
            self.own.total()
            if kpi.metric is Metric.NKI
            else sum(each.total() for each in self.counts.values())
        )


@dataclass(frozen=True)
class Part:
    """One part as it may be shown: its figures are None where hidden or absent."""

    key: str
    n: int | None
    value: Fraction | None
    low: float | None
    high: float | None
    verdict: Verdict | None
    hidden: bool = False


def groups(known: Knowledge, kpi: Kpi, name: Name) -> dict[str, Group]:
    """The KPI's answers by the name of where and by whom they were given."""
    found: dict[str, Group] = {}
    if kpi.observation:
        for row in known.observations(kpi):
            if known.known_at is None or row.received_at <= known.known_at:
                group = Group(amount=row.amount, base=row.base, squares=row.squares)
                found.setdefault(name(Where(row.site_key, "", "")), Group()).add(group)
        return found
    for question in kpi.asked:
        for where, score, n in known.cells(question, kpi.scope):
            counts = found.setdefault(name(where), Group()).counts
            counts.setdefault(question, Counter())[score] += n
    if kpi.metric is Metric.NKI:
        for where, own in own_indices_by_place(known, kpi, _scale(known.agreement, kpi)):
            found.setdefault(name(where), Group()).own[own.value] += own.times
    return found


def measured(agreement: Agreement, kpi: Kpi, group: Group) -> Measurement:
    """The KPI of one group; its interval takes each answer as one person's."""
    if kpi.metric is Metric.AMOUNT_MEAN:
        return measure_amount(group.amount, int(group.base), group.squares, kpi.confidence)
    if kpi.observation:
        subset = agreement.observation(kpi.observation).subset
        return measure_rate(group.amount, group.base, subset, kpi.confidence)
    scale = _scale(agreement, kpi)
    items = {question: group.counts.get(question, Counter[int]()) for question in kpi.asked}
    if kpi.metric is Metric.NKI:
        own = [OwnIndex(value, times) for value, times in group.own.items()]
        return measure_index(items, scale, own, kpi.confidence)
    return measure(weighted(kpi, scale), items[kpi.asked[0]], kpi.confidence)


def parts(known: Knowledge, kpi: Kpi, name: Name, keys: tuple[str, ...]) -> list[Part]:
    """One part a key, in their order, and last those untold where there are any."""
    by_key: dict[str, Group] = {}
    for key, group in groups(known, kpi, name).items():
        by_key.setdefault(key if key in keys else UNTOLD, Group()).add(group)
    shown = keys + ((UNTOLD,) if UNTOLD in by_key else ())
    n = {key: group.n(kpi) for key, group in by_key.items()}
    hidden = hidden_sites(dict.fromkeys(shown, WHOLE), n)
    return [part(known.agreement, kpi, key, by_key.get(key), is_hidden=key in hidden) for key in shown]


def part(agreement: Agreement, kpi: Kpi, key: str, group: Group | None, *, is_hidden: bool) -> Part:
    """A group as it may be shown."""
    if is_hidden:
        return Part(key, None, None, None, None, None, hidden=True)
    if group is None:
        return Part(key, 0, None, None, None, Verdict.NO_DATA)
    found = measured(agreement, kpi, group)
    return Part(key, found.n, found.value, found.low, found.high, judge(found, kpi.thresholds))


def rolled_up(agreement: Agreement, own: Mapping[str, Group]) -> dict[str, Group]:
    """Each site's group with those of the sites inside it."""
    inside = {key: Group() for key in agreement.site_keys}
    holders = {site.key: parent for site, _, parent in agreement.walk_sites()}
    for key, group in own.items():
        at: str | None = key if key in inside else None
        while at is not None:
            inside[at].add(group)
            at = holders[at]
    return inside


def around(tree: Mapping[str, str], looked_at: Iterable[str]) -> set[str]:
    """The sites a KPI looks at and those they lie in."""
    found: set[str] = set()
    for site in looked_at:
        at = site
        while at != WHOLE and at not in found:
            found.add(at)
            at = tree[at]
    return found


def _scale(agreement: Agreement, kpi: Kpi) -> Scale:
    return agreement.question(kpi.asked[0]).scores
