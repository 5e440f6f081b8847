"""Seal kinds: what of the database is sealed, and in which order it stands in a day's tree."""

from collections.abc import Mapping

from xla.models import (
    Addendum,
    AgreementVersion,
    AuditEntry,
    Breach,
    BreachStep,
    Decision,
    Exclusion,
    Observation,
    Period,
    Question,
    RatingPoint,
    Report,
    Response,
)
from xla.services.seal_responses import AMENDMENT, RESPONSE, amendments, responses
from xla.services.seal_rows import Digested, Plain, Reader, Undated
from xla.services.seal_stamps import STAMP, stamps

WITHDRAWAL = "withdrawal"
READERS: Mapping[str, Reader] = {
    RESPONSE: responses,
    WITHDRAWAL: Plain(WITHDRAWAL, Response.withdrawn_at, Response.contract_id),
    AMENDMENT: amendments,
    "agreement": Plain(
        "agreement",
        AgreementVersion.applied_at,
        AgreementVersion.contract_id,
        AgreementVersion.number,
        AgreementVersion.effective_from,
        AgreementVersion.digest,
    ),
    "closing": Digested("closing", Period.proposed_at, Period.contract_id, Period.start_on, Period.end_on),
    "decision": Plain(
        "decision",
        Decision.at,
        Decision.period_id,
        Decision.kpi_key,
        Decision.kind,
        Decision.person_id,
        Decision.wrong,
        words=Decision.text,
    ),
    "final": Plain("final", Period.final_at, Period.contract_id, Period.start_on),
    "addendum": Digested("addendum", Addendum.at, Addendum.period_id, Addendum.number, Addendum.person_id),
    "step": Plain(
        "step",
        BreachStep.at,
        BreachStep.breach_id,
        BreachStep.state,
        BreachStep.kind,
        BreachStep.person_id,
        BreachStep.detail,
        BreachStep.evidence,
        words=BreachStep.sentence,
    ),
    "exclusion_proposed": Plain(
        "exclusion_proposed",
        Exclusion.proposed_at,
        Exclusion.contract_id,
        Exclusion.site_key,
        Exclusion.start_on,
        Exclusion.end_on,
        Exclusion.proposed_by,
        words=Exclusion.reason,
    ),
    "exclusion_provider": Plain("exclusion_provider", Exclusion.provider_agreed_at),
    "exclusion_client": Plain("exclusion_client", Exclusion.client_agreed_at),
    "exclusion_withdrawn": Plain("exclusion_withdrawn", Exclusion.withdrawn_at),
    "report": Plain(
        "report",
        Report.issued_at,
        Report.contract_id,
        Report.period_id,
        Report.issue,
        Report.language,
        Report.addendum,
        Report.sha256,
    ),
    "audit": Plain(
        "audit",
        AuditEntry.at,
        AuditEntry.person_id,
        AuditEntry.action,
        AuditEntry.contract_id,
        AuditEntry.subject,
        AuditEntry.detail,
    ),
    "breach": Plain("breach", Breach.opened_at, Breach.contract_id, Breach.kpi_key, Breach.period_id),
    "breach_closed": Plain("breach_closed", Breach.closed_at),
    "addendum_reason": Plain("addendum_reason", Addendum.at, words=Addendum.reason),
    "observation": Plain(
        "observation",
        Observation.received_at,
        Observation.contract_id,
        Observation.kind_key,
        Observation.site_key,
        Observation.observed_on,
        Observation.amount,
        Observation.base,
        Observation.squares,
    ),
    "question": Undated("question", Question.contract_id, Question.key, Question.lowest, Question.highest),
    "point": Undated("point", RatingPoint.contract_id, RatingPoint.site_key, RatingPoint.touchpoint_key),
    STAMP: stamps,
}
"""The kinds in the order of a tree's leaves; within a kind by id."""
FACTS = frozenset(
    {
        WITHDRAWAL,
        STAMP,
        "final",
        "exclusion_provider",
        "exclusion_client",
        "exclusion_withdrawn",
        "breach_closed",
    }
)
"""Kinds of what happens to a row later: their ids do not rise with time. A stamp has its report's."""
UNDATED = frozenset({"question", "point"})
"""Kinds of which a row may always be there that no seal covers yet."""
