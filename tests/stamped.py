"""A report's time stamp for tests, kept as the job keeps it."""

from datetime import datetime

from sqlalchemy.orm import Session

import authority
from xla.documents import time_stamp
from xla.models import Report
from xla.services import stamps


def keep(session: Session, report: Report, now: datetime) -> None:
    query = time_stamp.query(report.sha256)
    found = time_stamp.answered(query, authority.granted(query.der, now), now)
    stamps.keep(session, report.id, found, now)
