"""The portfolio: what needs somebody today, then every contract."""

from flask import Blueprint, render_template

from xla.core.role import Permission
from xla.services.overview import overview
from xla.web.access import needs
from xla.web.database import reading

portfolio = Blueprint("portfolio", __name__)


@portfolio.get("/")
@needs(Permission.SEE)
def start() -> str:
    """Every contract with its latest verdicts."""
    with reading() as session:
        return render_template("contracts/list.html", lines=overview(session))
