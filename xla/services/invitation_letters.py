"""Invitation letters: a due mail as it is handed over, in the person's language, each answer a link."""

from typing import NamedTuple

from xla.core.agreement_texts import words
from xla.core.invitation import FREQUENCY
from xla.documents import letters
from xla.documents.face_pictures import picture
from xla.documents.figures import Figures
from xla.documents.scores import faces, score_words
from xla.outside.mail import Letter
from xla.services.invitation_mails import Mail
from xla.services.places import Place

SPELLED_OUT = 5
"""The most numbers that stand with their words in a row; of more the ends are told below."""


class Answer(NamedTuple):
    """One score as the mail shows it."""

    score: int
    word: str
    face: int
    """1 to 5; 0 for a number."""
    link: str


def letter(mail: Mail, *, provider: str, base_url: str) -> Letter:
    """The letter; sent again it has the same id."""
    root = f"{base_url.rstrip('/')}/i/{mail.token}"
    place = mail.place
    own = place.agreement.contract.language
    question = place.asked[0]
    drawn = faces(question)
    named = score_words(question, mail.language, own)
    written = letters.write(
        "asked/ask",
        mail.language,
        question=words(question.text, mail.language, own),
        where=_where(mail, place),
        answers=[
            Answer(score, word, drawn.get(score, 0), f"{root}?score={score}") for score, word in named.items()
        ],
        has_faces=bool(drawn),
        is_spelled_out=all(named.values()) and len(named) <= SPELLED_OUT,
        is_reminder=mail.kind == "remind",
        provider=provider,
        client=place.agreement.contract.client,
        until=Figures(mail.language, place.zone.key).instant(mail.ends_at),
        days=FREQUENCY.days,
        stop=f"{root}/stop",
    )
    key = f"{base_url} invitation {mail.invitation_id} {mail.kind}"
    pictures = {f"face-{face}": picture(face) for face in drawn.values()}
    return Letter(mail.to, *written, key=key, unsubscribe=f"{root}/stop", pictures=pictures)


def _where(mail: Mail, place: Place) -> str:
    """What the place is called: its own name, else its site's and that of the site around it."""
    contract = place.agreement.contract
    moments = {moment.key: moment.title for moment in place.agreement.journey}
    moment = words(moments.get(place.touchpoint, {}), mail.language, contract.language)
    return place.title or ", ".join(place.names[:2]) or moment or contract.title
