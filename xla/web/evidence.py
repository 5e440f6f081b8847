"""Evidence at a glance: what a breach was opened on, in words and on the axis from floor to target."""

import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

from markupsafe import Markup

from xla.core.agreement import Metric
from xla.core.privacy import is_few
from xla.core.verdict import Thresholds, Verdict
from xla.documents import chart_glance
from xla.documents.chart_glance import Placed
from xla.web.language import figures, gettext

_ = gettext


class Evidence:
    """What a breach was opened on: its value in words, and on the axis from floor to target."""

    def __init__(self, document: str) -> None:
        self._told: dict[str, Any] = json.loads(document)
        told = self._told
        self._metric = Metric(told["metric"])
        self._thresholds = Thresholds(
            Decimal(str(told["target"])), Decimal(str(told["floor"])), told["higher_is_better"]
        )
        self.verdict = Verdict(told["verdict"])
        self.is_shown = told["value_exact"] is not None and not is_few(told["n"])

    @property
    def value(self) -> str:
        """The value as it is printed; a dash where it is not shown."""
        exact = Fraction(self._told["value_exact"]) if self.is_shown else None
        return figures().value(exact, self._metric, self._thresholds)

    @property
    def floor(self) -> str:
        """The floor as agreed."""
        return figures().threshold(self._thresholds.floor, self._metric)

    @property
    def target(self) -> str:
        """The target as agreed."""
        return figures().threshold(self._thresholds.target, self._metric)

    def fact(self, period: str) -> str:
        """The value and the threshold it missed, in one sentence."""
        if not self.is_shown:
            return _("Fewer than 5 answers in %(period)s: the value is not shown.", period=period)
        text = (
            _("%(value)s in %(period)s, below the floor of %(floor)s.")
            if self._thresholds.higher_is_better
            else _("%(value)s in %(period)s, above the limit of %(floor)s.")
        )
        return text % {"value": self.value, "period": period, "floor": self.floor}

    def chart(self) -> Markup:
        """The evidence bar; nothing where the value is not shown."""
        if not self.is_shown:
            return Markup()
        low, high = self._told["low"], self._told["high"]
        interval = figures().interval(low, high, self._metric)
        sentence = _(
            "%(value)s, interval %(interval)s; floor %(floor)s, target %(target)s",
            value=self.value, interval=interval, floor=self.floor, target=self.target,
        )  # fmt: skip
        if self._thresholds.floor == self._thresholds.target:
            labels = (_("Floor and target %(value)s", value=self._bare(self.floor)), "")
        else:
            labels = (
                _("Floor %(value)s", value=self._bare(self.floor)),
                _("Target %(value)s", value=self._bare(self.target)),
            )
        return chart_glance.evidence_axis(self._placed(), self.verdict, labels, sentence)

    def _bare(self, threshold: str) -> str:
        """Without its unit: the axis has no room for it."""
        return threshold.removesuffix(figures().unit(self._metric))

    def _placed(self) -> Placed:
        floor, step = float(self._thresholds.floor), self._step()
        low, high = (
            None if bound is None else (bound - floor) / step
            for bound in (self._told["low"], self._told["high"])
        )
        return Placed((self._told["value"] - floor) / step, low, high)

    def _step(self) -> float:
        """From floor to target; where they are one, as much as lets the value and its interval be seen."""
        terms = self._thresholds
        if terms.floor != terms.target:
            return float(terms.target - terms.floor)
        seen = [
            abs(each - float(terms.floor))
            for each in (self._told["value"], self._told["low"])
            if each is not None
        ]
        return (max(seen) or 1.0) / 1.2 * (1 if terms.higher_is_better else -1)
