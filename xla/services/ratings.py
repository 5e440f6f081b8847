"""Ratings: append what came in and bump the day's tallies, in one transaction, each rating once."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.models import OnceKey, Rating, RatingPoint, Response, Tally, bulk
from xla.services import amendments
from xla.services.rating_input import Given, Wrong
from xla.services.submissions import Submission, chunks, keep_changes, known_keys, stored

CHUNK = 20_000
MOST_CELLS = 100_000
ONCE_KEY_COLUMNS = ("contract_id", "source", "external_id", "subject", "upload_id")
RATING_COLUMNS = ("response_id", "question_id", "score")
RESPONSE_COLUMNS = (
    "id",
    "contract_id",
    "point_id",
    "persona",
    "rated_on",
    "rated_at",
    "received_at",
    "source",
    "channel",
    "group_key",
    "respondent",
    "reasons",
    "comment",
    "upload_id",
)
Cell = tuple[int, date, int, str, int]
"""One cell of the tally: question id, local day, point id, persona, score."""


class Recorder:
    """Appends submissions of one contract from one source, all received `now`.

    `wrong` is told of each submission that contradicts one it belongs to; the caller then rolls back.
    """

    def __init__(  # noqa: PLR0913 -- its keywords say what each is
        self,
        session: Session,
        contract_id: int,
        *,
        source: str,
        wrong: Callable[[Given, Wrong], None],
        upload_id: int | None = None,
        now: datetime,
    ) -> None:
        self.session = session
        self.contract_id = contract_id
        self.source = source
        self.wrong = wrong
        self.upload_id = upload_id
        self.accepted = 0
        self.duplicates = 0
        self.submissions = 0
        """Submissions with at least one rating that was not received before."""
        self.joined = 0
        """Accepted ratings that belong to responses another file brought."""
        self._now = now
        self._received_at = bulk.instant_text(session, now)
        self._cells: Counter[Cell] = Counter()
        points = session.scalars(select(RatingPoint).where(RatingPoint.contract_id == contract_id))
        self._points = {(point.site_key, point.touchpoint_key): point.id for point in points}

    def record(self, submissions: Iterable[Given]) -> None:
        """Append them all and add their scores to the tallies."""
        for chunk in chunks(submissions, CHUNK):
            fresh = self._not_yet_received(chunk)
            self.submissions += len(fresh)
            self._append(fresh)
            if len(self._cells) > MOST_CELLS:
                self._add_to_tallies()
        self._add_to_tallies()

    def _not_yet_received(self, chunk: list[Given]) -> list[Given]:
        """The chunk without ratings whose external id was received before; remembers the others'."""
        sent = {given.external_id for given in chunk if given.external_id is not None}
        if not sent:
            return chunk
        known = known_keys(self.session, self.contract_id, self.source, sent)
        keys: list[Sequence[object]] = []
        fresh: list[Given] = []
        for given in chunk:
            if given.external_id is None:
                fresh.append(given)
                continue
            new = [rating for rating in given.ratings if (given.external_id, str(rating[0])) not in known]
            self.duplicates += len(given.ratings) - len(new)
            for question_id, _ in new:
                known.add((given.external_id, str(question_id)))
                keys.append(
                    (self.contract_id, self.source, given.external_id, str(question_id), self.upload_id)
                )
            if new:
                fresh.append(given._replace(ratings=tuple(new)))
        bulk.append(self.session, bulk.table(OnceKey), ONCE_KEY_COLUMNS, keys)
        return fresh

    def _append(self, chunk: list[Given]) -> None:
        keys = {given.group_key for given in chunk if given.group_key is not None}
        groups = stored(self.session, self.contract_id, self.source, keys)
        ids = iter(bulk.new_ids(self.session, bulk.table(Response), len(chunk)))
        responses: list[Sequence[object]] = []
        ratings: list[tuple[int, int, int]] = []
        cells: list[Cell] = []
        for given in chunk:
            point_id = self._points.get((given.site, given.touchpoint)) or self._new_point(given)
            if given.group_key is None:
                response_id = next(ids)
                responses.append(self._row(response_id, point_id, given, given.reasons, given))
            elif (joined := self._joined(groups, given, point_id, ids)) is not None:
                response_id = joined
            else:
                continue
            rated_on, persona = given.moment.rated_on, given.persona
            for question_id, score in given.ratings:
                ratings.append((response_id, question_id, score))
                cells.append((question_id, rated_on, point_id, persona, score))
        responses += [
            self._row(new.id, new.point_id, new.given, new.reasons_text, new)
            for new in groups.values()
            if new.given
        ]
        stored_before = [(each.id, each.received_at) for each in groups.values() if each.received_at]
        amendments.note(self.session, self.contract_id, stored_before, self._now)
        bulk.append(self.session, bulk.table(Response), RESPONSE_COLUMNS, responses)
        bulk.append(self.session, bulk.table(Rating), RATING_COLUMNS, ratings)
        keep_changes(self.session, groups.values())
        self._cells.update(cells)
        self.accepted += len(ratings)

    def _add_to_tallies(self) -> None:
        rows = [
            (question_id, rated_on.isoformat(), *where, n)
            for (question_id, rated_on, *where), n in sorted(self._cells.items())
        ]
        bulk.add_up(self.session, bulk.table(Tally), rows)
        self._cells.clear()

    def _joined(
        self, groups: dict[str, Submission], given: Given, point_id: int, ids: Iterator[int]
    ) -> int | None:
        """The id of the response a row belongs to; None where it contradicts it."""
        key = str(given.group_key)
        if key not in groups:
            groups[key] = Submission(next(ids), point_id, given)
        submission = groups[key]
        try:
            submission.join(given)
        except Wrong as wrong:
            self.wrong(given, wrong)
            return None
        if submission.given is None and submission.upload_id != self.upload_id:
            self.joined += len(given.ratings)
        return submission.id

    def _row(
        self, response_id: int, point_id: int, given: Given, reasons: str | None, told: Given | Submission
    ) -> Sequence[object]:
        rated_on, rated_at = given.moment
        return (
            response_id,
            self.contract_id,
            point_id,
            given.persona,
            rated_on.isoformat(),
            rated_at and bulk.instant_text(self.session, rated_at),
            self._received_at,
            self.source,
            given.channel,
            given.group_key,
            told.respondent,
            reasons,
            told.comment,
            self.upload_id,
        )

    def _new_point(self, given: Given) -> int:
        point = RatingPoint(
            contract_id=self.contract_id, site_key=given.site, touchpoint_key=given.touchpoint
        )
        self.session.add(point)
        self.session.flush()
        self._points[given.site, given.touchpoint] = point.id
        return point.id
