"""Passengers: 8,852 real people asked at San Francisco's airport, in their own order, on moved days.

The file holds what they said in September 2014, May 2015 and May 2016 (public open data of the airport's
customer survey): a row a person, the boarding area and ten scores, empty where a question did not apply.
"""

import csv
import gzip
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

from xla.jobs.demo.answers import Answer, collected_at
from xla.jobs.demo.plan import FOLDER
from xla.services.rating_input import Moment


def passengers(first: date, today: date, zone: ZoneInfo, now: datetime) -> Iterator[Answer]:
    """Everybody's answers, spread evenly over the days from `first` up to, but not including, `today`."""
    packed = (FOLDER / "airport_ratings.csv.gz").read_bytes()
    people = list(csv.DictReader(StringIO(gzip.decompress(packed).decode())))
    days = (today - first).days
    for place, person in enumerate(people):
        day = first + timedelta(days=place * days // len(people))
        site = person.pop("area")
        scores = {question: int(score) for question, score in person.items() if score}
        # Only the day is known, and even that was moved: no time of day is made up.
        yield Answer(Moment(day, None), collected_at(day, zone, now), scores, site, "survey")
