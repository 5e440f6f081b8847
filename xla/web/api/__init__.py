"""The API for machines, /api/v1: keys instead of people, problems instead of pages; one file a noun."""

from xla.web.api import (
    breaches,
    contracts,
    events,
    observations,
    openapi,
    periods,
    reports,
    responses,
    sampling,
)
from xla.web.api.root import api

__all__ = [
    "api",
    "breaches",
    "contracts",
    "events",
    "observations",
    "openapi",
    "periods",
    "reports",
    "responses",
    "sampling",
]
