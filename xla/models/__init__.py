"""Rows: what the database remembers and what it forbids."""

from xla.models.access_key import ApiKey, Delivery, Webhook
from xla.models.agreement_version import AgreementVersion
from xla.models.audit import AuditEntry
from xla.models.base import Row
from xla.models.breach import Action, Breach, BreachStep, BreachWork, Notice
from xla.models.contract import Client, Contract
from xla.models.draft import Draft
from xla.models.installation import Installation
from xla.models.observation import Observation
from xla.models.period import Decision, Evaluation, Exclusion, Period
from xla.models.person import (
    Membership,
    NoticeChoice,
    Person,
    RecoveryCode,
    SignIn,
    SignInFailure,
    Ticket,
)
from xla.models.rating import OnceKey, Question, Rating, RatingPoint, Response, Tally
from xla.models.report import Report
from xla.models.standing import Standing

__all__ = [
    "Action",
    "AgreementVersion",
    "ApiKey",
    "AuditEntry",
    "Breach",
    "BreachStep",
    "BreachWork",
    "Client",
    "Contract",
    "Decision",
    "Delivery",
    "Draft",
    "Evaluation",
    "Exclusion",
    "Installation",
    "Membership",
    "Notice",
    "NoticeChoice",
    "Observation",
    "OnceKey",
    "Period",
    "Person",
    "Question",
    "Rating",
    "RatingPoint",
    "RecoveryCode",
    "Report",
    "Response",
    "Row",
    "SignIn",
    "SignInFailure",
    "Standing",
    "Tally",
    "Ticket",
    "Webhook",
]
