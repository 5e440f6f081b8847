"""Drafts: begun, written, checked by the file's rules, applied as the same value, thrown away."""

import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import agreement_samples
import make
from xla.core.role import Role
from xla.models import AuditEntry, Contract, Draft, Person
from xla.services import agreements, drafts, memberships, people
from xla.services.agreement_files import AgreementFileError, digest, export
from xla.services.agreements import ChangedMeanwhile, Refused
from xla.services.draft_values import document_of, put
from xla.services.drafts import NotReady

NOW = make.NOW
SOUND = export(make.agreement()).encode()


def someone(session: Session, role: Role = Role.MANAGER, name: str = "maja") -> Person:
    return people.add(session, f"{name}@nordfast.example", name=name, role=role, now=NOW)


def written(session: Session, draft: Draft, *changes: tuple[tuple[str | int, ...], object]) -> None:
    document = drafts.read(draft)
    for path, value in changes:
        put(document, path, value)
    person = session.get_one(Person, draft.person_id)
    drafts.save(session, draft, document, person=person, revision=draft.revision, now=NOW)


def problems(session: Session, draft: Draft) -> list[str]:
    return [str(flaw) for flaw in drafts.checked(session, draft, drafts.read(draft)).flaws]


def test_a_draft_begins_from_the_newest_version_and_holds_from_the_next_period(session: Session) -> None:
    contract, person = make.contract(session), someone(session)
    draft = drafts.begin(session, contract, person, NOW)
    document = drafts.read(draft)
    assert document["effective_from"] == "2026-07-01"
    assert document | {"effective_from": "2026-01-01"} == document_of(make.agreement())
    assert drafts.begin(session, contract, person, NOW) is draft
    assert drafts.of_contract(session, contract) is draft


def test_a_version_not_yet_in_force_is_followed_after_it(session: Session) -> None:
    contract = make.contract(session, make.agreement(effective_from="2026-11-01"))
    draft = drafts.begin(session, contract, someone(session), NOW)
    assert drafts.read(draft)["effective_from"] == "2026-12-01"


def test_a_new_contracts_draft_is_its_authors_and_the_admins(session: Session) -> None:
    maja, olav = someone(session), someone(session, name="olav")
    admin = someone(session, Role.ADMIN, "astrid")
    draft = drafts.begin_new(session, maja, NOW)
    assert drafts.find(session, maja, draft.id) is draft
    assert drafts.find(session, admin, draft.id) is draft
    assert drafts.find(session, olav, draft.id) is None
    assert drafts.of_new_contracts(session, maja) == [draft]
    assert drafts.of_new_contracts(session, olav) == []
    assert drafts.find(session, maja, 2**40) is None


def test_a_contracts_draft_is_its_members(session: Session) -> None:
    contract, maja, olav = make.contract(session), someone(session), someone(session, name="olav")
    memberships.add_member(session, olav.id, contract.id)
    draft = drafts.begin(session, contract, maja, NOW)
    assert drafts.find(session, olav, draft.id) is draft
    assert drafts.find(session, maja, draft.id) is None


@pytest.mark.parametrize("sample", ["airport", "office", "small"])
def test_a_draft_of_a_file_becomes_the_version_the_file_becomes(session: Session, sample: str) -> None:
    content = agreement_samples.text(f"{sample}.yaml").encode()
    person = someone(session)
    draft = drafts.begin_from_file(session, content, person, contract=None, now=NOW)
    applied = drafts.apply(session, draft, person, revision=1, now=NOW)
    contract = agreements.contract_of(session, applied.contract)
    version = agreements.versions(session, contract)[-1]
    assert version.digest == digest(agreement_samples.agreement(sample))
    assert memberships.visible_contract(session, person, applied.contract) is contract
    assert session.scalars(select(Draft)).all() == []


def test_a_file_of_another_contract_is_told_at_its_line(session: Session) -> None:
    contract, person = make.contract(session), someone(session)
    content = agreement_samples.text("small.yaml").encode()
    with pytest.raises(AgreementFileError, match=r"line 3, contract.key: .*this is the contract harbour"):
        drafts.begin_from_file(session, content, person, contract=contract, now=NOW)


def test_a_contract_has_one_draft_at_a_time(session: Session) -> None:
    contract, person = make.contract(session), someone(session)
    drafts.begin_from_file(session, SOUND, person, contract=contract, now=NOW)
    with pytest.raises(Refused, match="has a draft already"):
        drafts.begin_from_file(session, SOUND, person, contract=contract, now=NOW)


def test_a_save_over_an_older_reading_is_refused(session: Session) -> None:
    person = someone(session)
    draft = drafts.begin_new(session, person, NOW)
    written(session, draft, (("note",), "first"))
    assert draft.revision == 2
    with pytest.raises(ChangedMeanwhile):
        drafts.save(session, draft, {"contract": {}}, person=person, revision=1, now=NOW)
    assert drafts.read(draft)["note"] == "first"


def test_a_save_of_the_same_changes_nothing(session: Session) -> None:
    draft = drafts.begin_new(session, someone(session), NOW)
    written(session, draft)
    assert draft.revision == 1


def test_a_draft_larger_than_a_file_is_refused(session: Session) -> None:
    draft = drafts.begin_new(session, someone(session), NOW)
    with pytest.raises(Refused, match="larger"):
        written(session, draft, (("note",), "x" * 2**20))


def test_any_character_is_kept_as_it_was_typed(session: Session) -> None:
    draft = drafts.begin_new(session, someone(session), NOW)
    written(session, draft, (("note",), "\0\u202e"))
    session.expire_all()
    assert drafts.read(draft)["note"] == "\0\u202e"
    assert "U+0000" in " ".join(problems(session, draft))


def test_what_no_version_may_change_is_told_at_its_field(session: Session) -> None:
    draft = drafts.begin(session, make.contract(session), someone(session), NOW)
    written(session, draft, (("contract", "key"), "quay"), (("questions", 0, "scale"), "ces7"))
    written(session, draft, (("kpis", 0, "question"), "food"))
    told = problems(session, draft)
    assert any(one.startswith("contract.key: ") for one in told)
    assert any(one.startswith("questions[0].scale: ") for one in told)
    written(session, draft, (("kpis", 0, "target"), "180"))
    assert {one.partition(":")[0] for one in problems(session, draft)} >= {"contract.key", "kpis[0].target"}


def test_a_new_contract_needs_a_key_nobody_has(session: Session) -> None:
    make.contract(session)
    person = someone(session)
    draft = drafts.begin_from_file(session, SOUND, person, contract=None, now=NOW)
    assert problems(session, draft) == ["contract.key: found harbour; another contract has this key already"]
    with pytest.raises(NotReady):
        drafts.apply(session, draft, person, revision=1, now=NOW)


def test_what_says_the_same_as_the_version_in_force_becomes_none(session: Session) -> None:
    contract, person = make.contract(session), someone(session)
    draft = drafts.begin_from_file(session, SOUND, person, contract=contract, now=NOW)
    found = drafts.checked(session, draft, drafts.read(draft))
    assert (found.is_sound, found.is_ready, found.changes()) == (True, False, [])
    with pytest.raises(NotReady):
        drafts.apply(session, draft, person, revision=1, now=NOW)


def test_a_draft_changes_what_its_changes_say(session: Session) -> None:
    contract, person = make.contract(session), someone(session)
    draft = drafts.begin(session, contract, person, NOW)
    written(session, draft, (("kpis", 0, "target"), "82.5"))
    found = drafts.checked(session, draft, drafts.read(draft))
    assert [change.path for change in found.changes()] == ["effective_from", "kpis[clean].target"]
    with pytest.raises(ChangedMeanwhile):
        drafts.apply(session, draft, person, revision=1, now=NOW)
    assert drafts.apply(session, draft, person, revision=2, now=NOW).version == 2
    latest = agreements.versions(session, contract)[-1]
    assert latest.effective_from == date(2026, 7, 1)
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["draft.begin", "draft.save", "agreement.apply"]


def test_an_unreadable_draft_changes_nothing_that_can_be_told(session: Session) -> None:
    draft = drafts.begin(session, make.contract(session), someone(session), NOW)
    written(session, draft, (("kpis", 0, "target"), {"typed": "many"}))
    found = drafts.checked(session, draft, drafts.read(draft))
    assert (found.agreement, found.changes(), found.is_ready) == (None, [], False)
    assert 'target: "\\"many\\""' in drafts.exported(found, drafts.read(draft))


def test_a_sound_draft_is_exported_as_the_file_is(session: Session) -> None:
    person = someone(session)
    content = agreement_samples.text("office.yaml").encode()
    draft = drafts.begin_from_file(session, content, person, contract=None, now=NOW)
    found = drafts.checked(session, draft, drafts.read(draft))
    assert drafts.exported(found, drafts.read(draft)) == agreement_samples.text("office.exported.yaml")


@pytest.mark.parametrize("is_new", [True, False])
def test_a_draft_thrown_away_is_gone_and_noted(session: Session, *, is_new: bool) -> None:
    person = someone(session)
    draft = (
        drafts.begin_new(session, person, NOW)
        if is_new
        else drafts.begin(session, make.contract(session), person, NOW)
    )
    with pytest.raises(ChangedMeanwhile):
        drafts.discard(session, draft, person, revision=9, now=NOW)
    drafts.discard(session, draft, person, revision=1, now=NOW)
    assert session.scalars(select(Draft)).all() == []
    assert (
        session.scalars(select(AuditEntry.action).order_by(AuditEntry.id.desc())).first() == "draft.discard"
    )


def test_a_draft_is_kept_in_the_shape_of_the_file(session: Session) -> None:
    contract = make.contract(session)
    draft = drafts.begin(session, contract, someone(session), NOW)
    stored: dict[str, Any] = json.loads(draft.document)
    assert stored["contract"]["key"] == "harbour"
    assert stored["kpis"][0]["target"] == "80"
    assert isinstance(contract, Contract)
