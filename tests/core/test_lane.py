"""Lanes: a slow host can occupy some of the places, never all."""

import pytest

from xla.core.lane import full, mail_lane, web_lane


def test_who_waits_for_the_same_host_stands_in_one_lane() -> None:
    assert mail_lane("Astrid@Nordfast.Example") == mail_lane("bo@nordfast.example") == "mail/nordfast.example"
    assert web_lane("https://Hooks.example:8443/a?b=c") == "web/hooks.example"
    assert web_lane("nonsense") == "web/"


@pytest.mark.parametrize(
    ("rule", "in_hand", "is_full"),
    [
        ("nothing in hand fills nothing", [], []),
        ("what waits for nobody fills nothing", [""] * 8, []),
        ("one of a host leaves room for another", ["mail/a"], []),
        ("two of a host are enough", ["mail/a", "mail/a", "mail/b"], ["mail/a"]),
        ("many slow mail hosts leave room for the web", [f"mail/{n}" for n in range(6)], ["mail/"]),
        ("and the other way round", [f"web/{n // 2}" for n in range(6)], ["web/", "web/0", "web/1", "web/2"]),
    ],
)
def test_a_lane_is_full(rule: str, in_hand: list[str], is_full: list[str]) -> None:
    assert full(in_hand, places=8) == is_full, rule


def test_with_few_places_somebody_is_still_served() -> None:
    assert full([], places=1) == []
    assert full(["mail/a"], places=1) == ["mail/"]
