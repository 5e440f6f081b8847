"""Rows: what the database remembers and what it forbids."""

from xla.models.agreement_version import AgreementVersion
from xla.models.base import Row
from xla.models.breach import Breach, BreachStep, Notice
from xla.models.contract import Client, Contract
from xla.models.observation import Observation
from xla.models.period import Evaluation, Exclusion, Period
from xla.models.rating import OnceKey, Question, Rating, RatingPoint, Response, Tally
from xla.models.report import Report

__all__ = [
    "AgreementVersion",
    "Breach",
    "BreachStep",
    "Client",
    "Contract",
    "Evaluation",
    "Exclusion",
    "Notice",
    "Observation",
    "OnceKey",
    "Period",
    "Question",
    "Rating",
    "RatingPoint",
    "Report",
    "Response",
    "Row",
    "Tally",
]
