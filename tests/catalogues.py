"""The catalogues: every text of pages and reports, taken from the source, and what each language has of it.

`make catalogues` takes new texts up, empty, drops those nothing says any more, and keeps the rest.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "xla" / "translations"
LANGUAGES = {"sv": "sv_SE", "da": "da_DK", "nb": "nb_NO", "fi": "fi_FI"}
SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)
"""The date of every catalogue: when one was written is for the history to know."""
HEAD = "# The texts of pages and reports; `make catalogues` takes new ones up."
KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy": None,
    "words": None,
    "self": None,
    "say": None,
    "_both": (1, 2),
    "ngettext": (1, 2),
    "plural": (1, 2),
}
"""How the source says a text, and where in the call it stands; `words` and `self` are a report's `Words`."""
OF_TEMPLATES = {"newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true"}


def source() -> Catalog:
    """Every text the source says, in the order of its files."""
    catalogue = Catalog(project="XLA monitor", charset="utf-8")
    found = sorted([*_said("xla", "python"), *_said("templates", "jinja2")], key=lambda each: each[0])
    for place, text, context in found:
        catalogue.add(text, locations=[(place, None)], context=context)  # type: ignore[list-item]  # without lines
    return catalogue


def kept(language: str) -> Catalog:
    """What a language has."""
    path = FOLDER / f"{language}.po"
    if not path.is_file():
        return Catalog(locale=LANGUAGES[language], project="XLA monitor", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGES[language])


def messages(catalogue: Catalog) -> dict[object, Message]:
    """Its messages by what they translate, without the head."""
    return {message.id: message for message in catalogue if message.id}


def renewed(language: str, said: Catalog) -> Catalog:
    """The language's catalogue with what the source says now and no more; nothing is guessed."""
    catalogue = Catalog(
        locale=LANGUAGES[language], project="XLA monitor", header_comment=HEAD, charset="utf-8", fuzzy=False
    )
    known = messages(kept(language))
    for identity, message in messages(said).items():
        old = known.get(identity)
        catalogue.add(message.id, old.string if old else "", locations=message.locations)
    return catalogue


def _said(folder: str, method: str) -> Iterator[tuple[str, object, str | None]]:
    options = {"**": {} if method == "python" else OF_TEMPLATES}
    patterns = [("**.py", method)] if method == "python" else [("**.html", method), ("**.txt", method)]
    for name, _line, text, _comments, context in extract_from_dir(
        str(ROOT / folder),
        method_map=patterns,
        options_map={pattern: options["**"] for pattern, _ in patterns},
        keywords=KEYWORDS,
    ):
        yield f"{folder}/{name}", text, context


def main() -> None:
    """Write every catalogue anew."""
    said = source()
    FOLDER.mkdir(exist_ok=True)
    for language in LANGUAGES:
        catalogue = renewed(language, said)
        catalogue.creation_date = catalogue.revision_date = SOME_DAY
        with (FOLDER / f"{language}.po").open("wb") as file:
            write_po(file, catalogue, width=110)
        empty = [each for each in messages(catalogue).values() if not _is_whole(each)]
        print(f"{language}: {len(messages(catalogue))} texts, {len(empty)} to translate")


def _is_whole(message: Message) -> bool:
    strings = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(strings)


if __name__ == "__main__":
    sys.exit(main())
