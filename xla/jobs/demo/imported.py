"""Imported: paper forms from the restaurant, brought in as a file, and a second file still to be checked."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core.role import Role
from xla.core.window import local_day
from xla.models import Contract, Membership, Person, Upload
from xla.services import uploads
from xla.services.agreements import agreement_of, contract_of, versions
from xla.services.mappings import Wide
from xla.services.upload_document import Counts, mapping_of
from xla.services.upload_files import Reading
from xla.services.upload_reading import keep_look, look

CONTRACT, QUESTION, PLACE = "office-park", "lunch", "restaurant;lunch"
SCORES = ("4", "3", "4", "2", "3", "4", "1", "3", "4", "3", "0", "4")
"""As the forms came; 0 is a form without a cross."""
REMARKS = {3: "Lång kö", 6: "Soppan var kall", 8: "Mycket gott bröd"}


def bring_missing(session: Session, now: datetime) -> None:
    """Bring both files, unless the contract had files before."""
    contract = contract_of(session, CONTRACT)
    manager = session.scalar(
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.contract_id == contract.id, Person.role == Role.MANAGER)
        .order_by(Person.id)
        .limit(1)
    )
    if manager is None or uploads.count(session, contract.id):
        return
    agreement = agreement_of(versions(session, contract)[-1])
    asked = next(question for question in agreement.questions if question.key == QUESTION)
    day = local_day(now, ZoneInfo(agreement.contract.timezone)) - timedelta(days=1)
    head = f"Datum;{asked.text['sv']};Plats;Kontaktpunkt;Kommentar"
    rows = [f"{day};{score};{PLACE};{REMARKS.get(place, '')}" for place, score in enumerate(SCORES)]
    paper = Paper(session, contract, manager)
    first = paper.bring("Pappersblanketter.csv", [head, *rows], now)
    counts = paper.check(first, now)
    uploads.start(session, contract, first, person=manager, agreed=counts, now=now)
    session.flush()
    uploads.run(session, contract, first.id, progress=_silent, now=now)
    more = [*rows[3:7], f"{day};9;{PLACE};", f"{day};4;Kantinen;lunch;", f"{day:%d}/{day:%m};3;{PLACE};"]
    paper.check(paper.bring("Pappersblanketter 2.csv", [head, *more], now), now)


class Paper:
    """How somebody brings files to a contract."""

    def __init__(self, session: Session, contract: Contract, person: Person) -> None:
        self.session = session
        self.contract = contract
        self.person = person

    def bring(self, name: str, lines: list[str], now: datetime) -> Upload:
        """A file of those lines; its 0 means that nothing was crossed."""
        raw = "".join(f"{line}\r\n" for line in lines).encode()
        upload = uploads.receive(self.session, self.contract, self.person, name=name, raw=raw, now=now)
        keep_look(self.session, self.contract, upload, look(raw, Reading()))
        guessed = mapping_of(upload)
        wide = {
            column: Wide(question=each.question, codes={"0": "blank"})
            for column, each in guessed.wide.items()
        }
        uploads.keep_mapping(upload, guessed.model_copy(update={"wide": wide}))
        return upload

    def check(self, upload: Upload, now: datetime) -> Counts:
        """Find out what an import would come to."""
        rehearsal = uploads.rehearsed(self.session, self.contract, upload, progress=_silent, now=now)
        uploads.keep_rehearsal(upload, mapping_of(upload), rehearsal)
        self.session.flush()
        return rehearsal.counts


def _silent(_rows: int) -> None:
    return
