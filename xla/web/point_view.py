"""What a rating point's page shows: its names, what it asks, its link, the languages of its poster."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from xla.core.agreement import Agreement, Language, Question, words
from xla.models import Contract, Kiosk, RatingPoint
from xla.services import kiosks
from xla.services.point_sheets import asked, languages
from xla.services.points import agreement_today, is_open, point_of
from xla.services.rating_points import Point, rating_points
from xla.web import contract_charts
from xla.web.addresses import short_link
from xla.web.language import gettext as _
from xla.web.language import spoken


@dataclass(frozen=True)
class Shown:
    """One rating point."""

    row: RatingPoint
    facts: Point
    agreement: Agreement
    questions: tuple[Question, ...]
    languages: tuple[Language, ...]
    """Of its poster."""
    address: str
    """Its whole link; '' where it has none."""
    site: str
    touchpoint: str
    persona: str
    kiosks: tuple[tuple[Kiosk, str], ...]
    """Those that stand there and were not revoked, each with its state."""

    @property
    def name(self) -> str:
        """What it is called."""
        return self.row.title or " · ".join(filter(None, (self.site, self.touchpoint)))

    @property
    def is_open(self) -> bool:
        """Whether its link takes ratings."""
        return is_open(self.row)

    def text(self, question: Question) -> str:
        """A question in the reader's language."""
        return words(question.text, spoken(), self.agreement.contract.language)


def shown(session: Session, contract: Contract, point_id: int, now: datetime) -> Shown | None:
    """The rating point of that id; None where the contract has none."""
    row = point_of(session, contract, point_id)
    if row is None:
        return None
    agreement = agreement_today(session, contract, now)
    questions = asked(agreement, row)
    return Shown(
        row=row,
        facts=next(each for each in rating_points(session, contract, now) if each.id == row.id),
        agreement=agreement,
        questions=questions,
        languages=languages(agreement, questions),
        address=short_link(row.token) if row.token else "",
        site=_title(contract_charts.site_titles(agreement), row.site_key)
        or (_("The whole contract") if row.token else _("Not told")),
        touchpoint=_title(contract_charts.touchpoint_titles(agreement), row.touchpoint_key),
        persona=_title(contract_charts.persona_titles(agreement), row.persona),
        kiosks=tuple(
            (each.kiosk, kiosks.state(each.kiosk, now))
            for each in kiosks.listed(session, contract)
            if each.point.id == row.id and each.kiosk.revoked_at is None
        ),
    )


def _title(titles: Mapping[str, str], key: str) -> str:
    """What a key is called; '' for none."""
    return titles.get(key, key) if key else ""
