"""The editor: the agreement as forms that write the same value as its file."""

import json
import re
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

import agreement_samples
import make
from web import world
from web.conftest import BrowserOf
from web.counting import asked
from xla import database
from xla.models import AuditEntry, Draft
from xla.services import agreements, drafts, people
from xla.services.agreement_check import check
from xla.services.agreement_files import digest, export, parse
from xla.services.draft_values import valued

HOSTILE = "</script><b>{{7*7}}</b>\u202e"
SECTIONS = ("parties", "sites", "services", "observations", "score", "version")


class Form(HTMLParser):
    """What a browser would send of a page's form as it is."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.data: list[tuple[str, str]] = []
        self.area: str | None = None
        self.select: str | None = None
        self.inside = False
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = dict(attrs)
        name, value = of.get("name") or "", of.get("value") or ""
        self.inside = self.inside or (tag == "form" and of.get("id") == "draft")
        if not self.inside:
            return
        if tag == "input" and (of.get("type") != "checkbox" or "checked" in of):
            self.data.append((name, value))
        elif tag == "textarea":
            self.area, self.text = name, ""
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in of:
            self.data.append((self.select, value))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        if tag == "select":
            self.select = None
        if tag == "textarea" and self.area:
            self.data.append((self.area, self.text.removeprefix("\n").replace("\n", "\r\n")))
            self.area = None

    def fields(self, **changes: str) -> dict[str, Any]:
        sent: dict[str, Any] = {}
        for name, value in self.data:
            sent.setdefault(name, []).append(value)
        return {**sent, **{name.replace("__", "-"): value for name, value in changes.items()}}


def stored(store: Engine, number: int = 1) -> dict[str, Any]:
    with database.reading(store) as session:
        return dict(json.loads(session.get_one(Draft, number).document))


def begun(browser: FlaskClient, sample: str) -> str:
    """A draft of a sample file; its address."""
    sent = {"file": (BytesIO(agreement_samples.text(f"{sample}.yaml").encode()), "agreement.yaml")}
    answer = browser.post("/drafts/new/file", data=sent, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text
    return str(answer.location).rpartition("/")[0]


def every_page(browser: FlaskClient, address: str) -> list[str]:
    page = browser.get(f"{address}/parties").text
    parts = sorted(set(re.findall(rf'href="({address}/(?:questions|kpis)/\d+)"', page)))
    return [*(f"{address}/{section}" for section in SECTIONS), *parts]


def save(browser: FlaskClient, page: str, **changes: str) -> Any:
    return browser.post(page, data=Form(browser.get(page).text).fields(**changes))


@pytest.mark.parametrize("language", ["en", "sv"])
@pytest.mark.parametrize("sample", ["airport", "office", "small"])
def test_a_file_saved_through_every_form_without_edits_says_the_same(
    browser_of: BrowserOf, store: Engine, sample: str, language: str
) -> None:
    browser = browser_of("manager")
    browser.post("/language", data={"language": language})
    address = begun(browser, sample)
    for page in every_page(browser, address):
        answer = save(browser, page, do="save")
        assert answer.status_code == 303, page
    agreement, flaws = check(valued(stored(store)))
    assert flaws == []
    assert agreement
    assert digest(agreement) == digest(agreement_samples.agreement(sample))
    exported = browser.get(f"{address}/agreement.yaml")
    assert exported.text == export(agreement_samples.agreement(sample))
    assert exported.mimetype == "text/yaml"


@pytest.mark.usefixtures("harbour")
def test_a_threshold_is_changed_seen_in_words_and_made_a_version(
    browser_of: BrowserOf, store: Engine
) -> None:
    browser = browser_of("manager")
    page = browser.post("/contracts/harbour/edit").location.replace("parties", "kpis/0")
    answer = save(browser, page, kpis__0__target="82.50")
    assert answer.status_code == 303
    shown = browser.get(page).text
    assert "Was 80" in shown
    assert "2 changes · Saved" in shown
    assert "The target of &#34;Clean house&#34; goes from 80 to 82.5." in shown
    assert "<mark>82.5\u00a0%</mark>" in shown
    review = page.replace("kpis/0", "version")
    made = save(browser, review, do="apply", note="More", effective_from="2026-12-01")
    assert made.location.endswith("/contracts/harbour/versions")
    with database.reading(store) as session:
        every = agreements.versions(session, agreements.contract_of(session, "harbour"))
        assert [f"{version.effective_from}" for version in every] == ["2026-01-01", "2026-12-01"]
        assert f"{agreements.agreement_of(every[-1]).kpi('clean').target}" in {"82.5", "82.50"}
        assert session.scalars(select(Draft)).all() == []
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
        assert actions[-4:] == ["draft.begin", "draft.save", "draft.save", "agreement.apply"]


@pytest.mark.usefixtures("harbour")
def test_two_people_at_once_overwrite_nothing(browser_of: BrowserOf, store: Engine) -> None:
    first, second = browser_of("manager"), browser_of("admin")
    page = first.post("/contracts/harbour/edit").location.replace("parties", "kpis/0")
    mine, theirs = Form(first.get(page).text), Form(second.get(page).text)
    assert first.post(page, data=mine.fields(kpis__0__target="81")).status_code == 303
    answer = second.post(page, data=theirs.fields(kpis__0__target="99"))
    assert answer.status_code == 409
    assert "Somebody else saved this draft meanwhile" in answer.text
    assert "<dd>99</dd>" in answer.text
    assert stored(store)["kpis"][0]["target"] == "81"


@pytest.mark.usefixtures("harbour")
def test_what_is_no_number_stays_as_typed_and_is_told_beside_its_field(
    browser_of: BrowserOf, store: Engine
) -> None:
    browser = browser_of("manager")
    page = browser.post("/contracts/harbour/edit").location.replace("parties", "kpis/0")
    save(browser, page, kpis__0__target=HOSTILE, kpis__0__min_responses="many")
    shown = browser.get(page).text
    assert "&lt;/script&gt;&lt;b&gt;{{7*7}}&lt;/b&gt;" in shown
    assert '<p class="flaw" id="kpis-0-target-flaw">Write a number in figures.</p>' in shown
    assert '<p class="flaw" id="kpis-0-min_responses-flaw">Write a whole number.</p>' in shown
    assert 'value="apply"' not in browser.get(page.replace("kpis/0", "version")).text
    refused = save(browser, page.replace("kpis/0", "version"), do="apply")
    assert refused.status_code == 422


@pytest.mark.usefixtures("harbour")
@pytest.mark.parametrize(
    ("language", "typed", "kept"),
    [
        ("en", "78", "78"),
        ("en", "78.10", "78.10"),
        ("en", "78,1", {"typed": "78,1"}),
        ("en", "1,250", {"typed": "1,250"}),
        ("sv", "78,25", "78.25"),
        ("sv", "1 250,5", "1250.5"),
        ("da", "1.250", {"typed": "1.250"}),
        ("da", "1.250,5", {"typed": "1.250,5"}),
        ("fi", "\N{MINUS SIGN}4,5", "-4.5"),
        ("nb", "4.25", "4.25"),
        ("en", "0.1234567890123456789", "0.1234567890123456789"),
        ("en", "1e5", {"typed": "1e5"}),
        ("en", "78" + " " * 200 + "x", {"typed": "78" + " " * 200 + "x"}),
    ],
)
def test_a_number_is_kept_digit_by_digit(
    browser_of: BrowserOf, store: Engine, language: str, typed: str, kept: object
) -> None:
    browser = browser_of("manager")
    browser.post("/language", data={"language": language})
    page = browser.post("/contracts/harbour/edit").location.replace("parties", "kpis/0")
    save(browser, page, kpis__0__target=typed)
    assert stored(store)["kpis"][0]["target"] == kept
    assert Form(browser.get(page).text).fields()["kpis-0-target"] == [
        typed if isinstance(kept, dict) else kept.replace(".", ",") if language != "en" else kept
    ]


def test_a_new_contract_is_written_from_nothing(browser_of: BrowserOf, store: Engine) -> None:
    browser = browser_of("manager")
    address = browser.post("/drafts/new").location.rpartition("/")[0]
    save(
        browser,
        f"{address}/parties",
        contract__title="Kontor Öst",
        contract__client="Öst AB",
        contract__timezone="Europe/Stockholm",
        contract__currency="SEK",
        contract__starts_on="2026-05-01",
        promise__en="A good place.",
    )
    assert stored(store)["contract"]["key"] == "kontor-ost"
    save(browser, f"{address}/services", services__0__title__en="Cleaning")
    save(browser, f"{address}/questions/0", questions__0__text__en="Is it clean?")
    save(
        browser,
        f"{address}/kpis/0",
        kpis__0__title__en="Clean",
        kpis__0__target="80",
        kpis__0__service="cleaning",
        kpis__0__question="is-it-clean",
    )
    page = f"{address}/version"
    assert "1 thing to put right on this page" in browser.get(page).text
    save(browser, page, effective_from="2026-05-01")
    assert "Make it version 1" in browser.get(page).text
    made = save(browser, page, do="apply")
    assert made.location == "/contracts/kontor-ost/versions"
    assert browser.get(made.location).status_code == 200


@pytest.mark.usefixtures("harbour")
def test_a_new_contract_cannot_take_a_strangers_key(browser_of: BrowserOf, store: Engine) -> None:
    browser = browser_of("manager")
    text = export(world.terms("quay", "Quay offices"))
    sent = {"file": (BytesIO(text.encode()), "a.yaml")}
    page = browser.post("/drafts/new/file", data=sent, content_type="multipart/form-data").location
    parties = browser.get(page.replace("version", "parties")).text
    assert '<p class="flaw" id="contract-key-flaw">Another contract has this key already.</p>' in parties
    assert save(browser, page, do="apply").status_code == 422


@pytest.mark.usefixtures("harbour")
def test_a_draft_is_its_contracts_members_or_its_authors(browser_of: BrowserOf, store: Engine) -> None:
    with database.transaction(store) as session:
        admin = people.by_email(session, world.email("admin"))
        assert admin
        quay = drafts.begin(session, agreements.contract_of(session, "quay"), admin, make.NOW).id
        own = drafts.begin_new(session, admin, make.NOW).id
    for number in (quay, own):
        assert browser_of("admin").get(f"/drafts/{number}/parties").status_code == 200
        for address in (f"/drafts/{number}/parties", f"/drafts/{number}/agreement.yaml"):
            foreign, missing = browser_of("manager").get(address), browser_of("manager").get("/drafts/999")
            assert (foreign.status_code, missing.status_code) == (404, 404)


def test_entries_are_added_moved_and_removed_by_buttons(browser_of: BrowserOf, store: Engine) -> None:
    browser = browser_of("manager")
    address = begun(browser, "office")
    sites, kpis = f"{address}/sites", f"{address}/kpis/1"
    assert save(browser, sites, do="add:sites-0-sites").location == f"{sites}#sites-0-sites-2"
    save(browser, sites, sites__0__sites__2__title="Hus 3")
    assert stored(store)["sites"][0]["sites"][2] == {"title": "Hus 3", "key": "hus-3"}
    assert save(browser, sites, do="up:sites-1").location == f"{sites}#sites-0"
    assert [one["key"] for one in stored(store)["sites"]] == ["depot", "campus"]
    assert save(browser, sites, do="remove:sites-0").location == f"{sites}#sites-0"
    assert save(browser, kpis, do="down:kpis-1").location == f"{address}/kpis/2"
    assert save(browser, kpis, do="remove:kpis-1").location == f"{address}/kpis/1"
    added = save(browser, kpis, do="add:kpis").location
    assert added == f"{address}/kpis/11"
    assert stored(store)["kpis"][11]["question"] == "lunch"
    assert save(browser, added, do="remove:kpis-11").location == f"{address}/kpis/10"
    reasons = f"{address}/questions/0"
    assert save(browser, reasons, do="add:questions-0-reasons").location == f"{reasons}#questions-0-reasons-1"
    for nonsense in ("add:note", "up:contract-0", "remove:sites-99", "add:questions-99-reasons", "down:kpis"):
        assert save(browser, sites, do=nonsense).status_code == 400
    assert save(browser, sites, do="up:sites-0").location == f"{sites}#sites-0"


def test_a_language_is_added_to_every_text_of_the_page(browser_of: BrowserOf, store: Engine) -> None:
    browser = browser_of("manager")
    address = begun(browser, "airport")
    page = save(browser, f"{address}/services", do="language:fi").location
    assert page == f"{address}/services?also=fi"
    save(browser, page, services__0__title__fi="Siivous")
    assert stored(store)["services"][0]["title"]["fi"] == "Siivous"
    assert "services-1-title-fi" in browser.get(f"{address}/services").text


@pytest.mark.usefixtures("harbour")
def test_a_file_becomes_a_draft_or_is_told_line_by_line(browser_of: BrowserOf) -> None:
    browser = browser_of("manager")

    def send(text: str) -> Any:
        sent = {"file": (BytesIO(text.encode()), "a.yaml")}
        return browser.post("/contracts/harbour/edit/file", data=sent, content_type="multipart/form-data")

    sound = export(world.terms(effective_from="2026-09-01"))
    wrong = send(sound.replace("target: 80", "target: 180"))
    assert wrong.status_code == 422
    assert "<code>kpis[0].target</code>" in wrong.text
    assert "csat lies between 0 and 100 here" in wrong.text
    other = send(export(world.terms("other")))
    assert "<code>contract.key</code>" in other.text
    assert send("").status_code == 422
    assert send("\x00{{").status_code == 422
    assert send(sound).location.endswith("/version")
    assert "has a draft already" in send(sound).text
    assert "Go on with the draft" in browser.get("/contracts/harbour/edit").text


@pytest.mark.usefixtures("harbour")
def test_a_draft_is_thrown_away_after_a_question(browser_of: BrowserOf, store: Engine) -> None:
    browser = browser_of("manager")
    browser.post("/contracts/harbour/edit")
    assert "Throw the draft away?" in browser.get("/drafts/1/discard").text
    assert browser.post("/drafts/1/discard", data={"revision": "7"}).location == "/drafts/1"
    assert browser.post("/drafts/1/discard", data={"revision": "1"}).location == "/"
    assert browser.get("/drafts/1").status_code in {303, 404}
    assert browser.get("/drafts/1/parties").status_code == 404


@pytest.mark.usefixtures("harbour")
def test_a_preview_shows_what_is_typed_and_saves_nothing(browser_of: BrowserOf, store: Engine) -> None:
    browser = browser_of("manager")
    page = browser.post("/contracts/harbour/edit").location.replace("parties", "kpis/0")
    answer = save(browser, page, do="preview", kpis__0__target="91")
    assert "goes from 80 to 91" in answer.text
    assert stored(store)["kpis"][0]["target"] == "80"


PAGES = [
    "parties",
    "sites",
    "services",
    "observations",
    "score",
    "version",
    "questions/0",
    "kpis/0",
    "kpis/2",
]


@pytest.mark.usefixtures("harbour")
def test_no_junk_in_any_form_breaks_a_page(browser_of: BrowserOf, store: Engine) -> None:
    browser = browser_of("manager")
    browser.post("/contracts/harbour/edit")
    forms = {page: Form(browser.get(f"/drafts/1/{page}").text).fields() for page in PAGES}
    junk = st.one_of(
        st.sampled_from(
            ["", " ", HOSTILE, "x" * 10_000, "-1", "1e999", "\x00", "null", "own", "true", "9" * 40]
        ),
        st.text(max_size=30),
    )

    @settings(max_examples=40, suppress_health_check=list(HealthCheck))
    @given(data=st.data(), page=st.sampled_from(PAGES))
    def post(data: st.DataObject, page: str) -> None:
        names = sorted(set(forms[page]) - {"csrf_token", "revision"})
        wrong = data.draw(st.dictionaries(st.sampled_from(names), junk, max_size=6))
        with database.reading(store) as session:
            revision = session.get_one(Draft, 1).revision
        sent = {**forms[page], **wrong, "revision": str(revision)}
        dropped = data.draw(st.sets(st.sampled_from(names), max_size=3))
        answer = browser.post(f"/drafts/1/{page}", data={k: v for k, v in sent.items() if k not in dropped})
        assert answer.status_code == 303
        for shown in (page, "version", "parties", "agreement.yaml"):
            assert browser.get(f"/drafts/1/{shown}").status_code == 200

    post()


def test_an_unreadable_draft_is_exported_as_far_as_it_was_written(browser_of: BrowserOf) -> None:
    browser = browser_of("manager")
    address = browser.post("/drafts/new").location.rpartition("/")[0]
    text = browser.get(f"{address}/agreement.yaml").text
    assert text.startswith("format: xla-agreement/1\n")
    with pytest.raises(ValueError, match="contract"):
        parse(text)


def test_queries_do_not_grow_with_what_is_shown(browser_of: BrowserOf, store: Engine) -> None:
    browser = browser_of("manager")
    small, large = begun(browser, "small"), begun(browser, "office")
    browser.get("/drafts/new")  # the first page looks up the secret that signs forms
    few = asked(store, browser, "/drafts/new")
    assert asked(store, browser, f"{small}/kpis/0") == asked(store, browser, f"{large}/kpis/0")
    for _ in range(3):
        browser.post("/drafts/new")
    assert asked(store, browser, "/drafts/new") == few
    assert browser.get("/drafts/new").text.count("Untitled") == 3


@pytest.mark.usefixtures("harbour")
def test_the_plain_words_are_the_readers_language(browser_of: BrowserOf) -> None:
    browser = browser_of("manager")
    browser.post("/language", data={"language": "sv"})
    page = browser.post("/contracts/harbour/edit").location.replace("parties", "kpis/0")
    save(browser, page, kpis__0__target="82,5")
    assert "<mark>82,5\u00a0%</mark>" in browser.get(page).text


@pytest.mark.usefixtures("harbour")
def test_a_draft_too_large_for_a_file_is_not_saved(browser_of: BrowserOf, store: Engine) -> None:
    browser = browser_of("manager")
    page = browser.post("/contracts/harbour/edit").location.replace("parties", "version")
    answer = save(browser, page, note="x" * 1_100_000)
    assert answer.status_code == 422
    assert "larger than an agreement file may be" in answer.text
    assert "note" not in stored(store)


@pytest.mark.usefixtures("harbour")
def test_a_check_says_how_much_is_left(browser_of: BrowserOf) -> None:
    browser = browser_of("manager")
    page = browser.post("/contracts/harbour/edit").location.replace("parties", "kpis/0")
    assert save(browser, page, do="check").location == f"{page}#amiss"
    assert "Nothing is amiss." in browser.get(page).text
    save(browser, page, do="check", kpis__0__floor="99")
    assert "Saved. 1 thing is amiss." in browser.get(page).text
    save(browser, page, kpis__0__floor="70")
    assert save(browser, page, do="review").location.endswith("/version")
