"""A guess at how a file's columns are to be read, from their names in five languages and what is in them."""

import re
import unicodedata
from collections.abc import Mapping as Table
from collections.abc import Sequence

from xla.core.agreement import Agreement
from xla.core.agreement_parts import Question
from xla.services.mappings import Column as Ours
from xla.services.mappings import Mapping, Order, Wide
from xla.services.rating_rows import LOCAL_DAY
from xla.services.upload_files import Column

NAMES: Table[Ours, str] = {
    "question": "question fråga spørgsmål spørsmål kysymys item",
    "score": "score rating betyg poäng karakter bedømmelse vurdering poeng arvosana "
    "pisteet answer svar vastaus",
    "rated_at": "rated at|timestamp|date time|datetime|time|tidpunkt|tidspunkt|tidsstempel|tidsstämpel|aika|"
    "aikaleima|submitted at|created at|svarat|besvaret|vastattu",
    "date": "date|day|datum|dato|dag|päivä|päivämäärä|pvm|rated on",
    "site": "site location building plats byggnad fastighet sted bygning lokation lokasjon rakennus paikka "
    "kohde toimipaikka area",
    "touchpoint": "touchpoint|touch point|kontaktpunkt|kosketuspiste|moment|service|tjänst|tjeneste|palvelu",
    "persona": "persona|group|grupp|gruppe|ryhmä|role|roll|rolle|rooli|rater",
    "channel": "channel kanal kanava source källa kilde lähde",
    "respondent": "respondent|person|user|användare|bruger|bruker|käyttäjä|vastaaja|respondent id|user id|"
    "anonymous id|respondentid",
    "response": "response|response id|submission|submission id|svarsid|svar id|besvarelse|vastaus id|"
    "vastaustunniste|case id",
    "external_id": "external id|id|key|nyckel|nøgle|nøkkel|tunniste|record id|uuid",
    "reasons": "reasons|reason|orsak|orsaker|anledning|årsag|årsager|årsak|årsaker|syy|syyt|causes",
    "comment": "comment|comments|kommentar|kommentarer|kommentti|kommentit|free text|fritext|fritekst|"
    "vapaa teksti|text",
}
"""What others call our columns, in English, Swedish, Danish, Norwegian and Finnish."""
CLOCK = re.compile(r"\d{1,2}[:.]\d{2}")
"""What tells a time of day from a day."""


def guess(columns: Sequence[Column], agreement: Agreement) -> Mapping:
    """How the columns are probably to be read; what nothing speaks for is left out."""
    wide = _wide(columns, agreement.questions)
    named: dict[str, Ours] = {}
    left: list[str] = []
    for column in columns:
        if column.name in wide:
            continue
        ours = _ours(column)
        if ours is None or ours in named.values() or (wide and ours in {"question", "score"}):
            left.append(column.name)
        else:
            named[column.name] = ours
    return Mapping(
        columns=named,
        wide={name: Wide(question=key) for name, key in wide.items()},
        dates=_order(columns, named),
        leave_out=[name for name in dict.fromkeys(left) if name not in named],
    )


def folded(text: str) -> str:
    """A name as it is compared: small letters without their marks, single blanks for all else."""
    bare = unicodedata.normalize("NFKD", text.casefold().replace("ø", "o").replace("æ", "ae"))
    kept = "".join(character for character in bare if not unicodedata.combining(character))
    return " ".join(re.findall(r"[^\W_]+", kept))


def _wide(columns: Sequence[Column], questions: Sequence[Question]) -> dict[str, str]:
    """Columns called as a question or its wording, each question once: name -> question key."""
    known = {folded(text): each.key for each in questions for text in (*each.text.values(), each.key)}
    found: dict[str, str] = {}
    for column in columns:
        key = known.get(folded(column.name))
        if key and key not in found.values() and column.name not in NAMES:
            found[column.name] = key
    return found


def _ours(column: Column) -> Ours | None:
    name = folded(column.name)
    ours = _KNOWN.get(name) or _KNOWN.get(name.replace(" ", ""))
    if ours in {"date", "rated_at"} and any(column.values):
        return "rated_at" if any(CLOCK.search(_after_day(value)) for value in column.values) else "date"
    return ours


def _after_day(text: str) -> str:
    """What follows the day, where a time of day stands."""
    found = LOCAL_DAY.fullmatch(text)
    return found[5] if found else text[len("2018-05-31") :]


def _order(columns: Sequence[Column], named: Table[str, Ours]) -> Order:
    """How its days are written, as far as they tell: with none above 12 the day comes first."""
    values = [
        value for each in columns if named.get(each.name) in {"date", "rated_at"} for value in each.values
    ]
    found = [match for match in map(LOCAL_DAY.fullmatch, values) if match]
    if not found:
        return "iso"
    return "month_first" if any(int(match[3]) > 12 for match in found) else "day_first"  # noqa: PLR2004 -- months


_KNOWN: dict[str, Ours] = {
    folded(name): ours
    for ours, names in NAMES.items()
    for name in (ours, *(names.split("|") if "|" in names else names.split()))
}
