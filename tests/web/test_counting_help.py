"""How flags are defined is said with the numbers that hold."""

from web.conftest import BrowserOf
from xla.core.flag import DEVICE_DAY, DEVICE_SHORT, MOST, NETWORK_SHORT, USUAL, Flag


def test_every_flag_is_defined_with_the_numbers_that_hold(browser_of: BrowserOf) -> None:
    page = browser_of("client").get("/help/counting").text
    short, day = USUAL[DEVICE_SHORT], USUAL[DEVICE_DAY]
    assert f"over {short.apart} more at one rating point within {DEVICE_SHORT.minutes} minutes" in page
    assert f"over {day.apart} more at one rating point within a day" in page
    assert page.count(f"or over {short.most}.") == 2
    assert f"over {MOST[NETWORK_SHORT]:,}".replace(",", "\u202f") in page.replace("\u00a0", "\u202f")
    assert page.count("<p><b>") == len(Flag)
