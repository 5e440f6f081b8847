"""The portfolio: what needs somebody today, then every contract; and the search in all of them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from flask import Blueprint, render_template, request, url_for

from xla import clock
from xla.core.role import Permission
from xla.services.attention import attention
from xla.services.contract_list import MOST_LETTERS, PAGE, Asked, Show, Sort, contract_list
from xla.services.search import search
from xla.web import portfolio_words
from xla.web.access import needs, party, visitor
from xla.web.database import reading

portfolio = Blueprint("portfolio", __name__)
Choice = TypeVar("Choice", bound=StrEnum)


@portfolio.get("/")
@needs(Permission.SEE)
def start() -> str:
    """What needs the visitor today, and a page of their contracts."""
    asked = _asked(request.args)
    now = clock.now()
    with reading() as session:
        todo = attention(session, visitor(), now)
        listed = contract_list(session, visitor(), asked)
    return render_template(
        "portfolio/start.html",
        address=lambda **changes: _address(asked, changes),
        asked=asked,
        listed=listed,
        party=party(),
        say=portfolio_words,
        shows=Show,
        sorts=Sort,
        todo=todo,
        page_size=PAGE,
    )


@portfolio.get("/search")
@needs(Permission.SEE)
def find() -> str:
    """Contracts, clients, KPIs and sites that hold the words."""
    words = request.args.get("q", "").strip()[:MOST_LETTERS]
    with reading() as session:
        found = search(session, visitor(), words)
    return render_template("portfolio/search.html", words=words, found=found)


def _asked(told: Mapping[str, str]) -> Asked:
    """What the address asks for; what it does not say, or says wrongly, is as usual."""
    page = told.get("page", "")
    return Asked(
        words=told.get("q", "").strip()[:MOST_LETTERS],
        show=_choice(Show, told.get("show"), Show.ALL),
        sort=_choice(Sort, told.get("sort"), Sort.SCORE),
        page=int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1,  # noqa: PLR2004 -- a million pages
    )


def _choice(kind: type[Choice], told: str | None, usual: Choice) -> Choice:
    return kind(told) if told in set(kind) else usual


def _address(asked: Asked, changes: Mapping[str, Any]) -> str:
    """The list's address with changes: its first page unless one is asked for, without what is usual."""
    usual = {"q": "", "show": Show.ALL, "sort": Sort.SCORE, "page": 1}
    wanted = {"q": asked.words, "show": asked.show, "sort": asked.sort, "page": 1, **changes}
    said = {name: str(value) for name, value in wanted.items() if value != usual[name]}
    return url_for("portfolio.start", **said)  # type: ignore[arg-type]  # Flask's own names aside
