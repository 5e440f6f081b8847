"""The installation: what an admin chooses for all of it."""

import hashlib
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from xla.services import installations
from xla.services.installations import Branding

NOW = datetime(2026, 5, 1, tzinfo=UTC)
LATER = datetime(2026, 5, 2, tzinfo=UTC)
CHOSEN = Branding("Kastell", "#0f56b3", "Kastell service", "service@kastell.example", "nb")


def test_the_row_is_made_once_and_keeps_its_secret(session: Session) -> None:
    assert installations.installation(session) is None
    made = installations.ensured(session, NOW)
    assert len(made.secret) >= 64
    assert installations.ensured(session, LATER) is made
    assert installations.installation(session) is made


def test_what_is_chosen_is_kept_and_what_is_new_is_told(session: Session) -> None:
    assert installations.choose(session, CHOSEN, NOW) == list(Branding._fields)
    assert installations.choose(session, CHOSEN._replace(colour=""), LATER) == ["colour"]
    row = installations.installation(session)
    assert row
    assert (row.provider, row.colour, row.language, row.changed_at) == ("Kastell", "", "nb", LATER)


def test_a_logo_is_kept_with_its_fingerprint_until_it_is_removed(session: Session) -> None:
    assert installations.logo(session) is None
    installations.choose_logo(session, b"png", NOW)
    row = installations.installation(session)
    assert row
    assert installations.logo(session) == b"png"
    assert row.logo_sha256 == hashlib.sha256(b"png").hexdigest()
    installations.choose_logo(session, None, LATER)
    assert installations.logo(session) is None
    assert row.logo_sha256 is None
