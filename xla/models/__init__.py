"""Rows: what the database remembers and what it forbids."""

from xla.models.access_key import ApiKey, Delivery, GivenAnswer, Webhook
from xla.models.agreement_version import AgreementVersion
from xla.models.audit import AuditEntry
from xla.models.base import Row
from xla.models.breach import Action, Breach, BreachStep, BreachWork, Notice
from xla.models.contact_wish import ContactWish
from xla.models.contract import Client, Contract
from xla.models.device import DeviceSalt, DeviceUse, StaffNetwork
from xla.models.draft import Draft
from xla.models.installation import Installation
from xla.models.invitation import Invitation, InvitationPlan, OptOut
from xla.models.kiosk import Kiosk
from xla.models.observation import Observation
from xla.models.period import Addendum, Decision, Evaluation, Exclusion, Period
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
from xla.models.report import Report, ReportDelivery, ReportRecipient, ReportStamp
from xla.models.seal import Amendment, DaySeal, SealSecret
from xla.models.standing import Standing
from xla.models.telling import Telling
from xla.models.upload import RememberedMapping, Upload
from xla.models.work import Heartbeat, WorkItem

__all__ = [
    "Action",
    "Addendum",
    "AgreementVersion",
    "Amendment",
    "ApiKey",
    "AuditEntry",
    "Breach",
    "BreachStep",
    "BreachWork",
    "Client",
    "ContactWish",
    "Contract",
    "DaySeal",
    "Decision",
    "Delivery",
    "DeviceSalt",
    "DeviceUse",
    "Draft",
    "Evaluation",
    "Exclusion",
    "GivenAnswer",
    "Heartbeat",
    "Installation",
    "Invitation",
    "InvitationPlan",
    "Kiosk",
    "Membership",
    "Notice",
    "NoticeChoice",
    "Observation",
    "OnceKey",
    "OptOut",
    "Period",
    "Person",
    "Question",
    "Rating",
    "RatingPoint",
    "RecoveryCode",
    "RememberedMapping",
    "Report",
    "ReportDelivery",
    "ReportRecipient",
    "ReportStamp",
    "Response",
    "Row",
    "SealSecret",
    "SignIn",
    "SignInFailure",
    "StaffNetwork",
    "Standing",
    "Tally",
    "Telling",
    "Ticket",
    "Upload",
    "Webhook",
    "WorkItem",
]
