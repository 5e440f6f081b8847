"""Agreements: a contract's versions, what changed between any two, and its rating points."""

from collections.abc import Sequence

from flask import Blueprint, Response, abort, render_template, request

from xla import clock
from xla.core.changes import changes
from xla.core.paging import place
from xla.core.role import Permission
from xla.documents.labels import GRIDS
from xla.documents.tongues import tongue
from xla.models import AgreementVersion
from xla.services.agreement_files import export
from xla.services.agreements import agreement_of
from xla.services.agreements import versions as versions_of
from xla.services.points import agreement_today
from xla.services.rating_points import rating_points
from xla.web import contract_charts
from xla.web.access import needs
from xla.web.contracts import seen
from xla.web.database import reading
from xla.web.language import spoken
from xla.web.point_forms import site_choices

agreements = Blueprint("agreements", __name__)

POINTS = 100
"""Rating points on one page."""


@agreements.get("/contracts/<key>/versions")
@needs(Permission.SEE)
def versions(key: str) -> str:
    """Every version, newest first, and what changed from one to another."""
    with reading() as session:
        known = versions_of(session, seen(session, key))
        old, new = _compared(known)
        agreed = agreement_of(known[-1]).contract
        return render_template(
            "contract/versions.html",
            agreed=agreed,
            versions=known,
            agreement_of=agreement_of,
            old=old,
            new=new,
            changes=changes(agreement_of(old), agreement_of(new), tongue(spoken())) if old and new else (),
        )


@agreements.get("/contracts/<key>/versions/<int:number>.yaml")
@needs(Permission.SEE)
def file(key: str, number: int) -> Response:
    """One version as its file."""
    with reading() as session:
        known = {version.number: version for version in versions_of(session, seen(session, key))}
        if number not in known:
            abort(404)
        response = Response(export(agreement_of(known[number])), mimetype="application/yaml")
        response.headers["Content-Disposition"] = f'attachment; filename="{key}-{number}.yaml"'
        return response


@agreements.get("/contracts/<key>/points")
@needs(Permission.SEE)
def points(key: str) -> str:
    """Every rating point, the silent ones first."""
    with reading() as session:
        contract = seen(session, key)
        every = rating_points(session, contract, clock.now())
        agreement = agreement_today(session, contract, clock.now())
        site = request.args.get("site", "")
        if site:
            inside = agreement.descendants([site])
            every = [point for point in every if point.site in inside]
        page, pages, offset = place(len(every), request.args.get("page", 1, type=int), POINTS)
        return render_template(
            "contract/points.html",
            agreed=agreement.contract,
            points=every[offset : offset + POINTS],
            count=len(every),
            open_count=sum(point.is_open for point in every),
            silent_count=sum(point.is_silent for point in every),
            page=page,
            pages=pages,
            site=site,
            tree=site_choices(agreement),
            grids=GRIDS,
            sites=contract_charts.site_titles(agreement),
            touchpoints=contract_charts.touchpoint_titles(agreement),
            questions=contract_charts.question_texts(agreement),
        )


def _compared(known: Sequence[AgreementVersion]) -> tuple[AgreementVersion | None, AgreementVersion | None]:
    """The two versions asked for, else the newest and the one before it; the older first."""
    numbers = {version.number: version for version in known}
    asked = [numbers.get(request.args.get(name, 0, type=int)) for name in ("old", "new")]
    if None in asked:
        asked = list(known[-2:]) if len(known) > 1 else [None, None]
    old, new = asked
    if old and new and old.number > new.number:
        return new, old
    return old, new
