"""A question's form: what its scores are called, and which reasons go with good and poor ones."""

from sqlalchemy import Engine

from web.conftest import BrowserOf
from web.test_editor import begun, save, stored


def test_scores_get_words_and_reasons_an_occasion_and_lose_them_again(
    browser_of: BrowserOf, store: Engine
) -> None:
    browser = browser_of("manager")
    page = f"{begun(browser, 'airport')}/questions/0"
    words = {"questions__0__labels__5__en": "Spotless", "questions__0__labels__5__sv": "Skinande"}
    save(browser, page, questions__0__reasons__0__given_with="poor", **words)
    question = stored(store)["questions"][0]
    assert question["labels"] == {"5": {"en": "Spotless", "sv": "Skinande"}}
    assert question["reasons"][0]["given_with"] == "poor"
    shown = browser.get(page).text
    assert "The scores read 5 &#34;Spotless&#34;." in shown
    assert "With a poor score they may tap &#34;Smell&#34;." in shown
    save(browser, page, questions__0__reasons__0__given_with="", **dict.fromkeys(words, ""))
    question = stored(store)["questions"][0]
    assert "labels" not in question
    assert "given_with" not in question["reasons"][0]


def test_a_long_scale_names_its_ends_and_words_off_the_scale_are_told(
    browser_of: BrowserOf, store: Engine
) -> None:
    browser = browser_of("manager")
    page = f"{begun(browser, 'airport')}/questions/0"
    save(browser, page, questions__0__labels__5__en="Spotless", questions__0__scale="nps11")
    shown = browser.get(page).text
    assert 'name="questions-0-labels-10-en"' in shown
    assert 'name="questions-0-labels-4-en"' not in shown
    save(browser, page, questions__0__scale="smiley4")
    assert "The question’s scores are 1-4." in browser.get(page).text
