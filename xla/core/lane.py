"""Lanes: who waits for the same host stands in one lane, so that a slow host delays nobody else."""

from collections import Counter
from collections.abc import Iterable
from urllib.parse import urlsplit

MOST_IN_LANE = 2
"""Items of one lane that are in hand at once."""
LEFT_FOR_OTHERS = 2
"""Of a queue's places, those that a whole family of lanes, all of mail or all of the web, leaves free."""


def mail_lane(address: str) -> str:
    """The lane of a mail to `address`: `mail/` and the host of its recipient."""
    return f"mail/{address.rpartition('@')[2].lower()}"


def web_lane(url: str) -> str:
    """The lane of a message to `url`: `web/` and its host."""
    return f"web/{(urlsplit(url).hostname or '').lower()}"


def full(in_hand: Iterable[str], places: int) -> list[str]:
    """Of which lanes nothing more may be begun; one that ends in `/` stands for all of its family.

    `in_hand` are the lanes of what is being done, '' where it stands in none; `places` is how many items
    the queue does at once.
    """
    lanes = Counter(lane for lane in in_hand if lane)
    families: Counter[str] = Counter()
    for lane, count in lanes.items():
        families[f"{lane.partition('/')[0]}/"] += count
    most = max(places - LEFT_FOR_OTHERS, 1)
    return sorted(
        [lane for lane, count in lanes.items() if count >= MOST_IN_LANE]
        + [family for family, count in families.items() if count >= most]
    )
