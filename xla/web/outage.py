"""Outages: the database is away, or the disk full. What is logged, and what is said: never a false thanks."""

import errno

from flask import Response, current_app, render_template, request
from psycopg.errors import DiskFull

from xla import database
from xla.web.api import problems

AGAIN_SECONDS = 5


def away(error: Exception) -> Response:
    """The page, or the problem, that says why nothing was changed."""
    note(error)
    if problems.is_asked():
        return problems.no_room() if is_full(error) else problems.database_away()
    reason = "full" if is_full(error) else 503
    page = render_template("errors/error.html", code=503, reason=reason)
    return Response(page, 503, {"Retry-After": str(AGAIN_SECONDS)})


def system_failed(error: OSError) -> Response:
    """A disk without room is an outage; anything else of the system is a mistake of ours, and is raised."""
    if is_full(error):
        return away(error)
    raise error


def note(error: Exception) -> None:
    """Write down what happened: neither what was asked for, nor with what, which may be somebody's."""
    current_app.logger.error("%s could not be done: %s", request.endpoint, database.said(error))


def is_full(error: Exception) -> bool:
    """Whether there is no room left to write."""
    cause = getattr(error, "orig", None) or error
    return (
        isinstance(cause, DiskFull)
        or (isinstance(cause, OSError) and cause.errno in {errno.ENOSPC, errno.EDQUOT})
        or "disk is full" in str(cause)
    )
