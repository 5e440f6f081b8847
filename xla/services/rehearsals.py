"""Rehearsals: what an import would come to, row by row, with nothing stored and nobody kept waiting."""

from collections.abc import Callable, Iterable
from datetime import date

from sqlalchemy.orm import Session

from xla.services.rating_input import Given, Wrong
from xla.services.submissions import Submission, chunks, known_keys, stored

CHUNK = 5_000
"""Submissions looked up at once."""
Days = tuple[date, date]
"""The first and the last."""


class Rehearsal:
    """Takes submissions in as the `Recorder` does, in memory: for files of a bounded number of rows."""

    def __init__(
        self, session: Session, contract_id: int, *, source: str, wrong: Callable[[Given, Wrong], None]
    ) -> None:
        self.session = session
        self.contract_id = contract_id
        self.source = source
        self.wrong = wrong
        self.accepted = 0
        self.duplicates = 0
        self.joined = 0
        """Accepted ratings that belong to responses another file brought."""
        self.felt_on: Days | None = None
        """The days of what is accepted."""
        self._keys: set[tuple[str, str]] = set()
        self._groups: dict[str, Submission] = {}

    def record(self, submissions: Iterable[Given]) -> None:
        """Take them all in."""
        for chunk in chunks(submissions, CHUNK):
            ids = {given.external_id for given in chunk if given.external_id is not None}
            groups = {given.group_key for given in chunk if given.group_key is not None} - self._groups.keys()
            where = (self.session, self.contract_id, self.source)
            self._keys |= known_keys(*where, ids)
            self._groups |= stored(*where, groups)
            for given in chunk:
                self._take(given)

    def _take(self, given: Given) -> None:
        new = tuple(
            rating for rating in given.ratings if (given.external_id, str(rating[0])) not in self._keys
        )
        if given.group_key is not None and new and not self._join(given._replace(ratings=new)):
            return
        self.duplicates += len(given.ratings) - len(new)
        self.accepted += len(new)
        if given.external_id is not None:
            self._keys.update((given.external_id, str(question_id)) for question_id, _ in new)
        if new:
            felt_on = given.moment.rated_on
            first, last = self.felt_on or (felt_on, felt_on)
            self.felt_on = min(first, felt_on), max(last, felt_on)

    def _join(self, given: Given) -> bool:
        """Whether the row goes with the others of its response."""
        key = str(given.group_key)
        submission = self._groups.setdefault(key, Submission(0, 0, given))
        try:
            submission.join(given)
        except Wrong as wrong:
            self.wrong(given, wrong)
            return False
        self.joined += len(given.ratings) if submission.given is None else 0
        return True
