"""The words of imports: what columns hold, what is wrong with a file or a field, what a cell is read as."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from xla.services.rating_input import Moment, Wrong
from xla.services.upload_document import Fault, Flaw
from xla.web.language import figures, gettext, lazy

COLUMNS: Mapping[str, Any] = {
    "date": lazy("Day it was felt"),
    "rated_at": lazy("Day and time it was felt"),
    "question": lazy("Question"),
    "score": lazy("Score"),
    "site": lazy("Site"),
    "touchpoint": lazy("Touchpoint"),
    "persona": lazy("Persona"),
    "channel": lazy("Channel"),
    "respondent": lazy("Respondent (a key, not a name)"),
    "response": lazy("Response (rows that belong together)"),
    "external_id": lazy("Their own id of the row"),
    "reasons": lazy("Reasons"),
    "comment": lazy("What was written"),
}
MEANINGS: Mapping[str, Any] = {"blank": lazy("blank"), "not_applicable": lazy("not applicable")}
STATES: Mapping[str, Any] = {
    "uploaded": lazy("Not imported yet"),
    "running": lazy("Being imported"),
    "done": lazy("Imported"),
    "failed": lazy("Failed, nothing imported"),
    "undone": lazy("Taken back"),
}
DATES: Mapping[str, Any] = {
    "iso": lazy("2026-05-31"),
    "day_first": lazy("31.5.2026, 31/05/2026: the day first"),
    "month_first": lazy("5/31/2026: the month first"),
}
ENCODINGS: Mapping[str, Any] = {
    "utf-8": lazy("UTF-8 (usual)"),
    "cp1252": lazy("Windows-1252 (older Excel)"),
    "latin-1": lazy("Latin-1"),
    "utf-16": lazy("UTF-16 (“Unicode text”)"),
}
SEPARATORS: Mapping[str, Any] = {
    "": lazy("As the file looks"),
    ",": lazy("Comma"),
    ";": lazy("Semicolon"),
    "\t": lazy("Tab"),
}
FLAWS: Mapping[str, Any] = {
    "empty": lazy("There is nothing in this file."),
    "no_rows": lazy("Below the names of its columns this file has no row."),
    "encoding": lazy(
        "Row %(row)s is not text in this encoding. Files from older programs are often in Windows-1252."
    ),
    "unreadable": lazy("Row %(row)s can’t be read: %(problem)s"),
    "rows": lazy("This file has more than %(most)s rows. Split it, or ask for it to be imported by command."),
    "columns": lazy("This file has %(n)s columns; at most %(most)s can be read. Is the separator right?"),
    "name": lazy("The name of a column has more than %(most)s characters."),
    "long": lazy("Row %(row)s has more than %(most)s characters."),
    "nul": lazy("Row %(row)s holds a character that is no text (NUL)."),
    "bomb": lazy("Unpacked this file is larger than %(most)s MB."),
    "damaged_gzip": lazy("This packed file (.gz) is damaged."),
    "damaged_workbook": lazy("This workbook is damaged. Open it, save it again as .xlsx, and try once more."),
    "old_or_locked": lazy(
        "This is an old workbook (.xls) or one with a password. Save it as .xlsx without a password."
    ),
    "no_workbook": lazy("This is no workbook and no CSV file."),
    "no_sheet": lazy("The workbook has no such sheet."),
    "far": lazy(
        "A cell lies at row %(row)s, column %(column)s, far from the others. Delete what is empty there."
    ),
    "large": lazy("This file is larger than %(most)s MB. Pack it as .csv.gz, or split it."),
}

_N = r"(?P<one>.+?)"
_PROBLEMS: Mapping[str, Any] = {
    rf"not a whole number from {_N} to (?P<two>.+)": lazy("No whole number from %(one)s to %(two)s."),
    rf"off the scale; it goes from {_N} to (?P<two>.+)": lazy("Off the scale from %(one)s to %(two)s."),
    r"not a day of the calendar.*": lazy("No day of the calendar; write 2026-05-31."),
    r"not a date and time.*": lazy("No day and time; write 2026-05-31 14:05."),
    r"lies in the future": lazy("Lies in the future."),
    rf"before the contract starts on {_N}": lazy("Before the contract starts on %(one)s."),
    rf"after the contract ended on {_N}": lazy("After the contract ended on %(one)s."),
    rf"does not exist in {_N}: .*": lazy("Does not exist in %(one)s: the calendar skipped it."),
    rf"the contract knows no such .+?; it knows {_N}": lazy("Not known to the contract. It knows %(one)s."),
    r"the contract knows no such .+": lazy("Not known to the contract."),
    rf"not a reason of this question; it knows {_N}": lazy("No reason of this question. It has %(one)s."),
    r"not a reason of this question.*": lazy("This question has no such reason."),
    r"empty; every rating answers a question": lazy("Empty; every rating answers a question."),
    rf"longer than {_N} characters": lazy("Longer than %(one)s characters."),
    rf"the header has {_N}": lazy("This row has more or fewer fields than the %(one)s columns."),
    r"another row has this response's answer.*": lazy("Another row answers this for the same response."),
    r"another row of the same response has another respondent": lazy(
        "Another row of the same response has another respondent."
    ),
    r"another row of the same response has another comment": lazy(
        "Another row of the same response has another comment."
    ),
    r"two wide columns answer this question.*": lazy("Two columns answer this question; choose one."),
    r"two columns have this name.*": lazy("Two columns have this name, or are read as this."),
    r"the column is missing; every rating needs one": lazy(
        "No column is read as this; every rating needs one."
    ),
    r"the column is missing; a rating needs rated_at or date": lazy(
        "No column is read as a day; every rating needs one."
    ),
    r"a file is either long .*": lazy(
        "Either each row names its question, or each column of scores belongs to one; not both."
    ),
    r"a wide column can't be another column too": lazy("One column can’t be read as two things."),
    r"the file has no such column.*": lazy("The file has no such column."),
    r"can't be a constant.*": lazy("Can’t be the same for all rows."),
    r"a quote is opened and never closed": lazy("a quote is opened and never closed."),
    r"text follows a closing quote.*": lazy("text follows a closing quote; write a quote in a field twice."),
    r"a carriage return without a line feed.*": lazy("a line ends in a way that can’t be read."),
    rf"a field of more than {_N} characters.*": lazy(
        "a field has more than %(one)s characters; is a quote never closed?"
    ),
    rf"a row of more than {_N} bytes.*": lazy("it is longer than %(one)s bytes; is a quote never closed?"),
    r"a NUL byte.*": lazy("it holds a character that is no text (NUL)."),
}
"""The importer's sentences, and what a page says instead."""


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(pattern, re.DOTALL), pattern) for pattern in _PROBLEMS]


def problem(text: str) -> str:
    """What is wrong with a field, in the reader's language; else in the importer's own words."""
    for pattern, key in _patterns():
        found = pattern.fullmatch(text)
        if found:
            said = str(_PROBLEMS[key])
            return said % found.groupdict() if found.groupdict() else said
    return text[:1].upper() + text[1:] + "."


def wrong_words(wrong: Wrong | Fault) -> str:
    """What is wrong, with the field's name and what stands there."""
    name = column_words(wrong.column)
    if not wrong.found:
        return gettext("%(column)s: %(problem)s", column=name, problem=problem(wrong.problem))
    return gettext(
        "%(column)s: “%(found)s”. %(problem)s", column=name, found=wrong.found, problem=problem(wrong.problem)
    )


def flaw_words(flaw: Flaw) -> str:
    """What keeps a file from being taken."""
    values = dict(flaw.values)
    if "problem" in values:
        values["problem"] = problem(str(values["problem"]))
    told = {
        name: figures().number(value) if isinstance(value, int) else value for name, value in values.items()
    }
    return str(FLAWS[flaw.problem]) % told if told else str(FLAWS[flaw.problem])


def column_words(name: str) -> str:
    """What a column holds; its own name where that is not ours; a row as a whole."""
    if name == "row":
        return gettext("The row")
    return str(COLUMNS.get(name, name))


def read_words(read: object, raw: str, timezone: str) -> str:
    """What a cell is read as; '' where it is read as it stands."""
    if read is None or read == "":
        return ""
    if isinstance(read, Moment):
        written = figures(timezone).instant(read.rated_at) if read.rated_at else figures().day(read.rated_on)
        return "" if raw == read.rated_on.isoformat() else written
    said = str(MEANINGS.get(str(read), read))
    return "" if said == raw else said
